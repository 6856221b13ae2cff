/* SPDX-License-Identifier: MIT */
/* Spectral normalization: W_eff = c W/s, s = u'Wv. With G the gradient at W_eff and u, v constants,
 * dW = (c/s) (G - <G, W_eff>/c u v'). */
#include "layer.h"

#include <lerp/random.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct spectral {
  layer head;
  layer *inner;
  size_t rows, columns;
  float gain, scale; /* scale = gain/s */
  float *u, *v;      /* of this evaluation */
  float *parameters; /* the inner layer's: W_eff and what follows the weights */
} spectral;

/* v <- v/|v|; |v|, or v as it is where it vanishes. */
static float normalize(float *v, size_t length) {
  double square = 0;
  for (size_t i = 0; i < length; i++) {
    square += (double)v[i] * v[i];
  }
  const float norm = (float)sqrt(square), inverse = norm > 0 ? 1 / norm : 1;
  for (size_t i = 0; i < length; i++) {
    v[i] *= inverse;
  }
  return norm;
}

/* One layer more inside; what it keeps comes after u. */
static void initialize(const layer *self, uint64_t seed, float *parameters, float *kept) {
  const spectral *s = (const spectral *)self;
  for (size_t i = 0; i < s->rows; i++) {
    kept[i] = (float)lerp_random_normal(seed, 1, i);
  }
  normalize(kept, s->rows);
  if (s->inner->kind->initialize) {
    s->inner->kind->initialize(s->inner, seed, parameters, kept + s->rows);
  }
}

/* v = W'u, normalized */
static void turn_v(spectral *s, const float *weights) {
  memset(s->v, 0, s->columns * sizeof *s->v);
  for (size_t i = 0; i < s->rows; i++) {
    const float *row = weights + i * s->columns, u = s->u[i];
    for (size_t j = 0; j < s->columns; j++) {
      s->v[j] += u * row[j];
    }
  }
  normalize(s->v, s->columns);
}

static float row_times(const float *row, const float *v, size_t length) {
  enum { LANES = 16 };
  float lane[LANES] = {0}, sum = 0;
  size_t j = 0;
  for (; j + LANES <= length; j += LANES) {
    for (size_t k = 0; k < LANES; k++) {
      lane[k] += row[j + k] * v[j + k];
    }
  }
  for (; j < length; j++) {
    sum += row[j] * v[j];
  }
  for (size_t k = 0; k < LANES; k++) {
    sum += lane[k];
  }
  return sum;
}

/* u = Wv, normalized; |Wv| = u'Wv */
static float turn_u(spectral *s, const float *weights) {
  for (size_t i = 0; i < s->rows; i++) {
    s->u[i] = row_times(weights + i * s->columns, s->v, s->columns);
  }
  return normalize(s->u, s->rows);
}

static void prepare(layer *self, const float *parameters, float *kept, layer_mode mode) {
  spectral *s = (spectral *)self;
  const size_t weights = s->rows * s->columns;
  memcpy(s->u, kept, s->rows * sizeof *s->u);
  turn_v(s, parameters);
  const float norm = turn_u(s, parameters);
  s->scale = norm > 0 ? s->gain / norm : 0;
  if (mode == LAYER_LEARN) {
    memcpy(kept, s->u, s->rows * sizeof *s->u);
  }
  for (size_t i = 0; i < weights; i++) {
    s->parameters[i] = s->scale * parameters[i];
  }
  memcpy(s->parameters + weights, parameters + weights, (self->parameters - weights) * sizeof *s->parameters);
  if (s->inner->kind->prepare) {
    s->inner->kind->prepare(s->inner, s->parameters, kept + s->rows, mode);
  }
}

static void forward(layer *self, size_t batch, const float *in, float *out) {
  layer *inner = ((spectral *)self)->inner;
  inner->kind->forward(inner, batch, in, out);
  self->seconds = inner->seconds;
}

/* gradient: at the inner layer's parameters */
static void add_gradient(const spectral *s, const float *gradient, float *d_parameters) {
  const size_t weights = s->rows * s->columns;
  double along = 0;
  for (size_t i = 0; i < s->rows; i++) {
    along += row_times(gradient + i * s->columns, s->parameters + i * s->columns, s->columns);
  }
  const float inner = (float)along / s->gain;
  for (size_t i = 0; i < s->rows; i++) {
    const float *g = gradient + i * s->columns, turned = inner * s->u[i];
    float *d = d_parameters + i * s->columns;
    for (size_t j = 0; j < s->columns; j++) {
      d[j] += s->scale * (g[j] - turned * s->v[j]);
    }
  }
  for (size_t i = weights; i < s->head.parameters; i++) {
    d_parameters[i] += gradient[i];
  }
}

static void backward(layer *self, const float *in, const float *out, const layer_flow *flow) {
  spectral *s = (spectral *)self;
  float *gradient = flow->scratch;
  layer_flow inner = *flow;
  inner.scratch += layer_aligned(self->parameters);
  if (flow->d_parameters) {
    memset(gradient, 0, self->parameters * sizeof *gradient);
    inner.d_parameters = gradient;
  }
  s->inner->kind->backward(s->inner, in, out, &inner);
  self->seconds = s->inner->seconds;
  if (flow->d_parameters) {
    add_gradient(s, gradient, flow->d_parameters);
  }
}

static void release(layer *self) {
  spectral *s = (spectral *)self;
  s->inner->kind->free(s->inner);
  free(s->u);
  free(s->v);
  free(s->parameters);
  free(s);
}

static const layer_kind kind = {.name = "spectral normalization",
                                .initialize = initialize,
                                .prepare = prepare,
                                .forward = forward,
                                .backward = backward,
                                .free = release};

layer *layer_spectral(layer *inner, size_t rows, size_t columns, double gain) {
  spectral *made = inner ? calloc(1, sizeof *made) : NULL;
  if (!made) {
    if (inner) {
      inner->kind->free(inner);
    }
    return NULL;
  }
  *made = (spectral){
      .head = *inner,
      .inner = inner,
      .rows = rows,
      .columns = columns,
      .gain = (float)gain,
      .u = malloc(rows * sizeof(float)),
      .v = malloc(columns * sizeof(float)),
      .parameters = aligned_alloc(64, (inner->parameters * sizeof(float) + 63) / 64 * 64),
  };
  made->head.kind = &kind;
  made->head.kept += rows;
  made->head.scratch = layer_aligned(inner->parameters) + inner->scratch;
  if (!made->u || !made->v || !made->parameters) {
    release(&made->head);
    return NULL;
  }
  return &made->head;
}

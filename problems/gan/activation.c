/* SPDX-License-Identifier: MIT */
/* Functions of single numbers. */
#include "layer.h"
#include "levels.h"

#include <math.h>
#include <stdlib.h>

typedef struct activation {
  layer head;
  float slope;
} activation;

enum { STRETCH = 16384 }; /* floats that a thread takes at once */

static size_t stretch(size_t count, size_t begin) {
  return count - begin < STRETCH ? count - begin : STRETCH;
}

/* The part above 0 and the part below: two selections without a branch. out may be in. */
GAN_LEVELS static void bend(size_t count, float slope, const float *in, float *out) {
  for (size_t i = 0; i < count; i++) {
    out[i] = (in[i] > 0 ? in[i] : 0) + slope * (in[i] > 0 ? 0 : in[i]);
  }
}

static void relu_forward(layer *self, size_t batch, const float *in, float *out) {
  const float slope = ((const activation *)self)->slope;
  const size_t count = batch * layer_size(self->in);
#pragma omp parallel for
  for (size_t i = 0; i < count; i += STRETCH) {
    bend(stretch(count, i), slope, in + i, out + i);
  }
}

/* A value is above 0 where what it was made of is. */
GAN_LEVELS static void bend_back(size_t count, float slope, const float *out, const float *d_out,
                                 float *d_in) {
  for (size_t i = 0; i < count; i++) {
    d_in[i] = (out[i] > 0 ? 1 : slope) * d_out[i];
  }
}

static void relu_backward(layer *self, const float *in, const float *out, const layer_flow *flow) {
  (void)in;
  const float slope = ((const activation *)self)->slope;
  const size_t count = flow->d_in ? flow->batch * layer_size(self->in) : 0;
#pragma omp parallel for
  for (size_t i = 0; i < count; i += STRETCH) {
    bend_back(stretch(count, i), slope, out + i, flow->d_out + i, flow->d_in + i);
  }
}

static void tanh_forward(layer *self, size_t batch, const float *in, float *out) {
#pragma omp parallel for
  for (size_t i = 0; i < batch * layer_size(self->in); i++) {
    out[i] = tanhf(in[i]);
  }
}

static void tanh_backward(layer *self, const float *in, const float *out, const layer_flow *flow) {
  (void)in;
  const size_t count = flow->d_in ? flow->batch * layer_size(self->in) : 0;
#pragma omp parallel for simd
  for (size_t i = 0; i < count; i++) {
    flow->d_in[i] = (1 - out[i] * out[i]) * flow->d_out[i];
  }
}

static void release(layer *self) {
  free(self);
}

static const layer_kind relu_kind = {
    .name = "ReLU", .forward = relu_forward, .backward = relu_backward, .free = release};
static const layer_kind tanh_kind = {
    .name = "tanh", .forward = tanh_forward, .backward = tanh_backward, .free = release};

static layer *make(const layer_kind *kind, layer_shape shape, double slope) {
  activation *made = malloc(sizeof *made);
  if (!made) {
    return NULL;
  }
  *made = (activation){.head = {.kind = kind,
                                .in = shape,
                                .out = shape,
                                .flops = (double)layer_size(shape),
                                .in_place = true,
                                .reads_out = true},
                       .slope = (float)slope};
  return &made->head;
}

layer *layer_relu(layer_shape shape, double slope) {
  return make(&relu_kind, shape, slope);
}

layer *layer_tanh(layer_shape shape) {
  return make(&tanh_kind, shape, 0);
}

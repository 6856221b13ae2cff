/* SPDX-License-Identifier: MIT */
/* F(z; xi) = F z + sigma xi, xi standard normal and independent for every sample and component. A draw is a function of
 * (seed, sample, component) alone, so it does not depend on who draws it. */
#include <lerp/operators.h>
#include <lerp/random.h>
#include <lerp/step.h>

#include "../core/random.h"

#include <math.h>
#include <stdlib.h>
#ifdef LERP_HAVE_RANDOM123
#include <Random123/philox.h>
#endif

typedef struct noisy {
  lerp_operator inner;
  double sigma;
  uint64_t seed;
  void (*draw)(uint64_t seed, uint64_t sample, uint64_t component, uint64_t bits[2]);
} noisy;

#ifdef LERP_HAVE_RANDOM123
static void draw_philox(uint64_t seed, uint64_t sample, uint64_t component, uint64_t bits[2]) {
  const philox4x32_ctr_t counter = {
      {(uint32_t)sample, (uint32_t)(sample >> 32), (uint32_t)component, (uint32_t)(component >> 32)}};
  const philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
  const philox4x32_ctr_t out = philox4x32(counter, key);
  bits[0] = (uint64_t)out.v[1] << 32 | out.v[0];
  bits[1] = (uint64_t)out.v[3] << 32 | out.v[2];
}
#endif

/* Samples count from 1 here; good for at most 2^20 components, and for comparing with recorded runs. */
static void draw_splitmix(uint64_t seed, uint64_t sample, uint64_t component, uint64_t bits[2]) {
  const uint64_t counter = 2 * ((seed << 40) + ((sample + 1) << 20) + component);
  bits[0] = lerp_random_mix(counter);
  bits[1] = lerp_random_mix(counter + 1);
}

static double normal(const noisy *op, uint64_t sample, uint64_t component) {
  uint64_t bits[2];
  op->draw(op->seed, sample, component, bits);
  return lerp_normal_from(bits[0], bits[1]);
}

/* Stands between the operator and its sink. */
typedef struct disturbed {
  const noisy *op;
  uint64_t sample;
  lerp_emit emit;
  void *sink;
} disturbed;

static void disturb(void *self, int part, size_t begin, size_t length, const double *f) {
  const disturbed *d = self;
  const size_t first = (part == 0 ? 0 : d->op->inner.dimension[0]) + begin;
  _Alignas(64) double value[LERP_BLOCK];
  for (size_t i = 0; i < length; i++) {
    value[i] = f[i] + d->op->sigma * normal(d->op, d->sample, first + i);
  }
  d->emit(d->sink, part, begin, length, value);
}

static void evaluate(const void *self, lerp_step *step, const double *at, uint64_t sample, lerp_emit emit,
                     void *sink) {
  const noisy *op = self;
  disturbed d = {op, sample, emit, sink};
  if (sample == LERP_EXACT) {
    op->inner.evaluate(op->inner.self, step, at, sample, emit, sink);
  } else {
    op->inner.evaluate(op->inner.self, step, at, sample, disturb, &d);
  }
}

static void release(void *self) {
  noisy *op = self;
  if (op->inner.free) {
    op->inner.free(op->inner.self);
  }
  free(op);
}

lerp_status lerp_operator_noisy(lerp_operator *op, double sigma, lerp_generator generator, uint64_t seed,
                                lerp_error *error) {
  if (!(sigma >= 0) || !isfinite(sigma)) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "noise: sigma %g must be finite and not negative", sigma);
  }
  noisy *made = malloc(sizeof *made);
  if (!made) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "noise: out of memory");
  }
  *made = (noisy){.inner = *op, .sigma = sigma, .seed = seed, .draw = draw_splitmix};
  if (generator == LERP_PHILOX) {
#ifdef LERP_HAVE_RANDOM123
    made->draw = draw_philox;
#else
    free(made);
    return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX,
                     "noise by Philox needs Random123, which this build lacks");
#endif
  }
  const lerp_operator *inner = &made->inner;
  *op = (lerp_operator){.name = inner->name,
                        .dimension = {inner->dimension[0], inner->dimension[1]},
                        .local = inner->local,
                        .affine = inner->affine,
                        .stochastic = true,
                        .self = made,
                        .evaluate = evaluate,
                        .scratch = inner->scratch,
                        .memory = inner->memory,
                        .bytes = inner->bytes,
                        .flops = inner->flops,
                        .jacobian_norm = inner->jacobian_norm,
                        .jacobian = inner->jacobian,
                        .free = release};
  return LERP_OK;
}

/* SPDX-License-Identifier: MIT */
/* The library's kernels for vectors. */
#include "kernel_parameters.h"

enum { MOST = 8 }; /* vectors */
static const double coefficient[MOST] = {1, 0.5, -0.5, 0.25, -0.25, 0.125, -0.125, 0.0625};

static const lerp_parameter combine_parameters[] = {
    KERNEL_COUNT("terms", "vectors that are combined", 2, 1, 8), KERNEL_LEVEL, KERNEL_END};

static kernel_cost combine_cost(const double *value) {
  return (kernel_cost){value[0] + 1, 8 * (value[0] + 1), 2 * value[0] - 1};
}

static void combine_run(const kernel_share *s) {
  const double *v[MOST];
  const size_t terms = (size_t)s->value[0];
  for (size_t t = 0; t < terms; t++) {
    v[t] = s->memory + (t + 1) * s->n;
  }
  s->kernels->combine(s->n, s->memory, terms, v, coefficient);
}

/* An output of an advance: the vectors and F. */
static kernel_cost update_cost(const double *value) {
  return (kernel_cost){value[0] + 2, 8 * (value[0] + 2), 2 * value[0] + 1};
}

static void update_run(const kernel_share *s) {
  lerp_sources sources = {.count = (size_t)s->value[0], .of_f = -0.5};
  for (size_t t = 0; t < sources.count; t++) {
    sources.v[t] = s->memory + (t + 2) * s->n;
    sources.c[t] = coefficient[t];
  }
  s->kernels->update(s->n, s->memory, &sources, 0, s->memory + s->n);
}

static kernel_cost forward_cost(const double *value) {
  (void)value;
  return (kernel_cost){3, 24, 2};
}

static void forward_run(const kernel_share *s) {
  s->kernels->forward(s->n, s->memory, s->memory + s->n, -0.5, s->memory + 2 * s->n);
}

static kernel_cost dot_cost(const double *value) {
  (void)value;
  return (kernel_cost){2, 16, 2};
}

/* Block by block; eight lanes of block values. */
static double dot_in_blocks(const kernel_share *s) {
  enum { LANES = 8 };
  double lane[LANES] = {0};
  for (size_t i = 0; i < s->n; i += LERP_BLOCK) {
    const size_t length = s->n - i < LERP_BLOCK ? s->n - i : LERP_BLOCK;
    lane[i / LERP_BLOCK % LANES] += s->kernels->dot(length, s->memory + i, s->memory + s->n + i);
  }
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

static void dot_run(const kernel_share *s) {
  volatile double result =
      s->value[0] == ORDER_FIXED ? dot_in_blocks(s) : s->loops->dot(s->n, s->memory, s->memory + s->n);
  (void)result;
}

static kernel_cost clip_cost(const double *value) {
  (void)value;
  return (kernel_cost){1, 16, 2};
}

static void clip_run(const kernel_share *s) {
  s->kernels->clip(s->n, s->memory, 0, 0.5);
}

static kernel_cost clip_sums_cost(const double *value) {
  (void)value;
  return (kernel_cost){1, 8, 5};
}

static void clip_sums_run(const kernel_share *s) {
  double sum[LERP_CLIP_SUMS];
  s->kernels->clip_sums(s->n, s->memory, 0.25, 1.0, 0.0, 2.0, sum);
}

/* z, F, m and v are read, m, v and the next z written; a square root and a division are an operation each. */
static kernel_cost adam_cost(const double *value) {
  (void)value;
  return (kernel_cost){5, 56, 12};
}

static void adam_run(const kernel_share *s) {
  static const lerp_adam_map map = {.beta1 = 0.5, .beta2 = 0.875, .rate = 0.125, .scale = 1, .eps = 1e-8};
  const double *z = s->memory, *f = z + s->n;
  double *m = s->memory + 2 * s->n, *v = m + s->n, *out = v + s->n;
  s->kernels->adam(s->n, &map, z, f, m, v, out);
}

const kernel kernel_combine = {.name = "combine",
                               .summary = "a linear combination of vectors",
                               .sweep = "combine:terms=1,2,3,4,8" KERNEL_LEVELS,
                               .parameters = combine_parameters,
                               .cost = combine_cost,
                               .run = combine_run};
const kernel kernel_update = {.name = "update",
                              .summary = "a linear combination of vectors and F",
                              .sweep = "update:terms=1,2,3" KERNEL_LEVELS,
                              .parameters = combine_parameters,
                              .cost = update_cost,
                              .run = update_run};
const kernel kernel_forward = {.name = "forward",
                               .summary = "a forward step",
                               .sweep = "forward" KERNEL_LEVELS,
                               .parameters = kernel_only_level,
                               .cost = forward_cost,
                               .run = forward_run};
const kernel kernel_dot = {.name = "dot",
                           .summary = "an inner product",
                           .sweep = "dot:order=fixed,free" KERNEL_LEVELS,
                           .parameters = kernel_ordered,
                           .cost = dot_cost,
                           .run = dot_run};
const kernel kernel_adam = {.name = "adam",
                            .summary = "a step of Adam",
                            .sweep = "adam" KERNEL_LEVELS,
                            .parameters = kernel_only_level,
                            .cost = adam_cost,
                            .run = adam_run};
const kernel kernel_clip = {.name = "clip",
                            .summary = "a projection on a box",
                            .sweep = "clip" KERNEL_LEVELS,
                            .parameters = kernel_only_level,
                            .cost = clip_cost,
                            .run = clip_run};
const kernel kernel_clip_sums = {.name = "clip-sums",
                                 .summary = "the sums of a projection on a capped simplex",
                                 .sweep = "clip-sums" KERNEL_LEVELS,
                                 .parameters = kernel_only_level,
                                 .cost = clip_sums_cost,
                                 .run = clip_sums_run};

/* SPDX-License-Identifier: MIT */
/* f(x, y) = b/2 |x|^2 - b/2 |y|^2 + a x'By, B the mean over neighbours on a line that is reflected at its ends: the blur
 * that the discrete cosine transform makes diagonal, with eigenvalues sin((2w + 1)t/2)/((2w + 1) sin(t/2)), t = pi j/d.
 * The largest is 1, that of (1, ..., 1), so that a^2 + b^2 = L^2 and b = L^2 rho. */
#include "problems.h"

#include <stdint.h>
#include <stdlib.h>

enum { N, RHO, L, WIDTH, STORAGE };

static const lerp_parameter parameters[] = {
    PROBLEM_N(256, ""),
    {.name = "rho",
     .meaning = "comonotonicity; rho L in [0, 1]",
     .unit = "1/L",
     .initial = 0.1,
     .maximum = INFINITY,
     .open_maximum = true},
    {.name = "L",
     .meaning = "Lipschitz constant of F",
     .unit = "",
     .initial = 1,
     .maximum = INFINITY,
     .open_minimum = true,
     .open_maximum = true},
    {.name = "width",
     .meaning = "neighbours on either side, at most n/2: B has 2 width + 1 entries in a row",
     .unit = "",
     .initial = 2,
     .maximum = 2e9,
     .integer = true},
    PROBLEM_STORAGE,
    {.name = NULL},
};

static size_t earlier(size_t a, size_t b) {
  return a < b ? a : b;
}

/* B of dimension d, times a. */
typedef struct band {
  size_t d, width;
  double entry; /* a/(2 width + 1) */
} band;

static size_t begin_of(const band *b, size_t i) {
  return i < b->width ? 0 : i - b->width;
}

static size_t end_of(const band *b, size_t i) {
  return earlier(i + b->width + 1, b->d);
}

/* A neighbour beyond an end is the one as far before it. */
static double value_of(const band *b, size_t i, size_t j) {
  return b->entry * (1 + (i + j + 1 <= b->width) + (i + j + b->width + 1 >= 2 * b->d));
}

static void fill(const band *b, size_t *first, uint32_t *column, double *value) {
  size_t k = 0;
  for (size_t i = 0; i < b->d; i++) {
    first[i] = k;
    for (size_t j = begin_of(b, i); j < end_of(b, i); j++, k++) {
      column[k] = (uint32_t)j;
      value[k] = value_of(b, i, j);
    }
  }
  first[b->d] = k;
}

static lerp_status build_operator(const band *b, int storage, double shift, lerp_operator *op,
                                  lerp_error *error) {
  size_t entries = 0;
  for (size_t i = 0; i < b->d; i++) {
    entries += end_of(b, i) - begin_of(b, i);
  }
  size_t *first = malloc((b->d + 1) * sizeof *first);
  uint32_t *column = malloc(entries * sizeof *column);
  double *value = malloc(entries * sizeof *value);
  lerp_status status = LERP_MEMORY;
  if (first && column && value) {
    fill(b, first, column, value);
    status = problem_sparse_saddle(storage, op, &(lerp_sparse){b->d, b->d, first, column, value}, shift, NULL,
                                   NULL, error);
  } else {
    lerp_fail(error, LERP_MEMORY, SIZE_MAX, "banded: %zu entries: out of memory", entries);
  }
  free(first);
  free(column);
  free(value);
  return status;
}

static lerp_status set_solution(size_t d, lerp_problem *problem, lerp_error *error) {
  for (int part = 0; part < LERP_PARTS; part++) {
    problem->solution[part] = lerp_aligned_new(d);
    if (!problem->solution[part]) {
      return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "banded: out of memory");
    }
    for (size_t i = 0; i < d; i++) {
      problem->solution[part][i] = 0;
    }
  }
  return LERP_OK;
}

static lerp_status build(const lerp_family_input *in, lerp_problem *problem, lerp_error *error) {
  const double *value = in->number, lipschitz = value[L], shift = lipschitz * lipschitz * value[RHO];
  const size_t d = (size_t)value[N] / 2;
  const int storage = (int)value[STORAGE];
  if (value[RHO] * lipschitz > 1) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "banded: rho=%g with L=%g: rho L must be in [0, 1]",
                     value[RHO], lipschitz);
  }
  if (value[WIDTH] > (double)d) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "banded: width=%g with n=%g: at most n/2", value[WIDTH],
                     value[N]);
  }
  const double a = sqrt(fmax(lipschitz * lipschitz - shift * shift, 0));
  const band b = {d, (size_t)value[WIDTH], a / (2 * value[WIDTH] + 1)};
  problem->facts = (lerp_facts){.lipschitz = lipschitz,
                                .rho = value[RHO],
                                .affine = true,
                                .gradient = true,
                                .bilinear = shift == 0,
                                .shifted_skew = true,
                                .shift = shift,
                                .note = storage == PROBLEM_F32 ? problem_rounded_note : NULL};
  const lerp_status status = build_operator(&b, storage, shift, &problem->op, error);
  return status ? status : set_solution(d, problem, error);
}

const lerp_problem_family problem_banded = {
    .name = "banded",
    .summary = "b/2 |x|^2 - b/2 |y|^2 + a x'By, B a blur: monotone, sparse, with singular values from a down "
               "to nearly 0",
    .source = "the blur: Ng, Chan, Tang 1999",
    .parameters = parameters,
    .start = "sin",
    .build = build,
};

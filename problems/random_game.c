/* SPDX-License-Identifier: MIT */
/* Saddles drawn with the seed: F = (bx + By - p, by - B'x - q), the entries of B, p and q uniform in (-1, 1). L^2 = b^2 +
 * |B|^2. The linear terms move the solution to where some constraints hold with equality and others do not. */
#include "problems.h"
#include "spectrum.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { BOX, L1, FREE };
static const char *const sets[] = {"box", "l1", "none", NULL};

/* What is drawn, as samples of the generator. */
enum { DRAW_MATRIX, DRAW_P, DRAW_Q };

typedef struct drawn {
  size_t rows, columns;
  double *matrix, *p, *q;
} drawn;

static double *draw(uint64_t seed, uint64_t sample, size_t count) {
  double *value = lerp_aligned_new(count);
  for (size_t i = 0; value && i < count; i++) {
    value[i] = 2 * lerp_random_uniform(seed, sample, i) - 1;
  }
  return value;
}

static drawn draw_all(uint64_t seed, size_t rows, size_t columns) {
  return (drawn){.rows = rows,
                 .columns = columns,
                 .matrix = draw(seed, DRAW_MATRIX, rows * columns),
                 .p = draw(seed, DRAW_P, rows),
                 .q = draw(seed, DRAW_Q, columns)};
}

static void drawn_free(drawn *self) {
  lerp_aligned_free(self->matrix);
  lerp_aligned_free(self->p);
  lerp_aligned_free(self->q);
}

/* |B|_2; NAN: out of memory. */
static double norm_of(const drawn *d) {
  size_t *first = calloc(d->rows + 1, sizeof *first);
  uint32_t *column = calloc(d->rows * d->columns, sizeof *column);
  double norm = NAN;
  if (first && column) {
    for (size_t i = 0; i < d->rows; i++) {
      first[i + 1] = (i + 1) * d->columns;
      for (size_t j = 0; j < d->columns; j++) {
        column[i * d->columns + j] = (uint32_t)j;
      }
    }
    const lerp_sparse matrix = {d->rows, d->columns, first, column, d->matrix};
    norm = spectrum_norm(&matrix);
  }
  free(first);
  free(column);
  return norm;
}

/* The operator and its facts. */
static lerp_status build_saddle(const lerp_family_input *in, size_t rows, size_t columns, double b,
                                bool constrained, int storage, lerp_problem *problem, lerp_error *error) {
  drawn d = draw_all(in->seed, rows, columns);
  const double norm = d.matrix && d.p && d.q ? norm_of(&d) : NAN;
  const double lipschitz = hypot(b, norm);
  lerp_status status = LERP_MEMORY;
  if (isnan(norm)) {
    lerp_fail(error, LERP_MEMORY, SIZE_MAX, "a random game of %zu x %zu: out of memory", rows, columns);
  } else {
    problem_round(storage, d.matrix, rows * columns);
    status = problem_dense_saddle(storage, &problem->op, rows, columns, d.matrix, b, d.p, d.q, error);
  }
  drawn_free(&d);
  problem->facts = (lerp_facts){.lipschitz = lipschitz,
                                .rho = constrained ? 0 : b / (lipschitz * lipschitz),
                                .affine = true,
                                .gradient = true,
                                .constrained = constrained,
                                .bilinear = b == 0,
                                .shifted_skew = true,
                                .shift = b,
                                .note = storage == PROBLEM_F32 ? problem_rounded_note : NULL};
  return status;
}

#define PLAYER(name_, meaning_)                                                                              \
  {                                                                                                          \
    .name = name_, .meaning = meaning_, .unit = "", .initial = 20, .minimum = 1, .maximum = 1e4,             \
    .integer = true                                                                                          \
  }

/* --- On simplices ------------------------------------------------------------------------------------- */

enum { ROWS, COLUMNS, OWN, GAME_STORAGE = OWN };

static const lerp_parameter game_parameters[] = {
    PLAYER("rows", "strategies of x"),
    PLAYER("columns", "strategies of y"),
    PROBLEM_STORAGE,
    {.name = NULL},
};

static lerp_status build_game(const lerp_family_input *in, lerp_problem *problem, lerp_error *error) {
  const lerp_status status = build_saddle(in, (size_t)in->number[ROWS], (size_t)in->number[COLUMNS], 0, true,
                                          (int)in->number[GAME_STORAGE], problem, error);
  return status ? status : lerp_resolvent_simplex(&problem->resolvent, error);
}

const lerp_problem_family problem_random_game = {
    .name = "random-game",
    .summary = "matrix game with entries drawn from (-1, 1): mixed strategies of a few pure ones",
    .source = "this suite",
    .parameters = game_parameters,
    .start = "ones",
    .simplex = true,
    .build = build_game,
};

/* --- Elsewhere ---------------------------------------------------------------------------------------- */

enum { SET = OWN, SIZE, CURVATURE, STORAGE };

static const lerp_parameter saddle_parameters[] = {
    PLAYER("rows", "dimension of x"),
    PLAYER("columns", "dimension of y"),
    {.name = "set",
     .meaning = "the box |z_i| <= size, A = size d|.|_1, or A = 0",
     .unit = "",
     .choices = sets},
    {.name = "size",
     .meaning = "of the box; weight of the l1 norm",
     .unit = "",
     .initial = 1,
     .open_minimum = true,
     .maximum = INFINITY,
     .open_maximum = true},
    {.name = "b",
     .meaning = "strong convexity in x and concavity in y",
     .unit = "",
     .maximum = INFINITY,
     .open_maximum = true},
    PROBLEM_STORAGE,
    {.name = NULL},
};

static lerp_status build_set(int set, double size, lerp_resolvent *resolvent, lerp_error *error) {
  switch (set) {
  case BOX:
    return lerp_resolvent_box(resolvent, -size, size, error);
  case L1:
    return lerp_resolvent_l1(resolvent, size, error);
  default:
    return LERP_OK;
  }
}

static lerp_status build(const lerp_family_input *in, lerp_problem *problem, lerp_error *error) {
  const double *value = in->number;
  const int set = (int)value[SET];
  const lerp_status status = build_saddle(in, (size_t)value[ROWS], (size_t)value[COLUMNS], value[CURVATURE],
                                          set != FREE, (int)value[STORAGE], problem, error);
  return status ? status : build_set(set, value[SIZE], &problem->resolvent, error);
}

const lerp_problem_family problem_random_saddle = {
    .name = "random-saddle",
    .summary = "bilinear game with entries drawn from (-1, 1), in a box, under an l1 norm, or free",
    .source = "this suite",
    .parameters = saddle_parameters,
    .start = "sin",
    .build = build,
};

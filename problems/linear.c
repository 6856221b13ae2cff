/* SPDX-License-Identifier: MIT */
#include "linear.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

const char *const linear_couplings[] = {"identity", "householder", NULL};
const char *const linear_operators[] = {"structured", "dense", "affine", "callback", NULL};

lerp_status linear_check_rho(const char *owner, double rho, double lipschitz, lerp_error *error) {
  if (fabs(rho * lipschitz) <= 1) {
    return LERP_OK;
  }
  char value[32];
  lerp_format_number(rho, value, sizeof value);
  return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                   "%s: rho=%s with L=%g: rho L must be in [-1, 1]; no L-Lipschitz game has another", owner,
                   value, lipschitz);
}

static double a_of(const linear_game *game, size_t i) {
  return game->a_each ? game->a_each[i] : game->a;
}

static double b_of(const linear_game *game, size_t i) {
  return game->b_each ? game->b_each[i] : game->b;
}

/* u_i = 1/(i+1) of the Householder coupling. */
static double reflector(size_t i) {
  return 1 / ((double)i + 1);
}

static double reflector_square(size_t pairs) {
  double square = 0;
  for (size_t i = 0; i < pairs; i++) {
    square += reflector(i) * reflector(i);
  }
  return square;
}

static lerp_status out_of_memory(size_t pairs, lerp_error *error) {
  return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "linear game of n=%zu: out of memory", 2 * pairs);
}

static lerp_status build_structured(const linear_game *game, lerp_operator *op, lerp_error *error) {
  double *u = NULL;
  if (game->householder) {
    u = lerp_aligned_new(game->pairs);
    if (!u) {
      return out_of_memory(game->pairs, error);
    }
    for (size_t i = 0; i < game->pairs; i++) {
      u[i] = reflector(i);
    }
  }
  const lerp_linear_game source = {.pairs = game->pairs,
                                   .a = game->a,
                                   .b = game->b,
                                   .a_each = game->a_each,
                                   .b_each = game->b_each,
                                   .reflector = u,
                                   .offset = game->offset};
  const lerp_status status = lerp_operator_linear_game(op, &source, error);
  lerp_aligned_free(u);
  return status;
}

/* Writes Q diag(a) into the d x d corner at `matrix`. */
static void write_coupling(const linear_game *game, double *matrix, size_t stride) {
  const size_t d = game->pairs;
  const double scale = game->householder ? 2 / reflector_square(d) : 0;
  for (size_t i = 0; i < d; i++) {
    for (size_t j = 0; j < d; j++) {
      const double q = (i == j) - scale * reflector(i) * reflector(j);
      matrix[i * stride + j] = q * a_of(game, j);
    }
  }
}

/* q = M offset, so that F = M(z - offset). */
static void offset_rows(size_t rows, size_t columns, const double *matrix, size_t stride, double offset,
                        double *q) {
  for (size_t i = 0; i < rows; i++) {
    q[i] = 0;
    for (size_t j = 0; j < columns; j++) {
      q[i] += matrix[i * stride + j] * offset;
    }
  }
}

static double *new_matrix(size_t n) {
  return n > SIZE_MAX / sizeof(double) / n ? NULL : lerp_aligned_new(n * n);
}

static lerp_status build_dense(const linear_game *game, lerp_operator *op, lerp_error *error) {
  const size_t d = game->pairs;
  if (game->b_each) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                     "operator=dense needs one b for all pairs; this game has many: use operator=affine");
  }
  double *matrix = new_matrix(d), *p = lerp_aligned_new(d), *q = lerp_aligned_new(d);
  lerp_status status = LERP_MEMORY;
  if (matrix && p && q) {
    write_coupling(game, matrix, d);
    problem_round(game->storage, matrix, d * d);
    const bool moved = game->offset != 0;
    for (size_t i = 0; i < d; i++) {
      p[i] = q[i] = game->b * game->offset;
    }
    for (size_t i = 0; moved && i < d; i++) {
      for (size_t j = 0; j < d; j++) {
        p[i] += matrix[i * d + j] * game->offset;
        q[j] -= matrix[i * d + j] * game->offset;
      }
    }
    status = problem_dense_saddle(game->storage, op, d, d, matrix, game->b, moved ? p : NULL,
                                  moved ? q : NULL, error);
  } else {
    out_of_memory(d, error);
  }
  lerp_aligned_free(matrix);
  lerp_aligned_free(p);
  lerp_aligned_free(q);
  return status;
}

static lerp_status build_affine(const linear_game *game, lerp_operator *op, lerp_error *error) {
  const size_t d = game->pairs, n = 2 * d;
  double *matrix = new_matrix(n), *q = lerp_aligned_new(n);
  lerp_status status = LERP_MEMORY;
  if (matrix && q) {
    write_coupling(game, matrix + d, n);
    for (size_t i = 0; i < d; i++) {
      for (size_t j = 0; j < d; j++) {
        matrix[i * n + j] = matrix[(d + i) * n + d + j] = i == j ? b_of(game, i) : 0;
        matrix[(d + j) * n + i] = -matrix[i * n + d + j];
      }
    }
    problem_round(game->storage, matrix, n * n);
    offset_rows(n, n, matrix, n, game->offset, q);
    const size_t dimension[LERP_PARTS] = {d, d};
    status = problem_affine(game->storage, op, dimension, matrix, game->offset != 0 ? q : NULL, error);
  } else {
    out_of_memory(d, error);
  }
  lerp_aligned_free(matrix);
  lerp_aligned_free(q);
  return status;
}

static void couple_identity(const linear_game *game, const double *x, const double *y, double *fx,
                            double *fy) {
  const double o = game->offset;
  for (size_t i = 0; i < game->pairs; i++) {
    const double a = a_of(game, i), b = b_of(game, i);
    fx[i] = b * (x[i] - o) + a * (y[i] - o);
    fy[i] = b * (y[i] - o) - a * (x[i] - o);
  }
}

static void couple_householder(const linear_game *game, const double *x, const double *y, double *fx,
                               double *fy) {
  const double o = game->offset, scale = 2 / reflector_square(game->pairs);
  double ux = 0, uay = 0;
  for (size_t i = 0; i < game->pairs; i++) {
    ux += scale * reflector(i) * (x[i] - o);
    uay += scale * reflector(i) * a_of(game, i) * (y[i] - o);
  }
  for (size_t i = 0; i < game->pairs; i++) {
    const double a = a_of(game, i), b = b_of(game, i);
    fx[i] = b * (x[i] - o) + a * (y[i] - o) - uay * reflector(i);
    fy[i] = b * (y[i] - o) - a * ((x[i] - o) - ux * reflector(i));
  }
}

/* The plain function that a user would write; it owns the arrays of the game. */
static int call(void *self, const double *x, const double *y, double *fx, double *fy) {
  const linear_game *game = self;
  (game->householder ? couple_householder : couple_identity)(game, x, y, fx, fy);
  return 0;
}

static void free_arrays(linear_game *game) {
  lerp_aligned_free(game->a_each);
  lerp_aligned_free(game->b_each);
  game->a_each = game->b_each = NULL;
}

static void free_game(void *self) {
  free_arrays(self);
  free(self);
}

static lerp_status build_callback(linear_game *game, lerp_operator *op, lerp_error *error) {
  linear_game *owner = malloc(sizeof *owner);
  if (!owner) {
    return out_of_memory(game->pairs, error);
  }
  *owner = *game;
  const size_t dimension[LERP_PARTS] = {game->pairs, game->pairs};
  const lerp_status status = lerp_operator_callback(op, dimension, call, owner, free_game, error);
  if (status) {
    free(owner);
    return status;
  }
  game->a_each = game->b_each = NULL; /* the operator's now */
  op->affine = true;
  op->flops = 12 * (double)game->pairs;
  return LERP_OK;
}

static lerp_status build_operator(linear_game *game, lerp_operator *op, lerp_error *error) {
  const bool holds = game->form == LINEAR_DENSE || game->form == LINEAR_AFFINE;
  if (game->storage != PROBLEM_F64 && !holds) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                     "storage=%s with operator=%s: only operator=dense and operator=affine hold a matrix",
                     problem_storages[game->storage], linear_operators[game->form]);
  }
  switch (game->form) {
  case LINEAR_DENSE:
    return build_dense(game, op, error);
  case LINEAR_AFFINE:
    return build_affine(game, op, error);
  case LINEAR_CALLBACK:
    return build_callback(game, op, error);
  default:
    return build_structured(game, op, error);
  }
}

static lerp_status set_solution(const linear_game *game, lerp_problem *problem, lerp_error *error) {
  for (int part = 0; part < LERP_PARTS; part++) {
    problem->solution[part] = lerp_aligned_new(game->pairs);
    if (!problem->solution[part]) {
      return out_of_memory(game->pairs, error);
    }
    for (size_t i = 0; i < game->pairs; i++) {
      problem->solution[part][i] = game->offset;
    }
  }
  return LERP_OK;
}

/* What to say of the solution offset (1, ..., 1). Where b < 0 and Q = I, a box around it holds no other if and only if
 * |b| (r + |o|) < a (r - |o|) in every pair: otherwise (r, -r) or (-r, r) is one. */
static const char *note_on(const linear_game *game) {
  const double r = game->box, o = fabs(game->offset);
  bool negative = false, unique = true;
  for (size_t i = 0; isfinite(r) && o <= r && i < game->pairs; i++) {
    const double b = b_of(game, i);
    negative = negative || b < 0;
    unique = unique && (b >= 0 || -b * (r + o) < a_of(game, i) * (r - o));
  }
  if (negative && game->householder) {
    return "the box may hold solutions besides offset (1, ..., 1)";
  }
  return unique ? NULL
                : "the box holds solutions besides offset (1, ..., 1): |b| (box + |offset|) >= a (box - "
                  "|offset|)";
}

/* b, as the operator has it. */
static double shift_of(const linear_game *game) {
  return game->storage == PROBLEM_F32 && game->form == LINEAR_AFFINE ? (float)game->b : game->b;
}

lerp_status linear_build(linear_game *game, lerp_problem *problem, lerp_error *error) {
  const bool boxed = isfinite(game->box), one_b = !game->b_each;
  const char *note = note_on(game);
  if (!note && game->storage == PROBLEM_F32) {
    note = problem_rounded_note;
  }
  lerp_status status = build_operator(game, &problem->op, error);
  if (status == LERP_OK && boxed) {
    status = lerp_resolvent_box(&problem->resolvent, -game->box, game->box, error);
  }
  if (status == LERP_OK && fabs(game->offset) <= game->box) {
    status = set_solution(game, problem, error);
  }
  free_arrays(game);
  problem->facts = (lerp_facts){.lipschitz = game->lipschitz,
                                /* a box adds solutions where b < 0, and leaves A + F no more than monotone */
                                .rho = !boxed          ? game->rho
                                       : game->rho < 0 ? NAN
                                                       : 0,
                                .affine = true,
                                .gradient = true,
                                .constrained = boxed,
                                .bilinear = one_b && game->b == 0,
                                .shifted_skew = one_b,
                                .shift = one_b ? shift_of(game) : 0,
                                .note = note};
  return status;
}

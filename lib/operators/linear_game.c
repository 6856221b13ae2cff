/* SPDX-License-Identifier: MIT */
/* F = M(z - offset), M = [[b, Q a], [-a Q, b]] with a and b diagonal and Q = I or a Householder reflector.
 * In the coordinates (Qx, y) the game falls apart into pairs: with x' = Qx,
 *   F_x' = b x' + a y,  F_y = b y - a x',
 * and its exact resolvent is again such a game: v = (I + gamma M)^-1 p has the coefficients
 *   b' = (1 + gamma b) / D,  a' = -gamma a / D,  D = (1 + gamma b)^2 + (gamma a)^2. */
#include <lerp/operators.h>
#include <lerp/step.h>

#include "../kernels/kernels.h"
#include "../solver/internal.h"
#include "arrays.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct linear_game {
  size_t pairs;
  lerp_pair_map f;
  double *a_each, *b_each;
  double *u;  /* the reflector scaled to 2 / u^T u = 1 */
  double *au; /* a u */
} linear_game;

/* The pairs of one block, and its emission. */
typedef struct block {
  size_t begin, length;
  const double *x, *y;
} block;

static block block_at(const lerp_step *step, const double *at, size_t begin) {
  const size_t rest = step->range.end[0] - begin, length = rest < LERP_BLOCK ? rest : LERP_BLOCK;
  return (block){begin, length, at + step->layout->offset[0] + begin, at + step->layout->offset[1] + begin};
}

static void apply_pairs(const lerp_step *step, const block *at, const lerp_pair_map *map, double *fx,
                        double *fy) {
  step->kernels->pairs(map, at->begin, at->length, at->x, at->y, fx, fy);
}

/* out = v - offset, plus scale u */
static void shift(const block *at, const double *v, double offset, const double *u, double scale,
                  double *out) {
  for (size_t i = 0; i < at->length; i++) {
    out[i] = (v[i] - offset) + scale * u[at->begin + i];
  }
}

static void evaluate_pairs(const void *self, lerp_step *step, const double *at, uint64_t sample,
                           lerp_emit emit, void *sink) {
  (void)sample;
  const linear_game *game = self;
  _Alignas(64) double fx[LERP_BLOCK], fy[LERP_BLOCK];
  for (size_t i = step->range.begin[0]; i < step->range.end[0]; i += LERP_BLOCK) {
    const block here = block_at(step, at, i);
    apply_pairs(step, &here, &game->f, fx, fy);
    emit(sink, 0, i, here.length, fx);
    emit(sink, 1, i, here.length, fy);
  }
}

static void fill_pairs(const void *self, lerp_step *step, const double *at, uint64_t sample, double *f) {
  (void)sample;
  const linear_game *game = self;
  for (size_t i = step->range.begin[0]; i < step->range.end[0]; i += LERP_BLOCK) {
    const block here = block_at(step, at, i);
    apply_pairs(step, &here, &game->f, f + step->layout->offset[0] + i, f + step->layout->offset[1] + i);
  }
}

static bool advance_pairs(const void *self, lerp_step *step, const double *at, const lerp_sources *s,
                          double *out) {
  const linear_game *game = self;
  const size_t begin = step->range.begin[0], pairs = step->range.end[0] - begin;
  return step->kernels->update_pairs(&game->f, begin, pairs, step->layout->offset, at, s, out);
}

/* Another vector of so many pairs is no more in any cache when it is read. */
enum { FAR = 1 << 21 };

static bool chain_pairs(const void *self, lerp_step *step, const lerp_chain *chain, uint64_t steps,
                        const double *z, double *out) {
  const linear_game *game = self;
  if (!lerp_unconstrained(step)) {
    return false;
  }
  const size_t begin = step->range.begin[0], pairs = step->range.end[0] - begin;
  const bool far = out != z && game->pairs >= FAR;
  step->kernels->chain_pairs(&game->f, begin, pairs, step->layout->offset, chain, steps, far, z, out);
  return true;
}

/* F_x = b x + a y - <au, y> u,  F_y = b y - a x + <u, x> a u  for shifted x, y */
static void evaluate_reflected(const void *self, lerp_step *step, const double *at, uint64_t sample,
                               lerp_emit emit, void *sink) {
  (void)sample;
  const linear_game *game = self;
  const lerp_kernels *kernels = step->kernels;
  _Alignas(64) double fx[LERP_BLOCK], fy[LERP_BLOCK];
  double product[2];
  for (size_t i = step->range.begin[0]; i < step->range.end[0]; i += LERP_BLOCK) {
    const block here = block_at(step, at, i);
    const size_t row = i / LERP_BLOCK, other = lerp_block_index(step->layout, 1, i);
    shift(&here, here.x, game->f.offset, game->u, 0, fx);
    shift(&here, here.y, game->f.offset, game->u, 0, fy);
    lerp_sum_row(step->products, 0)[row] = kernels->dot(here.length, game->u + i, fx);
    lerp_sum_row(step->products, 1)[row] = kernels->dot(here.length, game->au + i, fy);
    lerp_sum_row(step->products, 0)[other] = lerp_sum_row(step->products, 1)[other] = 0;
  }
  step->team->sum(step->team, step->products, 2, product, NULL);
  for (size_t i = step->range.begin[0]; i < step->range.end[0]; i += LERP_BLOCK) {
    const block here = block_at(step, at, i);
    apply_pairs(step, &here, &game->f, fx, fy);
    kernels->combine(here.length, fx, 2, (const double *const[]){fx, game->u + i},
                     (double[]){1, -product[1]});
    kernels->combine(here.length, fy, 2, (const double *const[]){fy, game->au + i},
                     (double[]){1, product[0]});
    emit(sink, 0, i, here.length, fx);
    emit(sink, 1, i, here.length, fy);
  }
}

static lerp_pair_map resolvent_map(double gamma, double a, double b) {
  const double forward = 1 + gamma * b, turn = gamma * a, determinant = forward * forward + turn * turn;
  return (lerp_pair_map){.a = -turn / determinant, .b = forward / determinant};
}

static lerp_status prepare(const void *self, double gamma, double *factor, lerp_error *error) {
  (void)error;
  const linear_game *game = self;
  for (size_t i = 0; i < game->pairs; i++) {
    const lerp_pair_map c = resolvent_map(gamma, game->f.a_each ? game->f.a_each[i] : game->f.a,
                                          game->f.b_each ? game->f.b_each[i] : game->f.b);
    factor[i] = c.a;
    factor[game->pairs + i] = c.b;
  }
  return LERP_OK;
}

static void unshift_and_emit(const block *here, double offset, const double *u, double scale, double *vx,
                             double *vy, lerp_emit emit, void *sink) {
  for (size_t i = 0; i < here->length; i++) {
    vx[i] = vx[i] + (u ? scale * u[here->begin + i] : 0) + offset;
    vy[i] = vy[i] + offset;
  }
  emit(sink, 0, here->begin, here->length, vx);
  emit(sink, 1, here->begin, here->length, vy);
}

static void resolve_pairs(const void *self, lerp_step *step, double gamma, const double *factor,
                          const double *at, lerp_emit emit, void *sink) {
  (void)gamma;
  const linear_game *game = self;
  const lerp_pair_map c = {.offset = game->f.offset, .a_each = factor, .b_each = factor + game->pairs};
  _Alignas(64) double vx[LERP_BLOCK], vy[LERP_BLOCK];
  for (size_t i = step->range.begin[0]; i < step->range.end[0]; i += LERP_BLOCK) {
    const block here = block_at(step, at, i);
    apply_pairs(step, &here, &c, vx, vy);
    unshift_and_emit(&here, game->f.offset, NULL, 0, vx, vy, emit, sink);
  }
}

/* The pairs of one block in the coordinates (Qx, y), given <u, x>. */
static void resolve_reflected_block(const linear_game *game, const lerp_step *step, const lerp_pair_map *c,
                                    const block *here, double product, double *vx, double *vy) {
  _Alignas(64) double x[LERP_BLOCK], y[LERP_BLOCK];
  shift(here, here->x, game->f.offset, game->u, -product, x);
  shift(here, here->y, game->f.offset, game->u, 0, y);
  apply_pairs(step, &(block){here->begin, here->length, x, y}, c, vx, vy);
}

/* x' = Qx needs <u, x>; then w_x = Q v' needs <u, v'>. v' is computed twice rather than stored. */
static void resolve_reflected(const void *self, lerp_step *step, double gamma, const double *factor,
                              const double *at, lerp_emit emit, void *sink) {
  (void)gamma;
  const linear_game *game = self;
  const lerp_pair_map c = {.a_each = factor, .b_each = factor + game->pairs};
  _Alignas(64) double vx[LERP_BLOCK], vy[LERP_BLOCK];
  double product = 0, back = 0;
  for (int pass = 0; pass < 2; pass++) {
    for (size_t i = step->range.begin[0]; i < step->range.end[0]; i += LERP_BLOCK) {
      const block here = block_at(step, at, i);
      if (pass == 0) {
        shift(&here, here.x, game->f.offset, game->u, 0, vx);
      } else {
        resolve_reflected_block(game, step, &c, &here, product, vx, vy);
      }
      lerp_sum_row(step->products, 0)[i / LERP_BLOCK] = step->kernels->dot(here.length, game->u + i, vx);
      lerp_sum_row(step->products, 0)[lerp_block_index(step->layout, 1, i)] = 0;
    }
    step->team->sum(step->team, step->products, 1, pass == 0 ? &product : &back, NULL);
  }
  for (size_t i = step->range.begin[0]; i < step->range.end[0]; i += LERP_BLOCK) {
    const block here = block_at(step, at, i);
    resolve_reflected_block(game, step, &c, &here, product, vx, vy);
    unshift_and_emit(&here, game->f.offset, game->u, -back, vx, vy, emit, sink);
  }
}

static void release(void *self) {
  linear_game *game = self;
  lerp_aligned_free(game->a_each);
  lerp_aligned_free(game->b_each);
  lerp_aligned_free(game->u);
  lerp_aligned_free(game->au);
  free(game);
}

/* u scaled so that Q = I - u u^T, and a u. */
static bool set_reflector(linear_game *game, const double *reflector) {
  if (!lerp_copy_array(&game->u, reflector, game->pairs) || !(game->au = lerp_aligned_new(game->pairs))) {
    return false;
  }
  double square = 0;
  for (size_t i = 0; i < game->pairs; i++) {
    square += reflector[i] * reflector[i];
  }
  for (size_t i = 0; i < game->pairs; i++) {
    game->u[i] *= sqrt(2 / square);
    game->au[i] = (game->a_each ? game->a_each[i] : game->f.a) * game->u[i];
  }
  return true;
}

static lerp_status check(const lerp_linear_game *game, lerp_error *error) {
  if (game->pairs == 0) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "linear game: 0 pairs: at least 1");
  }
  if (game->reflector && game->b_each) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "linear game: with a reflector b must be one constant");
  }
  bool reflects = !game->reflector;
  for (size_t i = 0; i < game->pairs && !reflects; i++) {
    reflects = game->reflector[i] != 0;
  }
  if (!reflects) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "linear game: the reflector is zero");
  }
  if (!isfinite(game->a) || !isfinite(game->b) || !isfinite(game->offset) ||
      !lerp_all_finite(game->a_each, game->pairs) || !lerp_all_finite(game->b_each, game->pairs) ||
      !lerp_all_finite(game->reflector, game->pairs)) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "linear game: a coefficient is not finite");
  }
  return LERP_OK;
}

lerp_status lerp_operator_linear_game(lerp_operator *op, const lerp_linear_game *source, lerp_error *error) {
  const lerp_status status = check(source, error);
  if (status) {
    return status;
  }
  linear_game *game = calloc(1, sizeof *game);
  if (game) {
    *game = (linear_game){.pairs = source->pairs,
                          .f = {.a = source->a, .b = source->b, .offset = source->offset}};
  }
  if (!game || !lerp_copy_array(&game->a_each, source->a_each, source->pairs) ||
      !lerp_copy_array(&game->b_each, source->b_each, source->pairs) ||
      (source->reflector && !set_reflector(game, source->reflector))) {
    if (game) {
      release(game);
    }
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "linear game of %zu pairs: out of memory", source->pairs);
  }
  game->f.a_each = game->a_each;
  game->f.b_each = game->b_each;
  const bool reflected = game->u != NULL;
  const double arrays = (game->a_each != NULL) + (game->b_each != NULL) + (reflected ? 4 : 0);
  *op = (lerp_operator){
      .name = reflected ? "reflected linear game" : "linear game",
      .dimension = {source->pairs, source->pairs},
      .local = !reflected,
      .affine = true,
      .self = game,
      .evaluate = reflected ? evaluate_reflected : evaluate_pairs,
      .fill = reflected ? NULL : fill_pairs,
      .advance = reflected ? NULL : advance_pairs,
      .chain = reflected ? NULL : chain_pairs,
      .resolve = reflected ? resolve_reflected : resolve_pairs,
      .prepare = prepare,
      .factor_size = 2 * source->pairs,
      .bytes = 8 * arrays * (double)source->pairs,
      .flops = (reflected ? 16 : 6) * (double)source->pairs,
      .free = release,
  };
  return LERP_OK;
}

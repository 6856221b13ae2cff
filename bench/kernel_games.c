/* SPDX-License-Identifier: MIT */
/* The library's kernels for games on pairs. n counts pairs. */
#include "kernel_parameters.h"

#include <string.h>

enum { COEFFICIENTS_ONE, COEFFICIENTS_EACH };
static const char *const coefficients[] = {"one", "each", NULL};
#define COEFFICIENTS                                                                                         \
  {                                                                                                          \
    .name = "coefficients", .meaning = "one a and b, or one for each pair", .unit = "",                      \
    .choices = coefficients                                                                                  \
  }
static const lerp_parameter pairs_parameters[] = {COEFFICIENTS, KERNEL_LEVEL, KERNEL_END};

/* What works on so many vectors of pairs, and on a and b behind them. */
static kernel_cost cost_of(const double *value, double vectors, double flops) {
  const double doubles = 2 * vectors + (value[0] == COEFFICIENTS_EACH ? 2 : 0);
  return (kernel_cost){doubles, 8 * doubles, flops};
}

static lerp_pair_map map_of(const kernel_share *s, size_t vectors) {
  const double *a = s->value[0] == COEFFICIENTS_EACH ? s->memory + 2 * vectors * s->n : NULL;
  return (lerp_pair_map){0.5, 0.5, 0, a, a != NULL ? a + s->n : NULL};
}

static kernel_cost pairs_cost(const double *value) {
  return cost_of(value, 2, 6);
}

static void pairs_run(const kernel_share *s) {
  const lerp_pair_map map = map_of(s, 2);
  double *x = s->memory, *y = x + s->n, *fx = y + s->n, *fy = fx + s->n;
  s->kernels->pairs(&map, 0, s->n, x, y, fx, fy);
}

/* As the second step of an extragradient: F at one vector, added to another, into a third. */
static kernel_cost update_pairs_cost(const double *value) {
  return cost_of(value, 3, 6 + 4);
}

static void update_pairs_run(const kernel_share *s) {
  const size_t offset[LERP_PARTS] = {0, s->n};
  const lerp_pair_map map = map_of(s, 3);
  const lerp_sources sources = {.count = 1, .of_f = -0.5, .v = {s->memory + 2 * s->n}, .c = {1}};
  s->kernels->update_pairs(&map, 0, s->n, offset, s->memory, &sources, s->memory + 4 * s->n);
}

/* Extragradient: two forward steps an iteration, four multiply-adds each. */
enum { STEP_FLOPS = 8 };
static const lerp_chain chain = {.inner = 1, .gamma = 0.1, .last = 0.1};

static const lerp_parameter chain_parameters[] = {
    COEFFICIENTS, KERNEL_COUNT("iterations", "in registers, of extragradient", 1, 1, 1e6), KERNEL_LEVEL,
    KERNEL_END};

static kernel_cost chain_cost(const double *value) {
  return cost_of(value, 2, value[1] * (double)(chain.inner + 1) * STEP_FLOPS);
}

static void chain_run(const kernel_share *s) {
  const size_t offset[LERP_PARTS] = {0, s->n};
  const lerp_pair_map map = map_of(s, 2);
  const bool far = s->value[2] == ROOF_MEMORY;
  s->kernels->chain_pairs(&map, 0, s->n, offset, &chain, (uint64_t)s->value[1], far, s->memory,
                          s->memory + 2 * s->n);
}

/* The games of a batch: as many as the kernel takes, from the same start at each pass, so that none comes to rest. A look
 * at them is F, two squares of it and two of the iterate. */
enum { GAMES_STEPS = 64, GAMES_ROUNDS = 4, LOOK_FLOPS = 12 };

static kernel_cost run_games_cost(const double *value) {
  (void)value;
  const double steps = GAMES_STEPS * (double)(chain.inner + 1) * STEP_FLOPS;
  return (kernel_cost){.flops = (double)kernel_table()->games * GAMES_ROUNDS * (steps + LOOK_FLOPS)};
}

static void run_games_run(const kernel_share *s) {
  lerp_games games;
  memset(&games, 0, sizeof games);
  for (size_t i = 0; i < s->kernels->games; i++) {
    games.x[i] = games.y[i] = games.a[i] = 1;
    games.inner_a[i] = games.last_a[i] = -chain.gamma;
  }
  s->kernels->run_games(&games, false, chain.inner, GAMES_STEPS, GAMES_ROUNDS);
}

const kernel kernel_pairs = {.name = "pairs",
                             .summary = "F of independent linear games on pairs",
                             .sweep = "pairs:coefficients=one,each" KERNEL_LEVELS,
                             .parameters = pairs_parameters,
                             .cost = pairs_cost,
                             .run = pairs_run};
const kernel kernel_update_pairs = {.name = "update-pairs",
                                    .summary = "a step with their F, which is not stored",
                                    .sweep = "update-pairs:coefficients=one,each" KERNEL_LEVELS,
                                    .parameters = pairs_parameters,
                                    .cost = update_pairs_cost,
                                    .run = update_pairs_run};
const kernel kernel_chain_pairs = {.name = "chain-pairs",
                                   .summary = "iterations of these games in registers",
                                   .sweep =
                                       "chain-pairs:coefficients=one,each:iterations=1,10,100" KERNEL_LEVELS,
                                   .parameters = chain_parameters,
                                   .cost = chain_cost,
                                   .run = chain_run};
const kernel kernel_run_games = {.name = "run-games",
                                 .summary = "iterations of the games of a batch, and looks at them",
                                 .sweep = "run-games",
                                 .cost = run_games_cost,
                                 .run = run_games_run};

/* SPDX-License-Identifier: MIT */
#include "safeguard.h"

static const double gamma_max = 1e8, increase = 1.1, generous = 0.45, runaway = 5;
enum { INCREASES_MAX = 200, RUNAWAY_LEVELS = 20 };

lerp_guarantee lerp_safeguard_guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  const double *value = instance->value;
  if (facts->rho * facts->lipschitz > -1 && value[LERP_SAFEGUARD_THETA] > value[LERP_SAFEGUARD_BETA]) {
    return lerp_proved("weak Minty with rho > -1/L: the residual tends to 0 along a subsequence",
                       "this suite");
  }
  return lerp_unproved("the safeguard needs rho > -1/L and theta > beta");
}

lerp_cost lerp_safeguard_cost(const lerp_method_instance *instance) {
  (void)instance;
  return (lerp_cost){.evaluations = 1, .resolvents = 1, .exact = false};
}

/* A factor below 1 at level 0 that tends to 1. */
static double tightened(const lerp_safeguard *g, double factor) {
  return 1 - (1 - factor) * exp2(-g->level);
}

/* gamma |F w - F b| / |w - b| that is aimed at on this level. */
static double margin_of(const lerp_safeguard *g) {
  return tightened(g, g->beta);
}

lerp_safeguard lerp_safeguard_from(const double *value, double *const *work) {
  return (lerp_safeguard){.beta = value[LERP_SAFEGUARD_BETA],
                          .sigma = value[LERP_SAFEGUARD_SIGMA],
                          .theta = value[LERP_SAFEGUARD_THETA],
                          .level_budget = value[LERP_SAFEGUARD_LEVEL_BUDGET],
                          .first = value[LERP_SAFEGUARD_FIRST],
                          .reference = INFINITY,
                          .ceiling = INFINITY,
                          .z = work[0],
                          .b = work[1],
                          .f_b = work[2],
                          .f = work[3]};
}

void lerp_safeguard_begin(lerp_step *s, lerp_safeguard *g, const double *z) {
  double square[2];
  const double *at = z;
  if (!lerp_unconstrained(s)) {
    lerp_advance(s, NULL, 0, LERP_OUTPUTS({.out = g->f, .value = {.term = {{1, z}}}, .gamma = 1}),
                 LERP_NO_PRODUCTS);
    at = g->f;
  }
  lerp_advance(s, at, LERP_EXACT,
               LERP_OUTPUTS({.out = g->z, .value = {.term = {{1, at}}}},
                            {.out = g->b, .value = {.term = {{1, at}}}},
                            {.out = g->f_b, .value = {.of_f = 1}}),
               LERP_PRODUCTS({.left = {.term = {{1, at}}}, .right = {.term = {{1, at}}}},
                             {.left = {.of_f = 1}, .right = {.of_f = 1}}),
               square);
  const double step = g->first * fmax(1, sqrt(square[0])) / sqrt(square[1]);
  g->gamma = fmin(1, step); /* 1 where F w_0 = 0 */
}

void lerp_safeguard_measure(lerp_safeguard *g, double moved, double changed) {
  if (lerp_is_resolved(changed * changed) && lerp_is_resolved(moved * moved)) {
    g->gamma = fmin(margin_of(g) * moved / changed, gamma_max);
    g->measured = true;
  }
}

void lerp_safeguard_sample(lerp_step *s, const lerp_safeguard *g, double *next) {
  lerp_advance(
      s, NULL, 0,
      LERP_OUTPUTS({.out = next, .value = {.term = {{1, g->z}, {-g->gamma, g->f_b}}}, .gamma = g->gamma}),
      LERP_NO_PRODUCTS);
}

/* After a step with room to spare gamma grows a little; where F changed too fast it shrinks. */
static void adapt(lerp_safeguard *g, bool stepped, double moved, double changed) {
  const double before = g->gamma;
  if (stepped && before * changed < generous * moved && g->increases < INCREASES_MAX) {
    const double limit = changed > 0 ? margin_of(g) * moved / changed : INFINITY;
    g->gamma = fmin(fmin(increase * before, limit), gamma_max);
    g->increases++;
  }
  if (!g->measured || g->gamma * changed > tightened(g, g->theta) * moved) {
    lerp_safeguard_measure(g, moved, changed);
  }
}

double lerp_safeguard_absorb(lerp_step *s, lerp_safeguard *g, const double *w) {
  enum { CHANGED, SQUARE, ALONG, MOVED, PRODUCTS };
  const double inverse = 1 / g->gamma;
  const lerp_combination v = {.of_f = 1, .term = {{inverse, g->z}, {-1, g->f_b}, {-inverse, w}}};
  const lerp_combination changed = {.of_f = 1, .term = {{-1, g->f_b}}},
                         moved = {.term = {{1, w}, {-1, g->b}}};
  double product[PRODUCTS];
  lerp_advance(s, w, LERP_EXACT, LERP_OUTPUTS({.out = g->f, .value = {.of_f = 1}}),
               LERP_PRODUCTS({.left = changed, .right = changed}, {.left = v, .right = v},
                             {.left = v, .right = {.term = {{1, g->z}, {-1, w}}}},
                             {.left = moved, .right = moved}),
               product);
  const bool steps = lerp_is_resolved(product[SQUARE]) &&
                     sqrt(product[CHANGED]) <= g->sigma * exp2(-g->level) * sqrt(product[SQUARE]);
  const double lambda = steps ? exp2(-g->level) * product[ALONG] / product[SQUARE] : 0;
  lerp_advance(s, NULL, 0,
               LERP_OUTPUTS({.out = g->z,
                             .value = {.term = {{1 - lambda * inverse, g->z},
                                                {-lambda, g->f},
                                                {lambda, g->f_b},
                                                {lambda * inverse, w}}}},
                            {.out = g->b, .value = {.term = {{1, w}}}}),
               LERP_NO_PRODUCTS);
  lerp_swap(&g->f, &g->f_b);
  adapt(g, steps, sqrt(product[MOVED]), sqrt(product[CHANGED]));
  g->steps++;
  return sqrt(product[SQUARE]);
}

void lerp_safeguard_review(lerp_safeguard *g, double residual) {
  const bool runs_away = g->level < RUNAWAY_LEVELS && residual > runaway * (g->level + 1) * g->ceiling;
  if (residual <= g->reference / 2) {
    g->reference = residual;
    g->steps = 0;
    g->ceiling = isinf(g->ceiling) ? residual : g->ceiling;
  } else if (runs_away || g->steps > g->level_budget * exp2(5 * g->level)) {
    g->level++;
    g->steps = g->increases = 0;
    g->gamma = fmin(2 * g->gamma, gamma_max);
    g->ceiling = residual;
  }
}

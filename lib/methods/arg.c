/* SPDX-License-Identifier: MIT */
/* Anchored reflected gradient: z_1 = J(z_0 - gamma F z_0), then
 * zh = 2 z_k - z_{k-1} + (z_0 - z_k)/(k+1) - (z_0 - z_{k-1})/k, z <- J(z_k - gamma F zh + (z_0 - z_k)/(k+1)). */
#include "methods.h"

enum { GAMMA };

static double default_gamma(const lerp_facts *facts, const double *value) {
  (void)value;
  return 1 / (12 * facts->lipschitz);
}

static const lerp_parameter parameters[] = {
    LERP_STEP_SIZE(default_gamma, "(0, 1/(12L)] for rho >= 0", "Cai, Zheng 2023"),
    LERP_END_PARAMETERS,
};

static lerp_guarantee guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  if (facts->rho >= 0 && instance->value[GAMMA] * facts->lipschitz <= 1.0 / 12 * (1 + 1e-12)) {
    return lerp_proved("monotone and gamma <= 1/(12L): O(1/k)", "Cai, Zheng 2023");
  }
  return lerp_unproved("the anchored reflected gradient needs rho >= 0 and gamma <= 1/(12L)");
}

static lerp_cost cost(const lerp_method_instance *instance) {
  (void)instance;
  return (lerp_cost){.evaluations = 1, .resolvents = 1, .exact = true};
}

typedef struct arg {
  double gamma;
  double *anchor, *previous, *zh;
} arg;

static void start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                  const double *z) {
  arg *m = state;
  *m = (arg){instance->value[GAMMA], work[0], work[1], work[2]};
  lerp_advance(s, NULL, 0,
               LERP_OUTPUTS({.out = m->anchor, .value = {.term = {{1, z}}}},
                            {.out = m->previous, .value = {.term = {{1, z}}}}),
               LERP_NO_PRODUCTS);
}

static void step(lerp_step *s, void *state, const double *z, double *next) {
  const arg *m = state;
  const double gamma = m->gamma, k = (double)s->k;
  const double now = s->k == 0 ? 0 : 1 / (k + 1), before = s->k == 0 ? 1 : 1 / k; /* z_1 is plain */
  lerp_advance(s, NULL, s->k,
               LERP_OUTPUTS({.out = m->zh,
                             .value = {.term = {{(s->k == 0 ? 1 : 2) - now, z},
                                                {before - 1, m->previous},
                                                {s->k == 0 ? 0 : now - before, m->anchor}}}},
                            {.out = m->previous, .value = {.term = {{1, z}}}}),
               LERP_NO_PRODUCTS);
  lerp_advance(
      s, m->zh, s->k,
      LERP_OUTPUTS({.out = next, .value = {-gamma, {{1 - now, z}, {now, m->anchor}}}, .gamma = gamma}),
      LERP_NO_PRODUCTS);
}

const lerp_method lerp_arg = {
    .name = "arg",
    .summary = "anchored reflected gradient: one evaluation an iteration, O(1/k) for monotone problems",
    .source = "Cai, Zheng 2023",
    .parameters = parameters,
    .rho_min = 0,
    .guarantee = guarantee,
    .cost = cost,
    .vectors = 3,
    .state = sizeof(arg),
    .start = start,
    .step = step,
};

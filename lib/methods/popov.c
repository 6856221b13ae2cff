/* SPDX-License-Identifier: MIT */
/* Popov (past extragradient): zb = J(z - gamma F zb_prev), z <- J(z - alpha gamma F zb), zb_{-1} = z_0. */
#include "methods.h"

enum { GAMMA, ALPHA };

static double default_gamma(const lerp_facts *facts, const double *value) {
  (void)value;
  return 0.45 / facts->lipschitz;
}

static const lerp_parameter parameters[] = {
    LERP_STEP_SIZE(default_gamma, "(0, 1/(sqrt(3) L)) for rho >= 0, A = 0, alpha = 1; (0, 1/(2L)) with A",
                   "arXiv 2603.06442; Popov 1980"),
    {.name = "alpha",
     .meaning = "ratio of the update's step size to the extrapolation's",
     .unit = "",
     .initial = 1,
     .maximum = INFINITY,
     .open_minimum = true,
     .open_maximum = true,
     .proved = "1",
     .source = "Popov 1980"},
    LERP_END_PARAMETERS,
};

static lerp_guarantee guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  const double g = instance->value[GAMMA] * facts->lipschitz;
  if (facts->rho >= 0 && instance->value[ALPHA] == 1 && g < (facts->constrained ? 0.5 : 1 / sqrt(3))) {
    return facts->constrained
               ? lerp_proved("monotone, alpha = 1 and gamma < 1/(2L)", "Popov 1980")
               : lerp_proved("monotone, alpha = 1 and gamma < 1/(sqrt(3) L)", "arXiv 2603.06442");
  }
  return lerp_unproved(
      "Popov's method needs rho >= 0, alpha = 1 and gamma < 1/(sqrt(3) L), or 1/(2L) with A");
}

static lerp_cost cost(const lerp_method_instance *instance) {
  (void)instance;
  return (lerp_cost){.evaluations = 1, .resolvents = 2, .startup_evaluations = 1, .exact = true};
}

typedef struct popov {
  double gamma, alpha;
  double *zb, *f; /* f = F zb of the iteration before */
} popov;

static void start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                  const double *z) {
  popov *p = state;
  *p = (popov){instance->value[GAMMA], instance->value[ALPHA], work[0], work[1]};
  lerp_advance(s, z, 0, LERP_OUTPUTS({.out = p->f, .value = {.of_f = 1}}), LERP_NO_PRODUCTS);
}

static void step(lerp_step *s, void *state, const double *z, double *next) {
  const popov *p = state;
  const double gamma = p->gamma, update = p->alpha * p->gamma;
  lerp_advance(s, NULL, s->k,
               LERP_OUTPUTS({.out = p->zb, .value = {.term = {{1, z}, {-gamma, p->f}}}, .gamma = gamma}),
               LERP_NO_PRODUCTS);
  lerp_advance(s, p->zb, s->k,
               LERP_OUTPUTS({.out = next, .value = {-update, {{1, z}}}, .gamma = update},
                            {.out = p->f, .value = {.of_f = 1}}),
               LERP_NO_PRODUCTS);
}

const lerp_method lerp_popov = {
    .name = "popov",
    .summary = "past extragradient: zb = J(z - gamma F zb_prev), z <- J(z - alpha gamma F zb)",
    .source = "Popov 1980",
    .parameters = parameters,
    .rho_min = 0,
    .guarantee = guarantee,
    .cost = cost,
    .vectors = 2,
    .state = sizeof(popov),
    .start = start,
    .step = step,
};

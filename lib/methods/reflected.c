/* SPDX-License-Identifier: MIT */
/* Projected reflected gradient: z <- J(z - gamma F(2 z_k - z_{k-1})), z_{-1} = z_0. */
#include "methods.h"

enum { GAMMA };

static double default_gamma(const lerp_facts *facts, const double *value) {
  (void)value;
  return 0.4 / facts->lipschitz;
}

static const lerp_parameter parameters[] = {
    LERP_STEP_SIZE(default_gamma, "(0, (sqrt(2) - 1)/L) for rho >= 0", "Malitsky 2015"),
    LERP_END_PARAMETERS,
};

static lerp_guarantee guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  if (facts->rho >= 0 && instance->value[GAMMA] * facts->lipschitz < sqrt(2) - 1) {
    return lerp_proved("monotone and gamma < (sqrt(2) - 1)/L", "Malitsky 2015");
  }
  return lerp_unproved("the reflected gradient needs rho >= 0 and gamma < (sqrt(2) - 1)/L");
}

static lerp_cost cost(const lerp_method_instance *instance) {
  (void)instance;
  return (lerp_cost){.evaluations = 1, .resolvents = 1, .exact = true};
}

typedef struct reflected {
  double gamma;
  double *previous, *point;
} reflected;

static void start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                  const double *z) {
  reflected *r = state;
  *r = (reflected){instance->value[GAMMA], work[0], work[1]};
  lerp_advance(s, NULL, 0, LERP_OUTPUTS({.out = r->previous, .value = {.term = {{1, z}}}}), LERP_NO_PRODUCTS);
}

static void step(lerp_step *s, void *state, const double *z, double *next) {
  const reflected *r = state;
  const double gamma = r->gamma;
  lerp_advance(s, NULL, s->k,
               LERP_OUTPUTS({.out = r->point, .value = {.term = {{2, z}, {-1, r->previous}}}},
                            {.out = r->previous, .value = {.term = {{1, z}}}}),
               LERP_NO_PRODUCTS);
  lerp_advance(s, r->point, s->k, LERP_OUTPUTS({.out = next, .value = {-gamma, {{1, z}}}, .gamma = gamma}),
               LERP_NO_PRODUCTS);
}

const lerp_method lerp_reflected = {
    .name = "reflected",
    .summary = "projected reflected gradient: z <- J(z - gamma F(2 z_k - z_{k-1}))",
    .source = "Malitsky 2015",
    .parameters = parameters,
    .rho_min = 0,
    .guarantee = guarantee,
    .cost = cost,
    .vectors = 2,
    .state = sizeof(reflected),
    .start = start,
    .step = step,
};

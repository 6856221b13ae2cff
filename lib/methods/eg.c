/* SPDX-License-Identifier: MIT */
/* Extragradient: zb = J(z - gamma F z), z <- J(z - gamma F zb). */
#include "methods.h"

enum { GAMMA };

static double default_gamma(const lerp_facts *facts, const double *value) {
  (void)value;
  return 0.9 / facts->lipschitz;
}

static const lerp_parameter parameters[] = {
    LERP_STEP_SIZE(default_gamma, "(0, 1/L) for rho >= 0", "Korpelevich 1976"),
    LERP_END_PARAMETERS,
};

static lerp_guarantee guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  if (facts->rho >= 0 && instance->value[GAMMA] * facts->lipschitz < 1) {
    return lerp_proved("monotone and gamma < 1/L", "Korpelevich 1976");
  }
  return lerp_unproved("extragradient needs rho >= 0 and gamma < 1/L");
}

static lerp_cost cost(const lerp_method_instance *instance) {
  (void)instance;
  return (lerp_cost){.evaluations = 2, .resolvents = 2, .exact = true};
}

static bool chain(const lerp_method_instance *instance, lerp_chain *made) {
  const double gamma = instance->value[GAMMA];
  *made = (lerp_chain){1, gamma, gamma, true};
  return true;
}

typedef struct eg {
  double gamma;
} eg;

static void start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                  const double *z) {
  (void)s;
  (void)work;
  (void)z;
  *(eg *)state = (eg){instance->value[GAMMA]};
}

static void step(lerp_step *s, void *state, const double *z, double *next) {
  const double gamma = ((const eg *)state)->gamma;
  double *zb = lerp_temporary(s, 0);
  lerp_advance(s, z, s->k, LERP_OUTPUTS({.out = zb, .value = {-gamma, {{1, z}}}, .gamma = gamma}),
               LERP_NO_PRODUCTS);
  lerp_advance(s, zb, s->k, LERP_OUTPUTS({.out = next, .value = {-gamma, {{1, z}}}, .gamma = gamma}),
               LERP_NO_PRODUCTS);
}

const lerp_method lerp_eg = {
    .name = "eg",
    .summary = "extragradient: zb = J(z - gamma F z), z <- J(z - gamma F zb)",
    .source = "Korpelevich 1976",
    .parameters = parameters,
    .rho_min = 0,
    .guarantee = guarantee,
    .cost = cost,
    .temporaries = 1,
    .state = sizeof(eg),
    .chain = chain,
    .at_iterate = true,
    .quasi_nonexpansive = true,
    .start = start,
    .step = step,
};

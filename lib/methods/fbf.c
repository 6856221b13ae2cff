/* SPDX-License-Identifier: MIT */
/* Tseng's forward-backward-forward: zb = J(z - gamma F z), z <- zb - gamma (F zb - F z). */
#include "methods.h"

enum { GAMMA };

static double default_gamma(const lerp_facts *facts, const double *value) {
  (void)value;
  return 0.9 / facts->lipschitz;
}

static const lerp_parameter parameters[] = {
    LERP_STEP_SIZE(default_gamma, "(0, 1/L) for rho >= 0", "Tseng 2000"),
    LERP_END_PARAMETERS,
};

static lerp_guarantee guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  if (facts->rho >= 0 && instance->value[GAMMA] * facts->lipschitz < 1) {
    return lerp_proved("monotone and gamma < 1/L", "Tseng 2000");
  }
  return lerp_unproved("forward-backward-forward needs rho >= 0 and gamma < 1/L");
}

static lerp_cost cost(const lerp_method_instance *instance) {
  (void)instance;
  return (lerp_cost){.evaluations = 2, .resolvents = 1, .exact = true};
}

static bool chain(const lerp_method_instance *instance, lerp_chain *made) {
  const double gamma = instance->value[GAMMA];
  *made = (lerp_chain){1, gamma, gamma, false};
  return true;
}

typedef struct fbf {
  double gamma;
} fbf;

static void start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                  const double *z) {
  (void)s;
  (void)work;
  (void)z;
  *(fbf *)state = (fbf){instance->value[GAMMA]};
}

static void step(lerp_step *s, void *state, const double *z, double *next) {
  const double gamma = ((const fbf *)state)->gamma;
  double *zb = lerp_temporary(s, 0), *f = lerp_temporary(s, 1);
  lerp_advance(s, z, s->k,
               LERP_OUTPUTS({.out = zb, .value = {-gamma, {{1, z}}}, .gamma = gamma},
                            {.out = f, .value = {.of_f = 1}}),
               LERP_NO_PRODUCTS);
  lerp_advance(s, zb, s->k, LERP_OUTPUTS({.out = next, .value = {-gamma, {{1, zb}, {gamma, f}}}}),
               LERP_NO_PRODUCTS);
}

const lerp_method lerp_fbf = {
    .name = "fbf",
    .summary = "forward-backward-forward: zb = J(z - gamma F z), z <- zb - gamma (F zb - F z)",
    .source = "Tseng 2000",
    .parameters = parameters,
    .rho_min = 0,
    .guarantee = guarantee,
    .cost = cost,
    .temporaries = 2,
    .state = sizeof(fbf),
    .chain = chain,
    .at_iterate = true,
    .quasi_nonexpansive = true,
    .start = start,
    .step = step,
};

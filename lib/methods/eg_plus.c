/* SPDX-License-Identifier: MIT */
/* EG+: zb = J_{gamma A}(z - gamma F z), z <- J_{alpha gamma A}(z - alpha gamma F zb). */
#include "methods.h"

enum { GAMMA, ALPHA };

static double default_alpha(const lerp_facts *facts, const double *value) {
  const double alpha = 0.5 + facts->rho / value[GAMMA];
  return alpha > 0 ? alpha : 0.5; /* no alpha is proved for such a gamma */
}

static const lerp_parameter parameters[] = {
    LERP_STEP_SIZE(lerp_rule_one_over_l, "(-2 rho, 1/L], A = 0", "Pethick et al. 2022 (ICLR)"),
    {.name = "alpha",
     .meaning = "ratio of the update's step size to the extrapolation's",
     .unit = "",
     .initially = default_alpha,
     .maximum = INFINITY,
     .open_minimum = true,
     .open_maximum = true,
     .proved = "(0, 1 + 2 rho/gamma); for gamma < 1/L also below 2/(1 + gamma L) + 2 rho/gamma",
     .source = "Pethick et al. 2022 (ICLR); Diakonikolas, Daskalakis, Jordan 2021 for alpha = 1/2"},
    LERP_END_PARAMETERS,
};

static lerp_guarantee guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  const double gamma = instance->value[GAMMA], alpha = instance->value[ALPHA], g = gamma * facts->lipschitz;
  const double rho = fmin(facts->rho, 0);
  if (alpha == 1 && rho == 0 && g < 1) {
    return lerp_proved("alpha = 1 is extragradient: monotone and gamma < 1/L", "Korpelevich 1976");
  }
  if (facts->constrained) {
    return lerp_unproved("no theorem for EG+ with constraints is known to us; ceg+ has one");
  }
  if (g <= 1 && gamma > -2 * rho && alpha < fmax(1 + 2 * rho / gamma, 2 / (1 + g) + 2 * rho / gamma)) {
    return lerp_proved("-2 rho < gamma <= 1/L and alpha < 1 + 2 rho/gamma, or 2/(1 + gamma L) + 2 rho/gamma",
                       "Pethick et al. 2022 (ICLR)");
  }
  return lerp_unproved("EG+ needs -2 rho < gamma <= 1/L and alpha below 1 + 2 rho/gamma");
}

static lerp_cost cost(const lerp_method_instance *instance) {
  (void)instance;
  return (lerp_cost){.evaluations = 2, .resolvents = 2, .exact = true};
}

static bool chain(const lerp_method_instance *instance, lerp_chain *made) {
  const double gamma = instance->value[GAMMA];
  *made = (lerp_chain){1, gamma, instance->value[ALPHA] * gamma, true};
  return true;
}

typedef struct eg_plus {
  double gamma, alpha;
} eg_plus;

static void start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                  const double *z) {
  (void)s;
  (void)work;
  (void)z;
  *(eg_plus *)state = (eg_plus){instance->value[GAMMA], instance->value[ALPHA]};
}

static void step(lerp_step *s, void *state, const double *z, double *next) {
  const eg_plus *e = state;
  const double gamma = e->gamma, update = e->alpha * e->gamma;
  double *zb = lerp_temporary(s, 0);
  lerp_advance(s, z, s->k, LERP_OUTPUTS({.out = zb, .value = {-gamma, {{1, z}}}, .gamma = gamma}),
               LERP_NO_PRODUCTS);
  lerp_advance(s, zb, s->k, LERP_OUTPUTS({.out = next, .value = {-update, {{1, z}}}, .gamma = update}),
               LERP_NO_PRODUCTS);
}

const lerp_method lerp_eg_plus = {
    .name = "eg+",
    .summary = "EG+: zb = J(z - gamma F z), z <- J(z - alpha gamma F zb)",
    .source = "Diakonikolas, Daskalakis, Jordan 2021",
    .parameters = parameters,
    .rho_min = -0.5,
    .guarantee = guarantee,
    .cost = cost,
    .temporaries = 1,
    .state = sizeof(eg_plus),
    .chain = chain,
    .at_iterate = true,
    .quasi_nonexpansive = true,
    .start = start,
    .step = step,
};

/* SPDX-License-Identifier: MIT */
/* Single-call RAPP with a warm inner point: w+ = J_{gamma A}(z - gamma F w), d = z - w+ - gamma F w + gamma F w+,
 * z <- z - lambda d. Without constraints d = gamma F w+. */
#include "methods.h"

enum { GAMMA, LAMBDA };

static double default_lambda(const lerp_facts *facts, const double *value) {
  (void)value;
  const double c = isnan(facts->lipschitz) ? 0 : facts->rho * facts->lipschitz;
  return (1 + c) / (1 - c);
}

static const lerp_parameter parameters[] = {
    LERP_STEP_SIZE(lerp_rule_centred, "(-rho, 1/L)", "proved for the safe lambda, see lambda"),
    LERP_RELAXATION(
        default_lambda,
        "(0, 2 (1 + rho/gamma) (1 - gamma L) / (1 + gamma L)); the default, (1 + rho L)/(1 - rho L), is "
        "the optimum of the single-modulus game: observed to converge on the whole class",
        "sum of squares bounded under weak Minty, rho > -1/L"),
    LERP_END_PARAMETERS,
};

static lerp_guarantee guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  const double gamma = instance->value[GAMMA], lambda = instance->value[LAMBDA], g = gamma * facts->lipschitz;
  const double rho = fmin(facts->rho, 0), c = rho * facts->lipschitz;
  if (!(g < 1 && gamma > -rho)) {
    return lerp_unproved("wrapp needs -rho < gamma < 1/L");
  }
  if (lambda < 2 * (1 + rho / gamma) * (1 - g) / (1 + g)) {
    return lerp_proved("-rho < gamma < 1/L and lambda < 2 (1 + rho/gamma) (1 - gamma L)/(1 + gamma L)",
                       "weak Minty, A arbitrary");
  }
  if (!facts->constrained && fabs(g - (1 - c) / 2) <= 1e-12 && lambda <= (1 + c) / (1 - c) * (1 + 1e-12)) {
    return (lerp_guarantee){LERP_OBSERVED,
                            "the optimum of the single-modulus game, stable on the whole affine class",
                            "observed numerically"};
  }
  return lerp_unproved("wrapp needs lambda < 2 (1 + rho/gamma) (1 - gamma L)/(1 + gamma L)");
}

static lerp_cost cost(const lerp_method_instance *instance) {
  (void)instance;
  return (lerp_cost){.evaluations = 1, .resolvents = 1, .startup_evaluations = 1, .exact = true};
}

typedef struct wrapp {
  double gamma, lambda;
  double *w, *f; /* f = F w of the iteration before */
} wrapp;

static void start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                  const double *z) {
  wrapp *p = state;
  *p = (wrapp){instance->value[GAMMA], instance->value[LAMBDA], work[0], work[1]};
  lerp_advance(s, z, 0, LERP_OUTPUTS({.out = p->f, .value = {.of_f = 1}}), LERP_NO_PRODUCTS);
}

static void step(lerp_step *s, void *state, const double *z, double *next) {
  const wrapp *p = state;
  const double gamma = p->gamma, lambda = p->lambda;
  /* w+ = J(z - gamma F w) */
  lerp_advance(s, NULL, s->k,
               LERP_OUTPUTS({.out = p->w, .value = {.term = {{1, z}, {-gamma, p->f}}}, .gamma = gamma}),
               LERP_NO_PRODUCTS);
  /* z <- z - lambda d, and F w+ is kept */
  const lerp_combination update =
      lerp_unconstrained(s)
          ? (lerp_combination){-lambda * gamma, {{1, z}}}
          : (lerp_combination){-lambda * gamma, {{1 - lambda, z}, {lambda, p->w}, {lambda * gamma, p->f}}};
  lerp_advance(s, p->w, s->k,
               LERP_OUTPUTS({.out = next, .value = update}, {.out = p->f, .value = {.of_f = 1}}),
               LERP_NO_PRODUCTS);
}

const lerp_method lerp_wrapp = {
    .name = "wrapp",
    .summary =
        "warm single-call RAPP: w+ = J(z - gamma F w), z <- z - lambda (z - w+ - gamma F w + gamma F w+)",
    .source = "single-call theorem: weak Minty rho > -1/L, A arbitrary",
    .parameters = parameters,
    .rho_min = -1,
    .guarantee = guarantee,
    .cost = cost,
    .vectors = 2,
    .state = sizeof(wrapp),
    .start = start,
    .step = step,
};

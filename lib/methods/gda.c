/* SPDX-License-Identifier: MIT */
/* Gradient descent ascent (forward-backward): z <- J_{gamma A}(z - gamma F z). */
#include "methods.h"

enum { GAMMA };

static double default_gamma(const lerp_facts *facts, const double *value) {
  (void)value;
  return 0.5 / facts->lipschitz;
}

static const lerp_parameter parameters[] = {
    LERP_STEP_SIZE(default_gamma, "(0, 2 rho) for rho > 0, A = 0; none for rho <= 0", "elementary"),
    LERP_END_PARAMETERS,
};

static lerp_guarantee guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  if (facts->rho > 0 && !facts->constrained && instance->value[GAMMA] < 2 * facts->rho) {
    return lerp_proved("F is cocoercive and gamma < 2 rho", "elementary");
  }
  return lerp_unproved("gradient descent ascent needs rho > 0 and gamma < 2 rho without constraints");
}

static lerp_cost cost(const lerp_method_instance *instance) {
  (void)instance;
  return (lerp_cost){.evaluations = 1, .resolvents = 1, .exact = true};
}

static bool chain(const lerp_method_instance *instance, lerp_chain *made) {
  *made = (lerp_chain){.last = instance->value[GAMMA], .resolved = true};
  return true;
}

/* Lookahead with two steps: |1 - s + ...| from <Fz + F zb, z - z*>, weak Minty. */

static double lookahead_gamma(const lerp_facts *facts) {
  return 1 / (sqrt(3) * facts->lipschitz);
}

static double lookahead_bound(const lerp_facts *facts, double gamma) {
  const double g = gamma * facts->lipschitz;
  return ((1 - g * g) + 2 * fmin(facts->rho, 0) / gamma) / (2 - g * g);
}

static double lookahead_lambda(const lerp_facts *facts, double gamma) {
  const double bound = lookahead_bound(facts, gamma);
  return bound > 0 ? bound / 2 : 0.5;
}

static lerp_guarantee lookahead_guarantee(const lerp_facts *facts, const lerp_method_instance *lookahead) {
  const double gamma = lerp_method_value(lookahead, "base-gamma"),
               lambda = lerp_method_value(lookahead, "lambda");
  if (lerp_method_value(lookahead, "tau") != 2 || facts->constrained) {
    return lerp_unproved("Lookahead over gda is proved for tau = 2 without constraints only");
  }
  if (gamma * facts->lipschitz < sqrt(2) && lambda < lookahead_bound(facts, gamma)) {
    return lerp_proved("tau = 2, 2 rho > -(1 - (gamma L)^2) gamma, lambda below "
                       "((1 - (gamma L)^2) + 2 rho / gamma) / (2 - (gamma L)^2)",
                       "Pethick, Xie, Cevher 2023 (NeurIPS), range recomputed");
  }
  return lerp_unproved("lambda is not below ((1 - (gamma L)^2) + 2 rho / gamma) / (2 - (gamma L)^2)");
}

static const lerp_lookahead lookahead = {
    .tau = 2,
    .rho_min = -0.19245008972987526, /* -1 / (3 sqrt 3), at gamma = 1 / (sqrt(3) L) */
    .gamma = lookahead_gamma,
    .lambda = lookahead_lambda,
    .guarantee = lookahead_guarantee,
};

typedef struct gda {
  double gamma;
} gda;

static void start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                  const double *z) {
  (void)s;
  (void)work;
  (void)z;
  *(gda *)state = (gda){instance->value[GAMMA]};
}

static void step(lerp_step *s, void *state, const double *z, double *next) {
  const double gamma = ((const gda *)state)->gamma;
  lerp_advance(s, z, s->k, LERP_OUTPUTS({.out = next, .value = {-gamma, {{1, z}}}, .gamma = gamma}),
               LERP_NO_PRODUCTS);
}

const lerp_method lerp_gda = {
    .name = "gda",
    .summary = "gradient descent ascent: z <- J(z - gamma F z)",
    .source = "Arrow, Hurwicz, Uzawa 1958",
    .parameters = parameters,
    .rho_min = INFINITY,
    .guarantee = guarantee,
    .cost = cost,
    .state = sizeof(gda),
    .chain = chain,
    .at_iterate = true,
    .lookahead = &lookahead,
    .start = start,
    .step = step,
};

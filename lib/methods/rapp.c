/* SPDX-License-Identifier: MIT */
/* Relaxed approximate proximal point: w <- J_{gamma A}(z - gamma F w) T times from w = z,
 * z <- (1 - lambda) z + lambda w. T_k = inner + floor(grow log(k + 1)). */
#include "methods.h"

enum { GAMMA, INNER, GROW, LAMBDA };

/* The smallest T with e_T <= (1 - |rho|/gamma) / (1 + |rho|/gamma): then 1/(1 + e_T) + rho/gamma > 0 with room. */
static double default_inner(const lerp_facts *facts, const double *value) {
  const double g = value[GAMMA] * facts->lipschitz, ratio = fabs(facts->rho) / value[GAMMA];
  const double bound = (1 - ratio) / (1 + ratio);
  double inner = 2;
  if (g < 1 && bound > 0) {
    while (lerp_inner_error(g, inner) > bound) {
      inner++;
    }
  }
  return inner;
}

static double default_lambda(const lerp_facts *facts, const double *value) {
  const double error = lerp_inner_error(value[GAMMA] * facts->lipschitz, value[INNER]);
  const double lambda = 1 / (1 + fmin(error, 1)) + facts->rho / value[GAMMA];
  return lambda > 0 ? lambda : 0.5;
}

static const lerp_parameter parameters[] = {
    LERP_STEP_SIZE(lerp_rule_centred, "(-rho, 1/L)", "Pethick, Xie, Cevher 2023 (NeurIPS)"),
    LERP_INNER(
        default_inner, 0, "inner steps T",
        "e_T < 1 with e_2 = gamma L, e_T = (1 + gamma L) (gamma L)^(T-1) / (1 - (gamma L)^(T-1)); A = 0",
        "elementary"),
    LERP_GROW(NULL, 0, "any; with grow > 0 also for A != 0", "Pethick, Xie, Cevher 2023 (NeurIPS)"),
    LERP_RELAXATION(default_lambda, "(0, 2 (1/(1 + e_T) + rho/gamma)); grow > 0: (0, 2 (1 + rho/gamma))",
                    "Pethick, Xie, Cevher 2023 (NeurIPS); fixed T elementary"),
    LERP_END_PARAMETERS,
};

static lerp_guarantee guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  const double *v = instance->value, g = v[GAMMA] * facts->lipschitz, rho = fmin(facts->rho, 0);
  if (!(g < 1 && v[GAMMA] > -rho)) {
    return lerp_unproved("RAPP needs -rho < gamma < 1/L");
  }
  if (v[GROW] > 0) {
    return v[LAMBDA] < 2 * (1 + rho / v[GAMMA])
               ? lerp_proved("-rho < gamma < 1/L, lambda < 2 (1 + rho/gamma), inner steps grow like log k",
                             "Pethick, Xie, Cevher 2023 (NeurIPS); rho > -1/L by arXiv 2402.05071")
               : lerp_unproved("RAPP needs lambda < 2 (1 + rho/gamma)");
  }
  if (facts->constrained) {
    return lerp_unproved(
        "RAPP with a fixed number of inner steps has no theorem under constraints; rapp-ec has");
  }
  const double error = lerp_inner_error(g, v[INNER]);
  return error < 1 && v[LAMBDA] < 2 * (1 / (1 + error) + rho / v[GAMMA])
             ? lerp_proved("-rho < gamma < 1/L, e_T < 1, lambda < 2 (1/(1 + e_T) + rho/gamma)",
                           "elementary, weak Minty")
             : lerp_unproved("RAPP with fixed T needs e_T < 1 and lambda < 2 (1/(1 + e_T) + rho/gamma)");
}

static lerp_cost cost(const lerp_method_instance *instance) {
  const double inner = instance->value[INNER];
  return (lerp_cost){.evaluations = inner, .resolvents = inner, .exact = instance->value[GROW] == 0};
}

static bool chain(const lerp_method_instance *instance, lerp_chain *made) {
  const double *v = instance->value;
  *made = (lerp_chain){(uint64_t)v[INNER] - 1, v[GAMMA], v[LAMBDA] * v[GAMMA], false};
  return v[GROW] == 0;
}

typedef struct rapp {
  double gamma, inner, grow, lambda;
} rapp;

static void start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                  const double *z) {
  (void)s;
  (void)work;
  (void)z;
  const double *v = instance->value;
  *(rapp *)state = (rapp){v[GAMMA], v[INNER], v[GROW], v[LAMBDA]};
}

static void step(lerp_step *s, void *state, const double *z, double *next) {
  const rapp *r = state;
  const double gamma = r->gamma;
  const double *w = z;
  uint64_t left = (uint64_t)r->inner;
  if (r->grow > 0) {
    left += (uint64_t)(r->grow * log((double)s->k + 1));
  }
  for (; left > 1; left--) {
    /* the last of them ends beside next */
    double *out = left % 2 == 0 ? lerp_temporary(s, 0) : next;
    lerp_advance(s, w, s->k, LERP_OUTPUTS({.out = out, .value = {-gamma, {{1, z}}}, .gamma = gamma}),
                 LERP_NO_PRODUCTS);
    w = out;
  }
  /* z <- (1 - lambda) z + lambda J(z - gamma F w) */
  lerp_advance(
      s, w, s->k,
      LERP_OUTPUTS(
          {.out = next, .value = {-gamma, {{1, z}}}, .gamma = gamma, .relax = r->lambda, .anchor = z}),
      LERP_NO_PRODUCTS);
}

const lerp_method lerp_rapp = {
    .name = "rapp",
    .summary =
        "relaxed approximate proximal point: T times w <- J(z - gamma F w), z <- (1 - lambda) z + lambda w",
    .source = "Pethick, Xie, Cevher 2023 (NeurIPS), arXiv 2310.13459",
    .parameters = parameters,
    .rho_min = -1,
    .guarantee = guarantee,
    .cost = cost,
    .temporaries = 1,
    .state = sizeof(rapp),
    .chain = chain,
    .at_iterate = true,
    .quasi_nonexpansive = true,
    .start = start,
    .step = step,
};

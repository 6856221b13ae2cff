/* SPDX-License-Identifier: MIT */
/* CEG+: Hz = z - gamma F z, zb = J_{gamma A}(Hz), d = Hz - (zb - gamma F zb),
 * alpha_k = delta/gamma + <d, z - zb>/|d|^2 (adaptive) or a constant alpha, z <- z - lambda alpha_k d. */
#include "methods.h"

enum { GAMMA, ALPHA, DELTA, LAMBDA };

static const lerp_parameter parameters[] = {
    LERP_STEP_SIZE(lerp_rule_one_over_l, "(-2 rho, 1/L]", "Pethick et al. 2022 (ICLR)"),
    {.name = "alpha",
     .meaning = "constant step along d; 0: adaptive",
     .unit = "",
     .initial = 0,
     .maximum = INFINITY,
     .open_maximum = true,
     .proved = "0, or (0, 1 + 2 rho/gamma); for gamma < 1/L also below 2/(1 + gamma L) + 2 rho/gamma",
     .source = "Pethick et al. 2022 (ICLR)"},
    LERP_ASSUMED_RHO("delta", lerp_rule_rho, "what the adaptive step assumes of rho", "(-gamma/2, rho]",
                     "Pethick et al. 2022 (ICLR)"),
    LERP_RELAXATION(lerp_rule_one, "(0, 2), adaptive", "Pethick et al. 2022 (ICLR)"),
    LERP_END_PARAMETERS,
};

static lerp_guarantee guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  const double *v = instance->value, g = v[GAMMA] * facts->lipschitz, rho = fmin(facts->rho, 0);
  const double constant = v[LAMBDA] * v[ALPHA];
  if (!(g <= 1 && v[GAMMA] > -2 * rho)) {
    return lerp_unproved("CEG+ needs -2 rho < gamma <= 1/L");
  }
  if (v[ALPHA] > 0) {
    return constant < fmax(1 + 2 * rho / v[GAMMA], 2 / (1 + g) + 2 * rho / v[GAMMA])
               ? lerp_proved("-2 rho < gamma <= 1/L and alpha below 1 + 2 rho/gamma",
                             "Pethick et al. 2022 (ICLR)")
               : lerp_unproved("CEG+ with constant alpha needs alpha below 1 + 2 rho/gamma");
  }
  return v[DELTA] > -v[GAMMA] / 2 && v[DELTA] <= facts->rho && v[LAMBDA] < 2
             ? lerp_proved("-2 rho < gamma <= 1/L, -gamma/2 < delta <= rho, lambda < 2",
                           "Pethick et al. 2022 (ICLR)")
             : lerp_unproved("adaptive CEG+ needs -gamma/2 < delta <= rho and lambda < 2");
}

static lerp_cost cost(const lerp_method_instance *instance) {
  (void)instance;
  return (lerp_cost){.evaluations = 2, .resolvents = 1, .exact = true};
}

static bool sums(const lerp_method_instance *instance) {
  return instance->value[ALPHA] == 0;
}

static bool chain(const lerp_method_instance *instance, lerp_chain *made) {
  const double *v = instance->value;
  *made = (lerp_chain){1, v[GAMMA], v[LAMBDA] * v[ALPHA] * v[GAMMA], false};
  return v[ALPHA] > 0;
}

typedef struct ceg_plus {
  double gamma, alpha, delta, lambda;
} ceg_plus;

static void start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                  const double *z) {
  (void)s;
  (void)work;
  (void)z;
  const double *v = instance->value;
  *(ceg_plus *)state = (ceg_plus){v[GAMMA], v[ALPHA], v[DELTA], v[LAMBDA]};
}

static void step(lerp_step *s, void *state, const double *z, double *next) {
  const ceg_plus *c = state;
  const double gamma = c->gamma;
  /* without constraints zb is Hz */
  double *zb = lerp_temporary(s, 0), *h = lerp_unconstrained(s) ? zb : lerp_temporary(s, 1),
         *d = lerp_temporary(s, 2);
  /* Hz = z - gamma F z, zb = J(Hz) */
  const lerp_output forward[] = {{.out = h, .value = {-gamma, {{1, z}}}},
                                 {.out = zb, .value = {.term = {{1, h}}}, .gamma = gamma}};
  lerp_advance(s, z, s->k, h == zb ? 1 : 2, forward, LERP_NO_PRODUCTS);
  /* d = Hz - zb + gamma F zb */
  if (c->alpha > 0) {
    const double a = c->lambda * c->alpha;
    lerp_advance(s, zb, s->k, LERP_OUTPUTS({.out = next, .value = {-a * gamma, {{1, z}, {-a, h}, {a, zb}}}}),
                 LERP_NO_PRODUCTS);
    return;
  }
  double product[2];
  lerp_advance(s, zb, s->k, LERP_OUTPUTS({.out = d, .value = {gamma, {{1, h}, {-1, zb}}}}),
               LERP_PRODUCTS({.left = {.term = {{1, d}}}, .right = {.term = {{1, z}, {-1, zb}}}},
                             {.left = {.term = {{1, d}}}, .right = {.term = {{1, d}}}}),
               product);
  /* alpha_k = delta/gamma + <d, z - zb>/|d|^2; d = 0 only at a solution */
  const double alpha = product[1] > 0 ? c->delta / gamma + product[0] / product[1] : 0;
  lerp_advance(s, NULL, s->k,
               LERP_OUTPUTS({.out = next, .value = {.term = {{1, z}, {-c->lambda * alpha, d}}}}),
               LERP_NO_PRODUCTS);
}

const lerp_method lerp_ceg_plus = {
    .name = "ceg+",
    .summary =
        "constrained EG+: zb = J(z - gamma F z), z <- z - lambda alpha_k d, alpha_k adaptive or constant",
    .source = "Pethick, Latafat, Patrinos, Fercoq, Cevher 2022 (ICLR)",
    .parameters = parameters,
    .rho_min = -0.5,
    .guarantee = guarantee,
    .cost = cost,
    .temporaries = 3,
    .state = sizeof(ceg_plus),
    .sums = sums,
    .chain = chain,
    .at_iterate = true,
    .quasi_nonexpansive = true,
    .start = start,
    .step = step,
};

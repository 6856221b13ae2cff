/* SPDX-License-Identifier: MIT */
/* Stochastic EG+ with one projection: h = z - gamma F(z; xi), zb = J(h), z <- z - alpha_t (h - zb + gamma F(zb; xi')). */
#include "schedule.h"

enum { GAMMA, ALPHA, DECREASE, FACTOR };

static double default_gamma(const lerp_facts *facts, const double *value) {
  (void)value;
  return 0.5 / facts->lipschitz;
}

static const lerp_parameter parameters[] = {
    LERP_STEP_SIZE(default_gamma, "none", "Pethick et al. 2023 (ICLR)"),
    LERP_SCHEDULE_PARAMETERS(1),
    LERP_END_PARAMETERS,
};

static lerp_guarantee guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  (void)facts;
  (void)instance;
  return lerp_unproved("stochastic EG+ without bias correction has no guarantee for these problems");
}

static lerp_cost cost(const lerp_method_instance *instance) {
  (void)instance;
  return (lerp_cost){.evaluations = 2, .resolvents = 1, .exact = true};
}

typedef struct p1seg_plus {
  double gamma;
  lerp_schedule alpha;
  double *h, *zb;
} p1seg_plus;

static void start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                  const double *z) {
  (void)s;
  (void)z;
  *(p1seg_plus *)state =
      (p1seg_plus){instance->value[GAMMA], lerp_schedule_from(instance->value + ALPHA), work[0], work[1]};
}

static void step(lerp_step *s, void *state, const double *z, double *next) {
  const p1seg_plus *m = state;
  const double gamma = m->gamma, alpha = lerp_schedule_at(&m->alpha, s->k);
  lerp_advance(s, z, 2 * s->k,
               LERP_OUTPUTS({.out = m->h, .value = {-gamma, {{1, z}}}},
                            {.out = m->zb, .value = {.term = {{1, m->h}}}, .gamma = gamma}),
               LERP_NO_PRODUCTS);
  lerp_advance(
      s, m->zb, 2 * s->k + 1,
      LERP_OUTPUTS({.out = next, .value = {-alpha * gamma, {{1, z}, {-alpha, m->h}, {alpha, m->zb}}}}),
      LERP_NO_PRODUCTS);
}

const lerp_method lerp_p1seg_plus = {
    .name = "p1seg+",
    .summary = "stochastic EG+ with one projection: z <- z - alpha_t (h - zb + gamma F(zb; xi'))",
    .source = "Pethick et al. 2023 (ICLR)",
    .parameters = parameters,
    .rho_min = INFINITY,
    .guarantee = guarantee,
    .cost = cost,
    .vectors = 2,
    .state = sizeof(p1seg_plus),
    .at_iterate = true,
    .start = start,
    .step = step,
};

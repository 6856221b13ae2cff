/* SPDX-License-Identifier: MIT */
/* Lookahead over any base: tau base steps from z give w, z <- (1 - lambda) z + lambda w. The base keeps all of its
 * state but the iterate. Unrolled, an iteration is one base step. */
#include "methods.h"

enum { TAU, LAMBDA };

static const lerp_parameter parameters[] = {
    {.name = "tau",
     .meaning = "base steps per iteration",
     .unit = "",
     .initial = 5,
     .minimum = 1,
     .maximum = 1e9,
     .integer = true,
     .proved = "any where the base step is quasi-nonexpansive; 2 over gda",
     .source = "Pethick, Xie, Cevher 2023 (NeurIPS)"},
    LERP_RELAXATION(lerp_rule_half, "(0, 1] where the base step is quasi-nonexpansive",
                    "Pethick, Xie, Cevher 2023 (NeurIPS)"),
    LERP_END_PARAMETERS,
};

static lerp_guarantee guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  const lerp_method_instance *base = instance->base;
  if (base->method->lookahead) {
    return base->method->lookahead->guarantee(facts, instance);
  }
  if (base->method->quasi_nonexpansive && lerp_method_guarantee(base, facts).evidence == LERP_PROVED &&
      instance->value[LAMBDA] <= 1) {
    return lerp_proved("the base step is quasi-nonexpansive in its proved range and lambda <= 1",
                       "Pethick, Xie, Cevher 2023 (NeurIPS)");
  }
  return lerp_unproved("Lookahead needs a quasi-nonexpansive base step in its proved range and lambda <= 1");
}

static lerp_cost cost(const lerp_method_instance *instance) {
  lerp_cost cost = lerp_method_cost(instance->base);
  cost.evaluations *= instance->value[TAU];
  cost.resolvents *= instance->value[TAU];
  return cost;
}

typedef struct lookahead {
  const lerp_method *base;
  double lambda;
  uint64_t tau;
  double *anchor; /* unrolled: z where the base steps began */
  _Alignas(16) char base_state[];
} lookahead;

static void begin(lerp_step *s, const lerp_method_instance *instance, lookahead *la, double *anchor,
                  double *const *work, const double *z) {
  *la = (lookahead){.base = instance->base->method,
                    .lambda = instance->value[LAMBDA],
                    .tau = (uint64_t)instance->value[TAU],
                    .anchor = anchor};
  la->base->start(s, instance->base, la->base_state, work, z);
}

static void start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                  const double *z) {
  begin(s, instance, state, NULL, work, z);
}

/* next <- (1 - lambda) anchor + lambda next */
static void interpolate(lerp_step *s, const lookahead *la, const double *anchor, double *next) {
  lerp_advance(
      s, NULL, s->k,
      LERP_OUTPUTS({.out = next, .value = {.term = {{1, next}}}, .relax = la->lambda, .anchor = anchor}),
      LERP_NO_PRODUCTS);
}

static void step(lerp_step *s, void *state, const double *z, double *next) {
  lookahead *la = state;
  const uint64_t k = s->k;
  const double *w = z;
  double *between = lerp_temporary(s, 0);
  s->temporary += s->stride; /* the others are the base's */
  for (uint64_t left = la->tau; left > 0; left--) {
    double *out = left % 2 == 0 ? between : next; /* the last base step writes next */
    s->k = (k + 1) * la->tau - left;
    la->base->step(s, la->base_state, w, out);
    w = out;
  }
  s->temporary = between;
  s->k = k;
  interpolate(s, la, z, next);
}

static lerp_cost unrolled_cost(const lerp_method_instance *instance) {
  return lerp_method_cost(instance->base);
}

static void unrolled_start(lerp_step *s, const lerp_method_instance *instance, void *state,
                           double *const *work, const double *z) {
  begin(s, instance, state, work[0], work + 1, z);
}

static void unrolled_step(lerp_step *s, void *state, const double *z, double *next) {
  lookahead *la = state;
  la->base->step(s, la->base_state, z, next);
  if (s->k % la->tau == 0) {
    lerp_advance(s, NULL, s->k, LERP_OUTPUTS({.out = la->anchor, .value = {.term = {{1, z}}}}),
                 LERP_NO_PRODUCTS);
  }
  if ((s->k + 1) % la->tau == 0) {
    interpolate(s, la, la->anchor, next);
  }
}

const lerp_method lerp_lookahead_wrapper = {
    .name = "la",
    .summary = "Lookahead over a base method: tau base steps from z give w, z <- (1 - lambda) z + lambda w",
    .source = "Zhang et al. 2019; for games Chavdarova et al. 2021 and Pethick, Xie, Cevher 2023",
    .parameters = parameters,
    .rho_min = INFINITY,
    .guarantee = guarantee,
    .cost = cost,
    .temporaries = 1,
    .state = sizeof(lookahead),
    .start = start,
    .step = step,
};

static const lerp_method unrolled = {
    .name = "la",
    .summary = "Lookahead over a base method, one base step an iteration",
    .source = "Zhang et al. 2019; for games Chavdarova et al. 2021 and Pethick, Xie, Cevher 2023",
    .parameters = parameters,
    .rho_min = INFINITY,
    .guarantee = guarantee,
    .cost = unrolled_cost,
    .vectors = 1,
    .state = sizeof(lookahead),
    .start = unrolled_start,
    .step = unrolled_step,
};

uint64_t lerp_method_unroll(lerp_method_instance *instance) {
  if (instance->method != &lerp_lookahead_wrapper) {
    return 1;
  }
  instance->method = &unrolled;
  return (uint64_t)instance->value[TAU];
}

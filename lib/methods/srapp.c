/* SPDX-License-Identifier: MIT */
/* Stochastic RAPP: RAPP with the mean of B_k samples in every inner step, B_k = ceil(batch (k+1)^power) and
 * T_k = inner + floor(grow log(k+1)); inner damping w <- (1 - e) w + e J(z - gamma F(w; xi)), e_j = 1/(1 + damping j). */
#include "methods.h"

enum { GAMMA, INNER, GROW, LAMBDA, BATCH, POWER, DAMPING };

static double default_lambda(const lerp_facts *facts, const double *value) {
  const double lambda = (1 + facts->rho / value[GAMMA]) / 2;
  return lambda > 0 ? lambda : 0.5;
}

#define POSITIVE(key, text, rule)                                                                            \
  {                                                                                                          \
    .name = key, .meaning = text, .unit = "", .initial = rule, .maximum = 1e9,                               \
    .proved = "growth rates are not established", .source = "this suite"                                     \
  }

static const lerp_parameter parameters[] = {
    LERP_STEP_SIZE(lerp_rule_centred, "(-rho, 1/L) for the exact method",
                   "Pethick, Xie, Cevher 2023 (NeurIPS)"),
    LERP_INNER(NULL, 5, "inner steps T at first", "growth rates are not established", "this suite"),
    LERP_GROW(NULL, 1, "growth rates are not established", "this suite"),
    LERP_RELAXATION(default_lambda, "(0, 2 (1 + rho/gamma)) for the exact method",
                    "Pethick, Xie, Cevher 2023 (NeurIPS)"),
    {.name = "batch",
     .meaning = "samples per evaluation at first",
     .unit = "",
     .initial = 1,
     .minimum = 1,
     .maximum = 1e6,
     .integer = true,
     .proved = "growth rates are not established",
     .source = "this suite"},
    POSITIVE("power", "B_k = ceil(batch (k + 1)^power)", 0.5),
    POSITIVE("damping", "inner damping e_j = 1/(1 + damping j)", 0),
    LERP_END_PARAMETERS,
};

static lerp_guarantee guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  (void)facts;
  (void)instance;
  return lerp_unproved("stochastic RAPP is a construction; the growth that a rate needs is not established");
}

static lerp_cost cost(const lerp_method_instance *instance) {
  const double *v = instance->value;
  return (lerp_cost){
      .evaluations = v[INNER] * v[BATCH], .resolvents = v[INNER], .exact = v[GROW] == 0 && v[POWER] == 0};
}

typedef struct srapp {
  double gamma, inner, grow, lambda, batch, power, damping;
  uint64_t samples; /* drawn so far */
  double *w, *other, *mean;
} srapp;

static void start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                  const double *z) {
  (void)s;
  (void)z;
  const double *v = instance->value;
  *(srapp *)state = (srapp){v[GAMMA],   v[INNER], v[GROW], v[LAMBDA], v[BATCH], v[POWER],
                            v[DAMPING], 0,        work[0], work[1],   work[2]};
}

/* mean <- the mean of `batch` samples of F at w */
static void average(lerp_step *s, srapp *m, const double *w, uint64_t batch) {
  const double weight = 1 / (double)batch;
  for (uint64_t i = 0; i < batch; i++) {
    lerp_advance(s, w, m->samples++,
                 LERP_OUTPUTS({.out = m->mean, .value = {weight, {{i == 0 ? 0 : 1, m->mean}}}}),
                 LERP_NO_PRODUCTS);
  }
}

static void step(lerp_step *s, void *state, const double *z, double *next) {
  srapp *m = state;
  const double k = (double)s->k + 1;
  const uint64_t batch = (uint64_t)ceil(m->batch * pow(k, m->power));
  const uint64_t steps = (uint64_t)m->inner + (uint64_t)(m->grow * log(k));
  const double *w = z;
  for (uint64_t j = 0; j < steps; j++) {
    double *out = w == m->w ? m->other : m->w;
    average(s, m, w, batch);
    lerp_advance(s, NULL, s->k,
                 LERP_OUTPUTS({.out = out,
                               .value = {.term = {{1, z}, {-m->gamma, m->mean}}},
                               .gamma = m->gamma,
                               .relax = 1 / (1 + m->damping * (double)j),
                               .anchor = w}),
                 LERP_NO_PRODUCTS);
    w = out;
  }
  lerp_advance(s, NULL, s->k,
               LERP_OUTPUTS({.out = next, .value = {.term = {{1, w}}}, .relax = m->lambda, .anchor = z}),
               LERP_NO_PRODUCTS);
}

const lerp_method lerp_srapp = {
    .name = "srapp",
    .summary = "stochastic RAPP: minibatches and inner steps that grow",
    .source = "this suite, after Pethick, Xie, Cevher 2023 (NeurIPS)",
    .parameters = parameters,
    .rho_min = INFINITY,
    .guarantee = guarantee,
    .cost = cost,
    .vectors = 3,
    .state = sizeof(srapp),
    .at_iterate = true,
    .start = start,
    .step = step,
};

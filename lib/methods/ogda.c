/* SPDX-License-Identifier: MIT */
/* Optimistic gradient: z <- J(z - gamma ((1 + a) F z_k - a F z_{k-1})), F z_{-1} = F z_0. */
#include "methods.h"

enum { GAMMA, A };

static double default_gamma(const lerp_facts *facts, const double *value) {
  (void)value;
  return 0.45 / facts->lipschitz;
}

static const lerp_parameter parameters[] = {
    LERP_STEP_SIZE(default_gamma, "(0, 1/(sqrt(3) L)) for rho >= 0, A = 0, a = 1; (0, 1/(2L)) with A",
                   "arXiv 2603.06442; Malitsky, Tam 2020 with A"),
    {.name = "a",
     .meaning = "weight of the correction by the last difference of F",
     .unit = "",
     .initial = 1,
     .maximum = INFINITY,
     .open_maximum = true,
     .proved = "1",
     .source = "Popov 1980; Daskalakis et al. 2018"},
    LERP_END_PARAMETERS,
};

static lerp_guarantee guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  const double g = instance->value[GAMMA] * facts->lipschitz;
  if (facts->rho >= 0 && instance->value[A] == 1 && g < (facts->constrained ? 0.5 : 1 / sqrt(3))) {
    return facts->constrained ? lerp_proved("monotone, a = 1 and gamma < 1/(2L)", "Malitsky, Tam 2020")
                              : lerp_proved("monotone, a = 1 and gamma < 1/(sqrt(3) L)", "arXiv 2603.06442");
  }
  return lerp_unproved(
      "optimistic gradient needs rho >= 0, a = 1 and gamma < 1/(sqrt(3) L), or 1/(2L) with A");
}

static lerp_cost cost(const lerp_method_instance *instance) {
  (void)instance;
  return (lerp_cost){.evaluations = 1, .resolvents = 1, .exact = true};
}

typedef struct ogda {
  double gamma, a;
  double *f; /* F z_{k-1} */
  bool started;
} ogda;

static void start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                  const double *z) {
  (void)s;
  (void)z;
  *(ogda *)state = (ogda){instance->value[GAMMA], instance->value[A], work[0], false};
}

static void step(lerp_step *s, void *state, const double *z, double *next) {
  ogda *o = state;
  const double gamma = o->gamma, a = o->started ? o->a : 0; /* F z_{-1} = F z_0 */
  o->started = true;
  lerp_advance(
      s, z, s->k,
      LERP_OUTPUTS({.out = next, .value = {-gamma * (1 + a), {{1, z}, {gamma * a, o->f}}}, .gamma = gamma},
                   {.out = o->f, .value = {.of_f = 1}}),
      LERP_NO_PRODUCTS);
}

const lerp_method lerp_ogda = {
    .name = "ogda",
    .summary = "optimistic gradient: z <- J(z - gamma ((1 + a) F z_k - a F z_{k-1}))",
    .source = "Popov 1980; Daskalakis, Ilyas, Syrgkanis, Zeng 2018",
    .parameters = parameters,
    .rho_min = 0,
    .guarantee = guarantee,
    .cost = cost,
    .vectors = 1,
    .state = sizeof(ogda),
    .at_iterate = true,
    .start = start,
    .step = step,
};

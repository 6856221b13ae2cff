/* SPDX-License-Identifier: MIT */
/* Extra anchored gradient: b = 1/(k+2), an = z + b (z_0 - z), zb = J(an - g_k F z), z <- J(an - g_k F zb); g_k constant
 * (variant C) or shrinking (V): g_{k+1} = g_k/(1 - q) (1 - (k+2)^2/((k+1)(k+3)) q), q = (g_k L)^2. */
#include "methods.h"

enum { VARIANT, GAMMA, L };
enum { CONSTANT, VARYING };

static const char *const variants[] = {"C", "V", NULL};

static double default_gamma(const lerp_facts *facts, const double *value) {
  return (value[VARIANT] == VARYING ? 0.618 : 0.125) / facts->lipschitz;
}

static double default_lipschitz(const lerp_facts *facts, const double *value) {
  const bool unused = value[VARIANT] == CONSTANT && isnan(facts->lipschitz);
  return unused ? 1 : facts->lipschitz;
}

static const lerp_parameter parameters[] = {
    {.name = "variant",
     .meaning = "step sizes constant (C) or varying (V)",
     .unit = "",
     .choices = variants,
     .proved = "any",
     .source = "Yoon, Ryu 2021"},
    LERP_STEP_SIZE(default_gamma, "(0, 1/(8L)] for C, (0, 3/(4L)) for V; rho >= 0", "Yoon, Ryu 2021"),
    {.name = "L",
     .meaning = "Lipschitz constant that variant V shrinks its steps by",
     .unit = "",
     .initially = default_lipschitz,
     .maximum = INFINITY,
     .open_minimum = true,
     .open_maximum = true,
     .proved = "at least the problem's",
     .source = "Yoon, Ryu 2021"},
    LERP_END_PARAMETERS,
};

static lerp_guarantee guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  const double *v = instance->value, g = v[GAMMA] * facts->lipschitz;
  if (facts->rho >= 0 && !facts->constrained &&
      (v[VARIANT] == VARYING ? g < 0.75 && v[L] >= facts->lipschitz : g <= 0.125)) {
    return lerp_proved("monotone: |F z_k|^2 <= 260 L^2 |z_0 - z*|^2 / (k + 1)^2", "Yoon, Ryu 2021");
  }
  return lerp_unproved("EAG needs rho >= 0, no constraints, and gamma <= 1/(8L) (C) or < 3/(4L) (V)");
}

static lerp_cost cost(const lerp_method_instance *instance) {
  (void)instance;
  return (lerp_cost){.evaluations = 2, .resolvents = 2, .exact = true};
}

typedef struct eag {
  double gamma, lipschitz;
  bool varying;
  double *anchor, *zb;
} eag;

static void start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                  const double *z) {
  eag *m = state;
  *m = (eag){instance->value[GAMMA], instance->value[L], instance->value[VARIANT] == VARYING, work[0],
             work[1]};
  lerp_advance(s, NULL, 0, LERP_OUTPUTS({.out = m->anchor, .value = {.term = {{1, z}}}}), LERP_NO_PRODUCTS);
}

static double next_gamma(const eag *m, double k) {
  const double q = m->gamma * m->lipschitz * m->gamma * m->lipschitz;
  return m->gamma / (1 - q) * (1 - (k + 2) * (k + 2) / ((k + 1) * (k + 3)) * q);
}

static void step(lerp_step *s, void *state, const double *z, double *next) {
  eag *m = state;
  const double gamma = m->gamma, b = 1 / ((double)s->k + 2);
  const lerp_combination forward = {-gamma, {{1 - b, z}, {b, m->anchor}}};
  lerp_advance(s, z, s->k, LERP_OUTPUTS({.out = m->zb, .value = forward, .gamma = gamma}), LERP_NO_PRODUCTS);
  lerp_advance(s, m->zb, s->k, LERP_OUTPUTS({.out = next, .value = forward, .gamma = gamma}),
               LERP_NO_PRODUCTS);
  if (m->varying) {
    m->gamma = next_gamma(m, (double)s->k);
  }
}

const lerp_method lerp_eag = {
    .name = "eag",
    .summary =
        "extra anchored gradient: extragradient from an = z + (z_0 - z)/(k+2), steps constant or varying",
    .source = "Yoon, Ryu 2021",
    .parameters = parameters,
    .rho_min = 0,
    .guarantee = guarantee,
    .cost = cost,
    .vectors = 2,
    .state = sizeof(eag),
    .at_iterate = true,
    .start = start,
    .step = step,
};

/* SPDX-License-Identifier: MIT */
/* Adam and extra-Adam: t += 1, m = beta1 m + (1 - beta1) G, v = beta2 v + (1 - beta2) G^2, c_i = 1 - beta_i^t; the step is
 * lr (m/c_1)/(sqrt(v/c_2) + eps) (eps-mode torch) or lr sqrt(c_2)/c_1 m/(sqrt(v) + eps) (hat); z <- J(z - step).
 * Extra-Adam's update is alpha times the step: 1, or 1/2 in extra-Adam+. */
#include "methods.h"

#include "../kernels/kernels.h"

enum { LR, BETA1, BETA2, EPS, EPS_MODE, STATE, ALPHA };
enum { TORCH, HAT };
enum { SHARED, SPLIT };

static const char *const eps_modes[] = {"torch", "hat", NULL};
static const char *const states[] = {"shared", "split", NULL};

#define DECAY(key, text, value)                                                                              \
  {                                                                                                          \
    .name = key, .meaning = text, .unit = "", .initial = value, .maximum = 1, .open_maximum = true,          \
    .proved = "none", .source = "Kingma, Ba 2015"                                                            \
  }
#define ADAM_PARAMETERS                                                                                      \
  {.name = "lr",                                                                                             \
   .meaning = "step size of each component",                                                                 \
   .unit = "",                                                                                               \
   .initial = 0.01,                                                                                          \
   .maximum = INFINITY,                                                                                      \
   .open_minimum = true,                                                                                     \
   .open_maximum = true,                                                                                     \
   .proved = "none",                                                                                         \
   .source = "Kingma, Ba 2015"},                                                                             \
      DECAY("beta1", "decay of the mean of F", 0), DECAY("beta2", "decay of the mean of F squared", 0.9),    \
      {.name = "eps",                                                                                        \
       .meaning = "added to the root of the mean square",                                                    \
       .unit = "",                                                                                           \
       .initial = 1e-8,                                                                                      \
       .maximum = INFINITY,                                                                                  \
       .open_maximum = true,                                                                                 \
       .proved = "none",                                                                                     \
       .source = "Kingma, Ba 2015"},                                                                         \
  {                                                                                                          \
    .name = "eps-mode", .meaning = "eps after (torch) or before (hat) the bias correction", .unit = "",      \
    .choices = eps_modes, .proved = "none", .source = "Kingma, Ba 2015"                                      \
  }

static const lerp_parameter parameters[] = {ADAM_PARAMETERS, LERP_END_PARAMETERS};

#define EXTRA_PARAMETERS(standard, where)                                                                    \
  ADAM_PARAMETERS,                                                                                           \
      {.name = "state",                                                                                      \
       .meaning = "moments shared by extrapolation and update, or one set for each",                         \
       .unit = "",                                                                                           \
       .choices = states,                                                                                    \
       .proved = "none",                                                                                     \
       .source = "Gidel et al. 2019"},                                                                       \
  {                                                                                                          \
    .name = "alpha", .meaning = "update step as a multiple of the extrapolation step", .unit = "",           \
    .initial = standard, .maximum = INFINITY, .open_minimum = true, .open_maximum = true, .proved = "none",  \
    .source = where                                                                                          \
  }

static const lerp_parameter extra_parameters[] = {EXTRA_PARAMETERS(1, "Gidel et al. 2019"),
                                                  LERP_END_PARAMETERS};
static const lerp_parameter extra_plus_parameters[] = {
    EXTRA_PARAMETERS(0.5, "Pethick, Xie, Cevher 2023 (NeurIPS)"), LERP_END_PARAMETERS};

static lerp_guarantee guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  (void)facts;
  (void)instance;
  return lerp_unproved("Adam has no guarantee for these problems");
}

static lerp_cost cost(const lerp_method_instance *instance) {
  (void)instance;
  return (lerp_cost){.evaluations = 1, .resolvents = 1, .exact = true};
}

static lerp_cost extra_cost(const lerp_method_instance *instance) {
  (void)instance;
  return (lerp_cost){.evaluations = 2, .resolvents = 2, .exact = true};
}

/* First and second moments, and beta^t as running products. */
typedef struct moments {
  double *m, *v;
  double power1, power2;
} moments;

typedef struct adam {
  double lr, beta1, beta2, eps, alpha;
  bool hat;
  moments update, extrapolation; /* the latter for extra-Adam with split state */
  bool split;
  double *zb;
} adam;

/* The custom output: z - step on one tile, with the moments brought up to date. */
typedef struct adam_tile {
  lerp_adam_map map;
  const lerp_kernels *kernels;
  const lerp_layout *layout;
  const moments *to;
  const double *z;
} adam_tile;

static void write_tile(void *self, int part, size_t begin, size_t length, const double *f, double *value) {
  const adam_tile *t = self;
  const size_t position = t->layout->offset[part] + begin;
  t->kernels->adam(length, &t->map, t->z + position, f, t->to->m + position, t->to->v + position, value);
}

static lerp_adam_map map_of(const adam *a, const moments *to, double lr) {
  const double c1 = 1 - to->power1, root = sqrt(1 - to->power2);
  return (lerp_adam_map){.beta1 = a->beta1,
                         .beta2 = a->beta2,
                         .rate = a->hat ? lr * root / c1 : lr / c1,
                         .scale = a->hat ? 1 : root,
                         .eps = a->eps};
}

/* One Adam step of rate lr from z with F(at). */
static void advance(lerp_step *s, const adam *a, moments *to, double lr, const double *at, const double *z,
                    double *out) {
  to->power1 *= a->beta1;
  to->power2 *= a->beta2;
  const size_t both_moments = 4; /* are read and written */
  adam_tile tile = {map_of(a, to, lr), s->kernels, s->layout, to, z};
  const lerp_output step = {
      .out = out, .gamma = lr, .tile = write_tile, .self = &tile, .streams = both_moments + (z != at)};
  lerp_advance(s, at, s->k, 1, &step, LERP_NO_PRODUCTS);
}

static void set(adam *a, const lerp_method_instance *instance, double *const *work) {
  const double *v = instance->value;
  *a = (adam){.lr = v[LR],
              .beta1 = v[BETA1],
              .beta2 = v[BETA2],
              .eps = v[EPS],
              .hat = v[EPS_MODE] == HAT,
              .update = {work[0], work[1], 1, 1}};
}

/* The moments start at zero. */
static void clear(lerp_step *s, const moments *m) {
  lerp_advance(s, NULL, 0, LERP_OUTPUTS({.out = m->m}, {.out = m->v}), LERP_NO_PRODUCTS);
}

static void start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                  const double *z) {
  (void)z;
  adam *a = state;
  set(a, instance, work);
  clear(s, &a->update);
}

static void extra_start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                        const double *z) {
  adam *a = state;
  start(s, instance, state, work, z);
  a->alpha = instance->value[ALPHA];
  a->split = instance->value[STATE] == SPLIT;
  a->zb = work[2];
  a->extrapolation = (moments){work[3], work[4], 1, 1};
  clear(s, &a->extrapolation);
}

static void step(lerp_step *s, void *state, const double *z, double *next) {
  adam *a = state;
  advance(s, a, &a->update, a->lr, z, z, next);
}

static void extra_step(lerp_step *s, void *state, const double *z, double *next) {
  adam *a = state;
  advance(s, a, a->split ? &a->extrapolation : &a->update, a->lr, z, z, a->zb);
  advance(s, a, &a->update, a->alpha * a->lr, a->zb, z, next);
}

const lerp_method lerp_adam = {
    .name = "adam",
    .summary = "Adam on F: z <- J(z - lr m/sqrt(v))",
    .source = "Kingma, Ba 2015",
    .parameters = parameters,
    .rho_min = INFINITY,
    .guarantee = guarantee,
    .cost = cost,
    .vectors = 2,
    .state = sizeof(adam),
    .at_iterate = true,
    .start = start,
    .step = step,
};

const lerp_method lerp_extra_adam = {
    .name = "extra-adam",
    .summary = "extragradient with Adam's steps: zb = J(z - step(F z)), z <- J(z - step(F zb))",
    .source = "Gidel, Berard, Vignoud, Vincent, Lacoste-Julien 2019",
    .parameters = extra_parameters,
    .rho_min = INFINITY,
    .guarantee = guarantee,
    .cost = extra_cost,
    .vectors = 5,
    .state = sizeof(adam),
    .at_iterate = true,
    .start = extra_start,
    .step = extra_step,
};

const lerp_method lerp_extra_adam_plus = {
    .name = "extra-adam+",
    .summary = "EG+ with Adam's steps: zb = J(z - step(F z)), z <- J(z - alpha step(F zb))",
    .source = "Pethick, Xie, Cevher 2023 (NeurIPS)",
    .parameters = extra_plus_parameters,
    .rho_min = INFINITY,
    .guarantee = guarantee,
    .cost = extra_cost,
    .vectors = 5,
    .state = sizeof(adam),
    .at_iterate = true,
    .start = extra_start,
    .step = extra_step,
};

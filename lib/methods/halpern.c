/* SPDX-License-Identifier: MIT */
/* Inexact Halpern iteration on the relaxed resolvent: Jt = J_{gamma S} z by T_k inner steps,
 * z <- b z_0 + (1 - b) ((1 - alpha) z + alpha Jt), b = 1/(k+2). Inner steps are contractions w <- J_{gamma A}(z - gamma
 * F w), or forward-backward-forward on w - z + gamma F w with step 1/(1 + gamma L). */
#include "methods.h"

enum { GAMMA, ALPHA, INNER, GROW, SOLVER };
enum { CONTRACTION, FBF };

static const char *const solvers[] = {"contraction", "fbf", NULL};

static double default_gamma(const lerp_facts *facts, const double *value) {
  (void)value;
  return fmax(0.9, (1 - facts->rho * facts->lipschitz) / 2) / facts->lipschitz;
}

static double default_alpha(const lerp_facts *facts, const double *value) {
  const double alpha = 1 + facts->rho / value[GAMMA];
  return alpha > 0 ? alpha : 0.5; /* no alpha is proved for such a gamma */
}

/* Inner errors that fall like 1/k^2. */
static double default_grow(const lerp_facts *facts, const double *value) {
  const double g = value[GAMMA] * facts->lipschitz;
  return g > 0 && g < 1 ? -2 / log(g) : 1;
}

static const lerp_parameter parameters[] = {
    LERP_STEP_SIZE(default_gamma, "(-rho, 1/L)", "arXiv 2402.05071"),
    {.name = "alpha",
     .meaning = "relaxation of the resolvent",
     .unit = "",
     .initially = default_alpha,
     .maximum = INFINITY,
     .open_minimum = true,
     .open_maximum = true,
     .proved = "1 + rho/gamma",
     .source = "arXiv 2402.05071"},
    LERP_INNER(NULL, 5, "inner steps T at first", "any, growing like log k", "arXiv 2402.05071"),
    LERP_GROW(default_grow, 0, "positive", "arXiv 2402.05071"),
    {.name = "resolvent",
     .meaning = "what approximates the resolvent",
     .unit = "",
     .choices = solvers,
     .proved = "any",
     .source = "arXiv 2402.05071"},
    LERP_END_PARAMETERS,
};

static lerp_guarantee guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  const double *v = instance->value, rho = fmin(facts->rho, 0);
  if (v[GAMMA] > -rho && v[GAMMA] * facts->lipschitz < 1 && v[GROW] > 0 &&
      v[ALPHA] <= (1 + rho / v[GAMMA]) * (1 + 1e-12)) {
    return lerp_proved("-rho < gamma < 1/L, alpha <= 1 + rho/gamma, inner steps grow like log k",
                       "arXiv 2402.05071");
  }
  return lerp_unproved("Halpern needs -rho < gamma < 1/L, alpha <= 1 + rho/gamma and growing inner steps");
}

static lerp_cost cost(const lerp_method_instance *instance) {
  const double *v = instance->value;
  return (lerp_cost){
      .evaluations = v[INNER] * (v[SOLVER] == FBF ? 2 : 1), .resolvents = v[INNER], .exact = v[GROW] == 0};
}

typedef struct halpern {
  double gamma, alpha, inner, grow, step;
  bool fbf;
  double *anchor, *w, *u, *f;
} halpern;

static void start(lerp_step *s, const lerp_method_instance *instance, void *state, double *const *work,
                  const double *z) {
  halpern *h = state;
  const double *v = instance->value;
  *h = (halpern){
      v[GAMMA],         v[ALPHA], v[INNER], v[GROW], 1 / (1 + v[GAMMA] * s->problem->facts.lipschitz),
      v[SOLVER] == FBF, work[0],  work[1],  work[2], work[3]};
  lerp_advance(s, NULL, 0, LERP_OUTPUTS({.out = h->anchor, .value = {.term = {{1, z}}}}), LERP_NO_PRODUCTS);
}

/* w <- J(z - gamma F w), from `w` into the handle that is free */
static const double *contract(lerp_step *s, halpern *h, const double *z, const double *w) {
  double *out = w == h->w ? h->u : h->w;
  lerp_advance(s, w, s->k, LERP_OUTPUTS({.out = out, .value = {-h->gamma, {{1, z}}}, .gamma = h->gamma}),
               LERP_NO_PRODUCTS);
  return out;
}

/* u = J_{t gamma A}(w - t B w), w <- u - t (B u - B w) with B w = w - z + gamma F w */
static const double *forward_backward_forward(lerp_step *s, halpern *h, const double *z, const double *w) {
  const double t = h->step, tg = t * h->gamma;
  lerp_advance(s, w, s->k,
               LERP_OUTPUTS({.out = h->u, .value = {-tg, {{1 - t, w}, {t, z}}}, .gamma = tg},
                            {.out = h->f, .value = {.of_f = 1}}),
               LERP_NO_PRODUCTS);
  lerp_advance(s, h->u, s->k,
               LERP_OUTPUTS({.out = h->w, .value = {-tg, {{1 - t, h->u}, {t, w}, {tg, h->f}}}}),
               LERP_NO_PRODUCTS);
  return h->w;
}

static void step(lerp_step *s, void *state, const double *z, double *next) {
  halpern *h = state;
  const double k = (double)s->k, b = 1 / (k + 2), alpha = h->alpha;
  const double *w = z;
  for (uint64_t left = (uint64_t)h->inner + (uint64_t)(h->grow * log(k + 1)); left > 0; left--) {
    w = h->fbf ? forward_backward_forward(s, h, z, w) : contract(s, h, z, w);
  }
  lerp_advance(
      s, NULL, s->k,
      LERP_OUTPUTS({.out = next,
                    .value = {.term = {{b, h->anchor}, {(1 - b) * (1 - alpha), z}, {(1 - b) * alpha, w}}}}),
      LERP_NO_PRODUCTS);
}

const lerp_method lerp_halpern = {
    .name = "halpern",
    .summary = "inexact Halpern iteration on the relaxed resolvent, anchored at z_0",
    .source = "arXiv 2402.05071",
    .parameters = parameters,
    .rho_min = -1,
    .guarantee = guarantee,
    .cost = cost,
    .vectors = 4,
    .state = sizeof(halpern),
    .at_iterate = true,
    .start = start,
    .step = step,
};

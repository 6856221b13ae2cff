/* SPDX-License-Identifier: MIT */
/* The safe phase of ramp, and all of arapp: an adaptive single-call RAPP that knows neither L nor rho.
 *
 * With a point b, F b known, w = J_{gamma A}(z - gamma F b) gives v = F w + (z - gamma F b - w)/gamma in S(w). When
 * |F w - F b| <= sigma |v|, z <- z - lambda <v, z - w>/|v|^2 v: a step towards a half-space that holds every weak Minty
 * solution once lambda is small enough; else w only replaces b. gamma follows the differences of F. Without progress
 * for too long the level j rises: lambda = 2^-j, sigma and the margins of gamma tend to 1. */
#ifndef LERP_METHODS_SAFEGUARD_H
#define LERP_METHODS_SAFEGUARD_H

#include "methods.h"

#include <float.h>

typedef struct lerp_safeguard {
  double gamma;
  double beta, sigma, theta, level_budget; /* at level 0 */
  double first;
  double level, steps, increases;
  double reference; /* the residual at the last time it was halved, or of the start */
  double ceiling;   /* the residual when the level began */
  bool measured;    /* gamma comes from a difference of F, no longer from the first step */
  double *z, *b, *f_b, *f;
} lerp_safeguard;

enum { LERP_SAFEGUARD_VECTORS = 4 };

/* From the values of the rows below and LERP_SAFEGUARD_VECTORS vectors. */
lerp_safeguard lerp_safeguard_from(const double *value, double *const *work);

/* The first sample w_0 = J_A(z), evaluated: z and b of *g, with gamma a cautious first step; where A = 0, w_0 = z. */
void lerp_safeguard_begin(lerp_step *s, lerp_safeguard *g, const double *z);

/* A square that has not lost its digits to underflow: nothing is concluded from others. */
static inline bool lerp_is_resolved(double square) {
  return square >= DBL_MIN;
}

/* gamma from the difference of two samples, given |w - b| and |F w - F b|. */
void lerp_safeguard_measure(lerp_safeguard *g, double moved, double changed);

/* next = J_{gamma A}(z - gamma F b), the sample that is evaluated next. */
void lerp_safeguard_sample(lerp_step *s, const lerp_safeguard *g, double *next);

/* Evaluates at the sample w, moves z or not, adapts gamma; w becomes b. Returns |v|. */
double lerp_safeguard_absorb(lerp_step *s, lerp_safeguard *g, const double *w);

/* Told a residual: raises the level after too many steps that did not halve it, or when it runs away; the second at the
 * first levels only, since the theory is that of the first. */
void lerp_safeguard_review(lerp_safeguard *g, double residual);

/* Both methods have the same theory and the same cost: one evaluation an iteration, one resolvent or more. */
lerp_guarantee lerp_safeguard_guarantee(const lerp_facts *facts, const lerp_method_instance *instance);
lerp_cost lerp_safeguard_cost(const lerp_method_instance *instance);

/* Rows of the parameters that both methods have, and their values in this order. */
enum {
  LERP_SAFEGUARD_BETA,
  LERP_SAFEGUARD_SIGMA,
  LERP_SAFEGUARD_THETA,
  LERP_SAFEGUARD_LEVEL_BUDGET,
  LERP_SAFEGUARD_FIRST,
  LERP_SAFEGUARD_PARAMETERS
};
#define LERP_SAFEGUARD_ROWS                                                                                  \
  {.name = "beta",                                                                                           \
   .meaning = "gamma times the measured Lipschitz constant",                                                 \
   .unit = "",                                                                                               \
   .initial = 0.7,                                                                                           \
   .maximum = 1,                                                                                             \
   .open_minimum = true,                                                                                     \
   .open_maximum = true,                                                                                     \
   .proved = "any",                                                                                          \
   .source = "this suite"},                                                                                  \
      {.name = "sigma",                                                                                      \
       .meaning = "a safe step needs |F w - F b| <= sigma |v|",                                              \
       .unit = "",                                                                                           \
       .initial = 0.9,                                                                                       \
       .maximum = 1,                                                                                         \
       .open_minimum = true,                                                                                 \
       .open_maximum = true,                                                                                 \
       .proved = "any",                                                                                      \
       .source = "this suite"},                                                                              \
      {.name = "theta",                                                                                      \
       .meaning = "gamma shrinks when gamma |F w - F b| > theta |w - b|",                                    \
       .unit = "",                                                                                           \
       .initial = 0.95,                                                                                      \
       .maximum = 1,                                                                                         \
       .open_minimum = true,                                                                                 \
       .open_maximum = true,                                                                                 \
       .proved = "above beta",                                                                               \
       .source = "this suite"},                                                                              \
      {.name = "level-budget",                                                                               \
       .meaning = "safe steps that may pass at level j without halving the residual, over 32^j",             \
       .unit = "",                                                                                           \
       .initial = 400,                                                                                       \
       .minimum = 1,                                                                                         \
       .maximum = INFINITY,                                                                                  \
       .proved = "any finite",                                                                               \
       .source = "this suite"},                                                                              \
  {                                                                                                          \
    .name = "first", .meaning = "first step size over max(1, |w_0|)/|F w_0|", .unit = "", .initial = 0.1,    \
    .maximum = INFINITY, .open_minimum = true, .open_maximum = true, .proved = "any", .source = "this suite" \
  }

#endif

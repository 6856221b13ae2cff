/* SPDX-License-Identifier: MIT */
/* Accelerated phases and the safeguard (safeguard.h) by turns: what ramp and ramp2 share. A phase that reduced the
 * residual is accepted, and the safeguard stands at its best sample; one that failed leaves its place to at least as many
 * steps of the safeguard, which knows nothing of it. So whatever phases do, what the safeguard guarantees holds. */
#ifndef LERP_METHODS_PHASES_H
#define LERP_METHODS_PHASES_H

#include "safeguard.h"

/* A point w with F w and its residual R = (w - J_{gamma A}(w - gamma F w))/gamma, which is F w where A = 0. */
typedef struct lerp_sample {
  double *w, *f, *r;
  double norm; /* |R| */
} lerp_sample;

typedef struct lerp_point {
  const double *w, *f, *r;
  double norm;
} lerp_point;

typedef enum lerp_phase { LERP_FIRST, LERP_SECOND, LERP_ACCELERATED, LERP_SAFE } lerp_phase;

typedef struct lerp_phases {
  const double *value; /* of the rows below */
  lerp_safeguard safe;
  lerp_phase phase;
  bool constrained;
  double *r;
  lerp_sample best;
  double *previous_w, *previous_f;
  double goal; /* the residual that a phase is measured against */
  double patience, waited, spent, safe_left;
} lerp_phases;

/* Vectors that it takes, and the sample of one more. */
size_t lerp_phases_vectors(bool constrained);
lerp_sample lerp_sample_from(double *const **work, bool constrained);
/* From the values of a method, those of the rows below at `rows`. */
lerp_phases lerp_phases_from(const double *value, size_t rows, double *const **work, bool constrained);

/* w and f of a point. */
void lerp_point_copy(lerp_step *s, double *w, double *f, const lerp_point *from);
/* The safeguard's gamma takes note of a difference of F that an accelerated phase met. */
void lerp_phases_heed(lerp_phases *m, double moved, double changed);
/* F at the next sample z of an accelerated phase and its residual with the present gamma; lerp_phases_heed. */
lerp_point lerp_phases_follow(lerp_step *s, lerp_phases *m, const double *z);
/* out = J_{gamma A}(out) with the safeguard's gamma. */
void lerp_phases_resolve(lerp_step *s, const lerp_phases *m, double *out);

/* The second sample: a small step from the first, reflected or not. */
void lerp_phases_write_second(lerp_step *s, const lerp_phases *m, bool reflects, double *next);
/* At the second sample z: gamma from the two; the first, with its residual, goes to `first`, the second is returned, and
 * the safeguard stands at the better one. */
lerp_point lerp_phases_compare_first(lerp_step *s, lerp_phases *m, lerp_sample *first, const double *z);

void lerp_phases_begin(lerp_phases *m);
/* The residual is not far above what was predicted. */
bool lerp_phases_is_predicted(const lerp_phases *m, const lerp_point *at, double predicted);
/* Takes note of a sample; false when the phase ends here. */
bool lerp_phases_go_on(lerp_step *s, lerp_phases *m, const lerp_point *at, double predicted);
/* A phase that ended is accepted. */
bool lerp_phases_succeeded(const lerp_phases *m);
/* The best sample of an accepted phase, where the next one and the safeguard stand. */
lerp_point lerp_phases_accept(lerp_step *s, lerp_phases *m);
/* The safe steps begin. */
void lerp_phases_give_way(lerp_phases *m, bool mismatched);
/* A step of the safeguard at z: writes the next sample and returns false, or ends them and returns true with the point
 * where the next phase begins. */
bool lerp_phases_safe_step(lerp_step *s, lerp_phases *m, const double *z, double *next, lerp_point *at);

/* Rows of the parameters and their order. */
enum {
  LERP_PHASES_MISMATCH,
  LERP_PHASES_ACCEPT,
  LERP_PHASES_PATIENCE,
  LERP_PHASES_PATIENCE_MIN,
  LERP_PHASES_BUDGET,
  LERP_PHASES_SAFE_STEPS,
  LERP_PHASES_PARAMETERS
};
#define LERP_COUNT(key, standard, text)                                                                      \
  {                                                                                                          \
    .name = key, .meaning = text, .unit = "", .initial = standard, .minimum = 1, .maximum = 1e9,             \
    .integer = true, .proved = "any", .source = "this suite"                                                 \
  }
#define LERP_FRACTION(key, standard, text)                                                                   \
  {                                                                                                          \
    .name = key, .meaning = text, .unit = "", .initial = standard, .maximum = 1, .open_minimum = true,       \
    .open_maximum = true, .proved = "any", .source = "this suite"                                            \
  }
#define LERP_PHASES_ROWS(mismatch, budget)                                                                   \
  {.name = "mismatch",                                                                                       \
   .meaning = "a phase ends when the residual exceeds its prediction by this factor",                        \
   .unit = "",                                                                                               \
   .initial = mismatch,                                                                                      \
   .minimum = 1,                                                                                             \
   .maximum = INFINITY,                                                                                      \
   .proved = "any",                                                                                          \
   .source = "this suite"},                                                                                  \
      LERP_FRACTION("accept", 0.9, "a phase is accepted when it reduced the residual by this factor"),       \
      LERP_COUNT("patience", 20, "samples of a phase without a reduction to 0.9 of its best"),               \
      LERP_COUNT("patience-min", 12, "the least that failed phases shorten it to"),                          \
      LERP_COUNT("budget", budget, "evaluations of a phase"),                                                \
      LERP_COUNT("safe", 4, "steps of the safeguard after a failed phase, at least")

#endif

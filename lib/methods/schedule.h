/* SPDX-License-Identifier: MIT */
/* The shrinking step sizes that stochastic methods share: alpha_t, t = k + 1. */
#ifndef LERP_METHODS_SCHEDULE_H
#define LERP_METHODS_SCHEDULE_H

#include "methods.h"

enum { LERP_CONSTANT, LERP_LINEAR, LERP_SQRT };
extern const char *const lerp_decreases[];

#define LERP_SCHEDULE_PARAMETERS(first)                                                                      \
  {.name = "alpha",                                                                                          \
   .meaning = "first step size of the update, as a factor of gamma",                                         \
   .unit = "",                                                                                               \
   .initial = first,                                                                                         \
   .maximum = INFINITY,                                                                                      \
   .open_minimum = true,                                                                                     \
   .open_maximum = true,                                                                                     \
   .proved = "positive",                                                                                     \
   .source = "Pethick et al. 2023 (ICLR)"},                                                                  \
      {.name = "decrease",                                                                                   \
       .meaning = "alpha_t: const alpha, linear alpha/(t/f + 1), sqrt alpha/sqrt(t/f + 1)",                  \
       .unit = "",                                                                                           \
       .choices = lerp_decreases,                                                                            \
       .initial = LERP_SQRT,                                                                                 \
       .proved = "linear or sqrt",                                                                           \
       .source = "Pethick et al. 2023 (ICLR)"},                                                              \
  {                                                                                                          \
    .name = "decrease-factor", .meaning = "f of the decrease", .unit = "", .initial = 100,                   \
    .maximum = INFINITY, .open_minimum = true, .open_maximum = true, .proved = "any",                        \
    .source = "Pethick et al. 2023 (ICLR)"                                                                   \
  }

typedef struct lerp_schedule {
  double first, factor;
  int decrease;
} lerp_schedule;

/* From the three values in the order of the parameters. */
static inline lerp_schedule lerp_schedule_from(const double *value) {
  return (lerp_schedule){value[0], value[2], (int)value[1]};
}

static inline double lerp_schedule_at(const lerp_schedule *s, uint64_t k) {
  const double t = ((double)k + 1) / s->factor + 1;
  return s->decrease == LERP_LINEAR ? s->first / t : s->decrease == LERP_SQRT ? s->first / sqrt(t) : s->first;
}

#endif

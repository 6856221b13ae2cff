/* SPDX-License-Identifier: MIT */
/* What a run knows of a case so far, and whether that is enough. */
#ifndef LERP_STANDING_H
#define LERP_STANDING_H

#include <stdbool.h>
#include <stddef.h>

#include "plan.h"
#include "statistics.h"

typedef struct standing {
  double *value
      [2]; /* seconds of undisturbed and of disturbed samples; of pairs, those of the head over the base's */
  size_t values[2];
  int taken;   /* samples, or pairs; those that failed too */
  bool failed; /* no more than what is planned is worth it */
} standing;

void standing_free(standing *self);

/* Counts a sample; NAN: it failed. */
void standing_add(standing *self, double value, bool disturbed);

/* Of the undisturbed samples, or of the disturbed ones where there are no others. */
double standing_median(const standing *self);
statistics_interval standing_interval(const standing *self);

/* The width of the 95 % interval of the median, over the median; NAN: fewer than six values. */
double standing_width(const standing *self);

/* The cases that have not as many undisturbed samples, or not as narrow an interval, as the suite wants, in `wanted`, with
 * those that they are compared with; how many. */
size_t standing_want(const standing *of, const plan *cases, bool *wanted);

#endif

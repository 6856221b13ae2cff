/* SPDX-License-Identifier: MIT */
#include "statistics.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include <lerp/random.h>

#include "memory.h"

enum { DRAWS = 2000 };

static int compare(const void *a, const void *b) {
  const double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

/* Sorts what it is given. */
static double median_of(double *value, size_t count) {
  if (count == 0) {
    return NAN;
  }
  qsort(value, count, sizeof *value, compare);
  return (value[(count - 1) / 2] + value[count / 2]) / 2;
}

/* Of none `value` may be NULL. */
static double *copy_of(const double *value, size_t count) {
  double *copy = memory_new(count, sizeof *copy);
  for (size_t i = 0; i < count; i++) {
    copy[i] = value[i];
  }
  return copy;
}

double statistics_median(const double *value, size_t count) {
  double *sorted = copy_of(value, count);
  const double median = median_of(sorted, count);
  free(sorted);
  return median;
}

statistics_interval statistics_median_interval(const double *value, size_t count) {
  double *drawn = memory_new(count, sizeof *drawn), *median = memory_new(DRAWS, sizeof *median);
  for (size_t draw = 0; draw < DRAWS; draw++) {
    for (size_t i = 0; i < count; i++) {
      drawn[i] = value[lerp_random_bits(1, draw, i) % count];
    }
    median[draw] = median_of(drawn, count);
  }
  qsort(median, DRAWS, sizeof *median, compare);
  const statistics_interval interval = {median[DRAWS / 40], median[DRAWS - 1 - DRAWS / 40]};
  free(drawn);
  free(median);
  return interval;
}

size_t statistics_median_rank(size_t count) {
  static const double outside = 0.025; /* on each side */
  double term = exp2(-(double)count), sum = 0;
  size_t rank = 0;
  while (rank < count && sum + term <= outside) {
    sum += term;
    term *= (double)(count - rank) / (double)(rank + 1);
    rank++;
  }
  return rank;
}

statistics_interval statistics_median_range(const double *value, size_t count) {
  const size_t rank = statistics_median_rank(count);
  double *sorted = copy_of(value, count);
  qsort(sorted, count, sizeof *sorted, compare);
  statistics_interval interval = {NAN, NAN};
  if (rank > 0) {
    interval = (statistics_interval){sorted[rank - 1], sorted[count - rank]};
  }
  free(sorted);
  return interval;
}

/* SPDX-License-Identifier: MIT */
#include "standing.h"

#include <math.h>
#include <stdlib.h>

#include "memory.h"

void standing_free(standing *self) {
  free(self->value[0]);
  free(self->value[1]);
}

void standing_add(standing *self, double value, bool disturbed) {
  self->taken++;
  if (isnan(value)) {
    self->failed = true;
  } else {
    double **values = &self->value[disturbed];
    size_t *count = &self->values[disturbed];
    *values = memory_resize(*values, *count + 1, sizeof **values);
    (*values)[(*count)++] = value;
  }
}

double standing_median(const standing *self) {
  const bool disturbed = self->values[0] == 0;
  return statistics_median(self->value[disturbed], self->values[disturbed]);
}

statistics_interval standing_interval(const standing *self) {
  const bool disturbed = self->values[0] == 0;
  return statistics_median_range(self->value[disturbed], self->values[disturbed]);
}

double standing_width(const standing *self) {
  const statistics_interval interval = standing_interval(self);
  return (interval.high - interval.low) / standing_median(self);
}

static int lesser(int a, int b) {
  return a < b ? a : b;
}

/* As many undisturbed samples as the suite wants, and an interval as narrow, or as many samples as it allows; counts are
 * the same every time, trainings differ by their seeds, and a family may want fewer. */
static bool suffices(const standing *self, const suite_family *family, const suite *wanted) {
  const int limit = family->repetitions > 0 ? family->repetitions : wanted->max_repetitions,
            least = lesser(limit, wanted->repetitions), most = lesser(limit, wanted->max_repetitions);
  if (family->kind == SUITE_COUNT) {
    return self->taken > 0;
  }
  if (self->taken < least) {
    return false;
  }
  const bool enough = self->values[0] >= (size_t)least &&
                      (wanted->precision == 0 || standing_width(self) <= wanted->precision);
  return enough || family->kind == SUITE_GAN || self->failed || self->taken >= most;
}

size_t standing_want(const standing *of, const plan *cases, bool *wanted) {
  bool *of_cluster = memory_new(cases->problems, sizeof *of_cluster);
  size_t count = 0;
  for (size_t i = 0; i < cases->cases; i++) {
    wanted[i] = !suffices(&of[i], cases->item[i].family, cases->suite);
    of_cluster[cases->item[i].cluster] |= cases->item[i].joined && wanted[i];
  }
  for (size_t i = 0; i < cases->cases; i++) {
    wanted[i] |= cases->item[i].joined && of_cluster[cases->item[i].cluster];
    count += wanted[i];
  }
  free(of_cluster);
  return count;
}

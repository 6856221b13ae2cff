/* SPDX-License-Identifier: MIT */
/* When the residual met its targets: 10^(-(i + 1) / 10) of the first. */
#include "driver.h"

#include <math.h>

void lerp_hits_prepare(lerp_solver *solver) {
  for (int i = 0; i < LERP_TARGETS; i++) {
    solver->target[i] = pow(10, -(i + 1.0) / LERP_TARGETS_PER_DECADE);
  }
}

void lerp_hits_record(lerp_solver *solver, double ratio, uint64_t k, uint64_t evaluations) {
  const double *target = solver->target;
  lerp_hits *first = &solver->result.first, *settled = &solver->result.settled;
  while (solver->level < LERP_TARGETS && ratio <= target[solver->level]) {
    if (first->iteration[solver->level] == UINT64_MAX) {
      first->iteration[solver->level] = k;
      first->evaluations[solver->level] = evaluations;
    }
    settled->iteration[solver->level] = k;
    settled->evaluations[solver->level] = evaluations;
    solver->level++;
  }
  while (solver->level > 0 && !(ratio <= target[solver->level - 1])) {
    solver->level--;
    settled->iteration[solver->level] = settled->evaluations[solver->level] = UINT64_MAX;
  }
}

/* SPDX-License-Identifier: MIT */
/* Arrays of the caller that constructors copy and check. NULL stands for none, and is fine. */
#ifndef LERP_OPERATORS_ARRAYS_H
#define LERP_OPERATORS_ARRAYS_H

#include <lerp/vector.h>

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* False: out of memory. */
static inline bool lerp_copy_array(double **to, const double *from, size_t count) {
  if (!from) {
    return true;
  }
  *to = lerp_aligned_new(count);
  if (*to) {
    memcpy(*to, from, count * sizeof *from);
  }
  return *to != NULL;
}

static inline bool lerp_all_finite(const double *v, size_t count) {
  for (size_t i = 0; v && i < count; i++) {
    if (!isfinite(v[i])) {
      return false;
    }
  }
  return true;
}

#endif

/* SPDX-License-Identifier: MIT */
/* Elements of a matrix in lanes of doubles. */
#ifndef LERP_KERNELS_ELEMENTS_H
#define LERP_KERNELS_ELEMENTS_H

#include "lanes.h"

/* A matrix in double or in single precision, which is a constant where this is inlined. Of one that is far away the
 * elements that come next are asked for: the processor follows fewer streams by itself than are read here. */
typedef struct elements {
  const void *values;
  size_t stride;
  bool single, far;
} elements;

INLINE const void *element(const elements *m, size_t at) {
  return m->single ? (const void *)((const float *)m->values + at) : (const double *)m->values + at;
}

INLINE lanes load_elements(const elements *m, size_t at) {
  enum { AHEAD = 256 };
  const void *from = element(m, at);
  if (m->far) {
    __builtin_prefetch((const char *)from + AHEAD);
  }
  if (!m->single) {
    return load(from);
  }
  lanes v;
  EACH_PART v.part[p] = widened((const float *)from + WIDTH * p);
  return v;
}

INLINE lanes load_first_elements(size_t n, const elements *m, size_t at) {
  if (!m->single) {
    return load_first(n, element(m, at));
  }
  lanes v;
  EACH_PART v.part[p] = load_word_single((long long)n - WIDTH * p, (const float *)element(m, at) + WIDTH * p);
  return v;
}

#endif

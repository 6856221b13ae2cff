/* SPDX-License-Identifier: MIT */
/* Elements of a matrix in lanes of doubles. */
#ifndef LERP_KERNELS_ELEMENTS_H
#define LERP_KERNELS_ELEMENTS_H

#include "lanes.h"

/* A matrix in double or in single precision, which is a constant where this is inlined. Of one that is far away the
 * elements `ahead` of those that are loaded are asked for: the processor follows fewer streams by itself than are read
 * here, and none of them to where the next rows begin. */
typedef struct elements {
  const void *values;
  size_t stride;
  bool single, far;
  size_t ahead;
} elements;

INLINE size_t element_size(const elements *m) {
  return m->single ? sizeof(float) : sizeof(double);
}

INLINE const void *element(const elements *m, size_t at) {
  return m->single ? (const void *)((const float *)m->values + at) : (const double *)m->values + at;
}

INLINE lanes load_elements(const elements *m, size_t at) {
  const void *from = element(m, at);
  if (m->far) {
    __builtin_prefetch(element(m, at + m->ahead));
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

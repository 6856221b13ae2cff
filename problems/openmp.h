/* SPDX-License-Identifier: MIT */
/* What is asked of OpenMP outside of the library; in builds without it there is one thread. */
#ifndef LERP_PROBLEMS_OPENMP_H
#define LERP_PROBLEMS_OPENMP_H

#ifdef _OPENMP
#include <omp.h>
#else
static inline int omp_get_max_threads(void) {
  return 1;
}

static inline int omp_get_thread_num(void) {
  return 0;
}

static inline int omp_in_parallel(void) {
  return 0;
}

static inline void omp_set_num_threads(int threads) {
  (void)threads;
}
#endif

#endif

/* SPDX-License-Identifier: MIT */
/* Seconds since some fixed moment, by a clock that nobody sets. */
#ifndef LERP_CLOCK_H
#define LERP_CLOCK_H

#include <time.h>

static inline double clock_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#endif

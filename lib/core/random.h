/* SPDX-License-Identifier: MIT */
/* Numbers from random words. */
#ifndef LERP_CORE_RANDOM_H
#define LERP_CORE_RANDOM_H

#include <math.h>
#include <stdint.h>

/* In (0, 1), from the 52 high bits: exact, so neither end is ever rounded to. */
static inline double lerp_uniform_from(uint64_t bits) {
  return ((double)(bits >> 12) + 0.5) / 4503599627370496.0;
}

/* Standard normal from two independent words, by Box and Muller; with 53 bits, in (0, 1], as in recorded runs. */
static inline double lerp_normal_from(uint64_t radius, uint64_t angle) {
  const double unit = 1 / 9007199254740992.0, turn = 2 * 3.14159265358979323846;
  return sqrt(-2 * log(((double)(radius >> 11) + 0.5) * unit)) *
         cos(turn * (((double)(angle >> 11) + 0.5) * unit));
}

#endif

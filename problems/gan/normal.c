/* SPDX-License-Identifier: MIT */
/* Box and Muller: a pair of normals is a point whose squared radius is -2 log u and whose angle is 2 pi (t - 1/2), with
 * u and t the halves of one random word, in (0, 1). Logarithm, sine and cosine are their Taylor polynomials after a
 * reduction of the range, to 1e-12, so that loops become vectors and libm has no part in the bits. */
#include "normal.h"

#include <lerp/random.h>

#include <math.h>
#include <string.h>

#include "levels.h"

static inline double from_bits(uint64_t bits) {
  double number;
  memcpy(&number, &bits, sizeof number);
  return number;
}

static inline uint64_t to_bits(double number) {
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  return bits;
}

/* Exact below 2^52, as the last digits of 2^52 + n. */
static inline double integer(uint64_t n) {
  const uint64_t large = UINT64_C(0x4330000000000000); /* 2^52 */
  return from_bits(large | n) - from_bits(large);
}

/* (n + 1/2)/2^32 */
static inline double unit(uint64_t n) {
  return (integer(n) + 0.5) / 4294967296.0;
}

/* u = 2^e m, m from sqrt(1/2) to sqrt(2); log m = 2 artanh s, s = (m - 1)/(m + 1) */
static inline double logarithm(double u) {
  const uint64_t bias = 1023, root = to_bits(0.70710678118654752440);
  const uint64_t bits = to_bits(u), e = (bits - root + (bias << 52)) >> 52;
  const double m = from_bits(bits - ((e - bias) << 52)), s = (m - 1) / (m + 1), q = s * s;
  const double series =
      1 + q * (1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9 + q * (1.0 / 11 + q * (1.0 / 13))))));
  return (integer(e) - (double)bias) * 0.69314718055994530942 + 2 * s * series;
}

/* Sine and cosine of 2 pi (t - 1/2): of a quarter of it, at most pi/4, doubled twice. */
static inline void turn(double t, double *sine, double *cosine) {
  const double a = 1.57079632679489661923 * (t - 0.5), q = a * a;
  double s = a * (1 - q / 6 * (1 - q / 20 * (1 - q / 42 * (1 - q / 72 * (1 - q / 110 * (1 - q / 156))))));
  double c = 1 - q / 2 * (1 - q / 12 * (1 - q / 30 * (1 - q / 56 * (1 - q / 90 * (1 - q / 132)))));
  for (int twice = 0; twice < 2; twice++) {
    const double sine_before = s;
    s = 2 * s * c;
    c = c * c - sine_before * sine_before;
  }
  *sine = s;
  *cosine = c;
}

static inline void pair(uint64_t word, float normal[2]) {
  double sine, cosine;
  turn(unit(word & UINT32_MAX), &sine, &cosine);
  const double radius = sqrt(-2 * logarithm(unit(word >> 32)));
  normal[0] = (float)(radius * cosine);
  normal[1] = (float)(radius * sine);
}

GAN_LEVELS static void pairs(uint64_t start, size_t count, float *normal) {
  for (size_t k = 0; k < count; k++) {
    pair(lerp_random_mix(start + k), normal + 2 * k);
  }
}

void gan_normals(uint64_t seed, uint64_t sample, size_t count, float *normal) {
  const uint64_t start = lerp_random_mix(lerp_random_mix(seed) + sample); /* as in lerp_random_bits */
  pairs(start, count / 2, normal);
  if (count % 2) {
    float last[2];
    pairs(start + count / 2, 1, last);
    normal[count - 1] = last[0];
  }
}

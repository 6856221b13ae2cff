/* SPDX-License-Identifier: MIT */
#ifndef LERP_RANDOM_H
#define LERP_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include <lerp/export.h>

LERP_BEGIN_DECLS

/* Random numbers as functions of (seed, sample, index): whoever draws them, in whatever order, gets the same.
 * `sample` tells apart what is drawn with one seed (an evaluation, a purpose), `index` its components.
 * Needs no library; not for cryptography. */

/* The step and output function of splitmix64 (Steele, Lea, Flood 2014), a bijection of words. */
static inline uint64_t lerp_random_mix(uint64_t x) {
  x += UINT64_C(0x9E3779B97F4A7C15);
  x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
  return x ^ x >> 31;
}

/* 64 uniform bits: mix(mix(mix(seed) + sample) + index). */
LERP_API uint64_t lerp_random_bits(uint64_t seed, uint64_t sample, uint64_t index);

/* Uniform in (0, 1), never an end. */
LERP_API double lerp_random_uniform(uint64_t seed, uint64_t sample, uint64_t index);

/* Standard normal; uses the bits of indices 2 index and 2 index + 1. */
LERP_API double lerp_random_normal(uint64_t seed, uint64_t sample, uint64_t index);

/* Uniform in 0 .. count - 1, to within count / 2^64; count > 0. */
LERP_API size_t lerp_random_index(uint64_t seed, uint64_t sample, uint64_t index, size_t count);

LERP_END_DECLS

#endif

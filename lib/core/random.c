/* SPDX-License-Identifier: MIT */
/* A splitmix64 per (seed, sample), at the place that `index` names: each word of the key passes the mixer, so that
 * neighbours in any of them have nothing in common. */
#include <lerp/random.h>

#include "random.h"

uint64_t lerp_random_bits(uint64_t seed, uint64_t sample, uint64_t index) {
  return lerp_random_mix(lerp_random_mix(lerp_random_mix(seed) + sample) + index);
}

double lerp_random_uniform(uint64_t seed, uint64_t sample, uint64_t index) {
  return lerp_uniform_from(lerp_random_bits(seed, sample, index));
}

double lerp_random_normal(uint64_t seed, uint64_t sample, uint64_t index) {
  return lerp_normal_from(lerp_random_bits(seed, sample, 2 * index),
                          lerp_random_bits(seed, sample, 2 * index + 1));
}

size_t lerp_random_index(uint64_t seed, uint64_t sample, uint64_t index, size_t count) {
  return (size_t)(lerp_random_bits(seed, sample, index) % count);
}

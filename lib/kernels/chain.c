/* SPDX-License-Identifier: MIT */
/* Chains on the pairs of a vector. */
#include "chain.h"

INLINE void store_most(size_t n, bool far, double *to, lanes v) {
  if (n >= LANES && far) {
    stream(to, v);
  } else if (n >= LANES) {
    store(to, v);
  } else {
    store_first(n, to, v);
  }
}

INLINE lanes coefficient(size_t n, const double *each, double one) {
  return each ? load_most(n, each) : spread(one);
}

INLINE forward forward_of(const lanes *a, const lanes *b, size_t count, double size) {
  forward made;
  for (size_t g = 0; g < count; g++) {
    made.a[g] = multiply(a[g], spread(-size));
    made.b[g] = multiply(b[g], spread(-size));
  }
  return made;
}

/* n pairs, at most `count` lanes of them. */
INLINE void chain_group(size_t count, bool shifted, size_t n, const lerp_pair_map *map, size_t begin,
                        const lerp_chain *chain, uint64_t steps, bool far, const double *x, const double *y,
                        double *out_x, double *out_y) {
  group at;
  lanes a[GROUP], b[GROUP];
  for (size_t g = 0; g < count; g++) {
    const size_t i = g * LANES, rest = n - i;
    a[g] = coefficient(rest, map->a_each ? map->a_each + begin + i : NULL, map->a);
    b[g] = coefficient(rest, map->b_each ? map->b_each + begin + i : NULL, map->b);
    at.offset[g] = spread(map->offset);
    at.x[g] = load_most(rest, x + i);
    at.y[g] = load_most(rest, y + i);
  }
  at.inner = forward_of(a, b, count, chain->gamma);
  at.last = forward_of(a, b, count, chain->last);
  run_chain(count, shifted, &at, chain->inner, steps);
  for (size_t g = 0; g < count; g++) {
    store_most(n - g * LANES, far, out_x + g * LANES, at.x[g]);
    store_most(n - g * LANES, far, out_y + g * LANES, at.y[g]);
  }
}

/* The last pairs go one lane group at a time, where more would be mostly empty. */
INLINE void chain_all(bool shifted, const lerp_pair_map *map, size_t begin, size_t n, const lerp_chain *chain,
                      uint64_t steps, bool far, const double *x, const double *y, double *out_x,
                      double *out_y) {
  size_t i = 0;
  for (; i + (GROUP - 1) * LANES < n; i += GROUP * LANES) {
    chain_group(GROUP, shifted, n - i, map, begin + i, chain, steps, far, x + i, y + i, out_x + i, out_y + i);
  }
  for (; i < n; i += LANES) {
    chain_group(1, shifted, n - i, map, begin + i, chain, steps, far, x + i, y + i, out_x + i, out_y + i);
  }
}

void AT_LEVEL(lerp_chain_pairs)(const lerp_pair_map *map, size_t begin, size_t n,
                                const size_t offset[LERP_PARTS], const lerp_chain *chain, uint64_t steps,
                                bool far, const double *z, double *out) {
  const size_t in_x = offset[0] + begin, in_y = offset[1] + begin;
  if (map->offset != 0) {
    chain_all(true, map, begin, n, chain, steps, far, z + in_x, z + in_y, out + in_x, out + in_y);
  } else {
    chain_all(false, map, begin, n, chain, steps, far, z + in_x, z + in_y, out + in_x, out + in_y);
  }
  if (far) {
    drain();
  }
}

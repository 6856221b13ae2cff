/* SPDX-License-Identifier: MIT */
/* Games with a matrix that is so small that z and F stay in registers: each part has up to two groups of lanes, zeros
 * behind its components. How many groups there are, and the precision of the matrix, are constants wherever this is
 * inlined. */
#include "elements.h"

#include <math.h>

enum { GROUPS = 2 };
typedef struct part {
  lanes group[GROUPS];
} part;
typedef struct point {
  part x, y;
} point;

#define EACH_GROUP _Pragma("GCC unroll 2") for (size_t g = 0; g < groups; g++)

INLINE bool is_small(const lerp_saddle_map *map) {
  return map->rows <= GROUPS * LANES && map->columns <= GROUPS * LANES;
}

/* Group g of a part of n components. */
INLINE lanes load_group(size_t g, size_t n, const double *from) {
  return n > g * LANES ? load_most(n - g * LANES, from + g * LANES) : spread(0);
}

INLINE void store_group(size_t g, size_t n, double *to, lanes v) {
  if (n >= (g + 1) * LANES) {
    store(to + g * LANES, v);
  } else if (n > g * LANES) {
    store_first(n - g * LANES, to + g * LANES, v);
  }
}

INLINE point load_point(size_t groups, const lerp_saddle_map *map, const double *x, const double *y) {
  point z;
  EACH_GROUP {
    z.x.group[g] = load_group(g, map->rows, x);
    z.y.group[g] = load_group(g, map->columns, y);
  }
  return z;
}

INLINE void store_point(size_t groups, const lerp_saddle_map *map, double *x, double *y, const point *z) {
  EACH_GROUP {
    store_group(g, map->rows, x, z->x.group[g]);
    store_group(g, map->columns, y, z->y.group[g]);
  }
}

INLINE lanes load_row(size_t n, const elements *matrix, size_t at) {
  return n >= LANES ? load_elements(matrix, at) : load_first_elements(n, matrix, at);
}

/* (A y)_r for the rows r of group h; transposed += their part of A^T x. */
INLINE lanes row_group(size_t groups, const lerp_saddle_map *map, bool single, size_t h, const point *z,
                       part *transposed) {
  const elements matrix = {.values = map->values, .stride = map->stride, .single = single};
  lanes row[LANES];
  _Pragma("GCC unroll 8") for (size_t r = 0; r < LANES; r++) {
    row[r] = spread(0);
    if (h * LANES + r < map->rows) {
      const lanes weight = spread(z->x.group[h].part[r / WIDTH][r % WIDTH]);
      EACH_GROUP {
        if (g * LANES < map->columns) {
          const lanes m =
              load_row(map->columns - g * LANES, &matrix, (h * LANES + r) * map->stride + g * LANES);
          row[r] = fma_lanes(m, z->y.group[g], row[r]);
          transposed->group[g] = fma_lanes(m, weight, transposed->group[g]);
        }
      }
    }
  }
  return sums_of_eight(row);
}

/* b own + sign product - constant */
INLINE lanes field_group(size_t g, size_t n, lanes product, double sign, double b, lanes own,
                         const double *constant) {
  const lanes f = fma_lanes(own, spread(b), multiply(product, spread(sign)));
  return constant ? fma_lanes(load_group(g, n, constant), spread(-1), f) : f;
}

INLINE point field(size_t groups, const lerp_saddle_map *map, bool single, const point *z) {
  point f;
  part transposed = {{spread(0), spread(0)}};
  EACH_GROUP {
    const lanes product = row_group(groups, map, single, g, z, &transposed);
    f.x.group[g] = field_group(g, map->rows, product, 1, map->b, z->x.group[g], map->p);
  }
  EACH_GROUP {
    f.y.group[g] = field_group(g, map->columns, transposed.group[g], -1, map->b, z->y.group[g], map->q);
  }
  return f;
}

/* Calls `what` with the constants that this map asks for. */
#define WITH_CONSTANTS(what, map, ...)                                                                       \
  do {                                                                                                       \
    const bool one = (map)->rows <= LANES && (map)->columns <= LANES;                                        \
    if (one && (map)->single) {                                                                              \
      what(1, map, true, __VA_ARGS__);                                                                       \
    } else if (one) {                                                                                        \
      what(1, map, false, __VA_ARGS__);                                                                      \
    } else if ((map)->single) {                                                                              \
      what(GROUPS, map, true, __VA_ARGS__);                                                                  \
    } else {                                                                                                 \
      what(GROUPS, map, false, __VA_ARGS__);                                                                 \
    }                                                                                                        \
  } while (0)

INLINE void fill_of(size_t groups, const lerp_saddle_map *map, bool single, const double *x, const double *y,
                    double *fx, double *fy) {
  const point z = load_point(groups, map, x, y), f = field(groups, map, single, &z);
  store_point(groups, map, fx, fy, &f);
}

bool AT_LEVEL(lerp_fill_saddle)(const lerp_saddle_map *map, const double *x, const double *y, double *fx,
                                double *fy) {
  if (!is_small(map)) {
    return false;
  }
  WITH_CONSTANTS(fill_of, map, x, y, fx, fy);
  return true;
}

/* c v + of_f F(z) */
INLINE void update_of(size_t groups, const lerp_saddle_map *map, bool single, const size_t offset[LERP_PARTS],
                      const double *at, const lerp_sources *s, double *out) {
  const point z = load_point(groups, map, at + offset[0], at + offset[1]),
              v = load_point(groups, map, s->v[0] + offset[0], s->v[0] + offset[1]),
              f = field(groups, map, single, &z);
  const lanes c = spread(s->c[0]), of_f = spread(s->of_f);
  point moved;
  EACH_GROUP {
    moved.x.group[g] = fma_lanes(f.x.group[g], of_f, multiply(v.x.group[g], c));
    moved.y.group[g] = fma_lanes(f.y.group[g], of_f, multiply(v.y.group[g], c));
  }
  store_point(groups, map, out + offset[0], out + offset[1], &moved);
}

bool AT_LEVEL(lerp_update_saddle)(const lerp_saddle_map *map, const size_t offset[LERP_PARTS],
                                  const double *at, const lerp_sources *s, double *out) {
  if (!is_small(map) || s->count != 1 || s->of_f == 0) {
    return false;
  }
  WITH_CONSTANTS(update_of, map, offset, at, s, out);
  return true;
}

/* A bound for n components; what lies behind them has none and so stays 0. */
INLINE part bound_of(size_t groups, size_t n, double bound, double none) {
  double each[GROUPS * LANES];
  for (size_t i = 0; i < groups * LANES; i++) {
    each[i] = i < n ? bound : none;
  }
  part made;
  EACH_GROUP made.group[g] = load(each + g * LANES);
  return made;
}

/* lower <= z - size F(w) <= upper */
INLINE point forward(size_t groups, const lerp_saddle_map *map, bool single, const point *z, const point *w,
                     lanes minus_size, const point *lower, const point *upper) {
  const point f = field(groups, map, single, w);
  point next;
  EACH_GROUP {
    next.x.group[g] =
        clip_lanes(fma_lanes(f.x.group[g], minus_size, z->x.group[g]), lower->x.group[g], upper->x.group[g]);
    next.y.group[g] =
        clip_lanes(fma_lanes(f.y.group[g], minus_size, z->y.group[g]), lower->y.group[g], upper->y.group[g]);
  }
  return next;
}

INLINE void chain_of(size_t groups, const lerp_saddle_map *map, bool single, const size_t offset[LERP_PARTS],
                     const lerp_chain *chain, double lower, double upper, uint64_t steps, const double *from,
                     double *out) {
  const point low = {bound_of(groups, map->rows, lower, -INFINITY),
                     bound_of(groups, map->columns, lower, -INFINITY)},
              up = {bound_of(groups, map->rows, upper, INFINITY),
                    bound_of(groups, map->columns, upper, INFINITY)};
  const lanes inner = spread(-chain->gamma), last = spread(-chain->last);
  point z = load_point(groups, map, from + offset[0], from + offset[1]);
  for (; steps > 0; steps--) {
    point w = z;
    for (uint64_t left = chain->inner + 1; left > 0; left--) {
      w = forward(groups, map, single, &z, &w, left > 1 ? inner : last, &low, &up);
    }
    z = w;
  }
  store_point(groups, map, out + offset[0], out + offset[1], &z);
}

bool AT_LEVEL(lerp_chain_saddle)(const lerp_saddle_map *map, const size_t offset[LERP_PARTS],
                                 const lerp_chain *chain, double lower, double upper, uint64_t steps,
                                 const double *z, double *out) {
  if (!is_small(map)) {
    return false;
  }
  WITH_CONSTANTS(chain_of, map, offset, chain, lower, upper, steps, z, out);
  return true;
}

/* SPDX-License-Identifier: MIT */
#include "elements.h"

/* out = sum_t c[t] v[t] + of_f f; `terms` and whether there is an f are constants wherever this is inlined. */
INLINE void combine_terms(size_t n, double *out, size_t terms, const double *const *v, const double *c,
                          const double *f, double of_f) {
  size_t i = 0;
  if (n >= LANES) {
    lanes coefficient[LERP_SOURCES];
    const lanes coefficient_of_f = spread(of_f);
    for (size_t t = 0; t < terms; t++) {
      coefficient[t] = spread(c[t]);
    }
    for (; i + LANES <= n; i += LANES) {
      lanes sum = terms ? multiply(load(v[0] + i), coefficient[0]) : multiply(load(f + i), coefficient_of_f);
      for (size_t t = 1; t < terms; t++) {
        sum = fma_lanes(load(v[t] + i), coefficient[t], sum);
      }
      store(out + i, terms && f ? fma_lanes(load(f + i), coefficient_of_f, sum) : sum);
    }
  }
  for (; i < n; i++) {
    double sum = terms ? v[0][i] * c[0] : f[i] * of_f;
    for (size_t t = 1; t < terms; t++) {
      sum = fma_one(v[t][i], c[t], sum);
    }
    out[i] = terms && f ? fma_one(f[i], of_f, sum) : sum;
  }
}

#define COMBINE(terms)                                                                                       \
  case terms:                                                                                                \
    combine_terms(n, out, terms, v, c, f, of_f);                                                             \
    break;

/* With a constant number of terms where it is small. */
INLINE void combine_with(size_t n, double *out, size_t terms, const double *const *v, const double *c,
                         const double *f, double of_f) {
  switch (terms) {
    COMBINE(1)
    COMBINE(2)
    COMBINE(3)
    COMBINE(4)
    COMBINE(5)
    COMBINE(6)
  case 0:
    if (f) {
      combine_terms(n, out, 0, v, c, f, of_f);
    } else {
      memset(out, 0, n * sizeof *out);
    }
    break;
  default:
    combine_terms(n, out, terms, v, c, f, of_f);
  }
}

static void combine(size_t n, double *out, size_t terms, const double *const *v, const double *c) {
  combine_with(n, out, terms, v, c, NULL, 0);
}

/* Without the set-up that pays for longer vectors only. */
static void update_short(size_t n, double *out, const lerp_sources *s, size_t position, const double *f) {
  for (size_t i = 0; i < n; i++) {
    double sum = s->count ? s->v[0][position + i] * s->c[0] : f ? f[i] * s->of_f : 0;
    for (size_t t = 1; t < s->count; t++) {
      sum = fma_one(s->v[t][position + i], s->c[t], sum);
    }
    out[i] = s->count && f && s->of_f != 0 ? fma_one(f[i], s->of_f, sum) : sum;
  }
}

static __attribute__((noinline)) void update_long(size_t n, double *out, const lerp_sources *s,
                                                  size_t position, const double *f) {
  const double *v[LERP_SOURCES];
  for (size_t t = 0; t < s->count; t++) {
    v[t] = s->v[t] + position;
  }
  if (f && s->of_f != 0) {
    combine_with(n, out, s->count, v, s->c, f, s->of_f);
  } else {
    combine_with(n, out, s->count, v, s->c, NULL, 0);
  }
}

static void update(size_t n, double *out, const lerp_sources *s, size_t position, const double *f) {
  if (n < LANES) {
    update_short(n, out, s, position, f);
  } else {
    update_long(n, out, s, position, f);
  }
}

/* A short one element by element: a load of two that were stored one by one would wait for them. */
static void forward_from(size_t n, double *out, const double *v, double of_f, const double *f) {
  if (n >= LANES) {
    combine_terms(n, out, 1, &v, (double[]){1}, f, of_f);
    return;
  }
  _Pragma("GCC unroll 8") for (size_t i = 0; i < LANES; i++) {
    if (i == n) {
      return;
    }
    out[i] = fma_one(f[i], of_f, v[i]);
  }
}

/* At most as many products as lanes: each is a lane's sum, in a register. */
static double dot_short(size_t n, const double *a, const double *b) {
  if (n == 2) {
    return a[0] * b[0] + a[1] * b[1];
  }
  double lane[LANES];
  for (size_t l = 0; l < LANES; l++) {
    lane[l] = l < n ? a[l] * b[l] : 0;
  }
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

static double dot(size_t n, const double *a, const double *b) {
  enum { CHAINS = 4 };
  if (n <= LANES) {
    return dot_short(n, a, b);
  }
  lanes sum[CHAINS] = {{{{0}}}};
  size_t i = 0;
  for (; i + CHAINS * LANES <= n; i += CHAINS * LANES) {
    for (size_t chain = 0; chain < CHAINS; chain++) {
      const size_t at = i + chain * LANES;
      sum[chain] = fma_lanes(load(a + at), load(b + at), sum[chain]);
    }
  }
  _Pragma("GCC unroll 4") for (size_t chain = 0; chain < CHAINS; chain++, i += LANES) {
    if (i < n) {
      sum[chain] = fma_lanes(load_first(n - i, a + i), load_first(n - i, b + i), sum[chain]);
    }
  }
  return sum_lanes(add(add(sum[0], sum[2]), add(sum[1], sum[3])));
}

/* `count` rows at a time, a constant where this is inlined: each element of the matrix is loaded once, for
 * both products. The empty asm keeps the loaded value in its register; gcc otherwise loads it again. */
INLINE lanes pinned(lanes v) {
#if defined(__x86_64__)
  EACH_PART __asm__("" : "+x"(v.part[p]));
#endif
  return v;
}

/* From column j on, as many whole lanes as end before `end`; returns where that is. */
INLINE size_t whole_lanes(size_t count, size_t j, size_t end, const elements *matrix, const double *v,
                          lanes *sum, const lanes *weight, double *transposed) {
  for (; j + LANES <= end; j += LANES) {
    const lanes vj = load(v + j);
    lanes update = transposed ? load(transposed + j) : vj;
    for (size_t r = 0; r < count; r++) {
      const lanes m = pinned(load_elements(matrix, r * matrix->stride + j));
      sum[r] = fma_lanes(m, vj, sum[r]);
      update = transposed ? fma_lanes(m, weight[r], update) : update;
    }
    if (transposed) {
      store(transposed + j, update);
    }
  }
  return j;
}

INLINE void rows_together(size_t count, size_t columns, elements matrix, size_t first, const double *v,
                          double *out, const double *w, double *transposed) {
  enum { MOST = 12, AHEAD = 256 };
  lanes sum[MOST], weight[MOST];
  matrix.values = element(&matrix, first * matrix.stride);
  for (size_t r = 0; r < count; r++) {
    sum[r] = spread(0);
    weight[r] = spread(transposed ? w[first + r] : 0);
  }
  size_t j = 0;
  if (matrix.far) {
    matrix.ahead = AHEAD / element_size(&matrix);
    const size_t near = columns - matrix.ahead;
    j = whole_lanes(count, j, near, &matrix, v, sum, weight, transposed);
    matrix.ahead = count * matrix.stride - near;
  }
  j = whole_lanes(count, j, columns, &matrix, v, sum, weight, transposed);
  if (j < columns) {
    const size_t rest = columns - j;
    const lanes vj = load_first(rest, v + j);
    lanes update = transposed ? load(transposed + j) : vj; /* a masked store would delay the next load */
    for (size_t r = 0; r < count; r++) {
      const lanes m = load_first_elements(rest, &matrix, r * matrix.stride + j);
      sum[r] = fma_lanes(m, vj, sum[r]);
      update = transposed ? fma_lanes(m, weight[r], update) : update;
    }
    if (transposed) {
      store(transposed + j, update);
    }
  }
  size_t r = 0;
  for (; r + LANES <= count; r += LANES) {
    store(out + first + r, sums_of_eight(sum + r));
  }
  for (; r + LANES / 2 <= count; r += LANES / 2) {
    const half four = sums_of_four(sum + r);
    memcpy(out + first + r, &four, sizeof four);
  }
  for (; r < count; r++) {
    out[first + r] = sum_lanes(sum[r]);
  }
}

/* Memory that is far away wants many streams; in the caches many rows meet in the same sets. How many go together
 * changes no bit: each row has its own sum, and A^T w adds row after row. */
INLINE void rows_by_groups(size_t count, size_t columns, elements matrix, const double *v, double *out,
                           const double *w, double *transposed) {
  enum { FEW = 4, SOME = PARTS == 1 ? 8 : 4, MANY = PARTS == 1 ? 12 : 4, LONG_ROW = 768, FAR_BYTES = 6144 };
  elements far = matrix;
  far.far = true;
  size_t r = 0;
  for (; columns >= FAR_BYTES / element_size(&far) && r + MANY <= count; r += MANY) {
    rows_together(MANY, columns, far, r, v, out, w, transposed);
  }
  for (; columns >= LONG_ROW && r + MANY <= count; r += MANY) {
    rows_together(MANY, columns, matrix, r, v, out, w, transposed);
  }
  for (; SOME > FEW && r + SOME <= count; r += SOME) {
    rows_together(SOME, columns, matrix, r, v, out, w, transposed);
  }
  for (; r + FEW <= count; r += FEW) {
    rows_together(FEW, columns, matrix, r, v, out, w, transposed);
  }
  for (; r < count; r++) {
    rows_together(1, columns, matrix, r, v, out, w, transposed);
  }
}

static void rows(size_t count, size_t columns, const double *matrix, size_t stride, const double *v,
                 double *out, const double *w, double *transposed) {
  const elements doubles = {.values = matrix, .stride = stride};
  if (transposed) {
    rows_by_groups(count, columns, doubles, v, out, w, transposed);
  } else {
    rows_by_groups(count, columns, doubles, v, out, w, NULL);
  }
}

static void rows_single(size_t count, size_t columns, const float *matrix, size_t stride, const double *v,
                        double *out, const double *w, double *transposed) {
  const elements singles = {.values = matrix, .stride = stride, .single = true};
  if (transposed) {
    rows_by_groups(count, columns, singles, v, out, w, transposed);
  } else {
    rows_by_groups(count, columns, singles, v, out, w, NULL);
  }
}

/* fx = A y + b x - p, fy = b y - A^T x - q, where `single` is a constant. */
INLINE void saddle_of(const lerp_saddle_map *map, bool single, const double *x, const double *y, double *fx,
                      double *fy, double *product) {
  const elements matrix = {.values = map->values, .stride = map->stride, .single = single};
  for (size_t j = 0; j < map->columns; j += LANES) {
    store(product + j, spread(0));
  }
  rows_by_groups(map->rows, map->columns, matrix, y, fx, x, product);
  const double *const in_x[] = {fx, x, map->p}, *const in_y[] = {product, y, map->q};
  combine_with(map->rows, fx, map->p ? 3 : 2, in_x, (double[]){1, map->b, -1}, NULL, 0);
  combine_with(map->columns, fy, map->q ? 3 : 2, in_y, (double[]){-1, map->b, -1}, NULL, 0);
}

static void saddle(const lerp_saddle_map *map, const double *x, const double *y, double *fx, double *fy,
                   double *product) {
  if (AT_LEVEL(lerp_fill_saddle)(map, x, y, fx, fy)) {
    return;
  }
  if (map->single) {
    saddle_of(map, true, x, y, fx, fy, product);
  } else {
    saddle_of(map, false, x, y, fx, fy, product);
  }
}

INLINE word where(mask m, word a) {
  return (word)(m & (mask)a);
}

static void clip(size_t n, double *v, double lower, double upper) {
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    store(v + i, clip_lanes(load(v + i), spread(lower), spread(upper)));
  }
  for (; i < n; i++) {
    const double above = v[i] < lower ? lower : v[i];
    v[i] = above > upper ? upper : above;
  }
}

/* n < LANES components, and `rest` in the other lanes. */
INLINE lanes load_some(size_t n, const double *from, double rest) {
  double lane[LANES];
  for (size_t l = 0; l < LANES; l++) {
    lane[l] = l < n ? from[l] : rest;
  }
  return load(lane);
}

static void clip_sums(size_t n, const double *v, double tau, double cap, double low, double top,
                      double sum[LERP_CLIP_SUMS]) {
  lanes total[LERP_CLIP_SUMS] = {{{{0}}}};
  const word one = 1 - (word){0}, most = cap - (word){0};
  for (size_t i = 0; i < n; i += LANES) {
    const lanes at = n - i < LANES ? load_some(n - i, v + i, low) : load(v + i);
    for (int p = 0; p < PARTS; p++) {
      const word value = at.part[p] - tau;
      const mask positive = value > 0, below = value<cap, free = at.part[p]> low, uncapped = at.part[p] < top;
      total[LERP_CLIP_RISING].part[p] += choose(uncapped, where(positive, value), most);
      total[LERP_CLIP_RISING_FREE].part[p] += where(positive & uncapped, one);
      total[LERP_CLIP_FALLING].part[p] += where(free, choose(below, value, most));
      total[LERP_CLIP_FALLING_FREE].part[p] += where(below & free, one);
    }
  }
  for (size_t row = 0; row < LERP_CLIP_SUMS; row++) {
    sum[row] = sum_lanes(total[row]);
  }
}

const lerp_kernels AT_LEVEL(lerp_kernels) = {
    .isa = LERP_KERNELS_ISA,
    .games = GROUP * LANES,
    .update = update,
    .forward = forward_from,
    .combine = combine,
    .dot = dot,
    .pairs = AT_LEVEL(lerp_pairs),
    .update_pairs = AT_LEVEL(lerp_update_pairs),
    .chain_pairs = AT_LEVEL(lerp_chain_pairs),
    .run_games = AT_LEVEL(lerp_run_games),
    .rows = rows,
    .rows_single = rows_single,
    .saddle = saddle,
    .update_saddle = AT_LEVEL(lerp_update_saddle),
    .chain_saddle = AT_LEVEL(lerp_chain_saddle),
    .sparse_rows = AT_LEVEL(lerp_sparse_rows),
    .sparse_rows_single = AT_LEVEL(lerp_sparse_rows_single),
    .adam = AT_LEVEL(lerp_adam_step),
    .clip = clip,
    .clip_sums = clip_sums,
};

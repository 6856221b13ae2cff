/* SPDX-License-Identifier: MIT */
/* The vectorized kernels: the same sources for each instruction-set level, which is chosen at run time.
 * All work on ranges inside one block unless said otherwise, need no alignment, and give the same bits on
 * every level that has a fused multiply-add (x86-64-v2 rounds twice where the others round once). */
#ifndef LERP_KERNELS_H
#define LERP_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lerp/method.h>
#include <lerp/step.h>

/* Sums over components v clipped to [0, cap] after tau is subtracted, when all v <= low are known to end at 0 and all
 * v >= top at the cap: RISING also cuts v <= tau at 0, FALLING v >= tau + cap at the cap; what is not cut counts with
 * v - tau, and in FREE. */
enum { LERP_CLIP_RISING, LERP_CLIP_RISING_FREE, LERP_CLIP_FALLING, LERP_CLIP_FALLING_FREE, LERP_CLIP_SUMS };

/* What a vector is made of: the vectors v with their coefficients, and F. */
enum { LERP_SOURCES = LERP_TERMS + 1 }; /* a combination's terms, and a relaxation's anchor */
typedef struct lerp_sources {
  size_t count;
  double of_f;
  const double *v[LERP_SOURCES];
  double c[LERP_SOURCES];
} lerp_sources;

/* F of games on pairs: fx = a y + b x, fy = b y - a x for shifted x, y (offset subtracted first); a and b constant or,
 * where the arrays are not NULL, one per pair. */
typedef struct lerp_pair_map {
  double a, b, offset;
  const double *a_each, *b_each;
} lerp_pair_map;

/* F of a game with a dense matrix: fx = A y + b x - p, fy = b y - A^T x - q; p and q may be NULL. */
typedef struct lerp_saddle_map {
  size_t rows, columns, stride;
  const void *values; /* row-major */
  bool single;        /* floats */
  double b;
  const double *p, *q;
} lerp_saddle_map;

/* Games on single pairs side by side, one a lane: coefficients, what steps take of these (-gamma a, ...), iterates, and
 * of the last two checks the squares of residual and norm. */
enum { LERP_GAMES = 32 };
#define LERP_GAMES_FAR (1e24 * (1 - 1e-9)) /* squares of norms beyond it are remarkable */
typedef struct lerp_games {
  _Alignas(64) double x[LERP_GAMES];
  double y[LERP_GAMES], a[LERP_GAMES], b[LERP_GAMES], offset[LERP_GAMES];
  double inner_a[LERP_GAMES], inner_b[LERP_GAMES], last_a[LERP_GAMES], last_b[LERP_GAMES];
  double above
      [LERP_GAMES]; /* squares of residuals that are not are remarkable; below 0 for a lane without a game */
  double residual[LERP_GAMES], norm[LERP_GAMES], residual_before[LERP_GAMES], norm_before[LERP_GAMES];
  uint32_t remarkable; /* lanes, as bits, that the last check found something to say about */
} lerp_games;

/* One step of Adam: m <- beta1 m + (1 - beta1) f, v <- beta2 v + (1 - beta2) f^2, out = z - rate m/(sqrt(v)/scale + eps). */
typedef struct lerp_adam_map {
  double beta1, beta2, rate, scale, eps;
} lerp_adam_map;

typedef struct lerp_kernels {
  const char *isa;
  size_t games; /* lanes that run_games takes: at most LERP_GAMES */

  /* out = sum_t c[t] v[t] + of_f f, one fma per source in this order, where the v are `position` doubles further and
   * f may be NULL. out may be one of these v. */
  void (*update)(size_t n, double *out, const lerp_sources *s, size_t position, const double *f);

  /* out = v + of_f f, one fma: the bits of `update` with v once. */
  void (*forward)(size_t n, double *out, const double *v, double of_f, const double *f);

  /* out = sum_t c[t] v[t], t < terms, one fma per term in this order. out may be one of the v. */
  void (*combine)(size_t n, double *out, size_t terms, const double *const *v, const double *c);

  /* sum_i a_i b_i over 32 fixed lanes and a fixed tree */
  double (*dot)(size_t n, const double *a, const double *b);

  /* F of the pairs from `begin`: x, y, fx, fy hold only these. */
  void (*pairs)(const lerp_pair_map *map, size_t begin, size_t n, const double *x, const double *y,
                double *fx, double *fy);

  /* The same F at those pairs of the vector `at`, whose parts begin at `offset`, and at once, without storing it, as
   * `update` does: out = sum_t c[t] v[t] + of_f F in both parts. Any n. False: not for so many terms, nothing is
   * done. */
  bool (*update_pairs)(const lerp_pair_map *map, size_t begin, size_t n, const size_t offset[LERP_PARTS],
                       const double *at, const lerp_sources *s, double *out);

  /* `steps` iterations of the chain on those pairs of the vector z, the last of which writes `out`, which may be z; in
   * registers. far: past the caches; `out` is aligned to 64 bytes then. A step of size s is
   * w <- z - s F w = fma(-s a, w_y, fma(-s b, w_x, x)) in x, likewise in y. Any n. */
  void (*chain_pairs)(const lerp_pair_map *map, size_t begin, size_t n, const size_t offset[LERP_PARTS],
                      const lerp_chain *chain, uint64_t steps, bool far, const double *z, double *out);

  /* `steps` iterations of these games and a check, until one is remarkable: its residual is not above its bound, its
   * norm is far or both are those of the check before; or `rounds` times. Returns how often. */
  uint64_t (*run_games)(lerp_games *games, bool shifted, uint64_t inner, uint64_t steps, uint64_t rounds);

  /* `rows` rows of a matrix, row-major with the given stride, and v of length `columns`, w of length rows:
   * out_r = <row_r, v>, and, where `transposed` is not NULL, transposed += rows^T w. The matrix is read
   * once. `transposed` has room for `columns` rounded up to 8. */
  void (*rows)(size_t rows, size_t columns, const double *matrix, size_t stride, const double *v, double *out,
               const double *w, double *transposed);

  /* The same for a matrix in single precision; the sums are of doubles. */
  void (*rows_single)(size_t rows, size_t columns, const float *matrix, size_t stride, const double *v,
                      double *out, const double *w, double *transposed);

  /* F at (x, y) in one call; `product` has room for `columns` rounded up to 8. */
  void (*saddle)(const lerp_saddle_map *map, const double *x, const double *y, double *fx, double *fy,
                 double *product);

  /* The same F, where A is at most 16 x 16, at the vector `at`, whose parts begin at `offset`, and at once, without storing
   * it, as `update` does. False: A is larger, or there are other terms than one; nothing is done. */
  bool (*update_saddle)(const lerp_saddle_map *map, const size_t offset[LERP_PARTS], const double *at,
                        const lerp_sources *s, double *out);

  /* `steps` iterations of the chain on the vector z, the resolvent being what clip(lower, upper) does; the last of them
   * writes `out`, which may be z, and what lies between stays in registers. False: A is larger; nothing is done. */
  bool (*chain_saddle)(const lerp_saddle_map *map, const size_t offset[LERP_PARTS], const lerp_chain *chain,
                       double lower, double upper, uint64_t steps, const double *z, double *out);

  /* Both products for a sparse matrix: row r holds value[k] in column[k] for first[r] <= k < first[r + 1]. */
  void (*sparse_rows)(size_t rows, const size_t *first, const uint32_t *column, const double *value,
                      const double *v, double *out, const double *w, double *transposed);
  void (*sparse_rows_single)(size_t rows, const size_t *first, const uint32_t *column, const float *value,
                             const double *v, double *out, const double *w, double *transposed);

  /* None of these overlap. Correctly rounded operations in the order of the formula: the same bits on every level. */
  void (*adam)(size_t n, const lerp_adam_map *map, const double *z, const double *f, double *m, double *v,
               double *out);

  /* v below `lower` becomes that, v above `upper` this; a NaN stays. Any n. */
  void (*clip)(size_t n, double *v, double lower, double upper);

  /* over 8 fixed lanes and a fixed tree */
  void (*clip_sums)(size_t n, const double *v, double tau, double cap, double low, double top,
                    double sum[LERP_CLIP_SUMS]);
} lerp_kernels;

/* The best runnable level, or the one that the environment variable LERP_ISA names when it runs here. */
const lerp_kernels *lerp_kernels_select(void);

#endif

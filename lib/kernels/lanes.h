/* SPDX-License-Identifier: MIT */
/* What the kernels of one instruction-set level are written in: eight doubles, their loads and stores, and the fused
 * multiply-add. */
#ifndef LERP_KERNELS_LANES_H
#define LERP_KERNELS_LANES_H

#include "kernels.h"

#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/* Eight doubles on every level, in as many registers as the level needs. */
#if defined(__AVX512F__)
enum { WIDTH = 8 };
#elif defined(__AVX__)
enum { WIDTH = 4 };
#else
enum { WIDTH = 2 };
#endif
enum { LANES = 8, PARTS = LANES / WIDTH };
typedef double word __attribute__((vector_size(WIDTH * sizeof(double))));
typedef double loose __attribute__((vector_size(WIDTH * sizeof(double)), aligned(8), may_alias));
typedef float loose_single __attribute__((vector_size(WIDTH * sizeof(float)), aligned(4), may_alias));
typedef long long mask __attribute__((vector_size(WIDTH * sizeof(double))));
typedef double half __attribute__((vector_size(LANES / 2 * sizeof(double))));
typedef double quarter __attribute__((vector_size(LANES / 4 * sizeof(double))));
typedef struct lanes {
  word part[PARTS];
} lanes;

#define INLINE static inline __attribute__((always_inline))
#define EACH_PART _Pragma("GCC unroll 4") for (int p = 0; p < PARTS; p++)

INLINE lanes load(const double *from) {
  lanes v;
  EACH_PART v.part[p] = ((const loose *)from)[p];
  return v;
}

INLINE void store(double *to, lanes v) {
  EACH_PART((loose *)to)[p] = v.part[p];
}

/* Past the caches, to a multiple of 64 bytes; lasting once drained. */
INLINE void stream(double *to, lanes v) {
#if defined(__AVX512F__)
  _mm512_stream_pd(to, (__m512d)v.part[0]);
#elif defined(__AVX__)
  EACH_PART _mm256_stream_pd(to + WIDTH * p, (__m256d)v.part[p]);
#elif defined(__x86_64__)
  EACH_PART _mm_stream_pd(to + WIDTH * p, (__m128d)v.part[p]);
#else
  store(to, v);
#endif
}

INLINE void drain(void) {
#if defined(__x86_64__)
  _mm_sfence();
#endif
}

/* The first n components, all or none of them where n is out of range, and 0 in the other lanes. */
INLINE word load_word(long long n, const double *from) {
#if defined(__AVX512F__)
  return (word)_mm512_maskz_loadu_pd((__mmask8)((1u << n) - 1), from);
#elif defined(__AVX__)
  return (word)_mm256_maskload_pd(from, (__m256i)((mask){0, 1, 2, 3} < n));
#else
  return n >= WIDTH ? (word){from[0], from[1]} : n > 0 ? (word){from[0]} : (word){0};
#endif
}

INLINE void store_word(long long n, double *to, word v) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_pd(to, (__mmask8)((1u << n) - 1), (__m512d)v);
#elif defined(__AVX__)
  _mm256_maskstore_pd(to, (__m256i)((mask){0, 1, 2, 3} < n), (__m256d)v);
#else
  for (int l = 0; l < n && l < WIDTH; l++) {
    to[l] = v[l];
  }
#endif
}

INLINE word widened(const float *from) {
#if defined(__AVX512F__) /* gcc would convert halves */
  return (word)_mm512_cvtps_pd(_mm256_loadu_ps(from));
#elif defined(__AVX__)
  return (word)_mm256_cvtps_pd(_mm_loadu_ps(from));
#else
  return __builtin_convertvector(*(const loose_single *)from, word);
#endif
}

INLINE word load_word_single(long long n, const float *from) {
#if defined(__AVX512F__)
  return (word)_mm512_cvtps_pd(_mm256_maskz_loadu_ps((__mmask8)((1u << n) - 1), from));
#elif defined(__AVX__)
  return (word)_mm256_cvtps_pd(
      _mm_maskload_ps(from, _mm_cmpgt_epi32(_mm_set1_epi32((int)n), _mm_setr_epi32(0, 1, 2, 3))));
#else
  return n >= WIDTH ? (word){from[0], from[1]} : n > 0 ? (word){from[0]} : (word){0};
#endif
}

/* The first n components, all where there are more. */
INLINE lanes load_first(size_t n, const double *from) {
  lanes v;
  EACH_PART v.part[p] = load_word((long long)n - WIDTH * p, from + WIDTH * p);
  return v;
}

INLINE void store_first(size_t n, double *to, lanes v) {
  EACH_PART store_word((long long)n - WIDTH * p, to + WIDTH * p, v.part[p]);
}

/* The same, with a load of whole lanes where there are that many. */
INLINE lanes load_most(size_t n, const double *from) {
  return n >= LANES ? load(from) : load_first(n, from);
}

INLINE lanes spread(double v) {
  lanes r;
  EACH_PART r.part[p] = v - (word){0};
  return r;
}

INLINE lanes add(lanes a, lanes b) {
  EACH_PART a.part[p] += b.part[p];
  return a;
}

INLINE lanes subtract(lanes a, lanes b) {
  EACH_PART a.part[p] -= b.part[p];
  return a;
}

INLINE lanes negate(lanes a) {
  EACH_PART a.part[p] = -a.part[p];
  return a;
}

INLINE lanes multiply(lanes a, lanes b) {
  EACH_PART a.part[p] *= b.part[p];
  return a;
}

/* a b + c with one rounding where the level has the instruction. */
INLINE word fma_word(word a, word b, word c) {
#if defined(__AVX512F__)
  return (word)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(__FMA__)
  return (word)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#elif defined(__aarch64__)
  return (word)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#else
  return a * b + c;
#endif
}

/* c - a b likewise. */
INLINE word fnma_word(word a, word b, word c) {
#if defined(__AVX512F__)
  return (word)_mm512_fnmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(__FMA__)
  return (word)_mm256_fnmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#elif defined(__aarch64__)
  return (word)vfmsq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#else
  return c - a * b;
#endif
}

/* a b + c for one element. */
INLINE double fma_one(double a, double b, double c) {
#if defined(__FMA__) || defined(__aarch64__)
  return __builtin_fma(a, b, c);
#else
  return a * b + c;
#endif
}

INLINE lanes fma_lanes(lanes a, lanes b, lanes c) {
  EACH_PART c.part[p] = fma_word(a.part[p], b.part[p], c.part[p]);
  return c;
}

INLINE lanes fnma_lanes(lanes a, lanes b, lanes c) {
  EACH_PART c.part[p] = fnma_word(a.part[p], b.part[p], c.part[p]);
  return c;
}

INLINE word choose(mask m, word a, word b) {
  return (word)((m & (mask)a) | (~m & (mask)b));
}

/* v with `lower` and `upper` as bounds, a NaN as it is: these instructions return their second argument then. */
INLINE word clip_word(word v, word lower, word upper) {
#if defined(__AVX512F__)
  return (word)_mm512_min_pd((__m512d)upper, _mm512_max_pd((__m512d)lower, (__m512d)v));
#elif defined(__AVX__)
  return (word)_mm256_min_pd((__m256d)upper, _mm256_max_pd((__m256d)lower, (__m256d)v));
#elif defined(__x86_64__)
  return (word)_mm_min_pd((__m128d)upper, _mm_max_pd((__m128d)lower, (__m128d)v));
#else
  const word above = choose(v < lower, lower, v);
  return choose(above > upper, upper, above);
#endif
}

INLINE lanes clip_lanes(lanes v, lanes lower, lanes upper) {
  EACH_PART v.part[p] = clip_word(v.part[p], lower.part[p], upper.part[p]);
  return v;
}

/* ((v0 + v4) + (v2 + v6)) + ((v1 + v5) + (v3 + v7)): halves are added to halves. */
INLINE double sum_lanes(lanes v) {
  half four[2];
  quarter two[2];
  memcpy(four, &v, sizeof four);
  four[0] += four[1];
  memcpy(two, &four[0], sizeof two);
  two[0] += two[1];
  return two[0][0] + two[0][1];
}

/* The same of four, which meet in registers. */
INLINE half sums_of_four(const lanes v[4]) {
  half four[4];
  for (int i = 0; i < 4; i++) {
    half parts[2];
    memcpy(parts, &v[i], sizeof parts);
    four[i] = parts[0] + parts[1];
  }
  const half even = __builtin_shufflevector(four[0], four[2], 0, 1, 4, 5) +
                    __builtin_shufflevector(four[0], four[2], 2, 3, 6, 7),
             odd = __builtin_shufflevector(four[1], four[3], 0, 1, 4, 5) +
                   __builtin_shufflevector(four[1], four[3], 2, 3, 6, 7);
  return __builtin_shufflevector(even, odd, 0, 4, 2, 6) + __builtin_shufflevector(even, odd, 1, 5, 3, 7);
}

INLINE lanes sums_of_eight(const lanes v[LANES]) {
  const half sum[2] = {sums_of_four(v), sums_of_four(v + LANES / 2)};
  lanes all;
  memcpy(&all, sum, sizeof all);
  return all;
}

/* A name of this level: name_v3. */
#define AT_LEVEL(name) AT_LEVEL_EXPANDED(name, LERP_LEVEL)
#define AT_LEVEL_EXPANDED(name, level) AT_LEVEL_PASTED(name, level)
#define AT_LEVEL_PASTED(name, level) name##_##level

/* pairs.c */
void AT_LEVEL(lerp_pairs)(const lerp_pair_map *map, size_t begin, size_t n, const double *x, const double *y,
                          double *fx, double *fy);
bool AT_LEVEL(lerp_update_pairs)(const lerp_pair_map *map, size_t begin, size_t n,
                                 const size_t offset[LERP_PARTS], const double *at, const lerp_sources *s,
                                 double *out);
/* chain.c */
void AT_LEVEL(lerp_chain_pairs)(const lerp_pair_map *map, size_t begin, size_t n,
                                const size_t offset[LERP_PARTS], const lerp_chain *chain, uint64_t steps,
                                bool far, const double *z, double *out);

/* small_saddle.c */
bool AT_LEVEL(lerp_fill_saddle)(const lerp_saddle_map *map, const double *x, const double *y, double *fx,
                                double *fy);
bool AT_LEVEL(lerp_update_saddle)(const lerp_saddle_map *map, const size_t offset[LERP_PARTS],
                                  const double *at, const lerp_sources *s, double *out);
bool AT_LEVEL(lerp_chain_saddle)(const lerp_saddle_map *map, const size_t offset[LERP_PARTS],
                                 const lerp_chain *chain, double lower, double upper, uint64_t steps,
                                 const double *z, double *out);

/* sparse.c */
void AT_LEVEL(lerp_sparse_rows)(size_t rows, const size_t *first, const uint32_t *column, const double *value,
                                const double *v, double *out, const double *w, double *transposed);
void AT_LEVEL(lerp_sparse_rows_single)(size_t rows, const size_t *first, const uint32_t *column,
                                       const float *value, const double *v, double *out, const double *w,
                                       double *transposed);

/* adam.c */
void AT_LEVEL(lerp_adam_step)(size_t n, const lerp_adam_map *map, const double *z, const double *f, double *m,
                              double *v, double *out);

/* chain.h: as many lanes together as hide the latency of the multiply-add, with what they need in registers. */
enum { GROUP = PARTS == 1 ? 4 : 2 };

/* games.c */
uint64_t AT_LEVEL(lerp_run_games)(lerp_games *games, bool shifted, uint64_t inner, uint64_t steps,
                                  uint64_t rounds);

#endif

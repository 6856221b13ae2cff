/* SPDX-License-Identifier: MIT */
/* Loops as one writes them first, compiled with lerp's own flags: a pass for F and a pass for the update, each a
 * parallel region; games on pairs, and bands by two sparse products. */
#include "iterate.h"

#include <math.h>

#include "../../problems/openmp.h"

static void field(const game *of, const double *z, double *f) {
  const size_t d = of->pairs;
  const double *restrict x = z, *restrict y = z + d, *restrict a = of->a_each, *restrict b = of->b_each;
  double *restrict fx = f, *restrict fy = f + d;
#pragma omp parallel for simd schedule(static)
  for (size_t i = 0; i < d; i++) {
    fx[i] = b[i] * x[i] + a[i] * y[i];
    fy[i] = b[i] * y[i] - a[i] * x[i];
  }
}

/* The same where all pairs have one a and one b. */
static void uniform_field(const game *of, const double *z, double *f) {
  const size_t d = of->pairs;
  const double *restrict x = z, *restrict y = z + d, a = of->a_each[0], b = of->b;
  double *restrict fx = f, *restrict fy = f + d;
#pragma omp parallel for simd schedule(static)
  for (size_t i = 0; i < d; i++) {
    fx[i] = b * x[i] + a * y[i];
    fy[i] = b * y[i] - a * x[i];
  }
}

static double row_product(const game_rows *of, size_t row, const double *v) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (size_t k = of->first[row]; k < of->first[row + 1]; k++) {
    sum += of->value[k] * v[of->column[k]];
  }
  return sum;
}

static void band_field(const game *of, const double *z, double *f) {
  const size_t d = of->pairs;
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < d; i++) {
    f[i] = of->b * z[i] + row_product(&of->rows, i, z + d) + of->constant[i];
  }
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < d; i++) {
    f[d + i] = of->b * z[d + i] - row_product(&of->columns, i, z) + of->constant[d + i];
  }
}

static void move(size_t n, double gamma, const double *z, const double *f, double *out) {
#pragma omp parallel for simd schedule(static)
  for (size_t i = 0; i < n; i++) {
    out[i] = z[i] - gamma * f[i];
  }
}

static double norm(size_t n, const double *v) {
  double square = 0;
#pragma omp parallel for simd schedule(static) reduction(+ : square)
  for (size_t i = 0; i < n; i++) {
    square += v[i] * v[i];
  }
  return sqrt(square);
}

static const arithmetic by_loops = {field, move, norm}, by_uniform_loops = {uniform_field, move, norm},
                        by_products = {band_field, move, norm};

static const char *version(void) {
  return "loops";
}

static bool is_uniform(const game *of) {
  size_t i = 1;
  while (i < of->pairs && of->a_each[i] == of->a_each[0] && of->b_each[i] == of->b) {
    i++;
  }
  return i == of->pairs;
}

static bool has_constant(const game *of) {
  size_t i = 0;
  while (i < 2 * of->pairs && of->constant[i] == 0) {
    i++;
  }
  return i < 2 * of->pairs;
}

static lerp_status begin(const peer_task *task, void **run, lerp_error *error) {
  iterate *made;
  lerp_status status = iterate_new(task, &by_loops, GAME_PAIRS, &made, error);
  if (status == LERP_UNSUPPORTED) {
    return iterate_new(task, &by_products, GAME_BAND, (iterate **)run, error);
  }
  if (status != LERP_OK) {
    return status;
  }
  if (has_constant(made->game)) {
    iterate_free(made);
    return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX,
                     "the plain loops take games with their solution at 0");
  }
  made->with = is_uniform(made->game) ? &by_uniform_loops : &by_loops;
  *run = made;
  return LERP_OK;
}

static lerp_status solve(void *run, const peer_rule *rule, peer_outcome *outcome, lerp_error *error) {
  (void)error;
  iterate *self = run;
  const int before = omp_get_max_threads();
  omp_set_num_threads(self->task.threads);
  iterate_run(self, rule, outcome);
  omp_set_num_threads(before);
  return LERP_OK;
}

static void end(void *run) {
  iterate_free(run);
}

LERP_PEER_EXPORT extern const peer lerp_peer;
const peer lerp_peer = {"plain", iterate_methods, version, begin, solve, end};

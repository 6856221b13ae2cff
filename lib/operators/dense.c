/* SPDX-License-Identifier: MIT */
#include "dense.h"

#include "../core/blas_threads.h"
#include "../kernels/kernels.h"
#include "../solver/internal.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#ifdef LERP_HAVE_LAPACK
#include <lapacke.h>
#endif

static size_t element(const lerp_dense *matrix) {
  return matrix->single ? sizeof(float) : sizeof(double);
}

double lerp_dense_bytes(const lerp_dense *matrix) {
  return (double)matrix->rows * (double)matrix->columns * (double)element(matrix);
}

void lerp_dense_free(lerp_dense *matrix) {
  lerp_aligned_free((double *)(uintptr_t)matrix->values);
}

/* False: not finite as it is held. */
static bool set_entry(const lerp_dense *matrix, void *values, size_t at, double value) {
  if (matrix->single) {
    return isfinite(((float *)values)[at] = (float)value);
  }
  return isfinite(((double *)values)[at] = value);
}

/* Long rows are read many together: were they a large power of two apart, they would meet in few cache sets. */
static size_t distance(size_t columns, size_t size) {
  enum { LINE = 64, LONG_ROW = 512, AWAY = 3 };
  return columns + (columns >= LONG_ROW && columns * size % (8 * LINE) == 0 ? AWAY * LINE / size : 0);
}

static lerp_status fill(const lerp_dense *matrix, void *copy, const char *owner, const double *values,
                        size_t stride, lerp_error *error) {
  for (size_t i = 0; i < matrix->rows; i++) {
    for (size_t j = 0; j < matrix->columns; j++) {
      if (!set_entry(matrix, copy, i * matrix->stride + j, values[i * stride + j])) {
        return lerp_fail(error, LERP_INVALID, SIZE_MAX, "%s: entry (%zu, %zu)=%g is not finite%s", owner, i,
                         j, values[i * stride + j], matrix->single ? " in single precision" : "");
      }
    }
  }
  return LERP_OK;
}

lerp_status lerp_dense_new(lerp_dense *matrix, const char *owner, size_t rows, size_t columns,
                           const double *values, size_t stride, bool single, lerp_error *error) {
  *matrix = (lerp_dense){.rows = rows, .columns = columns, .single = single};
  matrix->stride = distance(columns, element(matrix));
  const bool fits = matrix->stride >= columns && rows <= SIZE_MAX / sizeof(double) / matrix->stride - 1;
  const size_t doubles =
      fits ? (rows * matrix->stride * element(matrix) + sizeof(double) - 1) / sizeof(double) : 0;
  double *copy = fits ? lerp_aligned_new(doubles) : NULL;
  if (!copy) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "%s: %zu x %zu: %.3g bytes: out of memory", owner, rows,
                     columns, lerp_dense_bytes(matrix));
  }
  matrix->values = copy;
  return fill(matrix, copy, owner, values, stride, error);
}

void lerp_dense_rows(const lerp_step *step, const lerp_dense *matrix, size_t row, size_t column, size_t count,
                     size_t columns, const double *v, double *out, const double *w, double *transposed) {
  const size_t at = row * matrix->stride + column;
  if (matrix->single) {
    step->kernels->rows_single(count, columns, (const float *)matrix->values + at, matrix->stride, v, out, w,
                               transposed);
  } else {
    step->kernels->rows(count, columns, (const double *)matrix->values + at, matrix->stride, v, out, w,
                        transposed);
  }
}

typedef struct emission {
  const lerp_step *step;
  const double *value; /* contiguous: x then y */
  const double *constant;
  lerp_emit emit;
  void *sink;
} emission;

static void emit_block(void *argument, int part, size_t begin, size_t length) {
  const emission *e = argument;
  const size_t at = (part == 0 ? 0 : e->step->layout->dimension[0]) + begin;
  _Alignas(64) double f[LERP_BLOCK];
  if (e->constant) {
    e->step->kernels->combine(length, f, 2, (const double *const[]){e->value + at, e->constant + at},
                              (double[]){1, 1});
  }
  e->emit(e->sink, part, begin, length, e->constant ? f : e->value + at);
}

/* Rows go out in groups, so that the grouping inside the kernel is the same for every team. */
static size_t share_of_rows(size_t n, int rank, int size) {
  enum { GROUP = 8 };
  const size_t groups = (n + GROUP - 1) / GROUP, row = groups * (size_t)rank / (size_t)size * GROUP;
  return row < n ? row : n;
}

void lerp_apply_dense(lerp_step *step, const lerp_dense *matrix, const double *constant, const double *at,
                      lerp_emit emit, void *sink) {
  const lerp_layout *layout = step->layout;
  const size_t dx = layout->dimension[0], dy = layout->dimension[1], n = dx + dy;
  const size_t first = share_of_rows(n, step->team->rank, step->team->size);
  const size_t last = share_of_rows(n, step->team->rank + 1, step->team->size);
  const double *x = at + layout->offset[0], *y = at + layout->offset[1];
  double *value = step->scratch;
  step->team->share(step->team, at);
  for (size_t row = first; row < last; row += LERP_BLOCK) {
    const size_t count = last - row < LERP_BLOCK ? last - row : LERP_BLOCK;
    _Alignas(64) double second[LERP_BLOCK];
    lerp_dense_rows(step, matrix, row, 0, count, dx, x, value + row, NULL, NULL);
    lerp_dense_rows(step, matrix, row, dx, count, dy, y, second, NULL, NULL);
    step->kernels->combine(count, value + row, 2, (const double *const[]){value + row, second},
                           (double[]){1, 1});
  }
  step->team->share(step->team, value);
  emission e = {step, value, constant, emit, sink};
  lerp_for_blocks(&step->range, emit_block, &e);
}

void lerp_apply_inverse(lerp_step *step, const double *factor, const double *at, lerp_emit emit, void *sink) {
  const size_t n = step->layout->dimension[0] + step->layout->dimension[1];
  const lerp_dense inverse = {n, n, n, factor, false};
  lerp_apply_dense(step, &inverse, factor + n * n, at, emit, sink);
}

size_t lerp_matrix_and_vector(size_t n) {
  return n != 0 && n > SIZE_MAX / sizeof(double) / (n + 1) ? 0 : n * n + n;
}

#ifdef LERP_HAVE_LAPACK

/* Pivots and the workspace of so many columns: fewer than LAPACK would like, for a solver's memory is its vectors. */
enum { WORK_COLUMNS = 16 };

static lapack_int invert_with(double *matrix, lapack_int n, lapack_int *pivot, double *work) {
  /* Read by columns the memory holds the transpose, whose inverse is the transpose of the inverse. */
  const lapack_int failed = LAPACKE_dgetrf(LAPACK_COL_MAJOR, n, n, matrix, n, pivot);
  return failed != 0 ? failed
                     : LAPACKE_dgetri_work(LAPACK_COL_MAJOR, n, matrix, n, pivot, work, WORK_COLUMNS * n);
}

/* Turns the n x n row-major `matrix` into its inverse by an LU factorization on one BLAS thread, so that its
 * bits do not depend on any team. LERP_UNSUPPORTED without LAPACK; LERP_INVALID: singular. */
static lerp_status invert(double *matrix, size_t n, lerp_error *error) {
  if (n > INT32_MAX / WORK_COLUMNS) {
    return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX, "exact resolvent: n=%zu: at most %d", n,
                     INT32_MAX / WORK_COLUMNS);
  }
  lapack_int *pivot =
      (lapack_int *)lerp_aligned_new((n * sizeof *pivot + sizeof(double) - 1) / sizeof(double));
  double *work = lerp_aligned_new(WORK_COLUMNS * n);
  if (!pivot || !work) {
    lerp_aligned_free((double *)pivot);
    lerp_aligned_free(work);
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "exact resolvent of n=%zu: out of memory", n);
  }
  const int threads = lerp_blas_one_thread();
  const lapack_int failed = invert_with(matrix, (lapack_int)n, pivot, work);
  lerp_blas_threads_restore(threads);
  lerp_aligned_free((double *)pivot);
  lerp_aligned_free(work);
  return failed > 0   ? lerp_fail(error, LERP_INVALID, SIZE_MAX, "exact resolvent: I + gamma M is singular")
         : failed < 0 ? lerp_fail(error, LERP_MEMORY, SIZE_MAX, "exact resolvent of n=%zu: out of memory", n)
                      : LERP_OK;
}

#else

static lerp_status invert(double *matrix, size_t n, lerp_error *error) {
  (void)matrix;
  return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX,
                   "the exact resolvent of an affine problem of n=%zu needs LAPACK, which this build lacks",
                   n);
}

#endif

lerp_status lerp_prepare_inverse(double *factor, size_t n, double gamma, lerp_error *error) {
  double *q = factor + n * n;
  for (size_t i = 0; i < n * n; i++) {
    factor[i] *= gamma;
  }
  for (size_t i = 0; i < n; i++) {
    factor[i * n + i] += 1;
  }
  const lerp_status status = invert(factor, n, error);
  if (status) {
    return status;
  }
  double *product = lerp_aligned_new(n);
  if (!product) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "exact resolvent of n=%zu: out of memory", n);
  }
  for (size_t i = 0; i < n; i++) {
    product[i] = 0;
    for (size_t j = 0; j < n; j++) {
      product[i] += factor[i * n + j] * gamma * q[j];
    }
  }
  memcpy(q, product, n * sizeof *q);
  lerp_aligned_free(product);
  return LERP_OK;
}

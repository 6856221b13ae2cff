/* SPDX-License-Identifier: MIT */
/* What dense operators share: Mz + c by rows, and the inverse of I + gamma M. */
#ifndef LERP_OPERATORS_DENSE_H
#define LERP_OPERATORS_DENSE_H

#include <lerp/step.h>
#include <lerp/version.h>

/* A dense matrix, row-major with rows `stride` apart, in double or in single precision. */
typedef struct lerp_dense {
  size_t rows, columns, stride;
  const void *values;
  bool single;
} lerp_dense;

/* A copy of `values`, whose rows are `stride` apart. LERP_INVALID: an entry is not finite, in the precision that it is
 * held in; LERP_MEMORY. To be freed also then. `owner` names the operator in messages. */
lerp_status lerp_dense_new(lerp_dense *matrix, const char *owner, size_t rows, size_t columns,
                           const double *values, size_t stride, bool single, lerp_error *error);
void lerp_dense_free(lerp_dense *matrix);
double lerp_dense_bytes(const lerp_dense *matrix);

static inline double lerp_dense_entry(const lerp_dense *matrix, size_t row, size_t column) {
  const size_t at = row * matrix->stride + column;
  return matrix->single ? ((const float *)matrix->values)[at] : ((const double *)matrix->values)[at];
}

/* The kernel `rows` on `count` rows and `columns` columns from (row, column) on. */
void lerp_dense_rows(const lerp_step *step, const lerp_dense *matrix, size_t row, size_t column, size_t count,
                     size_t columns, const double *v, double *out, const double *w, double *transposed);

/* out = M at + constant (NULL: 0), emitted; M is n x n, n = dimension of both parts together, and scratch n
 * doubles. Rows are shared out evenly, whatever the ranges of the members are. */
void lerp_apply_dense(lerp_step *step, const lerp_dense *matrix, const double *constant, const double *at,
                      lerp_emit emit, void *sink);

/* w = (I + gamma M)^-1 (at + gamma q) from what lerp_prepare_inverse left in `factor`. */
void lerp_apply_inverse(lerp_step *step, const double *factor, const double *at, lerp_emit emit, void *sink);

/* This build can: without it the affine operators have no exact resolvent. */
static inline bool lerp_inverts(void) {
  return (lerp_capabilities() & LERP_HAS_LAPACK) != 0;
}

/* The exact resolvent of F(z) = Mz - q: factor holds M on entry and q behind it; on return
 * (I + gamma M)^-1 and (I + gamma M)^-1 gamma q. */
lerp_status lerp_prepare_inverse(double *factor, size_t n, double gamma, lerp_error *error);

/* n n + n with a check for overflow: 0 then. */
size_t lerp_matrix_and_vector(size_t n);

#endif

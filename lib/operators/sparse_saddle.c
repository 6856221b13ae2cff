/* SPDX-License-Identifier: MIT */
/* F(x, y) = (b x + A y - p, b y - A^T x - q): in one pass over A, or by the rows of A and of -A^T, with b on the diagonal,
 * as one sparse M. */
#include "sparse.h"

#include "arrays.h"

#include <math.h>
#include <string.h>

/* One more entry of a row; first[row + 1] runs to the end of the row as it fills. */
static void append(lerp_sparse_rows *rows, size_t row, size_t place, double value) {
  const size_t k = rows->first[row + 1]++;
  rows->column[k] = (uint32_t)place;
  lerp_sparse_put(rows, k, value);
}

/* Sets first[row + 1] to where the row begins. `diagonal`: entries of each row besides those of A and A^T. */
static void begin_rows(lerp_sparse_rows *rows, const lerp_sparse *matrix, size_t diagonal) {
  const size_t n = matrix->rows + matrix->columns;
  size_t *count = rows->first + 1, begin = 0;
  rows->first[0] = 0;
  for (size_t row = 0; row < n; row++) {
    count[row] = diagonal + (row < matrix->rows ? matrix->first[row + 1] - matrix->first[row] : 0);
  }
  for (size_t k = 0; k < matrix->first[matrix->rows]; k++) {
    count[matrix->rows + matrix->column[k]]++;
  }
  for (size_t row = 0; row < n; row++) {
    const size_t length = count[row];
    count[row] = begin;
    begin += length;
  }
}

static void fill_rows(lerp_sparse_rows *rows, const lerp_sparse *matrix, double b, size_t offset) {
  begin_rows(rows, matrix, b != 0);
  for (size_t row = 0; b != 0 && row < matrix->rows + matrix->columns; row++) {
    append(rows, row, row < matrix->rows ? row : offset + row - matrix->rows, b);
  }
  for (size_t i = 0; i < matrix->rows; i++) {
    for (size_t k = matrix->first[i]; k < matrix->first[i + 1]; k++) {
      append(rows, i, offset + matrix->column[k], matrix->value[k]);
      append(rows, matrix->rows + matrix->column[k], i, -matrix->value[k]);
    }
  }
}

static lerp_status build(lerp_operator *op, const lerp_sparse *matrix, bool single, double b, const double *p,
                         const double *q, lerp_error *error) {
  static const char owner[] = "sparse saddle";
  const size_t dimension[LERP_PARTS] = {matrix->rows, matrix->columns}, n = matrix->rows + matrix->columns;
  lerp_status status = lerp_sparse_check(owner, matrix, single, n, error);
  if (status) {
    return status;
  }
  if (!isfinite(b) || !lerp_all_finite(p, matrix->rows) || !lerp_all_finite(q, matrix->columns)) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "%s: b=%g, or a component of p or q, is not finite",
                     owner, b);
  }
  status = lerp_sparse_one_pass(op, owner, matrix, single, b, p, q, error);
  if (status != LERP_UNSUPPORTED) {
    return status;
  }
  const size_t entries = matrix->first[matrix->rows], all = 2 * entries + (b != 0 ? n : 0);
  lerp_sparse_rows rows;
  if (entries > (SIZE_MAX - n) / 2 || !lerp_sparse_rows_new(&rows, n, all, all, single)) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "%s of %zu x %zu with %zu entries: out of memory", owner,
                     matrix->rows, matrix->columns, entries);
  }
  fill_rows(&rows, matrix, b, lerp_layout_of(dimension).offset[1]);
  return lerp_sparse_operator(op, owner, dimension, rows, p, q, error);
}

lerp_status lerp_operator_sparse_saddle(lerp_operator *op, const lerp_sparse *matrix, double b,
                                        const double *p, const double *q, lerp_error *error) {
  return build(op, matrix, false, b, p, q, error);
}

lerp_status lerp_operator_sparse_saddle_single(lerp_operator *op, const lerp_sparse *matrix, double b,
                                               const double *p, const double *q, lerp_error *error) {
  return build(op, matrix, true, b, p, q, error);
}

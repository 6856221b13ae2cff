/* SPDX-License-Identifier: MIT */
/* What sparse operators share. */
#ifndef LERP_OPERATORS_SPARSE_H
#define LERP_OPERATORS_SPARSE_H

#include <lerp/operators.h>
#include <lerp/step.h>

/* A matrix by rows: row i holds value[k] in column[k] for first[i] <= k < first[i + 1], in double or in single
 * precision. */
typedef struct lerp_sparse_rows {
  size_t *first;
  uint32_t *column;
  void *value;
  bool single;
} lerp_sparse_rows;

/* Memory for n rows with `entries` entries and `columns` numbers of columns; false: out of memory, and nothing to
 * free. */
bool lerp_sparse_rows_new(lerp_sparse_rows *rows, size_t n, size_t entries, size_t columns, bool single);
void lerp_sparse_rows_free(lerp_sparse_rows *rows);

static inline double lerp_sparse_value(const lerp_sparse_rows *rows, size_t k) {
  return rows->single ? ((const float *)rows->value)[k] : ((const double *)rows->value)[k];
}

static inline void lerp_sparse_put(lerp_sparse_rows *rows, size_t k, double value) {
  if (rows->single) {
    ((float *)rows->value)[k] = (float)value;
  } else {
    ((double *)rows->value)[k] = value;
  }
}

static inline double lerp_sparse_size(const lerp_sparse_rows *rows) { /* of a value */
  return rows->single ? sizeof(float) : sizeof(double);
}

/* The kernel `sparse_rows` on `count` rows from `row` on. */
void lerp_sparse_multiply(const lerp_step *step, const lerp_sparse_rows *rows, size_t row, size_t count,
                          const double *v, double *out, const double *w, double *transposed);

/* The row at which share i of `shares` begins, so that all have equally much to read. */
size_t lerp_sparse_share(const size_t *first, size_t rows, size_t i, size_t shares);

/* LERP_INVALID with the reason unless the matrix is as lerp_sparse says, finite in the precision that it is to be held
 * in, and leaves room for n components in a layout. `owner` names it in messages. */
lerp_status lerp_sparse_check(const char *owner, const lerp_sparse *matrix, bool single, size_t n,
                              lerp_error *error);

/* F(z) = Mz - q on these rows of M, whose columns are places in a vector in the solver's layout. It takes them over,
 * also when it fails. p, q: the constants of the parts, NULL for 0. */
lerp_status lerp_sparse_operator(lerp_operator *op, const char *name, const size_t dimension[LERP_PARTS],
                                 lerp_sparse_rows rows, const double *p, const double *q, lerp_error *error);

/* A saddle in one pass over A: LERP_UNSUPPORTED, without a message, where two sparse products are faster. That hangs on
 * where A has its entries, never on who computes, so that bits do not change. */
lerp_status lerp_sparse_one_pass(lerp_operator *op, const char *name, const lerp_sparse *matrix, bool single,
                                 double b, const double *p, const double *q, lerp_error *error);

#endif

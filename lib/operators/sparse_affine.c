/* SPDX-License-Identifier: MIT */
/* F(z) = Mz - q with a sparse M, by rows. A row is one sum over both parts. */
#include "sparse.h"

#include "../kernels/kernels.h"
#include "../solver/internal.h"
#include "arrays.h"
#include "dense.h"

#include <stdlib.h>
#include <string.h>

typedef struct sparse_affine {
  size_t dimension[LERP_PARTS];
  lerp_sparse_rows rows;
  double *constant[LERP_PARTS]; /* p, q; NULL: 0 */
} sparse_affine;

void lerp_sparse_multiply(const lerp_step *step, const lerp_sparse_rows *rows, size_t row, size_t count,
                          const double *v, double *out, const double *w, double *transposed) {
  if (rows->single) {
    step->kernels->sparse_rows_single(count, rows->first + row, rows->column, rows->value, v, out, w,
                                      transposed);
  } else {
    step->kernels->sparse_rows(count, rows->first + row, rows->column, rows->value, v, out, w, transposed);
  }
}

/* From row on, without the constant. */
static void multiply(const sparse_affine *op, const lerp_step *step, size_t row, size_t count,
                     const double *at, double *to) {
  lerp_sparse_multiply(step, &op->rows, row, count, at, to, NULL, NULL);
}

typedef struct emission {
  const sparse_affine *op;
  const lerp_step *step;
  const double *at;
  const double *made; /* by all members, x then y; NULL: not yet */
  lerp_emit emit;
  void *sink;
} emission;

static void emit_block(void *argument, int part, size_t begin, size_t length) {
  const emission *e = argument;
  const size_t row = (part == 0 ? 0 : e->op->dimension[0]) + begin;
  const double *constant = e->op->constant[part];
  _Alignas(64) double block[LERP_BLOCK];
  const double *f = e->made ? e->made + row : block;
  if (!e->made && e->step->parts & 1u << part) {
    multiply(e->op, e->step, row, length, e->at, block);
  }
  if (constant) {
    e->step->kernels->combine(length, block, 2, (const double *const[]){f, constant + begin},
                              (double[]){1, -1});
    f = block;
  }
  e->emit(e->sink, part, begin, length, f);
}

/* A team shares the rows by what they hold, not by who needs them. */
static void evaluate(const void *self, lerp_step *step, const double *at, uint64_t sample, lerp_emit emit,
                     void *sink) {
  (void)sample;
  const sparse_affine *op = self;
  const size_t n = op->dimension[0] + op->dimension[1], size = (size_t)step->team->size;
  emission e = {op, step, at, NULL, emit, sink};
  lerp_share(step, at);
  if (size > 1) {
    const size_t rank = (size_t)step->team->rank, row = lerp_sparse_share(op->rows.first, n, rank, size);
    multiply(op, step, row, lerp_sparse_share(op->rows.first, n, rank + 1, size) - row, at,
             step->scratch + row);
    lerp_share(step, step->scratch);
    e.made = step->scratch;
  }
  lerp_for_blocks(&step->range, emit_block, &e);
}

static lerp_status prepare(const void *self, double gamma, double *factor, lerp_error *error) {
  const sparse_affine *op = self;
  const size_t dx = op->dimension[0], n = dx + op->dimension[1];
  const size_t gap = lerp_layout_of(op->dimension).offset[1] - dx;
  memset(factor, 0, lerp_matrix_and_vector(n) * sizeof *factor);
  for (size_t row = 0; row < n; row++) {
    for (size_t k = op->rows.first[row]; k < op->rows.first[row + 1]; k++) {
      const size_t place = op->rows.column[k];
      factor[row * n + (place < dx ? place : place - gap)] += lerp_sparse_value(&op->rows, k);
    }
  }
  for (int part = 0; part < LERP_PARTS; part++) {
    if (op->constant[part]) {
      memcpy(factor + n * n + (part == 0 ? 0 : dx), op->constant[part], op->dimension[part] * sizeof *factor);
    }
  }
  return lerp_prepare_inverse(factor, n, gamma, error);
}

static void resolve(const void *self, lerp_step *step, double gamma, const double *factor, const double *at,
                    lerp_emit emit, void *sink) {
  (void)self;
  (void)gamma;
  lerp_apply_inverse(step, factor, at, emit, sink);
}

void lerp_sparse_rows_free(lerp_sparse_rows *rows) {
  free(rows->first);
  lerp_aligned_free((double *)rows->column);
  lerp_aligned_free(rows->value);
}

static void release(void *self) {
  sparse_affine *op = self;
  lerp_sparse_rows_free(&op->rows);
  for (int part = 0; part < LERP_PARTS; part++) {
    lerp_aligned_free(op->constant[part]);
  }
  free(op);
}

bool lerp_sparse_rows_new(lerp_sparse_rows *rows, size_t n, size_t entries, size_t columns, bool single) {
  const bool fits = n < SIZE_MAX / sizeof *rows->first && entries < SIZE_MAX / sizeof(double);
  *rows = (lerp_sparse_rows){.single = single};
  if (fits) {
    rows->first = malloc((n + 1) * sizeof *rows->first);
    rows->column = (uint32_t *)lerp_aligned_new((columns + 1) / 2);
    rows->value = lerp_aligned_new(single ? (entries + 1) / 2 : entries);
  }
  const bool complete = rows->first && rows->column && rows->value;
  if (!complete) {
    lerp_sparse_rows_free(rows);
  }
  return complete;
}

size_t lerp_sparse_share(const size_t *first, size_t rows, size_t i, size_t shares) {
  const double wanted =
      (double)(first[rows] + rows) * (double)i / (double)shares; /* a row costs something too */
  size_t row = 0, end = rows;
  while (row < end) {
    const size_t middle = row + (end - row) / 2;
    if ((double)(first[middle] + middle) < wanted) {
      row = middle + 1;
    } else {
      end = middle;
    }
  }
  return row;
}

static bool is_finite(double value, bool single) {
  return single ? isfinite((float)value) : isfinite(value);
}

static lerp_status check_rows(const char *owner, const lerp_sparse *matrix, bool single, lerp_error *error) {
  for (size_t row = 0; row < matrix->rows; row++) {
    if (matrix->first[row + 1] < matrix->first[row] || matrix->first[0] != 0) {
      return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                       "%s: row %zu is from entry %zu to %zu: from 0 on, and never back", owner, row,
                       matrix->first[row], matrix->first[row + 1]);
    }
    for (size_t k = matrix->first[row]; k < matrix->first[row + 1]; k++) {
      if (matrix->column[k] >= matrix->columns) {
        return lerp_fail(error, LERP_INVALID, SIZE_MAX, "%s: row %zu has an entry in column %zu of %zu",
                         owner, row, (size_t)matrix->column[k], matrix->columns);
      }
      if (!is_finite(matrix->value[k], single)) {
        return lerp_fail(error, LERP_INVALID, SIZE_MAX, "%s: entry (%zu, %zu)=%g is not finite%s", owner, row,
                         (size_t)matrix->column[k], matrix->value[k], single ? " in single precision" : "");
      }
    }
  }
  return LERP_OK;
}

lerp_status lerp_sparse_check(const char *owner, const lerp_sparse *matrix, bool single, size_t n,
                              lerp_error *error) {
  const size_t most = 4000000000; /* places are of 32 bits */
  if (matrix->rows == 0 || matrix->columns == 0 || matrix->rows > most || matrix->columns > most ||
      n > most) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "%s: %zu x %zu: at least 1 x 1, and n at most %zu", owner,
                     matrix->rows, matrix->columns, most);
  }
  if (!matrix->first || (matrix->first[matrix->rows] > 0 && (!matrix->column || !matrix->value))) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "%s: an array of the matrix is missing", owner);
  }
  return check_rows(owner, matrix, single, error);
}

static bool copy_constants(sparse_affine *op, const double *p, const double *q) {
  return lerp_copy_array(&op->constant[0], p, op->dimension[0]) &&
         lerp_copy_array(&op->constant[1], q, op->dimension[1]);
}

lerp_status lerp_sparse_operator(lerp_operator *op, const char *name, const size_t dimension[LERP_PARTS],
                                 lerp_sparse_rows rows, const double *p, const double *q, lerp_error *error) {
  const size_t n = dimension[0] + dimension[1], entries = rows.first[n];
  sparse_affine *made = calloc(1, sizeof *made);
  if (!made) {
    lerp_sparse_rows_free(&rows);
  } else {
    *made = (sparse_affine){.dimension = {dimension[0], dimension[1]}, .rows = rows};
  }
  if (!made || !copy_constants(made, p, q)) {
    if (made) {
      release(made);
    }
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "%s of n=%zu: out of memory", name, n);
  }
  const bool resolves = n <= LERP_SPARSE_RESOLVENT_MAX && lerp_inverts();
  *op = (lerp_operator){.name = name,
                        .dimension = {dimension[0], dimension[1]},
                        .affine = true,
                        .self = made,
                        .evaluate = evaluate,
                        .scratch = n,
                        .resolve = resolves ? resolve : NULL,
                        .prepare = resolves ? prepare : NULL,
                        .factor_size = resolves ? lerp_matrix_and_vector(n) : 0,
                        .bytes = (4 + lerp_sparse_size(&rows)) * (double)entries + 8 * (double)n +
                                 (p || q ? 8 * (double)n : 0),
                        .flops = 2 * (double)entries + (double)n,
                        .free = release};
  return LERP_OK;
}

static lerp_status build(lerp_operator *op, const size_t dimension[LERP_PARTS], const lerp_sparse *matrix,
                         bool single, const double *q, lerp_error *error) {
  static const char owner[] = "sparse affine";
  const size_t dx = dimension[0], n = dx + dimension[1];
  const lerp_status status = lerp_sparse_check(owner, matrix, single, n, error);
  if (status) {
    return status;
  }
  if (matrix->rows != n || matrix->columns != n || !lerp_all_finite(q, n)) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                     "%s: M is %zu x %zu and q %s: n x n with n=%zu, and finite", owner, matrix->rows,
                     matrix->columns, lerp_all_finite(q, n) ? "finite" : "not", n);
  }
  const size_t entries = matrix->first[n], gap = lerp_layout_of(dimension).offset[1] - dx;
  lerp_sparse_rows rows;
  if (!lerp_sparse_rows_new(&rows, n, entries, entries, single)) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "%s of n=%zu with %zu entries: out of memory", owner, n,
                     entries);
  }
  memcpy(rows.first, matrix->first, (n + 1) * sizeof *rows.first);
  for (size_t k = 0; k < entries; k++) {
    rows.column[k] = (uint32_t)(matrix->column[k] + (matrix->column[k] < dx ? 0 : gap));
    lerp_sparse_put(&rows, k, matrix->value[k]);
  }
  return lerp_sparse_operator(op, owner, dimension, rows, q, q ? q + dx : NULL, error);
}

lerp_status lerp_operator_sparse_affine(lerp_operator *op, const size_t dimension[LERP_PARTS],
                                        const lerp_sparse *matrix, const double *q, lerp_error *error) {
  return build(op, dimension, matrix, false, q, error);
}

lerp_status lerp_operator_sparse_affine_single(lerp_operator *op, const size_t dimension[LERP_PARTS],
                                               const lerp_sparse *matrix, const double *q,
                                               lerp_error *error) {
  return build(op, dimension, matrix, true, q, error);
}

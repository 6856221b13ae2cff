/* SPDX-License-Identifier: MIT */
/* A saddle with a sparse A that is held once, by rows: by its entries, or by its profile, all of each row from its first
 * column to its last, where that takes no more memory. */
#include "sparse.h"

#include "../kernels/kernels.h"
#include "arrays.h"
#include "dense.h"
#include "saddle.h"

#include <stdlib.h>

typedef struct one_pass {
  size_t rows;
  bool profile;
  lerp_sparse_rows held; /* column: of every entry; of a profile, the first of every row */
} one_pass;

static void multiply_entries(const void *self, const lerp_step *step, const lerp_panel *panel,
                             const double *x, const double *y, double *ay, double *atx) {
  const one_pass *a = self;
  lerp_sparse_multiply(step, &a->held, panel->row, panel->rows, y, ay + panel->row, x + panel->row,
                       atx ? atx - panel->column : NULL);
}

static void multiply_profile(const void *self, const lerp_step *step, const lerp_panel *panel,
                             const double *x, const double *y, double *ay, double *atx) {
  const lerp_sparse_rows *held = &((const one_pass *)self)->held;
  for (size_t row = panel->row; row < panel->row + panel->rows; row++) {
    const size_t begin = held->first[row], length = held->first[row + 1] - begin, column = held->column[row];
    double *transposed = atx ? atx + (column - panel->column) : NULL;
    if (held->single) {
      step->kernels->rows_single(1, length, (const float *)held->value + begin, length, y + column, ay + row,
                                 x + row, transposed);
    } else {
      step->kernels->rows(1, length, (const double *)held->value + begin, length, y + column, ay + row,
                          x + row, transposed);
    }
  }
}

static void add_to(const void *self, double *to, size_t stride) {
  const one_pass *a = self;
  for (size_t row = 0; row < a->rows; row++) {
    const size_t begin = a->held.first[row];
    for (size_t k = begin; k < a->held.first[row + 1]; k++) {
      const size_t column = a->profile ? a->held.column[row] + (k - begin) : a->held.column[k];
      to[row * stride + column] += lerp_sparse_value(&a->held, k);
    }
  }
}

static void release(void *self) {
  one_pass *a = self;
  lerp_sparse_rows_free(&a->held);
  free(a);
}

/* --- Where the entries are ------------------------------------------------------------------------------ */

/* The first column that rows [row, row + rows) reach, and how many from there to the last. */
static void reach(const lerp_sparse *matrix, size_t row, size_t rows, size_t *column, size_t *columns) {
  size_t begin = SIZE_MAX, end = 0;
  for (size_t k = matrix->first[row]; k < matrix->first[row + rows]; k++) {
    const size_t j = matrix->column[k];
    begin = j < begin ? j : begin;
    end = j + 1 > end ? j + 1 : end;
  }
  *column = end ? begin : 0;
  *columns = end ? end - begin : 0;
}

/* Cuts the rows into so many panels; the columns that these reach, altogether. */
static size_t cut_panels(const lerp_sparse *matrix, lerp_saddle *saddle, size_t panels) {
  size_t reached = 0;
  saddle->panels = panels;
  for (size_t i = 0; i < panels; i++) {
    lerp_panel *panel = &saddle->panel[i];
    panel->row = lerp_sparse_share(matrix->first, matrix->rows, i, panels);
    panel->rows = lerp_sparse_share(matrix->first, matrix->rows, i + 1, panels) - panel->row;
    reach(matrix, panel->row, panel->rows, &panel->column, &panel->columns);
    reached += panel->columns;
  }
  return reached;
}

/* Panels for a team, small matrices apart, that reach few columns beside their entries: then their accumulators cost less
 * than reading A once more. */
static bool choose_panels(const lerp_sparse *matrix, lerp_saddle *saddle) {
  enum { ENTRIES_PER_PANEL = 4096, FEWEST = 8, ENTRIES_PER_COLUMN = 4 };
  const size_t entries = matrix->first[matrix->rows], wanted = entries / ENTRIES_PER_PANEL;
  const size_t most = wanted < 1 ? 1 : wanted < LERP_PANELS_MAX ? wanted : LERP_PANELS_MAX;
  for (size_t panels = most; panels == most || panels >= FEWEST; panels /= 2) {
    if (cut_panels(matrix, saddle, panels) <= entries / ENTRIES_PER_COLUMN) {
      return true;
    }
  }
  return false;
}

/* Its length; 0: the entries are to be held. */
static size_t profile_length(const lerp_sparse *matrix, bool single) {
  enum { PER_ROW = 16 };
  const size_t bytes = single ? sizeof(float) : sizeof(double), of_entry = bytes + sizeof(uint32_t);
  size_t length = 0, column, columns;
  for (size_t row = 0; row < matrix->rows; row++) {
    reach(matrix, row, 1, &column, &columns);
    length += columns;
  }
  const bool shorter = length <= matrix->first[matrix->rows] / bytes * of_entry;
  return shorter && length >= PER_ROW * matrix->rows ? length : 0;
}

/* --- Copies --------------------------------------------------------------------------------------------- */

static bool copy_entries(const lerp_sparse *matrix, bool single, lerp_sparse_rows *to) {
  const size_t entries = matrix->first[matrix->rows];
  if (!lerp_sparse_rows_new(to, matrix->rows, entries, entries, single)) {
    return false;
  }
  memcpy(to->first, matrix->first, (matrix->rows + 1) * sizeof *to->first);
  for (size_t k = 0; k < entries; k++) {
    to->column[k] = matrix->column[k];
    lerp_sparse_put(to, k, matrix->value[k]);
  }
  return true;
}

static bool copy_profile(const lerp_sparse *matrix, size_t length, bool single, lerp_sparse_rows *to) {
  if (!lerp_sparse_rows_new(to, matrix->rows, length, matrix->rows, single)) {
    return false;
  }
  for (size_t k = 0; k < length; k++) {
    lerp_sparse_put(to, k, 0);
  }
  to->first[0] = 0;
  for (size_t row = 0; row < matrix->rows; row++) {
    size_t column, columns;
    reach(matrix, row, 1, &column, &columns);
    to->column[row] = (uint32_t)column;
    to->first[row + 1] = to->first[row] + columns;
    for (size_t k = matrix->first[row]; k < matrix->first[row + 1]; k++) {
      const size_t place = to->first[row] + (matrix->column[k] - column);
      lerp_sparse_put(to, place, lerp_sparse_value(to, place) + matrix->value[k]);
    }
  }
  return true;
}

static one_pass *copy(const lerp_sparse *matrix, size_t profile, bool single) {
  one_pass *made = calloc(1, sizeof *made);
  if (made) {
    made->rows = matrix->rows;
    made->profile = profile > 0;
  }
  if (made && !(profile ? copy_profile(matrix, profile, single, &made->held)
                        : copy_entries(matrix, single, &made->held))) {
    free(made);
    return NULL;
  }
  return made;
}

lerp_status lerp_sparse_one_pass(lerp_operator *op, const char *name, const lerp_sparse *matrix, bool single,
                                 double b, const double *p, const double *q, lerp_error *error) {
  static const lerp_saddle_matrix entries_held = {.multiply = multiply_entries,
                                                  .add_to = add_to,
                                                  .free = release},
                                  profile_held = {
                                      .multiply = multiply_profile, .add_to = add_to, .free = release};
  const size_t n = matrix->rows + matrix->columns, entries = matrix->first[matrix->rows];
  lerp_saddle saddle = {.rows = matrix->rows, .columns = matrix->columns, .b = b, .p = p, .q = q};
  if (!choose_panels(matrix, &saddle)) {
    return LERP_UNSUPPORTED;
  }
  const size_t profile = profile_length(matrix, single);
  saddle.held = profile ? &profile_held : &entries_held;
  saddle.matrix = copy(matrix, profile, single);
  if (!saddle.matrix) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "%s of %zu x %zu with %zu entries: out of memory", name,
                     matrix->rows, matrix->columns, entries);
  }
  const double size = single ? sizeof(float) : sizeof(double);
  const double bytes = profile ? size * (double)profile + 12 * (double)matrix->rows
                               : (4 + size) * (double)entries + 8 * (double)matrix->rows;
  return lerp_saddle_operator(op, name, &saddle, n <= LERP_SPARSE_RESOLVENT_MAX && lerp_inverts(), bytes,
                              4 * (double)entries, error);
}

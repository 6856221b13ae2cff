/* SPDX-License-Identifier: MIT */
#include <lerp/operators.h>

#include "../kernels/kernels.h"
#include "../solver/internal.h"
#include "dense.h"
#include "saddle.h"

#include <stdlib.h>

static void multiply(const void *self, const lerp_step *step, const lerp_panel *panel, const double *x,
                     const double *y, double *ay, double *atx) {
  lerp_dense_rows(step, self, panel->row, 0, panel->rows, panel->columns, y, ay + panel->row, x + panel->row,
                  atx);
}

static lerp_saddle_map map_of(const struct lerp_saddle *saddle) {
  const lerp_dense *matrix = saddle->matrix;
  return (lerp_saddle_map){.rows = matrix->rows,
                           .columns = matrix->columns,
                           .stride = matrix->stride,
                           .values = matrix->values,
                           .single = matrix->single,
                           .b = saddle->b,
                           .p = saddle->p,
                           .q = saddle->q};
}

static void field(const struct lerp_saddle *saddle, const lerp_step *step, const double *x, const double *y,
                  double *fx, double *fy) {
  const lerp_saddle_map map = map_of(saddle);
  step->kernels->saddle(&map, x, y, fx, fy, step->scratch);
}

static bool move(const struct lerp_saddle *saddle, const lerp_step *step, const double *at,
                 const lerp_sources *sources, double *out) {
  const lerp_saddle_map map = map_of(saddle);
  return step->kernels->update_saddle(&map, step->layout->offset, at, sources, out);
}

static bool run(const struct lerp_saddle *saddle, const lerp_step *step, const lerp_chain *chain,
                double lower, double upper, uint64_t steps, const double *z, double *out) {
  const lerp_saddle_map map = map_of(saddle);
  return step->kernels->chain_saddle(&map, step->layout->offset, chain, lower, upper, steps, z, out);
}

static void add_to(const void *self, double *to, size_t stride) {
  const lerp_dense *matrix = self;
  for (size_t i = 0; i < matrix->rows; i++) {
    for (size_t j = 0; j < matrix->columns; j++) {
      to[i * stride + j] += lerp_dense_entry(matrix, i, j);
    }
  }
}

static void release(void *self) {
  lerp_dense_free(self);
  free(self);
}

static const lerp_saddle_matrix held = {
    .multiply = multiply, .field = field, .move = move, .chain = run, .add_to = add_to, .free = release};

/* At multiples of the rows that the kernel takes together. */
static void cut_panels(lerp_saddle *saddle) {
  enum { GROUP = 12, ROWS_PER_PANEL = 64 };
  const size_t wanted = saddle->rows / ROWS_PER_PANEL, groups = (saddle->rows + GROUP - 1) / GROUP;
  const size_t panels = saddle->panels = wanted < 1 ? 1 : wanted > LERP_PANELS_MAX ? LERP_PANELS_MAX : wanted;
  for (size_t i = 0; i < panels; i++) {
    const size_t row = groups * i / panels * GROUP, end = groups * (i + 1) / panels * GROUP;
    saddle->panel[i] = (lerp_panel){row, (i + 1 < panels ? end : saddle->rows) - row, 0, saddle->columns};
  }
}

static lerp_status build(lerp_operator *op, size_t rows, size_t columns, const double *matrix, size_t stride,
                         bool single, double b, const double *p, const double *q, lerp_error *error) {
  static const char name[] = "dense saddle";
  if (rows == 0 || columns == 0 || !matrix || stride < columns) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                     "%s: %zu x %zu, stride %zu: at least 1 x 1, stride >= columns", name, rows, columns,
                     stride);
  }
  lerp_dense *copy = calloc(1, sizeof *copy);
  if (!copy) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "%s: out of memory", name);
  }
  const lerp_status status = lerp_dense_new(copy, name, rows, columns, matrix, stride, single, error);
  if (status) {
    release(copy);
    return status;
  }
  lerp_saddle saddle = {
      .rows = rows, .columns = columns, .b = b, .p = p, .q = q, .held = &held, .matrix = copy};
  cut_panels(&saddle);
  return lerp_saddle_operator(op, name, &saddle, lerp_inverts(), lerp_dense_bytes(copy),
                              4 * (double)rows * (double)columns, error);
}

lerp_status lerp_operator_dense_saddle(lerp_operator *op, size_t rows, size_t columns, const double *matrix,
                                       size_t stride, double b, const double *p, const double *q,
                                       lerp_error *error) {
  return build(op, rows, columns, matrix, stride, false, b, p, q, error);
}

lerp_status lerp_operator_dense_saddle_single(lerp_operator *op, size_t rows, size_t columns,
                                              const double *matrix, size_t stride, double b, const double *p,
                                              const double *q, lerp_error *error) {
  return build(op, rows, columns, matrix, stride, true, b, p, q, error);
}

/* SPDX-License-Identifier: MIT */
/* The library's kernels for matrices. n counts entries. */
#include "kernel_parameters.h"

#include <string.h>

enum { PRODUCTS_ONE, PRODUCTS_BOTH };
static const char *const products[] = {"one", "both", NULL};
#define PRODUCTS                                                                                             \
  { .name = "products", .meaning = "Av alone, or A'w too", .unit = "", .choices = products, .initial = 1 }

/* --- Dense ---------------------------------------------------------------------------------------------- */

/* Panels of rows, as the dense operators take them. */
enum { ROWS = 64, COLUMNS = 1024, ROWS_EXTRA = 2 * COLUMNS + 2 * ROWS };
static const lerp_parameter rows_parameters[] = {PRODUCTS, KERNEL_LEVEL, KERNEL_END};

static kernel_cost rows_cost(const double *value) {
  return (kernel_cost){1, 8, value[0] == PRODUCTS_ONE ? 2 : 4};
}

static kernel_cost rows_single_cost(const double *value) {
  return (kernel_cost){0.5, 4, value[0] == PRODUCTS_ONE ? 2 : 4};
}

/* In double or in single precision. */
static void run_rows(const kernel_share *s, bool single) {
  const size_t columns = s->n / 8 < COLUMNS ? s->n / 8 : COLUMNS, rows = s->n / columns;
  double *v = s->memory + (single ? s->n / 2 : s->n), *all = v + COLUMNS, *out = all + COLUMNS,
         *w = out + ROWS;
  double *transposed = s->value[0] == PRODUCTS_ONE ? NULL : all;
  for (size_t r = 0; r < rows; r += ROWS) {
    const size_t count = rows - r < ROWS ? rows - r : ROWS;
    if (single) {
      const float *matrix = (const float *)(const void *)s->memory + r * columns;
      s->kernels->rows_single(count, columns, matrix, columns, v, out, w, transposed);
    } else {
      s->kernels->rows(count, columns, s->memory + r * columns, columns, v, out, w, transposed);
    }
  }
}

static void rows_run(const kernel_share *s) {
  run_rows(s, false);
}

static void rows_single_run(const kernel_share *s) {
  run_rows(s, true);
}

/* Both products of a dense saddle. A fixed order wants so many accumulators of A'w as the saddle has panels, whatever
 * the team; else one for each member does. */
enum { PANELS_MAX = 32, DENSE_EXTRA = (PANELS_MAX + 2) * COLUMNS };

static kernel_cost dense_cost(const double *value) {
  (void)value;
  return (kernel_cost){1, 8, 4};
}

static size_t panels_of(const kernel_share *s, size_t rows) {
  const size_t size = (size_t)s->team->size, wanted = rows * size / ROWS;
  const size_t all = wanted < 1 ? 1 : wanted < PANELS_MAX ? wanted : PANELS_MAX;
  return s->value[0] == ORDER_FREE || all < size ? 1 : all / size;
}

static void dense_run(const kernel_share *s) {
  enum { GROUP = 12, TERMS = LERP_TERMS };
  static const double ones[TERMS] = {1, 1, 1, 1, 1, 1, 1, 1};
  const size_t columns = s->n / 8 < COLUMNS ? s->n / 8 : COLUMNS, rows = s->n / columns;
  const size_t panels = panels_of(s, rows), groups = rows / GROUP;
  double *v = s->memory + s->n, *out = v + COLUMNS, *sum = out + COLUMNS;
  for (size_t i = 0; i < panels; i++) {
    const size_t begin = groups * i / panels * GROUP,
                 end = i + 1 < panels ? groups * (i + 1) / panels * GROUP : rows;
    memset(sum + i * COLUMNS, 0, columns * sizeof *sum);
    for (size_t row = begin; row < end; row += COLUMNS) {
      const size_t count = end - row < COLUMNS ? end - row : COLUMNS;
      s->kernels->rows(count, columns, s->memory + row * columns, columns, v, out, v, sum + i * COLUMNS);
    }
  }
  for (size_t i = 1, terms; i < panels; i += terms - 1) {
    const double *added[TERMS] = {sum};
    for (terms = 1; terms < TERMS && i + terms - 1 < panels; terms++) {
      added[terms] = sum + (i + terms - 1) * COLUMNS;
    }
    s->kernels->combine(columns, sum, terms, added, ones);
  }
}

/* Whole small games. */
enum { SMALL = 64, SMALL_EXTRA = SMALL * SMALL + 5 * SMALL, TINY = 16 };
static const lerp_parameter saddle_parameters[] = {KERNEL_COUNT("m", "rows and columns", 16, 1, SMALL),
                                                   KERNEL_END};
static const lerp_parameter update_saddle_parameters[] = {
    KERNEL_COUNT("m", "rows and columns", TINY, 1, TINY), KERNEL_END};

/* Both products, and b times the iterate. */
static kernel_cost saddle_cost(const double *value) {
  const double m = value[0];
  return (kernel_cost){m * m + 4 * m, 8 * (m * m + 4 * m), 4 * m * m + 4 * m};
}

static lerp_saddle_map saddle_of(const kernel_share *s, size_t m) {
  return (lerp_saddle_map){.rows = m, .columns = m, .stride = m, .values = s->memory, .b = 0.5};
}

static void saddle_run(const kernel_share *s) {
  const size_t m = (size_t)s->value[0];
  const lerp_saddle_map map = saddle_of(s, m);
  double *x = s->memory + m * m, *y = x + m, *fx = y + m, *fy = fx + m;
  s->kernels->saddle(&map, x, y, fx, fy, fy + m);
}

/* The same, added to the iterate. */
static kernel_cost update_saddle_cost(const double *value) {
  kernel_cost cost = saddle_cost(value);
  cost.flops += 4 * value[0];
  return cost;
}

static void update_saddle_run(const kernel_share *s) {
  const size_t m = (size_t)s->value[0], offset[LERP_PARTS] = {0, m};
  const lerp_saddle_map map = saddle_of(s, m);
  const double *z = s->memory + m * m;
  const lerp_sources sources = {.count = 1, .of_f = -0.5, .v = {z}, .c = {1}};
  s->kernels->update_saddle(&map, offset, z, &sources, s->memory + m * m + 2 * m);
}

/* Extragradient on it in a box, whose iterations stay in registers: in each of two steps F, what is added to the iterate,
 * and two bounds. */
enum { CHAINED = 64 };
static const lerp_chain chain = {.inner = 1, .gamma = 0.1, .last = 0.1, .resolved = true};
static const lerp_parameter chain_saddle_parameters[] = {KERNEL_COUNT("m", "rows and columns", TINY, 1, TINY),
                                                         KERNEL_END};

static kernel_cost chain_saddle_cost(const double *value) {
  kernel_cost cost = update_saddle_cost(value);
  cost.flops = CHAINED * (double)(chain.inner + 1) * (cost.flops + 4 * value[0]);
  return cost;
}

static void chain_saddle_run(const kernel_share *s) {
  const size_t m = (size_t)s->value[0], offset[LERP_PARTS] = {0, m};
  const lerp_saddle_map map = saddle_of(s, m);
  double *z = s->memory + m * m;
  s->kernels->chain_saddle(&map, offset, &chain, -1, 1, CHAINED, z, z + 2 * m);
}

/* --- Sparse --------------------------------------------------------------------------------------------- */

/* A band: so many entries in a row, in columns that follow each other. */
static const lerp_parameter sparse_parameters[] = {KERNEL_COUNT("entries", "of a row", 9, 1, 1000), PRODUCTS,
                                                   KERNEL_LEVEL, KERNEL_END};
enum { SPARSE_EXTRA = 4096 }; /* what vectors need beyond a number for each row */

/* Of an entry: value and column, and of a row where it begins, Av, v and, for both products, w and A'w twice. */
static kernel_cost sparse_cost(const double *value, double size) {
  const bool both = value[1] == PRODUCTS_BOTH;
  const double row = 1 / value[0], held = (size + 4) / 8;
  return (kernel_cost){held + (both ? 5 : 3) * row, 8 * (held + (both ? 6 : 3) * row), both ? 4 : 2};
}

static kernel_cost sparse_double_cost(const double *value) {
  return sparse_cost(value, 8);
}

static kernel_cost sparse_single_cost(const double *value) {
  return sparse_cost(value, 4);
}

typedef struct band {
  size_t rows, entries;
  size_t *first;
  uint32_t *column;
  void *value;
  double *v, *out, *w, *transposed;
} band;

static band band_of(const kernel_share *s, bool single) {
  band b = {.entries = (size_t)s->value[0]};
  b.rows = s->n / b.entries;
  const size_t all = b.rows * b.entries, columns = (b.rows + b.entries + 7) / 8 * 8;
  b.value = s->memory;
  b.column = (uint32_t *)(void *)(s->memory + (single ? (all + 1) / 2 : all));
  b.first = (size_t *)(void *)(s->memory + (single ? (all + 1) / 2 : all) + (all + 1) / 2);
  b.v = (double *)(void *)(b.first + b.rows + 1);
  b.out = b.v + columns;
  b.w = b.out + b.rows;
  b.transposed = s->value[1] == PRODUCTS_BOTH ? b.w + b.rows : NULL;
  return b;
}

static void prepare_band(const kernel_share *s, bool single) {
  const band b = band_of(s, single);
  for (size_t row = 0; row <= b.rows; row++) {
    b.first[row] = row * b.entries;
  }
  for (size_t k = 0; k < b.rows * b.entries; k++) {
    b.column[k] = (uint32_t)(k / b.entries + k % b.entries);
  }
}

static void prepare_double(const kernel_share *s) {
  prepare_band(s, false);
}

static void prepare_single(const kernel_share *s) {
  prepare_band(s, true);
}

static void sparse_rows_run(const kernel_share *s) {
  const band b = band_of(s, false);
  s->kernels->sparse_rows(b.rows, b.first, b.column, b.value, b.v, b.out, b.w, b.transposed);
}

static void sparse_rows_single_run(const kernel_share *s) {
  const band b = band_of(s, true);
  s->kernels->sparse_rows_single(b.rows, b.first, b.column, b.value, b.v, b.out, b.w, b.transposed);
}

const kernel kernel_rows = {.name = "rows",
                            .summary = "products with rows of a dense matrix",
                            .sweep = "rows:products=one,both" KERNEL_LEVELS,
                            .parameters = rows_parameters,
                            .cost = rows_cost,
                            .extra = ROWS_EXTRA,
                            .run = rows_run};
const kernel kernel_rows_single = {.name = "rows-single",
                                   .summary = "of a matrix in single precision",
                                   .sweep = "rows-single:products=one,both" KERNEL_LEVELS,
                                   .parameters = rows_parameters,
                                   .cost = rows_single_cost,
                                   .extra = ROWS_EXTRA,
                                   .run = rows_single_run};
const kernel kernel_dense = {.name = "dense",
                             .summary = "both products of a dense saddle",
                             .sweep = "dense:order=fixed,free" KERNEL_LEVELS,
                             .parameters = kernel_ordered,
                             .cost = dense_cost,
                             .extra = DENSE_EXTRA,
                             .run = dense_run};
const kernel kernel_saddle = {.name = "saddle",
                              .summary = "F of a small dense game",
                              .sweep = "saddle:m=8,16,64",
                              .parameters = saddle_parameters,
                              .cost = saddle_cost,
                              .extra = SMALL_EXTRA,
                              .run = saddle_run};
const kernel kernel_update_saddle = {.name = "update-saddle",
                                     .summary = "a step with its F, which is not stored",
                                     .sweep = "update-saddle:m=2,8,16",
                                     .parameters = update_saddle_parameters,
                                     .cost = update_saddle_cost,
                                     .extra = SMALL_EXTRA,
                                     .run = update_saddle_run};
const kernel kernel_chain_saddle = {.name = "chain-saddle",
                                    .summary = "64 iterations on it in registers, in a box",
                                    .sweep = "chain-saddle:m=2,8,16",
                                    .parameters = chain_saddle_parameters,
                                    .cost = chain_saddle_cost,
                                    .extra = SMALL_EXTRA,
                                    .run = chain_saddle_run};
const kernel kernel_sparse_rows = {.name = "sparse-rows",
                                   .summary = "products with rows of a sparse matrix",
                                   .sweep = "sparse-rows:entries=9,51:products=one,both" KERNEL_LEVELS,
                                   .parameters = sparse_parameters,
                                   .cost = sparse_double_cost,
                                   .extra = SPARSE_EXTRA,
                                   .prepare = prepare_double,
                                   .run = sparse_rows_run};
const kernel kernel_sparse_rows_single = {
    .name = "sparse-rows-single",
    .summary = "of a matrix in single precision",
    .sweep = "sparse-rows-single:entries=9,51:products=one,both" KERNEL_LEVELS,
    .parameters = sparse_parameters,
    .cost = sparse_single_cost,
    .extra = SPARSE_EXTRA,
    .prepare = prepare_single,
    .run = sparse_rows_single_run};

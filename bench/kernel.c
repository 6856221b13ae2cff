/* SPDX-License-Identifier: MIT */
#include "kernel.h"

#include <stdio.h>
#include <string.h>

#define LEVEL                                                                                                \
  {                                                                                                          \
    .name = "level", .meaning = "where the working set lies", .unit = "", .choices = roof_level_name,        \
    .initial = ROOF_MEMORY                                                                                   \
  }
#define COUNT(key, words, first, low, high)                                                                  \
  {                                                                                                          \
    .name = key, .meaning = words, .unit = "", .initial = first, .minimum = low, .maximum = high,            \
    .integer = true                                                                                          \
  }
#define END                                                                                                  \
  { .name = NULL }

static const lerp_parameter only_level[] = {LEVEL, END};

/* --- Kernels of the library ---------------------------------------------------------------------------- */

static const lerp_parameter combine_parameters[] = {COUNT("terms", "vectors that are combined", 2, 1, 8),
                                                    LEVEL, END};

static kernel_cost combine_cost(const double *value) {
  return (kernel_cost){value[0] + 1, 8 * (value[0] + 1), 2 * value[0] - 1};
}

static void combine_run(const kernel_share *s) {
  enum { MOST = 8 };
  static const double coefficient[MOST] = {1, 0.5, -0.5, 0.25, -0.25, 0.125, -0.125, 0.0625};
  const double *v[MOST];
  const size_t terms = (size_t)s->value[0];
  for (size_t t = 0; t < terms; t++) {
    v[t] = s->memory + (t + 1) * s->n;
  }
  s->kernels->combine(s->n, s->memory, terms, v, coefficient);
}

static kernel_cost dot_cost(const double *value) {
  (void)value;
  return (kernel_cost){2, 16, 2};
}

/* Sums whose bits are the same for any team, as the library makes them, or free ones. */
enum { ORDER_FIXED, ORDER_FREE };
static const char *const orders[] = {"fixed", "free", NULL};
#define ORDER                                                                                                \
  {                                                                                                          \
    .name = "order", .meaning = "of the terms: fixed, for the same bits from any team, or free", .unit = "", \
    .choices = orders                                                                                        \
  }
static const lerp_parameter ordered[] = {ORDER, LEVEL, END};

/* Block by block; eight lanes of block values. */
static double dot_in_blocks(const kernel_share *s) {
  enum { LANES = 8 };
  double lane[LANES] = {0};
  for (size_t i = 0; i < s->n; i += LERP_BLOCK) {
    const size_t length = s->n - i < LERP_BLOCK ? s->n - i : LERP_BLOCK;
    lane[i / LERP_BLOCK % LANES] += s->kernels->dot(length, s->memory + i, s->memory + s->n + i);
  }
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

static void dot_run(const kernel_share *s) {
  volatile double result =
      s->value[0] == ORDER_FIXED ? dot_in_blocks(s) : s->loops->dot(s->n, s->memory, s->memory + s->n);
  (void)result;
}

static const char *const pairs_coefficients[] = {"one", "each", NULL};
static const lerp_parameter pairs_parameters[] = {{.name = "coefficients",
                                                   .meaning = "one a and b, or one for each pair",
                                                   .unit = "",
                                                   .choices = pairs_coefficients},
                                                  LEVEL,
                                                  END};

static kernel_cost pairs_cost(const double *value) {
  return value[0] == 0 ? (kernel_cost){4, 32, 6} : (kernel_cost){6, 48, 6};
}

static void pairs_run(const kernel_share *s) {
  const double *a = s->value[0] == 0 ? NULL : s->memory + 4 * s->n, *b = a != NULL ? a + s->n : NULL;
  double *x = s->memory, *y = x + s->n, *fx = y + s->n, *fy = fx + s->n;
  s->kernels->pairs(&(lerp_pair_map){0.5, 0.5, 0.25, a, b}, 0, s->n, x, y, fx, fy);
}

/* Panels of rows, as the dense operators take them. */
enum { ROWS = 64, COLUMNS = 1024, ROWS_EXTRA = 2 * COLUMNS + 2 * ROWS };
static const char *const rows_products[] = {"one", "both", NULL};
static const lerp_parameter rows_parameters[] = {{.name = "products",
                                                  .meaning = "Av alone, or A'w too",
                                                  .unit = "",
                                                  .choices = rows_products,
                                                  .initial = 1},
                                                 LEVEL,
                                                 END};

static kernel_cost rows_cost(const double *value) {
  return (kernel_cost){1, 8, value[0] == 0 ? 2 : 4};
}

static void rows_run(const kernel_share *s) {
  const size_t columns = s->n / 8 < COLUMNS ? s->n / 8 : COLUMNS, rows = s->n / columns;
  double *v = s->memory + s->n, *transposed = v + COLUMNS, *out = transposed + COLUMNS, *w = out + ROWS;
  for (size_t r = 0; r < rows; r += ROWS) {
    const size_t count = rows - r < ROWS ? rows - r : ROWS;
    s->kernels->rows(count, columns, s->memory + r * columns, columns, v, out, w,
                     s->value[0] == 0 ? NULL : transposed);
  }
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

static kernel_cost clip_sums_cost(const double *value) {
  (void)value;
  return (kernel_cost){1, 8, 5};
}

static void clip_sums_run(const kernel_share *s) {
  double sum[LERP_CLIP_SUMS];
  s->kernels->clip_sums(s->n, s->memory, 0.25, 1.0, 0.0, 2.0, sum);
}

/* --- The team ------------------------------------------------------------------------------------------ */

static kernel_cost no_cost(const double *value) {
  (void)value;
  return (kernel_cost){0};
}

static void barrier_run(const kernel_share *s) {
  s->team->share(s->team, NULL);
}

static void sum_run(const kernel_share *s) {
  double result;
  s->team->sum(s->team, s->sum, 1, &result, NULL);
}

/* --- Limits of the machine ------------------------------------------------------------------------------ */

static kernel_cost triad_cost(const double *value) {
  (void)value;
  return (kernel_cost){3, 24, 2};
}

static void triad_run(const kernel_share *s) {
  s->loops->triad(s->n, s->memory, s->memory + s->n, s->memory + 2 * s->n);
}

static const char *const read_streams[] = {"1", "2", "4", NULL};
static const lerp_parameter read_parameters[] = {
    {.name = "streams", .meaning = "read side by side", .unit = "", .choices = read_streams}, LEVEL, END};

static kernel_cost read_cost(const double *value) {
  (void)value;
  return (kernel_cost){1, 8, 0};
}

static void read_run(const kernel_share *s) {
  volatile int64_t result = s->loops->read(s->n, (size_t)1 << (size_t)s->value[0], s->memory);
  (void)result;
}

enum { FMA_ROUNDS = 1000 };
static const char *const fma_precisions[] = {"double", "single", NULL};
static const lerp_parameter fma_parameters[] = {
    {.name = "precision", .meaning = "of the numbers", .unit = "", .choices = fma_precisions}, END};

/* Per member: n is 1. */
static kernel_cost fma_cost(const double *value) {
  const loops *l = loops_select();
  return (kernel_cost){.flops = FMA_ROUNDS * (value[0] == 0 ? l->fma_double_flops : l->fma_single_flops)};
}

static void fma_run(const kernel_share *s) {
  volatile double result =
      s->value[0] == 0 ? s->loops->fma_double(FMA_ROUNDS) : s->loops->fma_single(FMA_ROUNDS);
  (void)result;
}

/* ------------------------------------------------------------------------------------------------------- */

#define LEVELS ":level=l1,l2,l3,memory"

static const kernel table[] = {
    {"combine", "a linear combination of vectors", false, "combine:terms=1,2,3,4,8" LEVELS,
     combine_parameters, combine_cost, 0, combine_run},
    {"dot", "an inner product", false, "dot:order=fixed,free" LEVELS, ordered, dot_cost, 0, dot_run},
    {"dense", "both products of a dense saddle", false, "dense:order=fixed,free" LEVELS, ordered, dense_cost,
     DENSE_EXTRA, dense_run},
    {"pairs", "F of independent linear games on pairs", false, "pairs:coefficients=one,each" LEVELS,
     pairs_parameters, pairs_cost, 0, pairs_run},
    {"rows", "products with rows of a dense matrix", false, "rows:products=one,both" LEVELS, rows_parameters,
     rows_cost, ROWS_EXTRA, rows_run},
    {"clip-sums", "the sums of a projection on a capped simplex", false, "clip-sums" LEVELS, only_level,
     clip_sums_cost, 0, clip_sums_run},
    {"barrier", "the members of a team wait for each other", false, "barrier", NULL, no_cost, 0, barrier_run},
    {"sum", "a sum over all members", false, "sum", NULL, no_cost, 0, sum_run},
    {"region", "a parallel region that does nothing", false, "region", NULL, no_cost, 0, NULL},
    {"triad", "a = b + c / 2", true, "triad" LEVELS, only_level, triad_cost, 0, triad_run},
    {"read", "numbers in memory are looked at", true, "read:streams=1,4" LEVELS, read_parameters, read_cost,
     0, read_run},
    {"fma", "multiply-adds in registers", true, "fma:precision=double,single", fma_parameters, fma_cost, 0,
     fma_run},
    {.name = NULL}};

const kernel *kernels_all(void) {
  return table;
}

/* --- Specifications ------------------------------------------------------------------------------------ */

typedef struct name_source {
  bool probe;
} name_source;

static const char *candidate(size_t i, const void *self) {
  const name_source *from = self;
  for (const kernel *k = table; k->name != NULL; k++) {
    if (k->probe == from->probe && i-- == 0) {
      return k->name;
    }
  }
  return NULL;
}

static const kernel *find(const char *name, bool probe) {
  const kernel *k = table;
  while (k->name != NULL && (k->probe != probe || strcmp(k->name, name) != 0)) {
    k++;
  }
  return k->name != NULL ? k : NULL;
}

static size_t count_parameters(const kernel *k) {
  size_t count = 0;
  while (k->parameters != NULL && k->parameters[count].name != NULL) {
    count++;
  }
  return count;
}

static lerp_status set(kernel_case *self, const char *key, const char *value, lerp_error *error) {
  const kernel *k = self->kernel;
  for (size_t i = 0; i < count_parameters(k); i++) {
    if (strcmp(k->parameters[i].name, key) == 0) {
      return lerp_parameter_parse(k->name, &k->parameters[i], value, &self->value[i], error);
    }
  }
  return lerp_fail(error, LERP_UNKNOWN, SIZE_MAX, "%s has no parameter '%s'", k->name, key);
}

/* The names, separated by commas; what does not fit is left out. */
static void list_names(const name_source *from, char *text, size_t size) {
  const char *name;
  *text = '\0';
  for (size_t i = 0, used = 0; used < size && (name = candidate(i, from)) != NULL; i++) {
    used += (size_t)snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "", name);
  }
}

static lerp_status unknown(const char *name, const name_source *from, lerp_error *error) {
  const char *kind = from->probe ? "probe" : "kernel", *near = lerp_nearest_name(name, candidate, from);
  if (near != NULL) {
    return lerp_fail(error, LERP_UNKNOWN, SIZE_MAX, "unknown %s '%s': did you mean '%s'?", kind, name, near);
  }
  char names[256];
  list_names(from, names, sizeof names);
  return lerp_fail(error, LERP_UNKNOWN, SIZE_MAX, "unknown %s '%s'; there are %s", kind, name, names);
}

lerp_status kernel_case_new(const lerp_spec *spec, bool probe, kernel_case *made, lerp_error *error) {
  const name_source names = {probe};
  *made = (kernel_case){.kernel = find(spec->name, probe)};
  if (made->kernel == NULL) {
    return unknown(spec->name, &names, error);
  }
  for (size_t i = 0; i < count_parameters(made->kernel); i++) {
    made->value[i] = made->kernel->parameters[i].initial;
  }
  lerp_status status = LERP_OK;
  for (size_t i = 0; i < spec->count && status == LERP_OK; i++) {
    status = set(made, spec->key[i], spec->value[i], error);
  }
  return status;
}

static bool is_level(const lerp_parameter *parameter) {
  return strcmp(parameter->name, "level") == 0;
}

void kernel_case_format(const kernel_case *self, char *text, size_t size) {
  const kernel *k = self->kernel;
  size_t length = (size_t)snprintf(text, size, "%s", k->name);
  for (size_t i = 0; i < count_parameters(k) && length < size; i++) {
    const lerp_parameter *parameter = &k->parameters[i];
    char number[32];
    lerp_format_number(self->value[i], number, sizeof number);
    if (is_level(parameter) || self->value[i] != parameter->initial) {
      length +=
          (size_t)snprintf(text + length, size - length, ":%s=%s", parameter->name,
                           parameter->choices != NULL ? parameter->choices[(size_t)self->value[i]] : number);
    }
  }
}

roof_level kernel_case_level(const kernel_case *self) {
  for (size_t i = 0; i < count_parameters(self->kernel); i++) {
    if (is_level(&self->kernel->parameters[i])) {
      return (roof_level)self->value[i];
    }
  }
  return ROOF_LEVELS;
}

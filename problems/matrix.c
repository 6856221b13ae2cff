/* SPDX-License-Identifier: MIT */
/* Affine problems from Matrix Market files: F(x, y) = (b x + A y - p, b y - A'x - q), F(z) = Mz - q, and games x'By on
 * simplices.
 *
 * The saddle is b z + Kz with K skew and |Kz| between sigma |z| of the singular values sigma of A (and 0 where A is not
 * square): L = sqrt(b^2 + |A|^2), and <Fz, z> = b |z|^2 >= rho |Fz|^2 for b > 0 up to rho = b/L^2; for b = 0 it is rho = 0,
 * and for b < 0 what the least singular value allows. */
#include "data.h"
#include "lines.h"
#include "matrix_market.h"
#include "problems.h"
#include "spectrum.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

enum { SADDLE, AFFINE };
enum { AUTO, DENSE, SPARSE, SINGLE };
enum { NO_SET, SIMPLEX, BOX, NONNEGATIVE };
static const char *const kinds[] = {"saddle", "affine", NULL};
static const char *const storages[] = {"auto", "dense", "sparse", "f32", NULL};
static const char *const sets[] = {"none", "simplex", "box", "nonnegative", NULL};

/* From here on a dense matrix, read once for both products, is less to read than its entries with their columns. */
static const double dense_from = 1.0 / 3;
/* rho takes a dense decomposition. */
enum { RHO_MAX = 1024 };

static const char no_file[] = "none";

/* What is built, whatever the family. */
typedef struct source {
  char path[PATH_MAX];
  matrix_market matrix;
  bool affine;  /* the matrix is M, not A */
  double *rhs;  /* (p, q); NULL: 0 */
  size_t nx, n; /* dimensions of x and of z */
  double b;
  int storage, set;
  double radius;
} source;

static lerp_status out_of_memory(const source *from, lerp_error *error) {
  return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "%s: %zu x %zu: out of memory", from->path,
                   from->matrix.rows, from->matrix.columns);
}

/* The matrix with zeros written out; NULL: out of memory, as this machine has it. */
static double *write_out(const lerp_sparse *m) {
  const bool fits = (double)m->rows * (double)m->columns * sizeof(double) < lines_memory();
  double *dense = fits ? lerp_aligned_new(m->rows * m->columns) : NULL;
  for (size_t i = 0; dense && i < m->rows; i++) {
    memset(dense + i * m->columns, 0, m->columns * sizeof *dense);
    for (size_t k = m->first[i]; k < m->first[i + 1]; k++) {
      dense[i * m->columns + m->column[k]] = m->value[k];
    }
  }
  return dense;
}

static int precision(const source *from) {
  return from->storage == SINGLE ? PROBLEM_F32 : PROBLEM_F64;
}

static lerp_status build_dense(const source *from, const double *p, const double *q, lerp_operator *op,
                               lerp_error *error) {
  const lerp_sparse matrix = matrix_market_view(&from->matrix);
  double *dense = write_out(&matrix);
  if (!dense) {
    return out_of_memory(from, error);
  }
  const size_t dimension[LERP_PARTS] = {from->nx, from->n - from->nx};
  const lerp_status status = from->affine
                                 ? problem_affine(precision(from), op, dimension, dense, from->rhs, error)
                                 : problem_dense_saddle(precision(from), op, matrix.rows, matrix.columns,
                                                        dense, from->b, p, q, error);
  lerp_aligned_free(dense);
  return status;
}

static lerp_status build_operator(const source *from, lerp_operator *op, lerp_error *error) {
  const lerp_sparse matrix = matrix_market_view(&from->matrix);
  const double *p = from->rhs, *q = p ? p + from->nx : NULL;
  const double density = (double)matrix.first[matrix.rows] / ((double)matrix.rows * (double)matrix.columns);
  if (from->storage == DENSE || (from->storage != SPARSE && density >= dense_from)) {
    return build_dense(from, p, q, op, error);
  }
  const size_t dimension[LERP_PARTS] = {from->nx, from->n - from->nx};
  return from->affine ? problem_sparse_affine(precision(from), op, dimension, &matrix, from->rhs, error)
                      : problem_sparse_saddle(precision(from), op, &matrix, from->b, p, q, error);
}

static lerp_status build_set(const source *from, lerp_resolvent *resolvent, lerp_error *error) {
  switch (from->set) {
  case SIMPLEX:
    return lerp_resolvent_simplex(resolvent, error);
  case BOX:
    return lerp_resolvent_box(resolvent, -from->radius, from->radius, error);
  case NONNEGATIVE:
    return lerp_resolvent_nonnegative(resolvent, error);
  default:
    return LERP_OK;
  }
}

/* M_ij; columns ascend. */
static double entry_of(const lerp_sparse *m, size_t i, size_t j) {
  size_t low = m->first[i], high = m->first[i + 1];
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (m->column[middle] == j) {
      return m->value[middle];
    }
    if (m->column[middle] < j) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return 0;
}

/* What an affine F is by its entries: DM symmetric, M = shift I + skew, no entry within x or within y. */
static void set_kind(const source *from, lerp_facts *facts) {
  const lerp_sparse m = matrix_market_view(&from->matrix);
  bool crossed = true;
  facts->gradient = facts->shifted_skew = true;
  facts->shift = entry_of(&m, 0, 0);
  for (size_t i = 0; i < m.rows; i++) {
    facts->shifted_skew = facts->shifted_skew && entry_of(&m, i, i) == facts->shift;
    for (size_t k = m.first[i]; k < m.first[i + 1]; k++) {
      const size_t j = m.column[k];
      const double value = m.value[k], mirrored = entry_of(&m, j, i);
      const bool same_part = (i < from->nx) == (j < from->nx);
      facts->gradient = facts->gradient && value == (same_part ? mirrored : -mirrored);
      facts->shifted_skew = facts->shifted_skew && (i == j || value == -mirrored);
      crossed = crossed && (!same_part || value == 0);
    }
  }
  facts->bilinear = facts->gradient && crossed;
  facts->shift = facts->shifted_skew ? facts->shift : 0;
}

/* The matrix of F, n x n row-major. */
static double *jacobian(const source *from) {
  const lerp_sparse m = matrix_market_view(&from->matrix);
  if (from->affine) {
    return write_out(&m);
  }
  const size_t n = from->n;
  double *dense = lerp_aligned_new(n * n);
  if (dense) {
    memset(dense, 0, n * n * sizeof *dense);
  }
  for (size_t i = 0; dense && i < n; i++) {
    dense[i * n + i] = from->b;
    for (size_t k = i < m.rows ? m.first[i] : 0; i < m.rows && k < m.first[i + 1]; k++) {
      const size_t j = m.rows + m.column[k];
      dense[i * n + j] = m.value[k];
      dense[j * n + i] = -m.value[k];
    }
  }
  return dense;
}

/* The middle of what rounding leaves open, and 0 where that is among it. */
static double number_in(const lerp_interval *interval, double unit) {
  const double middle = (interval->lower + interval->upper) / 2, doubt = interval->upper - middle;
  if (interval->lower <= 0 && interval->upper >= 0) {
    return doubt <= 1e-6 * unit ? 0 : NAN;
  }
  return doubt <= 1e-6 * fabs(middle) ? middle : NAN;
}

/* Of F alone. */
static double comonotonicity(const source *from, const lerp_facts *facts) {
  if (facts->shifted_skew && facts->shift >= 0) {
    return facts->shift / (facts->lipschitz * facts->lipschitz);
  }
  double *dense = from->n <= RHO_MAX ? jacobian(from) : NULL;
  lerp_constants constants;
  const bool known = dense && lerp_matrix_constants(from->n, dense, &constants, NULL) == LERP_OK;
  lerp_aligned_free(dense);
  return known ? number_in(&constants.rho, 1 / facts->lipschitz) : NAN;
}

static lerp_status set_facts(const source *from, lerp_facts *facts, lerp_error *error) {
  const lerp_sparse matrix = matrix_market_view(&from->matrix);
  const double norm = spectrum_norm(&matrix);
  *facts = (lerp_facts){.lipschitz = hypot(from->b, norm),
                        .affine = true,
                        .constrained = from->set != NO_SET,
                        .gradient = true,
                        .bilinear = from->b == 0,
                        .shifted_skew = true,
                        .shift = from->b};
  if (isnan(norm)) {
    return out_of_memory(from, error);
  }
  if (facts->lipschitz == 0 || isinf(facts->lipschitz)) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                     "%s: L=%g: entries with a norm above 0 and finite are allowed", from->path,
                     facts->lipschitz);
  }
  if (from->affine) {
    set_kind(from, facts);
  }
  facts->rho = comonotonicity(from, facts);
  if (facts->constrained) { /* a set bends S = A + F, and keeps only that it is monotone */
    facts->rho = facts->rho >= 0 ? 0 : NAN;
  }
  return LERP_OK;
}

static lerp_status read_rhs(source *from, const char *name, lerp_error *error) {
  char path[PATH_MAX];
  matrix_market vector;
  data_path(name, path, sizeof path);
  const lerp_status status = matrix_market_read(path, &vector, error);
  if (status) {
    return status;
  }
  const lerp_sparse view = matrix_market_view(&vector);
  const bool fits = view.rows == from->n && view.columns == 1;
  from->rhs = fits ? write_out(&view) : NULL;
  const lerp_status failed =
      !fits ? lerp_fail(error, LERP_INVALID, SIZE_MAX, "rhs '%s' is %zu x %zu: for '%s' %zu x 1 is allowed",
                        path, view.rows, view.columns, from->path, from->n)
      : from->rhs ? LERP_OK
                  : out_of_memory(from, error);
  matrix_market_free(&vector);
  return failed;
}

/* The dimensions and what they must be. */
static lerp_status set_dimensions(source *from, double nx, lerp_error *error) {
  const size_t rows = from->matrix.rows, columns = from->matrix.columns;
  if (!from->affine) {
    from->nx = rows;
    from->n = rows + columns;
    return isinf(nx) ? LERP_OK
                     : lerp_fail(error, LERP_INVALID, SIZE_MAX,
                                 "nx=%.15g: only kind=affine splits z so; a saddle has the %zu rows in x", nx,
                                 rows);
  }
  if (rows != columns || (isfinite(nx) && nx > (double)rows)) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "%s is %zu x %zu%s: kind=affine allows n x n and nx <= n",
                     from->path, rows, columns, rows == columns ? ", nx larger" : "");
  }
  from->nx = isinf(nx) ? rows : (size_t)nx;
  from->n = rows;
  return from->b == 0 ? LERP_OK
                      : lerp_fail(error, LERP_INVALID, SIZE_MAX,
                                  "b=%.15g: only kind=saddle adds it; here it belongs on the diagonal in %s",
                                  from->b, from->path);
}

/* Reads what *from names and builds it; from->path is filled from `file`. */
static lerp_status build_from(source *from, const char *file, const char *rhs, double nx,
                              lerp_problem *problem, lerp_error *error) {
  data_path(file, from->path, sizeof from->path);
  lerp_status status = matrix_market_read(from->path, &from->matrix, error);
  if (status) {
    return status;
  }
  problem_round(precision(from), from->matrix.value, from->matrix.first[from->matrix.rows]);
  status = set_dimensions(from, nx, error);
  if (status == LERP_OK && strcmp(rhs, no_file) != 0) {
    status = read_rhs(from, rhs, error);
  }
  if (status == LERP_OK) {
    status = set_facts(from, &problem->facts, error);
  }
  if (status == LERP_OK) {
    status = build_operator(from, &problem->op, error);
  }
  if (status == LERP_OK) {
    status = build_set(from, &problem->resolvent, error);
  }
  lerp_aligned_free(from->rhs);
  matrix_market_free(&from->matrix);
  return status;
}

#define STORAGE                                                                                              \
  {                                                                                                          \
    .name = "storage",                                                                                       \
    .meaning = "how the matrix is held; auto: dense from a third of all entries on; f32: likewise, and "     \
               "rounded to single precision, sums in double",                                                \
    .unit = "", .choices = storages                                                                          \
  }

enum { FILE_NAME, KIND, NX, B, RHS, SET, RADIUS, STORED };

static const lerp_parameter parameters[] = {
    {.name = "file",
     .meaning = "Matrix Market file; a name without a slash is also looked up among the data of lerp",
     .unit = "",
     .text = true,
     .initial_text = "grid.mtx"},
    {.name = "kind",
     .meaning = "F(x, y) = (bx + Ay - p, by - A'x - q) with A in the file, or F(z) = Mz - q with M there",
     .unit = "",
     .choices = kinds},
    {.name = "nx",
     .meaning = "affine: the first nx components of z are x, the rest y; inf: all are x",
     .unit = "",
     .initial = INFINITY,
     .maximum = INFINITY,
     .integer = true},
    {.name = "b",
     .meaning = "saddle: curvature of both parts; below 0 the game is not monotone",
     .unit = "",
     .minimum = -INFINITY,
     .maximum = INFINITY,
     .open_minimum = true,
     .open_maximum = true},
    {.name = "rhs",
     .meaning = "Matrix Market file of the vector (p, q), n x 1; none: 0",
     .unit = "",
     .text = true,
     .initial_text = no_file},
    {.name = "set",
     .meaning = "constraint on z: a simplex for each part, the box |z_i| <= radius, or z >= 0",
     .unit = "",
     .choices = sets},
    {.name = "radius",
     .meaning = "of the box",
     .unit = "",
     .initial = 1,
     .open_minimum = true,
     .maximum = INFINITY,
     .open_maximum = true},
    STORAGE,
    {.name = NULL},
};

static lerp_status build(const lerp_family_input *in, lerp_problem *problem, lerp_error *error) {
  source from = {.affine = in->number[KIND] == AFFINE,
                 .b = in->number[B],
                 .storage = (int)in->number[STORED],
                 .set = (int)in->number[SET],
                 .radius = in->number[RADIUS]};
  return build_from(&from, in->text[FILE_NAME], in->text[RHS], in->number[NX], problem, error);
}

const lerp_problem_family problem_matrix = {
    .name = "matrix",
    .summary = "saddle or affine map with the matrix of a Matrix Market file",
    .source = "your file",
    .parameters = parameters,
    .start = "cos",
    .build = build,
};

enum { GAME_FILE, GAME_STORED };

static const lerp_parameter game_parameters[] = {
    {.name = "file",
     .meaning = "Matrix Market file of B; a name without a slash is also looked up among the data of lerp",
     .unit = "",
     .text = true,
     .initial_text = "blotto.mtx"},
    STORAGE,
    {.name = NULL},
};

static lerp_status build_game(const lerp_family_input *in, lerp_problem *problem, lerp_error *error) {
  source from = {.storage = (int)in->number[GAME_STORED], .set = SIMPLEX};
  return build_from(&from, in->text[GAME_FILE], no_file, INFINITY, problem, error);
}

const lerp_problem_family problem_matrix_game = {
    .name = "matrix-game",
    .summary =
        "matrix game of a Matrix Market file: the rows minimize x'By over a simplex, the columns maximize",
    .source = "your file",
    .parameters = game_parameters,
    .start = "ones",
    .simplex = true,
    .build = build_game,
};

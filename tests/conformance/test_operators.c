/* SPDX-License-Identifier: MIT */
/* Every operator against a plain computation of the same F: values, the same bits for every team, linearity
 * of the affine ones, the payoff's differences of the nonlinear one, exact resolvents, refused arguments. */
#include "coordinates.h"
#include "support.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An operator with the plain computation that it must agree with. */
typedef struct member {
  const char *name;
  size_t dimension[LERP_PARTS];
  void (*make)(const struct member *member, lerp_operator *op, lerp_error *error);
  void (*plain)(const struct member *member, const double *z, double *f);
  double offset;
} member;

/* The change of coordinates that its name says, or NULL. */
static const lerp_transform *transform_of(const member *m) {
  static const struct {
    const char *word;
    lerp_transform transform;
  } transforms[] = {{"turned", {.reflections = 3, .shift = 2, .scale = 0.5, .seed = 11}},
                    {"shifted", {.shift = 3, .seed = 12}},
                    {"stretched", {.reflections = 1, .shift = 1, .condition = 100, .seed = 13}}};
  for (size_t i = 0; i < sizeof transforms / sizeof *transforms; i++) {
    if (strstr(m->name, transforms[i].word) != NULL) {
      return &transforms[i].transform;
    }
  }
  return NULL;
}

static lerp_problem problem_of(const member *m) {
  lerp_problem problem = {.facts = {.lipschitz = NAN, .rho = NAN}};
  lerp_error error;
  m->make(m, &problem.op, &error);
  assert_int_equal(problem.op.dimension[0], m->dimension[0]);
  assert_int_equal(problem.op.dimension[1], m->dimension[1]);
  problem.facts.affine = problem.op.affine;
  const lerp_transform *transform = transform_of(m);
  if (transform != NULL) {
    assert_ok(lerp_problem_transform(&problem, transform, &error), &error);
    assert_false(problem.op.local);
  }
  return problem;
}

/* The F of a member, transformed where it is. */
static void plain_values(const member *m, const double *z, double *f) {
  const lerp_transform *transform = transform_of(m);
  if (transform == NULL) {
    m->plain(m, z, f);
    return;
  }
  size_t n = m->dimension[0] + m->dimension[1];
  double *at = test_new(n, sizeof *at);
  memcpy(at, z, n * sizeof *at);
  plain_enter(transform, m->dimension, at);
  m->plain(m, at, f);
  plain_pull_back(transform, m->dimension, f);
  free(at);
}

/* Numbers that stand for stored coefficients. */
static double coefficient(size_t index) {
  return test_random(77000 + index);
}

static double *coefficients(size_t first, size_t count) {
  double *v = test_new(count, sizeof *v);
  for (size_t i = 0; i < count; i++) {
    v[i] = coefficient(first + i);
  }
  return v;
}

/* Local: min_x max_y of the sum of x_i y_i + w_i (psi(x_i) - psi(y_i)). */
static double psi(double t) {
  return t * t / 3 - t * t * t * t / 3 + 2 * pow(t, 6) / 21;
}

static double psi_slope(double t) {
  return 2 * t / 3 - 4 * t * t * t / 3 + 4 * pow(t, 5) / 7;
}

static double payoff(const member *m, const double *z) {
  const size_t pairs = m->dimension[0];
  double *at = test_new(2 * pairs, sizeof *at), sum = 0, scale = 1;
  memcpy(at, z, 2 * pairs * sizeof *at);
  const lerp_transform *transform = transform_of(m);
  if (transform != NULL) {
    plain_enter(transform, m->dimension, at);
    scale = transform->scale == 0 ? 1 : transform->scale;
  }
  for (size_t i = 0; i < pairs; i++) {
    double x = at[i], y = at[pairs + i];
    sum += x * y + coefficient(i) * (psi(x) - psi(y));
  }
  free(at);
  return scale * sum;
}

static void local_pairs(const void *self, size_t begin, size_t length, const double *x, const double *y,
                        double *fx, double *fy) {
  (void)self;
  for (size_t i = 0; i < length; i++) {
    fx[i] = y[i] + coefficient(begin + i) * psi_slope(x[i]);
    fy[i] = -x[i] + coefficient(begin + i) * psi_slope(y[i]);
  }
}

static void make_local(const member *m, lerp_operator *op, lerp_error *error) {
  assert_ok(lerp_operator_local(op, m->dimension[0], local_pairs, NULL, NULL, 16, 20, error), error);
  assert_true(op->local);
  assert_false(op->affine);
}

static void plain_local(const member *m, const double *z, double *f) {
  size_t pairs = m->dimension[0];
  local_pairs(NULL, 0, pairs, z, z + pairs, f, f + pairs);
}

/* Linear games: a and b constant or one per pair, with or without a reflector. */
enum { CONSTANT_A = 3 }; /* in units of 1/4 */

static bool each_a(const member *m) {
  return strstr(m->name, "each") != NULL;
}

static bool each_b(const member *m) {
  return strstr(m->name, "both each") != NULL;
}

static bool reflected(const member *m) {
  return strstr(m->name, "reflected") != NULL;
}

static double a_of(const member *m, size_t i) {
  return each_a(m) ? coefficient(i) : CONSTANT_A / 4.0;
}

static double b_of(const member *m, size_t i) {
  return each_b(m) ? coefficient(5000000 + i) : -0.125;
}

static double reflector_of(size_t i) {
  return 1 / (double)(i + 1);
}

static void make_linear_game(const member *m, lerp_operator *op, lerp_error *error) {
  size_t pairs = m->dimension[0];
  double *a = coefficients(0, pairs), *b = coefficients(5000000, pairs), *u = test_new(pairs, sizeof *u);
  for (size_t i = 0; i < pairs; i++) {
    u[i] = reflector_of(i);
  }
  lerp_linear_game game = {.pairs = pairs,
                           .a = a_of(m, 0),
                           .b = b_of(m, 0),
                           .a_each = each_a(m) ? a : NULL,
                           .b_each = each_b(m) ? b : NULL,
                           .reflector = reflected(m) ? u : NULL,
                           .offset = m->offset};
  assert_ok(lerp_operator_linear_game(op, &game, error), error);
  assert_int_equal(op->local, !reflected(m));
  assert_true(op->affine);
  free(a);
  free(b);
  free(u);
}

/* v - 2 <u, v> / <u, u> u */
static void reflect(const member *m, double *v, size_t count) {
  double dot = 0, square = 0;
  for (size_t i = 0; reflected(m) && i < count; i++) {
    dot += reflector_of(i) * v[i];
    square += reflector_of(i) * reflector_of(i);
  }
  for (size_t i = 0; reflected(m) && i < count; i++) {
    v[i] -= 2 * dot / square * reflector_of(i);
  }
}

/* F_x = b (x - o) + Q a (y - o), F_y = b (y - o) - a Q (x - o); Q stands left of a: a Q S with S in a. */
static void plain_linear_game(const member *m, const double *z, double *f) {
  size_t pairs = m->dimension[0];
  double *x = test_new(pairs, sizeof *x), *ay = test_new(pairs, sizeof *ay);
  for (size_t i = 0; i < pairs; i++) {
    x[i] = z[i] - m->offset;
    ay[i] = a_of(m, i) * (z[pairs + i] - m->offset);
  }
  reflect(m, ay, pairs);
  for (size_t i = 0; i < pairs; i++) {
    f[i] = b_of(m, i) * x[i] + ay[i];
  }
  reflect(m, x, pairs);
  for (size_t i = 0; i < pairs; i++) {
    f[pairs + i] = b_of(m, i) * (z[pairs + i] - m->offset) - a_of(m, i) * x[i];
  }
  free(x);
  free(ay);
}

/* An entry of a matrix, as it is held. */
static bool single(const member *m) {
  return strstr(m->name, "single") != NULL;
}

static double held(const member *m, double value) {
  return single(m) ? (float)value : value;
}

/* Dense saddle, its rows further apart than its columns. */
enum { GAP = 5 };

static double matrix_of(const member *m, size_t row, size_t column) {
  return held(m, coefficient(row * (m->dimension[1] + GAP) + column));
}

static bool has_constants(const member *m) {
  return strstr(m->name, "constants") != NULL;
}

static double saddle_b(const member *m) {
  return has_constants(m) ? 0.25 : 0;
}

static void make_dense_saddle(const member *m, lerp_operator *op, lerp_error *error) {
  size_t rows = m->dimension[0], columns = m->dimension[1];
  double *matrix = coefficients(0, rows * (columns + GAP));
  double *p = coefficients(8000000, rows), *q = coefficients(9000000, columns);
  for (size_t row = 0; row < rows; row++) {
    matrix[row * (columns + GAP) + columns] = NAN; /* between the rows: not to be used */
  }
  assert_ok((single(m) ? lerp_operator_dense_saddle_single : lerp_operator_dense_saddle)(
                op, rows, columns, matrix, columns + GAP, saddle_b(m), has_constants(m) ? p : NULL,
                has_constants(m) ? q : NULL, error),
            error);
  assert_false(op->local);
  assert_true(op->affine);
  free(matrix);
  free(p);
  free(q);
}

/* F = (b x + A y - p, b y - A'x - q) with the entries of A from a function. */
static void plain_saddle(const member *m, double (*entry)(const member *m, size_t row, size_t column),
                         const double *z, double *f) {
  size_t rows = m->dimension[0], columns = m->dimension[1];
  for (size_t i = 0; i < rows + columns; i++) {
    size_t constant = i < rows ? 8000000 + i : 9000000 + i - rows;
    f[i] = saddle_b(m) * z[i] - (has_constants(m) ? coefficient(constant) : 0);
  }
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < columns; j++) {
      f[i] += entry(m, i, j) * z[rows + j];
      f[rows + j] -= entry(m, i, j) * z[i];
    }
  }
}

static void plain_dense_saddle(const member *m, const double *z, double *f) {
  plain_saddle(m, matrix_of, z, f);
}

/* Affine: M with a dominant diagonal, so that I + gamma M is far from singular. */
static double affine_of(size_t n, size_t row, size_t column) {
  return coefficient(row * n + column) / sqrt((double)n) + (row == column ? 2 : 0);
}

static void make_affine(const member *m, lerp_operator *op, lerp_error *error) {
  size_t n = m->dimension[0] + m->dimension[1];
  double *matrix = test_new(n * n, sizeof *matrix), *q = coefficients(9000000, n);
  for (size_t i = 0; i < n * n; i++) {
    matrix[i] = affine_of(n, i / n, i % n);
  }
  assert_ok((single(m) ? lerp_operator_affine_single
                       : lerp_operator_affine)(op, m->dimension, matrix, has_constants(m) ? q : NULL, error),
            error);
  assert_true(op->affine);
  free(matrix);
  free(q);
}

static void plain_affine(const member *m, const double *z, double *f) {
  size_t n = m->dimension[0] + m->dimension[1];
  for (size_t i = 0; i < n; i++) {
    f[i] = has_constants(m) ? -coefficient(9000000 + i) : 0;
    for (size_t j = 0; j < n; j++) {
      f[i] += held(m, affine_of(n, i, j)) * z[j];
    }
  }
}

/* Sparse: every fourth row and every fifth column are empty, one row is full, every other entry is stored twice in
 * halves, and columns descend. */
static double sparse_of(const member *m, size_t row, size_t column) {
  size_t full = m->dimension[0] / 2;
  bool stored = row % 4 != 3 && column % 5 != 4 && (7 * row + 3 * column) % 11 == 0;
  return stored || row == full ? held(m, coefficient(row * 4000 + column)) : 0;
}

/* A band with holes: rows of up to 41 entries between their first and their last column. */
static double band_of(const member *m, size_t row, size_t column) {
  bool stored = row <= column + 20 && column <= row + 20 && (row + 2 * column) % 7 != 0;
  return stored ? held(m, coefficient(row * 4000 + column)) : 0;
}

/* One entry in a row, anywhere. */
static double scattered_of(const member *m, size_t row, size_t column) {
  return column == (31 * row + 5) % m->dimension[1] ? held(m, coefficient(row * 4000 + column)) : 0;
}

typedef struct sparse {
  size_t *first;
  uint32_t *column;
  double *value;
} sparse;

static lerp_sparse sparse_new(const member *m, double (*entry)(const member *m, size_t row, size_t column),
                              size_t rows, size_t columns, sparse *s) {
  *s = (sparse){test_new(rows + 1, sizeof *s->first), test_new(2 * rows * columns, sizeof *s->column),
                test_new(2 * rows * columns, sizeof *s->value)};
  for (size_t row = 0; row < rows; row++) {
    size_t k = s->first[row];
    for (size_t column = columns; column-- > 0;) {
      double value = entry(m, row, column);
      size_t copies = value == 0 ? 0 : 1 + column % 2;
      for (size_t copy = 0; copy < copies; copy++, k++) {
        s->column[k] = (uint32_t)column;
        s->value[k] = value / (double)copies;
      }
    }
    s->first[row + 1] = k;
  }
  return (lerp_sparse){rows, columns, s->first, s->column, s->value};
}

static void sparse_free(sparse *s) {
  free(s->first);
  free(s->column);
  free(s->value);
}

static bool has_lapack(void) {
  return (lerp_capabilities() & LERP_HAS_LAPACK) != 0;
}

/* Bytes that an evaluation reads for every entry tell how A is held: 24 for A and A', 12 for entries once, 8 for each place
 * of a profile, where two halves of an entry are one; 16, 8 and 4 in single precision; and for every row and column some
 * more. */
static void make_saddle_of(const member *m, double (*entry)(const member *m, size_t row, size_t column),
                           double least, double most, lerp_operator *op, lerp_error *error) {
  size_t rows = m->dimension[0], columns = m->dimension[1];
  double *p = coefficients(8000000, rows), *q = coefficients(9000000, columns);
  sparse s;
  const lerp_sparse matrix = sparse_new(m, entry, rows, columns, &s);
  assert_ok((single(m) ? lerp_operator_sparse_saddle_single : lerp_operator_sparse_saddle)(
                op, &matrix, saddle_b(m), has_constants(m) ? p : NULL, has_constants(m) ? q : NULL, error),
            error);
  assert_false(op->local);
  assert_true(op->affine);
  assert_int_equal(op->resolve != NULL, has_lapack() && rows + columns <= LERP_SPARSE_RESOLVENT_MAX);
  assert_true(op->bytes >= least * (double)s.first[rows] && op->bytes <= most * (double)s.first[rows]);
  sparse_free(&s);
  free(p);
  free(q);
}

static void make_sparse_saddle(const member *m, lerp_operator *op, lerp_error *error) {
  make_saddle_of(m, sparse_of, single(m) ? 8 : 12, INFINITY, op, error);
}

static void plain_sparse_saddle(const member *m, const double *z, double *f) {
  plain_saddle(m, sparse_of, z, f);
}

static void make_band_saddle(const member *m, lerp_operator *op, lerp_error *error) {
  make_saddle_of(m, band_of, single(m) ? 3 : 6, single(m) ? 8 : 12, op, error);
}

static void plain_band_saddle(const member *m, const double *z, double *f) {
  plain_saddle(m, band_of, z, f);
}

static void make_scattered_saddle(const member *m, lerp_operator *op, lerp_error *error) {
  make_saddle_of(m, scattered_of, single(m) ? 16 : 24, 100, op, error);
}

static void plain_scattered_saddle(const member *m, const double *z, double *f) {
  plain_saddle(m, scattered_of, z, f);
}

static void make_sparse_affine(const member *m, lerp_operator *op, lerp_error *error) {
  size_t n = m->dimension[0] + m->dimension[1];
  double *q = coefficients(9000000, n);
  sparse s;
  const lerp_sparse matrix = sparse_new(m, sparse_of, n, n, &s);
  assert_ok((single(m) ? lerp_operator_sparse_affine_single : lerp_operator_sparse_affine)(
                op, m->dimension, &matrix, has_constants(m) ? q : NULL, error),
            error);
  assert_false(op->local);
  assert_true(op->affine);
  sparse_free(&s);
  free(q);
}

static void plain_sparse_affine(const member *m, const double *z, double *f) {
  size_t n = m->dimension[0] + m->dimension[1];
  for (size_t i = 0; i < n; i++) {
    f[i] = has_constants(m) ? -coefficient(9000000 + i) : 0;
    for (size_t j = 0; j < n; j++) {
      f[i] += sparse_of(m, i, j) * z[j];
    }
  }
}

/* Callback: every component depends on its neighbour, in the other part at the ends. */
static size_t callback_dimension[LERP_PARTS];

static int callback(void *self, const double *x, const double *y, double *fx, double *fy) {
  const size_t *dimension = self;
  for (size_t i = 0; i < dimension[0]; i++) {
    fx[i] = sin(x[i]) + (i + 1 < dimension[0] ? x[i + 1] : y[0]);
  }
  for (size_t i = 0; i < dimension[1]; i++) {
    fy[i] = y[i] * y[i] - (i + 1 < dimension[1] ? y[i + 1] : x[0]);
  }
  return 0;
}

static void make_callback(const member *m, lerp_operator *op, lerp_error *error) {
  memcpy(callback_dimension, m->dimension, sizeof callback_dimension);
  assert_ok(lerp_operator_callback(op, m->dimension, callback, callback_dimension, NULL, error), error);
  assert_false(op->local);
}

static void plain_callback(const member *m, const double *z, double *f) {
  callback((void *)(uintptr_t)m->dimension, z, z + m->dimension[0], f, f + m->dimension[0]);
}

/* Finite sum: F_i is the rank-one coupling of the directions u_i and v_i, bent. */
enum { TERMS = 53 };

static double direction(size_t i, size_t component) {
  return coefficient(31 * i + 17 * component);
}

static int summand(void *self, size_t i, const double *x, const double *y, double *fx, double *fy) {
  const size_t *dimension = self;
  double ux = 0, uy = 0;
  for (size_t j = 0; j < dimension[0]; j++) {
    ux += direction(i, j) * x[j];
  }
  for (size_t j = 0; j < dimension[1]; j++) {
    uy += direction(i, j) * y[j];
  }
  for (size_t j = 0; j < dimension[0]; j++) {
    fx[j] += direction(i, j) * uy;
  }
  for (size_t j = 0; j < dimension[1]; j++) {
    fy[j] -= direction(i, j) * sin(ux);
  }
  return 0;
}

static void *copied_dimension(const member *m) {
  size_t *copy = test_new(LERP_PARTS, sizeof *copy);
  memcpy(copy, m->dimension, LERP_PARTS * sizeof *copy);
  return copy;
}

static void make_sum(const member *m, size_t terms, size_t batch, uint64_t seed, lerp_operator *op,
                     lerp_error *error) {
  assert_ok(lerp_operator_finite_sum(op, m->dimension, terms, summand, copied_dimension(m), free, batch, seed,
                                     error),
            error);
  assert_int_equal(op->stochastic, batch > 0);
}

static void make_finite_sum(const member *m, lerp_operator *op, lerp_error *error) {
  make_sum(m, TERMS, 0, 0, op, error);
}

/* The mean of these terms. */
static void plain_sum(const member *m, const size_t *term, size_t count, const double *z, double *f) {
  size_t n = m->dimension[0] + m->dimension[1];
  memset(f, 0, n * sizeof *f);
  for (size_t j = 0; j < count; j++) {
    summand((void *)(uintptr_t)m->dimension, term[j], z, z + m->dimension[0], f, f + m->dimension[0]);
  }
  for (size_t i = 0; i < n; i++) {
    f[i] /= (double)count;
  }
}

static void plain_finite_sum(const member *m, const double *z, double *f) {
  size_t all[TERMS];
  for (size_t i = 0; i < TERMS; i++) {
    all[i] = i;
  }
  plain_sum(m, all, TERMS, z, f);
}

/* Image gradient: "image gradient, WIDTH x HEIGHT x IMAGES". */
typedef struct shape {
  size_t width, height, images;
} shape;

static shape shape_of(const member *m) {
  shape s;
  assert_int_equal(sscanf(m->name, "image gradient, %zu x %zu x %zu", &s.width, &s.height, &s.images), 3);
  return s;
}

static void make_image_gradient(const member *m, lerp_operator *op, lerp_error *error) {
  shape s = shape_of(m);
  assert_ok(lerp_operator_image_gradient(op, s.width, s.height, s.images, error), error);
  assert_false(op->local);
  assert_true(op->affine);
}

/* Every difference u[to] - u[from] scatters its p. */
static void plain_difference(const double *u, const double *p, size_t from, size_t to, double *fx,
                             double *fy) {
  *fy = -(u[to] - u[from]);
  fx[to] += *p;
  fx[from] -= *p;
}

static void plain_image_gradient(const member *m, const double *z, double *f) {
  shape s = shape_of(m);
  const double *p = z + m->dimension[0];
  double *fy = f + m->dimension[0];
  memset(f, 0, (m->dimension[0] + m->dimension[1]) * sizeof *f);
  for (size_t image = 0; image < s.images; image++) {
    for (size_t row = 0; row < s.height; row++) {
      for (size_t column = 0; column < s.width; column++) {
        size_t i = (image * s.height + row) * s.width + column;
        if (column + 1 < s.width) {
          plain_difference(z, &p[2 * i], i, i + 1, f, &fy[2 * i]);
        }
        if (row + 1 < s.height) {
          plain_difference(z, &p[2 * i + 1], i, i + s.width, f, &fy[2 * i + 1]);
        }
      }
    }
  }
}

/* A pointwise term on top of a linear game: (-1)^part w_i z / sqrt(1 + z^2). */
static void pointwise(const void *self, int part, size_t begin, size_t length, const double *z, double *f) {
  (void)self;
  for (size_t i = 0; i < length; i++) {
    double w = coefficient(begin + i);
    f[i] += (part == 0 ? w : -w) * z[i] / sqrt(1 + z[i] * z[i]);
  }
}

static void make_pointwise(const member *m, lerp_operator *op, lerp_error *error) {
  make_linear_game(m, op, error);
  double flops = op->flops;
  assert_ok(lerp_operator_pointwise(op, pointwise, NULL, NULL, 8, 5, error), error);
  assert_false(op->affine);
  assert_null(op->resolve);
  assert_int_equal(op->local, !reflected(m));
  assert_close(op->flops, flops + 10 * (double)m->dimension[0], 0, 0);
}

static void plain_pointwise(const member *m, const double *z, double *f) {
  size_t pairs = m->dimension[0];
  plain_linear_game(m, z, f);
  pointwise(NULL, 0, 0, pairs, z, f);
  pointwise(NULL, 1, 0, pairs, z + pairs, f + pairs);
}

static const member members[] = {
    {"local", {1300, 1300}, make_local, plain_local, 0},
    {"local, one pair", {1, 1}, make_local, plain_local, 0},
    {"linear game", {1537, 1537}, make_linear_game, plain_linear_game, 0.9},
    {"linear game, a each", {700, 700}, make_linear_game, plain_linear_game, 0},
    {"linear game, both each", {2050, 2050}, make_linear_game, plain_linear_game, -0.3},
    {"linear game, one pair", {1, 1}, make_linear_game, plain_linear_game, 0.5},
    {"linear game, reflected", {1537, 1537}, make_linear_game, plain_linear_game, 0.9},
    {"linear game, a each, reflected", {700, 700}, make_linear_game, plain_linear_game, -0.3},
    {"linear game, one pair, reflected", {1, 1}, make_linear_game, plain_linear_game, 0},
    {"dense saddle", {517, 1030}, make_dense_saddle, plain_dense_saddle, 0},
    {"dense saddle with constants", {1030, 519}, make_dense_saddle, plain_dense_saddle, 0},
    {"dense saddle, square, with constants", {24, 24}, make_dense_saddle, plain_dense_saddle, 0},
    {"dense saddle, one row, with constants", {1, 13}, make_dense_saddle, plain_dense_saddle, 0},
    {"dense saddle, one column, with constants", {13, 1}, make_dense_saddle, plain_dense_saddle, 0},
    {"dense saddle, long rows", {45, 2048}, make_dense_saddle, plain_dense_saddle, 0},
    {"dense saddle, single, with constants", {133, 77}, make_dense_saddle, plain_dense_saddle, 0},
    {"dense saddle, single, long rows", {45, 1024}, make_dense_saddle, plain_dense_saddle, 0},
    {"dense saddle, single, one row", {1, 13}, make_dense_saddle, plain_dense_saddle, 0},
    {"affine", {130, 37}, make_affine, plain_affine, 0},
    {"affine, single, with constants", {37, 130}, make_affine, plain_affine, 0},
    {"affine, single, long rows", {1024, 5}, make_affine, plain_affine, 0},
    {"affine with constants", {37, 530}, make_affine, plain_affine, 0},
    {"affine with constants, x only", {9, 0}, make_affine, plain_affine, 0},
    {"sparse saddle", {517, 1030}, make_sparse_saddle, plain_sparse_saddle, 0},
    {"sparse saddle with constants", {1500, 519}, make_sparse_saddle, plain_sparse_saddle, 0},
    {"sparse saddle, few, with constants", {24, 31}, make_sparse_saddle, plain_sparse_saddle, 0},
    {"sparse saddle, one row, with constants", {1, 13}, make_sparse_saddle, plain_sparse_saddle, 0},
    {"sparse saddle, one column, with constants", {13, 1}, make_sparse_saddle, plain_sparse_saddle, 0},
    {"sparse saddle, a band", {1500, 1470}, make_band_saddle, plain_band_saddle, 0},
    {"sparse saddle, a band with constants", {1030, 1500}, make_band_saddle, plain_band_saddle, 0},
    {"sparse saddle, a short band", {30, 24}, make_band_saddle, plain_band_saddle, 0},
    {"sparse saddle, single, with constants", {517, 1030}, make_sparse_saddle, plain_sparse_saddle, 0},
    {"sparse saddle, single, a band with constants", {1030, 1500}, make_band_saddle, plain_band_saddle, 0},
    {"sparse saddle, single, scattered", {1000, 1030}, make_scattered_saddle, plain_scattered_saddle, 0},
    {"sparse saddle, scattered", {1000, 1030}, make_scattered_saddle, plain_scattered_saddle, 0},
    {"sparse saddle, scattered, with constants",
     {700, 1900},
     make_scattered_saddle,
     plain_scattered_saddle,
     0},
    {"sparse affine", {700, 530}, make_sparse_affine, plain_sparse_affine, 0},
    {"sparse affine with constants", {37, 530}, make_sparse_affine, plain_sparse_affine, 0},
    {"sparse affine, single, with constants", {37, 530}, make_sparse_affine, plain_sparse_affine, 0},
    {"sparse affine with constants, few", {30, 17}, make_sparse_affine, plain_sparse_affine, 0},
    {"sparse affine with constants, y only", {0, 1100}, make_sparse_affine, plain_sparse_affine, 0},
    {"image gradient, 37 x 29 x 1", {1073, 2146}, make_image_gradient, plain_image_gradient, 0},
    {"image gradient, 13 x 50 x 3", {1950, 3900}, make_image_gradient, plain_image_gradient, 0},
    {"image gradient, 700 x 3 x 2", {4200, 8400}, make_image_gradient, plain_image_gradient, 0},
    {"image gradient, 256 x 4 x 1", {1024, 2048}, make_image_gradient, plain_image_gradient, 0},
    {"image gradient, 1 x 900 x 1", {900, 1800}, make_image_gradient, plain_image_gradient, 0},
    {"image gradient, 2 x 1 x 1", {2, 4}, make_image_gradient, plain_image_gradient, 0},
    {"pointwise on a game", {1537, 1537}, make_pointwise, plain_pointwise, 0},
    {"pointwise on a game, reflected", {700, 700}, make_pointwise, plain_pointwise, 0},
    {"callback", {600, 1030}, make_callback, plain_callback, 0},
    {"callback, few", {2, 1}, make_callback, plain_callback, 0},
    {"finite sum", {530, 40}, make_finite_sum, plain_finite_sum, 0},
    {"finite sum, y only", {0, 3}, make_finite_sum, plain_finite_sum, 0},
    {"turned local", {1300, 1300}, make_local, plain_local, 0},
    {"turned linear game, one pair", {1, 1}, make_linear_game, plain_linear_game, 0.5},
    {"turned linear game, both each", {2050, 2050}, make_linear_game, plain_linear_game, -0.3},
    {"turned linear game, a each, reflected", {700, 700}, make_linear_game, plain_linear_game, 0},
    {"turned dense saddle with constants", {517, 1030}, make_dense_saddle, plain_dense_saddle, 0},
    {"turned affine with constants, x only", {9, 0}, make_affine, plain_affine, 0},
    {"shifted linear game", {1537, 1537}, make_linear_game, plain_linear_game, 0.9},
    {"shifted sparse affine", {700, 530}, make_sparse_affine, plain_sparse_affine, 0},
    {"shifted callback", {600, 1030}, make_callback, plain_callback, 0},
    {"stretched local", {600, 600}, make_local, plain_local, 0},
    {"stretched affine", {130, 37}, make_affine, plain_affine, 0},
};
enum { MEMBERS = sizeof members / sizeof *members };

static const int teams[] = {1, 2, 3, 4, 7};
enum { TEAMS = sizeof teams / sizeof *teams };

static double *vector_of(const member *m, uint64_t seed) {
  size_t n = m->dimension[0] + m->dimension[1];
  double *v = test_new(n, sizeof *v);
  random_vector(seed, 1.5, v, n);
  return v;
}

/* The values on every instruction-set level that runs here: the same bits where it has a fused multiply-add. */
static void check_levels(const lerp_problem *problem, const double *z, const double *f, size_t n) {
  static const char variable[] = "LERP_ISA";
  double *other = test_new(n, sizeof *other);
  for (const char *const *level = lerp_isa_levels(); *level != NULL; level++) {
    setenv(variable, *level, 1);
    if (lerp_isa_runs(*level)) {
      apply_operator(problem, 2, z, other);
    }
    unsetenv(variable);
    if (lerp_isa_runs(*level) && strcmp(*level, "x86-64-v2") != 0) {
      assert_same_bits(other, f, n);
    } else if (lerp_isa_runs(*level)) {
      assert_close(distance_of(other, f, n), 0, 1e-14 * sqrt((double)n) * (norm_of(f, n) + norm_of(z, n)), 0);
    }
  }
  free(other);
}

static void test_values(void **state) {
  const member *m = *state;
  size_t n = m->dimension[0] + m->dimension[1];
  lerp_problem problem = problem_of(m);
  double *z = vector_of(m, 1), *plain = vector_of(m, 2), *first = vector_of(m, 3), *other = vector_of(m, 4);
  plain_values(m, z, plain);
  apply_operator(&problem, 1, z, first);
  double allowed = 1e-15 * norm_of(z, n) * sqrt((double)n) + 1e-14;
  for (size_t i = 0; i < n; i++) {
    assert_close(first[i], plain[i], allowed, 1e-13);
  }
  for (int t = 1; t < TEAMS; t++) {
    apply_operator(&problem, teams[t], z, other);
    assert_same_bits(other, first, n);
  }
  apply_operator_by_parts(&problem, 3, z, other);
  assert_same_bits(other, first, n);
  check_levels(&problem, z, first, n);
  free(z);
  free(plain);
  free(first);
  free(other);
  lerp_problem_fini(&problem);
}

/* F is emitted where A is separable, and stored where A is not or z is small: written by `fill`, or copied. */
static void test_stored(void **state) {
  const member *m = *state;
  size_t n = m->dimension[0] + m->dimension[1];
  lerp_problem problem = problem_of(m);
  double *z = vector_of(m, 5), *expected = vector_of(m, 6), *f = vector_of(m, 7);
  apply_operator(&problem, 1, z, expected);
  lerp_error error;
  assert_ok(lerp_resolvent_l2_ball(&problem.resolvent, 1e6, &error), &error);
  problem.facts.constrained = true;
  for (int threads = 1; threads <= 3; threads += 2) {
    apply_operator(&problem, threads, z, f);
    assert_same_bits(f, expected, n);
  }
  problem.op.fill = NULL;
  apply_operator(&problem, 2, z, f);
  assert_same_bits(f, expected, n);
  free(z);
  free(expected);
  free(f);
  lerp_problem_fini(&problem);
}

/* An operator that makes F and the next iterate in one pass leaves the bits of two. */
static void test_one_pass(void **state) {
  const member *m = *state;
  size_t n = m->dimension[0] + m->dimension[1];
  lerp_problem problem = problem_of(m);
  double *one = test_new(n, sizeof *one), *two = test_new(n, sizeof *two);
  for (int part = 0; part < LERP_PARTS; part++) {
    problem.start[part] = lerp_aligned_new(m->dimension[part]);
    random_vector((uint64_t)part, 1.5, problem.start[part], m->dimension[part]);
  }
  lerp_method_instance *method = make_method(&problem.facts, "rapp:gamma=0.01:inner=3:lambda=0.7");
  assert_non_null(problem.op.advance);
  problem.op.chain = NULL;
  iterate_of(&problem, method, 5, NULL, one);
  problem.op.advance = NULL;
  iterate_of(&problem, method, 5, NULL, two);
  assert_same_bits(one, two, n);
  assert_true(distance_of(one, problem.start[0], m->dimension[0]) > 0);
  lerp_method_free(method);
  free(one);
  free(two);
  lerp_problem_fini(&problem);
}

/* A small game with random coefficients in a box, or without one. */
static lerp_problem small_saddle(size_t rows, size_t columns, bool single, bool constants, bool box) {
  double *values = coefficients(0, rows * columns), *p = coefficients(500, rows),
         *q = coefficients(600, columns);
  lerp_problem problem = {.facts = {.lipschitz = 1, .constrained = box}};
  lerp_error error;
  assert_ok((single ? lerp_operator_dense_saddle_single : lerp_operator_dense_saddle)(
                &problem.op, rows, columns, values, columns, constants ? 0.25 : 0, constants ? p : NULL,
                constants ? q : NULL, &error),
            &error);
  if (box) { /* without 0, which is behind the components in registers */
    assert_ok(lerp_resolvent_box(&problem.resolvent, 0.125, 0.75, &error), &error);
  }
  for (int part = 0; part < LERP_PARTS; part++) {
    const size_t length = problem.op.dimension[part];
    problem.start[part] = lerp_aligned_new(length);
    random_vector((uint64_t)part, 0.25, problem.start[part], length);
    for (size_t i = 0; i < length; i++) {
      problem.start[part][i] += 0.4375; /* inside, so that no solve is over at once */
    }
  }
  free(values);
  free(p);
  free(q);
  return problem;
}

/* Whole chains, single steps and F of small games in registers have the bits of F emitted by blocks. */
static void check_small_saddle(lerp_problem *problem) {
  const size_t n = problem->op.dimension[0] + problem->op.dimension[1];
  double *emitted = test_new(n, sizeof *emitted), *made = test_new(n, sizeof *made);
  const lerp_operator op = problem->op;
  lerp_method_instance *method = make_method(&problem->facts, "eg+:gamma=0.1:alpha=0.7");
  lerp_settings checked = settings_for(5);
  checked.check = true;
  problem->op.chain = NULL;
  problem->op.advance = NULL;
  problem->op.fill = NULL;
  iterate_of(problem, method, 5, NULL, emitted);
  problem->op.fill = op.fill;
  iterate_of(problem, method, 5, NULL, made);
  assert_same_bits(made, emitted, n);
  problem->op.advance = op.advance;
  iterate_of(problem, method, 5, NULL, made);
  assert_same_bits(made, emitted, n);
  problem->op.chain = op.chain;
  iterate_of(problem, method, 5, NULL, made);
  assert_same_bits(made, emitted, n);
  iterate_of(problem, method, 5, &checked, made);
  assert_same_bits(made, emitted, n);
  lerp_method_free(method);
  free(emitted);
  free(made);
}

/* F pushes both components to their bound, 1; numbers without p and q would go from there to infinity. */
static void test_alone_in_registers(void **state) {
  (void)state;
  const double a = 1, p = -100, q = -100;
  lerp_problem problem = {.facts = {.lipschitz = 1, .constrained = true}};
  lerp_error error;
  assert_ok(lerp_operator_dense_saddle(&problem.op, 1, 1, &a, 1, -1, &p, &q, &error), &error);
  assert_ok(lerp_resolvent_box(&problem.resolvent, 1, INFINITY, &error), &error);
  lerp_method_instance *method = make_method(&problem.facts, "gda:gamma=4");
  double z[2];
  iterate_of(&problem, method, 1000, NULL, z);
  assert_close(z[0], 1, 0, 0);
  assert_close(z[1], 1, 0, 0);
  lerp_method_free(method);
  lerp_problem_fini(&problem);
}

static void test_small_saddles(void **state) {
  (void)state;
  for (size_t rows = 1; rows <= 17; rows++) {
    for (size_t columns = 1; columns <= 17; columns++) {
      for (int kind = 0; kind < 4; kind++) {
        lerp_problem problem = small_saddle(rows, columns, kind & 1, (rows + columns) % 2, kind & 2);
        check_small_saddle(&problem);
        lerp_problem_fini(&problem);
      }
    }
  }
}

/* A chain of forward steps, written plainly: from w = z, w <- z - gamma F w, and last z <- z - last F w. */
static void plain_chain(const lerp_problem *problem, const lerp_chain *chain, uint64_t steps, double *z) {
  size_t n = problem->op.dimension[0] + problem->op.dimension[1];
  double *w = test_new(n, sizeof *w), *f = test_new(n, sizeof *f);
  for (; steps > 0; steps--) {
    memcpy(w, z, n * sizeof *w);
    for (uint64_t i = 0; i <= chain->inner; i++) {
      apply_operator(problem, 1, w, f);
      for (size_t j = 0; j < n; j++) {
        w[j] = z[j] - (i < chain->inner ? chain->gamma : chain->last) * f[j];
      }
    }
    memcpy(z, w, n * sizeof *z);
  }
  free(w);
  free(f);
}

static const char *chains[] = {"gda:gamma=0.3", "eg:gamma=0.3", "eg+:gamma=0.4:alpha=0.6",
                               "rapp:gamma=0.3:inner=4:lambda=0.7"};
enum { CHAINS = sizeof chains / sizeof *chains };

/* Many iterations in one go are those of the plain chain, and the same bits for every team and one by one. */
static void test_chain(void **state) {
  const member *m = *state;
  size_t n = m->dimension[0] + m->dimension[1];
  lerp_problem problem = problem_of(m);
  double *plain = test_new(n, sizeof *plain), *many = test_new(n, sizeof *many);
  double *other = test_new(n, sizeof *other), *start = vector_of(m, 8);
  for (int part = 0, at = 0; part < LERP_PARTS; part++) {
    problem.start[part] = lerp_aligned_new(m->dimension[part]);
    memcpy(problem.start[part], start + at, m->dimension[part] * sizeof *start);
    at += (int)m->dimension[part];
  }
  for (int c = 0; c < CHAINS; c++) {
    lerp_method_instance *method = make_method(&problem.facts, "%s", chains[c]);
    lerp_chain chain;
    assert_non_null(problem.op.chain);
    assert_true(method->method->chain(method, &chain));
    memcpy(plain, start, n * sizeof *plain);
    plain_chain(&problem, &chain, 7, plain);
    iterate_of(&problem, method, 7, NULL, many);
    for (size_t i = 0; i < n; i++) {
      assert_close(many[i], plain[i], 1e-12 * (1 + norm_of(plain, n)), 0);
    }
    lerp_settings settings = settings_for(7);
    settings.threads = team_of(3);
    iterate_of(&problem, method, 7, &settings, other);
    assert_same_bits(other, many, n);
    settings.check = true;
    settings.relative_tolerance = 0;
    iterate_of(&problem, method, 7, &settings, other);
    assert_same_bits(other, many, n);
    lerp_method_free(method);
  }
  free(plain);
  free(many);
  free(other);
  free(start);
  lerp_problem_fini(&problem);
}

/* Iterates that lie beyond the caches are written past them where they go to another vector, as checks want it. */
static void test_far(void **state) {
  (void)state;
  enum { PAIRS = (1 << 21) + 21 };
  const lerp_linear_game game = {.pairs = PAIRS, .a = 0.9, .b = 0.1};
  lerp_problem problem = {.facts = {.lipschitz = 1, .rho = 0.1}};
  lerp_error error;
  assert_ok(lerp_operator_linear_game(&problem.op, &game, &error), &error);
  for (int part = 0; part < LERP_PARTS; part++) {
    problem.start[part] = lerp_aligned_new(PAIRS);
    random_vector((uint64_t)part, 1, problem.start[part], PAIRS);
  }
  lerp_method_instance *method = make_method(&problem.facts, "eg");
  double *near = test_new(2 * PAIRS, sizeof *near), *far = test_new(2 * PAIRS, sizeof *far);
  iterate_of(&problem, method, 2, NULL, near);
  lerp_settings settings = settings_for(2);
  settings.check = true;
  settings.threads = team_of(2);
  iterate_of(&problem, method, 2, &settings, far);
  assert_same_bits(far, near, 2 * PAIRS);
  lerp_method_free(method);
  free(near);
  free(far);
  lerp_problem_fini(&problem);
}

/* F(z + w) - F(z) = F(w) - F(0) and F(3 z) - F(0) = 3 (F(z) - F(0)), to rounding. */
static void test_linearity(void **state) {
  const member *m = *state;
  size_t n = m->dimension[0] + m->dimension[1];
  lerp_problem problem = problem_of(m);
  double *point[5], *value[5];
  for (int i = 0; i < 5; i++) {
    point[i] = vector_of(m, 10 + (uint64_t)i);
    value[i] = test_new(n, sizeof *value[i]);
  }
  for (size_t i = 0; i < n; i++) {
    point[2][i] = point[0][i] + point[1][i];
    point[3][i] = 0;
    point[4][i] = 3 * point[0][i];
  }
  for (int i = 0; i < 5; i++) {
    apply_operator(&problem, 2, point[i], value[i]);
  }
  double allowed = 1e-14 * sqrt((double)n) * (norm_of(value[2], n) + norm_of(value[3], n) + 1);
  for (size_t i = 0; i < n; i++) {
    assert_close(value[2][i] - value[0][i], value[1][i] - value[3][i], allowed, 0);
    assert_close(value[4][i] - value[3][i], 3 * (value[0][i] - value[3][i]), allowed, 0);
  }
  for (int i = 0; i < 5; i++) {
    free(point[i]);
    free(value[i]);
  }
  lerp_problem_fini(&problem);
}

/* <A y, x> = <y, A^T x>, from F(0, y) = (A y, 0) and F(x, 0) = (0, -A^T x). */
static void test_adjoint(void **state) {
  const member *m = *state;
  size_t rows = m->dimension[0], columns = m->dimension[1], n = rows + columns;
  lerp_problem problem = problem_of(m);
  double *at = vector_of(m, 20), *z = test_new(n, sizeof *z), *forward = test_new(n, sizeof *forward);
  double *back = test_new(n, sizeof *back);
  memcpy(z + rows, at + rows, columns * sizeof *z);
  apply_operator(&problem, 3, z, forward);
  memset(z, 0, n * sizeof *z);
  memcpy(z, at, rows * sizeof *z);
  apply_operator(&problem, 3, z, back);
  double left = product_of(forward, at, rows), right = -product_of(back + rows, at + rows, columns);
  assert_true(fabs(left) > 1e-3);
  assert_close(left, right, 1e-15 * norm_of(forward, rows) * norm_of(at, rows) * 10, 0);
  assert_close(norm_of(forward + rows, columns), 0, 0, 0);
  assert_close(norm_of(back, rows), 0, 0, 0);
  free(at);
  free(z);
  free(forward);
  free(back);
  lerp_problem_fini(&problem);
}

/* F = (grad_x, -grad_y) of the payoff, by central differences in a random direction. */
static void test_payoff(void **state) {
  const member *m = *state;
  size_t pairs = m->dimension[0], n = 2 * pairs;
  lerp_problem problem = problem_of(m);
  double *z = vector_of(m, 30), *f = vector_of(m, 31);
  apply_operator(&problem, 2, z, f);
  const double h = 1e-5;
  for (size_t i = 0; i < n; i += 1 + n / 50) {
    double middle = z[i];
    z[i] = middle + h;
    double above = payoff(m, z);
    z[i] = middle - h;
    double below = payoff(m, z);
    z[i] = middle;
    double slope = (above - below) / (2 * h);
    assert_close(f[i], i < pairs ? slope : -slope, 1e-7, 1e-7);
  }
  free(z);
  free(f);
  lerp_problem_fini(&problem);
}

/* w + gamma F(w) = z, by the plain F, for every team with the same bits. */
static void test_exact_resolvent(void **state) {
  const member *m = *state;
  size_t n = m->dimension[0] + m->dimension[1];
  lerp_problem problem = problem_of(m);
  double *z = vector_of(m, 40), *f = vector_of(m, 41), *first = vector_of(m, 42), *other = vector_of(m, 43);
  const double gammas[] = {0.3, 1, 2.5};
  for (int g = 0; g < 3; g++) {
    apply_exact_resolvent(&problem, gammas[g], 1, z, first);
    plain_values(m, first, f);
    for (size_t i = 0; i < n; i++) {
      assert_close(first[i] + gammas[g] * f[i], z[i], 1e-11, 1e-12);
    }
    for (int t = 1; t < TEAMS; t++) {
      apply_exact_resolvent(&problem, gammas[g], teams[t], z, other);
      assert_same_bits(other, first, n);
    }
  }
  free(z);
  free(f);
  free(first);
  free(other);
  lerp_problem_fini(&problem);
}

/* A refused constructor says why and leaves the operator alone. */
#define assert_refused(call)                                                                                 \
  do {                                                                                                       \
    const lerp_operator untouched = {.name = NULL};                                                          \
    lerp_operator op = untouched;                                                                            \
    lerp_error error = {.message = ""};                                                                      \
    assert_that((call) == LERP_INVALID, "not refused: %s", #call);                                           \
    assert_int_equal(error.status, LERP_INVALID);                                                            \
    assert_that(strlen(error.message) > 10, "no message: '%s'", error.message);                              \
    assert_memory_equal(&op, &untouched, sizeof untouched);                                                  \
  } while (false)

/* Noise with the generator that *state names: mean 0, the given deviation, independent of the team and different
 * for every seed. apply_operator draws one sample. */
static void test_noise(void **state) {
  enum { PAIRS = 3000, COMPONENTS = 2 * PAIRS };
  const lerp_generator generator = strcmp(*state, "philox") == 0 ? LERP_PHILOX : LERP_SPLITMIX;
  static double z[COMPONENTS], exact[COMPONENTS], first[COMPONENTS], other[COMPONENTS];
  random_vector(7, 1, z, COMPONENTS);
  for (uint64_t seed = 1; seed <= 2; seed++) {
    lerp_problem problem = {.facts = {.lipschitz = 1}};
    lerp_error error;
    const lerp_linear_game game = {.pairs = PAIRS, .a = 0.8, .b = 0.1};
    assert_ok(lerp_operator_linear_game(&problem.op, &game, &error), &error);
    apply_operator(&problem, 1, z, exact);
    assert_ok(lerp_operator_noisy(&problem.op, 0.5, generator, seed, &error), &error);
    assert_true(problem.op.stochastic);
    apply_operator(&problem, 1, z, seed == 1 ? first : other);
    double mean = 0, square = 0;
    for (size_t i = 0; i < COMPONENTS; i++) {
      const double noise = (seed == 1 ? first : other)[i] - exact[i];
      mean += noise / COMPONENTS;
      square += noise * noise / COMPONENTS;
    }
    assert_close(mean, 0, 0.03, 0); /* five deviations of the mean */
    assert_close(sqrt(square), 0.5, 0.03, 0);
    if (seed == 1) {
      for (int threads = 2; threads <= 5; threads += 3) {
        apply_operator(&problem, threads, z, other);
        assert_same_bits(other, first, COMPONENTS);
      }
    } else {
      assert_true(distance_of(first, other, COMPONENTS) > 0.5 * sqrt(COMPONENTS));
    }
    lerp_problem_fini(&problem);
  }
  lerp_operator op = {.name = NULL};
  assert_int_equal(lerp_operator_noisy(&op, -1, generator, 1, NULL), LERP_INVALID);
  assert_int_equal(lerp_operator_noisy(&op, NAN, generator, 1, NULL), LERP_INVALID);
}

static void evaluate_sample(const lerp_problem *problem, uint64_t sample, const double *z, double *f) {
  const size_t nx = problem->op.dimension[0];
  lerp_evaluator *evaluator;
  lerp_error error;
  assert_ok(lerp_evaluator_new(problem, &evaluator, &error), &error);
  assert_ok(lerp_evaluator_operator(evaluator, sample, z, z + nx, f, f + nx, &error), &error);
  lerp_evaluator_free(evaluator);
}

/* A minibatch is the mean of the terms that the key names, for every sample, seed and team; the exact evaluation
 * stays the mean of all. */
static void test_minibatch(void **state) {
  (void)state;
  enum { BATCH = 37 };
  const member m = {"minibatch", {530, 40}, NULL, NULL, 0};
  const size_t n = m.dimension[0] + m.dimension[1];
  double *z = vector_of(&m, 50), *plain = vector_of(&m, 51), *f = vector_of(&m, 52),
         *other = vector_of(&m, 53);
  for (uint64_t seed = 3; seed < 5; seed++) {
    lerp_problem problem = {.facts = {.lipschitz = 1}};
    lerp_error error;
    make_sum(&m, TERMS, BATCH, seed, &problem.op, &error);
    for (uint64_t sample = 0; sample < 4; sample++) {
      size_t term[BATCH];
      for (size_t j = 0; j < BATCH; j++) {
        term[j] = lerp_random_bits(seed, sample, j) % TERMS;
      }
      plain_sum(&m, term, BATCH, z, plain);
      evaluate_sample(&problem, sample, z, f);
      for (size_t i = 0; i < n; i++) {
        assert_close(f[i], plain[i], 1e-13, 1e-13);
      }
    }
    evaluate_sample(&problem, 0, z, f);
    for (int t = 0; t < TEAMS; t++) {
      apply_operator(&problem, teams[t], z, other); /* with sample 0 */
      assert_same_bits(other, f, n);
    }
    plain_finite_sum(&m, z, plain);
    evaluate_sample(&problem, LERP_EXACT, z, f);
    for (size_t i = 0; i < n; i++) {
      assert_close(f[i], plain[i], 1e-13, 1e-13);
    }
    lerp_problem_fini(&problem);
  }
  free(z);
  free(plain);
  free(f);
  free(other);
}

/* A batch of one is one of the terms, every term as often as the others: unbiased. */
static void test_unbiased(void **state) {
  (void)state;
  enum { FEW = 5, SAMPLES = 20000 };
  const member m = {"batch of one", {3, 2}, NULL, NULL, 0};
  double *z = vector_of(&m, 60), f[5], each[FEW][5], drawn[FEW] = {0}, chi_square = 0;
  lerp_problem problem = {.facts = {.lipschitz = 1}};
  lerp_error error;
  make_sum(&m, FEW, 1, 9, &problem.op, &error);
  for (size_t i = 0; i < FEW; i++) {
    plain_sum(&m, &i, 1, z, each[i]);
  }
  for (uint64_t sample = 0; sample < SAMPLES; sample++) {
    size_t found = 0;
    evaluate_sample(&problem, sample, z, f);
    while (found < FEW && distance_of(f, each[found], 5) > 1e-12) {
      found++;
    }
    assert_true(found < FEW);
    drawn[found]++;
  }
  for (size_t i = 0; i < FEW; i++) {
    chi_square += pow(drawn[i] - SAMPLES / FEW, 2) / (SAMPLES / FEW);
  }
  assert_that(chi_square < 23.5, "chi-square %g of 4 degrees of freedom", chi_square); /* 1e-4 beyond */
  free(z);
  lerp_problem_fini(&problem);
}

/* A sampled function gets the key of every evaluation; the residual asks for the exact F. */
static int sampled(void *self, uint64_t sample, const double *x, const double *y, double *fx, double *fy) {
  (void)self;
  fx[0] = y[0] + (sample == LERP_EXACT ? 0 : (double)sample);
  fy[0] = -x[0];
  return sample == 1000;
}

static void test_sampled(void **state) {
  (void)state;
  lerp_problem problem = {.facts = {.lipschitz = 1}};
  lerp_error error;
  double z[2] = {0.25, 0.5}, f[2], residual;
  assert_ok(lerp_operator_sampled(&problem.op, (size_t[]){1, 1}, sampled, NULL, NULL, &error), &error);
  assert_true(problem.op.stochastic);
  for (uint64_t sample = 0; sample < 3; sample++) {
    evaluate_sample(&problem, sample, z, f);
    assert_close(f[0], 0.5 + (double)sample, 0, 0);
    assert_close(f[1], -0.25, 0, 0);
  }
  lerp_evaluator *evaluator;
  assert_ok(lerp_evaluator_new(&problem, &evaluator, &error), &error);
  assert_ok(lerp_evaluator_residual(evaluator, 1, z, z + 1, &residual, &error), &error);
  assert_close(residual, hypot(0.5, 0.25), 0, 1e-15);
  assert_int_equal(lerp_evaluator_operator(evaluator, 1000, z, z + 1, f, f + 1, &error), LERP_CALLBACK);
  lerp_evaluator_free(evaluator);
  lerp_problem_fini(&problem);
}

/* |D| by power iteration on D'D u = F_x(0, -F_y(u, 0)), which comes from below. */
static void check_image_gradient_norm(size_t width, size_t height) {
  enum { PIXELS = 64 };
  double u[PIXELS], p[2 * PIXELS], zero[2 * PIXELS] = {0}, du[2 * PIXELS], norm = 0;
  size_t pixels = width * height;
  lerp_problem problem = {.facts = {.lipschitz = 1}};
  lerp_evaluator *evaluator;
  lerp_error error;
  assert_ok(lerp_operator_image_gradient(&problem.op, width, height, 1, &error), &error);
  assert_ok(lerp_evaluator_new(&problem, &evaluator, &error), &error);
  random_vector(50, 1, u, pixels);
  for (int i = 0; i < 3000; i++) {
    lerp_evaluator_operator(evaluator, LERP_EXACT, u, zero, p, du, NULL);
    norm = norm_of(du, 2 * pixels) / norm_of(u, pixels);
    for (size_t j = 0; j < 2 * pixels; j++) {
      p[j] = -du[j] / norm_of(du, 2 * pixels);
    }
    lerp_evaluator_operator(evaluator, LERP_EXACT, zero, p, u, du, NULL);
  }
  double expected = lerp_image_gradient_norm(width, height);
  assert_that(norm <= expected * (1 + 1e-13) && norm >= expected * (1 - 1e-9),
              "%zu x %zu: |D|=%.15g, declared %.15g", width, height, norm, expected);
  lerp_evaluator_free(evaluator);
  lerp_problem_fini(&problem);
}

static int failing_summand(void *self, size_t i, const double *x, const double *y, double *fx, double *fy) {
  (void)self;
  (void)x;
  (void)y;
  (void)fx;
  (void)fy;
  return i == TERMS - 1;
}

static void test_failing_summand(void **state) {
  (void)state;
  lerp_problem problem = {.facts = {.lipschitz = 1}};
  lerp_error error;
  double z[2] = {0, 0}, f[2];
  assert_ok(lerp_operator_finite_sum(&problem.op, (size_t[]){1, 1}, TERMS, failing_summand, NULL, NULL, 0, 0,
                                     &error),
            &error);
  lerp_evaluator *evaluator;
  assert_ok(lerp_evaluator_new(&problem, &evaluator, &error), &error);
  assert_int_equal(lerp_evaluator_operator(evaluator, LERP_EXACT, z, z + 1, f, f + 1, &error), LERP_CALLBACK);
  lerp_evaluator_free(evaluator);
  lerp_problem_fini(&problem);
}

static void test_image_gradient_norm(void **state) {
  (void)state;
  check_image_gradient_norm(2, 1);
  check_image_gradient_norm(1, 9);
  check_image_gradient_norm(3, 3);
  check_image_gradient_norm(9, 7);
  check_image_gradient_norm(4, 12);
}

static void test_refused_image_gradient(void **state) {
  (void)state;
  assert_refused(lerp_operator_image_gradient(&op, 0, 3, 1, &error));
  assert_refused(lerp_operator_image_gradient(&op, 3, 0, 1, &error));
  assert_refused(lerp_operator_image_gradient(&op, 3, 3, 0, &error));
  assert_refused(lerp_operator_image_gradient(&op, 1, 1, 3, &error));
  assert_refused(lerp_operator_image_gradient(&op, SIZE_MAX / 2, 4, 1, &error));
  assert_refused(lerp_operator_image_gradient(&op, 3, 3, SIZE_MAX / 9, &error));
  assert_refused(lerp_operator_pointwise(&op, pointwise, NULL, NULL, 0, 0, &error));
}

static void test_refused_local(void **state) {
  (void)state;
  assert_refused(lerp_operator_local(&op, 0, local_pairs, NULL, NULL, 0, 0, &error));
  assert_refused(lerp_operator_local(&op, 3, NULL, NULL, NULL, 0, 0, &error));
  assert_refused(lerp_operator_callback(&op, (size_t[]){0, 0}, callback, NULL, NULL, &error));
  assert_refused(lerp_operator_callback(&op, (size_t[]){1, 1}, NULL, NULL, NULL, &error));
  assert_refused(lerp_operator_sampled(&op, (size_t[]){1, 1}, NULL, NULL, NULL, &error));
  assert_refused(lerp_operator_finite_sum(&op, (size_t[]){0, 0}, 3, summand, NULL, NULL, 0, 0, &error));
  assert_refused(lerp_operator_finite_sum(&op, (size_t[]){1, 1}, 0, summand, NULL, NULL, 0, 0, &error));
  assert_refused(lerp_operator_finite_sum(&op, (size_t[]){1, 1}, 3, NULL, NULL, NULL, 0, 0, &error));
  assert_refused(lerp_operator_finite_sum(&op, (size_t[]){1, 1}, 3, summand, NULL, NULL, 3, 0, &error));
}

static void test_refused_linear_game(void **state) {
  (void)state;
  const double bad[2] = {1, NAN}, good[2] = {1, 2}, zero[2] = {0, 0};
  assert_refused(lerp_operator_linear_game(&op, &(lerp_linear_game){.pairs = 0, .a = 1}, &error));
  assert_refused(lerp_operator_linear_game(&op, &(lerp_linear_game){.pairs = 2, .a = INFINITY}, &error));
  assert_refused(lerp_operator_linear_game(&op, &(lerp_linear_game){.pairs = 2, .b = NAN}, &error));
  assert_refused(lerp_operator_linear_game(&op, &(lerp_linear_game){.pairs = 2, .offset = NAN}, &error));
  assert_refused(lerp_operator_linear_game(&op, &(lerp_linear_game){.pairs = 2, .a_each = bad}, &error));
  assert_refused(lerp_operator_linear_game(&op, &(lerp_linear_game){.pairs = 2, .b_each = bad}, &error));
  assert_refused(lerp_operator_linear_game(&op, &(lerp_linear_game){.pairs = 2, .reflector = bad}, &error));
  assert_refused(lerp_operator_linear_game(&op, &(lerp_linear_game){.pairs = 2, .reflector = zero}, &error));
  assert_refused(lerp_operator_linear_game(
      &op, &(lerp_linear_game){.pairs = 2, .b_each = good, .reflector = good}, &error));
}

static void test_refused_dense(void **state) {
  (void)state;
  const double one[4] = {1, 0, 0, 1}, bad[4] = {1, 0, INFINITY, 1};
  assert_refused(lerp_operator_dense_saddle(&op, 0, 2, one, 2, 0, NULL, NULL, &error));
  assert_refused(lerp_operator_dense_saddle(&op, 2, 0, one, 2, 0, NULL, NULL, &error));
  assert_refused(lerp_operator_dense_saddle(&op, 2, 2, NULL, 2, 0, NULL, NULL, &error));
  assert_refused(lerp_operator_dense_saddle(&op, 2, 2, one, 1, 0, NULL, NULL, &error));
  assert_refused(lerp_operator_dense_saddle(&op, 2, 2, bad, 2, 0, NULL, NULL, &error));
  assert_refused(lerp_operator_dense_saddle(&op, 2, 2, one, 2, NAN, NULL, NULL, &error));
  assert_refused(lerp_operator_dense_saddle(&op, 2, 2, one, 2, 0, bad + 2, NULL, &error));
  assert_refused(lerp_operator_dense_saddle(&op, 2, 2, one, 2, 0, NULL, bad + 2, &error));
  assert_refused(lerp_operator_dense_saddle_single(&op, 2, 2, bad, 2, 0, NULL, NULL, &error));
  assert_refused(lerp_operator_dense_saddle_single(&op, 1, 1, (double[]){1e39}, 1, 0, NULL, NULL, &error));
  assert_refused(lerp_operator_affine_single(&op, (size_t[]){1, 0}, (double[]){-1e39}, NULL, &error));
  assert_refused(lerp_operator_affine(&op, (size_t[]){0, 0}, one, NULL, &error));
  assert_refused(lerp_operator_affine(&op, (size_t[]){1, 1}, NULL, NULL, &error));
  assert_refused(lerp_operator_affine(&op, (size_t[]){1, 1}, bad, NULL, &error));
  assert_refused(lerp_operator_affine(&op, (size_t[]){1, 1}, one, bad + 2, &error));
}

static void test_refused_sparse(void **state) {
  (void)state;
  const size_t first[] = {0, 1, 3}, back[] = {0, 3, 2}, late[] = {1, 2, 3}, square[LERP_PARTS] = {1, 1};
  const uint32_t column[] = {1, 0, 1}, outside[] = {1, 0, 2};
  const double value[] = {1, 2, 3}, bad[] = {1, INFINITY, 3};
  const lerp_sparse good = {2, 2, first, column, value};
  const lerp_sparse wrong[] = {
      {0, 2, first, column, value},        {2, 0, first, column, value}, {2, 2, NULL, column, value},
      {2, 2, first, NULL, value},          {2, 2, first, column, NULL},  {2, 2, first, outside, value},
      {2, 2, first, column, bad},          {2, 2, back, column, value},  {2, 2, late, column, value},
      {2, SIZE_MAX, first, column, value},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_refused(lerp_operator_sparse_saddle(&op, &wrong[i], 0, NULL, NULL, &error));
    assert_refused(lerp_operator_sparse_affine(&op, square, &wrong[i], NULL, &error));
  }
  assert_refused(lerp_operator_sparse_saddle(&op, &good, NAN, NULL, NULL, &error));
  assert_refused(lerp_operator_sparse_saddle(&op, &good, 0, bad, NULL, &error));
  assert_refused(lerp_operator_sparse_saddle(&op, &good, 0, NULL, bad, &error));
  assert_refused(lerp_operator_sparse_affine(&op, square, &good, bad, &error));
  assert_refused(lerp_operator_sparse_affine(&op, (size_t[]){1, 2}, &good, NULL, &error));
  const lerp_sparse huge = {2, 2, first, column, (double[]){1, 1e39, 3}};
  assert_refused(lerp_operator_sparse_saddle_single(&op, &huge, 0, NULL, NULL, &error));
  assert_refused(lerp_operator_sparse_affine_single(&op, square, &huge, NULL, &error));
}

/* The exact resolvents of the general affine operators need LAPACK; large ones take too long here. */
static bool resolves(const member *m) {
  lerp_problem problem = problem_of(m);
  bool closed_form = strstr(m->name, "linear game") != NULL;
  bool matrix = problem.op.affine && m->make != make_image_gradient;
  bool resolves = problem.op.resolve != NULL;
  if (transform_of(m) != NULL && transform_of(m)->condition > 1) {
    assert_false(resolves);
  } else if (closed_form || matrix) {
    assert_int_equal(resolves, closed_form || has_lapack());
  }
  lerp_problem_fini(&problem);
  bool small = m->dimension[0] + m->dimension[1] <= 300;
  return closed_form || (resolves && small);
}

int main(void) {
  suite all = {NULL, 0};
  suite_add(&all, test_small_saddles, NULL, "small saddles in registers");
  suite_add(&all, test_alone_in_registers, NULL, "a small saddle alone in registers");
  for (const member *m = members; m < members + MEMBERS; m++) {
    suite_add(&all, test_values, m, "values: %s", m->name);
    suite_add(&all, test_stored, m, "stored: %s", m->name);
    if (m->make == make_linear_game && strstr(m->name, "reflected") == NULL && transform_of(m) == NULL) {
      suite_add(&all, test_one_pass, m, "one pass: %s", m->name);
      suite_add(&all, test_chain, m, "chain: %s", m->name);
    }
    if (m->make != make_local && m->make != make_callback && m->make != make_finite_sum &&
        m->make != make_pointwise) {
      suite_add(&all, test_linearity, m, "linearity: %s", m->name);
    }
    const bool by_rows =
        m->make == make_sparse_saddle || m->make == make_band_saddle || m->make == make_scattered_saddle;
    if (strcmp(m->name, "dense saddle") == 0 || (by_rows && !has_constants(m)) ||
        (m->make == make_image_gradient && m->dimension[0] > 2)) {
      suite_add(&all, test_adjoint, m, "adjoint: %s", m->name);
    }
    if (m->make == make_local) {
      suite_add(&all, test_payoff, m, "payoff: %s", m->name);
    }
    if (resolves(m)) {
      suite_add(&all, test_exact_resolvent, m, "exact resolvent: %s", m->name);
    }
  }
  suite_add(&all, test_noise, "splitmix", "noise: splitmix");
#ifdef HAVE_RANDOM123
  suite_add(&all, test_noise, "philox", "noise: philox");
#endif
  suite_add(&all, test_far, NULL, "beyond the caches");
  suite_add(&all, test_minibatch, NULL, "minibatch");
  suite_add(&all, test_unbiased, NULL, "minibatch of one: unbiased");
  suite_add(&all, test_sampled, NULL, "sampled function");
  suite_add(&all, test_failing_summand, NULL, "a term that fails");
  suite_add(&all, test_refused_local, NULL, "refused: local, callback");
  suite_add(&all, test_refused_linear_game, NULL, "refused: linear game");
  suite_add(&all, test_refused_dense, NULL, "refused: dense saddle, affine");
  suite_add(&all, test_refused_sparse, NULL, "refused: sparse saddle, affine");
  suite_add(&all, test_image_gradient_norm, NULL, "image gradient: norm");
  suite_add(&all, test_refused_image_gradient, NULL, "refused: image gradient, pointwise");
  return suite_run(&all, "operators");
}

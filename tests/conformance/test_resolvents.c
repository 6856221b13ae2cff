/* SPDX-License-Identifier: MIT */
/* Every resolvent: values against a plain computation, firm nonexpansiveness, optimality, the same bits for
 * every team; and the advance, which fuses F, combinations, resolvents and products, against the same
 * formulas on plain arrays. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A resolvent with what it must agree with. */
typedef struct member {
  const char *name;
  lerp_status (*make)(lerp_resolvent *resolvent, lerp_error *error);
  void (*plain)(double gamma, double *z, size_t nx, size_t ny);
  double (*value)(const double *z, size_t n); /* the regularizer on its domain; NULL: 0 */
  bool bounded; /* the indicator of a bounded set, whose support function is known */
} member;

enum { NX = 1300, NY = 700, N = NX + NY };

static lerp_status make_none(lerp_resolvent *resolvent, lerp_error *error) {
  (void)error;
  *resolvent = (lerp_resolvent){.name = NULL};
  return LERP_OK;
}

static void plain_none(double gamma, double *z, size_t nx, size_t ny) {
  (void)gamma;
  (void)z;
  (void)nx;
  (void)ny;
}

static lerp_status make_box(lerp_resolvent *resolvent, lerp_error *error) {
  return lerp_resolvent_box(resolvent, -0.4, 0.9, error);
}

static void plain_box(double gamma, double *z, size_t nx, size_t ny) {
  (void)gamma;
  for (size_t i = 0; i < nx + ny; i++) {
    z[i] = fmin(fmax(z[i], -0.4), 0.9);
  }
}

static lerp_status make_half_line(lerp_resolvent *resolvent, lerp_error *error) {
  return lerp_resolvent_box(resolvent, 0, INFINITY, error);
}

static void plain_half_line(double gamma, double *z, size_t nx, size_t ny) {
  (void)gamma;
  for (size_t i = 0; i < nx + ny; i++) {
    z[i] = fmax(z[i], 0);
  }
}

static lerp_status make_nonnegative(lerp_resolvent *resolvent, lerp_error *error) {
  return lerp_resolvent_nonnegative(resolvent, error);
}

static lerp_status make_linf_ball(lerp_resolvent *resolvent, lerp_error *error) {
  return lerp_resolvent_linf_ball(resolvent, 0.5, error);
}

static void plain_linf_ball(double gamma, double *z, size_t nx, size_t ny) {
  (void)gamma;
  for (size_t i = 0; i < nx + ny; i++) {
    z[i] = fmin(fmax(z[i], -0.5), 0.5);
  }
}

/* Bounds of component i of both parts together; some are infinite. */
static double lower_of(size_t i) {
  return i % 7 == 0 ? -INFINITY : -fabs(test_random(4000 + i));
}

static double upper_of(size_t i) {
  return i % 5 == 0 ? INFINITY : fabs(test_random(9000 + i));
}

static lerp_status make_bounds(lerp_resolvent *resolvent, lerp_error *error) {
  double lower[N], upper[N];
  for (size_t i = 0; i < N; i++) {
    lower[i] = lower_of(i);
    upper[i] = upper_of(i);
  }
  return lerp_resolvent_bounds(resolvent, (size_t[]){NX, NY}, (const double *const[]){lower, lower + NX},
                               (const double *const[]){upper, upper + NX}, error);
}

static void plain_bounds(double gamma, double *z, size_t nx, size_t ny) {
  (void)gamma;
  for (size_t i = 0; i < nx + ny; i++) {
    z[i] = fmin(fmax(z[i], lower_of(i)), upper_of(i));
  }
}

/* The same without the infinite ones. */
static lerp_status make_finite_bounds(lerp_resolvent *resolvent, lerp_error *error) {
  double lower[N], upper[N];
  for (size_t i = 0; i < N; i++) {
    lower[i] = fmax(lower_of(i), -2);
    upper[i] = fmin(upper_of(i), 2);
  }
  return lerp_resolvent_bounds(resolvent, (size_t[]){NX, NY}, (const double *const[]){lower, lower + NX},
                               (const double *const[]){upper, upper + NX}, error);
}

static void plain_finite_bounds(double gamma, double *z, size_t nx, size_t ny) {
  plain_bounds(gamma, z, nx, ny);
  for (size_t i = 0; i < nx + ny; i++) {
    z[i] = fmin(fmax(z[i], -2), 2);
  }
}

static lerp_status make_l1(lerp_resolvent *resolvent, lerp_error *error) {
  return lerp_resolvent_l1(resolvent, 0.3, error);
}

static void plain_l1(double gamma, double *z, size_t nx, size_t ny) {
  for (size_t i = 0; i < nx + ny; i++) {
    z[i] = copysign(fmax(fabs(z[i]) - 0.3 * gamma, 0), z[i]);
  }
}

static double l1_value(const double *z, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    sum += 0.3 * fabs(z[i]);
  }
  return sum;
}

enum { GROUP = 8 };

static lerp_status make_group_lasso(lerp_resolvent *resolvent, lerp_error *error) {
  return lerp_resolvent_group_lasso(resolvent, 0.3, GROUP, error);
}

/* Calls body for the groups of one part. */
static double over_groups(double *z, size_t n, double (*body)(double *z, size_t n, double gamma),
                          double gamma) {
  double sum = 0;
  for (size_t i = 0; i < n; i += GROUP) {
    sum += body(z + i, n - i < GROUP ? n - i : GROUP, gamma);
  }
  return sum;
}

static double shrink_group(double *z, size_t n, double gamma) {
  double norm = norm_of(z, n), scale = norm > 0.3 * gamma ? 1 - 0.3 * gamma / norm : 0;
  for (size_t i = 0; i < n; i++) {
    z[i] *= scale;
  }
  return 0;
}

static double group_norm(double *z, size_t n, double gamma) {
  (void)gamma;
  return 0.3 * norm_of(z, n);
}

static void plain_group_lasso(double gamma, double *z, size_t nx, size_t ny) {
  over_groups(z, nx, shrink_group, gamma);
  over_groups(z + nx, ny, shrink_group, gamma);
}

static double group_lasso_value(const double *z, size_t n) {
  double copy[N];
  memcpy(copy, z, n * sizeof *copy);
  return over_groups(copy, NX, group_norm, 1) + over_groups(copy + NX, n - NX, group_norm, 1);
}

static lerp_status make_group_ball(lerp_resolvent *resolvent, lerp_error *error) {
  return lerp_resolvent_group_ball(resolvent, 0.6, GROUP, error);
}

static double project_group(double *z, size_t n, double gamma) {
  (void)gamma;
  double norm = norm_of(z, n), scale = norm > 0.6 ? 0.6 / norm : 1;
  for (size_t i = 0; i < n; i++) {
    z[i] *= scale;
  }
  return 0;
}

static void plain_group_ball(double gamma, double *z, size_t nx, size_t ny) {
  over_groups(z, nx, project_group, gamma);
  over_groups(z + nx, ny, project_group, gamma);
}

/* A z = weight (z - centre); the centre of y is 0. */
static const double weight = 1.5;

static double centre_of(size_t i) {
  return i < NX ? test_random(14000 + i) : 0;
}

static lerp_status make_quadratic(lerp_resolvent *resolvent, lerp_error *error) {
  double centre[NX];
  for (size_t i = 0; i < NX; i++) {
    centre[i] = centre_of(i);
  }
  return lerp_resolvent_quadratic(resolvent, weight, (size_t[]){NX, NY},
                                  (const double *const[]){centre, NULL}, error);
}

static void plain_quadratic(double gamma, double *z, size_t nx, size_t ny) {
  for (size_t i = 0; i < nx + ny; i++) {
    z[i] = (z[i] + gamma * weight * centre_of(i)) / (1 + gamma * weight);
  }
}

static double quadratic_value(const double *z, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    sum += weight / 2 * (z[i] - centre_of(i)) * (z[i] - centre_of(i));
  }
  return sum;
}

static int descending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x < y) - (x > y);
}

/* Sort u descending, k the largest with u_k > (sum of the first k - 1) / k, subtract that and cut at 0. */
static void project_on_simplex(double *v, size_t n) {
  double u[N], sum = 0, level = 0;
  memcpy(u, v, n * sizeof *u);
  qsort(u, n, sizeof *u, descending);
  for (size_t k = 0; k < n; k++) {
    sum += u[k];
    double candidate = (sum - 1) / (double)(k + 1);
    level = u[k] > candidate ? candidate : level;
  }
  for (size_t i = 0; i < n; i++) {
    v[i] = fmax(v[i] - level, 0);
  }
}

static lerp_status make_simplex(lerp_resolvent *resolvent, lerp_error *error) {
  return lerp_resolvent_simplex(resolvent, error);
}

static void plain_simplex(double gamma, double *z, size_t nx, size_t ny) {
  (void)gamma;
  project_on_simplex(z, nx);
  project_on_simplex(z + nx, ny);
}

static const double cap = 0.005, total = 2.5;

static lerp_status make_capped_simplex(lerp_resolvent *resolvent, lerp_error *error) {
  return lerp_resolvent_capped_simplex(resolvent, (size_t[]){NX, NY}, cap, total, error);
}

static lerp_status make_uncapped_simplex(lerp_resolvent *resolvent, lerp_error *error) {
  return lerp_resolvent_capped_simplex(resolvent, (size_t[]){NX, NY}, INFINITY, 1, error);
}

static double clipped_sum(const double *v, size_t n, double level) {
  long double sum = 0;
  for (size_t i = 0; i < n; i++) {
    sum += fmin(fmax(v[i] - level, 0), cap);
  }
  return (double)sum;
}

/* sum min(max(v - level, 0), cap) is linear between its breaks, v_i and v_i - cap: bisection over the sorted breaks,
 * then one interpolation. */
static void project_on_capped_simplex(double *v, size_t n) {
  double breaks[2 * N];
  for (size_t i = 0; i < n; i++) {
    breaks[i] = v[i];
    breaks[n + i] = v[i] - cap;
  }
  qsort(breaks, 2 * n, sizeof *breaks, descending);
  size_t low = 2 * n - 1,
         high = 0; /* the sum at breaks[low] is at least the total, at breaks[high] at most */
  while (low - high > 1) {
    const size_t middle = (low + high) / 2;
    *(clipped_sum(v, n, breaks[middle]) >= total ? &low : &high) = middle;
  }
  const double most = clipped_sum(v, n, breaks[low]), least = clipped_sum(v, n, breaks[high]);
  const double level = breaks[low] + (breaks[high] - breaks[low]) * (most - total) / (most - least);
  for (size_t i = 0; i < n; i++) {
    v[i] = fmin(fmax(v[i] - level, 0), cap);
  }
}

static void plain_capped_simplex(double gamma, double *z, size_t nx, size_t ny) {
  (void)gamma;
  project_on_capped_simplex(z, nx);
  project_on_capped_simplex(z + nx, ny);
}

/* Cz = d with independent rows, followed by dependent ones: a combination, a multiple, a row of zeros. */
enum { INDEPENDENT = 11, ROWS = INDEPENDENT + 3 };

static void affine_rows(double *matrix, double *right, size_t n) {
  random_vector(700, 1, matrix, INDEPENDENT * n);
  random_vector(701, 1, right, INDEPENDENT);
  double *row = matrix + INDEPENDENT * n, *d = right + INDEPENDENT;
  for (size_t j = 0; j < n; j++) {
    row[j] = matrix[j] - 2 * matrix[4 * n + j];
    row[n + j] = 3 * matrix[2 * n + j];
    row[2 * n + j] = 0;
  }
  d[0] = right[0] - 2 * right[4];
  d[1] = 3 * right[2];
  d[2] = 0;
}

static lerp_status make_affine_of(lerp_resolvent *resolvent, size_t nx, size_t ny, lerp_error *error) {
  static double matrix[ROWS * N], right[ROWS];
  affine_rows(matrix, right, nx + ny);
  return lerp_resolvent_affine_set(resolvent, (size_t[]){nx, ny}, ROWS, matrix, right, error);
}

static lerp_status make_affine_set(lerp_resolvent *resolvent, lerp_error *error) {
  return make_affine_of(resolvent, NX, NY, error);
}

/* Solves the symmetric positive definite m w = r in place, by elimination. */
static void solve_definite(double m[INDEPENDENT][INDEPENDENT], double *r) {
  for (int i = 0; i < INDEPENDENT; i++) {
    for (int k = i + 1; k < INDEPENDENT; k++) {
      const double factor = m[k][i] / m[i][i];
      for (int j = i; j < INDEPENDENT; j++) {
        m[k][j] -= factor * m[i][j];
      }
      r[k] -= factor * r[i];
    }
  }
  for (int i = INDEPENDENT - 1; i >= 0; i--) {
    for (int j = i + 1; j < INDEPENDENT; j++) {
      r[i] -= m[i][j] * r[j];
    }
    r[i] /= m[i][i];
  }
}

/* z - C'w with CC'w = Cz - d, for the independent rows. */
static void project_on_affine_set(double *z, size_t n) {
  static double matrix[ROWS * N], right[ROWS];
  double gram[INDEPENDENT][INDEPENDENT], w[INDEPENDENT];
  affine_rows(matrix, right, n);
  for (size_t i = 0; i < INDEPENDENT; i++) {
    for (size_t j = 0; j < INDEPENDENT; j++) {
      gram[i][j] = product_of(matrix + i * n, matrix + j * n, n);
    }
    w[i] = product_of(matrix + i * n, z, n) - right[i];
  }
  solve_definite(gram, w);
  for (size_t i = 0; i < INDEPENDENT; i++) {
    for (size_t j = 0; j < n; j++) {
      z[j] -= w[i] * matrix[i * n + j];
    }
  }
}

static void plain_affine_set(double gamma, double *z, size_t nx, size_t ny) {
  (void)gamma;
  project_on_affine_set(z, nx + ny);
}

/* Parts: x on the affine set, y on the capped simplex; x free, y on the affine set. */
static lerp_status make_two_sets(lerp_resolvent *resolvent, lerp_error *error) {
  lerp_resolvent x, y;
  assert_ok(make_affine_of(&x, NX, 0, error), error);
  assert_ok(lerp_resolvent_capped_simplex(&y, (size_t[]){0, NY}, cap, total, error), error);
  return lerp_resolvent_parts(resolvent, &x, &y, error);
}

static void plain_two_sets(double gamma, double *z, size_t nx, size_t ny) {
  (void)gamma;
  project_on_affine_set(z, nx);
  project_on_capped_simplex(z + nx, ny);
}

static lerp_status make_affine_part(lerp_resolvent *resolvent, lerp_error *error) {
  return make_affine_of(resolvent, 0, NY, error);
}

static void plain_affine_part(double gamma, double *z, size_t nx, size_t ny) {
  (void)gamma;
  project_on_affine_set(z + nx, ny);
}

/* x in the l2 ball, y in the simplex: bounded both. */
static lerp_status make_bounded_parts(lerp_resolvent *resolvent, lerp_error *error) {
  lerp_resolvent x, y;
  assert_ok(lerp_resolvent_l2_ball(&x, 7, error), error);
  assert_ok(make_simplex(&y, error), error);
  return lerp_resolvent_parts(resolvent, &x, &y, error);
}

static void project_on_ball(double *z, size_t n) {
  const double norm = norm_of(z, n);
  for (size_t i = 0; norm > 7 && i < n; i++) {
    z[i] *= 7 / norm;
  }
}

static void plain_bounded_parts(double gamma, double *z, size_t nx, size_t ny) {
  (void)gamma;
  project_on_ball(z, nx);
  project_on_simplex(z + nx, ny);
}

/* x on the simplex, y soft-thresholded; x free, y in a box. */
static lerp_status make_parts(lerp_resolvent *resolvent, lerp_error *error) {
  lerp_resolvent x, y;
  assert_ok(make_simplex(&x, error), error);
  assert_ok(make_l1(&y, error), error);
  return lerp_resolvent_parts(resolvent, &x, &y, error);
}

static void plain_parts(double gamma, double *z, size_t nx, size_t ny) {
  project_on_simplex(z, nx);
  plain_l1(gamma, z + nx, 0, ny);
}

static double parts_value(const double *z, size_t n) {
  return l1_value(z + NX, n - NX);
}

static lerp_status make_one_part(lerp_resolvent *resolvent, lerp_error *error) {
  lerp_resolvent y;
  assert_ok(make_box(&y, error), error);
  return lerp_resolvent_parts(resolvent, &(lerp_resolvent){.name = NULL}, &y, error);
}

static void plain_one_part(double gamma, double *z, size_t nx, size_t ny) {
  plain_box(gamma, z + nx, 0, ny);
}

static lerp_status make_ball(lerp_resolvent *resolvent, lerp_error *error) {
  return lerp_resolvent_l2_ball(resolvent, 7, error);
}

static void plain_ball(double gamma, double *z, size_t nx, size_t ny) {
  (void)gamma;
  project_on_ball(z, nx + ny);
}

/* The proximal map of kappa |.|_1, kappa = 1/4 on x and 1/2 on y. */
static int soft_threshold(void *self, double gamma, int part, size_t begin, size_t length, double *value) {
  (void)self;
  (void)begin;
  double level = gamma * (part == 0 ? 0.25 : 0.5);
  for (size_t i = 0; i < length; i++) {
    value[i] = fabs(value[i]) <= level ? 0 : copysign(fabs(value[i]) - level, value[i]);
  }
  return 0;
}

static double soft_value(const double *z, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    sum += (i < NX ? 0.25 : 0.5) * fabs(z[i]);
  }
  return sum;
}

static lerp_status make_callback(lerp_resolvent *resolvent, lerp_error *error) {
  return lerp_resolvent_callback(resolvent, soft_threshold, NULL, error);
}

static void plain_callback(double gamma, double *z, size_t nx, size_t ny) {
  soft_threshold(NULL, gamma, 0, 0, nx, z);
  soft_threshold(NULL, gamma, 1, 0, ny, z + nx);
}

/* Projection on sum of x = sum of y. */
static int balance(void *self, double gamma, double *x, double *y) {
  (void)gamma;
  const size_t *dimension = self;
  double sum = 0;
  for (size_t i = 0; i < dimension[0]; i++) {
    sum += x[i];
  }
  for (size_t i = 0; i < dimension[1]; i++) {
    sum -= y[i];
  }
  double excess = sum / (double)(dimension[0] + dimension[1]);
  for (size_t i = 0; i < dimension[0]; i++) {
    x[i] -= excess;
  }
  for (size_t i = 0; i < dimension[1]; i++) {
    y[i] += excess;
  }
  return 0;
}

static size_t dimensions[LERP_PARTS] = {NX, NY};

static lerp_status make_whole(lerp_resolvent *resolvent, lerp_error *error) {
  return lerp_resolvent_callback_whole(resolvent, balance, dimensions, error);
}

static void plain_whole(double gamma, double *z, size_t nx, size_t ny) {
  balance((size_t[]){nx, ny}, gamma, z, z + nx);
}

static const member members[] = {
    {"none", make_none, plain_none, NULL, false},
    {"box", make_box, plain_box, NULL, true},
    {"half line", make_half_line, plain_half_line, NULL, false},
    {"nonnegative", make_nonnegative, plain_half_line, NULL, false},
    {"linf ball", make_linf_ball, plain_linf_ball, NULL, true},
    {"bounds", make_bounds, plain_bounds, NULL, false},
    {"finite bounds", make_finite_bounds, plain_finite_bounds, NULL, true},
    {"l1", make_l1, plain_l1, l1_value, false},
    {"group lasso", make_group_lasso, plain_group_lasso, group_lasso_value, false},
    {"group ball", make_group_ball, plain_group_ball, NULL, true},
    {"quadratic", make_quadratic, plain_quadratic, quadratic_value, false},
    {"simplex", make_simplex, plain_simplex, NULL, true},
    {"capped simplex", make_capped_simplex, plain_capped_simplex, NULL, true},
    {"simplex as a capped one", make_uncapped_simplex, plain_simplex, NULL, true},
    {"affine set", make_affine_set, plain_affine_set, NULL, false},
    {"affine set of y", make_affine_part, plain_affine_part, NULL, false},
    {"affine set and capped simplex", make_two_sets, plain_two_sets, NULL, false},
    {"simplex and l1", make_parts, plain_parts, parts_value, false},
    {"ball and simplex", make_bounded_parts, plain_bounded_parts, NULL, true},
    {"nothing and box", make_one_part, plain_one_part, NULL, false},
    {"l2 ball", make_ball, plain_ball, NULL, true},
    {"callback", make_callback, plain_callback, soft_value, false},
    {"whole callback", make_whole, plain_whole, NULL, false},
};
enum { MEMBERS = sizeof members / sizeof *members };

static const int teams[] = {1, 2, 3, 4, 7};
enum { TEAMS = sizeof teams / sizeof *teams };

/* A dense F on parts of different sizes, so that nothing runs tile by tile. */
static lerp_problem problem_of(const member *m) {
  static double matrix[NX * NY];
  for (size_t i = 0; i < (size_t)NX * NY; i++) {
    matrix[i] = test_random(i) / 30;
  }
  lerp_problem problem = {.facts = {.lipschitz = NAN, .rho = NAN, .affine = true}};
  lerp_error error;
  assert_ok(lerp_operator_dense_saddle(&problem.op, NX, NY, matrix, NY, -0.2, NULL, NULL, &error), &error);
  assert_ok(m->make(&problem.resolvent, &error), &error);
  problem.facts.constrained = problem.resolvent.name != NULL;
  return problem;
}

static void test_values(void **state) {
  const member *m = *state;
  lerp_problem problem = problem_of(m);
  static double z[N], plain[N], first[N], other[N];
  const double scales[] = {0.01, 1, 30}, gammas[] = {0.5, 1, 2};
  for (int i = 0; i < 3; i++) {
    random_vector(50 + (uint64_t)i, scales[i], z, N);
    memcpy(plain, z, sizeof plain);
    m->plain(gammas[i], plain, NX, NY);
    apply_resolvent(&problem, gammas[i], 1, z, first);
    for (size_t j = 0; j < N; j++) {
      assert_close(first[j], plain[j], 1e-14 * scales[i], 1e-14);
    }
    for (int t = 1; t < TEAMS; t++) {
      apply_resolvent(&problem, gammas[i], teams[t], z, other);
      assert_same_bits(other, first, N);
    }
  }
  lerp_problem_fini(&problem);
}

/* A uniform map does the same to a vector wherever it stands. */
static void test_uniform(void **state) {
  const member *m = *state;
  lerp_problem problem = problem_of(m);
  const lerp_resolvent *resolvent = &problem.resolvent;
  double x[NY], y[NY];
  random_vector(70, 3, x, NY);
  memcpy(y, x, sizeof y);
  if (resolvent->uniform) {
    assert_int_equal(resolvent->block(resolvent->self, 0.5, 0, 0, NY, x), 0);
    for (size_t i = 0; i < NY; i++) {
      assert_int_equal(resolvent->block(resolvent->self, 0.5, 1, NY - 1 - i, 1, &y[i]), 0);
    }
    assert_same_bits(x, y, NY);
  }
  lerp_problem_fini(&problem);
}

/* h(g) = sup <g, u> over C is reached: no Jw beats it, and J(tg) comes within |C|^2 / t of it, for
 * <tg - Jtg, u - Jtg> <= 0 for every u in C. Part by part and for both. */
static void check_support(const lerp_problem *problem, unsigned parts, const double *g) {
  static double copy[N], far[N], w[N], p[N], selected[N];
  const double t = 1e9;
  for (size_t i = 0; i < N; i++) {
    copy[i] = g[i];
    selected[i] = parts & (i < NX ? 1u : 2u) ? g[i] : 0;
    far[i] = t * g[i];
  }
  const lerp_resolvent *resolvent = &problem->resolvent;
  const double value =
      resolvent->support(resolvent->self, parts, problem->op.dimension, (double *const[]){copy, copy + NX});
  apply_resolvent(problem, 1, 1, far, p);
  for (uint64_t other = 0; other < 4; other++) {
    random_vector(3000 + other, pow(10, (double)other - 1), w, N);
    apply_resolvent(problem, 1, 1, w, w);
    assert_that(product_of(selected, w, N) <= value + 1e-12 * (1 + fabs(value)), "%g is larger than %g",
                product_of(selected, w, N), value);
  }
  if (!resolvent->joint || parts == LERP_ALL_PARTS) {
    assert_close(product_of(selected, p, N), value, 1e-5, 1e-12);
  }
}

static void test_support(void **state) {
  const member *m = *state;
  lerp_problem problem = problem_of(m);
  assert_int_equal(problem.resolvent.support != NULL, m->bounded);
  static double g[N];
  for (uint64_t trial = 0; m->bounded && trial < 3; trial++) {
    random_vector(2000 + trial, 1, g, N);
    check_support(&problem, LERP_ALL_PARTS, g);
    check_support(&problem, 1, g);
    check_support(&problem, 2, g);
  }
  lerp_problem_fini(&problem);
}

/* |Jz - Jw|^2 <= <Jz - Jw, z - w>, and with p = Jz: g(c) >= g(p) + <(z - p)/gamma, c - p> for c in the
 * domain (here c = Jw), which says that (z - p)/gamma is in Ap. */
static void test_firmly_nonexpansive(void **state) {
  const member *m = *state;
  lerp_problem problem = problem_of(m);
  static double z[N], w[N], p[N], c[N], difference[N], input[N], normal[N], direction[N];
  const double gamma = 0.7;
  for (uint64_t pair = 0; pair < 20; pair++) {
    random_vector(100 + 2 * pair, pow(2, (double)pair / 2 - 5), z, N);
    random_vector(101 + 2 * pair, pow(2, 3 - (double)pair / 3), w, N);
    apply_resolvent(&problem, gamma, 2, z, p);
    apply_resolvent(&problem, gamma, 2, w, c);
    for (size_t i = 0; i < N; i++) {
      difference[i] = p[i] - c[i];
      input[i] = z[i] - w[i];
      normal[i] = (z[i] - p[i]) / gamma;
      direction[i] = c[i] - p[i];
    }
    double slack = 1e-12 * (1 + product_of(input, input, N));
    assert_true(product_of(difference, difference, N) <= product_of(difference, input, N) + slack);
    double growth = m->value == NULL ? 0 : m->value(c, N) - m->value(p, N);
    assert_true(product_of(normal, direction, N) <= growth + slack);
  }
  lerp_problem_fini(&problem);
}

/* The advance: outputs that use F, earlier outputs, themselves and their anchors, with and without a
 * resolvent; products of combinations. `recorded` receives what each member wrote in its range. */
enum { OUTPUTS = 4, PRODUCTS = 3, WORK = 5 };

typedef struct record {
  double out[OUTPUTS][N];
  double product[PRODUCTS];
  double member_product[7][PRODUCTS];
  bool evaluates;
} record;

static record *recorded;

typedef struct handles {
  double *work[WORK];
} handles;

static void advance_start(lerp_step *step, const lerp_method_instance *instance, void *state,
                          double *const *work, const double *z) {
  (void)instance;
  handles *h = state;
  memcpy(h->work, work, sizeof h->work);
  /* work[i] = (i + 1) z, on the member's own range */
  for (int i = 0; i < WORK; i++) {
    lerp_advance(step, NULL, 0, LERP_OUTPUTS({.out = h->work[i], .value = {.term = {{i + 1.0, z}}}}),
                 LERP_NO_PRODUCTS);
  }
}

static void write_record(const lerp_step *step, const double *v, double *to) {
  for (int part = 0; part < LERP_PARTS; part++) {
    for (size_t i = step->range.begin[part]; i < step->range.end[part]; i++) {
      to[(part == 0 ? 0 : NX) + i] = v[step->layout->offset[part] + i];
    }
  }
}

static void advance_step(lerp_step *step, void *state, const double *z, double *next) {
  double **w = ((handles *)state)->work;
  double product[PRODUCTS];
  lerp_advance(
      step, recorded->evaluates ? z : NULL, 3,
      LERP_OUTPUTS(/* J(z - F + w1 / 2) */
                   {.out = w[0], .value = {-1, {{1, z}, {0.5, w[1]}}}, .gamma = 0.5},
                   /* an earlier output and itself as terms, relaxed towards another vector, no resolvent */
                   {.out = w[1], .value = {0.25, {{0.5, w[1]}, {2, w[0]}}}, .relax = 0.3, .anchor = w[2]},
                   /* its own anchor, resolved and relaxed */
                   {.out = w[3],
                    .value = {0.125, {{1, z}, {-1, w[1]}}},
                    .gamma = 2,
                    .relax = 0.75,
                    .anchor = w[3]},
                   /* five terms, resolved and relaxed */
                   {.out = next,
                    .value = {-2, {{1, z}, {0.5, w[0]}, {-0.25, w[1]}, {0.125, w[2]}, {1, w[3]}}},
                    .gamma = 1,
                    .relax = 1.5,
                    .anchor = z}),
      LERP_PRODUCTS({.left = {.term = {{1, next}}}, .right = {.of_f = 1}},
                    {.left = {.term = {{1, z}, {-1, w[0]}}}, .right = {0.5, {{1, w[1]}}}},
                    {.left = {.term = {{3, w[3]}}}, .right = {.term = {{1, w[3]}}}}),
      product);
  write_record(step, w[0], recorded->out[0]);
  write_record(step, w[1], recorded->out[1]);
  write_record(step, w[3], recorded->out[2]);
  write_record(step, next, recorded->out[3]);
  memcpy(recorded->member_product[step->team->rank], product, sizeof product);
}

static lerp_cost advance_cost(const lerp_method_instance *instance) {
  (void)instance;
  return (lerp_cost){.evaluations = 1, .resolvents = 3};
}

static lerp_guarantee advance_guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  (void)facts;
  (void)instance;
  return (lerp_guarantee){LERP_NO_GUARANTEE, "made for a test", ""};
}

static bool advance_sums(const lerp_method_instance *instance) {
  (void)instance;
  return true;
}

static void run_advance(const lerp_problem *problem, int size, const double *z, record *to) {
  const int threads = team_of(size);
  static const lerp_parameter none[] = {{.name = NULL}};
  static const lerp_method method = {.name = "advance",
                                     .parameters = none,
                                     .guarantee = advance_guarantee,
                                     .cost = advance_cost,
                                     .vectors = WORK,
                                     .state = sizeof(handles),
                                     .sums = advance_sums,
                                     .start = advance_start,
                                     .step = advance_step};
  lerp_method_instance instance = {.method = &method, .name = "advance"};
  static double next[N];
  recorded = to;
  apply_method(problem, &instance, threads, z, next);
  assert_same_bits(next, to->out[3], N);
  memcpy(to->product, to->member_product[0], sizeof to->product);
  for (int rank = 1; rank < threads; rank++) {
    assert_same_bits(to->member_product[rank], to->product, PRODUCTS);
  }
}

static void relax(double *out, const double *anchor, double amount) {
  for (size_t i = 0; i < N; i++) {
    out[i] = (1 - amount) * anchor[i] + amount * out[i];
  }
}

/* The formulas of advance_step on plain arrays. */
static void plain_advance(const member *m, const double *z, const double *f, record *to) {
  static double w1[N], right[N];
  double *a = to->out[0], *b = to->out[1], *c = to->out[2], *d = to->out[3];
  for (size_t i = 0; i < N; i++) {
    w1[i] = 2 * z[i];
    a[i] = z[i] - f[i] + 0.5 * w1[i];
  }
  m->plain(0.5, a, NX, NY);
  for (size_t i = 0; i < N; i++) {
    b[i] = 0.7 * (3 * z[i]) + 0.3 * (0.25 * f[i] + 0.5 * w1[i] + 2 * a[i]);
    c[i] = z[i] - b[i] + 0.125 * f[i];
  }
  m->plain(2, c, NX, NY);
  for (size_t i = 0; i < N; i++) {
    c[i] = 0.25 * (4 * z[i]) + 0.75 * c[i];
    d[i] = z[i] + 0.5 * a[i] - 0.25 * b[i] + 0.125 * (3 * z[i]) + c[i] - 2 * f[i];
  }
  m->plain(1, d, NX, NY);
  relax(d, z, 1.5);
  for (size_t i = 0; i < N; i++) {
    w1[i] = z[i] - a[i];
    right[i] = 0.5 * f[i] + b[i];
  }
  to->product[0] = product_of(d, f, N);
  to->product[1] = product_of(w1, right, N);
  to->product[2] = 3 * product_of(c, c, N);
}

static void check_advance(const member *m, const lerp_problem *problem, bool evaluates) {
  static record plain, first, other;
  static double z[N], f[N];
  random_vector(200, 0.8, z, N);
  memset(f, 0, sizeof f);
  if (evaluates) {
    apply_operator(problem, 1, z, f);
  }
  plain_advance(m, z, f, &plain);
  first.evaluates = other.evaluates = evaluates;
  run_advance(problem, 1, z, &first);
  for (int o = 0; o < OUTPUTS; o++) {
    for (size_t i = 0; i < N; i++) {
      assert_close(first.out[o][i], plain.out[o][i], 3e-14, 3e-14);
    }
  }
  for (int p = 0; p < PRODUCTS; p++) {
    assert_close(first.product[p], plain.product[p], 1e-11, 1e-12);
  }
  for (int t = 1; t < TEAMS; t++) {
    run_advance(problem, teams[t], z, &other);
    assert_same_bits(&other.out[0][0], &first.out[0][0], (size_t)OUTPUTS * N);
    assert_same_bits(other.product, first.product, PRODUCTS);
  }
}

static void test_advance(void **state) {
  const member *m = *state;
  lerp_problem problem = problem_of(m);
  check_advance(m, &problem, true);
  check_advance(m, &problem, false);
  lerp_problem_fini(&problem);
}

static void test_refused(void **state) {
  (void)state;
  const lerp_resolvent untouched = {.name = NULL};
  lerp_resolvent r = untouched;
  lerp_error error;
  assert_int_equal(lerp_resolvent_box(&r, 1, 0, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_box(&r, NAN, 1, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_box(&r, 0, NAN, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_l2_ball(&r, -1, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_l2_ball(&r, NAN, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_linf_ball(&r, -1, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_linf_ball(&r, NAN, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_l1(&r, -1, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_l1(&r, NAN, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_group_lasso(&r, -1, 8, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_group_lasso(&r, 1, 0, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_group_lasso(&r, 1, 7, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_group_ball(&r, -1, 8, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_group_ball(&r, 1, 0, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_group_ball(&r, 1, 7, &error), LERP_INVALID);
  const double *const one[] = {(double[]){1}, (double[]){1}}, *const zero[] = {(double[]){0}, (double[]){0}};
  const double *const bad[] = {(double[]){0}, (double[]){NAN}};
  const size_t dimension[] = {1, 1};
  assert_int_equal(lerp_resolvent_bounds(&r, dimension, one, zero, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_bounds(&r, dimension, zero, bad, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_bounds(&r, dimension, bad, one, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_quadratic(&r, -1, dimension, one, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_quadratic(&r, INFINITY, dimension, one, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_quadratic(&r, 1, dimension, bad, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_callback(&r, NULL, NULL, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_callback_whole(&r, NULL, NULL, &error), LERP_INVALID);
  const double *const rows = (double[]){1, 2, 2, 4, 0, 0}, *const broken = (double[]){1, NAN};
  assert_int_equal(lerp_resolvent_affine_set(&r, dimension, 2, rows, (double[]){1, 3}, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_affine_set(&r, dimension, 3, rows, (double[]){1, 2, 1}, &error),
                   LERP_INVALID);
  assert_int_equal(lerp_resolvent_affine_set(&r, dimension, 1, broken, NULL, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_affine_set(&r, dimension, 1, rows, (double[]){INFINITY}, &error),
                   LERP_INVALID);
  const size_t huge[] = {SIZE_MAX / 16, 1};
  assert_int_equal(lerp_resolvent_affine_set(&r, huge, 3, rows, NULL, &error), LERP_MEMORY);
  const size_t five[] = {5, 7};
  assert_int_equal(lerp_resolvent_capped_simplex(&r, five, 0.19, 1, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_capped_simplex(&r, five, -1, 1, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_capped_simplex(&r, five, NAN, 1, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_capped_simplex(&r, five, 1, -1, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_capped_simplex(&r, five, 1, INFINITY, &error), LERP_INVALID);
  assert_memory_equal(&r, &untouched, sizeof r);
}

/* Parts take what is for one part only. */
static void test_parts_refused(void **state) {
  (void)state;
  const lerp_resolvent none = {.name = NULL};
  lerp_resolvent r, whole, both, y;
  lerp_error error;
  assert_ok(make_whole(&whole, &error), &error);
  assert_ok(make_affine_set(&both, &error), &error);
  assert_ok(make_affine_part(&y, &error), &error);
  assert_int_equal(lerp_resolvent_parts(&r, &whole, &none, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_parts(&r, &none, &both, &error), LERP_INVALID);
  assert_int_equal(lerp_resolvent_parts(&r, &y, &none, &error), LERP_INVALID);
  whole.free(whole.self);
  both.free(both.self);
  assert_ok(lerp_resolvent_parts(&r, &none, &y, &error), &error);
  r.free(r.self);
}

/* The table and the members: every row has one that goes by its name, and nobody goes by another. */
static bool goes_by(const member *m, const char *name) {
  lerp_resolvent made;
  lerp_error error;
  assert_ok(m->make(&made, &error), &error);
  const bool same = strcmp(made.name ? made.name : "none", name) == 0;
  if (made.free) {
    made.free(made.self);
  }
  return same;
}

static void test_row(void **state) {
  const lerp_resolvent_entry *row = *state;
  size_t members_of_row = 0;
  for (const member *m = members; m < members + MEMBERS; m++) {
    members_of_row += goes_by(m, row->name);
  }
  assert_that(members_of_row > 0, "no member of this suite is called '%s'", row->name);
  assert_true(*row->summary != '\0' && *row->source != '\0' && *row->cost != '\0');
}

static void test_is_listed(void **state) {
  const member *m = *state;
  const lerp_resolvent_entry *row = lerp_resolvents();
  while (row->name != NULL && !goes_by(m, row->name)) {
    row++;
  }
  assert_that(row->name != NULL, "'%s' has no row", m->name);
}

/* Small capped simplices, ties included, against all 3^n ways to fix components at 0 and at the cap: the projection is
 * the nearest of the feasible points v - tau that those give. */
static void nearest_point(const double *v, int n, double small_cap, double sum, double *nearest) {
  double best = INFINITY;
  int ways = 1;
  for (int i = 0; i < n; i++) {
    ways *= 3;
  }
  for (int way = 0; way < ways; way++) {
    double point[8], mass = 0, distance = 0;
    int free_count = 0;
    for (int i = 0, digits = way; i < n; i++, digits /= 3) {
      mass += digits % 3 == 0 ? v[i] : digits % 3 == 1 ? small_cap : 0;
      free_count += digits % 3 == 0;
    }
    const double tau = free_count > 0 ? (mass - sum) / free_count : 0;
    bool feasible = free_count > 0 || fabs(mass - sum) < 1e-12;
    for (int i = 0, digits = way; i < n; i++, digits /= 3) {
      point[i] = digits % 3 == 0 ? v[i] - tau : digits % 3 == 1 ? small_cap : 0;
      feasible = feasible && point[i] >= -1e-12 && point[i] <= small_cap + 1e-12;
      distance += (point[i] - v[i]) * (point[i] - v[i]);
    }
    if (feasible && distance < best) {
      best = distance;
      memcpy(nearest, point, (size_t)n * sizeof *point);
    }
  }
}

static void test_small_capped(void **state) {
  (void)state;
  lerp_error error;
  for (uint64_t trial = 0; trial < 600; trial++) {
    const int n = 1 + (int)(trial % 5);
    const double small_cap = trial % 4 == 0 ? 1.0 / n : 0.25 * (double)(1 + trial % 6),
                 sum = fmin(trial % 7 == 0 ? 0 : 1, n * small_cap);
    lerp_problem problem = {.op = {.dimension = {(size_t)n, 0}}};
    assert_ok(lerp_resolvent_capped_simplex(&problem.resolvent, problem.op.dimension, small_cap, sum, &error),
              &error);
    lerp_evaluator *evaluator;
    assert_ok(lerp_evaluator_new(&problem, &evaluator, &error), &error);
    double v[8], expected[8];
    for (int i = 0; i < n; i++) { /* quarters, so that many are equal */
      v[i] = round(8 * test_random(90000 + 8 * trial + (uint64_t)i)) / 4;
    }
    nearest_point(v, n, small_cap, sum, expected);
    assert_ok(lerp_evaluator_resolvent(evaluator, 1, v, NULL, &error), &error);
    for (int i = 0; i < n; i++) {
      assert_close(v[i], expected[i], 1e-14, 0);
    }
    lerp_evaluator_free(evaluator);
    lerp_problem_fini(&problem);
  }
}

/* Without a cap it is the simplex, bit for bit. */
static void test_infinite_cap(void **state) {
  (void)state;
  const member simplex = {.make = make_simplex}, uncapped = {.make = make_uncapped_simplex};
  lerp_problem one = problem_of(&simplex), other = problem_of(&uncapped);
  static double z[N], p[N], q[N];
  for (int i = 0; i < 8; i++) {
    random_vector(800 + (uint64_t)i, pow(10, i - 4), z, N);
    apply_resolvent(&one, 1, 1, z, p);
    apply_resolvent(&other, 1, 1, z, q);
    assert_same_bits(p, q, N);
  }
  lerp_problem_fini(&one);
  lerp_problem_fini(&other);
}

/* A search for a multiplier ends whatever it is given, and what is not finite does not become a point of the set. */
static void test_extreme(void **state) {
  (void)state;
  static double z[N], p[N];
  for (const member *m = members; m < members + MEMBERS; m++) {
    lerp_problem problem = problem_of(m);
    for (size_t i = 0; i < N; i++) {
      z[i] = ldexp(test_random(i), (int)(i % 1200) - 600);
    }
    apply_resolvent(&problem, 1, 2, z, p);
    random_vector(900, 1, z, N);
    z[17] = NAN;
    apply_resolvent(&problem, 1, 2, z, p);
    assert_that(isnan(p[17]), "%s made %g of a NaN", m->name, p[17]);
    lerp_problem_fini(&problem);
  }
}

int main(void) {
  suite all = {NULL, 0};
  for (const member *m = members; m < members + MEMBERS; m++) {
    suite_add(&all, test_values, m, "values: %s", m->name);
    suite_add(&all, test_firmly_nonexpansive, m, "firmly nonexpansive: %s", m->name);
    suite_add(&all, test_uniform, m, "uniform: %s", m->name);
    suite_add(&all, test_advance, m, "advance: %s", m->name);
    suite_add(&all, test_support, m, "support function: %s", m->name);
    suite_add(&all, test_is_listed, m, "is listed: %s", m->name);
  }
  for (const lerp_resolvent_entry *row = lerp_resolvents(); row->name != NULL; row++) {
    suite_add(&all, test_row, row, "the row of %s", row->name);
  }
  suite_add(&all, test_small_capped, NULL, "small capped simplices");
  suite_add(&all, test_infinite_cap, NULL, "a simplex is one with an infinite cap");
  suite_add(&all, test_extreme, NULL, "extreme values");
  suite_add(&all, test_parts_refused, NULL, "parts refuse what needs both");
  suite_add(&all, test_refused, NULL, "refused");
  return suite_run(&all, "resolvents");
}

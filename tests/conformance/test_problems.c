/* SPDX-License-Identifier: MIT */
/* Every game of the catalogue against what it says of itself: the solution solves it, L and rho hold, affine F is
 * affine, gradient F is the gradient of something; the same game through every form of its operator; payoffs. */
#include "support.h"

#include "../bench/plugin.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Specifications that a test tries besides the defaults. */
static const char *const specs[] = {
    "quadratic:n=2:rho=-0.9",
    "quadratic:n=38:rho=0.3:L=3",
    "quadratic:n=38:rho=-0.3:q=householder:offset=0.7",
    "quadratic:n=38:rho=0:offset=0.25:box=0.5",
    "spreadq:n=38:rho=-0.3",
    "spreadq:n=38:rho=-0.3:smin=0.1:q=identity",
    "spreadr:n=38:rho=-0.8:rmin=0.3",
    "mixed:n=38:rho=-0.8",
    "bilinear:n=38:offset=-0.4",
    "banded:n=38:rho=0:width=19",
    "banded:n=300:width=20",
    "banded:n=38:rho=0.3:L=2:width=0",
    "quadratic:n=38:rho=-0.3:q=householder:offset=0.7:operator=dense:storage=f32",
    "spreadr:n=38:rho=-0.3:offset=0.7:operator=affine:storage=f32",
    "quadratic:n=38:rho=-0.3:operator=affine:storage=f32",
    "nemirovski1:n=38:storage=f32",
    "nemirovski2:n=38:storage=f32",
    "l1:n=38:storage=f32",
    "matrix:file=ring.mtx:kind=affine:nx=16:storage=f32",
    "matrix:b=0.3:storage=f32",
    "matrix:b=0.3:storage=dense",
    "matrix:file=ring.mtx:b=-0.2",
    "matrix:file=ring.mtx:kind=affine",
    "matrix:file=ring.mtx:kind=affine:nx=16:set=box:storage=dense",
    "matrix:file=blotto.mtx:set=nonnegative",
    "matrix-game:storage=sparse",
    "matrix-game:file=ring.mtx",
    "random-game:rows=7:columns=12",
    "random-game:rows=7:columns=12:storage=f32",
    "random-game:instance=3",
    "random-saddle:rows=9:columns=4:set=l1:size=0.3",
    "random-saddle:rows=9:columns=4:set=l1:size=0.3:storage=f32",
    "random-saddle:set=none:b=0.4",
    "random-saddle:b=0.4:size=0.5:instance=2",
    "interaction-dominant:n=2:q=identity",
    "interaction-dominant:n=38:interaction=0.3",
    "interaction-dominant:n=38:instance=5",
    "tv:size=7:sigma=0.2:norm=anisotropic",
    "tv:size=7:instance=3",
    "logistic:mu=0.1:nu=2:tail=0.3",
    "markov:side=4:slip=0",
    "polar:a=0.75",
    "polar:a=0.3333333333333333",
    "quadratic:n=38:rho=-0.3:instance=2",
    "quadratic:n=38:rho=0.2:scale=3",
    "quadratic:n=38:rho=-0.05:condition=7:rotate=2",
    "quadratic:n=38:rho=0.2:condition=7:rotate=1",
    "spreadr:n=38:rho=-0.2:condition=3:scale=0.5:shift=2",
    "bilinear:n=38:offset=0.25:box=0.5:instance=4:scale=2",
};
enum { SPECS = sizeof specs / sizeof *specs };

/* A point where F is defined, around the solution where that is known: anywhere for affine F, else in the domain, away
 * from its boundary for most seeds. */
static void draw_point(const lerp_problem *problem, uint64_t seed, double *z) {
  size_t n = dimension_of(problem), nx = problem->op.dimension[0];
  random_vector(seed, seed % 3 == 0 ? 0.3 : 1.4, z, n);
  for (size_t i = 0; problem->solution[0] != NULL && i < n; i++) {
    z[i] += i < nx ? problem->solution[0][i] : problem->solution[1][i - nx];
  }
  if (problem->facts.constrained && !problem->facts.affine) {
    double *inside = test_new(n, sizeof *inside);
    apply_resolvent(problem, 1, 1, z, inside);
    memcpy(z, inside, n * sizeof *z);
    free(inside);
  }
}

/* z lies in the domain of a normal cone: then v = Fz is in S z. */
static bool feasible(const lerp_problem *problem, const double *z) {
  size_t n = dimension_of(problem);
  double *back = test_new(n, sizeof *back);
  apply_resolvent(problem, 1, 1, z, back);
  bool inside = distance_of(z, back, n) <= 1e-12 * (1 + norm_of(z, n));
  free(back);
  return inside;
}

static void test_facts(void **state) {
  problem_instance *game = make_game(NULL, "%s", (const char *)*state);
  const lerp_problem *problem = &game->problem;
  const lerp_facts *facts = &problem->facts;
  assert_int_equal(facts->constrained, problem->resolvent.name != NULL);
  assert_int_equal(facts->affine, problem->op.affine);
  assert_true(isnan(facts->lipschitz) || facts->lipschitz > 0);
  assert_true(problem->op.bytes >= 0 && problem->op.flops > 0);
  const lerp_parameter *parameter, *other;
  for (size_t i = 0; (parameter = problem_parameter(game->family, i)) != NULL; i++) {
    assert_in_range(i, 0, LERP_PARAMETERS_MAX - 1);
    for (size_t j = 0; j < i && (other = problem_parameter(game->family, j)) != NULL; j++) {
      assert_string_not_equal(other->name, parameter->name);
    }
  }
  problem_free(game);
}

/* What F keeps from one evaluation to the next it keeps in other coordinates and under noise as well. */
static void test_memory(void **state) {
  static const char *const moved[] = {"instance=2", "rotate=1", "noise=0.1"};
  problem_instance *plain = make_game(NULL, "%s", (const char *)*state);
  for (size_t i = 0; i < sizeof moved / sizeof *moved; i++) {
    problem_instance *game = make_game(NULL, "%s:%s", (const char *)*state, moved[i]);
    assert_int_equal(game->problem.op.memory, plain->problem.op.memory);
    problem_free(game);
  }
  problem_free(plain);
}

/* The residual vanishes at the solution. */
static void test_solution(void **state) {
  problem_instance *game = make_game(NULL, "%s", (const char *)*state);
  const lerp_problem *problem = &game->problem;
  if (problem->solution[0] != NULL) {
    lerp_method_instance *method = make_method(&problem->facts, "gda:gamma=1e-6");
    lerp_settings settings = lerp_settings_default();
    settings.max_iterations = 0;
    settings.residual_step = 1;
    lerp_solver *solver = make_solver(problem, method, &settings);
    lerp_solver_restart(solver, (const double *const[]){problem->solution[0], problem->solution[1]});
    lerp_error error;
    assert_ok(lerp_solver_solve(solver, &error), &error);
    assert_close(lerp_solver_result(solver)->residual, 0, 1e-12, 0);
    assert_close(lerp_solver_result(solver)->distance, 0, 0, 0);
    lerp_solver_free(solver);
    lerp_method_free(method);
  }
  problem_free(game);
}

/* |Fz - Fw| <= L |z - w| on the domain, reached to a share of it by points close to each other or, for affine F, by
 * following the differences of F, which turn to the largest singular value. */
static void test_lipschitz(void **state) {
  problem_instance *game = make_game(NULL, "%s", (const char *)*state);
  const lerp_problem *problem = &game->problem;
  size_t n = dimension_of(problem);
  double *z = test_new(n, sizeof *z), *w = test_new(n, sizeof *w), *f = test_new(n, sizeof *f),
         *g = test_new(n, sizeof *g);
  double largest = 0;
  for (uint64_t trial = 0; trial < 400 && !isnan(problem->facts.lipschitz); trial++) {
    if (trial > 300 && problem->facts.affine) {
      double turned = distance_of(f, g, n);
      for (size_t i = 0; i < n; i++) {
        w[i] = z[i] + (g[i] - f[i]) / turned;
      }
    } else {
      draw_point(problem, 2 * trial, z);
      draw_point(problem, 2 * trial + 1, w);
    }
    for (size_t i = 0; trial <= 300 && trial % 2 == 1 && i < n; i++) {
      w[i] = z[i] + 1e-4 * (w[i] - z[i]);
    }
    apply_operator(problem, 1, z, f);
    apply_operator(problem, 1, w, g);
    double ratio = distance_of(f, g, n) / distance_of(z, w, n);
    largest = fmax(largest, ratio);
    assert_that(ratio <= problem->facts.lipschitz * (1 + 1e-7), "|Fz - Fw|/|z - w|=%.12g, L=%.12g", ratio,
                problem->facts.lipschitz);
  }
  assert_true(isnan(problem->facts.lipschitz) || largest >= 0.3 * problem->facts.lipschitz);
  free(z);
  free(w);
  free(f);
  free(g);
  problem_free(game);
}

/* <Fz, z - z*> >= rho |Fz|^2 in the domain; for affine F also between any two points. */
static void test_rho(void **state) {
  problem_instance *game = make_game(NULL, "%s", (const char *)*state);
  const lerp_problem *problem = &game->problem;
  size_t n = dimension_of(problem), nx = problem->op.dimension[0];
  double *z = test_new(n, sizeof *z), *w = test_new(n, sizeof *w), *f = test_new(n, sizeof *f),
         *g = test_new(n, sizeof *g);
  bool known = !isnan(problem->facts.rho) && problem->solution[0] != NULL;
  const bool rounded = strstr(*state, "storage=f32") != NULL;
  for (uint64_t trial = 0; trial < 400 && known; trial++) {
    draw_point(problem, trial, z);
    if (!feasible(problem, z)) {
      continue;
    }
    memcpy(w, problem->solution[0], nx * sizeof *w);
    memcpy(w + nx, problem->solution[1], (n - nx) * sizeof *w);
    if (problem->facts.affine && trial % 2 == 1) {
      draw_point(problem, 10000 + trial, w);
    }
    apply_operator(problem, 1, z, f);
    apply_operator(problem, 1, w, g);
    for (size_t i = 0; i < n; i++) {
      f[i] -= g[i];
      w[i] = z[i] - w[i];
    }
    double square = product_of(f, f, n), inner = product_of(f, w, n);
    assert_that(inner >= problem->facts.rho * square - (rounded ? 1e-6 : 1e-9) * (1 + square),
                "<v, z - z*>/|v|^2=%.12g, rho=%.12g", inner / square, problem->facts.rho);
  }
  free(z);
  free(w);
  free(f);
  free(g);
  problem_free(game);
}

/* JF v at z, by central differences. */
static void jacobian_times(const lerp_problem *problem, const double *z, const double *v, double *out) {
  size_t n = dimension_of(problem);
  double *at = test_new(n, sizeof *at), *other = test_new(n, sizeof *other);
  const double h = 1e-5;
  for (int side = -1; side <= 1; side += 2) {
    for (size_t i = 0; i < n; i++) {
      at[i] = z[i] + side * h * v[i];
    }
    apply_operator(problem, 1, at, side < 0 ? other : out);
  }
  for (size_t i = 0; i < n; i++) {
    out[i] = (out[i] - other[i]) / (2 * h);
  }
  free(at);
  free(other);
}

/* What J does to u is what shift I + skew does, by its pairing with v; and x stays out of the x part, y out of the y part. */
static bool pairs_like_skew(const lerp_problem *problem, const double *u, const double *v, const double *ju,
                            const double *jv) {
  size_t n = dimension_of(problem);
  double sum = product_of(ju, v, n) + product_of(jv, u, n) - 2 * problem->facts.shift * product_of(u, v, n);
  return fabs(sum) <= 1e-6 * (1 + norm_of(ju, n) * norm_of(v, n));
}

static bool crosses(const lerp_problem *problem, const double *z, const double *u) {
  size_t n = dimension_of(problem), nx = problem->op.dimension[0];
  double *half = test_new(n, sizeof *half), *image = test_new(n, sizeof *image);
  memcpy(half, u, nx * sizeof *half);
  jacobian_times(problem, z, half, image);
  bool crossed = norm_of(image, nx) <= 1e-6 * (1 + norm_of(image, n));
  memset(half, 0, nx * sizeof *half);
  memcpy(half + nx, u + nx, (n - nx) * sizeof *half);
  jacobian_times(problem, z, half, image);
  crossed = crossed && norm_of(image + nx, n - nx) <= 1e-6 * (1 + norm_of(image, n));
  free(half);
  free(image);
  return crossed;
}

/* F = D grad f with D = +1 on x and -1 on y: D JF is symmetric. Affine: JF is the same everywhere; then shift I + skew,
 * or bilinear. */
static void test_kind(void **state) {
  problem_instance *game = make_game(NULL, "%s", (const char *)*state);
  const lerp_problem *problem = &game->problem;
  size_t n = dimension_of(problem), nx = problem->op.dimension[0];
  double *z = test_new(n, sizeof *z), *u = test_new(n, sizeof *u), *v = test_new(n, sizeof *v);
  double *ju = test_new(n, sizeof *ju), *jv = test_new(n, sizeof *jv);
  bool symmetric = true, constant = true, skew = true, bilinear = true;
  for (uint64_t trial = 0; trial < 10; trial++) {
    random_vector(500 + 3 * trial, 0.7, z, n);
    random_vector(501 + 3 * trial, 1, u, n);
    random_vector(502 + 3 * trial, 1, v, n);
    jacobian_times(problem, z, u, ju);
    jacobian_times(problem, z, v, jv);
    double left = product_of(ju, v, nx) - product_of(ju + nx, v + nx, n - nx);
    double right = product_of(jv, u, nx) - product_of(jv + nx, u + nx, n - nx);
    symmetric = symmetric && fabs(left - right) <= 1e-6 * (1 + norm_of(ju, n) * norm_of(v, n));
    skew = skew && pairs_like_skew(problem, u, v, ju, jv);
    bilinear = bilinear && crosses(problem, z, u);
    random_vector(900 + trial, 0.7, z, n);
    jacobian_times(problem, z, u, jv);
    constant = constant && distance_of(ju, jv, n) <= 1e-6 * (1 + norm_of(ju, n));
  }
  assert_int_equal(symmetric, problem->facts.gradient);
  assert_int_equal(constant, problem->facts.affine);
  assert_int_equal(constant && skew, problem->facts.shifted_skew);
  assert_int_equal(constant && symmetric && bilinear, problem->facts.bilinear);
  free(z);
  free(u);
  free(v);
  free(ju);
  free(jv);
  problem_free(game);
}

/* What comes of a point: a file, and a picture where the family has one, not of points that are not finite. */
static void test_output(void **state) {
  problem_instance *game = make_game(NULL, "%s", (const char *)*state);
  size_t n = dimension_of(&game->problem), nx = game->problem.op.dimension[0];
  double *z = test_new(n, sizeof *z);
  random_vector(77, 0.5, z, n);
  lerp_error error;
  FILE *file = tmpfile();
  assert_non_null(file);
  const lerp_status saved = problem_save(game, z, z + nx, file, &error);
  assert_that(saved == LERP_UNSUPPORTED || (saved == LERP_OK && ftell(file) > 10), "%s", error.message);
  fclose(file);
  lerp_picture picture = {.caption = NULL};
  if (game->family->picture == NULL) {
    assert_int_equal(problem_picture(game, z, z + nx, &picture, &error), LERP_UNSUPPORTED);
  } else {
    assert_ok(problem_picture(game, z, z + nx, &picture, &error), &error);
    assert_true(strlen(picture.caption) > 10 && picture.panels > 0);
    for (size_t i = 0; i < picture.panels; i++) {
      assert_true(strlen(picture.panel[i].title) > 0 && picture.panel[i].layers > 0);
    }
    lerp_picture_fini(&picture);
    for (size_t i = 0; i < n; i++) {
      z[i] = NAN;
    }
    assert_int_not_equal(problem_picture(game, z, z + nx, &picture, &error), LERP_OK);
  }
  lerp_picture_fini(&picture);
  free(z);
  problem_free(game);
}

/* Payoffs, where the game is given by one: F = (grad_x, -grad_y). */
static double forsaken_phi(double t) {
  return t * t / 4 - pow(t, 4) / 2 + pow(t, 6) / 6;
}

static double global_forsaken_psi(double t) {
  return t * t / 3 - pow(t, 4) / 3 + 2 * pow(t, 6) / 21;
}

static double forsaken_payoff(const double *z, size_t n) {
  (void)n;
  return z[0] * (z[1] - 0.45) + forsaken_phi(z[0]) - forsaken_phi(z[1]);
}

static double global_forsaken_payoff(const double *z, size_t n) {
  (void)n;
  return z[0] * z[1] + global_forsaken_psi(z[0]) - global_forsaken_psi(z[1]);
}

/* b/2 |x - o|^2 - b/2 |y - o|^2 + a (x - o)' Q (y - o), rho = -0.3, L = 1, Q a Householder reflector */
static double quadratic_payoff(const double *z, size_t n) {
  size_t d = n / 2;
  double b = -0.3, a = sqrt(1 - b * b), o = 0.7, squares = 0, xy = 0, ux = 0, uy = 0, uu = 0;
  for (size_t i = 0; i < d; i++) {
    double x = z[i] - o, y = z[d + i] - o, u = 1 / (double)(i + 1);
    squares += x * x - y * y;
    xy += x * y;
    ux += u * x;
    uy += u * y;
    uu += u * u;
  }
  return b / 2 * squares + a * (xy - 2 * ux * uy / uu);
}

/* b/2 |x|^2 - b/2 |y|^2 + a sum_i x_i (mean of y over i - 4 ... i + 4, reflected at the ends), b = 0.2 9, L = 3 */
static double banded_payoff(const double *z, size_t n) {
  long d = (long)n / 2;
  double b = 1.8, a = sqrt(9 - b * b), sum = 0;
  for (long i = 0; i < d; i++) {
    sum += b / 2 * (z[i] * z[i] - z[d + i] * z[d + i]);
    for (long k = i - 4; k <= i + 4; k++) {
      sum += a / 9 * z[i] * z[d + (k < 0 ? -1 - k : k >= d ? 2 * d - 1 - k : k)];
    }
  }
  return sum;
}

static double bilinear_payoff(const double *z, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n / 2; i++) {
    sum += (z[i] + 0.4) * (z[n / 2 + i] + 0.4);
  }
  return sum;
}

/* The sum of phi(x_i) - phi(y_i) and s x'Qy, h = 0.3, H = 1.2, s = 0.8, Q a Householder reflector */
static double interaction_phi(double t) {
  return 1.2 * t * t / 2 - 1.5 * (sqrt(1 + t * t) - 1);
}

static double interaction_payoff(const double *z, size_t n) {
  double sum = 0, xy = 0, ux = 0, uy = 0, uu = 0;
  for (size_t i = 0; i < n / 2; i++) {
    double x = z[i], y = z[n / 2 + i], u = 1 / (double)(i + 1);
    sum += interaction_phi(x) - interaction_phi(y);
    xy += x * y;
    ux += u * x;
    uy += u * y;
    uu += u * u;
  }
  return sum + 0.8 * (xy - 2 * ux * uy / uu);
}

static const struct payoff {
  const char *spec;
  double (*value)(const double *z, size_t n);
} payoffs[] = {{"forsaken", forsaken_payoff},
               {"global-forsaken", global_forsaken_payoff},
               {"quadratic:n=38:rho=-0.3:q=householder:offset=0.7", quadratic_payoff},
               {"interaction-dominant:n=38:curvature=0.3:convexity=1.2:interaction=0.8", interaction_payoff},
               {"banded:n=38:rho=0.2:L=3:width=4", banded_payoff},
               {"bilinear:n=38:offset=-0.4", bilinear_payoff}};

static void test_payoff(void **state) {
  const struct payoff *payoff = *state;
  problem_instance *game = make_game(NULL, "%s", payoff->spec);
  const lerp_problem *problem = &game->problem;
  size_t n = dimension_of(problem), nx = problem->op.dimension[0];
  double *z = test_new(n, sizeof *z), *f = test_new(n, sizeof *f);
  for (uint64_t trial = 0; trial < 10; trial++) {
    random_vector(700 + trial, 1.1, z, n);
    apply_operator(problem, 1, z, f);
    for (size_t i = 0; i < n; i++) {
      const double h = 1e-5, middle = z[i];
      z[i] = middle + h;
      double above = payoff->value(z, n);
      z[i] = middle - h;
      double slope = (above - payoff->value(z, n)) / (2 * h);
      z[i] = middle;
      assert_close(f[i], i < nx ? slope : -slope, 1e-7, 1e-7);
    }
  }
  free(z);
  free(f);
  problem_free(game);
}

/* Published numbers: L, rho, z*. */
static void test_numbers(void **state) {
  (void)state;
  const double lapack = lerp_capabilities() & LERP_HAS_LAPACK ? 1 : NAN, root = 1 + sqrt(3);
  const struct {
    const char *spec;
    double lipschitz, rho, relative;
  } numbers[] = {{"polar:a=1", 18.547952, -0.0477422, 2e-6},
                 {"polar:a=0.75", 13.938390, -0.0358425, 2e-6},
                 {"polar:a=0.3333333333333333", 6.306090, -0.0159465, 4e-6},
                 {"forsaken", 12.402569, NAN, 1e-7},
                 {"global-forsaken", 2.868417, -0.119732, 1e-6},
                 {"quadratic:rho=-0.3:L=2", 2, -0.3, 1e-15},
                 {"bilinear", 1, 0, 0},
                 {"matrix", root, 0, 1e-14},
                 {"matrix:b=0.3", hypot(0.3, root), 0.3 / (0.09 + root * root), 1e-14},
                 {"matrix:b=-0.5", hypot(0.5, root), lapack * -2, 1e-12},
                 {"matrix:file=ring.mtx:b=-0.2", hypot(0.2, 4.1), lapack * -0.2 / (0.04 + 0.01), 1e-12},
                 {"matrix:file=ring.mtx:kind=affine", 4.1, lapack / 4.1, 1e-13},
                 {"spreadr:rho=-0.4", 1, -0.4, 1e-14},
                 {"mixed:rho=-0.4", 1, -0.4, 1e-14},
                 {"spreadq:rho=-0.4:smin=0.5", 1, -0.4 / (0.16 + 0.84 * 0.25), 1e-14}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    problem_instance *game = make_game(NULL, "%s", numbers[i].spec);
    assert_close(game->problem.facts.lipschitz, numbers[i].lipschitz, 0, numbers[i].relative);
    if (!isnan(numbers[i].rho)) {
      assert_close(game->problem.facts.rho, numbers[i].rho, 0, numbers[i].relative);
    }
    problem_free(game);
  }
  problem_instance *game = make_game(NULL, "forsaken");
  assert_close(game->problem.solution[0][0], 0.07802666873846, 1e-13, 0);
  assert_close(game->problem.solution[1][0], 0.41193385136582, 1e-13, 0);
  problem_free(game);
}

/* The same game through its own operator, a dense or affine matrix and a plain function: the same iterates. */
static void check_form(const char *spec, const char *form, const char *method_name) {
  problem_instance *own = make_game("cos", "%s", spec),
                   *other = make_game("cos", "%s:operator=%s", spec, form);
  size_t n = dimension_of(&own->problem);
  lerp_method_instance *method = make_method(&own->problem.facts, "%s", method_name);
  double *expected = test_new(n, sizeof *expected), *z = test_new(n, sizeof *z);
  lerp_settings settings = settings_for(20);
  for (int threads = 1; threads <= 3; threads++) {
    settings.threads = threads;
    iterate_of(&own->problem, method, 20, &settings, expected);
    iterate_of(&other->problem, method, 20, &settings, z);
    for (size_t i = 0; i < n; i++) {
      assert_close(z[i], expected[i], 1e-12 * (1 + norm_of(expected, n)), 0);
    }
  }
  free(expected);
  free(z);
  lerp_method_free(method);
  problem_free(own);
  problem_free(other);
}

/* In single precision F is that of a rounded matrix, and no farther away. */
static void test_storage(void **state) {
  const char *spec = *state;
  problem_instance *game = make_game(NULL, "%s", spec), *rounded = make_game(NULL, "%s:storage=f32", spec);
  const size_t n = dimension_of(&game->problem);
  double *z = test_new(n, sizeof *z), *f = test_new(n, sizeof *f), *g = test_new(n, sizeof *g);
  random_vector(5, 1, z, n);
  apply_operator(&game->problem, 1, z, f);
  apply_operator(&rounded->problem, 1, z, g);
  const double distance = distance_of(f, g, n) / norm_of(f, n);
  assert_that(distance > 1e-10 && distance < 1e-6, "%s: relative distance %g", spec, distance);
  assert_true(rounded->problem.op.bytes < 0.75 * game->problem.op.bytes);
  free(z);
  free(f);
  free(g);
  problem_free(game);
  problem_free(rounded);
}

static void test_forms(void **state) {
  const char *form = *state;
  const char *const games[] = {"quadratic:n=38:rho=-0.2:q=householder:offset=0.4",
                               "quadratic:n=1100:rho=-0.2",
                               "quadratic:n=38:offset=0.4:box=0.5",
                               "spreadq:n=38:rho=-0.2",
                               "spreadq:n=1100:q=identity",
                               "bilinear:n=38:offset=0.3:box=1"};
  for (size_t g = 0; g < sizeof games / sizeof *games; g++) {
    check_form(games[g], form, "eg+:gamma=0.9:alpha=0.5");
    check_form(games[g], form, "ceg+:gamma=0.9:delta=-0.2");
    check_form(games[g], form, "rapp:gamma=0.9:inner=3:lambda=0.4");
  }
  if (strcmp(form, "dense") != 0) {
    check_form("mixed:n=38:rho=-0.5", form, "ogda:gamma=0.4");
    check_form("spreadr:n=1100:rho=-0.5", form, "wrapp:gamma=0.6:lambda=0.3");
  }
  if (strcmp(form, "callback") != 0 && (lerp_capabilities() & LERP_HAS_LAPACK) != 0) {
    check_form("quadratic:n=38:rho=-0.2:q=householder:offset=0.4", form, "rpp:gamma=1.5:lambda=0.7");
    check_form("spreadq:n=38:rho=-0.2", form, "pp:gamma=2");
  }
}

/* Starts: formulas, components, and what is wrong with others. */
static void test_starts(void **state) {
  (void)state;
  static const char *const names[] = {"sin", "cos", "alt", "ones", "sq", "zero"};
  enum { N = 7 };
  for (int s = 0; s < 6; s++) {
    assert_string_equal(problem_starts()[s], names[s]);
    problem_instance *game = make_game(names[s], "mixed:n=%d", 2 * N);
    double plain[2 * N], norm = 0;
    for (int i = 0; i < 2 * N; i++) {
      double values[] = {
          sin(i + 1), cos(2 * i + 1), (i % 2 == 0 ? 1.0 : -1.0) / (i + 1), 1, sin((i + 1.0) * (i + 1.0)), 0};
      plain[i] = values[s];
    }
    norm = norm_of(plain, 2 * N);
    for (int i = 0; i < 2 * N; i++) {
      const double *part = game->problem.start[i / N];
      assert_close(part == NULL ? 0 : part[i % N], s == 5 ? 0 : plain[i] / norm, 1e-15, 1e-14);
    }
    problem_free(game);
  }
  assert_null(problem_starts()[6]);
  problem_instance *game = make_game("1,-0.5,3e-2,4", "mixed:n=4");
  assert_close(game->problem.start[0][0], 1, 0, 0);
  assert_close(game->problem.start[0][1], -0.5, 0, 0);
  assert_close(game->problem.start[1][0], 0.03, 0, 0);
  assert_close(game->problem.start[1][1], 4, 0, 0);
  problem_free(game);
}

static void check_same_start(const char *spec, const char *start, bool expected) {
  problem_instance *plain = make_game(start, "%s", spec), *moved = make_game(start, "%s:instance=1", spec);
  size_t d = plain->problem.op.dimension[0];
  assert_int_equal(distance_of(plain->problem.start[0], moved->problem.start[0], d) == 0, expected);
  problem_free(plain);
  problem_free(moved);
}

/* Formulas hold in the coordinates of the moved problem, and what they give is resolved; components stay. */
static void test_moved_starts(void **state) {
  (void)state;
  static const char *const games[] = {"cyclic:n=14:instance=4", "polar:instance=1", "polar:instance=2",
                                      "bilinear:n=38:box=0.3:instance=5", "global-forsaken:shift=9"};
  for (size_t i = 0; i < sizeof games / sizeof *games; i++) {
    problem_instance *game = make_game(NULL, "%s", games[i]);
    size_t d = game->problem.op.dimension[0];
    double *z = test_new(2 * d, sizeof *z);
    memcpy(z, game->problem.start[0], d * sizeof *z);
    memcpy(z + d, game->problem.start[1], d * sizeof *z);
    assert_true(feasible(&game->problem, z));
    free(z);
    problem_free(game);
  }
  check_same_start("mixed:n=14", "cos", true);
  check_same_start("polar", "3,4", true);
  check_same_start("polar", "ones", false);
}

static void read_moved(const char *spec, uint64_t seed, double *f) {
  lerp_spec *parsed;
  size_t count;
  lerp_error error;
  problem_instance *game;
  double z[14];
  assert_ok(lerp_specs_parse(spec, &parsed, &count, &error), &error);
  assert_ok(problem_new(parsed, NULL, seed, &game, &error), &error);
  random_vector(1, 1, z, 14);
  apply_operator(&game->problem, 1, z, f);
  problem_free(game);
  lerp_specs_free(parsed, 1);
}

/* An instance is the same whatever --seed says, and it is what its parameters say; otherwise --seed decides. */
static void test_instances(void **state) {
  (void)state;
  double one[14], other[14];
  read_moved("mixed:n=14:instance=3", 1, one);
  read_moved("mixed:n=14:instance=3", 2, other);
  assert_same_bits(other, one, 14);
  read_moved("mixed:n=14:instance=3:rotate=3:shift=1", 1, other);
  assert_same_bits(other, one, 14);
  static const char *const different[] = {"mixed:n=14", "mixed:n=14:instance=4",
                                          "mixed:n=14:instance=3:shift=2", "mixed:n=14:instance=3:rotate=2",
                                          "mixed:n=14:instance=3:scale=2"};
  for (size_t i = 0; i < sizeof different / sizeof *different; i++) {
    read_moved(different[i], 1, other);
    assert_true(distance_of(one, other, 14) > 1e-3);
  }
  read_moved("mixed:n=14:rotate=1:shift=2", 1, one);
  read_moved("mixed:n=14:rotate=1:shift=2", 2, other);
  assert_true(distance_of(one, other, 14) > 1e-3);
}

/* The distance of the solution from that of the plain game is the shift. */
static void test_shift(void **state) {
  (void)state;
  problem_instance *game = make_game(NULL, "quadratic:n=22:shift=2.5");
  double square = 0;
  for (int part = 0; part < LERP_PARTS; part++) {
    square += product_of(game->problem.solution[part], game->problem.solution[part], 11);
  }
  assert_close(sqrt(square), 2.5, 1e-14, 0);
  problem_free(game);
}

/* The published seeds are what they are said to be, as far as a long double shows. */
static void test_seeds(void **state) {
  (void)state;
  size_t k = 0;
  for (int p = 2; k < PROBLEM_INSTANCES; p++) {
    int divisor = 2;
    while (p % divisor != 0) {
      divisor++;
    }
    if (divisor == p) {
      long double fraction = sqrtl(p) - floorl(sqrtl(p));
      long double published = ldexpl((long double)problem_instance_seed(++k), -64);
      assert_true(fabsl(published - fraction) < 16 * LDBL_EPSILON);
    }
  }
}

static lerp_evaluator *evaluator_of(const problem_instance *game) {
  lerp_evaluator *evaluator;
  lerp_error error;
  assert_ok(lerp_evaluator_new(&game->problem, &evaluator, &error), &error);
  return evaluator;
}

static double residual_at(lerp_evaluator *evaluator, double x, double y) {
  lerp_error error;
  double residual;
  assert_ok(lerp_evaluator_residual(evaluator, 1, &x, &y, &residual, &error), &error);
  return residual;
}

/* The three points solve it, and where the residual, which is 3-Lipschitz, is large on a grid there is no fourth. */
static void test_three_solutions(void **state) {
  (void)state;
  const double steep = 0.9 - sqrt(0.99) * 0.1 / 0.1, points[3][2] = {{0.9, 0.9}, {1, -1}, {1, steep}};
  problem_instance *game = make_game(NULL, "three-solutions");
  lerp_evaluator *evaluator = evaluator_of(game);
  assert_close(steep, -0.0950, 5e-5, 0);
  assert_true(isnan(game->problem.facts.rho));
  assert_non_null(strstr(game->problem.facts.note, "three solutions"));
  for (int i = 0; i < 3; i++) {
    assert_close(residual_at(evaluator, points[i][0], points[i][1]), 0, 1e-15, 0);
  }
  enum { CELLS = 500 };
  const double h = 2.0 / CELLS;
  for (int i = 0; i <= CELLS; i++) {
    for (int j = 0; j <= CELLS; j++) {
      const double z[2] = {-1 + i * h, -1 + j * h};
      bool near = false;
      for (int p = 0; p < 3; p++) {
        near = near || distance_of(z, points[p], 2) < 0.2;
      }
      assert_true(near || residual_at(evaluator, z[0], z[1]) > 3 * h * sqrt(0.5));
    }
  }
  lerp_evaluator_free(evaluator);
  problem_free(game);
}

/* A box adds (box, -box) to the solutions of the quadratic, or its mirror image, just where the note says so. */
static void test_uniqueness(void **state) {
  (void)state;
  const struct {
    const char *spec;
    double box;
    const char *note;
  } cases[] = {{"quadratic:n=2:rho=-0.1:offset=0.9:box=1", 1, "holds solutions besides"},
               {"quadratic:n=2:rho=-0.05:offset=0.9:box=1", 1, NULL},
               {"quadratic:n=2:rho=-0.1:offset=0.83:box=1", 1, "holds solutions besides"},
               {"quadratic:n=2:rho=-0.1:offset=0.81:box=1", 1, NULL},
               {"quadratic:n=2:rho=-0.1:offset=-1.8:box=2", -2, "holds solutions besides"},
               {"quadratic:n=2:rho=-0.1:offset=-1.5:box=2", -2, NULL},
               {"quadratic:n=2:rho=0.1:offset=0.99:box=1", 1, NULL},
               {"quadratic:n=2:rho=-1:box=1", 1, "holds solutions besides"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    problem_instance *game = make_game(NULL, "%s", cases[i].spec);
    const char *note = game->problem.facts.note;
    assert_int_equal(note != NULL, cases[i].note != NULL);
    assert_true(note == NULL || strstr(note, cases[i].note) != NULL);
    lerp_evaluator *evaluator = evaluator_of(game);
    const bool solves = residual_at(evaluator, cases[i].box, -cases[i].box) <= 1e-15;
    assert_int_equal(solves, cases[i].note != NULL);
    lerp_evaluator_free(evaluator);
    problem_free(game);
  }
  problem_instance *turned = make_game(NULL, "quadratic:n=8:rho=-0.1:q=householder:box=1"),
                   *free_game = make_game(NULL, "quadratic:n=8:rho=-0.1"),
                   *stretched = make_game(NULL, "quadratic:n=8:rho=-0.1:condition=2");
  assert_non_null(strstr(turned->problem.facts.note, "may hold"));
  assert_null(free_game->problem.facts.note);
  assert_non_null(strstr(stretched->problem.facts.note, "bounds"));
  problem_free(turned);
  problem_free(free_game);
  problem_free(stretched);
}

static void check_refused(const char *text, const char *start, lerp_status expected, const char *named) {
  lerp_spec *spec;
  size_t count;
  lerp_error error;
  assert_ok(lerp_specs_parse(text, &spec, &count, &error), &error);
  problem_instance *game = NULL;
  lerp_status status = problem_new(spec, start, 1, &game, &error);
  assert_that(status == expected && game == NULL, "%s from %s: %s", text, start == NULL ? "its own" : start,
              lerp_status_name(status));
  assert_that(strstr(error.message, named) != NULL, "%s: message '%s' does not name %s", text, error.message,
              named);
  lerp_specs_free(spec, count);
}

static void test_refused(void **state) {
  (void)state;
  check_refused("quadratc", NULL, LERP_UNKNOWN, "quadratic");
  check_refused("quadratic:ro=1", NULL, LERP_UNKNOWN, "rho");
  check_refused("quadratic:n=3", NULL, LERP_INVALID, "n");
  check_refused("quadratic:n=0", NULL, LERP_INVALID, "n");
  check_refused("quadratic:n=2.5", NULL, LERP_INVALID, "n");
  check_refused("quadratic:rho=-1.5", NULL, LERP_INVALID, "rho");
  check_refused("quadratic:L=0", NULL, LERP_INVALID, "L");
  check_refused("quadratic:q=diagonal", NULL, LERP_INVALID, "householder");
  check_refused("quadratic:box=-1", NULL, LERP_INVALID, "box");
  check_refused("spreadr:rmin=0", NULL, LERP_INVALID, "rmin");
  check_refused("mixed:instance=31", NULL, LERP_INVALID, "instance");
  check_refused("mixed:instance=1.5", NULL, LERP_INVALID, "instance");
  check_refused("mixed:rotate=-1", NULL, LERP_INVALID, "rotate");
  check_refused("mixed:shift=-1", NULL, LERP_INVALID, "shift");
  check_refused("mixed:scale=0", NULL, LERP_INVALID, "scale");
  check_refused("mixed:condition=0.5", NULL, LERP_INVALID, "condition");
  check_refused("bilinear:box=1:condition=2", NULL, LERP_UNSUPPORTED, "box");
  check_refused("mixed:operator=dense", NULL, LERP_INVALID, "dense");
  check_refused("mixed:storage=f32", NULL, LERP_INVALID, "operator=affine");
  check_refused("bilinear:operator=callback:storage=f32", NULL, LERP_INVALID, "callback");
  check_refused("l1:storage=f16", NULL, LERP_INVALID, "f64, f32");
  check_refused("mixed:n=4", "sinus", LERP_INVALID, "sin, cos");
  check_refused("mixed:n=4", "1,2,3", LERP_INVALID, "4");
  check_refused("mixed:n=4", "1,2,3,4,5", LERP_INVALID, "4");
  check_refused("mixed:n=4", "1,2,x,4", LERP_INVALID, "x");
  check_refused("mixed:n=4", "1,2,nan,4", LERP_INVALID, "nan");
}

/* The specification with what was given, which reads back to the same game. */
static void test_format(void **state) {
  (void)state;
  static const char *const texts[][2] = {{"quadratic", "quadratic"},
                                         {"quadratic:rho=-0.30:n=256", "quadratic:n=256:rho=-0.3"},
                                         {"spreadq:q=identity:n=4", "spreadq:n=4:q=identity"},
                                         {"polar:a=0.3333333333333333", "polar:a=0.3333333333333333"},
                                         {"mixed:shift=2:instance=7:n=4", "mixed:n=4:instance=7:shift=2"}};
  for (int i = 0; i < 5; i++) {
    problem_instance *game = make_game(NULL, "%s", texts[i][0]);
    char text[256];
    problem_format(game, text, sizeof text);
    assert_string_equal(text, texts[i][1]);
    char little[8];
    problem_format(game, little, sizeof little);
    assert_int_equal(strlen(little), strlen(texts[i][1]) < 7 ? strlen(texts[i][1]) : 7);
    problem_free(game);
  }
}

static const struct {
  const char *name;
  CMUnitTestFunction test;
} tests[] = {{"facts", test_facts}, {"solution", test_solution}, {"L", test_lipschitz},
             {"rho", test_rho},     {"kind", test_kind},         {"output", test_output}};
enum { TESTS = sizeof tests / sizeof *tests };

static void add_all(suite *all, const char *spec) {
  for (int t = 0; t < TESTS; t++) {
    suite_add(all, tests[t].test, spec, "%s: %s", tests[t].name, spec);
  }
}

static void test_family(void **state) {
  const lerp_problem_family *family = *state;
  lerp_error error;
  assert_ptr_equal(problem_find(family->name), family);
  assert_ok(lerp_problem_family_check(family, &error), &error);
}

enum { SPEC_SIZE = 64, FAMILIES_MAX = 64 };

static void add_families(suite *all, char instance[FAMILIES_MAX][SPEC_SIZE]) {
  for (const lerp_problem_family *const *p = problem_table(); *p != NULL; p++) {
    if (is_under_test(plugin_of_problem(*p))) {
      suite_add(all, test_family, *p, "family: %s", (*p)->name);
      suite_add(all, test_memory, (*p)->name, "memory: %s", (*p)->name);
      add_all(all, (*p)->name);
      snprintf(*instance, SPEC_SIZE, "%s:instance=1", (*p)->name);
      add_all(all, *instance++);
    }
  }
}

/* Of plugins: their families. */
int main(int argc, char **argv) {
  suite all = {NULL, 0};
  static char instance[FAMILIES_MAX][SPEC_SIZE];
  take_plugins(argc, argv);
  add_families(&all, instance);
  if (argc > 1) {
    return suite_run(&all, "problems of plugins");
  }
  for (int i = 0; i < SPECS; i++) {
    add_all(&all, specs[i]);
  }
  for (size_t i = 0; i < sizeof payoffs / sizeof *payoffs; i++) {
    suite_add(&all, test_payoff, &payoffs[i], "payoff: %s", payoffs[i].spec);
  }
  static const char *const forms[] = {"dense", "affine", "callback"};
  for (int i = 0; i < 3; i++) {
    suite_add(&all, test_forms, forms[i], "operator=%s", forms[i]);
  }
  suite_add(&all, test_numbers, NULL, "published numbers");
  suite_add(&all, test_starts, NULL, "starts");
  suite_add(&all, test_moved_starts, NULL, "moved starts");
  suite_add(&all, test_instances, NULL, "instances");
  suite_add(&all, test_shift, NULL, "shift");
  suite_add(&all, test_seeds, NULL, "seeds");
  suite_add(&all, test_three_solutions, NULL, "three solutions");
  suite_add(&all, test_uniqueness, NULL, "uniqueness");
  suite_add(&all, test_refused, NULL, "refused");
  static const char *const stored[] = {"quadratic:n=380:rho=-0.2:q=householder:operator=dense",
                                       "quadratic:n=38:rho=-0.2:operator=affine",
                                       "spreadq:n=380:rho=-0.2:operator=dense",
                                       "mixed:n=38:rho=-0.2:operator=affine",
                                       "nemirovski1:n=380",
                                       "nemirovski2:n=380",
                                       "l1:n=380",
                                       "random-game:rows=130:columns=70",
                                       "random-saddle:rows=70:columns=130:b=0.4",
                                       "banded:n=3800:width=25",
                                       "markov"};
  for (size_t i = 0; i < sizeof stored / sizeof *stored; i++) {
    suite_add(&all, test_storage, stored[i], "storage=f32: %s", stored[i]);
  }
  suite_add(&all, test_format, NULL, "format");
  return suite_run(&all, "problems");
}

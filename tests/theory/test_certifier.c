/* SPDX-License-Identifier: MIT */
/* The certifier: constants against closed forms and an independent bisection, predictions against solves. */
#include "scalar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Constants */

static void check_interval(const lerp_interval *found, double expected, double width, const char *what) {
  if (isinf(expected)) {
    assert_that(found->lower == expected && found->upper == expected, "%s: [%g, %g], expected %g", what,
                found->lower, found->upper, expected);
    return;
  }
  const double rounding = 1e-15 * fabs(expected); /* of the expected value itself */
  assert_that(found->lower <= expected + rounding && expected - rounding <= found->upper,
              "%s: [%.17g, %.17g], expected %.17g", what, found->lower, found->upper, expected);
  assert_that(found->upper - found->lower <= width, "%s: an interval of width %g", what,
              found->upper - found->lower);
}

static void check_matrix(size_t n, const double *matrix, double lipschitz, double rho) {
  lerp_constants found;
  lerp_error error;
  assert_ok(lerp_matrix_constants(n, matrix, &found, &error), &error);
  assert_int_equal(found.origin, LERP_FROM_MATRIX);
  check_interval(&found.lipschitz, lipschitz, 1e-12 * fmax(lipschitz, 1), "L");
  check_interval(&found.rho, rho, 1e-10 * fmax(fabs(rho), 1), "rho");
}

/* Q M Q with the reflector Q = I - 2 u u^T/u^T u: the same constants. */
static void reflect(size_t n, double *matrix) {
  double u[16], square = 0;
  for (size_t i = 0; i < n; i++) {
    u[i] = 1 + test_random(700 + i);
    square += u[i] * u[i];
  }
  for (int side = 0; side < 2; side++) {
    for (size_t i = 0; i < n; i++) {
      double dot = 0;
      for (size_t j = 0; j < n; j++) {
        dot += u[j] * matrix[side == 0 ? i * n + j : j * n + i];
      }
      for (size_t j = 0; j < n; j++) {
        matrix[side == 0 ? i * n + j : j * n + i] -= 2 * dot / square * u[j];
      }
    }
  }
}

static void check_both(size_t n, const double *matrix, double lipschitz, double rho) {
  double reflected[16 * 16];
  check_matrix(n, matrix, lipschitz, rho);
  memcpy(reflected, matrix, n * n * sizeof *matrix);
  reflect(n, reflected);
  check_matrix(n, reflected, lipschitz, rho);
}

static void test_small_matrices(void **state) {
  (void)state;
  check_both(2, (double[]){-1, 2 * sqrt(2), -2 * sqrt(2), -1}, 3, -1.0 / 9); /* lower bound of CEG+ */
  check_both(2, (double[]){2, 0, 0, 4}, 4, 0.25);
  check_both(2, (double[]){0, 5, -5, 0}, 5, 0);
  /* sym(M^-1) with M^-1 = [[1, -3], [0, 1]] has 1 - 3/2; M = [[1, 3], [0, 1]] has s^2 = (11 + sqrt(117))/2 */
  check_both(2, (double[]){1, 3, 0, 1}, sqrt((11 + sqrt(117)) / 2), -0.5);
}

/* Null vectors that are orthogonal to the range drop out; others leave no rho. */
static void test_singular_matrices(void **state) {
  (void)state;
  check_both(3, (double[]){2, 0, 0, 0, -4, 0, 0, 0, 0}, 4, -0.25);
  check_both(3, (double[]){-1, 2, 0, -2, -1, 0, 0, 0, 0}, sqrt(5), -0.2);
  check_both(3, (double[]){0, 1, -2, -1, 0, 3, 2, -3, 0}, sqrt(14), 0); /* skew of odd size */
  check_both(4, (double[]){1, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, sqrt((11 + sqrt(117)) / 2), -0.5);
  check_both(2, (double[]){0, 1, 0, 0}, 1, -INFINITY);
  check_both(2, (double[]){1, 1, 0, 0}, sqrt(2), -INFINITY);
  check_both(3, (double[]){1, 0, 0, 0, 1, 1e-3, 0, 0, 0}, sqrt(1 + 1e-6), -INFINITY);
  check_both(2, (double[]){0, 0, 0, 0}, 0, INFINITY);
}

/* The least eigenvalue of a symmetric matrix by Jacobi rotations. */
static double least_eigenvalue(size_t n, double *s) {
  for (int sweep = 0; sweep < 30; sweep++) {
    for (size_t p = 0; p < n; p++) {
      for (size_t q = p + 1; q < n; q++) {
        const double angle = atan2(2 * s[p * n + q], s[q * n + q] - s[p * n + p]) / 2;
        const double c = cos(angle), d = sin(angle);
        for (size_t i = 0; i < n; i++) {
          const double left = s[i * n + p], right = s[i * n + q];
          s[i * n + p] = c * left - d * right;
          s[i * n + q] = d * left + c * right;
        }
        for (size_t i = 0; i < n; i++) {
          const double left = s[p * n + i], right = s[q * n + i];
          s[p * n + i] = c * left - d * right;
          s[q * n + i] = d * left + c * right;
        }
      }
    }
  }
  double least = s[0];
  for (size_t i = 1; i < n; i++) {
    least = fmin(least, s[i * n + i]);
  }
  return least;
}

/* of sym(M) - r M^T M; with `only_square` of -M^T M. */
static double definiteness(size_t n, const double *m, double r, bool only_square) {
  double s[16 * 16];
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < n; j++) {
      double product = 0;
      for (size_t k = 0; k < n; k++) {
        product += m[k * n + i] * m[k * n + j];
      }
      s[i * n + j] = only_square ? -product : (m[i * n + j] + m[j * n + i]) / 2 - r * product;
    }
  }
  return least_eigenvalue(n, s);
}

static void check_random_matrix(size_t n, uint64_t seed, double shift) {
  double m[16 * 16], low = -1e3, high = 1e3;
  random_vector(seed, 1, m, n * n);
  for (size_t i = 0; i < n; i++) {
    m[i * n + i] += shift;
  }
  for (int halving = 0; halving < 70; halving++) {
    const double r = (low + high) / 2;
    *(definiteness(n, m, r, false) >= 0 ? &low : &high) = r;
  }
  lerp_constants found;
  lerp_error error;
  assert_ok(lerp_matrix_constants(n, m, &found, &error), &error);
  assert_close(found.lipschitz.upper, sqrt(-definiteness(n, m, 0, true)), 0, 1e-12);
  assert_close((found.rho.lower + found.rho.upper) / 2, low, 1e-9, 1e-9);
  assert_true(found.rho.upper - found.rho.lower < 1e-9);
}

static void test_random_matrices(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 12; seed++) {
    check_random_matrix(2 + seed % 9, seed, seed % 3 == 0 ? 4 : seed % 3 == 1 ? 0.5 : -3);
  }
}

static void test_bad_matrices(void **state) {
  (void)state;
  lerp_constants found = {.origin = LERP_FROM_SAMPLES};
  lerp_error error;
  assert_int_equal(lerp_matrix_constants(0, NULL, &found, &error), LERP_INVALID);
  assert_int_equal(lerp_matrix_constants(1, (double[]){NAN}, &found, &error), LERP_INVALID);
  assert_true(strstr(error.message, "(0, 0)") != NULL);
  assert_int_equal(found.origin, LERP_FROM_SAMPLES);
}

/* Problems */

static lerp_certificate *certify(const lerp_problem *problem, double tolerance) {
  lerp_certify_options options = lerp_certify_options_default();
  options.relative_tolerance = tolerance;
  lerp_certificate *certificate;
  lerp_error error;
  assert_ok(lerp_certify(problem, &options, &certificate, &error), &error);
  return certificate;
}

static const lerp_certificate_row *row_of(const lerp_certificate *c, const char *name) {
  for (size_t i = 0; i < c->count; i++) {
    if (strcmp(c->row[i].instance->name, name) == 0) {
      return &c->row[i];
    }
  }
  fail_msg("no row for %s", name);
  return NULL;
}

/* Constants found from evaluations alone: the facts are taken away first. */
static void check_game(const char *spec, double lipschitz, double rho) {
  problem_instance *game = make_game(NULL, "%s", spec);
  game->problem.facts.lipschitz = game->problem.facts.rho = NAN;
  lerp_certificate *c = certify(&game->problem, 1e-6);
  check_interval(&c->constants.lipschitz, lipschitz, 1e-11, spec);
  check_interval(&c->constants.rho, rho, 1e-9, spec);
  assert_close(c->facts.lipschitz, lipschitz, 0, 1e-11);
  assert_close(c->facts.rho, rho, rho == 0 ? 0 : 1e-9, 0);
  assert_int_equal(c->disagreements, 0);
  lerp_certificate_free(c);
  problem_free(game);
}

static void test_games(void **state) {
  (void)state;
  check_game("quadratic:n=20:rho=-0.3", 1, -0.3);
  check_game("quadratic:n=20:rho=-0.05:L=5:q=householder:offset=1000", 5, -0.05);
  check_game("quadratic:n=2:L=3:rho=-0.1111111111111111", 3, -1.0 / 9);
  check_game("quadratic:n=20:rho=0.4", 1, 0.4);
  check_game("bilinear:n=20", 1, 0);
  check_game("spreadr:n=40:rho=-0.7:rmin=0.2", 1, -0.7);
  check_game("mixed:n=40:rho=-0.2", 1, -0.2);
  const double b = -0.3, a = sqrt(1 - b * b), smin = 0.25;
  check_game("spreadq:n=40:rho=-0.3:smin=0.25", 1, b / (b * b + a * a * smin * smin));
  check_game("spreadq:n=40:rho=-0.3:smin=0.25:q=identity", 1, b / (b * b + a * a * smin * smin));
}

static void test_problem_matrix(void **state) {
  (void)state;
  const double m[] = {1, -2, 3, 0.5, 4, -1, 2, 2, 7}, q[] = {1e3, -2e3, 5e2};
  lerp_problem problem = {.facts = {.affine = true}};
  lerp_error error;
  assert_ok(lerp_operator_affine(&problem.op, (const size_t[]){2, 1}, m, q, &error), &error);
  double found[9], constant[3];
  assert_ok(lerp_problem_matrix(&problem, found, constant, &error), &error);
  for (int i = 0; i < 9; i++) {
    assert_close(found[i], m[i], 1e-15, 1e-15);
  }
  for (int i = 0; i < 3; i++) {
    assert_close(constant[i], q[i], 0, 1e-15);
  }
  lerp_problem_fini(&problem);
}

/* Facts that are refuted are said; one that merely could be better is not, but steps are made for the better one. */
static void test_disagreement(void **state) {
  (void)state;
  const struct {
    double lipschitz, rho;
    size_t disagreements;
    double used_lipschitz, used_rho;
  } cases[] = {{1, -0.2, 0, 1, -0.2}, {0.9, -0.2, 1, 1, -0.2}, {1, -0.1, 1, 1, -0.2},
               {0.5, 0, 2, 1, -0.2},  {2, -0.4, 0, 1, -0.2},   {NAN, NAN, 0, 1, -0.2}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    problem_instance *game = make_game(NULL, "mixed:n=16:rho=-0.2");
    game->problem.facts.lipschitz = cases[i].lipschitz;
    game->problem.facts.rho = cases[i].rho;
    lerp_certificate *c = certify(&game->problem, 1e-6);
    assert_int_equal(c->disagreements, cases[i].disagreements);
    assert_close(c->facts.lipschitz, cases[i].used_lipschitz, 0, 1e-11);
    assert_close(c->facts.rho, cases[i].used_rho, 0, 1e-10);
    assert_close(lerp_method_value(row_of(c, "eg")->instance, "gamma"), 0.9, 0, 1e-11);
    lerp_certificate_free(c);
    problem_free(game);
  }
}

/* Wrong claims about the form of F are found out and not relied on; `sentence` NULL: there is none. */
static void check_claim(lerp_problem *problem, const char *sentence) {
  lerp_certificate *c = certify(problem, 1e-6);
  assert_int_equal(c->disagreements, sentence == NULL ? 0 : 1);
  if (sentence != NULL) {
    assert_that(strstr(c->disagreement[0], sentence) != NULL, "%s", c->disagreement[0]);
  }
  lerp_certificate_free(c);
}

static void test_claims(void **state) {
  (void)state;
  const char *const sentence[] = {"affine", "3 I + skew", "bilinear", NULL, NULL};
  for (int i = 0; i < 5; i++) {
    problem_instance *game = make_game(NULL, i == 0   ? "polar"
                                             : i == 4 ? "bilinear:n=10:offset=1"
                                                      : "quadratic:n=10:rho=-0.1:L=2");
    lerp_facts *facts = &game->problem.facts;
    facts->affine = true;
    facts->shift = i == 1 ? 3 : facts->shift;
    facts->bilinear = facts->bilinear || i == 2;
    assert_true(i == 0 || (facts->shifted_skew && facts->gradient));
    check_claim(&game->problem, sentence[i]);
    problem_free(game);
  }
  lerp_problem problem = {.facts = {.lipschitz = NAN, .rho = NAN, .affine = true, .gradient = true}};
  lerp_error error;
  const double gradient[] = {1, 2, -2, 5}, rotation[] = {1, 2, 2, 5};
  assert_ok(lerp_operator_affine(&problem.op, (const size_t[]){1, 1}, gradient, NULL, &error), &error);
  check_claim(&problem, NULL);
  lerp_problem_fini(&problem);
  problem.facts = (lerp_facts){.lipschitz = NAN, .rho = NAN, .affine = true, .gradient = true};
  assert_ok(lerp_operator_affine(&problem.op, (const size_t[]){1, 1}, rotation, NULL, &error), &error);
  check_claim(&problem, "gradient");
  lerp_problem_fini(&problem);
}

/* Constraints leave L of F, and predictions are for A = 0 only. */
static void test_constrained(void **state) {
  (void)state;
  problem_instance *game = make_game(NULL, "quadratic:n=8:rho=-0.05:box=1:L=2");
  lerp_certificate *c = certify(&game->problem, 1e-6);
  check_interval(&c->constants.lipschitz, 2, 1e-11, "L");
  check_interval(&c->constants.rho, -0.05, 1e-11, "rho");
  assert_true(isnan(c->facts.rho)); /* a box adds solutions */
  for (size_t i = 0; i < c->count; i++) {
    assert_int_equal(c->row[i].prediction.basis, LERP_NOT_PREDICTED);
    assert_true(strlen(c->row[i].prediction.why) > 0);
  }
  assert_int_equal(row_of(c, "rpp")->refusal.status, LERP_UNSUPPORTED);
  lerp_certificate_free(c);
  problem_free(game);
}

/* Local values are seen from one side: L from below, rho from above, in dom A. */
static void check_sampled(const char *spec, double lipschitz, double rho) {
  problem_instance *game = make_game(NULL, "%s", spec);
  game->problem.facts.lipschitz = game->problem.facts.rho = NAN;
  lerp_certificate *c = certify(&game->problem, 1e-6);
  assert_int_equal(c->constants.origin, LERP_FROM_SAMPLES);
  assert_true(c->constants.weak_minty);
  assert_close(c->constants.lipschitz.lower, lipschitz, 0, 1e-5);
  assert_true(isinf(c->constants.lipschitz.upper));
  assert_close(c->constants.rho.upper, rho, 0, 1e-5);
  assert_true(c->constants.rho.lower == -INFINITY);
  lerp_certificate_free(c);
  problem_free(game);
}

/* polar: radial part a r (r^2 - 1)(r^2 - 9/16); k/(1 + k^2) is least where k is, at r^2 = 25/32: k = -49 a/1024. */
static void test_samples(void **state) {
  (void)state;
  check_sampled("polar:a=1", 18.547952, -50176.0 / 1050977);
  const double k = -49.0 / 1024 / 3;
  check_sampled("polar:a=0.333333333333333333", 6.306090, k / (1 + k * k));
  check_sampled("forsaken", sqrt((993841 + 1089 * sqrt(801761)) / 2) / 80, -1.52057);
  check_sampled("global-forsaken", 2.868417, -0.119732);
}

/* What samples contradict is refuted; what they leave open stands. */
static void test_sampled_disagreement(void **state) {
  (void)state;
  const struct {
    double lipschitz, rho;
    size_t disagreements;
    double used_lipschitz, used_rho;
  } cases[] = {{18.547952, -0.0477422, 0, 18.547952, -0.0477422},
               {30, -0.2, 0, 30, -0.2},
               {10, -0.0477422, 1, 18.547952, -0.0477422},
               {18.547952, -0.01, 1, 18.547952, -0.0477422}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    problem_instance *game = make_game(NULL, "polar:a=1");
    game->problem.facts.lipschitz = cases[i].lipschitz;
    game->problem.facts.rho = cases[i].rho;
    lerp_certificate *c = certify(&game->problem, 1e-6);
    assert_int_equal(c->disagreements, cases[i].disagreements);
    assert_close(c->facts.lipschitz, cases[i].used_lipschitz, 0, 1e-5);
    assert_close(c->facts.rho, cases[i].used_rho, 0, 1e-5);
    lerp_certificate_free(c);
    problem_free(game);
  }
}

/* Without constraints a ball around the start is what is looked at: F = (x^3/3 + y, -x) has the Jacobian
 * [[x^2, 1], [-1, 0]], largest at x = radius. */
static int cubic(void *self, const double *x, const double *y, double *fx, double *fy) {
  (void)self;
  fx[0] = x[0] * x[0] * x[0] / 3 + y[0];
  fy[0] = -x[0];
  return 0;
}

static void test_radius(void **state) {
  (void)state;
  lerp_problem problem = {.facts = {.lipschitz = NAN, .rho = NAN}};
  lerp_error error;
  assert_ok(lerp_operator_callback(&problem.op, (const size_t[]){1, 1}, cubic, NULL, NULL, &error), &error);
  lerp_certify_options options = lerp_certify_options_default();
  options.radius = 2;
  lerp_certificate *c;
  assert_ok(lerp_certify(&problem, &options, &c, &error), &error);
  /* s^2 + 1/s^2 = x^4 + 2 as the determinant is 1, hence s - 1/s = x^2 */
  assert_close(c->constants.lipschitz.lower, 2 + sqrt(5), 0, 1e-5);
  /* J^-1 = [[0, -1], [1, x^2]]: no smaller than 0 */
  assert_close(c->constants.rho.upper, 0, 1e-6, 0);
  assert_false(c->constants.weak_minty);
  lerp_certificate_free(c);
  lerp_problem_fini(&problem);
}

static int stop_at_third(void *calls, const char *what, double share) {
  assert_true(strlen(what) > 0 && share >= 0 && share <= 1);
  return ++*(int *)calls == 3;
}

static void test_cancel(void **state) {
  (void)state;
  problem_instance *game = make_game(NULL, "mixed:n=16");
  int calls = 0;
  lerp_certify_options options = lerp_certify_options_default();
  options.progress = stop_at_third;
  options.self = &calls;
  lerp_certificate *certificate = NULL;
  lerp_error error;
  assert_int_equal(lerp_certify(&game->problem, &options, &certificate, &error), LERP_CALLBACK);
  assert_null(certificate);
  assert_int_equal(calls, 3);
  problem_free(game);
}

/* Predictions */

enum { MEASURED_MAX = 60000 };

static lerp_result measure(const lerp_problem *problem, const lerp_method_instance *method,
                           double tolerance) {
  lerp_settings settings = lerp_settings_default();
  settings.relative_tolerance = tolerance;
  settings.max_evaluations = MEASURED_MAX;
  settings.max_iterations = MEASURED_MAX;
  lerp_solver *solver = make_solver(problem, method, &settings);
  lerp_error error;
  assert_ok(lerp_solver_solve(solver, &error), &error);
  const lerp_result result = *lerp_solver_result(solver);
  lerp_solver_free(solver);
  return result;
}

static void check_row(const char *game, const lerp_problem *problem, const lerp_certificate_row *row,
                      double tolerance) {
  const lerp_prediction *p = &row->prediction;
  const char *name = row->instance->name;
  if (row->refusal.status != LERP_OK || p->basis == LERP_NOT_PREDICTED) {
    return;
  }
  const lerp_result result = measure(problem, row->instance, tolerance);
  const double evaluations = (double)result.counts.evaluations, iterations = (double)result.iterations;
  if (result.outcome != LERP_CONVERGED) {
    assert_that(isinf(p->evaluations.upper) || p->evaluations.upper >= MEASURED_MAX,
                "%s on %s: predicted %g evaluations, but %s", name, game, p->evaluations.upper,
                lerp_outcome_name(result.outcome));
    return;
  }
  /* A prediction from the modes is exact but for rounding; so is a replay but for decisions that rounding makes. */
  const double allowed = p->basis == LERP_BY_MODES ? 0.01 : 0.1;
  assert_that(p->evaluations.lower <= evaluations * (1 + allowed) + 2 &&
                  evaluations * (1 - allowed) - 2 <= p->evaluations.upper,
              "%s on %s: predicted [%g, %g] evaluations, measured %g", name, game, p->evaluations.lower,
              p->evaluations.upper, evaluations);
  assert_that(p->iterations.lower <= iterations * (1 + allowed) + 2 &&
                  iterations * (1 - allowed) - 2 <= p->iterations.upper,
              "%s on %s: predicted [%g, %g] iterations, measured %g", name, game, p->iterations.lower,
              p->iterations.upper, iterations);
}

/* Methods whose steps neither adapt nor change, nor treat x and y apart. */
static bool is_stationary(const lerp_method_instance *method) {
  return method->base != NULL ? is_stationary(method->base)
                              : scalar_knows(method) && !(method->method->requires & LERP_NEEDS_PARTS) &&
                                    !(method->method->sums && method->method->sums(method)) &&
                                    !(lerp_method_value(method, "grow") > 0);
}

/* What tells x and y apart, or decides by products, is replayed; minres leaves little to rounding. */
static bool is_replayed(const lerp_certificate_row *row) {
  const struct {
    const char *name;
    double width; /* upper/lower at most */
  } known[] = {{"minres", 1.25}, {"ramp", 3}, {"gda-am", INFINITY}, {"nltgcr", INFINITY}, {"adam", INFINITY}};
  const lerp_interval *e = &row->prediction.evaluations;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (strcmp(row->instance->name, known[i].name) == 0) {
      assert_int_equal(row->prediction.basis, LERP_BY_REPLAY);
      assert_that(e->upper <= known[i].width * e->lower + 4, "%s: predicted [%g, %g]", known[i].name,
                  e->lower, e->upper);
      return true;
    }
  }
  return false;
}

static void check_predictions(const char *spec) {
  const double tolerance = 1e-7;
  problem_instance *game = make_game(NULL, "%s", spec);
  lerp_certificate *c = certify(&game->problem, tolerance);
  int replayed = 0;
  for (size_t i = 0; i < c->count; i++) {
    const lerp_certificate_row *row = &c->row[i];
    assert_that(row->refusal.status != LERP_OK || !is_stationary(row->instance) ||
                    row->prediction.basis == LERP_BY_MODES,
                "%s on %s: predicted by %s", row->instance->name, spec,
                lerp_basis_name(row->prediction.basis));
    check_row(spec, &game->problem, row, tolerance);
    replayed += is_replayed(row);
  }
  assert_int_equal(replayed, 5);
  lerp_certificate_free(c);
  problem_free(game);
}

static void test_predictions(void **state) {
  check_predictions(*state);
}

/* A matrix that is not normal: eigenvectors interfere. */
static void test_predictions_not_normal(void **state) {
  (void)state;
  enum { N = 12 };
  double m[N * N];
  random_vector(5, 0.5, m, (size_t)N * N);
  for (size_t i = 0; i < N; i++) {
    m[i * N + i] += 1.5;
  }
  lerp_problem problem = {.facts = {.lipschitz = NAN, .rho = NAN, .affine = true}};
  lerp_error error;
  assert_ok(lerp_operator_affine(&problem.op, (const size_t[]){5, 7}, m, NULL, &error), &error);
  for (int p = 0; p < LERP_PARTS; p++) {
    problem.start[p] = lerp_aligned_new(problem.op.dimension[p]);
    random_vector(9 + (uint64_t)p, 1, problem.start[p], problem.op.dimension[p]);
  }
  lerp_certificate *c = certify(&problem, 1e-7);
  int predicted = 0, replayed = 0;
  for (size_t i = 0; i < c->count; i++) {
    check_row("a random matrix", &problem, &c->row[i], 1e-7);
    predicted +=
        c->row[i].prediction.basis == LERP_BY_MODES && isfinite(c->row[i].prediction.iterations.upper);
    replayed +=
        c->row[i].prediction.basis == LERP_BY_REPLAY && isfinite(c->row[i].prediction.iterations.upper);
  }
  assert_true(predicted >= 8 && replayed >= 3);
  lerp_certificate_free(c);
  lerp_problem_fini(&problem);
}

/* Too large for dense algebra: the intervals hold what closed forms say and what solves take. */
static void check_large(const char *spec, double lipschitz, double rho) {
  problem_instance *game = make_game(NULL, "%s", spec);
  game->problem.facts.lipschitz = game->problem.facts.rho = NAN;
  lerp_certificate *c = certify(&game->problem, 1e-3);
  assert_int_equal(c->constants.origin, LERP_FROM_KRYLOV);
  check_interval(&c->constants.lipschitz, lipschitz, 1e-6, spec);
  check_interval(&c->constants.rho, rho, 1e-4, spec);
  int predicted = 0;
  for (size_t i = 0; i < c->count; i++) {
    const lerp_prediction *p = &c->row[i].prediction;
    if (p->basis != LERP_BY_MODES || !isfinite(p->iterations.upper) || p->iterations.upper > 5000) {
      continue;
    }
    const lerp_result result = measure(&game->problem, c->row[i].instance, 1e-3);
    const double iterations = (double)result.iterations, evaluations = (double)result.counts.evaluations;
    assert_that(result.outcome == LERP_CONVERGED && p->iterations.lower <= iterations &&
                    iterations <= p->iterations.upper && p->evaluations.lower <= evaluations &&
                    evaluations <= p->evaluations.upper,
                "%s on %s: predicted [%g, %g] iterations, measured %g: %s", c->row[i].instance->name, spec,
                p->iterations.lower, p->iterations.upper, iterations, lerp_outcome_name(result.outcome));
    assert_true(p->iterations.upper <= 2 * p->iterations.lower + 2);
    predicted++;
  }
  assert_true(predicted >= 8);
  lerp_certificate_free(c);
  problem_free(game);
}

static void test_large(void **state) {
  (void)state;
  const double b = -0.1, a = sqrt(1 - b * b);
  check_large("mixed:n=1500:rho=-0.1", 1, -0.1);
  check_large("spreadq:n=1500:rho=-0.1:smin=0.6:offset=2", 1, b / (b * b + a * a * 0.36));
}

/* The transpose is known from the form of F: a wrong claim about it is refuted, and where nothing else gives the
 * transpose it is the reason of the failure. */
static void test_large_declared_wrongly(void **state) {
  (void)state;
  problem_instance *game = make_game(NULL, "spreadq:n=1500:rho=-0.1:smin=0.9");
  lerp_facts *facts = &game->problem.facts;
  assert_true(facts->shifted_skew && facts->gradient);
  facts->shift = 0;
  facts->gradient = false;
  lerp_certify_options options = lerp_certify_options_default();
  lerp_certificate *c = NULL;
  lerp_error error;
  assert_int_equal(lerp_certify(&game->problem, &options, &c, &error), LERP_INVALID);
  assert_true(strstr(error.message, "0 I + skew") != NULL);
  facts->shifted_skew = false;
  assert_int_equal(lerp_certify(&game->problem, &options, &c, &error), LERP_UNSUPPORTED);
  assert_true(strstr(error.message, "n=1500") != NULL);
  problem_free(game);
}

/* ARPACK's searches take turns: one inside of another is refused, and one after another that was stopped goes on. */
static int certify_inside(void *other, const char *what, double share) {
  (void)share;
  const problem_instance *game = other;
  const lerp_certify_options options = lerp_certify_options_default();
  lerp_certificate *c = NULL;
  lerp_error error;
  if (strcmp(what, "largest singular value") != 0) {
    return 0;
  }
  assert_int_equal(lerp_certify(&game->problem, &options, &c, &error), LERP_UNSUPPORTED);
  assert_true(strstr(error.message, "callback") != NULL);
  return 1;
}

static void test_large_inside_another(void **state) {
  (void)state;
  problem_instance *game = make_game(NULL, "mixed:n=1500:rho=-0.1"), *other = make_game(NULL, "mixed:n=1026");
  lerp_certify_options options = lerp_certify_options_default();
  options.progress = certify_inside;
  options.self = other;
  lerp_certificate *c = NULL;
  lerp_error error;
  for (int again = 0; again < 2; again++) {
    assert_int_equal(lerp_certify(&game->problem, &options, &c, &error), LERP_CALLBACK);
  }
  problem_free(game);
  problem_free(other);
}

/* Rates against the polynomials and recurrences, on a game with one mu. */
static void test_rates(void **state) {
  (void)state;
  const double c = -0.2;
  problem_instance *game = make_game(NULL, "quadratic:n=8:rho=%.17g", c);
  const double complex mu = single_modulus(1, c);
  lerp_certificate *certificate = certify(&game->problem, 1e-6);
  int checked = 0;
  for (size_t i = 0; i < certificate->count; i++) {
    const lerp_certificate_row *row = &certificate->row[i];
    const lerp_method_instance *m = row->instance;
    if (row->prediction.basis != LERP_BY_MODES || !scalar_knows(m)) {
      continue;
    }
    const double complex s = lerp_method_value(m, "gamma") * mu;
    scalar_memory memory = {.started = false};
    double expected = cabs(scalar_step(m, mu, 0, 1, &memory));
    if (memory.started) { /* x^2 - (1 - (1 + w) s) x - s, w = 1 or lambda; wrapp's root is double */
      const double lambda = lerp_method_value(m, "lambda");
      expected = spectral_radius(1 - (1 + (isnan(lambda) ? 1 : lambda)) * s, s);
    }
    assert_that(fabs(row->prediction.rate - expected) <= 1e-6, "%s: rate %.12g, expected %.12g", m->name,
                row->prediction.rate, expected);
    checked++;
  }
  assert_true(checked >= 14);
  lerp_certificate_free(certificate);
  problem_free(game);
}

/* By work, what converges first, what does not apply last. */
static void test_order(void **state) {
  (void)state;
  problem_instance *game = make_game(NULL, "mixed:n=16");
  lerp_certificate *c = certify(&game->problem, 1e-6);
  double last = 0;
  size_t i = 0;
  for (; i < c->count && c->row[i].prediction.basis != LERP_NOT_PREDICTED &&
         isfinite(c->row[i].prediction.evaluations.upper);
       i++) {
    const lerp_prediction *p = &c->row[i].prediction;
    const double work = p->evaluations.lower + p->exact_resolvents * p->iterations.lower;
    assert_true(work >= last);
    last = work;
  }
  assert_true(i >= 10);
  bool ended = false;
  for (; i < c->count; i++) {
    assert_false(c->row[i].prediction.basis == LERP_BY_MODES &&
                 isfinite(c->row[i].prediction.evaluations.upper));
    ended = ended || c->row[i].refusal.status != LERP_OK;
    assert_true(!ended || c->row[i].refusal.status != LERP_OK);
  }
  lerp_certificate_free(c);
  problem_free(game);
}

/* auto */

/* What auto chooses on the problem, solved; the evaluations it took. */
static double check_choice(const lerp_problem *problem, const char *expected) {
  lerp_method_instance *method;
  char reason[LERP_REASON_SIZE], chosen[64];
  lerp_error error;
  assert_ok(lerp_method_for(&(lerp_spec){.name = (char[]){"auto"}}, problem, NULL, &method, reason, &error),
            &error);
  lerp_method_describe(method, chosen, sizeof chosen);
  assert_string_equal(method->name, "auto");
  assert_string_equal(chosen, expected);
  assert_true(strlen(reason) > 0);
  const lerp_result result = measure(problem, method, 1e-8);
  assert_int_equal(result.outcome, LERP_CONVERGED);
  lerp_method_free(method);
  lerp_certificate *c = certify(problem, 1e-8);
  assert_string_equal(c->choice->instance->name, expected);
  assert_string_equal(c->reason, reason);
  lerp_certificate_free(c);
  lerp_result again;
  assert_ok(lerp_solve(problem, "auto", NULL, NULL, NULL, &again, &error), &error);
  assert_true(again.counts.evaluations == result.counts.evaluations);
  return (double)result.counts.evaluations;
}

static void test_choice(void **state) {
  (void)state;
  const char *const cases[][2] = {{"mixed:n=40", "minres"},
                                  {"lagrangian:n=20", "minres"},
                                  {"polar", "ramp"},
                                  {"quadratic:n=10:rho=0:offset=0.5:box=1", "ramp"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    problem_instance *game = make_game(NULL, "%s", cases[i][0]);
    check_choice(&game->problem, cases[i][1]);
    problem_free(game);
  }
}

/* Affine, not of gradient type: what is predicted to take fewer evaluations than ramp, and does. */
static void test_choice_by_prediction(void **state) {
  (void)state;
  enum { N = 20 };
  double m[N * N];
  random_vector(5, 0.5, m, (size_t)N * N);
  for (size_t i = 0; i < N; i++) {
    m[i * N + i] += 2;
  }
  lerp_problem problem = {.facts = {.lipschitz = NAN, .rho = NAN, .affine = true}};
  lerp_error error;
  const double q[N] = {1, -2, 3};
  assert_ok(lerp_operator_affine(&problem.op, (const size_t[]){N, 0}, m, q, &error), &error);
  lerp_method_instance *ramp = make_method(&problem.facts, "ramp");
  const double general = (double)measure(&problem, ramp, 1e-8).counts.evaluations;
  assert_true(check_choice(&problem, "gmres") < general);
  lerp_method_free(ramp);
  lerp_problem_fini(&problem);
}

static void test_choice_refused(void **state) {
  (void)state;
  lerp_method_instance *method = NULL;
  char reason[LERP_REASON_SIZE], key[] = "gamma", value[] = "1", *keys[] = {key}, *values[] = {value};
  lerp_error error;
  problem_instance *game = make_game(NULL, "polar");
  const lerp_spec spec = {.name = (char[]){"auto"}, .count = 1, .key = keys, .value = values};
  assert_int_equal(lerp_method_for(&spec, &game->problem, NULL, &method, reason, &error), LERP_UNKNOWN);
  assert_true(strstr(error.message, "gamma") != NULL);
  game->problem.op.stochastic = true;
  assert_int_equal(
      lerp_method_for(&(lerp_spec){.name = (char[]){"auto"}}, &game->problem, NULL, &method, reason, &error),
      LERP_UNSUPPORTED);
  assert_null(method);
  lerp_certificate *c = certify(&game->problem, 1e-8);
  assert_null(c->choice);
  lerp_certificate_free(c);
  problem_free(game);
}

/* Noise keeps the residual from falling: nothing is predicted. */
static void test_noise(void **state) {
  (void)state;
  problem_instance *game = make_game(NULL, "mixed:n=10:noise=0.1:generator=splitmix");
  lerp_certificate *c = certify(&game->problem, 1e-6);
  check_interval(&c->constants.lipschitz, 1, 1e-11, "L");
  for (size_t i = 0; i < c->count; i++) {
    assert_int_equal(c->row[i].prediction.basis, LERP_NOT_PREDICTED);
  }
  assert_null(c->choice);
  lerp_certificate_free(c);
  problem_free(game);
}

int main(void) {
  suite all = {.count = 0};
  suite_add(&all, test_small_matrices, NULL, "small matrices");
  suite_add(&all, test_singular_matrices, NULL, "singular matrices");
  suite_add(&all, test_random_matrices, NULL, "random matrices against bisection");
  suite_add(&all, test_bad_matrices, NULL, "bad matrices");
  suite_add(&all, test_games, NULL, "constants of games from evaluations");
  suite_add(&all, test_problem_matrix, NULL, "the matrix from evaluations");
  suite_add(&all, test_disagreement, NULL, "declared facts");
  suite_add(&all, test_claims, NULL, "wrong claims about the form of F");
  suite_add(&all, test_constrained, NULL, "constraints");
  suite_add(&all, test_samples, NULL, "nonlinear games by samples");
  suite_add(&all, test_sampled_disagreement, NULL, "declared facts of nonlinear games");
  suite_add(&all, test_radius, NULL, "the region that is sampled");
  suite_add(&all, test_choice, NULL, "auto by the form of the problem");
  suite_add(&all, test_choice_by_prediction, NULL, "auto by prediction");
  suite_add(&all, test_choice_refused, NULL, "auto refused");
  suite_add(&all, test_noise, NULL, "noise");
  suite_add(&all, test_cancel, NULL, "a caller that cancels");
  suite_add(&all, test_rates, NULL, "rates against closed forms");
  suite_add(&all, test_order, NULL, "order of the table");
  suite_add(&all, test_predictions_not_normal, NULL, "predictions for a matrix that is not normal");
  if ((lerp_capabilities() & LERP_HAS_ARPACK) != 0) {
    suite_add(&all, test_large, NULL, "problems too large for dense algebra");
    suite_add(&all, test_large_declared_wrongly, NULL, "large problems declared wrongly");
    suite_add(&all, test_large_inside_another, NULL, "a large problem certified while another one is");
  }
  static const char *const games[] = {
      "quadratic:n=40:rho=-0.1",
      "quadratic:n=40:rho=-0.3:q=householder:offset=1",
      "quadratic:n=40:rho=0:L=4",
      "mixed:n=40:rho=-0.1",
      "mixed:n=40:rho=-0.5:rmin=0.3",
      "spreadr:n=40:rho=-0.05",
      "spreadq:n=40:rho=-0.1:smin=0.6",
      "spreadq:n=40:rho=0.2:q=identity",
      "lagrangian:n=12",
  };
  for (size_t i = 0; i < sizeof games / sizeof *games; i++) {
    suite_add(&all, test_predictions, games[i], "predictions on %s", games[i]);
  }
  return suite_run(&all, "certifier");
}

/* SPDX-License-Identifier: MIT */
/* What every method owes its driver, for all of them and for Lookahead over each: fixed points stay, counts are
 * the declared ones, the reported residual is that of the reported iterate, nothing depends on how a solve is cut
 * into calls, teams or tiles, and the caller's data is left alone. */
#include "support.h"

#include "../bench/plugin.h"
#include "../bench/tool.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Unconstrained; separable and not separable constraints. Step sizes at their defaults converge on none or all of
 * them, it does not matter here. */
static const char *const unconstrained[] = {"mixed:n=30:rho=-0.1",
                                            "spreadq:n=24:rho=-0.1:smin=0.5:q=householder:offset=0.3", NULL};
static const char *const constrained[] = {"quadratic:n=30:rho=0:q=householder:offset=0.5:box=0.55",
                                          "polar:a=0.3333333333333333", "global-forsaken", NULL};

static lerp_method_instance *method_for(const problem_instance *game, const char *name) {
  return make_method(&game->problem.facts, "%s", name);
}

/* Calls body for every game on which the method can run. */
static void on_games(const char *name, const char *const *games,
                     void (*body)(const problem_instance *game, const lerp_method_instance *method)) {
  for (; *games != NULL; games++) {
    problem_instance *game = make_game(NULL, "%s", *games);
    lerp_method_instance *method = method_for(game, name);
    if (lerp_method_applies(method, &game->problem, NULL) == LERP_OK) {
      body(game, method);
    }
    lerp_method_free(method);
    problem_free(game);
  }
}

/* A solution stays where it is, but for sums that round, and costs no more than other points: methods that test
 * their inner point must not search in rounding errors. */
static void check_fixed_point(const lerp_problem *problem, const lerp_method_instance *method,
                              const double *solution) {
  size_t n = dimension_of(problem);
  lerp_settings settings = settings_for(10);
  lerp_solver *solver = make_solver(problem, method, &settings);
  lerp_solver_restart(solver, (const double *const[]){solution, solution + problem->op.dimension[0]});
  lerp_error error;
  assert_ok(lerp_solver_solve(solver, &error), &error);
  double *z = test_new(n, sizeof *z);
  copy_iterate(problem, solver, z);
  for (size_t i = 0; i < n; i++) {
    assert_close(z[i], solution[i], 1e-13, 0);
  }
  lerp_cost cost = lerp_method_cost(method);
  double evaluations = (double)lerp_solver_result(solver)->counts.evaluations;
  assert_that(evaluations <= 10 * 100 * fmax(cost.evaluations, 1), "%g evaluations", evaluations);
  free(z);
  lerp_solver_free(solver);
}

static void check_known_solution(const problem_instance *game, const lerp_method_instance *method) {
  const lerp_problem *problem = &game->problem;
  size_t n = dimension_of(problem);
  double *solution = test_new(n, sizeof *solution);
  for (int part = 0, at = 0; part < LERP_PARTS; part++) {
    assert_non_null(problem->solution[part]);
    memcpy(solution + at, problem->solution[part], problem->op.dimension[part] * sizeof *solution);
    at += (int)problem->op.dimension[part];
  }
  check_fixed_point(problem, method, solution);
  free(solution);
}

/* bcseg+ begins its average of z - gamma F z with z_0, so a solution where F does not vanish is left and found
 * again. */
static bool averages(const lerp_method_instance *method) {
  return strstr(method->name, "bcseg+") != NULL;
}

/* min over x, max over y of (x - 0.9)(y - 0.9) on [-1/2, 1/2]^2: the corner (1/2, -1/2), F does not vanish. */
static void check_corner(const problem_instance *game, const lerp_method_instance *method) {
  if (!averages(method)) {
    check_fixed_point(&game->problem, method, (const double[]){0.5, -0.5});
  }
}

static void test_fixed_points(void **state) {
  on_games(*state, unconstrained, check_known_solution);
  on_games(*state, constrained, check_known_solution);
  on_games(*state, (const char *const[]){"bilinear:n=2:offset=0.9:box=0.5", NULL}, check_corner);
}

/* Declared evaluations and resolvents; none of A when A = 0; no observer when nothing is checked. */
static void check_cost(const problem_instance *game, const lerp_method_instance *method) {
  enum { ITERATIONS = 12 };
  lerp_settings settings = settings_for(ITERATIONS);
  lerp_solver *solver = make_solver(&game->problem, method, &settings);
  lerp_error error;
  assert_ok(lerp_solver_solve(solver, &error), &error);
  const lerp_counts counts = lerp_solver_result(solver)->counts;
  lerp_cost cost = lerp_method_cost(method);
  double evaluations = cost.startup_evaluations + ITERATIONS * cost.evaluations;
  double resolvents = cost.startup_resolvents + ITERATIONS * cost.resolvents;
  if (!game->problem.facts.constrained) {
    resolvents = 0;
    assert_int_equal(counts.resolvents, 0);
  }
  assert_true((double)counts.evaluations >= evaluations && (double)counts.resolvents >= resolvents);
  if (cost.exact) {
    assert_close((double)counts.evaluations, evaluations, 0, 0);
    assert_close((double)counts.resolvents, resolvents, 0, 0);
  }
  assert_int_equal(counts.observer_evaluations, 0);
  assert_int_equal(counts.exact_resolvents > 0, uses_resolvent(method));
  lerp_solver_free(solver);
}

static void test_costs(void **state) {
  on_games(*state, unconstrained, check_cost);
  on_games(*state, constrained, check_cost);
}

/* |z - J_g(z - g F z)|/g, or |Fz| without constraints, from the operator and the resolvent alone. */
static double plain_residual(const lerp_problem *problem, double step, const double *z) {
  size_t n = dimension_of(problem);
  double *f = test_new(n, sizeof *f), *point = test_new(n, sizeof *point);
  apply_operator(problem, 1, z, f);
  for (size_t i = 0; i < n; i++) {
    point[i] = z[i] - step * f[i];
  }
  double residual = norm_of(f, n);
  if (problem->facts.constrained) {
    apply_resolvent(problem, step, 1, point, f);
    residual = distance_of(z, f, n) / step;
  }
  free(f);
  free(point);
  return residual;
}

/* Every observed check and the result tell of their own iterate; counts never fall. */
typedef struct observed {
  const lerp_problem *problem;
  double step, initial;
  uint64_t checks, last_iteration;
  lerp_counts last;
  double *z;
} observed;

static int observe(void *self, const lerp_observation *seen) {
  observed *o = self;
  size_t nx = o->problem->op.dimension[0], ny = o->problem->op.dimension[1];
  memcpy(o->z, seen->part[0], nx * sizeof *o->z);
  memcpy(o->z + nx, seen->part[1], ny * sizeof *o->z);
  double residual = plain_residual(o->problem, o->step, o->z);
  assert_close(seen->residual, residual, 1e-13, 1e-12);
  assert_close(seen->norm, norm_of(o->z, nx + ny), 1e-14, 1e-13);
  o->initial = o->checks == 0 ? residual : o->initial;
  assert_close(seen->initial_residual, o->initial, 1e-13, 1e-12);
  assert_int_equal(seen->iteration, o->checks == 0 ? 0 : o->last_iteration + 1);
  assert_true(seen->counts.evaluations >= o->last.evaluations &&
              seen->counts.resolvents >= o->last.resolvents);
  o->last = seen->counts;
  o->last_iteration = seen->iteration;
  o->checks++;
  return 0;
}

static void check_residuals(const problem_instance *game, const lerp_method_instance *method) {
  const lerp_problem *problem = &game->problem;
  double *z = test_new(dimension_of(problem), sizeof *z);
  observed seen = {.problem = problem, .step = 0.7, .z = z};
  lerp_settings settings = settings_for(6);
  settings.check = true;
  settings.residual_step = seen.step;
  settings.observe = observe;
  settings.observe_self = &seen;
  lerp_solver *solver = make_solver(problem, method, &settings);
  lerp_error error;
  assert_ok(lerp_solver_solve(solver, &error), &error);
  const lerp_result *result = lerp_solver_result(solver);
  assert_int_equal(seen.checks, 7);
  copy_iterate(problem, solver, z);
  assert_close(result->residual, plain_residual(problem, seen.step, z), 1e-13, 1e-12);
  assert_close(result->norm, norm_of(z, dimension_of(problem)), 1e-14, 1e-13);
  assert_int_equal(result->counts.evaluations, seen.last.evaluations);
  /* Free where the method evaluates at z anyway, but for the last check, which has no iteration after it, and for
   * the first where the method begins at the projection of z or has evaluated there before. */
  const lerp_method_instance *base = method;
  while (base->base != NULL) {
    base = base->base;
  }
  const uint64_t observer = result->counts.observer_evaluations;
  assert_true(base->method->at_iterate
                  ? observer == 1 || (observer == 2 && (problem->facts.constrained || base->method->residual))
                  : observer == 7);
  free(z);
  lerp_solver_free(solver);
}

static void test_residuals(void **state) {
  on_games(*state, unconstrained, check_residuals);
  on_games(*state, constrained, check_residuals);
}

/* Checks do not change the iterates, wherever they fall. */
static void check_cuts(const problem_instance *game, const lerp_method_instance *method) {
  enum { ITERATIONS = 12 };
  const lerp_problem *problem = &game->problem;
  size_t n = dimension_of(problem);
  double *expected = test_new(n, sizeof *expected), *z = test_new(n, sizeof *z);
  iterate_of(problem, method, ITERATIONS, NULL, expected);
  lerp_cost cost = lerp_method_cost(method);
  for (uint64_t every = 1; every <= ITERATIONS; every += 1 + every / 3) {
    lerp_settings settings = settings_for(ITERATIONS);
    settings.check = true;
    settings.check_every = every;
    lerp_solver *solver = make_solver(problem, method, &settings);
    lerp_error error;
    assert_ok(lerp_solver_solve(solver, &error), &error);
    const lerp_result *result = lerp_solver_result(solver);
    assert_int_equal(result->outcome, LERP_MAX_ITERATIONS);
    assert_int_equal(result->iterations, ITERATIONS);
    copy_iterate(problem, solver, z);
    assert_same_bits(z, expected, n);
    if (cost.exact) {
      assert_close((double)result->counts.evaluations,
                   cost.startup_evaluations + ITERATIONS * cost.evaluations, 0, 0);
    }
    lerp_solver_free(solver);
  }
  free(expected);
  free(z);
}

/* Calls of lerp_solver_step make one solve. */
static void check_steps(const problem_instance *game, const lerp_method_instance *method, bool checked,
                        int threads) {
  const uint64_t chunks[] = {1, 0, 2, 5, 1, 3};
  const lerp_problem *problem = &game->problem;
  size_t n = dimension_of(problem);
  double *expected = test_new(n, sizeof *expected), *z = test_new(n, sizeof *z);
  iterate_of(problem, method, 12, NULL, expected);
  lerp_settings settings = settings_for(12);
  settings.check = checked;
  settings.threads = threads;
  lerp_solver *solver = make_solver(problem, method, &settings);
  uint64_t done = 0;
  for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
    lerp_error error;
    assert_ok(lerp_solver_step(solver, chunks[i], &error), &error);
    done += chunks[i];
    assert_int_equal(lerp_solver_result(solver)->iterations, done);
    assert_int_equal(lerp_solver_result(solver)->outcome, LERP_MAX_ITERATIONS);
  }
  lerp_cost cost = lerp_method_cost(method);
  if (cost.exact) {
    double evaluations = cost.startup_evaluations + 12 * cost.evaluations;
    assert_close((double)lerp_solver_result(solver)->counts.evaluations, evaluations, 0, 0);
  }
  copy_iterate(problem, solver, z);
  assert_same_bits(z, expected, n);
  free(expected);
  free(z);
  lerp_solver_free(solver);
}

static void check_all_steps(const problem_instance *game, const lerp_method_instance *method) {
  check_steps(game, method, true, 1);
  check_steps(game, method, false, 1);
  check_steps(game, method, true, 2);
  check_steps(game, method, false, 3);
}

static void test_cuts(void **state) {
  on_games(*state, unconstrained, check_cuts);
  on_games(*state, constrained, check_cuts);
  on_games(*state, unconstrained, check_all_steps);
  on_games(*state, constrained, check_all_steps);
}

/* A second solve, and a solve from a given start, leave everything that is the caller's alone and repeat the
 * bits. */
static void check_restart(const problem_instance *game, const lerp_method_instance *method) {
  const lerp_problem *problem = &game->problem;
  size_t n = dimension_of(problem), nx = problem->op.dimension[0];
  double *start = test_new(n, sizeof *start), *copy = test_new(n, sizeof *copy),
         *first = test_new(n, sizeof *first);
  double *z = test_new(n, sizeof *z);
  iterate_of(problem, method, 9, NULL, first);
  for (int part = 0; part < LERP_PARTS; part++) {
    size_t at = part == 0 ? 0 : nx;
    if (problem->start[part] != NULL) {
      memcpy(start + at, problem->start[part], problem->op.dimension[part] * sizeof *start);
    }
  }
  memcpy(copy, start, n * sizeof *copy);
  lerp_method_instance before = *method;
  lerp_settings settings = settings_for(9);
  lerp_solver *solver = make_solver(problem, method, &settings);
  lerp_error error;
  assert_ok(lerp_solver_solve(solver, &error), &error);
  copy_iterate(problem, solver, z);
  assert_same_bits(z, first, n);
  assert_ok(lerp_solver_solve(solver, &error), &error); /* from the start again */
  copy_iterate(problem, solver, z);
  assert_same_bits(z, first, n);
  lerp_solver_restart(solver, (const double *const[]){start, start + nx});
  assert_ok(lerp_solver_step(solver, 4, &error), &error);
  lerp_solver_restart(solver, (const double *const[]){start, start + nx});
  assert_ok(lerp_solver_solve(solver, &error), &error);
  copy_iterate(problem, solver, z);
  assert_same_bits(z, first, n);
  assert_same_bits(start, copy, n);
  for (int part = 0; part < LERP_PARTS; part++) {
    size_t at = part == 0 ? 0 : nx;
    if (problem->start[part] != NULL) {
      assert_same_bits(problem->start[part], copy + at, problem->op.dimension[part]);
    }
  }
  assert_memory_equal(method, &before, sizeof before);
  free(start);
  free(copy);
  free(first);
  free(z);
  lerp_solver_free(solver);
}

static void test_restart(void **state) {
  on_games(*state, unconstrained, check_restart);
  on_games(*state, constrained, check_restart);
}

/* Two solvers of one problem and one instance in two threads. */
typedef struct concurrent {
  lerp_solver *solver;
  lerp_status status;
} concurrent;

static void check_concurrent(const problem_instance *game, const lerp_method_instance *method) {
  const lerp_problem *problem = &game->problem;
  size_t n = dimension_of(problem);
  double *expected = test_new(n, sizeof *expected), *z = test_new(n, sizeof *z);
  iterate_of(problem, method, 300, NULL, expected);
  lerp_settings settings = settings_for(300);
  concurrent both[2];
  for (int i = 0; i < 2; i++) {
    both[i].solver = make_solver(problem, method, &settings);
  }
#pragma omp parallel for num_threads(2)
  for (int i = 0; i < 2; i++) {
    both[i].status = lerp_solver_solve(both[i].solver, NULL);
  }
  for (int i = 0; i < 2; i++) {
    assert_int_equal(both[i].status, LERP_OK);
    copy_iterate(problem, both[i].solver, z);
    assert_same_bits(z, expected, n);
    lerp_solver_free(both[i].solver);
  }
  free(expected);
  free(z);
}

/* Where a method is proved to converge it also lives with residuals that underflow. */
static void check_underflow(const problem_instance *game, const lerp_method_instance *method) {
  if (lerp_method_guarantee(method, &game->problem.facts).evidence != LERP_PROVED) {
    return;
  }
  lerp_settings settings = lerp_settings_default();
  settings.relative_tolerance = 0;
  settings.max_evaluations = settings.max_iterations = 5000;
  lerp_solver *solver = make_solver(&game->problem, method, &settings);
  lerp_error error;
  assert_ok(lerp_solver_solve(solver, &error), &error);
  const lerp_result *result = lerp_solver_result(solver);
  assert_that(result->outcome != LERP_DIVERGED && isfinite(result->residual), "%s after %llu iterations: %s",
              method->name, (unsigned long long)result->iterations, lerp_outcome_name(result->outcome));
  lerp_solver_free(solver);
}

static void test_underflow(void **state) {
  static const char *const games[] = {"spreadq:n=40", "spreadq:n=40:rho=0.2", "bilinear:n=12", NULL};
  on_games(*state, games, check_underflow);
}

static void test_concurrent(void **state) {
  on_games(*state, unconstrained, check_concurrent);
  on_games(*state, constrained, check_concurrent);
}

/* A problem has what `requires` asks for, or the method is refused before anything is made. */
static void check_refusal(const problem_instance *game, const lerp_method_instance *method) {
  const lerp_facts *facts = &game->problem.facts;
  const lerp_method_instance *inner = method;
  while (inner->base != NULL) {
    inner = inner->base;
  }
  const unsigned needs = inner->method->requires;
  bool fits = !(needs & LERP_NEEDS_UNCONSTRAINED && facts->constrained) &&
              !(needs & LERP_NEEDS_RESOLVENT && (facts->constrained || game->problem.op.resolve == NULL)) &&
              !(needs & LERP_NEEDS_AFFINE && !facts->affine) &&
              !(needs & LERP_NEEDS_GRADIENT && !facts->gradient) &&
              !(needs & LERP_NEEDS_BILINEAR && !facts->bilinear) &&
              !(needs & LERP_NEEDS_SHIFTED_SKEW && !facts->shifted_skew) &&
              !(needs & LERP_NEEDS_PARTS && game->problem.resolvent.joint) &&
              !(needs & LERP_NEEDS_EXACT && game->problem.op.stochastic);
  lerp_settings settings = lerp_settings_default();
  lerp_solver *solver = NULL;
  lerp_error error = {.message = ""};
  lerp_status status = lerp_solver_new(&game->problem, method, &settings, &solver, &error);
  assert_that(status == (fits ? LERP_OK : LERP_UNSUPPORTED), "%s: %s", method->name, error.message);
  assert_int_equal(lerp_method_applies(method, &game->problem, &error), status);
  assert_true(fits || (solver == NULL && strstr(error.message, method->name) != NULL));
  lerp_solver_free(solver);
}

static void test_unsupported(void **state) {
  static const char *const games[] = {"quadratic:n=4:box=1",
                                      "mixed:n=4",
                                      "bilinear:n=4",
                                      "bilinear:n=4:noise=0.1:generator=splitmix",
                                      "forsaken",
                                      "global-forsaken",
                                      "lagrangian:n=4",
                                      "polar",
                                      "cyclic:n=6"};
  for (size_t i = 0; i < sizeof games / sizeof *games; i++) {
    problem_instance *game = make_game(NULL, "%s", games[i]);
    lerp_method_instance *method = method_for(game, *state);
    check_refusal(game, method);
    lerp_method_free(method);
    problem_free(game);
  }
}

/* The descriptor: texts, ranges, defaults inside their ranges; completing sets what was not given and nothing
 * else; values out of range and unknown names are refused. */
static void check_parameter(const lerp_method_instance *completed, size_t i) {
  const lerp_parameter *p = &completed->method->parameters[i];
  double value = completed->value[i];
  assert_true(strlen(p->name) > 0 && strlen(p->meaning) > 0);
  assert_that(p->minimum < p->maximum || p->choices != NULL, "%s: range of %s", completed->name, p->name);
  assert_int_equal(lerp_parameter_check(completed->name, p, value, NULL), LERP_OK);
  assert_int_equal(lerp_parameter_check(completed->name, p, NAN, NULL), LERP_INVALID);
  assert_that(!completed->given[i], "%s: completing marks %s as given", completed->name, p->name);
  if (p->choices == NULL && isfinite(p->minimum)) {
    double outside = p->open_minimum ? p->minimum : p->minimum - 1;
    assert_int_equal(lerp_parameter_check(completed->name, p, outside, NULL), LERP_INVALID);
  }
}

static void test_descriptor(void **state) {
  const char *name = *state;
  const lerp_facts facts = {.lipschitz = 2, .rho = -0.05, .affine = true, .gradient = true};
  lerp_method_instance *method = make_method(&facts, "%s", name);
  assert_string_equal(method->name, name);
  for (const lerp_method_instance *at = method; at != NULL; at = at->base) {
    lerp_error error;
    assert_ok(lerp_method_check(at->method, &error), &error);
    assert_true(strlen(at->method->summary) > 0 && strlen(at->method->source) > 0);
    size_t count = 0;
    for (; at->method->parameters != NULL && at->method->parameters[count].name != NULL; count++) {
      check_parameter(at, count);
    }
    assert_in_range(count, 0, LERP_PARAMETERS_MAX);
  }
  lerp_method_free(method);
}

static bool has_step_size(const char *name) {
  lerp_method_instance *method = NULL;
  bool has = lerp_method_new(name, tool_added_methods(), &method, NULL) == LERP_OK &&
             !isnan(lerp_method_value(method, "gamma"));
  lerp_method_free(method);
  return has;
}

/* Values out of range, numbers that are none, names that are none. */
static void test_values(void **state) {
  const lerp_facts facts = {.lipschitz = 2, .rho = -0.05, .affine = true, .gradient = true};
  lerp_method_instance *method;
  lerp_error error;
  assert_ok(lerp_method_new(*state, tool_added_methods(), &method, &error), &error);
  static const char *const refused[] = {"0", "-1", "inf", "nan", "1x", "", " 1", "0,5"};
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    assert_that(lerp_method_set(method, "gamma", refused[i], &error) == LERP_INVALID, "gamma=%s is taken",
                refused[i]);
    assert_non_null(strstr(error.message, "gamma"));
  }
  assert_int_equal(lerp_method_set_number(method, "gamma", -1, &error), LERP_INVALID);
  assert_int_equal(lerp_method_set_number(method, "gama", 1, &error), LERP_UNKNOWN);
  assert_int_equal(lerp_method_set(method, "gama", "1", &error), LERP_UNKNOWN);
  assert_non_null(strstr(error.message, "gamma"));
  assert_ok(lerp_method_set(method, "gamma", "0.125", &error), &error);
  assert_ok(lerp_method_complete(method, &facts, &error), &error);
  assert_close(lerp_method_value(method, "gamma"), 0.125, 0, 0);
  assert_true(isnan(lerp_method_value(method, "gama")));
  lerp_method_free(method);
}

/* Where L is unknown, what depends on it must be given, a step size first. */
/* A method that says it is a chain of forward steps makes the same iterates by `step`, for as many evaluations; the
 * chain has the same bits with checks and for every team. */
static void check_chain(const problem_instance *game, const lerp_method_instance *method) {
  enum { ITERATIONS = 9 };
  const lerp_problem *problem = &game->problem;
  const size_t n = dimension_of(problem);
  lerp_chain chain;
  if (!method->method->chain || !method->method->chain(method, &chain)) {
    return;
  }
  lerp_method without = *method->method;
  lerp_method_instance stepping = *method;
  without.chain = NULL;
  stepping.method = &without;
  double *z = test_new(n, sizeof *z), *by_steps = test_new(n, sizeof *by_steps);
  double *other = test_new(n, sizeof *other);
  iterate_of(problem, method, ITERATIONS, NULL, z);
  iterate_of(problem, &stepping, ITERATIONS, NULL, by_steps);
  for (size_t i = 0; i < n; i++) {
    assert_close(by_steps[i], z[i], 1e-13, 1e-13);
  }
  assert_close(lerp_method_cost(method).evaluations, (double)chain.inner + 1, 0, 0);
  assert_that(norm_of(z, n) > 0, "the iterate is 0");
  for (int threads = 1; threads <= 3; threads += 2) {
    for (uint64_t every = 1; every <= 4; every += 3) {
      lerp_settings settings = settings_for(ITERATIONS);
      settings.check = true;
      settings.check_every = every;
      settings.threads = team_of(threads);
      iterate_of(problem, method, ITERATIONS, &settings, other);
      assert_same_bits(other, z, n);
    }
  }
  free(z);
  free(by_steps);
  free(other);
}

static void test_chains(void **state) {
  static const char *const games[] = {"mixed:n=38:rho=-0.1",
                                      "quadratic:n=2:rho=0.2:offset=0.4",
                                      "quadratic:n=60:rho=-0.1:operator=dense",
                                      "quadratic:n=60:rho=-0.1:q=householder:operator=affine",
                                      "quadratic:n=6:rho=-0.1:operator=callback",
                                      "mixed:n=38:rho=-0.1:noise=0.1:generator=splitmix",
                                      "quadratic:n=2:rho=-0.1:noise=0.1:generator=splitmix",
                                      NULL};
  on_games(*state, games, check_chain);
}

/* These are chains, and those that change from one iteration to the next, or with z, are none. */
static void test_who_is_a_chain(void **state) {
  (void)state;
  static const struct {
    const char *spec;
    bool chain;
  } cases[] = {{"gda", true},          {"eg", true},    {"eg+", true},  {"fbf", true},
               {"rapp:inner=3", true}, {"ceg+", false}, {"feg", false}, {"ceg+:alpha=0.5", true},
               {"rapp:grow=1", false}};
  const lerp_facts facts = {.lipschitz = 1, .rho = -0.1};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    lerp_method_instance *method = make_method(&facts, "%s", cases[i].spec);
    lerp_chain chain;
    assert_int_equal(method->method->chain && method->method->chain(method, &chain), cases[i].chain);
    lerp_method_free(method);
  }
}

static void test_unknown_lipschitz(void **state) {
  const lerp_facts facts = {.lipschitz = NAN, .rho = NAN};
  lerp_method_instance *method;
  lerp_error error;
  assert_ok(lerp_method_new(*state, tool_added_methods(), &method, &error), &error);
  assert_int_equal(lerp_method_complete(method, &facts, &error), LERP_INVALID);
  assert_non_null(strstr(error.message, "gamma"));
  assert_ok(lerp_method_set_number(method, "gamma", 0.1, &error), &error);
  if (lerp_method_complete(method, &facts, &error) != LERP_OK) {
    assert_non_null(strstr(error.message, "lambda"));
    assert_ok(lerp_method_set_number(method, method->base != NULL ? "base-lambda" : "lambda", 0.1, &error),
              &error);
    assert_ok(lerp_method_complete(method, &facts, &error), &error);
  }
  assert_int_equal(lerp_method_guarantee(method, &facts).evidence, LERP_NO_GUARANTEE);
  lerp_method_free(method);
}

static void test_names(void **state) {
  (void)state;
  lerp_method_instance *method = NULL;
  lerp_error error;
  const struct {
    const char *name, *suggestion;
  } unknown[] = {{"egg", "eg"},          {"la-", NULL}, {"", NULL},
                 {"la-rapq", "la-rapp"}, {"EG", NULL},  {"eg ", "eg"}};
  for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
    assert_int_equal(lerp_method_new(unknown[i].name, NULL, &method, &error), LERP_UNKNOWN);
    assert_null(method);
    if (unknown[i].suggestion != NULL) {
      assert_that(strstr(error.message, unknown[i].suggestion) != NULL, "%s", error.message);
    }
  }
  assert_ok(lerp_method_new("la-la-eg", NULL, &method, &error), &error);
  assert_string_equal(method->name, "la-la-eg");
  assert_string_equal(method->base->name, "la-eg");
  assert_string_equal(method->base->base->name, "eg");
  assert_ok(lerp_method_set(method, "tau", "2", &error), &error);
  assert_ok(lerp_method_set(method, "base-tau", "3", &error), &error);
  assert_ok(lerp_method_set(method, "gamma", "0.5", &error), &error);
  assert_close(lerp_method_value(method, "tau"), 2, 0, 0);
  assert_close(lerp_method_value(method, "base-tau"), 3, 0, 0);
  assert_close(lerp_method_value(method->base->base, "gamma"), 0.5, 0, 0);
  assert_close(lerp_method_value(method, "base-base-gamma"), 0.5, 0, 0);
  lerp_method_free(method);
  lerp_method_free(NULL);
}

static const struct {
  const char *name;
  CMUnitTestFunction test;
} tests[] = {{"fixed points", test_fixed_points},
             {"costs", test_costs},
             {"residuals", test_residuals},
             {"cuts", test_cuts},
             {"restart", test_restart},
             {"concurrent", test_concurrent},
             {"underflow", test_underflow},
             {"descriptor", test_descriptor},
             {"chains", test_chains}};

int main(int argc, char **argv) {
  suite all = {NULL, 0};
  take_plugins(argc, argv);
  char **names = all_method_names();
  for (size_t i = 0; names[i] != NULL; i++) {
    for (size_t t = 0; t < sizeof tests / sizeof *tests; t++) {
      suite_add(&all, tests[t].test, names[i], "%s: %s", tests[t].name, names[i]);
    }
    if (has_step_size(names[i])) {
      suite_add(&all, test_values, names[i], "values: %s", names[i]);
      suite_add(&all, test_unknown_lipschitz, names[i], "unknown L: %s", names[i]);
    }
    suite_add(&all, test_unsupported, names[i], "unsupported: %s", names[i]);
  }
  suite_add(&all, test_chains, "ceg+:alpha=0.3:lambda=0.9", "chains: ceg+ with a constant step");
  suite_add(&all, test_chains, "rapp:inner=5:lambda=0.6", "chains: rapp with five inner steps");
  suite_add(&all, test_who_is_a_chain, NULL, "who is a chain");
  suite_add(&all, test_names, NULL, "names");
  int status = suite_run(&all, "methods");
  free_names(names);
  return status;
}

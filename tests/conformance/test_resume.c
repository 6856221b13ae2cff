/* SPDX-License-Identifier: MIT */
/* Every method goes on from saved bytes in another solver, with another team, as if nothing had happened. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

enum { BEFORE = 7, AFTER = 6 };

/* A game that the method can run on; noise where it allows any. */
static problem_instance *game_for(const char *name) {
  static const char *const games[] = {"l1:n=1540:kappa=0.2:noise=0.3:generator=splitmix",
                                      "quadratic:n=1540:rho=-0.1:noise=0.3:generator=splitmix",
                                      "quadratic:n=1540:rho=-0.1:offset=0.4", "bilinear:n=1540:offset=0.4",
                                      "polar"};
  lerp_error error;
  for (size_t i = 0; i < sizeof games / sizeof *games; i++) {
    problem_instance *game = make_game(NULL, "%s", games[i]);
    lerp_method_instance *method = make_method(&game->problem.facts, "%s", name);
    lerp_status status = lerp_method_applies(method, &game->problem, &error);
    lerp_method_free(method);
    if (status == LERP_OK) {
      return game;
    }
    problem_free(game);
  }
  fail_msg("%s applies to none of the games", name);
  return NULL;
}

static lerp_solver *solver_for(const problem_instance *game, const lerp_method_instance *method,
                               int threads) {
  lerp_settings settings = settings_for(1000);
  settings.threads = threads;
  settings.check_every = 3;
  return make_solver(&game->problem, method, &settings);
}

static void step(lerp_solver *solver, uint64_t iterations) {
  lerp_error error;
  assert_ok(lerp_solver_step(solver, iterations, &error), &error);
}

static void test_goes_on(void **state) {
  const char *name = *state;
  problem_instance *game = game_for(name);
  lerp_method_instance *method = make_method(&game->problem.facts, "%s", name);
  lerp_solver *whole = solver_for(game, method, 1), *first = solver_for(game, method, 2),
              *second = solver_for(game, method, 3);
  const size_t n = dimension_of(&game->problem);
  double *expected = test_new(n, sizeof *expected), *z = test_new(n, sizeof *z);
  lerp_error error;
  step(whole, BEFORE);
  step(whole, AFTER);
  copy_iterate(&game->problem, whole, expected);

  step(first, BEFORE);
  const size_t size = lerp_solver_image_size(first);
  void *image = test_new(size, 1);
  assert_ok(lerp_solver_save(first, image, &error), &error);
  step(first, 1);
  lerp_solver_free(first);
  step(second, 2); /* what it did before does not matter */
  assert_ok(lerp_solver_load(second, image, size, &error), &error);
  step(second, AFTER);
  copy_iterate(&game->problem, second, z);

  assert_same_bits(z, expected, n);
  assert_int_equal(lerp_solver_result(second)->iterations, BEFORE + AFTER);
  assert_int_equal(lerp_solver_result(second)->counts.evaluations,
                   lerp_solver_result(whole)->counts.evaluations);
  assert_int_equal(lerp_solver_result(second)->counts.resolvents,
                   lerp_solver_result(whole)->counts.resolvents);
  free(image);
  free(expected);
  free(z);
  lerp_solver_free(whole);
  lerp_solver_free(second);
  lerp_method_free(method);
  problem_free(game);
}

/* With checks the residual is measured against the same beginning. */
static void test_result(void **state) {
  (void)state;
  problem_instance *game = make_game(NULL, "mixed:n=64");
  lerp_method_instance *method = make_method(&game->problem.facts, "eg+");
  lerp_settings settings = lerp_settings_default();
  lerp_solver *whole = make_solver(&game->problem, method, &settings),
              *first = make_solver(&game->problem, method, &settings),
              *second = make_solver(&game->problem, method, &settings);
  lerp_error error;
  step(whole, 40);
  assert_ok(lerp_solver_solve(whole, &error), &error);
  step(first, 40);
  const size_t size = lerp_solver_image_size(first);
  void *image = test_new(size, 1);
  assert_ok(lerp_solver_save(first, image, &error), &error);
  assert_ok(lerp_solver_load(second, image, size, &error), &error);
  assert_ok(lerp_solver_solve(second, &error), &error);
  const lerp_result *expected = lerp_solver_result(whole), *found = lerp_solver_result(second);
  assert_int_equal(found->outcome, LERP_CONVERGED);
  assert_int_equal(found->iterations, expected->iterations);
  assert_close(found->residual, expected->residual, 0, 0);
  assert_close(found->initial_residual, expected->initial_residual, 0, 0);
  assert_memory_equal(&found->first, &expected->first, sizeof found->first);
  assert_memory_equal(&found->settled, &expected->settled, sizeof found->settled);
  free(image);
  lerp_solver_free(whole);
  lerp_solver_free(first);
  lerp_solver_free(second);
  lerp_method_free(method);
  problem_free(game);
}

static void assert_refused(lerp_solver *solver, const void *image, size_t size) {
  lerp_error error = {.message = ""};
  assert_int_equal(lerp_solver_load(solver, image, size, &error), LERP_INVALID);
  assert_true(strlen(error.message) > 10);
}

/* Solvers that do not stand between two iterations, and images of other solvers. */
static void test_refused(void **state) {
  (void)state;
  problem_instance *game = make_game(NULL, "quadratic:n=8"), *other = make_game(NULL, "quadratic:n=10");
  lerp_method_instance *adam = make_method(&game->problem.facts, "adam"),
                       *eg = make_method(&game->problem.facts, "eg");
  lerp_solver *solver = solver_for(game, adam, 1), *larger = solver_for(other, adam, 1),
              *by_eg = solver_for(game, eg, 1);
  lerp_error error = {.message = ""};
  const size_t size = lerp_solver_image_size(solver);
  unsigned char *image = test_new(size + 1, 1);
  assert_int_equal(lerp_solver_save(solver, image, &error), LERP_INVALID);
  assert_non_null(strstr(error.message, "not begun"));
  step(solver, 3);
  assert_ok(lerp_solver_save(solver, image, &error), &error);
  double z[8], before[8];
  copy_iterate(&game->problem, solver, before);
  assert_refused(larger, image, size);
  assert_refused(by_eg, image, size);
  assert_refused(solver, image, size - 1);
  assert_refused(solver, image, size + 1);
  image[0] ^= 1;
  assert_refused(solver, image, size);
  image[0] ^= 1;
  image[size - 16] = 3; /* the kind of the last word of the state */
  assert_refused(solver, image, size);
  copy_iterate(&game->problem, solver, z);
  assert_same_bits(z, before, 8);
  assert_ok(lerp_solver_solve(solver, &error), &error);
  assert_int_equal(lerp_solver_save(solver, image, &error), LERP_INVALID);
  assert_non_null(strstr(error.message, "ended"));
  free(image);
  lerp_solver_free(solver);
  lerp_solver_free(larger);
  lerp_solver_free(by_eg);
  lerp_method_free(adam);
  lerp_method_free(eg);
  problem_free(game);
  problem_free(other);
}

/* Another step size from here on: gda on F z = z, by hand. */
static int identity(void *self, const double *x, const double *y, double *fx, double *fy) {
  (void)self;
  fx[0] = x[0];
  fy[0] = y[0];
  return 0;
}

static void test_other_step(void **state) {
  (void)state;
  double start[] = {1, -2};
  lerp_problem problem = {.facts = {.lipschitz = 1, .rho = 1}, .start = {&start[0], &start[1]}};
  lerp_error error;
  assert_ok(lerp_operator_callback(&problem.op, (size_t[]){1, 1}, identity, NULL, NULL, &error), &error);
  lerp_method_instance *long_step = make_method(&problem.facts, "la-gda:gamma=0.5:tau=1:lambda=1"),
                       *short_step = make_method(&problem.facts, "la-gda:gamma=0.25:tau=1:lambda=1");
  lerp_settings settings = settings_for(100);
  lerp_solver *first = make_solver(&problem, long_step, &settings),
              *second = make_solver(&problem, short_step, &settings);
  step(first, 2);
  const size_t size = lerp_solver_image_size(first);
  void *image = test_new(size, 1);
  assert_ok(lerp_solver_save(first, image, &error), &error);
  assert_ok(lerp_solver_load(second, image, size, &error), &error);
  step(second, 1);
  assert_close(*lerp_solver_part_view(second, 0), 0.25 * 0.75, 0, 1e-15);
  assert_close(*lerp_solver_part_view(second, 1), -2 * 0.25 * 0.75, 0, 1e-15);
  free(image);
  lerp_solver_free(first);
  lerp_solver_free(second);
  lerp_method_free(long_step);
  lerp_method_free(short_step);
  problem.start[0] = problem.start[1] = NULL;
  lerp_problem_fini(&problem);
}

/* F z = (1 + c) z with c counting the evaluations with a sample; c is kept by the solver. */
static void count_and_emit(const void *self, lerp_step *step, const double *at, uint64_t sample,
                           lerp_emit emit, void *sink) {
  (void)self;
  const double factor = 1 + step->memory[0];
  step->memory[0] += sample != LERP_EXACT;
  for (int part = 0; part < LERP_PARTS; part++) {
    const double f = factor * at[step->layout->offset[part]];
    emit(sink, part, 0, 1, &f);
  }
}

static void test_memory(void **state) {
  (void)state;
  double start[] = {1, -2};
  lerp_problem problem = {.op = {.name = "counting",
                                 .dimension = {1, 1},
                                 .stochastic = true,
                                 .evaluate = count_and_emit,
                                 .memory = 1},
                          .facts = {.lipschitz = NAN, .rho = NAN},
                          .start = {&start[0], &start[1]}};
  lerp_method_instance *method = make_method(&problem.facts, "gda:gamma=0.125");
  lerp_settings settings = settings_for(100);
  lerp_solver *first = make_solver(&problem, method, &settings),
              *second = make_solver(&problem, method, &settings);
  const size_t size = lerp_solver_image_size(first);
  void *image = test_new(size, 1);
  lerp_error error;
  step(first, 2);
  assert_ok(lerp_solver_save(first, image, &error), &error);
  step(second, 5);
  assert_ok(lerp_solver_load(second, image, size, &error), &error);
  assert_close(*lerp_solver_memory_view(second), 2, 0, 0);
  step(second, 1);
  assert_close(*lerp_solver_part_view(second, 0), 0.875 * 0.75 * 0.625, 0, 0);
  lerp_solver_restart(second, NULL);
  step(second, 1);
  assert_close(*lerp_solver_part_view(second, 1), -2 * 0.875, 0, 0);
  free(image);
  lerp_solver_free(first);
  lerp_solver_free(second);
  lerp_method_free(method);
}

/* One base step an iteration: the same iterates, also after a pause between two interpolations. */
static void test_unrolled(void **state) {
  enum { TAU = 5, WINDOWS = 3, PAUSE = 7 };
  problem_instance *game = game_for(*state);
  lerp_method_instance *method = make_method(&game->problem.facts, "%s:tau=5", (const char *)*state),
                       *unrolled = make_method(&game->problem.facts, "%s:tau=5", (const char *)*state);
  assert_int_equal(lerp_method_unroll(unrolled), TAU);
  lerp_settings settings = settings_for(100);
  settings.fresh_samples = true;
  lerp_solver *whole = make_solver(&game->problem, method, &settings),
              *first = make_solver(&game->problem, unrolled, &settings),
              *second = make_solver(&game->problem, unrolled, &settings);
  const size_t n = dimension_of(&game->problem), size = lerp_solver_image_size(first);
  double *expected = test_new(n, sizeof *expected), *z = test_new(n, sizeof *z);
  void *image = test_new(size, 1);
  lerp_error error;
  step(whole, WINDOWS);
  step(first, PAUSE);
  assert_ok(lerp_solver_save(first, image, &error), &error);
  assert_ok(lerp_solver_load(second, image, size, &error), &error);
  step(second, WINDOWS * TAU - PAUSE);
  copy_iterate(&game->problem, whole, expected);
  copy_iterate(&game->problem, second, z);
  assert_same_bits(z, expected, n);
  assert_int_equal(lerp_solver_result(second)->counts.evaluations,
                   lerp_solver_result(whole)->counts.evaluations);
  free(image);
  free(expected);
  free(z);
  lerp_solver_free(whole);
  lerp_solver_free(first);
  lerp_solver_free(second);
  lerp_method_free(method);
  lerp_method_free(unrolled);
  problem_free(game);
}

static void test_not_unrolled(void **state) {
  (void)state;
  const lerp_facts facts = {.lipschitz = 1, .rho = 0};
  lerp_method_instance *method = make_method(&facts, "rapp");
  const lerp_method *before = method->method;
  assert_int_equal(lerp_method_unroll(method), 1);
  assert_ptr_equal(method->method, before);
  lerp_method_free(method);
}

int main(int argc, char **argv) {
  take_plugins(argc, argv);
  static char *const unrolled_names[] = {"la-gda", "la-eg+", "la-extra-adam:lr=0.1", "la-wrapp",
                                         "la-la-ogda"};
  suite all = {0};
  char **names = all_method_names();
  for (size_t i = 0; names[i] != NULL; i++) {
    suite_add(&all, test_goes_on, names[i], "%s goes on", names[i]);
  }
  suite_add(&all, test_result, NULL, "result and hits");
  suite_add(&all, test_refused, NULL, "what is refused");
  suite_add(&all, test_other_step, NULL, "another step size from here on");
  suite_add(&all, test_memory, NULL, "what F keeps");
  for (size_t i = 0; i < sizeof unrolled_names / sizeof *unrolled_names; i++) {
    suite_add(&all, test_unrolled, unrolled_names[i], "%s one base step at a time", unrolled_names[i]);
  }
  suite_add(&all, test_not_unrolled, NULL, "only Lookahead is unrolled");
  int code = suite_run(&all, "resume");
  free_names(names);
  return code;
}

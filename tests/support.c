/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "../bench/plugin.h"
#include "../bench/tool.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void test_that(bool condition, const char *what, const char *file, int line, const char *format, ...) {
  if (condition) {
    return;
  }
  char message[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  print_error("not true: %s\n  %s\n", what, message);
  _fail(file, line);
}

void test_close(double actual, double expected, double absolute, double relative, const char *what,
                const char *file, int line) {
  double difference = fabs(actual - expected);
  test_that(difference <= absolute + relative * fabs(expected), what, file, line,
            "%.17g differs from %.17g by %.3g, allowed are %.3g", actual, expected, difference,
            absolute + relative * fabs(expected));
}

void test_same_bits(const double *actual, const double *expected, size_t count, const char *what,
                    const char *file, int line) {
  if (count == 0 || memcmp(actual, expected, count * sizeof *actual) == 0) {
    return;
  }
  for (size_t i = 0; i < count; i++) {
    test_that(memcmp(&actual[i], &expected[i], sizeof actual[i]) == 0, what, file, line,
              "component %zu of %zu: %a differs from %a", i, count, actual[i], expected[i]);
  }
}

void test_ok(lerp_status status, const lerp_error *error, const char *what, const char *file, int line) {
  test_that(status == LERP_OK, what, file, line, "%s: %s", lerp_status_name(status), error->message);
}

void suite_add(suite *all, CMUnitTestFunction test, const void *parameter, const char *format, ...) {
  char *name = NULL;
  va_list arguments;
  va_start(arguments, format);
  if (vasprintf(&name, format, arguments) < 0) {
    abort();
  }
  va_end(arguments);
  struct CMUnitTest *grown = realloc(all->test, (all->count + 1) * sizeof *grown);
  if (grown == NULL) {
    abort();
  }
  all->test = grown;
  all->test[all->count++] =
      (struct CMUnitTest){.name = name, .test_func = test, .initial_state = (void *)(uintptr_t)parameter};
}

int suite_run(suite *all, const char *group) {
  int failed = _cmocka_run_group_tests(group, all->test, all->count, NULL, NULL);
  for (size_t i = 0; i < all->count; i++) {
    free((void *)(uintptr_t)all->test[i].name);
  }
  free(all->test);
  return failed != 0;
}

static lerp_spec *one_spec(const char *text) {
  lerp_error error;
  lerp_spec *spec;
  size_t count;
  assert_ok(lerp_specs_parse(text, &spec, &count, &error), &error);
  assert_int_equal(count, 1);
  return spec;
}

problem_instance *make_game(const char *start, const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  lerp_spec *spec = one_spec(text);
  problem_instance *game;
  lerp_error error;
  assert_ok(problem_new(spec, start, 1, &game, &error), &error);
  lerp_specs_free(spec, 1);
  return game;
}

lerp_method_instance *make_method(const lerp_facts *facts, const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  lerp_spec *spec = one_spec(text);
  lerp_method_instance *method;
  lerp_error error;
  assert_that(tool_method_new(spec, &method, &error), "%s", error.message);
  assert_ok(lerp_method_complete(method, facts, &error), &error);
  lerp_specs_free(spec, 1);
  return method;
}

int team_of(int threads) {
  return lerp_capabilities() & LERP_HAS_OPENMP ? threads : 1;
}

lerp_solver *make_solver(const lerp_problem *problem, const lerp_method_instance *method,
                         const lerp_settings *settings) {
  lerp_settings possible = *settings;
  lerp_solver *solver;
  lerp_error error;
  possible.threads = team_of(settings->threads);
  assert_ok(lerp_solver_new(problem, method, &possible, &solver, &error), &error);
  return solver;
}

static bool tests_plugins;

void take_plugins(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    plugin_load(argv[i]);
    tests_plugins = true;
  }
}

bool is_under_test(const char *plugin) {
  return (plugin != NULL) == tests_plugins;
}

char **all_method_names(void) {
  const lerp_method *method;
  size_t count = 0, name = 0;
  while (tool_method_at(count) != NULL) {
    count++;
  }
  char **names = test_new(2 * count + 1, sizeof *names);
  for (size_t i = 0; (method = tool_method_at(i)) != NULL; i++) {
    if (!is_under_test(plugin_of_method(method))) {
      continue;
    }
    bool failed = (names[name++] = strdup(method->name)) == NULL;
    if (!(method->requires & LERP_NO_LOOKAHEAD)) {
      failed |= asprintf(&names[name++], "la-%s", method->name) < 0;
    }
    if (failed) {
      abort();
    }
  }
  return names;
}

void free_names(char **names) {
  for (size_t i = 0; names[i] != NULL; i++) {
    free(names[i]);
  }
  free(names);
}

bool uses_resolvent(const lerp_method_instance *method) {
  return method->base != NULL ? uses_resolvent(method->base)
                              : (method->method->requires & LERP_NEEDS_RESOLVENT) != 0;
}

lerp_settings settings_for(uint64_t iterations) {
  lerp_settings settings = lerp_settings_default();
  settings.relative_tolerance = 0;
  settings.max_iterations = iterations;
  settings.max_evaluations = UINT64_MAX;
  settings.check = false;
  return settings;
}

size_t dimension_of(const lerp_problem *problem) {
  return problem->op.dimension[0] + problem->op.dimension[1];
}

void copy_iterate(const lerp_problem *problem, const lerp_solver *solver, double *z) {
  for (int part = 0; part < LERP_PARTS; part++) {
    size_t count = problem->op.dimension[part];
    if (count > 0) {
      memcpy(z, lerp_solver_part_view(solver, part), count * sizeof *z);
    }
    z += count;
  }
}

void iterate_of(const lerp_problem *problem, const lerp_method_instance *method, uint64_t iterations,
                const lerp_settings *settings, double *z) {
  lerp_settings own = settings != NULL ? *settings : settings_for(iterations);
  own.check = settings != NULL && settings->check;
  own.max_iterations = iterations;
  lerp_solver *solver = make_solver(problem, method, &own);
  lerp_error error;
  assert_ok(lerp_solver_solve(solver, &error), &error);
  const lerp_result *result = lerp_solver_result(solver);
  assert_that(result->iterations == iterations, "%" PRIu64 " iterations, outcome %s", result->iterations,
              lerp_outcome_name(result->outcome));
  copy_iterate(problem, solver, z);
  lerp_solver_free(solver);
}

void apply_method(const lerp_problem *problem, const lerp_method_instance *method, int threads,
                  const double *z, double *out) {
  lerp_settings settings = settings_for(1);
  settings.threads = threads;
  lerp_solver *solver = make_solver(problem, method, &settings);
  lerp_solver_restart(solver, (const double *const[]){z, z + problem->op.dimension[0]});
  lerp_error error;
  assert_ok(lerp_solver_solve(solver, &error), &error);
  copy_iterate(problem, solver, out);
  lerp_solver_free(solver);
}

/* Methods whose one iteration applies F or a resolvent. */
static void probe_start(lerp_step *step, const lerp_method_instance *instance, void *state,
                        double *const *work, const double *z) {
  (void)step;
  (void)work;
  (void)z;
  *(double *)state = instance->value[0];
}

static void operator_step(lerp_step *step, void *state, const double *z, double *next) {
  (void)state;
  lerp_advance(step, z, 0, LERP_OUTPUTS({.out = next, .value = {.of_f = 1}}), LERP_NO_PRODUCTS);
}

static void parts_step(lerp_step *step, void *state, const double *z, double *next) {
  (void)state;
  for (int part = LERP_PARTS - 1; part >= 0; part--) {
    lerp_step view = lerp_part_view(step, part);
    lerp_advance(&view, z, 0, LERP_OUTPUTS({.out = next, .value = {.of_f = 1}}), LERP_NO_PRODUCTS);
  }
}

static void resolvent_step(lerp_step *step, void *state, const double *z, double *next) {
  lerp_advance(step, NULL, 0,
               LERP_OUTPUTS({.out = next, .value = {.term = {{1, z}}}, .gamma = *(const double *)state}),
               LERP_NO_PRODUCTS);
}

static void exact_step(lerp_step *step, void *state, const double *z, double *next) {
  lerp_advance_resolvent(step, z, *(const double *)state, LERP_OUTPUTS({.out = next, .value = {.of_f = 1}}),
                         LERP_NO_PRODUCTS);
}

static lerp_cost probe_cost(const lerp_method_instance *instance) {
  (void)instance;
  return (lerp_cost){.exact = false};
}

static lerp_guarantee probe_guarantee(const lerp_facts *facts, const lerp_method_instance *instance) {
  (void)facts;
  (void)instance;
  return (lerp_guarantee){LERP_NO_GUARANTEE, "made for a test", ""};
}

static void probe(const lerp_problem *problem, void (*step)(lerp_step *, void *, const double *, double *),
                  double gamma, int threads, const double *z, double *out) {
  static const lerp_parameter parameters[] = {
      {.name = "gamma", .initial = 1, .minimum = 0, .maximum = INFINITY, .meaning = "step size", .unit = ""},
      {.name = NULL}};
  const lerp_method method = {.name = "probe",
                              .parameters = parameters,
                              .guarantee = probe_guarantee,
                              .cost = probe_cost,
                              .state = sizeof(double),
                              .requires = step == exact_step ? LERP_NEEDS_RESOLVENT : 0,
                              .start = probe_start,
                              .step = step};
  lerp_method_instance instance = {.method = &method, .name = "probe", .value = {gamma}, .given = {true}};
  apply_method(problem, &instance, threads, z, out);
}

void apply_operator(const lerp_problem *problem, int threads, const double *z, double *out) {
  probe(problem, operator_step, 0, threads, z, out);
}

void apply_operator_by_parts(const lerp_problem *problem, int threads, const double *z, double *out) {
  probe(problem, parts_step, 1, threads, z, out);
}

void apply_resolvent(const lerp_problem *problem, double gamma, int threads, const double *z, double *out) {
  probe(problem, resolvent_step, gamma, threads, z, out);
}

void apply_exact_resolvent(const lerp_problem *problem, double gamma, int threads, const double *z,
                           double *out) {
  probe(problem, exact_step, gamma, threads, z, out);
}

double test_random(uint64_t index) {
  uint64_t x = (index + 1) * 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  x ^= x >> 31;
  return ((double)(x >> 11) + 0.5) / 4503599627370496.0 - 1;
}

void random_vector(uint64_t seed, double scale, double *v, size_t count) {
  for (size_t i = 0; i < count; i++) {
    v[i] = scale * test_random(seed * 1000003 + i);
  }
}

double product_of(const double *v, const double *w, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) {
    sum += v[i] * w[i];
  }
  return sum;
}

double norm_of(const double *v, size_t count) {
  return sqrt(product_of(v, v, count));
}

double distance_of(const double *v, const double *w, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) {
    sum += (v[i] - w[i]) * (v[i] - w[i]);
  }
  return sqrt(sum);
}

void *test_new(size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (memory == NULL) {
    abort();
  }
  return memory;
}

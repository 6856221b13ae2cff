/* SPDX-License-Identifier: MIT */
/* The result of lerp-solve, for people and as JSON. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plugin.h"
#include "solve.h"
#include "values.h"

enum { SHOWN_DIMENSION_MAX = 16, SPEC_SIZE = 1024 };

static bool shows_z(const solve_run *run) {
  return run->options->print_z || solve_dimension(run) <= SHOWN_DIMENSION_MAX;
}

static void print_row(const char *label, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void print_row(const char *label, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  printf("%-12s ", label);
  vprintf(format, arguments);
  putchar('\n');
  va_end(arguments);
}

static const char *shortest(double value, char text[32]) {
  if (isnan(value)) {
    return "unknown";
  }
  lerp_format_number(value, text, 32);
  return text;
}

static void print_parameter(void *self, const char *key, const lerp_parameter *parameter, double value,
                            bool given) {
  const char **separator = self;
  char text[64];
  (void)given;
  tool_format_value(parameter, value, text, sizeof text);
  printf("%s%s %s", *separator, key, text);
  *separator = ", ";
}

static void print_problem(const solve_run *run) {
  const lerp_facts *facts = &run->problem->problem.facts;
  char spec[PROBLEM_TEXT_SIZE], rho[32], lipschitz[32];
  problem_format(run->problem, spec, sizeof spec);
  print_row("problem", "%s: n %zu, rho %s, L %s", spec, solve_dimension(run), shortest(facts->rho, rho),
            shortest(facts->lipschitz, lipschitz));
}

static void print_method(const solve_run *run) {
  const char *separator = ": ";
  printf("%-12s %s", "method", run->method->name);
  if (run->chosen[0] != '\0') {
    printf(" (%s)", run->chosen);
  }
  tool_each_parameter(run->method, print_parameter, &separator);
  putchar('\n');
}

/* 1.5 s, 20.3 ms, 7.1 us, 12 ns */
static const char *duration(double seconds, char text[32]) {
  static const char *const unit[] = {"s", "ms", "us", "ns"};
  size_t i = 0;
  while (seconds < 1 && i < 3) {
    seconds *= 1000;
    i++;
  }
  snprintf(text, 32, "%.3g %s", seconds, unit[i]);
  return text;
}

/* The observed quantities of the final iterate; and all evaluations that no method asked for. */
typedef struct observed {
  double value[SOLVE_OBSERVED];
  uint64_t evaluations;
} observed;

static observed observe(const solve_run *run) {
  observed seen = {.evaluations = lerp_solver_result(run->solver)->counts.observer_evaluations};
  if (run->observer != NULL) {
    const double *const z[LERP_PARTS] = {lerp_solver_part_view(run->solver, 0),
                                         lerp_solver_part_view(run->solver, 1)};
    solve_observer_measure(run->observer, z, seen.value);
    seen.evaluations += solve_observer_evaluations(run->observer);
  }
  return seen;
}

static void print_observed(const solve_run *run, const observed *seen) {
  for (size_t i = 0; i < SOLVE_OBSERVED; i++) {
    const char *name = solve_observed(run->options, i);
    if (name != NULL) {
      print_row(name, "%.3e", seen->value[i]);
    }
  }
}

static void add_observed(const solve_run *run, const observed *seen, json_t *object) {
  for (size_t i = 0; i < SOLVE_OBSERVED; i++) {
    const char *name = solve_observed(run->options, i);
    if (name != NULL) {
      json_object_set_new(object, name, values_number(seen->value[i]));
    }
  }
}

static void print_counts(const lerp_counts *counts, uint64_t observer_evaluations) {
  print_row("evaluations",
            "%" PRIu64 " (resolvents %" PRIu64 ", exact resolvents %" PRIu64 ", observer evaluations %" PRIu64
            ")",
            counts->evaluations, counts->resolvents, counts->exact_resolvents, observer_evaluations);
}

static void print_z(const lerp_solver *solver, const lerp_problem *problem) {
  static const char *const label[LERP_PARTS] = {"x", "y"};
  for (int p = 0; p < LERP_PARTS; p++) {
    const double *part = lerp_solver_part_view(solver, p);
    printf("%-12s", label[p]);
    for (size_t i = 0; i < problem->op.dimension[p]; i++) {
      char text[32];
      printf(" %s", shortest(part[i], text));
    }
    putchar('\n');
  }
}

void solve_print_human(const solve_run *run) {
  const lerp_result *result = lerp_solver_result(run->solver);
  const lerp_settings *settings = &run->options->settings;
  const observed seen = observe(run);
  char time[32], each[32];
  print_problem(run);
  print_method(run);
  print_row("outcome", "%s: %s", lerp_outcome_name(result->outcome), lerp_outcome_meaning(result->outcome));
  print_row("iterations", "%" PRIu64, result->iterations);
  print_counts(&result->counts, seen.evaluations);
  print_row("residual", "%.3e (from %.3e, goal %.3e)", result->residual, result->initial_residual,
            settings->absolute_tolerance + settings->relative_tolerance * result->initial_residual);
  if (!isnan(result->distance)) {
    print_row("distance", "%.3e to the known solution", result->distance);
  }
  print_observed(run, &seen);
  print_row("time", "%s, %s per iteration", duration(result->seconds, time),
            duration(result->seconds / fmax(1, (double)result->iterations), each));
  print_row("threads", "%d on CPU %s%s%s, %s%s", run->threads, run->pinned,
            run->respected == NULL ? "" : " as by ", run->respected == NULL ? "" : run->respected,
            result->isa, run->one_is_enough ? "; more do not pay for a problem as small as this" : "");
  if (shows_z(run)) {
    print_z(run->solver, &run->problem->problem);
  }
}

void solve_print_json_line(json_t *object) {
  char *text = json_dumps(object, JSON_COMPACT);
  json_decref(object);
  if (text == NULL) {
    tool_fail(TOOL_BAD_INPUT, "out of memory while writing JSON");
  }
  puts(text);
  free(text);
}

static json_t *final_z(const solve_run *run) {
  json_t *array = json_array();
  for (int p = 0; p < LERP_PARTS; p++) {
    const double *part = lerp_solver_part_view(run->solver, p);
    for (size_t i = 0; i < run->problem->problem.op.dimension[p]; i++) {
      json_array_append_new(array, values_number(part[i]));
    }
  }
  return array;
}

void solve_print_json(const solve_run *run) {
  const lerp_result *result = lerp_solver_result(run->solver);
  const lerp_counts *counts = &result->counts;
  const lerp_facts *facts = &run->problem->problem.facts;
  const observed seen = observe(run);
  char problem[PROBLEM_TEXT_SIZE], method[SPEC_SIZE];
  problem_format(run->problem, problem, sizeof problem);
  tool_format_method(run->method, method, sizeof method);
  char iterate[17];
  tool_hash_iterate(run->solver, &run->problem->problem, iterate);
  char *code = plugin_code(run->problem->family, run->method);
  json_t *object = json_pack(
      "{s:s, s:s, s:s, s:s, s:o, s:o, s:I, s:o, s:o, s:s, s:s, s:I, s:I, s:I, s:I, s:I}", "schema",
      "lerp-solve/1", "commit", code, "problem", problem, "method", method, "parameters",
      values_of_method(run->method), "problem_parameters", values_of_problem(run->problem), "n",
      (json_int_t)solve_dimension(run), "rho", values_number(facts->rho), "lipschitz",
      values_number(facts->lipschitz), "evidence", lerp_evidence_name(run->guarantee.evidence), "outcome",
      lerp_outcome_name(result->outcome), "iterations", (json_int_t)result->iterations, "evaluations",
      (json_int_t)counts->evaluations, "resolvents", (json_int_t)counts->resolvents, "exact_resolvents",
      (json_int_t)counts->exact_resolvents, "observer_evaluations", (json_int_t)seen.evaluations);
  free(code);
  json_t *measured =
      json_pack("{s:o, s:o, s:o, s:o, s:i, s:s, s:s, s:s}", "residual", values_number(result->residual),
                "initial_residual", values_number(result->initial_residual), "distance",
                values_number(result->distance), "seconds", values_number(result->seconds), "threads",
                run->threads, "pinned", run->pinned, "isa", result->isa, "result", iterate);
  json_object_update(object, measured);
  json_decref(measured);
  add_observed(run, &seen, object);
  if (run->chosen[0] != '\0') {
    json_object_set_new(object, "chosen", json_string(run->chosen));
    json_object_set_new(object, "chosen_because", json_string(run->reason));
  }
  if (shows_z(run)) {
    json_object_set_new(object, "z", final_z(run));
  }
  solve_print_json_line(object);
}

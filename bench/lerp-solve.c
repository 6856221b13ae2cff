/* SPDX-License-Identifier: MIT */
/* lerp-solve: solves one problem with one method and shows the result. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "solve.h"

static void print_guarantee(const lerp_guarantee *guarantee) {
  if (guarantee->evidence == LERP_NO_GUARANTEE) {
    fprintf(stderr, "lerp-solve: no guarantee: %s\n", guarantee->reason);
  } else if (guarantee->evidence == LERP_OBSERVED) {
    fprintf(stderr, "lerp-solve: observed only: %s\n", guarantee->reason);
  }
}

static void print_note(const lerp_facts *facts) {
  if (facts->note != NULL) {
    fprintf(stderr, "lerp-solve: note: %s\n", facts->note);
  }
}

static void make_problem(solve_run *run, const solve_options *options) {
  lerp_error error;
  lerp_spec *spec =
      options->matrix != NULL ? solve_matrix_spec(options->matrix) : tool_one_spec(options->problem);
  if (problem_new(spec, options->start, options->seed, &run->problem, &error) != LERP_OK) {
    tool_fail_input(options->start, &error); /* only a start is parsed there: only it has places */
  }
  lerp_specs_free(spec, 1);
}

static void make_method(solve_run *run, const solve_options *options) {
  lerp_error error;
  lerp_spec *spec = tool_one_spec(options->method);
  const lerp_problem *problem = &run->problem->problem;
  if (tool_method_for(spec, problem, options->settings.relative_tolerance, &run->method, run->reason,
                      &error) != LERP_OK) {
    tool_fail_input(options->method, &error);
  }
  lerp_specs_free(spec, 1);
  if (run->reason[0] != '\0') {
    lerp_method_describe(run->method, run->chosen, sizeof run->chosen);
    fprintf(stderr, "lerp-solve: %s chose %s: %s\n", run->method->name, run->chosen, run->reason);
  }
  run->guarantee = lerp_method_guarantee(run->method, &problem->facts);
}

static void make_solver(solve_run *run, const solve_options *options, solve_record *record) {
  lerp_settings settings = options->settings;
  if (run->networks == NULL) {
    settings.threads = run->threads;
    settings.pinning = run->pinning;
  }
  settings.interrupt = &tool_interrupted;
  if (record != NULL) {
    settings.observe = solve_record_observe;
    settings.observe_self = record;
  }
  lerp_error error;
  if (lerp_solver_new(&run->problem->problem, run->method, &settings, &run->solver, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
}

static int exit_code(lerp_outcome outcome, bool written) {
  if (!written) {
    return TOOL_BAD_INPUT;
  }
  if (outcome == LERP_INTERRUPTED) {
    return TOOL_INTERRUPTED;
  }
  return outcome == LERP_CONVERGED ? TOOL_DONE : TOOL_NOT_CONVERGED;
}

/* Opened before the solve, so that what cannot be written is said at once. */
static FILE *open_save(const char *path) {
  FILE *file = fopen(path, "wb");
  if (file == NULL) {
    tool_fail(TOOL_BAD_INPUT, "--save '%s' cannot be written: %s", path, strerror(errno));
  }
  return file;
}

static bool close_save(FILE *file, const solve_run *run) {
  lerp_error error;
  lerp_status status = problem_save(run->problem, lerp_solver_part_view(run->solver, 0),
                                    lerp_solver_part_view(run->solver, 1), file, &error);
  if (fclose(file) != 0 && status == LERP_OK) {
    status = lerp_fail(&error, LERP_SYSTEM, SIZE_MAX, "%s", strerror(errno));
  }
  if (status != LERP_OK) {
    tool_warn("--save '%s' is incomplete: %s", run->options->save, error.message);
  }
  return status == LERP_OK;
}

/* Solves and shows; the exit code. */
static int solve(solve_run *run, const solve_options *options) {
  run->observer = solve_observer_new(run);
  solve_record *record = solve_record_new(run);
  make_solver(run, options, record);
  solve_plot *plot = options->plot == NULL ? NULL : solve_plot_open(options->plot);
  FILE *save = options->save == NULL ? NULL : open_save(options->save);
  print_note(&run->problem->problem.facts);
  print_guarantee(&run->guarantee);

  tool_catch_interrupts();
  lerp_error error;
  if (lerp_solver_solve(run->solver, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }

  bool written = solve_record_finish(record);
  (options->json ? solve_print_json : solve_print_human)(run);
  if (plot != NULL) {
    written = solve_plot_close(plot, run, record) && written;
  }
  if (save != NULL) {
    written = close_save(save, run) && written;
  }
  solve_record_free(record);
  solve_observer_free(run->observer);

  return exit_code(lerp_solver_result(run->solver)->outcome, written);
}

static int solve_from(const solve_options *options) {
  solve_run run = {.options = options};
  make_problem(&run, options);
  make_method(&run, options);
  solve_place(&run);
  if (networks_compute(&run.problem->problem)) {
    run.networks = networks_begin(run.threads, run.pinning);
  }
  int code = solve(&run, options);
  networks_end(run.networks);
  lerp_solver_free(run.solver);
  lerp_pinning_free(run.pinning);
  lerp_topology_free(run.topology);
  lerp_method_free(run.method);
  problem_free(run.problem);
  return code;
}

static int certify_from(const solve_options *options) {
  solve_run run = {.options = options};
  make_problem(&run, options);
  const int code = solve_certify(run.problem, options);
  problem_free(run.problem);
  return code;
}

int main(int argc, char **argv) {
  atexit(tool_close_stdout);
  solve_options options = solve_options_parse(argc, argv);
  if (options.certify) {
    return certify_from(&options);
  }
  if (options.list == NULL && options.describe == NULL) {
    return solve_from(&options);
  }
  if (options.list != NULL) {
    solve_list(options.list, options.json);
  } else {
    solve_describe(options.describe, options.json);
  }
  return TOOL_DONE;
}

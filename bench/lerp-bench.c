/* SPDX-License-Identifier: MIT */
/* lerp-bench: measures the cases of a suite, sample by sample, into a store. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_claims.h"
#include "bench_contests.h"
#include "bench_options.h"
#include "bench_run.h"
#include "bench_tune.h"
#include "kernel.h"
#include "memory.h"
#include "plan.h"
#include "serve.h"
#include "target.h"
#include "tool.h"

/* --- The suite ---------------------------------------------------------------------------------------- */

static void replace_texts(suite_texts *texts, const suite_texts *given) {
  if (given->count > 0) {
    suite_texts_clear(texts);
    for (size_t i = 0; i < given->count; i++) {
      suite_texts_add(texts, given->text[i]);
    }
  }
}

static void replace_threads(suite_threads *threads, const suite_threads *given) {
  if (given->count > 0 || given->all) {
    threads->count_of = memory_resize(threads->count_of, given->count, sizeof *threads->count_of);
    memcpy(threads->count_of, given->count_of, given->count * sizeof *given->count_of);
    threads->count = given->count;
    threads->all = given->all;
  }
}

/* Another budget; the suite's grid stays. */
static void override_tune(tune *chosen, uint64_t budget) {
  *chosen = chosen->budget > 0 ? *chosen : tune_of_budget(budget);
  chosen->budget = budget;
}

/* What the command line says goes before what the suite says. */
static void override_family(suite_family *family, const bench_options *options) {
  replace_threads(&family->threads, &options->threads);
  if (suite_runs_kernels(family->kind)) {
    replace_texts(&family->kernels, &options->kernels);
    return;
  }
  replace_texts(&family->problems, &options->problems);
  replace_texts(&family->methods, &options->methods);
  if (options->data != NULL) {
    suite_texts_give(&family->problems, "data=cifar10", "directory", options->data);
  }
  if (suite_solves(family->kind) && !isnan(options->tolerance)) {
    family->tolerance = options->tolerance;
  }
  if (suite_solves(family->kind) && options->max_evaluations > 0) {
    family->max_evaluations = options->max_evaluations;
  }
  if (suite_solves(family->kind) && options->tune > 0) {
    override_tune(&family->tune, options->tune);
  }
}

static void override(suite *chosen, const bench_options *options) {
  for (size_t i = 0; i < chosen->families; i++) {
    override_family(&chosen->family[i], options);
  }
  chosen->seed = options->seed_given ? options->seed : chosen->seed;
  chosen->repetitions = options->repetitions > 0 ? options->repetitions : chosen->repetitions;
  chosen->max_repetitions = options->max_repetitions > 0 ? options->max_repetitions : chosen->max_repetitions;
  chosen->processes = options->processes > 0 ? options->processes : chosen->processes;
  chosen->precision = isnan(options->precision) ? chosen->precision : options->precision;
  suite_settle(chosen);
}

static void add_all_kernels(suite_family *family) {
  for (const kernel *const *k = kernels_all(); *k != NULL; k++) {
    if ((*k)->probe == (family->kind == SUITE_PROBE)) {
      suite_texts_add(&family->kernels, (*k)->sweep);
    }
  }
}

/* A suite for what the command line names: one family, the mixed game and all methods, or all kernels. */
static suite *make_suite(suite_kind kind) {
  suite *made = suite_new("command-line");
  suite_family *family = suite_add(made, suite_standard);
  family->kind = kind;
  family->threads.all = kind == SUITE_SCALE;
  if (suite_runs_kernels(kind)) {
    add_all_kernels(family);
    return made;
  }
  suite_texts_add(&family->problems, "mixed");
  const lerp_method *method;
  for (size_t i = 0; (method = tool_method_at(i)) != NULL; i++) {
    suite_texts_add(&family->methods, method->name);
  }
  return made;
}

static suite *choose_suite(const bench_options *options) {
  const bool kernels = options->kernels.count > 0;
  suite *chosen;
  if (options->suite != NULL || (options->problems.count == 0 && options->methods.count == 0 && !kernels)) {
    chosen = suite_read(options->suite != NULL ? options->suite : "default");
    if (options->family != SUITE_KINDS) {
      suite_keep(chosen, options->family);
    }
  } else {
    chosen = make_suite(options->family != SUITE_KINDS ? options->family
                        : kernels                      ? SUITE_KERNEL
                                                       : SUITE_SOLVE);
  }
  override(chosen, options);
  return chosen;
}

/* --- The cases ---------------------------------------------------------------------------------------- */

/* Thread counts of the command line must fit; those of a suite that do not are left out. */
static void fit_threads(plan *cases, const bench_options *options, const lerp_topology *topology) {
  int allowed = lerp_topology_summarize(topology).processing_units;
  const char *respected;
  const char *policy = options->pin != NULL ? options->pin : tool_default_pinning(&respected);
  int dropped = strcmp(policy, "none") == 0 ? 0 : plan_limit_threads(cases, allowed);
  if (dropped > 0 && options->threads.count > 0) {
    tool_fail(TOOL_BAD_INPUT, "--threads %d: this process may use %d CPUs; more threads need --pin none",
              dropped, allowed);
  }
  if (dropped > 0) {
    tool_warn("cases of up to %d threads are left out: this process may use %d CPUs", dropped, allowed);
  }
}

/* Says what "all" threads are here. */
static void resolve_threads(suite *chosen, const lerp_topology *topology) {
  const int most = lerp_topology_summarize(topology).threads;
  for (size_t i = 0; i < chosen->families; i++) {
    suite_threads_resolve(&chosen->family[i].threads, most);
  }
}

static plan *choose_cases(const suite *from, const bench_options *options, const lerp_topology *topology) {
  plan *chosen = plan_new(from);
  targets_plan(from, chosen);
  plan_leave(chosen);
  if (options->filter != NULL && !plan_filter(chosen, options->filter)) {
    tool_fail(TOOL_BAD_INPUT, "--benchmark_filter '%s': not a regular expression", options->filter);
  }
  fit_threads(chosen, options, topology);
  if (chosen->cases == 0) {
    tool_fail(TOOL_BAD_INPUT, "no case of suite '%s' is left to measure%s%s", from->name,
              options->filter != NULL ? " with --benchmark_filter " : "",
              options->filter != NULL ? options->filter : "");
  }
  plan_shard(chosen, options->shard, options->shards);
  return chosen;
}

/* --- The program -------------------------------------------------------------------------------------- */

static void print_names(const plan *cases) {
  for (size_t i = 0; i < cases->cases; i++) {
    puts(cases->item[i].name);
  }
}

static char *join(int count, char **words) {
  char *text;
  size_t size;
  FILE *stream = open_memstream(&text, &size);
  if (stream == NULL) {
    tool_fail(TOOL_BAD_INPUT, "out of memory");
  }
  for (int i = 0; i < count; i++) {
    fprintf(stream, "%s%s", i > 0 ? " " : "", words[i]);
  }
  fclose(stream);
  return text;
}

/* Tuned is what this program runs. */
static bool wants_tuning(const plan *cases, const bench_options *options) {
  return options->against == NULL && !options->dry_run && bench_tunes(cases);
}

static int measure(suite *measured, const bench_options *options, const lerp_topology *topology,
                   const char *program, const char *command) {
  resolve_threads(measured, topology);
  plan *cases = choose_cases(measured, options, topology);
  int code = TOOL_DONE;
  if (options->list_tests) {
    print_names(cases);
  } else {
    code = bench_run(cases, options, topology, program, command);
    if (code == TOOL_DONE && wants_tuning(cases, options)) {
      code = bench_tune(cases, options, topology, command);
    }
  }
  plan_free(cases);
  return code;
}

int main(int argc, char **argv) {
  atexit(tool_close_stdout);
  tool_outlive_limits();
  char *command = join(argc, argv); /* before argp reorders it */
  bench_options options = bench_options_parse(argc, argv);
  lerp_topology *topology;
  lerp_error error;
  if (lerp_topology_new(&topology, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
  int code;
  if (options.worker) {
    code = serve(&options, topology);
  } else {
    suite *measured = choose_suite(&options);
    code = measured->contests != NULL ? bench_contests(measured, &options, topology, command)
           : measured->claims > 0     ? bench_claims(measured, &options, topology, command)
                                      : measure(measured, &options, topology, argv[0], command);
    suite_free(measured);
  }
  lerp_topology_free(topology);
  bench_options_fini(&options);
  free(command);
  return code;
}

/* SPDX-License-Identifier: MIT */
#include "bench_options.h"

#include <argp.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plugin.h"
#include "tool.h"

enum {
  OPTION_SUITE = 1000,
  OPTION_PROBLEM,
  OPTION_METHOD,
  OPTION_KERNEL,
  OPTION_PLUGIN,
  OPTION_FAMILY,
  OPTION_SHARD,
  OPTION_DATA,
  OPTION_TOL,
  OPTION_TUNE,
  OPTION_MAX_EVALS,
  OPTION_THREADS,
  OPTION_PIN,
  OPTION_REPETITIONS,
  OPTION_MAX_REPETITIONS,
  OPTION_PRECISION,
  OPTION_PROCESSES,
  OPTION_AGAINST,
  OPTION_WORKER,
  OPTION_SEED,
  OPTION_STORE,
  OPTION_RESUME,
  OPTION_DRY_RUN,
  OPTION_QUIET,
  OPTION_FILTER,
  OPTION_LIST_TESTS,
  OPTION_OUT,
  OPTION_OUT_FORMAT,
  OPTION_FORMAT,
  OPTION_REFUSED
};

/* Options of Google Benchmark that would fight with ours, and what to use; refusal i has the key
 * OPTION_REFUSED + i. */
static const char *const refusals[] = {
    "--benchmark_repetitions: use --repetitions",
    "--benchmark_min_time: a sample lasts at least 20 ms; use --repetitions for more samples",
    "--benchmark_min_warmup_time: every sample is warmed up",
    "--benchmark_enable_random_interleaving: the order is always shuffled; use --seed for another one",
    "--benchmark_report_aggregates_only: samples are stored one by one; lerp-report summarizes them",
    "--benchmark_display_aggregates_only: samples are stored one by one; lerp-report summarizes them",
};

static const struct argp_option option_table[] = {
    {NULL, 0, NULL, 0, "What to measure:", 1},
    {"suite", OPTION_SUITE, "NAME|FILE.json", 0,
     "a suite of lerp (" LERP_SUITE_NAMES "), or a file (default: the suite \"default\", unless --problem or "
     "--method is given)",
     1},
    {"problem", OPTION_PROBLEM, "SPEC", 0,
     "these problems, in the place of the suite's; may be repeated (default without a suite: mixed)", 1},
    {"method", OPTION_METHOD, "SPEC", 0,
     "these methods, in the place of the suite's; may be repeated (default without a suite: all)", 1},
    {"plugin", OPTION_PLUGIN, "./FILE.so", 0, PLUGIN_OPTION_TEXT, 1},
    {"kernel", OPTION_KERNEL, "SPEC", 0,
     "these kernels, in the place of the suite's; may be repeated (default without a suite: all)", 1},
    {"family", OPTION_FAMILY, "NAME", 0,
     "solve (to the tolerance), count (the same, once, for counts and not for times), gallery (with a "
     "picture), step (the time of one iteration), scale (the same, "
     "and how "
     "evenly a team shares it), batch (the same for all pairs of a game as games of their own, in one call), "
     "kernel (the time of a kernel of the library), probe (of a loop that finds a "
     "limit of "
     "the machine); default: all of the suite's, without a suite solve",
     1},
    {"tol", OPTION_TOL, "R", 0, "solve until the residual is at most R times the initial one (default 1e-8)",
     1},
    {"max-evals", OPTION_MAX_EVALS, "N", 0, "give up a solve after N evaluations of F (default 1.2e6)", 1},
    {"tune", OPTION_TUNE, "N", OPTION_ARG_OPTIONAL,
     "find the best parameters of every method on every problem as well, with N evaluations each for all its "
     "trials (default 100000)",
     1},
    {"data", OPTION_DATA, "DIR", 0,
     "where the binary files of CIFAR-10 lie, for trainings on it (default: they are left out)", 1},
    {"shard", OPTION_SHARD, "I/N", 0, "only the I-th of N parts of the cases", 1},
    {NULL, 0, NULL, 0, "How to measure:", 2},
    {"threads", OPTION_THREADS, "LIST", 0,
     "team sizes like 1,2,4, or all: 1, 2, 4, ... up to what there is (default: the suite's, or 1)", 2},
    {"pin", OPTION_PIN, "POLICY", 0,
     "compact, scatter, none, or CPUs like 0,2,4-7 (default compact; none when OMP_PLACES, OMP_PROC_BIND or "
     "GOMP_CPU_AFFINITY is set)",
     2},
    {"repetitions", OPTION_REPETITIONS, "N", 0,
     "undisturbed samples of each case, at least (default: the suite's, or 1)", 2},
    {"precision", OPTION_PRECISION, "P", 0,
     "take more until the 95 % interval of a case's median is narrower than P times the median, like 0.02; "
     "0: "
     "whatever it is (default: the suite's, or 0)",
     2},
    {"max-repetitions", OPTION_MAX_REPETITIONS, "N", 0,
     "samples of each case at most, where some were disturbed or the interval is still wide (default: the "
     "suite's, "
     "or 30 with a precision, else as many as --repetitions)",
     2},
    {"processes", OPTION_PROCESSES, "N", 0,
     "spread the repetitions over N processes, one after the other: each has its own places in memory "
     "(default: the "
     "suite's, or 1)",
     2},
    {"against", OPTION_AGAINST, "PROGRAM", 0,
     "measure every case with this other lerp-bench too, in pairs of samples, one right after the other in a "
     "random "
     "order: PROGRAM is the base, this one the head (lerp-report compare STORE judges)",
     2},
    {"worker", OPTION_WORKER, NULL, OPTION_HIDDEN, NULL, 2},
    {"seed", OPTION_SEED, "S", 0, "of the order and of random problems (default: the suite's, or 0)", 2},
    {NULL, 0, NULL, 0, "Where results go:", 3},
    {"store", OPTION_STORE, "FILE", 0, "add the samples to this store (default lerp-results.sqlite)", 3},
    {"resume", OPTION_RESUME, NULL, 0, "skip the samples that the store holds already", 3},
    {"dry-run", OPTION_DRY_RUN, NULL, 0, "print the samples in the order they would run in, and stop", 3},
    {"quiet", OPTION_QUIET, NULL, 0, "no progress and no summary", 3},
    {NULL, 0, NULL, 0, "As in Google Benchmark:", 4},
    {"benchmark_filter", OPTION_FILTER, "REGEX", 0, "only cases whose name matches; -REGEX: does not match",
     4},
    {"benchmark_list_tests", OPTION_LIST_TESTS, "true|false", OPTION_ARG_OPTIONAL,
     "print the names of the cases, and stop", 4},
    {"benchmark_out", OPTION_OUT, "FILE", 0, "write a report of this run as well", 4},
    {"benchmark_out_format", OPTION_OUT_FORMAT, "FORMAT", 0, "json (default), console or csv", 4},
    {"benchmark_format", OPTION_FORMAT, "FORMAT", 0,
     "report on standard output, in the place of the summary: console, json or csv", 4},
    {"benchmark_repetitions", OPTION_REFUSED + 0, "N", OPTION_HIDDEN, NULL, 5},
    {"benchmark_min_time", OPTION_REFUSED + 1, "S", OPTION_HIDDEN, NULL, 5},
    {"benchmark_min_warmup_time", OPTION_REFUSED + 2, "S", OPTION_HIDDEN, NULL, 5},
    {"benchmark_enable_random_interleaving", OPTION_REFUSED + 3, "B", OPTION_HIDDEN | OPTION_ARG_OPTIONAL,
     NULL, 5},
    {"benchmark_report_aggregates_only", OPTION_REFUSED + 4, "B", OPTION_HIDDEN | OPTION_ARG_OPTIONAL, NULL,
     5},
    {"benchmark_display_aggregates_only", OPTION_REFUSED + 5, "B", OPTION_HIDDEN | OPTION_ARG_OPTIONAL, NULL,
     5},
    {NULL, 0, NULL, 0, "General:", -1},
    {0}};

static const char summary[] =
    "Measures methods on problems: evaluations and time to the tolerance, and the time of one iteration. "
    "Every finished sample is a committed row of the store."
    "\v"
    "SPEC is a name or a list of names, then :key=value for each parameter; a value may be a list a,b,c or a "
    "range start..stop..step. Lists and ranges multiply.\n\n"
    "Examples:\n"
    "  lerp-bench\n"
    "  lerp-bench --problem mixed:rho=-0.9..0..0.1 --method eg+,wrapp --method rapp:inner=2,4\n"
    "  lerp-bench --family step --problem mixed:n=1e3,1e5,1e7 --method rapp --threads 1,2\n"
    "  lerp-bench --suite default --benchmark_filter=polar --store polar.sqlite --resume\n"
    "  lerp-bench --suite speed --store speed.sqlite\n\n"
    "Exit status: 0 done, whether solves converged or not, 1 a claim that theory guarantees is contradicted, "
    "2 bad input or a failed write, 3 some samples "
    "failed, 130 interrupted.";

static double read_number(const char *option, const char *text) {
  return tool_read_number(option, text, 0, DBL_MAX, "a number of at least 0");
}

static suite_kind read_family(const char *text) {
  suite_kind kind = suite_kind_named(text);
  if (kind == SUITE_KINDS) {
    tool_fail(TOOL_BAD_INPUT, "--family '%s': %s is allowed", text, suite_kinds_text);
  }
  return kind;
}

static const char *read_format(const char *option, const char *text) {
  if (strcmp(text, "console") != 0 && strcmp(text, "json") != 0 && strcmp(text, "csv") != 0) {
    tool_fail(TOOL_BAD_INPUT, "--%s '%s': console, json or csv is allowed", option, text);
  }
  return text;
}

static void read_shard(bench_options *o, const char *text) {
  const char *slash = strchr(text, '/');
  char first[32];
  double shard, shards;
  size_t length = slash != NULL ? (size_t)(slash - text) : sizeof first;
  if (length < sizeof first) {
    memcpy(first, text, length);
    first[length] = '\0';
    if (lerp_read_number(first, &shard) && lerp_read_number(slash + 1, &shards) && shard == floor(shard) &&
        shards == floor(shards) && shard >= 1 && shard <= shards && shards <= 1e6) {
      o->shard = (int)shard;
      o->shards = (int)shards;
      return;
    }
  }
  tool_fail(TOOL_BAD_INPUT, "--shard '%s': I/N with 1 <= I <= N <= 1000000 is allowed, like 1/4", text);
}

static error_t parse_option(int key, char *text, struct argp_state *state) {
  bench_options *o = state->input;
  switch (key) {
  case OPTION_SUITE:
    o->suite = text;
    break;
  case OPTION_PROBLEM:
    suite_texts_add(&o->problems, text);
    break;
  case OPTION_METHOD:
    suite_texts_add(&o->methods, text);
    break;
  case OPTION_KERNEL:
    suite_texts_add(&o->kernels, text);
    break;
  case OPTION_PLUGIN:
    plugin_load(text);
    suite_texts_keep(&o->plugins, text);
    break;
  case OPTION_FAMILY:
    o->family = read_family(text);
    break;
  case OPTION_SHARD:
    read_shard(o, text);
    break;
  case OPTION_DATA:
    o->data = text;
    break;
  case OPTION_TOL:
    o->tolerance = read_number("tol", text);
    break;
  case OPTION_MAX_EVALS:
    o->max_evaluations = tool_read_count("max-evals", text, 1, UINT64_C(1) << 53);
    break;
  case OPTION_TUNE:
    o->tune = text != NULL ? tool_read_count("tune", text, 1, UINT64_C(1) << 53) : TUNE_BUDGET;
    break;
  case OPTION_THREADS:
    if (!suite_threads_parse(&o->threads, text)) {
      tool_fail(TOOL_BAD_INPUT, "--threads '%s': all, or counts from 1 to 4096 are allowed, like 1,2,4",
                text);
    }
    break;
  case OPTION_PIN:
    o->pin = text;
    break;
  case OPTION_REPETITIONS:
    o->repetitions = (int)tool_read_count("repetitions", text, 1, SUITE_REPETITIONS_MAX);
    break;
  case OPTION_MAX_REPETITIONS:
    o->max_repetitions = (int)tool_read_count("max-repetitions", text, 1, SUITE_REPETITIONS_MAX);
    break;
  case OPTION_PROCESSES:
    o->processes = (int)tool_read_count("processes", text, 1, SUITE_REPETITIONS_MAX);
    break;
  case OPTION_PRECISION:
    o->precision = read_number("precision", text);
    break;
  case OPTION_AGAINST:
    o->against = text;
    break;
  case OPTION_WORKER:
    o->worker = true;
    break;
  case OPTION_SEED:
    o->seed = tool_read_count("seed", text, 0, UINT64_C(1) << 53);
    o->seed_given = true;
    break;
  case OPTION_STORE:
    o->store = text;
    break;
  case OPTION_RESUME:
    o->resume = true;
    break;
  case OPTION_DRY_RUN:
    o->dry_run = true;
    break;
  case OPTION_QUIET:
    o->quiet = true;
    break;
  case OPTION_FILTER:
    o->filter = text;
    break;
  case OPTION_LIST_TESTS:
    o->list_tests = text == NULL || strcmp(text, "false") != 0;
    break;
  case OPTION_OUT:
    o->out = text;
    break;
  case OPTION_OUT_FORMAT:
    o->out_format = read_format("benchmark_out_format", text);
    break;
  case OPTION_FORMAT:
    o->display_format = read_format("benchmark_format", text);
    break;
  case ARGP_KEY_END:
    if (o->max_repetitions > 0 && o->max_repetitions < o->repetitions) {
      tool_fail(TOOL_BAD_INPUT, "--max-repetitions %d: at least --repetitions, %d, is allowed",
                o->max_repetitions, o->repetitions);
    }
    break;
  case ARGP_KEY_ARG:
    tool_fail(TOOL_BAD_INPUT,
              "'%s': only options are allowed; problems are given by --problem, methods by "
              "--method",
              text);
  default:
    if (key >= OPTION_REFUSED && key < OPTION_REFUSED + (int)(sizeof refusals / sizeof *refusals)) {
      tool_fail(TOOL_BAD_INPUT, "%s", refusals[key - OPTION_REFUSED]);
    }
    return ARGP_ERR_UNKNOWN;
  }
  return 0;
}

static void print_version(FILE *stream, struct argp_state *state) {
  (void)state;
  tool_print_version(stream, "lerp-bench");
}

bench_options bench_options_parse(int argc, char **argv) {
  static const struct argp parser = {.options = option_table, .parser = parse_option, .doc = summary};
  bench_options options = {.family = SUITE_KINDS,
                           .tolerance = NAN,
                           .precision = NAN,
                           .shard = 1,
                           .shards = 1,
                           .store = "lerp-results.sqlite",
                           .out_format = "json"};
  argp_program_version_hook = print_version;
  argp_err_exit_status = TOOL_BAD_INPUT;
  argp_parse(&parser, argc, argv, 0, NULL, &options);
  return options;
}

void bench_options_refuse_cases(const bench_options *options, const char *kind) {
  const struct {
    bool given;
    const char *name;
  } refused[] = {{options->problems.count > 0, "--problem"},
                 {options->methods.count > 0, "--method"},
                 {options->family != SUITE_KINDS, "--family"},
                 {!isnan(options->tolerance), "--tol"},
                 {options->max_evaluations > 0, "--max-evals"},
                 {options->threads.count > 0, "--threads"},
                 {options->repetitions > 0, "--repetitions"},
                 {options->max_repetitions > 0, "--max-repetitions"},
                 {options->processes > 0, "--processes"},
                 {!isnan(options->precision), "--precision"},
                 {options->tune > 0, "--tune"},
                 {options->against != NULL, "--against"},
                 {options->out != NULL, "--benchmark_out"},
                 {options->display_format != NULL, "--benchmark_format"}};
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    if (refused[i].given) {
      tool_fail(TOOL_BAD_INPUT, "%s: not for a suite of %s, which say themselves what is run",
                refused[i].name, kind);
    }
  }
}

void bench_options_fini(bench_options *self) {
  suite_texts_clear(&self->problems);
  suite_texts_clear(&self->methods);
  suite_texts_clear(&self->kernels);
  suite_texts_clear(&self->plugins);
  free(self->threads.count_of);
}

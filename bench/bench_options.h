/* SPDX-License-Identifier: MIT */
/* The command line of lerp-bench. */
#ifndef LERP_BENCH_OPTIONS_H
#define LERP_BENCH_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "suite.h"

typedef struct bench_options {
  const char *suite;                      /* NULL: none was named */
  suite_texts problems, methods, kernels; /* specifications given one by one */
  suite_threads threads;
  suite_kind family;        /* SUITE_KINDS: all of the suite's */
  double tolerance;         /* NAN: not given */
  uint64_t max_evaluations; /* 0: not given */
  uint64_t seed;
  bool seed_given;
  int repetitions, max_repetitions, processes; /* 0: not given */
  double precision;                            /* NAN: not given */
  int shard, shards;
  const char *data; /* where CIFAR-10 lies; NULL: not given */
  const char *pin, *store;
  const char *against; /* another lerp-bench to measure in turns with; NULL: none */
  suite_texts plugins; /* files that were loaded */
  uint64_t tune;       /* budget; 0: not given */
  bool resume, dry_run, quiet;
  bool worker; /* takes the samples of another process, see serve.h */
  /* Google Benchmark's */
  bool list_tests;
  const char *filter, *display_format, *out, *out_format;
} bench_options;

/* Exits with TOOL_BAD_INPUT on a wrong command line. */
bench_options bench_options_parse(int argc, char **argv);
/* Refuses what suites of "claims" or "contests" say themselves. */
void bench_options_refuse_cases(const bench_options *options, const char *kind);
void bench_options_fini(bench_options *self);

#endif

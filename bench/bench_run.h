/* SPDX-License-Identifier: MIT */
/* A run of lerp-bench: all samples of a plan, one by one, into the store. */
#ifndef LERP_BENCH_RUN_H
#define LERP_BENCH_RUN_H

#include <lerp/topology.h>

#include "bench_options.h"
#include "plan.h"

/* Measures, or only prints the samples for --dry-run; the exit code. `command` is kept with the samples. */
int bench_run(const plan *cases, const bench_options *options, const lerp_topology *topology,
              const char *program, const char *command);

#endif

/* SPDX-License-Identifier: MIT */
/* Problems whose F networks compute, on OpenMP's threads: a team of one drives them, and the threads that were asked for
 * are the networks'. */
#ifndef LERP_BENCH_NETWORKS_H
#define LERP_BENCH_NETWORKS_H

#include <stdbool.h>

#include <lerp/lerp.h>

/* Whether F is of that kind; false in builds without oneDNN. */
bool networks_compute(const lerp_problem *problem);

/* From now on networks run with so many threads, all of them on any of the CPUs of the pinning, as threads of other
 * software are; NULL: where the process may be. */
typedef struct networks_place networks_place;
/* NULL: out of memory. */
networks_place *networks_begin(int threads, const lerp_pinning *pinning);
/* As it was before. */
void networks_end(networks_place *self);

#endif

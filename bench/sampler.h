/* SPDX-License-Identifier: MIT */
/* Takes samples one by one into a store, in this process, which is asked for them (serve.h). */
#ifndef LERP_SAMPLER_H
#define LERP_SAMPLER_H

#include <stdbool.h>

#include "bench_options.h"
#include "machine.h"
#include "measure.h"
#include "record.h"
#include "tally.h"

typedef struct sampler {
  const bench_options *options;
  plan *plan;
  store *store;
  record_context context; /* of the next sample: the caller's to fill but for plan and machine */
  places places;
  machine machine;
  tally tally;
  lerp_error broken; /* why the store cannot be written */
} sampler;

/* Describes the machine, notes it in the store, prepares the places where teams run and catches interrupts. Failures end
 * the program. In place: the context keeps pointers to it. */
void sampler_open(sampler *self, plan *cases, const bench_options *options, const lerp_topology *topology);
void sampler_close(sampler *self);

/* Measures and stores the sample of the context, one of `count` (0: it is not known how many). false: it was interrupted, or
 * it failed, which is said on standard error. *measured is filled, for its caller to free, in any case. */
bool sampler_take(sampler *self, const plan_case *item, size_t count, measurement *measured);

#endif

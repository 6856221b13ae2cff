/* SPDX-License-Identifier: MIT */
/* The side of lerp-bench that plans: the store of a run, and the processes that take its samples (arm.h), so that one that
 * dies costs its sample alone. */
#ifndef LERP_CREW_H
#define LERP_CREW_H

#include <limits.h>
#include <stdbool.h>

#include "arm.h"
#include "bench_options.h"
#include "machine.h"
#include "record.h"
#include "tally.h"

enum { CREW_ARMS = 2 };

typedef struct crew {
  const bench_options *options;
  char program[PATH_MAX]; /* this one */
  arm arm[CREW_ARMS];     /* this program; with --against base, and then this one */
  int arms;
  store *store;           /* NULL: a dry run, and there is none */
  record_context context; /* of the next sample: the caller's to fill but for plan and machine */
  machine machine;
  tally tally;
  char *broken; /* why the store cannot be written */
} crew;

/* Describes the machine, opens the store (for a dry run only what is there) and starts the arms. Failures end the program.
 * In place: the context keeps pointers to it. */
void crew_open(crew *self, const plan *cases, const bench_options *options, const lerp_topology *topology,
               const char *command);
void crew_close(crew *self);

/* Goes on with the cases of another plan. */
void crew_visit(crew *self, const plan *cases);

/* Catches interrupts and notes the machine: samples follow. */
void crew_begin(crew *self);

/* Whether no sample is to follow: it was interrupted, or the store cannot be written. */
bool crew_is_over(const crew *self);

/* Whether the store has a sample; then it is counted as skipped, and its seconds and whether it was disturbed are filled in.
 * One that was taken with another seed, which is no part of a name, ends the program. */
bool crew_has(crew *self, store_sample *row);

/* Has an arm take and store the sample of the context, one of `count` (0: it is not known how many), and counts it. What is
 * said borrows from *message, to be freed; where a sample failed that was told on standard error. */
answer crew_ask(crew *self, arm *by, const plan_case *item, size_t count, json_t **message);

/* The same where there is one arm; whether it was taken. */
bool crew_take(crew *self, const plan_case *item, size_t count);

/* Removes the progress from the terminal; ends the program when the store could not be written. */
void crew_end(crew *self);

#endif

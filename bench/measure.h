/* SPDX-License-Identifier: MIT */
/* One sample of one case: warmed up, repeated until it lasts long enough, timed. */
#ifndef LERP_MEASURE_H
#define LERP_MEASURE_H

#include <lerp/solver.h>

#include "conditions.h"
#include "place.h"
#include "plan.h"
#include "../reports/store.h"

/* Seconds that a sample lasts at least. */
static const double measure_shortest = 0.02;

/* So many iterations between two restarts, also of peers: few enough that no method reaches zero or overflows, and about
 * 256 MB of traffic for large problems. Depends on the problem alone, so that counts repeat. */
uint64_t measure_iterations(const lerp_problem *problem);

typedef struct measurement {
  /* Of one solve. Family step: counts, iterations, bytes and flops of the iterations that were timed. */
  lerp_result result;
  double seconds, cpu_seconds; /* per solve; family step: per iteration */
  conditions around;           /* filled by the caller, as the next */
  bool disturbed;              /* by anything that store.h names */
  char iterate[17];            /* hash of where a solve ended, see tool_hash_iterate; "": none did */
  bool preempted;              /* the team had clearly less CPU time than threads times seconds */
  double components;           /* of the problem, or what a kernel passes over */
  double working_set;          /* bytes of vectors and coefficients, or of a kernel's arrays */
  double imbalance;            /* family scale: see balance.h; else NAN */
  store_point *point;          /* NULL: no trajectory */
  size_t points;
  double *end[LERP_PARTS]; /* family gallery: the point that was found, else NULL */
  char *picture;           /* of it, filled by the caller, or NULL */
  char *training;          /* family gan: as the store has it, else NULL */
} measurement;

/* LERP_OK with result.outcome LERP_INTERRUPTED: nothing was measured. Otherwise the failure of the solver.
 * `trajectory`: solve once more, untimed, and keep the way of a problem of dimension 2, or
 * what a claim wants. */
lerp_status measure_case(const plan_case *item, const lerp_problem *problem,
                         const lerp_method_instance *method, const place *at, bool trajectory,
                         measurement *result, lerp_error *error);
/* The same where F is computed by networks, with at->threads threads of their own. */
lerp_status measure_networks(const plan_case *item, const lerp_problem *problem,
                             const lerp_method_instance *method, const place *at, measurement *result,
                             lerp_error *error);
/* The same for a kernel or a probe: one pass in the place of a solve. */
lerp_status measure_kernel(const plan_case *item, const arena *in, const place *at, measurement *result,
                           lerp_error *error);
/* Family gan: a training, whose seed is that of the suite plus its number among the repetitions. Now and then and when it
 * is interrupted it writes a checkpoint, which it goes on from if it is there, and removes at its end. */
typedef struct training_watch {
  const char *checkpoint; /* file */
  const char *title;      /* of the progress that it shows; NULL: none */
} training_watch;
lerp_status measure_training(const plan_case *item, const plan *of, int repetition,
                             const training_watch *watch, const place *at, measurement *result,
                             lerp_error *error);
/* The same for a method of a peer. */
lerp_status measure_peer(const plan_case *item, const problem_instance *instance,
                         const lerp_method_instance *method, const place *at, measurement *result,
                         lerp_error *error);
void measurement_fini(measurement *self);

#endif

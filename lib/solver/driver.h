/* SPDX-License-Identifier: MIT */
/* A solver as its files see it. */
#ifndef LERP_SOLVER_DRIVER_H
#define LERP_SOLVER_DRIVER_H

#include <lerp/solver.h>

#include "../kernels/kernels.h"

/* The driver's buffers for iterates: z_k, and two that the iterations of a chunk alternate between (one chunk of
 * one iteration needs only the first of these). */
enum { KEPT, FIRST, SECOND, ITERATES };

struct lerp_solver {
  const lerp_problem *problem;
  const lerp_method_instance *instance;
  lerp_settings settings;
  lerp_layout layout;
  const lerp_kernels *kernels;

  double *arena; /* all vectors */
  size_t arena_length, stride, vector_count, work_count;
  double *iterate[ITERATES];
  double **work, *temporary;
  double *scratch, *memory, *opponent, *whole, *factor;
  double *sums; /* block values of products and probes */
  lerp_sum products, probes;
  char *states;  /* two per member: its own, and the tile's */
  char *started; /* a member's state as the method's start left it */
  size_t state_size;

  const double *start[LERP_PARTS]; /* of lerp_solver_restart, or NULL */
  enum {
    FRESH,
    STANDING,
    ENDED
  } stage; /* standing: states and iterate[KEPT] belong to iteration `iteration` */
  uint64_t iteration;
  lerp_counts counts;
  int failure;    /* a callback failed */
  uint64_t limit; /* iterations at which this call ends */
  size_t tile;    /* components of a part that iterations run on together; 0: no tiles */
  bool at_iterate;
  bool chained; /* iterations run as this chain */
  lerp_chain chain;
  double seconds; /* of earlier calls */
  size_t level;   /* targets the residual is below now */
  double target[LERP_TARGETS];
  lerp_result result;
};

/* Hits: the targets, computed once, and what a residual of `ratio` times the first meets of them. */
void lerp_hits_prepare(lerp_solver *solver);
void lerp_hits_record(lerp_solver *solver, double ratio, uint64_t k, uint64_t evaluations);

/* Runs the start of the method from the problem's start, so that the solver stands at iteration 0. */
lerp_status lerp_solver_begin(lerp_solver *solver, lerp_error *error);

#endif

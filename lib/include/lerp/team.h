/* SPDX-License-Identifier: MIT */
#ifndef LERP_TEAM_H
#define LERP_TEAM_H

#include <stddef.h>

#include <lerp/export.h>
#include <lerp/status.h>
#include <lerp/vector.h>

LERP_BEGIN_DECLS

/* Partial sums, one value per quantity and block, written by the block's owner. Kept twice: a member may
 * write the next sum while a slower one still reads this one. Each member has its own copy of this struct
 * over shared memory. */
typedef struct lerp_sum {
  double *partial; /* 2 * rows * blocks doubles, shared */
  size_t rows;     /* quantities summed together, at most */
  size_t blocks;   /* blocks of all parts */
  unsigned turn;   /* which of the two copies is being written */
} lerp_sum;

/* The block values of quantity `row` in the copy being written. */
static inline double *lerp_sum_row(const lerp_sum *sum, size_t row) {
  return sum->partial + ((sum->turn & 1u) * sum->rows + row) * sum->blocks;
}

/* The members that run one solve together; every member holds its own copy. Called by all members in the
 * same order. Teams differ only in these functions: methods and driver exist once. */
typedef struct lerp_team {
  int rank, size;
  /* Makes what every member wrote visible to all. Outside its range a member reads `v` only after this. */
  void (*share)(struct lerp_team *team, const double *v);
  /* result[i] = sum over all blocks of row i, for i < count: the same bits at every member and for every
   * team size. *stop (may be NULL): rank 0's value on entry, everyone's on return. Flips sum->turn. */
  void (*sum)(struct lerp_team *team, lerp_sum *sum, size_t count, double *result, int *stop);
  void *shared;
  unsigned turn;
} lerp_team;

/* A team of one: share does nothing. */
LERP_API lerp_team lerp_team_alone(void);

typedef struct lerp_pinning lerp_pinning; /* topology.h */

/* Runs body(team, argument) once on each of `size` members (1: on the caller's thread, no parallel
 * region), each bound as `pinning` says (NULL: left alone) and released afterwards.
 * LERP_INVALID: size < 1. LERP_UNSUPPORTED: size > 1 in a build without OpenMP, or inside a parallel
 * region. LERP_SYSTEM: the region ran with fewer members or a binding failed; body did not run. */
LERP_API lerp_status lerp_team_run(int size, const lerp_pinning *pinning,
                                   void (*body)(lerp_team *team, void *argument), void *argument,
                                   lerp_error *error);

LERP_END_DECLS

#endif

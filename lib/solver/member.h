/* SPDX-License-Identifier: MIT */
/* One member of the team during a solve, and the parts of its program. */
#ifndef LERP_SOLVER_MEMBER_H
#define LERP_SOLVER_MEMBER_H

#include "driver.h"
#include "internal.h"

/* What a member carries through a solve; every member's copy of the decisions is the same. */
typedef struct lerp_member {
  lerp_solver *solver;
  lerp_team *team;
  lerp_step step;
  lerp_sum products, probes;
  lerp_probe probe;
  lerp_counts counts;
  double *iterate[ITERATES];
  char *state, *tile_state;
  uint64_t k;
  double initial_residual, previous[LERP_PROBE_ROWS], hashes[2]; /* of the checks before */
  double known;        /* residual of z_k by the method; NAN: it has to be evaluated */
  double above, below; /* while the squared residual is between them no target is passed */
  double started;      /* clock, member 0 */
} lerp_member;

/* Iterations from z_k = iterate[KEPT] on one range, with the residual of z_k where it is wanted. The last of them writes
 * `next`, and so does every other one before; those between write `between`, and so does the first of those that write
 * over z_k: an even number. */
typedef struct lerp_chunk {
  uint64_t steps;
  bool probed;
  double *next, *between;
} lerp_chunk;

lerp_chunk lerp_chunk_of(const lerp_member *m, uint64_t steps, bool probed);
void lerp_chunk_run(lerp_member *m, const lerp_chunk *c);

/* Where the chunk ended becomes z_k. */
static inline void lerp_chunk_accept(lerp_member *m, const lerp_chunk *c) {
  if (c->steps && c->next == m->iterate[FIRST]) {
    m->iterate[FIRST] = m->iterate[KEPT];
    m->iterate[KEPT] = c->next;
  }
  m->k += c->steps;
}

/* Chunks until a rule on z_k holds; every member decides alike from the same sums. */
void lerp_run_checked(lerp_member *m);

/* Nothing moves any more: residual and norm are those of the last check, and so is everything else. */
bool lerp_stalled(lerp_member *m, const double *probed);

#endif

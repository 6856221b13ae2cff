/* SPDX-License-Identifier: MIT */
/* Runs by what they cost: found in the store, or made now. */
#ifndef LERP_COUNTS_H
#define LERP_COUNTS_H

#include "crew.h"

typedef struct counts {
  crew *crew;
  const suite *suite;
  int64_t since; /* samples count from this id on */
} counts;

/* What came out of a run. */
typedef struct count_fact {
  int64_t id; /* of the sample */
  bool solved;
  bool lost;     /* diverged or stalled: no budget would solve it */
  uint64_t cost; /* evaluations of F, or exact resolvents */
  double residual;
} count_fact;

/* Samples from this one on belong to this run. */
int64_t counts_next_sample(const store *from);

/* Borrows the crew, which is at a plan of the suite and goes on with others. With --resume what is in the store counts. */
counts counts_new(crew *with);

/* The newest sample of a case with this limit; false: there is none. */
bool counts_find(const counts *self, const plan_case *item, count_fact *found);

/* A case of the plan with at most so many evaluations: family->limit, which may change between runs of
 * equal name. false: interrupted, or it failed, as was said. */
bool counts_take(counts *self, const plan *of, const plan_case *item, count_fact *found);

#endif

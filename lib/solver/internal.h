/* SPDX-License-Identifier: MIT */
#ifndef LERP_SOLVER_INTERNAL_H
#define LERP_SOLVER_INTERNAL_H

#include <lerp/evaluator.h>
#include <lerp/step.h>

/* What the driver wants to know of z at a check: its residual and its norm. The first advance at z fills
 * the block values while F(z) is in the cache. */
typedef struct lerp_probe {
  const double *at;
  double step; /* gamma_0 */
  lerp_sum *sum;
} lerp_probe;

enum { LERP_PROBE_RESIDUAL, LERP_PROBE_NORM, LERP_PROBE_ROWS }; /* squares */

/* Evaluates F at z for the probe alone, without counting it, or as an observer. */
void lerp_fill_probe(lerp_step *step, const double *z);
void lerp_observe(lerp_step *step, const double *z);

/* The view of all of z that an evaluator works with. */
lerp_step *lerp_evaluator_step(lerp_evaluator *evaluator);

/* F is stored before anything is made of it: lerp_step.whole. */
static inline bool lerp_stores_f(const lerp_problem *problem) {
  return problem->resolvent.whole || lerp_is_small(problem->op.dimension);
}

/* A callback failed: the solve ends at the next check. */
static inline void lerp_step_fail(const lerp_step *step) {
  __atomic_store_n(step->failure, 1, __ATOMIC_RELAXED);
}

/* Index of a block among the blocks of all parts. */
static inline size_t lerp_block_index(const lerp_layout *layout, int part, size_t begin) {
  return (part == 0 ? 0 : layout->blocks[0]) + begin / LERP_BLOCK;
}

/* Calls body(argument, part, begin, length) for every block of the range. */
static inline void lerp_for_blocks(const lerp_range *range,
                                   void (*body)(void *argument, int part, size_t begin, size_t length),
                                   void *argument) {
  for (int part = 0; part < LERP_PARTS; part++) {
    for (size_t i = range->begin[part]; i < range->end[part]; i += LERP_BLOCK) {
      const size_t rest = range->end[part] - i;
      body(argument, part, i, rest < LERP_BLOCK ? rest : LERP_BLOCK);
    }
  }
}

#endif

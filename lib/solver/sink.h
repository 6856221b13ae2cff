/* SPDX-License-Identifier: MIT */
/* What an advance does with the values of F: planned once, then done block by block while F is in the cache
 * (advance.c), or from the stored F (stored.c). */
#ifndef LERP_SOLVER_SINK_H
#define LERP_SOLVER_SINK_H

#include "../kernels/kernels.h"
#include "internal.h"

typedef struct lerp_sink {
  lerp_step *step;
  size_t outputs;
  const lerp_output *output;
  size_t products;
  const lerp_product *product;
  const lerp_probe *probe;
  lerp_sources
      value[LERP_OUTPUTS_MAX + 1]; /* of each output, before its resolvent; one more where parts take turns */
} lerp_sink;

/* The outputs, the probe and the block values of the products, from the stored F; NULL: nothing was evaluated. */
void lerp_run_stored(lerp_sink *to, const double *f);

/* Where z is small and the operator fills: F at z for step->probe; and steps of a chain from z, with F there
 * stored already or not, which write `next`, those between `between` in turn. */
void lerp_probe_stored(lerp_step *step, const double *z);
void lerp_chain_stored(lerp_step *step, const lerp_chain *chain, uint64_t steps, bool filled, const double *z,
                       double *next, double *between);

static inline bool lerp_advances(const lerp_step *step, int part) {
  return step->parts & 1u << part;
}

static inline bool lerp_resolves(const lerp_step *step, const lerp_output *output) {
  return output->gamma != 0 && !lerp_unconstrained(step);
}

/* Nothing but a combination: a relaxation is part of it then. */
static inline bool lerp_is_plain(const lerp_step *step, const lerp_output *output) {
  return !output->tile && !lerp_resolves(step, output);
}

static inline void lerp_add_source(lerp_sources *s, double coefficient, const double *v) {
  if (coefficient != 0) {
    s->v[s->count] = v;
    s->c[s->count++] = coefficient;
  }
}

/* scale * combination */
static inline void lerp_gather(lerp_sources *s, const lerp_combination *combination, double scale) {
  s->count = 0;
  for (const lerp_term *term = combination->term; term < combination->term + LERP_TERMS && term->v; term++) {
    lerp_add_source(s, scale * term->coefficient, term->v);
  }
  s->of_f = scale * combination->of_f;
}

static inline void lerp_resolve_block(lerp_step *step, double gamma, int part, size_t begin, size_t length,
                                      double *value) {
  const lerp_resolvent *resolvent = &step->problem->resolvent;
  if (resolvent->block(resolvent->self, gamma, part, begin, length, value)) {
    lerp_step_fail(step);
  }
}

/* <left, right> over at most LERP_BLOCK components from `position`; f holds only these. */
double lerp_product_at(const lerp_step *step, const lerp_product *product, size_t position, size_t length,
                       const double *f);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LERP_STEP_H
#define LERP_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lerp/problem.h>
#include <lerp/team.h>

LERP_BEGIN_DECLS

/* The one primitive that methods are written in: the advance. One evaluation of F, several outputs in
 * order, each a linear combination of vectors and F, resolved, relaxed; then inner products. */

enum { LERP_TERMS = 8, LERP_OUTPUTS_MAX = 4, LERP_PRODUCTS_MAX = 16 };

typedef struct lerp_term {
  double coefficient;
  const double *v; /* NULL ends the list */
} lerp_term;

/* of_f F(at) + sum_i coefficient_i v_i */
typedef struct lerp_combination {
  double of_f;
  lerp_term term[LERP_TERMS];
} lerp_combination;

/* out = J_{gamma A}(value), gamma 0: no resolvent;
 * with an anchor: out = (1 - relax) anchor + relax J_{gamma A}(value).
 * `out` is never `at`; it may be one of its own terms or the anchor, and a term of later outputs. */
typedef struct lerp_output {
  double *out;
  lerp_combination value;
  double gamma;
  double relax;
  const double *anchor;
  /* When set it computes the value instead: components [begin, begin + length) of one part, with F there
   * (NULL when nothing is evaluated). */
  void (*tile)(void *self, int part, size_t begin, size_t length, const double *f, double *value);
  void *self;
  size_t streams; /* vectors that it reads and writes besides `at` and `out`, for the cost model */
} lerp_output;

/* <left, right>, summed over z */
typedef struct lerp_product {
  lerp_combination left, right;
} lerp_product;

/* What was spent, counted at one door. */
typedef struct lerp_counts {
  uint64_t evaluations;          /* F(.) that the method asked for */
  uint64_t resolvents;           /* J_{gamma A}(.), none when A = 0 */
  uint64_t exact_resolvents;     /* J_{gamma S}(.), of the exact proximal point */
  uint64_t observer_evaluations; /* F(.) only for residuals and reports */
  uint64_t streams;              /* vectors read and written by the advances, by the cost model */
} lerp_counts;

/* What a method sees: one per member and, in a tile view, per tile. Methods read `team`, `range`, `problem`
 * and `k`; the rest belongs to the library. */
typedef struct lerp_step {
  lerp_team *team; /* in a tile view a team of one */
  lerp_range range;
  const lerp_problem *problem;
  const lerp_layout *layout;
  uint64_t k;     /* iteration */
  unsigned parts; /* those that advances write, part p as bit 1 << p; see lerp_part_view */

  const struct lerp_kernels *kernels;
  lerp_counts *counts;
  lerp_sum *products;
  struct lerp_probe *probe; /* the residual of z that the driver wants from the first advance at z */
  double *temporary;        /* shared: the method's, `stride` doubles apart */
  size_t stride;
  double *scratch;      /* shared: of the operator */
  double *memory;       /* shared: of the operator, from one evaluation to the next */
  double *opponent;     /* shared: a vector, where the parts move in turn, else NULL */
  bool fresh;           /* every evaluation draws a sample of its own */
  double *whole;        /* shared: two vectors where A is not separable or z small, else NULL */
  const double *factor; /* shared: of the exact resolvent */
  int *failure;         /* shared: a callback's failure, acted on at the next check */
} lerp_step;

/* Vector i < method->temporaries, for what need not outlive the step: where iterations run tile by tile it stays in
 * the cache. */
static inline double *lerp_temporary(const lerp_step *step, size_t i) {
  return step->temporary + i * step->stride;
}

/* LERP_OUTPUTS({...}, {...}), LERP_PRODUCTS(...): count and array arguments of the advance. */
#define LERP_OUTPUTS(...)                                                                                    \
  sizeof((lerp_output[]){__VA_ARGS__}) / sizeof(lerp_output), (const lerp_output[]) {                        \
    __VA_ARGS__                                                                                              \
  }
#define LERP_PRODUCTS(...)                                                                                   \
  sizeof((lerp_product[]){__VA_ARGS__}) / sizeof(lerp_product), (const lerp_product[]) {                     \
    __VA_ARGS__                                                                                              \
  }
#define LERP_NO_OUTPUTS 0, NULL
#define LERP_NO_PRODUCTS 0, NULL, NULL

/* Evaluates F at `at` (NULL: no evaluation) with this sample key, writes the outputs in order inside
 * step->range, then sets results[i] to the products: the same bits at every member. Called by all members
 * alike. */
LERP_API void lerp_advance(lerp_step *step, const double *at, uint64_t sample, size_t outputs,
                           const lerp_output *output, size_t products, const lerp_product *product,
                           double *results);

/* The same with w = J_{gamma F}(at), the exact resolvent of an unconstrained problem, in the place of F. */
LERP_API void lerp_advance_resolvent(lerp_step *step, const double *at, double gamma, size_t outputs,
                                     const lerp_output *output, size_t products, const lerp_product *product,
                                     double *results);

/* A view that advances one part alone: its outputs leave the other part as it is, its products sum over this part.
 * F is evaluated at the x and the y of `at`, but only one part of it is used. So methods that take the parts in
 * turn cost one evaluation an iteration, which is counted where x moves. */
static inline lerp_step lerp_part_view(const lerp_step *step, int part) {
  lerp_step view = *step;
  view.parts = 1u << part;
  return view;
}

/* A = 0. */
static inline bool lerp_unconstrained(const lerp_step *step) {
  return step->problem->resolvent.name == NULL;
}

/* For operators that need whole vectors: what every member wrote of v becomes visible to all. Called by all members
 * alike. */
static inline void lerp_share(const lerp_step *step, const double *v) {
  if (step->team->size > 1) {
    step->team->share(step->team, v);
  }
}

/* For operators that have computed all of F: emits the blocks of the range from the two arrays. */
static inline void lerp_emit_stored(const lerp_range *range, const double *fx, const double *fy,
                                    lerp_emit emit, void *sink) {
  const double *const f[LERP_PARTS] = {fx, fy};
  for (int part = 0; part < LERP_PARTS; part++) {
    for (size_t i = range->begin[part]; i < range->end[part]; i += LERP_BLOCK) {
      const size_t end = i + LERP_BLOCK < range->end[part] ? i + LERP_BLOCK : range->end[part];
      emit(sink, part, i, end - i, f[part] + i);
    }
  }
}

LERP_END_DECLS

#endif

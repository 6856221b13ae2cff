/* SPDX-License-Identifier: MIT */
/* Any F as a plain function, of z alone or of the sample too: member 0 calls it on shared vectors, everyone emits its
 * range. */
#include <lerp/operators.h>
#include <lerp/step.h>

#include "../solver/internal.h"

#include <stdlib.h>

typedef struct callback {
  lerp_function function; /* one of the two */
  lerp_sampled_function sampled;
  void *self;
  void (*free_self)(void *);
} callback;

static int call(const callback *op, uint64_t sample, const double *x, const double *y, double *fx,
                double *fy) {
  return op->sampled ? op->sampled(op->self, sample, x, y, fx, fy) : op->function(op->self, x, y, fx, fy);
}

static void call_at(const callback *op, const lerp_step *step, const double *at, uint64_t sample, double *fx,
                    double *fy) {
  if (call(op, sample, at + step->layout->offset[0], at + step->layout->offset[1], fx, fy)) {
    lerp_step_fail(step);
  }
}

/* Apart from what a team of one runs, where every instruction counts. */
static __attribute__((noinline)) void call_shared(const callback *op, const lerp_step *step, const double *at,
                                                  uint64_t sample, double *fx, double *fy) {
  lerp_share(step, at);
  if (step->team->rank == 0) {
    call_at(op, step, at, sample, fx, fy);
  }
  lerp_share(step, fx);
}

static void compute(const callback *op, const lerp_step *step, const double *at, uint64_t sample, double *fx,
                    double *fy) {
  if (step->team->size == 1) {
    call_at(op, step, at, sample, fx, fy);
  } else {
    call_shared(op, step, at, sample, fx, fy);
  }
}

static void fill(const void *self, lerp_step *step, const double *at, uint64_t sample, double *f) {
  compute(self, step, at, sample, f + step->layout->offset[0], f + step->layout->offset[1]);
}

static void evaluate(const void *self, lerp_step *step, const double *at, uint64_t sample, lerp_emit emit,
                     void *sink) {
  double *fx = step->scratch, *fy = step->scratch + step->layout->dimension[0];
  compute(self, step, at, sample, fx, fy);
  lerp_emit_stored(&step->range, fx, fy, emit, sink);
}

static void release(void *self) {
  callback *op = self;
  if (op->free_self) {
    op->free_self(op->self);
  }
  free(op);
}

static lerp_status make(lerp_operator *op, const size_t dimension[LERP_PARTS], callback source,
                        lerp_error *error) {
  const bool given = source.function || source.sampled;
  if (dimension[0] + dimension[1] == 0 || !given) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                     "callback operator: dimension %zu + %zu, function %s: at least 1 and given",
                     dimension[0], dimension[1], given ? "given" : "missing");
  }
  callback *made = malloc(sizeof *made);
  if (!made) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "callback operator: out of memory");
  }
  *made = source;
  *op = (lerp_operator){.name = "callback",
                        .dimension = {dimension[0], dimension[1]},
                        .stochastic = source.sampled != NULL,
                        .self = made,
                        .evaluate = evaluate,
                        .fill = fill,
                        .scratch = dimension[0] + dimension[1],
                        .bytes = 8 * (double)(dimension[0] + dimension[1]),
                        .free = release};
  return LERP_OK;
}

lerp_status lerp_operator_callback(lerp_operator *op, const size_t dimension[LERP_PARTS],
                                   lerp_function function, void *self, void (*free_self)(void *),
                                   lerp_error *error) {
  return make(op, dimension, (callback){.function = function, .self = self, .free_self = free_self}, error);
}

lerp_status lerp_operator_sampled(lerp_operator *op, const size_t dimension[LERP_PARTS],
                                  lerp_sampled_function function, void *self, void (*free_self)(void *),
                                  lerp_error *error) {
  return make(op, dimension, (callback){.sampled = function, .self = self, .free_self = free_self}, error);
}

/* SPDX-License-Identifier: MIT */
/* Any F as a plain function: member 0 calls it on shared vectors, everyone emits its range. */
#include <lerp/operators.h>
#include <lerp/step.h>

#include "../solver/internal.h"

#include <stdlib.h>

typedef struct callback {
  lerp_function function;
  void *self;
  void (*free_self)(void *);
} callback;

typedef struct emission {
  const double *f[LERP_PARTS];
  lerp_emit emit;
  void *sink;
} emission;

static void emit_block(void *argument, int part, size_t begin, size_t length) {
  const emission *e = argument;
  e->emit(e->sink, part, begin, length, e->f[part] + begin);
}

static void evaluate(const void *self, lerp_step *step, const double *at, uint64_t sample, lerp_emit emit,
                     void *sink) {
  (void)sample;
  const callback *op = self;
  double *fx = step->scratch, *fy = step->scratch + step->layout->dimension[0];
  step->team->share(step->team, at);
  if (step->team->rank == 0 &&
      op->function(op->self, at + step->layout->offset[0], at + step->layout->offset[1], fx, fy)) {
    lerp_step_fail(step);
  }
  step->team->share(step->team, fx);
  emission e = {{fx, fy}, emit, sink};
  lerp_for_blocks(&step->range, emit_block, &e);
}

static void release(void *self) {
  callback *op = self;
  if (op->free_self) {
    op->free_self(op->self);
  }
  free(op);
}

lerp_status lerp_operator_callback(lerp_operator *op, const size_t dimension[LERP_PARTS],
                                   lerp_function function, void *self, void (*free_self)(void *),
                                   lerp_error *error) {
  if (dimension[0] + dimension[1] == 0 || !function) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                     "callback operator: dimension %zu + %zu, function %s: at least 1 and given",
                     dimension[0], dimension[1], function ? "given" : "missing");
  }
  callback *made = malloc(sizeof *made);
  if (!made) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "callback operator: out of memory");
  }
  *made = (callback){function, self, free_self};
  *op = (lerp_operator){.name = "callback",
                        .dimension = {dimension[0], dimension[1]},
                        .self = made,
                        .evaluate = evaluate,
                        .scratch = dimension[0] + dimension[1],
                        .bytes = 8 * (double)(dimension[0] + dimension[1]),
                        .free = release};
  return LERP_OK;
}

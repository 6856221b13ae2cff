/* SPDX-License-Identifier: MIT */
/* F + psi, psi componentwise: added to what the operator emits while that is in the cache. */
#include <lerp/operators.h>
#include <lerp/step.h>

#include <stdlib.h>
#include <string.h>

typedef struct pointwise {
  lerp_operator inner;
  lerp_component_map map;
  void *self;
  void (*free_self)(void *);
} pointwise;

/* Stands between the operator and its sink. */
typedef struct addition {
  const pointwise *op;
  const lerp_layout *layout;
  const double *at;
  lerp_emit emit;
  void *sink;
} addition;

static void add(void *self, int part, size_t begin, size_t length, const double *f) {
  const addition *a = self;
  _Alignas(64) double value[LERP_BLOCK];
  memcpy(value, f, length * sizeof *value);
  a->op->map(a->op->self, part, begin, length, a->at + a->layout->offset[part] + begin, value);
  a->emit(a->sink, part, begin, length, value);
}

static void evaluate(const void *self, lerp_step *step, const double *at, uint64_t sample, lerp_emit emit,
                     void *sink) {
  const pointwise *op = self;
  addition a = {op, step->layout, at, emit, sink};
  op->inner.evaluate(op->inner.self, step, at, sample, add, &a);
}

static void release(void *self) {
  pointwise *op = self;
  if (op->inner.free) {
    op->inner.free(op->inner.self);
  }
  if (op->free_self) {
    op->free_self(op->self);
  }
  free(op);
}

lerp_status lerp_operator_pointwise(lerp_operator *op, lerp_component_map map, void *self,
                                    void (*free_self)(void *), double bytes, double flops,
                                    lerp_error *error) {
  if (!op->evaluate || !map) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                     "pointwise term: operator %s, function %s: both must be given",
                     op->evaluate ? "given" : "missing", map ? "given" : "missing");
  }
  pointwise *made = malloc(sizeof *made);
  if (!made) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "pointwise term: out of memory");
  }
  *made = (pointwise){*op, map, self, free_self};
  const double n = (double)(op->dimension[0] + op->dimension[1]);
  *op = (lerp_operator){.name = op->name,
                        .dimension = {op->dimension[0], op->dimension[1]},
                        .local = op->local,
                        .stochastic = op->stochastic,
                        .self = made,
                        .evaluate = evaluate,
                        .scratch = op->scratch,
                        .memory = op->memory,
                        .bytes = op->bytes + bytes * n,
                        .flops = op->flops + flops * n,
                        .free = release};
  return LERP_OK;
}

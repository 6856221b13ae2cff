/* SPDX-License-Identifier: MIT */
#include "sink.h"

#include <string.h>

/* Of views of one part the one with x counts for both; where there is no x, every one. */
static inline bool is_counted(const lerp_step *step) {
  return lerp_advances(step, 0) || step->layout->dimension[0] == 0;
}

/* What an output's value is made of, before resolvent and relaxation unless it is plain. */
static inline void plan_output(const lerp_step *step, const lerp_output *output, lerp_sources *s) {
  if (output->anchor && lerp_is_plain(step, output)) {
    lerp_gather(s, &output->value, output->relax);
    if (s->count == 1 && s->v[0] == output->anchor) {
      s->c[0] += 1 - output->relax;
    } else {
      lerp_add_source(s, 1 - output->relax, output->anchor);
    }
  } else {
    lerp_gather(s, &output->value, 1);
  }
}

/* Vectors that the model counts as read and written by an output: `at` is in the cache for the terms that name it. */
static inline uint64_t streams_of(const lerp_step *step, const lerp_output *output, const lerp_sources *s,
                                  const double *at) {
  uint64_t streams =
      1 + output->streams + (output->anchor && output->anchor != at && !lerp_is_plain(step, output));
  for (size_t t = 0; t < s->count; t++) {
    streams += s->v[t] != at;
  }
  return streams;
}

static inline void plan(lerp_sink *to, const double *at) {
  lerp_step *step = to->step;
  const bool counted = is_counted(step);
  uint64_t streams = at != NULL, resolvents = 0;
  for (size_t i = 0; i < to->outputs; i++) {
    plan_output(step, &to->output[i], &to->value[i]);
    streams += streams_of(step, &to->output[i], &to->value[i], at);
    resolvents += lerp_resolves(step, &to->output[i]);
  }
  if (counted) {
    step->counts->streams += streams;
    step->counts->resolvents += resolvents;
  }
}

/* One side of an inner product: the vector itself where it is one, else computed into `buffer`. */
static const double *side(const lerp_step *step, const lerp_combination *combination, size_t position,
                          size_t length, const double *f, double *buffer) {
  lerp_sources s;
  lerp_gather(&s, combination, 1);
  if (s.count == 1 && s.c[0] == 1 && s.of_f == 0) {
    return s.v[0] + position;
  }
  if (s.count == 0 && s.of_f == 1 && f) {
    return f;
  }
  step->kernels->update(length, buffer, &s, position, f);
  return buffer;
}

double lerp_product_at(const lerp_step *step, const lerp_product *product, size_t position, size_t length,
                       const double *f) {
  _Alignas(64) double left[LERP_BLOCK], right[LERP_BLOCK];
  const double *l = side(step, &product->left, position, length, f, left);
  const double *r = side(step, &product->right, position, length, f, right);
  return step->kernels->dot(length, l, r);
}

/* One block, with F there. */
typedef struct block {
  int part;
  size_t begin, length, position, index;
  const double *f;
} block;

static void products_at(const lerp_sink *to, const block *at) {
  const lerp_step *step = to->step;
  for (size_t i = 0; i < to->products; i++) {
    lerp_sum_row(step->products, i)[at->index] =
        lerp_advances(step, at->part)
            ? lerp_product_at(step, &to->product[i], at->position, at->length, at->f)
            : 0;
  }
}

/* (z - J(z - gamma_0 F)) / gamma_0 */
static void residual_at(const lerp_sink *to, const block *at, double *residual) {
  lerp_step *step = to->step;
  const lerp_kernels *kernels = step->kernels;
  const double *z = to->probe->at + at->position, gamma = to->probe->step;
  kernels->combine(at->length, residual, 2, (const double *const[]){z, at->f}, (double[]){1, -gamma});
  lerp_resolve_block(step, gamma, at->part, at->begin, at->length, residual);
  kernels->combine(at->length, residual, 2, (const double *const[]){z, residual},
                   (double[]){1 / gamma, -1 / gamma});
}

static void probe_at(const lerp_sink *to, const block *at) {
  const lerp_step *step = to->step;
  const lerp_probe *probe = to->probe;
  const double *z = probe->at + at->position, *residual = at->f;
  _Alignas(64) double resolved[LERP_BLOCK];
  if (!lerp_unconstrained(step)) {
    residual_at(to, at, resolved);
    residual = resolved;
  }
  lerp_sum_row(probe->sum, LERP_PROBE_RESIDUAL)[at->index] =
      step->kernels->dot(at->length, residual, residual);
  lerp_sum_row(probe->sum, LERP_PROBE_NORM)[at->index] = step->kernels->dot(at->length, z, z);
}

/* What a resolvent or a tile function makes is relaxed from a buffer, since `out` may be its own anchor. */
static void write_resolved(lerp_step *step, const lerp_output *output, const lerp_sources *s,
                           const block *at) {
  _Alignas(64) double buffer[LERP_BLOCK];
  double *value = output->anchor ? buffer : output->out + at->position;
  if (output->tile) {
    output->tile(output->self, at->part, at->begin, at->length, at->f, value);
  } else {
    step->kernels->update(at->length, value, s, at->position, at->f);
  }
  if (lerp_resolves(step, output)) {
    lerp_resolve_block(step, output->gamma, at->part, at->begin, at->length, value);
  }
  if (output->anchor) {
    step->kernels->combine(at->length, output->out + at->position, 2,
                           (const double *const[]){output->anchor + at->position, value},
                           (double[]){1 - output->relax, output->relax});
  }
}

/* Everything that this block needs happens while F is in the cache. */
static void emit(void *self, int part, size_t begin, size_t length, const double *f) {
  const lerp_sink *to = self;
  lerp_step *step = to->step;
  const size_t position = step->layout->offset[part] + begin;
  const block at = {part, begin, length, position, lerp_block_index(step->layout, part, begin), f};
  for (size_t i = 0; i < to->outputs && lerp_advances(step, part); i++) {
    const lerp_output *output = &to->output[i];
    if (lerp_is_plain(step, output)) {
      step->kernels->update(length, output->out + position, &to->value[i], position, f);
    } else {
      write_resolved(step, output, &to->value[i], &at);
    }
  }
  if (to->products) {
    products_at(to, &at);
  }
  if (to->probe) {
    probe_at(to, &at);
  }
}

static void emit_without_f(void *self, int part, size_t begin, size_t length) {
  emit(self, part, begin, length, NULL);
}

static void store_f(void *self, int part, size_t begin, size_t length, const double *f) {
  const lerp_step *step = ((const lerp_sink *)self)->step;
  memcpy(step->whole + step->layout->offset[part] + begin, f, length * sizeof *f);
}

static void finish(lerp_sink *to, double *results) {
  if (to->products) {
    lerp_step *step = to->step;
    step->team->sum(step->team, step->products, to->products, results, NULL);
  }
}

/* Where one plain output of both parts is all that is wanted. */
static bool advance_in_one_pass(const lerp_sink *to, const double *at) {
  lerp_step *step = to->step;
  const lerp_operator *op = &step->problem->op;
  return op->advance && to->outputs == 1 && !to->products && !to->probe && step->parts == LERP_ALL_PARTS &&
         lerp_is_plain(step, to->output) && op->advance(op->self, step, at, to->value, to->output->out);
}

static void evaluate(lerp_sink *to, const double *at, uint64_t sample) {
  lerp_step *step = to->step;
  const lerp_operator *op = &step->problem->op;
  if (!step->whole) {
    if (!advance_in_one_pass(to, at)) {
      op->evaluate(op->self, step, at, sample, emit, to);
    }
  } else if (op->fill) {
    op->fill(op->self, step, at, sample, step->whole);
  } else {
    op->evaluate(op->self, step, at, sample, store_f, to);
  }
}

static void advance_at(lerp_step *step, const double *at, uint64_t sample, size_t outputs,
                       const lerp_output *output, size_t products, const lerp_product *product,
                       double *results) {
  lerp_sink to; /* its values are filled by the plan, so that they are not cleared */
  to.step = step;
  to.outputs = outputs;
  to.output = output;
  to.products = products;
  to.product = product;
  to.probe = NULL;
  plan(&to, at);
  if (at) {
    step->counts->evaluations += is_counted(step);
    if (step->probe && step->probe->at == at) {
      to.probe = step->probe;
      step->probe = NULL;
    }
    evaluate(&to, at, sample);
  }
  if (step->whole) {
    lerp_run_stored(&to, at ? step->whole : NULL);
  } else if (!at) {
    lerp_for_blocks(&step->range, emit_without_f, &to);
  }
  finish(&to, results);
}

/* y moves by F at (x, y), then x by F at (x, y+), y+ being the first output in y before its relaxation. */
static void advance_in_turn(lerp_step *step, const double *at, uint64_t sample, size_t outputs,
                            const lerp_output *output) {
  lerp_step x = lerp_part_view(step, 0), y = lerp_part_view(step, 1);
  double *met = step->opponent;
  lerp_output moved[1 + LERP_OUTPUTS_MAX] = {output[0],
                                             {.out = output[0].out,
                                              .value = {.term = {{1, met}}},
                                              .relax = output[0].relax,
                                              .anchor = output[0].anchor}};
  moved[0].out = met;
  moved[0].anchor = NULL;
  for (size_t i = 1; i < outputs; i++) {
    moved[1 + i] = output[i];
  }
  x.probe = NULL;
  advance_at(&y, at, sample, outputs + 1, moved, LERP_NO_PRODUCTS);
  advance_at(&x, NULL, sample, LERP_OUTPUTS({.out = met, .value = {.term = {{1, at}}}}), LERP_NO_PRODUCTS);
  advance_at(&x, met, sample, outputs, output, LERP_NO_PRODUCTS);
  step->probe = y.probe;
}

void lerp_advance(lerp_step *step, const double *at, uint64_t sample, size_t outputs,
                  const lerp_output *output, size_t products, const lerp_product *product, double *results) {
  if (step->fresh && sample != LERP_EXACT) {
    sample = step->counts->evaluations;
  }
  if (step->opponent && at && outputs && step->parts == LERP_ALL_PARTS) {
    advance_in_turn(step, at, sample, outputs, output);
  } else {
    advance_at(step, at, sample, outputs, output, products, product, results);
  }
}

void lerp_advance_resolvent(lerp_step *step, const double *at, double gamma, size_t outputs,
                            const lerp_output *output, size_t products, const lerp_product *product,
                            double *results) {
  const lerp_operator *op = &step->problem->op;
  lerp_sink to = {
      .step = step, .outputs = outputs, .output = output, .products = products, .product = product};
  step->counts->exact_resolvents++;
  plan(&to, at);
  op->resolve(op->self, step, gamma, step->factor, at, step->whole ? store_f : emit, &to);
  if (step->whole) {
    lerp_run_stored(&to, step->whole);
  }
  finish(&to, results);
}

void lerp_fill_probe(lerp_step *step, const double *z) {
  lerp_counts *counts = step->counts, unused = {0};
  step->counts = &unused;
  lerp_advance(step, z, LERP_EXACT, LERP_NO_OUTPUTS, LERP_NO_PRODUCTS);
  step->counts = counts;
}

void lerp_observe(lerp_step *step, const double *z) {
  step->counts->observer_evaluations++;
  lerp_fill_probe(step, z);
}

/* SPDX-License-Identifier: MIT */
/* Advances from a stored F: where A is not separable every resolvent waits for the whole vector, and where z is small
 * one call for all of it costs less than one for every part. */
#include "sink.h"

typedef struct block {
  int part;
  size_t begin, length, position, index;
} block;

/* The block that begins there, or the first one after it, of the parts that the step advances; length 0: none. */
static block block_from(const lerp_step *step, int part, size_t begin) {
  while (begin >= step->range.end[part] || !lerp_advances(step, part)) {
    if (++part == LERP_PARTS) {
      return (block){.length = 0};
    }
    begin = step->range.begin[part];
  }
  const size_t rest = step->range.end[part] - begin;
  return (block){part, begin, rest < LERP_BLOCK ? rest : LERP_BLOCK, step->layout->offset[part] + begin,
                 lerp_block_index(step->layout, part, begin)};
}

static inline block first_block(const lerp_step *step) {
  return block_from(step, 0, step->range.begin[0]);
}

static inline block next_block(const lerp_step *step, block b) {
  return block_from(step, b.part, b.begin + b.length);
}

/* What is made from the stored F. */
typedef struct stored {
  lerp_step *step;
  const double *f; /* NULL: nothing was evaluated */
  size_t joint;    /* the components of a small z, which lie one after the other, where all advance; else 0 */
} stored;

static inline stored stored_of(lerp_step *step, const double *f) {
  const size_t *dimension = step->layout->dimension, n = dimension[0] + dimension[1];
  const lerp_range *range = &step->range;
  const bool everything =
      step->parts == LERP_ALL_PARTS && range->end[0] - range->begin[0] + range->end[1] - range->begin[1] == n;
  return (stored){step, f, everything && lerp_is_small(dimension) ? n : 0};
}

static inline const double *f_at(const stored *from, const block *b) {
  return from->f ? from->f + b->position : NULL;
}

/* Room for a vector while it is being made: behind the stored F. */
static inline double *spare(const lerp_step *step) {
  return step->whole + step->layout->length;
}

static void resolve(const stored *from, double gamma, double *v) {
  lerp_step *step = from->step;
  const lerp_resolvent *resolvent = &step->problem->resolvent;
  if (resolvent->uniform && from->joint) {
    lerp_resolve_block(step, gamma, 0, 0, from->joint, v);
  } else if (!resolvent->whole) {
    for (block b = first_block(step); b.length; b = next_block(step, b)) {
      lerp_resolve_block(step, gamma, b.part, b.begin, b.length, v + b.position);
    }
  } else if (resolvent->whole(resolvent->self, step, gamma, step->parts, v)) {
    lerp_step_fail(step);
  }
}

/* What is combined of a small z: the zeros behind it too, for whole lanes, but where it is shorter than these. */
static inline size_t joint_length(const stored *from) {
  enum { LANES = 8 };
  return from->joint < LANES ? from->joint : from->step->layout->length;
}

/* value = what these sources make */
static inline void combine(const stored *from, const lerp_sources *s, double *value) {
  lerp_step *step = from->step;
  if (from->joint) {
    step->kernels->update(joint_length(from), value, s, 0, from->f);
    return;
  }
  for (block b = first_block(step); b.length; b = next_block(step, b)) {
    step->kernels->update(b.length, value + b.position, s, b.position, f_at(from, &b));
  }
}

static void call_tiles(const stored *from, const lerp_output *output, double *value) {
  for (block b = first_block(from->step); b.length; b = next_block(from->step, b)) {
    output->tile(output->self, b.part, b.begin, b.length, f_at(from, &b), value + b.position);
  }
}

static void write_resolved(const stored *from, const lerp_output *output, const lerp_sources *s) {
  double *value = output->anchor ? spare(from->step) : output->out;
  if (output->tile) {
    call_tiles(from, output, value);
  } else {
    combine(from, s, value);
  }
  if (lerp_resolves(from->step, output)) {
    resolve(from, output->gamma, value);
  }
  if (output->anchor) {
    const lerp_sources relaxed = {2, 0, {output->anchor, value}, {1 - output->relax, output->relax}};
    combine(from, &relaxed, output->out);
  }
}

/* The block values of one row: the first is that of all of a small z. */
static inline void write_joint(const lerp_sum *sum, size_t index, double value) {
  double *row = lerp_sum_row(sum, index);
  row[0] = value;
  if (sum->blocks > 1) {
    row[1] = 0;
  }
}

static void clear_row(const lerp_step *step, double *row) {
  for (int part = 0; part < LERP_PARTS; part++) {
    for (size_t i = step->range.begin[part]; i < step->range.end[part]; i += LERP_BLOCK) {
      row[lerp_block_index(step->layout, part, i)] = 0;
    }
  }
}

/* 0 for parts that are not advanced. */
static void write_product(const stored *from, size_t index, const lerp_product *product) {
  const lerp_step *step = from->step;
  if (from->joint) {
    write_joint(step->products, index, lerp_product_at(step, product, 0, from->joint, from->f));
    return;
  }
  double *row = lerp_sum_row(step->products, index);
  clear_row(step, row);
  for (block b = first_block(step); b.length; b = next_block(step, b)) {
    row[b.index] = lerp_product_at(step, product, b.position, b.length, f_at(from, &b));
  }
}

static void write_squares(const stored *from, const lerp_sum *sum, size_t index, const double *v) {
  const lerp_step *step = from->step;
  if (from->joint) {
    write_joint(sum, index, step->kernels->dot(from->joint, v, v));
    return;
  }
  for (block b = first_block(step); b.length; b = next_block(step, b)) {
    lerp_sum_row(sum, index)[b.index] = step->kernels->dot(b.length, v + b.position, v + b.position);
  }
}

/* (z - J(z - gamma_0 F)) / gamma_0, or F itself */
static const double *residual(const stored *from, const lerp_probe *probe) {
  if (lerp_unconstrained(from->step)) {
    return from->f;
  }
  double *value = spare(from->step);
  const double scale = 1 / probe->step;
  combine(from, &(lerp_sources){1, -probe->step, {probe->at}, {1}}, value);
  resolve(from, probe->step, value);
  combine(from, &(lerp_sources){2, 0, {probe->at, value}, {scale, -scale}}, value);
  return value;
}

/* Of all of z, also where only a part of it is advanced. */
static void write_probe(lerp_step *step, const lerp_probe *probe, const double *f) {
  const unsigned parts = step->parts;
  step->parts = LERP_ALL_PARTS;
  const stored all = stored_of(step, f);
  write_squares(&all, probe->sum, LERP_PROBE_RESIDUAL, residual(&all, probe));
  write_squares(&all, probe->sum, LERP_PROBE_NORM, probe->at);
  step->parts = parts;
}

static void fill(lerp_step *step, const double *at) {
  const lerp_operator *op = &step->problem->op;
  op->fill(op->self, step, at, LERP_EXACT, step->whole);
}

void lerp_probe_stored(lerp_step *step, const double *z) {
  fill(step, z);
  write_probe(step, step->probe, step->whole);
  step->probe = NULL;
}

/* out = J(what these sources make with F at `at`, which may be stored already). bare, a constant where this is inlined:
 * F of all of a small z is stored and A = 0, so that there is nothing to ask. */
static inline void move(const stored *from, bool bare, const lerp_sources *s, bool filled, const double *at,
                        double *out) {
  lerp_step *step = from->step;
  const lerp_operator *op = &step->problem->op;
  if (bare || filled || !op->advance || !op->advance(op->self, step, at, s, out)) {
    if (!filled) {
      fill(step, at);
    }
    if (bare) {
      step->kernels->forward(joint_length(from), out, s->v[0], s->of_f, from->f);
      return;
    }
    combine(from, s, out);
  }
  if (!lerp_unconstrained(step)) {
    resolve(from, -s->of_f, out);
  }
}

/* One step of a chain; `inner` and `last` make w and next of z and F. */
static inline void step_chain(const stored *from, bool bare, const lerp_chain *chain,
                              const lerp_sources *inner, const lerp_sources *last, bool filled,
                              const double *z, double *next) {
  const double *w = z;
  for (uint64_t left = chain->inner; left > 0; left--) {
    double *out =
        left % 2 == 0 ? next : lerp_temporary(from->step, 0); /* the last of them ends beside next */
    move(from, bare, inner, filled, w, out);
    filled = false;
    w = out;
  }
  move(from, bare, last, filled, w, next);
}

static inline void run_chain(const stored *from, bool bare, const lerp_chain *chain, uint64_t steps,
                             bool filled, const double *z, double *next, double *between) {
  lerp_sources inner = {1, -chain->gamma, {z}, {1}}, last = {1, -chain->last, {z}, {1}};
  for (; steps > 0; steps--) {
    double *out = steps % 2 == 0 ? between : next;
    inner.v[0] = last.v[0] = z;
    step_chain(from, bare, chain, &inner, &last, filled, z, out);
    filled = false;
    z = out;
  }
}

void lerp_chain_stored(lerp_step *step, const lerp_chain *chain, uint64_t steps, bool filled, const double *z,
                       double *next, double *between) {
  const stored from = stored_of(step, step->whole);
  if (from.joint && !step->problem->op.advance && lerp_unconstrained(step)) {
    run_chain(&from, true, chain, steps, filled, z, next, between);
  } else {
    run_chain(&from, false, chain, steps, filled, z, next, between);
  }
}

void lerp_run_stored(lerp_sink *to, const double *f) {
  const stored from = stored_of(to->step, f);
  for (size_t i = 0; i < to->outputs; i++) {
    const lerp_output *output = &to->output[i];
    if (lerp_is_plain(to->step, output)) {
      combine(&from, &to->value[i], output->out);
    } else {
      write_resolved(&from, output, &to->value[i]);
    }
  }
  if (to->probe) {
    write_probe(to->step, to->probe, f);
  }
  /* last, for resolvents sum as well and would take the turn of the block values */
  for (size_t i = 0; i < to->products; i++) {
    write_product(&from, i, &to->product[i]);
  }
}

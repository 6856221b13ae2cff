/* SPDX-License-Identifier: MIT */
#include "saddle.h"

#include "../kernels/kernels.h"
#include "../solver/internal.h"
#include "arrays.h"
#include "dense.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* So many doubles as begin on a cache line of their own. */
static size_t lines(size_t count) {
  enum { LINE = 64 / sizeof(double) };
  return (count + LINE - 1) / LINE * LINE;
}

/* Of a panel's accumulator. */
static size_t room(const lerp_panel *panel) {
  enum { BEYOND = 7 };
  return lines(panel->columns + BEYOND);
}

/* A y, and the panels' parts of A^T x, with the point they belong to. */
typedef struct products {
  const lerp_saddle *op;
  const lerp_step *step;
  const double *at, *ay;
  double *atx[LERP_PANELS_MAX];
} products;

static void multiply(products *made, const lerp_saddle *op, lerp_step *step, const double *at) {
  const size_t rank = (size_t)step->team->rank, size = (size_t)step->team->size;
  const size_t first = op->panels * rank / size, last = op->panels * (rank + 1) / size;
  const double *x = at + step->layout->offset[0], *y = at + step->layout->offset[1];
  double *ay = step->scratch, *next = ay + lines(op->rows);
  const bool transposed = step->parts & 2; /* the y part is wanted */
  made->op = op;
  made->step = step;
  made->at = at;
  made->ay = ay;
  lerp_share(step, at);
  for (size_t i = 0; i < op->panels; i++) {
    const lerp_panel *panel = &op->panel[i];
    made->atx[i] = next;
    next += room(panel);
    if (first <= i && i < last) {
      if (transposed) {
        memset(made->atx[i], 0, lines(panel->columns) * sizeof(double));
      }
      op->held->multiply(op->matrix, step, panel, x, y, ay, transposed ? made->atx[i] : NULL);
    }
  }
  lerp_share(step, step->scratch);
}

static size_t earlier(size_t a, size_t b) {
  return a < b ? a : b;
}

/* The panels that reach column j as vectors from there, and in *end how far they are the same. */
static size_t reaching(const products *made, size_t j, size_t *end, const double **v) {
  size_t count = 0;
  for (size_t i = 0; i < made->op->panels; i++) {
    const lerp_panel *panel = &made->op->panel[i];
    if (j < panel->column) {
      *end = earlier(*end, panel->column);
    } else if (j < panel->column + panel->columns) {
      *end = earlier(*end, panel->column + panel->columns);
      v[count++] = made->atx[i] + (j - panel->column);
    }
  }
  return count;
}

/* sum = v_0 + v_1 + ... in this order */
static void add(const lerp_kernels *kernels, size_t length, double *sum, size_t count, const double **v) {
  static const double ones[LERP_TERMS] = {1, 1, 1, 1, 1, 1, 1, 1};
  size_t terms = earlier(count, LERP_TERMS);
  kernels->combine(length, sum, terms, v, ones);
  for (size_t done = terms; done < count; done += terms - 1) {
    terms = 1 + earlier(count - done, LERP_TERMS - 1);
    v[done - 1] = sum;
    kernels->combine(length, sum, terms, v + done - 1, ones);
  }
}

/* A^T x on one block: an accumulator where one panel alone reaches it, else `sum`. */
static const double *transposed_product(const products *made, size_t begin, size_t length, double *sum) {
  const double *v[LERP_PANELS_MAX];
  for (size_t j = begin, end; j < begin + length; j = end) {
    end = begin + length;
    const size_t count = reaching(made, j, &end, v);
    if (count == 1 && end - j == length) {
      return v[0];
    }
    add(made->step->kernels, end - j, sum + (j - begin), count, v);
  }
  return sum;
}

static void write_block(const products *made, int part, size_t begin, size_t length, double *f) {
  const lerp_saddle *op = made->op;
  const double *own = made->at + made->step->layout->offset[part] + begin;
  const double *constant = part == 0 ? op->p : op->q;
  _Alignas(64) double sum[LERP_BLOCK];
  const double *product = part == 0 ? made->ay + begin : transposed_product(made, begin, length, sum);
  made->step->kernels->combine(length, f, constant ? 3 : 2,
                               (const double *const[]){product, own, constant ? constant + begin : NULL},
                               (double[]){part == 0 ? 1 : -1, op->b, -1});
}

typedef struct emission {
  products made;
  lerp_emit emit;
  void *sink;
} emission;

static void emit_block(void *argument, int part, size_t begin, size_t length) {
  const emission *e = argument;
  _Alignas(64) double f[LERP_BLOCK];
  write_block(&e->made, part, begin, length, f);
  e->emit(e->sink, part, begin, length, f);
}

static void evaluate(const void *self, lerp_step *step, const double *at, uint64_t sample, lerp_emit emit,
                     void *sink) {
  (void)sample;
  emission e;
  e.emit = emit;
  e.sink = sink;
  multiply(&e.made, self, step, at);
  lerp_for_blocks(&step->range, emit_block, &e);
}

typedef struct filling {
  products made;
  double *f;
} filling;

static void fill_block(void *argument, int part, size_t begin, size_t length) {
  const filling *to = argument;
  write_block(&to->made, part, begin, length, to->f + to->made.step->layout->offset[part] + begin);
}

/* One panel has one accumulator, and F is at hand as soon as it is there. */
static bool in_one_call(const lerp_saddle *op, const lerp_step *step) {
  return op->held->field && op->panels == 1 && step->team->size == 1;
}

static bool advance(const void *self, lerp_step *step, const double *at, const lerp_sources *sources,
                    double *out) {
  const lerp_saddle *op = self;
  return in_one_call(op, step) && op->held->move(op, step, at, sources, out);
}

static bool chain(const void *self, lerp_step *step, const lerp_chain *chain, uint64_t steps, const double *z,
                  double *out) {
  static const double everywhere[] = {-INFINITY, INFINITY};
  const lerp_saddle *op = self;
  const double *bounds = lerp_unconstrained(step) ? everywhere : step->problem->resolvent.bounds;
  return in_one_call(op, step) && bounds &&
         op->held->chain(op, step, chain, bounds[0], bounds[1], steps, z, out);
}

static void fill(const void *self, lerp_step *step, const double *at, uint64_t sample, double *f) {
  (void)sample;
  const lerp_saddle *op = self;
  const size_t *offset = step->layout->offset;
  if (in_one_call(op, step)) {
    op->held->field(op, step, at + offset[0], at + offset[1], f + offset[0], f + offset[1]);
    return;
  }
  filling to;
  to.f = f;
  multiply(&to.made, self, step, at);
  lerp_for_blocks(&step->range, fill_block, &to);
}

static lerp_status prepare(const void *self, double gamma, double *factor, lerp_error *error) {
  const lerp_saddle *op = self;
  const size_t n = op->rows + op->columns;
  memset(factor, 0, lerp_matrix_and_vector(n) * sizeof *factor);
  op->held->add_to(op->matrix, factor + op->rows, n);
  for (size_t i = 0; i < op->rows; i++) {
    for (size_t j = op->rows; j < n; j++) {
      factor[j * n + i] = -factor[i * n + j];
    }
  }
  for (size_t i = 0; i < n; i++) {
    factor[i * n + i] = op->b;
  }
  if (op->p) {
    memcpy(factor + n * n, op->p, op->rows * sizeof *factor);
  }
  if (op->q) {
    memcpy(factor + n * n + op->rows, op->q, op->columns * sizeof *factor);
  }
  return lerp_prepare_inverse(factor, n, gamma, error);
}

static void resolve(const void *self, lerp_step *step, double gamma, const double *factor, const double *at,
                    lerp_emit emit, void *sink) {
  (void)self;
  (void)gamma;
  lerp_apply_inverse(step, factor, at, emit, sink);
}

/* An operator's saddle, with its constants. */
typedef struct owned {
  lerp_saddle saddle; /* first */
  double *p, *q;
} owned;

static void release(void *self) {
  owned *op = self;
  op->saddle.held->free(op->saddle.matrix);
  lerp_aligned_free(op->p);
  lerp_aligned_free(op->q);
  free(op);
}

/* NULL: out of memory, and the matrix is freed. */
static owned *take(const lerp_saddle *saddle) {
  owned *made = calloc(1, sizeof *made);
  if (!made) {
    saddle->held->free(saddle->matrix);
    return NULL;
  }
  made->saddle = *saddle;
  if (!lerp_copy_array(&made->p, saddle->p, saddle->rows) ||
      !lerp_copy_array(&made->q, saddle->q, saddle->columns)) {
    release(made);
    return NULL;
  }
  made->saddle.p = made->p;
  made->saddle.q = made->q;
  return made;
}

lerp_status lerp_saddle_operator(lerp_operator *op, const char *name, const lerp_saddle *saddle,
                                 bool resolves, double bytes, double flops, lerp_error *error) {
  const size_t rows = saddle->rows, columns = saddle->columns;
  if (!isfinite(saddle->b) || !lerp_all_finite(saddle->p, rows) || !lerp_all_finite(saddle->q, columns)) {
    saddle->held->free(saddle->matrix);
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "%s: b=%g, or a component of p or q, is not finite", name,
                     saddle->b);
  }
  owned *made = take(saddle);
  if (!made) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "%s of %zu x %zu: out of memory", name, rows, columns);
  }
  size_t reached = 0, accumulators = 0;
  for (size_t i = 0; i < saddle->panels; i++) {
    reached += saddle->panel[i].columns;
    accumulators += room(&saddle->panel[i]);
  }
  *op = (lerp_operator){.name = name,
                        .dimension = {rows, columns},
                        .affine = true,
                        .self = made,
                        .evaluate = evaluate,
                        .fill = fill,
                        .advance = advance,
                        .chain = chain,
                        .scratch = lines(rows) + accumulators,
                        .resolve = resolves ? resolve : NULL,
                        .prepare = resolves ? prepare : NULL,
                        .factor_size = resolves ? lerp_matrix_and_vector(rows + columns) : 0,
                        .bytes = bytes + 16 * ((double)rows + (double)reached),
                        .flops = flops,
                        .free = release};
  return LERP_OK;
}

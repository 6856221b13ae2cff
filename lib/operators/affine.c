/* SPDX-License-Identifier: MIT */
/* F(z) = Mz - q with a dense M. */
#include <lerp/operators.h>

#include "arrays.h"
#include "dense.h"

#include <stdlib.h>

typedef struct affine {
  size_t n;
  lerp_dense matrix;
  double *constant; /* -q */
} affine;

static void evaluate(const void *self, lerp_step *step, const double *at, uint64_t sample, lerp_emit emit,
                     void *sink) {
  (void)sample;
  const affine *op = self;
  lerp_apply_dense(step, &op->matrix, op->constant, at, emit, sink);
}

static lerp_status prepare(const void *self, double gamma, double *factor, lerp_error *error) {
  const affine *op = self;
  for (size_t i = 0; i < op->n; i++) {
    for (size_t j = 0; j < op->n; j++) {
      factor[i * op->n + j] = lerp_dense_entry(&op->matrix, i, j);
    }
    factor[op->n * op->n + i] = op->constant ? -op->constant[i] : 0;
  }
  return lerp_prepare_inverse(factor, op->n, gamma, error);
}

static void resolve(const void *self, lerp_step *step, double gamma, const double *factor, const double *at,
                    lerp_emit emit, void *sink) {
  (void)self;
  (void)gamma;
  lerp_apply_inverse(step, factor, at, emit, sink);
}

static void release(void *self) {
  affine *op = self;
  lerp_dense_free(&op->matrix);
  lerp_aligned_free(op->constant);
  free(op);
}

static lerp_status build(lerp_operator *op, const size_t dimension[LERP_PARTS], const double *matrix,
                         bool single, const double *q, lerp_error *error) {
  const size_t n = dimension[0] + dimension[1], size = lerp_matrix_and_vector(n);
  if (n == 0 || !matrix) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "affine operator: n=%zu, matrix %s: at least 1 and given",
                     n, matrix ? "given" : "missing");
  }
  if (!lerp_all_finite(q, n)) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "affine operator: a component of q is not finite");
  }
  affine *made = size ? calloc(1, sizeof *made) : NULL;
  if (!made || !lerp_copy_array(&made->constant, q, n)) {
    free(made);
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "affine operator of n=%zu: out of memory", n);
  }
  made->n = n;
  const lerp_status status = lerp_dense_new(&made->matrix, "affine operator", n, n, matrix, n, single, error);
  if (status) {
    release(made);
    return status;
  }
  for (size_t i = 0; q && i < n; i++) {
    made->constant[i] = -q[i];
  }
  *op = (lerp_operator){.name = "affine",
                        .dimension = {dimension[0], dimension[1]},
                        .affine = true,
                        .self = made,
                        .evaluate = evaluate,
                        .scratch = n,
                        .resolve = lerp_inverts() ? resolve : NULL,
                        .prepare = lerp_inverts() ? prepare : NULL,
                        .factor_size = lerp_inverts() ? size : 0,
                        .bytes = lerp_dense_bytes(&made->matrix) + 16 * (double)n,
                        .flops = 2 * (double)n * (double)n,
                        .free = release};
  return LERP_OK;
}

lerp_status lerp_operator_affine(lerp_operator *op, const size_t dimension[LERP_PARTS], const double *matrix,
                                 const double *q, lerp_error *error) {
  return build(op, dimension, matrix, false, q, error);
}

lerp_status lerp_operator_affine_single(lerp_operator *op, const size_t dimension[LERP_PARTS],
                                        const double *matrix, const double *q, lerp_error *error) {
  return build(op, dimension, matrix, true, q, error);
}

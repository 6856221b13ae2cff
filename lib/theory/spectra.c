/* SPDX-License-Identifier: MIT */
/* L and rho of a matrix from its singular value decomposition M = U S V^T.
 *
 * rho is the largest r with <Mz, z> >= r |Mz|^2 for all z. With v = Mz it says <v, z> >= r |v|^2: if M is invertible,
 * rho is the least eigenvalue of sym(M^-1). If not, z may be changed by any null vector w of M without changing v, so
 * <v, w> = 0 is needed for all v in the range (else rho = -infinity), and then rho is the least eigenvalue of sym(M^+)
 * on the range of M: of sym(P S^-1), P = V_1^T U_1, the columns of nonzero singular values.
 *
 * M^T has the same L and rho, so rows and columns need no telling apart.
 *
 * Errors: the decomposition is that of M + E with |E| <= n eps L (LAPACK's own are smaller), which moves singular
 * values by at most |E| and M^+ by at most 2 |E| / s_r^2 (Wedin 1973), s_r the least nonzero one. */
#include "theory.h"

#include "../core/blas_threads.h"
#include "linear_algebra.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct decomposition {
  size_t n, rank;
  double error;            /* |E| */
  double *s, *u, *vt, *vu; /* vu = V^T U */
} decomposition;

static size_t rank_of(const decomposition *d) {
  size_t rank = 0;
  while (rank < d->n && d->s[rank] > d->error) {
    rank++;
  }
  return rank;
}

/* |V_2^T U_1|: how far null vectors are from being orthogonal to the range. */
static double coupling(const decomposition *d) {
  double sum = 0;
  for (size_t j = 0; j < d->rank; j++) {
    for (size_t i = d->rank; i < d->n; i++) {
      sum += d->vu[i + j * d->n] * d->vu[i + j * d->n];
    }
  }
  return sqrt(sum);
}

static lerp_status rho_on_range(const decomposition *d, lerp_interval *rho, lerp_error *error) {
  const size_t n = d->n, rank = d->rank;
  double *k = d->u, value = 0; /* U is no longer needed */
  for (size_t j = 0; j < rank; j++) {
    for (size_t i = 0; i < rank; i++) {
      k[i + j * rank] = (d->vu[i + j * n] / d->s[j] + d->vu[j + i * n] / d->s[i]) / 2;
    }
  }
  const double least = d->s[rank - 1], doubt = 2 * d->error / (least * least);
  const lerp_status status = lerp_least_eigenvalue(rank, k, &value, error);
  *rho = (lerp_interval){value - doubt, value + doubt};
  return status;
}

static lerp_status rho_of(const decomposition *d, lerp_interval *rho, lerp_error *error) {
  enum { MARGIN = 10 };
  if (d->rank == 0) {
    *rho = (lerp_interval){INFINITY, INFINITY};
    return LERP_OK;
  }
  /* Null space and range are known to this angle. */
  const double angle = MARGIN * d->error / d->s[d->rank - 1];
  if (d->rank < d->n && coupling(d) > angle) {
    *rho = (lerp_interval){-INFINITY, -INFINITY};
    return LERP_OK;
  }
  const lerp_status status = rho_on_range(d, rho, error);
  if (angle > 1) {
    rho->lower = -INFINITY; /* the least singular values may as well be zero */
  }
  return status;
}

static lerp_status decompose(decomposition *d, double *matrix, double error_of_matrix, lerp_error *error) {
  const lerp_status status = lerp_singular_values(d->n, matrix, d->s, d->u, d->vt, error);
  if (status) {
    return status;
  }
  d->error = (double)d->n * DBL_EPSILON * d->s[0] + error_of_matrix;
  d->rank = rank_of(d);
  lerp_multiply(d->n, d->n, d->n, 0, d->vt, d->u, d->vu);
  return LERP_OK;
}

lerp_status lerp_dense_constants(size_t n, double *matrix, double error_of_matrix, lerp_constants *constants,
                                 lerp_error *error) {
  const size_t square = n * n;
  double *memory = malloc((2 * square + n) * sizeof *memory);
  if (!memory) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "spectrum of n=%zu: out of memory", n);
  }
  decomposition d = {.n = n, .u = memory, .vt = memory + square, .s = memory + 2 * square, .vu = matrix};
  lerp_constants found = {.origin = LERP_FROM_MATRIX};
  const int threads = lerp_blas_one_thread();
  lerp_status status = decompose(&d, matrix, error_of_matrix, error);
  if (status == LERP_OK) {
    found.lipschitz = (lerp_interval){fmax(d.s[0] - d.error, 0), d.s[0] + d.error};
    status = rho_of(&d, &found.rho, error);
  }
  lerp_blas_threads_restore(threads);
  free(memory);
  if (status == LERP_OK) {
    *constants = found;
  }
  return status;
}

lerp_status lerp_matrix_constants(size_t n, const double *matrix, lerp_constants *constants,
                                  lerp_error *error) {
  if (n == 0 || n > SIZE_MAX / sizeof(double) / n / 4) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "spectrum: n=%zu: at least 1, and memory for it", n);
  }
  for (size_t i = 0; i < n * n; i++) {
    if (!isfinite(matrix[i])) {
      return lerp_fail(error, LERP_INVALID, SIZE_MAX, "spectrum: entry (%zu, %zu) is not finite", i / n,
                       i % n);
    }
  }
  double *copy = malloc(n * n * sizeof *copy);
  if (!copy) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "spectrum of n=%zu: out of memory", n);
  }
  memcpy(copy, matrix, n * n * sizeof *copy);
  const lerp_status status = lerp_dense_constants(n, copy, 0, constants, error);
  free(copy);
  return status;
}

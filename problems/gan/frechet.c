/* SPDX-License-Identifier: MIT */
/* With C = K K' and D = L L' the last trace is the sum of the singular values of K'L; K from eigenvectors, so that C may
 * be singular. */
#include "frechet.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef LERP_HAVE_LAPACK
#include <cblas.h>
#include <lapacke.h>

typedef struct gaussian {
  double *mean, *covariance;
  double trace;
} gaussian;

static void fit(size_t count, size_t length, const float *rows, gaussian *to) {
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < length; j++) {
      to->mean[j] += rows[i * length + j] / (double)count;
    }
  }
  for (size_t i = 0; i < count; i++) {
    const float *row = rows + i * length;
    for (size_t j = 0; j < length; j++) {
      const double away = (row[j] - to->mean[j]) / (double)(count - 1);
      for (size_t k = 0; k <= j; k++) {
        to->covariance[j * length + k] += away * (row[k] - to->mean[k]);
      }
    }
  }
  for (size_t j = 0; j < length; j++) {
    to->trace += to->covariance[j * length + j];
    for (size_t k = 0; k < j; k++) {
      to->covariance[k * length + j] = to->covariance[j * length + k];
    }
  }
}

/* The covariance <- K, by columns. */
static bool factor(size_t length, gaussian *of, double *values) {
  const lapack_int n = (lapack_int)length;
  if (LAPACKE_dsyev(LAPACK_COL_MAJOR, 'V', 'U', n, of->covariance, n, values) != 0) {
    return false;
  }
  for (size_t j = 0; j < length; j++) {
    const double root = sqrt(fmax(values[j], 0));
    for (size_t i = 0; i < length; i++) {
      of->covariance[j * length + i] *= root;
    }
  }
  return true;
}

/* The sum of the singular values of K'L, in the place of `product`. */
static bool nuclear_norm(size_t length, const gaussian *one, const gaussian *other, double *product,
                         double *values, double *sum) {
  const lapack_int n = (lapack_int)length;
  double *unused = values + length;
  cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, n, n, n, 1, one->covariance, n, other->covariance, n,
              0, product, n);
  if (LAPACKE_dgesvd(LAPACK_COL_MAJOR, 'N', 'N', n, n, product, n, values, NULL, n, NULL, n, unused) != 0) {
    return false;
  }
  *sum = 0;
  for (size_t i = 0; i < length; i++) {
    *sum += values[i];
  }
  return true;
}

lerp_status frechet_distance(size_t count, size_t length, const float *one, const float *other,
                             double *distance, lerp_error *error) {
  const size_t square = length * length;
  double *room = calloc(3 * square + 4 * length, sizeof *room), between = 0, sum = 0;
  if (!room) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "Frechet distance: out of memory");
  }
  double *product = room + 2 * square, *means = room + 3 * square, *values = means + 2 * length;
  gaussian of[2] = {{.mean = means, .covariance = room},
                    {.mean = means + length, .covariance = room + square}};
  fit(count, length, one, &of[0]);
  fit(count, length, other, &of[1]);
  for (size_t j = 0; j < length; j++) {
    between += pow(of[0].mean[j] - of[1].mean[j], 2);
  }
  const bool found = isfinite(between + of[0].trace + of[1].trace) && factor(length, &of[0], values) &&
                     factor(length, &of[1], values) &&
                     nuclear_norm(length, &of[0], &of[1], product, values, &sum);
  *distance = fmax(between + of[0].trace + of[1].trace - 2 * sum, 0);
  free(room);
  return found ? LERP_OK
               : lerp_fail(error, LERP_INVALID, SIZE_MAX, "Frechet distance: features that are not finite");
}
#else
lerp_status frechet_distance(size_t count, size_t length, const float *one, const float *other,
                             double *distance, lerp_error *error) {
  (void)count, (void)length, (void)one, (void)other, (void)distance;
  return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX, "Frechet distance: built without LAPACK");
}
#endif

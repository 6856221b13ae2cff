/* SPDX-License-Identifier: MIT */
/* Rows of a sparse matrix. */
#include "lanes.h"

/* In double or in single precision, a constant where this is inlined. */
INLINE double entry(const void *value, bool single, size_t k) {
  return single ? ((const float *)value)[k] : ((const double *)value)[k];
}

/* Four partial sums hide the latency of an addition. Entries are taken in order, since a column may come twice. */
INLINE void rows_with(size_t rows, const size_t *first, const uint32_t *column, const void *value,
                      bool single, const double *v, double *restrict out, const double *w,
                      double *restrict transposed) {
  for (size_t r = 0; r < rows; r++) {
    const size_t end = first[r + 1];
    const double weight = transposed ? w[r] : 0;
    double lane[4] = {0};
    size_t k = first[r];
    for (; k + 4 <= end; k += 4) {
      for (size_t i = 0; i < 4; i++) {
        const double m = entry(value, single, k + i);
        const uint32_t j = column[k + i];
        lane[i] = fma_one(m, v[j], lane[i]);
        if (transposed) {
          transposed[j] = fma_one(m, weight, transposed[j]);
        }
      }
    }
    double sum = (lane[0] + lane[1]) + (lane[2] + lane[3]);
    for (; k < end; k++) {
      const double m = entry(value, single, k);
      sum = fma_one(m, v[column[k]], sum);
      if (transposed) {
        transposed[column[k]] = fma_one(m, weight, transposed[column[k]]);
      }
    }
    out[r] = sum;
  }
}

void AT_LEVEL(lerp_sparse_rows)(size_t rows, const size_t *first, const uint32_t *column, const double *value,
                                const double *v, double *out, const double *w, double *transposed) {
  if (transposed) {
    rows_with(rows, first, column, value, false, v, out, w, transposed);
  } else {
    rows_with(rows, first, column, value, false, v, out, w, NULL);
  }
}

void AT_LEVEL(lerp_sparse_rows_single)(size_t rows, const size_t *first, const uint32_t *column,
                                       const float *value, const double *v, double *out, const double *w,
                                       double *transposed) {
  if (transposed) {
    rows_with(rows, first, column, value, true, v, out, w, transposed);
  } else {
    rows_with(rows, first, column, value, true, v, out, w, NULL);
  }
}

/* SPDX-License-Identifier: MIT */
#include "problems.h"

const char *const problem_storages[] = {"f64", "f32", NULL};
const char problem_rounded_note[] =
    "L and rho are those of the matrix before it was rounded to single precision";

void problem_round(int storage, double *matrix, size_t count) {
  for (size_t i = 0; storage == PROBLEM_F32 && i < count; i++) {
    matrix[i] = (float)matrix[i];
  }
}

lerp_status problem_dense_saddle(int storage, lerp_operator *op, size_t rows, size_t columns,
                                 const double *matrix, double b, const double *p, const double *q,
                                 lerp_error *error) {
  return (storage == PROBLEM_F32 ? lerp_operator_dense_saddle_single : lerp_operator_dense_saddle)(
      op, rows, columns, matrix, columns, b, p, q, error);
}

lerp_status problem_sparse_saddle(int storage, lerp_operator *op, const lerp_sparse *matrix, double b,
                                  const double *p, const double *q, lerp_error *error) {
  return (storage == PROBLEM_F32 ? lerp_operator_sparse_saddle_single
                                 : lerp_operator_sparse_saddle)(op, matrix, b, p, q, error);
}

lerp_status problem_sparse_affine(int storage, lerp_operator *op, const size_t dimension[LERP_PARTS],
                                  const lerp_sparse *matrix, const double *q, lerp_error *error) {
  return (storage == PROBLEM_F32 ? lerp_operator_sparse_affine_single
                                 : lerp_operator_sparse_affine)(op, dimension, matrix, q, error);
}

lerp_status problem_affine(int storage, lerp_operator *op, const size_t dimension[LERP_PARTS],
                           const double *matrix, const double *q, lerp_error *error) {
  return (storage == PROBLEM_F32 ? lerp_operator_affine_single : lerp_operator_affine)(op, dimension, matrix,
                                                                                       q, error);
}

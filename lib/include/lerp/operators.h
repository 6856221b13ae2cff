/* SPDX-License-Identifier: MIT */
#ifndef LERP_OPERATORS_H
#define LERP_OPERATORS_H

#include <lerp/problem.h>

LERP_BEGIN_DECLS

/* Constructors of operators. Arrays are copied unless the name says `_view`. All return LERP_OK,
 * LERP_INVALID (a dimension of 0, a missing array, a non-finite coefficient) or LERP_MEMORY. */

/* Many independent games on pairs (x_i, y_i), i < pairs, given by a function that fills
 * fx[j], fy[j] for i = begin + j, j < length <= LERP_BLOCK. It must be pure, and safe to call from several
 * threads. `self` is borrowed unless free_self is given; bytes and flops are per pair, by the cost model. F is taken
 * for nonlinear: op->affine is false. */
typedef void (*lerp_pairs)(const void *self, size_t begin, size_t length, const double *x, const double *y,
                           double *fx, double *fy);
LERP_API lerp_status lerp_operator_local(lerp_operator *op, size_t pairs, lerp_pairs function, void *self,
                                         void (*free_self)(void *), double bytes, double flops,
                                         lerp_error *error);

/* The affine game F = M(z - offset), M = [[b, a Q S], [-a S Q^T, b]] on `pairs` pairs.
 * Coefficients a_i and b_i: arrays of length pairs, or constants (arrays NULL). S = diag(s) is folded into
 * a. `reflector` u (length pairs, or NULL for Q = I) gives Q = I - 2uu^T/u^Tu; with it F costs two inner
 * products and b must be constant. Local when Q = I. Its exact resolvent has a closed form. */
typedef struct lerp_linear_game {
  size_t pairs;
  double a, b;
  const double *a_each, *b_each;
  const double *reflector;
  double offset;
} lerp_linear_game;
LERP_API lerp_status lerp_operator_linear_game(lerp_operator *op, const lerp_linear_game *game,
                                               lerp_error *error);

/* The exact resolvents of the following four are dense inverses, made by LAPACK: a build without it has none. */

/* Dense saddle F(x, y) = (b x + A y - p, b y - A^T x - q): one stored matrix A (rows = dimension of x,
 * columns = dimension of y, row-major, `stride` >= columns), read once per evaluation for both products.
 * p, q: NULL for 0. */
LERP_API lerp_status lerp_operator_dense_saddle(lerp_operator *op, size_t rows, size_t columns,
                                                const double *matrix, size_t stride, double b,
                                                const double *p, const double *q, lerp_error *error);

/* Affine F(z) = Mz - q; M is n x n row-major with n = dimension[0] + dimension[1], q NULL for 0. */
LERP_API lerp_status lerp_operator_affine(lerp_operator *op, const size_t dimension[LERP_PARTS],
                                          const double *matrix, const double *q, lerp_error *error);

/* The same two with the matrix held in single precision, which is half of what an evaluation reads: F is that of the
 * rounded matrix, computed in double. LERP_INVALID also for an entry beyond single precision. */
LERP_API lerp_status lerp_operator_dense_saddle_single(lerp_operator *op, size_t rows, size_t columns,
                                                       const double *matrix, size_t stride, double b,
                                                       const double *p, const double *q, lerp_error *error);
LERP_API lerp_status lerp_operator_affine_single(lerp_operator *op, const size_t dimension[LERP_PARTS],
                                                 const double *matrix, const double *q, lerp_error *error);

/* A sparse matrix by rows: row i holds value[k] in column[k] for first[i] <= k < first[i + 1], first[0] = 0;
 * columns in any order, from 0, and what stands several times adds up. */
typedef struct lerp_sparse {
  size_t rows, columns;
  const size_t *first; /* rows + 1 */
  const uint32_t *column;
  const double *value;
} lerp_sparse;

/* The largest n of a sparse operator with an exact resolvent, which holds a dense inverse. */
enum { LERP_SPARSE_RESOLVENT_MAX = 8192 };

/* F(x, y) = (b x + A y - p, b y - A^T x - q) with a sparse A: rows = dimension of x, columns = dimension of y,
 * p, q: NULL for 0. Where the rows of A reach few columns beside their entries, as those of a band do, A is held once and
 * read once for both products; else A and A^T are held by rows. Members share the rows by entries.
 * rows + columns at most 4e9; LERP_INVALID also for an index outside of the matrix. */
LERP_API lerp_status lerp_operator_sparse_saddle(lerp_operator *op, const lerp_sparse *matrix, double b,
                                                 const double *p, const double *q, lerp_error *error);

/* F(z) = Mz - q with a sparse n x n M, n = dimension[0] + dimension[1], q NULL for 0; held by rows, with the same
 * limits. */
LERP_API lerp_status lerp_operator_sparse_affine(lerp_operator *op, const size_t dimension[LERP_PARTS],
                                                 const lerp_sparse *matrix, const double *q,
                                                 lerp_error *error);

/* The same two with the values held in single precision: F is that of the rounded matrix, computed in double.
 * LERP_INVALID also for a value beyond single precision. */
LERP_API lerp_status lerp_operator_sparse_saddle_single(lerp_operator *op, const lerp_sparse *matrix,
                                                        double b, const double *p, const double *q,
                                                        lerp_error *error);
LERP_API lerp_status lerp_operator_sparse_affine_single(lerp_operator *op, const size_t dimension[LERP_PARTS],
                                                        const lerp_sparse *matrix, const double *q,
                                                        lerp_error *error);

/* Any F as a plain function of contiguous x and y; called by one thread at a time per solve. Returns 0, or
 * nonzero to end the solve with LERP_CALLBACK. `self` is borrowed unless free_self is given. */
typedef int (*lerp_function)(void *self, const double *x, const double *y, double *fx, double *fy);
LERP_API lerp_status lerp_operator_callback(lerp_operator *op, const size_t dimension[LERP_PARTS],
                                            lerp_function function, void *self, void (*free_self)(void *),
                                            lerp_error *error);

/* The same for an F that is drawn: `sample` keys the draws, so that equal samples give equal values
 * (random.h); LERP_EXACT asks for the exact F. */
typedef int (*lerp_sampled_function)(void *self, uint64_t sample, const double *x, const double *y,
                                     double *fx, double *fy);
LERP_API lerp_status lerp_operator_sampled(lerp_operator *op, const size_t dimension[LERP_PARTS],
                                           lerp_sampled_function function, void *self,
                                           void (*free_self)(void *), lerp_error *error);

/* The finite sum F = (1/terms) sum_i F_i, i < terms. `term` adds F_i(x, y) to fx and fy; it must be pure, is
 * called from several threads at once, and returns 0, or nonzero to end the solve with LERP_CALLBACK.
 * 0 < batch < terms: an evaluation with a sample is the mean over a minibatch, the terms
 * lerp_random_index(seed, sample, j, terms), j < batch: unbiased, drawn with replacement, the same for every
 * team. batch = 0: every evaluation is exact. */
typedef int (*lerp_summand)(void *self, size_t i, const double *x, const double *y, double *fx, double *fy);
LERP_API lerp_status lerp_operator_finite_sum(lerp_operator *op, const size_t dimension[LERP_PARTS],
                                              size_t terms, lerp_summand term, void *self,
                                              void (*free_self)(void *), size_t batch, uint64_t seed,
                                              lerp_error *error);

/* The saddle F(u, p) = (D'p, -Du) of total variation: D takes the forward differences of `images` images of
 * width x height pixels, which lie in u one after the other, row by row. Components 2i and 2i + 1 of p belong to
 * the differences of pixel i to the right and downwards, which are 0 at the last column and row. */
LERP_API lerp_status lerp_operator_image_gradient(lerp_operator *op, size_t width, size_t height,
                                                  size_t images, lerp_error *error);
/* |D|, which is L of this operator: below sqrt(8). */
LERP_API double lerp_image_gradient_norm(size_t width, size_t height);

/* Turns *op, which is taken over, into F + psi with psi componentwise: `map` adds psi at the components
 * [begin, begin + length) of one part, whose values are z, to f. It must be pure, and safe to call from several
 * threads. `self` is borrowed unless free_self is given; bytes and flops are per component. */
typedef void (*lerp_component_map)(const void *self, int part, size_t begin, size_t length, const double *z,
                                   double *f);
LERP_API lerp_status lerp_operator_pointwise(lerp_operator *op, lerp_component_map map, void *self,
                                             void (*free_self)(void *), double bytes, double flops,
                                             lerp_error *error);

/* Turns *op into F(z; xi) = F z + sigma xi, xi standard normal and independent for every sample and component:
 * draws are functions of (seed, sample, component), the same for every team. *op is taken over. Philox needs
 * Random123 (else LERP_UNSUPPORTED); splitmix reproduces recorded runs, for at most 2^20 components. */
typedef enum lerp_generator { LERP_PHILOX, LERP_SPLITMIX } lerp_generator;
LERP_API lerp_status lerp_operator_noisy(lerp_operator *op, double sigma, lerp_generator generator,
                                         uint64_t seed, lerp_error *error);

LERP_END_DECLS

#endif

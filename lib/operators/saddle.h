/* SPDX-License-Identifier: MIT */
/* F(x, y) = (b x + A y - p, b y - A^T x - q) in one pass over A by rows. The rows are cut into panels, each with its own
 * accumulator of A^T x; how many there are depends on A alone, so that their sum in a fixed order does not depend on who
 * computed which. */
#ifndef LERP_OPERATORS_SADDLE_H
#define LERP_OPERATORS_SADDLE_H

#include <lerp/method.h>
#include <lerp/step.h>

/* Enough for a large team, few enough that adding the accumulators stays cheap. */
enum { LERP_PANELS_MAX = 32 };

typedef struct lerp_panel {
  size_t row, rows;
  size_t column, columns; /* what the rows reach */
} lerp_panel;

struct lerp_saddle;
struct lerp_sources;

/* How A is held. */
typedef struct lerp_saddle_matrix {
  /* ay = A y in the panel's rows, and, where atx is not NULL, atx += A^T x of these, in the panel's columns; atx has
   * room for 7 more, which may be written over. */
  void (*multiply)(const void *self, const lerp_step *step, const lerp_panel *panel, const double *x,
                   const double *y, double *ay, double *atx);
  /* F in one call, where there is one panel; NULL: there is none. */
  void (*field)(const struct lerp_saddle *saddle, const lerp_step *step, const double *x, const double *y,
                double *fx, double *fy);
  /* out = sum_i c_i v_i + c F likewise, without storing F, from what kernels.h calls sources; false: it cannot. */
  bool (*move)(const struct lerp_saddle *saddle, const lerp_step *step, const double *at,
               const struct lerp_sources *sources, double *out);
  /* An operator's `chain` likewise, with a projection on lower <= z_i <= upper as resolvent. */
  bool (*chain)(const struct lerp_saddle *saddle, const lerp_step *step, const lerp_chain *chain,
                double lower, double upper, uint64_t steps, const double *z, double *out);
  /* Adds A to a row-major array. */
  void (*add_to)(const void *self, double *to, size_t stride);
  void (*free)(void *self);
} lerp_saddle_matrix;

typedef struct lerp_saddle {
  size_t rows, columns, panels;
  lerp_panel panel[LERP_PANELS_MAX]; /* all rows, in order */
  double b;
  const double *p, *q; /* NULL: 0 */
  const lerp_saddle_matrix *held;
  void *matrix;
} lerp_saddle;

/* The operator on copies of `saddle`, p and q, with the matrix, which it takes over, also when it fails. bytes, flops: of the
 * matrix. LERP_INVALID: b, p or q is not finite; LERP_MEMORY. */
lerp_status lerp_saddle_operator(lerp_operator *op, const char *name, const lerp_saddle *saddle,
                                 bool resolves, double bytes, double flops, lerp_error *error);

#endif

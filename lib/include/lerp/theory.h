/* SPDX-License-Identifier: MIT */
#ifndef LERP_THEORY_H
#define LERP_THEORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lerp/method.h>
#include <lerp/problem.h>
#include <lerp/spec.h>

LERP_BEGIN_DECLS

/* What follows from the operator alone: L and rho, and for every method what is proved at which steps and how many
 * evaluations it will take. */

/* A number that lies in [lower, upper]; an end that nothing is known about is infinite. */
typedef struct lerp_interval {
  double lower, upper;
} lerp_interval;

/* Where numbers come from. */
typedef enum lerp_origin {
  LERP_FROM_MATRIX, /* dense linear algebra; the interval covers rounding */
  LERP_FROM_KRYLOV, /* extreme eigenvalues by iteration; the interval covers the residual of the eigenpair */
  LERP_FROM_SAMPLES, /* values at points of a region: one end of the interval is seen, the other open; no proof */
} lerp_origin;
LERP_API const char *lerp_origin_name(lerp_origin origin); /* "matrix", "krylov", "samples" */

/* Of an affine F = Mz - q: the largest singular value of M, and the largest rho with sym(M) >= rho M'M (infinite for
 * M = 0; -infinity where none exists). Of a nonlinear one, in dom A: the largest singular value of its Jacobian J that
 * was seen, and the least weak Minty ratio <Fz, z - z*>/|Fz|^2 or, where no solution is known, rho of J. */
typedef struct lerp_constants {
  lerp_origin origin;
  bool weak_minty; /* rho is a weak Minty ratio about the known solution */
  lerp_interval lipschitz, rho;
} lerp_constants;

/* From M, n x n by rows. LERP_UNSUPPORTED without LAPACK, LERP_INVALID (not finite), LERP_MEMORY. */
LERP_API lerp_status lerp_matrix_constants(size_t n, const double *matrix, lerp_constants *constants,
                                           lerp_error *error);

/* M, n x n by rows, and q of an affine problem (NULL: not wanted), by n + 1 evaluations. */
LERP_API lerp_status lerp_problem_matrix(const lerp_problem *problem, double *matrix, double *q,
                                         lerp_error *error);

typedef struct lerp_certify_options {
  double relative_tolerance, absolute_tolerance; /* of the predicted solves; default 1e-8 and 0 */
  double radius; /* of the ball around the start where an unbounded nonlinear F is sampled; default 1 */
  uint64_t seed; /* of samples */
  const lerp_method *const *more; /* methods besides those of the table, ended by NULL; NULL: none */
  /* Called now and then with what is being done and the share of it that is done; nonzero ends the call with
   * LERP_CALLBACK. NULL: nobody asks. */
  int (*progress)(void *self, const char *what, double share);
  void *self;
} lerp_certify_options;
LERP_API lerp_certify_options lerp_certify_options_default(void);

/* How a prediction was made. */
typedef enum lerp_basis {
  LERP_NOT_PREDICTED, /* `why` says why */
  LERP_BY_MODES,      /* the method's linear map on every mode of M, raised to powers */
  LERP_BY_REPLAY, /* the method run on a problem with the same modes, or on the matrix of M: its steps adapt or change */
} lerp_basis;
LERP_API const char *lerp_basis_name(lerp_basis basis); /* "none", "modes", "replay" */

/* Until the residual is below the tolerance; an interval where rounding or modes that are not known decide. Exact resolvents count apart, as in a solve. */
typedef struct lerp_prediction {
  lerp_basis basis;
  double rate; /* asymptotic factor of the residual per iteration; NAN: not linear or not known */
  lerp_interval iterations, evaluations;
  double exact_resolvents; /* per iteration */
  const char *why;         /* static; of LERP_NOT_PREDICTED */
} lerp_prediction;

typedef struct lerp_certificate_row {
  lerp_method_instance *instance; /* completed for the facts of the certificate */
  lerp_error refusal; /* status LERP_OK: it applies; else why it does not, and the rest is empty */
  lerp_guarantee guarantee;
  lerp_prediction prediction;
} lerp_certificate_row;

enum { LERP_DISAGREEMENTS_MAX = 8, LERP_REASON_SIZE = 160 };

typedef struct lerp_certificate {
  lerp_constants constants;
  /* What steps are made for: the declared facts where the computed ones agree, else the computed ones; those of
   * A + F where only F is known stay as declared. */
  lerp_facts facts;
  /* What was declared and is refuted, the form of F or a constant: one sentence each. Declared constants that hold but
   * could be better are none. */
  size_t disagreements;
  char disagreement[LERP_DISAGREEMENTS_MAX][160];
  size_t count;
  lerp_certificate_row *row; /* by predicted work, least first; then by evidence */
  /* The row that "auto" stands for (see lerp_method_for), and why; NULL: none applies. */
  lerp_certificate_row *choice;
  char reason[LERP_REASON_SIZE];
} lerp_certificate;

/* LERP_UNSUPPORTED: the build or the problem lacks what is needed. LERP_INVALID: a declared form of F is wrong and
 * nothing else would do. LERP_CALLBACK, LERP_MEMORY. Several threads may certify at once; above n = 1024 they take turns
 * where ARPACK searches, and F and `progress` of such a problem must not certify another one: LERP_UNSUPPORTED. */
LERP_API lerp_status lerp_certify(const lerp_problem *problem, const lerp_certify_options *options,
                                  lerp_certificate **certificate, lerp_error *error);
LERP_API void lerp_certificate_free(lerp_certificate *certificate);

/* "auto": minres for affine problems of gradient type without constraints; else ramp, unless fewer evaluations are
 * predicted for another method (tried for small affine problems without constraints). */
/* The method of a specification, "auto" included, for a problem: it applies, and it is completed. `reason`: why auto chose
 * its method, whose instance is named "auto" too; else empty. `options`: of predictions, and methods besides those of
 * the table; NULL for the default. LERP_UNSUPPORTED: the method does not apply, and the errors of lerp_method_set and
 * lerp_method_complete. */
LERP_API lerp_status lerp_method_for(const lerp_spec *spec, const lerp_problem *problem,
                                     const lerp_certify_options *options, lerp_method_instance **instance,
                                     char reason[LERP_REASON_SIZE], lerp_error *error);

/* What an instance runs, by the names of its methods: "la-eg+", also where it is named "auto". */
LERP_API void lerp_method_describe(const lerp_method_instance *instance, char *text, size_t size);

LERP_END_DECLS

#endif

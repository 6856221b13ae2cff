/* SPDX-License-Identifier: MIT */
#ifndef LERP_PROBLEM_H
#define LERP_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lerp/export.h>
#include <lerp/status.h>
#include <lerp/vector.h>

LERP_BEGIN_DECLS

/* The problem: find z = (x, y) with 0 in Az + Fz; F single-valued and L-Lipschitz, A maximally monotone.
 * For min_x max_y phi(x, y): F = (grad_x phi, -grad_y phi). */

struct lerp_step; /* step.h: what an operator is called with */
struct lerp_sources;
struct lerp_chain; /* method.h */

/* Receives values of F: components [begin, begin + length) of one part, inside one block. `f` lives until
 * the call returns. */
typedef void (*lerp_emit)(void *sink, int part, size_t begin, size_t length, const double *f);

/* The sample key of an evaluation without noise: residuals and reports use it. */
#define LERP_EXACT UINT64_MAX

/* F as an operator that emits its values block by block, while they are in the cache. Immutable after
 * construction: any number of solves may use it at once; what it must write lives in the step's scratch. */
typedef struct lerp_operator {
  const char *name; /* static */
  size_t dimension[LERP_PARTS];
  /* Component i of both parts of F depends only on component i of both parts of z (and the dimensions are
   * equal), so that iterations can run tile by tile. */
  bool local;
  bool affine;
  bool stochastic; /* evaluations depend on the sample: residuals need evaluations of their own */
  void *self;
  /* Emits every block of step->range once. A local operator reads `at` only there, and neither shares nor
   * sums. `sample` keys random draws; deterministic operators ignore it. */
  void (*evaluate)(const void *self, struct lerp_step *step, const double *at, uint64_t sample,
                   lerp_emit emit, void *sink);
  /* Where it is cheaper than emitting: writes F, without more, to f, a vector in the layout of `at`, on step->range;
   * the same bits. NULL: what `evaluate` emits is copied. */
  void (*fill)(const void *self, struct lerp_step *step, const double *at, uint64_t sample, double *f);
  /* For the library's own operators: where it can, makes out = sum_i c_i v_i + c F on step->range in one pass, from
   * what kernels.h calls sources; the same bits as by `evaluate`. False: it cannot, and did nothing. NULL: never. */
  bool (*advance)(const void *self, struct lerp_step *step, const double *at,
                  const struct lerp_sources *sources, double *out);
  /* For the library's own operators: where it can, `steps` iterations of a chain from z on step->range, the last of which
   * writes `out`, which may be z. False: it cannot, and did nothing, which a local F never says where A = 0. NULL:
   * never. */
  bool (*chain)(const void *self, struct lerp_step *step, const struct lerp_chain *chain, uint64_t steps,
                const double *z, double *out);
  size_t scratch; /* doubles of shared memory that evaluate, fill and resolve use, per solve */
  /* Doubles of shared memory that evaluations with a sample keep from one to the next, zero at the start of a solve;
   * exact ones leave them as they are. For a stochastic F with statistics of its own. */
  size_t memory;
  /* The exact resolvent w = (I + gamma F)^-1 at, emitted like F; NULL: none. `prepare` fills `factor_size`
   * doubles once per solve, for one gamma; NULL: nothing to prepare. */
  void (*resolve)(const void *self, struct lerp_step *step, double gamma, const double *factor,
                  const double *at, lerp_emit emit, void *sink);
  lerp_status (*prepare)(const void *self, double gamma, double *factor, lerp_error *error);
  size_t factor_size;
  /* Cost of one evaluation by the model: bytes read and written besides `at` and the emitted values (the
   * matrix, coefficients), and floating-point operations (an fma counts two). */
  double bytes, flops;
  /* Spectral norm of the Jacobian of F at (x, y), for methods that adapt to curvature; NULL: not known. The
   * first argument is `jacobian`, borrowed. */
  double (*jacobian_norm)(const void *jacobian, const double *x, const double *y);
  const void *jacobian;
  void (*free)(void *self); /* NULL: nothing to free */
} lerp_operator;

/* The resolvent J_{gamma A} = (I + gamma A)^-1 of the regularizer. All zero: A = 0. */
typedef struct lerp_resolvent {
  const char *name; /* static; NULL: none */
  void *self;
  /* Separable by block: replaces value[i], component begin + i of `part`, for i < length. Exactly one of
   * `block` and `whole` is set, unless A = 0. Returns 0, or nonzero to end the solve with LERP_CALLBACK. */
  int (*block)(const void *self, double gamma, int part, size_t begin, size_t length, double *value);
  /* Not separable: called by all members; replaces v, a vector in the solver's layout, in the parts p whose
   * bit 1 << p is set in `parts`. May share and sum. */
  int (*whole)(const void *self, struct lerp_step *step, double gamma, unsigned parts, double *v);
  /* `block` does the same to every component of both parts: one call may hold all of z. */
  bool uniform;
  /* `block` is the projection on bounds[0] <= z_i <= bounds[1], also in kernels of the library. NULL: something else. */
  const double *bounds;
  bool joint;     /* what happens to x depends on y, or y's on x: the parts cannot be resolved one by one */
  unsigned needs; /* parts that it is about, as bits; 0: whichever it is given */
  /* Where A is the normal cone of a bounded set C: the largest <g, u> over u in C, its support function, on the
   * parts whose bits are set. g: plain arrays of the parts' dimensions, overwritten. NULL: no such set. */
  double (*support)(const void *self, unsigned parts, const size_t dimension[LERP_PARTS],
                    double *const g[LERP_PARTS]);
  void (*free)(void *self);
} lerp_resolvent;

enum { LERP_ALL_PARTS = (1 << LERP_PARTS) - 1 };

/* What is known about a problem. NAN: unknown. */
typedef struct lerp_facts {
  double lipschitz; /* L > 0 of F */
  double rho;       /* comonotonicity of A + F; negative: cohypomonotone */
  bool affine;
  bool gradient;     /* F = D grad f, D = +1 on x and -1 on y */
  bool constrained;  /* A != 0 */
  bool bilinear;     /* F(x, y) = (Ay - p, -A'x - q): x enters only the y part, and y the x part */
  bool shifted_skew; /* affine with matrix shift I + K, K skew */
  double shift;
  const char
      *note; /* what else a user must know: other solutions, bounds in place of values; static or NULL */
} lerp_facts;

/* A problem owns its operator and resolvent (released by lerp_problem_fini) and the vectors below, which
 * are plain arrays of the part's dimension from lerp_aligned_new, or NULL. */
typedef struct lerp_problem {
  lerp_operator op;
  lerp_resolvent resolvent;
  lerp_facts facts;
  double residual_step;         /* gamma_0 of the residual; 0: 1/L, or 1 when L is unknown */
  double *start[LERP_PARTS];    /* z_0; NULL: zero */
  double *solution[LERP_PARTS]; /* a known solution; NULL: none */
  uint64_t seed;
  void *data; /* what its family keeps for pictures and files; NULL: nothing */
  void (*free_data)(void *data);
} lerp_problem;

/* Whether a problem can be solved: an operator, a dimension, a resolvent where the facts say so, L > 0 or
 * unknown. LERP_OK, or LERP_INVALID with what is wrong. */
LERP_API lerp_status lerp_problem_check(const lerp_problem *problem, lerp_error *error);

/* Frees what the problem owns and zeroes it. A zeroed problem is fine. */
LERP_API void lerp_problem_fini(lerp_problem *problem);

/* gamma_0 of the residual r(z) = |z - J_{gamma_0 A}(z - gamma_0 Fz)| / gamma_0. */
LERP_API double lerp_problem_residual_step(const lerp_problem *problem);

LERP_END_DECLS

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LERP_METHOD_H
#define LERP_METHOD_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lerp/problem.h>
#include <lerp/step.h>

LERP_BEGIN_DECLS

enum { LERP_PARAMETERS_MAX = 24 };

/* One parameter of a method or of a problem: command lines, validation, defaults and documentation are
 * made from it. */
typedef struct lerp_parameter {
  const char *name;
  const char *meaning;
  const char *unit;   /* "" when dimensionless; "1/L" for step sizes */
  const char *proved; /* where convergence is proved, in words; "" for parameters of problems */
  const char *source;
  /* Default as a function of the facts and of the values before this one; NULL: `initial`. NAN: must be
   * given. For methods facts->rho is the rho of rho_for_defaults (see lerp_method). */
  double (*initially)(const lerp_facts *facts, const double *value);
  double initial;
  double minimum, maximum; /* the defined range */
  bool open_minimum, open_maximum;
  bool integer;
  unsigned multiple;          /* integer parameters: a multiple of this (0: any) */
  const char *const *choices; /* NULL, or names ended by NULL; the value is the index */
  bool text;                  /* of problems: any text, as a file's name; default `initial_text` */
  const char *initial_text;   /* NULL: must be given */
} lerp_parameter;

typedef enum lerp_evidence { LERP_NO_GUARANTEE, LERP_OBSERVED, LERP_PROVED } lerp_evidence;

/* What theory says about a method at given steps on a problem with given facts. Static strings. */
typedef struct lerp_guarantee {
  lerp_evidence evidence;
  const char *reason;
  const char *source;
} lerp_guarantee;

/* What one iteration costs, by declaration; a conformance test compares it with the counts. */
typedef struct lerp_cost {
  double evaluations, resolvents; /* per iteration; resolvents count only when A != 0 */
  double startup_evaluations, startup_resolvents;
  bool exact; /* false: a lower bound (adaptive methods) */
} lerp_cost;

/* What a method asks of a problem; lerp_method_applies checks it. */
enum {
  LERP_NEEDS_UNCONSTRAINED = 1 << 0, /* A = 0 */
  LERP_NEEDS_RESOLVENT = 1 << 1, /* the exact resolvent, called with the method's parameter "gamma"; A = 0 */
  LERP_NEEDS_AFFINE = 1 << 2,
  LERP_NEEDS_GRADIENT = 1 << 3,     /* F = D grad f */
  LERP_NEEDS_BILINEAR = 1 << 4,     /* F(x, y) = (Ay - p, -A'x - q) */
  LERP_NEEDS_SHIFTED_SKEW = 1 << 5, /* affine, matrix shift I + K with K skew */
  LERP_NEEDS_EXACT = 1 << 6,        /* evaluations without noise */
  LERP_NEEDS_PARTS = 1 << 7,        /* a resolvent that treats x and y apart */
  LERP_NO_LOOKAHEAD = 1 << 8,       /* its state belongs to its own iterates: no Lookahead over it */
};

typedef struct lerp_extent {
  size_t vectors;
  size_t state; /* bytes */
  size_t temporaries;
} lerp_extent;

/* A step that is the same at every iteration: from w = z, w <- J(z - gamma F w) `inner` times, and then
 * z <- J(z - last F w), J being the resolvent of A with the same step size. */
typedef struct lerp_chain {
  uint64_t inner;
  double gamma, last;
  bool resolved; /* false: only where A = 0 */
} lerp_chain;

typedef struct lerp_method lerp_method;

/* A method with its parameter values, ready for a problem. Lookahead holds its base. */
typedef struct lerp_method_instance {
  const lerp_method *method;
  struct lerp_method_instance *base; /* Lookahead's base, else NULL */
  char name[64];                     /* as on the command line: "la-eg+" */
  double value[LERP_PARAMETERS_MAX]; /* in the order of method->parameters */
  bool given[LERP_PARAMETERS_MAX];   /* set by the user, not by default */
} lerp_method_instance;

/* A rule that makes the next z. A step fits on a screen, one line per formula; counting, residuals,
 * stopping, clocks and traces live in the driver. */
struct lerp_method {
  const char *name;
  const char *summary;
  const char *source;
  const lerp_parameter *parameters; /* ended by name NULL; NULL: none */
  /* Convergence is proved for rho L > rho_min at suitable steps (A = 0); +infinity: nowhere for rho <= 0.
   * Defaults are made for the problem's rho, or for 0.95 rho_min / L when that lies outside; never for a positive one. */
  double rho_min;
  /* NULL: nothing is known to be proved, and rho_min says nothing. */
  lerp_guarantee (*guarantee)(const lerp_facts *facts, const lerp_method_instance *instance);
  lerp_cost (*cost)(const lerp_method_instance *instance);
  size_t vectors;     /* work vectors */
  size_t temporaries; /* vectors that a step fills before it reads them: lerp_temporary */
  size_t state;       /* bytes of plain state: vector handles and scalars; copied per member and per tile */
  /* What it needs beyond these: windows and bases whose size is a parameter; the further state follows the
   * plain one. NULL: nothing. */
  lerp_extent (*more)(const lerp_method_instance *instance, const lerp_problem *problem);
  /* The same as `step`, as a chain: then problems that can run many of them at once do, and batches take the method.
   * False: not with these parameters. NULL: never. */
  bool (*chain)(const lerp_method_instance *instance, lerp_chain *chain);
  /* Its step needs inner products, so it runs on the whole view only; NULL: never. */
  bool (*sums)(const lerp_method_instance *instance);
  bool at_iterate;   /* its first advance is (almost always) at z, so it yields the residual of z for free */
  unsigned requires; /* what a problem must have: a mask of LERP_NEEDS_... */
  /* Lookahead over this base keeps its theory: the step is quasi-nonexpansive where it is proved. */
  bool quasi_nonexpansive;
  /* Defaults and guarantee of Lookahead over this base where they differ from the general ones. */
  const struct lerp_lookahead *lookahead;
  /* Takes work[0 .. vectors), fills *state (zeroed before); may advance at z. */
  void (*start)(lerp_step *step, const lerp_method_instance *instance, void *state, double *const *work,
                const double *z);
  /* Writes the next iterate to `next` (never z) inside step->range. */
  void (*step)(lerp_step *step, void *state, const double *z, double *next);
  /* |Fz| at the iterate that the state belongs to, where recurrences tell it without an evaluation; NAN: not now. What
   * a solve starts from and what it ends on is evaluated all the same. For methods on unconstrained problems; NULL: never. */
  double (*residual)(const void *state);
};

/* How Lookahead treats a base whose theory it knows: defaults and the proved range. */
typedef struct lerp_lookahead {
  double tau;
  double rho_min;
  double (*gamma)(const lerp_facts *facts); /* the base's default step size under Lookahead */
  double (*lambda)(const lerp_facts *facts, double gamma);
  lerp_guarantee (*guarantee)(const lerp_facts *facts, const lerp_method_instance *lookahead);
} lerp_lookahead;

/* The table of methods, ended by NULL. Lookahead stands for "la-<base>" over every one of them. */
LERP_API const lerp_method *const *lerp_methods(void);
LERP_API const lerp_method *lerp_lookahead_method(void);

/* What a method must have: a name for specifications, summary, source, cost, start, step, and parameters with
 * names, meanings and defaults in their ranges. LERP_OK, or LERP_INVALID with what is wrong. Those of the table
 * are fine; ask for what comes from elsewhere. */
LERP_API lerp_status lerp_method_check(const lerp_method *method, lerp_error *error);

/* An instance of `name` ("eg+", "la-gda", "la-la-eg", ...) with all parameters unset. `more`: methods besides
 * those of the table, ended by NULL, which must outlive the instance; NULL: none.
 * LERP_UNKNOWN (the message suggests the nearest name), LERP_MEMORY. Free with lerp_method_free. */
LERP_API lerp_status lerp_method_new(const char *name, const lerp_method *const *more,
                                     lerp_method_instance **instance, lerp_error *error);
LERP_API void lerp_method_free(lerp_method_instance *instance);

/* Sets a parameter: a number as text, or the name of a choice. "base-KEY" goes to a Lookahead's base; a
 * bare KEY to the Lookahead if it has it, else to its base. LERP_UNKNOWN, LERP_INVALID, LERP_SYNTAX. */
LERP_API lerp_status lerp_method_set(lerp_method_instance *instance, const char *key, const char *value,
                                     lerp_error *error);
LERP_API lerp_status lerp_method_set_number(lerp_method_instance *instance, const char *key, double value,
                                            lerp_error *error);

/* Fills the parameters that were not set with their defaults for these facts. LERP_INVALID: one must be
 * given (L is unknown) or is out of its range. */
LERP_API lerp_status lerp_method_complete(lerp_method_instance *instance, const lerp_facts *facts,
                                          lerp_error *error);

/* Whether the method can run on the problem: LERP_OK, or LERP_UNSUPPORTED with the reason. */
LERP_API lerp_status lerp_method_applies(const lerp_method_instance *instance, const lerp_problem *problem,
                                         lerp_error *error);

/* Makes one base step an iteration of a complete Lookahead, whose every tau-th iteration interpolates, with the same bits
 * and one vector more: for those who look, stop or save more often than Lookahead interpolates. In between z is the
 * base's iterate. Returns how many iterations now are one of before: tau, or 1 for other methods, which stay as they are. */
LERP_API uint64_t lerp_method_unroll(lerp_method_instance *instance);

/* What is proved about a completed instance; its cost; rho_min of the method, Lookahead included. */
LERP_API lerp_guarantee lerp_method_guarantee(const lerp_method_instance *instance, const lerp_facts *facts);
LERP_API lerp_cost lerp_method_cost(const lerp_method_instance *instance);
LERP_API double lerp_method_rho_min(const lerp_method_instance *instance);

/* The value of a parameter by name (base-KEY for a base's); NAN: no such parameter. */
LERP_API double lerp_method_value(const lerp_method_instance *instance, const char *key);

LERP_API const char *lerp_evidence_name(lerp_evidence evidence); /* "none", "observed", "proved" */

/* Checks text against a parameter and converts it; shared by methods and problems. `owner` names whose
 * parameter it is in messages. */
LERP_API lerp_status lerp_parameter_parse(const char *owner, const lerp_parameter *parameter,
                                          const char *text, double *value, lerp_error *error);
LERP_API lerp_status lerp_parameter_check(const char *owner, const lerp_parameter *parameter, double value,
                                          lerp_error *error);

LERP_END_DECLS

#endif

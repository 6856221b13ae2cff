/* SPDX-License-Identifier: MIT */
/* What families kernel and probe measure: the library's kernels, and the loops that find the machine's limits, on
 * working sets of the size of each cache level. */
#ifndef LERP_BENCH_KERNEL_H
#define LERP_BENCH_KERNEL_H

#include <stdbool.h>

#include <lerp/lerp.h>

#include "../lib/kernels/kernels.h"
#include "../reports/roof.h"
#include "loops.h"

enum { KERNEL_PARAMETERS_MAX = 3 };

/* By the model, of one component. */
typedef struct kernel_cost {
  double doubles; /* of the working set */
  double bytes, flops;
} kernel_cost;

/* What one member of a team works on. */
typedef struct kernel_share {
  const lerp_kernels *kernels;
  const loops *loops;
  lerp_team *team;
  lerp_sum *sum;
  const double *value; /* of the parameters */
  size_t n;            /* components */
  double *memory;      /* cost.doubles * n + extra of them, all 1 at first */
} kernel_share;

typedef struct kernel {
  const char *name;
  const char *summary;
  bool probe;                       /* finds a limit of the machine */
  const char *sweep;                /* the specification of all that is worth measuring */
  const lerp_parameter *parameters; /* ended by name NULL; NULL: none */
  kernel_cost (*cost)(const double *value);
  size_t extra;                          /* doubles that are not counted: small vectors */
  void (*prepare)(const kernel_share *); /* once, before the passes; NULL: all numbers are 1 */
  /* One pass over a share; NULL: the time of an empty parallel region. */
  void (*run)(const kernel_share *share);
} kernel;

/* Ended by NULL. */
const kernel *const *kernels_all(void);

typedef struct kernel_case {
  const kernel *kernel;
  double value[KERNEL_PARAMETERS_MAX];
} kernel_case;

/* LERP_UNKNOWN, LERP_INVALID: a name, a key or a value is wrong. `probe`: which of the two kinds is meant. */
lerp_status kernel_case_new(const lerp_spec *spec, bool probe, kernel_case *made, lerp_error *error);

/* "combine:terms=3:level=l2": the level and what is not at its default. */
void kernel_case_format(const kernel_case *self, char *text, size_t size);

/* The level of its working set; ROOF_LEVELS: it has none. */
roof_level kernel_case_level(const kernel_case *self);

/* Those of the level that the library uses. */
const lerp_kernels *kernel_table(void);

#endif

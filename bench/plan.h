/* SPDX-License-Identifier: MIT */
/* The cases of a suite, their names and the order in which they run. */
#ifndef LERP_PLAN_H
#define LERP_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../problems/problems.h"
#include "kernel.h"
#include "peer_find.h"
#include "suite.h"

/* What cases are about: a problem or a kernel. */
typedef struct plan_problem {
  const lerp_spec *spec;
  const char *start; /* NULL: its own */
  char *text;        /* the specification in its canonical form */
  double rho;        /* NAN: a kernel */
  size_t dimension;  /* 0: a kernel's, by its level */
} plan_problem;

typedef struct plan_case {
  char *name;        /* solve/quadratic/rho:-0.3/n:256/rapp/threads:2 */
  char *group;       /* the name without rho, method and threads: what a table of a summary has in common */
  char *method_text; /* "": a kernel */
  char *code;        /* what runs: plugin_code */
  const lerp_spec *method;
  const peer *peer;   /* whose method it is; NULL: lerp's */
  kernel_case kernel; /* of kinds kernel and probe */
  const suite_family *family;
  size_t problem; /* index */
  size_t cluster; /* cases of one cluster run one after the other */
  bool joined;    /* compared with others of its cluster */
  int threads;
} plan_case;

typedef struct plan {
  const suite *suite;
  plan_problem *problem;
  size_t problems;
  plan_case *item;
  size_t cases;
  lerp_spec **specs; /* what was parsed, kept for the pointers above */
  size_t *spec_count;
  size_t parsed;
  size_t line;             /* of the suite's file, what is being added */
  problem_instance *built; /* the last one */
  char *built_text;        /* its specification */
  char *built_start;
  char *left_out; /* the last reason why a problem was; NULL: none was */
} plan;

/* All combinations of all families, each once; the suite is borrowed. Wrong specifications end the program.
 * Combinations that cannot run (an exact resolvent that a problem does not have) and problems that cannot be made here
 * (data that were not given) are left out with a warning. */
plan *plan_new(const suite *wanted);
/* The same without any case. */
plan *plan_empty(const suite *of);
void plan_free(plan *self);
/* Leaves out all cases; the problem that was visited last stays for the next visit. */
void plan_clear(plan *self);

/* Adds the combinations of one more family, which must outlive the plan. *last: the index of the last one, new or not.
 * Pointers to cases do not survive. Fails with what is wrong with a specification, or why a combination cannot run. */
lerp_status plan_add(plan *self, const suite_family *family, size_t *last, lerp_error *error);

/* The same, but combinations that cannot run are left out. */
lerp_status plan_add_possible(plan *self, const suite_family *family, lerp_error *error);

/* Makes one cluster of those of two cases. */
void plan_join(plan *self, size_t one, size_t other);

/* Keeps the cases that a regular expression of Google Benchmark matches ("-": those that it does not);
 * false: it is malformed. */
bool plan_filter(plan *self, const char *expression);

/* Keeps the cases with at most so many threads; the largest number that was left out, or 0. */
int plan_limit_threads(plan *self, int threads);

/* Keeps part `shard` of `shards`, which are disjoint and together the whole; cases that are compared stay together. */
void plan_shard(plan *self, int shard, int shards);

/* The cases of one block, each once, in an order that depends on the seed and the block alone: clusters are
 * shuffled, and the cases within each, so that what is compared runs close together. The cases of a problem are a
 * cluster. */
void plan_order(const plan *self, int block, size_t *order);

/* A problem of the plan, valid until the next visit: only the last one is kept. */
lerp_status plan_visit(plan *self, size_t problem, const problem_instance **visited, lerp_error *error);
/* Frees it now. */
void plan_leave(plan *self);

#endif

/* SPDX-License-Identifier: MIT */
/* A suite says what to measure: families of problems x methods x threads, or of kernels x threads, and the targets that
 * these or other measurements are held against; or claims to test, or contests; read from JSON. */
#ifndef LERP_SUITE_H
#define LERP_SUITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "texts.h"
#include "tune.h"

enum { SUITE_REPETITIONS_MAX = 1000, SUITE_REPETITIONS_PRECISE = 30 };

typedef enum suite_kind {
  SUITE_SOLVE,   /* to the tolerance */
  SUITE_GALLERY, /* the same, with a picture of what was solved */
  SUITE_STEP,    /* the time of one iteration */
  SUITE_SCALE,   /* the same, with how evenly the members of the team share it */
  SUITE_KERNEL,  /* the time of a kernel of the library */
  SUITE_PROBE,   /* the time of a loop that finds a limit of the machine */
  SUITE_BATCH,   /* the time of one iteration of many small games in one call: the pairs of the problem */
  SUITE_GAN,     /* a training of networks */
  SUITE_COUNT, /* one solve, for its counts and not for its time: also what claims, comparisons and tuning ask for */
  SUITE_KINDS
} suite_kind;

/* "solve", "gallery", "step", "scale", "kernel", "probe", "batch", "gan", "count" */
extern const char *const suite_kind_name[SUITE_KINDS];
/* In a sentence: "solve, count, ... or probe". */
extern const char suite_kinds_text[];

/* The kind of this name; SUITE_KINDS: there is none. */
suite_kind suite_kind_named(const char *name);

/* What a case of a kind is: a solve to the tolerance, iterations, or passes of a kernel. */
static inline bool suite_solves(suite_kind kind) {
  return kind == SUITE_SOLVE || kind == SUITE_GALLERY || kind == SUITE_COUNT;
}
static inline bool suite_runs_kernels(suite_kind kind) {
  return kind == SUITE_KERNEL || kind == SUITE_PROBE;
}

/* None: one thread. */
typedef struct suite_threads {
  int *count_of;
  size_t count;
  bool all; /* 1, 2, 4, ... up to what the machine has, in the place of counts */
} suite_threads;

typedef struct suite_family {
  suite_kind kind;
  const char *tunes; /* of roles search and tuned: the method whose parameters are looked for; else NULL */
  const char *role;  /* see reports/store.h */
  suite_texts problems, methods; /* specifications; lists and ranges multiply */
  suite_texts kernels;           /* of kinds kernel and probe, in the place of both */
  suite_threads threads;
  char *start; /* NULL: the problem's own */
  double tolerance;
  uint64_t max_evaluations;
  uint64_t limit; /* of role search: what a trial may spend of these, which its name does not tell; 0: all */
  uint64_t check_every;
  uint64_t per_region;  /* of kinds step and scale: iterations in one parallel region; 0: all */
  char *label;          /* of kind gan: what bands call it; NULL: nothing */
  bool alternating;     /* of kind gan: the discriminator moves first */
  unsigned evaluations; /* of kind gan: of the measures */
  int repetitions;      /* at most so many; 0: as many as the suite wants */
  double average;       /* of kind gan: decay of the mean of the iterates that is measured besides; 0: none */
  bool trajectory;      /* of kind count: keep the way of the first components of x and y */
  tune tune;
} suite_family;

/* Evaluations that a solve may take. */
static inline uint64_t suite_limit(const suite_family *self) {
  return self->limit > 0 ? self->limit : self->max_evaluations;
}

typedef struct suite {
  char *name;
  char *description;
  char *origin; /* its file; NULL: the command line */
  uint64_t seed;
  int repetitions;     /* undisturbed samples of each case, at least */
  int max_repetitions; /* samples of each case, at most */
  int processes;       /* that the repetitions are spread over */
  double precision;    /* wanted width of the 95 % interval over the median; 0: any */
  suite_family *family;
  size_t families;
  struct target *target; /* see target.h */
  size_t targets;
  struct band *band; /* what is expected of trainings, see band.h */
  size_t bands;
  struct claim *claim; /* in the place of all these, see claim.h */
  size_t claims;
  struct contests *contests; /* in the place of all, see contest.h; NULL: none */
} suite;

/* The default settings: solve, without problems and methods. */
extern const suite_family suite_standard;

/* A suite of no families. */
suite *suite_new(const char *name);
suite_family *suite_add(suite *self, suite_family family);

void suite_family_clear(suite_family *family);

/* Makes the limits of repetitions agree, where some were not given (0) or are given once more. */
void suite_settle(suite *self);

/* Leaves out the families of other kinds. */
void suite_keep(suite *self, suite_kind kind);

/* Reads FILE.json, or the suite of that name that came with the program. Whatever is wrong with it ends
 * the program with a message that names file and line. */
suite *suite_read(const char *name_or_file);
void suite_free(suite *self);

void suite_threads_add(suite_threads *threads, int count);
/* Replaces the counts by those of a list like "1,2,4", or "all"; false: it is malformed. */
bool suite_threads_parse(suite_threads *threads, const char *list);
/* Writes "all" out: powers of two and `most`. */
void suite_threads_resolve(suite_threads *threads, int most);

#endif

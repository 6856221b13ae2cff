/* SPDX-License-Identifier: MIT */
/* The result store: one SQLite file, one committed row per finished sample. lerp-bench writes it and
 * lerp-report reads it, with SQL over store_database() where it needs more than the functions below. */
#ifndef LERP_STORE_H
#define LERP_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include <lerp/status.h>

enum {
  STORE_SCHEMA = 4,
  STORE_APPLICATION_ID = 0x6c657270 /* "lerp", in the header of the file */
};

/* The calibrated times of a sample are seconds * probe / reference: what it would take on a machine whose
 * probe reads the reference, in GB/s and GFLOP/s. */
#define STORE_REFERENCE_MEMORY 10.0
#define STORE_REFERENCE_COMPUTE 10.0

/* An integer that is not known. */
#define STORE_UNKNOWN INT64_MIN

/* The columns of table `sample` after `id`, X(type, name). Reals that are NAN, texts that are NULL and integers that are
 * STORE_UNKNOWN are stored as NULL. The table is unique in (name, repetition, role, arm, machine, "commit", suite).
 *   family        "gan": a training; "solve": to the tolerance; "gallery": the same, with a picture; "step": the time of one iteration;
 *                 "scale": the same, with how evenly a team shares it; "batch": the same of all pairs of the problem as
 *                 games of their own, in one call; "kernel": the time of a kernel; "probe": of a
 *                 loop that finds a limit of the machine; "count": what a claim, a comparison or a trial of
 *                 tuning asked for: solved once, for its counts and not for its time
 *   name          of the case, stable and unique: solve/mixed/rho:-0.3/n:256/rapp/threads:2
 *   repetition    0, 1, ... of this case in this store
 *   role          "default": parameters as they were given; "tuned": the best that --tune found, which `method` names, a
 *                 sample of the family that was tuned; "search": one of its trials, family "count". `method` names what
 *                 a trial varied, `parameters`.method has all values in use, so that gamma times `lipschitz` is gamma L;
 *                 `parameters`.settings.tunes, of both, names the method as it was given, and
 *                 `parameters`.settings.max_evals is what a trial was allowed: one that did not converge was, then, worse
 *                 than the best so far, or of a first, short pass, after which a row of equal `name` and higher
 *                 `repetition` may follow: the last one counts. Their hits are NULL
 *   arm           "": a run of one binary; "base", "head": of the two of --against. Two samples of one suite, name and
 *                 repetition, one of each arm, are a pair: one ran right after the other
 *   block         all cases run once per block, in a seeded order; order_index counts over the whole run
 *   process       0, 1, ...: which process of the run took it
 *   problem, method               specifications with the parameters that were given; the kernel's, and ""
 *   problem_name, method_name     without parameters
 *   parameters    JSON {"problem": {...}, "method": {...}, "settings": {...}}: all values in use
 *   n, rho, lipschitz             dimension of z and facts of the problem; components that a kernel passes over
 *   threads, pinning              the team that ran, and where, as read back
 *   outcome       name of a lerp_outcome; anything but "converged" is a censored record of family solve
 *   iterations, evaluations, ..., initial_residual, residual, bytes, flops
 *                 of one solve; families step and scale: of the iterations of one batch; kernels: of one pass
 *   working_set   bytes of vectors and coefficients that are in use, of all members
 *   imbalance     family scale: the work of the busiest member over the mean of all, less 1; else NULL
 *   tolerance     relative; NULL where nothing is solved
 *   hits          JSON {"per_decade": 10, "target": [i, ...], "first_evaluations": [...],
 *                 "first_iterations": [...], "settled_evaluations": [...], "settled_iterations": [...]}:
 *                 residuals 10^(-i / per_decade) r(z_0) that were reached; a target that was left again
 *                 for good has null settled hits
 *   result        16 hexadecimal digits: FNV-1a of the bytes of the x and then the y where a solve ended; NULL: nothing was
 *                 solved, or other software did it
 *   seconds       of one solve, of one iteration or of one pass: mean over a batch of at least 20 ms
 *   memory_probe, compute_probe   GB/s and GFLOP/s of the probes run last before the sample, same team
 *   steal         share of the CPUs' time that the hypervisor took during the sample
 *   switches      how often the system took the CPU from a thread of this process meanwhile
 *   load          of the machine, mean over a minute, at the end
 *   throttled     how often a CPU was slowed down for its heat, or the process held back by a quota, meanwhile
 *   disturbed     1: a probe was more than 10 % off the run's median, or the team was preempted, throttled, or robbed of a
 *                 tenth of its time
 *   machine       key of its row in table `machine`
 *   commit        of lerp; behind it the plugins that problem and method come from: "76fb87c6d1f0
 *                 mygame.so@af63dc4c8601ec8c", each with a hash of its file
 *   started       ISO 8601, UTC */
#define STORE_SAMPLE_COLUMNS(X)                                                                              \
  X(TEXT, suite)                                                                                             \
  X(TEXT, family)                                                                                            \
  X(TEXT, name)                                                                                              \
  X(INTEGER, repetition)                                                                                     \
  X(TEXT, role)                                                                                              \
  X(TEXT, arm)                                                                                               \
  X(INTEGER, block)                                                                                          \
  X(INTEGER, process)                                                                                        \
  X(INTEGER, order_index)                                                                                    \
  X(TEXT, problem)                                                                                           \
  X(TEXT, problem_name)                                                                                      \
  X(TEXT, method)                                                                                            \
  X(TEXT, method_name)                                                                                       \
  X(TEXT, parameters)                                                                                        \
  X(INTEGER, n)                                                                                              \
  X(REAL, rho)                                                                                               \
  X(REAL, lipschitz)                                                                                         \
  X(INTEGER, threads)                                                                                        \
  X(TEXT, pinning)                                                                                           \
  X(INTEGER, seed)                                                                                           \
  X(TEXT, outcome)                                                                                           \
  X(INTEGER, iterations)                                                                                     \
  X(INTEGER, evaluations)                                                                                    \
  X(INTEGER, resolvents)                                                                                     \
  X(INTEGER, exact_resolvents)                                                                               \
  X(INTEGER, observer_evaluations)                                                                           \
  X(REAL, initial_residual)                                                                                  \
  X(REAL, residual)                                                                                          \
  X(REAL, tolerance)                                                                                         \
  X(TEXT, hits)                                                                                              \
  X(TEXT, result)                                                                                            \
  X(REAL, bytes)                                                                                             \
  X(REAL, flops)                                                                                             \
  X(REAL, working_set)                                                                                       \
  X(REAL, imbalance)                                                                                         \
  X(REAL, seconds)                                                                                           \
  X(REAL, memory_probe)                                                                                      \
  X(REAL, compute_probe)                                                                                     \
  X(REAL, seconds_calibrated_memory)                                                                         \
  X(REAL, seconds_calibrated_compute)                                                                        \
  X(REAL, steal)                                                                                             \
  X(INTEGER, switches)                                                                                       \
  X(REAL, load)                                                                                              \
  X(INTEGER, throttled)                                                                                      \
  X(INTEGER, disturbed)                                                                                      \
  X(TEXT, isa)                                                                                               \
  X(TEXT, machine)                                                                                           \
  X(TEXT, commit)                                                                                            \
  X(TEXT, command)                                                                                           \
  X(TEXT, started)

/* The columns in SQL: as a table is made of them, and as they are read. */
#define STORE_DECLARE(type, name) ", \"" #name "\" " #type
#define STORE_NAME(type, name) ", \"" #name "\""

typedef const char *store_TEXT;
typedef int64_t store_INTEGER;
typedef double store_REAL;

/* A row of table `sample`; texts are borrowed. */
typedef struct store_sample {
#define X(type, name) store_##type name;
  STORE_SAMPLE_COLUMNS(X)
#undef X
} store_sample;

/* A row of table `trajectory`, for problems of dimension 2. */
typedef struct store_point {
  int64_t iteration, evaluations;
  double residual, x, y;
} store_point;

/* A row of table `picture`, what a sample of family gallery solved, is JSON: {"caption": TEXT, "panels": [{"title": TEXT,
 * "x": TEXT, "y": TEXT, "equal": BOOLEAN, "layers": [LAYER...]}...]} with the words of lerp/picture.h. A LAYER is
 * {"kind": TEXT, "name": TEXT, "rows": COUNT, "numbers": [...]} and, where it is an image, "columns", "values",
 * "box": [left, right, bottom, top], "range": [low, high], "colours": BOOLEAN; null is a gap in a line. */

/* A row of table `training`, how the networks of a sample of family gan came along, is JSON: {"order": "alternating" or
 * "simultaneous", "average": decay per call of the mean of the iterates, or 0, "calls": [...], "seconds": [...],
 * "gradient": [|F|...], "measures": {NAME: [...]}, "averaged": {NAME: [...]}}, lists with one number for each evaluation of
 * the measures, null where there is none. */

/* What a sample has besides its row. */
typedef struct store_details {
  const store_point *point; /* its trajectory */
  size_t points;
  const char *picture, *training; /* NULL: none */
} store_details;

/* The columns of table `target`, what came out for a part of a target, unique in (suite, name, part, machine, "commit").
 *   name, target, part    as the suite has them
 *   measured, against     names of cases; NULL: there is none
 *   ratio, low, high      the median over pairs of samples and its 95 % interval; NULL: not measured
 *   at_least, at_most     one of them is wanted
 *   bound                 what the measured case is held up by: "memory", "arithmetic", "overhead" or ""
 *   verdict, why          "reached", "missed", "not measured", and why not
 *   samples               JSON [id, ...]: those that the ratio was computed from */
#define STORE_TARGET_COLUMNS(X)                                                                              \
  X(TEXT, suite)                                                                                             \
  X(TEXT, name)                                                                                              \
  X(TEXT, target)                                                                                            \
  X(TEXT, part)                                                                                              \
  X(TEXT, measured)                                                                                          \
  X(TEXT, against)                                                                                           \
  X(REAL, ratio)                                                                                             \
  X(REAL, low)                                                                                               \
  X(REAL, high)                                                                                              \
  X(REAL, at_least)                                                                                          \
  X(REAL, at_most)                                                                                           \
  X(TEXT, bound)                                                                                             \
  X(TEXT, verdict)                                                                                           \
  X(TEXT, why)                                                                                               \
  X(TEXT, samples)                                                                                           \
  X(TEXT, machine)                                                                                           \
  X(TEXT, commit)

typedef struct store_target {
#define X(type, name) store_##type name;
  STORE_TARGET_COLUMNS(X)
#undef X
} store_target;

/* The columns of table `claim`, what came out for a claim, unique in (suite, name, machine, "commit").
 *   name, claim, source   as the suite has them
 *   guaranteed            1: proved, so that a contradiction is a fault
 *   run, found            what was run, what came out
 *   verdict               "holds", "does not hold", "undecided"
 *   samples               JSON [id, ...]: the samples that the verdict was computed from */
#define STORE_CLAIM_COLUMNS(X)                                                                               \
  X(TEXT, suite)                                                                                             \
  X(TEXT, name)                                                                                              \
  X(TEXT, claim)                                                                                             \
  X(TEXT, source)                                                                                            \
  X(INTEGER, guaranteed)                                                                                     \
  X(TEXT, run)                                                                                               \
  X(TEXT, found)                                                                                             \
  X(TEXT, verdict)                                                                                           \
  X(TEXT, samples)                                                                                           \
  X(TEXT, machine)                                                                                           \
  X(TEXT, commit)

typedef struct store_claim {
#define X(type, name) store_##type name;
  STORE_CLAIM_COLUMNS(X)
#undef X
} store_claim;

/* The columns of table `contest`, how one field of methods did against others on a set of problems, unique in (suite,
 * name, part, ours, machine, "commit").
 *   name, contest         as the suite has them
 *   part                  the set of problems
 *   ours, against         fields; against: separated by ", "
 *   problems              of the set, the sum of the four that follow
 *   won, tied, lost, unsolved     problems by who needed fewer evaluations; unsolved: by both
 *   censored              won where the others did not solve it within their limit
 *   ratio                 median of their evaluations over ours where both solved; NULL: nowhere
 *   results               JSON [{"problem": TEXT, "outcome": "won", "tied", "lost" or "unsolved", "ours": COUNT, "theirs":
 *                         COUNT, "our_method": TEXT, "their_method": TEXT}, ...]: the best of each; null: none solved it
 *   samples               JSON [id, ...]: the samples that it was computed from; of tuned methods those with role "tuned" */
#define STORE_CONTEST_COLUMNS(X)                                                                             \
  X(TEXT, suite)                                                                                             \
  X(TEXT, name)                                                                                              \
  X(TEXT, contest)                                                                                           \
  X(TEXT, part)                                                                                              \
  X(TEXT, ours)                                                                                              \
  X(TEXT, against)                                                                                           \
  X(INTEGER, problems)                                                                                       \
  X(INTEGER, won)                                                                                            \
  X(INTEGER, tied)                                                                                           \
  X(INTEGER, lost)                                                                                           \
  X(INTEGER, unsolved)                                                                                       \
  X(INTEGER, censored)                                                                                       \
  X(REAL, ratio)                                                                                             \
  X(TEXT, results)                                                                                           \
  X(TEXT, samples)                                                                                           \
  X(TEXT, machine)                                                                                           \
  X(TEXT, commit)

typedef struct store_contest {
#define X(type, name) store_##type name;
  STORE_CONTEST_COLUMNS(X)
#undef X
} store_contest;

/* A sample adds itself as the next repetition of its case that is free. */
enum { STORE_NEXT_REPETITION = -1 };

typedef struct store store;

/* All functions: LERP_SYSTEM when SQLite or the file system refuses (a full disk included), the message
 * names the file; LERP_MEMORY. */

/* Opens for writing, creating the file where there is none. A writer waits for others up to a minute.
 * LERP_INVALID: not a database, a database of something else, or of a newer schema. */
lerp_status store_create(const char *path, store **result, lerp_error *error);

/* Opens an existing store for reading; the same failures. */
lerp_status store_open(const char *path, store **result, lerp_error *error);

/* NULL is fine. A store with no other user is left as one plain file. */
void store_close(store *self);

sqlite3 *store_database(const store *self);
const char *store_path(const store *self);
/* What SQLite opens it by, as in ATTACH. */
const char *store_uri(const store *self);
/* What was found strange about it, for whoever uses it to hear; NULL: nothing. */
const char *store_note(const store *self);

/* Keeps a fingerprint, a JSON object, under its key; one that is there stays. */
lerp_status store_add_machine(store *self, const char *key, const char *json, lerp_error *error);

/* Adds a sample and what it has besides in one transaction. A repetition that is there already stays. */
lerp_status store_add_sample(store *self, const store_sample *sample, const store_details *details,
                             lerp_error *error);

/* Adds what came out for a part of a target, in the place of what came out before. */
lerp_status store_add_target(store *self, const store_target *target, lerp_error *error);

/* Adds what came out for a claim, in the place of what came out before. */
lerp_status store_add_claim(store *self, const store_claim *claim, lerp_error *error);

/* Adds what came out of a contest, in the place of what came out before. */
lerp_status store_add_contest(store *self, const store_contest *contest, lerp_error *error);

/* Whether repetition `sample->repetition` of this case, role, arm, machine, commit and suite is there; then its seconds,
 * its seed and whether it was disturbed are filled in. */
lerp_status store_find_sample(store *self, store_sample *sample, bool *found, lerp_error *error);

/* The first repetition that no case of a suite has, of any commit, machine and arm. */
lerp_status store_free_repetition(store *self, const char *suite, int64_t *repetition, lerp_error *error);

typedef struct store_probe {
  double memory, compute; /* GB/s, GFLOP/s */
} store_probe;

/* The last probes of so many threads on a machine, some hundred at most. Free them. */
lerp_status store_probes(store *self, const char *machine, int threads, store_probe **probes, size_t *count,
                         lerp_error *error);

#endif

/* SPDX-License-Identifier: MIT */
/* The pieces of lerp-solve. */
#ifndef LERP_SOLVE_H
#define LERP_SOLVE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "../problems/problems.h"
#include "networks.h"
#include "tool.h"

/* The command line. */
typedef struct solve_options {
  const char *problem, *method;    /* specifications */
  const char *matrix;              /* NULL, or FILE.mtx[:key=value...] instead of a problem */
  const char *list, *describe;     /* NULL, or what to list or describe instead of solving */
  const char *start, *pin;         /* NULL: the problem's own; the default policy */
  const char *trace, *plot, *save; /* NULL, or files to write */
  int threads;                     /* 0: chosen by the tool */
  uint64_t seed;
  double radius;    /* of the region where --certify samples a nonlinear F */
  unsigned observe; /* what solve_observe_parse read */
  bool certify, json, print_z;
  lerp_settings settings; /* tolerances, limits and checks */
} solve_options;

/* Exits with TOOL_BAD_INPUT on a wrong command line. */
solve_options solve_options_parse(int argc, char **argv);

/* One solve: what was asked and what is solved. */
typedef struct solve_run {
  const solve_options *options;
  problem_instance *problem;
  lerp_method_instance *method;
  char chosen[64], reason[LERP_REASON_SIZE]; /* what "auto" stands for, and why; else empty */
  lerp_guarantee guarantee;
  lerp_topology *topology;
  lerp_pinning *pinning;
  int threads;
  char pinned[512];         /* as read back */
  const char *respected;    /* the user's variable that places threads, or NULL */
  networks_place *networks; /* where networks compute F, with the threads; else NULL */
  bool one_is_enough;       /* the tool chose one thread where there are more */
  lerp_solver *solver;
  struct solve_observer *observer; /* NULL: nothing more is observed */
} solve_run;

static inline size_t solve_dimension(const solve_run *run) {
  return run->problem->problem.op.dimension[0] + run->problem->problem.op.dimension[1];
}

/* The problem `matrix` of --matrix. The file's name may have colons and commas; exits with TOOL_BAD_INPUT. */
lerp_spec *solve_matrix_spec(const char *text);

/* Chooses, checks and reads back threads and pinning. */
void solve_place(solve_run *run);

void solve_print_human(const solve_run *run);
void solve_print_json(const solve_run *run);

/* --list and --describe. */
void solve_list(const char *what, bool json);
void solve_describe(const char *name, bool json);

/* Prints on one line and releases. */
void solve_print_json_line(json_t *object);

/* --certify; the exit code. */
int solve_certify(const problem_instance *problem, const solve_options *options);

/* What --observe adds to residuals: the gap of the iterates; residual, gap and distance of their average. */
enum { SOLVE_OBSERVED = 4 };
typedef struct solve_observer solve_observer;

/* "gap,average,distance" or fewer; exits with TOOL_BAD_INPUT on other words. */
unsigned solve_observe_parse(const char *list);
bool solve_observes_distance(const solve_options *options);
/* The name of quantity i < SOLVE_OBSERVED; NULL: it was not asked for. */
const char *solve_observed(const solve_options *options, size_t i);

/* NULL when nothing was asked for; exits with TOOL_BAD_INPUT where it is not defined. */
solve_observer *solve_observer_new(const solve_run *run);
void solve_observer_free(solve_observer *observer);
/* Adds a checked iterate to the average. */
void solve_observer_see(solve_observer *observer, const double *const z[LERP_PARTS]);
/* The quantities for z and the average so far; NAN where they were not asked for. */
void solve_observer_measure(solve_observer *observer, const double *const z[LERP_PARTS],
                            double value[SOLVE_OBSERVED]);
/* Evaluations of F that it has made: never the method's. */
uint64_t solve_observer_evaluations(const solve_observer *observer);

/* A point of a run that is worth keeping. */
typedef struct solve_point {
  uint64_t iteration, evaluations, resolvents;
  double residual, distance, seconds;
  double observed[SOLVE_OBSERVED];
  double z[2]; /* when n = 2 */
} solve_point;

/* |z - z*|, NAN when no solution is known. */
bool solve_knows_solution(const lerp_problem *problem);
double solve_distance(const lerp_problem *problem, const double *const z[LERP_PARTS]);

/* Watches a solve through settings.observe: thins its checks, writes the trace, shows progress, feeds the observer,
 * keeps the points that a plot needs. */
typedef struct solve_record solve_record;

/* NULL when nothing of it was asked for. Exits with TOOL_BAD_INPUT when the trace cannot be written. */
solve_record *solve_record_new(const solve_run *run);
int solve_record_observe(void *record, const lerp_observation *observation);
/* Adds the last check and closes the trace; false when the trace could not be written. */
bool solve_record_finish(solve_record *record);
/* The kept points in order, and the last checks one by one. */
const solve_point *solve_record_points(const solve_record *record, size_t *count);
const solve_point *solve_record_tail(const solve_record *record, size_t *count);
void solve_record_free(solve_record *record);

/* The drawing of --plot, made by gnuplot. Opening exits with TOOL_BAD_INPUT when gnuplot is missing or the file
 * cannot be written; closing, when gnuplot fails. */
typedef struct solve_plot solve_plot;
solve_plot *solve_plot_open(const char *path);
/* Draws the run and closes; false, said on standard error, when a write failed. */
bool solve_plot_close(solve_plot *plot, const solve_run *run, const solve_record *record);

#endif

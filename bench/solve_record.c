/* SPDX-License-Identifier: MIT */
/* What lerp-solve keeps of a run while it runs. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "clock.h"
#include "solve_trace.h"

enum {
  TRACE_DENSE = 1000, /* checks kept one by one, then log-spaced ones and first hits of targets */
  PLOT_DENSE = 4000,
  TAIL_SIZE = 2048 /* last checks of a plane trajectory: what shows a limit cycle */
};
static const double log_spacing = 1.0233;                       /* 100 a decade */
static const double progress_after = 1.5, progress_every = 0.2; /* seconds */

struct solve_record {
  const solve_run *run;
  solve_trace trace;
  bool planar_plot, plot, progress;
  double begin;
  uint64_t checks, next_spaced, last_iteration;
  int targets_hit;
  double next_progress;
  size_t count, capacity;
  solve_point *points;
  uint64_t tail_count;
  solve_point *tail; /* a ring held twice, so that the last TAIL_SIZE points lie in a row */
};

solve_record *solve_record_new(const solve_run *run) {
  bool plot = run->options->plot != NULL, progress = tool_has_terminal();
  if (run->options->trace == NULL && !plot && !progress && run->observer == NULL) {
    return NULL;
  }
  solve_record *record = calloc(1, sizeof(*record));
  if (record == NULL) {
    tool_fail(TOOL_BAD_INPUT, "out of memory");
  }
  record->run = run;
  record->plot = plot;
  record->progress = progress;
  record->planar_plot = plot && solve_dimension(run) == 2;
  record->next_progress = progress_after;
  record->tail = record->planar_plot ? calloc(2 * (size_t)TAIL_SIZE, sizeof(*record->tail)) : NULL;
  if (record->planar_plot && record->tail == NULL) {
    tool_fail(TOOL_BAD_INPUT, "out of memory");
  }
  record->trace = solve_trace_open(run);
  return record;
}

bool solve_knows_solution(const lerp_problem *problem) {
  return problem->solution[0] != NULL || problem->solution[1] != NULL;
}

double solve_distance(const lerp_problem *problem, const double *const z[LERP_PARTS]) {
  if (!solve_knows_solution(problem)) {
    return NAN;
  }
  double sum = 0;
  for (int p = 0; p < LERP_PARTS; p++) {
    for (size_t i = 0; i < problem->op.dimension[p]; i++) {
      double difference = z[p][i] - problem->solution[p][i];
      sum += difference * difference;
    }
  }
  return sqrt(sum);
}

static void copy_plane(const solve_record *record, const double *const part[LERP_PARTS], solve_point *point) {
  size_t count = 0;
  for (int p = 0; p < LERP_PARTS && solve_dimension(record->run) == 2; p++) {
    for (size_t i = 0; i < record->run->problem->problem.op.dimension[p]; i++) {
      point->z[count++] = part[p][i];
    }
  }
}

static void add_point(solve_record *record, const solve_point *point) {
  if (record->count == record->capacity) {
    size_t capacity = record->capacity == 0 ? TRACE_DENSE : 2 * record->capacity;
    solve_point *grown = realloc(record->points, capacity * sizeof(*grown));
    if (grown == NULL) {
      return; /* the plot is coarser, nothing else */
    }
    record->points = grown;
    record->capacity = capacity;
  }
  record->points[record->count++] = *point;
}

/* Nobody reads points without a trace or a plot. */
static void keep(solve_record *record, solve_point *point, const double *const part[LERP_PARTS],
                 bool notable) {
  record->last_iteration = point->iteration;
  if (record->run->observer != NULL && (record->plot || record->run->options->trace != NULL)) {
    solve_observer_measure(record->run->observer, part, point->observed);
  }
  if (notable || record->checks < TRACE_DENSE) {
    solve_trace_add(&record->trace, point);
  }
  if (record->plot) {
    add_point(record, point);
  }
}

/* A first hit of the targets 10^(-i/10) of the initial residual, or the next of log-spaced iterations. */
static bool is_notable(solve_record *record, const lerp_observation *o) {
  bool notable = false;
  while (record->targets_hit < LERP_TARGETS &&
         o->residual <=
             o->initial_residual * pow(10, -(record->targets_hit + 1) / (double)LERP_TARGETS_PER_DECADE)) {
    record->targets_hit++;
    notable = true;
  }
  if (o->iteration >= record->next_spaced) {
    record->next_spaced = (uint64_t)ceil((double)o->iteration * log_spacing);
    notable = true;
  }
  return notable;
}

static void show_progress(solve_record *record, const lerp_observation *o, double seconds) {
  const lerp_settings *s = &record->run->options->settings;
  fprintf(stderr, "\r\033[K%" PRIu64 " iterations  residual %.2e  (goal %.2e)  %.0f s", o->iteration,
          o->residual, s->absolute_tolerance + s->relative_tolerance * o->initial_residual, seconds);
  record->next_progress = seconds + progress_every;
}

int solve_record_observe(void *self, const lerp_observation *o) {
  solve_record *record = self;
  if (record->checks == 0) {
    record->begin = clock_seconds();
  }
  solve_point point = {.iteration = o->iteration,
                       .evaluations = o->counts.evaluations,
                       .resolvents = o->counts.resolvents,
                       .residual = o->residual,
                       .seconds = clock_seconds() - record->begin};
  if (record->progress && point.seconds >= record->next_progress) {
    show_progress(record, o, point.seconds);
  }
  if (record->run->observer != NULL) {
    solve_observer_see(record->run->observer, o->part);
  }
  copy_plane(record, o->part, &point);
  if (record->planar_plot) {
    solve_point *slot = &record->tail[record->tail_count++ % TAIL_SIZE];
    slot[0] = slot[TAIL_SIZE] = point;
  }
  bool notable = is_notable(record, o);
  if (notable || record->checks < (record->plot ? PLOT_DENSE : TRACE_DENSE)) {
    point.distance = solve_distance(&record->run->problem->problem, o->part);
    keep(record, &point, o->part, notable);
  }
  record->checks++;
  return 0;
}

/* The point where the solve ended, unless it is kept already. */
static void keep_end(solve_record *record) {
  const lerp_solver *solver = record->run->solver;
  const lerp_result *result = lerp_solver_result(solver);
  if (record->checks == 0 || result->iterations <= record->last_iteration) {
    return;
  }
  solve_point point = {.iteration = result->iterations,
                       .evaluations = result->counts.evaluations,
                       .resolvents = result->counts.resolvents,
                       .residual = result->residual,
                       .distance = result->distance,
                       .seconds = clock_seconds() - record->begin};
  const double *part[LERP_PARTS] = {lerp_solver_part_view(solver, 0), lerp_solver_part_view(solver, 1)};
  copy_plane(record, part, &point);
  keep(record, &point, part, true);
}

bool solve_record_finish(solve_record *record) {
  if (record == NULL) {
    return true;
  }
  if (record->next_progress > progress_after) {
    fputs("\r\033[K", stderr);
  }
  keep_end(record);
  return solve_trace_close(&record->trace);
}

const solve_point *solve_record_points(const solve_record *record, size_t *count) {
  *count = record->count;
  return record->points;
}

const solve_point *solve_record_tail(const solve_record *record, size_t *count) {
  bool full = record->tail_count >= TAIL_SIZE;
  *count = full ? TAIL_SIZE : (size_t)record->tail_count;
  return full ? &record->tail[record->tail_count % TAIL_SIZE] : record->tail;
}

void solve_record_free(solve_record *record) {
  if (record != NULL) {
    free(record->points);
    free(record->tail);
    free(record);
  }
}

/* SPDX-License-Identifier: MIT */
#include "measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "balance.h"
#include "memory.h"
#include "stopwatch.h"
#include "tool.h"

static void conclude(measurement *result, const stopwatch *watch, int threads, double units) {
  result->seconds = watch->seconds / units;
  result->cpu_seconds = watch->cpu / units;
  result->preempted = stopwatch_preempted(watch, threads);
}

/* --- Solves ------------------------------------------------------------------------------------------- */

static lerp_status timed_solve(lerp_solver *solver, stopwatch *watch, lerp_error *error) {
  lerp_solver_restart(solver, NULL);
  stopwatch_start(watch);
  lerp_status status = lerp_solver_solve(solver, error);
  stopwatch_stop(watch, lerp_solver_result(solver)->seconds);
  return status;
}

/* A first solve that is short is the warm-up of those that are `repeated`. */
static lerp_status measure_solve(lerp_solver *solver, int threads, bool repeated, measurement *result,
                                 lerp_error *error) {
  stopwatch watch = {0};
  int solves = 1;
  lerp_status status = timed_solve(solver, &watch, error);
  const lerp_result *last = lerp_solver_result(solver);
  if (repeated && status == LERP_OK && watch.seconds < measure_shortest) {
    watch = (stopwatch){0};
    for (solves = 0; status == LERP_OK && watch.seconds < measure_shortest && !tool_interrupted; solves++) {
      status = timed_solve(solver, &watch, error);
    }
  }
  result->result = *last;
  if (tool_interrupted) {
    result->result.outcome = LERP_INTERRUPTED;
  }
  conclude(result, &watch, threads, solves > 0 ? solves : 1);
  return status;
}

/* --- Iterations --------------------------------------------------------------------------------------- */

uint64_t measure_iterations(const lerp_problem *problem) {
  const lerp_operator *op = &problem->op;
  double bytes = op->bytes + 64.0 * (double)(op->dimension[0] + op->dimension[1]);
  return (uint64_t)fmin(fmax(256e6 / bytes, 4.0), 128.0);
}

static void subtract_counts(lerp_result *result, const lerp_result *before) {
  result->iterations -= before->iterations;
  result->counts.evaluations -= before->counts.evaluations;
  result->counts.resolvents -= before->counts.resolvents;
  result->counts.exact_resolvents -= before->counts.exact_resolvents;
  result->bytes -= before->bytes;
  result->flops -= before->flops;
}

/* So many iterations, in parallel regions of `per_region` each; 0: in one. */
static lerp_status run_iterations(lerp_solver *solver, uint64_t iterations, uint64_t per_region,
                                  lerp_error *error) {
  const uint64_t each = per_region > 0 && per_region < iterations ? per_region : iterations;
  lerp_status status = LERP_OK;
  for (uint64_t done = 0; done < iterations && status == LERP_OK; done += each) {
    status = lerp_solver_step(solver, each < iterations - done ? each : iterations - done, error);
  }
  return status;
}

/* One iteration to start the method and to warm up, then a timed batch: the driver's time, or, of several regions, the
 * time of it all. */
static lerp_status timed_batch(lerp_solver *solver, uint64_t iterations, uint64_t per_region,
                               stopwatch *watch, lerp_result *result, lerp_error *error) {
  lerp_solver_restart(solver, NULL);
  lerp_status status = lerp_solver_step(solver, 1, error);
  if (status != LERP_OK) {
    return status;
  }
  lerp_result before = *lerp_solver_result(solver);
  stopwatch_start(watch);
  status = run_iterations(solver, iterations, per_region, error);
  *result = *lerp_solver_result(solver);
  stopwatch_stop(watch, per_region > 0 ? NAN : result->seconds - before.seconds);
  subtract_counts(result, &before);
  return status;
}

static lerp_status measure_step(lerp_solver *solver, const lerp_problem *problem, const plan_case *item,
                                measurement *result, lerp_error *error) {
  uint64_t iterations = measure_iterations(problem);
  stopwatch watch = {0};
  double batches = 0;
  lerp_status status = LERP_OK;
  do {
    status = timed_batch(solver, iterations, item->family->per_region, &watch, &result->result, error);
    batches++;
  } while (status == LERP_OK && watch.seconds < measure_shortest && !tool_interrupted);
  if (tool_interrupted) {
    result->result.outcome = LERP_INTERRUPTED;
  }
  conclude(result, &watch, item->threads, batches * (double)iterations);
  return status;
}

/* --- Trajectories ------------------------------------------------------------------------------------- */

/* Of a long way the first and the last DENSE points are kept one by one, so that a limit cycle shows as a
 * cycle, and as many in between. */
enum { DENSE = 500 };

typedef struct recorder {
  measurement *into;
  uint64_t iterations; /* of the whole way */
} recorder;

static bool is_kept(const recorder *self, uint64_t iteration) {
  if (iteration < DENSE || iteration + DENSE > self->iterations) {
    return true;
  }
  uint64_t between_them = self->iterations > 2 * DENSE ? self->iterations - 2 * DENSE : 0;
  return (iteration - DENSE) % (between_them / DENSE + 1) == 0;
}

static int record_point(void *argument, const lerp_observation *seen) {
  recorder *self = argument;
  if (is_kept(self, seen->iteration)) {
    measurement *into = self->into;
    into->point = memory_resize(into->point, into->points + 1, sizeof *into->point);
    into->point[into->points++] = (store_point){.iteration = (int64_t)seen->iteration,
                                                .evaluations = (int64_t)seen->counts.evaluations,
                                                .residual = seen->residual,
                                                .x = seen->part[0][0],
                                                .y = seen->part[1][0]};
  }
  return 0;
}

static lerp_status record_trajectory(const lerp_problem *problem, const lerp_method_instance *method,
                                     lerp_settings settings, measurement *result, lerp_error *error) {
  recorder self = {.into = result, .iterations = result->result.iterations};
  settings.observe = record_point;
  settings.observe_self = &self;
  lerp_solver *solver;
  lerp_status status = lerp_solver_new(problem, method, &settings, &solver, error);
  if (status == LERP_OK) {
    status = lerp_solver_solve(solver, error);
    lerp_solver_free(solver);
  }
  return status;
}

/* ------------------------------------------------------------------------------------------------------ */

static lerp_settings settings_of(const plan_case *item, const place *at) {
  lerp_settings settings = lerp_settings_default();
  settings.threads = at->threads;
  settings.pinning = at->pinning;
  settings.check_every = item->family->check_every;
  settings.interrupt = &tool_interrupted;
  if (suite_solves(item->family->kind)) {
    settings.relative_tolerance = item->family->tolerance;
    settings.max_evaluations = suite_limit(item->family);
    settings.max_iterations = suite_limit(item->family); /* for methods that evaluate nothing */
  } else {
    settings.check = false;
    settings.max_iterations = UINT64_MAX - 1; /* a batch ends it */
  }
  return settings;
}

static void copy_end(const lerp_solver *solver, const lerp_problem *problem, measurement *result) {
  for (int part = 0; part < LERP_PARTS; part++) {
    size_t dimension = problem->op.dimension[part];
    result->end[part] = memory_new(dimension + 1, sizeof *result->end[part]);
    memcpy(result->end[part], lerp_solver_part_view(solver, part), dimension * sizeof *result->end[part]);
  }
}

lerp_status measure_case(const plan_case *item, const lerp_problem *problem,
                         const lerp_method_instance *method, const place *at, bool trajectory,
                         measurement *result, lerp_error *error) {
  *result = (measurement){.imbalance = NAN};
  lerp_settings settings = settings_of(item, at);
  lerp_solver *solver;
  lerp_status status = lerp_solver_new(problem, method, &settings, &solver, error);
  if (status != LERP_OK) {
    return status;
  }
  result->components = (double)(problem->op.dimension[0] + problem->op.dimension[1]);
  result->working_set = (double)lerp_solver_bytes(solver) + problem->op.bytes;
  bool solves = suite_solves(item->family->kind);
  bool counts = item->family->kind == SUITE_COUNT;
  status = solves ? measure_solve(solver, at->threads, !counts, result, error)
                  : measure_step(solver, problem, item, result, error);
  if (status == LERP_OK && item->family->kind == SUITE_SCALE) {
    status =
        balance_measure(problem, method, &settings, measure_iterations(problem), &result->imbalance, error);
  }
  if (status == LERP_OK && solves) {
    tool_hash_iterate(solver, problem, result->iterate);
  }
  if (status == LERP_OK && item->family->kind == SUITE_GALLERY) {
    copy_end(solver, problem, result);
  }
  lerp_solver_free(solver);
  bool planar = problem->op.dimension[0] == 1 && problem->op.dimension[1] == 1;
  bool kept = trajectory && (counts ? item->family->trajectory : item->family->kind == SUITE_SOLVE && planar);
  if (status == LERP_OK && kept && !tool_interrupted) {
    status = record_trajectory(problem, method, settings, result, error);
    if (tool_interrupted) {
      result->result.outcome = LERP_INTERRUPTED;
    }
  }
  return status;
}

lerp_status measure_kernel(const plan_case *item, const arena *in, const place *at, measurement *result,
                           lerp_error *error) {
  *result = (measurement){.imbalance = NAN};
  kernel_timing timing;
  stopwatch watch = {0};
  stopwatch_start(&watch);
  const lerp_status status =
      kernel_time(&item->kernel, in, at->threads, at->pinning, measure_shortest, &timing, error);
  if (status != LERP_OK) {
    return status;
  }
  stopwatch_stop(&watch, timing.seconds);
  conclude(result, &watch, at->threads, 1);
  result->cpu_seconds *= timing.seconds / watch.wall; /* watched: all passes */
  result->components = timing.n;
  result->working_set = timing.working_set;
  result->result = (lerp_result){.outcome = LERP_MAX_ITERATIONS,
                                 .iterations = 1,
                                 .initial_residual = NAN,
                                 .residual = NAN,
                                 .bytes = timing.bytes,
                                 .flops = timing.flops,
                                 .threads = at->threads,
                                 .isa = lerp_isa()};
  return LERP_OK;
}

void measurement_fini(measurement *self) {
  free(self->point);
  free(self->end[0]);
  free(self->end[1]);
  free(self->picture);
  free(self->training);
}

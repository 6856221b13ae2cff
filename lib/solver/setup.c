/* SPDX-License-Identifier: MIT */
/* What a solver holds, made once: the checks of what it is asked for, its vectors, sums and states. */
#include "../methods/methods.h"
#include "driver.h"
#include "internal.h"
#include "stopping.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 64 };

/* A tile: as many blocks of every vector as stay in a first-level cache of 32 KiB or more; 0: iterations need other
 * components than their own. */
static size_t tile_components(const lerp_solver *solver) {
  enum { CACHE = 32768, BLOCK_BYTES = LERP_BLOCK * (int)sizeof(double) };
  const lerp_problem *problem = solver->problem;
  if (!solver->settings.tiling || !problem->op.local || problem->resolvent.whole ||
      lerp_instance_sums(solver->instance)) {
    return 0;
  }
  const size_t blocks = CACHE / BLOCK_BYTES / (LERP_PARTS * solver->vector_count);
  return LERP_BLOCK * (blocks ? blocks : 1);
}

static size_t whole_length(const lerp_solver *solver) {
  return lerp_stores_f(solver->problem) ? 2 * solver->layout.length : 0;
}

/* Two copies of the block values of so many quantities. */
static size_t sum_length(const lerp_solver *solver, size_t rows) {
  return 2 * rows * (solver->layout.blocks[0] + solver->layout.blocks[1]);
}

static size_t sums_length(const lerp_solver *solver) {
  return sum_length(solver, LERP_PRODUCTS_MAX) + sum_length(solver, LERP_PROBE_ROWS);
}

static lerp_sum sum_over(const lerp_solver *solver, double *partial, size_t rows) {
  return (lerp_sum){
      .partial = partial, .rows = rows, .blocks = solver->layout.blocks[0] + solver->layout.blocks[1]};
}

size_t lerp_solver_bytes(const lerp_solver *solver) {
  const size_t factor = solver->factor ? solver->problem->op.factor_size : 0;
  const size_t doubles = solver->arena_length + whole_length(solver) + sums_length(solver) +
                         solver->problem->op.scratch + solver->problem->op.memory + factor;
  return doubles * sizeof(double) + (2 * (size_t)solver->settings.threads + 1) * solver->state_size;
}

/* With one part empty there is nobody to take turns with. */
static bool in_turn_matters(const lerp_solver *solver) {
  const size_t *dimension = solver->problem->op.dimension;
  return solver->settings.alternating && dimension[0] && dimension[1];
}

static size_t iterate_count(const lerp_solver *solver) {
  return solver->settings.check_every > 1 ? ITERATES : ITERATES - 1;
}

/* The operator runs every chain itself where A = 0, or F is stored anyway. */
static bool is_chained(lerp_solver *solver) {
  const lerp_method_instance *instance = solver->instance;
  const lerp_problem *problem = solver->problem;
  const lerp_operator *op = &problem->op;
  const bool stores = lerp_is_small(op->dimension) && op->fill && !op->stochastic;
  if (!(stores || (op->local && op->chain)) || !instance->method->chain || in_turn_matters(solver) ||
      !instance->method->chain(instance, &solver->chain)) {
    return false;
  }
  return !problem->resolvent.name || (solver->chain.resolved && stores);
}

/* Room for vectors, which lie in one arena, sums and states. An odd number of lines between vectors keeps equal indices
 * out of the same cache set. */
static bool allocate(lerp_solver *solver, const lerp_extent *extent) {
  enum { SKEW = 5 * LINE / (int)sizeof(double) };
  const lerp_operator *op = &solver->problem->op;
  const size_t whole = whole_length(solver);
  solver->stride = solver->layout.length + SKEW;
  solver->work_count = extent->vectors;
  solver->vector_count =
      iterate_count(solver) + extent->vectors + extent->temporaries + in_turn_matters(solver);
  if (solver->stride > SIZE_MAX / sizeof(double) / solver->vector_count) {
    return false;
  }
  solver->arena_length = solver->stride * solver->vector_count;
  solver->state_size = (extent->state + LINE - 1) / LINE * LINE;
  solver->arena = lerp_aligned_new(solver->arena_length);
  solver->work = malloc((solver->work_count + 1) * sizeof *solver->work);
  solver->scratch = lerp_aligned_new(op->scratch);
  solver->memory = lerp_aligned_new(op->memory);
  solver->whole = whole ? lerp_aligned_new(whole) : NULL;
  solver->sums = lerp_aligned_new(sums_length(solver));
  solver->states =
      (char *)lerp_aligned_new(2 * solver->state_size * (size_t)solver->settings.threads / sizeof(double));
  solver->started = (char *)lerp_aligned_new(solver->state_size / sizeof(double));
  return solver->arena && solver->work && solver->scratch && solver->memory && (!whole || solver->whole) &&
         solver->sums && solver->states && solver->started;
}

/* Small vectors have zeros behind them: whole lanes are combined. */
static void clear_small(lerp_solver *solver) {
  memset(solver->sums, 0, sums_length(solver) * sizeof(double));
  if (lerp_is_small(solver->layout.dimension)) {
    memset(solver->arena, 0, solver->arena_length * sizeof(double));
  }
  if (solver->whole) {
    memset(solver->whole, 0, whole_length(solver) * sizeof(double));
  }
}

/* Who is where in the arena and among the sums. */
static void place(lerp_solver *solver, const lerp_extent *extent) {
  const size_t stride = solver->stride, iterates = iterate_count(solver);
  for (size_t i = 0; i < iterates; i++) {
    solver->iterate[i] = solver->arena + i * stride;
  }
  for (size_t i = 0; i < solver->work_count; i++) {
    solver->work[i] = solver->arena + (iterates + i) * stride;
  }
  solver->temporary = solver->arena + (iterates + solver->work_count) * stride;
  solver->opponent = in_turn_matters(solver) ? solver->temporary + extent->temporaries * stride : NULL;
  solver->products = sum_over(solver, solver->sums, LERP_PRODUCTS_MAX);
  solver->probes = sum_over(solver, solver->sums + sum_length(solver, LERP_PRODUCTS_MAX), LERP_PROBE_ROWS);
}

/* First touch: the owner of a range writes it before anyone else. */
static void touch(lerp_team *team, void *argument) {
  const lerp_solver *solver = argument;
  const lerp_range range = lerp_range_of(&solver->layout, team->rank, team->size);
  for (size_t i = 0; i < solver->vector_count; i++) {
    for (int part = 0; part < LERP_PARTS; part++) {
      double *v = solver->arena + i * solver->stride + solver->layout.offset[part];
      memset(v + range.begin[part], 0, (range.end[part] - range.begin[part]) * sizeof *v);
    }
  }
}

static lerp_status check_turns(const lerp_problem *problem, const lerp_method_instance *instance,
                               lerp_error *error) {
  const char *reason = lerp_instance_sums(instance)        ? "it takes inner products of both parts"
                       : lerp_instance_resolvent(instance) ? "it uses the exact resolvent"
                       : problem->resolvent.joint          ? "the resolvent treats x and y together"
                                                           : NULL;
  return reason ? lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX, "%s: the parts cannot move in turn: %s",
                            instance->name, reason)
                : LERP_OK;
}

static lerp_status prepare_resolvent(lerp_solver *solver, lerp_error *error) {
  const lerp_method_instance *user = lerp_instance_resolvent(solver->instance);
  const lerp_operator *op = &solver->problem->op;
  if (!user || !op->prepare) {
    return LERP_OK;
  }
  solver->factor = op->factor_size ? lerp_aligned_new(op->factor_size) : NULL;
  if (!solver->factor) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "%s: the exact resolvent needs %zu doubles: out of memory",
                     solver->instance->name, op->factor_size);
  }
  return op->prepare(op->self, lerp_method_value(user, "gamma"), solver->factor, error);
}

static lerp_status check_request(const lerp_problem *problem, const lerp_method_instance *instance,
                                 const lerp_settings *settings, lerp_error *error) {
  lerp_status status = lerp_settings_check(settings, error);
  if (status == LERP_OK) {
    status = lerp_problem_check(problem, error);
  }
  if (status == LERP_OK) {
    status = lerp_method_applies(instance, problem, error);
  }
  if (status == LERP_OK && settings->alternating) {
    status = check_turns(problem, instance, error);
  }
  return status;
}

static lerp_solver solver_of(const lerp_problem *problem, const lerp_method_instance *instance,
                             const lerp_settings *settings) {
  lerp_solver s = {.problem = problem,
                   .instance = instance,
                   .settings = *settings,
                   .layout = lerp_layout_of(problem->op.dimension),
                   .kernels = lerp_kernels_select(),
                   .at_iterate = lerp_instance_at_iterate(instance) && !problem->op.stochastic};
  if (settings->residual_step == 0) {
    s.settings.residual_step = lerp_problem_residual_step(problem);
  }
  s.chained = is_chained(&s);
  lerp_hits_prepare(&s);
  return s;
}

static lerp_status furnish(lerp_solver *solver, lerp_error *error) {
  const lerp_extent extent = lerp_instance_extent(solver->instance, solver->problem);
  if (!allocate(solver, &extent)) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "solver for n=%zu: out of memory",
                     solver->layout.dimension[0] + solver->layout.dimension[1]);
  }
  clear_small(solver);
  place(solver, &extent);
  solver->tile = tile_components(solver);
  const lerp_status status =
      lerp_team_run(solver->settings.threads, solver->settings.pinning, touch, solver, error);
  return status ? status : prepare_resolvent(solver, error);
}

lerp_status lerp_solver_new(const lerp_problem *problem, const lerp_method_instance *instance,
                            const lerp_settings *settings, lerp_solver **out, lerp_error *error) {
  lerp_status status = check_request(problem, instance, settings, error);
  if (status) {
    return status;
  }
  lerp_solver *solver = malloc(sizeof *solver);
  if (!solver) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "solver: out of memory");
  }
  *solver = solver_of(problem, instance, settings);
  status = furnish(solver, error);
  if (status) {
    lerp_solver_free(solver);
    return status;
  }
  lerp_solver_restart(solver, NULL);
  *out = solver;
  return LERP_OK;
}

void lerp_solver_free(lerp_solver *solver) {
  if (solver) {
    lerp_aligned_free(solver->arena);
    free(solver->work);
    lerp_aligned_free(solver->scratch);
    lerp_aligned_free(solver->memory);
    lerp_aligned_free((double *)solver->started);
    lerp_aligned_free(solver->whole);
    lerp_aligned_free(solver->factor);
    lerp_aligned_free(solver->sums);
    lerp_aligned_free((double *)solver->states);
    free(solver);
  }
}

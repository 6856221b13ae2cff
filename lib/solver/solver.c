/* SPDX-License-Identifier: MIT */
/* The driver, once for every method and team.
 *
 * A solve is one program that every member runs on its range. It goes in chunks, from one check of the residual
 * to the next. z_k stays untouched during the chunk that starts at it: the first advance at z_k yields its
 * residual, and if that ends the solve z_k is what is returned; the counts are those at z_k. */
#include "member.h"
#include "stopping.h"

#include <math.h>
#include <string.h>

static void begin_member(lerp_member *m, lerp_solver *solver, lerp_team *team) {
  *m = (lerp_member){.solver = solver,
                     .team = team,
                     .products = solver->products,
                     .probes = solver->probes,
                     .counts = solver->counts,
                     .k = solver->iteration};
  memcpy(m->iterate, solver->iterate, sizeof m->iterate);
  m->state = solver->states + 2 * solver->state_size * (size_t)team->rank;
  m->tile_state = m->state + solver->state_size;
  m->probe = (lerp_probe){.sum = &m->probes, .step = solver->settings.residual_step};
  m->step = (lerp_step){.team = team,
                        .range = lerp_range_of(&solver->layout, team->rank, team->size),
                        .problem = solver->problem,
                        .layout = &solver->layout,
                        .parts = LERP_ALL_PARTS,
                        .kernels = solver->kernels,
                        .counts = &m->counts,
                        .products = &m->products,
                        .temporary = solver->temporary,
                        .stride = solver->stride,
                        .scratch = solver->scratch,
                        .memory = solver->memory,
                        .opponent = solver->opponent,
                        .fresh = solver->settings.fresh_samples,
                        .whole = solver->whole,
                        .factor = solver->factor,
                        .failure = &solver->failure};
}

static void write_start(lerp_member *m) {
  const lerp_solver *solver = m->solver;
  for (int part = 0; part < LERP_PARTS; part++) {
    const double *from = solver->start[part] ? solver->start[part] : solver->problem->start[part];
    const size_t begin = m->step.range.begin[part],
                 bytes = (m->step.range.end[part] - begin) * sizeof(double);
    double *z = m->iterate[KEPT] + solver->layout.offset[part] + begin;
    if (from && bytes) {
      memcpy(z, from + begin, bytes);
    } else if (bytes) {
      memset(z, 0, bytes);
    }
  }
}

static void start_method(lerp_member *m) {
  lerp_solver *solver = m->solver;
  if (m->team->rank == 0) {
    memset(solver->memory, 0, solver->problem->op.memory * sizeof *solver->memory);
  }
  m->team->share(m->team, solver->memory);
  write_start(m);
  memset(m->state, 0, solver->state_size);
  solver->instance->method->start(&m->step, solver->instance, m->state, solver->work, m->iterate[KEPT]);
  if (m->team->rank == 0) {
    memcpy(solver->started, m->state, solver->state_size);
  }
}

/* Iterations without looking at them. */
static void run_unchecked(lerp_member *m) {
  lerp_solver *solver = m->solver;
  while (m->k < solver->limit) {
    const lerp_chunk c = lerp_chunk_of(m, solver->limit - m->k, false);
    lerp_chunk_run(m, &c);
    lerp_chunk_accept(m, &c);
  }
  m->team->share(m->team, m->iterate[KEPT]);
  if (m->team->rank == 0) {
    solver->result.outcome = LERP_MAX_ITERATIONS;
    solver->result.residual = solver->result.norm = NAN;
  }
}

static void take_distance(void *argument, int part, size_t begin, size_t length) {
  lerp_member *m = argument;
  const lerp_layout *layout = &m->solver->layout;
  const double *z = m->iterate[KEPT] + layout->offset[part] + begin,
               *solution = m->solver->problem->solution[part] + begin;
  double difference[LERP_BLOCK];
  for (size_t i = 0; i < length; i++) {
    difference[i] = z[i] - solution[i];
  }
  lerp_sum_row(&m->probes, 0)[lerp_block_index(layout, part, begin)] =
      m->solver->kernels->dot(length, difference, difference);
}

/* |z - z*|, in a pass of its own at the end of a solve. */
static void measure_distance(lerp_member *m) {
  lerp_for_blocks(&m->step.range, take_distance, m);
  double square;
  m->team->sum(m->team, &m->probes, 1, &square, NULL);
  if (m->team->rank == 0) {
    m->solver->result.distance = sqrt(square);
  }
}

static bool knows_solution(const lerp_problem *problem) {
  for (int part = 0; part < LERP_PARTS; part++) {
    if (problem->op.dimension[part] && !problem->solution[part]) {
      return false;
    }
  }
  return true;
}

static void write_back(const lerp_member *m) {
  lerp_solver *solver = m->solver;
  memcpy(solver->iterate, m->iterate, sizeof m->iterate);
  solver->counts = m->counts;
  solver->iteration = m->k;
  solver->probes = m->probes;
  solver->products = m->products;
}

/* A member where the solver stands, its method started. */
static void enter(lerp_member *m, lerp_solver *solver, lerp_team *team) {
  begin_member(m, solver, team);
  const bool fresh = solver->stage == FRESH;
  team->share(team, NULL); /* everyone has read what member 0 writes below */
  if (team->rank == 0) {
    m->started = lerp_seconds_now();
    solver->stage = STANDING;
  }
  if (fresh) {
    start_method(m);
  }
}

static void body(lerp_team *team, void *argument) {
  lerp_solver *solver = argument;
  lerp_member m;
  enter(&m, solver, team);
  memset(m.previous, 0xff, sizeof m.previous);
  if (solver->settings.check) {
    lerp_run_checked(&m);
  } else {
    run_unchecked(&m);
  }
  if (team->rank == 0) {
    solver->seconds += lerp_seconds_now() - m.started;
  }
  if (knows_solution(solver->problem)) {
    measure_distance(&m);
  }
  if (team->rank == 0) {
    write_back(&m);
  }
}

static void start_body(lerp_team *team, void *argument) {
  lerp_member m;
  enter(&m, argument, team);
  if (team->rank == 0) {
    write_back(&m);
  }
}

static void reset_result(lerp_solver *solver) {
  lerp_result *result = &solver->result;
  *result = (lerp_result){.residual = NAN,
                          .initial_residual = NAN,
                          .distance = NAN,
                          .norm = NAN,
                          .threads = solver->settings.threads,
                          .isa = solver->kernels->isa};
  memset(&result->first, 0xff, sizeof result->first);
  memset(&result->settled, 0xff, sizeof result->settled);
  solver->level = 0;
}

void lerp_solver_restart(lerp_solver *solver, const double *const start[LERP_PARTS]) {
  for (int part = 0; part < LERP_PARTS; part++) {
    solver->start[part] = start ? start[part] : NULL;
  }
  solver->stage = FRESH;
  solver->iteration = 0;
  solver->counts = (lerp_counts){0};
  solver->seconds = 0;
  solver->failure = 0;
  reset_result(solver);
}

static lerp_status failed(const lerp_solver *solver, lerp_error *error) {
  return lerp_fail(error, LERP_CALLBACK, SIZE_MAX, "a callback failed at iteration %llu",
                   (unsigned long long)solver->iteration);
}

lerp_status lerp_solver_begin(lerp_solver *solver, lerp_error *error) {
  lerp_solver_restart(solver, NULL);
  const lerp_status status =
      lerp_team_run(solver->settings.threads, solver->settings.pinning, start_body, solver, error);
  return status == LERP_OK && solver->failure ? failed(solver, error) : status;
}

static lerp_status run(lerp_solver *solver, uint64_t limit, lerp_error *error) {
  solver->limit = limit;
  const lerp_status status =
      lerp_team_run(solver->settings.threads, solver->settings.pinning, body, solver, error);
  if (status) {
    return status;
  }
  lerp_result *result = &solver->result;
  const lerp_operator *op = &solver->problem->op;
  const double n = (double)(op->dimension[0] + op->dimension[1]);
  result->iterations = solver->iteration;
  result->counts = solver->counts;
  result->seconds = solver->seconds;
  result->bytes = 8 * n * (double)solver->counts.streams + op->bytes * (double)solver->counts.evaluations;
  result->flops = 2 * n * (double)solver->counts.streams + op->flops * (double)solver->counts.evaluations;
  return solver->failure ? failed(solver, error) : LERP_OK;
}

lerp_status lerp_solver_solve(lerp_solver *solver, lerp_error *error) {
  if (solver->stage == ENDED) {
    lerp_solver_restart(solver, solver->start);
  }
  const lerp_status status = run(solver, solver->settings.max_iterations, error);
  solver->stage = ENDED;
  return status;
}

lerp_status lerp_solver_step(lerp_solver *solver, uint64_t iterations, lerp_error *error) {
  if (solver->stage == ENDED) {
    return LERP_OK;
  }
  const uint64_t room = solver->settings.max_iterations - solver->iteration;
  return run(solver, solver->iteration + (iterations < room ? iterations : room), error);
}

const lerp_result *lerp_solver_result(const lerp_solver *solver) {
  return &solver->result;
}

const double *lerp_solver_part_view(const lerp_solver *solver, int part) {
  return solver->iterate[KEPT] + solver->layout.offset[part];
}

const double *lerp_solver_memory_view(const lerp_solver *solver) {
  return solver->memory;
}

size_t lerp_solver_member_blocks(const lerp_solver *solver, int rank) {
  const lerp_range range = lerp_range_of(&solver->layout, rank, solver->settings.threads);
  size_t blocks = 0;
  for (int part = 0; part < LERP_PARTS; part++) {
    blocks += (range.end[part] - range.begin[part] + LERP_BLOCK - 1) / LERP_BLOCK;
  }
  return blocks;
}

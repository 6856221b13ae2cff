/* SPDX-License-Identifier: MIT */
/* The driver: counting, residuals, stopping, clocks, hits, cancellation; once for every method and team.
 *
 * A solve is one program that every member runs on its range. It goes in chunks, from one check of the residual
 * to the next. z_k stays untouched during the chunk that starts at it: the first advance at z_k yields its
 * residual, and if that ends the solve z_k is what is returned; the counts are those at z_k. */
#include <lerp/solver.h>
#include <lerp/spec.h>
#include <lerp/version.h>

#include "../kernels/kernels.h"
#include "../methods/methods.h"
#include "driver.h"
#include "internal.h"
#include "sink.h"
#include "stopping.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 64 };

/* What a member carries through a solve; every member's copy of the decisions is the same. */
typedef struct member {
  lerp_solver *solver;
  lerp_team *team;
  lerp_step step;
  lerp_sum products, probes;
  lerp_probe probe;
  lerp_counts counts;
  double *iterate[ITERATES];
  char *state, *tile_state;
  uint64_t k;
  double initial_residual, previous[LERP_PROBE_ROWS], hashes[2]; /* of the checks before */
  double known;        /* residual of z_k by the method; NAN: it has to be evaluated */
  double above, below; /* while the squared residual is between them no target is passed */
  double started;      /* clock, member 0 */
} member;

static lerp_sum sum_over(const lerp_solver *solver, double *partial, size_t rows, unsigned turn) {
  return (lerp_sum){.partial = partial,
                    .rows = rows,
                    .blocks = solver->layout.blocks[0] + solver->layout.blocks[1],
                    .turn = turn};
}

static size_t sum_length(const lerp_solver *solver, size_t rows) {
  return 2 * rows * (solver->layout.blocks[0] + solver->layout.blocks[1]);
}

static void begin_member(member *m, lerp_solver *solver, lerp_team *team) {
  *m = (member){.solver = solver, .team = team, .counts = solver->counts, .k = solver->iteration};
  memcpy(m->iterate, solver->iterate, sizeof m->iterate);
  m->products = sum_over(solver, solver->sums, LERP_PRODUCTS_MAX, solver->product_turn);
  m->probes = sum_over(solver, solver->sums + sum_length(solver, LERP_PRODUCTS_MAX), LERP_PROBE_ROWS,
                       solver->probe_turn);
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

/* First touch: the owner of a range writes it before anyone else. */
static void clear_range(member *m) {
  const lerp_solver *solver = m->solver;
  for (size_t i = 0; i < solver->vector_count; i++) {
    for (int part = 0; part < LERP_PARTS; part++) {
      const size_t begin = m->step.range.begin[part], end = m->step.range.end[part];
      memset(solver->arena + i * solver->stride + solver->layout.offset[part] + begin, 0,
             (end - begin) * sizeof(double));
    }
  }
}

static void write_start(member *m) {
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

static void start_method(member *m) {
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

/* Iterations from z_k = iterate[KEPT] on one range, with the residual of z_k where it is wanted. The last of them writes
 * `next`, and so does every other one before; those between write `between`, and so does the first of those that write
 * over z_k: an even number. */
typedef struct chunk {
  uint64_t steps;
  bool probed;
  double *next, *between;
} chunk;

static chunk chunk_of(const member *m, uint64_t steps, bool probed) {
  return probed || steps == 1 ? (chunk){steps, probed, m->iterate[FIRST], m->iterate[SECOND]}
                              : (chunk){steps - steps % 2, false, m->iterate[KEPT], m->iterate[FIRST]};
}

/* F at z_k is the first that the chain evaluates, and is counted there; where it is stored it is not evaluated again. */
static void probe_chain(member *m, lerp_step *step, const chunk *c) {
  m->known = NAN;
  if (c->probed) {
    m->probe.at = m->iterate[KEPT];
    step->probe = &m->probe;
    if (c->steps == 0) {
      step->counts->observer_evaluations++;
    }
    (m->solver->problem->op.fill && step->whole ? lerp_probe_stored : lerp_fill_probe)(step,
                                                                                       m->iterate[KEPT]);
  }
}

/* The same iterations without asking the method. */
static void run_chain(member *m, lerp_step *step, const chunk *c) {
  const lerp_operator *op = &m->solver->problem->op;
  const lerp_chain *chain = &m->solver->chain;
  probe_chain(m, step, c);
  if (!op->chain) {
    lerp_chain_stored(step, chain, c->steps, c->probed, m->iterate[KEPT], c->next, c->between);
  } else if (c->steps) {
    op->chain(op->self, step, chain, c->steps, m->iterate[KEPT], c->next);
  }
  step->counts->evaluations += c->steps * (chain->inner + 1);
  step->counts->streams += c->steps * (2 + 3 * chain->inner);
  step->counts->resolvents += lerp_unconstrained(step) ? 0 : c->steps * (chain->inner + 1);
}

static void run_steps(member *m, lerp_step *step, void *state, const chunk *c) {
  const lerp_method *method = m->solver->instance->method;
  const double *z = m->iterate[KEPT];
  const bool first = isnan(m->initial_residual); /* what all others are compared with */
  m->known = method->residual && !first ? method->residual(state) : NAN;
  if (c->probed && isnan(m->known)) {
    m->probe.at = z;
    step->probe = &m->probe;
    if (c->steps == 0 || !m->solver->at_iterate) {
      lerp_observe(step, z);
    }
  }
  for (uint64_t left = c->steps; left > 0; left--) {
    double *out = left % 2 == 0 ? c->between : c->next;
    step->k = m->k + c->steps - left;
    method->step(step, state, z, out);
    z = out;
  }
  if (step->probe) { /* no iteration evaluated at z_k after all */
    lerp_observe(step, m->iterate[KEPT]);
  }
}

static void run_range(member *m, lerp_step *step, void *state, const chunk *c) {
  if (m->solver->chained) {
    run_chain(m, step, c);
  } else {
    run_steps(m, step, state, c);
  }
}

static void take_norm(void *argument, int part, size_t begin, size_t length) {
  member *m = argument;
  const double *z = m->iterate[KEPT] + m->solver->layout.offset[part] + begin;
  const size_t index = lerp_block_index(&m->solver->layout, part, begin);
  lerp_sum_row(&m->probes, LERP_PROBE_RESIDUAL)[index] = 0;
  lerp_sum_row(&m->probes, LERP_PROBE_NORM)[index] = m->solver->kernels->dot(length, z, z);
}

/* Squares of the residual and of the norm of z_k, after its chunk. Where the method tells its residual nobody but an
 * observer asks for the norm, which is 0 then. */
static void sum_probes(member *m, double *probed, int *stop) {
  const bool known = !isnan(m->known), told = known && !m->solver->settings.observe;
  if (known && !told) {
    lerp_for_blocks(&m->step.range, take_norm, m);
  }
  probed[LERP_PROBE_NORM] = 0;
  m->team->sum(m->team, &m->probes, told ? 0 : LERP_PROBE_ROWS, probed, stop);
  if (known) {
    probed[LERP_PROBE_RESIDUAL] = m->known * m->known;
  }
}

/* What the method knew of z_k may have drifted: evaluates it. */
static void confirm(member *m, double *probed, lerp_counts *at_z) {
  m->known = NAN;
  m->probe.at = m->iterate[KEPT];
  m->step.probe = &m->probe;
  lerp_observe(&m->step, m->iterate[KEPT]);
  sum_probes(m, probed, NULL);
  at_z->observer_evaluations++;
}

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

/* The same chunk tile by tile: every tile starts from the member's state and leaves the same one. What does not outlive
 * the chunk is where the first tile has it, for all of them, so that it stays in the cache. */
static void run_tiles(member *m, const chunk *c) {
  const size_t start = m->step.range.begin[0], end = m->step.range.end[0], tile = m->solver->tile;
  lerp_team alone = lerp_team_alone();
  const lerp_counts before = m->counts; /* keys of fresh samples are counts */
  for (size_t begin = start; begin < end; begin += tile) {
    const size_t last = end - begin > tile ? begin + tile : end, back = begin - start;
    lerp_step step = m->step;
    chunk here = *c;
    lerp_counts ignored = before;
    step.team = &alone;
    step.range = (lerp_range){{begin, begin}, {last, last}};
    step.counts = begin == start ? &m->counts : &ignored;
    step.temporary -= back;
    here.between = c->between ? c->between - back : NULL;
    memcpy(m->tile_state, m->state, m->solver->state_size);
    run_range(m, &step, m->tile_state, &here);
  }
  memcpy(m->state, m->tile_state, m->solver->state_size);
}

static void run_chunk(member *m, const chunk *c) {
  const size_t tile = m->solver->tile;
  if (tile && m->step.range.end[0] - m->step.range.begin[0] > tile) {
    run_tiles(m, c);
  } else {
    run_range(m, &m->step, m->state, c);
  }
}

/* Where the chunk ended becomes z_k. */
static void accept(member *m, const chunk *c) {
  if (c->steps && c->next == m->iterate[FIRST]) {
    m->iterate[FIRST] = m->iterate[KEPT];
    m->iterate[KEPT] = c->next;
  }
  m->k += c->steps;
}

/* A number that changes when any work vector of this member's range or its state does. */
static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size) {
  for (size_t i = 0; i + 8 <= size; i += 8) {
    uint64_t word;
    memcpy(&word, (const char *)bytes + i, 8);
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    hash ^= hash >> 32;
  }
  return hash;
}

static double hash_range(const member *m) {
  const lerp_solver *solver = m->solver;
  uint64_t hash = hash_bytes(0, m->state, solver->state_size);
  for (size_t i = 0; i <= solver->work_count; i++) {
    const double *v = i == 0 ? m->iterate[KEPT] : solver->work[i - 1];
    for (int part = 0; part < LERP_PARTS; part++) {
      const size_t begin = m->step.range.begin[part];
      hash = hash_bytes(hash, v + solver->layout.offset[part] + begin,
                        (m->step.range.end[part] - begin) * sizeof(double));
    }
  }
  return (double)(hash >> 12); /* exact in a double */
}

/* Nothing moves any more: residual and norm are those of the last check, and so is everything else. Two earlier
 * states are kept because a method may swap two vectors each iteration. */
static bool stalled(member *m, const double *probed) {
  if (memcmp(probed, m->previous, sizeof m->previous) != 0) {
    return false;
  }
  double *row = lerp_sum_row(&m->probes, 0), hash;
  for (int part = 0; part < LERP_PARTS; part++) {
    for (size_t i = m->step.range.begin[part]; i < m->step.range.end[part]; i += LERP_BLOCK) {
      row[lerp_block_index(&m->solver->layout, part, i)] = 0;
    }
  }
  if (m->step.range.begin[0] < m->step.range.end[0]) {
    row[lerp_block_index(&m->solver->layout, 0, m->step.range.begin[0])] = hash_range(m);
  } else if (m->step.range.begin[1] < m->step.range.end[1]) {
    row[lerp_block_index(&m->solver->layout, 1, m->step.range.begin[1])] = hash_range(m);
  }
  m->team->sum(m->team, &m->probes, 1, &hash, NULL);
  const bool unchanged = hash == m->hashes[0] || hash == m->hashes[1];
  m->hashes[1] = m->hashes[0];
  m->hashes[0] = hash;
  return unchanged;
}

/* What the next check compares with. */
static void remember(member *m, const double *probed) {
  if (memcmp(probed, m->previous, sizeof m->previous) != 0) {
    memcpy(m->previous, probed, sizeof m->previous);
    m->hashes[0] = m->hashes[1] = -1;
  }
}

/* 10^(-(i + 1) / 10), the targets of hits. */
static void fill_targets(double target[LERP_TARGETS]) {
  for (int i = 0; i < LERP_TARGETS; i++) {
    target[i] = pow(10, -(i + 1.0) / LERP_TARGETS_PER_DECADE);
  }
}

static void record_hits(lerp_solver *solver, double ratio, uint64_t k, uint64_t evaluations) {
  const double *target = solver->target;
  lerp_hits *first = &solver->result.first, *settled = &solver->result.settled;
  while (solver->level < LERP_TARGETS && ratio <= target[solver->level]) {
    if (first->iteration[solver->level] == UINT64_MAX) {
      first->iteration[solver->level] = k;
      first->evaluations[solver->level] = evaluations;
    }
    settled->iteration[solver->level] = k;
    settled->evaluations[solver->level] = evaluations;
    solver->level++;
  }
  while (solver->level > 0 && !(ratio <= target[solver->level - 1])) {
    solver->level--;
    settled->iteration[solver->level] = settled->evaluations[solver->level] = UINT64_MAX;
  }
}

/* The word of member 0, which travels with the sum of the check. */
static int stop_word(const member *m) {
  const lerp_settings *settings = &m->solver->settings;
  if (__atomic_load_n(&m->solver->failure, __ATOMIC_RELAXED)) {
    return STOP_FAILURE;
  }
  if (settings->interrupt && *settings->interrupt) {
    return STOP_INTERRUPT;
  }
  if (settings->max_seconds < INFINITY &&
      m->solver->seconds + lerp_seconds_now() - m->started > settings->max_seconds) {
    return STOP_TIME;
  }
  return GO_ON;
}

static lerp_decision decide(member *m, const double *probed, double residual, double norm, int stop,
                            bool last, const lerp_counts *counts) {
  const lerp_check at = {residual, norm, m->initial_residual, counts->evaluations, stop, last};
  const lerp_decision d = lerp_decide(&m->solver->settings, &at);
  return !d.ends && stalled(m, probed) ? (lerp_decision){true, LERP_STALLED} : d;
}

static int observe(const member *m, const lerp_counts *counts, double residual, double norm) {
  const lerp_settings *settings = &m->solver->settings;
  lerp_observation seen = {.iteration = m->k,
                           .counts = *counts,
                           .residual = residual,
                           .initial_residual = m->initial_residual,
                           .norm = norm};
  for (int part = 0; part < LERP_PARTS; part++) {
    seen.part[part] = m->iterate[KEPT] + m->solver->layout.offset[part];
  }
  return settings->observe(settings->observe_self, &seen);
}

/* Most checks find the residual between two targets, and then nothing else. The bounds on its square leave room for
 * rounding; what lies outside is examined. */
static void set_bounds(member *m) {
  const lerp_solver *solver = m->solver;
  const bool records = m->team->rank == 0;
  const double next = records && solver->level < LERP_TARGETS ? solver->target[solver->level] : 0;
  const double last = records && solver->level > 0 ? solver->target[solver->level - 1] : INFINITY;
  const double above =
                   fmax(lerp_tolerance(&solver->settings, m->initial_residual), next * m->initial_residual),
               below = last * m->initial_residual;
  m->above = solver->settings.observe ? INFINITY : above * above * (1 + 1e-9) + DBL_MIN;
  m->below = below * below * (1 - 1e-9);
}

static bool is_unremarkable(const member *m, const double *probed) {
  return probed[LERP_PROBE_RESIDUAL] > m->above && probed[LERP_PROBE_RESIDUAL] < m->below &&
         probed[LERP_PROBE_NORM] < LERP_NORM_LIMIT * LERP_NORM_LIMIT * (1 - 1e-9) &&
         memcmp(probed, m->previous, sizeof m->previous) != 0;
}

/* Records the check of z_k; whether the solve ends there. `at_z`: what was spent to reach z_k. */
static bool examine(member *m, double *probed, lerp_counts *at_z, int stop, bool last) {
  lerp_solver *solver = m->solver;
  double residual = sqrt(probed[LERP_PROBE_RESIDUAL]), norm = sqrt(probed[LERP_PROBE_NORM]);
  if (isnan(m->initial_residual)) {
    m->initial_residual = residual;
  }
  if (solver->settings.observe && stop != STOP_FAILURE) {
    int asked = m->team->rank == 0 ? observe(m, at_z, residual, norm) : 0;
    m->team->sum(m->team, &m->probes, 0, NULL, &asked); /* holds the others back while it looks at z_k */
    stop = asked ? STOP_INTERRUPT : stop;
  }
  lerp_decision d = decide(m, probed, residual, norm, stop, last, at_z);
  if (d.ends && !isnan(m->known)) {
    confirm(m, probed, at_z);
    residual = sqrt(probed[LERP_PROBE_RESIDUAL]);
    norm = sqrt(probed[LERP_PROBE_NORM]);
    d = d.outcome == LERP_CONVERGED ? decide(m, probed, residual, norm, stop, last, at_z) : d;
  }
  if (m->team->rank == 0) {
    lerp_result *result = &solver->result;
    result->initial_residual = m->initial_residual;
    result->residual = residual;
    result->norm = norm;
    record_hits(solver, residual / m->initial_residual, m->k, at_z->evaluations);
  }
  set_bounds(m);
  if (d.ends) {
    m->counts = *at_z;
    if (m->team->rank == 0) {
      solver->result.outcome = d.outcome;
      /* otherwise the method's state is that of z_{k + steps} */
      solver->stage = last ? STANDING : ENDED;
    }
  }
  return d.ends;
}

/* Iterations to the next check; 0: the one at z_k is the last. */
static uint64_t steps_to_check(const member *m) {
  const lerp_settings *settings = &m->solver->settings;
  const uint64_t left = m->solver->limit - m->k;
  if (m->counts.evaluations >= settings->max_evaluations) {
    return 0;
  }
  return left < settings->check_every ? left : settings->check_every;
}

/* Chunks until a rule on z_k holds; every member decides alike from the same sums. */
static void run_checked(member *m) {
  m->initial_residual = m->solver->result.initial_residual;
  m->above = m->below = NAN; /* the first check is examined */
  for (;;) {
    lerp_counts at_z = m->counts; /* what was spent to reach z_k, and all observing so far */
    const uint64_t steps = steps_to_check(m);
    const chunk c = chunk_of(m, steps, true);
    run_chunk(m, &c);
    int stop = m->team->rank == 0 ? stop_word(m) : GO_ON;
    double probed[LERP_PROBE_ROWS];
    sum_probes(m, probed, &stop);
    at_z.observer_evaluations = m->counts.observer_evaluations;
    if (steps == 0 || stop != GO_ON || !is_unremarkable(m, probed)) {
      if (examine(m, probed, &at_z, stop, steps == 0)) {
        return;
      }
    }
    remember(m, probed);
    accept(m, &c);
  }
}

/* Iterations without looking at them. */
static void run_unchecked(member *m) {
  lerp_solver *solver = m->solver;
  while (m->k < solver->limit) {
    const chunk c = chunk_of(m, solver->limit - m->k, false);
    run_chunk(m, &c);
    accept(m, &c);
  }
  m->team->share(m->team, m->iterate[KEPT]);
  if (m->team->rank == 0) {
    solver->result.outcome = LERP_MAX_ITERATIONS;
    solver->result.residual = solver->result.norm = NAN;
  }
}

/* |z - z*|, in whole passes; only at the end of a solve. */
static void measure_distance(member *m) {
  const lerp_problem *problem = m->solver->problem;
  const lerp_layout *layout = &m->solver->layout;
  for (int part = 0; part < LERP_PARTS; part++) {
    for (size_t i = m->step.range.begin[part]; i < m->step.range.end[part]; i += LERP_BLOCK) {
      const size_t rest = m->step.range.end[part] - i, length = rest < LERP_BLOCK ? rest : LERP_BLOCK;
      const double *z = m->iterate[KEPT] + layout->offset[part] + i, *solution = problem->solution[part] + i;
      double difference[LERP_BLOCK];
      for (size_t j = 0; j < length; j++) {
        difference[j] = z[j] - solution[j];
      }
      lerp_sum_row(&m->probes, 0)[lerp_block_index(layout, part, i)] =
          m->solver->kernels->dot(length, difference, difference);
    }
  }
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

static void write_back(const member *m) {
  lerp_solver *solver = m->solver;
  memcpy(solver->iterate, m->iterate, sizeof m->iterate);
  solver->counts = m->counts;
  solver->iteration = m->k;
  solver->probe_turn = m->probes.turn;
  solver->product_turn = m->products.turn;
}

/* A member where the solver stands, its method started. */
static void enter(member *m, lerp_solver *solver, lerp_team *team) {
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
  member m;
  enter(&m, solver, team);
  memset(m.previous, 0xff, sizeof m.previous);
  if (solver->settings.check) {
    run_checked(&m);
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
  member m;
  enter(&m, argument, team);
  if (team->rank == 0) {
    write_back(&m);
  }
}

static void touch(lerp_team *team, void *argument) {
  member m;
  begin_member(&m, argument, team);
  clear_range(&m);
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

static size_t whole_length(const lerp_solver *solver) {
  return lerp_stores_f(solver->problem) ? 2 * solver->layout.length : 0;
}

static size_t sums_length(const lerp_solver *solver) {
  return sum_length(solver, LERP_PRODUCTS_MAX) + sum_length(solver, LERP_PROBE_ROWS);
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

/* The operator runs chains itself, or F is stored anyway. */
static bool is_chained(lerp_solver *solver) {
  const lerp_method_instance *instance = solver->instance;
  const lerp_problem *problem = solver->problem;
  const lerp_operator *op = &problem->op;
  const bool can = op->chain || (lerp_is_small(op->dimension) && op->fill && !op->stochastic);
  if (!can || !instance->method->chain || in_turn_matters(solver) ||
      !instance->method->chain(instance, &solver->chain)) {
    return false;
  }
  return !problem->resolvent.name || (solver->chain.resolved && !op->chain);
}

/* Vectors lie in one arena; an odd number of lines between them keeps equal indices out of the same cache set. */
static bool allocate(lerp_solver *solver) {
  enum { SKEW = 5 * LINE / (int)sizeof(double) };
  const lerp_extent extent = lerp_instance_extent(solver->instance, solver->problem);
  const size_t work = solver->work_count = extent.vectors;
  const size_t iterates = solver->settings.check_every > 1 ? ITERATES : ITERATES - 1;
  const size_t stride = solver->stride = solver->layout.length + SKEW;
  const bool in_turn = in_turn_matters(solver);
  solver->vector_count = iterates + work + extent.temporaries + in_turn;
  if (stride > SIZE_MAX / sizeof(double) / solver->vector_count) {
    return false;
  }
  solver->arena_length = stride * solver->vector_count;
  solver->state_size = (extent.state + LINE - 1) / LINE * LINE;
  solver->arena = lerp_aligned_new(solver->arena_length);
  solver->work = malloc((work + 1) * sizeof *solver->work);
  solver->scratch = lerp_aligned_new(solver->problem->op.scratch);
  solver->memory = lerp_aligned_new(solver->problem->op.memory);
  solver->whole = whole_length(solver) ? lerp_aligned_new(whole_length(solver)) : NULL;
  solver->sums = lerp_aligned_new(sums_length(solver));
  solver->states =
      (char *)lerp_aligned_new(2 * solver->state_size * (size_t)solver->settings.threads / sizeof(double));
  solver->started = (char *)lerp_aligned_new(solver->state_size / sizeof(double));
  if (!solver->arena || !solver->work || !solver->scratch || !solver->memory || !solver->started ||
      (whole_length(solver) && !solver->whole) || !solver->sums || !solver->states) {
    return false;
  }
  memset(solver->sums, 0, sums_length(solver) * sizeof(double));
  if (lerp_is_small(solver->layout.dimension)) { /* zeros behind z: whole lanes are combined */
    memset(solver->arena, 0, solver->arena_length * sizeof(double));
  }
  if (solver->whole) {
    memset(solver->whole, 0, whole_length(solver) * sizeof(double));
  }
  for (size_t i = 0; i < iterates; i++) {
    solver->iterate[i] = solver->arena + i * stride;
  }
  for (size_t i = 0; i < work; i++) {
    solver->work[i] = solver->arena + (iterates + i) * stride;
  }
  solver->temporary = solver->arena + (iterates + work) * stride;
  solver->opponent = in_turn ? solver->temporary + extent.temporaries * stride : NULL;
  return true;
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

lerp_status lerp_solver_new(const lerp_problem *problem, const lerp_method_instance *instance,
                            const lerp_settings *settings, lerp_solver **out, lerp_error *error) {
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
  if (status) {
    return status;
  }
  lerp_solver *solver = calloc(1, sizeof *solver);
  if (!solver) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "solver: out of memory");
  }
  solver->problem = problem;
  solver->instance = instance;
  solver->settings = *settings;
  if (settings->residual_step == 0) {
    solver->settings.residual_step = lerp_problem_residual_step(problem);
  }
  solver->layout = lerp_layout_of(problem->op.dimension);
  solver->kernels = lerp_kernels_select();
  solver->at_iterate = lerp_instance_at_iterate(instance) && !problem->op.stochastic;
  solver->chained = is_chained(solver);
  if (!allocate(solver)) {
    status = lerp_fail(error, LERP_MEMORY, SIZE_MAX, "solver for n=%zu: out of memory",
                       problem->op.dimension[0] + problem->op.dimension[1]);
  }
  solver->tile = tile_components(solver);
  fill_targets(solver->target);
  if (status == LERP_OK) {
    status = lerp_team_run(settings->threads, settings->pinning, touch, solver, error);
  }
  if (status == LERP_OK) {
    status = prepare_resolvent(solver, error);
  }
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

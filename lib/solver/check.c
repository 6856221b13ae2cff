/* SPDX-License-Identifier: MIT */
/* The check of z_k between two chunks: its residual, what is recorded of it, and whether a rule ends the solve. */
#include "member.h"
#include "stopping.h"

#include <float.h>
#include <math.h>
#include <string.h>

static void take_norm(void *argument, int part, size_t begin, size_t length) {
  lerp_member *m = argument;
  const double *z = m->iterate[KEPT] + m->solver->layout.offset[part] + begin;
  const size_t index = lerp_block_index(&m->solver->layout, part, begin);
  lerp_sum_row(&m->probes, LERP_PROBE_RESIDUAL)[index] = 0;
  lerp_sum_row(&m->probes, LERP_PROBE_NORM)[index] = m->solver->kernels->dot(length, z, z);
}

/* Squares of the residual and of the norm of z_k, after its chunk. Where the method tells its residual nobody but an
 * observer asks for the norm, which is 0 then. */
static void sum_probes(lerp_member *m, double *probed, int *stop) {
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
static void confirm(lerp_member *m, double *probed, lerp_counts *at_z) {
  m->known = NAN;
  m->probe.at = m->iterate[KEPT];
  m->step.probe = &m->probe;
  lerp_observe(&m->step, m->iterate[KEPT]);
  sum_probes(m, probed, NULL);
  at_z->observer_evaluations++;
}

/* The word of member 0, which travels with the sum of the check. */
static int stop_word(const lerp_member *m) {
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

static lerp_decision decide(lerp_member *m, const double *probed, double residual, double norm, int stop,
                            bool last, const lerp_counts *counts) {
  const lerp_check at = {residual, norm, m->initial_residual, counts->evaluations, stop, last};
  const lerp_decision d = lerp_decide(&m->solver->settings, &at);
  return !d.ends && lerp_stalled(m, probed) ? (lerp_decision){true, LERP_STALLED} : d;
}

static int observe(const lerp_member *m, const lerp_counts *counts, double residual, double norm) {
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
static void set_bounds(lerp_member *m) {
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

static bool is_unremarkable(const lerp_member *m, const double *probed) {
  return probed[LERP_PROBE_RESIDUAL] > m->above && probed[LERP_PROBE_RESIDUAL] < m->below &&
         probed[LERP_PROBE_NORM] < LERP_NORM_LIMIT * LERP_NORM_LIMIT * (1 - 1e-9) &&
         memcmp(probed, m->previous, sizeof m->previous) != 0;
}

/* Records the check of z_k; whether the solve ends there. `at_z`: what was spent to reach z_k. */
static bool examine(lerp_member *m, double *probed, lerp_counts *at_z, int stop, bool last) {
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
    lerp_hits_record(solver, residual / m->initial_residual, m->k, at_z->evaluations);
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

/* What the next check compares with. */
static void remember(lerp_member *m, const double *probed) {
  if (memcmp(probed, m->previous, sizeof m->previous) != 0) {
    memcpy(m->previous, probed, sizeof m->previous);
    m->hashes[0] = m->hashes[1] = -1;
  }
}

/* Iterations to the next check; 0: the one at z_k is the last. */
static uint64_t steps_to_check(const lerp_member *m) {
  const lerp_settings *settings = &m->solver->settings;
  const uint64_t left = m->solver->limit - m->k;
  if (m->counts.evaluations >= settings->max_evaluations) {
    return 0;
  }
  return left < settings->check_every ? left : settings->check_every;
}

void lerp_run_checked(lerp_member *m) {
  m->initial_residual = m->solver->result.initial_residual;
  m->above = m->below = NAN; /* the first check is examined */
  for (;;) {
    lerp_counts at_z = m->counts; /* what was spent to reach z_k, and all observing so far */
    const uint64_t steps = steps_to_check(m);
    const lerp_chunk c = lerp_chunk_of(m, steps, true);
    lerp_chunk_run(m, &c);
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
    lerp_chunk_accept(m, &c);
  }
}

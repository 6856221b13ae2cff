/* SPDX-License-Identifier: MIT */
/* The iterations of a chunk: by the method's steps or as its chain, on a member's range at once or tile by tile. */
#include "../methods/methods.h"
#include "member.h"
#include "sink.h"

#include <math.h>
#include <string.h>

lerp_chunk lerp_chunk_of(const lerp_member *m, uint64_t steps, bool probed) {
  return probed || steps == 1 ? (lerp_chunk){steps, probed, m->iterate[FIRST], m->iterate[SECOND]}
                              : (lerp_chunk){steps - steps % 2, false, m->iterate[KEPT], m->iterate[FIRST]};
}

/* F at z_k is the first that the chain evaluates, and is counted there; where it is stored it is not evaluated again. */
static void probe_chain(lerp_member *m, lerp_step *step, const lerp_chunk *c) {
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
static void run_chain(lerp_member *m, lerp_step *step, const lerp_chunk *c) {
  const lerp_operator *op = &m->solver->problem->op;
  const lerp_chain *chain = &m->solver->chain;
  probe_chain(m, step, c);
  const double *z = m->iterate[KEPT];
  if (c->steps && !(op->chain && op->chain(op->self, step, chain, c->steps, z, c->next))) {
    lerp_chain_stored(step, chain, c->steps, c->probed, z, c->next, c->between);
  }
  step->counts->evaluations += c->steps * (chain->inner + 1);
  step->counts->streams += c->steps * (2 + 3 * chain->inner);
  step->counts->resolvents += lerp_unconstrained(step) ? 0 : c->steps * (chain->inner + 1);
}

static void run_steps(lerp_member *m, lerp_step *step, void *state, const lerp_chunk *c) {
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

static void run_range(lerp_member *m, lerp_step *step, void *state, const lerp_chunk *c) {
  if (m->solver->chained) {
    run_chain(m, step, c);
  } else {
    run_steps(m, step, state, c);
  }
}

/* The same chunk tile by tile: every tile starts from the member's state and leaves the same one. What does not outlive
 * the chunk is where the first tile has it, for all of them, so that it stays in the cache. */
static void run_tiles(lerp_member *m, const lerp_chunk *c) {
  const size_t start = m->step.range.begin[0], end = m->step.range.end[0], tile = m->solver->tile;
  lerp_team alone = lerp_team_alone();
  const lerp_counts before = m->counts; /* keys of fresh samples are counts */
  for (size_t begin = start; begin < end; begin += tile) {
    const size_t last = end - begin > tile ? begin + tile : end, back = begin - start;
    lerp_step step = m->step;
    lerp_chunk here = *c;
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

void lerp_chunk_run(lerp_member *m, const lerp_chunk *c) {
  const size_t tile = m->solver->tile;
  if (tile && m->step.range.end[0] - m->step.range.begin[0] > tile) {
    run_tiles(m, c);
  } else {
    run_range(m, &m->step, m->state, c);
  }
}

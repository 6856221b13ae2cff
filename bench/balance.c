/* SPDX-License-Identifier: MIT */
#include "balance.h"

#include <math.h>
#include <string.h>

#include <lerp/lerp.h>

#include "clock.h"
#include "memory.h"
#include "openmp.h"

/* What one member does, on a cache line of its own. */
typedef struct member {
  _Alignas(64) double begin, waited; /* begin 0: nothing yet */
  double busy;                       /* up to the end of its last evaluation */
  void (*share)(lerp_team *team, const double *v);
  void (*sum)(lerp_team *team, lerp_sum *sum, size_t count, double *result, int *stop);
} member;

/* An operator that notes when its members evaluate it, and how long they wait between. */
typedef struct watch {
  lerp_operator op;
  member *member;
} watch;

/* The members of a team's own copies of it, which call the functions below, find theirs by this. */
static _Thread_local member *waiting;

static void timed_share(lerp_team *team, const double *v) {
  const double start = clock_seconds();
  waiting->share(team, v);
  waiting->waited += clock_seconds() - start;
}

static void timed_sum(lerp_team *team, lerp_sum *sum, size_t count, double *result, int *stop) {
  const double start = clock_seconds();
  waiting->sum(team, sum, count, result, stop);
  waiting->waited += clock_seconds() - start;
}

static void watch_team(member *who, lerp_team *team) {
  if (team->size > 1 && team->share != timed_share) {
    who->share = team->share;
    who->sum = team->sum;
    team->share = timed_share;
    team->sum = timed_sum;
  }
  waiting = who;
}

static member *enter(const watch *self, lerp_step *step) {
  /* A tile's team is a team of one: only the thread tells who works on it. */
  member *who = &self->member[omp_get_thread_num()];
  watch_team(who, step->team);
  if (who->begin == 0) {
    who->waited = 0;
    who->begin = clock_seconds();
  }
  return who;
}

static void leave(member *who) {
  who->busy = clock_seconds() - who->begin - who->waited;
}

static void evaluate(const void *self, lerp_step *step, const double *at, uint64_t sample, lerp_emit emit,
                     void *sink) {
  const watch *watched = self;
  member *who = enter(watched, step);
  watched->op.evaluate(watched->op.self, step, at, sample, emit, sink);
  leave(who);
}

static void resolve(const void *self, lerp_step *step, double gamma, const double *factor, const double *at,
                    lerp_emit emit, void *sink) {
  const watch *watched = self;
  member *who = enter(watched, step);
  watched->op.resolve(watched->op.self, step, gamma, factor, at, emit, sink);
  leave(who);
}

static lerp_status prepare(const void *self, double gamma, double *factor, lerp_error *error) {
  const watch *watched = self;
  return watched->op.prepare(watched->op.self, gamma, factor, error);
}

static lerp_operator watched_operator(watch *self) {
  lerp_operator op = self->op;
  op.self = self;
  op.free = NULL;
  op.evaluate = evaluate;
  op.fill = NULL;
  op.advance = NULL;
  op.chain = NULL;
  op.resolve = op.resolve != NULL ? resolve : NULL;
  op.prepare = op.prepare != NULL ? prepare : NULL;
  return op;
}

static double imbalance_of(const watch *self, int threads) {
  double most = 0, sum = 0;
  for (int i = 0; i < threads; i++) {
    most = fmax(most, self->member[i].busy);
    sum += self->member[i].busy;
  }
  return sum > 0 ? most * threads / sum - 1 : NAN;
}

lerp_status balance_measure(const lerp_problem *problem, const lerp_method_instance *method,
                            const lerp_settings *settings, uint64_t iterations, double *imbalance,
                            lerp_error *error) {
  const size_t size = (size_t)settings->threads * sizeof(member);
  watch self = {.op = problem->op, .member = aligned_alloc(_Alignof(member), size)};
  lerp_problem watched = *problem; /* all but the operator is borrowed */
  watched.op = watched_operator(&self);
  lerp_solver *solver;
  if (self.member == NULL) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "out of memory");
  }
  memset(self.member, 0, size);
  lerp_status status = lerp_solver_new(&watched, method, settings, &solver, error);
  if (status == LERP_OK) {
    status = lerp_solver_step(solver, 1, error);
    memset(self.member, 0, size);
    if (status == LERP_OK) {
      status = lerp_solver_step(solver, iterations, error);
    }
    lerp_solver_free(solver);
  }
  *imbalance = imbalance_of(&self, settings->threads);
  free(self.member);
  return status;
}

/* SPDX-License-Identifier: MIT */
#include "iterate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../clock.h"

const char *const iterate_methods[] = {"gda", "eg", "eg+", "rapp", NULL};

static double value_or(const peer_task *task, const char *key, double other) {
  const double value = lerp_method_value(task->method, key);
  return isnan(value) ? other : value;
}

lerp_status iterate_new(const peer_task *task, const arithmetic *with, int form, iterate **made,
                        lerp_error *error) {
  const size_t n = 2 * task->problem->op.dimension[0];
  if (task->problem->resolvent.name != NULL) {
    return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX, "this peer solves unconstrained problems");
  }
  iterate *self = calloc(1, sizeof *self);
  lerp_status status = self != NULL ? game_new(task->problem, form, &self->game, error) : LERP_MEMORY;
  if (status != LERP_OK) {
    free(self);
    return status;
  }
  self->task = *task;
  self->with = with;
  self->gamma = lerp_method_value(task->method, "gamma");
  self->alpha = value_or(task, "alpha", 1);
  self->lambda = value_or(task, "lambda", 1);
  self->inner = (uint64_t)value_or(task, "inner", strcmp(task->method->name, "gda") == 0 ? 1 : 2);
  self->z = lerp_aligned_new(n);
  self->w = lerp_aligned_new(n);
  self->f = lerp_aligned_new(n);
  if (self->z == NULL || self->w == NULL || self->f == NULL) {
    iterate_free(self);
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "a peer's vectors of n=%zu: out of memory", n);
  }
  *made = self;
  return LERP_OK;
}

void iterate_free(iterate *self) {
  game_free(self->game);
  lerp_aligned_free(self->z);
  lerp_aligned_free(self->w);
  lerp_aligned_free(self->f);
  free(self);
}

/* w <- z - gamma F w so many times, beginning with f = F z, and z <- (1 - lambda) z + lambda w. Extragradient and
 * EG+ are two of them, the second of length alpha gamma. */
static void step(iterate *self) {
  const size_t n = 2 * self->game->pairs;
  for (uint64_t i = 1; i < self->inner; i++) {
    self->with->move(n, self->gamma, self->z, self->f, self->w);
    self->with->field(self->game, self->w, self->f);
  }
  self->with->move(n, self->lambda * self->alpha * self->gamma, self->z, self->f, self->z);
}

/* Looks at the residual |F z|. */
static bool ends(const iterate *self, const peer_rule *rule, peer_outcome *so_far) {
  so_far->residual = self->with->norm(2 * self->game->pairs, self->f);
  if (so_far->iterations == 0) {
    so_far->initial_residual = so_far->residual;
  }
  const bool converged = so_far->residual <= rule->tolerance * so_far->initial_residual;
  const bool diverged = !(so_far->residual < 1e12);
  so_far->outcome = converged ? LERP_CONVERGED : diverged ? LERP_DIVERGED : LERP_MAX_EVALUATIONS;
  return converged || diverged || so_far->evaluations >= rule->max_evaluations;
}

void iterate_run(iterate *self, const peer_rule *rule, peer_outcome *outcome) {
  *outcome = (peer_outcome){.outcome = LERP_MAX_ITERATIONS, .initial_residual = NAN, .residual = NAN};
  memcpy(self->z, self->game->start, 2 * self->game->pairs * sizeof *self->z);
  game_binding binding = game_bind(&self->task);
  const double start = clock_seconds();
  while (rule->iterations == 0 || outcome->iterations < rule->iterations) {
    self->with->field(self->game, self->z, self->f);
    if (rule->iterations == 0 && ends(self, rule, outcome)) {
      break;
    }
    step(self);
    outcome->iterations++;
    outcome->evaluations += self->inner;
  }
  outcome->seconds = clock_seconds() - start;
  game_release(&binding);
}

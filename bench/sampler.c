/* SPDX-License-Identifier: MIT */
#include "sampler.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "batch.h"
#include "networks.h"
#include "picture.h"
#include "tool.h"

void sampler_open(sampler *self, plan *cases, const bench_options *options, const lerp_topology *topology) {
  *self = (sampler){.options = options,
                    .plan = cases,
                    .machine = machine_describe(topology),
                    .places = places_new(topology, options->pin)};
  self->context = (record_context){.plan = cases, .machine = self->machine.key};
  lerp_error error;
  if (store_create(options->store, &self->store, &error) != LERP_OK ||
      store_add_machine(self->store, self->machine.key, self->machine.json, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
  tool_catch_interrupts();
}

void sampler_close(sampler *self) {
  places_free(&self->places);
  store_close(self->store);
  machine_free(&self->machine);
}

/* --- One sample --------------------------------------------------------------------------------------- */

static bool shows_progress(const sampler *self) {
  return !self->options->quiet && tool_has_terminal();
}

static void clear_progress(const sampler *self) {
  if (shows_progress(self)) {
    fputs("\r\033[K", stderr);
  }
}

/* The method of a case, complete for its problem: it was tried when the plan was made. */
static lerp_method_instance *make_method(const plan_case *item, const lerp_problem *problem) {
  lerp_method_instance *method;
  char reason[LERP_REASON_SIZE];
  lerp_error error;
  if (tool_method_for(item->method, problem, item->family->tolerance, &method, reason, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
  return method;
}

/* A point that cannot be drawn, as where a method diverged, is a result all the same. */
static void draw(const sampler *self, const plan_case *item, const problem_instance *problem,
                 measurement *measured) {
  lerp_error error;
  if (picture_text(problem, measured->end[0], measured->end[1], &measured->picture, &error) != LERP_OK) {
    clear_progress(self);
    tool_warn("%s: no picture: %s", item->name, error.message);
  }
}

static void note_conditions(const conditions_mark *before, const place *at, measurement *measured) {
  measured->around = conditions_since(before);
  measured->disturbed = at->disturbed || measured->preempted || conditions_disturb(&measured->around);
}

static void write_now(char *text, size_t size) {
  time_t now = time(NULL);
  struct tm utc;
  gmtime_r(&now, &utc);
  strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* Beside the store, and named by what is trained, so that only this training finds it. */
static void name_checkpoint(const sampler *self, const plan_case *item, char *path, size_t size) {
  const record_context *context = &self->context;
  uint64_t hash = tool_hash(TOOL_HASH_START, item->name, strlen(item->name) + 1);
  hash = tool_hash(hash, context->arm, strlen(context->arm) + 1);
  hash = tool_hash(hash, &context->block, sizeof context->block);
  hash = tool_hash(hash, &self->plan->suite->seed, sizeof self->plan->suite->seed);
  snprintf(path, size, "%s-%016" PRIx64 ".training", store_path(self->store), hash);
}

static lerp_status train(sampler *self, const plan_case *item, const place *at, measurement *measured,
                         lerp_error *error) {
  char checkpoint[PATH_MAX], title[128];
  name_checkpoint(self, item, checkpoint, sizeof checkpoint);
  snprintf(title, sizeof title, "[%zu] %.60s: ", self->context.order_index + 1, item->name);
  const training_watch watch = {checkpoint, shows_progress(self) ? title : NULL};
  return measure_training(item, self->plan, self->context.block, &watch, at, measured, error);
}

static lerp_status measure_problem(sampler *self, const plan_case *item, const place *at,
                                   measurement *measured, lerp_error *error) {
  const problem_instance *problem;
  lerp_status status = plan_visit(self->plan, item->problem, &problem, error);
  if (status != LERP_OK) {
    return status;
  }
  lerp_method_instance *method = make_method(item, &problem->problem);
  char started[32];
  write_now(started, sizeof started);
  const conditions_mark before = conditions_now();
  status = item->peer != NULL ? measure_peer(item, problem, method, at, measured, error)
           : item->family->kind == SUITE_BATCH
               ? batch_measure(item, &problem->problem, method, at, measured, error)
           : item->family->kind == SUITE_GAN ? train(self, item, at, measured, error)
           : networks_compute(&problem->problem)
               ? measure_networks(item, &problem->problem, method, at, measured, error)
               : measure_case(item, &problem->problem, method, at, self->context.block == 0, measured, error);
  note_conditions(&before, at, measured);
  if (status == LERP_OK && measured->end[0] != NULL) {
    draw(self, item, problem, measured);
  }
  if (status == LERP_OK && measured->result.outcome != LERP_INTERRUPTED) {
    record_add(self->store, &self->context, item, problem, method, at, measured, started, &self->broken);
  }
  lerp_method_free(method);
  return status;
}

static lerp_status measure_loop(sampler *self, const plan_case *item, const place *at, measurement *measured,
                                lerp_error *error) {
  char started[32];
  write_now(started, sizeof started);
  const conditions_mark before = conditions_now();
  const lerp_status status = measure_kernel(item, &self->places.arena, at, measured, error);
  note_conditions(&before, at, measured);
  if (status == LERP_OK) {
    record_add(self->store, &self->context, item, NULL, NULL, at, measured, started, &self->broken);
  }
  return status;
}

/* A place begins with the probes that the store holds from before: those of an earlier process of the run tell a
 * disturbed start, too. */
static void prepare_place(sampler *self, int threads) {
  if (!places_prepare(&self->places, threads)) {
    return;
  }
  lerp_error error;
  store_probe *probes;
  size_t count;
  if (store_probes(self->store, self->machine.key, threads, &probes, &count, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
  for (size_t i = 0; i < count; i++) {
    places_remember(&self->places, threads, probes[i].memory, probes[i].compute);
  }
  free(probes);
}

/* LERP_OK with an outcome that is LERP_INTERRUPTED: nothing was stored. */
static lerp_status take(sampler *self, const plan_case *item, measurement *measured, lerp_error *error) {
  const bool loop = suite_runs_kernels(item->family->kind);
  prepare_place(self, item->threads);
  const place *at = places_visit(&self->places, item->threads, self->context.block);
  return (loop ? measure_loop : measure_problem)(self, item, at, measured, error);
}

static void show_progress(const sampler *self, const plan_case *item, size_t count) {
  char of[32] = "";
  if (count > 0) {
    snprintf(of, sizeof of, "/%zu", count);
  }
  fprintf(stderr, "\r[%zu%s] %.60s\033[K", self->context.order_index + 1, of, item->name);
}

bool sampler_take(sampler *self, const plan_case *item, size_t count, measurement *measured) {
  *measured = (measurement){.result.outcome = LERP_INTERRUPTED};
  if (tool_interrupted || self->broken.status != LERP_OK) {
    return false;
  }
  if (shows_progress(self)) {
    show_progress(self, item, count);
  }
  lerp_error error;
  const lerp_status status = take(self, item, measured, &error);
  if (status != LERP_OK) {
    /* whether a peer can do it shows when it is asked */
    const bool left_out = item->peer != NULL && status == LERP_UNSUPPORTED;
    clear_progress(self);
    tool_warn("%s%s%s%s: %s", self->context.arm, *self->context.arm != '\0' ? ": " : "",
              left_out ? "left out: " : "", item->name, error.message);
    self->tally.failed += !left_out;
    return false;
  }
  bool taken = measured->result.outcome != LERP_INTERRUPTED && self->broken.status == LERP_OK;
  self->tally.done += taken;
  return taken;
}

/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "tool.h"
#include "values.h"

/* --- JSON columns ------------------------------------------------------------------------------------- */

static json_t *count(uint64_t value) {
  return value == UINT64_MAX ? json_null() : json_integer((json_int_t)value);
}

static json_t *settings(const suite_family *family, const problem_instance *problem) {
  json_t *object = json_object();
  if (problem != NULL) {
    json_object_set_new(object, "check_every", count(family->check_every));
    json_object_set_new(object, "start",
                        json_string(family->start != NULL ? family->start : problem->family->start));
  }
  if (family->per_region > 0) {
    json_object_set_new(object, "per_region", count(family->per_region));
  }
  if (family->tunes != NULL) {
    json_object_set_new(object, "tunes", json_string(family->tunes));
  }
  if (suite_solves(family->kind)) {
    json_object_set_new(object, "max_evals", count(suite_limit(family)));
  }
  return object;
}

static char *parameters_text(const plan_case *item, const problem_instance *problem,
                             const lerp_method_instance *method) {
  json_t *object = json_object();
  if (problem != NULL) {
    json_object_set_new(object, "problem", values_of_problem(problem));
    json_object_set_new(object, "method", values_of_method(method));
  }
  json_object_set_new(object, "settings", settings(item->family, problem));
  char *text = json_dumps(object, JSON_COMPACT);
  json_decref(object);
  return text;
}

static char *hits_text(const lerp_result *result) {
  json_t *target = json_array(), *first_evaluations = json_array(), *first_iterations = json_array(),
         *settled_evaluations = json_array(), *settled_iterations = json_array();
  for (size_t i = 0; i < LERP_TARGETS; i++) {
    if (result->first.iteration[i] != UINT64_MAX) {
      json_array_append_new(target, json_integer((json_int_t)i + 1));
      json_array_append_new(first_evaluations, count(result->first.evaluations[i]));
      json_array_append_new(first_iterations, count(result->first.iteration[i]));
      json_array_append_new(settled_evaluations, count(result->settled.evaluations[i]));
      json_array_append_new(settled_iterations, count(result->settled.iteration[i]));
    }
  }
  json_t *object =
      json_pack("{s:i, s:o, s:o, s:o, s:o, s:o}", "per_decade", LERP_TARGETS_PER_DECADE, "target", target,
                "first_evaluations", first_evaluations, "first_iterations", first_iterations,
                "settled_evaluations", settled_evaluations, "settled_iterations", settled_iterations);
  char *text = json_dumps(object, JSON_COMPACT);
  json_decref(object);
  return text;
}

/* --- Rows --------------------------------------------------------------------------------------------- */

store_sample record_identify(const record_context *context, const plan_case *item) {
  return (store_sample){.suite = context->plan->suite->name,
                        .family = suite_kind_name[item->family->kind],
                        .name = item->name,
                        .repetition = context->repetition,
                        .role = item->family->role,
                        .arm = context->arm,
                        .machine = context->machine,
                        .commit = item->code};
}

/* Trials of tuning are many, and only where they end counts. */
static bool has_hits(const plan_case *item) {
  return suite_solves(item->family->kind) && item->peer == NULL && strcmp(item->family->role, "search") != 0;
}

static void fill_result(store_sample *row, const lerp_result *result) {
  row->outcome = lerp_outcome_name(result->outcome);
  row->iterations = (int64_t)result->iterations;
  row->evaluations = (int64_t)result->counts.evaluations;
  row->resolvents = (int64_t)result->counts.resolvents;
  row->exact_resolvents = (int64_t)result->counts.exact_resolvents;
  row->observer_evaluations = (int64_t)result->counts.observer_evaluations;
  row->initial_residual = result->initial_residual;
  row->residual = result->residual;
  row->bytes = result->bytes;
  row->flops = result->flops;
  row->isa = result->isa;
}

static void fill_times(store_sample *row, const measurement *measured, const place *at) {
  row->threads = measured->result.threads;
  row->pinning = at->pinned;
  row->seconds = measured->seconds;
  row->memory_probe = at->memory_probe;
  row->compute_probe = at->compute_probe;
  row->seconds_calibrated_memory = measured->seconds * at->memory_probe / STORE_REFERENCE_MEMORY;
  row->seconds_calibrated_compute = measured->seconds * at->compute_probe / STORE_REFERENCE_COMPUTE;
  row->steal = measured->around.steal;
  row->switches = measured->around.switches;
  row->load = measured->around.load;
  row->throttled = measured->around.throttled;
  row->disturbed = measured->disturbed;
  row->working_set = measured->working_set;
  row->imbalance = measured->imbalance;
}

lerp_status record_add(store *into, const record_context *context, const plan_case *item,
                       const problem_instance *problem, const lerp_method_instance *method, const place *at,
                       const measurement *measured, const char *started, lerp_error *error) {
  const plan_problem *planned = &context->plan->problem[item->problem];
  const bool solves = suite_solves(item->family->kind);
  char *parameters = parameters_text(item, problem, method);
  char *hits = has_hits(item) ? hits_text(&measured->result) : NULL;
  store_sample row = record_identify(context, item);
  row.block = context->block;
  row.process = context->process;
  row.order_index = (int64_t)context->order_index;
  row.problem = planned->text;
  row.problem_name = problem != NULL ? problem->family->name : item->kernel.kernel->name;
  row.method = item->method_text;
  row.method_name = item->peer != NULL || method == NULL ? item->method_text : method->name;
  row.parameters = parameters;
  row.n = (int64_t)measured->components;
  row.rho = planned->rho;
  row.lipschitz = problem != NULL ? problem->problem.facts.lipschitz : NAN;
  row.seed = (int64_t)context->plan->suite->seed;
  row.tolerance = solves ? item->family->tolerance : NAN;
  row.hits = hits;
  row.result = *measured->iterate != '\0' ? measured->iterate : NULL;
  row.command = context->command;
  row.started = started;
  fill_result(&row, &measured->result);
  fill_times(&row, measured, at);
  const store_details details = {measured->point, measured->points, measured->picture, measured->training};
  lerp_status status = store_add_sample(into, &row, &details, error);
  free(parameters);
  free(hits);
  return status;
}

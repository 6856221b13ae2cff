/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "measure.h"
#include "tool.h"
#include "values.h"

/* Runs of a peer until they last long enough; the first one only where it is that long by itself. */
static lerp_status repeat(const peer *by, void *run, const peer_rule *rule, double *seconds,
                          peer_outcome *last, lerp_error *error) {
  lerp_status status = by->run(run, rule, last, error);
  double sum = last->seconds, runs = 1;
  if (status == LERP_OK && sum < measure_shortest) {
    for (sum = runs = 0; status == LERP_OK && sum < measure_shortest && !tool_interrupted; runs++) {
      status = by->run(run, rule, last, error);
      sum += last->seconds;
    }
  }
  *seconds = sum / fmax(runs, 1);
  return status;
}

/* One iteration to warm up, then as many from the start as ours take, or fewer that are long enough. */
static lerp_status iterate(const peer *by, void *run, const lerp_problem *problem, double *seconds,
                           peer_outcome *last, lerp_error *error) {
  peer_rule rule = {.iterations = 1};
  lerp_status status = by->run(run, &rule, last, error);
  if (status == LERP_OK) {
    const double enough = fmax(ceil(measure_shortest / last->seconds), 1);
    rule.iterations = (uint64_t)fmin(enough, (double)measure_iterations(problem));
    status = repeat(by, run, &rule, seconds, last, error);
  }
  *seconds /=
      (double)(last->iterations > 0 ? last->iterations : rule.iterations); /* some stop at a residual of 0 */
  return status;
}

static void fill(const peer_outcome *from, int threads, measurement *result) {
  result->result = (lerp_result){.outcome = tool_interrupted ? LERP_INTERRUPTED : from->outcome,
                                 .iterations = from->iterations,
                                 .counts.evaluations = from->evaluations,
                                 .initial_residual = from->initial_residual,
                                 .residual = from->residual,
                                 .bytes = NAN,
                                 .flops = NAN,
                                 .threads = threads};
}

lerp_status measure_peer(const plan_case *item, const problem_instance *instance,
                         const lerp_method_instance *method, const place *at, measurement *result,
                         lerp_error *error) {
  const lerp_problem *problem = &instance->problem;
  json_t *object = values_of_problem(instance);
  char *values = json_dumps(object, JSON_COMPACT);
  json_decref(object);
  const peer_task task = {problem, values, method, at->threads, at->pinning};
  const suite_family *family = item->family;
  *result = (measurement){.imbalance = NAN,
                          .working_set = NAN,
                          .components = (double)(problem->op.dimension[0] + problem->op.dimension[1])};
  void *run;
  lerp_status status = item->peer->open(&task, &run, error);
  if (status != LERP_OK) {
    free(values);
    return status;
  }
  const peer_rule rule = {.tolerance = family->tolerance, .max_evaluations = family->max_evaluations};
  peer_outcome last = {0};
  status = suite_solves(family->kind) ? repeat(item->peer, run, &rule, &result->seconds, &last, error)
                                      : iterate(item->peer, run, problem, &result->seconds, &last, error);
  item->peer->close(run);
  free(values);
  fill(&last, at->threads, result);
  result->cpu_seconds = result->seconds * at->threads;
  result->result.isa = item->peer->version();
  return status;
}

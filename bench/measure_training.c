/* SPDX-License-Identifier: MIT */
/* Family gan. */
#include "measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "memory.h"
#include "networks.h"
#include "stopwatch.h"
#include "tool.h"

#ifdef LERP_HAVE_DNNL
#include "gan/output.h"
#include "gan/progress.h"
#include "gan/training.h"

static json_t *number(double value) {
  return isfinite(value) ? json_real(value) : json_null();
}

/* One list of numbers for each measure, of the iterates or of their mean. */
static json_t *lists(const char *const *measure, const training_point *point, size_t count, bool averaged) {
  json_t *object = json_object();
  for (size_t m = 0; measure[m]; m++) {
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
      json_array_append_new(list, number(averaged ? point[i].averaged[m] : point[i].measure[m]));
    }
    json_object_set_new(object, measure[m], list);
  }
  return object;
}

static char *describe(const training *of, const training_point *point, size_t count) {
  const double average = training_options_view(of)->average;
  json_t *calls = json_array(), *seconds = json_array(), *gradient = json_array();
  for (size_t i = 0; i < count; i++) {
    json_array_append_new(calls, json_integer((json_int_t)point[i].calls));
    json_array_append_new(seconds, number(point[i].seconds));
    json_array_append_new(gradient, number(point[i].gradient));
  }
  const training_shares where = training_where(of);
  json_t *object = json_pack("{s:s, s:f, s:o, s:o, s:o, s:{s:o, s:o}, s:o, s:o}", "order",
                             training_alternates(of) ? "alternating" : "simultaneous", "average", average,
                             "calls", calls, "seconds", seconds, "gradient", gradient, "shares",
                             "convolutions", number(where.convolutions), "method", number(where.method),
                             "measures", lists(training_measures(of), point, count, false), "averaged",
                             average > 0 ? lists(training_measures(of), point, count, true) : json_object());
  char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9));
  json_decref(object);
  return text;
}

/* A training on the way, and what was measured. */
typedef struct course {
  training *of;
  training_point *point;
  size_t count;
  const training_watch *watch;
  progress shown;
  double kept; /* seconds of this process until the last checkpoint */
} course;

enum { BETWEEN_CHECKPOINTS = 60 };

static void keep(course *c) {
  output_checkpoint(c->watch->checkpoint, c->of, c->point, c->count);
  c->kept = progress_spent(&c->shown);
}

static void show(course *c) {
  if (c->watch->title) {
    progress_speak(&c->shown, c->of, c->count ? &c->point[c->count - 1] : NULL);
  }
}

/* To the end, or until it runs away or is interrupted; *outcome says which. */
static lerp_status run(course *c, lerp_outcome *outcome, lerp_error *error) {
  *outcome = LERP_MAX_EVALUATIONS;
  while (!training_is_over(c->of) && *outcome == LERP_MAX_EVALUATIONS) {
    const lerp_status status = training_step(c->of, error);
    if (status) {
      return status;
    }
    if (training_is_due(c->of) && !training_evaluate(c->of, &c->point[c->count++])) {
      *outcome = LERP_DIVERGED;
    } else if (tool_interrupted) {
      keep(c);
      *outcome = LERP_INTERRUPTED;
    } else if (progress_spent(&c->shown) - c->kept > BETWEEN_CHECKPOINTS) {
      keep(c);
    }
    show(c);
  }
  return LERP_OK;
}

/* One of another build is of no use. */
static void go_on(course *c, size_t room) {
  lerp_error error;
  if (access(c->watch->checkpoint, F_OK) == 0 &&
      output_read_checkpoint(c->watch->checkpoint, c->of, c->point, room, &c->count, &error) != LERP_OK) {
    tool_warn("a training begins anew: %s", error.message);
  }
}

static void copy_end(const training *of, measurement *result) {
  uint64_t hash = TOOL_HASH_START;
  for (int part = 0; part < LERP_PARTS; part++) {
    const size_t size = training_problem(of)->op.dimension[part] * sizeof(double);
    result->end[part] = memory_new(1, size + 1);
    memcpy(result->end[part], training_part(of, part), size);
    hash = tool_hash(hash, result->end[part], size);
  }
  snprintf(result->iterate, sizeof result->iterate, "%016llx", (unsigned long long)hash);
}

static void fill(const training *of, const training_point *point, size_t count, lerp_outcome outcome,
                 const place *at, measurement *result) {
  const lerp_operator *op = &training_problem(of)->op;
  result->result = (lerp_result){.outcome = outcome,
                                 .iterations = training_iterations(of),
                                 .counts.evaluations = training_calls(of),
                                 .initial_residual = NAN,
                                 .residual = count > 0 ? point[count - 1].gradient : NAN,
                                 .bytes = op->bytes * (double)training_calls(of),
                                 .flops = op->flops * (double)training_calls(of),
                                 .threads = at->threads,
                                 .isa = lerp_isa()};
  result->components = (double)(op->dimension[0] + op->dimension[1]);
  result->working_set = op->bytes;
  result->seconds = training_seconds(of);
  result->training = describe(of, point, count);
  copy_end(of, result);
}

static lerp_status train(const plan_case *item, const plan *of, int repetition, const training_watch *watch,
                         const place *at, measurement *result, lerp_error *error) {
  const suite_family *family = item->family;
  const training_options options = {
      .data = of->problem[item->problem].text,
      .method = item->method_text,
      .order = family->alternating ? TRAINING_ALTERNATING : TRAINING_SIMULTANEOUS,
      .calls = family->max_evaluations,
      .evaluations = family->evaluations,
      .average = family->average,
      .decay = 1,
      .seed = of->suite->seed + (uint64_t)repetition,
  };
  course c = {.watch = watch};
  *result = (measurement){.imbalance = NAN};
  lerp_status status = training_new(&options, &c.of, error);
  if (status) {
    return status;
  }
  c.point = memory_new(options.evaluations + 1, sizeof *c.point);
  go_on(&c, options.evaluations);
  c.shown = progress_begin(watch->title, c.of);
  lerp_outcome outcome;
  stopwatch clock = {0};
  stopwatch_start(&clock);
  status = run(&c, &outcome, error);
  stopwatch_stop(&clock, NAN);
  if (status == LERP_OK) {
    fill(c.of, c.point, c.count, outcome, at, result);
    result->cpu_seconds = clock.cpu;
  }
  if (outcome != LERP_INTERRUPTED) {
    unlink(watch->checkpoint);
  }
  free(c.point);
  training_free(c.of);
  return status;
}

lerp_status measure_training(const plan_case *item, const plan *of, int repetition,
                             const training_watch *watch, const place *at, measurement *result,
                             lerp_error *error) {
  networks_place *networks = networks_begin(at->threads, at->pinning);
  if (networks == NULL) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "networks: out of memory");
  }
  const lerp_status status = train(item, of, repetition, watch, at, result, error);
  networks_end(networks);
  return status;
}
#else
lerp_status measure_training(const plan_case *item, const plan *of, int repetition,
                             const training_watch *watch, const place *at, measurement *result,
                             lerp_error *error) {
  (void)item, (void)of, (void)repetition, (void)watch, (void)at;
  *result = (measurement){.imbalance = NAN};
  return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX, "this build has no oneDNN, which trains networks");
}
#endif

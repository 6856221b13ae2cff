/* SPDX-License-Identifier: MIT */
#include "ticket.h"

#include <math.h>
#include <string.h>

#include "memory.h"
#include "tool.h"

/* --- Tickets ------------------------------------------------------------------------------------------ */

json_t *ticket_write(const record_context *context, const plan_case *item, size_t count) {
  const suite *from = context->plan->suite;
  const suite_family *family = item->family;
  json_t *of_case =
      json_pack("{s:s, s:s, s:s, s:s, s:i, s:s*, s:s*, s:f, s:I, s:I, s:I, s:I, s:b, s:b, s:i, s:f}", "name",
                item->name, "family", suite_kind_name[family->kind], "problem",
                context->plan->problem[item->problem].text, "method", item->method_text, "threads",
                item->threads, "start", family->start, "tunes", family->tunes, "tol", family->tolerance,
                "max_evals", (json_int_t)family->max_evaluations, "limit", (json_int_t)family->limit,
                "check_every", (json_int_t)family->check_every, "per_region", (json_int_t)family->per_region,
                "alternating", family->alternating, "trajectory", family->trajectory, "evaluations",
                (int)family->evaluations, "average", family->average);
  return json_pack("{s:o, s:s, s:I, s:s, s:s, s:s, s:i, s:i, s:i, s:I, s:I}", "case", of_case, "suite",
                   from->name, "seed", (json_int_t)from->seed, "command", context->command, "role",
                   family->role, "arm", context->arm, "block", context->block, "process", context->process,
                   "repetition", context->repetition, "order_index", (json_int_t)context->order_index,
                   "count", (json_int_t)count);
}

/* Texts that outlive the message. */
static const char *role_named(const char *text) {
  static const char *const roles[] = {"default", "tuned", "search"};
  size_t i = 0;
  while (i < sizeof roles / sizeof *roles && strcmp(roles[i], text) != 0) {
    i++;
  }
  return i < sizeof roles / sizeof *roles ? roles[i] : suite_standard.role;
}

lerp_status ticket_read(json_t *message, ticket *self, lerp_error *error) {
  const char *kind, *problem, *method, *role, *start = NULL;
  json_int_t seed, order_index, count, max_evaluations, limit, check_every, per_region;
  json_error_t wrong;
  *self = (ticket){.family = suite_standard};
  int threads, alternating, trajectory, evaluations;
  if (json_unpack_ex(message, &wrong, 0,
                     "{s:{s:s, s:s, s:s, s:s, s:i, s?s, s?s, s:F, s:I, s:I, s:I, s:I, s:b, s:b, s:i, s:F}, "
                     "s:s, s:I, s:s, "
                     "s:s, s:s, s:i, s:i, "
                     "s:i, s:I, s:I}",
                     "case", "name", &self->name, "family", &kind, "problem", &problem, "method", &method,
                     "threads", &threads, "start", &start, "tunes", &self->family.tunes, "tol",
                     &self->family.tolerance, "max_evals", &max_evaluations, "limit", &limit, "check_every",
                     &check_every, "per_region", &per_region, "alternating", &alternating, "trajectory",
                     &trajectory, "evaluations", &evaluations, "average", &self->family.average, "suite",
                     &self->suite, "seed", &seed, "command", &self->command, "role", &role, "arm", &self->arm,
                     "block", &self->block, "process", &self->process, "repetition", &self->repetition,
                     "order_index", &order_index, "count", &count) != 0) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                     "a sample was asked for in words that are not understood: %s", wrong.text);
  }
  suite_family *family = &self->family;
  family->kind = suite_kind_named(kind);
  family->role = role_named(role);
  family->start = start != NULL ? memory_copy_text(start) : NULL;
  family->max_evaluations = (uint64_t)max_evaluations;
  family->limit = (uint64_t)limit;
  family->check_every = (uint64_t)check_every;
  family->per_region = (uint64_t)per_region;
  family->alternating = alternating;
  family->trajectory = trajectory;
  family->evaluations = (unsigned)evaluations;
  suite_threads_add(&family->threads, threads);
  if (suite_runs_kernels(family->kind)) {
    suite_texts_add(&family->kernels, problem);
  } else {
    suite_texts_add(&family->problems, problem);
    suite_texts_add(&family->methods, method);
  }
  self->seed = (uint64_t)seed;
  self->order_index = (size_t)order_index;
  self->count = (size_t)count;
  return family->kind < SUITE_KINDS ? LERP_OK
                                    : lerp_fail(error, LERP_INVALID, SIZE_MAX, "unknown family '%s'", kind);
}

void ticket_fini(ticket *self) {
  suite_family_clear(&self->family);
}

/* --- Answers ------------------------------------------------------------------------------------------ */

/* Counters hold no infinities or NAN, which are no JSON: -1 stands for what is not known. */
static json_t *number(double value) {
  return json_real(isfinite(value) ? value : -1.0);
}

static json_t *counters(const measurement *measured) {
  const lerp_result *result = &measured->result;
  return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "n", number(measured->components),
                   "iterations_of_method", number((double)result->iterations), "evaluations",
                   number((double)result->counts.evaluations), "resolvents",
                   number((double)result->counts.resolvents), "exact_resolvents",
                   number((double)result->counts.exact_resolvents), "residual", number(result->residual),
                   "bytes", number(result->bytes), "flops", number(result->flops), "converged",
                   number(result->outcome == LERP_CONVERGED));
}

json_t *answer_write(bool taken, bool failed, bool disturbed, const measurement *measured,
                     const char *broken) {
  return json_pack("{s:b, s:b, s:b, s:o, s:o, s:s, s:o, s:s*}", "taken", taken, "failed", failed, "disturbed",
                   disturbed, "seconds", number(measured->seconds), "cpu_seconds",
                   number(measured->cpu_seconds), "label", lerp_outcome_name(measured->result.outcome),
                   "counters", counters(measured), "broken", broken);
}

bool answer_read(json_t *message, answer *self) {
  json_t *counted, *value;
  const char *name;
  int taken, failed, disturbed;
  *self = (answer){.broken = NULL};
  shim_measurement *to = &self->measured;
  if (json_unpack(message, "{s:b, s:b, s:b, s:F, s:F, s:s, s:o, s?s}", "taken", &taken, "failed", &failed,
                  "disturbed", &disturbed, "seconds", &to->seconds, "cpu_seconds", &to->cpu_seconds, "label",
                  &to->label, "counters", &counted, "broken", &self->broken) != 0) {
    return false;
  }
  self->taken = taken;
  self->failed = failed;
  self->disturbed = disturbed;
  self->seconds = to->seconds;
  json_object_foreach(counted, name, value) {
    shim_add_counter(to, name, json_number_value(value));
  }
  return true;
}

/* --- Hello -------------------------------------------------------------------------------------------- */

json_t *hello_write(const char *machine) {
  return json_pack("{s:i, s:i, s:s, s:s}", "protocol", TICKET_PROTOCOL, "schema", STORE_SCHEMA, "commit",
                   tool_commit(), "machine", machine);
}

lerp_status hello_read(json_t *message, hello *self, lerp_error *error) {
  int protocol, schema;
  if (json_unpack(message, "{s:i, s:i, s:s, s:s}", "protocol", &protocol, "schema", &schema, "commit",
                  &self->commit, "machine", &self->machine) != 0) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "it is no lerp-bench that takes samples for another one");
  }
  if (protocol != TICKET_PROTOCOL || schema != STORE_SCHEMA) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                     "it has store schema %d and protocol %d, this one schema %d and protocol %d", schema,
                     protocol, STORE_SCHEMA, TICKET_PROTOCOL);
  }
  return LERP_OK;
}

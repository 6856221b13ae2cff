/* SPDX-License-Identifier: MIT */
#include "serve.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "memory.h"
#include "sampler.h"
#include "ticket.h"
#include "tool.h"

typedef struct server {
  const bench_options *options;
  const lerp_topology *topology;
  FILE *answers;
  suite *suite; /* NULL: nothing was asked for yet */
  plan *plan;
  sampler sampler;
  suite_family family; /* of the last ticket: the plan points to it */
} server;

/* What a plugin prints goes to standard error: standard output is for answers. */
static FILE *take_standard_output(void) {
  const int private = dup(STDOUT_FILENO);
  FILE *stream = private >= 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 ? fdopen(private, "w") : NULL;
  if (stream == NULL) {
    tool_fail(TOOL_BAD_INPUT, "--worker: standard output is not open");
  }
  return stream;
}

static void say(server *self, json_t *message) {
  json_dumpf(message, self->answers, JSON_COMPACT);
  fputc('\n', self->answers);
  fflush(self->answers);
  json_decref(message);
}

static void greet(server *self) {
  machine on = machine_describe(self->topology);
  say(self, hello_write(on.key));
  machine_free(&on);
}

/* All tickets are of one suite. */
static void open_suite(server *self, const ticket *asked) {
  if (self->suite == NULL) {
    self->suite = suite_new(asked->suite);
    self->suite->seed = asked->seed;
    self->plan = plan_new(self->suite);
    sampler_open(&self->sampler, self->plan, self->options, self->topology);
  }
}

static void fill_context(record_context *context, const ticket *asked) {
  context->command = asked->command;
  context->arm = asked->arm;
  context->repetition = asked->repetition;
  context->block = asked->block;
  context->process = asked->process;
  context->order_index = asked->order_index;
}

/* The case of a ticket, whose family it takes; NULL: this build has no such case. */
static const plan_case *plan_ticket(server *self, ticket *asked, lerp_error *error) {
  plan_clear(self->plan);
  suite_family_clear(&self->family);
  self->family = asked->family;
  asked->family = (suite_family){0};
  size_t last;
  if (plan_add(self->plan, &self->family, &last, error) != LERP_OK) {
    return NULL;
  }
  const plan_case *made = &self->plan->item[last];
  if (strcmp(made->name, asked->name) != 0) {
    lerp_fail(error, LERP_INVALID, SIZE_MAX, "this build calls it %s", made->name);
    return NULL;
  }
  return made;
}

static json_t *take(server *self, ticket *asked) {
  open_suite(self, asked);
  fill_context(&self->sampler.context, asked);
  lerp_error error;
  measurement measured = {.result.outcome = LERP_INTERRUPTED};
  const size_t failed = self->sampler.tally.failed;
  const plan_case *item = plan_ticket(self, asked, &error);
  bool taken = false;
  if (item != NULL) {
    taken = sampler_take(&self->sampler, item, asked->count, &measured);
  } else {
    tool_warn("%s%s%s: %s", asked->arm, *asked->arm != '\0' ? ": " : "", asked->name, error.message);
  }
  const lerp_error *broken = &self->sampler.broken;
  json_t *message =
      answer_write(taken, item == NULL || self->sampler.tally.failed > failed, measured.disturbed, &measured,
                   broken->status != LERP_OK ? broken->message : NULL);
  measurement_fini(&measured);
  return message;
}

static void close_server(server *self) {
  if (self->suite != NULL) {
    sampler_close(&self->sampler);
    plan_free(self->plan);
    suite_free(self->suite);
  }
  suite_family_clear(&self->family);
  fclose(self->answers);
}

int serve(const bench_options *options, const lerp_topology *topology) {
  prctl(PR_SET_PDEATHSIG, SIGKILL); /* nobody would read the answers */
  server self = {.options = options, .topology = topology, .answers = take_standard_output()};
  greet(&self);
  json_t *message;
  while ((message = json_loadf(stdin, JSON_DISABLE_EOF_CHECK, NULL)) != NULL) {
    ticket asked;
    lerp_error error;
    if (ticket_read(message, &asked, &error) != LERP_OK) {
      tool_fail(TOOL_BAD_INPUT, "%s", error.message);
    }
    say(&self, take(&self, &asked));
    ticket_fini(&asked);
    json_decref(message);
  }
  close_server(&self);
  return tool_interrupted ? TOOL_INTERRUPTED : TOOL_DONE;
}

/* SPDX-License-Identifier: MIT */
#include "crew.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "memory.h"
#include "tool.h"

static store *open_store(const bench_options *options) {
  store *opened = NULL;
  lerp_error error;
  if (!options->dry_run ? store_create(options->store, &opened, &error) != LERP_OK
                        : options->resume && access(options->store, F_OK) == 0 &&
                              store_open(options->store, &opened, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
  if (opened != NULL && store_note(opened) != NULL) {
    tool_warn("%s", store_note(opened));
  }
  return opened;
}

static void open_arms(crew *self) {
  const ssize_t length = readlink("/proc/self/exe", self->program, sizeof self->program - 1);
  self->program[length > 0 ? length : 0] = '\0';
  if (self->options->against == NULL) {
    self->arms = 1;
    arm_open(&self->arm[0], "", self->program, self->options);
  } else {
    self->arms = 2;
    arm_open(&self->arm[0], "base", self->options->against, self->options);
    arm_open(&self->arm[1], "head", self->program, self->options);
  }
}

void crew_open(crew *self, const plan *cases, const bench_options *options, const lerp_topology *topology,
               const char *command) {
  *self = (crew){.options = options, .machine = machine_describe(topology)};
  self->context =
      (record_context){.plan = cases, .machine = self->machine.key, .command = command, .arm = ""};
  open_arms(self);
  self->store = open_store(options);
}

void crew_close(crew *self) {
  for (int i = 0; i < self->arms; i++) {
    arm_close(&self->arm[i]);
  }
  store_close(self->store);
  machine_free(&self->machine);
  free(self->broken);
}

void crew_visit(crew *self, const plan *cases) {
  self->context.plan = cases;
}

void crew_begin(crew *self) {
  lerp_error error;
  if (store_add_machine(self->store, self->machine.key, self->machine.json, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
  tool_catch_interrupts();
}

bool crew_is_over(const crew *self) {
  return tool_interrupted || self->broken != NULL;
}

bool crew_has(crew *self, store_sample *row) {
  const uint64_t seed = self->context.plan->suite->seed;
  bool found;
  lerp_error error;
  if (store_find_sample(self->store, row, &found, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
  if (found && (uint64_t)row->seed != seed) {
    const char *path = self->options->store;
    tool_fail(TOOL_BAD_INPUT, "--resume: '%s' has %s with seed %lld, and this run has seed %llu", path,
              row->name, (long long)row->seed, (unsigned long long)seed);
  }
  self->tally.skipped += found;
  return found;
}

answer crew_ask(crew *self, arm *by, const plan_case *item, size_t count, json_t **message) {
  *message = NULL;
  if (crew_is_over(self)) {
    return (answer){.taken = false};
  }
  const answer said = arm_take(by, &self->context, item, count, message);
  if (said.broken != NULL) {
    self->broken = memory_copy_text(said.broken);
  }
  self->tally.done += said.taken;
  self->tally.failed += said.failed;
  return said;
}

bool crew_take(crew *self, const plan_case *item, size_t count) {
  json_t *message;
  const bool taken = crew_ask(self, &self->arm[0], item, count, &message).taken;
  json_decref(message);
  return taken;
}

void crew_end(crew *self) {
  if (!self->options->quiet && tool_has_terminal()) {
    fputs("\r\033[K", stderr);
  }
  if (self->broken != NULL) {
    store_close(self->store);
    tool_fail(TOOL_BAD_INPUT, "%s; the %zu samples before are kept", self->broken, self->tally.done);
  }
}

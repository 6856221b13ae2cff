/* SPDX-License-Identifier: MIT */
#include "bench_run.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <lerp/random.h>

#include "band.h"
#include "crew.h"
#include "memory.h"
#include "shim/shim.h"
#include "standing.h"
#include "summary.h"
#include "target.h"
#include "tool.h"

typedef struct run {
  const plan *plan;
  crew crew;
  int64_t first; /* repetition of block 0, or STORE_NEXT_REPETITION */
  standing *standing;
  bool *wanted; /* in this block */
  size_t index, planned;
  shim *reports;
} run;

static bool is_paired(const run *self) {
  return self->crew.arms > 1;
}

/* --- One sample ---------------------------------------------------------------------------------------- */

/* What an arm found out; NAN seconds: nothing. */
typedef struct sample {
  double seconds;
  bool disturbed;
  answer said;     /* where it was taken now */
  json_t *message; /* that the answer borrows from */
} sample;

/* What an arm calls the code of a case: plugins are the same files for both. */
static char *code_of(const arm *by, const plan_case *item) {
  const char *plugins = item->code + strlen(tool_commit());
  char *code = memory_new(strlen(by->commit) + strlen(plugins) + 1, 1);
  strcpy(code, by->commit);
  return strcat(code, plugins);
}

static bool find_stored(run *self, const arm *by, const plan_case *item, sample *found) {
  crew *with = &self->crew;
  if (!with->options->resume || with->store == NULL) {
    return false;
  }
  char *code = code_of(by, item);
  store_sample row = record_identify(&with->context, item);
  row.machine = by->machine;
  row.commit = code;
  const bool is_there = crew_has(with, &row);
  if (is_there) {
    *found = (sample){.seconds = row.seconds, .disturbed = row.disturbed != 0};
  }
  free(code);
  return is_there;
}

/* A dry run goes on as if a sample had come out well. */
static void print_name(run *self, const arm *by, const plan_case *item, sample *got) {
  printf("%s%s%s\n", by->name, is_paired(self) ? "/" : "", item->name);
  *got = (sample){.seconds = 1};
  self->crew.tally.done++;
}

/* One sample by one arm, unless it is stored. */
static void visit_arm(run *self, arm *by, const plan_case *item, sample *got) {
  *got = (sample){.seconds = NAN};
  self->crew.context.arm = by->name;
  self->crew.context.order_index = self->index++;
  if (crew_is_over(&self->crew) || find_stored(self, by, item, got)) {
    return;
  }
  if (self->crew.options->dry_run) {
    print_name(self, by, item, got);
    return;
  }
  got->said = crew_ask(&self->crew, by, item, self->planned, &got->message);
  if (got->said.taken) {
    got->seconds = got->said.seconds;
    got->disturbed = got->said.disturbed;
  }
}

/* With the width that the interval has by now. */
static void report(const run *self, const arm *by, const plan_case *item, const standing *of, sample *got) {
  if (got->said.taken) {
    const double width = standing_width(of);
    char *name = memory_new(strlen(item->name) + strlen(by->name) + sizeof "/arm:", 1);
    sprintf(name, is_paired(self) ? "%s/arm:%s" : "%s", item->name, by->name);
    shim_add_counter(&got->said.measured, "interval_width", isnan(width) ? -1 : width);
    shim_report(self->reports, name, self->crew.context.block, self->plan->suite->max_repetitions,
                &got->said.measured);
    free(name);
  }
  json_decref(got->message);
}

/* --- Blocks -------------------------------------------------------------------------------------------- */

/* The arms in an order that depends on seed, block and case alone. */
static void visit(run *self, size_t which, int block) {
  const plan_case *item = &self->plan->item[which];
  standing *of = &self->standing[which];
  sample got[CREW_ARMS] = {{0}};
  const int turn = is_paired(self) && lerp_random_bits(self->plan->suite->seed, (uint64_t)block, which) & 1;
  for (int i = 0; i < self->crew.arms; i++) {
    visit_arm(self, &self->crew.arm[i ^ turn], item, &got[i ^ turn]);
  }
  standing_add(of, is_paired(self) ? got[1].seconds / got[0].seconds : got[0].seconds,
               got[0].disturbed || got[1].disturbed);
  for (int i = 0; i < self->crew.arms; i++) {
    report(self, &self->crew.arm[i], item, of, &got[i]);
  }
}

/* Notes which cases another block is wanted of; whether there is one. */
static bool want(run *self, int block) {
  const size_t count = standing_want(self->standing, self->plan, self->wanted);
  self->planned += count * (size_t)self->crew.arms;
  return count > 0 && (block < self->plan->suite->repetitions || !self->crew.options->dry_run);
}

static void run_block(run *self, int block, size_t *order) {
  const suite *from = self->plan->suite;
  record_context *context = &self->crew.context;
  context->block = block;
  context->process = block / ((from->repetitions + from->processes - 1) / from->processes);
  context->repetition =
      self->first == STORE_NEXT_REPETITION ? STORE_NEXT_REPETITION : (int)self->first + block;
  plan_order(self->plan, block, order);
  for (size_t i = 0; i < self->plan->cases && !crew_is_over(&self->crew); i++) {
    if (self->wanted[order[i]]) {
      visit(self, order[i], block);
    }
  }
}

static void run_blocks(run *self) {
  size_t *order = memory_new(self->plan->cases, sizeof *order);
  for (int block = 0; !crew_is_over(&self->crew) && want(self, block); block++) {
    run_block(self, block, order);
  }
  free(order);
}

/* --- Before and after ---------------------------------------------------------------------------------- */

/* Repetitions of pairs are the same for both arms, so they are chosen here. */
static int64_t first_repetition(const run *self) {
  const crew *with = &self->crew;
  if (with->options->resume || !is_paired(self) || with->store == NULL) {
    return with->options->resume ? 0 : STORE_NEXT_REPETITION;
  }
  int64_t first;
  lerp_error error;
  if (store_free_repetition(with->store, self->plan->suite->name, &first, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
  return first;
}

static void add_context(const run *self) {
  shim_add_context("lerp_version", lerp_version());
  shim_add_context("lerp_commit", tool_commit());
  shim_add_context("lerp_compiler", tool_compiler());
  shim_add_context("lerp_isa", lerp_isa());
  shim_add_context("lerp_machine", self->crew.machine.key);
}

static shim *open_reports(const run *self, const char *program) {
  const bench_options *options = self->crew.options;
  const shim_output output = {
      .display_format = options->display_format, .file = options->out, .file_format = options->out_format};
  add_context(self);
  shim *opened = shim_open(program, &output);
  if (opened == NULL) {
    tool_fail(TOOL_BAD_INPUT, "--benchmark_out '%s' cannot be written: %s", options->out, strerror(errno));
  }
  return opened;
}

/* The tables that a run ends with; what came out for targets is kept in any case. */
static void conclude(run *self, const lerp_topology *topology, bool prints) {
  const lerp_topology_summary on = lerp_topology_summarize(topology);
  FILE *stream = prints ? stdout : NULL;
  record_context *context = &self->crew.context;
  store *from = self->crew.store;
  lerp_error error;
  lerp_status status = LERP_OK;
  context->arm = "";
  if (is_paired(self)) {
    if (prints) {
      summary_print_ratios(stdout, self->plan, self->standing);
    }
  } else if (self->plan->suite->targets > 0) {
    status = targets_report(stream, context, from, on.cache, &error);
  } else if (self->plan->suite->bands > 0) {
    status = bands_report(stream, context, from, &error);
  } else if (prints) {
    summary_print(stdout, context, from, on.cache);
  }
  if (status != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
  if (prints) {
    summary_print_widths(stdout, self->plan, self->standing);
  }
}

static int measure(run *self, const lerp_topology *topology, const char *program) {
  const bench_options *options = self->crew.options;
  const time_t start = time(NULL);
  self->reports = open_reports(self, program);
  crew_begin(&self->crew);
  run_blocks(self);
  crew_end(&self->crew);
  if (!shim_close(self->reports)) {
    tool_fail(TOOL_BAD_INPUT, "--benchmark_out '%s' cannot be written; the samples are in the store",
              options->out);
  }
  const bool prints = !options->quiet && options->display_format == NULL && self->plan->cases > 0;
  conclude(self, topology, prints);
  if (prints) {
    tally_print(&self->crew.tally, store_path(self->crew.store), difftime(time(NULL), start));
  }
  return tally_code(&self->crew.tally);
}

static int print_samples(run *self) {
  run_blocks(self);
  fprintf(stderr, "lerp-bench: %zu samples of %zu cases%s\n", self->crew.tally.done, self->plan->cases,
          self->crew.tally.skipped > 0 ? ", without those that are stored" : "");
  return TOOL_DONE;
}

int bench_run(const plan *cases, const bench_options *options, const lerp_topology *topology,
              const char *program, const char *command) {
  run self = {.plan = cases};
  self.standing = memory_new(cases->cases, sizeof *self.standing);
  self.wanted = memory_new(cases->cases, sizeof *self.wanted);
  crew_open(&self.crew, cases, options, topology, command);
  self.first = first_repetition(&self);
  const int code = options->dry_run ? print_samples(&self) : measure(&self, topology, program);
  crew_close(&self.crew);
  for (size_t i = 0; i < cases->cases; i++) {
    standing_free(&self.standing[i]);
  }
  free(self.standing);
  free(self.wanted);
  return code;
}

/* SPDX-License-Identifier: MIT */
#include "bench_tune.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "memory.h"
#include "search.h"
#include "tool.h"

typedef struct tuning {
  plan *cases;
  crew crew;
  counts runs;
  bool headed; /* the table has begun */
} tuning;

/* Thread counts aside, the first case of its problem and method. */
static bool is_tuned(const plan *cases, size_t index) {
  const plan_case *item = &cases->item[index];
  if (item->family->tune.budget == 0 || item->peer != NULL) {
    return false;
  }
  for (size_t i = 0; i < index; i++) {
    const plan_case *before = &cases->item[i];
    if (before->family == item->family && before->problem == item->problem &&
        strcmp(before->method_text, item->method_text) == 0) {
      return false;
    }
  }
  return true;
}

bool bench_tunes(const plan *cases) {
  for (size_t i = 0; i < cases->cases; i++) {
    if (is_tuned(cases, i)) {
      return true;
    }
  }
  return false;
}

/* --- The table ---------------------------------------------------------------------------------------- */

static void print_cell(bool known, bool solved, uint64_t cost) {
  char cell[32] = "-";
  if (known && solved) {
    snprintf(cell, sizeof cell, "%llu", (unsigned long long)cost);
  }
  printf(" %9s", cell);
}

static void print_row(tuning *self, const plan_case *item, const search_result *found) {
  if (!self->headed) {
    printf("\nTuned: evaluations to the tolerance by default and with the best parameters that %llu "
           "evaluations of trials found\n(- not converged)\n%-32s %-16s %9s %9s %7s  %s\n",
           (unsigned long long)item->family->tune.budget, "problem", "method", "default", "tuned", "trials",
           "best");
    self->headed = true;
  }
  counts of_any_run = self->runs;
  of_any_run.since = 0;
  count_fact by_default = {0};
  const bool known = counts_find(&of_any_run, item, &by_default);
  printf("%-32s %-16s", self->cases->problem[item->problem].text, item->method_text);
  print_cell(known, by_default.solved, by_default.cost);
  print_cell(found->method != NULL, found->solved, found->cost);
  printf(" %7zu  %s\n", found->trials, found->solved ? found->method : "");
}

/* --- Samples ------------------------------------------------------------------------------------------ */

static bool is_stored(tuning *self, const plan_case *item) {
  store_sample row = record_identify(&self->crew.context, item);
  return crew_has(&self->crew, &row);
}

/* The samples of one problem and method, as many as of the untuned one. */
static void take_samples(tuning *self, const plan *cases) {
  crew_visit(&self->crew, cases);
  record_context *context = &self->crew.context;
  const bool resumes = self->crew.options->resume;
  for (int block = 0; block < cases->suite->repetitions; block++) {
    for (size_t i = 0; i < cases->cases; i++) {
      context->block = block;
      context->repetition = resumes ? block : STORE_NEXT_REPETITION;
      context->order_index = self->crew.tally.done + self->crew.tally.failed;
      if (!resumes || !is_stored(self, &cases->item[i])) {
        crew_take(&self->crew, &cases->item[i], 0);
      }
    }
  }
}

static void measure_tuned(tuning *self, const plan_case *item, const char *method) {
  suite_family tuned = *item->family;
  tuned.role = "tuned";
  tuned.tunes = item->method_text;
  tuned.problems = tuned.methods = (suite_texts){0};
  suite_texts_add(&tuned.problems, self->cases->problem[item->problem].text);
  suite_texts_add(&tuned.methods, method);
  plan *cases = plan_empty(self->cases->suite);
  size_t last;
  lerp_error error;
  if (plan_add(cases, &tuned, &last, &error) == LERP_OK) {
    take_samples(self, cases);
  }
  plan_free(cases);
  suite_texts_clear(&tuned.problems);
  suite_texts_clear(&tuned.methods);
}

static bool tune_case(tuning *self, const plan_case *item) {
  search_result found;
  const bool finished = search_best(&self->runs, item->family, self->cases->problem[item->problem].text,
                                    item->method_text, &found);
  if (finished && found.method != NULL) {
    measure_tuned(self, item, found.method);
    crew_visit(&self->crew, self->cases);
    crew_end(&self->crew);
    if (!self->crew.options->quiet && self->crew.options->display_format == NULL) {
      print_row(self, item, &found);
    }
  }
  search_result_clear(&found);
  return finished && !tool_interrupted;
}

int bench_tune(plan *cases, const bench_options *options, const lerp_topology *topology,
               const char *command) {
  tuning self = {.cases = cases};
  const time_t start = time(NULL);
  crew_open(&self.crew, cases, options, topology, command);
  crew_begin(&self.crew);
  self.runs = counts_new(&self.crew);
  for (size_t i = 0; i < cases->cases; i++) {
    if (is_tuned(cases, i) && !tune_case(&self, &cases->item[i])) {
      break;
    }
  }
  crew_end(&self.crew);
  if (self.headed) {
    tally_print(&self.crew.tally, store_path(self.crew.store), difftime(time(NULL), start));
  }
  const int code = tally_code(&self.crew.tally);
  crew_close(&self.crew);
  return code;
}

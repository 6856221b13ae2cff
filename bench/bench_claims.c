/* SPDX-License-Identifier: MIT */
#include "bench_claims.h"

#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "claim.h"
#include "claim_runs.h"
#include "counts.h"
#include "crew.h"
#include "memory.h"
#include "tool.h"

typedef struct claims_run {
  const suite *suite;
  crew crew;
  claim_runs runs;
  size_t refuted; /* guaranteed ones */
} claims_run;

/* --- Which claims ------------------------------------------------------------------------------------- */

/* The claims that --benchmark_filter and --shard leave. */
static const claim **choose(const suite *of, const bench_options *options, size_t *count) {
  const char *filter = options->filter != NULL && strcmp(options->filter, "all") != 0 ? options->filter : "";
  bool inverted = *filter == '-';
  regex_t regex;
  if (regcomp(&regex, filter + inverted, REG_EXTENDED | REG_NOSUB) != 0) {
    tool_fail(TOOL_BAD_INPUT, "--benchmark_filter '%s': not a regular expression", filter);
  }
  const claim **chosen = memory_new(of->claims, sizeof *chosen);
  size_t matching = 0;
  *count = 0;
  for (size_t i = 0; i < of->claims; i++) {
    if ((regexec(&regex, of->claim[i].id, 0, NULL, 0) == 0) != inverted &&
        matching++ % (size_t)options->shards == (size_t)options->shard - 1) {
      chosen[(*count)++] = &of->claim[i];
    }
  }
  regfree(&regex);
  if (matching == 0) {
    tool_fail(TOOL_BAD_INPUT, "no claim of suite '%s' is left with --benchmark_filter %s", of->name, filter);
  }
  return chosen;
}

/* --- Runs --------------------------------------------------------------------------------------------- */

/* What came out so far; free the text. */
static claim_verdict judge(claims_run *self, const claim *one, char **text) {
  size_t size;
  claim_finding finding = {.verdict = CLAIM_HOLDS, .text = open_memstream(text, &size)};
  claim_runs_begin(&self->runs, one->line);
  one->kind->judge(one, &self->runs, &finding);
  if (self->runs.missing > 0) {
    fprintf(finding.text, "; %zu runs are missing", self->runs.missing);
  }
  fclose(finding.text);
  return self->runs.missing > 0 ? CLAIM_UNDECIDED : finding.verdict;
}

/* The runs that the claims want, given those that are there; how many. */
static size_t ask_all(claims_run *self, const claim **claims, size_t count) {
  for (size_t i = 0; i < count; i++) {
    char *text;
    judge(self, claims[i], &text);
    free(text);
  }
  return claim_runs_wanted(&self->runs);
}

static void run_round(claims_run *self, size_t wanted) {
  const tally *taken = &self->crew.tally;
  const size_t before = taken->done + taken->failed;
  const plan_case *item;
  while (!crew_is_over(&self->crew) && (item = claim_runs_next(&self->runs)) != NULL) {
    self->crew.context.order_index = taken->done + taken->failed;
    crew_take(&self->crew, item, before + wanted);
  }
}

/* --- Verdicts ----------------------------------------------------------------------------------------- */

static void store_verdict(const claims_run *self, const claim *one, claim_verdict verdict,
                          const char *found) {
  char *samples = sample_ids_json(&self->runs.ids);
  const store_claim row = {.suite = self->suite->name,
                           .name = one->id,
                           .claim = one->text,
                           .source = one->source,
                           .guaranteed = one->guaranteed,
                           .run = one->run,
                           .found = found,
                           .verdict = claim_verdict_name[verdict],
                           .samples = samples,
                           .machine = self->crew.machine.key,
                           .commit = tool_commit()};
  lerp_error error;
  if (store_add_claim(self->crew.store, &row, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
  free(samples);
}

/* One claim a line: verdict, id, claim, what came out, source, samples. */
static void conclude(claims_run *self, const claim **claims, size_t count) {
  int longest = 0;
  for (size_t i = 0; i < count; i++) {
    int length = (int)strlen(claims[i]->id);
    longest = length > longest ? length : longest;
  }
  for (size_t i = 0; i < count; i++) {
    const claim *one = claims[i];
    char *found;
    claim_verdict verdict = judge(self, one, &found);
    self->refuted += verdict == CLAIM_REFUTED && one->guaranteed;
    store_verdict(self, one, verdict, found);
    if (!self->crew.options->quiet) {
      printf("%-13s\t%-*s\t%s\t%s\t%s%s\truns ", claim_verdict_name[verdict], longest, one->id, one->text,
             found, one->source, one->guaranteed ? " (proved)" : "");
      sample_ids_print(&self->runs.ids, stdout);
      putchar('\n');
    }
    free(found);
  }
}

static void warn_refuted(const claims_run *self) {
  if (self->refuted > 0) {
    tool_warn("%zu claim%s that theory guarantees %s contradicted by what was measured", self->refuted,
              self->refuted == 1 ? "" : "s", self->refuted == 1 ? "is" : "are");
  }
}

/* ------------------------------------------------------------------------------------------------------- */

static int test(claims_run *self, const claim **claims, size_t count) {
  time_t start = time(NULL);
  crew_begin(&self->crew);
  size_t wanted;
  while (!tool_interrupted && (wanted = ask_all(self, claims, count)) > 0) {
    run_round(self, wanted);
    crew_end(&self->crew);
  }
  conclude(self, claims, count);
  if (!self->crew.options->quiet) {
    tally_print(&self->crew.tally, store_path(self->crew.store), difftime(time(NULL), start));
  }
  warn_refuted(self);
  int code = tally_code(&self->crew.tally);
  return code == TOOL_DONE && self->refuted > 0 ? TOOL_NOT_CONVERGED : code;
}

static void print_wanted(claims_run *self) {
  const plan_case *item;
  while ((item = claim_runs_next(&self->runs)) != NULL) {
    puts(item->name);
  }
}

int bench_claims(const suite *of, const bench_options *options, const lerp_topology *topology,
                 const char *command) {
  bench_options_refuse_cases(options, "claims");
  size_t count;
  const claim **claims = choose(of, options, &count);
  int code = TOOL_DONE;
  if (options->list_tests) {
    for (size_t i = 0; i < count; i++) {
      puts(claims[i]->id);
    }
    free(claims);
    return code;
  }
  claims_run self = {.suite = of};
  plan *cases = plan_new(of);
  self.runs = claim_runs_new(cases, &self.crew.context);
  ask_all(&self, claims, count); /* what is wrong shows before there is a store */
  crew_open(&self.crew, cases, options, topology, command);
  self.crew.context.repetition = options->resume ? 0 : STORE_NEXT_REPETITION;
  self.runs.store = self.crew.store;
  self.runs.since = options->resume || self.crew.store == NULL ? 0 : counts_next_sample(self.crew.store);
  if (options->dry_run) {
    ask_all(&self, claims, count);
    print_wanted(&self);
  } else {
    code = test(&self, claims, count);
  }
  claim_runs_free(&self.runs);
  crew_close(&self.crew);
  plan_free(cases);
  free(claims);
  return code;
}

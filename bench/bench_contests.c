/* SPDX-License-Identifier: MIT */
#include "bench_contests.h"

#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "contest.h"
#include "contest_judge.h"
#include "ids.h"
#include "memory.h"
#include "search.h"
#include "tool.h"
#include "values.h"

/* How a field did on a problem. */
typedef struct standing {
  contest_best best;
  char *method; /* the best one's, which best points to */
  sample_ids ids;
} standing;

typedef struct instance {
  const contest_set *set;
  char *problem;
  standing *of; /* by field */
} instance;

typedef struct contests_run {
  const suite *suite;
  const contests *all;
  crew crew;
  counts runs;
  instance *instance;
  size_t instances;
  bool whole; /* no problem was left out */
} contests_run;

/* --- Which problems ----------------------------------------------------------------------------------- */

static void add_instance(contests_run *self, const contest_set *set, const lerp_spec *spec) {
  char *text;
  size_t size;
  FILE *stream = open_memstream(&text, &size);
  fputs(spec->name, stream);
  for (size_t i = 0; i < spec->count; i++) {
    fprintf(stream, ":%s=%s", spec->key[i], spec->value[i]);
  }
  fclose(stream);
  self->instance = memory_resize(self->instance, self->instances + 1, sizeof *self->instance);
  self->instance[self->instances++] = (instance){
      .set = set, .problem = text, .of = memory_new(self->all->fields, sizeof *self->instance->of)};
}

/* Lists and ranges multiplied out. */
static void add_set(contests_run *self, const contest_set *set) {
  for (size_t i = 0; i < set->family.problems.count; i++) {
    lerp_spec *specs;
    size_t count;
    lerp_error error;
    if (lerp_specs_parse(set->family.problems.text[i], &specs, &count, &error) != LERP_OK) {
      tool_fail_input(set->family.problems.text[i], &error);
    }
    for (size_t j = 0; j < count; j++) {
      add_instance(self, set, &specs[j]);
    }
    lerp_specs_free(specs, count);
  }
}

static void free_instance(const contests_run *self, instance *one) {
  for (size_t f = 0; f < self->all->fields; f++) {
    free(one->of[f].method);
    sample_ids_clear(&one->of[f].ids);
  }
  free(one->of);
  free(one->problem);
}

/* Keeps what --benchmark_filter and --shard leave. */
static void choose(contests_run *self, const bench_options *options) {
  const char *filter = options->filter != NULL && strcmp(options->filter, "all") != 0 ? options->filter : "";
  const bool inverted = *filter == '-';
  regex_t regex;
  if (regcomp(&regex, filter + inverted, REG_EXTENDED | REG_NOSUB) != 0) {
    tool_fail(TOOL_BAD_INPUT, "--benchmark_filter '%s': not a regular expression", filter);
  }
  size_t kept = 0, matching = 0, all = self->instances;
  for (size_t i = 0; i < all; i++) {
    const bool matches = (regexec(&regex, self->instance[i].problem, 0, NULL, 0) == 0) != inverted;
    if (matches && matching++ % (size_t)options->shards == (size_t)options->shard - 1) {
      self->instance[kept++] = self->instance[i];
    } else {
      free_instance(self, &self->instance[i]);
    }
  }
  regfree(&regex);
  self->instances = kept;
  self->whole = kept == all;
  if (matching == 0) {
    tool_fail(TOOL_BAD_INPUT, "no problem of suite '%s' is left with --benchmark_filter %s",
              self->suite->name, filter);
  }
}

/* --- Runs --------------------------------------------------------------------------------------------- */

static void note(standing *of, const char *method, const count_fact *fact) {
  sample_ids_add(&of->ids, fact->id);
  if (of->method == NULL || (fact->solved && (!of->best.solved || fact->cost < of->best.cost))) {
    free(of->method);
    of->method = memory_copy_text(method);
    of->best =
        (contest_best){.solved = fact->solved, .cost = fact->cost, .method = of->method, .sample = fact->id};
  }
}

/* What a family says, for one problem and these methods; the methods are borrowed. */
static suite_family at_problem(const suite_family *like, const char *role, const instance *one,
                               suite_texts methods) {
  suite_family family = *like;
  family.role = role;
  family.start = one->set->family.start;
  family.problems = (suite_texts){0};
  family.methods = methods;
  suite_texts_add(&family.problems, one->problem);
  return family;
}

/* Those of the methods that can run. */
static void run_methods(contests_run *self, const suite_family *family, standing *of) {
  plan *cases = plan_empty(self->suite);
  lerp_error error;
  if (plan_add_possible(cases, family, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s: %s", self->suite->origin, error.message);
  }
  for (size_t i = 0; i < cases->cases && !crew_is_over(&self->crew); i++) {
    count_fact fact;
    if (counts_take(&self->runs, cases, &cases->item[i], &fact)) {
      note(of, cases->item[i].method_text, &fact);
    }
  }
  plan_free(cases);
}

/* The best parameters of one method, and a run with these. */
static void run_tuned(contests_run *self, const contest_field *field, const instance *one, const char *method,
                      standing *of) {
  suite_family family = at_problem(&field->family, "tuned", one, (suite_texts){0});
  family.tunes = method;
  search_result found;
  if (search_best(&self->runs, &family, one->problem, method, &found) && found.method != NULL) {
    suite_texts_add(&family.methods, found.method);
    run_methods(self, &family, of);
  }
  search_result_clear(&found);
  suite_texts_clear(&family.methods);
  suite_texts_clear(&family.problems);
}

static void run_field(contests_run *self, const contest_field *field, instance *one, standing *of) {
  const suite_texts *methods = &field->family.methods;
  if (field->family.tune.budget == 0) {
    suite_family family = at_problem(&field->family, suite_standard.role, one, *methods);
    run_methods(self, &family, of);
    suite_texts_clear(&family.problems);
    return;
  }
  for (size_t i = 0; i < methods->count && !crew_is_over(&self->crew); i++) {
    run_tuned(self, field, one, methods->text[i], of);
  }
}

static void run_all(contests_run *self) {
  for (size_t i = 0; i < self->instances; i++) {
    for (size_t f = 0; f < self->all->fields && !crew_is_over(&self->crew); f++) {
      run_field(self, &self->all->field[f], &self->instance[i], &self->instance[i].of[f]);
    }
  }
}

/* --- Who won ------------------------------------------------------------------------------------------ */

/* One of our fields against the others of a contest, on a set. */
typedef struct match {
  const contests_run *run;
  const contest *contest;
  const contest_set *set;
  size_t ours; /* field */
  contest_score score;
  sample_ids ids;
  json_t *results;
} match;

static size_t field_index(const contests_run *self, const char *name) {
  return (size_t)(contests_field(self->all, name) - self->all->field);
}

/* The best of all fields that ours is against. */
static contest_best best_other(const match *self, const instance *one) {
  contest_best best = {0};
  for (size_t i = 0; i < self->contest->against.count; i++) {
    const standing *of = &one->of[field_index(self->run, self->contest->against.text[i])];
    if (best.method == NULL || (of->best.solved && (!best.solved || of->best.cost < best.cost))) {
      best = of->best;
    }
  }
  return best;
}

static void add_ids(match *self, const standing *of) {
  for (size_t i = 0; i < of->ids.count; i++) {
    sample_ids_add(&self->ids, of->ids.id[i]);
  }
}

/* All that a result was computed from. */
static void add_all_ids(match *self, const instance *one) {
  add_ids(self, &one->of[self->ours]);
  for (size_t i = 0; i < self->contest->against.count; i++) {
    add_ids(self, &one->of[field_index(self->run, self->contest->against.text[i])]);
  }
}

static json_t *count_json(const contest_best *of) {
  return of->solved ? json_integer((json_int_t)of->cost) : json_null();
}

static json_t *method_json(const contest_best *of) {
  return of->solved ? json_string(of->method) : json_null();
}

static match judge(const contests_run *run, const contest *one, const contest_set *set, const char *ours) {
  match self = {
      .run = run, .contest = one, .set = set, .ours = field_index(run, ours), .results = json_array()};
  for (size_t i = 0; i < run->instances; i++) {
    const instance *at = &run->instance[i];
    if (strcmp(at->set->name, set->name) != 0) {
      continue;
    }
    const contest_best *our = &at->of[self.ours].best;
    const contest_best their = best_other(&self, at);
    add_all_ids(&self, at);
    contest_score_add(&self.score, our, &their);
    json_array_append_new(self.results,
                          json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "problem", at->problem, "outcome",
                                    contest_outcome_name[contest_judge(our, &their)], "ours", count_json(our),
                                    "theirs", count_json(&their), "our_method", method_json(our),
                                    "their_method", method_json(&their)));
  }
  return self;
}

static void match_clear(match *self) {
  contest_score_clear(&self->score);
  sample_ids_clear(&self->ids);
  json_decref(self->results);
}

static size_t problems_of(const match *self) {
  return json_array_size(self->results);
}

/* --- The table ---------------------------------------------------------------------------------------- */

static char *join_names(const suite_texts *names) {
  char *text;
  size_t size;
  FILE *stream = open_memstream(&text, &size);
  for (size_t i = 0; i < names->count; i++) {
    fprintf(stream, "%s%s", i > 0 ? ", " : "", names->text[i]);
  }
  fclose(stream);
  return text;
}

static void print_best(const contest_best *of) {
  if (of->solved) {
    printf(", %s %llu (run %lld)", of->method, (unsigned long long)of->cost, (long long)of->sample);
  }
}

/* The problems of an outcome, with the best of each side. */
static void print_problems(const match *self, contest_outcome outcome) {
  for (size_t i = 0; i < self->run->instances; i++) {
    const instance *at = &self->run->instance[i];
    const contest_best *our = &at->of[self->ours].best, their = best_other(self, at);
    if (strcmp(at->set->name, self->set->name) == 0 && contest_judge(our, &their) == outcome) {
      printf("  %s %s", contest_outcome_name[outcome], at->problem);
      fputs(outcome == CONTEST_LOST && !our->solved ? ", not solved" : "", stdout);
      print_best(our);
      print_best(&their);
      putchar('\n');
    }
  }
}

static void print_head(void) {
  printf("Won, tied and lost by evaluations; unsolved by both; alone: unsolved by the others only; ratio: "
         "the median of "
         "theirs over ours\n%-16s %-12s %-10s %5s %5s %5s %5s %8s %6s %7s  %s\n",
         "contest", "problems", "ours", "of", "won", "tied", "lost", "unsolved", "alone", "ratio", "against");
}

static void print_row(const match *self) {
  const contest_score *score = &self->score;
  char *against = join_names(&self->contest->against), ratio[32] = "-";
  if (score->ratios > 0) {
    snprintf(ratio, sizeof ratio, "%.3g", contest_score_ratio(score));
  }
  printf("%-16s %-12s %-10s %5zu %5zu %5zu %5zu %8zu %6zu %7s  %s\n", self->contest->id, self->set->name,
         self->run->all->field[self->ours].name, problems_of(self), score->count[CONTEST_WON],
         score->count[CONTEST_TIED], score->count[CONTEST_LOST], score->count[CONTEST_UNSOLVED],
         score->censored, ratio, against);
  free(against);
}

/* What was not won, by name. */
static void print_rest(const match *self) {
  if (self->score.count[CONTEST_LOST] + self->score.count[CONTEST_UNSOLVED] > 0) {
    printf("\n%s, %s: %s\n", self->contest->id, self->set->name, self->run->all->field[self->ours].name);
    print_problems(self, CONTEST_LOST);
    print_problems(self, CONTEST_UNSOLVED);
  }
}

static void store_match(const match *self, const crew *with) {
  const contest_score *score = &self->score;
  char *against = join_names(&self->contest->against), *samples = sample_ids_json(&self->ids),
       *results = json_dumps(self->results, JSON_COMPACT);
  const store_contest row = {.suite = self->run->suite->name,
                             .name = self->contest->id,
                             .contest = self->contest->text,
                             .part = self->set->name,
                             .ours = self->run->all->field[self->ours].name,
                             .against = against,
                             .problems = (int64_t)problems_of(self),
                             .won = (int64_t)score->count[CONTEST_WON],
                             .tied = (int64_t)score->count[CONTEST_TIED],
                             .lost = (int64_t)score->count[CONTEST_LOST],
                             .unsolved = (int64_t)score->count[CONTEST_UNSOLVED],
                             .censored = (int64_t)score->censored,
                             .ratio = contest_score_ratio(score),
                             .results = results,
                             .samples = samples,
                             .machine = with->machine.key,
                             .commit = tool_commit()};
  lerp_error error;
  if (store_add_contest(with->store, &row, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
  free(against);
  free(samples);
  free(results);
}

/* Objects with the same name make one set. */
static bool begins_set(const contests *all, size_t s) {
  size_t first = 0;
  while (strcmp(all->set[first].name, all->set[s].name) != 0) {
    first++;
  }
  return first == s;
}

typedef struct matches {
  match *list;
  size_t count;
} matches;

/* Of all contests, each of ours on each set of which a problem is left. */
static matches judge_all(const contests_run *self) {
  const contests *all = self->all;
  matches found = {0};
  for (const contest *one = all->contest; one < all->contest + all->contests; one++) {
    for (size_t o = 0; o < one->ours.count; o++) {
      for (size_t s = 0; s < all->sets; s++) {
        match played = begins_set(all, s) ? judge(self, one, &all->set[s], one->ours.text[o]) : (match){0};
        if (problems_of(&played) == 0) {
          match_clear(&played);
          continue;
        }
        found.list = memory_resize(found.list, found.count + 1, sizeof *found.list);
        found.list[found.count++] = played;
      }
    }
  }
  return found;
}

static void conclude(contests_run *self) {
  matches played = judge_all(self);
  const bool prints = !self->crew.options->quiet;
  if (prints) {
    print_head();
  }
  for (size_t i = 0; i < played.count; i++) {
    if (prints) {
      print_row(&played.list[i]);
    }
    if (self->whole) {
      store_match(&played.list[i], &self->crew);
    }
  }
  for (size_t i = 0; i < played.count; i++) {
    if (prints) {
      print_rest(&played.list[i]);
    }
    match_clear(&played.list[i]);
  }
  free(played.list);
}

/* ------------------------------------------------------------------------------------------------------- */

static int hold(contests_run *self) {
  const time_t start = time(NULL);
  crew_begin(&self->crew);
  run_all(self);
  crew_end(&self->crew);
  if (!tool_interrupted) {
    conclude(self);
  }
  if (!self->crew.options->quiet) {
    tally_print(&self->crew.tally, store_path(self->crew.store), difftime(time(NULL), start));
  }
  return tally_code(&self->crew.tally);
}

static void check_methods(const contests_run *self, const instance *one, suite_texts methods) {
  suite_family family = at_problem(&suite_standard, suite_standard.role, one, methods);
  family.kind = SUITE_COUNT;
  plan *cases = plan_empty(self->suite);
  lerp_error error;
  if (plan_add_possible(cases, &family, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s: %s: %s", self->suite->origin, one->problem, error.message);
  }
  plan_free(cases);
  suite_texts_clear(&family.problems);
}

/* Mistakes in specifications show before there is a store. */
static void check(const contests_run *self) {
  for (size_t i = 0; i < self->instances; i++) {
    check_methods(self, &self->instance[i], (suite_texts){0});
  }
  for (size_t f = 0; f < self->all->fields; f++) {
    check_methods(self, &self->instance[0], self->all->field[f].family.methods);
  }
}

static int run(contests_run *self, const bench_options *options, const lerp_topology *topology,
               const char *command) {
  plan *none = plan_empty(self->suite);
  crew_open(&self->crew, none, options, topology, command);
  self->runs = counts_new(&self->crew);
  const int code = hold(self);
  crew_close(&self->crew);
  plan_free(none);
  return code;
}

int bench_contests(const suite *of, const bench_options *options, const lerp_topology *topology,
                   const char *command) {
  bench_options_refuse_cases(options, "contests");
  contests_run self = {.suite = of, .all = of->contests};
  for (size_t s = 0; s < self.all->sets; s++) {
    add_set(&self, &self.all->set[s]);
  }
  choose(&self, options);
  check(&self);
  int code = TOOL_DONE;
  if (options->list_tests || options->dry_run) {
    for (size_t i = 0; i < self.instances; i++) {
      printf("%s\t%s\n", self.instance[i].set->name, self.instance[i].problem);
    }
  } else {
    code = run(&self, options, topology, command);
  }
  for (size_t i = 0; i < self.instances; i++) {
    free_instance(&self, &self.instance[i]);
  }
  free(self.instance);
  return code;
}

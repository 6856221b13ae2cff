/* SPDX-License-Identifier: MIT */
#include "search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "tool.h"

void search_result_clear(search_result *self) {
  free(self->method);
  *self = (search_result){0};
}

/* --- What to try -------------------------------------------------------------------------------------- */

static lerp_spec *one_spec(const suite *of, const char *text) {
  lerp_spec *spec;
  size_t count;
  lerp_error error;
  if (lerp_specs_parse(text, &spec, &count, &error) != LERP_OK || count != 1) {
    tool_fail(TOOL_BAD_INPUT, "%s: '%s': one specification, without lists, is tuned at a time", of->origin,
              text);
  }
  return spec;
}

/* None for what is no method of its own, as "auto". */
static suite_texts candidates_for(const suite *of, const suite_family *family, const char *problem,
                                  const char *method) {
  suite_texts candidates = {0};
  lerp_spec *game = one_spec(of, problem), *spec = one_spec(of, method);
  lerp_method_instance *instance = NULL;
  problem_instance *built = NULL;
  lerp_error error;
  if (problem_new(game, family->start, of->seed, &built, &error) == LERP_OK &&
      tool_method_new(spec, &instance, &error)) {
    candidates = tune_candidates(&family->tune, instance, &built->problem.facts);
  }
  lerp_method_free(instance);
  problem_free(built);
  lerp_specs_free(spec, 1);
  lerp_specs_free(game, 1);
  return candidates;
}

/* The family of all trials. */
static suite_family make_trials(const suite_family *family, const char *problem, const char *method,
                                suite_texts candidates) {
  suite_family trials = {.kind = SUITE_COUNT,
                         .role = "search",
                         .tunes = method,
                         .start = family->start,
                         .methods = candidates,
                         .tolerance = family->tolerance,
                         .max_evaluations = family->tune.max_evaluations,
                         .check_every = family->check_every};
  suite_texts_add(&trials.problems, problem);
  return trials;
}

/* --- Trials ------------------------------------------------------------------------------------------- */

typedef struct trial {
  const plan_case *item;
  uint64_t limit;  /* of its longest run; 0: it was not tried */
  bool over;       /* solved, or lost for good */
  double residual; /* that it reached */
} trial;

typedef struct search {
  counts *runs;
  const tune *with;
  uint64_t longest; /* trial */
  plan *cases;
  suite_family *family;
  trial *trial;
  size_t trials;
  search_result *found;
} search;

static uint64_t least(uint64_t a, uint64_t b) {
  return a < b ? a : b;
}

/* What the next trial of a pass may spend: as much as would still make it the best, or give_up times the best. */
static uint64_t limit_of(const search *self, uint64_t pass_limit, uint64_t pass_budget) {
  const search_result *best = self->found;
  const double give_up = self->with->give_up;
  const uint64_t left = pass_budget - least(best->spent, pass_budget);
  if (!best->solved) {
    return least(pass_limit, left);
  }
  const uint64_t most = give_up > 1 ? (uint64_t)(give_up * (double)best->cost) : best->cost - 1;
  return least(least(most, self->longest), left);
}

static void note(search *self, trial *one, const count_fact *fact, uint64_t limit) {
  search_result *found = self->found;
  found->spent += least(fact->cost, limit);
  found->trials += one->limit == 0;
  one->limit = limit;
  one->over = fact->solved || fact->lost;
  one->residual = isfinite(fact->residual) ? fact->residual : INFINITY;
  if (found->method == NULL || (fact->solved && (!found->solved || fact->cost < found->cost))) {
    free(found->method);
    found->method = memory_copy_text(one->item->method_text);
    found->solved = fact->solved;
    found->cost = fact->cost;
  }
}

/* One pass over the trials that may still win; false: interrupted. */
static bool pass(search *self, uint64_t pass_limit, uint64_t pass_budget) {
  for (size_t i = 0; i < self->trials; i++) {
    trial *one = &self->trial[i];
    const uint64_t limit = limit_of(self, pass_limit, pass_budget);
    if (one->over || one->limit >= limit) {
      continue;
    }
    count_fact fact;
    self->family->limit = limit;
    if (counts_take(self->runs, self->cases, one->item, &fact)) {
      note(self, one, &fact, limit);
    } else if (crew_is_over(self->runs->crew)) {
      return false;
    } else {
      one->over = true; /* it failed, as was said */
    }
  }
  return true;
}

/* Those that were tried come first, the nearest to a solution before the others. */
static int compare_trials(const void *a, const void *b) {
  const trial *left = a, *right = b;
  if ((left->limit == 0) != (right->limit == 0)) {
    return left->limit == 0 ? 1 : -1;
  }
  if (left->residual != right->residual) {
    return left->residual < right->residual ? -1 : 1;
  }
  return (left->item > right->item) - (left->item < right->item);
}

/* Until one solves, short trials for half of the budget, so that what does not get on costs little; then long ones of
 * those that got nearest. */
static bool try_all(search *self) {
  enum { SHORTER = 8 };
  const uint64_t budget = self->with->budget;
  const bool finished = pass(self, self->longest / SHORTER, budget / 2);
  qsort(self->trial, self->trials, sizeof *self->trial, compare_trials);
  return finished && pass(self, self->longest, budget);
}

bool search_best(counts *runs, const suite_family *family, const char *problem, const char *method,
                 search_result *found) {
  suite_family trials =
      make_trials(family, problem, method, candidates_for(runs->suite, family, problem, method));
  plan *cases = plan_empty(runs->suite);
  lerp_error error;
  if (plan_add_possible(cases, &trials, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s: %s", runs->suite->origin != NULL ? runs->suite->origin : "--tune",
              error.message);
  }
  *found = (search_result){0};
  search self = {.runs = runs,
                 .with = &family->tune,
                 .longest = least(family->tune.max_evaluations, family->max_evaluations),
                 .cases = cases,
                 .family = &trials,
                 .trial = memory_new(cases->cases, sizeof *self.trial),
                 .trials = cases->cases,
                 .found = found};
  for (size_t i = 0; i < cases->cases; i++) {
    self.trial[i].item = &cases->item[i];
  }
  const bool finished = try_all(&self);
  free(self.trial);
  plan_free(cases);
  suite_texts_clear(&trials.problems);
  suite_texts_clear(&trials.methods);
  return finished;
}

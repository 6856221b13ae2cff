/* SPDX-License-Identifier: MIT */
#include "plan.h"

#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "memory.h"
#include "plugin.h"
#include "tool.h"

/* --- Names -------------------------------------------------------------------------------------------- */

/* Appends the specification name:key=value as /name/key:value, without n and the key `except`. */
static void print_spec(FILE *stream, const char *text, const char *except) {
  char *copy = memory_copy_text(text), *rest = copy, *part;
  while ((part = strsep(&rest, ":")) != NULL) {
    char *value = part;
    const char *key = strsep(&value, "=");
    if (value == NULL) {
      fprintf(stream, "/%s", key);
    } else if (strcmp(key, "n") != 0 && strcmp(key, except) != 0) {
      fprintf(stream, "/%s:%s", key, value);
    }
  }
  free(copy);
}

/* Appends the settings that differ from the defaults: they make another case. */
static void print_settings(FILE *stream, const suite_family *family) {
  if (family->tolerance != suite_standard.tolerance) {
    char number[32];
    lerp_format_number(family->tolerance, number, sizeof number);
    fprintf(stream, "/tol:%s", number);
  }
  if (family->max_evaluations != suite_standard.max_evaluations) {
    fprintf(stream, family->kind == SUITE_GAN ? "/steps:%llu" : "/max-evals:%llu",
            (unsigned long long)family->max_evaluations);
  }
  if (family->alternating) {
    fputs("/alternating", stream);
  }
  if (family->check_every != suite_standard.check_every) {
    fprintf(stream, "/check-every:%llu", (unsigned long long)family->check_every);
  }
  if (family->per_region != suite_standard.per_region) {
    fprintf(stream, "/per-region:%llu", (unsigned long long)family->per_region);
  }
  if (family->start != NULL) {
    fprintf(stream, "/start:%s", family->start);
  }
  if (family->trajectory) {
    fputs("/trajectory", stream);
  }
}

/* The name of a case; of its group when `threads` is 0. */
static char *make_name(const suite_family *family, const plan_problem *problem, const char *method,
                       int threads) {
  char *name;
  size_t size;
  FILE *stream = open_memstream(&name, &size);
  if (stream == NULL) {
    tool_fail(TOOL_BAD_INPUT, "out of memory");
  }
  bool group = threads == 0;
  fputs(suite_kind_name[family->kind], stream);
  print_spec(stream, problem->text, group ? "rho" : "");
  if (family->kind == SUITE_BATCH) {
    fprintf(stream, "/games:%zu", problem->dimension / 2);
  } else if (problem->dimension > 0) {
    fprintf(stream, "/n:%zu", problem->dimension);
  }
  if (!group && *method != '\0') {
    print_spec(stream, method, "");
  }
  if (!group) {
    fprintf(stream, "/threads:%d", threads);
  }
  print_settings(stream, family);
  fclose(stream);
  return name;
}

/* --- Combinations ------------------------------------------------------------------------------------- */

/* What is wrong with a combination, and where it comes from. */
static _Noreturn void reject(const plan *self, const char *message) {
  if (self->suite->origin != NULL && self->line > 0) {
    tool_fail(TOOL_BAD_INPUT, "%s:%zu: %s", self->suite->origin, self->line, message);
  }
  tool_fail(TOOL_BAD_INPUT, "%s", message);
}

static size_t parse(plan *self, const char *text, lerp_spec **specs) {
  self->specs = memory_resize(self->specs, self->parsed + 1, sizeof *self->specs);
  self->spec_count = memory_resize(self->spec_count, self->parsed + 1, sizeof *self->spec_count);
  lerp_error error;
  if (lerp_specs_parse(text, &self->specs[self->parsed], &self->spec_count[self->parsed], &error) !=
      LERP_OK) {
    tool_fail_input(text, &error);
  }
  *specs = self->specs[self->parsed];
  return self->spec_count[self->parsed++];
}

static bool same_start(const char *a, const char *b) {
  return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The index of a problem like this, which may be there already. */
static size_t add_problem(plan *self, plan_problem like) {
  for (size_t i = 0; i < self->problems; i++) {
    if (strcmp(self->problem[i].text, like.text) == 0 && same_start(self->problem[i].start, like.start)) {
      return i;
    }
  }
  self->problem = memory_resize(self->problem, self->problems + 1, sizeof *self->problem);
  self->problem[self->problems] = like;
  self->problem[self->problems].text = memory_copy_text(like.text);
  return self->problems++;
}

/* The index of a case like this but for its texts, which may be there already. */
static size_t add_case(plan *self, plan_case like, const char *method, const char *code) {
  const plan_problem *problem = &self->problem[like.problem];
  char *name = make_name(like.family, problem, method, like.threads);
  for (size_t i = 0; i < self->cases; i++) {
    if (strcmp(self->item[i].name, name) == 0 && strcmp(self->item[i].family->role, like.family->role) == 0) {
      free(name);
      return i;
    }
  }
  like.name = name;
  like.group = make_name(like.family, problem, "", 0);
  like.method_text = memory_copy_text(method);
  like.code = memory_copy_text(code);
  like.cluster = like.problem;
  self->item = memory_resize(self->item, self->cases + 1, sizeof *self->item);
  self->item[self->cases] = like;
  return self->cases++;
}

/* The same on all thread counts; the last one's index. */
static size_t add_teams(plan *self, plan_case like, const char *method, const char *code) {
  const suite_threads *threads = &like.family->threads;
  size_t last = SIZE_MAX;
  for (size_t i = 0; i < threads->count || last == SIZE_MAX; i++) {
    like.threads = threads->count > 0 ? threads->count_of[i] : 1;
    last = add_case(self, like, method, code);
  }
  return last;
}

static lerp_status add_kernel(plan *self, const suite_family *family, const lerp_spec *spec, size_t *last,
                              lerp_error *error) {
  plan_case like = {.family = family};
  const lerp_status status = kernel_case_new(spec, family->kind == SUITE_PROBE, &like.kernel, error);
  if (status == LERP_OK) {
    char text[256];
    kernel_case_format(&like.kernel, text, sizeof text);
    like.problem = add_problem(self, (plan_problem){.text = text, .rho = NAN});
    *last = add_teams(self, like, "", tool_commit());
  }
  return status;
}

/* The method of a peer, "openblas-eg+": what follows the name of the peer is left in the specification. */
static lerp_status take_peer(lerp_spec *spec, const peer **by, lerp_error *error) {
  char *rest = strchr(spec->name, '-');
  if (rest == NULL) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                     PEER_PREFIX "%s: peers are written " PEER_PREFIX "SOFTWARE-METHOD", spec->name);
  }
  *rest = '\0';
  const lerp_status status = peer_find(spec->name, by, error);
  memmove(spec->name, rest + 1, strlen(rest + 1) + 1);
  return status;
}

/* The text of a method: "peer:openblas-" goes before that of a peer. */
static void format_method(const lerp_method_instance *method, const peer *by, char *text, size_t size) {
  size_t length = 0;
  if (by != NULL) {
    length = (size_t)snprintf(text, size, PEER_PREFIX "%s-", by->name);
  }
  tool_format_method(method, text + length, size - length);
}

static lerp_status add_method(plan *self, const suite_family *family, size_t problem,
                              const problem_instance *game, lerp_spec *spec, bool of_peer, size_t *last,
                              lerp_error *error) {
  lerp_method_instance *method = NULL;
  const peer *by = NULL;
  char text[512], reason[LERP_REASON_SIZE];
  lerp_status status = of_peer ? take_peer(spec, &by, error) : LERP_OK;
  if (status == LERP_OK) {
    status = tool_method_for(spec, &game->problem, family->tolerance, &method, reason, error);
  }
  if (status == LERP_OK && by != NULL) {
    status = peer_has(by, method->name, error);
  }
  if (status == LERP_OK && family->kind == SUITE_BATCH) {
    status = batch_applies(&game->problem, method, error);
  }
  if (status == LERP_OK) {
    format_method(method, by, text, sizeof text);
    char *code = plugin_code(game->family, method);
    *last = add_teams(self, (plan_case){.method = spec, .peer = by, .family = family, .problem = problem},
                      text, code);
    free(code);
  }
  lerp_method_free(method);
  return status;
}

/* What becomes of combinations that cannot run: they fail, are left out with a warning, or without. */
typedef enum care { CARE_FAIL, CARE_WARN, CARE_NOT } care;

/* The method does not apply, or lacks a value that the problem does not tell or that theory leaves empty. */
static bool cannot_run(lerp_status status) {
  return status == LERP_UNSUPPORTED || status == LERP_INVALID;
}

/* The cases of one problem and all methods. */
static lerp_status add_methods(plan *self, const suite_family *family, const lerp_spec *spec,
                               const problem_instance *game, care with, size_t *last, lerp_error *error) {
  char text[PROBLEM_TEXT_SIZE];
  problem_format(game, text, sizeof text);
  const size_t *dimension = game->problem.op.dimension;
  const size_t problem = add_problem(self, (plan_problem){.spec = spec,
                                                          .start = family->start,
                                                          .text = text,
                                                          .rho = game->problem.facts.rho,
                                                          .dimension = dimension[0] + dimension[1]});
  for (size_t m = 0; m < family->methods.count; m++) {
    lerp_spec *specs;
    self->line = family->methods.line[m];
    const bool of_peer = suite_is_peer(family->methods.text[m]);
    const size_t count = parse(self, suite_bare(family->methods.text[m]), &specs);
    for (size_t i = 0; i < count; i++) {
      const lerp_status status = add_method(self, family, problem, game, &specs[i], of_peer, last, error);
      if (status == LERP_UNSUPPORTED && with == CARE_WARN) {
        tool_warn("left out on %s: %s", text, error->message);
      } else if (status != LERP_OK && !(cannot_run(status) && with == CARE_NOT)) {
        return status;
      }
    }
  }
  return LERP_OK;
}

void plan_leave(plan *self) {
  problem_free(self->built);
  free(self->built_text);
  free(self->built_start);
  self->built = NULL;
  self->built_text = self->built_start = NULL;
}

/* The problem of a specification, whose canonical form may be known. */
static lerp_status visit(plan *self, const lerp_spec *spec, const char *canonical, const char *start,
                         const problem_instance **visited, lerp_error *error) {
  if (self->built == NULL || canonical == NULL || strcmp(self->built_text, canonical) != 0 ||
      !same_start(self->built_start, start)) {
    plan_leave(self);
    const lerp_status status = problem_new(spec, start, self->suite->seed, &self->built, error);
    if (status != LERP_OK) {
      self->built = NULL;
      return status;
    }
    char text[PROBLEM_TEXT_SIZE];
    problem_format(self->built, text, sizeof text);
    self->built_text = memory_copy_text(text);
    self->built_start = start == NULL ? NULL : memory_copy_text(start);
  }
  *visited = self->built;
  return LERP_OK;
}

lerp_status plan_visit(plan *self, size_t problem, const problem_instance **visited, lerp_error *error) {
  const plan_problem *wanted = &self->problem[problem];
  return visit(self, wanted->spec, wanted->text, wanted->start, visited, error);
}

/* Problems that this machine cannot make, each reason said once. */
static void leave_out(plan *self, care with, const lerp_error *error) {
  if (with == CARE_WARN && (self->left_out == NULL || strcmp(self->left_out, error->message) != 0)) {
    tool_warn("left out: %s", error->message);
    free(self->left_out);
    self->left_out = memory_copy_text(error->message);
  }
}

static lerp_status add_problems(plan *self, const suite_family *family, size_t which, care with, size_t *last,
                                lerp_error *error) {
  const char *text = family->problems.text[which];
  lerp_spec *specs;
  const size_t count = parse(self, text, &specs);
  lerp_status status = LERP_OK;
  for (size_t i = 0; i < count && status == LERP_OK; i++) {
    const problem_instance *game;
    self->line = family->problems.line[which];
    status = visit(self, &specs[i], count == 1 ? text : NULL, family->start, &game, error);
    if (status == LERP_OK && family->kind == SUITE_GALLERY && game->family->picture == NULL) {
      status =
          lerp_fail(error, LERP_INVALID, SIZE_MAX, "family gallery: %s has no picture", game->family->name);
    } else if (status == LERP_OK) {
      status = add_methods(self, family, &specs[i], game, with, last, error);
    } else if (status == LERP_UNSUPPORTED && with != CARE_FAIL) {
      leave_out(self, with, error);
      status = LERP_OK;
    }
  }
  return status;
}

static lerp_status add_kernels(plan *self, const suite_family *family, size_t which, size_t *last,
                               lerp_error *error) {
  lerp_spec *specs;
  const size_t count = parse(self, family->kernels.text[which], &specs);
  self->line = family->kernels.line[which];
  lerp_status status = LERP_OK;
  for (size_t i = 0; i < count && status == LERP_OK; i++) {
    status = add_kernel(self, family, &specs[i], last, error);
  }
  return status;
}

static lerp_status add_family(plan *self, const suite_family *family, care with, size_t *last,
                              lerp_error *error) {
  lerp_status status = LERP_OK;
  for (size_t i = 0; i < family->problems.count && status == LERP_OK; i++) {
    status = add_problems(self, family, i, with, last, error);
  }
  for (size_t i = 0; i < family->kernels.count && status == LERP_OK; i++) {
    status = add_kernels(self, family, i, last, error);
  }
  return status;
}

lerp_status plan_add(plan *self, const suite_family *family, size_t *last, lerp_error *error) {
  return add_family(self, family, CARE_FAIL, last, error);
}

lerp_status plan_add_possible(plan *self, const suite_family *family, lerp_error *error) {
  size_t last;
  return add_family(self, family, CARE_NOT, &last, error);
}

void plan_join(plan *self, size_t one, size_t other) {
  const size_t from = self->item[other].cluster, to = self->item[one].cluster;
  self->item[one].joined = self->item[other].joined = true;
  for (size_t i = 0; i < self->cases; i++) {
    self->item[i].cluster = self->item[i].cluster == from ? to : self->item[i].cluster;
  }
}

plan *plan_empty(const suite *of) {
  plan *self = memory_new(1, sizeof *self);
  self->suite = of;
  return self;
}

plan *plan_new(const suite *wanted) {
  plan *self = plan_empty(wanted);
  for (size_t i = 0; i < wanted->families; i++) {
    size_t last;
    lerp_error error;
    if (add_family(self, &wanted->family[i], CARE_WARN, &last, &error) != LERP_OK) {
      reject(self, error.message);
    }
  }
  plan_leave(self);
  return self;
}

static void free_case(plan_case *item) {
  free(item->name);
  free(item->group);
  free(item->method_text);
  free(item->code);
}

void plan_clear(plan *self) {
  for (size_t i = 0; i < self->cases; i++) {
    free_case(&self->item[i]);
  }
  for (size_t i = 0; i < self->problems; i++) {
    free(self->problem[i].text);
  }
  for (size_t i = 0; i < self->parsed; i++) {
    lerp_specs_free(self->specs[i], self->spec_count[i]);
  }
  self->cases = self->problems = self->parsed = 0;
}

void plan_free(plan *self) {
  plan_leave(self);
  plan_clear(self);
  free(self->left_out);
  free(self->item);
  free(self->problem);
  free(self->specs);
  free(self->spec_count);
  free(self);
}

/* --- Selection and order ------------------------------------------------------------------------------ */

/* Keeps or drops case `index`; called in order, `kept` cases were kept before. */
static size_t keep(plan *self, size_t index, size_t kept, bool wanted) {
  if (!wanted) {
    free_case(&self->item[index]);
    return kept;
  }
  self->item[kept] = self->item[index];
  return kept + 1;
}

bool plan_filter(plan *self, const char *expression) {
  if (strcmp(expression, "all") == 0) {
    return true;
  }
  bool inverted = *expression == '-';
  regex_t regex;
  if (regcomp(&regex, expression + inverted, REG_EXTENDED | REG_NOSUB) != 0) {
    return false;
  }
  size_t kept = 0;
  for (size_t i = 0; i < self->cases; i++) {
    bool matches = regexec(&regex, self->item[i].name, 0, NULL, 0) == 0;
    kept = keep(self, i, kept, matches != inverted);
  }
  self->cases = kept;
  regfree(&regex);
  return true;
}

int plan_limit_threads(plan *self, int threads) {
  size_t kept = 0;
  int largest = 0;
  for (size_t i = 0; i < self->cases; i++) {
    int wanted = self->item[i].threads;
    largest = wanted > threads && wanted > largest ? wanted : largest;
    kept = keep(self, i, kept, wanted <= threads);
  }
  self->cases = kept;
  return largest;
}

void plan_shard(plan *self, int shard, int shards) {
  size_t kept = 0, parts = 0;
  size_t *part_of_cluster = memory_new(self->problems, sizeof *part_of_cluster); /* 0: none yet */
  for (size_t i = 0; i < self->cases; i++) {
    const plan_case *item = &self->item[i];
    size_t part = item->joined ? part_of_cluster[item->cluster] : 0;
    if (part == 0) {
      part = ++parts;
    }
    if (item->joined) {
      part_of_cluster[item->cluster] = part;
    }
    kept = keep(self, i, kept, part % (size_t)shards == (size_t)shard % (size_t)shards);
  }
  self->cases = kept;
  free(part_of_cluster);
}

/* splitmix64 */
static uint64_t next_random(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

typedef struct sort_key {
  uint64_t cluster, item;
  size_t index;
} sort_key;

static int compare_keys(const void *a, const void *b) {
  const sort_key *left = a, *right = b;
  if (left->cluster != right->cluster) {
    return left->cluster < right->cluster ? -1 : 1;
  }
  return (left->item > right->item) - (left->item < right->item);
}

void plan_order(const plan *self, int block, size_t *order) {
  uint64_t state = self->suite->seed ^ ((uint64_t)block << 32);
  uint64_t *of_cluster = memory_new(self->problems, sizeof *of_cluster);
  sort_key *keys = memory_new(self->cases, sizeof *keys);
  for (size_t i = 0; i < self->problems; i++) {
    of_cluster[i] = next_random(&state);
  }
  for (size_t i = 0; i < self->cases; i++) {
    keys[i] =
        (sort_key){.cluster = of_cluster[self->item[i].cluster], .item = next_random(&state), .index = i};
  }
  qsort(keys, self->cases, sizeof *keys, compare_keys);
  for (size_t i = 0; i < self->cases; i++) {
    order[i] = keys[i].index;
  }
  free(of_cluster);
  free(keys);
}

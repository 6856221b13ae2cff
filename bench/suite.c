/* SPDX-License-Identifier: MIT */
#include "suite.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "band.h"
#include "claim.h"
#include "contest.h"
#include "memory.h"
#include "source.h"
#include "target.h"
#include "tool.h"

enum { SUITE_SCHEMA = 1, THREADS_MAX = 4096 };

const char *const suite_kind_name[SUITE_KINDS] = {
    [SUITE_SOLVE] = "solve", [SUITE_GALLERY] = "gallery", [SUITE_STEP] = "step",
    [SUITE_SCALE] = "scale", [SUITE_KERNEL] = "kernel",   [SUITE_PROBE] = "probe",
    [SUITE_BATCH] = "batch", [SUITE_GAN] = "gan",         [SUITE_COUNT] = "count"};
const char suite_kinds_text[] = "solve, count, gallery, step, scale, batch, kernel, probe or gan";

suite_kind suite_kind_named(const char *name) {
  suite_kind kind = 0;
  while (kind < SUITE_KINDS && strcmp(name, suite_kind_name[kind]) != 0) {
    kind++;
  }
  return kind;
}

const suite_family suite_standard = {.role = "default",
                                     .tolerance = 1e-8,
                                     .max_evaluations = 1200000,
                                     .check_every = 1,
                                     .evaluations = 20,
                                     .average = 0.99};

/* --- Making a suite ----------------------------------------------------------------------------------- */

void suite_threads_add(suite_threads *threads, int count) {
  threads->count_of = memory_resize(threads->count_of, threads->count + 1, sizeof *threads->count_of);
  threads->count_of[threads->count++] = count;
}

static void clear_counts(suite_threads *threads) {
  free(threads->count_of);
  *threads = (suite_threads){0};
}

bool suite_threads_parse(suite_threads *threads, const char *list) {
  const char *at = list;
  clear_counts(threads);
  if (strcmp(list, "all") == 0) {
    threads->all = true;
    return true;
  }
  do {
    char *end;
    long value = *at >= '0' && *at <= '9' ? strtol(at, &end, 10) : 0;
    if (value < 1 || value > THREADS_MAX || (*end != ',' && *end != '\0')) {
      return false;
    }
    suite_threads_add(threads, (int)value);
    at = end + 1;
  } while (at[-1] == ',');
  return true;
}

void suite_threads_resolve(suite_threads *threads, int most) {
  if (!threads->all) {
    return;
  }
  clear_counts(threads);
  for (int count = 1; count < most; count *= 2) {
    suite_threads_add(threads, count);
  }
  suite_threads_add(threads, most);
}

suite *suite_new(const char *name) {
  suite *self = memory_new(1, sizeof *self);
  *self = (suite){
      .name = memory_copy_text(name), .description = memory_copy_text(""), .repetitions = 1, .processes = 1};
  return self;
}

void suite_settle(suite *self) {
  self->repetitions = self->processes > self->repetitions ? self->processes : self->repetitions;
  if (self->max_repetitions == 0 && self->precision > 0) {
    self->max_repetitions = SUITE_REPETITIONS_PRECISE;
  }
  self->max_repetitions =
      self->repetitions > self->max_repetitions ? self->repetitions : self->max_repetitions;
}

suite_family *suite_add(suite *self, suite_family family) {
  self->family = memory_resize(self->family, self->families + 1, sizeof *self->family);
  self->family[self->families] = family;
  return &self->family[self->families++];
}

void suite_family_clear(suite_family *family) {
  suite_texts_clear(&family->problems);
  suite_texts_clear(&family->methods);
  suite_texts_clear(&family->kernels);
  clear_counts(&family->threads);
  tune_clear(&family->tune);
  free(family->start);
  free(family->label);
}

void suite_keep(suite *self, suite_kind kind) {
  size_t kept = 0;
  for (size_t i = 0; i < self->families; i++) {
    if (self->family[i].kind == kind) {
      self->family[kept++] = self->family[i];
    } else {
      suite_family_clear(&self->family[i]);
    }
  }
  self->families = kept;
}

void suite_free(suite *self) {
  if (self == NULL) {
    return;
  }
  for (size_t i = 0; i < self->families; i++) {
    suite_family_clear(&self->family[i]);
  }
  for (size_t i = 0; i < self->targets; i++) {
    target_free(&self->target[i]);
  }
  for (size_t i = 0; i < self->claims; i++) {
    claim_free(&self->claim[i]);
  }
  free(self->family);
  free(self->target);
  for (size_t i = 0; i < self->bands; i++) {
    band_free(&self->band[i]);
  }
  free(self->band);
  if (self->contests != NULL) {
    contests_clear(self->contests);
    free(self->contests);
  }
  free(self->claim);
  free(self->name);
  free(self->description);
  free(self->origin);
  free(self);
}

/* --- Families ---------------------------------------------------------------------------------------- */

static void read_threads(const source *from, const json_t *object, suite_threads *threads) {
  const json_t *array = json_object_get(object, "threads"), *value;
  size_t index, count = json_array_size(array);
  if (array == NULL) {
    return;
  }
  clear_counts(threads);
  if (json_is_string(array) && strcmp(json_string_value(array), "all") == 0) {
    threads->all = true;
    return;
  }
  if (count == 0) {
    source_reject(from, "threads",
                  "\"threads\" must be \"all\" or a list of thread counts that is not empty");
  }
  json_array_foreach(array, index, value) {
    if (!json_is_integer(value) || json_integer_value(value) < 1 || json_integer_value(value) > THREADS_MAX) {
      source_reject(from, "threads", "\"threads\" must hold integers from 1 to %d", THREADS_MAX);
    }
    suite_threads_add(threads, (int)json_integer_value(value));
  }
}

static suite_kind read_kind(const source *from, const json_t *object) {
  const char *text = source_text(from, "family", source_require(from, object, "family"));
  suite_kind kind = suite_kind_named(text);
  if (kind == SUITE_KINDS) {
    source_reject(from, text, "unknown family \"%s\"; families are %s", text, suite_kinds_text);
  }
  return kind;
}

static void read_problems(const source *from, const json_t *object, suite_family *family) {
  source_check_keys(from, object,
                    suite_solves(family->kind)
                        ? "family problems methods threads start tol max_evals check_every tune"
                        : "family problems methods threads start per_region");
  source_require(from, object, "problems");
  source_require(from, object, "methods");
  source_specs(from, object, "problems", &family->problems);
  source_specs(from, object, "methods", &family->methods);
  const json_t *start = json_object_get(object, "start");
  family->start = start == NULL ? NULL : memory_copy_text(source_text(from, "start", start));
  family->tolerance = source_number(from, object, "tol", 0, family->tolerance);
  family->max_evaluations = (uint64_t)source_integer(from, object, "max_evals", 1, INT64_C(1) << 53,
                                                     (int64_t)family->max_evaluations);
  family->check_every = (uint64_t)source_integer(from, object, "check_every", 1, INT64_C(1) << 53,
                                                 (int64_t)family->check_every);
  family->per_region = (uint64_t)source_integer(from, object, "per_region", 1, INT64_C(1) << 53, 0);
  family->tune = tune_read(from, object);
}

static bool read_flag(const source *from, const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  if (value != NULL && !json_is_boolean(value)) {
    source_reject(from, key, "\"%s\" must be true or false", key);
  }
  return json_is_true(value);
}

static void read_trainings(const source *from, const json_t *object, suite_family *family) {
  source_check_keys(from, object,
                    "family name problems methods threads steps evaluations seeds alternating average");
  const json_t *label = json_object_get(object, "name");
  family->label = label == NULL ? NULL : memory_copy_text(source_text(from, "name", label));
  source_require(from, object, "problems");
  source_require(from, object, "methods");
  source_specs(from, object, "problems", &family->problems);
  source_specs(from, object, "methods", &family->methods);
  family->max_evaluations = (uint64_t)source_integer(from, object, "steps", 1, INT64_C(1) << 40, 4000);
  family->evaluations = (unsigned)source_integer(from, object, "evaluations", 1, 100000, family->evaluations);
  family->repetitions = (int)source_integer(from, object, "seeds", 1, SUITE_REPETITIONS_MAX, 0);
  family->average = source_number(from, object, "average", 0, family->average);
  family->alternating = read_flag(from, object, "alternating");
}

static suite_family read_family(const source *from, const json_t *object) {
  suite_family family = suite_standard;
  family.kind = read_kind(from, object);
  if (suite_runs_kernels(family.kind)) {
    source_check_keys(from, object, "family kernels threads");
    source_require(from, object, "kernels");
    source_specs(from, object, "kernels", &family.kernels);
  } else if (family.kind == SUITE_GAN) {
    read_trainings(from, object, &family);
  } else {
    read_problems(from, object, &family);
  }
  read_threads(from, object, &family.threads);
  return family;
}

/* --- Files ------------------------------------------------------------------------------------------ */

static void add_item(suite *self, const source *from, const char *key, const json_t *item) {
  if (strcmp(key, "families") == 0) {
    suite_add(self, read_family(from, item));
    return;
  }
  if (contests_has_list(key)) {
    self->contests = self->contests != NULL ? self->contests : memory_new(1, sizeof *self->contests);
    contests_read(self->contests, from, key, item);
    return;
  }
  if (strcmp(key, "bands") == 0) {
    self->band = memory_resize(self->band, self->bands + 1, sizeof *self->band);
    self->band[self->bands++] = band_read(from, item);
    return;
  }
  if (strcmp(key, "claims") == 0) {
    self->claim = memory_resize(self->claim, self->claims + 1, sizeof *self->claim);
    self->claim[self->claims++] = claim_read(from, item);
    return;
  }
  self->target = memory_resize(self->target, self->targets + 1, sizeof *self->target);
  self->target[self->targets++] = target_read(from, item);
}

/* One of the lists of a suite; its items are counted over all of them, in the order of the file. */
static void read_list(suite *self, source *from, const char *key, const json_t *list, int *items) {
  const json_t *item;
  size_t index;
  if (!json_is_array(list) || json_array_size(list) == 0) {
    source_reject(from, key, "\"%s\" must be a list that is not empty", key);
  }
  json_array_foreach(list, index, item) {
    from->item = (*items)++;
    if (!json_is_object(item)) {
      source_reject(from, key, "\"%s\" must hold objects", key);
    }
    add_item(self, from, key, item);
  }
  from->item = SOURCE_OUTSIDE;
}

static void read_lists(suite *self, source *from, const json_t *root) {
  const char *key;
  json_t *value;
  int items = 0;
  json_object_foreach((json_t *)root, key, value) {
    if (strcmp(key, "families") == 0 || strcmp(key, "targets") == 0 || strcmp(key, "claims") == 0 ||
        strcmp(key, "bands") == 0 || contests_has_list(key)) {
      read_list(self, from, key, value, &items);
    }
  }
  if (self->contests != NULL && self->families + self->targets + self->claims > 0) {
    source_reject(from, "contests", "a suite of \"contests\" has no \"families\", \"targets\" or \"claims\"");
  }
  if (self->contests != NULL) {
    contests_check(self->contests, from);
    return;
  }
  if (self->claims > 0 && self->families + self->targets > 0) {
    source_reject(from, "claims", "a suite of \"claims\" has neither \"families\" nor \"targets\"");
  }
  if (self->families + self->targets + self->claims == 0) {
    source_require(from, root, "families");
  }
}

static suite *parse(source *from) {
  json_error_t error;
  json_t *root = json_loads(from->text, JSON_REJECT_DUPLICATES, &error);
  if (root == NULL) {
    tool_fail(TOOL_BAD_INPUT, "%s:%d: %s", from->path, error.line, error.text);
  }
  if (!json_is_object(root)) {
    tool_fail(TOOL_BAD_INPUT, "%s:1: a suite is a JSON object", from->path);
  }
  source_require(from, root, "schema");
  if (source_integer(from, root, "schema", 1, INT_MAX, 0) != SUITE_SCHEMA) {
    source_reject(from, "schema", "suites of schema %d are understood, this one is newer", SUITE_SCHEMA);
  }
  source_check_keys(from, root,
                    "schema name description seed repetitions max_repetitions processes precision families "
                    "targets bands claims instances fields contests");
  suite *self = suite_new(source_text(from, "name", source_require(from, root, "name")));
  const json_t *description = json_object_get(root, "description");
  if (description != NULL) {
    free(self->description);
    self->description = memory_copy_text(source_text(from, "description", description));
  }
  self->seed = (uint64_t)source_integer(from, root, "seed", 0, INT64_C(1) << 53, 0);
  self->repetitions = (int)source_integer(from, root, "repetitions", 1, SUITE_REPETITIONS_MAX, 1);
  self->max_repetitions = (int)source_integer(from, root, "max_repetitions", 1, SUITE_REPETITIONS_MAX, 0);
  self->processes = (int)source_integer(from, root, "processes", 1, SUITE_REPETITIONS_MAX, 1);
  self->precision = source_number(from, root, "precision", 0, 0);
  read_lists(self, from, root);
  bands_check(self);
  json_decref(root);
  return self;
}

static char *read_file(const char *path) {
  FILE *file = fopen(path, "r");
  char *text = NULL;
  size_t size = 0;
  if (file == NULL || (getdelim(&text, &size, '\0', file) < 0 && ferror(file))) {
    tool_fail(TOOL_BAD_INPUT, "cannot read the suite '%s': %s", path, strerror(errno));
  }
  fclose(file);
  return text;
}

/* The folders where the suites of the program may lie: those of the build and of an installation, found
 * from the program itself, then where this build installs them. */
static bool find_builtin(const char *name, char *path, size_t size) {
  static const char *const folders[] = {"/suites", "/../suites", "/../share/lerp/suites"};
  char program[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  program[length > 0 ? length : 0] = '\0';
  char *slash = strrchr(program, '/');
  if (slash != NULL) {
    *slash = '\0';
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
      snprintf(path, size, "%s%s/%s.json", program, folders[i], name);
      if (access(path, R_OK) == 0) {
        return true;
      }
    }
  }
  snprintf(path, size, "%s/%s.json", LERP_SUITES, name);
  return access(path, R_OK) == 0;
}

suite *suite_read(const char *name_or_file) {
  size_t length = strlen(name_or_file);
  bool file =
      strchr(name_or_file, '/') != NULL || (length > 5 && strcmp(name_or_file + length - 5, ".json") == 0);
  char path[2 * PATH_MAX];
  if (file) {
    snprintf(path, sizeof path, "%s", name_or_file);
  } else if (!find_builtin(name_or_file, path, sizeof path)) {
    tool_fail(TOOL_BAD_INPUT,
              "there is no suite '%s' beside the program or in " LERP_SUITES
              "; a file's name ends in .json, the suites of lerp are " LERP_SUITE_NAMES,
              name_or_file);
  }
  char *text = read_file(path);
  source from = {.path = path, .text = text != NULL ? text : "", .item = SOURCE_OUTSIDE};
  suite *self = parse(&from);
  self->origin = memory_copy_text(path);
  free(text);
  return self;
}

/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "target.h"
#include "tool.h"

static const char *const measure_name[TARGET_MEASURES] = {
    [TARGET_TIME] = "time",
    [TARGET_BANDWIDTH] = "bandwidth",
    [TARGET_EFFICIENCY] = "efficiency",
    [TARGET_EVALUATIONS] = "evaluations",
    [TARGET_NANOSECONDS] = "nanoseconds",
    [TARGET_PER_PAIR] = "nanoseconds-per-pair",
};

/* --- One side ------------------------------------------------------------------------------------------ */

/* What a part says of one side of it; for the other side what it leaves out stays. */
typedef struct side {
  suite_kind kind;
  const char *problem, *method, *kernel;
  int threads;
  double tolerance;
  uint64_t max_evaluations, per_region;
} side;

static const char *text_or(const source *from, const json_t *object, const char *key, const char *other) {
  const json_t *value = json_object_get(object, key);
  return value != NULL ? source_text(from, key, value) : other;
}

static void check_spec(const source *from, const char *text) {
  lerp_spec *specs;
  size_t count;
  lerp_error error;
  if (text == NULL) {
    return;
  }
  if (lerp_specs_parse(suite_bare(text), &specs, &count, &error) != LERP_OK) {
    source_reject(from, text, "%s", error.message);
  }
  lerp_specs_free(specs, count);
  if (count != 1) {
    source_reject(from, text, "\"%s\": one specification is wanted here, without lists and ranges", text);
  }
}

static side read_side(const source *from, const json_t *object, side other) {
  const char *family = text_or(from, object, "family", NULL);
  if (family != NULL) {
    other.kind = suite_kind_named(family);
  }
  if (other.kind == SUITE_KINDS) {
    source_reject(from, family, "unknown family \"%s\"; families are %s", family, suite_kinds_text);
  }
  other.problem = text_or(from, object, "problem", other.problem);
  other.method = text_or(from, object, "method", other.method);
  other.kernel = text_or(from, object, "kernel", other.kernel);
  check_spec(from, other.problem);
  check_spec(from, other.method);
  check_spec(from, other.kernel);
  other.threads = (int)source_integer(from, object, "threads", 1, 4096, other.threads);
  other.tolerance = source_number(from, object, "tol", 0, other.tolerance);
  other.max_evaluations = (uint64_t)source_integer(from, object, "max_evals", 1, INT64_C(1) << 53,
                                                   (int64_t)other.max_evaluations);
  other.per_region =
      (uint64_t)source_integer(from, object, "per_region", 1, INT64_C(1) << 53, (int64_t)other.per_region);
  return other;
}

static suite_family family_of(const source *from, const side *of) {
  suite_family family = suite_standard;
  family.kind = of->kind;
  if (suite_runs_kernels(of->kind)) {
    if (of->kernel == NULL) {
      source_reject(from, "", "the key \"kernel\" is missing");
    }
    suite_texts_add(&family.kernels, of->kernel);
  } else {
    if (of->problem == NULL || of->method == NULL) {
      source_reject(from, "", "the key \"%s\" is missing", of->problem == NULL ? "problem" : "method");
    }
    suite_texts_add(&family.problems, of->problem);
    suite_texts_add(&family.methods, of->method);
  }
  char threads[16];
  snprintf(threads, sizeof threads, "%d", of->threads);
  suite_threads_parse(&family.threads, threads);
  family.tolerance = of->tolerance;
  family.max_evaluations = of->max_evaluations;
  family.per_region = of->per_region;
  return family;
}

/* --- Parts --------------------------------------------------------------------------------------------- */

#define SIDE_KEYS "family problem method kernel threads tol max_evals per_region"

static target_measure read_measure(const source *from, const json_t *object) {
  const char *text = text_or(from, object, "measure", measure_name[TARGET_TIME]);
  for (target_measure i = 0; i < TARGET_MEASURES; i++) {
    if (strcmp(text, measure_name[i]) == 0) {
      return i;
    }
  }
  source_reject(from, text, "unknown measure \"%s\"", text);
}

static target_part read_part(const source *from, const json_t *object) {
  static const side standard = {.kind = SUITE_STEP, .threads = 1};
  side of = standard;
  source_check_keys(from, object, "text " SIDE_KEYS " against measure at_least at_most repetitions");
  of.tolerance = suite_standard.tolerance;
  of.max_evaluations = suite_standard.max_evaluations;
  of = read_side(from, object, of);
  const json_t *other = json_object_get(object, "against");
  target_part part = {.text =
                          memory_copy_text(source_text(from, "text", source_require(from, object, "text"))),
                      .of = family_of(from, &of),
                      .measure = read_measure(from, object),
                      .alone = other == NULL,
                      .at_least = source_number(from, object, "at_least", 0, NAN),
                      .at_most = source_number(from, object, "at_most", 0, NAN)};
  if (isnan(part.at_least) == isnan(part.at_most)) {
    source_reject(from, "at_most", "one of \"at_least\" and \"at_most\" is wanted");
  }
  if (part.alone != (part.measure == TARGET_NANOSECONDS || part.measure == TARGET_PER_PAIR)) {
    source_reject(from, "measure", "\"%s\" is measured %s", measure_name[part.measure],
                  part.alone ? "against another case" : "alone");
  }
  if (other != NULL) {
    source_check_keys(from, other, SIDE_KEYS);
    const side against = read_side(from, other, of);
    part.against = family_of(from, &against);
  }
  part.of.repetitions = part.against.repetitions =
      (int)source_integer(from, object, "repetitions", 1, SUITE_REPETITIONS_MAX, 0);
  return part;
}

target target_read(const source *from, const json_t *object) {
  source_check_keys(from, object, "name text parts");
  target self = {.name = memory_copy_text(source_text(from, "name", source_require(from, object, "name"))),
                 .text = memory_copy_text(source_text(from, "text", source_require(from, object, "text")))};
  const json_t *parts = source_require(from, object, "parts"), *part;
  size_t index;
  if (!json_is_array(parts) || json_array_size(parts) == 0) {
    source_reject(from, "parts", "\"parts\" must be a list that is not empty");
  }
  json_array_foreach(parts, index, part) {
    if (!json_is_object(part)) {
      source_reject(from, "parts", "\"parts\" must hold objects");
    }
    self.part = memory_resize(self.part, self.parts + 1, sizeof *self.part);
    self.part[self.parts++] = read_part(from, part);
  }
  return self;
}

static void clear_part(target_part *self) {
  suite_family_clear(&self->of);
  suite_family_clear(&self->against);
  free(self->text);
  free(self->of_name);
  free(self->against_name);
  free(self->why);
}

void target_free(target *self) {
  for (size_t i = 0; i < self->parts; i++) {
    clear_part(&self->part[i]);
  }
  free(self->part);
  free(self->name);
  free(self->text);
}

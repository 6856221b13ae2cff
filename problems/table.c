/* SPDX-License-Identifier: MIT */
#include "problems.h"
#include "starts.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const problem_description problem_quadratic, problem_spreadq, problem_spreadr, problem_mixed,
    problem_bilinear, problem_cyclic, problem_nemirovski1, problem_nemirovski2, problem_forsaken,
    problem_global_forsaken, problem_polar, problem_lagrangian, problem_ratio, problem_l1;

/* One line registers a problem. */
/* clang-format off */
static const problem_description *const problems[] = {
    &problem_quadratic,
    &problem_spreadq,
    &problem_spreadr,
    &problem_mixed,
    &problem_bilinear,
    &problem_cyclic,
    &problem_nemirovski1,
    &problem_nemirovski2,
    &problem_forsaken,
    &problem_global_forsaken,
    &problem_polar,
    &problem_lagrangian,
    &problem_ratio,
    &problem_l1,
    NULL,
};
/* clang-format on */

const char *const problem_generators[] = {"philox", "splitmix", NULL};

const problem_description *const *problem_table(void) {
  return problems;
}

const problem_description *problem_find(const char *name) {
  for (const problem_description *const *p = problems; *p; p++) {
    if (strcmp((*p)->name, name) == 0) {
      return *p;
    }
  }
  return NULL;
}

static const char *problem_candidate(size_t i, const void *self) {
  (void)self;
  return problems[i] ? problems[i]->name : NULL;
}

static const char *parameter_candidate(size_t i, const void *self) {
  const lerp_parameter *parameters = self;
  return parameters[i].name;
}

static lerp_status unknown(const char *name, lerp_error *error) {
  const char *near = lerp_nearest_name(name, problem_candidate, NULL);
  return near ? lerp_fail(error, LERP_UNKNOWN, SIZE_MAX, "unknown problem '%s': did you mean '%s'?", name,
                          near)
              : lerp_fail(error, LERP_UNKNOWN, SIZE_MAX, "unknown problem '%s'", name);
}

static lerp_status set_value(problem_instance *instance, const char *key, const char *text,
                             lerp_error *error) {
  const problem_description *description = instance->description;
  const lerp_parameter *parameters = description->parameters;
  for (size_t i = 0; parameters[i].name; i++) {
    if (strcmp(parameters[i].name, key) == 0) {
      instance->given[i] = true;
      return lerp_parameter_parse(description->name, &parameters[i], text, &instance->value[i], error);
    }
  }
  const char *near = lerp_nearest_name(key, parameter_candidate, parameters);
  return near ? lerp_fail(error, LERP_UNKNOWN, SIZE_MAX, "%s has no parameter '%s': did you mean '%s'?",
                          description->name, key, near)
              : lerp_fail(error, LERP_UNKNOWN, SIZE_MAX, "%s has no parameter '%s'", description->name, key);
}

static lerp_status set_values(problem_instance *instance, const lerp_spec *spec, lerp_error *error) {
  const lerp_parameter *parameters = instance->description->parameters;
  lerp_status status = LERP_OK;
  for (size_t i = 0; status == LERP_OK && i < spec->count; i++) {
    status = set_value(instance, spec->key[i], spec->value[i], error);
  }
  for (size_t i = 0; status == LERP_OK && parameters[i].name; i++) {
    if (!instance->given[i]) {
      instance->value[i] =
          parameters[i].initially ? parameters[i].initially(NULL, instance->value) : parameters[i].initial;
    }
  }
  return status;
}

/* The value of one of PROBLEM_LAST_PARAMETERS. */
static double value_of(const problem_instance *instance, const char *name) {
  const lerp_parameter *parameter = instance->description->parameters;
  while (strcmp(parameter->name, name) != 0) {
    parameter++;
  }
  return instance->value[parameter - instance->description->parameters];
}

static lerp_status add_noise(problem_instance *instance, uint64_t seed, lerp_error *error) {
  const double sigma = value_of(instance, "noise");
  return sigma == 0 ? LERP_OK
                    : lerp_operator_noisy(&instance->problem.op, sigma,
                                          (lerp_generator)value_of(instance, "generator"), seed, error);
}

lerp_status problem_new(const lerp_spec *spec, const char *start, uint64_t seed, problem_instance **out,
                        lerp_error *error) {
  const problem_description *description = problem_find(spec->name);
  if (!description) {
    return unknown(spec->name, error);
  }
  problem_instance *instance = calloc(1, sizeof *instance);
  if (!instance) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "%s: out of memory", spec->name);
  }
  instance->description = description;
  lerp_status status = set_values(instance, spec, error);
  if (status == LERP_OK) {
    status = description->build(instance->value, &instance->problem, error);
  }
  if (status == LERP_OK) {
    status = add_noise(instance, seed, error);
  }
  if (status == LERP_OK) {
    instance->problem.seed = seed;
    status = problem_set_start(&instance->problem, start ? start : description->start, description->simplex,
                               error);
  }
  if (status) {
    problem_free(instance);
    return status;
  }
  *out = instance;
  return LERP_OK;
}

void problem_free(problem_instance *instance) {
  if (instance) {
    lerp_problem_fini(&instance->problem);
    free(instance);
  }
}

void problem_format(const problem_instance *instance, char *text, size_t size) {
  const lerp_parameter *parameters = instance->description->parameters;
  snprintf(text, size, "%s", instance->description->name);
  for (size_t i = 0; parameters[i].name; i++) {
    if (instance->given[i]) {
      char number[32];
      lerp_format_number(instance->value[i], number, sizeof number);
      const size_t used = strlen(text);
      snprintf(text + used, size - used, ":%s=%s", parameters[i].name,
               parameters[i].choices ? parameters[i].choices[(size_t)instance->value[i]] : number);
    }
  }
}

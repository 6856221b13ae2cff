/* SPDX-License-Identifier: MIT */
#include "instances.h"
#include "problems.h"
#include "starts.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const lerp_problem_family problem_quadratic, problem_spreadq, problem_spreadr, problem_mixed,
    problem_banded, problem_bilinear, problem_cyclic, problem_nemirovski1, problem_nemirovski2,
    problem_forsaken, problem_global_forsaken, problem_interaction_dominant, problem_polar,
    problem_lagrangian, problem_ratio, problem_l1, problem_matrix, problem_matrix_game,
    problem_three_solutions, problem_logistic, problem_markov, problem_tv, problem_random_game,
    problem_random_saddle, problem_gan;

/* One line registers a problem. */
/* clang-format off */
static const lerp_problem_family *const own_problems[] = {
    &problem_quadratic,
    &problem_three_solutions,
    &problem_spreadq,
    &problem_spreadr,
    &problem_mixed,
    &problem_banded,
    &problem_bilinear,
    &problem_cyclic,
    &problem_nemirovski1,
    &problem_nemirovski2,
    &problem_forsaken,
    &problem_global_forsaken,
    &problem_interaction_dominant,
    &problem_polar,
    &problem_lagrangian,
    &problem_ratio,
    &problem_l1,
    &problem_matrix,
    &problem_matrix_game,
    &problem_random_game,
    &problem_random_saddle,
    &problem_logistic,
    &problem_markov,
    &problem_tv,
#ifdef LERP_HAVE_DNNL
    &problem_gan,
#endif
    NULL,
};
/* clang-format on */

/* Those above, and those that were registered. */
static const lerp_problem_family *const *problems = own_problems;

static size_t own_parameters(const lerp_problem_family *family) {
  size_t count = 0;
  while (family->parameters && family->parameters[count].name) {
    count++;
  }
  return count;
}

const lerp_parameter *problem_parameter(const lerp_problem_family *family, size_t i) {
  const size_t own = own_parameters(family);
  const lerp_parameter *parameter = i < own ? &family->parameters[i] : &problem_common_parameters[i - own];
  return parameter->name ? parameter : NULL;
}

const lerp_problem_family *const *problem_table(void) {
  return problems;
}

static lerp_status check_parameters(const lerp_problem_family *family, lerp_error *error) {
  size_t count = 0;
  for (const lerp_parameter *p; (p = problem_parameter(family, count)); count++) {
    for (size_t i = 0; i < count; i++) {
      if (strcmp(p->name, problem_parameter(family, i)->name) == 0) {
        return lerp_fail(error, LERP_INVALID, SIZE_MAX, "problem '%s': every problem has a parameter '%s'",
                         family->name, p->name);
      }
    }
  }
  return count <= LERP_PARAMETERS_MAX
             ? LERP_OK
             : lerp_fail(error, LERP_INVALID, SIZE_MAX,
                         "problem '%s': with those that every problem has it has more than %d parameters",
                         family->name, LERP_PARAMETERS_MAX);
}

static lerp_status append(const lerp_problem_family *family, lerp_error *error) {
  size_t count = 0;
  while (problems[count]) {
    count++;
  }
  const lerp_problem_family **grown = calloc(count + 2, sizeof *grown);
  if (!grown) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "problem '%s': out of memory", family->name);
  }
  memcpy(grown, problems, count * sizeof *grown);
  grown[count] = family;
  if (problems != own_problems) {
    free((void *)problems);
  }
  problems = grown;
  return LERP_OK;
}

lerp_status problem_register(const lerp_problem_family *family, lerp_error *error) {
  lerp_status status = lerp_problem_family_check(family, error);
  if (status == LERP_OK) {
    status = check_parameters(family, error);
  }
  return status ? status : append(family, error);
}

const lerp_problem_family *problem_find(const char *name) {
  for (const lerp_problem_family *const *p = problems; *p; p++) {
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
  const lerp_parameter *parameter = problem_parameter(self, i);
  return parameter ? parameter->name : NULL;
}

static lerp_status unknown(const char *name, lerp_error *error) {
  const char *near = lerp_nearest_name(name, problem_candidate, NULL);
  return near ? lerp_fail(error, LERP_UNKNOWN, SIZE_MAX, "unknown problem '%s': did you mean '%s'?", name,
                          near)
              : lerp_fail(error, LERP_UNKNOWN, SIZE_MAX,
                          "unknown problem '%s' (lerp-solve --list problems names all)", name);
}

static lerp_status out_of_memory(const problem_instance *instance, lerp_error *error) {
  return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "%s: out of memory", instance->family->name);
}

static lerp_status set_text(problem_instance *instance, size_t i, const char *text, lerp_error *error) {
  free(instance->text[i]);
  instance->text[i] = strdup(text);
  return instance->text[i] ? LERP_OK : out_of_memory(instance, error);
}

static lerp_status set_value(problem_instance *instance, const char *key, const char *text,
                             lerp_error *error) {
  const lerp_problem_family *family = instance->family;
  const lerp_parameter *parameter;
  for (size_t i = 0; (parameter = problem_parameter(family, i)); i++) {
    if (strcmp(parameter->name, key) == 0) {
      instance->given[i] = true;
      return parameter->text
                 ? set_text(instance, i, text, error)
                 : lerp_parameter_parse(family->name, parameter, text, &instance->value[i], error);
    }
  }
  const char *near = lerp_nearest_name(key, parameter_candidate, family);
  return near ? lerp_fail(error, LERP_UNKNOWN, SIZE_MAX, "%s has no parameter '%s': did you mean '%s'?",
                          family->name, key, near)
              : lerp_fail(error, LERP_UNKNOWN, SIZE_MAX, "%s has no parameter '%s'", family->name, key);
}

static lerp_status set_default(problem_instance *instance, size_t i, const lerp_parameter *parameter,
                               lerp_error *error) {
  if (!parameter->text) {
    const size_t own = own_parameters(instance->family);
    const double *before = instance->value + (i < own ? 0 : own);
    instance->value[i] = parameter->initially ? parameter->initially(NULL, before) : parameter->initial;
    return LERP_OK;
  }
  return parameter->initial_text ? set_text(instance, i, parameter->initial_text, error)
                                 : lerp_fail(error, LERP_INVALID, SIZE_MAX, "%s: '%s' must be given: %s",
                                             instance->family->name, parameter->name, parameter->meaning);
}

static lerp_status set_values(problem_instance *instance, const lerp_spec *spec, lerp_error *error) {
  const lerp_parameter *parameter;
  lerp_status status = LERP_OK;
  for (size_t i = 0; status == LERP_OK && i < spec->count; i++) {
    status = set_value(instance, spec->key[i], spec->value[i], error);
  }
  for (size_t i = 0; status == LERP_OK && (parameter = problem_parameter(instance->family, i)); i++) {
    if (!instance->given[i]) {
      status = set_default(instance, i, parameter, error);
    }
  }
  return status;
}

const double *problem_common_values(const problem_instance *instance) {
  return instance->value + own_parameters(instance->family);
}

/* A family from elsewhere may fail without a word. */
static lerp_status build_raw(const lerp_problem_family *family, const lerp_family_input *in,
                             lerp_problem *problem, lerp_error *error) {
  lerp_error said = {.position = SIZE_MAX};
  const lerp_status status = family->build(in, problem, &said);
  if (status == LERP_OK) {
    return LERP_OK;
  }
  return *said.message ? lerp_fail(error, status, said.position, "%s", said.message)
                       : lerp_fail(error, status, SIZE_MAX, "%s: building it failed", family->name);
}

/* The raw problem, and what the common parameters make of it. */
static lerp_status build(problem_instance *instance, uint64_t seed, lerp_error *error) {
  const double *common = problem_common_values(instance);
  const lerp_family_input in = {instance->value, (const char *const *)instance->text,
                                problem_data_seed(common, seed)};
  lerp_status status = build_raw(instance->family, &in, &instance->problem, error);
  if (status == LERP_OK) {
    status = lerp_problem_check(&instance->problem, error);
  }
  if (status == LERP_OK) {
    status = problem_apply_common(common, seed, &instance->problem, error);
  }
  instance->problem.seed = seed;
  return status;
}

/* Formulas know nothing of where a moved problem has its domain: what they give is resolved. */
static lerp_status set_start(problem_instance *instance, const char *start, lerp_error *error) {
  const lerp_problem_family *family = instance->family;
  const lerp_status status =
      problem_set_start(&instance->problem, start ? start : family->start, family->simplex, error);
  const bool formula = !start || problem_start_is_formula(start);
  return status == LERP_OK && formula && problem_is_moved(problem_common_values(instance))
             ? problem_resolve_start(&instance->problem, error)
             : status;
}

lerp_status problem_new(const lerp_spec *spec, const char *start, uint64_t seed, problem_instance **out,
                        lerp_error *error) {
  const lerp_problem_family *family = problem_find(spec->name);
  if (!family) {
    return unknown(spec->name, error);
  }
  problem_instance *instance = calloc(1, sizeof *instance);
  if (!instance) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "%s: out of memory", spec->name);
  }
  instance->family = family;
  lerp_status status = set_values(instance, spec, error);
  if (status == LERP_OK) {
    status = build(instance, seed, error);
  }
  if (status == LERP_OK) {
    status = set_start(instance, start, error);
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
    for (size_t i = 0; i < LERP_PARAMETERS_MAX; i++) {
      free(instance->text[i]);
    }
    lerp_problem_fini(&instance->problem);
    free(instance);
  }
}

/* The value of parameter i as a specification has it. */
static const char *format_value(const problem_instance *instance, size_t i, const lerp_parameter *parameter,
                                char *number, size_t size) {
  if (parameter->text) {
    return instance->text[i];
  }
  if (parameter->choices) {
    return parameter->choices[(size_t)instance->value[i]];
  }
  lerp_format_number(instance->value[i], number, size);
  return number;
}

void problem_format(const problem_instance *instance, char *text, size_t size) {
  const lerp_parameter *parameter;
  snprintf(text, size, "%s", instance->family->name);
  for (size_t i = 0; (parameter = problem_parameter(instance->family, i)); i++) {
    if (instance->given[i]) {
      char number[32];
      const size_t used = strlen(text);
      snprintf(text + used, size - used, ":%s=%s", parameter->name,
               format_value(instance, i, parameter, number, sizeof number));
    }
  }
}

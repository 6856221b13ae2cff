/* SPDX-License-Identifier: MIT */
#include "kernel.h"

#include <stdio.h>
#include <string.h>

extern const kernel kernel_combine, kernel_update, kernel_forward, kernel_dot, kernel_adam, kernel_clip,
    kernel_clip_sums, kernel_pairs, kernel_update_pairs, kernel_chain_pairs, kernel_run_games, kernel_rows,
    kernel_rows_single, kernel_dense, kernel_saddle, kernel_update_saddle, kernel_chain_saddle,
    kernel_sparse_rows, kernel_sparse_rows_single, kernel_barrier, kernel_sum, kernel_region, kernel_triad,
    kernel_read, kernel_fma;
static const kernel *const table[] = {&kernel_combine,
                                      &kernel_update,
                                      &kernel_forward,
                                      &kernel_dot,
                                      &kernel_adam,
                                      &kernel_clip,
                                      &kernel_clip_sums,
                                      &kernel_pairs,
                                      &kernel_update_pairs,
                                      &kernel_chain_pairs,
                                      &kernel_run_games,
                                      &kernel_rows,
                                      &kernel_rows_single,
                                      &kernel_dense,
                                      &kernel_saddle,
                                      &kernel_update_saddle,
                                      &kernel_chain_saddle,
                                      &kernel_sparse_rows,
                                      &kernel_sparse_rows_single,
                                      &kernel_barrier,
                                      &kernel_sum,
                                      &kernel_region,
                                      &kernel_triad,
                                      &kernel_read,
                                      &kernel_fma,
                                      NULL};

const kernel *const *kernels_all(void) {
  return table;
}

/* --- Specifications ------------------------------------------------------------------------------------ */

typedef struct name_source {
  bool probe;
} name_source;

static const char *candidate(size_t i, const void *self) {
  const name_source *from = self;
  for (const kernel *const *k = table; *k != NULL; k++) {
    if ((*k)->probe == from->probe && i-- == 0) {
      return (*k)->name;
    }
  }
  return NULL;
}

static const kernel *find(const char *name, bool probe) {
  const kernel *const *k = table;
  while (*k != NULL && ((*k)->probe != probe || strcmp((*k)->name, name) != 0)) {
    k++;
  }
  return *k;
}

static size_t count_parameters(const kernel *k) {
  size_t count = 0;
  while (k->parameters != NULL && k->parameters[count].name != NULL) {
    count++;
  }
  return count;
}

static lerp_status set(kernel_case *self, const char *key, const char *value, lerp_error *error) {
  const kernel *k = self->kernel;
  for (size_t i = 0; i < count_parameters(k); i++) {
    if (strcmp(k->parameters[i].name, key) == 0) {
      return lerp_parameter_parse(k->name, &k->parameters[i], value, &self->value[i], error);
    }
  }
  return lerp_fail(error, LERP_UNKNOWN, SIZE_MAX, "%s has no parameter '%s'", k->name, key);
}

/* The names, separated by commas; what does not fit is left out. */
static void list_names(const name_source *from, char *text, size_t size) {
  const char *name;
  *text = '\0';
  for (size_t i = 0, used = 0; used < size && (name = candidate(i, from)) != NULL; i++) {
    used += (size_t)snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "", name);
  }
}

static lerp_status unknown(const char *name, const name_source *from, lerp_error *error) {
  const char *kind = from->probe ? "probe" : "kernel", *near = lerp_nearest_name(name, candidate, from);
  if (near != NULL) {
    return lerp_fail(error, LERP_UNKNOWN, SIZE_MAX, "unknown %s '%s': did you mean '%s'?", kind, name, near);
  }
  char names[256];
  list_names(from, names, sizeof names);
  return lerp_fail(error, LERP_UNKNOWN, SIZE_MAX, "unknown %s '%s'; there are %s", kind, name, names);
}

lerp_status kernel_case_new(const lerp_spec *spec, bool probe, kernel_case *made, lerp_error *error) {
  const name_source names = {probe};
  *made = (kernel_case){.kernel = find(spec->name, probe)};
  if (made->kernel == NULL) {
    return unknown(spec->name, &names, error);
  }
  for (size_t i = 0; i < count_parameters(made->kernel); i++) {
    made->value[i] = made->kernel->parameters[i].initial;
  }
  lerp_status status = LERP_OK;
  for (size_t i = 0; i < spec->count && status == LERP_OK; i++) {
    status = set(made, spec->key[i], spec->value[i], error);
  }
  return status;
}

static bool is_level(const lerp_parameter *parameter) {
  return strcmp(parameter->name, "level") == 0;
}

void kernel_case_format(const kernel_case *self, char *text, size_t size) {
  const kernel *k = self->kernel;
  size_t length = (size_t)snprintf(text, size, "%s", k->name);
  for (size_t i = 0; i < count_parameters(k) && length < size; i++) {
    const lerp_parameter *parameter = &k->parameters[i];
    char number[32];
    lerp_format_number(self->value[i], number, sizeof number);
    if (is_level(parameter) || self->value[i] != parameter->initial) {
      length +=
          (size_t)snprintf(text + length, size - length, ":%s=%s", parameter->name,
                           parameter->choices != NULL ? parameter->choices[(size_t)self->value[i]] : number);
    }
  }
}

roof_level kernel_case_level(const kernel_case *self) {
  for (size_t i = 0; i < count_parameters(self->kernel); i++) {
    if (is_level(&self->kernel->parameters[i])) {
      return (roof_level)self->value[i];
    }
  }
  return ROOF_LEVELS;
}

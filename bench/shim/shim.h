/* SPDX-License-Identifier: MIT */
/* Google Benchmark as a front end, in C: it runs entries in the given order, one measurement each, and
 * reports them in its own formats. What is measured, how often and in which order is the caller's. */
#ifndef LERP_SHIM_H
#define LERP_SHIM_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { SHIM_COUNTERS = 10 };

typedef struct shim_counter {
  const char *name;
  double value;
} shim_counter;

typedef struct shim_measurement {
  double seconds, cpu_seconds;
  const char *label;
  shim_counter counter[SHIM_COUNTERS]; /* the same names in every measurement; ended by name NULL */
} shim_measurement;

typedef struct shim_entry {
  const char *name;
  int repetition, repetitions;
} shim_entry;

/* Fills *measurement (zeroed before) for entry `index`; false: there is nothing to report. */
typedef bool (*shim_run)(void *self, size_t index, shim_measurement *measurement);

/* Where reports go. Formats are "console", "json" or "csv"; NULL: none. */
typedef struct shim_output {
  const char *display_format; /* to standard output */
  const char *file, *file_format;
} shim_output;

/* A line of the context that reports begin with. */
void shim_add_context(const char *key, const char *value);

/* False: the output file could not be written. */
bool shim_run_all(const char *program, const shim_entry *entries, size_t count, const shim_output *output,
                  shim_run run, void *self);

/* "1.7.1" */
const char *shim_library_version(void);

#ifdef __cplusplus
}
#endif

#endif

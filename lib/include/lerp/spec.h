/* SPDX-License-Identifier: MIT */
#ifndef LERP_SPEC_H
#define LERP_SPEC_H

#include <stdbool.h>
#include <stddef.h>

#include <lerp/export.h>
#include <lerp/status.h>

LERP_BEGIN_DECLS

/* A specification is name[:key=value[,value...]]...; a value may be a range start..stop..step (ends
 * included). Lists and ranges multiply. Nothing needs quoting in a shell. */
typedef struct lerp_spec {
  char *name;
  size_t count; /* keys */
  char **key;
  char **value; /* one value per key */
} lerp_spec;

/* Expands `text` to all combinations, the last key varying fastest; a specification without lists gives
 * one. Free with lerp_specs_free. LERP_SYNTAX (position set): empty name, key or value, a key twice, a
 * range that does not end. LERP_MEMORY: also more than 1e6 combinations. */
LERP_API lerp_status lerp_specs_parse(const char *text, lerp_spec **specs, size_t *count, lerp_error *error);
LERP_API void lerp_specs_free(lerp_spec *specs, size_t count);

/* Writes a number in the shortest form that reads back to the same double; at least 32 bytes. */
LERP_API void lerp_format_number(double value, char *text, size_t size);

/* Reads a whole string as a finite or infinite number, in the C locale's syntax whatever the locale is. */
LERP_API bool lerp_read_number(const char *text, double *value);

/* The name nearest to `name` by edit distance, or NULL when none is near. `candidate(i)` returns NULL
 * after the last. */
LERP_API const char *lerp_nearest_name(const char *name, const char *(*candidate)(size_t i, const void *self),
                                       const void *self);

LERP_END_DECLS

#endif

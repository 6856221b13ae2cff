/* SPDX-License-Identifier: MIT */
/* Allocation for a tool that cannot go on without it: ends the program when out of memory. */
#ifndef LERP_MEMORY_H
#define LERP_MEMORY_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

static inline void *memory_resize(void *old, size_t count, size_t size) {
  void *memory = reallocarray(old, count > 0 ? count : 1, size);
  if (memory == NULL) {
    tool_fail(TOOL_BAD_INPUT, "out of memory");
  }
  return memory;
}

/* Zeroed. */
static inline void *memory_new(size_t count, size_t size) {
  return memset(memory_resize(NULL, count, size), 0, (count > 0 ? count : 1) * size);
}

static inline char *memory_copy_text(const char *text) {
  size_t size = strlen(text) + 1;
  return memcpy(memory_resize(NULL, size, 1), text, size);
}

#endif

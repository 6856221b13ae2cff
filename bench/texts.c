/* SPDX-License-Identifier: MIT */
#include "texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "peer_find.h"

bool suite_is_peer(const char *text) {
  return strncmp(text, PEER_PREFIX, strlen(PEER_PREFIX)) == 0;
}

const char *suite_bare(const char *text) {
  return suite_is_peer(text) ? text + strlen(PEER_PREFIX) : text;
}

static void keep(suite_texts *texts, char *text) {
  texts->text = memory_resize(texts->text, texts->count + 1, sizeof *texts->text);
  texts->line = memory_resize(texts->line, texts->count + 1, sizeof *texts->line);
  texts->text[texts->count] = text;
  texts->line[texts->count++] = 0;
}

void suite_texts_keep(suite_texts *texts, const char *text) {
  keep(texts, memory_copy_text(text));
}

void suite_texts_mark(suite_texts *texts, size_t first, size_t line) {
  for (size_t i = first; i < texts->count; i++) {
    texts->line[i] = line;
  }
}

void suite_texts_add(suite_texts *texts, const char *text) {
  const char *bare = suite_bare(text), *rest = bare + strcspn(bare, ":");
  const size_t prefix = (size_t)(bare - text);
  for (const char *name = bare;;) {
    size_t length = strcspn(name, ",:");
    char *one = memory_new(prefix + length + strlen(rest) + 1, 1);
    memcpy(one, text, prefix);
    memcpy(one + prefix, name, length);
    strcpy(one + prefix + length, rest);
    keep(texts, one);
    if (name + length >= rest) {
      return;
    }
    name += length + 1;
  }
}

static bool has_parameter(const char *text, const char *parameter) {
  const size_t length = strlen(parameter);
  const char *at = text;
  while ((at = strchr(at, ':')) != NULL) {
    at++;
    if (strncmp(at, parameter, length) == 0 && (at[length] == ':' || at[length] == '\0')) {
      return true;
    }
  }
  return false;
}

void suite_texts_give(suite_texts *texts, const char *where, const char *key, const char *value) {
  for (size_t i = 0; i < texts->count; i++) {
    if (has_parameter(texts->text[i], where)) {
      const size_t length = strlen(texts->text[i]);
      texts->text[i] = memory_resize(texts->text[i], length + strlen(key) + strlen(value) + sizeof ":=", 1);
      sprintf(texts->text[i] + length, ":%s=%s", key, value);
    }
  }
}

void suite_texts_clear(suite_texts *texts) {
  for (size_t i = 0; i < texts->count; i++) {
    free(texts->text[i]);
  }
  free(texts->text);
  free(texts->line);
  *texts = (suite_texts){0};
}

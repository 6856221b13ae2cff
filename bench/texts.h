/* SPDX-License-Identifier: MIT */
/* Lists of specifications. */
#ifndef LERP_TEXTS_H
#define LERP_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct suite_texts {
  char **text;
  size_t *line; /* of the suite's file; 0: another place */
  size_t count;
} suite_texts;

/* Methods of other software are specifications behind "peer:"; what is behind it, or all of any other. */
bool suite_is_peer(const char *text);
const char *suite_bare(const char *text);

/* A specification; a list of names before the first ":" makes one of each. */
void suite_texts_add(suite_texts *texts, const char *text);
/* Says where the texts from `first` on come from. */
void suite_texts_mark(suite_texts *texts, size_t first, size_t line);
/* Adds a parameter to each specification that has another one as it is written: "directory=d" where "data=cifar10". */
void suite_texts_give(suite_texts *texts, const char *where, const char *key, const char *value);
/* The text as it is. */
void suite_texts_keep(suite_texts *texts, const char *text);
void suite_texts_clear(suite_texts *texts);

#endif

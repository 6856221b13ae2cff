/* SPDX-License-Identifier: MIT */
/* What the sub-commands have in common on their command lines: STORE... and -o OUTPUT. */
#ifndef LERP_ARGUMENTS_H
#define LERP_ARGUMENTS_H

#include <argp.h>
#include <stddef.h>

typedef struct arguments {
  char **stores;
  size_t count;
  const char *output; /* NULL: not given */
} arguments;

/* The part of an argp parser that takes these. */
error_t arguments_parse(int key, char *text, arguments *self);
void arguments_free(arguments *self);

/* The command line again, for readers of what it made, quoted for a shell; `options` goes before the stores. Free it. */
char *arguments_command(const arguments *self, const char *command, const char *options);

#endif

/* SPDX-License-Identifier: MIT */
#include "arguments.h"

#include <stdlib.h>

#include "../bench/memory.h"
#include "text.h"

error_t arguments_parse(int key, char *text, arguments *self) {
  switch (key) {
  case 'o':
    self->output = text;
    return 0;
  case ARGP_KEY_ARG:
    self->stores = memory_resize(self->stores, self->count + 1, sizeof *self->stores);
    self->stores[self->count++] = text;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

void arguments_free(arguments *self) {
  free(self->stores);
}

char *arguments_command(const arguments *self, const char *command, const char *options) {
  char *line;
  size_t size;
  FILE *stream = text_open(&line, &size);
  fprintf(stream, "%s%s", command, options);
  for (size_t i = 0; i < self->count; i++) {
    fputc(' ', stream);
    text_shell(stream, self->stores[i]);
  }
  fputs(" -o ", stream);
  text_shell(stream, self->output);
  text_close(stream);
  return line;
}

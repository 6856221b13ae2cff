/* SPDX-License-Identifier: MIT */
#include "gnuplot.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../bench/tool.h"

extern char **environ;

static FILE *temporary_file(void) {
  FILE *file = tmpfile();
  if (file == NULL) {
    tool_fail(TOOL_BAD_INPUT, "no temporary file for gnuplot: %s", strerror(errno));
  }
  return file;
}

static char *read_all(FILE *file) {
  long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
  char *text = size < 0 ? NULL : malloc((size_t)size + 1);
  if (text == NULL || fseek(file, 0, SEEK_SET) != 0 || fread(text, 1, (size_t)size, file) != (size_t)size) {
    tool_fail(TOOL_BAD_INPUT, "the output of gnuplot could not be read: %s", strerror(errno));
  }
  text[size] = '\0';
  return text;
}

static int run(FILE *input, FILE *output, FILE *complaints) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(input), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(output), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(complaints), STDERR_FILENO);
  char *const arguments[] = {"gnuplot", "--default-settings", "-", NULL};
  pid_t process;
  int failure = posix_spawnp(&process, "gnuplot", &actions, NULL, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    tool_fail(TOOL_BAD_INPUT,
              "gnuplot, which draws the figures, cannot be started: %s (Debian package gnuplot-nox)",
              strerror(failure));
  }
  int status;
  while (waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) {
      tool_fail(TOOL_BAD_INPUT, "gnuplot was lost: %s", strerror(errno));
    }
  }
  return status;
}

char *gnuplot_run(const char *script, size_t size) {
  FILE *input = temporary_file(), *output = temporary_file(), *complaints = temporary_file();
  if (fwrite(script, 1, size, input) != size || fflush(input) != 0 || fseek(input, 0, SEEK_SET) != 0) {
    tool_fail(TOOL_BAD_INPUT, "the commands for gnuplot could not be written: %s", strerror(errno));
  }
  int status = run(input, output, complaints);
  char *text = read_all(output);
  if (status != 0) {
    tool_fail(TOOL_BAD_INPUT, "gnuplot failed to draw the figures:\n%s", read_all(complaints));
  }
  fclose(input);
  fclose(output);
  fclose(complaints);
  return text;
}

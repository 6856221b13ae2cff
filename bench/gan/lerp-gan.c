/* SPDX-License-Identifier: MIT */
/* lerp-gan: trains generative adversarial networks with the methods of the library. */
#include <stdlib.h>
#include <string.h>

#include "../tool.h"
#include "gan.h"

static const struct command {
  const char *name;
  int (*run)(int argc, char **argv);
  const char *summary;
} commands[] = {
    {"train", gan_train, "train a pair of networks on a data set with a method"},
    {"sample", gan_sample, "what a trained generator makes, as numbers or pictures"},
    {"make-shapes", gan_make_shapes, "write images of shapes in the format of CIFAR-10"},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_help(void) {
  puts("Usage: lerp-gan COMMAND ...\n"
       "Trains generative adversarial networks: F is the gradient of both players on a batch, and every "
       "method of\n"
       "the library applies.\n");
  for (size_t i = 0; i < COMMANDS; i++) {
    printf("  %-12s %s\n", commands[i].name, commands[i].summary);
  }
  puts("\nlerp-gan COMMAND --help tells more; lerp-gan --version.\n\n"
       "Exit status: 0 done, 1 the training diverged, 2 bad input or a failed write, 130 interrupted.");
}

static const char *candidate(size_t i, const void *self) {
  (void)self;
  return i < COMMANDS ? commands[i].name : NULL;
}

static _Noreturn void fail_command(const char *name) {
  if (!name) {
    tool_fail(TOOL_BAD_INPUT, "COMMAND is missing: train, sample or make-shapes (--help says more)");
  }
  const char *near = lerp_nearest_name(name, candidate, NULL);
  tool_fail(TOOL_BAD_INPUT,
            near ? "unknown command '%s': did you mean '%s'?" : "unknown command '%s' (see --help)", name,
            near);
}

int main(int argc, char **argv) {
  atexit(tool_close_stdout);
  const char *name = argc > 1 ? argv[1] : NULL;
  for (size_t i = 0; name && i < COMMANDS; i++) {
    if (strcmp(name, commands[i].name) == 0) {
      char whole[64];
      snprintf(whole, sizeof whole, "lerp-gan %s", name);
      argv[1] = whole;
      return commands[i].run(argc - 1, argv + 1);
    }
  }
  if (name && (strcmp(name, "--help") == 0 || strcmp(name, "-?") == 0)) {
    print_help();
  } else if (name && (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)) {
    tool_print_version(stdout, "lerp-gan");
  } else {
    fail_command(name);
  }
  return TOOL_DONE;
}

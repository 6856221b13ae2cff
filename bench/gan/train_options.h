/* SPDX-License-Identifier: MIT */
/* The command line of lerp-gan train. */
#ifndef LERP_BENCH_GAN_TRAIN_OPTIONS_H
#define LERP_BENCH_GAN_TRAIN_OPTIONS_H

#include "training.h"

typedef struct train_options {
  training_options training;
  int threads;            /* 0: not given */
  const char *out, *plot; /* NULL: not wanted */
  bool resume, json;
  double checkpoint; /* seconds between two of them at most */
} train_options;

/* Ends the process where they are not allowed. */
train_options train_options_parse(int argc, char **argv);

#endif

/* SPDX-License-Identifier: MIT */
/* How far a training is, on a terminal. */
#ifndef LERP_BENCH_GAN_PROGRESS_H
#define LERP_BENCH_GAN_PROGRESS_H

#include "training.h"

typedef struct progress {
  const char *title; /* in front of the line; "": nothing */
  double begun, spoken;
  uint64_t first; /* step that this run begins with */
} progress;

progress progress_begin(const char *title, const training *of);
/* Seconds since it began. */
double progress_spent(const progress *self);
/* Writes a line over the last one where standard error is a terminal, from two seconds on and twice a second: steps,
 * their rate, the time left, and what was measured last (NULL: nothing was). */
void progress_speak(progress *self, const training *of, const training_point *last);

#endif

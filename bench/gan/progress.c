/* SPDX-License-Identifier: MIT */
#include "progress.h"

#include <stdio.h>

#include "../clock.h"
#include "../tool.h"

progress progress_begin(const char *title, const training *of) {
  return (progress){.title = title, .begun = clock_seconds(), .first = training_calls(of)};
}

double progress_spent(const progress *self) {
  return clock_seconds() - self->begun;
}

static void print_left(double seconds) {
  if (seconds < 120) {
    fprintf(stderr, "%.0f s left", seconds);
  } else if (seconds < 7200) {
    fprintf(stderr, "%.0f min left", seconds / 60);
  } else {
    fprintf(stderr, "%.1f h left", seconds / 3600);
  }
}

void progress_speak(progress *self, const training *of, const training_point *last) {
  const double spent = progress_spent(self);
  if (spent < 2 || spent - self->spoken < 0.5 || !tool_has_terminal()) {
    return;
  }
  self->spoken = spent;
  const double all = (double)training_options_view(of)->calls, done = (double)training_calls(of);
  const double rate = (done - (double)self->first) / spent;
  fprintf(stderr, "\r\033[K%s%.0f of %.0f steps, %.3g a second, ", self->title, done, all, rate);
  print_left((all - done) / rate);
  for (size_t i = 0; last && training_measures(of)[i]; i++) {
    fprintf(stderr, ", %s %.3g", training_measures(of)[i], last->measure[i]);
  }
}

/* SPDX-License-Identifier: MIT */
/* Step sizes and batches that train, by method: found by a small search on the ring with hinge loss and spectral normalization; those
 * of images are the published ones of the paper's experiment. */
#ifndef LERP_BENCH_GAN_DEFAULTS_H
#define LERP_BENCH_GAN_DEFAULTS_H

#include <stdbool.h>

typedef struct training_default {
  const char *method;
  const char *parameters; /* "gamma=0.02:tau=100" */
  const char
      *problem; /* "ratio=5": the discriminator's step over the generator's, and how large batches are */
  bool alternating;
} training_default;

/* NULL: none for this method. */
const training_default *training_default_for(const char *method, bool images);

#endif

/* SPDX-License-Identifier: MIT */
/* A small classifier of 32 x 32 images, whose 64 features before its last layer say what an image looks like. It is trained
 * by Adam on labelled images, always to the same parameters for the same images on any number of threads, and kept in a file
 * lerp/classifier-HASH of $XDG_CACHE_HOME, or of ~/.cache, where it is found again. */
#ifndef LERP_GAN_FEATURES_H
#define LERP_GAN_FEATURES_H

#include "images.h"

enum { FEATURES = 64, FEATURES_BATCH = 64 };

typedef struct features features;

/* LERP_MEMORY. A cache that cannot be written is no failure. */
lerp_status features_new(const gan_images *images, features **made, lerp_error *error);
void features_free(features *self);

/* Of FEATURES_BATCH items. */
void features_of(features *self, const float *items, float *out);
/* The share of the images, of at most so many, whose label it finds. */
double features_accuracy(features *self, const gan_images *images, size_t most);

#endif

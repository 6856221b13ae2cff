/* SPDX-License-Identifier: MIT */
/* Files of a training: each appears whole, under its name, or not at all. Failures end the program with
 * TOOL_BAD_INPUT and name the file. */
#ifndef LERP_BENCH_GAN_OUTPUT_H
#define LERP_BENCH_GAN_OUTPUT_H

#include <stdio.h>

#include "training.h"

/* A file in a directory that gets its name when it is closed. */
typedef struct output_file {
  char path[4096], temporary[4096 + 8];
  FILE *stream;
} output_file;

void output_make_directory(const char *directory);
/* directory: NULL where the name is a path. */
output_file output_open(const char *directory, const char *name);
void output_close(output_file *file);

/* What was measured so far: training.json (the options), history.csv. */
void output_options(const char *directory, const training *of);
void output_history(const char *directory, const training *of, const training_point *point, size_t count);

/* numpy's format 1.0: count items of the shape. */
void output_npy(FILE *stream, size_t count, layer_shape shape, const float *items);
/* The first items of rows x columns images side by side as PNG, from values in [-1, 1]. */
void output_grid(FILE *stream, size_t rows, size_t columns, layer_shape shape, const float *items);

/* A checkpoint: the points and an image of the training. LERP_SYSTEM: it cannot be read; LERP_INVALID: it is none of
 * such a training, which may have begun anew then. */
void output_checkpoint(const char *path, const training *of, const training_point *point, size_t count);
lerp_status output_read_checkpoint(const char *path, training *into, training_point *point, size_t room,
                                   size_t *points, lerp_error *error);

#endif

/* SPDX-License-Identifier: MIT */
/* Colour images of 32 x 32 with a label from 0 to 9, in the binary format of CIFAR-10: records of one byte for the label
 * and 3 x 32 x 32 bytes, all red ones first, then green, then blue, each row by row. */
#ifndef LERP_GAN_IMAGES_H
#define LERP_GAN_IMAGES_H

#include <stdbool.h>

#include "data.h"

enum {
  IMAGES_SIDE = 32,
  IMAGES_COLOURS = 3,
  IMAGES_LABELS = 10,
  IMAGES_BYTES = 3 * 32 * 32,
  IMAGES_RECORD = 1 + 3 * 32 * 32
};

typedef struct gan_images {
  gan_data head;
  size_t count;
  unsigned char *record; /* count of IMAGES_RECORD bytes */
} gan_images;

/* Reads data_batch_1.bin to data_batch_5.bin from a directory, or from its cifar-10-batches-bin.
 * LERP_UNSUPPORTED: the directory is ""; LERP_SYSTEM: a file is not there, or cannot be read; LERP_INVALID: a file is no
 * whole number of records, or of another size than the first, or a label is above 9; LERP_MEMORY. Messages name the file,
 * and where to get what is missing. */
lerp_status gan_data_images(const char *known, const char *directory, gan_data **made, lerp_error *error);

/* Images of ten kinds of shapes in random places, sizes and colours, the label being the kind: record i is a function of
 * (seed, i). */
lerp_status gan_data_shapes(uint64_t seed, size_t count, gan_data **made, lerp_error *error);
extern const char *const images_shape_names[IMAGES_LABELS];
void images_draw_shape(uint64_t seed, uint64_t i, unsigned char record[IMAGES_RECORD]);

/* The images behind these; NULL: other data. */
const gan_images *gan_data_as_images(const gan_data *data);

/* Image i as an item, values in [-1, 1], mirrored or not. */
void images_item(const gan_images *images, size_t i, bool mirrored, float *item);

#endif

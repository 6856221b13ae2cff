/* SPDX-License-Identifier: MIT */
#include "images.h"

#include <lerp/random.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Values in the order of layers: colours of a pixel side by side. */
void images_item(const gan_images *images, size_t i, bool mirrored, float *item) {
  const unsigned char *plane = images->record + i * IMAGES_RECORD + 1;
  for (size_t y = 0; y < IMAGES_SIDE; y++) {
    for (size_t x = 0; x < IMAGES_SIDE; x++) {
      const size_t from = y * IMAGES_SIDE + (mirrored ? IMAGES_SIDE - 1 - x : x);
      for (size_t c = 0; c < IMAGES_COLOURS; c++) {
        *item++ = (float)plane[c * IMAGES_SIDE * IMAGES_SIDE + from] / 127.5F - 1;
      }
    }
  }
}

/* A permutation of 0 .. 2^(2 bits) - 1 that the seed and the epoch choose: four rounds of a Feistel network, whose halves
 * have `bits` bits. */
static uint64_t shuffle_once(uint64_t seed, uint64_t epoch, unsigned bits, uint64_t i) {
  const uint64_t mask = (UINT64_C(1) << bits) - 1;
  uint64_t left = i >> bits, right = i & mask;
  for (uint64_t round = 0; round < 4; round++) {
    const uint64_t mixed = left ^ (lerp_random_bits(seed, epoch, 4 * right + round) & mask);
    left = right;
    right = mixed;
  }
  return left << bits | right;
}

/* The i-th of `count` in the order of an epoch: the permutation above, followed until it is back below count. */
static size_t shuffled(uint64_t seed, uint64_t epoch, size_t count, size_t i) {
  unsigned bits = 1;
  while (UINT64_C(1) << (2 * bits) < count) {
    bits++;
  }
  uint64_t at = i;
  do {
    at = shuffle_once(seed, epoch, bits, at);
  } while (at >= count);
  return (size_t)at;
}

/* Batches go through all images of an epoch in a new order; every image is mirrored or not by a coin. */
static void draw(const gan_data *self, uint64_t seed, uint64_t number, size_t batch, float *items) {
  const gan_images *images = (const gan_images *)self;
  const size_t per_epoch = images->count >= batch ? images->count / batch : 1;
  const uint64_t epoch = number / per_epoch, first = number % per_epoch * batch;
  const uint64_t order = lerp_random_bits(seed, 0, UINT64_MAX);
  for (size_t i = 0; i < batch; i++) {
    const size_t image = shuffled(order, epoch, images->count, (first + i) % images->count);
    images_item(images, image, lerp_random_bits(seed, number, i) & 1, items + i * layer_size(self->shape));
  }
}

static void release(gan_data *self) {
  free(((gan_images *)self)->record);
  free(self);
}

static const gan_data_kind kind = {"images", draw, release};

const gan_images *gan_data_as_images(const gan_data *data) {
  return data->kind == &kind ? (const gan_images *)data : NULL;
}

static lerp_status make(size_t count, gan_data **made, lerp_error *error) {
  gan_images *self = malloc(sizeof *self);
  if (self) {
    *self = (gan_images){.head = {&kind, {IMAGES_COLOURS, IMAGES_SIDE, IMAGES_SIDE}},
                         .count = count,
                         .record = malloc(count * IMAGES_RECORD)};
  }
  if (!self || !self->record) {
    free(self);
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "gan: %zu images: out of memory", count);
  }
  *made = &self->head;
  return LERP_OK;
}

lerp_status gan_data_shapes(uint64_t seed, size_t count, gan_data **made, lerp_error *error) {
  lerp_status status = make(count, made, error);
  for (size_t i = 0; status == LERP_OK && i < count; i++) {
    images_draw_shape(seed, i, ((gan_images *)*made)->record + i * IMAGES_RECORD);
  }
  return status;
}

/* Files. */

enum { PATH = 4096, FILES = 5 };

static void path_of(const char *directory, const char *below, int number, char path[PATH]) {
  snprintf(path, PATH, "%s/%sdata_batch_%d.bin", directory, below, number);
}

/* The bytes of a file; 0: it is not there. */
static size_t size_of(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 ? (size_t)about.st_size : 0;
}

static const char *source_of(const char *known) {
  return strcmp(known, "cifar10") == 0
             ? "the binary version of CIFAR-10 is at https://www.cs.toronto.edu/~kriz/cifar.html"
             : "lerp-gan make-shapes DIR writes such files";
}

static lerp_status refuse(const char *known, const char *path, lerp_error *error) {
  return lerp_fail(error, LERP_SYSTEM, SIZE_MAX, "%s: '%s' is missing or empty; %s", known, path,
                   source_of(known));
}

/* The records of each file. All are of one size, so that one that was cut between two records is found out. */
static lerp_status count_records(const char *known, const char *directory, const char *below, size_t *each,
                                 lerp_error *error) {
  char path[PATH];
  size_t first = 0;
  for (int number = 1; number <= FILES; number++) {
    path_of(directory, below, number, path);
    const size_t size = size_of(path);
    first = number == 1 ? size : first;
    if (size == 0) {
      return refuse(known, path, error);
    }
    if (size % IMAGES_RECORD != 0) {
      return lerp_fail(
          error, LERP_INVALID, SIZE_MAX,
          "%s: '%s' has %zu bytes: a whole number of records of %d bytes is allowed; it is cut short or "
          "no such file; %s",
          known, path, size, IMAGES_RECORD, source_of(known));
    }
    if (size != first) {
      return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                       "%s: '%s' has %zu bytes, data_batch_1.bin %zu: all of one size are allowed; one of "
                       "them is cut short; %s",
                       known, path, size, first, source_of(known));
    }
  }
  *each = first / IMAGES_RECORD;
  return LERP_OK;
}

static lerp_status check_labels(const char *known, const char *path, const unsigned char *record,
                                size_t count, lerp_error *error) {
  for (size_t i = 0; i < count; i++) {
    if (record[i * IMAGES_RECORD] >= IMAGES_LABELS) {
      return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                       "%s: '%s', record %zu: label %d, 0 to 9 are allowed; %s", known, path, i,
                       record[i * IMAGES_RECORD], source_of(known));
    }
  }
  return LERP_OK;
}

static lerp_status read_file(const char *known, const char *path, size_t count, unsigned char *into,
                             lerp_error *error) {
  FILE *file = fopen(path, "rb");
  const bool whole = file && fread(into, IMAGES_RECORD, count, file) == count;
  const int reason = errno;
  if (file) {
    fclose(file);
  }
  return whole ? check_labels(known, path, into, count, error)
               : lerp_fail(error, LERP_SYSTEM, SIZE_MAX, "%s: '%s' cannot be read: %s", known, path,
                           strerror(reason));
}

static lerp_status read_files(const char *known, const char *directory, const char *below, gan_images *into,
                              lerp_error *error) {
  char path[PATH];
  const size_t each = into->count / FILES;
  lerp_status status = LERP_OK;
  for (int number = 1; number <= FILES && status == LERP_OK; number++) {
    path_of(directory, below, number, path);
    status = read_file(known, path, each, into->record + (size_t)(number - 1) * each * IMAGES_RECORD, error);
  }
  return status;
}

lerp_status gan_data_images(const char *known, const char *directory, gan_data **made, lerp_error *error) {
  static const char inside[] = "cifar-10-batches-bin/";
  char path[PATH];
  *made = NULL;
  if (!*directory) {
    return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX,
                     "%s: no directory is given by --data DIR or directory=DIR; %s", known, source_of(known));
  }
  path_of(directory, inside, 1, path);
  const char *below = size_of(path) > 0 ? inside : "";
  size_t each = 0;
  lerp_status status = count_records(known, directory, below, &each, error);
  if (status == LERP_OK) {
    status = make(FILES * each, made, error);
  }
  if (status == LERP_OK &&
      (status = read_files(known, directory, below, (gan_images *)*made, error)) != LERP_OK) {
    gan_data_free(*made);
    *made = NULL;
  }
  return status;
}

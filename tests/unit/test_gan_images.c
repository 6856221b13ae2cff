/* SPDX-License-Identifier: MIT */
/* Images: files in the format of CIFAR-10 and their faults, batches that go through all images, the Frechet distance in
 * closed form, the classifier. */
#include "support.h"

#include "gan/features.h"
#include "gan/frechet.h"
#include "gan/network.h"
#include "openmp.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static gan_data *shapes(uint64_t seed, size_t count) {
  gan_data *data;
  lerp_error error;
  assert_ok(gan_data_shapes(seed, count, &data, &error), &error);
  return data;
}

/* Which image an item is, mirrored or not; count: none. */
static size_t find(const gan_images *images, const float *item, bool mirrored) {
  float *mine = test_new(IMAGES_BYTES, sizeof *mine);
  size_t i = 0;
  for (; i < images->count; i++) {
    images_item(images, i, mirrored, mine);
    if (memcmp(mine, item, IMAGES_BYTES * sizeof *mine) == 0) {
      break;
    }
  }
  free(mine);
  return i;
}

/* Every image once an epoch, in another order each time, about half of them mirrored. */
static void test_epochs(void **state) {
  (void)state;
  enum { COUNT = 60, BATCH = 15, BATCHES = COUNT / BATCH, EPOCHS = 3 };
  gan_data *data = shapes(3, COUNT);
  const gan_images *images = gan_data_as_images(data);
  float *items = test_new((size_t)BATCH * IMAGES_BYTES, sizeof *items);
  size_t order[EPOCHS][COUNT], mirrored = 0;
  for (size_t b = 0; b < EPOCHS * BATCHES; b++) {
    data->kind->draw(data, 9, b, BATCH, items);
    for (size_t i = 0; i < BATCH; i++) {
      const size_t plain = find(images, items + i * IMAGES_BYTES, false);
      mirrored += plain == COUNT;
      order[b / BATCHES][b % BATCHES * BATCH + i] =
          plain < COUNT ? plain : find(images, items + i * IMAGES_BYTES, true);
    }
  }
  for (size_t e = 0; e < EPOCHS; e++) {
    bool seen[COUNT + 1] = {false};
    for (size_t i = 0; i < COUNT; i++) {
      assert_in_range(order[e][i], 0, COUNT - 1);
      assert_false(seen[order[e][i]]);
      seen[order[e][i]] = true;
    }
  }
  assert_memory_not_equal(order[0], order[1], sizeof order[0]);
  /* some shapes are their own mirror image, seldom to the bit */
  assert_in_range(mirrored, EPOCHS * COUNT / 4, EPOCHS * COUNT * 3 / 4);
  free(items);
  gan_data_free(data);
}

static void test_shapes(void **state) {
  (void)state;
  unsigned char one[IMAGES_RECORD], again[IMAGES_RECORD];
  size_t of[IMAGES_LABELS] = {0};
  for (uint64_t i = 0; i < 400; i++) {
    images_draw_shape(5, i, one);
    assert_in_range(one[0], 0, IMAGES_LABELS - 1);
    of[one[0]]++;
  }
  for (size_t k = 0; k < IMAGES_LABELS; k++) {
    assert_in_range(of[k], 15, 75);
  }
  images_draw_shape(5, 399, again);
  assert_memory_equal(one, again, sizeof one);
  images_draw_shape(6, 399, again);
  assert_memory_not_equal(one, again, sizeof one);
}

/* Files. */

static void write_file(const char *directory, int number, const unsigned char *bytes, size_t size) {
  char path[256];
  snprintf(path, sizeof path, "%s/data_batch_%d.bin", directory, number);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

static void refused(const char *known, const char *directory, lerp_status expected, const char *named) {
  gan_data *data;
  lerp_error error;
  assert_int_equal(gan_data_images(known, directory, &data, &error), expected);
  assert_null(data);
  assert_that(strstr(error.message, named) != NULL, "'%s' names '%s'", error.message, named);
}

enum { FILES = 5 };

static void test_files(void **state) {
  (void)state;
  char directory[] = "/tmp/lerp-images-XXXXXX", path[256];
  unsigned char bytes[FILES][3 * IMAGES_RECORD];
  assert_non_null(mkdtemp(directory));
  refused("cifar10", "", LERP_UNSUPPORTED, "directory=DIR; the binary version of CIFAR-10 is at");
  refused("cifar10", directory, LERP_SYSTEM, "data_batch_1.bin");
  refused("cifar10", directory, LERP_SYSTEM, "CIFAR-10 is at");
  refused("shapes", directory, LERP_SYSTEM, "make-shapes");
  for (int number = 1; number <= FILES; number++) {
    if (number > 1) {
      snprintf(path, sizeof path, "data_batch_%d.bin' is missing", number);
      refused("cifar10", directory, LERP_SYSTEM, path);
    }
    for (size_t i = 0; i < 3; i++) {
      images_draw_shape(1, 3 * (uint64_t)number + i, bytes[number - 1] + i * IMAGES_RECORD);
    }
    write_file(directory, number, bytes[number - 1], sizeof *bytes);
  }
  gan_data *data;
  lerp_error error;
  assert_ok(gan_data_images("cifar10", directory, &data, &error), &error);
  assert_int_equal(gan_data_as_images(data)->count, 3 * FILES);
  assert_memory_equal(gan_data_as_images(data)->record, bytes, sizeof bytes);
  gan_data_free(data);
  write_file(directory, 2, bytes[1], sizeof *bytes - 1);
  refused("cifar10", directory, LERP_INVALID, "data_batch_2.bin' has 9218 bytes");
  write_file(directory, 4, bytes[3], sizeof *bytes - IMAGES_RECORD);
  write_file(directory, 2, bytes[1], sizeof *bytes);
  refused("cifar10", directory, LERP_INVALID, "data_batch_4.bin' has 6146 bytes, data_batch_1.bin 9219");
  bytes[3][2 * IMAGES_RECORD] = 10;
  write_file(directory, 4, bytes[3], sizeof *bytes);
  refused("cifar10", directory, LERP_INVALID, "data_batch_4.bin', record 2: label 10");
  for (int number = 1; number <= FILES; number++) {
    snprintf(path, sizeof path, "%s/data_batch_%d.bin", directory, number);
    unlink(path);
  }
  rmdir(directory);
}

/* Pixel (y, x) has its three colours side by side, 0 is -1 and 255 is 1; mirrored from right to left. */
static void test_item(void **state) {
  (void)state;
  unsigned char record[IMAGES_RECORD] = {0};
  const gan_images images = {.count = 1, .record = record};
  float item[IMAGES_BYTES];
  record[1 + 2 * 1024 + 5 * 32 + 7] = 255;
  images_item(&images, 0, false, item);
  assert_close(item[(5 * 32 + 7) * 3 + 2], 1, 1e-6, 0);
  assert_close(item[(5 * 32 + 7) * 3 + 1], -1, 1e-6, 0);
  images_item(&images, 0, true, item);
  assert_close(item[(5 * 32 + 24) * 3 + 2], 1, 1e-6, 0);
}

/* Rows m +- a_j e_j: mean m, covariance diagonal, a_j^2 2/(count - 1). */
static void fill_rows(size_t length, double mean, const double *a, float *rows) {
  for (size_t i = 0; i < 2 * length; i++) {
    for (size_t j = 0; j < length; j++) {
      rows[i * length + j] = (float)(mean + (j == i / 2 ? (i % 2 ? a[j] : -a[j]) : 0));
    }
  }
}

static void test_frechet(void **state) {
  (void)state;
  enum { LENGTH = 5, COUNT = 2 * LENGTH };
  const double a[LENGTH] = {1, 2, 0, 0.5, 3}, b[LENGTH] = {2, 2, 1, 0, 1};
  float one[COUNT * LENGTH], other[COUNT * LENGTH];
  fill_rows(LENGTH, 0.25, a, one);
  fill_rows(LENGTH, -0.5, b, other);
  double expected = LENGTH * 0.75 * 0.75, distance;
  for (size_t j = 0; j < LENGTH; j++) {
    expected += pow(a[j] - b[j], 2) * 2 / (COUNT - 1);
  }
  lerp_error error;
  const lerp_status status = frechet_distance(COUNT, LENGTH, one, other, &distance, &error);
  if (status == LERP_UNSUPPORTED) {
    return; /* a build without LAPACK */
  }
  assert_ok(status, &error);
  assert_close(distance, expected, 1e-6, 1e-6);
  assert_ok(frechet_distance(COUNT, LENGTH, one, one, &distance, &error), &error);
  assert_close(distance, 0, 1e-6, 0);
  one[3] = NAN;
  assert_int_equal(frechet_distance(COUNT, LENGTH, one, other, &distance, &error), LERP_INVALID);
}

/* It tells shapes apart that it has not seen; it comes from the cache, and from a training with two threads, with the same
 * parameters. */
static void test_classifier(void **state) {
  (void)state;
  enum { TRAINED, CACHED, TRAINED_BY_TWO, ROUNDS };
  char directory[] = "/tmp/lerp-cache-XXXXXX", remove[128];
  assert_non_null(mkdtemp(directory));
  setenv("XDG_CACHE_HOME", directory, 1);
  gan_data *known = shapes(1, 2000), *new = shapes(2, 640);
  lerp_error error;
  static float found[ROUNDS][FEATURES_BATCH * FEATURES];
  float *items = test_new((size_t)FEATURES_BATCH * IMAGES_BYTES, sizeof *items);
  new->kind->draw(new, 0, 0, FEATURES_BATCH, items);
  snprintf(remove, sizeof remove, "rm -rf %s", directory);
  const int threads = omp_get_max_threads();
  for (int round = 0; round < ROUNDS; round++) {
    features *f;
    if (round == TRAINED_BY_TWO) {
      assert_int_equal(system(remove), 0);
      assert_int_equal(mkdir(directory, 0777), 0);
    }
    omp_set_num_threads(round == TRAINED_BY_TWO ? 2 : 1);
    assert_ok(features_new(gan_data_as_images(known), &f, &error), &error);
    assert_that(features_accuracy(f, gan_data_as_images(new), 640) > 0.9, "nine of ten are told apart");
    features_of(f, items, found[round]);
    features_free(f);
  }
  omp_set_num_threads(threads);
  assert_memory_equal(found[TRAINED], found[CACHED], sizeof found[TRAINED]);
  assert_memory_equal(found[TRAINED], found[TRAINED_BY_TWO], sizeof found[TRAINED]);
  assert_int_equal(system(remove), 0);
  free(items);
  gan_data_free(known);
  gan_data_free(new);
}

int main(void) {
  suite all = {NULL, 0};
  suite_add(&all, test_epochs, NULL, "epochs");
  suite_add(&all, test_shapes, NULL, "shapes");
  suite_add(&all, test_files, NULL, "files");
  suite_add(&all, test_item, NULL, "an item");
  suite_add(&all, test_frechet, NULL, "Frechet distance");
  suite_add(&all, test_classifier, NULL, "classifier");
  return suite_run(&all, "gan images");
}

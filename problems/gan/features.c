/* SPDX-License-Identifier: MIT */
#include "features.h"

#include <lerp/lerp.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "network.h"
#include "../openmp.h"

enum { STEPS = 200, SEED = 1, VERSION = 2 }; /* VERSION: of what is kept */

struct features {
  network *body, *head; /* images to features, features to scores of labels */
  size_t count;         /* parameters of both */
  float *parameters, *gradient;
  float *items, *d_scores, *d_features, *scratch; /* scratch: of the body, which needs more than the head */
  const gan_images *images;
};

static network *new_body(void) {
  const size_t channels[] = {16, 32, FEATURES};
  network *made = network_new((layer_shape){IMAGES_COLOURS, IMAGES_SIDE, IMAGES_SIDE}, FEATURES_BATCH);
  for (size_t i = 0; made && i < sizeof channels / sizeof *channels; i++) {
    network_add(made, layer_convolution(network_out(made), channels[i], 3, FEATURES_BATCH));
    network_add(made, layer_relu(network_out(made), 0));
    network_add(made, layer_average_pool(network_out(made)));
  }
  if (made) {
    network_add(made, layer_pixel_sum(network_out(made)));
  }
  return made;
}

static network *new_head(void) {
  network *made = network_new(layer_vector(FEATURES), FEATURES_BATCH);
  if (made) {
    network_add(made, layer_linear(FEATURES, IMAGES_LABELS, FEATURES_BATCH));
  }
  return made;
}

void features_free(features *self) {
  if (self) {
    network_free(self->body);
    network_free(self->head);
    free(self->parameters);
    free(self->gradient);
    free(self->items);
    free(self->d_scores);
    free(self->d_features);
    free(self->scratch);
    free(self);
  }
}

static features *make(const gan_images *images) {
  features *self = calloc(1, sizeof *self);
  if (!self) {
    return NULL;
  }
  *self = (features){.body = new_body(), .head = new_head(), .images = images};
  if (!self->body || !self->head || !network_finish(self->body) || !network_finish(self->head)) {
    features_free(self);
    return NULL;
  }
  self->count = network_parameters(self->body) + network_parameters(self->head);
  self->parameters = calloc(self->count, sizeof *self->parameters);
  self->gradient = calloc(self->count, sizeof *self->gradient);
  self->items = calloc((size_t)FEATURES_BATCH * IMAGES_BYTES, sizeof *self->items);
  self->d_scores = calloc((size_t)FEATURES_BATCH * IMAGES_LABELS, sizeof *self->d_scores);
  self->d_features = calloc((size_t)FEATURES_BATCH * FEATURES, sizeof *self->d_features);
  self->scratch = aligned_alloc(64, network_scratch(self->body) * sizeof *self->scratch);
  if (!self->parameters || !self->gradient || !self->items || !self->d_scores || !self->d_features ||
      !self->scratch) {
    features_free(self);
    return NULL;
  }
  return self;
}

static void use(features *self, layer_mode mode) {
  network_prepare(self->body, self->parameters, NULL, mode);
  network_prepare(self->head, self->parameters + network_parameters(self->body), NULL, mode);
}

static void initialize(features *self) {
  network_initialize(self->body, SEED, self->parameters, NULL);
  network_initialize(self->head, SEED + 1, self->parameters + network_parameters(self->body), NULL);
}

/* Training. */

/* softmax(scores) - indicator of the label, over the batch */
static void slope(const float *scores, const int *label, float *d_scores) {
  for (size_t i = 0; i < FEATURES_BATCH; i++) {
    const float *s = scores + i * IMAGES_LABELS;
    float *d = d_scores + i * IMAGES_LABELS, largest = s[0], sum = 0;
    for (size_t j = 1; j < IMAGES_LABELS; j++) {
      largest = fmaxf(largest, s[j]);
    }
    for (size_t j = 0; j < IMAGES_LABELS; j++) {
      sum += d[j] = expf(s[j] - largest);
    }
    for (size_t j = 0; j < IMAGES_LABELS; j++) {
      d[j] = (d[j] / sum - (label[i] == (int)j)) / FEATURES_BATCH;
    }
  }
}

/* The gradient of the mean cross entropy over images that `sample` chooses. */
static int gradient(void *argument, uint64_t sample, const double *x, const double *y, double *fx,
                    double *fy) {
  (void)y, (void)fy;
  features *self = argument;
  int label[FEATURES_BATCH];
  for (size_t i = 0; i < FEATURES_BATCH; i++) {
    const size_t image = lerp_random_index(SEED, sample, i, self->images->count);
    label[i] = self->images->record[image * IMAGES_RECORD];
    images_item(self->images, image, false, self->items + i * IMAGES_BYTES);
  }
  for (size_t i = 0; i < self->count; i++) {
    self->parameters[i] = (float)x[i];
    self->gradient[i] = 0;
  }
  use(self, LAYER_LEARN);
  const float *found = network_forward(self->body, FEATURES_BATCH, self->items);
  slope(network_forward(self->head, FEATURES_BATCH, found), label, self->d_scores);
  network_backward(self->head, &(layer_flow){.batch = FEATURES_BATCH,
                                             .d_out = self->d_scores,
                                             .d_in = self->d_features,
                                             .d_parameters = self->gradient + network_parameters(self->body),
                                             .scratch = self->scratch});
  network_backward(self->body, &(layer_flow){.batch = FEATURES_BATCH,
                                             .d_out = self->d_features,
                                             .d_parameters = self->gradient,
                                             .scratch = self->scratch});
  for (size_t i = 0; i < self->count; i++) {
    fx[i] = self->gradient[i];
  }
  return 0;
}

static lerp_status set_up(features *self, lerp_problem *problem, lerp_error *error) {
  const size_t dimension[LERP_PARTS] = {self->count, 0};
  lerp_status status = lerp_operator_sampled(&problem->op, dimension, gradient, self, NULL, error);
  problem->facts = (lerp_facts){.lipschitz = NAN, .rho = NAN};
  problem->start[0] = lerp_aligned_new(self->count);
  if (status == LERP_OK && !problem->start[0]) {
    status = lerp_fail(error, LERP_MEMORY, SIZE_MAX, "classifier: out of memory");
  }
  for (size_t i = 0; status == LERP_OK && i < self->count; i++) {
    problem->start[0][i] = self->parameters[i];
  }
  return status;
}

static lerp_status run(const lerp_problem *problem, double *x, lerp_error *error) {
  lerp_settings settings = lerp_settings_default();
  settings.check = false;
  settings.max_iterations = STEPS;
  settings.fresh_samples = true;
  return lerp_solve(problem, "adam:lr=0.002:beta1=0.9:beta2=0.999", &settings, x, NULL, NULL, error);
}

static lerp_status train(features *self, lerp_error *error) {
  lerp_problem problem = {0};
  double *x = malloc(self->count * sizeof *x);
  initialize(self);
  lerp_status status = x ? set_up(self, &problem, error)
                         : lerp_fail(error, LERP_MEMORY, SIZE_MAX, "classifier: out of memory");
  if (status == LERP_OK) {
    status = run(&problem, x, error);
  }
  for (size_t i = 0; status == LERP_OK && i < self->count; i++) {
    self->parameters[i] = (float)x[i];
  }
  lerp_problem_fini(&problem);
  free(x);
  return status;
}

/* The cache. */

enum { PATH = 4096 };

static uint64_t hash_images(const gan_images *images) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325) + VERSION;
  for (size_t i = 0; i < images->count * IMAGES_RECORD; i++) {
    hash = (hash ^ images->record[i]) * UINT64_C(0x100000001b3);
  }
  return hash;
}

/* false: there is no place for it. */
static bool cache_path(const gan_images *images, char path[PATH]) {
  const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  char directory[PATH - 64];
  if (cache && *cache == '/') {
    snprintf(directory, sizeof directory, "%s", cache);
  } else if (home && *home == '/') {
    snprintf(directory, sizeof directory, "%s/.cache", home);
  } else {
    return false;
  }
  mkdir(directory, 0777);
  snprintf(path, PATH, "%s/lerp", directory);
  mkdir(path, 0777);
  snprintf(path, PATH, "%s/lerp/classifier-%016llx", directory, (unsigned long long)hash_images(images));
  return true;
}

static bool recall(features *self, const char *path) {
  FILE *file = fopen(path, "rb");
  char more;
  const bool whole = file &&
                     fread(self->parameters, sizeof *self->parameters, self->count, file) == self->count &&
                     fread(&more, 1, 1, file) == 0;
  if (file) {
    fclose(file);
  }
  return whole;
}

static void keep(const features *self, const char *path) {
  char temporary[PATH + 8];
  snprintf(temporary, sizeof temporary, "%s.new", path);
  FILE *file = fopen(temporary, "wb");
  if (file) {
    const bool written = fwrite(self->parameters, sizeof *self->parameters, self->count, file) == self->count;
    if (fclose(file) == 0 && written) {
      rename(temporary, path);
    } else {
      remove(temporary);
    }
  }
}

/* From the cache, or trained and kept there. */
static lerp_status find(features *self, lerp_error *error) {
  char path[PATH];
  const bool cached = cache_path(self->images, path);
  if (cached && recall(self, path)) {
    return LERP_OK;
  }
  const lerp_status status = train(self, error);
  if (status == LERP_OK && cached) {
    keep(self, path);
  }
  return status;
}

/* With one thread, so that nothing depends on how many there are: a layer keeps to the number that it was made for. */
lerp_status features_new(const gan_images *images, features **made, lerp_error *error) {
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  features *self = *made = make(images);
  const lerp_status status =
      self ? find(self, error) : lerp_fail(error, LERP_MEMORY, SIZE_MAX, "classifier: out of memory");
  omp_set_num_threads(threads);
  if (status) {
    features_free(self);
    *made = NULL;
    return status;
  }
  use(self, LAYER_INFER);
  return LERP_OK;
}

void features_of(features *self, const float *items, float *out) {
  memcpy(out, network_forward(self->body, FEATURES_BATCH, items), sizeof(float) * FEATURES_BATCH * FEATURES);
}

double features_accuracy(features *self, const gan_images *images, size_t most) {
  const size_t batches = (most < images->count ? most : images->count) / FEATURES_BATCH;
  size_t right = 0;
  for (size_t b = 0; b < batches; b++) {
    for (size_t i = 0; i < FEATURES_BATCH; i++) {
      images_item(images, b * FEATURES_BATCH + i, false, self->items + i * IMAGES_BYTES);
    }
    const float *found = network_forward(self->body, FEATURES_BATCH, self->items);
    const float *scores = network_forward(self->head, FEATURES_BATCH, found);
    for (size_t i = 0; i < FEATURES_BATCH; i++) {
      size_t best = 0;
      for (size_t j = 1; j < IMAGES_LABELS; j++) {
        best = scores[i * IMAGES_LABELS + j] > scores[i * IMAGES_LABELS + best] ? j : best;
      }
      right += best == images->record[(b * FEATURES_BATCH + i) * IMAGES_RECORD];
    }
  }
  return (double)right / (double)(batches * FEATURES_BATCH);
}

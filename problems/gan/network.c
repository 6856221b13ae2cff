/* SPDX-License-Identifier: MIT */
#include "levels.h"
#include "network.h"

#include <lerp/random.h>

#include <stdlib.h>
#include <string.h>

enum { LAYERS_MAX = 64 };

struct network {
  layer_shape in;
  size_t batch, count;
  bool failed;
  layer *layer[LAYERS_MAX];
  const float *input;       /* of the last forward pass */
  float *values;            /* what layers gave that have no other place for it */
  float *value[LAYERS_MAX]; /* what every layer gave */
  size_t largest;           /* of these */
};

network *network_new(layer_shape in, size_t batch) {
  network *self = calloc(1, sizeof *self);
  if (self) {
    self->in = in;
    self->batch = batch;
  }
  return self;
}

void network_free(network *self) {
  if (self) {
    for (size_t i = 0; i < self->count; i++) {
      self->layer[i]->kind->free(self->layer[i]);
    }
    free(self->values);
    free(self);
  }
}

layer_shape network_out(const network *self) {
  return self->count ? self->layer[self->count - 1]->out : self->in;
}

void network_add(network *self, layer *made) {
  if (made && self->count < LAYERS_MAX) {
    self->layer[self->count++] = made;
  } else {
    self->failed = true;
  }
}

static float *new_floats(size_t count) {
  return aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64);
}

static bool over_the_last(const network *self, size_t i) {
  return i > 0 && self->layer[i]->in_place && !self->layer[i - 1]->reads_out;
}

/* Room that layer i's values need. */
static size_t room_of(const network *self, size_t i) {
  return self->layer[i]->values || over_the_last(self, i)
             ? 0
             : layer_aligned(layer_size(self->layer[i]->out) * self->batch);
}

bool network_finish(network *self) {
  size_t all = 0;
  for (size_t i = 0; i < self->count; i++) {
    const size_t size = layer_aligned(layer_size(self->layer[i]->out) * self->batch);
    self->largest = size > self->largest ? size : self->largest;
    all += room_of(self, i);
  }
  self->values = new_floats(all);
  if (self->failed || !self->values) {
    return false;
  }
  for (size_t i = 0, at = 0; i < self->count; i++) {
    self->value[i] = self->layer[i]->values   ? self->layer[i]->values
                     : over_the_last(self, i) ? self->value[i - 1]
                                              : self->values + at;
    at += room_of(self, i);
  }
  return true;
}

float *network_spare(const network *self) {
  return self->layer[self->count - 1]->reads_out ? NULL : self->value[self->count - 1];
}

size_t network_parameters(const network *self) {
  size_t sum = 0;
  for (size_t i = 0; i < self->count; i++) {
    sum += self->layer[i]->parameters;
  }
  return sum;
}

size_t network_kept(const network *self) {
  size_t sum = 0;
  for (size_t i = 0; i < self->count; i++) {
    sum += self->layer[i]->kept;
  }
  return sum;
}

double network_flops(const network *self) {
  double sum = 0;
  for (size_t i = 0; i < self->count; i++) {
    sum += self->layer[i]->flops;
  }
  return sum;
}

double network_seconds(const network *self) {
  double sum = 0;
  for (size_t i = 0; i < self->count; i++) {
    sum += self->layer[i]->seconds;
  }
  return sum;
}

void network_initialize(const network *self, uint64_t seed, float *parameters, float *kept) {
  for (size_t i = 0; i < self->count; i++) {
    const layer *at = self->layer[i];
    if (at->kind->initialize) {
      at->kind->initialize(at, lerp_random_bits(seed, i, 0), parameters, kept);
    }
    parameters += at->parameters;
    kept += at->kept;
  }
}

void network_prepare(network *self, const float *parameters, float *kept, layer_mode mode) {
  for (size_t i = 0; i < self->count; i++) {
    layer *at = self->layer[i];
    if (at->kind->prepare) {
      at->kind->prepare(at, parameters, kept, mode);
    }
    parameters += at->parameters;
    kept += at->kept;
  }
}

const float *network_forward(network *self, size_t batch, const float *in) {
  const float *from = self->input = in;
  for (size_t i = 0; i < self->count; i++) {
    self->layer[i]->kind->forward(self->layer[i], batch, from, self->value[i]);
    from = self->value[i];
  }
  return from;
}

/* Two gradients by turns, and what one layer at a time needs. */
size_t network_scratch(const network *self) {
  size_t most = 0;
  for (size_t i = 0; i < self->count; i++) {
    most = self->layer[i]->scratch > most ? self->layer[i]->scratch : most;
  }
  return 2 * self->largest + most;
}

GAN_LEVELS static void scale(size_t size, float factor, const float *d, float *scaled) {
  for (size_t j = 0; j < size; j++) {
    scaled[j] = factor * d[j];
  }
}

static void weigh(size_t items, size_t size, const float *share, const float *d, float *weighed) {
#pragma omp parallel for if (items * size > 16384)
  for (size_t i = 0; i < items; i++) {
    scale(size, share[i], d + i * size, weighed + i * size);
  }
}

/* The gradient by the layer's parameters is linear in each item's d_out. `room`: for another d_out. */
static void flow_by_shares(layer *at, const float *in, const float *out, const layer_flow *flow,
                           float *room) {
  layer_flow own = *flow, on = *flow;
  weigh(flow->batch, layer_size(at->out), flow->share, flow->d_out, room);
  own.d_out = room;
  own.d_in = on.d_parameters = NULL;
  at->kind->backward(at, in, out, &own);
  at->kind->backward(at, in, out, &on);
}

void network_backward(network *self, const layer_flow *flow) {
  layer_flow now = *flow;
  now.scratch += 2 * self->largest;
  now.d_parameters += now.d_parameters ? network_parameters(self) : 0;
  for (size_t i = self->count; i-- > 0;) {
    layer *at = self->layer[i];
    const float *in = i > 0 ? self->value[i - 1] : self->input;
    float *free_room = flow->scratch + i % 2 * self->largest;
    now.d_parameters -= now.d_parameters ? at->parameters : 0;
    now.d_in = i > 0 ? free_room : flow->d_in;
    if (flow->share && now.d_parameters && at->parameters > 0 && !at->kind->holds_networks) {
      flow_by_shares(at, in, self->value[i], &now, free_room);
    } else {
      at->kind->backward(at, in, self->value[i], &now);
    }
    now.d_out = now.d_in;
  }
}

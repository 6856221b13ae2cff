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
  bool failed, summand; /* summand: its last layer adds to what is there */
  layer *layer[LAYERS_MAX];
  const float *input;       /* of the last forward pass */
  float *values;            /* what layers gave that have no other place for it */
  float *value[LAYERS_MAX]; /* what every layer gave */
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

void network_add_values(size_t count, const float *from, float *to) {
#pragma omp parallel for simd
  for (size_t i = 0; i < count; i++) {
    to[i] += from[i];
  }
}

static bool over_the_last(const network *self, size_t i) {
  return i > 0 && self->layer[i]->in_place && !self->layer[i - 1]->reads_out;
}

/* Floats of what layer i gives, and of its gradient. */
static size_t size_of(const network *self, size_t i) {
  return layer_aligned(layer_size(self->layer[i]->out) * self->batch);
}

/* Room that layer i's values need. */
static size_t room_of(const network *self, size_t i) {
  const bool elsewhere =
      self->layer[i]->values || over_the_last(self, i) || (self->summand && i + 1 == self->count);
  return elsewhere ? 0 : size_of(self, i);
}

bool network_finish(network *self) {
  size_t all = 0;
  for (size_t i = 0; i < self->count; i++) {
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

bool network_finish_summand(network *self) {
  self->summand = self->count > 0 && self->layer[self->count - 1]->kind->add;
  return network_finish(self);
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

static const float *forward_to(network *self, size_t end, size_t batch, const float *in) {
  const float *from = self->input = in;
  for (size_t i = 0; i < end; i++) {
    self->layer[i]->kind->forward(self->layer[i], batch, from, self->value[i]);
    from = self->value[i];
  }
  return from;
}

const float *network_forward(network *self, size_t batch, const float *in) {
  return forward_to(self, self->count, batch, in);
}

void network_add_forward(network *self, size_t batch, const float *in, float *out) {
  if (self->summand) {
    layer *last = self->layer[self->count - 1];
    last->kind->add(last, batch, forward_to(self, self->count - 1, batch, in), out);
  } else {
    network_add_values(batch * layer_size(network_out(self)), network_forward(self, batch, in), out);
  }
}

/* A backward pass works between two ends of its room: the gradients at what layers get lie at either end by turns, and in
 * the middle is what the layer needs that is in turn. Those that come in and go out are the caller's. */

static bool learns_by_shares(const layer *at) {
  return at->parameters > 0 && !at->kind->holds_networks;
}

/* The gradient that layer i gets. */
static size_t gets(const network *self, size_t i) {
  return i + 1 < self->count ? size_of(self, i) : 0;
}

/* What lies at the other end: the gradient that it gives, and before it one by which its parameters learn where items have
 * shares. */
static size_t gives(const network *self, size_t i) {
  const size_t given = i > 0 ? size_of(self, i - 1) : 0;
  return learns_by_shares(self->layer[i]) && size_of(self, i) > given ? size_of(self, i) : given;
}

size_t network_scratch(const network *self) {
  size_t most = 0;
  for (size_t i = 0; i < self->count; i++) {
    const size_t needed = gets(self, i) + layer_aligned(self->layer[i]->scratch) + gives(self, i);
    most = needed > most ? needed : most;
  }
  return most;
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

/* So many floats at layer i's end of the room. */
static float *at_end(const network *self, size_t i, size_t count, float *room) {
  return i % 2 == 0 ? room : room + network_scratch(self) - count;
}

void network_backward(network *self, const layer_flow *flow) {
  layer_flow now = *flow;
  now.d_parameters += now.d_parameters ? network_parameters(self) : 0;
  for (size_t i = self->count; i-- > 0;) {
    layer *at = self->layer[i];
    const float *in = i > 0 ? self->value[i - 1] : self->input;
    now.scratch = flow->scratch + (i % 2 == 0 ? gives(self, i) : gets(self, i));
    now.d_parameters -= now.d_parameters ? at->parameters : 0;
    now.d_in = i > 0 ? at_end(self, i, size_of(self, i - 1), flow->scratch) : flow->d_in;
    if (flow->share && now.d_parameters && learns_by_shares(at)) {
      flow_by_shares(at, in, self->value[i], &now, at_end(self, i, size_of(self, i), flow->scratch));
    } else {
      at->kind->backward(at, in, self->value[i], &now);
    }
    now.d_out = now.d_in;
  }
}

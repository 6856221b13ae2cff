/* SPDX-License-Identifier: MIT */
/* Images twice as large, every pixel repeated (nearest upsampling), or half as large, by means of 2 x 2 pixels; sums over
 * all pixels. Upsampling and pooling are each other's adjoint up to a factor of 4. */
#include <stdlib.h>
#include <string.h>

#include "layer.h"

/* fine pixels of `count` images of height x width pixels <- factor * the coarse one that they belong to, or added */
static void spread(layer_shape fine, size_t count, bool added, float factor, const float *coarse, float *to) {
  const size_t c = fine.channels, w = fine.width;
#pragma omp parallel for
  for (size_t row = 0; row < count * fine.height; row++) {
    const size_t image = row / fine.height, y = row % fine.height;
    const float *from = coarse + (image * (fine.height / 2) + y / 2) * (w / 2) * c;
    float *out = to + row * w * c;
    for (size_t x = 0; x < w; x++) {
      for (size_t k = 0; k < c; k++) {
        const float value = factor * from[x / 2 * c + k];
        out[x * c + k] = added ? out[x * c + k] + value : value;
      }
    }
  }
}

/* coarse pixels <- factor * the sum of the four fine ones */
static void gather(layer_shape fine, size_t count, float factor, const float *from, float *coarse) {
  const size_t c = fine.channels, w = fine.width;
#pragma omp parallel for
  for (size_t row = 0; row < count * (fine.height / 2); row++) {
    const float *above = from + 2 * row * w * c, *below = above + w * c;
    float *out = coarse + row * (w / 2) * c;
    for (size_t x = 0; x < w / 2; x++) {
      const size_t at = 2 * x * c;
      for (size_t k = 0; k < c; k++) {
        out[x * c + k] = factor * ((above[at + k] + above[at + c + k]) + (below[at + k] + below[at + c + k]));
      }
    }
  }
}

static void upsample_forward(layer *self, size_t batch, const float *in, float *out) {
  spread(self->out, batch, false, 1, in, out);
}

static void upsample_add(layer *self, size_t batch, const float *in, float *out) {
  spread(self->out, batch, true, 1, in, out);
}

static void upsample_backward(layer *self, const float *in, const float *out, const layer_flow *flow) {
  (void)in, (void)out;
  if (flow->d_in) {
    gather(self->out, flow->batch, 1, flow->d_out, flow->d_in);
  }
}

static void pool_forward(layer *self, size_t batch, const float *in, float *out) {
  gather(self->in, batch, 0.25F, in, out);
}

static void pool_backward(layer *self, const float *in, const float *out, const layer_flow *flow) {
  (void)in, (void)out;
  if (flow->d_in) {
    spread(self->in, flow->batch, false, 0.25F, flow->d_out, flow->d_in);
  }
}

static void sum_forward(layer *self, size_t batch, const float *in, float *out) {
  const size_t c = self->in.channels, pixels = self->in.height * self->in.width;
  memset(out, 0, batch * c * sizeof *out);
  for (size_t i = 0; i < batch; i++) {
    for (size_t p = 0; p < pixels; p++) {
      for (size_t k = 0; k < c; k++) {
        out[i * c + k] += in[(i * pixels + p) * c + k];
      }
    }
  }
}

static void sum_backward(layer *self, const float *in, const float *out, const layer_flow *flow) {
  (void)in, (void)out;
  const size_t c = self->in.channels, pixels = self->in.height * self->in.width;
  for (size_t p = 0; flow->d_in && p < flow->batch * pixels; p++) {
    memcpy(flow->d_in + p * c, flow->d_out + p / pixels * c, c * sizeof(float));
  }
}

static void release(layer *self) {
  free(self);
}

static const layer_kind
    upsample = {.name = "upsampling",
                .forward = upsample_forward,
                .backward = upsample_backward,
                .free = release,
                .add = upsample_add},
    pool = {.name = "average pooling", .forward = pool_forward, .backward = pool_backward, .free = release},
    sum = {.name = "sum of pixels", .forward = sum_forward, .backward = sum_backward, .free = release};

static layer *make(const layer_kind *kind, layer_shape in, layer_shape out) {
  layer *made = malloc(sizeof *made);
  if (made) {
    *made = (layer){.kind = kind, .in = in, .out = out, .flops = (double)layer_size(in)};
  }
  return made;
}

layer *layer_upsample(layer_shape in) {
  return make(&upsample, in, (layer_shape){in.channels, 2 * in.height, 2 * in.width});
}

layer *layer_average_pool(layer_shape in) {
  return make(&pool, in, (layer_shape){in.channels, in.height / 2, in.width / 2});
}

static void copy_forward(layer *self, size_t batch, const float *in, float *out) {
  memcpy(out, in, batch * layer_size(self->in) * sizeof *out);
}

static void copy_backward(layer *self, const float *in, const float *out, const layer_flow *flow) {
  (void)in, (void)out;
  if (flow->d_in) {
    memcpy(flow->d_in, flow->d_out, flow->batch * layer_size(self->in) * sizeof(float));
  }
}

static const layer_kind reshape = {
    .name = "reshape", .forward = copy_forward, .backward = copy_backward, .free = release};

layer *layer_reshape(layer_shape in, layer_shape out) {
  return make(&reshape, in, out);
}

layer *layer_pixel_sum(layer_shape in) {
  return make(&sum, in, layer_vector(in.channels));
}

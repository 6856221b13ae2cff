/* SPDX-License-Identifier: MIT */
/* Batch normalization (Ioffe, Szegedy 2015): every channel is shifted and scaled to mean 0 and variance 1 over the batch
 * and its pixels, then by parameters. Running means with weight 0.1 and unbiased variances stand in for those of the
 * batch where items must not depend on each other. */
#include <stdlib.h>
#include <string.h>

#include "layer.h"
#include "primitive.h"

static const float epsilon = 1e-5F, weight = 0.1F;

typedef struct batch_norm {
  layer head;
  size_t pixels; /* of all items */
  layer_mode mode;
  const float *scale;
  float *kept; /* running means, then variances */
  device on;
  dnnl_memory_t in, out, d_in, d_out;
  dnnl_memory_t scales, shifts, mean, variance, running_mean, running_variance, d_scale, d_shift;
  primitive learn, infer, back;
} batch_norm;

static void initialize(const layer *self, uint64_t seed, float *parameters, float *kept) {
  (void)seed;
  const size_t channels = self->in.channels;
  for (size_t i = 0; i < channels; i++) {
    parameters[i] = 1;
    parameters[channels + i] = 0;
    kept[i] = 0;
    kept[channels + i] = 1;
  }
}

static void prepare(layer *self, const float *parameters, float *kept, layer_mode mode) {
  batch_norm *b = (batch_norm *)self;
  const size_t channels = self->in.channels;
  b->mode = mode;
  b->kept = kept;
  memory_at(b->scales, parameters);
  memory_at(b->shifts, parameters + channels);
  memory_at(b->running_mean, kept);
  memory_at(b->running_variance, kept + channels);
}

static const float *values_of(dnnl_memory_t memory) {
  void *data = NULL;
  dnnl_memory_get_data_handle(memory, &data);
  return data;
}

/* running <- (1 - weight) running + weight seen */
static void follow(size_t count, const float *seen, float factor, float *running) {
  for (size_t i = 0; i < count; i++) {
    running[i] += weight * (factor * seen[i] - running[i]);
  }
}

static void forward(layer *self, size_t batch, const float *in, float *out) {
  (void)batch;
  batch_norm *b = (batch_norm *)self;
  memory_at(b->in, in);
  memory_at(b->out, out);
  primitive_run(&b->on, b->mode == LAYER_INFER ? &b->infer : &b->learn);
  if (b->mode == LAYER_LEARN) {
    const size_t channels = self->in.channels;
    const float unbiased = (float)b->pixels / (float)(b->pixels - 1);
    follow(channels, values_of(b->mean), 1, b->kept);
    follow(channels, values_of(b->variance), unbiased, b->kept + channels);
  }
}

static void backward(layer *self, const float *in, const float *out, const layer_flow *flow) {
  (void)out;
  batch_norm *b = (batch_norm *)self;
  const size_t channels = self->in.channels;
  float *d_parameters = flow->d_parameters;
  if (!flow->d_in && !d_parameters) {
    return;
  }
  float *thrown = flow->d_in ? NULL : malloc(b->pixels * channels * sizeof *thrown);
  memory_at(b->in, in);
  memory_at(b->d_out, flow->d_out);
  memory_at(b->d_in, flow->d_in ? flow->d_in : thrown);
  primitive_run(&b->on, &b->back);
  for (size_t i = 0; d_parameters && i < channels; i++) {
    d_parameters[i] += values_of(b->d_scale)[i];
    d_parameters[channels + i] += values_of(b->d_shift)[i];
  }
  free(thrown);
}

static void release(layer *self) {
  batch_norm *b = (batch_norm *)self;
  const dnnl_memory_t memories[] = {b->in,      b->out,    b->d_in,     b->d_out,        b->scales,
                                    b->shifts,  b->mean,   b->variance, b->running_mean, b->running_variance,
                                    b->d_scale, b->d_shift};
  primitive_free(&b->learn);
  primitive_free(&b->infer);
  primitive_free(&b->back);
  for (size_t i = 0; i < sizeof memories / sizeof *memories; i++) {
    device_forget(memories[i]);
  }
  device_close(&b->on);
  free(b);
}

static const layer_kind kind = {.name = "batch normalization",
                                .initialize = initialize,
                                .prepare = prepare,
                                .forward = forward,
                                .backward = backward,
                                .free = release};

static void make_primitives(batch_norm *b, const dnnl_memory_desc_t *image) {
  const unsigned parameters = dnnl_use_scale | dnnl_use_shift;
  dnnl_batch_normalization_desc_t learn, infer, back;
  dnnl_status_t status =
      dnnl_batch_normalization_forward_desc_init(&learn, dnnl_forward_training, image, epsilon, parameters);
  b->learn = device_primitive(&b->on, status, &learn, NULL);
  status = dnnl_batch_normalization_forward_desc_init(&infer, dnnl_forward_inference, image, epsilon,
                                                      parameters | dnnl_use_global_stats);
  b->infer = device_primitive(&b->on, status, &infer, NULL);
  status =
      dnnl_batch_normalization_backward_desc_init(&back, dnnl_backward, image, image, epsilon, parameters);
  b->back = device_primitive(&b->on, status, &back, &b->learn);
}

static void make_memories(batch_norm *b, const dnnl_memory_desc_t *image, const dnnl_memory_desc_t *channel) {
  static float nowhere; /* what the caller's memories point at until they are set */
  dnnl_memory_t *const callers[] = {&b->in, &b->out, &b->d_in, &b->d_out};
  dnnl_memory_t *const set[] = {&b->scales, &b->shifts, &b->running_mean, &b->running_variance};
  dnnl_memory_t *const own[] = {&b->mean, &b->variance, &b->d_scale, &b->d_shift};
  for (size_t i = 0; i < 4; i++) {
    *callers[i] = device_memory(&b->on, image, &nowhere);
    *set[i] = device_memory(&b->on, channel, &nowhere);
    *own[i] = device_memory(&b->on, channel, NULL);
  }
}

static void connect(batch_norm *b) {
  primitive *const forwards[] = {&b->learn, &b->infer};
  for (size_t i = 0; i < 2; i++) {
    primitive_bind(forwards[i], DNNL_ARG_SRC, b->in);
    primitive_bind(forwards[i], DNNL_ARG_DST, b->out);
    primitive_bind(forwards[i], DNNL_ARG_SCALE, b->scales);
    primitive_bind(forwards[i], DNNL_ARG_SHIFT, b->shifts);
    primitive_bind(forwards[i], DNNL_ARG_MEAN, i ? b->running_mean : b->mean);
    primitive_bind(forwards[i], DNNL_ARG_VARIANCE, i ? b->running_variance : b->variance);
  }
  primitive_bind(&b->back, DNNL_ARG_SRC, b->in);
  primitive_bind(&b->back, DNNL_ARG_MEAN, b->mean);
  primitive_bind(&b->back, DNNL_ARG_VARIANCE, b->variance);
  primitive_bind(&b->back, DNNL_ARG_DIFF_DST, b->d_out);
  primitive_bind(&b->back, DNNL_ARG_SCALE, b->scales);
  primitive_bind(&b->back, DNNL_ARG_SHIFT, b->shifts);
  primitive_bind(&b->back, DNNL_ARG_DIFF_SRC, b->d_in);
  primitive_bind(&b->back, DNNL_ARG_DIFF_SCALE, b->d_scale);
  primitive_bind(&b->back, DNNL_ARG_DIFF_SHIFT, b->d_shift);
}

layer *layer_batch_norm(layer_shape shape, size_t batch) {
  batch_norm *made = calloc(1, sizeof *made);
  if (!made) {
    return NULL;
  }
  *made = (batch_norm){.head = {.kind = &kind,
                                .in = shape,
                                .out = shape,
                                .parameters = 2 * shape.channels,
                                .kept = 2 * shape.channels,
                                .flops = 8 * (double)layer_size(shape)},
                       .pixels = batch * shape.height * shape.width,
                       .on = device_open()};
  dnnl_memory_desc_t image, channel;
  dnnl_memory_desc_init_by_tag(&image, 4,
                               (dnnl_dims_t){(dnnl_dim_t)batch, (dnnl_dim_t)shape.channels,
                                             (dnnl_dim_t)shape.height, (dnnl_dim_t)shape.width},
                               dnnl_f32, dnnl_nhwc);
  dnnl_memory_desc_init_by_tag(&channel, 1, (dnnl_dims_t){(dnnl_dim_t)shape.channels}, dnnl_f32, dnnl_x);
  make_primitives(made, &image);
  make_memories(made, &image, &channel);
  connect(made);
  if (made->on.failed) {
    release(&made->head);
    return NULL;
  }
  return &made->head;
}

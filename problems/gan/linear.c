/* SPDX-License-Identifier: MIT */
/* y = Wx + b: with items as rows, Y = X W' + 1 b', dX = dY W, dW = dY' X, db = dY' 1. */
#include "layer.h"

#include <dnnl.h>
#include <stdlib.h>
#include <string.h>

typedef struct linear {
  layer head;
  const float *weights, *bias;
} linear;

static void initialize(const layer *self, uint64_t seed, float *parameters, float *kept) {
  (void)kept;
  const size_t inputs = layer_size(self->in), outputs = layer_size(self->out);
  layer_xavier(seed, inputs * outputs, inputs, outputs, outputs, parameters);
}

static void prepare(layer *self, const float *parameters, float *kept, layer_mode mode) {
  (void)kept;
  (void)mode;
  linear *l = (linear *)self;
  l->weights = parameters;
  l->bias = parameters + layer_size(self->in) * layer_size(self->out);
}

static void forward(layer *self, size_t batch, const float *in, float *out) {
  const linear *l = (const linear *)self;
  const dnnl_dim_t m = (dnnl_dim_t)batch, k = (dnnl_dim_t)layer_size(self->in),
                   n = (dnnl_dim_t)layer_size(self->out);
  for (size_t i = 0; i < batch; i++) {
    memcpy(out + i * (size_t)n, l->bias, (size_t)n * sizeof *out);
  }
  dnnl_sgemm('N', 'T', m, n, k, 1, in, k, l->weights, k, 1, out, n);
}

static void backward(layer *self, const float *in, const float *out, const layer_flow *flow) {
  (void)out;
  const linear *l = (const linear *)self;
  const float *d_out = flow->d_out;
  const dnnl_dim_t m = (dnnl_dim_t)flow->batch, k = (dnnl_dim_t)layer_size(self->in),
                   n = (dnnl_dim_t)layer_size(self->out);
  if (flow->d_in) {
    dnnl_sgemm('N', 'N', m, k, n, 1, d_out, n, l->weights, k, 0, flow->d_in, k);
  }
  if (flow->d_parameters) {
    dnnl_sgemm('T', 'N', n, k, m, 1, d_out, n, in, k, 1, flow->d_parameters, k);
    float *d_bias = flow->d_parameters + n * k;
    for (size_t i = 0; i < flow->batch; i++) {
      for (size_t j = 0; j < (size_t)n; j++) {
        d_bias[j] += d_out[i * (size_t)n + j];
      }
    }
  }
}

static void release(layer *self) {
  free(self);
}

static const layer_kind kind = {.name = "linear",
                                .initialize = initialize,
                                .prepare = prepare,
                                .forward = forward,
                                .backward = backward,
                                .free = release};

layer *layer_linear(size_t inputs, size_t outputs, size_t batch) {
  (void)batch;
  linear *made = malloc(sizeof *made);
  if (!made) {
    return NULL;
  }
  *made = (linear){.head = {.kind = &kind,
                            .in = layer_vector(inputs),
                            .out = layer_vector(outputs),
                            .parameters = (inputs + 1) * outputs,
                            .flops = 2 * (double)inputs * (double)outputs}};
  return &made->head;
}

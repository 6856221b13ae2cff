/* SPDX-License-Identifier: MIT */
/* Convolutions with odd square kernels, padded so that images keep their size, alone or with a resampling: then means of
 * 2 x 2 pixels, or before it every pixel four times. The parameters are a matrix of channels out x (channels in x height x
 * width), and then the biases; oneDNN works on layouts of its own choice. */
#include <stdlib.h>
#include <string.h>

#include "layer.h"
#include "narrow.h"
#include "primitive.h"

typedef enum resampling { NONE, POOLED, UPSAMPLED } resampling;

typedef struct convolution {
  layer head;
  resampling with;
  size_t weights;
  size_t kernel;
  float *wide; /* with resampling: weights of the (kernel + 1) x (kernel + 1) window, else NULL */
  narrow *to_few,
      *from_few; /* where the channels out, or in, are few: forward and learning, or back; else NULL */
  const float *biases;
  device on;
  dnnl_memory_t in, out, d_in, d_out;                       /* of the caller, set at every call */
  dnnl_memory_t plain, bias, forward_weights, back_weights; /* plain: the parameters as they are */
  dnnl_memory_t own_gradient, gradient, d_bias;
  primitive forward, back, learn; /* values, gradient of the input, gradient of the parameters */
  primitive load_forward, load_back, unload;
} convolution;

static void initialize(const layer *self, uint64_t seed, float *parameters, float *kept) {
  (void)kept;
  const size_t weights = ((const convolution *)self)->weights;
  layer_xavier(seed, weights, weights / self->out.channels, weights / self->in.channels, self->out.channels,
               parameters);
}

/* The mean over 2 x 2 pixels of what a window gives is what a window larger by one gives, whose weights are means of 2 x 2
 * weights, zero outside. On an image with every pixel four times a window gives what the transposed convolution with
 * stride 2 gives: a window larger by one, turned by half a turn, whose weights are sums of 2 x 2 weights. */

/* The first of the four places of the wide window that weight i has a part in. */
static size_t place(const convolution *c, size_t i) {
  const size_t k = c->kernel, side = k + 1, row = i / k % k, column = i % k, last = k - 1;
  const size_t first = i / (k * k) * side * side;
  return c->with == POOLED ? first + row * side + column : first + (last - row) * side + last - column;
}

static float part(const convolution *c) {
  return c->with == POOLED ? 0.25F : 1;
}

static void widen(const convolution *c, const float *parameters) {
  const size_t k = c->kernel, side = k + 1, filters = c->weights / (k * k);
  memset(c->wide, 0, filters * side * side * sizeof *c->wide);
  for (size_t i = 0; i < c->weights; i++) {
    float *to = c->wide + place(c, i);
    const float each = part(c) * parameters[i];
    to[0] += each;
    to[1] += each;
    to[side] += each;
    to[side + 1] += each;
  }
}

/* The adjoint of it. */
static void add_narrowed(const convolution *c, const float *wide, float *to) {
  const size_t side = c->kernel + 1;
  for (size_t i = 0; i < c->weights; i++) {
    const float *from = wide + place(c, i);
    to[i] += part(c) * (from[0] + from[1] + from[side] + from[side + 1]);
  }
}

static void load(layer *self, const float *parameters, layer_mode mode) {
  convolution *c = (convolution *)self;
  if (c->wide) {
    widen(c, parameters);
  }
  memory_at(c->plain, c->wide ? c->wide : parameters);
  c->biases = parameters + c->weights;
  memory_at(c->bias, c->biases);
  if (c->to_few) {
    narrow_load(c->to_few, parameters, false);
  }
  if (c->from_few) {
    narrow_load(c->from_few, parameters, true);
  }
  primitive_run(&c->on, &c->load_forward);
  if (mode != LAYER_INFER) {
    primitive_run(&c->on, &c->load_back);
  }
}

static void convolve(layer *self, size_t batch, const float *in, float *out) {
  convolution *c = (convolution *)self;
  if (c->to_few) {
    narrow_forward(c->to_few, batch, in, c->biases, out);
    return;
  }
  memory_at(c->in, in);
  memory_at(c->out, out);
  primitive_run(&c->on, &c->forward);
}

static void add(size_t count, const float *from, float *to) {
  for (size_t i = 0; i < count; i++) {
    to[i] += from[i];
  }
}

static size_t floats_in(dnnl_memory_t memory) {
  const dnnl_memory_desc_t *layout = NULL;
  return memory && dnnl_memory_get_memory_desc(memory, &layout) == dnnl_success
             ? layer_aligned(dnnl_memory_desc_get_size(layout) / sizeof(float))
             : 0;
}

/* The gradients of weights in both layouts and that of the biases, one after the other. */
static void learn(convolution *c, float *scratch, float *d_parameters) {
  float *gradient = scratch + floats_in(c->own_gradient), *d_bias = gradient + floats_in(c->gradient);
  memory_at(c->own_gradient, scratch);
  memory_at(c->gradient, gradient);
  memory_at(c->d_bias, d_bias);
  primitive_run(&c->on, &c->learn);
  primitive_run(&c->on, &c->unload);
  if (c->wide) {
    add_narrowed(c, gradient, d_parameters);
  } else {
    add(c->weights, gradient, d_parameters);
  }
  add(c->head.out.channels, d_bias, d_parameters + c->weights);
}

static void convolve_back(layer *self, const float *in, const layer_flow *flow) {
  convolution *c = (convolution *)self;
  float *d_parameters = flow->d_parameters;
  memory_at(c->d_out, flow->d_out);
  if (flow->d_in && c->from_few) {
    narrow_forward(c->from_few, flow->batch, flow->d_out, NULL, flow->d_in);
  } else if (flow->d_in) {
    memory_at(c->d_in, flow->d_in);
    primitive_run(&c->on, &c->back);
  }
  if (d_parameters && c->to_few) {
    narrow_learn(c->to_few, flow->batch, in, flow->d_out, d_parameters, d_parameters + c->weights);
  } else if (d_parameters) {
    memory_at(c->in, in);
    learn(c, flow->scratch, d_parameters);
  }
}

/* The passes, with their time. */

static void prepare(layer *self, const float *parameters, float *kept, layer_mode mode) {
  (void)kept;
  const double begin = layer_clock();
  load(self, parameters, mode);
  self->seconds += layer_clock() - begin;
}

static void forward(layer *self, size_t batch, const float *in, float *out) {
  const double begin = layer_clock();
  convolve(self, batch, in, out);
  self->seconds += layer_clock() - begin;
}

static void backward(layer *self, const float *in, const float *out, const layer_flow *flow) {
  (void)out;
  const double begin = layer_clock();
  convolve_back(self, in, flow);
  self->seconds += layer_clock() - begin;
}

static void release(layer *self) {
  convolution *c = (convolution *)self;
  primitive *const primitives[] = {&c->forward,      &c->back,      &c->learn,
                                   &c->load_forward, &c->load_back, &c->unload};
  const dnnl_memory_t memories[] = {
      c->in,           c->out,          c->d_in,     c->d_out, c->plain, c->bias, c->forward_weights,
      c->back_weights, c->own_gradient, c->gradient, c->d_bias};
  for (size_t i = 0; i < sizeof primitives / sizeof *primitives; i++) {
    primitive_free(primitives[i]);
  }
  for (size_t i = 0; i < sizeof memories / sizeof *memories; i++) {
    device_forget(memories[i]);
  }
  device_close(&c->on);
  narrow_free(c->to_few);
  narrow_free(c->from_few);
  free(c->wide);
  free(c);
}

static const layer_kind kind = {.name = "convolution",
                                .initialize = initialize,
                                .prepare = prepare,
                                .forward = forward,
                                .backward = backward,
                                .free = release};

/* What the primitives are about: layouts of images and biases, those of weights being open. */
typedef struct form {
  dnnl_memory_desc_t in, out, bias, plain, open;
  dnnl_dims_t strides, padding;
} form;

static form form_of(layer_shape in, layer_shape out, size_t kernel, resampling with, size_t batch) {
  const dnnl_dim_t stride = with == NONE ? 1 : 2, around = (dnnl_dim_t)kernel / 2;
  form f = {.strides = {stride, stride}, .padding = {around, around}};
  const dnnl_dim_t n = (dnnl_dim_t)batch, h = (dnnl_dim_t)in.height, w = (dnnl_dim_t)in.width,
                   i = (dnnl_dim_t)in.channels, o = (dnnl_dim_t)out.channels,
                   k = (dnnl_dim_t)(kernel + (with != NONE)), y = (dnnl_dim_t)out.height,
                   x = (dnnl_dim_t)out.width;
  dnnl_memory_desc_init_by_tag(&f.in, 4, (dnnl_dims_t){n, i, h, w}, dnnl_f32, dnnl_nhwc);
  dnnl_memory_desc_init_by_tag(&f.out, 4, (dnnl_dims_t){n, o, y, x}, dnnl_f32, dnnl_nhwc);
  dnnl_memory_desc_init_by_tag(&f.bias, 1, (dnnl_dims_t){o}, dnnl_f32, dnnl_x);
  dnnl_memory_desc_init_by_tag(&f.plain, 4, (dnnl_dims_t){o, i, k, k}, dnnl_f32, dnnl_oihw);
  dnnl_memory_desc_init_by_tag(&f.open, 4, (dnnl_dims_t){o, i, k, k}, dnnl_f32, dnnl_format_tag_any);
  return f;
}

static void make_convolutions(convolution *c, const form *f) {
  dnnl_convolution_desc_t values, back, learn;
  dnnl_status_t status =
      dnnl_convolution_forward_desc_init(&values, dnnl_forward_training, dnnl_convolution_direct, &f->in,
                                         &f->open, &f->bias, &f->out, f->strides, f->padding, f->padding);
  c->forward = device_primitive(&c->on, status, &values, NULL);
  status = dnnl_convolution_backward_data_desc_init(&back, dnnl_convolution_direct, &f->in, &f->open, &f->out,
                                                    f->strides, f->padding, f->padding);
  c->back = device_primitive(&c->on, status, &back, &c->forward);
  status = dnnl_convolution_backward_weights_desc_init(&learn, dnnl_convolution_direct, &f->in, &f->open,
                                                       &f->bias, &f->out, f->strides, f->padding, f->padding);
  c->learn = device_primitive(&c->on, status, &learn, &c->forward);
}

static void make_transposed(convolution *c, const form *f) {
  dnnl_deconvolution_desc_t values, back, learn;
  dnnl_status_t status =
      dnnl_deconvolution_forward_desc_init(&values, dnnl_forward_training, dnnl_deconvolution_direct, &f->in,
                                           &f->open, &f->bias, &f->out, f->strides, f->padding, f->padding);
  c->forward = device_primitive(&c->on, status, &values, NULL);
  status = dnnl_deconvolution_backward_data_desc_init(&back, dnnl_deconvolution_direct, &f->in, &f->open,
                                                      &f->out, f->strides, f->padding, f->padding);
  c->back = device_primitive(&c->on, status, &back, &c->forward);
  status =
      dnnl_deconvolution_backward_weights_desc_init(&learn, dnnl_deconvolution_direct, &f->in, &f->open,
                                                    &f->bias, &f->out, f->strides, f->padding, f->padding);
  c->learn = device_primitive(&c->on, status, &learn, &c->forward);
}

static void make_primitives(convolution *c, const form *f) {
  if (c->with == UPSAMPLED) {
    make_transposed(c, f);
  } else {
    make_convolutions(c, f);
  }
}

static void make_memories(convolution *c, const form *f) {
  static float nowhere; /* what memories of others point at until they are set */
  device *on = &c->on;
  c->in = device_memory(on, &f->in, &nowhere);
  c->out = device_memory(on, &f->out, &nowhere);
  c->d_in = device_memory(on, &f->in, &nowhere);
  c->d_out = device_memory(on, &f->out, &nowhere);
  c->plain = device_memory(on, &f->plain, &nowhere);
  c->bias = device_memory(on, &f->bias, &nowhere);
  c->forward_weights = device_memory(on, primitive_layout(&c->forward, dnnl_query_weights_md, 0), NULL);
  c->back_weights = device_memory(on, primitive_layout(&c->back, dnnl_query_weights_md, 0), NULL);
  c->own_gradient = device_memory(on, primitive_layout(&c->learn, dnnl_query_diff_weights_md, 0), &nowhere);
  c->gradient = device_memory(on, &f->plain, &nowhere);
  c->d_bias = device_memory(on, &f->bias, &nowhere);
}

static void connect(convolution *c) {
  primitive_bind(&c->forward, DNNL_ARG_SRC, c->in);
  primitive_bind(&c->forward, DNNL_ARG_WEIGHTS, c->forward_weights);
  primitive_bind(&c->forward, DNNL_ARG_BIAS, c->bias);
  primitive_bind(&c->forward, DNNL_ARG_DST, c->out);
  primitive_bind(&c->back, DNNL_ARG_DIFF_DST, c->d_out);
  primitive_bind(&c->back, DNNL_ARG_WEIGHTS, c->back_weights);
  primitive_bind(&c->back, DNNL_ARG_DIFF_SRC, c->d_in);
  primitive_bind(&c->learn, DNNL_ARG_SRC, c->in);
  primitive_bind(&c->learn, DNNL_ARG_DIFF_DST, c->d_out);
  primitive_bind(&c->learn, DNNL_ARG_DIFF_WEIGHTS, c->own_gradient);
  primitive_bind(&c->learn, DNNL_ARG_DIFF_BIAS, c->d_bias);
  c->load_forward = device_reorder(&c->on, c->plain, c->forward_weights);
  c->load_back = device_reorder(&c->on, c->plain, c->back_weights);
  c->unload = device_reorder(&c->on, c->own_gradient, c->gradient);
}

/* Multiplications and additions for an item: windows lie on the smaller of two images. */
static double flops_of(layer_shape in, layer_shape out, size_t window) {
  const layer_shape small = in.height < out.height ? in : out;
  return 2 * (double)(in.channels * out.channels * window) * (double)(small.height * small.width);
}

static layer *make(layer_shape in, layer_shape out, size_t kernel, resampling with, size_t batch) {
  convolution *made = calloc(1, sizeof *made);
  if (!made) {
    return NULL;
  }
  const size_t weights = out.channels * in.channels * kernel * kernel, side = kernel + (with != NONE),
               wide = out.channels * in.channels * side * side;
  *made = (convolution){.head = {.kind = &kind,
                                 .in = in,
                                 .out = out,
                                 .parameters = weights + out.channels,
                                 .flops = flops_of(in, out, side * side)},
                        .with = with,
                        .weights = weights,
                        .kernel = kernel,
                        .wide = with == NONE ? NULL : malloc(wide * sizeof(float)),
                        .on = device_open()};
  const form f = form_of(in, out, kernel, with, batch);
  make_primitives(made, &f);
  make_memories(made, &f);
  connect(made);
  made->head.scratch = floats_in(made->own_gradient) + floats_in(made->gradient) + floats_in(made->d_bias);
  const bool to_few = with == NONE && narrow_pays(out.channels, in.channels, kernel),
             from_few = with == NONE && narrow_pays(in.channels, out.channels, kernel);
  made->to_few = to_few ? narrow_new(in.height, in.width, out.channels, in.channels, kernel) : NULL;
  made->from_few = from_few ? narrow_new(in.height, in.width, in.channels, out.channels, kernel) : NULL;
  if (made->on.failed || (to_few && !made->to_few) || (from_few && !made->from_few) ||
      (with != NONE && !made->wide)) {
    release(&made->head);
    return NULL;
  }
  return &made->head;
}

layer *layer_convolution(layer_shape in, size_t channels, size_t kernel, size_t batch) {
  return make(in, (layer_shape){channels, in.height, in.width}, kernel, NONE, batch);
}

layer *layer_pooled_convolution(layer_shape in, size_t channels, size_t kernel, size_t batch) {
  return make(in, (layer_shape){channels, in.height / 2, in.width / 2}, kernel, POOLED, batch);
}

layer *layer_upsampled_convolution(layer_shape in, size_t channels, size_t kernel, size_t batch) {
  return make(in, (layer_shape){channels, 2 * in.height, 2 * in.width}, kernel, UPSAMPLED, batch);
}

/* SPDX-License-Identifier: MIT */
/* Layers of neural networks. A layer maps every item of a batch, an image of height x width pixels with so many numbers
 * side by side in each, its channels, to another. Its parameters are a slice of one flat vector, weights before biases. All memory is allocated when the layer
 * is made, for batches of `batch` items. */
#ifndef LERP_GAN_LAYER_H
#define LERP_GAN_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* A plain vector: channels x 1 x 1. */
typedef struct layer_shape {
  size_t channels, height, width;
} layer_shape;

static inline size_t layer_size(layer_shape shape) {
  return shape.channels * shape.height * shape.width;
}

static inline layer_shape layer_vector(size_t length) {
  return (layer_shape){length, 1, 1};
}

/* What is done with statistics of the batch and with what is kept between evaluations. */
typedef enum layer_mode {
  LAYER_LEARN,  /* statistics of this batch; what is kept moves on */
  LAYER_FREEZE, /* statistics of this batch; what is kept stays as it is */
  LAYER_INFER /* the statistics that are kept: an item does not depend on the others; no backward pass follows */
} layer_mode;

/* What flows back: the gradients of a function of a layer's values, whose gradient there is d_out. d_in is written,
 * d_parameters is added to; each may be NULL: not wanted. */
typedef struct layer_flow {
  size_t batch;
  const float *d_out;
  float *d_in, *d_parameters;
  const float *share; /* item i counts share[i] times in d_parameters; NULL: once */
  float *scratch;     /* as many floats as the layer asks for */
} layer_flow;

typedef struct layer layer;

typedef struct layer_kind {
  const char *name;
  /* First parameters and first values of what is kept, as functions of the seed; NULL: there are none. */
  void (*initialize)(const layer *self, uint64_t seed, float *parameters, float *kept);
  /* Takes the parameters and what is kept for the calls that follow: once per evaluation. NULL: nothing to do. */
  void (*prepare)(layer *self, const float *parameters, float *kept, layer_mode mode);
  void (*forward)(layer *self, size_t batch, const float *in, float *out);
  /* `in` and `out` are those of the last forward pass. flow->share is for layers that hold networks: these see to it
   * for all others. */
  void (*backward)(layer *self, const float *in, const float *out, const layer_flow *flow);
  void (*free)(layer *self);
  bool holds_networks;
  /* As forward, but adds to `out`; NULL: it cannot. */
  void (*add)(layer *self, size_t batch, const float *in, float *out);
} layer_kind;

/* The head of every layer. */
struct layer {
  const layer_kind *kind;
  layer_shape in, out;
  size_t parameters; /* floats */
  size_t kept;       /* floats kept between evaluations: singular vectors, running means */
  double flops;      /* of the forward pass of one item; the backward pass counts as two of them */
  size_t scratch;    /* floats that a backward pass works on */
  bool in_place;     /* its values may replace what it gets, which its backward pass does not read */
  bool reads_out;    /* its backward pass reads its values */
  double seconds;    /* that it has spent in convolutions so far */
  float *values;     /* where its values may lie without room of their own; NULL: nowhere */
};

static inline double layer_clock(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The next multiple of 64 bytes. */
static inline size_t layer_aligned(size_t floats) {
  return (floats + 15) / 16 * 16;
}

/* Constructors return NULL when out of memory; a network takes care of that. */

/* y = Wx + b on vectors, W row by row. */
layer *layer_linear(size_t inputs, size_t outputs, size_t batch);

/* max(x, slope x); slope 0: ReLU. */
layer *layer_relu(layer_shape shape, double slope);
layer *layer_tanh(layer_shape shape);

/* Convolution with an odd kernel x kernel window, zero outside of the image, which keeps its size. The weights are a matrix
 * of channels x (channels in, window row, window column). */
layer *layer_convolution(layer_shape in, size_t channels, size_t kernel, size_t batch);
/* The same, then means of 2 x 2 pixels of an image with even sides, or every pixel four times and then the same, in one:
 * less than half of the work. */
layer *layer_pooled_convolution(layer_shape in, size_t channels, size_t kernel, size_t batch);
layer *layer_upsampled_convolution(layer_shape in, size_t channels, size_t kernel, size_t batch);
layer *layer_batch_norm(layer_shape shape, size_t batch);
/* Every pixel four times; means of 2 x 2 pixels of an image with even sides; sums over all pixels, a vector. */
layer *layer_upsample(layer_shape in);
layer *layer_average_pool(layer_shape in);
layer *layer_pixel_sum(layer_shape in);
/* A vector as an image, or the other way round: the same numbers. */
layer *layer_reshape(layer_shape in, layer_shape out);

/* Spectral normalization of another layer, which is taken over, whose first parameters are a rows x columns matrix W of
 * weights: it works with gain W / (u'Wv), where v = W'u/|W'u| and u = Wv/|Wv| are renewed by one power iteration an
 * evaluation from the u that is kept, and are constants for the gradient (Miyato et al. 2018). */
layer *layer_spectral(layer *inner, size_t rows, size_t columns, double gain);

/* Weights uniform in +-sqrt(6/(fan_in + fan_out)) (Glorot, Bengio 2010), then `biases` zeros. */
void layer_xavier(uint64_t seed, size_t weights, size_t fan_in, size_t fan_out, size_t biases,
                  float *parameters);

#endif

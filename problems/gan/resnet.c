/* SPDX-License-Identifier: MIT */
/* Residual networks for images of 32 x 32, as in the public code of the paper's experiment: the generator makes an image
 * of 4 x 4 of a linear map and has three blocks that double it; the discriminator has four blocks, two of which halve
 * the image, and scores the mean of the last pixels. (Miyato et al. 2018, whom that code follows, sum them: scores are 64
 * times as steep then, and plain descent with the published steps saturates the generator within ten of them.) */
#include "pair.h"

enum {
  FIRST = 4
}; /* height and width of what a generator begins with and the plain discriminator ends with */

static void add_normalized(network *to, layer *made, size_t channels, size_t columns, double gain) {
  network_add(to, gain > 0 ? layer_spectral(made, channels, columns, gain) : made);
}

static void add_convolution(network *to, size_t channels, size_t kernel, const gan_pair_settings *settings,
                            double gain) {
  const layer_shape in = network_out(to);
  add_normalized(to, layer_convolution(in, channels, kernel, settings->batch), channels,
                 in.channels * kernel * kernel, gain);
}

/* 3 x 3, and average pooling */
static void add_pooled_convolution(network *to, const gan_pair_settings *settings) {
  const layer_shape in = network_out(to);
  add_normalized(to, layer_pooled_convolution(in, settings->width, 3, settings->batch), settings->width,
                 in.channels * 9, settings->gain);
}

static void add_relu(network *to, double slope) {
  network_add(to, layer_relu(network_out(to), slope));
}

static void add_norm(network *to, const gan_pair_settings *settings) {
  network_add(to, layer_batch_norm(network_out(to), settings->batch));
}

/* Of the latent variables, a linear map. */
static void add_first_image(network *to, const gan_pair_settings *settings) {
  const layer_shape image = {settings->width, FIRST, FIRST};
  network_add(to, layer_linear(settings->latent, layer_size(image), settings->batch));
  network_add(to, layer_reshape(layer_vector(layer_size(image)), image));
}

static void add_last_image(network *to, const gan_pair_settings *settings) {
  add_norm(to, settings);
  add_relu(to, 0);
  add_convolution(to, settings->item.channels, 3, settings, 0);
  network_add(to, layer_tanh(settings->item));
}

/* A linear map of all that comes out. */
static void add_score(network *to, const gan_pair_settings *settings) {
  const layer_shape last = network_out(to);
  const size_t size = layer_size(last);
  network_add(to, layer_reshape(last, layer_vector(size)));
  add_normalized(to, layer_linear(size, 1, settings->batch), 1, size, settings->gain);
}

/* normalization, ReLU, upsampling, convolution, normalization, ReLU, convolution; upsampling */
static void add_up_block(network *to, const gan_pair_settings *settings) {
  const layer_shape in = network_out(to);
  network *way = network_new(in, settings->batch), *shortcut = network_new(in, settings->batch);
  if (way && shortcut) {
    add_norm(way, settings);
    add_relu(way, 0);
    network_add(way, layer_upsampled_convolution(in, settings->width, 3, settings->batch));
    add_norm(way, settings);
    add_relu(way, 0);
    add_convolution(way, settings->width, 3, settings, 0);
    network_add(shortcut, layer_upsample(in));
  }
  network_add(to, layer_residual(way, shortcut, in, settings->batch));
}

static void build_generator(const gan_pair_settings *settings, network *to) {
  add_first_image(to, settings);
  while (network_out(to).height < settings->item.height) {
    add_up_block(to, settings);
  }
  add_last_image(to, settings);
}

/* The first block has no ReLU before its first convolution: its input is data. */
static void add_down_block(network *to, bool first, bool halves, const gan_pair_settings *settings) {
  const layer_shape in = network_out(to);
  network *way = network_new(in, settings->batch);
  network *shortcut = halves ? network_new(in, settings->batch) : NULL;
  if (way && !first) {
    add_relu(way, settings->slope);
  }
  if (way) {
    add_convolution(way, settings->width, 3, settings, settings->gain);
    add_relu(way, settings->slope);
  }
  if (way && halves) {
    add_pooled_convolution(way, settings);
  } else if (way) {
    add_convolution(way, settings->width, 3, settings, settings->gain);
  }
  if (shortcut) {
    /* pooling commutes with the pointwise convolution, and is cheaper before it */
    network_add(shortcut, layer_average_pool(in));
    add_convolution(shortcut, settings->width, 1, settings, settings->gain);
  }
  network_add(to, halves && !shortcut ? NULL : layer_residual(way, shortcut, in, settings->batch));
}

/* The mean of all pixels, by halves. */
static void add_mean(network *to) {
  while (network_out(to).height > 1) {
    network_add(to, layer_average_pool(network_out(to)));
  }
}

static void build_discriminator(const gan_pair_settings *settings, network *to) {
  add_down_block(to, true, true, settings);
  add_down_block(to, false, true, settings);
  add_down_block(to, false, false, settings);
  add_down_block(to, false, false, settings);
  add_relu(to, settings->slope);
  add_mean(to);
  add_score(to, settings);
}

static void build(const gan_pair_settings *settings, const gan_pair *pair) {
  build_generator(settings, pair->generator);
  build_discriminator(settings, pair->discriminator);
}

const gan_pair_kind gan_pair_residual = {
    .name = "residual",
    .source = "Miyato et al. 2018, as Pethick, Xie, Cevher 2023 (NeurIPS) have it",
    .images = true,
    .build = build,
};

/* Plain networks of the same size: each block is upsampling or pooling around one convolution. */

static void build_plain_generator(const gan_pair_settings *settings, network *to) {
  add_first_image(to, settings);
  while (network_out(to).height < settings->item.height) {
    add_norm(to, settings);
    add_relu(to, 0);
    network_add(to, layer_upsampled_convolution(network_out(to), settings->width, 3, settings->batch));
  }
  add_last_image(to, settings);
}

static void build_plain_discriminator(const gan_pair_settings *settings, network *to) {
  while (network_out(to).height > FIRST) {
    add_convolution(to, settings->width, 3, settings, settings->gain);
    add_relu(to, settings->slope);
    network_add(to, layer_average_pool(network_out(to)));
  }
  add_convolution(to, settings->width, 3, settings, settings->gain);
  add_relu(to, settings->slope);
  add_score(to, settings);
}

static void build_plain(const gan_pair_settings *settings, const gan_pair *pair) {
  build_plain_generator(settings, pair->generator);
  build_plain_discriminator(settings, pair->discriminator);
}

const gan_pair_kind gan_pair_convolutional = {
    .name = "convolutional",
    .source = "Radford, Metz, Chintala 2016, with upsampling and pooling in the place of strides",
    .images = true,
    .build = build_plain,
};

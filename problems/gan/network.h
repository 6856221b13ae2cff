/* SPDX-License-Identifier: MIT */
/* A network: layers one after the other, with one flat vector of parameters. */
#ifndef LERP_GAN_NETWORK_H
#define LERP_GAN_NETWORK_H

#include <stdbool.h>

#include "layer.h"

typedef struct network network;

/* For batches of at most `batch` items; NULL: out of memory. */
network *network_new(layer_shape in, size_t batch);
void network_free(network *self);

/* What the next layer gets: of the network so far. */
layer_shape network_out(const network *self);
/* Appends a layer, which is taken over; NULL is remembered as a failure. */
void network_add(network *self, layer *made);
/* Allocates what lies between the layers; false: out of memory, here or in a layer. */
bool network_finish(network *self);
/* The same for a network that only network_add_forward runs: values that its last layer can add take no room. */
bool network_finish_summand(network *self);

size_t network_parameters(const network *self);
size_t network_kept(const network *self);
/* Of the forward pass of one item. */
double network_flops(const network *self);
/* That its convolutions have taken so far. */
double network_seconds(const network *self);
void network_initialize(const network *self, uint64_t seed, float *parameters, float *kept);

/* As for layers. The parameters and what is kept must stay where they are until the last call that uses them. */
void network_prepare(network *self, const float *parameters, float *kept, layer_mode mode);
/* The values of the last layer, valid until the next forward pass; `in` must stay until the last backward pass. */
const float *network_forward(network *self, size_t batch, const float *in);
/* to += from */
void network_add_values(size_t count, const float *from, float *to);
/* Adds the values of the last layer to `out`. */
void network_add_forward(network *self, size_t batch, const float *in, float *out);
/* The place of the last values, where another function of them may be put when no backward pass reads them; else NULL.
 * After network_finish. */
float *network_spare(const network *self);
/* After the forward pass over the same batch, any number of times. flow->scratch has room for network_scratch floats, at a
 * multiple of 64 bytes; flow->share: where no item depends on the others. */
void network_backward(network *self, const layer_flow *flow);
size_t network_scratch(const network *self);

/* The sum of what a network makes of the input and what another makes of it, or the input itself (shortcut NULL), as a
 * layer of a third one. Both are taken over; NULL is remembered as a failure, as by network_add. */
layer *layer_residual(network *way, network *shortcut, layer_shape in, size_t batch);

#endif

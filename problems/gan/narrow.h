/* SPDX-License-Identifier: MIT */
/* Convolutions to so few channels that vectors over channels would be nearly empty: values of every pixel for every
 * place of the window by a product of matrices, then sums of shifted planes. One that comes from few channels goes back the
 * same way. */
#ifndef LERP_GAN_NARROW_H
#define LERP_GAN_NARROW_H

#include <stdbool.h>
#include <stddef.h>

typedef struct narrow narrow;

/* Whether it pays. */
bool narrow_pays(size_t few, size_t many, size_t kernel);
/* For images of height x width pixels; NULL: out of memory. */
narrow *narrow_new(size_t height, size_t width, size_t few, size_t many, size_t kernel);
void narrow_free(narrow *self);

/* The weights of a convolution from many to few channels, few x (many x window); backwards: those of one from few to many,
 * many x (few x window), against whose direction it works. */
void narrow_load(narrow *self, const float *weights, bool backwards);
/* few <- the convolution of many, plus bias, if there is any */
void narrow_forward(narrow *self, size_t batch, const float *many, const float *bias, float *few);
/* Adds the gradients by weights, not backwards, and by bias. */
void narrow_learn(narrow *self, size_t batch, const float *many, const float *d_few, float *d_weights,
                  float *d_bias);

#endif

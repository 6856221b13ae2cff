/* SPDX-License-Identifier: MIT */
/* A generative adversarial network as a problem: x are the generator's parameters, y those of the discriminator divided
 * by `ratio`, and F(x, y) the gradients of both players' losses over a batch, each by its own parameters. A sample key
 * names a batch of noise and data; LERP_EXACT stands for one fixed batch. What the networks keep from one evaluation to
 * the next (singular vectors, running means) is the operator's memory.
 *
 * With y divided by ratio every method moves the discriminator by ratio times the step it would otherwise take, whether
 * its step is proportional to F or not: ratio is the quotient of the players' step sizes. */
#ifndef LERP_GAN_GAN_H
#define LERP_GAN_GAN_H

#include <lerp/problem.h>

#include "data.h"
#include "loss.h"
#include "pair.h"

typedef struct gan gan;

typedef struct gan_settings {
  gan_data *data; /* taken over, also on failure */
  const gan_pair_kind *networks;
  gan_pair_settings pair; /* item: that of the data */
  const gan_loss *loss;
  double ratio;  /* > 0 */
  uint64_t seed; /* of parameters, noise and data */
} gan_settings;

/* LERP_MEMORY. The networks' room is the game's own: one evaluation at a time. */
lerp_status gan_new(const gan_settings *settings, gan **made, lerp_error *error);
void gan_free(gan *self);

const gan_settings *gan_settings_view(const gan *self);
/* Of x and y. */
void gan_dimensions(const gan *self, size_t dimension[LERP_PARTS]);
size_t gan_memory(const gan *self);
/* Seconds that evaluations have taken so far, and their convolutions. */
typedef struct gan_time {
  double evaluations, convolutions;
} gan_time;
gan_time gan_spent(const gan *self);
/* With how many threads the last evaluation ran. */
int gan_threads(const gan *self);
/* The first parameters. */
void gan_initialize(gan *self, double *x, double *y);

/* F's operator; the game is taken over. */
lerp_operator gan_operator(gan *self);
/* The game behind a problem of this family; NULL: another. */
gan *gan_of(const lerp_problem *problem);

/* F(x, y) on the batch that `number` names, in those parts whose bit 1 << part is set. Memory as the operator has it; it is
 * left as it is where `learn` is false. Returns the losses of generator and discriminator (where they were computed). */
typedef struct gan_losses_seen {
  double generator, discriminator;
} gan_losses_seen;
gan_losses_seen gan_gradient(gan *self, uint64_t number, const double *x, const double *y, double *memory,
                             bool learn, unsigned parts);
/* A part of what the last evaluation gave; zeros where it was not asked for. */
const float *gan_gradient_view(const gan *self, int part);

/* What the generator x makes from noise that is never used for training: items [first, first + count) of a fixed
 * stream, batch by batch. memory NULL: by the statistics of each batch. */
void gan_generate(gan *self, const double *x, const double *memory, uint64_t stream, size_t count,
                  float *items);

#endif

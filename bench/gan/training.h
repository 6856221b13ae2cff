/* SPDX-License-Identifier: MIT */
/* A training: a game of networks, a method of the library, and how it is watched. lerp-gan and lerp-bench run the same. */
#ifndef LERP_BENCH_TRAINING_H
#define LERP_BENCH_TRAINING_H

#include <stdbool.h>
#include <stdint.h>

#include <lerp/lerp.h>

#include "gan/judge.h"

enum training_order { TRAINING_DEFAULT, TRAINING_ALTERNATING, TRAINING_SIMULTANEOUS };

typedef struct training_options {
  const char *
      data; /* specification: what is imitated, with parameters of problem gan: "ring:width=64"; or "gan:..." */
  const char *directory; /* of its files; NULL: none */
  const char
      *method; /* specification; parameters that are not given come from the table of defaults for this data,
                         but where data is "gan:..." */
  enum training_order order; /* the discriminator moves first, or both at once */
  bool reference;            /* as the paper's public code does, see reference.h */
  uint64_t calls;            /* gradients of both players in all; a method's iteration takes one or more */
  unsigned evaluations;      /* of the measures, equally spaced */
  double average; /* decay per call of the mean of the iterates that is measured besides; 0: none */
  double
      decay; /* step sizes end at this share of what they begin with, linearly by evaluations; 1: constant */
  uint64_t seed;
} training_options;

/* Where a training stands when it is measured. */
typedef struct training_point {
  uint64_t iterations, calls;
  double seconds;  /* of training alone: neither the measures count nor the mean that they look at */
  double gradient; /* |F| on the fixed batch */
  double measure[GAN_MEASURES_MAX],
      averaged[GAN_MEASURES_MAX]; /* of the iterate, and of the mean of the iterates */
} training_point;

typedef struct training training;

/* Copies what it needs. LERP_INVALID, LERP_UNKNOWN, LERP_SYNTAX: the data or the method; LERP_UNSUPPORTED: built
 * without oneDNN, or a method that cannot train; LERP_MEMORY. */
lerp_status training_new(const training_options *options, training **made, lerp_error *error);
void training_free(training *self);

const training_options *training_options_view(const training *self);
const lerp_problem *training_problem(const training *self);
const char *training_problem_text(const training *self); /* full specifications */
const char *training_method_text(const training *self);
bool training_alternates(const training *self);
const char *const *training_measures(const training *self);
gan *training_game(const training *self);
const double *training_part(const training *self, int part);

/* Where it stands. */
uint64_t training_calls(const training *self);
uint64_t training_iterations(const training *self);
double training_seconds(const training *self);
/* Whether it stands inside of a window of Lookahead: its parameters are those of the base method's last step. */
bool training_is_in_window(const training *self);

/* Where the time of this process's steps went: shares of it in convolutions, and outside of the networks, where the method
 * works. NAN before the first step. */
typedef struct training_shares {
  double convolutions, method;
} training_shares;
training_shares training_where(const training *self);

bool training_is_over(const training *self);
/* Whether an evaluation is due: where an iteration ends, or at once where the parameters are not finite. */
bool training_is_due(const training *self);
/* One iteration, or of a Lookahead one step of its base: what it takes until training_is_due may be long. */
lerp_status training_step(training *self, lerp_error *error);
/* Measures, and sets the steps for what follows. false: the parameters are not finite, or far away. */
bool training_evaluate(training *self, training_point *point);

/* Whether the parameters are numbers, and not beyond all measure. */
bool training_is_finite(const training *self);

/* Of the generator, after an evaluation or not: the iterate's, or the mean's. */
void training_generate(training *self, bool averaged, uint64_t stream, size_t count, float *items);

/* All that goes from one iteration to the next; a training with the same options that loads it goes on with the same
 * bits. LERP_INVALID: not an image of such a training. */
size_t training_image_size(const training *self);
lerp_status training_save(const training *self, void *image, lerp_error *error);
lerp_status training_load(training *self, const void *image, size_t size, lerp_error *error);

#endif

/* SPDX-License-Identifier: MIT */
#include "gan.h"

#include "levels.h"
#include "normal.h"
#include "../openmp.h"

#include <lerp/random.h>
#include <lerp/step.h>

#include <stdlib.h>
#include <string.h>

/* What is drawn with the seed: every purpose has a stream of its own. */
enum { INITIAL, NOISE, DATA, WATCHED };

struct gan {
  gan_settings settings;
  gan_pair pair;
  int threads;    /* that the pair was made for */
  gan_time spent; /* without the convolutions of this pair */
  size_t parameters[LERP_PARTS], kept[LERP_PARTS];
  float *memory; /* all that follows */
  float *weights[LERP_PARTS], *state[LERP_PARTS], *gradient[LERP_PARTS];
  float *noise, *real, *at_fake;   /* a batch each; at_fake: the generator's gradient at what it made */
  float *ones, *slope[LERP_PARTS]; /* by scores: 1, and the slopes of a player's loss */
  float *scratch;                  /* of either network, one at a time */
};

static uint64_t stream(const gan *self, uint64_t purpose) {
  return lerp_random_bits(self->settings.seed, 0, purpose);
}

static network *net(const gan *self, int part) {
  return part == 0 ? self->pair.generator : self->pair.discriminator;
}

static size_t scratch_of(const gan *self) {
  const size_t of_generator = network_scratch(self->pair.generator),
               of_discriminator = network_scratch(self->pair.discriminator);
  return of_generator > of_discriminator ? of_generator : of_discriminator;
}

/* Slices of one allocation, each at a multiple of 64 bytes. */
static bool allocate(gan *self) {
  const gan_pair_settings *p = &self->settings.pair;
  const size_t item = layer_size(p->item);
  struct {
    float **slice;
    size_t count;
  } room[] = {{&self->weights[0], self->parameters[0]},
              {&self->weights[1], self->parameters[1]},
              {&self->gradient[0], self->parameters[0]},
              {&self->gradient[1], self->parameters[1]},
              {&self->state[0], self->kept[0]},
              {&self->state[1], self->kept[1]},
              {&self->noise, p->batch * p->latent},
              {&self->real, p->batch * item},
              {&self->at_fake, p->batch * item},
              {&self->ones, p->batch},
              {&self->slope[0], p->batch},
              {&self->slope[1], p->batch},
              {&self->scratch, scratch_of(self)}};
  const size_t slices = sizeof room / sizeof *room;
  size_t total = 0;
  for (size_t i = 0; i < slices; i++) {
    room[i].count = layer_aligned(room[i].count);
    total += room[i].count;
  }
  self->memory = aligned_alloc(64, total * sizeof(float));
  for (size_t i = 0, at = 0; self->memory && i < slices; i++) {
    *room[i].slice = self->memory + at;
    at += room[i].count;
  }
  for (size_t i = 0; self->memory && i < p->batch; i++) {
    self->ones[i] = 1;
  }
  return self->memory != NULL;
}

void gan_free(gan *self) {
  if (self) {
    gan_pair_free(&self->pair);
    gan_data_free(self->settings.data);
    free(self->memory);
    free(self);
  }
}

/* With how many threads the networks run: inside of a team with one. */
static int threads_now(void) {
  return omp_in_parallel() ? 1 : omp_get_max_threads();
}

gan_time gan_spent(const gan *self) {
  gan_time spent = self->spent;
  for (int part = 0; part < LERP_PARTS && self->pair.generator; part++) {
    spent.convolutions += network_seconds(net(self, part));
  }
  return spent;
}

/* oneDNN divides the work when a primitive is made, and relies on getting so many threads when it runs. */
static bool make_pair(gan *self, int threads) {
  const int before = omp_get_max_threads();
  omp_set_num_threads(threads);
  gan_pair made;
  const bool complete = gan_pair_new(&made, self->settings.networks, &self->settings.pair);
  omp_set_num_threads(before);
  if (complete) {
    self->spent.convolutions = gan_spent(self).convolutions;
    gan_pair_free(&self->pair);
    self->pair = made;
    self->threads = threads;
  } else {
    gan_pair_free(&made);
  }
  return complete;
}

/* All that lasts from one evaluation to the next is the caller's, so the networks can be replaced in between. */
static void follow_threads(gan *self) {
  const int threads = threads_now();
  if (threads != self->threads) {
    make_pair(self, threads);
  }
}

static bool build(gan *self) {
  if (!make_pair(self, threads_now())) {
    return false;
  }
  for (int part = 0; part < LERP_PARTS; part++) {
    self->parameters[part] = network_parameters(net(self, part));
    self->kept[part] = network_kept(net(self, part));
  }
  return allocate(self);
}

lerp_status gan_new(const gan_settings *settings, gan **made, lerp_error *error) {
  gan *self = *made = settings->data ? calloc(1, sizeof *self) : NULL;
  if (!self) {
    gan_data_free(settings->data);
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "gan: out of memory");
  }
  self->settings = *settings;
  self->settings.pair.item = settings->data->shape;
  if (!build(self)) {
    gan_free(self);
    *made = NULL;
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX,
                     "gan: networks of width %zu on batches of %zu: out of memory", settings->pair.width,
                     settings->pair.batch);
  }
  return LERP_OK;
}

const gan_settings *gan_settings_view(const gan *self) {
  return &self->settings;
}

void gan_dimensions(const gan *self, size_t dimension[LERP_PARTS]) {
  memcpy(dimension, self->parameters, sizeof self->parameters);
}

/* Whether it was filled, and what both keep. */
size_t gan_memory(const gan *self) {
  return 1 + self->kept[0] + self->kept[1];
}

int gan_threads(const gan *self) {
  return self->threads;
}

/* y is held as parameters / ratio. */
static double unit(const gan *self, int part) {
  return part == 0 ? 1 : self->settings.ratio;
}

GAN_LEVELS static void to_floats(size_t count, double factor, const double *from, float *to) {
  for (size_t i = 0; i < count; i++) {
    to[i] = (float)(factor * from[i]);
  }
}

GAN_LEVELS static void to_doubles(size_t count, double factor, const float *from, double *to) {
  for (size_t i = 0; i < count; i++) {
    to[i] = factor * from[i];
  }
}

/* First weights and first state. */
static void begin(gan *self, int part) {
  network_initialize(net(self, part), lerp_random_bits(stream(self, INITIAL), 0, (uint64_t)part),
                     self->weights[part], self->state[part]);
}

void gan_initialize(gan *self, double *x, double *y) {
  double *z[LERP_PARTS] = {x, y};
  for (int part = 0; part < LERP_PARTS; part++) {
    begin(self, part);
    to_doubles(self->parameters[part], 1 / unit(self, part), self->weights[part], z[part]);
  }
}

/* What is kept, from the operator's memory, which is zero before the first evaluation. */
static void recall(gan *self, int part, const double *memory) {
  if (memory[0] == 0) {
    begin(self, part);
  } else {
    to_floats(self->kept[part], 1, memory + 1 + (part ? self->kept[0] : 0), self->state[part]);
  }
}

static void prepare(gan *self, int part, const double *z, const double *memory, layer_mode mode) {
  recall(self, part, memory);
  to_floats(self->parameters[part], unit(self, part), z, self->weights[part]);
  network_prepare(net(self, part), self->weights[part], self->state[part], mode);
}

static void remember(const gan *self, double *memory) {
  memory[0] = 1;
  to_doubles(self->kept[0], 1, self->state[0], memory + 1);
  to_doubles(self->kept[1], 1, self->state[1], memory + 1 + self->kept[0]);
}

static void draw_noise(gan *self, uint64_t seed, uint64_t number) {
  gan_normals(seed, number, self->settings.pair.batch * self->settings.pair.latent, self->noise);
}

/* A pass of the discriminator over data: its loss there. */
static double see_real(gan *self, uint64_t number) {
  const size_t batch = self->settings.pair.batch;
  const gan_data *data = self->settings.data;
  data->kind->draw(data, stream(self, DATA), number, batch, self->real);
  const float *score = network_forward(self->pair.discriminator, batch, self->real);
  const double mean = gan_mean(self->settings.loss->real, batch, score, self->slope[1]);
  network_backward(self->pair.discriminator, &(layer_flow){.batch = batch,
                                                           .d_out = self->slope[1],
                                                           .d_parameters = self->gradient[1],
                                                           .scratch = self->scratch});
  return mean;
}

/* at_fake <- what flows back from scores that count 1 each, times the slope of the generator's loss at each. */
static void weigh_fakes(gan *self) {
  const size_t item = layer_size(self->settings.pair.item);
  for (size_t i = 0; i < self->settings.pair.batch * item; i++) {
    self->at_fake[i] *= self->slope[0][i / item];
  }
}

/* A pass of both over what the generator makes. The discriminator's items do not depend on each other, and what flows back
 * from a score is linear in the slope there: one pass serves both losses. */
static void see_fakes(gan *self, unsigned parts, gan_losses_seen *seen) {
  const bool generator = parts & 1, discriminator = parts & 2;
  const size_t batch = self->settings.pair.batch;
  const gan_loss *loss = self->settings.loss;
  const float *fake = network_forward(self->pair.generator, batch, self->noise);
  const float *score = network_forward(self->pair.discriminator, batch, fake);
  if (generator) {
    seen->generator = gan_mean(loss->fool, batch, score, self->slope[0]);
  }
  if (discriminator) {
    seen->discriminator += gan_mean(loss->fake, batch, score, self->slope[1]);
  }
  network_backward(self->pair.discriminator,
                   &(layer_flow){.batch = batch,
                                 .d_out = self->ones,
                                 .d_in = generator ? self->at_fake : NULL,
                                 .d_parameters = discriminator ? self->gradient[1] : NULL,
                                 .share = self->slope[1],
                                 .scratch = self->scratch});
  if (generator) {
    weigh_fakes(self);
    network_backward(self->pair.generator, &(layer_flow){.batch = batch,
                                                         .d_out = self->at_fake,
                                                         .d_parameters = self->gradient[0],
                                                         .scratch = self->scratch});
  }
}

gan_losses_seen gan_gradient(gan *self, uint64_t number, const double *x, const double *y, double *memory,
                             bool learn, unsigned parts) {
  const double begin = layer_clock();
  const layer_mode mode = learn ? LAYER_LEARN : LAYER_FREEZE;
  const double *z[LERP_PARTS] = {x, y};
  gan_losses_seen seen = {0};
  follow_threads(self);
  for (int part = 0; part < LERP_PARTS; part++) {
    prepare(self, part, z[part], memory, mode);
    memset(self->gradient[part], 0, self->parameters[part] * sizeof(float));
  }
  if (parts & 2) {
    seen.discriminator = see_real(self, number);
  }
  draw_noise(self, stream(self, NOISE), number);
  see_fakes(self, parts, &seen);
  if (learn) {
    remember(self, memory);
  }
  self->spent.evaluations += layer_clock() - begin;
  return seen;
}

const float *gan_gradient_view(const gan *self, int part) {
  return self->gradient[part];
}

void gan_generate(gan *self, const double *x, const double *memory, uint64_t stream_number, size_t count,
                  float *items) {
  const size_t batch = self->settings.pair.batch, item = layer_size(self->settings.pair.item);
  static const double nothing[1] = {0};
  follow_threads(self);
  prepare(self, 0, x, memory ? memory : nothing, memory ? LAYER_INFER : LAYER_FREEZE);
  for (size_t first = 0; first < count; first += batch) {
    const size_t taken = count - first < batch ? count - first : batch;
    draw_noise(self, lerp_random_bits(stream(self, WATCHED), 0, stream_number), first / batch);
    memcpy(items + first * item, network_forward(self->pair.generator, batch, self->noise),
           taken * item * sizeof *items);
  }
}

/* As an operator. */

/* Where the parts move in turn, each draws a batch of its own. */
static uint64_t batch_number(const lerp_step *step, uint64_t sample) {
  return sample == LERP_EXACT ? LERP_EXACT : 2 * sample + (step->parts == 1);
}

/* Member 0 evaluates, with the networks' own threads. */
static void compute(const gan *self, lerp_step *step, const double *at, uint64_t sample) {
  lerp_share(step, at);
  if (step->team->rank == 0) {
    gan_gradient((gan *)self, batch_number(step, sample), at + step->layout->offset[0],
                 at + step->layout->offset[1], step->memory, sample != LERP_EXACT, step->parts);
  }
  lerp_share(step, NULL);
}

static void fill(const void *self, lerp_step *step, const double *at, uint64_t sample, double *f) {
  const gan *game = self;
  compute(game, step, at, sample);
  for (int part = 0; part < LERP_PARTS && step->team->rank == 0; part++) {
    to_doubles(game->parameters[part], 1, game->gradient[part], f + step->layout->offset[part]);
  }
  lerp_share(step, f);
}

/* Block by block. */
static void evaluate(const void *self, lerp_step *step, const double *at, uint64_t sample, lerp_emit emit,
                     void *sink) {
  const gan *game = self;
  compute(game, step, at, sample);
  for (int part = 0; part < LERP_PARTS; part++) {
    for (size_t i = step->range.begin[part]; i < step->range.end[part]; i += LERP_BLOCK) {
      const size_t rest = step->range.end[part] - i, length = rest < LERP_BLOCK ? rest : LERP_BLOCK;
      double f[LERP_BLOCK];
      to_doubles(length, 1, game->gradient[part] + i, f);
      emit(sink, part, i, length, f);
    }
  }
}

static void release(void *self) {
  gan_free(self);
}

lerp_operator gan_operator(gan *self) {
  lerp_operator op = {.name = "gan",
                      .stochastic = true,
                      .self = self,
                      .evaluate = evaluate,
                      .fill = fill,
                      .memory = gan_memory(self),
                      .free = release};
  gan_dimensions(self, op.dimension);
  op.bytes = 4.0 * (double)(op.dimension[0] + op.dimension[1]);
  /* forward and backward passes: one of the generator; over data and over what it made */
  op.flops = (double)self->settings.pair.batch *
             (3 * network_flops(self->pair.generator) + 6 * network_flops(self->pair.discriminator));
  return op;
}

gan *gan_of(const lerp_problem *problem) {
  return problem->op.evaluate == evaluate ? problem->op.self : NULL;
}

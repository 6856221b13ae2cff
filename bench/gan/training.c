/* SPDX-License-Identifier: MIT */
#include "training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../clock.h"
#include "../tool.h"
#include "defaults.h"
#include "reference.h"
#include "problems.h"

enum { TEXT = 2048 };

struct training {
  training_options options;
  char problem_text[TEXT], method_text[TEXT];
  bool alternating;
  lerp_spec *method_spec;
  problem_instance *instance;
  lerp_method_instance *method;
  lerp_solver *solver;
  gan *game;
  gan_judge *judge;
  size_t generator, memory; /* lengths */
  double *average;          /* of the generator's parameters and then of what the networks keep; NULL: none */
  uint64_t window;          /* steps of the solver that are one iteration of the method */
  uint64_t steps;           /* of the solver */
  uint64_t averaged;        /* calls that the mean has seen */
  unsigned evaluated;
  double seconds;
  double here;    /* seconds of them in this process */
  gan_time spent; /* of these */
};

/* What is saved before the solver's image. */
typedef struct head {
  uint64_t magic, options; /* hash of what an image must agree in */
  uint64_t steps, averaged, evaluated;
  double seconds;
} head;

#define MAGIC UINT64_C(0x6c6572702d67616f)

/* Specifications. */

static bool has_key(const lerp_spec *spec, const char *key, size_t length) {
  for (size_t i = 0; i < spec->count; i++) {
    if (strlen(spec->key[i]) == length && memcmp(spec->key[i], key, length) == 0) {
      return true;
    }
  }
  return false;
}

static void append(char *text, const char *more, size_t length) {
  const size_t used = strlen(text);
  snprintf(text + used, TEXT - used, ":%.*s", (int)length, more);
}

static void append_given(char *text, const lerp_spec *spec) {
  for (size_t i = 0; i < spec->count; i++) {
    append(text, spec->key[i], strlen(spec->key[i]));
    const size_t used = strlen(text);
    snprintf(text + used, TEXT - used, "=%s", spec->value[i]);
  }
}

/* The defaults that are not given, then what is given. */
static void append_all(char *text, const char *standard, const lerp_spec *spec) {
  for (const char *at = standard; *at;) {
    const size_t length = strcspn(at, ":");
    if (!has_key(spec, at, strcspn(at, "="))) {
      append(text, at, length);
    }
    at += length + (at[length] == ':');
  }
  append_given(text, spec);
}

static void write_method(const lerp_spec *spec, const training_default *standard, char text[TEXT]) {
  snprintf(text, TEXT, "%s", spec->name);
  append_all(text, standard ? standard->parameters : "", spec);
}

static void write_problem(const lerp_spec *spec, const training_default *standard, char text[TEXT]) {
  snprintf(text, TEXT, "gan:data=%s", spec->name);
  append_all(text, standard ? standard->problem : "", spec);
}

static void append_directory(const char *directory, char text[TEXT]) {
  if (directory) {
    const size_t used = strlen(text);
    snprintf(text + used, TEXT - used, ":directory=%s", directory);
  }
}

static lerp_status one(const char *what, const char *text, lerp_spec **spec, lerp_error *error) {
  size_t count;
  lerp_status status = lerp_specs_parse(text, spec, &count, error);
  if (status == LERP_OK && count != 1) {
    lerp_specs_free(*spec, count);
    *spec = NULL;
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "%s '%s': one is allowed, this is a list", what, text);
  }
  return status;
}

/* Whether a specification asks for points in the plane: of problem gan, or named by the data. */
static bool is_of_points(const lerp_spec *spec) {
  const char *data = strcmp(spec->name, "gan") == 0 ? "ring" : spec->name;
  for (size_t i = 0; i < spec->count; i++) {
    data = strcmp(spec->key[i], "data") == 0 ? spec->value[i] : data;
  }
  return strcmp(data, "ring") == 0 || strcmp(data, "grid") == 0;
}

/* Specifications of problem gan stand as they are, and so does the method then. */
static void write_texts(training *self, const lerp_spec *data, const lerp_spec *method) {
  const training_options *o = &self->options;
  const bool plain = strcmp(data->name, "gan") == 0;
  const training_default *standard = plain ? NULL : training_default_for(method->name, !is_of_points(data));
  write_method(method, standard, self->method_text);
  if (plain) {
    snprintf(self->problem_text, TEXT, "%s", o->data);
  } else {
    write_problem(data, standard, self->problem_text);
  }
  append_directory(o->directory, self->problem_text);
  self->alternating =
      o->order == TRAINING_DEFAULT ? standard && standard->alternating : o->order == TRAINING_ALTERNATING;
}

static lerp_status write_specifications(training *self, lerp_error *error) {
  const training_options *o = &self->options;
  lerp_spec *data = NULL, *method = NULL;
  if (o->directory && strpbrk(o->directory, ":,")) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "'%s': a folder without : and , in its name is allowed",
                     o->directory);
  }
  lerp_status status = one("data", o->data, &data, error);
  if (status == LERP_OK) {
    status = one("method", o->method, &method, error);
  }
  if (status == LERP_OK) {
    write_texts(self, data, method);
  }
  lerp_specs_free(data, data != NULL);
  lerp_specs_free(method, method != NULL);
  return status;
}

/* Parts. */

static lerp_status make_problem(training *self, lerp_error *error) {
  if (!problem_find("gan")) {
    return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX, "this build has no oneDNN, which trains networks");
  }
  lerp_spec *spec;
  lerp_status status = one("data", self->problem_text, &spec, error);
  if (status == LERP_OK) {
    status = problem_new(spec, NULL, self->options.seed, &self->instance, error);
    lerp_specs_free(spec, 1);
  }
  if (status == LERP_OK && !(self->game = gan_of(&self->instance->problem))) {
    status =
        lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX,
                  "'%s': networks are trained in their own coordinates, without instance, rotate, shift, "
                  "scale, condition and noise",
                  self->options.data);
  }
  return status;
}

/* Multiplies every step size. */
typedef struct scaling {
  lerp_method_instance *method;
  double factor;
} scaling;

static void scale_step(void *argument, const char *key, const lerp_parameter *parameter, double value,
                       bool given) {
  (void)given;
  const scaling *s = argument;
  lerp_error error;
  if (strcmp(parameter->name, "gamma") == 0 || strcmp(parameter->name, "lr") == 0) {
    lerp_method_set_number(s->method, key, s->factor * value, &error);
  }
}

static lerp_status make_method(const training *self, double factor, lerp_method_instance **method,
                               lerp_error *error) {
  char reason[LERP_REASON_SIZE];
  const lerp_problem *problem = &self->instance->problem;
  *method = NULL;
  lerp_status status = tool_method_for(self->method_spec, problem, 0, method, reason, error);
  if (status == LERP_OK && factor != 1) {
    tool_each_parameter(*method, scale_step, &(scaling){*method, factor});
  }
  return status;
}

/* By how much step sizes are multiplied after that many evaluations. */
static double factor_at(const training *self, unsigned evaluated) {
  return 1 + (self->options.decay - 1) * evaluated / self->options.evaluations;
}

static lerp_status make_solver(training *self, double factor, lerp_error *error) {
  lerp_settings settings = lerp_settings_default();
  settings.check = false;
  settings.max_evaluations = UINT64_MAX;
  settings.max_iterations = UINT64_MAX - 1; /* training_step counts */
  settings.alternating = self->alternating;
  settings.fresh_samples = true;
  lerp_status status = make_method(self, factor, &self->method, error);
  if (status) {
    return status;
  }
  self->window = lerp_method_unroll(self->method);
  return lerp_solver_new(&self->instance->problem, self->method, &settings, &self->solver, error);
}

static void drop_solver(training *self) {
  lerp_solver_free(self->solver);
  lerp_method_free(self->method);
  self->solver = NULL;
  self->method = NULL;
}

/* The mean starts at the first parameters. */
static lerp_status make_average(training *self, lerp_error *error) {
  self->generator = self->instance->problem.op.dimension[0];
  self->memory = gan_memory(self->game);
  if (self->options.average == 0) {
    return LERP_OK;
  }
  self->average = calloc(self->generator + self->memory, sizeof *self->average);
  if (!self->average) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "training: out of memory");
  }
  memcpy(self->average, self->instance->problem.start[0], self->generator * sizeof *self->average);
  return LERP_OK;
}

/* The method is another one from here on. */
static lerp_status follow_reference(training *self, lerp_error *error) {
  lerp_spec *asked = self->method_spec;
  self->method_spec = NULL;
  reference_method(asked, self->method_text, TEXT);
  lerp_specs_free(asked, 1);
  return one("method", self->method_text, &self->method_spec, error);
}

lerp_status training_new(const training_options *options, training **made, lerp_error *error) {
  training *self = *made = calloc(1, sizeof *self);
  if (!self) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "training: out of memory");
  }
  self->options = *options;
  lerp_status status = write_specifications(self, error);
  if (status == LERP_OK) {
    status = one("method", self->method_text, &self->method_spec, error);
  }
  if (status == LERP_OK && options->reference) {
    status = follow_reference(self, error);
  }
  if (status == LERP_OK) {
    status = make_problem(self, error);
  }
  if (status == LERP_OK) {
    status = make_solver(self, 1, error);
  }
  if (status == LERP_OK) {
    status = make_average(self, error);
  }
  if (status == LERP_OK) {
    status = gan_judge_new(self->game, &self->judge, error);
  }
  if (status) {
    training_free(self);
    *made = NULL;
  }
  return status;
}

void training_free(training *self) {
  if (self) {
    drop_solver(self);
    gan_judge_free(self->judge);
    problem_free(self->instance);
    lerp_specs_free(self->method_spec, self->method_spec != NULL);
    free(self->average);
    free(self);
  }
}

const training_options *training_options_view(const training *self) {
  return &self->options;
}

const lerp_problem *training_problem(const training *self) {
  return &self->instance->problem;
}

const char *training_problem_text(const training *self) {
  return self->problem_text;
}

const char *training_method_text(const training *self) {
  return self->method_text;
}

bool training_alternates(const training *self) {
  return self->alternating;
}

const char *const *training_measures(const training *self) {
  return gan_judge_measures(self->judge);
}

const double *training_part(const training *self, int part) {
  return lerp_solver_part_view(self->solver, part);
}

gan *training_game(const training *self) {
  return self->game;
}

uint64_t training_calls(const training *self) {
  return lerp_solver_result(self->solver)->counts.evaluations;
}

uint64_t training_iterations(const training *self) {
  return self->steps / self->window;
}

double training_seconds(const training *self) {
  return self->seconds;
}

bool training_is_over(const training *self) {
  return self->evaluated == self->options.evaluations;
}

/* The call after which the next evaluation is due. */
static uint64_t next_evaluation(const training *self) {
  const training_options *o = &self->options;
  return (self->evaluated + 1) * o->calls / o->evaluations;
}

bool training_is_in_window(const training *self) {
  return self->steps % self->window != 0;
}

/* Parameters that ran away are looked for now and then: the look takes a hundredth of a small network's step. */
static bool ran_away(const training *self) {
  return self->steps % 16 == 0 && !training_is_finite(self);
}

bool training_is_due(const training *self) {
  return ran_away(self) || (!training_is_in_window(self) && training_calls(self) >= next_evaluation(self));
}

/* mean <- mean + (1 - decay)(z - mean) */
static void add_to_mean(double share, size_t length, const double *from, double *mean) {
  for (size_t i = 0; i < length; i++) {
    mean[i] += share * (from[i] - mean[i]);
  }
}

/* What the networks keep has no first value of its own: its mean starts with what the first iteration leaves. */
static void average(training *self) {
  const double share = 1 - pow(self->options.average, (double)(training_calls(self) - self->averaged));
  double *kept = self->average + self->generator;
  add_to_mean(share, self->generator, lerp_solver_part_view(self->solver, 0), self->average);
  add_to_mean(self->averaged == 0 ? 1 : share, self->memory, lerp_solver_memory_view(self->solver), kept);
  self->averaged = training_calls(self);
}

training_shares training_where(const training *self) {
  return self->here > 0 ? (training_shares){self->spent.convolutions / self->here,
                                            1 - self->spent.evaluations / self->here}
                        : (training_shares){NAN, NAN};
}

static void note_time(training *self, double seconds, gan_time before) {
  const gan_time after = gan_spent(self->game);
  self->seconds += seconds;
  self->here += seconds;
  self->spent.evaluations += after.evaluations - before.evaluations;
  self->spent.convolutions += after.convolutions - before.convolutions;
}

lerp_status training_step(training *self, lerp_error *error) {
  const double begin = clock_seconds();
  const gan_time before = gan_spent(self->game);
  lerp_status status = lerp_solver_step(self->solver, 1, error);
  note_time(self, clock_seconds() - begin, before);
  self->steps++;
  if (self->average && !training_is_in_window(self)) {
    average(self);
  }
  return status;
}

static double norm_of_f(training *self) {
  double square = 0;
  /* the memory is only read */
  gan_gradient(self->game, LERP_EXACT, training_part(self, 0), training_part(self, 1),
               (double *)lerp_solver_memory_view(self->solver), false, LERP_ALL_PARTS);
  for (int part = 0; part < LERP_PARTS; part++) {
    const float *f = gan_gradient_view(self->game, part);
    for (size_t i = 0; i < self->instance->problem.op.dimension[part]; i++) {
      square += (double)f[i] * f[i];
    }
  }
  return sqrt(square);
}

bool training_is_finite(const training *self) {
  const lerp_problem *problem = &self->instance->problem;
  double sum = 0;
  for (int part = 0; part < LERP_PARTS; part++) {
    const double *z = lerp_solver_part_view(self->solver, part);
    for (size_t i = 0; i < problem->op.dimension[part]; i++) {
      sum += fabs(z[i]);
    }
  }
  return sum < 1e12;
}

/* A solver for other steps that goes on where this one stands. */
static lerp_status set_steps(training *self, lerp_error *error) {
  const size_t size = lerp_solver_image_size(self->solver);
  void *image = malloc(size);
  lerp_status status = image ? lerp_solver_save(self->solver, image, error)
                             : lerp_fail(error, LERP_MEMORY, SIZE_MAX, "training: out of memory");
  if (status == LERP_OK) {
    drop_solver(self);
    status = make_solver(self, factor_at(self, self->evaluated), error);
  }
  if (status == LERP_OK) {
    status = lerp_solver_load(self->solver, image, size, error);
  }
  free(image);
  return status;
}

bool training_evaluate(training *self, training_point *point) {
  lerp_error error;
  *point = (training_point){.iterations = training_iterations(self),
                            .calls = training_calls(self),
                            .seconds = self->seconds,
                            .gradient = norm_of_f(self)};
  gan_judge_measure(self->judge, lerp_solver_part_view(self->solver, 0),
                    lerp_solver_memory_view(self->solver), point->measure);
  if (self->average) {
    gan_judge_measure(self->judge, self->average, self->average + self->generator, point->averaged);
  }
  while (!training_is_over(self) && next_evaluation(self) <= point->calls) {
    self->evaluated++;
  }
  const bool kept = self->options.decay == 1 || set_steps(self, &error) == LERP_OK;
  return kept && isfinite(point->gradient) && training_is_finite(self) &&
         gan_judge_sane(self->judge, point->measure);
}

void training_generate(training *self, bool averaged, uint64_t stream, size_t count, float *items) {
  const double *x = averaged ? self->average : lerp_solver_part_view(self->solver, 0);
  const double *memory = averaged ? self->average + self->generator : lerp_solver_memory_view(self->solver);
  gan_generate(self->game, x, memory, stream, count, items);
}

/* Images. */

static uint64_t hash_text(uint64_t hash, const char *text) {
  return tool_hash(hash, text, strlen(text) + 1);
}

static uint64_t hash_options(const training *self) {
  const training_options *o = &self->options;
  uint64_t hash = hash_text(hash_text(TOOL_HASH_START, self->problem_text), self->method_text);
  const uint64_t numbers[] = {self->alternating, o->calls, o->evaluations, o->seed};
  const double reals[] = {o->average, o->decay};
  return tool_hash(tool_hash(hash, numbers, sizeof numbers), reals, sizeof reals);
}

static size_t average_size(const training *self) {
  return self->average ? (self->generator + self->memory) * sizeof *self->average : 0;
}

size_t training_image_size(const training *self) {
  return sizeof(head) + average_size(self) + lerp_solver_image_size(self->solver);
}

lerp_status training_save(const training *self, void *image, lerp_error *error) {
  const head h = {MAGIC, hash_options(self), self->steps, self->averaged, self->evaluated, self->seconds};
  char *at = image;
  memcpy(at, &h, sizeof h);
  if (self->average) {
    memcpy(at + sizeof h, self->average, average_size(self));
  }
  return lerp_solver_save(self->solver, at + sizeof h + average_size(self), error);
}

lerp_status training_load(training *self, const void *image, size_t size, lerp_error *error) {
  head h;
  const char *at = image;
  if (size < sizeof h + average_size(self) || (memcpy(&h, at, sizeof h), h.magic != MAGIC)) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "not a checkpoint of a training, or cut short");
  }
  if (h.options != hash_options(self)) {
    return lerp_fail(
        error, LERP_INVALID, SIZE_MAX,
        "a checkpoint of another training: data, method, order, steps, evaluations, average, decay "
        "and seed must be the same");
  }
  drop_solver(self);
  self->evaluated = (unsigned)h.evaluated;
  lerp_status status = make_solver(self, factor_at(self, self->evaluated), error);
  if (status == LERP_OK) {
    status = lerp_solver_load(self->solver, at + sizeof h + average_size(self),
                              size - sizeof h - average_size(self), error);
  }
  if (status == LERP_OK) {
    self->steps = h.steps;
    self->averaged = h.averaged;
    self->seconds = h.seconds;
    if (self->average) {
      memcpy(self->average, at + sizeof h, average_size(self));
    }
  }
  return status;
}

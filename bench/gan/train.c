/* SPDX-License-Identifier: MIT */
/* lerp-gan train. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../tool.h"
#include "gan.h"
#include "openmp.h"
#include "output.h"
#include "plot.h"
#include "progress.h"
#include "train_options.h"

/* A training on the way, and what was measured. */
typedef struct course {
  const train_options *options;
  training *of;
  training_point *point;
  size_t count;
  progress shown;
  char checkpoint[4096];
  double kept;   /* seconds of this run until the last checkpoint */
  uint64_t good; /* step of the last checkpoint; 0: there is none */
} course;

static void keep(course *c) {
  if (c->options->out && training_is_finite(c->of)) {
    output_checkpoint(c->checkpoint, c->of, c->point, c->count);
    c->kept = progress_spent(&c->shown);
    c->good = training_calls(c->of);
  }
}

/* false: it ran away. */
static bool measure(course *c) {
  const bool sane = training_evaluate(c->of, &c->point[c->count++]);
  if (c->options->out) {
    output_history(c->options->out, c->of, c->point, c->count);
  }
  if (c->options->plot) {
    plot_history(c->options->plot, c->of, c->point, c->count);
  }
  if (sane) {
    keep(c);
  }
  return sane;
}

static const char *run(course *c) {
  lerp_error error;
  while (!training_is_over(c->of)) {
    if (tool_interrupted) {
      keep(c);
      return "interrupted";
    }
    if (training_step(c->of, &error) != LERP_OK) {
      tool_fail(TOOL_BAD_INPUT, "%s", error.message);
    }
    if (training_is_due(c->of) && !measure(c)) {
      return "diverged";
    }
    if (progress_spent(&c->shown) - c->kept > c->options->checkpoint) {
      keep(c);
    }
    progress_speak(&c->shown, c->of, c->count ? &c->point[c->count - 1] : NULL);
  }
  return "finished";
}

static void keep_samples(const course *c) {
  enum { COUNT = 2500, SIDE = 8 };
  const layer_shape shape = gan_settings_view(training_game(c->of))->pair.item;
  float *items = malloc(COUNT * layer_size(shape) * sizeof *items);
  if (!items) {
    tool_fail(TOOL_BAD_INPUT, "samples: out of memory");
  }
  training_generate(c->of, false, 0, COUNT, items);
  output_file file = output_open(c->options->out, "samples.npy");
  output_npy(file.stream, COUNT, shape, items);
  output_close(&file);
  if (shape.height > 1) {
    file = output_open(c->options->out, "samples.png");
    output_grid(file.stream, SIDE, SIDE, shape, items);
    output_close(&file);
  }
  free(items);
}

/* Counts are printed as such. */
static json_t *number(double value) {
  if (!isfinite(value)) {
    return json_null();
  }
  return value == floor(value) && fabs(value) < 1e9 ? json_integer((json_int_t)value) : json_real(value);
}

static void add_measures(json_t *object, const char *const *name, const double *value) {
  for (size_t i = 0; name[i]; i++) {
    json_object_set_new(object, name[i], number(value[i]));
  }
}

static void print_json(const course *c, const char *outcome) {
  const training_options *o = &c->options->training;
  json_t *object =
      json_pack("{s:i, s:s, s:s, s:s, s:s, s:I, s:s, s:I, s:I, s:f}", "schema", 1, "data", o->data, "problem",
                training_problem_text(c->of), "method", training_method_text(c->of), "order",
                training_alternates(c->of) ? "alternating" : "simultaneous", "seed", (json_int_t)o->seed,
                "outcome", outcome, "steps", (json_int_t)training_calls(c->of), "iterations",
                (json_int_t)training_iterations(c->of), "seconds", training_seconds(c->of));
  const training_shares where = training_where(c->of);
  json_object_set_new(
      object, "shares",
      json_pack("{s:o, s:o}", "convolutions", number(where.convolutions), "method", number(where.method)));
  const training_point *last = c->count ? &c->point[c->count - 1] : NULL;
  if (last) {
    json_object_set_new(object, "gradient", number(last->gradient));
    add_measures(object, training_measures(c->of), last->measure);
    if (o->average > 0) {
      json_t *averaged = json_object();
      add_measures(averaged, training_measures(c->of), last->averaged);
      json_object_set_new(object, "averaged", averaged);
    }
  }
  json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
  json_decref(object);
  putchar('\n');
}

static void print_row(const char *title, const char *const *name, const double *value) {
  printf("%-12s", title);
  for (size_t i = 0; name[i]; i++) {
    printf("%s%s %.4g", i ? ", " : " ", name[i], value[i]);
  }
  putchar('\n');
}

static void print_human(const course *c, const char *outcome) {
  const training_point *last = c->count ? &c->point[c->count - 1] : NULL;
  const double seconds = training_seconds(c->of);
  printf("problem      %s\nmethod       %s, %s\noutcome      %s\n", training_problem_text(c->of),
         training_method_text(c->of), training_alternates(c->of) ? "alternating" : "simultaneous", outcome);
  printf("steps        %" PRIu64 " in %" PRIu64 " iterations\n", training_calls(c->of),
         training_iterations(c->of));
  const training_shares where = training_where(c->of);
  printf("time         %.3g s, %.3g ms a step: %.3g %% in convolutions, %.2g %% in the method\n", seconds,
         1e3 * seconds / (double)training_calls(c->of), 100 * where.convolutions, 100 * where.method);
  if (last) {
    print_row("iterate", training_measures(c->of), last->measure);
    if (c->options->training.average > 0) {
      print_row("mean", training_measures(c->of), last->averaged);
    }
    printf("gradient     %.4g\n", last->gradient);
  }
  if (c->options->out) {
    printf("files        %s/\n", c->options->out);
  }
}

/* Networks of points are too small to be worth more than one thread. */
static void set_threads(const train_options *o, const training *of) {
  const bool points = gan_settings_view(training_game(of))->pair.item.height == 1;
  if (o->threads > 0) {
    omp_set_num_threads(o->threads);
  } else if (points && !getenv("OMP_NUM_THREADS")) {
    omp_set_num_threads(1);
  }
}

static void resume(course *c) {
  lerp_error error;
  if (output_read_checkpoint(c->checkpoint, c->of, c->point, c->options->training.evaluations, &c->count,
                             &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "--resume: %s", error.message);
  }
  c->good = training_calls(c->of);
}

static void begin(course *c) {
  const train_options *o = c->options;
  if (o->out) {
    output_make_directory(o->out);
    snprintf(c->checkpoint, sizeof c->checkpoint, "%s/checkpoint", o->out);
  }
  if (o->resume) {
    resume(c);
  } else if (o->out) {
    output_options(o->out, c->of);
  }
  c->shown = progress_begin("", c->of);
}

static void warn_away(const course *c) {
  const uint64_t calls = training_calls(c->of);
  if (c->good > 0) {
    tool_warn("the parameters ran away by step %" PRIu64 "; the last good checkpoint, of step %" PRIu64
              ", is %s",
              calls, c->good, c->checkpoint);
  } else {
    tool_warn("the parameters ran away by step %" PRIu64 "; no checkpoint was written before", calls);
  }
}

static int finish(const course *c, const char *outcome) {
  if (tool_has_terminal()) {
    fputs("\r\033[K", stderr);
  }
  const bool finished = strcmp(outcome, "finished") == 0;
  if (finished && c->options->out) {
    keep_samples(c);
  }
  (c->options->json ? print_json : print_human)(c, outcome);
  if (strcmp(outcome, "diverged") == 0) {
    warn_away(c);
    return TOOL_NOT_CONVERGED;
  }
  return finished ? TOOL_DONE : TOOL_INTERRUPTED;
}

int gan_train(int argc, char **argv) {
  const train_options options = train_options_parse(argc, argv);
  course c = {.options = &options, .point = calloc(options.training.evaluations + 1, sizeof *c.point)};
  lerp_error error;
  if (!c.point) {
    tool_fail(TOOL_BAD_INPUT, "--evaluations %u: out of memory", options.training.evaluations);
  }
  if (training_new(&options.training, &c.of, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
  set_threads(&options, c.of);
  tool_catch_interrupts();
  begin(&c);
  const int code = finish(&c, run(&c));
  training_free(c.of);
  free(c.point);
  return code;
}

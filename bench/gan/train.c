/* SPDX-License-Identifier: MIT */
/* lerp-gan train. */
#include <argp.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "../tool.h"
#include "gan.h"
#include "output.h"
#include "plot.h"
#include "progress.h"
#include "problems.h"

enum { EVALUATIONS = 20 /* where there are as many steps */ };

enum {
  OPTION_STEPS = 1000,
  OPTION_EVALUATIONS,
  OPTION_AVERAGE,
  OPTION_DECAY,
  OPTION_SEED,
  OPTION_DATA,
  OPTION_THREADS,
  OPTION_ALTERNATING,
  OPTION_SIMULTANEOUS,
  OPTION_REFERENCE,
  OPTION_OUT,
  OPTION_RESUME,
  OPTION_CHECKPOINT,
  OPTION_PLOT,
  OPTION_JSON
};

static const struct argp_option option_table[] = {
    {NULL, 0, NULL, 0, "The training:", 1},
    {"steps", OPTION_STEPS, "N", 0,
     "gradients of both players in all (default 4000); an iteration of a method takes one or more", 1},
    {"alternating", OPTION_ALTERNATING, NULL, 0, "the discriminator moves first, then the generator meets it",
     1},
    {"simultaneous", OPTION_SIMULTANEOUS, NULL, 0, "both move at once (default: as is usual for the method)",
     1},
    {"reference-semantics", OPTION_REFERENCE, NULL, 0,
     "where the public code of the paper differs from the formulas, do as it does: opponents alone are "
     "extrapolated, "
     "interpolations of la-eg and la-eg+ are lost, and more (bench/gan/reference.h)",
     1},
    {"decay", OPTION_DECAY, "S", 0, "step sizes fall linearly to this share of the first ones (default 1)",
     1},
    {"data", OPTION_DATA, "DIR", 0, "where the files of cifar10 are, or of shapes, which are drawn otherwise",
     1},
    {"seed", OPTION_SEED, "S", 0, "of parameters, noise and data (default 0)", 1},
    {"threads", OPTION_THREADS, "N", 0, "of the networks (default: OMP_NUM_THREADS, or 1 for points)", 1},
    {NULL, 0, NULL, 0, "What it shows and keeps:", 2},
    {"evaluations", OPTION_EVALUATIONS, "N", 0,
     "of the measures, equally spaced (default 20, or as many as there are steps)", 2},
    {"average", OPTION_AVERAGE, "D", 0,
     "measure the exponential mean of the iterates with decay D a step as well, which does not touch the "
     "training; "
     "0: not "
     "(default 0.99)",
     2},
    {"out", OPTION_OUT, "DIR", 0,
     "keep training.json, history.csv, checkpoint and samples.npy (images: samples.png) in DIR", 2},
    {"checkpoint", OPTION_CHECKPOINT, "S", 0, "write a checkpoint at least every S seconds (default 60)", 2},
    {"resume", OPTION_RESUME, NULL, 0,
     "go on from the checkpoint in DIR, to the same bits as without a break", 2},
    {"plot", OPTION_PLOT, "FILE.svg", 0,
     "draw the measures along the run, anew at every evaluation (needs gnuplot)", 2},
    {"json", OPTION_JSON, NULL, 0, "one JSON object on one line", 2},
    {NULL, 0, NULL, 0, "General:", -1},
    {0}};

static const char summary[] =
    "Trains generator and discriminator on DATA with METHOD."
    "\v"
    "DATA is ring or grid (points in the plane), shapes or cifar10 (images), with parameters of the problem "
    "'gan' behind "
    "it (lerp-solve --describe gan). METHOD is a specification as elsewhere; step sizes that are not given "
    "are those known to work.\n\n"
    "Examples:\n"
    "  lerp-gan train ring la-adam\n"
    "  lerp-gan train ring:loss=wasserstein:gain=0:clip=0.1 eg+:gamma=0.02 --steps 2000\n"
    "  lerp-gan train grid adam --out run --plot run.svg\n"
    "  lerp-gan train cifar10 la-adam --data cifar-10-batches-bin --steps 100000 --out run\n\n"
    "Exit status: 0 done, 1 diverged, 2 bad input or a failed write, 130 interrupted.";

typedef struct train_options {
  training_options training;
  int threads;
  const char *out, *plot;
  bool resume, json;
  double checkpoint;
} train_options;

static double read_share(const char *option, const char *text, bool one) {
  double value;
  if (!lerp_read_number(text, &value) || !(value >= 0) || (one ? value > 1 : value >= 1)) {
    tool_fail(TOOL_BAD_INPUT, "--%s '%s': a number from 0 to %s is allowed", option, text,
              one ? "1" : "below 1");
  }
  return value;
}

static void set_argument(train_options *o, const char *text) {
  if (!o->training.data) {
    o->training.data = text;
  } else if (!o->training.method) {
    o->training.method = text;
  } else {
    tool_fail(TOOL_BAD_INPUT, "'%s': only one DATA and one METHOD are allowed", text);
  }
}

static void set_order(train_options *o, enum training_order order) {
  if (o->training.order != TRAINING_DEFAULT && o->training.order != order) {
    tool_fail(TOOL_BAD_INPUT, "--alternating and --simultaneous exclude each other");
  }
  o->training.order = order;
}

static double read_seconds(const char *text) {
  double value;
  if (!lerp_read_number(text, &value) || !(value >= 0)) {
    tool_fail(TOOL_BAD_INPUT, "--checkpoint '%s': a number of at least 0 is allowed", text);
  }
  return value;
}

static error_t parse_option(int key, char *text, struct argp_state *state) {
  train_options *o = state->input;
  training_options *t = &o->training;
  switch (key) {
  case OPTION_STEPS:
    t->calls = tool_read_count("steps", text, 1, UINT64_C(1) << 40);
    break;
  case OPTION_EVALUATIONS:
    t->evaluations = (unsigned)tool_read_count("evaluations", text, 1, 100000);
    break;
  case OPTION_AVERAGE:
    t->average = read_share("average", text, false);
    break;
  case OPTION_DECAY:
    t->decay = read_share("decay", text, true);
    break;
  case OPTION_SEED:
    t->seed = tool_read_count("seed", text, 0, UINT64_C(1) << 53);
    break;
  case OPTION_DATA:
    t->directory = text;
    break;
  case OPTION_THREADS:
    o->threads = (int)tool_read_count("threads", text, 1, 65536);
    break;
  case OPTION_ALTERNATING:
    set_order(o, TRAINING_ALTERNATING);
    break;
  case OPTION_SIMULTANEOUS:
    set_order(o, TRAINING_SIMULTANEOUS);
    break;
  case OPTION_REFERENCE:
    t->reference = true;
    break;
  case OPTION_OUT:
    o->out = text;
    break;
  case OPTION_RESUME:
    o->resume = true;
    break;
  case OPTION_CHECKPOINT:
    o->checkpoint = read_seconds(text);
    break;
  case OPTION_PLOT:
    o->plot = text;
    break;
  case OPTION_JSON:
    o->json = true;
    break;
  case ARGP_KEY_ARG:
    set_argument(o, text);
    break;
  default:
    return ARGP_ERR_UNKNOWN;
  }
  return 0;
}

static void check_options(train_options *o) {
  if (!o->training.method) {
    tool_fail(TOOL_BAD_INPUT, "%s is missing: lerp-gan train DATA METHOD (--help says more)",
              o->training.data ? "METHOD" : "DATA");
  }
  if (o->resume && !o->out) {
    tool_fail(TOOL_BAD_INPUT, "--resume needs --out DIR, where the checkpoint is");
  }
  if (o->training.evaluations == 0) {
    o->training.evaluations = o->training.calls < EVALUATIONS ? (unsigned)o->training.calls : EVALUATIONS;
  }
  if (o->training.evaluations > o->training.calls) {
    tool_fail(TOOL_BAD_INPUT, "--evaluations %u: at most the %" PRIu64 " of --steps are allowed",
              o->training.evaluations, o->training.calls);
  }
}

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
#ifdef _OPENMP
  const bool points = gan_settings_view(training_game(of))->pair.item.height == 1;
  if (o->threads > 0) {
    omp_set_num_threads(o->threads);
  } else if (points && !getenv("OMP_NUM_THREADS")) {
    omp_set_num_threads(1);
  }
#else
  (void)o;
  (void)of;
#endif
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
  train_options options = {.training = {.calls = 4000, .average = 0.99, .decay = 1}, .checkpoint = 60};
  const struct argp parser = {option_table, parse_option, "DATA METHOD", summary, NULL, NULL, NULL};
  argp_err_exit_status = TOOL_BAD_INPUT;
  argp_parse(&parser, argc, argv, 0, NULL, &options);
  check_options(&options);
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

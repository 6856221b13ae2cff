/* SPDX-License-Identifier: MIT */
/* The command line of lerp-gan train. */
#include "train_options.h"

#include <argp.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>

#include "../tool.h"

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
     "extrapolated, interpolations of la-eg and la-eg+ are lost, and more (bench/gan/reference.h); but the "
     "first window of a Lookahead, there one iteration shorter, is as long as the others",
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
     "training; 0: not (default 0.99)",
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
    "'gan' behind it (lerp-solve --describe gan). METHOD is a specification as elsewhere; step sizes that "
    "are not given are those known to work.\n\n"
    "Examples:\n"
    "  lerp-gan train ring la-adam\n"
    "  lerp-gan train ring:loss=wasserstein:gain=0:clip=0.1 eg+:gamma=0.02 --steps 2000\n"
    "  lerp-gan train grid adam --out run --plot run.svg\n"
    "  lerp-gan train cifar10 la-adam --data cifar-10-batches-bin --steps 100000 --out run\n\n"
    "Exit status: 0 done, 1 diverged, 2 bad input or a failed write, 130 interrupted.";

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

static const double below_1 = 1 - DBL_EPSILON / 2;

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
    t->average = tool_read_number("average", text, 0, below_1, "a number from 0 to below 1");
    break;
  case OPTION_DECAY:
    t->decay = tool_read_number("decay", text, 0, 1, "a number from 0 to 1");
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
    o->checkpoint = tool_read_number("checkpoint", text, 0, INFINITY, "a number of at least 0");
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

train_options train_options_parse(int argc, char **argv) {
  train_options options = {.training = {.calls = 4000, .average = 0.99, .decay = 1}, .checkpoint = 60};
  const struct argp parser = {option_table, parse_option, "DATA METHOD", summary, NULL, NULL, NULL};
  argp_err_exit_status = TOOL_BAD_INPUT;
  argp_parse(&parser, argc, argv, 0, NULL, &options);
  check_options(&options);
  return options;
}

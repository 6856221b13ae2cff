/* SPDX-License-Identifier: MIT */
/* lerp-gan sample. */
#include <argp.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../tool.h"
#include "gan.h"
#include "output.h"

enum { OPTION_COUNT = 1000, OPTION_STREAM, OPTION_MEAN };

static const struct argp_option option_table[] = {
    {"count", OPTION_COUNT, "N", 0, "items (default 2500)", 1},
    {"stream", OPTION_STREAM, "S", 0,
     "of the noise, which training never draws (default 0: that of the measures)", 1},
    {"mean", OPTION_MEAN, NULL, 0, "of the exponential mean of the iterates instead of the last one", 1},
    {NULL, 0, NULL, 0, "General:", -1},
    {0}};

static const char summary[] =
    "Writes what the generator of a training makes."
    "\v"
    "DIR is the directory of lerp-gan train --out; what counts is its last checkpoint. Where that lies "
    "inside of a window of Lookahead, the iterate is that of the base method's last step, which is said on "
    "stderr; --mean is of what windows end with.\n\nFILE.npy gets all items as numpy reads them; FILE.png a "
    "square of pictures; anything else is a folder that gets each picture as a PNG of its own, for tools "
    "that compare folders.\n\n"
    "Exit status: 0 done, 2 bad input or a failed write.";

typedef struct sample_options {
  const char *directory, *file;
  size_t count;
  uint64_t stream;
  bool mean;
} sample_options;

static error_t parse_option(int key, char *text, struct argp_state *state) {
  sample_options *o = state->input;
  switch (key) {
  case OPTION_COUNT:
    o->count = tool_read_count("count", text, 1, 10000000);
    break;
  case OPTION_STREAM:
    o->stream = tool_read_count("stream", text, 0, UINT64_C(1) << 53);
    break;
  case OPTION_MEAN:
    o->mean = true;
    break;
  case ARGP_KEY_ARG:
    if (o->file) {
      tool_fail(TOOL_BAD_INPUT, "'%s': only one DIR and one FILE are allowed", text);
    }
    *(o->directory ? &o->file : &o->directory) = text;
    break;
  default:
    return ARGP_ERR_UNKNOWN;
  }
  return 0;
}

/* The options that a training kept; its texts live as long as the object. */
static json_t *read_options(const char *directory, training_options *options) {
  char path[4096];
  json_error_t problem;
  const char *order;
  json_int_t steps, seed;
  int reference;
  snprintf(path, sizeof path, "%s/training.json", directory);
  json_t *object = json_load_file(path, 0, &problem);
  if (!object) {
    tool_fail(TOOL_BAD_INPUT, "%s:%d: %s", path, problem.line, problem.text);
  }
  if (json_unpack_ex(object, &problem, 0, "{s:s, s?:s, s:s, s:s, s:b, s:I, s:i, s:F, s:F, s:I}", "data",
                     &options->data, "directory", &options->directory, "method", &options->method, "order",
                     &order, "reference", &reference, "steps", &steps, "evaluations", &options->evaluations,
                     "average", &options->average, "decay", &options->decay, "seed", &seed) != 0) {
    tool_fail(TOOL_BAD_INPUT, "%s: %s", path, problem.text);
  }
  options->order = strcmp(order, "alternating") == 0    ? TRAINING_ALTERNATING
                   : strcmp(order, "simultaneous") == 0 ? TRAINING_SIMULTANEOUS
                                                        : TRAINING_DEFAULT;
  options->reference = reference;
  options->calls = (uint64_t)steps;
  options->seed = (uint64_t)seed;
  return object;
}

static training *read_training(const sample_options *o) {
  training_options options = {0};
  json_t *object = read_options(o->directory, &options);
  training *of;
  lerp_error error;
  if (training_new(&options, &of, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s/training.json: %s", o->directory, error.message);
  }
  training_point *unused = calloc(options.evaluations + 1, sizeof *unused);
  if (!unused) {
    tool_fail(TOOL_BAD_INPUT, "out of memory");
  }
  char path[4096];
  size_t points;
  snprintf(path, sizeof path, "%s/checkpoint", o->directory);
  if (output_read_checkpoint(path, of, unused, options.evaluations, &points, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
  if (o->mean && options.average == 0) {
    tool_fail(TOOL_BAD_INPUT, "--mean: '%s' kept none", o->directory);
  }
  free(unused);
  json_decref(object);
  return of;
}

static bool ends_with(const char *text, const char *end) {
  const size_t length = strlen(text), more = strlen(end);
  return length >= more && strcmp(text + length - more, end) == 0;
}

static void write_folder(const char *directory, size_t count, layer_shape shape, const float *items) {
  output_make_directory(directory);
  for (size_t i = 0; i < count; i++) {
    char name[32];
    snprintf(name, sizeof name, "%06zu.png", i);
    output_file file = output_open(directory, name);
    output_grid(file.stream, 1, 1, shape, items + i * layer_size(shape));
    output_close(&file);
  }
}

static void write_items(const sample_options *o, layer_shape shape, const float *items) {
  const bool numbers = ends_with(o->file, ".npy");
  if (!numbers && shape.height == 1) {
    tool_fail(TOOL_BAD_INPUT, "'%s': of points only FILE.npy is allowed", o->file);
  }
  if (!numbers && !ends_with(o->file, ".png")) {
    write_folder(o->file, o->count, shape, items);
    return;
  }
  output_file file = output_open(NULL, o->file);
  if (numbers) {
    output_npy(file.stream, o->count, shape, items);
  } else {
    size_t side = 1;
    while ((side + 1) * (side + 1) <= o->count) {
      side++;
    }
    output_grid(file.stream, side, side, shape, items);
  }
  output_close(&file);
}

int gan_sample(int argc, char **argv) {
  sample_options o = {.count = 2500};
  const struct argp parser = {option_table, parse_option, "DIR FILE", summary, NULL, NULL, NULL};
  argp_err_exit_status = TOOL_BAD_INPUT;
  argp_parse(&parser, argc, argv, 0, NULL, &o);
  if (!o.file) {
    tool_fail(TOOL_BAD_INPUT, "%s is missing: lerp-gan sample DIR FILE (--help says more)",
              o.directory ? "FILE" : "DIR");
  }
  training *of = read_training(&o);
  const layer_shape shape = gan_settings_view(training_game(of))->pair.item;
  float *items = malloc(o.count * layer_size(shape) * sizeof *items);
  if (!items) {
    tool_fail(TOOL_BAD_INPUT, "--count %zu: out of memory", o.count);
  }
  if (training_is_in_window(of) && !o.mean) {
    tool_warn("the samples are of the base method's last step inside of a window of Lookahead, before the "
              "interpolation (step %" PRIu64 ")",
              training_calls(of));
  }
  training_generate(of, o.mean, o.stream, o.count, items);
  write_items(&o, shape, items);
  free(items);
  training_free(of);
  return TOOL_DONE;
}

/* SPDX-License-Identifier: MIT */
#include "export.h"

#include <stdlib.h>
#include <string.h>

#include "../bench/tool.h"
#include "arguments.h"
#include "output.h"
#include "text.h"

static const char *const derived_tables[] = {
#include "export.sql.inc"
};

static const struct {
  const char *name;
  void (*write)(const record_set *, FILE *);
} formats[] = {{"gbench", export_gbench}, {"bencher", export_bencher}, {"github", export_github},
               {"csv", export_csv},       {"jsonl", export_jsonl},     {"baseline", export_baseline}};
enum { FORMATS = sizeof formats / sizeof *formats };

typedef struct export_options {
  arguments given;
  size_t format;
  bool base;
} export_options;

enum { OPTION_FORMAT = 1000, OPTION_ARM };

static const struct argp_option option_table[] = {
    {"format", OPTION_FORMAT, "NAME", 0, "gbench, bencher, github, csv, jsonl or baseline (required)", 0},
    {"output", 'o', "FILE", 0, "write FILE in the place of standard output", 0},
    {"arm", OPTION_ARM, "NAME", 0, "of a store by lerp-bench --against: base, or head (default)", 0},
    {0}};

static const char summary[] =
    "Writes the samples of result stores in the format of another tool."
    "\v"
    "gbench    JSON of Google Benchmark, a repetition a sample: for its compare.py. CPU times are not "
    "stored: real "
    "times stand for them\n"
    "bencher   Bencher Metric Format: latency in ns (the median, and the interval of it), evaluations, "
    "iterations, "
    "converged\n"
    "github    github-action-benchmark, customSmallerIsBetter: median time in ns, and evaluations\n"
    "csv       all samples with all columns, a line each (RFC 4180)\n"
    "jsonl     the same as JSON lines\n"
    "baseline  what repeats exactly, a JSON line a case, sorted: for lerp-report compare, and for readers of "
    "a diff\n\n"
    "A solve that did not reach its tolerance has no time: it is left out, or told as not converged.\n\n"
    "Example:\n"
    "  lerp-report export results.sqlite --format github -o results.json\n\n"
    "Exit status: 0 done, 2 bad input or a failed write.";

static size_t find_format(const char *name) {
  for (size_t i = 0; i < FORMATS; i++) {
    if (strcmp(formats[i].name, name) == 0) {
      return i;
    }
  }
  tool_fail(TOOL_BAD_INPUT, "--format '%s': gbench, bencher, github, csv, jsonl or baseline is allowed",
            name);
}

static bool read_arm(const char *name) {
  if (strcmp(name, "base") != 0 && strcmp(name, "head") != 0) {
    tool_fail(TOOL_BAD_INPUT, "--arm '%s': base or head is allowed", name);
  }
  return strcmp(name, "base") == 0;
}

static error_t parse_option(int key, char *text, struct argp_state *state) {
  export_options *o = state->input;
  switch (key) {
  case OPTION_FORMAT:
    o->format = find_format(text);
    break;
  case OPTION_ARM:
    o->base = read_arm(text);
    break;
  case ARGP_KEY_END:
    if (o->given.count == 0) {
      tool_fail(TOOL_BAD_INPUT,
                "STORE is missing: lerp-report export STORE... --format NAME (--help says more)");
    }
    if (o->format == FORMATS) {
      tool_fail(TOOL_BAD_INPUT, "--format NAME is missing: gbench, bencher, github, csv, jsonl or baseline");
    }
    break;
  default:
    return arguments_parse(key, text, &o->given);
  }
  return 0;
}

static void choose_arm(const record_set *records, bool base) {
  static const char *const own[] = {"CREATE TABLE wanted_arm AS SELECT '' AS arm UNION SELECT 'head';"},
                           *const other[] = {"CREATE TABLE wanted_arm AS SELECT 'base' AS arm;"};
  if (base) {
    RECORDS_RUN(records, other);
  } else {
    RECORDS_RUN(records, own);
  }
}

/* An empty file would pass for one where nothing was slow. */
static void check_rows(const record_set *records) {
  if (!(records_number(records, "SELECT count(*) FROM exported", NULL) > 0)) {
    tool_fail(TOOL_BAD_INPUT, "'%s'%s: no samples to export", records->paths[0],
              records->stores > 1 ? " and the others" : "");
  }
}

int export_main(int argc, char **argv) {
  static const struct argp parser = {
      .options = option_table, .parser = parse_option, .args_doc = "STORE...", .doc = summary};
  export_options o = {.format = FORMATS};
  argp_parse(&parser, argc, argv, 0, NULL, &o);
  record_set records = records_load_samples(o.given.stores, o.given.count);
  choose_arm(&records, o.base);
  RECORDS_RUN(&records, derived_tables);
  check_rows(&records);
  char *text;
  size_t size;
  FILE *stream = text_open(&text, &size);
  formats[o.format].write(&records, stream);
  text_close(stream);
  output_write(o.given.output, text, size);
  free(text);
  records_free(&records);
  arguments_free(&o.given);
  return TOOL_DONE;
}

/* SPDX-License-Identifier: MIT */
/* lerp-report compare: its options and its exit code. */
#include "compare.h"

#include <argp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <lerp/spec.h>

#include "../bench/tool.h"
#include "output.h"
#include "text.h"

static const struct {
  const char *name;
  void (*write)(const comparison *, FILE *);
} formats[] = {{"text", compare_write_text},
               {"markdown", compare_write_markdown},
               {"json", compare_write_json},
               {"junit", compare_write_junit}};
enum { FORMATS = sizeof formats / sizeof *formats };

typedef struct compare_options {
  char *store[2];
  size_t stores, format;
  const char *output;
  compare_rules rules;
} compare_options;

enum { OPTION_FORMAT = 1000, OPTION_EXACT, OPTION_THRESHOLD, OPTION_MARGIN, OPTION_GATE };

static const struct argp_option option_table[] = {
    {"format", OPTION_FORMAT, "NAME", 0, "text (default), markdown, json or junit", 0},
    {"output", 'o', "FILE", 0, "write FILE in the place of standard output", 0},
    {"exact", OPTION_EXACT, NULL, 0,
     "fail on any difference that repeats, also on fewer evaluations, other bits of a final iterate and "
     "added cases",
     0},
    {"gate", OPTION_GATE, "WHAT", 0, "what the exit status tells: all (default), counts or times", 0},
    {"threshold", OPTION_THRESHOLD, "PERCENT", 0, "a regression of times is at least this large (default 5)",
     0},
    {"margin", OPTION_MARGIN, "PERCENT", 0, "and its interval is above this (default 3)", 0},
    {0}};

static const char summary[] =
    "Compares samples case by case: STORE, which lerp-bench --against wrote, holds those of two binaries; "
    "BASE and NEW "
    "are stores, or JSON lines as lerp-report export writes (jsonl, baseline)."
    "\v"
    "Counts, outcomes, declared bytes and operations and the bits of final iterates repeat exactly on "
    "x86-64-v3 and v4 "
    "and on aarch64, for any number of threads, and are compared so. More of a count, or an outcome that is "
    "no longer "
    "\"converged\", is a regression. Against x86-64-v2, which rounds otherwise, one iteration more or less "
    "is none and "
    "bits are not compared.\n\n"
    "Times are compared only where base and new ran in turns on one machine: the median over the pairs of "
    "new / base "
    "with its 95 % bootstrap interval (processes, then pairs within them), and the false discovery rate over "
    "all cases "
    "kept at 5 % (Benjamini, Hochberg). Regression: at least 5 % slower, the interval above 3 %. "
    "Improvement: the same "
    "the other way. No change: the interval within 5 %. Otherwise, and with fewer than 6 pairs or 3 "
    "processes, "
    "inconclusive: more --repetitions narrow the interval.\n\n"
    "Examples:\n"
    "  lerp-bench --suite ci --against ../base/lerp-bench --store duet.sqlite\n"
    "  lerp-report compare duet.sqlite\n"
    "  lerp-report compare baseline.jsonl results.sqlite --exact --format junit -o gate.xml\n\n"
    "Exit status: 0 no regression, 1 a regression (with --exact: a difference), 2 bad input or a failed "
    "write, 3 cases "
    "of BASE are missing in NEW, or a store of two arms has no pair.";

static size_t find_format(const char *name) {
  for (size_t i = 0; i < FORMATS; i++) {
    if (strcmp(formats[i].name, name) == 0) {
      return i;
    }
  }
  tool_fail(TOOL_BAD_INPUT, "--format '%s': text, markdown, json or junit is allowed", name);
}

static void read_gate(compare_rules *rules, const char *text) {
  rules->gates_counts = strcmp(text, "times") != 0;
  rules->gates_times = strcmp(text, "counts") != 0;
  if (rules->gates_counts && rules->gates_times && strcmp(text, "all") != 0) {
    tool_fail(TOOL_BAD_INPUT, "--gate '%s': all, counts or times is allowed", text);
  }
}

static double read_percent(const char *option, const char *text) {
  return 1 + tool_read_number(option, text, 0, 1000, "a percentage from 0 to 1000") / 100;
}

static error_t parse_option(int key, char *text, struct argp_state *state) {
  compare_options *o = state->input;
  switch (key) {
  case OPTION_FORMAT:
    o->format = find_format(text);
    break;
  case 'o':
    o->output = text;
    break;
  case OPTION_EXACT:
    o->rules.exact = true;
    break;
  case OPTION_GATE:
    read_gate(&o->rules, text);
    break;
  case OPTION_THRESHOLD:
    o->rules.threshold = read_percent("threshold", text);
    break;
  case OPTION_MARGIN:
    o->rules.margin = read_percent("margin", text);
    break;
  case ARGP_KEY_ARG:
    if (o->stores == 2) {
      tool_fail(TOOL_BAD_INPUT, "'%s': one store with two arms, or BASE and NEW are compared", text);
    }
    o->store[o->stores++] = text;
    break;
  case ARGP_KEY_END:
    if (o->stores == 0) {
      tool_fail(TOOL_BAD_INPUT,
                "STORE is missing: lerp-report compare STORE, or compare BASE NEW (--help says more)");
    }
    if (o->rules.margin > o->rules.threshold) {
      tool_fail(TOOL_BAD_INPUT, "--margin %g: at most --threshold, %g, is allowed",
                100 * (o->rules.margin - 1), 100 * (o->rules.threshold - 1));
    }
    break;
  default:
    return ARGP_ERR_UNKNOWN;
  }
  return 0;
}

static int exit_code(const comparison *self) {
  for (size_t i = 0; i < self->count; i++) {
    if (compare_fails(self, &self->item[i])) {
      return TOOL_NOT_CONVERGED;
    }
  }
  /* What measured nothing lets nothing pass. */
  const bool untimed = self->records->stores == 1 && self->rules.gates_times && !self->paired;
  return untimed || compare_count_facts(self, COMPARE_MISSING) > 0 ? TOOL_SOME_FAILED : TOOL_DONE;
}

int compare_main(int argc, char **argv) {
  static const struct argp parser = {
      .options = option_table, .parser = parse_option, .args_doc = "STORE\nBASE NEW", .doc = summary};
  compare_options o = {
      .rules = {.gates_counts = true, .gates_times = true, .threshold = 1.05, .margin = 1.03}};
  argp_parse(&parser, argc, argv, 0, NULL, &o);
  record_set records = records_load_samples(o.store, o.stores);
  comparison compared = compare_new(&records, &o.rules);
  if (!compared.paired && formats[o.format].write != compare_write_text) {
    tool_warn("times are not compared: %s", compared.not_paired);
  }
  char *text;
  size_t size;
  FILE *stream = text_open(&text, &size);
  formats[o.format].write(&compared, stream);
  text_close(stream);
  output_write(o.output, text, size);
  free(text);
  const int code = exit_code(&compared);
  compare_free(&compared);
  records_free(&records);
  return code;
}

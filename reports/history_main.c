/* SPDX-License-Identifier: MIT */
/* lerp-report history: keeps DIR/history.jsonl and writes the page of it. */
#include "history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../bench/tool.h"
#include "arguments.h"
#include "output.h"
#include "text.h"

enum { SCHEMA = 1 };

static const char *const history_tables[] = {
#include "history.sql.inc"
};

static const struct argp_option option_table[] = {
    {"output", 'o', "DIR", 0, "keep DIR/history.jsonl and write DIR/index.html (required)", 0}, {0}};

static const char summary[] =
    "Adds the runs of result stores to a history and shows how times changed, and with which commits."
    "\v"
    "DIR/history.jsonl keeps a line a case, machine, commit and run: the median time, calibrated by the "
    "memory or "
    "compute probe that ran beside it. A store that was added before replaces its lines. Without a STORE the "
    "page is "
    "made anew. Commits stand in the order in which they were first measured; every machine (fingerprint of "
    "hardware, "
    "system and build) has a line of its own.\n\n"
    "Changes are those of the piecewise constant function that minimizes the Potts functional of the log "
    "times: "
    "absolute deviations over the noise (from the median difference of neighbours), and 3 log n for each "
    "change, with "
    "at least 3 runs between two. It is found exactly by dynamic programming, so that the same history has "
    "the same "
    "changes; a single slow run is none. They are printed, the newest first.\n\n"
    "Example:\n"
    "  lerp-report history nightly.sqlite -o history\n\n"
    "Exit status: 0 done, 2 bad input or a failed write.";

static error_t parse_option(int key, char *text, struct argp_state *state) {
  arguments *given = state->input;
  if (key == ARGP_KEY_END && (given->output == NULL || *given->output == '\0')) {
    tool_fail(TOOL_BAD_INPUT, "-o DIR is missing: where is the history?");
  }
  return arguments_parse(key, text, given);
}

/* --- DIR/history.jsonl --------------------------------------------------------------------------------- */

static void add_line(const record_set *records, const char *path, size_t line, const char *text) {
  json_error_t error;
  json_t *row = json_loads(text, JSON_REJECT_DUPLICATES, &error);
  int schema = SCHEMA;
  double seconds = 0;
  json_int_t samples;
  const char *name, *machine, *on, *commit, *started;
  if (row == NULL) {
    tool_fail(TOOL_BAD_INPUT, "%s:%zu: %s", path, line, error.text);
  }
  if (json_unpack(row, "{s:i}", "schema", &schema) == 0 && schema != SCHEMA) {
    tool_fail(TOOL_BAD_INPUT, "%s:%zu: a history of schema %d is understood, this one has schema %d", path,
              line, SCHEMA, schema);
  }
  if (json_unpack_ex(row, &error, JSON_STRICT, "{s:i, s:s, s:s, s:s, s:s, s:s, s:F, s:I}", "schema", &schema,
                     "case", &name, "machine", &machine, "on", &on, "commit", &commit, "started", &started,
                     "seconds", &seconds, "samples", &samples) != 0) {
    tool_fail(TOOL_BAD_INPUT, "%s:%zu: %s", path, line, error.text);
  }
  if (!(seconds > 0)) {
    tool_fail(TOOL_BAD_INPUT, "%s:%zu: \"seconds\" must be above 0", path, line);
  }
  sqlite3_stmt *insert = records_query(records, "INSERT INTO history VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                                       name, machine, on, commit, started, NULL);
  sqlite3_bind_double(insert, 6, seconds);
  sqlite3_bind_int64(insert, 7, samples);
  records_next(insert);
  json_decref(row);
}

static void read_lines(const record_set *records, const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL && errno != ENOENT) {
    tool_fail(TOOL_BAD_INPUT, "cannot read '%s': %s", path, strerror(errno));
  }
  char *text = NULL;
  size_t room = 0, line = 0;
  while (file != NULL && getline(&text, &room, file) > 0) {
    add_line(records, path, ++line, text);
  }
  if (file != NULL) {
    fclose(file);
  }
  free(text);
}

/* What the folder keeps, and then the runs of the stores. */
static void fill_history(const record_set *records, const char *folder) {
  static const char *const add_measured[] = {"INSERT INTO history SELECT * FROM measured;"};
  char *path;
  size_t size;
  FILE *stream = text_open(&path, &size);
  fprintf(stream, "%s/history.jsonl", folder);
  text_close(stream);
  RECORDS_RUN(records, history_tables);
  read_lines(records, path);
  RECORDS_RUN(records, add_measured);
  if (!(records_number(records, "SELECT count(*) FROM history", NULL) > 0)) {
    tool_fail(TOOL_BAD_INPUT, "there is no history: '%s' has none, and no time was measured in the stores",
              path);
  }
  free(path);
}

static void write_line(sqlite3_stmt *row, FILE *stream) {
  json_t *line = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:f, s:I}", "schema", SCHEMA, "case",
                           records_text(row, 0), "machine", records_text(row, 1), "on", records_text(row, 2),
                           "commit", records_text(row, 3), "started", records_text(row, 4), "seconds",
                           records_real(row, 5), "samples", (json_int_t)sqlite3_column_int64(row, 6));
  if (line == NULL || json_dumpf(line, stream, JSON_COMPACT) != 0) {
    tool_fail(TOOL_BAD_INPUT, "'%s' cannot be kept: it is no UTF-8", records_text(row, 0));
  }
  fputc('\n', stream);
  json_decref(line);
}

static void write_history(const record_set *records, const char *folder) {
  char *text;
  size_t size;
  FILE *stream = text_open(&text, &size);
  sqlite3_stmt *query =
      records_query(records, "SELECT * FROM history ORDER BY started, machine, \"commit\", \"case\"", NULL);
  while (records_next(query)) {
    write_line(query, stream);
  }
  text_close(stream);
  output_replace(folder, "history.jsonl", text, size);
  free(text);
}

/* --- The page ------------------------------------------------------------------------------------------ */

static void write_page(const history *all, const arguments *given) {
  char *text, *command = arguments_command(given, "lerp-report history", "");
  size_t size;
  FILE *stream = text_open(&text, &size);
  history_write_page(all, command, stream);
  text_close(stream);
  output_replace(given->output, "index.html", text, size);
  free(text);
  free(command);
}

int history_main(int argc, char **argv) {
  static const struct argp parser = {
      .options = option_table, .parser = parse_option, .args_doc = "[STORE...]", .doc = summary};
  arguments given = {0};
  argp_parse(&parser, argc, argv, 0, NULL, &given);
  record_set records = records_load_samples(given.stores, given.count);
  fill_history(&records, given.output);
  history all = history_new(&records);
  output_make_folder(given.output);
  write_history(&records, given.output);
  write_page(&all, &given);
  history_write_changes(&all, stdout);
  history_free(&all);
  records_free(&records);
  arguments_free(&given);
  return TOOL_DONE;
}

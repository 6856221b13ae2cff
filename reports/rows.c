/* SPDX-License-Identifier: MIT */
/* The data are JSON, column by column: numbers, or the places of texts in the list of those that occur. */
#include "rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../bench/memory.h"
#include "../bench/tool.h"
#include "text.h"

typedef enum column_kind { WORD, NUMBER, MEASURED } column_kind;

static const struct column {
  const char *name;  /* in files */
  const char *title; /* in the table; NULL: only in files */
  const char *expression;
  column_kind kind; /* what was measured has the digits that mean something, other numbers have all */
} columns[] = {
    {"store", NULL, "store + 1", NUMBER},
    {"id", "run", "id", NUMBER},
    {"suite", NULL, "suite", WORD},
    {"family", "family", "family", WORD},
    {"problem", "problem", "problem", WORD},
    {"method", "method", "method", WORD},
    {"rho", "ρ", "rho", NUMBER},
    {"lipschitz", NULL, "lipschitz", NUMBER},
    {"n", "n", "n", NUMBER},
    {"threads", "threads", "threads", NUMBER},
    {"pinning", NULL, "pinning", WORD},
    {"seed", NULL, "seed", NUMBER},
    {"repetition", NULL, "repetition", NUMBER},
    {"role", "role", "role", WORD},
    {"arm", NULL, "arm", WORD},
    {"process", NULL, "process", NUMBER},
    {"block", NULL, "block", NUMBER},
    {"order_index", NULL, "order_index", NUMBER},
    {"outcome", "outcome", "outcome", WORD},
    {"iterations", "iterations", "iterations", NUMBER},
    {"evaluations", "evaluations", "evaluations", NUMBER},
    {"resolvents", NULL, "resolvents", NUMBER},
    {"exact_resolvents", "exact resolvents", "nullif(exact_resolvents, 0)", NUMBER},
    {"observer_evaluations", NULL, "observer_evaluations", NUMBER},
    {"initial_residual", NULL, "initial_residual", NUMBER},
    {"residual", NULL, "residual", NUMBER},
    {"relative_residual", "relative residual", "residual / initial_residual", MEASURED},
    {"tolerance", NULL, "tolerance", NUMBER},
    {"result", NULL, "result", WORD},
    {"seconds", "time, s", "seconds", MEASURED},
    {"bytes", NULL, "bytes", MEASURED},
    {"flops", NULL, "flops", MEASURED},
    {"working_set", NULL, "working_set", MEASURED},
    {"imbalance", NULL, "imbalance", MEASURED},
    {"memory_probe", NULL, "memory_probe", MEASURED},
    {"compute_probe", NULL, "compute_probe", MEASURED},
    {"steal", NULL, "steal", MEASURED},
    {"switches", NULL, "switches", NUMBER},
    {"load", NULL, "load", MEASURED},
    {"throttled", NULL, "throttled", NUMBER},
    {"disturbed", "disturbed", "CASE disturbed WHEN 0 THEN '' ELSE 'yes' END", WORD},
    {"isa", NULL, "isa", WORD},
    {"machine", NULL, "machine", WORD},
    {"commit", "commit", "\"commit\"", WORD},
    {"command", NULL, "command", WORD},
    {"started", "started", "started", WORD},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

/* The texts of a column and their places, in the order of their first occurrence. */
typedef struct word_list {
  json_t *places;
  char *last; /* the text that was looked up last: neighbouring rows have much in common */
  size_t place;
} word_list;

static size_t place_of(word_list *self, const char *text) {
  if (self->last != NULL && strcmp(self->last, text) == 0) {
    return self->place;
  }
  const json_t *known = json_object_get(self->places, text);
  self->place = known != NULL ? (size_t)json_integer_value(known) : json_object_size(self->places);
  if (known == NULL &&
      json_object_set_new_nocheck(self->places, text, json_integer((json_int_t)self->place)) != 0) {
    tool_fail(TOOL_BAD_INPUT, "out of memory");
  }
  free(self->last);
  self->last = memory_copy_text(text);
  return self->place;
}

static void write_words(const word_list *self, FILE *page) {
  const char *text, *separator = "";
  json_t *at;
  fputs(",\"words\":[", page);
  json_object_foreach(self->places, text, at) {
    fputs(separator, page);
    text_json(page, text);
    separator = ",";
  }
  fputc(']', page);
}

static void write_number(FILE *page, double value, column_kind kind) {
  if (!isfinite(value)) {
    fputs("null", page);
  } else if (kind == MEASURED) {
    fprintf(page, "%.6g", value);
  } else if (value == rint(value) && fabs(value) < 1e15) {
    fprintf(page, "%.0f", value);
  } else {
    text_number(page, value);
  }
}

/* A column on its way: its values row by row, and the words that these are places of. */
typedef struct column_text {
  FILE *stream;
  char *text;
  size_t size;
  word_list words;
} column_text;

static void begin_column(column_text *self) {
  *self = (column_text){.words.places = json_object()};
  self->stream = text_open(&self->text, &self->size);
}

static void add_value(column_text *self, column_kind kind, sqlite3_stmt *query, int place) {
  if (kind == WORD) {
    fprintf(self->stream, "%zu", place_of(&self->words, records_text(query, place)));
  } else {
    write_number(self->stream, records_real(query, place), kind);
  }
}

static void end_column(column_text *self, const struct column *column, FILE *page) {
  text_close(self->stream);
  fprintf(page, "{\"name\":\"%s\",\"title\":\"%s\"", column->name,
          column->title == NULL ? "" : column->title);
  if (column->kind == WORD) {
    write_words(&self->words, page);
  }
  fprintf(page, ",\"rows\":[%s]}", self->text);
  free(self->text);
  free(self->words.last);
  json_decref(self->words.places);
}

static sqlite3_stmt *select_columns(const record_set *records) {
  char *sql;
  size_t size;
  FILE *stream = text_open(&sql, &size);
  for (size_t i = 0; i < COLUMNS; i++) {
    fprintf(stream, "%s %s", i == 0 ? "SELECT" : ",", columns[i].expression);
  }
  fputs(" FROM sample ORDER BY row", stream);
  text_close(stream);
  sqlite3_stmt *query = records_query(records, sql, NULL);
  free(sql);
  return query;
}

void rows_write_table(FILE *page) {
  fputs("<noscript><p>The rows are shown by a script, which this browser does not run.</p></noscript>\n"
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"runs\">"
        "<table class=\"runs\" id=\"run-table\">\n<thead><tr>",
        page);
  for (size_t i = 0; i < COLUMNS; i++) {
    if (columns[i].title != NULL) {
      fprintf(page, "<th scope=\"col\"%s data-name=\"%s\">%s",
              columns[i].kind == WORD ? "" : " class=\"number\"", columns[i].name, columns[i].title);
    }
  }
  fputs("</tr></thead>\n<tbody></tbody></table></div>\n", page);
}

void rows_write_data(const record_set *records, FILE *page) {
  column_text text[COLUMNS];
  for (size_t i = 0; i < COLUMNS; i++) {
    begin_column(&text[i]);
  }
  sqlite3_stmt *query = select_columns(records);
  for (const char *separator = ""; records_next(query); separator = ",") {
    for (size_t i = 0; i < COLUMNS; i++) {
      fputs(separator, text[i].stream);
      add_value(&text[i], columns[i].kind, query, (int)i);
    }
  }
  fputs("<script type=\"application/json\" id=\"run-data\">[", page);
  for (size_t i = 0; i < COLUMNS; i++) {
    fputs(i == 0 ? "" : ",\n", page);
    end_column(&text[i], &columns[i], page);
  }
  fputs("]</script>\n", page);
}

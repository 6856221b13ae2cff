/* SPDX-License-Identifier: MIT */
#include "notes.h"

#include "text.h"

static void write_exact(const record_set *records, const char *condition, const char *argument, FILE *note) {
  char *sql =
      sqlite3_mprintf("SELECT DISTINCT method FROM solve WHERE exact AND %s ORDER BY method", condition);
  sqlite3_stmt *query = records_query(records, sql, argument, NULL);
  sqlite3_free(sql);
  int count = 0;
  for (; records_next(query); count++) {
    fputs(count == 0 ? "Counted in exact resolvents instead of evaluations: " : ", ", note);
    fputs("<code>", note);
    text_html(note, records_text(query, 0));
    fputs("</code>", note);
  }
  fputs(count > 0 ? ". " : "", note);
}

static void write_resonance(const record_set *records, const char *condition, const char *argument,
                            FILE *note) {
  char *sql =
      sqlite3_mprintf("SELECT count(*) FROM solve WHERE problem_name = 'quadratic' AND %s", condition);
  if (records_number(records, sql, argument) > 0) {
    fputs("The game <code>quadratic</code> has a single frequency, which flatters methods that resonate with "
          "it: compare methods on <code>mixed</code>.",
          note);
  }
  sqlite3_free(sql);
}

char *notes_on(const record_set *records, const char *condition, const char *argument) {
  char *text;
  size_t size;
  FILE *note = text_open(&text, &size);
  write_exact(records, condition, argument, note);
  write_resonance(records, condition, argument, note);
  text_close(note);
  return text;
}

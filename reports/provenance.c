/* SPDX-License-Identifier: MIT */
#include "provenance.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

enum { FEW_RANGES = 6 };

#define USED " FROM used JOIN sample USING (row) WHERE figure = CAST(?1 AS INTEGER)"

/* "12", or "2:12" where there are several stores. */
static void write_id(const record_set *records, double store, double id, FILE *page) {
  if (records->stores > 1) {
    fprintf(page, "%.0f:", store + 1);
  }
  fprintf(page, "%.0f", id);
}

void provenance_write_machine(const record_set *records, const char *key, FILE *page) {
  sqlite3_stmt *query = records_query(records,
                                      "SELECT json_extract(json, '$.cpu.model'), json_extract(json, "
                                      "'$.cpu.cores') FROM machine WHERE key = ?1",
                                      key, NULL);
  if (!records_next(query)) {
    fputs("machine ", page);
    text_html(page, key);
    return;
  }
  text_html(page, *records_text(query, 0) == '\0' ? key : records_text(query, 0));
  if (records_real(query, 1) > 0) {
    fprintf(page, ", %.0f core%s", records_real(query, 1), records_real(query, 1) == 1 ? "" : "s");
  }
  records_end(query);
}

/* Runs with consecutive ids as ranges; their number. */
static size_t write_ranges(const record_set *records, const char *figure, FILE *page) {
  sqlite3_stmt *query = records_query(
      records,
      "SELECT store, min(id), max(id) FROM (SELECT store, id, id - row_number() OVER"
      " (PARTITION BY store ORDER BY id) AS run" USED ") GROUP BY store, run ORDER BY store, run",
      figure, NULL);
  size_t count = 0;
  for (; records_next(query); count++) {
    fputs(count == 0 ? "" : ", ", page);
    write_id(records, records_real(query, 0), records_real(query, 1), page);
    if (records_real(query, 2) > records_real(query, 1)) {
      fprintf(page, "–%.0f", records_real(query, 2));
    }
  }
  return count;
}

static void write_runs(const record_set *records, const char *figure, FILE *page) {
  char *ranges;
  size_t size;
  FILE *stream = text_open(&ranges, &size);
  size_t count = write_ranges(records, figure, stream);
  text_close(stream);
  double runs = records_number(records, "SELECT count(*)" USED, figure);
  if (count <= FEW_RANGES) {
    fprintf(page, "<dt>Runs<dd>%.0f: %s\n", runs, ranges);
  } else {
    fprintf(page, "<dt>Runs<dd><details><summary>%.0f", runs);
    if (records->stores == 1) {
      fprintf(page, ", from %.0f to %.0f", records_number(records, "SELECT min(id)" USED, figure),
              records_number(records, "SELECT max(id)" USED, figure));
    }
    fprintf(page, "</summary>%s</details>\n", ranges);
  }
  free(ranges);
}

static void write_commands(const record_set *records, const char *figure, const char *render_command,
                           FILE *page) {
  fputs("<dt>Made by<dd>", page);
  sqlite3_stmt *query =
      records_query(records, "SELECT DISTINCT command" USED " ORDER BY command", figure, NULL);
  while (records_next(query)) {
    fputs("<code>", page);
    text_html(page, records_text(query, 0));
    fputs("</code><br>", page);
  }
  fputs("<code>", page);
  text_html(page, render_command);
  fputs("</code>\n", page);
}

static void write_machines(const record_set *records, const char *figure, FILE *page) {
  fputs("<dt>On<dd>", page);
  sqlite3_stmt *query = records_query(records, "SELECT DISTINCT machine" USED, figure, NULL);
  for (const char *separator = ""; records_next(query); separator = "; ") {
    fputs(separator, page);
    provenance_write_machine(records, records_text(query, 0), page);
    fputs(" (<a href=\"#machine-", page);
    text_html(page, records_text(query, 0));
    fputs("\">fingerprint</a>)", page);
  }
  query = records_query(records, "SELECT min(started), max(started), group_concat(DISTINCT \"commit\")" USED,
                        figure, NULL);
  if (records_next(query)) {
    fputs(", ", page);
    text_html(page, records_text(query, 0));
    fputs(" to ", page);
    text_html(page, records_text(query, 1));
    fputs(", commit ", page);
    text_html(page, records_text(query, 2));
    records_end(query);
  }
  fputc('\n', page);
}

void provenance_write(const record_set *records, size_t figure, const char *render_command, FILE *page) {
  char number[24];
  snprintf(number, sizeof number, "%zu", figure);
  fputs("<dl class=\"source\">", page);
  write_commands(records, number, render_command, page);
  write_runs(records, number, page);
  write_machines(records, number, page);
  fputs("</dl>\n", page);
}

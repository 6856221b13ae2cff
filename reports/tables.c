/* SPDX-License-Identifier: MIT */
#include "tables.h"

#include <stdbool.h>
#include <stdlib.h>

#include "provenance.h"
#include "text.h"

typedef struct column {
  const char *title, *expression; /* of SQL */
  bool number;
} column;

static const column probe_columns[] = {
    {"threads", "threads", true},
    {"on CPUs",
     "(SELECT group_concat(pinning, '; ') FROM (SELECT DISTINCT pinning FROM sample AS other"
     " WHERE other.machine = sample.machine AND other.threads = sample.threads))",
     false},
    {"runs", "count(*)", true},
    {"disturbed", "sum(disturbed)", true},
    {"memory, GB/s", "printf('%.3g to %.3g', min(memory_probe), max(memory_probe))", true},
    {"compute, GFLOP/s", "printf('%.3g to %.3g', min(compute_probe), max(compute_probe))", true},
    {"stolen, %", "iif(max(steal) IS NULL, 'not told', printf('0 to %.2g', 100 * max(steal)))", true},
    {"preempted", "coalesce(sum(switches), 'not told')", true},
    {"throttled", "coalesce(sum(throttled), 'not told')", true},
    {"load", "iif(max(load) IS NULL, 'not told', printf('%.2g to %.2g', min(load), max(load)))", true},
};

static const column setting_columns[] = {
    {"family", "family", false},       {"settings", "json_extract(detail.parameters, '$.settings')", false},
    {"instruction set", "isa", false}, {"seed", "seed", true},
    {"runs", "count(*)", true},
};

static sqlite3_stmt *select_columns(const record_set *records, size_t count, const column *columns,
                                    const char *source, const char *argument) {
  char *sql;
  size_t size;
  FILE *stream = text_open(&sql, &size);
  for (size_t i = 0; i < count; i++) {
    fprintf(stream, "%s %s", i == 0 ? "SELECT" : ",", columns[i].expression);
  }
  fprintf(stream, " FROM %s", source);
  text_close(stream);
  sqlite3_stmt *query = records_query(records, sql, argument, NULL);
  free(sql);
  return query;
}

static void write_cell(sqlite3_stmt *query, int place, bool number, FILE *page) {
  fputs(number ? "<td class=\"number\">" : "<td>", page);
  if (sqlite3_column_type(query, place) == SQLITE_FLOAT) {
    fprintf(page, "%.4g", records_real(query, place));
  } else {
    text_html(page, records_text(query, place));
  }
}

#define WRITE_TABLE(records, columns, source, argument, page)                                                \
  write_table(records, sizeof(columns) / sizeof *(columns), columns, source, argument, page)

static void write_table(const record_set *records, size_t count, const column *columns, const char *source,
                        const char *argument, FILE *page) {
  fputs("<table>\n<thead><tr>", page);
  for (size_t i = 0; i < count; i++) {
    fprintf(page, "<th scope=\"col\"%s>%s", columns[i].number ? " class=\"number\"" : "", columns[i].title);
  }
  fputs("</tr></thead>\n<tbody>\n", page);
  sqlite3_stmt *query = select_columns(records, count, columns, source, argument);
  while (records_next(query)) {
    fputs("<tr>", page);
    for (size_t i = 0; i < count; i++) {
      write_cell(query, (int)i, columns[i].number, page);
    }
    fputc('\n', page);
  }
  fputs("</tbody></table>\n", page);
}

static void write_fingerprint(const record_set *records, const char *key, FILE *page) {
  sqlite3_stmt *query =
      records_query(records,
                    "SELECT substr(tree.fullkey, 3), CASE tree.type WHEN 'true' THEN 'yes' WHEN 'false' THEN"
                    " 'no' ELSE tree.atom END, tree.fullkey LIKE '$.cpu.cache_bytes%' FROM machine,"
                    " json_tree(machine.json) AS tree WHERE machine.key = ?1 AND tree.atom <> ''",
                    key, NULL);
  fputs("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Fingerprint\"><table "
        "class=\"facts\"><tbody>\n",
        page);
  while (records_next(query)) {
    fputs("<tr><th scope=\"row\">", page);
    text_html(page, records_text(query, 0));
    fputs("<td>", page);
    if (records_real(query, 2) != 0) {
      text_bytes(page, records_real(query, 1));
    } else {
      text_html(page, records_text(query, 1));
    }
    fputc('\n', page);
  }
  fputs("</tbody></table></div>\n", page);
}

void table_write_machines(const record_set *records, FILE *page) {
  sqlite3_stmt *query = records_query(records, "SELECT DISTINCT machine FROM sample ORDER BY machine", NULL);
  while (records_next(query)) {
    const char *key = records_text(query, 0);
    fputs("<h3 id=\"machine-", page);
    text_html(page, key);
    fputs("\">", page);
    provenance_write_machine(records, key, page);
    fputs("</h3>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Probes\">", page);
    WRITE_TABLE(records, probe_columns, "sample WHERE machine = ?1 GROUP BY threads", key, page);
    fputs("</div>\n<details><summary>Fingerprint <code>", page);
    text_html(page, key);
    fputs("</code></summary>\n", page);
    write_fingerprint(records, key, page);
    fputs("</details>\n", page);
  }
}

void table_write_settings(const record_set *records, FILE *page) {
  fputs("<h3>Settings</h3>\n<div class=\"wide tall\" tabindex=\"0\" role=\"region\" aria-label=\"Settings\">",
        page);
  WRITE_TABLE(records, setting_columns, "sample JOIN detail USING (row) GROUP BY 1, 2, 3, 4", NULL, page);
  fputs("</div>\n", page);
}

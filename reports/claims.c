/* SPDX-License-Identifier: MIT */
/* The claims of the literature and what runs say of them. */
#include "claims.h"

#include "runs.h"
#include "text.h"

#define NEWEST                                                                                               \
  "(SELECT *, row_number() OVER (PARTITION BY suite, name ORDER BY row DESC) AS age FROM claim) WHERE age "  \
  "= 1 AND (suite IN (SELECT suite FROM shown WHERE family = 'gan')) = CAST(?1 AS INTEGER)"

/* As a parameter. */
static const char *const kind_text[] = {[CLAIMS_OF_THEORY] = "0", [CLAIMS_OF_TRAININGS] = "1"};

bool claims_exist(const record_set *records, claims_kind kind) {
  return records_number(records, "SELECT count(*) FROM " NEWEST, kind_text[kind]) > 0;
}

static void write_summary(const record_set *records, claims_kind kind, FILE *page) {
  static const char *const noun[] = {[CLAIMS_OF_THEORY] = "claims", [CLAIMS_OF_TRAININGS] = "expectations"};
  sqlite3_stmt *query = records_query(
      records,
      "SELECT count(*), total(verdict = 'holds'), total(verdict = 'does not hold'),"
      " total(verdict = 'undecided'), total(guaranteed),"
      " total(guaranteed AND verdict = 'does not hold'), group_concat(DISTINCT source) FROM " NEWEST,
      kind_text[kind], NULL);
  if (records_next(query)) {
    fprintf(page, "<p>Of %.0f %s %.0f hold, %.0f %s not hold, %.0f are undecided. ", records_real(query, 0),
            noun[kind], records_real(query, 1), records_real(query, 2),
            records_real(query, 2) == 1 ? "does" : "do", records_real(query, 3));
    if (kind == CLAIMS_OF_THEORY) {
      fprintf(page, "Theory guarantees %.0f; runs contradict %.0f of these.</p>\n", records_real(query, 4),
              records_real(query, 5));
    } else {
      fputs("They are ", page);
      text_html(page, records_text(query, 6));
      fputs(".</p>\n", page);
    }
    records_end(query);
  }
}

/* Columns: row, name, claim, source, guaranteed, run, found, verdict. */
static void write_claim(const record_set *records, sqlite3_stmt *query, FILE *page) {
  const char *verdict = records_text(query, 7);
  const char *mark = *verdict == 'h' ? "holds" : *verdict == 'd' ? "fails" : "open";
  fprintf(page, "<tr id=\"claim-");
  text_slug(page, records_text(query, 1));
  fprintf(page, "\"><td class=\"verdict %s\">%s<td>", mark, verdict);
  text_html(page, records_text(query, 2));
  fputs("<br><span class=\"small\">", page);
  text_html(page, records_text(query, 3));
  fputs(records_real(query, 4) != 0 ? "; proved</span><td>" : "</span><td>", page);
  text_html(page, records_text(query, 6));
  fputs("<details><summary>what was run</summary><code>", page);
  text_html(page, records_text(query, 5));
  fputs("</code></details><td class=\"small\">", page);
  runs_write_links(records, "claim", records_text(query, 0), page);
  fputc('\n', page);
}

static void write_table(const record_set *records, claims_kind kind, const char *which, FILE *page) {
  char *sql = sqlite3_mprintf("SELECT row, name, claim, source, guaranteed, run, found, verdict FROM " NEWEST
                              " AND %s ORDER BY row",
                              which);
  fputs(
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Claims\"><table class=\"claims\">\n"
      "<thead><tr><th scope=\"col\">Verdict<th scope=\"col\">Claim and source<th scope=\"col\">What came out"
      "<th scope=\"col\">Runs</tr></thead>\n<tbody>\n",
      page);
  sqlite3_stmt *query = records_query(records, sql, kind_text[kind], NULL);
  while (records_next(query)) {
    write_claim(records, query, page);
  }
  fputs("</tbody></table></div>\n", page);
  sqlite3_free(sql);
}

static bool has_some(const record_set *records, claims_kind kind, const char *which) {
  char *sql = sqlite3_mprintf("SELECT count(*) FROM " NEWEST " AND %s", which);
  const bool some = records_number(records, sql, kind_text[kind]) > 0;
  sqlite3_free(sql);
  return some;
}

void claims_write(const record_set *records, claims_kind kind, FILE *page) {
  write_summary(records, kind, page);
  if (kind == CLAIMS_OF_THEORY) {
    write_table(records, kind, "true", page);
    return;
  }
  if (has_some(records, kind, "verdict <> 'holds'")) {
    write_table(records, kind, "verdict <> 'holds'", page);
  }
  if (has_some(records, kind, "verdict = 'holds'")) {
    fputs("<details><summary>Those that hold</summary>\n", page);
    write_table(records, kind, "verdict = 'holds'", page);
    fputs("</details>\n", page);
  }
}

/* SPDX-License-Identifier: MIT */
#include "tuned.h"

#include <stdbool.h>
#include <string.h>

#include "text.h"

static void write_outcome(sqlite3_stmt *query, int place, FILE *page) {
  fputs("<td class=\"number\">", page);
  if (strcmp(records_text(query, place), "converged") == 0) {
    text_count(page, records_real(query, place + 1));
  } else {
    text_html(page, records_text(query, place));
  }
}

void tuned_write(const record_set *records, FILE *page) {
  /* The newest of each; what was tuned names the same method with parameters. */
  sqlite3_stmt *query = records_query(
      records,
      "SELECT tuned.problem, (SELECT method FROM solve WHERE problem = tuned.problem AND method_name ="
      " tuned.method_name ORDER BY length(method) LIMIT 1) AS plain, newest.outcome, newest.cost, "
      "tuned.method,"
      " tuned.outcome, max(tuned.evaluations, coalesce(tuned.exact_resolvents, 0)),"
      " (SELECT count(*) FROM sample WHERE role = 'search' AND problem = tuned.problem AND method_name ="
      " tuned.method_name)"
      " FROM sample AS tuned LEFT JOIN solve AS newest ON newest.problem = tuned.problem AND newest.method = "
      "plain"
      " WHERE tuned.row IN (SELECT max(row) FROM sample WHERE role = 'tuned' GROUP BY problem, method_name)"
      " GROUP BY tuned.row ORDER BY tuned.problem, tuned.method",
      NULL);
  bool any = false;
  while (records_next(query)) {
    if (!any) {
      fputs(
          "<h3 id=\"tuned\">With default and with tuned parameters</h3>\n<p class=\"small\">Evaluations of "
          "F, or exact "
          "resolvents, until the tolerance. All other figures and tables show defaults.</p>\n"
          "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"tuned\"><table>\n<thead><tr>"
          "<th scope=\"col\">Problem<th scope=\"col\">Method<th scope=\"col\" class=\"number\">Default"
          "<th scope=\"col\" class=\"number\">Tuned<th scope=\"col\">Tuned parameters<th scope=\"col\" "
          "class=\"number\">Trials</tr></thead>\n<tbody>\n",
          page);
    }
    any = true;
    fputs("<tr><th scope=\"row\"><code>", page);
    text_html(page, records_text(query, 0));
    fputs("</code><td><code>", page);
    text_html(page, records_text(query, 1));
    fputs("</code>", page);
    write_outcome(query, 2, page);
    write_outcome(query, 5, page);
    fputs("<td><code>", page);
    text_html(page, records_text(query, 4));
    fprintf(page, "</code><td class=\"number\">%.0f\n", records_real(query, 7));
  }
  fputs(any ? "</tbody></table></div>\n" : "", page);
}

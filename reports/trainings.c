/* SPDX-License-Identifier: MIT */
/* How the training of networks went, method by method, over seeds. */
#include "trainings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/memory.h"
#include "charts.h"
#include "claims.h"
#include "panels.h"
#include "text.h"

static const char *const training_chart[] = {
#include "training.gp.inc"
};

enum { COLUMNS = 3, HEIGHT = 220, ITERATE = 0, MEAN = 1 };

/* The distance to the data, which every kind of data has. */
#define DISTANCE "measure IN ('sliced_wasserstein', 'frechet')"

/* Mean and range over seeds at every evaluation, of one kind of curve. */
static void add_curve(const record_set *records, const char *sql, const char *course, const char *method,
                      const char *name, int slot, curve_set *band, curve_set *data) {
  curves_begin(band, "", slot, 0);
  curves_begin(data, name, slot, 0);
  sqlite3_stmt *query = records_query(records, sql, course, method, NULL);
  while (records_next(query)) {
    const double x = records_real(query, 0);
    fprintf(band->points, "%.7g %.7g %.7g\n", x, records_real(query, 2), records_real(query, 3));
    curves_point(data, x, records_real(query, 1));
  }
}

static void add_panel(panel_grid *panels, const char *course, const char *method, const char *brief,
                      const char *x) {
  const record_set *records = panels->figures->records;
  static const char *const column[] = {[ITERATE] = "value", [MEAN] = "averaged"},
                           *const name[] = {[ITERATE] = "iterate", [MEAN] = "mean of the iterates"};
  curve_set band, data;
  panels_next(panels, "", brief);
  curves_init(&band, "band");
  curves_init(&data, "data");
  for (int kind = ITERATE; kind <= MEAN; kind++) {
    char *sql =
        sqlite3_mprintf("SELECT avg(%s), avg(%s), min(%s), max(%s) FROM training_value WHERE course = ?1 AND "
                        "method = ?2 AND " DISTANCE " AND %s IS NOT NULL GROUP BY place ORDER BY place",
                        x, column[kind], column[kind], column[kind], column[kind]);
    add_curve(records, sql, course, method, name[kind], kind, &band, &data);
    panels_add_legend(panels, name[kind], kind, 0);
    sqlite3_free(sql);
  }
  curves_end(&band, panels);
  curves_end(&data, panels);
  FIGURE_CHART(panels->figures, training_chart);
}

static void write_title(const char *course, const char *against, figure *made) {
  size_t size;
  FILE *title = text_open(&made->title, &size);
  fprintf(title, "Distance to the data against %s: <code>", against);
  text_html(title, course);
  fputs("</code>", title);
  text_close(title);
  made->note = memory_copy_text("");
  made->label =
      memory_copy_text("Distance of what the generator makes to the data along the training, by method");
}

/* The largest of 1, 2, 5, 10, 20, ... that is not above. */
static double round_step(double most) {
  const double unit = pow(10, floor(log10(fmax(most, 1e-9)))), digit = most / unit;
  return unit * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
}

static void add_figure(figure_list *figures, const char *course, const char *x, const char *against) {
  const record_set *records = figures->records;
  const int methods =
      (int)records_number(records, "SELECT count(DISTINCT method) FROM trained WHERE course = ?1", course);
  panel_grid panels = panels_begin(figures, FIGURE_TRAINING, x, course, methods, COLUMNS, HEIGHT, 2);
  char *sql = sqlite3_mprintf("SELECT max(%s) FROM training_value WHERE course = ?1", x);
  const double high = records_number(records, sql, course);
  fprintf(figures->script, "x_high = %.9g\nx_step = %.9g\nx_title = '%s'\ny_title = 'distance'\n", high,
          round_step(high / 2), against);
  sqlite3_free(sql);
  /* What ran away would squeeze the rest. */
  fprintf(figures->script, "y_high = %.9g\n",
          1.05 * fmax(records_number(
                          records,
                          "SELECT max(value) FROM (SELECT avg(value) AS value FROM training_value WHERE "
                          "course = ?1 AND " DISTANCE
                          " AND row NOT IN (SELECT row FROM trained WHERE diverged) GROUP BY method, place)",
                          course),
                      1e-9));
  sqlite3_stmt *query = records_query(
      records, "SELECT DISTINCT method, brief FROM trained WHERE course = ?1 ORDER BY method", course, NULL);
  while (records_next(query)) {
    add_panel(&panels, course, records_text(query, 0), records_text(query, 1), x);
  }
  write_title(course, against, panels.figure);
  figure_uses(figures, "row IN (SELECT row FROM trained WHERE course = ?1)", course, NULL);
  panels_end(&panels);
}

void chart_trainings(figure_list *self) {
  sqlite3_stmt *query = records_query(
      self->records, "SELECT course FROM trained GROUP BY course ORDER BY count(*) DESC, course", NULL);
  while (records_next(query)) {
    add_figure(self, records_text(query, 0), "calls", "steps");
    add_figure(self, records_text(query, 0), "seconds", "seconds");
  }
}

/* --- Tables -------------------------------------------------------------------------------------------- */

static void write_number(FILE *page, sqlite3_stmt *query, int column) {
  if (sqlite3_column_type(query, column) == SQLITE_NULL) {
    fputs("<td class=\"number\">–", page);
  } else {
    fprintf(page, "<td class=\"number\">%.3g", records_real(query, column));
  }
}

/* Mean and range over seeds. */
static void write_spread(FILE *page, sqlite3_stmt *query, int column) {
  write_number(page, query, column);
  if (records_real(query, column + 1) != records_real(query, column + 2)) {
    fprintf(page, "<br><span class=\"small\">%.3g to %.3g</span>", records_real(query, column + 1),
            records_real(query, column + 2));
  }
}

static void write_measures(const record_set *records, const char *course, const char *method, FILE *page) {
  sqlite3_stmt *query = records_query(
      records,
      "SELECT avg(value), min(value), max(value), avg(averaged), min(averaged), max(averaged) FROM late "
      "WHERE course = ?1 AND method = ?2 AND measure <> 'spread' GROUP BY measure ORDER BY measure",
      course, method, NULL);
  while (records_next(query)) {
    write_spread(page, query, 0);
    write_spread(page, query, 3);
  }
}

static void write_head(const record_set *records, const char *course, FILE *page) {
  fputs(
      "<thead><tr><th scope=\"col\">Method, steps G/D<th scope=\"col\" class=\"number\">Seeds<th "
      "scope=\"col\">Collapsed or diverged<th scope=\"col\" class=\"number\">ms a step<th scope=\"col\" "
      "class=\"number\">% in convolutions<th scope=\"col\" class=\"number\">% in the method<th scope=\"col\" "
      "class=\"number\">gradient",
      page);
  sqlite3_stmt *query = records_query(records,
                                      "SELECT DISTINCT replace(measure, '_', ' ') FROM late WHERE course = "
                                      "?1 AND measure <> 'spread' ORDER BY measure",
                                      course, NULL);
  while (records_next(query)) {
    fputs("<th scope=\"col\" class=\"number\">", page);
    text_html(page, records_text(query, 0));
    fputs("<th scope=\"col\" class=\"number\">@EMA", page);
  }
  fputs("</tr></thead>\n", page);
}

/* How many of the runs went wrong, and how. */
static void write_fates(const record_set *records, const char *course, const char *method, FILE *page) {
  sqlite3_stmt *query = records_query(records,
                                      "SELECT count(*), fate FROM fate WHERE course = ?1 AND method = ?2 AND "
                                      "fate <> '' GROUP BY fate ORDER BY 1 DESC",
                                      course, method, NULL);
  bool any = false;
  fputs("<td>", page);
  while (records_next(query)) {
    fprintf(page, "%s%.0f %s", any ? ", " : "", records_real(query, 0), records_text(query, 1));
    any = true;
  }
  fputs(any ? "" : "none", page);
}

/* Columns: method, brief, seeds, ms a step, percent of it in convolutions and in the method, gradient. */
static void write_row(const record_set *records, const char *course, sqlite3_stmt *query, FILE *page) {
  fputs("<tr><th scope=\"row\" title=\"", page);
  text_html(page, records_text(query, 0));
  fputs("\">", page);
  text_html(page, records_text(query, 1));
  write_number(page, query, 2);
  write_fates(records, course, records_text(query, 0), page);
  for (int column = 3; column <= 6; column++) {
    write_number(page, query, column);
  }
  write_measures(records, course, records_text(query, 0), page);
  fputc('\n', page);
}

static void write_course(const record_set *records, const char *course, FILE *page) {
  fputs("<h3>Late in training: <code>", page);
  text_html(page, course);
  fputs("</code></h3>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Late in "
        "training\"><table>\n",
        page);
  write_head(records, course, page);
  fputs("<tbody>\n", page);
  sqlite3_stmt *query =
      records_query(records,
                    "SELECT method, brief, count(*), 1e3 * avg(seconds / evaluations), 1e2 * avg(json ->> "
                    "'$.shares.convolutions'), 1e2 * avg(json ->> '$.shares.method'), (SELECT avg(gradient) "
                    "FROM late WHERE late.course = trained.course AND late.method = trained.method) FROM "
                    "trained WHERE course = ?1 GROUP BY method ORDER BY (SELECT avg(value) FROM late WHERE "
                    "late.course = trained.course AND late.method = trained.method AND " DISTANCE ") ",
                    course, NULL);
  while (records_next(query)) {
    write_row(records, course, query, page);
  }
  fputs("</tbody></table></div>\n", page);
}

static const char late_text[] =
    "<p class=\"small\">Means over the last quarter of the evaluations and over seeds, with the range over "
    "seeds below; nearest to the data first. @EMA: of the exponential mean of the same run's iterates, the "
    "control that every method has. <em>Ran away</em>: the parameters or the points are beyond all measure; "
    "<em>stands still</em>: the gradient is 0; <em>lost modes</em>: at most half of the modes that the run "
    "once had; <em>fell back</em>: the distance is over twice the least of the run.</p>\n";

/* --- Verdicts ------------------------------------------------------------------------------------------ */

/* What a verdict says, strongest first. */
static const struct verdict {
  const char *name, *meaning;
} verdicts[] = {
    {"stabilized", "nearer to the data than the base and than the mean of the base's iterates, with a "
                   "smaller gradient and less fluctuation: interpolation stabilized the training"},
    {"nearer, not calmer", "nearer than the base and than the mean of its iterates, but not with both a "
                           "smaller gradient and less fluctuation"},
    {"averaging explains it", "nearer than the base, but not than the mean of the base's iterates, which "
                              "never touches the training: no evidence of stability"},
    {"no clear difference", "no clear difference to the base"},
    {"farther", "farther from the data than the base"},
};
enum { VERDICTS = sizeof verdicts / sizeof *verdicts };

static void write_verdict(const record_set *records, const struct verdict *v, FILE *page) {
  sqlite3_stmt *query = records_query(
      records,
      "SELECT brief, course, seeds, base FROM interpolated WHERE verdict = ?1 ORDER BY course, brief",
      v->name, NULL);
  bool any = false;
  while (records_next(query)) {
    if (!any) {
      fprintf(page, "<li>%c%s: ", v->meaning[0] - 'a' + 'A', v->meaning + 1);
    }
    fputs(any ? "; " : "", page);
    text_html(page, records_text(query, 0));
    fputs(" over ", page);
    text_html(page, records_text(query, 3));
    fputs(" (<code>", page);
    text_html(page, records_text(query, 1));
    fputs(records_real(query, 2) == 1 ? "</code>, one seed)" : "</code>)", page);
    any = true;
  }
  fputs(any ? ".\n" : "", page);
}

void trainings_write_verdict(const record_set *records, FILE *page) {
  const double pairs = records_number(records, "SELECT count(*) FROM interpolated", NULL);
  if (pairs == 0) {
    return;
  }
  fprintf(page,
          "<h3>Does interpolation stabilize?</h3>\n<p>Of %.0f comparison%s of a method that interpolates "
          "with its base, step sizes of generator/discriminator behind each; an outcome counts where four of "
          "five seeds agree:</p>\n<ul>\n",
          pairs, pairs == 1 ? "" : "s");
  for (size_t i = 0; i < VERDICTS; i++) {
    write_verdict(records, &verdicts[i], page);
  }
  fputs("</ul>\n", page);
}

/* Each method that interpolates against its base on the same course, seed by seed. */
static void write_controls(const record_set *records, FILE *page) {
  sqlite3_stmt *query =
      records_query(records,
                    "SELECT brief, base, course, distance, base_distance, mean_distance, fluctuation, "
                    "base_fluctuation, gradient, base_gradient, verdict, nearer, nearer_than_mean, calmer, "
                    "seeds FROM interpolated ORDER BY course, brief",
                    NULL);
  fputs("<h3>Interpolation beside its base and beside averaging</h3>\n<p class=\"small\">Late in training. "
        "Stability is what lowers the fluctuation and the gradient of the training itself; step sizes differ "
        "where the first column says so.</p>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"Interpolation\"><table>\n<thead><tr><th scope=\"col\">Interpolates, base<th "
        "scope=\"col\" class=\"number\">Distance<th scope=\"col\" class=\"number\">base<th scope=\"col\" "
        "class=\"number\">base@EMA<th scope=\"col\" class=\"number\">Fluctuation<th scope=\"col\" "
        "class=\"number\">base<th scope=\"col\" class=\"number\">Gradient<th scope=\"col\" "
        "class=\"number\">base<th scope=\"col\">Verdict<th scope=\"col\">Seeds in which it "
        "is</tr></thead>\n<tbody>\n",
        page);
  while (records_next(query)) {
    fputs("<tr><th scope=\"row\">", page);
    text_html(page, records_text(query, 0));
    fputs("<br>", page);
    text_html(page, records_text(query, 1));
    fputs("<br><span class=\"small\">", page);
    text_html(page, records_text(query, 2));
    fputs("</span>", page);
    for (int column = 3; column <= 9; column++) {
      write_number(page, query, column);
    }
    fprintf(page, "<td>%s<td class=\"small\">%.0f of %.0f nearer<br>%.0f nearer than @EMA<br>%.0f calmer\n",
            records_text(query, 10), records_real(query, 11), records_real(query, 14),
            records_real(query, 12), records_real(query, 13));
  }
  fputs("</tbody></table></div>\n", page);
}

void trainings_write(const record_set *records, FILE *page) {
  fputs(late_text, page);
  sqlite3_stmt *query = records_query(
      records, "SELECT course FROM trained GROUP BY course ORDER BY count(*) DESC, course", NULL);
  while (records_next(query)) {
    write_course(records, records_text(query, 0), page);
  }
  if (records_number(records, "SELECT count(*) FROM interpolated", NULL) > 0) {
    write_controls(records, page);
  }
  if (claims_exist(records, CLAIMS_OF_TRAININGS)) {
    fputs("<h3>What was expected</h3>\n", page);
    claims_write(records, CLAIMS_OF_TRAININGS, page);
  }
}

/* SPDX-License-Identifier: MIT */
/* Who needs the fewest evaluations on which game at which rho, in one picture: a row a game, and a second one without
 * the methods that ask for an affine F where such a method wins. */
#include "charts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/memory.h"
#include "panels.h"
#include "text.h"
#include "theory.h"

static const char *const winners_sql[] = {
#include "winners.sql.inc"
};
static const char *const winners_chart[] = {
#include "winners.gp.inc"
};

enum { ROWS = 40, ROW = 24, TOP = 14, BOTTOM = 56, NOBODY = -1 };
static const double least = -1.12, half_width = 0.025; /* in rho L: what lies below, and a single rho */

/* Neighbouring rho with one winner. */
typedef struct stretch {
  size_t row;
  double low, high; /* rho L */
  char *method;     /* "": nobody solves it */
  int slot;
} stretch;

typedef struct picture {
  figure_list *figures;
  stretch *list;
  size_t count, rows;
  char **name; /* of the rows */
  double low, high;
} picture;

/* --- Who wins ----------------------------------------------------------------------------------------- */

static void find_winners(const record_set *records) {
  records_next(records_query(records, "CREATE TABLE linear(method TEXT PRIMARY KEY)", NULL));
  sqlite3_stmt *query = records_query(records, "SELECT method FROM colour", NULL);
  while (records_next(query)) {
    if (theory_needs_affine(records_text(query, 0))) {
      records_next(records_query(records, "INSERT INTO linear VALUES(?1)", records_text(query, 0), NULL));
    }
  }
  RECORDS_RUN(records, winners_sql);
}

static void add_stretch(picture *self, double low, double high, sqlite3_stmt *winner) {
  const char *method = records_text(winner, 1);
  stretch *last = self->count > 0 ? &self->list[self->count - 1] : NULL;
  if (last != NULL && last->row == self->rows && last->high == low && strcmp(last->method, method) == 0) {
    last->high = high;
  } else {
    self->list = memory_resize(self->list, self->count + 1, sizeof *self->list);
    self->list[self->count++] =
        (stretch){self->rows, low, high, memory_copy_text(method), (int)records_real(winner, 2)};
  }
  self->low = fmin(self->low, low);
  self->high = fmax(self->high, high);
}

/* The rho L of a game, none left of the picture. */
static double *read_places(const record_set *records, const char *game, double lipschitz, size_t *count) {
  double *place = NULL;
  *count = 0;
  sqlite3_stmt *query =
      records_query(records, "SELECT rho FROM winner WHERE linear AND game = ?1 ORDER BY rho", game, NULL);
  while (records_next(query)) {
    place = memory_resize(place, *count + 1, sizeof *place);
    place[(*count)++] = fmax(lipschitz * records_real(query, 0), least);
  }
  return place;
}

/* The far side of the first and of the last place, where `inner` is the other one. */
static double outer(double inner) {
  return isnan(inner) ? half_width : fmin(inner, half_width);
}

/* Places meet half-way between neighbours. */
static void add_row(picture *self, const char *game, double lipschitz, bool linear) {
  size_t count;
  double *place = read_places(self->figures->records, game, lipschitz, &count);
  sqlite3_stmt *query = records_query(self->figures->records,
                                      "SELECT rho, method, coalesce(slot, -1) FROM winner WHERE game = ?1"
                                      " AND linear = CAST(?2 AS INTEGER) ORDER BY rho",
                                      game, linear ? "1" : "0", NULL);
  for (size_t i = 0; records_next(query); i++) {
    const double before = i > 0 ? (place[i] - place[i - 1]) / 2 : NAN,
                 behind = i + 1 < count ? (place[i + 1] - place[i]) / 2 : NAN;
    add_stretch(self, place[i] - (isnan(before) ? outer(behind) : before),
                place[i] + (isnan(behind) ? outer(before) : behind), query);
  }
  free(place);
  self->name = memory_resize(self->name, self->rows + 1, sizeof *self->name);
  self->name[self->rows++] = memory_copy_text(linear ? game : "without linear solvers");
}

static void read_games(picture *self) {
  char *sql = sqlite3_mprintf(
      "SELECT game, lipschitz, linear FROM (SELECT DISTINCT game, linear FROM winner) JOIN game"
      " USING (game) WHERE lipschitz > 0 ORDER BY game.rowid, linear DESC LIMIT %d",
      ROWS);
  sqlite3_stmt *query = records_query(self->figures->records, sql, NULL);
  sqlite3_free(sql);
  while (records_next(query)) {
    add_row(self, records_text(query, 0), records_real(query, 1), records_real(query, 2) != 0);
  }
}

/* --- Drawing ------------------------------------------------------------------------------------------ */

static double longest_name(const picture *self) {
  size_t longest = 0;
  for (size_t i = 0; i < self->rows; i++) {
    longest = strlen(self->name[i]) > longest ? strlen(self->name[i]) : longest;
  }
  return (double)longest;
}

static void write_names(const picture *self, FILE *script) {
  fputs("set ytics ()\n", script);
  for (size_t i = 0; i < self->rows; i++) {
    fputs("set ytics add (", script);
    text_gnuplot(script, self->name[i]);
    fprintf(script, " %g)\n", (double)i + 0.5);
  }
}

/* Inside of quotes in a datablock, which know no escapes. */
static void write_word(FILE *script, const char *word) {
  for (; *word != '\0'; word++) {
    fputc(*word > ' ' && *word <= '~' && *word != '"' && *word != '\\' ? *word : '?', script);
  }
}

/* Names stand inside of their stretch where there is room, else beside a stretch that is alone in its row. */
static void write_labels(const picture *self, double pixels, FILE *script) {
  fputs("$labels << EOD\n? ? ?\n", script);
  for (size_t i = 0; i < self->count; i++) {
    const stretch *one = &self->list[i];
    const char *name = one->slot == NOBODY ? "nobody" : one->method;
    const double needed = (12 + 6.2 * (double)strlen(name)) / pixels;
    const bool alone = (i == 0 || self->list[i - 1].row != one->row) &&
                       (i + 1 == self->count || self->list[i + 1].row != one->row);
    double x = NAN;
    if (one->high - one->low >= needed) {
      x = (one->low + one->high) / 2;
    } else if (alone) {
      x = self->high - one->high >= needed ? one->high + needed / 2 : one->low - needed / 2;
    }
    if (!isnan(x)) {
      fprintf(script, "%.9g %g \"", x, (double)one->row + 0.5);
      write_word(script, name);
      fputs("\"\n", script);
    }
  }
  fputs("EOD\n", script);
}

static void write_stretches(panel_grid *panels, const picture *self) {
  curve_set data;
  curves_init(&data, "data");
  const record_set *records = self->figures->records;
  sqlite3_stmt *query =
      records_query(records, "SELECT DISTINCT method, coalesce(slot, -1) FROM winner ORDER BY 2", NULL);
  while (records_next(query)) {
    const char *method = records_text(query, 0);
    const int slot = (int)records_real(query, 1);
    bool any = false;
    for (size_t i = 0; i < self->count; i++) {
      const stretch *one = &self->list[i];
      if (strcmp(one->method, method) != 0) {
        continue;
      }
      if (!any) {
        curves_begin(&data, slot == NOBODY ? "nobody" : method, slot, 0);
      }
      any = true;
      fprintf(data.points, "%.9g %g %.9g %.9g %g %g\n", (one->low + one->high) / 2, (double)one->row + 0.5,
              one->low, one->high, (double)one->row + 0.08, (double)one->row + 0.92);
    }
    if (any && slot != NOBODY) {
      panels_add_legend(panels, method, slot, 0);
    }
  }
  curves_end(&data, panels);
}

/* "minres at 20 of 48 places, eg+ at 3": the three that win most often. */
static void write_champions(const record_set *records, const char *condition, FILE *title) {
  char *sql = sqlite3_mprintf("SELECT coalesce(method, 'nobody'), count(*), sum(count(*)) OVER () FROM winner"
                              " WHERE %s GROUP BY method ORDER BY method IS NULL, 2 DESC, 1 LIMIT 3",
                              condition);
  sqlite3_stmt *query = records_query(records, sql, NULL);
  sqlite3_free(sql);
  for (int i = 0; records_next(query); i++) {
    fputs(i == 0 ? "" : ", ", title);
    text_html(title, records_text(query, 0));
    fprintf(title, i == 0 ? " at %.0f of %.0f places" : " at %.0f", records_real(query, 1),
            records_real(query, 2));
  }
}

static void write_title(const picture *self, figure *made) {
  size_t size;
  const record_set *records = self->figures->records;
  FILE *title = text_open(&made->title, &size);
  fputs("Fewest evaluations of F: ", title);
  write_champions(records, "linear", title);
  if (records_number(records, "SELECT count(*) FROM winner WHERE NOT linear", NULL) > 0) {
    fputs("; without linear solvers, where these win: ", title);
    write_champions(records, "NOT linear", title);
  }
  text_close(title);
}

static void free_picture(picture *self) {
  for (size_t i = 0; i < self->count; i++) {
    free(self->list[i].method);
  }
  for (size_t i = 0; i < self->rows; i++) {
    free(self->name[i]);
  }
  free(self->list);
  free(self->name);
}

void chart_winners(figure_list *self) {
  picture all = {.figures = self, .low = INFINITY, .high = -INFINITY};
  find_winners(self->records);
  read_games(&all);
  if (all.rows > 0) {
    const size_t methods =
        (size_t)records_number(self->records, "SELECT count(DISTINCT method) FROM winner", NULL);
    panel_grid panels = panels_begin(self, FIGURE_OVERVIEW, "winners", "games", 1, 1,
                                     TOP + BOTTOM + ROW * (int)all.rows, methods);
    panels.left = (int)fmin(24 + 6.6 * longest_name(&all), 320);
    panels.top = TOP;
    panels.bottom = BOTTOM;
    panels_next(&panels, "", "");
    fprintf(self->script, "rows = %zu\nx_low = %.9g\nx_high = %.9g\nbelow = %d\n", all.rows, all.low,
            all.high, all.low < -1.03);
    write_names(&all, self->script);
    write_stretches(&panels, &all);
    write_labels(&all, (panels.width - panels.left - panels.right) / (all.high - all.low), self->script);
    FIGURE_CHART(self, winners_chart);
    write_title(&all, panels.figure);
    panels.figure->note = memory_copy_text(
        records_number(self->records, "SELECT count(*) FROM game WHERE rhos = 0 OR lipschitz IS NULL", NULL) >
                0
            ? "Of methods that solve every instance; exact resolvents and other software do not compete. "
              "Games "
              "without a known ρ and L have no place here."
            : "Of methods that solve every instance; exact resolvents and other software do not compete.");
    panels.figure->label = memory_copy_text("The method with the fewest evaluations by game and rho times L");
    figure_uses(self, "row IN (SELECT row FROM solve)", NULL, NULL);
    panels_end(&panels);
  }
  free_picture(&all);
}

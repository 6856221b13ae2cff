/* SPDX-License-Identifier: MIT */
/* Heat maps: evaluations to the tolerance by method and rho, with the proved thresholds drawn in. */
#include "charts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/memory.h"
#include "notes.h"
#include "text.h"
#include "theory.h"

static const char *const heat_chart[] = {
#include "heat.gp.inc"
};

enum { WIDTH = 1080, ROW_HEIGHT = 24, TOP = 44, BOTTOM = 56, NARROWEST_TEXT = 30 };

/* Outcomes but converged that share a look. The texts stand for the outcome in black and white. */
static const struct {
  const char *outcomes, *name, *mark;
  unsigned colour;
} other[] = {
    {"'max_evaluations', 'max_iterations', 'max_time'", "– limit reached", "–", 0xebebe6},
    {"'diverged'", "× diverged", "×", 0xf5d7d2},
    {"'stalled'", "= stalled", "=", 0xebebe6},
    {"'interrupted'", "? interrupted", "?", 0xebebe6},
};

/* The axes of one map. */
typedef struct heat_map {
  const figure_list *figures;
  const char *game;
  double *rho;
  size_t columns, rows;
  double low, high; /* costs of converged runs */
} heat_map;

static void read_columns(heat_map *self) {
  sqlite3_stmt *query = records_query(self->figures->records,
                                      "SELECT DISTINCT rho FROM solve WHERE game = ?1 AND rho IS NOT NULL"
                                      " ORDER BY rho",
                                      self->game, NULL);
  while (records_next(query)) {
    self->rho = memory_resize(self->rho, self->columns + 1, sizeof *self->rho);
    self->rho[self->columns++] = records_real(query, 0);
  }
}

/* Columns meet half-way between neighbouring rho. */
static double left_edge(const heat_map *self, size_t column) {
  const double *rho = self->rho;
  return column > 0 ? 0.5 * (rho[column - 1] + rho[column]) : 1.5 * rho[0] - 0.5 * rho[1];
}

static double right_edge(const heat_map *self, size_t column) {
  size_t last = self->columns - 1;
  const double *rho = self->rho;
  return column < last ? 0.5 * (rho[column] + rho[column + 1]) : 1.5 * rho[last] - 0.5 * rho[last - 1];
}

static size_t column_of(const heat_map *self, double rho) {
  size_t column = 0;
  while (column + 1 < self->columns && self->rho[column] < rho) {
    column++;
  }
  return column;
}

/* A star: not in every instance. */
static void write_text(const heat_map *self, FILE *script, double cost, bool partly, const char *mark) {
  fputs(" \"", script);
  if (WIDTH * 0.72 / (double)self->columns >= NARROWEST_TEXT) {
    if (mark != NULL) {
      fputs(mark, script);
    } else {
      text_short_count(script, cost);
      fputs(partly ? "*" : "", script);
    }
  }
  /* Light text on the dark end of the scale. */
  double depth = log(cost / self->low) / log(self->high / self->low);
  fprintf(script, "\" %u\n", depth > 0.45 ? 0xfefefeu : 0x010101u);
}

#define CELLS                                                                                                \
  "SELECT place, rho, cost, cell.solved < runs FROM cell JOIN ranking USING (game, method) WHERE game = ?1 " \
  "AND "                                                                                                     \
  "rho IS NOT NULL"

/* The cells of some outcomes; their number. */
static size_t write_cells(const heat_map *self, const char *outcomes, const char *mark) {
  FILE *script = self->figures->script;
  char *sql = sqlite3_mprintf(CELLS " AND outcome IN (%s)", outcomes);
  sqlite3_stmt *query = records_query(self->figures->records, sql, self->game, NULL);
  size_t count = 0;
  for (; records_next(query); count++) {
    double row = records_real(query, 0), cost = fmax(1, records_real(query, 2));
    size_t column = column_of(self, records_real(query, 1));
    double left = left_edge(self, column), right = right_edge(self, column), gap = 0.02 * (right - left);
    fprintf(script, "%.17g %g %.17g %.17g %g %g %.17g", 0.5 * (left + right), row + 0.5, left + gap,
            right - gap, row + 0.06, row + 0.94, cost);
    write_text(self, script, cost, records_real(query, 3) != 0, mark);
  }
  sqlite3_free(sql);
  return count;
}

static void write_converged(const heat_map *self) {
  FILE *script = self->figures->script;
  fputs("$converged << EOD\n", script);
  if (write_cells(self, "'converged'", NULL) == 0) {
    fputs("? ? ? ? ? ? ? ? ?\n", script);
  }
  fputs("EOD\n", script);
}

/* Those that occur, and what the legend calls them. */
static void write_others(const heat_map *self) {
  FILE *script = self->figures->script;
  enum { KINDS = sizeof other / sizeof *other };
  int found[KINDS], count = 0;
  fputs("$others << EOD\n", script);
  for (int i = 0; i < KINDS; i++) {
    if (write_cells(self, other[i].outcomes, other[i].mark) > 0) {
      found[count++] = i;
      fputs("\n\n", script);
    }
  }
  fprintf(script, "EOD\nothers = %d\narray other_name[%d]\narray other_colour[%d]\n", count, KINDS, KINDS);
  for (int i = 0; i < count; i++) {
    fprintf(script, "other_name[%d] = '%s'\nother_colour[%d] = %u\n", i + 1, other[found[i]].name, i + 1,
            other[found[i]].colour);
  }
}

static void write_rows(const heat_map *self, double lipschitz) {
  FILE *script = self->figures->script;
  double first = left_edge(self, 0), last = right_edge(self, self->columns - 1);
  sqlite3_stmt *query = records_query(
      self->figures->records, "SELECT method, place, exact FROM ranking WHERE game = ?1", self->game, NULL);
  fputs("set ytics ()\n$proved << EOD\n? ? ? ?\n", script);
  char *tics;
  size_t size;
  FILE *labels = text_open(&tics, &size);
  while (records_next(query)) {
    const char *method = records_text(query, 0);
    double row = records_real(query, 1), from = theory_threshold(method) / lipschitz;
    if (from < last) {
      fprintf(script, "%.17g %.17g %g %g\n", fmax(from, first), last, row + 0.06, row + 0.94);
    }
    fputs("set ytics add (", labels);
    text_gnuplot(labels, method);
    fprintf(labels, " %g)\n", row + 0.5);
  }
  fputs("EOD\n", script);
  text_close(labels);
  fputs(tics, script);
  free(tics);
}

static void write_columns(const heat_map *self) {
  FILE *script = self->figures->script;
  fprintf(script, "x_low = %.17g\nx_high = %.17g\n", left_edge(self, 0), right_edge(self, self->columns - 1));
  size_t stride = 1 + self->columns / 24;
  for (size_t i = 0; i < self->columns; i += stride) {
    fprintf(script, "set xtics %s ('%.4g' %.17g)\n", i == 0 ? "" : "add", self->rho[i], self->rho[i]);
  }
}

/* At the ends of the scale and in the middle. */
static void write_cost_tics(const heat_map *self) {
  FILE *script = self->figures->script;
  const double cost[] = {self->low, sqrt(self->low * self->high), self->high};
  for (int i = 0; i < 3; i++) {
    fprintf(script, "set cbtics %s ('", i == 0 ? "" : "add");
    text_short_count(script, cost[i]);
    fprintf(script, "' %.17g)\n", cost[i]);
  }
}

static void read_costs(heat_map *self) {
  sqlite3_stmt *query = records_query(
      self->figures->records,
      "SELECT min(cost), max(cost) FROM cell WHERE game = ?1 AND outcome = 'converged'", self->game, NULL);
  if (records_next(query)) {
    double low = records_real(query, 0), high = records_real(query, 1);
    self->low = isnan(low) ? 1 : fmax(1, low);
    self->high = fmax(isnan(high) ? 1 : high, 2 * self->low);
    records_end(query);
  }
}

/* The width of the longest method name, in a sans-serif font of 12 pixels. */
static double label_width(const heat_map *self) {
  return 24 + 6.6 * records_number(self->figures->records,
                                   "SELECT max(length(method)) FROM ranking WHERE game = ?1", self->game);
}

static void write_title(const heat_map *self, figure *made) {
  size_t size;
  FILE *stream = text_open(&made->title, &size);
  char columns[32];
  snprintf(columns, sizeof columns, "%zu", self->columns);
  sqlite3_stmt *query =
      records_query(self->figures->records,
                    "SELECT count(*), coalesce(sum(solved = CAST(?2 AS INTEGER)), 0) FROM ranking"
                    " WHERE game = ?1",
                    self->game, columns, NULL);
  if (records_next(query)) {
    fputs("<code>", stream);
    text_html(stream, self->game);
    double methods = records_real(query, 0), solvers = records_real(query, 1);
    if (solvers > 0) {
      fprintf(stream, "</code>: %.0f of %.0f methods reach", solvers, methods);
    } else {
      fprintf(stream, "</code>: none of %.0f methods reaches", methods);
    }
    fprintf(stream, " the tolerance at every ρ from %.4g to %.4g", self->rho[0],
            self->rho[self->columns - 1]);
    records_end(query);
  }
  text_close(stream);
}

static void add_map(figure_list *figures, const char *game, double lipschitz) {
  heat_map self = {.figures = figures, .game = game};
  read_columns(&self);
  read_costs(&self);
  self.rows = (size_t)records_number(figures->records, "SELECT count(*) FROM ranking WHERE game = ?1", game);

  int height = TOP + BOTTOM + ROW_HEIGHT * (int)self.rows;
  figure *made = figure_begin(figures, FIGURE_HEAT, "heat", game, WIDTH, height);
  fprintf(figures->script, "rows = %zu\nheight = %d\nleft_edge = %g\ncost_low = %.17g\ncost_high = %.17g\n",
          self.rows, height, label_width(&self) / WIDTH, self.low, self.high);
  write_cost_tics(&self);
  write_columns(&self);
  write_rows(&self, lipschitz);
  write_converged(&self);
  write_others(&self);
  FIGURE_CHART(figures, heat_chart);

  write_title(&self, made);
  made->note = notes_on(figures->records, "game = ?1", game);
  made->label = memory_copy_text("Evaluations to the tolerance by method and rho");
  figure_uses(figures, "row IN (SELECT row FROM solve WHERE game = ?1)", game, NULL);
  free(self.rho);
}

void chart_heat_maps(figure_list *self) {
  sqlite3_stmt *query =
      records_query(self->records, "SELECT game, lipschitz FROM game WHERE sweep ORDER BY rowid", NULL);
  while (records_next(query)) {
    add_map(self, records_text(query, 0), records_real(query, 1));
  }
}

/* SPDX-License-Identifier: MIT */
/* Residual against evaluations, from the first hits of log-spaced targets. */
#include "charts.h"

#include <math.h>
#include <stdlib.h>

#include <lerp/spec.h>

#include "../bench/memory.h"
#include "notes.h"
#include "panels.h"
#include "rho.h"
#include "text.h"

static const char *const residual_chart[] = {
#include "residual.gp.inc"
};

enum { COLUMNS = 3, HEIGHT = 330 };

/* The runs of one panel: ?1 the game, ?2 its rho or nothing. */
#define RUNS "game = ?1 AND (?2 = '' OR rho = CAST(?2 AS REAL))"

/* The curve of one run, or its level and end where it hit no target. */
static double add_hits(curve_set *data, const record_set *records, const char *hits, bool by_iterations) {
  double level = 1;
  sqlite3_stmt *query =
      records_query(records,
                    "SELECT at.value, target.value / CAST(json_extract(?1, '$.per_decade') AS REAL)"
                    " FROM json_each(?1, '$.target') AS target JOIN json_each(?1, ?2) AS at USING (key) "
                    "ORDER BY target.key",
                    hits, by_iterations ? "$.first_iterations" : "$.first_evaluations", NULL);
  while (records_next(query)) {
    level = pow(10, -records_real(query, 1));
    curves_point(data, fmax(1, records_real(query, 0)), level);
  }
  return level;
}

static void add_run(panel_grid *panels, curve_set *data, curve_set *lost, sqlite3_stmt *run) {
  const char *method = records_text(run, 0);
  int slot = (int)records_real(run, 1);
  bool converged = records_real(run, 2) != 0, exact = records_real(run, 4) != 0;
  double cost = fmax(1, records_real(run, 3));
  curves_begin(data, method, slot, 0);
  curves_point(data, 1, 1);
  double level = add_hits(data, panels->figures->records, records_text(run, 5), exact);
  if (!converged) {
    curves_point(data, cost, level);
    curves_begin(lost, method, slot, 0);
    curves_point(lost, cost, level);
  }
  panels_add_legend(panels, method, slot, 0);
}

static void add_panel(panel_grid *panels, const char *prefix, const char *title, const char *game,
                      const char *rho) {
  panels_next(panels, prefix, title);
  curve_set data, lost;
  curves_init(&data, "data");
  curves_init(&lost, "lost");
  sqlite3_stmt *run =
      records_query(panels->figures->records,
                    "SELECT method, slot, outcome = 'converged', cost, exact, hits FROM solve JOIN colour"
                    " USING (method) WHERE hits IS NOT NULL AND " RUNS " ORDER BY slot DESC",
                    game, rho, NULL);
  while (records_next(run)) {
    add_run(panels, &data, &lost, run);
  }
  curves_end(&data, panels);
  curves_end(&lost, panels);
  FIGURE_CHART(panels->figures, residual_chart);
  figure_uses(panels->figures, "row IN (SELECT row FROM solve WHERE " RUNS ")", game, rho);
}

static void write_winner(const figure_list *figures, FILE *title, const char *game, const char *rho) {
  sqlite3_stmt *query =
      records_query(figures->records,
                    "SELECT method, cost FROM solve WHERE outcome = 'converged' AND NOT exact AND " RUNS
                    " ORDER BY cost, method LIMIT 1",
                    game, rho, NULL);
  if (!records_next(query)) {
    fprintf(title, "none (ρ = %s)", rho);
    return;
  }
  text_html(title, records_text(query, 0));
  fprintf(title, " (ρ = %s, ", rho);
  text_count(title, records_real(query, 1));
  fputs(" evaluations)", title);
  records_end(query);
}

static void write_limits(const figure_list *figures, const char *condition, const char *game) {
  char *sql = sqlite3_mprintf("SELECT max(cost), max(tolerance) FROM solve WHERE %s", condition);
  sqlite3_stmt *query = records_query(figures->records, sql, game, NULL);
  sqlite3_free(sql);
  if (records_next(query)) {
    double tolerance = records_real(query, 1);
    if (!(tolerance > 0)) {
      tolerance = 1e-12;
    }
    fprintf(figures->script, "x_high = %.17g\ntolerance = %.17g\ny_low = %.17g\n",
            fmax(10, 1.3 * records_real(query, 0)), tolerance, tolerance / 3);
    records_end(query);
  }
}

static void add_game(figure_list *figures, const char *game) {
  rho_choice rho = rho_choose(figures->records, "game = ?1", game);
  size_t methods =
      (size_t)records_number(figures->records, "SELECT count(*) FROM ranking WHERE game = ?1", game);
  panel_grid panels =
      panels_begin(figures, FIGURE_RESIDUAL, "residual", game, rho.count, COLUMNS, HEIGHT, methods);
  size_t size;
  FILE *title = text_open(&panels.figure->title, &size);
  fputs("<code>", title);
  text_html(title, game);
  fputs("</code>: first at the tolerance: ", title);
  write_limits(figures, "game = ?1", game);
  for (int i = 0; i < rho.count; i++) {
    add_panel(&panels, "ρ = ", rho.text[i], game, rho.text[i]);
    fputs(i == 0 ? "" : ", ", title);
    write_winner(figures, title, game, rho.text[i]);
  }
  text_close(title);
  panels.figure->note = notes_on(figures->records, "game = ?1", game);
  panels.figure->label = memory_copy_text("Residual against evaluations by method, one panel per rho");
  panels_end(&panels);
}

/* The games that were solved at few rho, in one figure. */
#define FEW_RHO "game IN (SELECT game FROM game WHERE NOT sweep)"

static void add_other_games(figure_list *figures) {
  const record_set *records = figures->records;
  int count = (int)records_number(records, "SELECT count(DISTINCT problem) FROM solve WHERE " FEW_RHO, NULL);
  if (count == 0) {
    return;
  }
  size_t methods =
      (size_t)records_number(records, "SELECT count(DISTINCT method) FROM solve WHERE " FEW_RHO, NULL);
  panel_grid panels =
      panels_begin(figures, FIGURE_RESIDUAL, "residual", "games", count, COLUMNS, HEIGHT, methods);
  write_limits(figures, FEW_RHO, NULL);
  sqlite3_stmt *query = records_query(
      records, "SELECT DISTINCT problem, game, rho FROM solve WHERE " FEW_RHO " ORDER BY game, rho", NULL);
  while (records_next(query)) {
    char rho[RHO_TEXT] = "";
    if (!isnan(records_real(query, 2))) {
      lerp_format_number(records_real(query, 2), rho, sizeof rho);
    }
    add_panel(&panels, "", records_text(query, 0), records_text(query, 1), rho);
  }
  panels.figure->title = memory_copy_text("Games at single ρ: who reaches the tolerance, and how soon");
  panels.figure->note = notes_on(records, FEW_RHO, NULL);
  panels.figure->label = memory_copy_text("Residual against evaluations by method, one panel per game");
  panels_end(&panels);
}

void chart_residuals(figure_list *self) {
  sqlite3_stmt *query =
      records_query(self->records, "SELECT game FROM game WHERE sweep ORDER BY rowid", NULL);
  while (records_next(query)) {
    add_game(self, records_text(query, 0));
  }
  add_other_games(self);
}

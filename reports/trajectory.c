/* SPDX-License-Identifier: MIT */
/* Trajectories of two-dimensional games, one panel a method: who cycles, who converges. */
#include "charts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/memory.h"
#include "field.h"
#include "panels.h"
#include "rho.h"
#include "text.h"

static const char *const trajectory_chart[] = {
#include "trajectory.gp.inc"
};

/* Panels are square: 216 - 34 - 8 = 224 - 26 - 24. */
enum {
  COLUMNS = 5,
  HEIGHT = 224,
  LEFT = 34,
  RIGHT = 8,
  TOP = 26,
  BOTTOM = 24,
  ARROWS = 11,
  PATH_HEAD = 400,
  PATH_TAIL = 330
};

/* The newest run of each method that has a trajectory on this problem. */
#define RUNS                                                                                                 \
  "(SELECT max(row) AS row FROM sample WHERE problem = ?1 AND row IN (SELECT row FROM trajectory)"           \
  " GROUP BY method)"

/* Half the width of the square that shows every run but the diverged ones. */
static double find_extent(const record_set *records, const char *problem) {
  double extent =
      records_number(records,
                     "SELECT max(max(abs(x), abs(y))) FROM trajectory WHERE row IN (SELECT row FROM "
                     "sample WHERE row IN " RUNS " AND outcome <> 'diverged') OR iteration = 0"
                     " AND row IN " RUNS,
                     problem);
  return extent > 0 ? 1.05 * extent : 1;
}

/* An arrow along -F, the direction of descent-ascent, as one line: shaft, barb, tip, barb. */
static void write_arrow(FILE *script, double x, double y, const double f[2], double length) {
  double norm = hypot(f[0], f[1]);
  if (norm == 0) {
    return;
  }
  double u = -f[0] / norm * length, v = -f[1] / norm * length;
  double tip_x = x + 0.5 * u, tip_y = y + 0.5 * v;
  fprintf(script, "%.4g %.4g\n%.4g %.4g\n%.4g %.4g\n%.4g %.4g\n%.4g %.4g\n\n", x - 0.5 * u, y - 0.5 * v,
          tip_x, tip_y, tip_x - 0.3 * u - 0.2 * v, tip_y - 0.3 * v + 0.2 * u, tip_x, tip_y,
          tip_x - 0.3 * u + 0.2 * v, tip_y - 0.3 * v - 0.2 * u);
}

/* false: the problem is not known here. */
static bool write_field(const figure_list *figures, const char *problem, double extent) {
  FILE *script = figures->script;
  vector_field *field = field_new(problem);
  double cell = 2 * extent / ARROWS, f[2];
  fputs("$field << EOD\n? ?\n\n", script);
  for (int i = 0; field != NULL && i < ARROWS * ARROWS; i++) {
    double x = -extent + (i % ARROWS + 0.5) * cell, y = -extent + (i / ARROWS + 0.5) * cell;
    if (field_at(field, x, y, f)) {
      write_arrow(script, x, y, f, 0.7 * cell);
    }
  }
  fputs("EOD\n", script);
  const bool known = field != NULL;
  field_free(field);
  return known;
}

typedef struct point {
  double x, y;
} point;

/* The iterates that differ to the eye. */
static point *read_path(const figure_list *figures, const char *row, double extent, size_t *count) {
  sqlite3_stmt *query = records_query(
      figures->records, "SELECT x, y FROM trajectory WHERE row = CAST(?1 AS INTEGER) ORDER BY iteration", row,
      NULL);
  point *path = NULL;
  size_t kept = 0;
  while (records_next(query)) {
    point p = {records_real(query, 0), records_real(query, 1)};
    if (!isfinite(p.x) || !isfinite(p.y)) {
      continue;
    }
    if (kept == 0 || hypot(p.x - path[kept - 1].x, p.y - path[kept - 1].y) > 0.015 * extent) {
      path = memory_resize(path, kept + 1, sizeof *path);
      path[kept++] = p;
    }
  }
  *count = kept;
  return path;
}

static void write_path(FILE *script, const point *path, size_t count) {
  fputs("$path << EOD\n", script);
  for (size_t i = 0; i < count; i++) {
    if (i < PATH_HEAD || i + PATH_TAIL >= count) {
      fprintf(script, "%.5g %.5g\n", path[i].x, path[i].y);
    } else if (i == PATH_HEAD) {
      fputc('\n', script);
    }
  }
  fprintf(script, "EOD\n$begin << EOD\n%.5g %.5g\nEOD\n$end << EOD\n%.5g %.5g\nEOD\n", path[0].x, path[0].y,
          path[count - 1].x, path[count - 1].y);
}

/* Columns: row, method, outcome, evaluations. */
static void add_panel(panel_grid *panels, sqlite3_stmt *run, double extent) {
  size_t count;
  point *path = read_path(panels->figures, records_text(run, 0), extent, &count);
  if (count == 0) {
    return;
  }
  FILE *script = panels->figures->script;
  bool converged = strcmp(records_text(run, 2), "converged") == 0;
  char *title;
  size_t size;
  FILE *stream = text_open(&title, &size);
  fprintf(stream, "%s: ", records_text(run, 1));
  if (converged) {
    text_count(stream, records_real(run, 3));
  } else {
    fputs(strncmp(records_text(run, 2), "max_", 4) == 0 ? "gave up" : records_text(run, 2), stream);
  }
  text_close(stream);
  panels_next(panels, "", title);
  fprintf(script, "path_colour = %s\nend_point = %d\n", converged ? "0x2f7ed8" : "0xd9571e",
          converged ? 7 : 2);
  write_path(script, path, count);
  FIGURE_CHART(panels->figures, trajectory_chart);
  free(title);
  free(path);
}

static void write_title(const figure_list *figures, figure *made, const char *problem) {
  size_t size;
  FILE *title = text_open(&made->title, &size);
  fputs("<code>", title);
  text_html(title, problem);
  sqlite3_stmt *query = records_query(
      figures->records, "SELECT sum(outcome = 'converged'), count(*) FROM sample WHERE row IN " RUNS, problem,
      NULL);
  if (records_next(query)) {
    fprintf(title, "</code>: %.0f of %.0f methods converge", records_real(query, 0), records_real(query, 1));
    records_end(query);
  }
  text_close(title);
}

static void add_problem(figure_list *figures, const char *problem, bool polar) {
  int count = (int)records_number(figures->records, "SELECT count(*) FROM " RUNS, problem);
  double extent = find_extent(figures->records, problem);
  panel_grid panels =
      panels_begin(figures, FIGURE_TRAJECTORY, "trajectory", problem, count, COLUMNS, HEIGHT, 0);
  panels.left = LEFT;
  panels.right = RIGHT;
  panels.top = TOP;
  panels.bottom = BOTTOM;
  fprintf(figures->script, "extent = %.6g\ncycles = %d\n", extent, polar ? 2 : 0);
  const bool known = write_field(figures, problem, extent);
  sqlite3_stmt *run = records_query(figures->records,
                                    "SELECT row, method, outcome, evaluations FROM sample WHERE row IN " RUNS
                                    " ORDER BY outcome <> 'converged', evaluations, method",
                                    problem, NULL);
  while (records_next(run)) {
    add_panel(&panels, run, extent);
  }
  write_title(figures, panels.figure, problem);
  panels.figure->note = memory_copy_text(known ? ""
                                               : "Without arrows: the problem comes from a plugin, which "
                                                 "<code>--plugin ./FILE.so</code> would load.");
  panels.figure->label = memory_copy_text("Trajectories in the plane, one panel per method");
  figure_uses(figures, "row IN " RUNS, problem, NULL);
  panels_end(&panels);
}

/* Of a game at many rho those that the residuals are drawn at. */
static bool is_chosen(const record_set *records, const char *game, double rho) {
  const rho_choice choice = rho_choose(records, "game = ?1", game);
  bool chosen = choice.count == 0;
  for (int i = 0; i < choice.count; i++) {
    chosen = chosen || strtod(choice.text[i], NULL) == rho;
  }
  return chosen;
}

void chart_trajectories(figure_list *self) {
  sqlite3_stmt *query =
      records_query(self->records,
                    "SELECT min(problem), problem_name = 'polar', game, rho FROM shown"
                    " WHERE row IN (SELECT row FROM trajectory) GROUP BY game, rho ORDER BY game, rho",
                    NULL);
  while (records_next(query)) {
    if (is_chosen(self->records, records_text(query, 2), records_real(query, 3))) {
      add_problem(self, records_text(query, 0), records_real(query, 1) != 0);
    }
  }
}

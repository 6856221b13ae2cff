/* SPDX-License-Identifier: MIT */
/* Evaluations to the tolerance by the two parameters that tuning varied, one panel a method, with the boundary of what
 * is proved as the method's own guarantee tells it. */
#include "charts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/memory.h"
#include "../bench/tool.h"
#include "../problems/problems.h"
#include "panels.h"
#include "text.h"

static const char *const sensitivity_chart[] = {
#include "sensitivity.gp.inc"
};

enum { COLUMNS = 3, HEIGHT = 330, AXES = 2, NAME = 40, FINE = 120, LABELS = 7 };

/* The last trial of every combination. */
#define TRIALS                                                                                               \
  "(SELECT max(row) AS row FROM sample WHERE role = 'search' AND problem = ?1 AND (?2 = '' OR method_name "  \
  "= ?2)"                                                                                                    \
  " GROUP BY suite, method)"

/* One axis: a parameter, in units of 1/L where it is a step, and its values that several trials share. */
typedef struct axis {
  char key[NAME];
  double unit, *value;
  size_t count;
  bool logarithmic;
} axis;

typedef struct trial {
  double at[AXES], cost; /* NAN: did not converge */
} trial;

typedef struct trial_set {
  char method[64], *specification; /* of the best trial, or of any */
  double lipschitz;
  axis axis[AXES]; /* the second one without a key: only one parameter varies */
  trial *list;
  size_t count;
  double best; /* INFINITY: none converged */
} trial_set;

/* --- Trials ------------------------------------------------------------------------------------------- */

static bool is_step(const char *key) {
  return strcmp(key, "gamma") == 0 || strcmp(key, "base-gamma") == 0;
}

/* The step first, then the relaxation; what else varies takes its best value. */
static void read_keys(const record_set *records, const char *problem, trial_set *self) {
  sqlite3_stmt *query =
      records_query(records,
                    "SELECT key FROM " TRIALS " JOIN detail USING (row), json_each(parameters, '$.method')"
                    " GROUP BY key HAVING count(DISTINCT value) > 2"
                    " ORDER BY key = 'gamma' DESC, key = 'base-gamma' DESC, key = 'lambda' DESC, key LIMIT 2",
                    problem, self->method, NULL);
  for (int i = 0; records_next(query); i++) {
    snprintf(self->axis[i].key, NAME, "%s", records_text(query, 0));
    self->axis[i].unit = is_step(self->axis[i].key) && self->lipschitz > 0 ? 1 / self->lipschitz : 1;
  }
}

static void read_trials(const record_set *records, const char *problem, trial_set *self) {
  sqlite3_stmt *query = records_query(
      records,
      "SELECT json_extract(parameters, '$.method.\"' || ?3 || '\"'),"
      " json_extract(parameters, '$.method.\"' || ?4 || '\"'),"
      " CASE outcome WHEN 'converged' THEN max(evaluations, coalesce(exact_resolvents, 0)) END, method"
      " FROM " TRIALS " JOIN sample USING (row) JOIN detail USING (row)",
      problem, self->method, self->axis[0].key, self->axis[1].key, NULL);
  self->best = INFINITY;
  while (records_next(query)) {
    trial one = {.cost = records_real(query, 2)};
    for (int i = 0; i < AXES; i++) {
      one.at[i] = *self->axis[i].key == '\0' ? 0 : records_real(query, i) / self->axis[i].unit;
    }
    if (self->specification == NULL || one.cost < self->best) {
      free(self->specification);
      self->specification = memory_copy_text(records_text(query, 3));
    }
    self->best = one.cost < self->best ? one.cost : self->best;
    self->list = memory_resize(self->list, self->count + 1, sizeof *self->list);
    self->list[self->count++] = one;
  }
}

static int compare(const void *a, const void *b) {
  const double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static bool is_near(double a, double b) {
  return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
}

static void find_values(trial_set *self, int which) {
  axis *along = &self->axis[which];
  double *all = memory_new(self->count, sizeof *all);
  size_t finite = 0;
  for (size_t i = 0; i < self->count; i++) {
    if (isfinite(self->list[i].at[which])) {
      all[finite++] = self->list[i].at[which];
    }
  }
  qsort(all, finite, sizeof *all, compare);
  const bool alone = *self->axis[1].key == '\0';
  for (size_t i = 0, same; i < finite; i += same) {
    for (same = 1; i + same < finite && is_near(all[i], all[i + same]);) {
      same++;
    }
    if (same > 1 || alone) {
      along->value = memory_resize(along->value, along->count + 1, sizeof *along->value);
      along->value[along->count++] = all[i];
    }
  }
  along->logarithmic =
      along->count > 2 && along->value[0] > 0 && along->value[along->count - 1] > 4 * along->value[0];
  free(all);
}

static trial_set read_set(const record_set *records, const char *problem, const char *method,
                          double lipschitz) {
  trial_set self = {.lipschitz = lipschitz};
  snprintf(self.method, sizeof self.method, "%s", method);
  read_keys(records, problem, &self);
  read_trials(records, problem, &self);
  for (int i = 0; i < AXES; i++) {
    find_values(&self, i);
  }
  return self;
}

static void free_set(trial_set *self) {
  for (int i = 0; i < AXES; i++) {
    free(self->axis[i].value);
  }
  free(self->specification);
  free(self->list);
}

static bool is_drawable(const trial_set *self) {
  return self->axis[0].count > 2 && self->axis[1].count > 0;
}

/* --- Cells -------------------------------------------------------------------------------------------- */

static double middle(const axis *along, double a, double b) {
  return along->logarithmic ? sqrt(a * b) : 0.5 * (a + b);
}

/* Cells meet half-way between neighbours; the first and the last are symmetric. */
static double edge(const axis *along, size_t place) {
  const double *value = along->value;
  const size_t last = along->count - 1;
  if (last == 0) {
    return value[0] + (place == 0 ? -0.5 : 0.5);
  }
  if (place == 0 || place > last) {
    const double end = place == 0 ? value[0] : value[last],
                 inner = place == 0 ? middle(along, value[0], value[1])
                                    : middle(along, value[last - 1], value[last]);
    return along->logarithmic ? end * end / inner : 2 * end - inner;
  }
  return middle(along, value[place - 1], value[place]);
}

static size_t place_of(const axis *along, double value) {
  size_t place = 0;
  while (place < along->count && !is_near(along->value[place], value)) {
    place++;
  }
  return place;
}

/* The least cost of the trials in each cell, column by column: NAN where none was tried, INFINITY where none
 * converged. */
static double *gather(const trial_set *self) {
  const size_t columns = self->axis[0].count, rows = self->axis[1].count;
  double *cell = memory_new(columns * rows, sizeof *cell);
  for (size_t i = 0; i < columns * rows; i++) {
    cell[i] = NAN;
  }
  for (size_t i = 0; i < self->count; i++) {
    const size_t x = place_of(&self->axis[0], self->list[i].at[0]),
                 y = place_of(&self->axis[1], self->list[i].at[1]);
    if (x < columns && y < rows) {
      const double cost = isnan(self->list[i].cost) ? INFINITY : self->list[i].cost;
      cell[x * rows + y] = fmin(cell[x * rows + y], cost);
    }
  }
  return cell;
}

static void write_cells(const trial_set *self, FILE *script, bool converged) {
  const size_t columns = self->axis[0].count, rows = self->axis[1].count;
  double *cell = gather(self);
  size_t written = 0;
  fprintf(script, "$%s << EOD\n", converged ? "cells" : "lost");
  for (size_t x = 0; x < columns; x++) {
    for (size_t y = 0; y < rows; y++) {
      const double cost = cell[x * rows + y];
      if (!isnan(cost) && isfinite(cost) == converged) {
        fprintf(script, "%.9g %.9g %.9g %.9g %.9g %.9g %.9g\n", self->axis[0].value[x],
                self->axis[1].value[y], edge(&self->axis[0], x), edge(&self->axis[0], x + 1),
                edge(&self->axis[1], y), edge(&self->axis[1], y + 1), converged ? fmax(1, cost) : 0);
        written++;
      }
    }
  }
  fputs(written > 0 ? "EOD\n" : "? ? ? ? ? ? ?\nEOD\n", script);
  free(cell);
}

/* --- Theory ------------------------------------------------------------------------------------------- */

/* A method that this program knows; NULL: it does not. */
static lerp_method_instance *make_method(const lerp_spec *spec) {
  lerp_error error;
  lerp_method_instance *method;
  return spec != NULL && tool_method_new(spec, &method, &error) ? method : NULL;
}

static lerp_spec *read_spec(const char *specification) {
  lerp_spec *spec;
  size_t count;
  lerp_error error;
  return lerp_specs_parse(specification, &spec, &count, &error) == LERP_OK ? spec : NULL;
}

static bool is_proved(const trial_set *self, const lerp_spec *spec, const lerp_facts *facts,
                      const double at[AXES]) {
  lerp_method_instance *method = make_method(spec);
  lerp_error error;
  bool fine = method != NULL;
  for (int i = 0; i < AXES && fine && *self->axis[i].key != '\0'; i++) {
    fine = lerp_method_set_number(method, self->axis[i].key, at[i] * self->axis[i].unit, &error) == LERP_OK;
  }
  fine = fine && lerp_method_complete(method, facts, &error) == LERP_OK &&
         lerp_method_guarantee(method, facts).evidence == LERP_PROVED;
  lerp_method_free(method);
  return fine;
}

/* A point of the finer grid over the panel, counted in half cells. */
static double fine_at(const axis *along, int place) {
  const double low = edge(along, 0), high = edge(along, along->count), share = place / (2.0 * FINE);
  return along->logarithmic ? low * pow(high / low, share) : low + (high - low) * share;
}

static void write_edge(const trial_set *self, FILE *script, int x0, int y0, int x1, int y1) {
  fprintf(script, "%.6g %.6g\n%.6g %.6g\n\n", fine_at(&self->axis[0], x0), fine_at(&self->axis[1], y0),
          fine_at(&self->axis[0], x1), fine_at(&self->axis[1], y1));
}

/* Where neighbours on the finer grid differ; their number. The share of what is proved goes to *proved. */
static size_t write_boundary(const trial_set *self, const lerp_facts *facts, FILE *script, double *proved) {
  bool *inside = memory_new(FINE * FINE, sizeof *inside);
  lerp_spec *spec = read_spec(self->specification);
  size_t count = 0, edges = 0;
  for (int i = 0; i < FINE * FINE; i++) {
    const double at[AXES] = {fine_at(&self->axis[0], 2 * (i % FINE) + 1),
                             fine_at(&self->axis[1], 2 * (i / FINE) + 1)};
    inside[i] = is_proved(self, spec, facts, at);
    count += inside[i];
  }
  lerp_specs_free(spec, 1);
  for (int y = 0; y < FINE; y++) {
    for (int x = 0; x < FINE; x++) {
      const bool here = inside[y * FINE + x];
      if (x + 1 < FINE && here != inside[y * FINE + x + 1]) {
        write_edge(self, script, 2 * x + 2, 2 * y, 2 * x + 2, 2 * y + 2);
        edges++;
      }
      if (y + 1 < FINE && here != inside[(y + 1) * FINE + x]) {
        write_edge(self, script, 2 * x, 2 * y + 2, 2 * x + 2, 2 * y + 2);
        edges++;
      }
    }
  }
  free(inside);
  *proved = (double)count / (FINE * FINE);
  return edges;
}

/* What the method would do by itself: its default, where it lies in the panel. */
static void write_default(const trial_set *self, const lerp_facts *facts, FILE *script) {
  lerp_spec *spec = read_spec(self->method);
  lerp_method_instance *method = make_method(spec);
  lerp_error error;
  fputs("$default << EOD\n? ?\n", script);
  if (method != NULL && lerp_method_complete(method, facts, &error) == LERP_OK) {
    double at[AXES] = {0};
    for (int i = 0; i < AXES && *self->axis[i].key != '\0'; i++) {
      at[i] = lerp_method_value(method, self->axis[i].key) / self->axis[i].unit;
    }
    fprintf(script, "%.9g %.9g\n", at[0], at[1]);
  }
  fputs("EOD\n", script);
  lerp_method_free(method);
  lerp_specs_free(spec, 1);
}

/* --- Panels ------------------------------------------------------------------------------------------- */

static void write_best(const trial_set *self, FILE *script) {
  fputs("$best << EOD\n? ?\n", script);
  for (size_t i = 0; i < self->count; i++) {
    if (self->list[i].cost == self->best) {
      fprintf(script, "%.9g %.9g\n", self->list[i].at[0], self->list[i].at[1]);
      break;
    }
  }
  fputs("EOD\n", script);
}

static void write_axis(const trial_set *self, int which, char letter, FILE *script) {
  const axis *along = &self->axis[which];
  const char *label = is_step(along->key) && self->lipschitz > 0 ? "γL" : along->key;
  fprintf(script, "%s logscale %c\nset %crange [%.9g:%.9g]\nset %clabel '%s'\nset %ctics ()\n",
          along->logarithmic ? "set" : "unset", letter, letter, edge(along, 0), edge(along, along->count),
          letter, label, letter);
  const size_t stride = 1 + (along->count - 1) / LABELS;
  for (size_t i = 0; i < along->count && *along->key != '\0'; i += stride) {
    fprintf(script, "set %ctics add ('%.3g' %.9g)\n", letter, along->value[i], along->value[i]);
  }
}

static void add_panel(panel_grid *panels, const trial_set *self, const lerp_facts *facts) {
  FILE *script = panels->figures->script;
  double proved;
  char *boundary;
  size_t size;
  panels_next(panels, "", self->method);
  write_axis(self, 0, 'x', script);
  write_axis(self, 1, 'y', script);
  write_cells(self, script, true);
  write_cells(self, script, false);
  FILE *stream = text_open(&boundary, &size);
  write_boundary(self, facts, stream, &proved);
  text_close(stream);
  fprintf(script, "$boundary << EOD\n? ?\n\n%sEOD\nproved = %.3g\n", boundary, proved);
  free(boundary);
  write_default(self, facts, script);
  write_best(self, script);
  FIGURE_CHART(panels->figures, sensitivity_chart);
}

/* --- Figures ------------------------------------------------------------------------------------------ */

static size_t count_near(const trial_set *self) {
  size_t near = 0;
  for (size_t i = 0; i < self->count; i++) {
    near += self->list[i].cost <= 2 * self->best;
  }
  return near;
}

/* How many of the combinations that were tried come within twice the best, method by method. */
static void write_title(const char *problem, const trial_set *set, size_t count, FILE *title) {
  fputs("<code>", title);
  text_html(title, problem);
  fputs("</code>: tried combinations within twice the best: ", title);
  for (size_t i = 0; i < count; i++) {
    fprintf(title, "%s", i == 0 ? "" : ", ");
    text_html(title, set[i].method);
    fprintf(title, " %.0f %%", 100.0 * (double)count_near(&set[i]) / (double)set[i].count);
  }
}

static void write_scale(FILE *script, const trial_set *set, size_t count) {
  double low = INFINITY, high = 1;
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < set[i].count; j++) {
      low = fmin(low, set[i].list[j].cost);
      high = fmax(high, set[i].list[j].cost);
    }
  }
  low = isfinite(low) ? fmax(1, low) : 1;
  high = fmax(high, 2 * low);
  fprintf(script, "cost_low = %.9g\ncost_high = %.9g\n", low, high);
  const double tic[] = {low, sqrt(low * high), high};
  for (int i = 0; i < 3; i++) {
    fprintf(script, "set cbtics %s ('", i == 0 ? "" : "add");
    text_short_count(script, tic[i]);
    fprintf(script, "' %.9g)\n", tic[i]);
  }
}

static size_t read_sets(const record_set *records, const char *problem, trial_set **sets) {
  sqlite3_stmt *query = records_query(records,
                                      "SELECT method_name, min(lipschitz) FROM sample WHERE role = 'search' "
                                      "AND problem = ?1 GROUP BY 1 ORDER BY 1",
                                      problem, NULL);
  size_t count = 0;
  *sets = NULL;
  while (records_next(query)) {
    *sets = memory_resize(*sets, count + 1, sizeof **sets);
    (*sets)[count] = read_set(records, problem, records_text(query, 0), records_real(query, 1));
    if (is_drawable(&(*sets)[count])) {
      count++;
    } else {
      free_set(&(*sets)[count]);
    }
  }
  return count;
}

static problem_instance *make_problem(const char *problem) {
  lerp_spec *specs;
  size_t count;
  lerp_error error;
  problem_instance *made = NULL;
  if (lerp_specs_parse(problem, &specs, &count, &error) == LERP_OK) {
    made = problem_new(&specs[0], NULL, 0, &made, &error) == LERP_OK ? made : NULL;
    lerp_specs_free(specs, count);
  }
  return made;
}

static void add_figure(figure_list *figures, const char *problem) {
  trial_set *set;
  const size_t count = read_sets(figures->records, problem, &set);
  problem_instance *game = make_problem(problem);
  const lerp_facts unknown = {.lipschitz = NAN, .rho = NAN};
  if (count > 0) {
    const int columns = count < COLUMNS ? (int)count : COLUMNS;
    panel_grid panels =
        panels_begin(figures, FIGURE_SENSITIVITY, "sensitivity", problem, (int)count, columns, HEIGHT, 0);
    panels.right = 84 - 18 * (columns == 1);
    write_scale(figures->script, set, count);
    for (size_t i = 0; i < count; i++) {
      add_panel(&panels, &set[i], game != NULL ? &game->problem.facts : &unknown);
    }
    size_t size;
    FILE *title = text_open(&panels.figure->title, &size);
    write_title(problem, set, count, title);
    text_close(title);
    panels.figure->note = memory_copy_text("");
    panels.figure->label =
        memory_copy_text("Evaluations to the tolerance by step and relaxation, one panel per method");
    figure_uses(figures, "row IN " TRIALS, problem, "");
    panels_end(&panels);
  }
  for (size_t i = 0; i < count; i++) {
    free_set(&set[i]);
  }
  free(set);
  if (game != NULL) {
    problem_free(game);
  }
}

void chart_sensitivity(figure_list *self) {
  char *sql = sqlite3_mprintf("SELECT problem FROM sample WHERE role = 'search' GROUP BY problem"
                              " ORDER BY count(*) DESC, problem LIMIT %d",
                              TUNED_SHOWN);
  sqlite3_stmt *query = records_query(self->records, sql, NULL);
  sqlite3_free(sql);
  while (records_next(query)) {
    add_figure(self, records_text(query, 0));
  }
}

/* SPDX-License-Identifier: MIT */
/* Kernels and whole iterations under the roof that the probes of the same machine and team found. */
#include "charts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/memory.h"
#include "panels.h"
#include "roof.h"
#include "text.h"

static const char *const roofline_chart[] = {
#include "roofline.gp.inc"
};

enum { HEIGHT = 480, PANELS_MAX = 2, ITERATIONS = 8 /* slot: the second shape of points */ };

/* What was timed: medians of kernels and of iterations whose operations are declared. */
#define TIMED                                                                                                \
  "timing WHERE family IN ('kernel', 'step', 'scale') AND flops > 0 AND bytes > 0 AND threads = CAST(?1 AS " \
  "INTEGER)"

static void read_caches(const record_set *records, size_t cache[4]) {
  for (int level = 1; level <= 3; level++) {
    char *sql =
        sqlite3_mprintf("SELECT json_extract(json, '$.cpu.cache_bytes[%d]') FROM used_machine", level - 1);
    const double bytes = records_number(records, sql, NULL);
    sqlite3_free(sql);
    cache[level] = bytes > 0 ? (size_t)bytes : 0;
  }
}

static roof read_roof(const record_set *records, int threads) {
  roof found = {.flops = 0};
  sqlite3_stmt *query = records_query(records, "SELECT key FROM used_machine", NULL);
  if (records_next(query)) {
    found = roof_read(records->database, records_text(query, 0), NULL, NULL, threads);
    records_end(query);
  }
  return found;
}

static bool is_whole(const roof *self) {
  return self->flops > 0 && self->bandwidth[ROOF_MEMORY] > 0;
}

/* --- Shares of the roof, for the title ------------------------------------------------------------------- */

typedef struct shares {
  double *value;
  size_t count;
} shares;

static int compare(const void *a, const void *b) {
  const double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static void add_share(shares *self, double share) {
  self->value = memory_resize(self->value, self->count + 1, sizeof *self->value);
  self->value[self->count++] = share;
}

static void write_half(FILE *title, shares *of, const char *what) {
  if (of->count > 0) {
    qsort(of->value, of->count, sizeof *of->value, compare);
    fprintf(title, ", half of the %zu %s reach at least %.0f %%", of->count, what,
            100 * of->value[of->count / 2]);
  }
  free(of->value);
}

/* --- Panels ---------------------------------------------------------------------------------------------- */

static void write_roof(const panel_grid *panels, const roof *self) {
  FILE *script = panels->figures->script;
  fprintf(script, "array roof[%d]\narray roof_name[%d]\n", ROOF_LEVELS, ROOF_LEVELS);
  for (roof_level level = 0; level < ROOF_LEVELS; level++) {
    fprintf(script, "roof[%d] = %.6g\nroof_name[%d] = '%s %.3g GB/s'\n", level + 1,
            self->bandwidth[level] * 1e-9, level + 1, roof_level_name[level], self->bandwidth[level] * 1e-9);
    figure_curve(panels->figure, roof_level_name[level]);
  }
  fprintf(script, "peak = %.6g\n", self->flops * 1e-9);
}

/* One of the names, which are separated by ", ". */
static bool is_listed(const char *names, const char *name) {
  const size_t length = strlen(name);
  for (const char *at = names; (at = strstr(at, name)) != NULL; at += length) {
    if ((at == names || at[-1] == ' ') && (at[length] == '\0' || at[length] == ',')) {
      return true;
    }
  }
  return false;
}

/* Names of kernels below their points. Those whose intensities lie closer than a line of text share it, and what is too
 * much for the panel is cut: each point has its name as well. */
static void write_label(FILE *script, double intensity, const char *names) {
  enum { LONGEST = 26 };
  const double beside_roofs = 2, height = intensity < beside_roofs ? 0.02 : 0.3;
  char text[LONGEST + sizeof " ..."];
  snprintf(text, sizeof text, strlen(names) > LONGEST ? "%.*s ..." : "%.*s", LONGEST, names);
  fputs("set label ", script);
  text_gnuplot(script, text);
  fprintf(script, " at %.6g, graph %g rotate by 90 left tc rgb muted font ',9'\n", intensity, height);
}

static void write_names(const record_set *records, const char *threads, FILE *script) {
  const double line = 1.35;
  sqlite3_stmt *query = records_query(
      records,
      "SELECT min(flops / bytes) AS intensity, CASE WHEN instr(problem, ':') THEN"
      " substr(problem, 1, instr(problem, ':') - 1) ELSE problem END AS name FROM " TIMED
      " AND family = 'kernel' GROUP BY name, round(20 * flops / bytes) ORDER BY intensity, name",
      threads, NULL);
  char names[256] = "";
  double first = 0;
  fputs("unset label\n", script);
  while (records_next(query)) {
    const double intensity = records_real(query, 0);
    const char *name = records_text(query, 1);
    if (*names != '\0' && intensity > line * first) {
      write_label(script, first, names);
      *names = '\0';
    }
    first = *names == '\0' ? intensity : first;
    if (!is_listed(names, name)) {
      const size_t length = strlen(names);
      snprintf(names + length, sizeof names - length, "%s%s", length > 0 ? ", " : "", name);
    }
  }
  if (*names != '\0') {
    write_label(script, first, names);
  }
}

/* Up to which intensity the axis runs. */
static double find_widest(const record_set *records, const char *threads) {
  const double least = 16, widest = records_number(records, "SELECT max(flops / bytes) FROM " TIMED, threads);
  return fmax(least, 2 * widest);
}

static char *name_point(sqlite3_stmt *query, const roof_share *at) {
  char *name;
  size_t size;
  FILE *stream = text_open(&name, &size);
  fprintf(stream, "%s %s: %.0f %% of the roof", records_text(query, 1), records_text(query, 2),
          100 * at->share);
  text_close(stream);
  return name;
}

static void add_points(panel_grid *panels, const char *threads, const roof *limits, shares *kernels,
                       shares *iterations) {
  size_t cache[4] = {0};
  read_caches(panels->figures->records, cache);
  curve_set data;
  curves_init(&data, "data");
  sqlite3_stmt *query = records_query(
      panels->figures->records,
      "SELECT family = 'kernel', problem, method, bytes, flops, seconds, working_set FROM " TIMED
      " ORDER BY family = 'kernel'",
      threads, NULL);
  while (records_next(query)) {
    const bool kernel = records_real(query, 0) != 0;
    const double bytes = records_real(query, 3), flops = records_real(query, 4),
                 seconds = records_real(query, 5);
    const roof_level level = roof_level_of(records_real(query, 6), atoi(threads), cache);
    const roof_share at = roof_compare(limits, level, seconds, bytes, flops);
    char *name = name_point(query, &at), legend[64];
    const int slot = (int)level + (kernel ? 0 : ITERATIONS);
    snprintf(legend, sizeof legend, "%s in %s", kernel ? "kernel" : "iteration", roof_level_name[level]);
    panels_add_legend(panels, legend, slot, 1);
    curves_begin(&data, name, slot, 1);
    curves_point(&data, flops / bytes, flops / seconds * 1e-9);
    add_share(kernel ? kernels : iterations, at.share);
    free(name);
  }
  curves_end(&data, panels);
}

static void add_panel(panel_grid *panels, int threads, shares *kernels, shares *iterations) {
  char number[16], title[32];
  snprintf(number, sizeof number, "%d", threads);
  snprintf(title, sizeof title, "%d thread%s", threads, threads == 1 ? "" : "s");
  const roof limits = read_roof(panels->figures->records, threads);
  panels_next(panels, title, "");
  write_roof(panels, &limits);
  fprintf(panels->figures->script, "widest = %.6g\n", find_widest(panels->figures->records, number));
  write_names(panels->figures->records, number, panels->figures->script);
  add_points(panels, number, &limits, kernels, iterations);
  FIGURE_CHART(panels->figures, roofline_chart);
}

/* The smallest and the largest team that was probed and timed. */
static int choose_teams(const record_set *records, int team[PANELS_MAX]) {
  int count = 0;
  sqlite3_stmt *query = records_query(
      records,
      "SELECT DISTINCT threads FROM timing WHERE family IN ('kernel', 'step', 'scale') AND flops > 0"
      " ORDER BY threads",
      NULL);
  while (records_next(query)) {
    const int threads = (int)records_real(query, 0);
    const roof limits = read_roof(records, threads);
    if (is_whole(&limits)) {
      team[count < PANELS_MAX ? count++ : PANELS_MAX - 1] = threads;
    }
  }
  return count;
}

void chart_roofline(figure_list *self) {
  int team[PANELS_MAX];
  const int count = choose_teams(self->records, team);
  if (count == 0) {
    return;
  }
  panel_grid panels =
      panels_begin(self, FIGURE_LIMITS, "roofline", "kernels", count, count, HEIGHT, 2 * ROOF_LEVELS);
  panels.points = true;
  shares kernels = {0}, iterations = {0};
  for (int i = 0; i < count; i++) {
    add_panel(&panels, team[i], &kernels, &iterations);
  }
  size_t size;
  FILE *title = text_open(&panels.figure->title, &size);
  fputs("Of what the machine can do with their data where these lie", title);
  write_half(title, &kernels, "kernels");
  write_half(title, &iterations, "iterations");
  text_close(title);
  panels.figure->note = memory_copy_text(
      "Roofs: the fastest of the read and triad probes of each level, and multiply-adds of doubles. Points: "
      "operations "
      "and traffic by the declared model; above its roof a case had its data nearer than its size tells, or "
      "many "
      "iterations ran in registers, where a step takes less than the model counts.");
  panels.figure->label =
      memory_copy_text("Roofline: GFLOP/s against operations per byte, kernels and iterations");
  for (int i = 0; i < count; i++) {
    char number[16];
    snprintf(number, sizeof number, "%d", team[i]);
    figure_uses(self,
                "family IN ('probe', 'kernel', 'step', 'scale') AND threads = CAST(?1 AS INTEGER)"
                " AND machine = (SELECT key FROM used_machine)",
                number, NULL);
  }
  panels_end(&panels);
}

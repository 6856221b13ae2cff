/* SPDX-License-Identifier: MIT */
#include "summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "statistics.h"
#include "../reports/median.h"
#include "../reports/roof.h"

/* What the store holds of a case: the sample of median time. */
typedef struct fact {
  bool known;
  char outcome[24];
  int64_t evaluations;          /* of F, or exact resolvents where the method uses those */
  double seconds, bytes, flops; /* of one iteration or pass */
  double components, working_set, imbalance;
  double width; /* of the interval of the median of seconds, over it; NAN: unknown */
} fact;

/* Disturbed samples count only where there are no others. */
static const char median_sample[] =
    "WITH chosen AS (SELECT *, min(disturbed) OVER () AS least FROM sample WHERE name = ?1 AND machine = ?2"
    "                  AND \"commit\" = ?3 AND suite = ?4 AND role = ?5 AND arm = ?6),"
    "  placed AS (SELECT *, row_number() OVER (ORDER BY seconds) AS place, count(*) OVER () AS count FROM "
    "chosen"
    "             WHERE disturbed = least)"
    "SELECT outcome, max(evaluations, exact_resolvents), seconds, bytes / iterations, flops / iterations, n,"
    "       working_set, imbalance,"
    "       (SELECT high.seconds - low.seconds FROM placed AS low, placed AS high"
    "        WHERE low.place = median_rank(low.count) AND high.place = low.count + 1 - "
    "median_rank(low.count)) / seconds"
    " FROM placed WHERE place = (count + 1) / 2";

/* NAN for NULL. */
static double column_real(sqlite3_stmt *query, int column) {
  return sqlite3_column_type(query, column) == SQLITE_NULL ? NAN : sqlite3_column_double(query, column);
}

static fact look_up(sqlite3_stmt *query, const store_sample *wanted) {
  fact found = {0};
  const char *const texts[] = {wanted->name,  wanted->machine, wanted->commit,
                               wanted->suite, wanted->role,    wanted->arm};
  for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++) {
    sqlite3_bind_text(query, i + 1, texts[i], -1, SQLITE_STATIC);
  }
  if (sqlite3_step(query) == SQLITE_ROW) {
    found.known = true;
    snprintf(found.outcome, sizeof found.outcome, "%s", (const char *)sqlite3_column_text(query, 0));
    found.evaluations = sqlite3_column_int64(query, 1);
    found.seconds = column_real(query, 2);
    found.bytes = column_real(query, 3);
    found.flops = column_real(query, 4);
    found.components = column_real(query, 5);
    found.working_set = column_real(query, 6);
    found.imbalance = column_real(query, 7);
    found.width = column_real(query, 8);
  }
  sqlite3_reset(query);
  return found;
}

static fact *collect(const record_context *context, const store *from) {
  const plan *cases = context->plan;
  fact *facts = memory_new(cases->cases, sizeof *facts);
  sqlite3_stmt *query;
  median_register(store_database(from));
  if (sqlite3_prepare_v2(store_database(from), median_sample, -1, &query, NULL) != SQLITE_OK) {
    return facts;
  }
  for (size_t i = 0; i < cases->cases; i++) {
    const store_sample wanted = record_identify(context, &cases->item[i]);
    facts[i] = look_up(query, &wanted);
  }
  sqlite3_finalize(query);
  return facts;
}

/* --- Evaluations to the tolerance ---------------------------------------------------------------------- */

/* The letter after the dash of a solve that did not converge. */
static const struct {
  const char *outcome, *letter;
} letters[] = {{"diverged", "d"},
               {"max_evaluations", "e"},
               {"max_iterations", "i"},
               {"stalled", "s"},
               {"max_time", "t"}};

static void format_cell(const fact *found, char *cell, size_t size) {
  if (!found->known) {
    snprintf(cell, size, "-");
    return;
  }
  snprintf(cell, size, "%lld", (long long)found->evaluations);
  for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
    if (strcmp(found->outcome, letters[i].outcome) == 0) {
      snprintf(cell, size, "-%s", letters[i].letter);
    }
  }
}

typedef struct rhos {
  double *value;
  size_t count;
} rhos;

static void add_rho(rhos *self, double rho) {
  size_t i = 0;
  while (i < self->count && self->value[i] < rho) {
    i++;
  }
  if (i < self->count && self->value[i] == rho) {
    return;
  }
  self->value = memory_resize(self->value, self->count + 1, sizeof *self->value);
  memmove(self->value + i + 1, self->value + i, (self->count - i) * sizeof *self->value);
  self->value[i] = rho;
  self->count++;
}

/* Of many values those nearest to three that tell most. */
static void thin_rhos(rhos *self) {
  static const double telling[] = {-0.9, -0.5, 0.0};
  enum { MANY = 6 };
  if (self->count <= MANY) {
    return;
  }
  rhos kept = {0};
  for (size_t i = 0; i < sizeof telling / sizeof *telling; i++) {
    double nearest = self->value[0];
    for (size_t j = 1; j < self->count; j++) {
      nearest = fabs(self->value[j] - telling[i]) < fabs(nearest - telling[i]) ? self->value[j] : nearest;
    }
    add_rho(&kept, nearest);
  }
  free(self->value);
  *self = kept;
}

static rhos rhos_of_group(const plan *cases, size_t first) {
  rhos found = {0};
  for (size_t i = first; i < cases->cases; i++) {
    if (strcmp(cases->item[i].group, cases->item[first].group) == 0) {
      add_rho(&found, cases->problem[cases->item[i].problem].rho);
    }
  }
  thin_rhos(&found);
  return found;
}

static const fact *find_fact(const plan *cases, const fact *facts, size_t like, double rho) {
  static const fact unknown;
  for (size_t i = 0; i < cases->cases; i++) {
    if (strcmp(cases->item[i].group, cases->item[like].group) == 0 &&
        strcmp(cases->item[i].method_text, cases->item[like].method_text) == 0 &&
        cases->problem[cases->item[i].problem].rho == rho) {
      return &facts[i];
    }
  }
  return &unknown;
}

/* Case `index` is the first of its group with this method (any method when not `with_method`). */
static bool is_first(const plan *cases, size_t index, bool with_method) {
  for (size_t i = 0; i < index; i++) {
    if (strcmp(cases->item[i].group, cases->item[index].group) == 0 &&
        (!with_method || strcmp(cases->item[i].method_text, cases->item[index].method_text) == 0)) {
      return false;
    }
  }
  return true;
}

/* A game at several rho: methods by rho. `first` is the first case of the group. */
static void print_table(FILE *stream, const plan *cases, const fact *facts, size_t first,
                        const rhos *columns) {
  fprintf(stream, "\n%s\n%-20s", cases->item[first].group, "rho");
  for (size_t c = 0; c < columns->count; c++) {
    fprintf(stream, " %10.4g", columns->value[c]);
  }
  fputc('\n', stream);
  for (size_t i = first; i < cases->cases; i++) {
    if (strcmp(cases->item[i].group, cases->item[first].group) != 0 || !is_first(cases, i, true)) {
      continue;
    }
    fprintf(stream, "%-20s", cases->item[i].method_text);
    for (size_t c = 0; c < columns->count; c++) {
      char cell[32];
      format_cell(find_fact(cases, facts, i, columns->value[c]), cell, sizeof cell);
      fprintf(stream, " %10s", cell);
    }
    fputc('\n', stream);
  }
}

/* A game at one rho: its methods on a line. */
static void print_line(FILE *stream, const plan *cases, const fact *facts, size_t first) {
  fprintf(stream, "\n%s\n", cases->item[first].group);
  for (size_t i = first; i < cases->cases; i++) {
    if (strcmp(cases->item[i].group, cases->item[first].group) == 0 && is_first(cases, i, true)) {
      char cell[32];
      format_cell(&facts[i], cell, sizeof cell);
      fprintf(stream, "  %s %s", cases->item[i].method_text, cell);
    }
  }
  fputc('\n', stream);
}

static void print_group(FILE *stream, const plan *cases, const fact *facts, size_t first) {
  rhos columns = rhos_of_group(cases, first);
  if (columns.count > 1) {
    print_table(stream, cases, facts, first, &columns);
  } else {
    print_line(stream, cases, facts, first);
  }
  free(columns.value);
}

static void print_solves(FILE *stream, const plan *cases, const fact *facts) {
  bool any = false;
  for (size_t i = 0; i < cases->cases; i++) {
    if (suite_solves(cases->item[i].family->kind) && is_first(cases, i, false)) {
      if (!any) {
        fputs(
            "Evaluations to the tolerance (not converged: -d diverged, -e evaluations spent, -i iterations\n"
            "spent, -s stalled, -t time spent; - not measured)\n",
            stream);
      }
      any = true;
      print_group(stream, cases, facts, i);
    }
  }
}

/* --- Times of iterations and kernels ------------------------------------------------------------------- */

/* The columns that the problems of timed cases take. */
static int problem_width(const plan *cases) {
  size_t width = strlen("problem or kernel");
  for (size_t i = 0; i < cases->cases; i++) {
    const size_t length = strlen(cases->problem[cases->item[i].problem].text);
    width = !suite_solves(cases->item[i].family->kind) && length > width ? length : width;
  }
  return (int)width;
}

static int method_width(const plan *cases) {
  size_t width = strlen("method");
  for (size_t i = 0; i < cases->cases; i++) {
    const size_t length = strlen(cases->item[i].method_text);
    width = !suite_solves(cases->item[i].family->kind) && length > width ? length : width;
  }
  return (int)width;
}

static void print_text(FILE *stream, double value, const char *format) {
  char cell[32] = "-";
  if (value > 0) {
    snprintf(cell, sizeof cell, format, value);
  }
  fprintf(stream, " %9s", cell);
}

static void print_time(FILE *stream, const record_context *context, const store *from, const plan_case *item,
                       const fact *found, const size_t cache[4]) {
  const plan_problem *problem = &context->plan->problem[item->problem];
  const roof limits = roof_read(store_database(from), context->machine, context->plan->suite->name,
                                tool_commit(), item->threads);
  const roof_share at = roof_compare(&limits, roof_level_of(found->working_set, item->threads, cache),
                                     found->seconds, found->bytes, found->flops);
  fprintf(stream, "%-6s %-*s %-*s %7d", suite_kind_name[item->family->kind], problem_width(context->plan),
          problem->text, method_width(context->plan), item->method_text, item->threads);
  print_text(stream, found->seconds * 1e9, "%.4g");
  print_text(stream, 100 * found->width, "%.1f%%");
  print_text(stream, found->seconds / found->components * 1e9, "%.3g");
  print_text(stream, found->bytes / found->seconds * 1e-9, "%.1f");
  print_text(stream, found->flops / found->seconds * 1e-9, "%.1f");
  if (item->family->kind != SUITE_PROBE) {
    print_text(stream, 100 * at.share, "%.0f");
    fprintf(stream, *roof_limit_name[at.limit] != '\0' ? " %s" : "%s", roof_limit_name[at.limit]);
  }
  fputc('\n', stream);
}

static void print_times(FILE *stream, const record_context *context, const store *from, const fact *facts,
                        const size_t cache[4]) {
  const plan *cases = context->plan;
  bool any = false;
  for (size_t i = 0; i < cases->cases; i++) {
    if (suite_solves(cases->item[i].family->kind) || !facts[i].known) {
      continue;
    }
    if (!any) {
      fprintf(stream,
              "\nTime of one iteration or of one pass of a kernel. GB/s and GFLOP/s by the cost model; %% of "
              "what the\n"
              "probes of this suite found possible where the working set lies, and what that is held up by;\n"
              "above 100: iterations in registers, or data nearer than their size tells\n"
              "%-6s %-*s %-*s %7s %9s %9s %9s %9s %9s %9s\n",
              "", problem_width(cases), "problem or kernel", method_width(cases), "method", "threads", "ns",
              "interval", "ns/comp.", "GB/s", "GFLOP/s", "% of roof");
    }
    any = true;
    print_time(stream, context, from, &cases->item[i], &facts[i], cache);
  }
}

/* --- How iterations scale ------------------------------------------------------------------------------- */

/* The time of the same on one thread; 0: not measured. */
static double seconds_alone(const plan *cases, const fact *facts, const plan_case *like) {
  for (size_t i = 0; i < cases->cases; i++) {
    const plan_case *item = &cases->item[i];
    if (item->threads == 1 && item->family->kind == like->family->kind && item->problem == like->problem &&
        strcmp(item->method_text, like->method_text) == 0 && facts[i].known) {
      return facts[i].seconds;
    }
  }
  return 0;
}

static void print_scaling(FILE *stream, const plan *cases, const fact *facts) {
  bool any = false;
  for (size_t i = 0; i < cases->cases; i++) {
    const plan_case *item = &cases->item[i];
    if (item->family->kind != SUITE_SCALE || !facts[i].known) {
      continue;
    }
    if (!any) {
      fprintf(stream,
              "\nHow iterations scale. Efficiency: the time of one thread over threads times this time; "
              "imbalance: by how\n"
              "much the busiest member of the team works longer than the mean\n"
              "%-*s %-*s %7s %9s %10s %9s\n",
              problem_width(cases), "problem", method_width(cases), "method", "threads", "speed-up",
              "efficiency", "imbalance");
    }
    any = true;
    const double faster = seconds_alone(cases, facts, item) / facts[i].seconds;
    fprintf(stream, "%-*s %-*s %7d", problem_width(cases), cases->problem[item->problem].text,
            method_width(cases), item->method_text, item->threads);
    print_text(stream, faster, "%.2f");
    fputc(' ', stream);
    print_text(stream, faster / item->threads, "%.2f");
    fprintf(stream, " %8.1f%%\n", 100 * facts[i].imbalance);
  }
}

void summary_print(FILE *stream, const record_context *context, const store *from, const size_t cache[4]) {
  fact *facts = collect(context, from);
  print_solves(stream, context->plan, facts);
  print_times(stream, context, from, facts, cache);
  print_scaling(stream, context->plan, facts);
  free(facts);
}

/* --- How sure it is -------------------------------------------------------------------------------------- */

void summary_print_ratios(FILE *stream, const plan *cases, const standing *of) {
  fputs(
      "Time of the head over that of the base: median of pairs, and its 95 % interval (from six pairs on)\n",
      stream);
  for (size_t i = 0; i < cases->cases; i++) {
    const standing *here = &of[i];
    const statistics_interval sure = standing_interval(here);
    print_text(stream, standing_median(here), "%.4f");
    print_text(stream, sure.low, "[%.4f,");
    print_text(stream, sure.high, "%.4f]");
    fprintf(stream, " %4zu of %d pairs undisturbed  %s\n", here->values[0], here->taken, cases->item[i].name);
  }
}

void summary_print_widths(FILE *stream, const plan *cases, const standing *of) {
  const double precision = cases->suite->precision;
  size_t known = 0, reached = 0, widest = 0;
  for (size_t i = 0; i < cases->cases; i++) {
    const double width = standing_width(&of[i]);
    known += !isnan(width);
    reached += width <= precision;
    widest = !(width <= standing_width(&of[widest])) && !isnan(width) ? i : widest;
  }
  if (known == 0) {
    return;
  }
  fprintf(stream, "\n95 %% intervals of the medians: widest %.2g %% (%s)", 100 * standing_width(&of[widest]),
          cases->item[widest].name);
  if (precision > 0) {
    fprintf(stream, "; at most %g %% for %zu of %zu cases", 100 * precision, reached, cases->cases);
  }
  fputc('\n', stream);
}

/* SPDX-License-Identifier: MIT */
#include "page.h"

#include "../bench/tool.h"
#include "charts.h"
#include "claims.h"
#include "contests.h"
#include "ert.h"
#include "headline.h"
#include "provenance.h"
#include "rows.h"
#include "tables.h"
#include "targets.h"
#include "text.h"
#include "trainings.h"
#include "tuned.h"

static const char *const figure_css[] = {
#include "figure.css.inc"
};
static const char *const page_css[] = {
#include "page.css.inc"
};
static const char *const page_js[] = {
#include "page.js.inc"
};
static const char *const rows_js[] = {
#include "rows.js.inc"
};
static const char *const heat_text[] = {
#include "heat.html.inc"
};
static const char *const residual_text[] = {
#include "residual.html.inc"
};
static const char *const profile_text[] = {
#include "profile.html.inc"
};
static const char *const sensitivity_text[] = {
#include "sensitivity.html.inc"
};
static const char *const time_text[] = {
#include "time.html.inc"
};
static const char *const limits_text[] = {
#include "limits.html.inc"
};
static const char *const targets_text[] = {
#include "targets.html.inc"
};
static const char *const trajectory_text[] = {
#include "trajectory.html.inc"
};
static const char *const contests_text[] = {
#include "contests.html.inc"
};
static const char *const claims_text[] = {
#include "claims.html.inc"
};
static const char *const training_text[] = {
#include "training.html.inc"
};
static const char *const gallery_text[] = {
#include "gallery.html.inc"
};

#define LINES(text) sizeof(text) / sizeof *(text), text

static void write_lines(size_t count, const char *const *lines, FILE *page) {
  for (size_t i = 0; i < count; i++) {
    fputs(lines[i], page);
  }
}

/* What the section does not show. */
static void write_rest(const record_set *records, const char *sql, int shown, const char *what, FILE *page) {
  const double all = records_number(records, sql, NULL);
  if (all > shown) {
    fprintf(page, "<p class=\"small\">Of %.0f %s the %d with the most runs are shown.</p>\n", all, what,
            shown);
  }
}

static void write_games_left(const record_set *records, FILE *page) {
  write_rest(records, "SELECT count(*) FROM game", GAMES_SHOWN, "games", page);
}

static void write_running_times(const record_set *records, FILE *page) {
  ert_write(records, page);
  write_games_left(records, page);
}

static void write_tuned(const record_set *records, FILE *page) {
  write_rest(records, "SELECT count(DISTINCT problem) FROM sample WHERE role = 'search'", TUNED_SHOWN,
             "tuned problems", page);
  tuned_write(records, page);
}

/* The sections that hold figures, with what a reader must know to read these. */
static const struct {
  figure_section section;
  const char *id, *title;
  size_t lines;
  const char *const *text;
  void (*write_more)(const record_set *records, FILE *page);  /* behind the figures; NULL: nothing */
  void (*write_first)(const record_set *records, FILE *page); /* before them */
} part[] = {
    {FIGURE_HEAT, "heat", "Which method solves which ρ", LINES(heat_text), NULL, NULL},
    {FIGURE_RESIDUAL, "residual", "How fast the residual falls", LINES(residual_text), write_games_left,
     NULL},
    {FIGURE_PROFILE, "profile", "Who reaches how much, how soon", LINES(profile_text), write_running_times,
     NULL},
    {FIGURE_SENSITIVITY, "sensitivity", "What tuning gains and needs", LINES(sensitivity_text), write_tuned,
     NULL},
    {FIGURE_TIME, "time", "How long it takes", LINES(time_text), NULL, NULL},
    {FIGURE_LIMITS, "limits", "How near to the machine's limits", LINES(limits_text), NULL, NULL},
    {FIGURE_TRAJECTORY, "trajectory", "Who cycles, who converges", LINES(trajectory_text), NULL, NULL},
    {FIGURE_TRAINING, "training", "How networks train", LINES(training_text), trainings_write,
     trainings_write_verdict},
    {FIGURE_GALLERY, "gallery", "What was solved", LINES(gallery_text), NULL, NULL},
};
enum { PARTS = sizeof part / sizeof *part };

static bool has_section(const figure_list *figures, figure_section section) {
  for (size_t i = 0; i < figures->count; i++) {
    if (figures->list[i].section == section) {
      return true;
    }
  }
  return false;
}

static void write_head(FILE *page) {
  fputs(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "img-src data:; script-src 'unsafe-inline'\">\n<title>lerp: results</title>\n<style>\n",
      page);
  write_lines(LINES(figure_css), page);
  write_lines(LINES(page_css), page);
  fputs("</style>\n</head>\n<body>\n", page);
}

static void write_navigation(const record_set *records, const figure_list *figures, FILE *page) {
  fputs("<nav aria-label=\"Sections\">\n", page);
  if (headline_has_games(records)) {
    fputs("<a href=\"#games\">What wins where</a>\n", page);
  }
  if (contests_exist(records)) {
    fputs("<a href=\"#contests\">Who needs fewer evaluations</a>\n", page);
  }
  if (claims_exist(records, CLAIMS_OF_THEORY)) {
    fputs("<a href=\"#claims\">What theory claims</a>\n", page);
  }
  if (targets_exist(records)) {
    fputs("<a href=\"#targets\">How fast it ought to be</a>\n", page);
  }
  for (size_t i = 0; i < PARTS; i++) {
    if (has_section(figures, part[i].section)) {
      fprintf(page, "<a href=\"#%s\">%s</a>\n", part[i].id, part[i].title);
    }
  }
  fputs("<a href=\"#runs\">All runs</a>\n<a href=\"#machine\">Machine and settings</a>\n</nav>\n", page);
}

static void write_header(const record_set *records, const figure_list *figures, FILE *page) {
  fputs("<header>\n<h1>Which method solves a (ρ, L) game?</h1>\n", page);
  headline_write(records, page);
  sqlite3_stmt *query =
      records_query(records, "SELECT count(*), min(started), max(started) FROM sample", NULL);
  if (records_next(query)) {
    fputs("<p class=\"small\">", page);
    text_count(page, records_real(query, 0));
    fputs(" runs, ", page);
    text_html(page, records_text(query, 1));
    fputs(" to ", page);
    text_html(page, records_text(query, 2));
    fputs(", from", page);
    records_end(query);
  }
  for (size_t i = 0; i < records->stores; i++) {
    fputs(i == 0 ? " " : ", ", page);
    if (records->stores > 1) {
      fprintf(page, "(%zu) ", i + 1);
    }
    fputs("<code>", page);
    text_html(page, records->paths[i]);
    fputs("</code>", page);
  }
  fputs(". Where a case was run more than once the newest run counts, and the median for times.</p>\n", page);
  write_navigation(records, figures, page);
  fputs("</header>\n", page);
}

static void write_figure(const record_set *records, const figure_list *figures, size_t i, const char *command,
                         FILE *page) {
  const figure *one = &figures->list[i];
  fprintf(page,
          "<figure id=\"%s\">\n<h3>%s</h3>\n<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"",
          one->name, one->title);
  text_html(page, one->label);
  fputs("\">\n", page);
  figure_write_inline(one, page);
  fputs("</div>\n<figcaption>\n", page);
  if (*one->note != '\0') {
    fprintf(page, "<p>%s</p>\n", one->note);
  }
  provenance_write(records, i, command, page);
  fputs("</figcaption>\n</figure>\n", page);
}

static void write_section_figures(const record_set *records, const figure_list *figures,
                                  figure_section section, const char *command, FILE *page) {
  for (size_t i = 0; i < figures->count; i++) {
    if (figures->list[i].section == section) {
      write_figure(records, figures, i, command, page);
    }
  }
}

void page_write(const record_set *records, const figure_list *figures, const char *render_command,
                FILE *page) {
  write_head(page);
  write_header(records, figures, page);
  fputs("<main>\n", page);
  if (headline_has_games(records)) {
    fputs("<section>\n<h2 id=\"games\">What wins where</h2>\n", page);
    write_section_figures(records, figures, FIGURE_OVERVIEW, render_command, page);
    headline_write_games(records, page);
    fputs("</section>\n", page);
  }
  if (contests_exist(records)) {
    fputs("<section>\n<h2 id=\"contests\">Who needs fewer evaluations</h2>\n", page);
    write_lines(LINES(contests_text), page);
    contests_write(records, page);
    fputs("</section>\n", page);
  }
  if (claims_exist(records, CLAIMS_OF_THEORY)) {
    fputs("<section>\n<h2 id=\"claims\">What theory claims</h2>\n", page);
    write_lines(LINES(claims_text), page);
    claims_write(records, CLAIMS_OF_THEORY, page);
    fputs("</section>\n", page);
  }
  if (targets_exist(records)) {
    fputs("<section>\n<h2 id=\"targets\">How fast it ought to be</h2>\n", page);
    write_lines(LINES(targets_text), page);
    targets_write(records, page);
    fputs("</section>\n", page);
  }
  for (size_t i = 0; i < PARTS; i++) {
    if (has_section(figures, part[i].section)) {
      fprintf(page, "<section>\n<h2 id=\"%s\">%s</h2>\n", part[i].id, part[i].title);
      write_lines(part[i].lines, part[i].text, page);
      if (part[i].write_first != NULL) {
        part[i].write_first(records, page);
      }
      write_section_figures(records, figures, part[i].section, render_command, page);
      if (part[i].write_more != NULL) {
        part[i].write_more(records, page);
      }
      fputs("</section>\n", page);
    }
  }
  fputs("<section>\n<h2 id=\"runs\">All runs</h2>\n"
        "<p class=\"small\">Time: of a solve, or of one iteration in family step. Files hold more columns "
        "than the "
        "table.</p>\n",
        page);
  rows_write_table(page);
  fputs("</section>\n<section>\n<h2 id=\"machine\">Machine and settings</h2>\n", page);
  table_write_machines(records, page);
  write_section_figures(records, figures, FIGURE_PROBE, render_command, page);
  table_write_settings(records, page);
  fprintf(page, "</section>\n</main>\n<footer><p>Rendered by lerp-report %s (%s).</p></footer>\n",
          lerp_version(), tool_commit());
  rows_write_data(records, page);
  fputs("<script>\n", page);
  write_lines(LINES(page_js), page);
  write_lines(LINES(rows_js), page);
  fputs("</script>\n</body>\n</html>\n", page);
}

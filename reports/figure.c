/* SPDX-License-Identifier: MIT */
#include "figure.h"

#include <stdlib.h>
#include <string.h>

#include "../bench/memory.h"
#include "gnuplot.h"
#include "svg.h"
#include "text.h"

static const char *const style_chart[] = {
#include "style.gp.inc"
};
static const char *const figure_css[] = {
#include "figure.css.inc"
};

void figures_init(figure_list *self, const record_set *records) {
  *self = (figure_list){.records = records};
  self->script = text_open(&self->script_text, &self->script_size);
  FIGURE_CHART(self, style_chart);
}

static void free_figure(figure *self) {
  for (size_t i = 0; i < self->curves; i++) {
    free(self->curve[i]);
  }
  free(self->curve);
  free(self->name);
  free(self->title);
  free(self->note);
  free(self->label);
}

void figures_fini(figure_list *self) {
  for (size_t i = 0; i < self->count; i++) {
    free_figure(&self->list[i]);
  }
  free(self->list);
  free(self->script_text);
  free(self->output);
}

static bool is_name_taken(const figure_list *self, const char *name) {
  for (size_t i = 0; i < self->count; i++) {
    if (strcmp(self->list[i].name, name) == 0) {
      return true;
    }
  }
  return false;
}

static char *new_name(const figure_list *self, const char *kind, const char *subject) {
  for (int copy = 1;; copy++) {
    char *name;
    size_t size;
    FILE *stream = text_open(&name, &size);
    fprintf(stream, "%s-", kind);
    text_slug(stream, subject);
    if (copy > 1) {
      fprintf(stream, "-%d", copy);
    }
    text_close(stream);
    if (!is_name_taken(self, name)) {
      return name;
    }
    free(name);
  }
}

figure *figure_begin(figure_list *self, figure_section section, const char *kind, const char *subject,
                     int width, int height) {
  char *name = new_name(self, kind, subject);
  self->list = memory_resize(self->list, self->count + 1, sizeof *self->list);
  figure *made = &self->list[self->count++];
  *made = (figure){.section = section, .name = name, .width = width, .height = height};
  fprintf(self->script, "reset\nset terminal svg size %d,%d noenhanced font 'sans-serif,12'\n", width,
          height);
  return made;
}

void figure_chart(const figure_list *self, size_t count, const char *const *lines) {
  for (size_t i = 0; i < count; i++) {
    fputs(lines[i], self->script);
  }
}

void figure_curve(figure *self, const char *name) {
  self->curve = memory_resize(self->curve, self->curves + 1, sizeof *self->curve);
  self->curve[self->curves++] = memory_copy_text(name);
}

void figure_uses(const figure_list *self, const char *condition, const char *argument1,
                 const char *argument2) {
  char *sql = sqlite3_mprintf("INSERT OR IGNORE INTO used SELECT %d, row FROM sample WHERE %s",
                              (int)self->count - 1, condition);
  sqlite3_stmt *query = records_query(self->records, sql, argument1, argument2, NULL);
  while (records_next(query)) {
  }
  sqlite3_free(sql);
}

/* gnuplot writes one document after the other. */
static size_t split_documents(figure_list *self) {
  static const char mark[] = "<?xml";
  size_t count = 0;
  for (char *p = strstr(self->output, mark); p != NULL; p = strstr(p + 1, mark)) {
    *p = '\0';
    if (count < self->count) {
      self->list[count].svg = p + 1;
    }
    count++;
  }
  return count;
}

void figures_draw(figure_list *self) {
  text_close(self->script);
  if (self->count == 0) {
    return;
  }
  self->output = gnuplot_run(self->script_text, self->script_size);
  size_t drawn = split_documents(self);
  if (drawn != self->count) {
    tool_fail(TOOL_BAD_INPUT, "gnuplot drew %zu of %zu figures", drawn, self->count);
  }
}

static void write_root(const figure *self, FILE *stream, const char *attributes) {
  fprintf(stream, "<svg class=\"figure\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", self->width,
          self->height);
  text_html(stream, self->label);
  fprintf(stream, "\" %s>\n", attributes);
}

void figure_write_inline(const figure *self, FILE *page) {
  char style[64];
  snprintf(style, sizeof style, "style=\"min-width:%dpx\"", self->width * 3 / 4);
  write_root(self, page, style);
  svg_write_body(page, self->svg, self->name, self->curve, self->curves);
  fputs("</svg>\n", page);
}

void figure_write_file(const figure *self, FILE *file) {
  char attributes[160];
  snprintf(attributes, sizeof attributes,
           "width=\"%d\" height=\"%d\" xmlns=\"http://www.w3.org/2000/svg\" "
           "xmlns:xlink=\"http://www.w3.org/1999/xlink\"",
           self->width, self->height);
  fputs("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n", file);
  write_root(self, file, attributes);
  fputs("<style>\n", file);
  for (size_t i = 0; i < sizeof figure_css / sizeof *figure_css; i++) {
    fputs(figure_css[i], file);
  }
  fputs("</style>\n", file);
  svg_write_body(file, self->svg, self->name, self->curve, self->curves);
  fputs("</svg>\n", file);
}

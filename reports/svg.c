/* SPDX-License-Identifier: MIT */
#include "svg.h"

#include <stdbool.h>
#include <string.h>

#include "text.h"

static const char *after(const char *text, const char *mark) {
  const char *found = strstr(text, mark);
  return found == NULL ? text + strlen(text) : found + strlen(mark);
}

static bool starts(const char *text, const char *with) {
  return strncmp(text, with, strlen(with)) == 0;
}

static bool starts_shared_id(const char *text) {
  static const char *const ids[] = {"gpPt", "gpDot", "textbox", "greybox"};
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    if (starts(text, ids[i])) {
      return true;
    }
  }
  return false;
}

/* Returns the position behind the opening tags of a plot element, whose title is a running number. */
static const char *write_plot_element(FILE *stream, const char *element, const char *name) {
  fputs("<g class=\"plot\">", stream);
  if (*name != '\0') {
    fputs("<title>", stream);
    text_html(stream, name);
    fputs("</title>", stream);
  }
  return after(element, "</title>");
}

void svg_write_body(FILE *stream, const char *document, const char *prefix, char *const *names,
                    size_t count) {
  static const char element[] = "<g id=\"gnuplot_plot_", canvas[] = " id=\"gnuplot_canvas\"";
  const char *p = after(after(document, "<svg"), "</desc>");
  size_t next = 0;
  while (*p != '\0' && !starts(p, "</svg>")) {
    if (starts(p, element)) {
      p = write_plot_element(stream, p, next < count ? names[next] : "");
      next++;
      continue;
    }
    if (starts(p, canvas)) {
      p += strlen(canvas);
      continue;
    }
    if (starts_shared_id(p)) {
      fprintf(stream, "%s-", prefix);
    }
    fputc(*p++, stream);
  }
}

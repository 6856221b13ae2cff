/* SPDX-License-Identifier: MIT */
/* What was solved: the pictures that problems give of themselves, one figure a run. They come as data whose words are
 * those of lerp/picture.h; nothing here knows a problem. */
#include "charts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../bench/memory.h"
#include "panels.h"
#include "text.h"

static const char *const gallery_chart[] = {
#include "gallery.gp.inc"
};

enum { COLUMNS = 3, TOP = 34, BOTTOM = 54, LEGEND = 40, LEFT = 62, RIGHT = 14, BARE = 8, HEIGHT = 380 };

/* The newest run of each problem and method that has a picture; trainings also differ in the order of the players. */
#define RUNS                                                                                                 \
  "(SELECT max(row) AS row FROM sample WHERE row IN (SELECT row FROM picture) GROUP BY problem, method,"     \
  " CASE family WHEN 'gan' THEN name END)"

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text == NULL ? "" : text;
}

static double element(const json_t *array, size_t i) {
  const json_t *value = json_array_get(array, i);
  return json_is_number(value) ? json_number_value(value) : NAN;
}

/* A layer whose numbers are as many as its size says. */
typedef struct layer {
  const char *kind, *name;
  size_t rows, columns, values, width; /* width: numbers in a row */
  double box[4];                       /* left, right, bottom, top */
  double low, high;
  bool colours;
  const json_t *numbers;
} layer;

static bool is_kind(const layer *self, const char *kind) {
  return strcmp(self->kind, kind) == 0;
}

static double number(const layer *self, size_t row, size_t place) {
  return element(self->numbers, row * self->width + place);
}

static bool read_layer(const json_t *object, layer *self) {
  *self = (layer){.kind = text_of(object, "kind"),
                  .name = text_of(object, "name"),
                  .rows = (size_t)json_integer_value(json_object_get(object, "rows")),
                  .columns = (size_t)json_integer_value(json_object_get(object, "columns")),
                  .values = (size_t)json_integer_value(json_object_get(object, "values")),
                  .low = element(json_object_get(object, "range"), 0),
                  .high = element(json_object_get(object, "range"), 1),
                  .colours = json_is_true(json_object_get(object, "colours")),
                  .numbers = json_object_get(object, "numbers")};
  for (size_t i = 0; i < 4; i++) {
    self->box[i] = element(json_object_get(object, "box"), i);
  }
  self->width = is_kind(self, "image") ? self->columns * self->values : is_kind(self, "arrows") ? 4 : 2;
  const size_t count = json_array_size(self->numbers);
  return self->width > 0 && count > 0 && count % self->width == 0 && count / self->width == self->rows;
}

/* --- Ranges ------------------------------------------------------------------------------------------- */

typedef struct extent {
  double low[2], high[2];
} extent;

static void include(extent *self, double x, double y) {
  const double at[2] = {x, y};
  for (int i = 0; i < 2 && isfinite(x) && isfinite(y); i++) {
    self->low[i] = fmin(self->low[i], at[i]);
    self->high[i] = fmax(self->high[i], at[i]);
  }
}

static extent extent_of(const json_t *layers) {
  extent self = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
  size_t i;
  const json_t *object;
  layer one;
  json_array_foreach(layers, i, object) {
    const bool fine = read_layer(object, &one), image = is_kind(&one, "image");
    if (fine && image) {
      include(&self, one.box[0], one.box[2]);
      include(&self, one.box[1], one.box[3]);
    }
    for (size_t row = 0; fine && !image && row < one.rows; row++) {
      include(&self, number(&one, row, 0), number(&one, row, 1));
    }
  }
  return self;
}

/* --- Layers ------------------------------------------------------------------------------------------- */

/* A scale from blue over white to red. */
static void diverging(double share, int rgb[3]) {
  static const double low[3] = {33, 102, 172}, middle[3] = {247, 247, 247}, high[3] = {178, 24, 43};
  const double *end = share < 0.5 ? low : high, weight = fabs(2 * share - 1);
  for (int i = 0; i < 3; i++) {
    rgb[i] = (int)lrint(weight * end[i] + (1 - weight) * middle[i]);
  }
}

static void cell_colour(const layer *image, size_t row, size_t column, int rgb[3]) {
  for (size_t i = 0; i < 3; i++) {
    size_t place = column * image->values + (image->values == 3 ? i : 0);
    double share = (number(image, row, place) - image->low) / (image->high - image->low);
    share = fmin(fmax(share, 0), 1);
    rgb[i] = (int)lrint(255 * share);
    if (image->colours && image->values == 1) {
      diverging(share, rgb);
      return;
    }
  }
}

/* Centres of cells with their colours; gnuplot needs two in both directions, so single ones are halved. */
static void write_image(curve_set *images, const layer *image) {
  const size_t rows = image->rows == 1 ? 2 : image->rows, columns = image->columns == 1 ? 2 : image->columns;
  const double *box = image->box;
  int rgb[3];
  curves_begin(images, image->name, 0, 0);
  for (size_t row = 0; row < rows; row++) {
    for (size_t column = 0; column < columns; column++) {
      cell_colour(image, row * image->rows / rows, column * image->columns / columns, rgb);
      fprintf(images->points, "%.7g %.7g %d %d %d\n",
              box[0] + (box[1] - box[0]) * ((double)column + 0.5) / (double)columns,
              box[3] - (box[3] - box[2]) * ((double)row + 0.5) / (double)rows, rgb[0], rgb[1], rgb[2]);
    }
  }
}

static void write_rows(curve_set *set, const layer *rows, int slot) {
  curves_begin(set, rows->name, slot, 0);
  for (size_t row = 0; row < rows->rows; row++) {
    bool gap = false;
    for (size_t place = 0; place < rows->width; place++) {
      gap = gap || !isfinite(number(rows, row, place));
    }
    for (size_t place = 0; place < rows->width && !gap; place++) {
      fprintf(set->points, "%.7g ", number(rows, row, place));
    }
    fputc('\n', set->points);
  }
}

/* In the order in which gallery.gp draws them. */
enum { IMAGES, BARS, ARROWS, LINES, POINTS, SETS };
static const char *const set_kind[SETS] = {"image", "bars", "arrows", "lines", "points"};

static void write_layers(panel_grid *panels, const json_t *layers) {
  curve_set set[SETS];
  size_t i;
  const json_t *object;
  layer one;
  int slot = 0;
  for (int s = 0; s < SETS; s++) {
    curves_init(&set[s], set_kind[s]);
  }
  json_array_foreach(layers, i, object) {
    const bool fine = read_layer(object, &one);
    for (int s = 0; s < SETS && fine; s++) {
      if (is_kind(&one, set_kind[s]) && s == IMAGES) {
        write_image(&set[s], &one);
      } else if (is_kind(&one, set_kind[s])) {
        write_rows(&set[s], &one, s == ARROWS ? -1 : slot++);
      }
    }
  }
  for (int s = 0; s < SETS; s++) {
    curves_end(&set[s], panels);
  }
}

/* --- Figures ------------------------------------------------------------------------------------------ */

static bool has_axes(const json_t *panel) {
  return *text_of(panel, "x") != '\0' || *text_of(panel, "y") != '\0';
}

static bool has_legend(const json_t *panel) {
  size_t i;
  const json_t *object;
  json_array_foreach(json_object_get(panel, "layers"), i, object) {
    if (*text_of(object, "name") != '\0') {
      return true;
    }
  }
  return false;
}

static bool any(const json_t *panels, bool (*holds)(const json_t *panel)) {
  size_t i;
  const json_t *panel;
  json_array_foreach(panels, i, panel) {
    if (holds(panel)) {
      return true;
    }
  }
  return false;
}

/* Panels of pictures alone are as high as the highest of these. */
static int height_of(const json_t *panels, int columns) {
  double highest = 0, width = (double)PANELS_WIDTH / columns - 2 * BARE;
  size_t i;
  const json_t *panel;
  json_array_foreach(panels, i, panel) {
    extent shown = extent_of(json_object_get(panel, "layers"));
    highest = fmax(highest, (shown.high[1] - shown.low[1]) / (shown.high[0] - shown.low[0]) * width);
  }
  return (int)fmin(fmax(highest, 100), 500) + TOP + BARE;
}

/* The same scale on both axes: the ranges are those of what is shown, and the panel shrinks to their shape around its
 * middle. `box` is left, right, bottom, top in points. */
static void write_equal_scale(FILE *script, const figure *within, const json_t *layers, const double box[4]) {
  const extent shown = extent_of(layers);
  const double width = shown.high[0] - shown.low[0], height = shown.high[1] - shown.low[1];
  const double scale = fmin((box[1] - box[0]) / width, (box[3] - box[2]) / height);
  if (!(width > 0 && height > 0 && isfinite(width) && isfinite(height))) {
    return;
  }
  const double x = (box[0] + box[1]) / 2, y = (box[2] + box[3]) / 2;
  fprintf(script,
          "set xrange [%.9g:%.9g]\nset yrange [%.9g:%.9g]\n"
          "set lmargin at screen %.6f\nset rmargin at screen %.6f\nset bmargin at screen %.6f\n"
          "set tmargin at screen %.6f\n",
          shown.low[0], shown.high[0], shown.low[1], shown.high[1], (x - scale * width / 2) / within->width,
          (x + scale * width / 2) / within->width, (y - scale * height / 2) / within->height,
          (y + scale * height / 2) / within->height);
}

static void write_axes(FILE *script, const json_t *panel) {
  fprintf(script, "axes = %d\nset xlabel ", has_axes(panel));
  text_gnuplot(script, text_of(panel, "x"));
  fputs("\nset ylabel ", script);
  text_gnuplot(script, text_of(panel, "y"));
  fputs("\nset autoscale\n", script);
}

static void add_panel(panel_grid *panels, const json_t *panel) {
  FILE *script = panels->figures->script;
  const json_t *layers = json_object_get(panel, "layers");
  const figure *within = panels->figure;
  const double left = panels->next % panels->columns * panels->width,
               bottom = within->height - (panels->next / panels->columns + 1.0) * panels->height;
  const double box[4] = {left + panels->left, left + panels->width - panels->right, bottom + panels->bottom,
                         bottom + panels->height - panels->top};
  panels_next(panels, "", text_of(panel, "title"));
  write_axes(script, panel);
  fprintf(script, "key_y = %.6f\n", (bottom + LEGEND) / within->height);
  if (json_is_true(json_object_get(panel, "equal"))) {
    write_equal_scale(script, within, layers, box);
  }
  write_layers(panels, layers);
  FIGURE_CHART(panels->figures, gallery_chart);
}

static void write_title(sqlite3_stmt *run, FILE *title) {
  fputs("<code>", title);
  text_html(title, records_text(run, 1));
  fputs("</code> by <code>", title);
  text_html(title, records_text(run, 2));
  fputs("</code>: ", title);
  text_html(title, records_text(run, 3));
  fputs(" after ", title);
  text_count(title, records_real(run, 4));
  fputs(" evaluations", title);
}

/* Columns: row, problem, method, what became of it, evaluations, json. */
static void add_figure(figure_list *figures, sqlite3_stmt *run) {
  json_t *picture = json_loads(records_text(run, 5), 0, NULL);
  const json_t *all = json_object_get(picture, "panels"), *panel;
  const int count = (int)json_array_size(all), columns = count < COLUMNS ? count : COLUMNS;
  if (count == 0) {
    json_decref(picture);
    return;
  }
  const bool axes = any(all, has_axes);
  const int legend = any(all, has_legend) ? LEGEND : 0;
  panel_grid panels = panels_begin(figures, FIGURE_GALLERY, "gallery", records_text(run, 1), count, columns,
                                   axes ? HEIGHT + legend : height_of(all, columns), 0);
  panels.left = axes ? LEFT : BARE;
  panels.right = axes ? RIGHT : BARE;
  panels.bottom = axes ? BOTTOM + legend : BARE;
  size_t i, size;
  json_array_foreach(all, i, panel) {
    add_panel(&panels, panel);
  }
  FILE *text = text_open(&panels.figure->title, &size);
  write_title(run, text);
  text_close(text);
  text = text_open(&panels.figure->note, &size);
  text_html(text, text_of(picture, "caption"));
  text_close(text);
  text = text_open(&panels.figure->label, &size);
  fprintf(text, "%s, solved by %s", records_text(run, 1), records_text(run, 2));
  json_array_foreach(all, i, panel) {
    fprintf(text, "%s %s", i == 0 ? ":" : ";", text_of(panel, "title"));
  }
  text_close(text);
  figure_uses(figures, "row = CAST(?1 AS INTEGER)", records_text(run, 0), NULL);
  panels_end(&panels);
  json_decref(picture);
}

void chart_gallery(figure_list *self) {
  sqlite3_stmt *run = records_query(
      self->records,
      "SELECT row, problem, method, CASE WHEN family <> 'gan' OR outcome = 'diverged' THEN outcome"
      " WHEN instr(name, '/alternating') THEN 'trained in turn' ELSE 'trained at once' END,"
      " evaluations, json FROM sample"
      " JOIN picture USING (row) WHERE row IN " RUNS " ORDER BY problem, method",
      NULL);
  while (records_next(run)) {
    add_figure(self, run);
  }
}

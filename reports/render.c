/* SPDX-License-Identifier: MIT */
/* lerp-report render: stores in, a page and its figures out. */
#include "render.h"

#include <stdlib.h>

#include "../bench/memory.h"
#include "../bench/plugin.h"
#include "arguments.h"
#include "charts.h"
#include "output.h"
#include "page.h"
#include "text.h"

typedef struct render_options {
  arguments given;
  char **plugins;
  size_t plugin_count;
} render_options;

enum { OPTION_PLUGIN = 256 };

static const struct argp_option option_table[] = {
    {"output", 'o', "DIR", 0, "write DIR/index.html and DIR/figures/*.svg (required)", 0},
    {"plugin", OPTION_PLUGIN, "./FILE.so", 0, PLUGIN_OPTION_TEXT, 0},
    {0}};

static const char summary[] =
    "Renders the runs of result stores as one self-contained page."
    "\v"
    "DIR/index.html needs no network; DIR/figures holds every figure as a static SVG. Several stores are "
    "read as one.\n\n"
    "Example:\n"
    "  lerp-report render results.sqlite -o report\n\n"
    "Exit status: 0 done, 2 bad input or a failed write.";

static error_t parse_option(int key, char *text, struct argp_state *state) {
  render_options *o = state->input;
  switch (key) {
  case OPTION_PLUGIN:
    plugin_load(text);
    o->plugins = memory_resize(o->plugins, o->plugin_count + 1, sizeof *o->plugins);
    o->plugins[o->plugin_count++] = text;
    break;
  case ARGP_KEY_END:
    if (o->given.count == 0) {
      tool_fail(TOOL_BAD_INPUT, "STORE is missing: lerp-report render STORE... -o DIR (--help says more)");
    }
    if (o->given.output == NULL || *o->given.output == '\0') {
      tool_fail(TOOL_BAD_INPUT, "-o DIR is missing: where should the page go?");
    }
    break;
  default:
    return arguments_parse(key, text, &o->given);
  }
  return 0;
}

/* The command that made this page, for readers who want to make it again. */
static char *describe_command(const render_options *o) {
  char *options;
  size_t size;
  FILE *stream = text_open(&options, &size);
  for (size_t i = 0; i < o->plugin_count; i++) {
    fputs(" --plugin ", stream);
    text_shell(stream, o->plugins[i]);
  }
  text_close(stream);
  char *command = arguments_command(&o->given, "lerp-report render", options);
  free(options);
  return command;
}

static void write_figures(const figure_list *figures, const char *folder) {
  char *path, *name, *text;
  size_t size;
  FILE *stream = text_open(&path, &size);
  fprintf(stream, "%s/figures", folder);
  text_close(stream);
  output_make_folder(path);
  for (size_t i = 0; i < figures->count; i++) {
    stream = text_open(&name, &size);
    fprintf(stream, "%s.svg", figures->list[i].name);
    text_close(stream);
    stream = text_open(&text, &size);
    figure_write_file(&figures->list[i], stream);
    text_close(stream);
    output_replace(path, name, text, size);
    free(name);
    free(text);
  }
  free(path);
}

static void write_page(const record_set *records, const figure_list *figures, const render_options *o) {
  char *text, *command = describe_command(o);
  size_t size;
  FILE *stream = text_open(&text, &size);
  page_write(records, figures, command, stream);
  text_close(stream);
  output_replace(o->given.output, "index.html", text, size);
  free(text);
  free(command);
}

int render_main(int argc, char **argv) {
  static const struct argp parser = {
      .options = option_table, .parser = parse_option, .args_doc = "STORE...", .doc = summary};
  render_options o = {0};
  argp_parse(&parser, argc, argv, 0, NULL, &o);

  record_set records = records_load(o.given.stores, o.given.count);
  figure_list figures;
  figures_init(&figures, &records);
  figures.name_length = records_number(&records, "SELECT max(length(method)) FROM colour", NULL);
  chart_winners(&figures);
  chart_heat_maps(&figures);
  chart_residuals(&figures);
  chart_profiles(&figures);
  chart_sensitivity(&figures);
  chart_times(&figures);
  chart_roofline(&figures);
  chart_scaling(&figures);
  chart_trajectories(&figures);
  chart_trainings(&figures);
  chart_gallery(&figures);
  chart_probes(&figures);
  figures_draw(&figures);

  output_make_folder(o.given.output);
  write_figures(&figures, o.given.output);
  write_page(&records, &figures, &o);
  figures_fini(&figures);
  records_free(&records);
  arguments_free(&o.given);
  free(o.plugins);
  return TOOL_DONE;
}

/* SPDX-License-Identifier: MIT */
#include "merge.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../bench/tool.h"
#include "store.h"
#include "text.h"

static const char *const lines[] = {
#include "merge.sql.inc"
};

static const char summary[] =
    "Adds the samples of stores, such as the parts of a sweep by lerp-bench --shard, to the store OUT, which "
    "is made where "
    "there is none. Every store is added whole or not at all; samples that are in OUT already stay as they "
    "are."
    "\v"
    "Where two runs have the same repetition of a case, the later one's repetitions are counted on.\n\n"
    "Example:\n"
    "  lerp-report merge sweep.sqlite part-1.sqlite part-2.sqlite\n\n"
    "Exit status: 0 done, 2 bad input or a failed write.";

typedef struct merge {
  store *out;
  sqlite3 *database; /* of it */
  const char *into;
  char *sql;
  sqlite3_int64 added, present;
} merge;

/* Undoes what was done of one store. */
_Noreturn static void fail(const merge *self, const char *path) {
  char *message =
      sqlite3_mprintf("cannot add '%s' to '%s': %s", path, self->into, sqlite3_errmsg(self->database));
  sqlite3_exec(self->database, "ROLLBACK", NULL, NULL, NULL);
  store_close(self->out);
  tool_fail(TOOL_BAD_INPUT, "%s", message);
}

static void execute(const merge *self, const char *sql, const char *path) {
  if (sqlite3_exec(self->database, sql, NULL, NULL, NULL) != SQLITE_OK) {
    fail(self, path);
  }
}

static sqlite3_int64 count(const merge *self, const char *sql, const char *path) {
  sqlite3_stmt *query;
  if (sqlite3_prepare_v2(self->database, sql, -1, &query, NULL) != SQLITE_OK ||
      sqlite3_step(query) != SQLITE_ROW) {
    fail(self, path);
  }
  const sqlite3_int64 number = sqlite3_column_int64(query, 0);
  sqlite3_finalize(query);
  return number;
}

/* --- Stores -------------------------------------------------------------------------------------------- */

static store *open_source(const char *path) {
  store *opened;
  lerp_error error;
  if (store_open(path, &opened, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
  return opened;
}

static void check_source(const char *path, const char *into) {
  struct stat of, out;
  if (stat(path, &of) == 0 && stat(into, &out) == 0 && of.st_dev == out.st_dev && of.st_ino == out.st_ino) {
    tool_fail(TOOL_BAD_INPUT, "'%s' is the store that the others are added to", path);
  }
  store *opened = open_source(path);
  if (store_note(opened) != NULL) {
    tool_warn("%s", store_note(opened));
  }
  store_close(opened);
}

/* Makes OUT where there is none. */
static void open_target(merge *self) {
  lerp_error error;
  if (store_create(self->into, &self->out, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
  self->database = store_database(self->out);
  execute(self, "PRAGMA temp_store = MEMORY", self->into);
}

static void add(merge *self, const char *path) {
  store *opened = open_source(path);
  char *attach = sqlite3_mprintf("ATTACH %Q AS source", store_uri(opened));
  execute(self, attach, path);
  execute(self, "BEGIN IMMEDIATE", path);
  execute(self, self->sql, path);
  const sqlite3_int64 all = count(self, "SELECT count(*) FROM source.sample", path);
  const sqlite3_int64 fresh = count(self, "SELECT count(*) FROM temp.fresh", path);
  execute(self, "COMMIT", path);
  execute(self, "DETACH source", path);
  self->added += fresh;
  self->present += all - fresh;
  sqlite3_free(attach);
  store_close(opened);
}

static char *join_lines(void) {
  char *sql;
  size_t size;
  FILE *stream = text_open(&sql, &size);
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    fputs(lines[i], stream);
  }
  text_close(stream);
  return sql;
}

/* --- The command --------------------------------------------------------------------------------------- */

typedef struct merge_options {
  char **path; /* OUT, STORE... */
  int count;
} merge_options;

static error_t parse_option(int key, char *text, struct argp_state *state) {
  (void)text;
  merge_options *options = state->input;
  switch (key) {
  case ARGP_KEY_ARGS:
    options->path = state->argv + state->next;
    options->count = state->argc - state->next;
    return 0;
  case ARGP_KEY_END:
    if (options->count < 2) {
      tool_fail(TOOL_BAD_INPUT, "OUT and at least one STORE are wanted: lerp-report merge OUT STORE...");
    }
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

int merge_main(int argc, char **argv) {
  static const struct argp parser = {.parser = parse_option, .args_doc = "OUT STORE...", .doc = summary};
  merge_options options = {0};
  argp_parse(&parser, argc, argv, 0, NULL, &options);
  merge self = {.into = options.path[0], .sql = join_lines()};
  for (int i = 1; i < options.count; i++) {
    check_source(options.path[i], self.into);
  }
  open_target(&self);
  for (int i = 1; i < options.count; i++) {
    add(&self, options.path[i]);
  }
  printf("%lld samples were added to %s", (long long)self.added, self.into);
  if (self.present > 0) {
    printf(", %lld were there already", (long long)self.present);
  }
  putchar('\n');
  store_close(self.out);
  free(self.sql);
  return TOOL_DONE;
}

/* SPDX-License-Identifier: MIT */
#include "records.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/tool.h"
#include "lines.h"
#include "median.h"
#include "store.h"
#include "text.h"

static const char *const derived_tables[] = {
#include "records.sql.inc"
};

static const char create_tables[] =
    "CREATE TABLE machine(key TEXT PRIMARY KEY, json TEXT);"
    "CREATE TABLE trajectory(row INTEGER, iteration INTEGER, evaluations INTEGER, residual REAL, x REAL,"
    " y REAL);"
    "CREATE TABLE picture(row INTEGER PRIMARY KEY, json TEXT);"
    "CREATE TABLE training(row INTEGER PRIMARY KEY, json TEXT);"
    "CREATE TABLE contest(row INTEGER PRIMARY KEY, store INTEGER, id INTEGER" STORE_CONTEST_COLUMNS(
        STORE_DECLARE) ");"
                       "CREATE TABLE claim(row INTEGER PRIMARY KEY, store INTEGER, id "
                       "INTEGER" STORE_CLAIM_COLUMNS(
                           STORE_DECLARE) ");"
                                          "CREATE TABLE target(row INTEGER PRIMARY KEY, store INTEGER, id "
                                          "INTEGER" STORE_TARGET_COLUMNS(
                                              STORE_DECLARE) ");"
                                                             "CREATE TABLE sample(row INTEGER PRIMARY KEY, "
                                                             "store INTEGER, id INTEGER" STORE_SAMPLE_COLUMNS(
                                                                 STORE_DECLARE) ");";

static const char copy_samples[] = "INSERT INTO sample SELECT NULL, ?1, id" STORE_SAMPLE_COLUMNS(
    STORE_NAME) " FROM source.sample ORDER BY id";
static const char copy_claims[] =
    "INSERT INTO claim SELECT NULL, ?1, id" STORE_CLAIM_COLUMNS(STORE_NAME) " FROM source.claim ORDER BY id";
static const char copy_contests[] = "INSERT INTO contest SELECT NULL, ?1, id" STORE_CONTEST_COLUMNS(
    STORE_NAME) " FROM source.contest ORDER BY id";
static const char copy_targets[] = "INSERT INTO target SELECT NULL, ?1, id" STORE_TARGET_COLUMNS(
    STORE_NAME) " FROM source.target ORDER BY id";
static const char copy_machines[] = "INSERT OR IGNORE INTO machine SELECT key, json FROM source.machine";
static const char copy_trajectories[] =
    "INSERT INTO trajectory SELECT row, p.iteration, p.evaluations, p.residual, p.x, p.y"
    " FROM source.trajectory AS p JOIN sample ON store = ?1 AND id = p.sample WHERE family <> 'count'"
    " ORDER BY row, p.iteration";
static const char copy_trainings[] = "INSERT INTO training SELECT row, json FROM source.training AS t JOIN "
                                     "sample ON store = ?1 AND id = t.sample";
static const char copy_pictures[] = "INSERT INTO picture SELECT row, json FROM source.picture AS p JOIN "
                                    "sample ON store = ?1 AND id = p.sample";

_Noreturn static void fail(const record_set *self, const char *path) {
  tool_fail(TOOL_BAD_INPUT, "cannot read the rows of %s%s%s: %s", path == NULL ? "the stores" : "'",
            path == NULL ? "" : path, path == NULL ? "" : "'", sqlite3_errmsg(self->database));
}

/* without(specification, key): the specification less its parameter `key`. */
static void without(sqlite3_context *context, int count, sqlite3_value **argument) {
  (void)count;
  const char *spec = (const char *)sqlite3_value_text(argument[0]);
  const char *key = (const char *)sqlite3_value_text(argument[1]);
  if (spec == NULL || key == NULL) {
    return;
  }
  size_t length = strlen(key);
  for (const char *part = strchr(spec, ':'); part != NULL; part = strchr(part + 1, ':')) {
    if (strncmp(part + 1, key, length) == 0 && part[length + 1] == '=') {
      char *rest = sqlite3_mprintf("%.*s%s", (int)(part - spec), spec, part + 1 + strcspn(part + 1, ":"));
      sqlite3_result_text(context, rest, -1, sqlite3_free);
      return;
    }
  }
  sqlite3_result_value(context, argument[0]);
}

static void execute(const record_set *self, const char *sql, const char *path) {
  if (sqlite3_exec(self->database, sql, NULL, NULL, NULL) != SQLITE_OK) {
    fail(self, path);
  }
}

static void copy(const record_set *self, const char *sql, size_t number, const char *path) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(self->database, sql, -1, &statement, NULL) != SQLITE_OK) {
    fail(self, path);
  }
  sqlite3_bind_int64(statement, 1, (sqlite3_int64)number);
  if (sqlite3_step(statement) != SQLITE_DONE) {
    fail(self, path);
  }
  sqlite3_finalize(statement);
}

/* The statement that attaches a store, after a look at what it is. */
static char *attach(const char *path) {
  store *opened;
  lerp_error error;
  if (store_open(path, &opened, &error) != LERP_OK) {
    tool_fail_input(path, &error);
  }
  if (store_note(opened) != NULL) {
    tool_warn("%s", store_note(opened));
  }
  char *sql = sqlite3_mprintf("ATTACH %Q AS source", store_uri(opened));
  store_close(opened);
  return sql;
}

/* The rows of a store at one moment, while others may write to it: its machines and samples, and everything else where that
 * is wanted. */
static void add_store(const record_set *self, size_t number, bool everything) {
  const char *path = self->paths[number];
  char *attachment = attach(path);
  execute(self, attachment, path);
  execute(self, "BEGIN", path);
  copy(self, copy_machines, number, path);
  copy(self, copy_samples, number, path);
  if (everything) {
    copy(self, copy_targets, number, path);
    copy(self, copy_claims, number, path);
    copy(self, copy_contests, number, path);
    copy(self, copy_trajectories, number, path);
    copy(self, copy_pictures, number, path);
    copy(self, copy_trainings, number, path);
  }
  execute(self, "COMMIT", path);
  execute(self, "DETACH source", path);
  sqlite3_free(attachment);
}

void records_run(const record_set *self, size_t lines, const char *const *line) {
  char *sql;
  size_t size;
  FILE *stream = text_open(&sql, &size);
  for (size_t i = 0; i < lines; i++) {
    fputs(line[i], stream);
  }
  text_close(stream);
  execute(self, sql, NULL);
  free(sql);
}

static void derive(const record_set *self) {
  RECORDS_RUN(self, derived_tables);
}

static record_set open_records(char *const *paths, size_t count) {
  record_set self = {.paths = paths, .stores = count};
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI;
  if (sqlite3_open_v2(":memory:", &self.database, flags, NULL) != SQLITE_OK) {
    fail(&self, NULL);
  }
  median_register(self.database);
  sqlite3_create_function(self.database, "without", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, without,
                          NULL, NULL);
  execute(&self, create_tables, NULL);
  return self;
}

record_set records_load(char *const *paths, size_t count) {
  record_set self = open_records(paths, count);
  for (size_t i = 0; i < count; i++) {
    add_store(&self, i, true);
  }
  derive(&self);
  return self;
}

record_set records_load_samples(char *const *paths, size_t count) {
  record_set self = open_records(paths, count);
  for (size_t i = 0; i < count; i++) {
    if (lines_are_in(paths[i])) {
      lines_add(&self, i);
    } else {
      add_store(&self, i, false);
    }
  }
  return self;
}

void records_free(record_set *self) {
  sqlite3_close(self->database);
}

sqlite3_stmt *records_query(const record_set *self, const char *sql, ...) {
  sqlite3_stmt *query;
  if (sqlite3_prepare_v2(self->database, sql, -1, &query, NULL) != SQLITE_OK) {
    fail(self, NULL);
  }
  va_list arguments;
  va_start(arguments, sql);
  const char *text;
  for (int i = 1; (text = va_arg(arguments, const char *)) != NULL; i++) {
    sqlite3_bind_text(query, i, text, -1, SQLITE_TRANSIENT);
  }
  va_end(arguments);
  return query;
}

bool records_next(sqlite3_stmt *query) {
  int code = sqlite3_step(query);
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code != SQLITE_DONE) {
    tool_fail(TOOL_BAD_INPUT, "cannot read the rows of the stores: %s",
              sqlite3_errmsg(sqlite3_db_handle(query)));
  }
  sqlite3_finalize(query);
  return false;
}

void records_end(sqlite3_stmt *query) {
  sqlite3_finalize(query);
}

double records_number(const record_set *self, const char *sql, const char *argument) {
  sqlite3_stmt *query = records_query(self, sql, argument, NULL);
  if (!records_next(query)) {
    return NAN;
  }
  double value = records_real(query, 0);
  records_end(query);
  return value;
}

const char *records_text(sqlite3_stmt *query, int column) {
  const char *text = (const char *)sqlite3_column_text(query, column);
  return text == NULL ? "" : text;
}

double records_real(sqlite3_stmt *query, int column) {
  return sqlite3_column_type(query, column) == SQLITE_NULL ? NAN : sqlite3_column_double(query, column);
}

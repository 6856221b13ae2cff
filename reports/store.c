/* SPDX-License-Identifier: MIT */
#include "store.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk.h"

struct store {
  sqlite3 *database;
  char *path, *uri, *note;
  bool writable;
};

enum { BUSY_MILLISECONDS = 60000 };

#define PLACE(type, name) ", :" #name
/* clang-format off */
#define CREATE(table, columns, unique) \
  "CREATE TABLE " table "(id INTEGER PRIMARY KEY" columns(STORE_DECLARE) ", UNIQUE(" unique ");"
#define INSERT(table, columns) "INSERT INTO " table " VALUES(NULL" columns(PLACE) ")"

static const char create_tables[] =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value);"
    "CREATE TABLE machine(key TEXT PRIMARY KEY, json TEXT NOT NULL);"
    CREATE("sample", STORE_SAMPLE_COLUMNS, "name, repetition, role, arm, machine, \"commit\", suite)")
    "CREATE TABLE trajectory(sample INTEGER NOT NULL REFERENCES sample(id), iteration INTEGER,"
    " evaluations INTEGER, residual REAL, x REAL, y REAL);"
    "CREATE INDEX trajectory_sample ON trajectory(sample);"
    "CREATE TABLE picture(sample INTEGER PRIMARY KEY REFERENCES sample(id), json TEXT NOT NULL);"
    "CREATE TABLE training(sample INTEGER PRIMARY KEY REFERENCES sample(id), json TEXT NOT NULL);"
    CREATE("target", STORE_TARGET_COLUMNS, "suite, name, part, machine, \"commit\") ON CONFLICT REPLACE")
    CREATE("claim", STORE_CLAIM_COLUMNS, "suite, name, machine, \"commit\") ON CONFLICT REPLACE")
    CREATE("contest", STORE_CONTEST_COLUMNS, "suite, name, part, ours, machine, \"commit\") ON CONFLICT REPLACE");
/* clang-format on */

static const char insert_sample[] = INSERT(
    "sample",
    STORE_SAMPLE_COLUMNS) " ON CONFLICT(name, repetition, role, arm, machine, \"commit\", suite) DO NOTHING";
static const char insert_target[] = INSERT("target", STORE_TARGET_COLUMNS);
static const char insert_claim[] = INSERT("claim", STORE_CLAIM_COLUMNS);
static const char insert_contest[] = INSERT("contest", STORE_CONTEST_COLUMNS);

#define THE_CASE                                                                                             \
  "name = :name AND role = :role AND arm = :arm AND machine = :machine AND \"commit\" = :commit AND suite "  \
  "= "                                                                                                       \
  ":suite"

static const char next_repetition[] = "SELECT coalesce(max(repetition) + 1, 0) FROM sample WHERE " THE_CASE;
static const char find_repetition[] =
    "SELECT seconds, disturbed, seed FROM sample WHERE " THE_CASE " AND repetition = :repetition";
static const char free_repetition[] = "SELECT coalesce(max(repetition) + 1, 0) FROM sample WHERE suite = ?";
static const char last_probes[] =
    "SELECT memory_probe, compute_probe FROM sample WHERE machine = ? AND threads = ?"
    " AND memory_probe > 0 AND compute_probe > 0 GROUP BY memory_probe, compute_probe ORDER BY max(id) DESC "
    "LIMIT 200";
static const char insert_point[] = "INSERT INTO trajectory VALUES(?, ?, ?, ?, ?, ?)";
static const char insert_picture[] = "INSERT INTO picture VALUES(?, ?)";
static const char insert_training[] = "INSERT INTO training VALUES(?, ?)";
static const char insert_machine[] = "INSERT INTO machine VALUES(?, ?) ON CONFLICT(key) DO NOTHING";

/* --- SQLite's log of what was written last, beside the file --------------------------------------------- */

static bool has_log(const char *path) {
  char *log;
  if (asprintf(&log, "%s-wal", path) < 0) {
    return false;
  }
  const bool found = access(log, F_OK) == 0;
  free(log);
  return found;
}

/* Whether the header of a file says that there is one (https://sqlite.org/fileformat2.html, 1.3.3): a writer that comes to
 * its end leaves a plain file. */
static bool wants_log(const char *path) {
  enum { READ_VERSION = 19, LOG = 2 };
  char header[READ_VERSION + 1];
  FILE *file = fopen(path, "r");
  const bool known = file != NULL && fread(header, 1, sizeof header, file) == sizeof header;
  if (file != NULL) {
    fclose(file);
  }
  return known && header[READ_VERSION] == LOG;
}

/* --- Statements --------------------------------------------------------------------------------------- */

/* The failure that SQLite reported last. */
static lerp_status fail(const store *self, const char *doing, lerp_error *error) {
  int code = sqlite3_errcode(self->database);
  if (code == SQLITE_NOTADB) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "'%s' is not a lerp store: it is no SQLite database",
                     self->path);
  }
  if (code == SQLITE_CANTOPEN && has_log(self->path)) {
    return lerp_fail(
        error, LERP_SYSTEM, SIZE_MAX,
        "%s '%s': its log '%s-wal', which a process that was killed left, can be read only where the "
        "folder can be written: copy both to such a one",
        doing, self->path, self->path);
  }
  const int reason = code == SQLITE_CANTOPEN ? sqlite3_system_errno(self->database) : 0;
  return lerp_fail(error, code == SQLITE_NOMEM ? LERP_MEMORY : LERP_SYSTEM, SIZE_MAX, "%s '%s': %s", doing,
                   self->path, reason != 0 ? strerror(reason) : sqlite3_errmsg(self->database));
}

static lerp_status execute(store *self, const char *sql, const char *doing, lerp_error *error) {
  return sqlite3_exec(self->database, sql, NULL, NULL, NULL) == SQLITE_OK ? LERP_OK
                                                                          : fail(self, doing, error);
}

/* Steps a statement that yields at most one row, takes its first column and ends the statement. */
static bool finish(sqlite3_stmt *statement, int64_t *value) {
  int code = sqlite3_step(statement);
  if (code == SQLITE_ROW && value != NULL) {
    *value = sqlite3_column_int64(statement, 0);
  }
  return sqlite3_finalize(statement) == SQLITE_OK && (code == SQLITE_ROW || code == SQLITE_DONE);
}

static sqlite3_stmt *prepare(store *self, const char *sql) {
  sqlite3_stmt *statement = NULL;
  sqlite3_prepare_v2(self->database, sql, -1, &statement, NULL);
  return statement;
}

static bool query(store *self, const char *sql, int64_t *value) {
  sqlite3_stmt *statement = prepare(self, sql);
  return statement != NULL && finish(statement, value);
}

static void bind_TEXT(sqlite3_stmt *statement, int place, const char *value) {
  sqlite3_bind_text(statement, place, value, -1, SQLITE_STATIC);
}

static void bind_INTEGER(sqlite3_stmt *statement, int place, int64_t value) {
  if (value == STORE_UNKNOWN) {
    sqlite3_bind_null(statement, place);
  } else {
    sqlite3_bind_int64(statement, place, value);
  }
}

static void bind_REAL(sqlite3_stmt *statement, int place, double value) {
  sqlite3_bind_double(statement, place, value);
}

/* Statements whose parameters have the names of columns, bound to a row; those that it does not have are place 0, which
 * SQLite ignores. */
#define BIND(type, name)                                                                                     \
  bind_##type(statement, sqlite3_bind_parameter_index(statement, ":" #name), row->name);
#define DEFINE_PREPARE(table, columns)                                                                       \
  static sqlite3_stmt *prepare_##table(store *self, const char *sql, const store_##table *row) {             \
    sqlite3_stmt *statement = prepare(self, sql);                                                            \
    if (statement != NULL) {                                                                                 \
      columns(BIND)                                                                                          \
    }                                                                                                        \
    return statement;                                                                                        \
  }
DEFINE_PREPARE(sample, STORE_SAMPLE_COLUMNS)
DEFINE_PREPARE(target, STORE_TARGET_COLUMNS)
DEFINE_PREPARE(claim, STORE_CLAIM_COLUMNS)
DEFINE_PREPARE(contest, STORE_CONTEST_COLUMNS)

/* --- The file ----------------------------------------------------------------------------------------- */

/* What the file is: *blank when it holds nothing yet. */
static lerp_status identify(store *self, bool *blank, lerp_error *error) {
  int64_t application = 0, tables = 0, schema = 0;
  if (!query(self, "PRAGMA application_id", &application) ||
      !query(self, "SELECT count(*) FROM sqlite_schema", &tables)) {
    return fail(self, "cannot read the store", error);
  }
  *blank = application == 0 && tables == 0;
  if (*blank) {
    return LERP_OK;
  }
  if (application != STORE_APPLICATION_ID) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                     "'%s' is not a lerp store: it is a database of another program", self->path);
  }
  if (!query(self, "SELECT value FROM meta WHERE key = 'schema'", &schema)) {
    return fail(self, "cannot read the schema version of the store", error);
  }
  if (schema != STORE_SCHEMA) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                     "'%s' has store schema %lld, this version of lerp reads and writes schema %d",
                     self->path, (long long)schema, STORE_SCHEMA);
  }
  return LERP_OK;
}

/* Another process may be creating the same store: whoever gets the lock first creates the tables. */
static lerp_status initialize(store *self, lerp_error *error) {
  bool blank;
  lerp_status status = identify(self, &blank, error);
  if (status != LERP_OK || !blank) {
    return status;
  }
  status = execute(self, "BEGIN IMMEDIATE", "cannot write the store", error);
  if (status != LERP_OK) {
    return status;
  }
  status = identify(self, &blank, error);
  if (status == LERP_OK && blank) {
    char mark[128];
    snprintf(mark, sizeof mark, "PRAGMA application_id = %d; INSERT INTO meta VALUES('schema', %d)",
             STORE_APPLICATION_ID, STORE_SCHEMA);
    status = execute(self, create_tables, "cannot create the store", error);
    if (status == LERP_OK) {
      status = execute(self, mark, "cannot create the store", error);
    }
  }
  if (status == LERP_OK) {
    status = execute(self, "COMMIT", "cannot write the store", error);
  }
  if (status != LERP_OK) {
    sqlite3_exec(self->database, "ROLLBACK", NULL, NULL, NULL);
  }
  return status;
}

/* A path as SQLite's URI, whatever it is called; NULL: no memory. */
static char *make_uri(const char *path, const char *mode) {
  char *uri;
  size_t size;
  FILE *stream = open_memstream(&uri, &size);
  if (stream == NULL) {
    return NULL;
  }
  fputs("file:", stream);
  for (; *path != '\0'; path++) {
    const unsigned char c = (unsigned char)*path;
    fprintf(stream, isalnum(c) || c == '/' || c == '.' || c == '-' ? "%c" : "%%%02X", c);
  }
  fprintf(stream, "?mode=%s", mode);
  return fclose(stream) == 0 ? uri : NULL;
}

static lerp_status connect(store *self, int flags, const char *mode, lerp_error *error) {
  self->uri = make_uri(self->path, mode);
  if (self->uri == NULL) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "out of memory while opening '%s'", self->path);
  }
  if (sqlite3_open_v2(self->uri, &self->database, flags | SQLITE_OPEN_URI, NULL) != SQLITE_OK) {
    return fail(self, "cannot open the store", error);
  }
  sqlite3_busy_timeout(self->database, BUSY_MILLISECONDS);
  return LERP_OK;
}

static lerp_status open_writable(store *self, lerp_error *error) {
  lerp_status status = connect(self, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "rwc", error);
  if (status == LERP_OK) {
    status = initialize(self, error);
  }
  if (status == LERP_OK) {
    /* Commits append to a log: a killed process loses nothing that was committed, none waits for the disk between two
     * samples, and readers wait for nobody. Writers on several hosts would not see each other's log. */
    sqlite3_exec(self->database,
                 disk_is_shared(self->path) ? "PRAGMA journal_mode = DELETE"
                                            : "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
                 NULL, NULL, NULL);
  }
  return status;
}

/* Nobody writes to a file whose log is gone, and a new one must not hide that. */
static lerp_status open_readable(store *self, lerp_error *error) {
  const char *mode = self->note != NULL ? "ro&immutable=1" : "ro";
  bool blank;
  lerp_status status = connect(self, SQLITE_OPEN_READONLY, mode, error);
  if (status == LERP_OK) {
    status = identify(self, &blank, error);
  }
  if (status == LERP_OK && blank) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "'%s' is not a lerp store: it is empty", self->path);
  }
  return status;
}

static lerp_status open_store(const char *path, bool writable, store **result, lerp_error *error) {
  if (*path == '\0') {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "the name of a store is empty");
  }
  store *self = calloc(1, sizeof *self);
  char *copy = strdup(path);
  if (self == NULL || copy == NULL) {
    free(self);
    free(copy);
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "out of memory while opening '%s'", path);
  }
  self->path = copy;
  if (wants_log(path) && !has_log(path) &&
      asprintf(&self->note,
               "'%s': samples may be missing: it was not closed, and '%s-wal', which has what came last, is "
               "not beside it",
               path, path) < 0) {
    self->note = NULL;
  }
  const lerp_status status = writable ? open_writable(self, error) : open_readable(self, error);
  if (status != LERP_OK) {
    store_close(self);
    return status;
  }
  self->writable = writable;
  *result = self;
  return LERP_OK;
}

lerp_status store_create(const char *path, store **result, lerp_error *error) {
  return open_store(path, true, result, error);
}

lerp_status store_open(const char *path, store **result, lerp_error *error) {
  return open_store(path, false, result, error);
}

void store_close(store *self) {
  if (self == NULL) {
    return;
  }
  if (self->writable) {
    /* So that the file is all there is, and can be read where its folder cannot be written. While others use it its log
     * stays, but has nothing of its own. */
    sqlite3_busy_timeout(self->database, 0);
    sqlite3_exec(self->database, "PRAGMA wal_checkpoint; PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
  }
  sqlite3_close(self->database);
  free(self->path);
  free(self->uri);
  free(self->note);
  free(self);
}

sqlite3 *store_database(const store *self) {
  return self->database;
}

const char *store_path(const store *self) {
  return self->path;
}

const char *store_uri(const store *self) {
  return self->uri;
}

const char *store_note(const store *self) {
  return self->note;
}

lerp_status store_add_machine(store *self, const char *key, const char *json, lerp_error *error) {
  sqlite3_stmt *statement = prepare(self, insert_machine);
  if (statement != NULL) {
    bind_TEXT(statement, 1, key);
    bind_TEXT(statement, 2, json);
  }
  return statement != NULL && finish(statement, NULL) ? LERP_OK
                                                      : fail(self, "cannot write to the store", error);
}

/* Text for a sample, where there is one. */
static bool add_text(store *self, const char *sql, int64_t sample, const char *json) {
  if (json == NULL) {
    return true;
  }
  sqlite3_stmt *statement = prepare(self, sql);
  if (statement != NULL) {
    bind_INTEGER(statement, 1, sample);
    bind_TEXT(statement, 2, json);
  }
  return statement != NULL && finish(statement, NULL);
}

static bool add_points(store *self, int64_t sample, const store_point *points, size_t count) {
  sqlite3_stmt *statement = prepare(self, insert_point);
  bool fine = statement != NULL;
  for (size_t i = 0; fine && i < count; i++) {
    bind_INTEGER(statement, 1, sample);
    bind_INTEGER(statement, 2, points[i].iteration);
    bind_INTEGER(statement, 3, points[i].evaluations);
    bind_REAL(statement, 4, points[i].residual);
    bind_REAL(statement, 5, points[i].x);
    bind_REAL(statement, 6, points[i].y);
    fine = sqlite3_step(statement) == SQLITE_DONE && sqlite3_reset(statement) == SQLITE_OK;
  }
  return sqlite3_finalize(statement) == SQLITE_OK && fine;
}

/* Inside a transaction. */
static bool add_rows(store *self, const store_sample *given, const store_details *details) {
  store_sample sample = *given;
  if (sample.repetition == STORE_NEXT_REPETITION) {
    sqlite3_stmt *statement = prepare_sample(self, next_repetition, &sample);
    if (statement == NULL || !finish(statement, &sample.repetition)) {
      return false;
    }
  }
  sqlite3_stmt *statement = prepare_sample(self, insert_sample, &sample);
  if (statement == NULL || !finish(statement, NULL)) {
    return false;
  }
  if (sqlite3_changes(self->database) == 0) {
    return true;
  }
  int64_t id = sqlite3_last_insert_rowid(self->database);
  return (details->points == 0 || add_points(self, id, details->point, details->points)) &&
         add_text(self, insert_picture, id, details->picture) &&
         add_text(self, insert_training, id, details->training);
}

lerp_status store_add_sample(store *self, const store_sample *sample, const store_details *details,
                             lerp_error *error) {
  bool fine = sqlite3_exec(self->database, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
              add_rows(self, sample, details) &&
              sqlite3_exec(self->database, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
  if (fine) {
    return LERP_OK;
  }
  lerp_status status = fail(self, "cannot write to the store", error);
  sqlite3_exec(self->database, "ROLLBACK", NULL, NULL, NULL);
  return status;
}

#define DEFINE_ADD(table)                                                                                    \
  lerp_status store_add_##table(store *self, const store_##table *row, lerp_error *error) {                  \
    sqlite3_stmt *statement = prepare_##table(self, insert_##table, row);                                    \
    return statement != NULL && finish(statement, NULL) ? LERP_OK                                            \
                                                        : fail(self, "cannot write to the store", error);    \
  }
DEFINE_ADD(target)
DEFINE_ADD(claim)
DEFINE_ADD(contest)

lerp_status store_find_sample(store *self, store_sample *sample, bool *found, lerp_error *error) {
  sqlite3_stmt *statement = prepare_sample(self, find_repetition, sample);
  *found = statement != NULL && sqlite3_step(statement) == SQLITE_ROW;
  if (*found) {
    sample->seconds = sqlite3_column_double(statement, 0);
    sample->disturbed = sqlite3_column_int64(statement, 1);
    sample->seed = sqlite3_column_int64(statement, 2);
  }
  return statement != NULL && sqlite3_finalize(statement) == SQLITE_OK
             ? LERP_OK
             : fail(self, "cannot read the store", error);
}

lerp_status store_free_repetition(store *self, const char *suite, int64_t *repetition, lerp_error *error) {
  sqlite3_stmt *statement = prepare(self, free_repetition);
  if (statement != NULL) {
    bind_TEXT(statement, 1, suite);
  }
  return statement != NULL && finish(statement, repetition) ? LERP_OK
                                                            : fail(self, "cannot read the store", error);
}

lerp_status store_probes(store *self, const char *machine, int threads, store_probe **probes, size_t *count,
                         lerp_error *error) {
  enum { MOST = 200 };
  sqlite3_stmt *statement = prepare(self, last_probes);
  *count = 0;
  *probes = calloc(MOST, sizeof **probes);
  if (*probes == NULL) {
    sqlite3_finalize(statement);
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "out of memory while reading '%s'", self->path);
  }
  if (statement != NULL) {
    bind_TEXT(statement, 1, machine);
    bind_INTEGER(statement, 2, threads);
  }
  while (*count < MOST && sqlite3_step(statement) == SQLITE_ROW) {
    (*probes)[(*count)++] =
        (store_probe){sqlite3_column_double(statement, 0), sqlite3_column_double(statement, 1)};
  }
  if (statement == NULL || sqlite3_finalize(statement) != SQLITE_OK) {
    free(*probes);
    return fail(self, "cannot read the store", error);
  }
  return LERP_OK;
}

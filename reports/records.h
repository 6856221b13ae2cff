/* SPDX-License-Identifier: MIT */
/* The rows of one or more stores in one database in memory: the table `sample` with the columns of store.h
 * behind (row, store, id), `target`, `claim` and `contest` alike, `machine`, `trajectory` and `picture` by row, and the tables of
 * records.sql, which moves columns that fill pages into `detail`. Figures leave out what claims were tested with. */
#ifndef LERP_RECORDS_H
#define LERP_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#include <sqlite3.h>

typedef struct record_set {
  sqlite3 *database;
  char *const *paths; /* of the stores, borrowed */
  size_t stores;
} record_set;

/* Failures, here and below, end the program with what is wrong and where. */
record_set records_load(char *const *paths, size_t count);
/* Only `sample` and `machine`, and nothing derived; a path may also name rows as JSON lines (lines.h). */
record_set records_load_samples(char *const *paths, size_t count);
void records_free(record_set *self);

/* Runs the lines of a file of SQL. */
#define RECORDS_RUN(self, lines) records_run(self, sizeof(lines) / sizeof *(lines), lines)
void records_run(const record_set *self, size_t lines, const char *const *line);

/* A query with its text arguments ?1, ?2, ... in order, NULL after the last; numbers compare as numbers. */
sqlite3_stmt *records_query(const record_set *self, const char *sql, ...) __attribute__((sentinel));
/* Moves to the next row; after the last one the query is freed. */
bool records_next(sqlite3_stmt *query);
/* Frees a query before its last row. */
void records_end(sqlite3_stmt *query);
/* Runs a query that yields one number. */
double records_number(const record_set *self, const char *sql, const char *argument);

/* Of the current row: "" and NAN for NULL. */
const char *records_text(sqlite3_stmt *query, int column);
double records_real(sqlite3_stmt *query, int column);

#endif

/* SPDX-License-Identifier: MIT */
#include "roof.h"

#include <math.h>
#include <string.h>

static const char medians[] =
    "SELECT problem, bytes / seconds, flops / seconds FROM"
    " (SELECT *, row_number() OVER (PARTITION BY problem ORDER BY seconds) AS place,"
    "         count(*) OVER (PARTITION BY problem) AS count FROM sample"
    "  WHERE family = 'probe' AND machine = ?1 AND threads = ?2 AND seconds > 0"
    "        AND (?3 IS NULL OR suite = ?3) AND (?4 IS NULL OR \"commit\" = ?4))"
    " WHERE place = (count + 1) / 2";

static void take(roof *self, const char *probe, double bytes, double flops) {
  const char *level = strstr(probe, "level=");
  if (level == NULL && strcmp(probe, "fma") == 0) {
    self->flops = flops;
  }
  for (roof_level i = 0; level != NULL && i < ROOF_LEVELS; i++) {
    if (strcmp(level + strlen("level="), roof_level_name[i]) == 0) {
      self->bandwidth[i] = fmax(self->bandwidth[i], bytes);
    }
  }
}

roof roof_read(sqlite3 *database, const char *machine, const char *suite, const char *commit, int threads) {
  roof self = {.flops = 0};
  sqlite3_stmt *query;
  if (sqlite3_prepare_v2(database, medians, -1, &query, NULL) != SQLITE_OK) {
    return self;
  }
  sqlite3_bind_text(query, 1, machine, -1, SQLITE_STATIC);
  sqlite3_bind_int(query, 2, threads);
  sqlite3_bind_text(query, 3, suite, -1, SQLITE_STATIC);
  sqlite3_bind_text(query, 4, commit, -1, SQLITE_STATIC);
  while (sqlite3_step(query) == SQLITE_ROW) {
    take(&self, (const char *)sqlite3_column_text(query, 0), sqlite3_column_double(query, 1),
         sqlite3_column_double(query, 2));
  }
  sqlite3_finalize(query);
  return self;
}

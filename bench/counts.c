/* SPDX-License-Identifier: MIT */
#include "counts.h"

#include <string.h>

#include "tool.h"

static sqlite3_stmt *prepare(const store *from, const char *sql) {
  sqlite3_stmt *query;
  if (sqlite3_prepare_v2(store_database(from), sql, -1, &query, NULL) != SQLITE_OK) {
    tool_fail(TOOL_BAD_INPUT, "cannot read the store '%s': %s", store_path(from),
              sqlite3_errmsg(store_database(from)));
  }
  return query;
}

int64_t counts_next_sample(const store *from) {
  sqlite3_stmt *query = prepare(from, "SELECT coalesce(max(id), 0) + 1 FROM sample");
  const int64_t next = sqlite3_step(query) == SQLITE_ROW ? sqlite3_column_int64(query, 0) : 0;
  sqlite3_finalize(query);
  return next;
}

counts counts_new(crew *with) {
  return (counts){.crew = with,
                  .suite = with->context.plan->suite,
                  .since = with->options->resume ? 0 : counts_next_sample(with->store)};
}

bool counts_find(const counts *self, const plan_case *item, count_fact *found) {
  sqlite3_stmt *query = prepare(
      self->crew->store,
      "SELECT id, outcome = 'converged', outcome IN ('diverged', 'stalled'),"
      " max(evaluations, exact_resolvents), residual FROM sample"
      " WHERE name = ?1 AND role = ?2 AND machine = ?3 AND \"commit\" = ?4 AND suite = ?5 AND id >= ?6"
      " AND json_extract(parameters, '$.settings.max_evals') = ?7 ORDER BY id DESC LIMIT 1");
  const store_sample wanted = record_identify(&self->crew->context, item);
  const char *const texts[] = {wanted.name, wanted.role, wanted.machine, wanted.commit, wanted.suite};
  const int64_t limit = (int64_t)suite_limit(item->family);
  for (int i = 0; i < 5; i++) {
    sqlite3_bind_text(query, i + 1, texts[i], -1, SQLITE_STATIC);
  }
  sqlite3_bind_int64(query, 6, self->since);
  sqlite3_bind_int64(query, 7, limit);
  const bool there = sqlite3_step(query) == SQLITE_ROW;
  if (there) {
    const int64_t cost = sqlite3_column_int64(query, 3);
    *found = (count_fact){.id = sqlite3_column_int64(query, 0),
                          .solved = sqlite3_column_int(query, 1) && cost <= limit,
                          .lost = sqlite3_column_int(query, 2),
                          .cost = (uint64_t)cost,
                          .residual = sqlite3_column_double(query, 4)};
  }
  sqlite3_finalize(query);
  return there;
}

bool counts_take(counts *self, const plan *of, const plan_case *item, count_fact *found) {
  crew_visit(self->crew, of);
  if (counts_find(self, item, found)) {
    return true;
  }
  record_context *context = &self->crew->context;
  context->repetition = STORE_NEXT_REPETITION;
  context->block = 0;
  context->order_index = self->crew->tally.done + self->crew->tally.failed;
  return crew_take(self->crew, item, 0) && counts_find(self, item, found);
}

/* SPDX-License-Identifier: MIT */
/* Counts, outcomes and final iterates: they repeat exactly, so any difference is one. Only x86-64-v2 rounds otherwise;
 * what ran there on one side may differ by one iteration, and its final iterate tells nothing. */
#include "compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/memory.h"
#include "text.h"

typedef enum fact_kind { FACT_OUTCOME, FACT_RESULT, FACT_COUNT } fact_kind;

static const struct {
  const char *name;
  fact_kind kind;
} fact[] = {{"outcome", FACT_OUTCOME},  {"iterations", FACT_COUNT},       {"evaluations", FACT_COUNT},
            {"resolvents", FACT_COUNT}, {"exact_resolvents", FACT_COUNT}, {"bytes", FACT_COUNT},
            {"flops", FACT_COUNT},      {"result", FACT_RESULT}};
enum { FACTS = sizeof fact / sizeof *fact };

/* The columns of a row of the query: for each fact least and greatest of base, then of new. */
enum { LEAST, GREATEST, NEW_LEAST, NEW_GREATEST, PER_FACT };
enum { BOTH_SOLVED = FACTS * PER_FACT, SOLVES, OTHER_ROUNDING };

static char *build_query(void) {
  char *sql;
  size_t size;
  FILE *stream = text_open(&sql, &size);
  fputs("SELECT ", stream);
  for (size_t i = 0; i < FACTS; i++) {
    const char *name = fact[i].name;
    fprintf(stream, "b.%s, b.%s_to, n.%s, n.%s_to, ", name, name, name, name);
  }
  fputs("b.outcome = 'converged' AND n.outcome_to = 'converged' AND n.outcome = 'converged', max(b.solves, "
        "n.solves),"
        " b.rounds_twice <> n.rounds_twice FROM fact b JOIN fact n USING (name, role)"
        " WHERE b.side = 0 AND n.side = 1 AND name = ?1 AND role = ?2",
        stream);
  text_close(stream);
  return sql;
}

static bool is_known(sqlite3_stmt *row, int place) {
  return sqlite3_column_type(row, place) != SQLITE_NULL;
}

static bool are_equal(sqlite3_stmt *row, int one, int other) {
  return strcmp(records_text(row, one), records_text(row, other)) == 0;
}

/* Whole numbers without a point, whatever their column is made of. */
static void write_value(sqlite3_stmt *row, int place, bool is_real, FILE *stream) {
  if (is_real) {
    fprintf(stream, "%.15g", records_real(row, place));
  } else {
    fputs(records_text(row, place), stream);
  }
}

/* A value, or what it ranges over when it does not repeat. */
static char *describe(sqlite3_stmt *row, int least, int greatest) {
  char *text;
  size_t size;
  FILE *stream = text_open(&text, &size);
  const bool is_real = sqlite3_column_type(row, least) == SQLITE_FLOAT; /* before it is read as a text */
  write_value(row, least, is_real, stream);
  if (!are_equal(row, least, greatest)) {
    fputs(" to ", stream);
    write_value(row, greatest, is_real, stream);
  }
  text_close(stream);
  return text;
}

/* By how much a count may differ: what one iteration takes. */
static double allowance(sqlite3_stmt *row, int place) {
  const double iterations = records_real(row, 1 * PER_FACT + LEAST);
  return records_real(row, OTHER_ROUNDING) > 0 && iterations > 0 ? ceil(records_real(row, place) / iterations)
                                                                 : 0;
}

static compare_verdict judge_count(sqlite3_stmt *row, int place) {
  const double allowed = allowance(row, place + LEAST),
               more = records_real(row, place + NEW_GREATEST) - records_real(row, place + GREATEST),
               less = records_real(row, place + LEAST) - records_real(row, place + NEW_LEAST);
  if (more <= allowed && less <= allowed) {
    return COMPARE_SAME;
  }
  /* Only what reached its tolerance has a cost. */
  if (records_real(row, SOLVES) > 0 && !(records_real(row, BOTH_SOLVED) > 0)) {
    return COMPARE_CHANGED;
  }
  return more > 0 ? COMPARE_REGRESSION : COMPARE_IMPROVEMENT;
}

static compare_verdict judge_outcome(sqlite3_stmt *row, int place) {
  if (are_equal(row, place + LEAST, place + NEW_LEAST) &&
      are_equal(row, place + GREATEST, place + NEW_GREATEST)) {
    return COMPARE_SAME;
  }
  if (strcmp(records_text(row, place + LEAST), "converged") == 0 &&
      are_equal(row, place + LEAST, place + GREATEST)) {
    return COMPARE_REGRESSION;
  }
  return records_real(row, BOTH_SOLVED) > 0 ||
                 strcmp(records_text(row, place + NEW_GREATEST), "converged") == 0
             ? COMPARE_IMPROVEMENT
             : COMPARE_CHANGED;
}

static compare_verdict judge_result(sqlite3_stmt *row, int place) {
  const bool same = are_equal(row, place + LEAST, place + NEW_LEAST) &&
                    are_equal(row, place + GREATEST, place + NEW_GREATEST);
  return same || records_real(row, OTHER_ROUNDING) > 0 ? COMPARE_SAME : COMPARE_CHANGED;
}

static compare_verdict judge(sqlite3_stmt *row, size_t i) {
  const int place = (int)i * PER_FACT;
  if (!is_known(row, place + LEAST) || !is_known(row, place + NEW_LEAST)) {
    return COMPARE_SAME;
  }
  switch (fact[i].kind) {
  case FACT_OUTCOME:
    return judge_outcome(row, place);
  case FACT_RESULT:
    return judge_result(row, place);
  default:
    return judge_count(row, place);
  }
}

static void add_difference(compare_case *item, sqlite3_stmt *row, size_t i) {
  const int place = (int)i * PER_FACT;
  item->difference = memory_resize(item->difference, item->differences + 1, sizeof *item->difference);
  item->difference[item->differences++] =
      (compare_difference){.metric = fact[i].name,
                           .base = describe(row, place + LEAST, place + GREATEST),
                           .new = describe(row, place + NEW_LEAST, place + NEW_GREATEST)};
}

/* The verdict of a case is the gravest of its facts. */
static compare_verdict judge_facts(compare_case *item, sqlite3_stmt *row) {
  compare_verdict gravest = COMPARE_SAME;
  for (size_t i = 0; i < FACTS; i++) {
    const compare_verdict verdict = judge(row, i);
    if (verdict != COMPARE_SAME) {
      add_difference(item, row, i);
      gravest = verdict > gravest ? verdict : gravest;
    }
  }
  return gravest;
}

void compare_facts(comparison *self) {
  char *sql = build_query();
  for (size_t i = 0; i < self->count; i++) {
    compare_case *item = &self->item[i];
    if (!item->in_base || !item->in_new) {
      item->facts = item->in_base ? COMPARE_MISSING : COMPARE_ADDED;
      continue;
    }
    sqlite3_stmt *row = records_query(self->records, sql, item->name, item->role, NULL);
    if (records_next(row)) {
      item->facts = judge_facts(item, row);
      records_end(row);
    }
  }
  free(sql);
}

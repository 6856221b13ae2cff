/* SPDX-License-Identifier: MIT */
/* The limits that the probes of a run found, and what they say about a time (Williams, Waterman, Patterson 2009,
 * Roofline). */
#ifndef LERP_ROOF_H
#define LERP_ROOF_H

#include <stdbool.h>
#include <stddef.h>

#include <sqlite3.h>

/* Where a working set lies. */
typedef enum roof_level { ROOF_L1, ROOF_L2, ROOF_L3, ROOF_MEMORY, ROOF_LEVELS } roof_level;
extern const char *const roof_level_name[ROOF_LEVELS + 1]; /* "l1", "l2", "l3", "memory", NULL */

typedef enum roof_limit { ROOF_BY_MEMORY, ROOF_BY_ARITHMETIC, ROOF_BY_OVERHEAD, ROOF_UNKNOWN } roof_limit;
extern const char *const roof_limit_name[ROOF_UNKNOWN + 1]; /* "memory", "arithmetic", "overhead", "" */

/* Of a team: bytes per second, the fastest of all probes of a level; operations per second, of doubles. 0: not
 * probed. */
typedef struct roof {
  double bandwidth[ROOF_LEVELS];
  double flops;
} roof;

/* From the medians of family probe in table `sample`, of this machine and number of threads and, where they are given,
 * of this suite and commit. */
roof roof_read(sqlite3 *database, const char *machine, const char *suite, const char *commit, int threads);

/* The first cache that holds it: a member's own L1 and L2, half of an L3, which others use too (bytes by level, 0
 * unknown; index 0 unused). */
roof_level roof_level_of(double working_set, int threads, const size_t cache[4]);

typedef struct roof_share {
  double
      share; /* of the performance at the roof; above 1: what the model counts did not all happen. NAN: unknown */
  roof_limit limit;
} roof_share;

/* `seconds` for so many bytes at a level, NAN: not declared, and operations. What takes more than twice as long as the
 * slower of the two must is held up by neither. What takes less than half as long as its traffic must has its data
 * nearer, or in registers over many iterations: there arithmetic is what holds it up, if anything does. */
roof_share roof_compare(const roof *self, roof_level level, double seconds, double bytes, double flops);

#endif

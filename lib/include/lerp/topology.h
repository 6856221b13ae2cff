/* SPDX-License-Identifier: MIT */
#ifndef LERP_TOPOLOGY_H
#define LERP_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>

#include <lerp/export.h>
#include <lerp/status.h>
#include <lerp/team.h>

LERP_BEGIN_DECLS

/* What this process may use: the CPUs of its affinity mask and cpuset at the time of loading (before the
 * first parallel region, which may shrink the mask of the calling thread), and its cgroup CPU quota.
 * Immutable after loading, so any thread may read it. Needs hwloc; without it, loading reports the CPUs of
 * the affinity mask and no caches, and pinning is unsupported. */
typedef struct lerp_topology lerp_topology;

typedef struct lerp_topology_summary {
  int processing_units; /* allowed hardware threads */
  int cores;            /* cores that have at least one allowed hardware thread */
  int numa_nodes;       /* 0: unknown */
  double quota;         /* CPUs the cgroup quota allows; 0: no quota */
  int threads;          /* threads worth starting: one per allowed core, not above the quota (rounded up) */
  size_t cache[4];      /* bytes of one L1d (index 1), L2, L3; 0: unknown; index 0 unused */
  char cpu_model[128];
} lerp_topology_summary;

/* LERP_MEMORY, LERP_SYSTEM. `*topology` is freed with lerp_topology_free (NULL is fine). */
LERP_API lerp_status lerp_topology_new(lerp_topology **topology, lerp_error *error);
LERP_API void lerp_topology_free(lerp_topology *topology);
LERP_API lerp_topology_summary lerp_topology_summarize(const lerp_topology *topology);

/* Where the members of a team run. A pinning borrows its topology, which must outlive it.
 * policy "compact": neighbouring cores first; "scatter": spread over sockets and caches first; both use one
 * thread per core before SMT siblings. "none": left to the system. Otherwise a list of hardware thread
 * numbers as the operating system counts them, "0,2,4-7", one per member in this order.
 * LERP_INVALID: unknown policy, malformed list (position set), a CPU that is not allowed, or more members
 * than allowed CPUs. LERP_UNSUPPORTED: built without hwloc (only "none" works). */
LERP_API lerp_status lerp_pinning_new(const lerp_topology *topology, const char *policy, int members,
                                      lerp_pinning **pinning, lerp_error *error);
LERP_API void lerp_pinning_free(lerp_pinning *pinning);

/* Number of members; for each the operating system's number of its hardware thread, -1 for "none". */
LERP_API int lerp_pinning_members(const lerp_pinning *pinning);
LERP_API int lerp_pinning_cpu(const lerp_pinning *pinning, int member);

/* Binds the calling thread as member `rank`, reads the binding back, and keeps the earlier binding in
 * *previous for lerp_pinning_release (which frees it). LERP_SYSTEM: refused, or read back otherwise. */
LERP_API lerp_status lerp_pinning_bind(const lerp_pinning *pinning, int rank, void **previous);
LERP_API void lerp_pinning_release(const lerp_pinning *pinning, void *previous);

/* The placement of a team as read back from inside a region of `members` threads, like "0,2" or, where a
 * thread may run on several CPUs, "0-1;0-1". `text` receives at most `size` bytes including the final 0. */
LERP_API lerp_status lerp_pinning_read_back(const lerp_topology *topology, const lerp_pinning *pinning,
                                            int members, char *text, size_t size, lerp_error *error);

LERP_END_DECLS

#endif

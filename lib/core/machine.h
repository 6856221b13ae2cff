/* SPDX-License-Identifier: MIT */
/* What topology and pinning share. */
#ifndef LERP_CORE_MACHINE_H
#define LERP_CORE_MACHINE_H

#include <sched.h>
#include <stdbool.h>

#include <lerp/topology.h>

#ifdef LERP_HAVE_HWLOC
#include <hwloc.h>
#endif

/* A set of hardware threads by the operating system's number; Linux knows at most 8192. */
enum { LERP_CPUS = 8192 };
typedef struct lerp_cpus {
  cpu_set_t part[LERP_CPUS / CPU_SETSIZE];
} lerp_cpus;

static inline bool lerp_cpus_has(const lerp_cpus *cpus, int cpu) {
  return CPU_ISSET_S((size_t)cpu, sizeof *cpus, cpus->part);
}

static inline void lerp_cpus_add(lerp_cpus *cpus, int cpu) {
  CPU_SET_S((size_t)cpu, sizeof *cpus, cpus->part);
}

static inline int lerp_cpus_count(const lerp_cpus *cpus) {
  return CPU_COUNT_S(sizeof *cpus, cpus->part);
}

/* Where the calling thread may run; false: the system does not tell. */
bool lerp_cpus_of_thread(lerp_cpus *cpus);

/* "0,2,4-7"; ends in "..." where it does not fit. */
void lerp_cpus_format(const lerp_cpus *cpus, char *text, size_t size);

struct lerp_topology {
  lerp_topology_summary summary;
  lerp_cpus allowed;
#ifdef LERP_HAVE_HWLOC
  hwloc_topology_t tree; /* restricted to the allowed hardware threads */
#endif
};

#endif

/* SPDX-License-Identifier: MIT */
/* Short measurements of the machine itself, run beside the samples: what a slow moment of a shared machine
 * does to a solve it does to them too. */
#ifndef LERP_PROBES_H
#define LERP_PROBES_H

#include <stddef.h>

#include <lerp/topology.h>

typedef struct probes {
  double *memory; /* three arrays, shared by all teams */
  size_t length;  /* of each */
} probes;

/* Buffers beyond the last-level cache. Ends the program when out of memory. */
probes probes_new(const lerp_topology_summary *machine);
void probes_free(probes *self);

/* GB/s of a[i] = b[i] + s c[i], by a team; 24 bytes per element. NAN when the team cannot run. */
double probes_memory(const probes *self, int threads, const lerp_pinning *pinning);

/* GFLOP/s of independent chains of multiply-adds in registers, 256 bits wide where the machine has it. */
double probes_compute(int threads, const lerp_pinning *pinning);

#endif

/* SPDX-License-Identifier: MIT */
/* The machine, its limits and this build: what times of different runs may be compared by. */
#ifndef LERP_MACHINE_H
#define LERP_MACHINE_H

#include <lerp/topology.h>

typedef struct machine {
  char key[17]; /* 16 hexadecimal digits: FNV-1a of the JSON text without "volatile" */
  char *json;   /* sorted keys, compact; "volatile" holds what changes from run to run */
} machine;

/* Ends the program when out of memory. */
machine machine_describe(const lerp_topology *topology);
void machine_free(machine *self);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LERP_PROVENANCE_H
#define LERP_PROVENANCE_H

#include <stdio.h>

#include "records.h"

/* What a figure was computed from: commands, runs, machine, date. */
void provenance_write(const record_set *records, size_t figure, const char *render_command, FILE *page);

/* "AMD EPYC 7763, 2 cores" of a machine's key. */
void provenance_write_machine(const record_set *records, const char *key, FILE *page);

#endif

/* SPDX-License-Identifier: MIT */
/* Results with default and with tuned parameters, apart. */
#ifndef LERP_TUNED_H
#define LERP_TUNED_H

#include <stdio.h>

#include "records.h"

/* A table of problems and methods that were tuned. */
void tuned_write(const record_set *records, FILE *page);

#endif

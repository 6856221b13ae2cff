/* SPDX-License-Identifier: MIT */
#ifndef LERP_TRAININGS_H
#define LERP_TRAININGS_H

#include <stdio.h>

#include "records.h"

/* Whether interpolation stabilized. */
void trainings_write_verdict(const record_set *records, FILE *page);
/* What came out late in training, by method, each method that interpolates against its base, and what was expected. */
void trainings_write(const record_set *records, FILE *page);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LERP_CLAIMS_H
#define LERP_CLAIMS_H

#include <stdbool.h>
#include <stdio.h>

#include "records.h"

/* What theory claims, or what is expected of trainings. */
typedef enum claims_kind { CLAIMS_OF_THEORY, CLAIMS_OF_TRAININGS } claims_kind;

bool claims_exist(const record_set *records, claims_kind kind);

/* What came out for every claim, the newest verdict on each, with links to the runs. Of trainings those that hold come
 * folded after the others. */
void claims_write(const record_set *records, claims_kind kind, FILE *page);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LERP_NOTES_H
#define LERP_NOTES_H

#include "records.h"

/* What a reader must know beside a figure of the runs of table solve that a condition selects, as HTML:
 * methods that count exact resolvents, games that flatter. "" when there is nothing. */
char *notes_on(const record_set *records, const char *condition, const char *argument);

#endif

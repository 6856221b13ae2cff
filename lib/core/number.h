/* SPDX-License-Identifier: MIT */
#ifndef LERP_CORE_NUMBER_H
#define LERP_CORE_NUMBER_H

enum { LERP_NUMBER_SIZE = 32 }; /* enough for lerp_format_number */

/* Decimal places of the shortest form of a finite number: 2 for 0.05, 0 for 1e3. */
int lerp_decimals(double value);

/* The double nearest to `value` rounded to that many decimal places; never -0. */
double lerp_round_decimals(double value, int decimals);

#endif

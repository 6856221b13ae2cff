/* SPDX-License-Identifier: MIT */
#ifndef LERP_GNUPLOT_H
#define LERP_GNUPLOT_H

#include <stddef.h>

/* Runs a script in one gnuplot process, without the user's start-up files, and returns what it wrote to
 * standard output. A missing gnuplot and a failing script are tool_fail. */
char *gnuplot_run(const char *script, size_t size);

#endif

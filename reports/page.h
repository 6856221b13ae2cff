/* SPDX-License-Identifier: MIT */
#ifndef LERP_PAGE_H
#define LERP_PAGE_H

#include <stdio.h>

#include "figure.h"

/* The report as one self-contained HTML page, from drawn figures. */
void page_write(const record_set *records, const figure_list *figures, const char *render_command,
                FILE *page);

#endif

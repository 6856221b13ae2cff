/* SPDX-License-Identifier: MIT */
/* A document of gnuplot's svg terminal, made fit to stand in a page beside others. */
#ifndef LERP_SVG_H
#define LERP_SVG_H

#include <stddef.h>
#include <stdio.h>

/* Writes what is between the tags of the root element: without gnuplot's own title, ids made unique with
 * `prefix`, and every plot element a group of class "plot" titled with the next name. */
void svg_write_body(FILE *stream, const char *document, const char *prefix, char *const *names, size_t count);

#endif

/* SPDX-License-Identifier: MIT */
/* The vector field F of a two-dimensional game. */
#ifndef LERP_FIELD_H
#define LERP_FIELD_H

#include <stdbool.h>

typedef struct vector_field vector_field;

/* NULL when this version of lerp cannot make the game, or when it has another dimension. */
vector_field *field_new(const char *problem);
void field_free(vector_field *self);
/* F at (x, y); false when it cannot be evaluated there. */
bool field_at(vector_field *self, double x, double y, double f[2]);

#endif

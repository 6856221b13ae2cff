/* SPDX-License-Identifier: MIT */
/* f(x, y) = (x - o)'(y - o), free or in a box: monotone, rho = 0, L = 1. */
#include "linear.h"

enum { N, OFFSET, BOX, OPERATOR };

static const lerp_parameter parameters[] = {
    PROBLEM_N(256, ""), LINEAR_OFFSET, LINEAR_BOX, LINEAR_OPERATOR, PROBLEM_LAST_PARAMETERS,
};

static lerp_status build(const double *value, lerp_problem *problem, lerp_error *error) {
  linear_game game = {.pairs = (size_t)value[N] / 2,
                      .a = 1,
                      .offset = value[OFFSET],
                      .box = value[BOX],
                      .form = (int)value[OPERATOR],
                      .lipschitz = 1};
  return linear_build(&game, problem, error);
}

const problem_description problem_bilinear = {
    .name = "bilinear",
    .summary = "(x - o)'(y - o), free or in a box: the simplest monotone game",
    .source = "folklore",
    .parameters = parameters,
    .start = "sin",
    .build = build,
};

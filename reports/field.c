/* SPDX-License-Identifier: MIT */
#include "field.h"

#include <math.h>
#include <stdlib.h>

#include "../bench/memory.h"
#include "../problems/problems.h"

struct vector_field {
  problem_instance *game;
  lerp_evaluator *evaluator;
};

static problem_instance *make_game(const char *problem) {
  lerp_spec *specs;
  size_t count;
  lerp_error error;
  if (lerp_specs_parse(problem, &specs, &count, &error) != LERP_OK) {
    return NULL;
  }
  problem_instance *game;
  lerp_status status = problem_new(&specs[0], NULL, 0, &game, &error);
  lerp_specs_free(specs, count);
  return status == LERP_OK ? game : NULL;
}

vector_field *field_new(const char *problem) {
  vector_field *self = memory_new(1, sizeof *self);
  lerp_error error;
  self->game = make_game(problem);
  if (self->game != NULL) {
    const size_t *dimension = self->game->problem.op.dimension;
    if (dimension[0] == 1 && dimension[1] == 1 &&
        lerp_evaluator_new(&self->game->problem, &self->evaluator, &error) == LERP_OK) {
      return self;
    }
  }
  field_free(self);
  return NULL;
}

void field_free(vector_field *self) {
  if (self == NULL) {
    return;
  }
  lerp_evaluator_free(self->evaluator);
  if (self->game != NULL) {
    problem_free(self->game);
  }
  free(self);
}

bool field_at(vector_field *self, double x, double y, double f[2]) {
  lerp_error error;
  return lerp_evaluator_operator(self->evaluator, LERP_EXACT, &x, &y, &f[0], &f[1], &error) == LERP_OK &&
         isfinite(f[0]) && isfinite(f[1]);
}

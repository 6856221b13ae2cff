/* SPDX-License-Identifier: MIT */
#include "theory.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <lerp/random.h>

static lerp_status evaluate(lerp_linear_part *part, const double *at, double *f, lerp_error *error) {
  const size_t dx = part->problem->op.dimension[0];
  return lerp_evaluator_operator(part->evaluator, LERP_EXACT, at, at + dx, f, f + dx, error);
}

static double norm_of(const double *v, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    sum += v[i] * v[i];
  }
  return sqrt(sum);
}

/* Where |F(0)| exceeds |Mv| for a random unit vector v, t makes up for it. */
static lerp_status choose_scale(lerp_linear_part *part, lerp_error *error) {
  double *v = malloc(2 * part->n * sizeof *v), *mv = v + part->n;
  if (!v) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "matrix of n=%zu: out of memory", part->n);
  }
  for (size_t i = 0; i < part->n; i++) {
    v[i] = lerp_random_normal(0, 0, i);
  }
  const double length = norm_of(v, part->n), constant = norm_of(part->origin, part->n);
  for (size_t i = 0; i < part->n; i++) {
    v[i] /= length;
  }
  const lerp_status status = lerp_linear_part_apply(part, v, mv, error);
  if (status == LERP_OK) {
    const double linear = norm_of(mv, part->n);
    if (constant > linear && linear > 0 && isfinite(constant)) {
      part->scale = exp2(ceil(log2(constant / linear)));
    }
  }
  free(v);
  return status;
}

lerp_status lerp_linear_part_new(const lerp_problem *problem, lerp_linear_part *part, lerp_error *error) {
  const size_t n = problem->op.dimension[0] + problem->op.dimension[1];
  *part = (lerp_linear_part){.problem = problem, .n = n, .scale = 1};
  part->origin = calloc(2 * n, sizeof *part->origin);
  if (!part->origin) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "matrix of n=%zu: out of memory", n);
  }
  part->point = part->origin + n;
  lerp_status status = lerp_evaluator_new(problem, &part->evaluator, error);
  if (status == LERP_OK) {
    status = evaluate(part, part->point, part->origin, error);
  }
  if (status == LERP_OK) {
    status = choose_scale(part, error);
  }
  if (status) {
    lerp_linear_part_fini(part);
  }
  return status;
}

void lerp_linear_part_fini(lerp_linear_part *part) {
  lerp_evaluator_free(part->evaluator);
  free(part->origin);
  *part = (lerp_linear_part){.n = 0};
}

lerp_status lerp_linear_part_apply(lerp_linear_part *part, const double *v, double *mv, lerp_error *error) {
  for (size_t i = 0; i < part->n; i++) {
    part->point[i] = part->scale * v[i];
  }
  const lerp_status status = evaluate(part, part->point, mv, error);
  for (size_t i = 0; status == LERP_OK && i < part->n; i++) {
    mv[i] = (mv[i] - part->origin[i]) / part->scale;
  }
  return status;
}

void lerp_start_of(const lerp_problem *problem, double *z) {
  for (int p = 0; p < LERP_PARTS; p++) {
    const size_t bytes = problem->op.dimension[p] * sizeof *z;
    if (problem->start[p] && bytes) {
      memcpy(z, problem->start[p], bytes);
    } else if (bytes) {
      memset(z, 0, bytes);
    }
    z += problem->op.dimension[p];
  }
}

lerp_status lerp_linear_part_matrix(lerp_linear_part *part, double *matrix, lerp_error *error) {
  const size_t n = part->n;
  double *unit = calloc(2 * n, sizeof *unit);
  if (!unit) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "matrix of n=%zu: out of memory", n);
  }
  double *column = unit + n;
  lerp_status status = LERP_OK;
  for (size_t j = 0; status == LERP_OK && j < n; j++) {
    unit[j] = 1;
    status = lerp_linear_part_apply(part, unit, column, error);
    unit[j] = 0;
    for (size_t i = 0; i < n; i++) {
      matrix[i * n + j] = column[i];
    }
  }
  free(unit);
  return status;
}

lerp_status lerp_problem_matrix(const lerp_problem *problem, double *matrix, double *q, lerp_error *error) {
  lerp_linear_part part;
  lerp_status status = lerp_linear_part_new(problem, &part, error);
  if (status) {
    return status;
  }
  status = lerp_linear_part_matrix(&part, matrix, error);
  for (size_t i = 0; q && i < part.n; i++) {
    q[i] = -part.origin[i];
  }
  lerp_linear_part_fini(&part);
  return status;
}

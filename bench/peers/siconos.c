/* SPDX-License-Identifier: MIT */
/* Extragradient as Siconos has it for variational inequalities: with a line search of its own, or, where a step size is
 * given, with that. Debian's package has the functions, but no header for them. */
#include "game.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cblas.h>

#include <SolverOptions.h>

#include "../clock.h"

/* As in Siconos 4.4, numerics/VI. */
typedef struct VariationalInequality VI;
struct VariationalInequality {
  int size;
  void *env;
  void (*F)(void *self, int n, double *x, double *f);
  void (*compute_nabla_F)(void *self, int n, double *x, NumericsMatrix *jacobian);
  void (*ProjectionOnX)(void *self, double *x, double *projected);
  double normVI;
  int istheNormVIset;
  void *set;
  NumericsMatrix *nabla_F;
};
extern int variationalInequality_driver(VI *problem, double *x, double *w, SolverOptions *options);
enum { EXTRAGRADIENT = 1000 };                                    /* VI_SOLVER */
enum { ERROR_EVALUATION = 7, EVALUATE_FULLY = 0, STEP_SIZE = 3 }; /* indices and values in VI_cst.h */

typedef struct siconos_run {
  peer_task task;
  game *game;
  uint64_t evaluations;
  double *z, *f, *lower, *upper;
  double initial_residual;
} siconos_run;

enum { FEW = 16 };

/* Calls of a library cost more than the arithmetic where there are few components. */
static void field(void *self, int n, double *z, double *f) {
  siconos_run *run = ((VI *)self)->env;
  const game *of = run->game;
  const int d = (int)of->pairs;
  run->evaluations++;
  for (int i = 0; i < n; i++) {
    f[i] = of->b * z[i] + of->constant[i];
  }
  if (d > FEW) {
    cblas_dgemv(CblasRowMajor, CblasNoTrans, d, d, 1, of->matrix, d, z + d, 1, 1, f, 1);
    cblas_dgemv(CblasRowMajor, CblasTrans, d, d, -1, of->matrix, d, z, 1, 1, f + d, 1);
    return;
  }
  for (int i = 0; i < d; i++) {
    for (int j = 0; j < d; j++) {
      f[i] += of->matrix[i * d + j] * z[d + j];
      f[d + j] -= of->matrix[i * d + j] * z[i];
    }
  }
}

static void project(void *self, double *z, double *projected) {
  const siconos_run *run = ((VI *)self)->env;
  for (size_t i = 0; i < 2 * run->game->pairs; i++) {
    projected[i] = fmin(fmax(z[i], run->lower[i]), run->upper[i]);
  }
}

static const char *version(void) {
  return "4.4";
}

static void end(void *run) {
  siconos_run *self = run;
  game_free(self->game);
  lerp_aligned_free(self->z);
  lerp_aligned_free(self->f);
  lerp_aligned_free(self->lower);
  lerp_aligned_free(self->upper);
  free(self);
}

/* The ends of the box: where points far away are projected to. */
static lerp_status find_box(siconos_run *self, lerp_evaluator *with, lerp_error *error) {
  const size_t d = self->game->pairs;
  for (size_t i = 0; i < 2 * d; i++) {
    self->lower[i] = -1e300;
    self->upper[i] = 1e300;
  }
  lerp_status status = lerp_evaluator_resolvent(with, 1, self->lower, self->lower + d, error);
  return status == LERP_OK ? lerp_evaluator_resolvent(with, 1, self->upper, self->upper + d, error) : status;
}

static lerp_status prepare(siconos_run *self, lerp_error *error) {
  const size_t d = self->game->pairs;
  self->z = lerp_aligned_new(2 * d);
  self->f = lerp_aligned_new(2 * d);
  self->lower = lerp_aligned_new(2 * d);
  self->upper = lerp_aligned_new(2 * d);
  if (self->z == NULL || self->f == NULL || self->lower == NULL || self->upper == NULL) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "a peer's vectors of n=%zu: out of memory", 2 * d);
  }
  lerp_evaluator *evaluator;
  lerp_status status = lerp_evaluator_new(self->task.problem, &evaluator, error);
  if (status == LERP_OK) {
    const double *start = self->game->start;
    status = lerp_evaluator_residual(evaluator, 1, start, start + d, &self->initial_residual, error);
    if (status == LERP_OK) {
      status = find_box(self, evaluator, error);
    }
    lerp_evaluator_free(evaluator);
  }
  return status;
}

static lerp_status begin(const peer_task *task, void **run, lerp_error *error) {
  const char *set = task->problem->resolvent.name;
  if ((set != NULL && strcmp(set, "box") != 0) || lerp_problem_residual_step(task->problem) != 1) {
    return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX,
                     "Siconos is compared where A = 0 or a box, and L = 1");
  }
  siconos_run *self = calloc(1, sizeof *self);
  if (self == NULL) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "out of memory");
  }
  self->task = *task;
  lerp_status status = game_new(task->problem, GAME_DENSE, &self->game, error);
  if (status == LERP_OK) {
    status = prepare(self, error);
  }
  if (status != LERP_OK) {
    end(self);
    return status;
  }
  *run = self;
  return LERP_OK;
}

/* A step size that was given; negative: the line search finds one, beginning with 1. */
static double step_size(const lerp_method_instance *method) {
  for (size_t i = 0; method->method->parameters[i].name != NULL; i++) {
    if (strcmp(method->method->parameters[i].name, "gamma") == 0 && method->given[i]) {
      return method->value[i];
    }
  }
  return -1;
}

static SolverOptions *make_options(const siconos_run *self, const peer_rule *rule) {
  enum { EVALUATIONS = 4 }; /* of an iteration whose first step size is taken */
  SolverOptions *options = solver_options_create(EXTRAGRADIENT);
  const uint64_t most = rule->iterations > 0 ? rule->iterations : rule->max_evaluations / EVALUATIONS;
  options->iparam[SICONOS_IPARAM_MAX_ITER] = most < INT32_MAX ? (int)most : INT32_MAX;
  options->iparam[ERROR_EVALUATION] = EVALUATE_FULLY;
  options->dparam[SICONOS_DPARAM_TOL] = rule->iterations > 0 ? 0 : rule->tolerance;
  options->dparam[STEP_SIZE] = step_size(self->task.method);
  return options;
}

static lerp_status solve(void *run, const peer_rule *rule, peer_outcome *outcome, lerp_error *error) {
  siconos_run *self = run;
  VI problem = {.size = (int)(2 * self->game->pairs),
                .env = self,
                .F = field,
                .ProjectionOnX = project,
                .normVI = self->initial_residual,
                .istheNormVIset = 1};
  (void)error;
  memcpy(self->z, self->game->start, (size_t)problem.size * sizeof *self->z);
  memset(self->f, 0, (size_t)problem.size * sizeof *self->f);
  self->evaluations = 0;
  openblas_set_num_threads(self->task.threads);
  game_binding binding = game_bind(&self->task);
  SolverOptions *options = make_options(self, rule);
  const double start = clock_seconds();
  const int failed = variationalInequality_driver(&problem, self->z, self->f, options);
  *outcome = (peer_outcome){.outcome = failed == 0            ? LERP_CONVERGED
                                       : rule->iterations > 0 ? LERP_MAX_ITERATIONS
                                                              : LERP_MAX_EVALUATIONS,
                            .iterations = (uint64_t)options->iparam[SICONOS_IPARAM_ITER_DONE],
                            .evaluations = self->evaluations,
                            .seconds = clock_seconds() - start,
                            .initial_residual = self->initial_residual,
                            .residual = options->dparam[SICONOS_DPARAM_RESIDU] * self->initial_residual};
  solver_options_delete(options);
  free(options);
  game_release(&binding);
  openblas_set_num_threads(1);
  return LERP_OK;
}

static const char *const methods[] = {"eg", NULL};
LERP_PEER_EXPORT extern const peer lerp_peer;
const peer lerp_peer = {"siconos", methods, version, begin, solve, end};

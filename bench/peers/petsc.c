/* SPDX-License-Identifier: MIT */
/* GMRES of PETSc on an affine F without constraints; the products with M are two of OpenBLAS. */
#include "game.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cblas.h>
#include <petscksp.h>

#include "../clock.h"

typedef struct petsc_run {
  peer_task task;
  game *game;
  uint64_t evaluations;
  double initial_residual;
  Mat matrix;
  Vec right, z;
  KSP solver;
} petsc_run;

static lerp_status failed(PetscErrorCode code, lerp_error *error) {
  const char *text = NULL;
  PetscErrorMessage(code, &text, NULL);
  return lerp_fail(error, LERP_SYSTEM, SIZE_MAX, "PETSc: %s", text != NULL ? text : "failed");
}

/* M z */
static void multiply(const game *of, const double *z, double *to) {
  const int d = (int)of->pairs;
  memcpy(to, z, 2 * of->pairs * sizeof *to);
  cblas_dgemv(CblasRowMajor, CblasNoTrans, d, d, 1, of->matrix, d, z + d, 1, of->b, to, 1);
  cblas_dgemv(CblasRowMajor, CblasTrans, d, d, -1, of->matrix, d, z, 1, of->b, to + d, 1);
}

static PetscErrorCode product(Mat matrix, Vec from, Vec to) {
  petsc_run *run;
  const double *z;
  double *out;
  PetscCall(MatShellGetContext(matrix, &run));
  PetscCall(VecGetArrayRead(from, &z));
  PetscCall(VecGetArrayWrite(to, &out));
  multiply(run->game, z, out);
  run->evaluations++;
  PetscCall(VecRestoreArrayRead(from, &z));
  PetscCall(VecRestoreArrayWrite(to, &out));
  return 0;
}

static void finalize(void) {
  PetscFinalize();
}

static PetscErrorCode initialize(void) {
  PetscBool there;
  PetscCall(PetscInitialized(&there));
  if (!there) {
    PetscCall(PetscInitializeNoArguments());
    PetscCall(PetscPopSignalHandler()); /* signals are lerp-bench's */
    atexit(finalize);
  }
  return 0;
}

static PetscErrorCode make(petsc_run *self) {
  const PetscInt n = (PetscInt)(2 * self->game->pairs);
  PetscCall(VecCreateSeq(PETSC_COMM_SELF, n, &self->z));
  PetscCall(VecDuplicate(self->z, &self->right));
  PetscCall(MatCreateShell(PETSC_COMM_SELF, n, n, n, n, self, &self->matrix));
  PetscCall(MatShellSetOperation(self->matrix, MATOP_MULT, (void (*)(void))product));
  PetscCall(KSPCreate(PETSC_COMM_SELF, &self->solver));
  PetscCall(KSPSetOperators(self->solver, self->matrix, self->matrix));
  PetscCall(KSPSetType(self->solver, KSPGMRES));
  PetscCall(KSPGMRESSetRestart(self->solver, (PetscInt)lerp_method_value(self->task.method, "restart")));
  PetscCall(KSPSetInitialGuessNonzero(self->solver, PETSC_TRUE));
  PC preconditioner;
  PetscCall(KSPGetPC(self->solver, &preconditioner));
  PetscCall(PCSetType(preconditioner, PCNONE));
  double *right;
  PetscCall(VecGetArrayWrite(self->right, &right));
  for (PetscInt i = 0; i < n; i++) {
    right[i] = -self->game->constant[i];
  }
  PetscCall(VecRestoreArrayWrite(self->right, &right));
  return 0;
}

static PetscErrorCode set_start(petsc_run *self) {
  double *z;
  PetscCall(VecGetArrayWrite(self->z, &z));
  memcpy(z, self->game->start, 2 * self->game->pairs * sizeof *z);
  PetscCall(VecRestoreArrayWrite(self->z, &z));
  return 0;
}

static lerp_status find_initial_residual(petsc_run *self, lerp_error *error) {
  lerp_evaluator *evaluator;
  lerp_status status = lerp_evaluator_new(self->task.problem, &evaluator, error);
  if (status == LERP_OK) {
    const double *start = self->game->start;
    status = lerp_evaluator_residual(evaluator, 0, start, start + self->game->pairs, &self->initial_residual,
                                     error);
    lerp_evaluator_free(evaluator);
  }
  return status;
}

static const char *version(void) {
  static char text[64];
  PetscInt major, minor, subminor;
  PetscGetVersionNumber(&major, &minor, &subminor, NULL);
  snprintf(text, sizeof text, "%d.%d.%d", (int)major, (int)minor, (int)subminor);
  return text;
}

static void end(void *run) {
  petsc_run *self = run;
  KSPDestroy(&self->solver);
  MatDestroy(&self->matrix);
  VecDestroy(&self->z);
  VecDestroy(&self->right);
  game_free(self->game);
  free(self);
}

static lerp_status begin(const peer_task *task, void **run, lerp_error *error) {
  if (task->problem->resolvent.name != NULL) {
    return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX, "GMRES solves unconstrained problems");
  }
  petsc_run *self = calloc(1, sizeof *self);
  if (self == NULL) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "out of memory");
  }
  self->task = *task;
  lerp_status status = game_new(task->problem, GAME_DENSE, &self->game, error);
  if (status == LERP_OK) {
    status = find_initial_residual(self, error);
  }
  if (status != LERP_OK) {
    game_free(self->game);
    free(self);
    return status;
  }
  PetscErrorCode code = initialize();
  code = code != 0 ? code : make(self);
  if (code != 0) {
    end(self);
    return failed(code, error);
  }
  *run = self;
  return LERP_OK;
}

static PetscErrorCode run_solver(petsc_run *self, const peer_rule *rule, peer_outcome *outcome) {
  const uint64_t most = rule->iterations > 0 ? rule->iterations : rule->max_evaluations;
  const double enough = rule->iterations > 0 ? 0 : rule->tolerance * self->initial_residual;
  PetscCall(set_start(self));
  PetscCall(KSPSetTolerances(self->solver, 1e-300, enough, 1e12,
                             most < PETSC_MAX_INT ? (PetscInt)most : PETSC_MAX_INT));
  self->evaluations = 0;
  const double start = clock_seconds();
  PetscCall(KSPSolve(self->solver, self->right, self->z));
  outcome->seconds = clock_seconds() - start;
  KSPConvergedReason reason;
  PetscInt iterations;
  PetscCall(KSPGetConvergedReason(self->solver, &reason));
  PetscCall(KSPGetIterationNumber(self->solver, &iterations));
  PetscCall(KSPGetResidualNorm(self->solver, &outcome->residual));
  outcome->outcome = reason > 0             ? LERP_CONVERGED
                     : rule->iterations > 0 ? LERP_MAX_ITERATIONS
                                            : LERP_MAX_EVALUATIONS;
  outcome->iterations = (uint64_t)iterations;
  outcome->evaluations = self->evaluations;
  outcome->initial_residual = self->initial_residual;
  return 0;
}

static lerp_status solve(void *run, const peer_rule *rule, peer_outcome *outcome, lerp_error *error) {
  petsc_run *self = run;
  openblas_set_num_threads(self->task.threads);
  game_binding binding = game_bind(&self->task);
  const PetscErrorCode code = run_solver(self, rule, outcome);
  game_release(&binding);
  openblas_set_num_threads(1);
  return code == 0 ? LERP_OK : failed(code, error);
}

static const char *const methods[] = {"gmres", NULL};
LERP_PEER_EXPORT extern const peer lerp_peer;
const peer lerp_peer = {"petsc", methods, version, begin, solve, end};

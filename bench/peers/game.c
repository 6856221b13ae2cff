/* SPDX-License-Identifier: MIT */
#include "band.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../problems/openmp.h"

lerp_status game_out_of_memory(size_t pairs, lerp_error *error) {
  return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "a peer's game of n=%zu: out of memory", 2 * pairs);
}

lerp_status game_evaluate(game_probe *self, lerp_error *error) {
  return lerp_evaluator_operator(self->evaluator, LERP_EXACT, self->z, self->z + self->pairs, self->f,
                                 self->f + self->pairs, error);
}

static double reflector(size_t i) {
  return 1 / ((double)i + 1);
}

static double reflector_square(size_t pairs) {
  double square = 0;
  for (size_t i = 0; i < pairs; i++) {
    square += reflector(i) * reflector(i);
  }
  return square;
}

/* --- What F is ----------------------------------------------------------------------------------------- */

/* The constant and the diagonals, from F(0) and F(0, 1): right if A is diagonal; else a_each is A 1. */
static lerp_status find_diagonals(game *self, game_probe *of, lerp_error *error) {
  const size_t d = self->pairs;
  lerp_status status = game_evaluate(of, error);
  memcpy(self->constant, of->f, 2 * d * sizeof *of->f);
  for (size_t i = 0; i < d; i++) {
    of->z[d + i] = 1;
  }
  if (status == LERP_OK) {
    status = game_evaluate(of, error);
  }
  for (size_t i = 0; i < d; i++) {
    self->a_each[i] = of->f[i] - self->constant[i];
    self->b_each[i] = of->f[d + i] - self->constant[d + i];
  }
  self->b = self->b_each[0];
  return status;
}

/* v <- (I - 2uu'/u'u) v */
static void reflect(size_t pairs, double *v) {
  double product = 0;
  for (size_t i = 0; i < pairs; i++) {
    product += 2 / reflector_square(pairs) * reflector(i) * v[i];
  }
  for (size_t i = 0; i < pairs; i++) {
    v[i] -= product * reflector(i);
  }
}

/* f = F(z); scratch: as long as f. */
static void compute(const game *self, bool reflected, const double *z, double *f, double *scratch) {
  const size_t d = self->pairs;
  double *x = scratch, *y = scratch + d;
  memcpy(x, z, d * sizeof *x);
  if (reflected) {
    reflect(d, x);
  }
  for (size_t i = 0; i < d; i++) {
    y[i] = self->a_each[i] * z[d + i];
    x[i] *= self->a_each[i];
  }
  if (reflected) {
    reflect(d, y);
  }
  for (size_t i = 0; i < d; i++) {
    f[i] = self->b_each[i] * z[i] + y[i] + self->constant[i];
    f[d + i] = self->b_each[i] * z[d + i] - x[i] + self->constant[d + i];
  }
}

/* Whether that is F, at a point in general position. */
static lerp_status check(const game *self, bool reflected, game_probe *of, bool *same, lerp_error *error) {
  const size_t n = 2 * self->pairs;
  double *mine = malloc(2 * n * sizeof *mine);
  if (mine == NULL) {
    return game_out_of_memory(self->pairs, error);
  }
  for (size_t i = 0; i < n; i++) {
    of->z[i] = lerp_random_normal(1, 2, i);
  }
  lerp_status status = game_evaluate(of, error);
  compute(self, reflected, of->z, mine, mine + n);
  double difference = 0, size = 0;
  for (size_t i = 0; i < n; i++) {
    difference += (mine[i] - of->f[i]) * (mine[i] - of->f[i]);
    size += of->f[i] * of->f[i];
  }
  *same = difference <= 1e-20 * size;
  free(mine);
  return status;
}

static void write_matrix(game *self, bool reflected) {
  const size_t d = self->pairs;
  const double scale = reflected ? 2 / reflector_square(d) : 0;
  for (size_t i = 0; i < d; i++) {
    for (size_t j = 0; j < d; j++) {
      self->matrix[i * d + j] = self->a_each[j] * ((double)(i == j) - scale * reflector(i) * reflector(j));
    }
  }
}

static bool has_one_b(const game *self) {
  bool one = true;
  for (size_t i = 0; i < self->pairs; i++) {
    one = one && fabs(self->b_each[i] - self->b) <= 1e-12 * fabs(self->b);
  }
  return one;
}

static lerp_status find(game *self, game_probe *of, int form, lerp_error *error) {
  bool same = false, reflected = false;
  lerp_status status = find_diagonals(self, of, error);
  if (status == LERP_OK) {
    status = check(self, reflected, of, &same, error);
  }
  if (status == LERP_OK && !same && form == GAME_DENSE) {
    reflected = true;
    reflect(self->pairs, self->a_each);
    status = check(self, reflected, of, &same, error);
  }
  if (status != LERP_OK) {
    return status;
  }
  if (!same || (form == GAME_DENSE && !has_one_b(self))) {
    return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX,
                     "the peers know games on pairs and games coupled by a "
                     "reflection; this F is another");
  }
  if (form == GAME_DENSE) {
    write_matrix(self, reflected);
  }
  return LERP_OK;
}

/* --- The game ------------------------------------------------------------------------------------------ */

static bool allocate(game *self, int form) {
  const size_t d = self->pairs;
  self->a_each = lerp_aligned_new(d);
  self->b_each = lerp_aligned_new(d);
  self->constant = lerp_aligned_new(2 * d);
  self->start = lerp_aligned_new(2 * d);
  self->matrix = form == GAME_DENSE ? lerp_aligned_new(d * d) : NULL;
  return self->a_each != NULL && self->b_each != NULL && self->constant != NULL && self->start != NULL &&
         (form != GAME_DENSE || self->matrix != NULL);
}

static void copy_start(game *self, const lerp_problem *problem) {
  for (int part = 0; part < LERP_PARTS; part++) {
    double *to = self->start + (size_t)part * self->pairs;
    memset(to, 0, self->pairs * sizeof *to);
    if (problem->start[part] != NULL) {
      memcpy(to, problem->start[part], self->pairs * sizeof *to);
    }
  }
}

lerp_status game_new(const lerp_problem *problem, int form, game **made, lerp_error *error) {
  const size_t d = problem->op.dimension[0];
  if (d == 0 || problem->op.dimension[1] != d || !problem->facts.affine || problem->op.stochastic) {
    return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX,
                     "the peers solve affine games with x and y of one dimension");
  }
  game *self = calloc(1, sizeof *self);
  game_probe of = {.pairs = d, .z = calloc(2 * d, sizeof(double)), .f = calloc(2 * d, sizeof(double))};
  lerp_status status = LERP_MEMORY;
  if (self != NULL) {
    self->pairs = d;
  }
  if (self == NULL || of.z == NULL || of.f == NULL || !allocate(self, form)) {
    status = game_out_of_memory(d, error);
  } else {
    status = lerp_evaluator_new(problem, &of.evaluator, error);
  }
  if (status == LERP_OK) {
    copy_start(self, problem);
    status = form == GAME_BAND ? band_find(self, &of, error) : find(self, &of, form, error);
    lerp_evaluator_free(of.evaluator);
  }
  free(of.z);
  free(of.f);
  if (status != LERP_OK) {
    game_free(self);
    return status;
  }
  *made = self;
  return LERP_OK;
}

void game_free(game *self) {
  if (self == NULL) {
    return;
  }
  lerp_aligned_free(self->matrix);
  lerp_aligned_free(self->a_each);
  lerp_aligned_free(self->b_each);
  lerp_aligned_free(self->constant);
  lerp_aligned_free(self->start);
  band_free(self);
  free(self);
}

/* --- Threads ------------------------------------------------------------------------------------------- */

game_binding game_bind(const peer_task *task) {
  game_binding self = {.pinning = task->pinning, .threads = task->threads};
  self.previous = task->pinning != NULL ? calloc((size_t)task->threads, sizeof *self.previous) : NULL;
  if (self.previous != NULL) {
#pragma omp parallel num_threads(self.threads)
    lerp_pinning_bind(self.pinning, omp_get_thread_num(), &self.previous[omp_get_thread_num()]);
  }
  return self;
}

void game_release(game_binding *self) {
  if (self->previous != NULL) {
#pragma omp parallel num_threads(self->threads)
    lerp_pinning_release(self->pinning, self->previous[omp_get_thread_num()]);
    free(self->previous);
  }
}

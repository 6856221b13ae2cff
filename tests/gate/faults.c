/* SPDX-License-Identifier: MIT */
/* Faults that a gate must notice, linked around lerp-bench (ld --wrap) for the tests alone. The environment chooses:
 *   LERP_TEST_FAULT=slow    the kernels of dense matrices (but the smallest) take 10 % longer
 *   LERP_TEST_FAULT=extra   every solve evaluates F once more than it needs to
 *   LERP_TEST_FAULT=network every disk is one that other machines see
 *   LERP_TEST_CLOCK=1       seconds are what these kernels were asked to do, with noise drawn by arm, process and repetition:
 *                           the same on any machine */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <lerp/random.h>
#include <lerp/solver.h>
#include <lerp/step.h>

#include "../../lib/kernels/kernels.h"
#include "../../reports/disk.h"
#include "../../reports/store.h"

__typeof__(lerp_kernels_select) __real_lerp_kernels_select, __wrap_lerp_kernels_select;
__typeof__(lerp_solver_solve) __real_lerp_solver_solve, __wrap_lerp_solver_solve;
__typeof__(lerp_advance) __real_lerp_advance, __wrap_lerp_advance;
__typeof__(store_add_sample) __real_store_add_sample, __wrap_store_add_sample;
__typeof__(disk_is_shared) __real_disk_is_shared, __wrap_disk_is_shared;

static const double slowdown = 1.10;
static const double seconds_per_entry = 1e-10, noise_of_samples = 0.02, noise_of_processes = 0.01;

/* Since the last sample. */
static double entries, solves;

static bool has_fault(const char *name) {
  const char *fault = getenv("LERP_TEST_FAULT");
  return fault != NULL && strcmp(fault, name) == 0;
}

/* --- A slow kernel ------------------------------------------------------------------------------------ */

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* What an entry usually takes: on a busy machine some calls are interrupted, and 10 % of their time would be far more
 * than of their work. */
static double usual(double seconds_of_entry) {
  static _Thread_local double average;
  average = average > 0 ? average + 0.01 * (fmin(seconds_of_entry, 2 * average) - average) : seconds_of_entry;
  return average;
}

/* After a kernel that began at `start` and went through as many entries. */
static void linger(double start, double size) {
  const double end = now(), factor = has_fault("slow") ? slowdown : 1,
               until = end + (factor - 1) * size * usual((end - start) / size);
  while (now() < until) {
  }
  entries += factor * size;
}

static void rows(size_t count, size_t columns, const double *matrix, size_t stride, const double *v,
                 double *out, const double *w, double *transposed) {
  const double start = now();
  __real_lerp_kernels_select()->rows(count, columns, matrix, stride, v, out, w, transposed);
  linger(start, (double)count * (double)columns);
}

static void saddle(const lerp_saddle_map *map, const double *x, const double *y, double *fx, double *fy,
                   double *product) {
  const double start = now();
  __real_lerp_kernels_select()->saddle(map, x, y, fx, fy, product);
  linger(start, (double)map->rows * (double)map->columns);
}

const lerp_kernels *__wrap_lerp_kernels_select(void) {
  static lerp_kernels slow;
  slow = *__real_lerp_kernels_select();
  slow.rows = rows;
  slow.saddle = saddle;
  return &slow;
}

/* --- One evaluation more ------------------------------------------------------------------------------ */

void __wrap_lerp_advance(lerp_step *step, const double *at, uint64_t sample, size_t outputs,
                         const lerp_output *output, size_t products, const lerp_product *product,
                         double *results) {
  if (at != NULL && step->counts->evaluations == 0 && has_fault("extra")) {
    struct lerp_probe *const probe = step->probe;
    step->probe = NULL;
    __real_lerp_advance(step, at, sample, LERP_NO_OUTPUTS, LERP_NO_PRODUCTS);
    step->probe = probe;
  }
  __real_lerp_advance(step, at, sample, outputs, output, products, product, results);
}

/* --- A clock that counts ------------------------------------------------------------------------------ */

lerp_status __wrap_lerp_solver_solve(lerp_solver *solver, lerp_error *error) {
  solves++;
  return __real_lerp_solver_solve(solver, error);
}

static double draw(const char *arm, int64_t process, int64_t repetition) {
  return lerp_random_normal(strcmp(arm, "base") == 0, (uint64_t)process, (uint64_t)(repetition + 1));
}

lerp_status __wrap_store_add_sample(store *self, const store_sample *sample, const store_details *details,
                                    lerp_error *error) {
  store_sample counted = *sample;
  if (getenv("LERP_TEST_CLOCK") != NULL && solves > 0) {
    counted.seconds = seconds_per_entry * entries / solves *
                      exp(noise_of_samples * draw(sample->arm, sample->process, sample->repetition) +
                          noise_of_processes * draw(sample->arm, sample->process, -1));
    counted.disturbed = 0;
  }
  entries = solves = 0;
  return __real_store_add_sample(self, &counted, details, error);
}

/* --- A disk of the network ---------------------------------------------------------------------------- */

bool __wrap_disk_is_shared(const char *path) {
  return has_fault("network") || __real_disk_is_shared(path);
}

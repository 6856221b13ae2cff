/* SPDX-License-Identifier: MIT */
#include "networks.h"

#include <sched.h>
#include <stdlib.h>

#ifdef LERP_HAVE_DNNL
#include "../problems/gan/gan.h"

bool networks_compute(const lerp_problem *problem) {
  return gan_of(problem) != NULL;
}
#else
bool networks_compute(const lerp_problem *problem) {
  (void)problem;
  return false;
}
#endif

struct networks_place {
  int threads, usual;
  cpu_set_t before;
};

#ifdef _OPENMP
#include <omp.h>

static cpu_set_t cpus_of(int threads, const lerp_pinning *pinning) {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  for (int i = 0; i < threads && pinning != NULL; i++) {
    if (lerp_pinning_cpu(pinning, i) >= 0) {
      CPU_SET((size_t)lerp_pinning_cpu(pinning, i), &cpus);
    }
  }
  return cpus;
}

static void allow(int threads, const cpu_set_t *cpus) {
  if (CPU_COUNT(cpus) > 0) {
#pragma omp parallel num_threads(threads)
    sched_setaffinity(0, sizeof *cpus, cpus);
  }
}

networks_place *networks_begin(int threads, const lerp_pinning *pinning) {
  networks_place *self = malloc(sizeof *self);
  if (self == NULL) {
    return NULL;
  }
  const cpu_set_t own = cpus_of(threads, pinning);
  *self = (networks_place){.threads = threads, .usual = omp_get_max_threads()};
  sched_getaffinity(0, sizeof self->before, &self->before);
  omp_set_num_threads(threads);
  allow(threads, &own);
  return self;
}

void networks_end(networks_place *self) {
  if (self != NULL) {
    allow(self->threads, &self->before);
    omp_set_num_threads(self->usual);
    free(self);
  }
}
#else
networks_place *networks_begin(int threads, const lerp_pinning *pinning) {
  (void)pinning;
  networks_place *self = calloc(1, sizeof *self);
  if (self != NULL) {
    self->threads = threads;
  }
  return self;
}

void networks_end(networks_place *self) {
  free(self);
}
#endif

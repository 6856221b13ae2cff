/* SPDX-License-Identifier: MIT */
#include "probes.h"

#include <math.h>
#include <time.h>

#include <lerp/team.h>

#include "tool.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

/* Bytes of the three arrays together; passes and rounds that last a few milliseconds. */
enum { BYTES_MIN = 64 << 20, BYTES_MAX = 256 << 20, PASSES = 2, ROUNDS = 600000, CHAINS = 12 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC_RAW, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

probes probes_new(const lerp_topology_summary *machine) {
  size_t bytes = 2 * machine->cache[3];
  bytes = bytes < BYTES_MIN ? BYTES_MIN : bytes > BYTES_MAX ? BYTES_MAX : bytes;
  probes self = {.length = bytes / (3 * sizeof(double))};
  self.memory = lerp_aligned_new(3 * self.length);
  if (self.memory == NULL) {
    tool_fail(TOOL_BAD_INPUT, "out of memory for the memory probe (%zu MiB)", bytes >> 20);
  }
  for (size_t i = 0; i < 3 * self.length; i++) {
    self.memory[i] = 1.0;
  }
  return self;
}

void probes_free(probes *self) {
  lerp_aligned_free(self->memory);
}

/* What the members of a team do together, `seconds` by the clock of member 0. */
typedef struct probe_run {
  const probes *probes;
  double seconds;
} probe_run;

static void triad(double *restrict a, const double *restrict b, const double *restrict c, size_t length) {
  for (size_t i = 0; i < length; i++) {
    a[i] = b[i] + 0.5 * c[i];
  }
}

static void run_triad(lerp_team *team, void *argument) {
  probe_run *run = argument;
  size_t length = run->probes->length, rank = (size_t)team->rank, size = (size_t)team->size;
  size_t begin = length * rank / size, end = length * (rank + 1) / size;
  double *a = run->probes->memory, *b = a + length, *c = b + length;
  for (int pass = 0; pass < PASSES; pass++) {
    team->share(team, a);
    double start = now();
    triad(a + begin, b + begin, c + begin, end - begin);
    team->share(team, a);
    if (team->rank == 0) {
      run->seconds = fmin(run->seconds, now() - start);
    }
  }
}

#ifdef __x86_64__
__attribute__((target("avx2,fma"))) static double chain_fma(void) {
  __m256d value[CHAINS], factor = _mm256_set1_pd(0.999999), add = _mm256_set1_pd(1e-6);
  for (int i = 0; i < CHAINS; i++) {
    value[i] = _mm256_set1_pd(i);
  }
  for (int round = 0; round < ROUNDS; round++) {
#pragma GCC unroll 12
    for (int i = 0; i < CHAINS; i++) {
      value[i] = _mm256_fmadd_pd(value[i], factor, add);
    }
  }
  for (int i = 1; i < CHAINS; i++) {
    value[0] = _mm256_add_pd(value[0], value[i]);
  }
  return _mm256_cvtsd_f64(value[0]);
}
#endif

typedef double probe_pair __attribute__((vector_size(16)));

static double chain_portable(void) {
  probe_pair value[CHAINS], factor = {0.999999, 0.999999}, add = {1e-6, 1e-6};
  for (int i = 0; i < CHAINS; i++) {
    value[i] = (probe_pair){i, i};
  }
  for (int round = 0; round < ROUNDS; round++) {
#pragma GCC unroll 12
    for (int i = 0; i < CHAINS; i++) {
      value[i] = value[i] * factor + add;
    }
  }
  for (int i = 1; i < CHAINS; i++) {
    value[0] += value[i];
  }
  return value[0][0];
}

static bool has_fma(void) {
#ifdef __x86_64__
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return false;
#endif
}

static double chain(void) {
#ifdef __x86_64__
  if (has_fma()) {
    return chain_fma();
  }
#endif
  return chain_portable();
}

static void run_chain(lerp_team *team, void *argument) {
  probe_run *run = argument;
  team->share(team, NULL);
  double start = now();
  volatile double computed = chain();
  (void)computed;
  team->share(team, NULL);
  if (team->rank == 0) {
    run->seconds = now() - start;
  }
}

/* `work` in units of 1e9 per second; NAN when the team cannot run. */
static double rate(const probes *self, int threads, const lerp_pinning *pinning,
                   void (*body)(lerp_team *, void *), double work) {
  probe_run run = {.probes = self, .seconds = INFINITY};
  lerp_error error;
  if (lerp_team_run(threads, pinning, body, &run, &error) != LERP_OK) {
    return NAN;
  }
  return work / run.seconds * 1e-9;
}

double probes_memory(const probes *self, int threads, const lerp_pinning *pinning) {
  return rate(self, threads, pinning, run_triad, 24.0 * (double)self->length);
}

double probes_compute(int threads, const lerp_pinning *pinning) {
  double lanes = has_fma() ? 4.0 : 2.0;
  return rate(NULL, threads, pinning, run_chain, 2.0 * lanes * CHAINS * ROUNDS * threads);
}

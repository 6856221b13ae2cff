/* SPDX-License-Identifier: MIT */
#include "kernel_run.h"

#include <math.h>
#include <time.h>

#include "tool.h"

enum {
  KIB = 1 << 10,
  MIB = 1 << 20,
  MEMORY_MIN = 64 * MIB,
  MEMORY_MAX = 256 * MIB,
  LINE = 64,
  SLACK = 1 << 16 /* doubles, for what a kernel keeps beside its working set */
};

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC_RAW, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

static size_t larger(size_t a, size_t b) {
  return a > b ? a : b;
}

/* Three quarters of a member's own cache; of the shared one no more than its own cache cannot hold, for others use it
 * too. */
arena arena_new(const lerp_topology_summary *machine) {
  const size_t members = (size_t)machine->processing_units;
  const size_t l1 = machine->cache[1] > 0 ? machine->cache[1] : 32 * KIB;
  const size_t l2 = machine->cache[2] > 0 ? machine->cache[2] : 512 * KIB;
  const size_t l3 = machine->cache[3] > 0 ? machine->cache[3] : 8 * MIB;
  arena self = {.working_set = {[ROOF_L1] = l1 / 4 * 3,
                                [ROOF_L2] = l2 / 4 * 3,
                                [ROOF_L3] = smaller(3 * l2, larger(l2 / 2 * 3, l3 / 4 * 3 / members)),
                                [ROOF_MEMORY] = smaller(larger(2 * l3, MEMORY_MIN), MEMORY_MAX)}};
  self.length = larger(members * self.working_set[ROOF_L3], self.working_set[ROOF_MEMORY]) / sizeof(double) +
                members * SLACK;
  self.memory = lerp_aligned_new(self.length);
  if (self.memory == NULL) {
    tool_fail(TOOL_BAD_INPUT, "out of memory for probes and kernels (%zu MiB)",
              self.length * sizeof(double) / MIB);
  }
  return self;
}

void arena_free(arena *self) {
  lerp_aligned_free(self->memory);
}

/* --- On a team ----------------------------------------------------------------------------------------- */

typedef struct job {
  const kernel_case *what;
  const arena *in;
  kernel_cost cost;
  size_t n;      /* components of a member */
  size_t stride; /* doubles of a member, in whole pages */
  double *partial;
  double shortest;
  double passes, seconds; /* written by member 0 between barriers */
} job;

static kernel_share make_share(const job *self, lerp_team *team, lerp_sum *sum) {
  return (kernel_share){.kernels = kernel_table(),
                        .loops = loops_select(),
                        .team = team,
                        .sum = sum,
                        .value = self->what->value,
                        .n = self->n,
                        .memory = self->in->memory + (size_t)team->rank * self->stride};
}

static size_t doubles_of(const kernel *k, const kernel_cost *cost, size_t n) {
  return (size_t)ceil(cost->doubles * (double)n) + k->extra;
}

static void fill(const job *self, const kernel_share *share) {
  const kernel *k = self->what->kernel;
  for (size_t i = 0; i < doubles_of(k, &self->cost, self->n); i++) {
    share->memory[i] = 1;
  }
  if (k->prepare != NULL) {
    k->prepare(share);
  }
}

static void time_passes(job *self, const kernel_share *share, double passes) {
  lerp_team *team = share->team;
  team->share(team, NULL);
  const double start = now();
  for (double pass = 0; pass < passes; pass++) {
    self->what->kernel->run(share);
  }
  team->share(team, NULL);
  if (team->rank == 0) {
    self->passes = passes;
    self->seconds = now() - start;
  }
  team->share(team, NULL);
}

/* Doubles the passes until they last a twentieth of what is wanted, which warms up as well. */
static void run_member(lerp_team *team, void *argument) {
  job *self = argument;
  lerp_sum sum = {.partial = self->partial, .rows = 1, .blocks = (size_t)team->size};
  const kernel_share share = make_share(self, team, &sum);
  fill(self, &share);
  double passes = 1;
  do {
    time_passes(self, &share, passes);
    passes = 2 * self->passes;
  } while (self->seconds < self->shortest / 20);
  time_passes(self, &share, ceil(self->passes * self->shortest / self->seconds));
}

static void do_nothing(lerp_team *team, void *argument) {
  (void)team;
  (void)argument;
}

static lerp_status time_regions(job *self, int threads, const lerp_pinning *pinning, lerp_error *error) {
  lerp_status status = lerp_team_run(threads, pinning, do_nothing, NULL, error);
  const double start = now();
  while (status == LERP_OK && self->seconds < self->shortest) {
    status = lerp_team_run(threads, pinning, do_nothing, NULL, error);
    self->passes++;
    self->seconds = now() - start;
  }
  return status;
}

/* Components of a member whose working set lies at the level: an odd number of cache lines, so that its arrays do not
 * fall on the same lines of a cache. */
static size_t components(const kernel_case *what, const arena *in, const kernel_cost *cost, int threads) {
  const roof_level level = kernel_case_level(what);
  if (level == ROOF_LEVELS) {
    return 1;
  }
  const size_t bytes = in->working_set[level] / (level == ROOF_MEMORY ? (size_t)threads : 1);
  const size_t lines = (size_t)((double)bytes / LINE / cost->doubles);
  return ((lines - 1) | 1) * (LINE / sizeof(double));
}

lerp_status kernel_time(const kernel_case *what, const arena *in, int threads, const lerp_pinning *pinning,
                        double shortest, kernel_timing *result, lerp_error *error) {
  enum { PAGE = 512, SUMS_MAX = 2 * 4096 };
  static double partial[SUMS_MAX];
  job self = {.what = what,
              .in = in,
              .cost = what->kernel->cost(what->value),
              .partial = partial,
              .shortest = shortest};
  self.n = components(what, in, &self.cost, threads);
  self.stride = (doubles_of(what->kernel, &self.cost, self.n) + PAGE - 1) / PAGE * PAGE;
  if (self.stride * (size_t)threads > in->length || 2 * (size_t)threads > SUMS_MAX) {
    return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX, "%s: no room for %d threads", what->kernel->name,
                     threads);
  }
  lerp_status status = what->kernel->run != NULL ? lerp_team_run(threads, pinning, run_member, &self, error)
                                                 : time_regions(&self, threads, pinning, error);
  const double n = (double)self.n * threads;
  *result = (kernel_timing){.seconds = self.seconds / self.passes,
                            .passes = self.passes,
                            .n = n,
                            .bytes = n * self.cost.bytes,
                            .flops = n * self.cost.flops,
                            .working_set = n * self.cost.doubles * sizeof(double)};
  return status;
}

/* SPDX-License-Identifier: MIT */
#include "place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "memory.h"
#include "tool.h"

/* Probes are repeated after so many seconds; one is off when it is farther from the median than this. */
static const double probe_age = 1.0, probe_tolerance = 0.1;

places places_new(const lerp_topology *topology, const char *policy) {
  lerp_topology_summary machine = lerp_topology_summarize(topology);
  const char *respected;
  const char *standard = tool_default_pinning(&respected);
  return (places){.topology = topology,
                  .policy = policy != NULL ? policy : standard,
                  .explicit_policy = policy != NULL,
                  .arena = arena_new(&machine)};
}

void places_free(places *self) {
  for (size_t i = 0; i < self->count; i++) {
    lerp_pinning_free(self->item[i].pinning);
    free(self->item[i].memory_history);
    free(self->item[i].compute_history);
  }
  free(self->item);
  arena_free(&self->arena);
}

static lerp_status pin(places *self, place *at, lerp_error *error) {
  lerp_status status = lerp_pinning_new(self->topology, self->policy, at->threads, &at->pinning, error);
  if (status != LERP_OK) {
    return status;
  }
  return lerp_pinning_read_back(self->topology, at->pinning, at->threads, at->pinned, sizeof at->pinned,
                                error);
}

static place *find(const places *self, int threads) {
  size_t i = 0;
  while (i < self->count && self->item[i].threads != threads) {
    i++;
  }
  return i < self->count ? &self->item[i] : NULL;
}

bool places_prepare(places *self, int threads) {
  if (find(self, threads) != NULL) {
    return false;
  }
  self->item = memory_resize(self->item, self->count + 1, sizeof *self->item);
  place *at = &self->item[self->count++];
  *at = (place){.threads = threads, .block = -1};
  lerp_error error;
  lerp_status status = pin(self, at, &error);
  if (status != LERP_OK && !self->explicit_policy && strcmp(self->policy, "none") != 0) {
    tool_warn("threads are not pinned: %s", error.message);
    lerp_pinning_free(at->pinning);
    at->pinning = NULL;
    self->policy = "none";
    status = pin(self, at, &error);
  }
  if (status != LERP_OK) {
    tool_fail_input(self->policy, &error);
  }
  return true;
}

static int compare_numbers(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

/* Adds a value to a history that is kept sorted; whether it is far from the median. */
static bool is_off(double **history, size_t count, double value) {
  *history = memory_resize(*history, count + 1, sizeof **history);
  (*history)[count] = value;
  qsort(*history, count + 1, sizeof **history, compare_numbers);
  double median = (*history)[count / 2];
  return !(fabs(value - median) <= probe_tolerance * median);
}

/* GB/s or GFLOP/s of one of our probes; NAN when the team cannot run. */
static double reading(const arena *in, const place *at, const char *probe, bool bytes) {
  static const double long_enough = 0.005; /* seconds */
  lerp_spec spec = {.name = (char *)probe};
  kernel_case what;
  kernel_timing timing;
  lerp_error error;
  if (kernel_case_new(&spec, true, &what, &error) != LERP_OK ||
      kernel_time(&what, in, at->threads, at->pinning, long_enough, &timing, &error) != LERP_OK) {
    return NAN;
  }
  return (bytes ? timing.bytes : timing.flops) / timing.seconds * 1e-9;
}

/* Whether one of the readings is off. */
static bool remember(place *at, double memory, double compute) {
  bool memory_off = is_off(&at->memory_history, at->history, memory);
  bool compute_off = is_off(&at->compute_history, at->history, compute);
  at->history++;
  return memory_off || compute_off;
}

void places_remember(places *self, int threads, double memory, double compute) {
  remember(find(self, threads), memory, compute);
}

static void probe(const arena *in, place *at) {
  at->memory_probe = reading(in, at, "triad", true);
  at->compute_probe = reading(in, at, "fma", false);
  at->disturbed = remember(at, at->memory_probe, at->compute_probe);
}

const place *places_visit(places *self, int threads, int block) {
  place *at = find(self, threads);
  const double now = clock_seconds();
  if (at->block != block || now - at->probed_at > probe_age) {
    probe(&self->arena, at);
    at->block = block;
    at->probed_at = now;
  }
  return at;
}

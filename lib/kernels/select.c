/* SPDX-License-Identifier: MIT */
#include "kernels.h"

#include <lerp/version.h>

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
extern const lerp_kernels lerp_kernels_v2, lerp_kernels_v3, lerp_kernels_v4;
static bool runs_v2(void) {
  return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
}
static bool runs_v3(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
}
static bool runs_v4(void) {
  return runs_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}
#else
extern const lerp_kernels lerp_kernels_baseline;
static bool runs_baseline(void) {
  return true;
}
#endif

/* Best first. The last level runs on every machine that this build is for. */
static const struct {
  const lerp_kernels *kernels;
  bool (*runs)(void);
  const char *name;
} levels[] = {
#if defined(__x86_64__)
    {&lerp_kernels_v4, runs_v4, "x86-64-v4"},
    {&lerp_kernels_v3, runs_v3, "x86-64-v3"},
    {&lerp_kernels_v2, runs_v2, "x86-64-v2"},
#else
    {&lerp_kernels_baseline, runs_baseline, "baseline"},
#endif
};
enum { LEVELS = sizeof levels / sizeof *levels };

const lerp_kernels *lerp_kernels_select(void) {
  const char *wanted = getenv("LERP_ISA");
  for (size_t i = 0; wanted && i < LEVELS; i++) {
    if (strcmp(wanted, levels[i].name) == 0 && levels[i].runs()) {
      return levels[i].kernels;
    }
  }
  for (size_t i = 0; i < LEVELS; i++) {
    if (levels[i].runs()) {
      return levels[i].kernels;
    }
  }
  return levels[LEVELS - 1].kernels;
}

const char *lerp_isa(void) {
  return lerp_kernels_select()->isa;
}

bool lerp_isa_runs(const char *name) {
  for (size_t i = 0; i < LEVELS; i++) {
    if (strcmp(name, levels[i].name) == 0) {
      return levels[i].runs();
    }
  }
  return false;
}

const char *const *lerp_isa_levels(void) {
#if defined(__x86_64__)
  static const char *const names[] = {"x86-64-v4", "x86-64-v3", "x86-64-v2", NULL};
#else
  static const char *const names[] = {"baseline", NULL};
#endif
  return names;
}

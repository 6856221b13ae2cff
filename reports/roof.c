/* SPDX-License-Identifier: MIT */
#include "roof.h"

#include <math.h>

const char *const roof_level_name[ROOF_LEVELS + 1] = {"l1", "l2", "l3", "memory", NULL};
const char *const roof_limit_name[ROOF_UNKNOWN + 1] = {"memory", "arithmetic", "overhead", ""};

roof_level roof_level_of(double working_set, int threads, const size_t cache[4]) {
  const double own = working_set / threads;
  return own <= (double)cache[1]               ? ROOF_L1
         : own <= (double)cache[2]             ? ROOF_L2
         : working_set <= (double)cache[3] / 2 ? ROOF_L3
                                               : ROOF_MEMORY;
}

roof_share roof_compare(const roof *self, roof_level level, double seconds, double bytes, double flops) {
  const double must = 0.5, by_memory = bytes > 0 ? bytes / self->bandwidth[level] / seconds : 0;
  const double by_arithmetic = flops > 0 ? flops / self->flops / seconds : 0;
  const double share = isnan(bytes) ? NAN : fmax(by_memory, by_arithmetic);
  if (!isfinite(share)) {
    return (roof_share){.share = NAN, .limit = ROOF_UNKNOWN};
  }
  if (share < must) {
    return (roof_share){share, ROOF_BY_OVERHEAD};
  }
  const bool nearer = by_memory > 1 / must && by_arithmetic >= must;
  return nearer || by_arithmetic > by_memory ? (roof_share){by_arithmetic, ROOF_BY_ARITHMETIC}
                                             : (roof_share){by_memory, ROOF_BY_MEMORY};
}

/* SPDX-License-Identifier: MIT */
/* A = kappa d|.|_1: the soft threshold at gamma kappa, component by component. */
#include <lerp/resolvents.h>

#include <math.h>
#include <stdlib.h>

static int shrink(const void *self, double gamma, int part, size_t begin, size_t length, double *value) {
  (void)part;
  (void)begin;
  const double threshold = gamma * *(const double *)self;
  for (size_t i = 0; i < length; i++) {
    const double v = value[i], size = fabs(v) - threshold;
    value[i] = size > 0 ? copysign(size, v) : size == size ? 0 : v;
  }
  return 0;
}

lerp_status lerp_resolvent_l1(lerp_resolvent *resolvent, double kappa, lerp_error *error) {
  if (!(kappa >= 0) || !isfinite(kappa)) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "l1: kappa %g must be finite and not negative", kappa);
  }
  double *self = malloc(sizeof *self);
  if (!self) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "l1: out of memory");
  }
  *self = kappa;
  *resolvent = (lerp_resolvent){.name = "l1", .self = self, .block = shrink, .uniform = true, .free = free};
  return LERP_OK;
}

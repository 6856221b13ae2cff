/* SPDX-License-Identifier: MIT */
#include <lerp/resolvents.h>

#include "../kernels/kernels.h"

#include <math.h>
#include <stdlib.h>

typedef struct box {
  double bounds[2]; /* lower, upper */
  const lerp_kernels *kernels;
} box;

static int project(const void *self, double gamma, int part, size_t begin, size_t length, double *value) {
  (void)gamma;
  (void)part;
  (void)begin;
  const box *b = self;
  b->kernels->clip(length, value, b->bounds[0], b->bounds[1]);
  return 0;
}

/* sum_i max(lower g_i, upper g_i) */
static double support(const void *self, unsigned parts, const size_t dimension[LERP_PARTS],
                      double *const g[LERP_PARTS]) {
  const box b = *(const box *)self;
  double sum = 0;
  for (int part = 0; part < LERP_PARTS; part++) {
    for (size_t i = 0; parts & 1u << part && i < dimension[part]; i++) {
      sum += g[part][i] * b.bounds[g[part][i] < 0 ? 0 : 1];
    }
  }
  return sum;
}

static lerp_status make(lerp_resolvent *resolvent, const char *name, double lower, double upper,
                        lerp_error *error) {
  if (!(lower <= upper)) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "%s [%g, %g]: lower must not exceed upper", name, lower,
                     upper);
  }
  box *self = malloc(sizeof *self);
  if (!self) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "%s: out of memory", name);
  }
  *self = (box){{lower, upper}, lerp_kernels_select()};
  *resolvent = (lerp_resolvent){.name = name,
                                .self = self,
                                .block = project,
                                .uniform = true,
                                .bounds = self->bounds,
                                .support = isfinite(lower) && isfinite(upper) ? support : NULL,
                                .free = free};
  return LERP_OK;
}

lerp_status lerp_resolvent_box(lerp_resolvent *resolvent, double lower, double upper, lerp_error *error) {
  return make(resolvent, "box", lower, upper, error);
}

lerp_status lerp_resolvent_nonnegative(lerp_resolvent *resolvent, lerp_error *error) {
  return make(resolvent, "nonnegative", 0, INFINITY, error);
}

lerp_status lerp_resolvent_linf_ball(lerp_resolvent *resolvent, double radius, lerp_error *error) {
  return make(resolvent, "linf ball", -radius, radius, error);
}

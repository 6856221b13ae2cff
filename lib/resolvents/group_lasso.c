/* SPDX-License-Identifier: MIT */
/* A = kappa d sum_g |v_g|_2 over consecutive groups of equal size: v_g max(0, 1 - gamma kappa/|v_g|). Groups divide a
 * block, so the map is separable by block. */
#include <lerp/resolvents.h>

#include <math.h>
#include <stdlib.h>

typedef struct group_lasso {
  double kappa;
  size_t group;
} group_lasso;

static void shrink_group(double threshold, size_t length, double *value) {
  double square = 0;
  for (size_t i = 0; i < length; i++) {
    square += value[i] * value[i];
  }
  const double norm = sqrt(square), scale = norm <= threshold ? 0 : 1 - threshold / norm;
  for (size_t i = 0; i < length; i++) {
    value[i] *= scale;
  }
}

static int shrink(const void *self, double gamma, int part, size_t begin, size_t length, double *value) {
  (void)part;
  (void)begin;
  const group_lasso *g = self;
  for (size_t i = 0; i < length; i += g->group) {
    const size_t rest = length - i;
    shrink_group(gamma * g->kappa, rest < g->group ? rest : g->group, value + i);
  }
  return 0;
}

lerp_status lerp_resolvent_group_lasso(lerp_resolvent *resolvent, double kappa, size_t group,
                                       lerp_error *error) {
  if (!(kappa >= 0) || !isfinite(kappa) || group == 0 || LERP_BLOCK % group != 0) {
    return lerp_fail(
        error, LERP_INVALID, SIZE_MAX,
        "group lasso: kappa %g, groups of %zu: kappa finite and not negative, sizes that divide %d", kappa,
        group, LERP_BLOCK);
  }
  group_lasso *self = malloc(sizeof *self);
  if (!self) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "group lasso: out of memory");
  }
  *self = (group_lasso){kappa, group};
  *resolvent = (lerp_resolvent){.name = "group lasso", .self = self, .block = shrink, .free = free};
  return LERP_OK;
}

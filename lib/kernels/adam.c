/* SPDX-License-Identifier: MIT */
#include "lanes.h"

#include <math.h>

/* `scaled` is a constant where this is inlined. */
INLINE void step(size_t n, bool scaled, const lerp_adam_map *map, const double *restrict z,
                 const double *restrict f, double *restrict m, double *restrict v, double *restrict out) {
  const double beta1 = map->beta1, beta2 = map->beta2, rate = map->rate, scale = map->scale, eps = map->eps;
  for (size_t i = 0; i < n; i++) {
    m[i] = beta1 * m[i] + (1 - beta1) * f[i];
    v[i] = beta2 * v[i] + (1 - beta2) * f[i] * f[i];
    out[i] = z[i] - rate * m[i] / ((scaled ? sqrt(v[i]) / scale : sqrt(v[i])) + eps);
  }
}

/* Division takes most of the time, and that by 1, where the bias of v has gone, changes nothing. */
void AT_LEVEL(lerp_adam_step)(size_t n, const lerp_adam_map *map, const double *z, const double *f, double *m,
                              double *v, double *out) {
  if (map->scale == 1) {
    step(n, false, map, z, f, m, v, out);
  } else {
    step(n, true, map, z, f, m, v, out);
  }
}

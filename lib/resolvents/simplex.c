/* SPDX-License-Identifier: MIT */
/* Projection of each part on the simplex {v >= 0, sum v = 1}: v_i = max(v_i - tau, 0) with the tau that makes the sum
 * right. sum max(v - tau, 0) is convex and falls with tau, so Newton's method from below meets tau after finitely
 * many sums over the vector, each in the team's fixed order. No sorting. */
#include <lerp/resolvents.h>

#include "../solver/internal.h"

/* Rows of a sum: per part the excess mass and the number of components that still carry some. */
enum { MASS, SUPPORT, ROWS };

typedef struct search {
  lerp_step *step;
  double *v;
  unsigned parts;
  bool clipped; /* false: sums of all components, for the first tau */
  double tau[LERP_PARTS];
} search;

static void sums_of_block(void *argument, int part, size_t begin, size_t length) {
  const search *s = argument;
  const double *v = s->v + s->step->layout->offset[part] + begin;
  double mass = 0, support = 0;
  for (size_t i = 0; i < length; i++) {
    const double value = v[i] - s->tau[part];
    const bool counts = value > 0 || !s->clipped;
    mass += counts ? value : 0;
    support += counts;
  }
  const size_t block = lerp_block_index(s->step->layout, part, begin);
  for (int p = 0; p < LERP_PARTS; p++) {
    lerp_sum_row(s->step->products, (size_t)(ROWS * p + MASS))[block] = p == part ? mass : 0;
    lerp_sum_row(s->step->products, (size_t)(ROWS * p + SUPPORT))[block] = p == part ? support : 0;
  }
}

static void clip(void *argument, int part, size_t begin, size_t length) {
  const search *s = argument;
  double *v = s->v + s->step->layout->offset[part] + begin;
  for (size_t i = 0; s->parts & 1u << part && i < length; i++) {
    const double value = v[i] - s->tau[part];
    v[i] = value > 0 ? value : 0;
  }
}

/* One Newton step of every part; false when none moves up any more. */
static bool improve(search *s) {
  double sums[LERP_PARTS * ROWS];
  lerp_for_blocks(&s->step->range, sums_of_block, s);
  s->step->team->sum(s->step->team, s->step->products, LERP_PARTS * ROWS, sums, NULL);
  bool moved = false;
  for (int part = 0; part < LERP_PARTS; part++) {
    const double next = s->tau[part] + (sums[ROWS * part + MASS] - 1) / sums[ROWS * part + SUPPORT];
    if (s->parts & 1u << part && (next > s->tau[part] || !s->clipped)) {
      s->tau[part] = next;
      moved = true;
    }
  }
  return moved;
}

static int project(const void *self, lerp_step *step, double gamma, unsigned parts, double *v) {
  (void)self;
  (void)gamma;
  search s = {.step = step, .v = v, .parts = parts};
  improve(&s); /* (sum v - 1)/n: at most tau */
  s.clipped = true;
  while (improve(&s)) {
  }
  lerp_for_blocks(&step->range, clip, &s);
  return 0;
}

lerp_status lerp_resolvent_simplex(lerp_resolvent *resolvent, lerp_error *error) {
  (void)error;
  *resolvent = (lerp_resolvent){.name = "simplex", .whole = project};
  return LERP_OK;
}

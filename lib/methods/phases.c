/* SPDX-License-Identifier: MIT */
#include "phases.h"

static double *take(double *const **work) {
  return *(*work)++;
}

size_t lerp_phases_vectors(bool constrained) {
  return LERP_SAFEGUARD_VECTORS + (constrained ? 6 : 4); /* best, previous; r */
}

lerp_sample lerp_sample_from(double *const **work, bool constrained) {
  double *w = take(work), *f = take(work);
  return (lerp_sample){w, f, constrained ? take(work) : f, INFINITY};
}

lerp_phases lerp_phases_from(const double *value, size_t rows, double *const **work, bool constrained) {
  lerp_phases m = {.value = value + rows,
                   .safe = lerp_safeguard_from(value, *work),
                   .constrained = constrained,
                   .patience = value[rows + LERP_PHASES_PATIENCE]};
  *work += LERP_SAFEGUARD_VECTORS;
  m.best = lerp_sample_from(work, constrained);
  m.previous_w = take(work);
  m.previous_f = take(work);
  m.r = constrained ? take(work) : NULL;
  return m;
}

void lerp_point_copy(lerp_step *s, double *w, double *f, const lerp_point *from) {
  lerp_advance(s, NULL, 0,
               LERP_OUTPUTS({.out = w, .value = {.term = {{1, from->w}}}},
                            {.out = f, .value = {.term = {{1, from->f}}}}),
               LERP_NO_PRODUCTS);
}

/* The safeguard goes on from a point. */
static void place(lerp_step *s, lerp_safeguard *safe, const lerp_point *at) {
  lerp_point_copy(s, safe->b, safe->f_b, at);
  lerp_advance(s, NULL, 0, LERP_OUTPUTS({.out = safe->z, .value = {.term = {{1, at->w}}}}), LERP_NO_PRODUCTS);
}

/* F at z and its residual with the present gamma; |w - previous w| and |F - previous F|. */
static lerp_point evaluate(lerp_step *s, lerp_phases *m, const double *z, double *moved, double *changed) {
  const double gamma = m->safe.gamma;
  double *f = m->safe.f, *r = m->constrained ? m->r : f, square[3];
  const lerp_output output[] = {{.out = f, .value = {.of_f = 1}},
                                {.out = r, .value = {-gamma, {{1, z}}}, .gamma = gamma},
                                {.out = r, .value = {.term = {{1 / gamma, z}, {-1 / gamma, r}}}}};
  const lerp_combination residual = {.term = {{1, r}}}, step = {.term = {{1, z}, {-1, m->previous_w}}},
                         change = {.of_f = 1, .term = {{-1, m->previous_f}}};
  lerp_advance(s, z, LERP_EXACT, m->constrained ? 3 : 1, output,
               LERP_PRODUCTS({residual, residual}, {step, step}, {change, change}), square);
  *moved = sqrt(square[1]);
  *changed = sqrt(square[2]);
  return (lerp_point){z, f, r, sqrt(square[0])};
}

/* The residual of a point whose F is known, written to r (which is f where A = 0). */
static lerp_point residual_at(lerp_step *s, const lerp_phases *m, const double *w, const double *f,
                              double *r) {
  const double gamma = m->safe.gamma;
  const lerp_output output[] = {{.out = r, .value = {.term = {{1, w}, {-gamma, f}}}, .gamma = gamma},
                                {.out = r, .value = {.term = {{1 / gamma, w}, {-1 / gamma, r}}}}};
  const lerp_combination residual = {.term = {{1, m->constrained ? r : f}}};
  double square;
  lerp_advance(s, NULL, 0, m->constrained ? 2 : 0, output, LERP_PRODUCTS({residual, residual}), &square);
  return (lerp_point){w, f, m->constrained ? r : f, sqrt(square)};
}

void lerp_phases_resolve(lerp_step *s, const lerp_phases *m, double *out) {
  if (m->constrained) {
    const lerp_output output = {.out = out, .value = {.term = {{1, out}}}, .gamma = m->safe.gamma};
    lerp_advance(s, NULL, 0, 1, &output, LERP_NO_PRODUCTS);
  }
}

void lerp_phases_heed(lerp_phases *m, double moved, double changed) {
  if (!m->safe.measured || m->safe.gamma * changed > moved) {
    lerp_safeguard_measure(&m->safe, moved, changed);
  }
}

lerp_point lerp_phases_follow(lerp_step *s, lerp_phases *m, const double *z) {
  double moved, changed;
  const lerp_point at = evaluate(s, m, z, &moved, &changed);
  m->spent++;
  lerp_phases_heed(m, moved, changed);
  return at;
}

/* J(w - gamma F + (I - D) r), r = w - J(w - gamma F), where it is reflected. */
void lerp_phases_write_second(lerp_step *s, const lerp_phases *m, bool reflects, double *next) {
  const double *w = m->safe.b, *f = m->safe.f_b, gamma = m->safe.gamma;
  lerp_safeguard_sample(s, &m->safe, next);
  if (reflects) {
    lerp_step x = lerp_part_view(s, 0), y = lerp_part_view(s, 1);
    lerp_advance(&x, NULL, 0, LERP_OUTPUTS({.out = next, .value = {.term = {{1, w}, {-gamma, f}}}}),
                 LERP_NO_PRODUCTS);
    lerp_advance(&y, NULL, 0,
                 LERP_OUTPUTS({.out = next, .value = {.term = {{3, w}, {-gamma, f}, {-2, next}}}}),
                 LERP_NO_PRODUCTS);
    lerp_phases_resolve(s, m, next);
  }
}

lerp_point lerp_phases_compare_first(lerp_step *s, lerp_phases *m, lerp_sample *first, const double *z) {
  lerp_safeguard *safe = &m->safe;
  const lerp_point start = {safe->b, safe->f_b, NULL, 0};
  lerp_point_copy(s, first->w, first->f, &start);
  lerp_point_copy(s, m->previous_w, m->previous_f, &start);
  double moved, changed;
  evaluate(s, m, z, &moved, &changed);
  lerp_safeguard_measure(safe, moved, changed);
  first->norm = residual_at(s, m, first->w, first->f, first->r).norm;
  const lerp_point second = residual_at(s, m, z, safe->f, m->r);
  if (second.norm < first->norm) {
    place(s, safe, &second);
  }
  m->goal = safe->reference = fmin(first->norm, second.norm);
  lerp_phases_begin(m);
  return second;
}

void lerp_phases_begin(lerp_phases *m) {
  m->phase = LERP_ACCELERATED;
  m->waited = m->spent = 0;
}

bool lerp_phases_is_predicted(const lerp_phases *m, const lerp_point *at, double predicted) {
  return at->norm <= m->value[LERP_PHASES_MISMATCH] * predicted;
}

bool lerp_phases_go_on(lerp_step *s, lerp_phases *m, const lerp_point *at, double predicted) {
  if (at->norm < 0.9 * m->best.norm) {
    m->waited = 0;
  }
  if (at->norm < m->best.norm) {
    lerp_point_copy(s, m->best.w, m->best.f, at);
    if (m->constrained) {
      lerp_advance(s, NULL, 0, LERP_OUTPUTS({.out = m->best.r, .value = {.term = {{1, at->r}}}}),
                   LERP_NO_PRODUCTS);
    }
    m->best.norm = at->norm;
  }
  m->waited++;
  return lerp_phases_is_predicted(m, at, predicted) && m->waited <= m->patience &&
         m->spent < m->value[LERP_PHASES_BUDGET];
}

bool lerp_phases_succeeded(const lerp_phases *m) {
  return m->best.norm <= m->value[LERP_PHASES_ACCEPT] * m->goal;
}

lerp_point lerp_phases_accept(lerp_step *s, lerp_phases *m) {
  const lerp_point best = {m->best.w, m->best.f, m->best.r, m->best.norm};
  m->goal = best.norm;
  m->safe.increases = 0;
  place(s, &m->safe, &best);
  lerp_phases_begin(m);
  m->waited = 1;
  return best;
}

void lerp_phases_give_way(lerp_phases *m, bool mismatched) {
  m->patience =
      mismatched ? fmax(m->value[LERP_PHASES_PATIENCE_MIN], m->patience / 2) : m->value[LERP_PHASES_PATIENCE];
  m->safe_left = fmax(m->value[LERP_PHASES_SAFE_STEPS], m->spent);
  m->phase = LERP_SAFE;
}

/* After the safe steps: a phase from where they ended. */
static lerp_point resume(lerp_step *s, lerp_phases *m) {
  const lerp_point at = residual_at(s, m, m->safe.b, m->safe.f_b, m->r);
  m->goal = fmin(m->goal, at.norm);
  lerp_safeguard_review(&m->safe, m->goal);
  m->best.norm = INFINITY;
  lerp_phases_begin(m);
  return at;
}

bool lerp_phases_safe_step(lerp_step *s, lerp_phases *m, const double *z, double *next, lerp_point *at) {
  lerp_safeguard_absorb(s, &m->safe, z);
  if (--m->safe_left > 0) {
    lerp_safeguard_sample(s, &m->safe, next);
    return false;
  }
  *at = resume(s, m);
  return true;
}

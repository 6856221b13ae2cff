/* SPDX-License-Identifier: MIT */
/* The residual of a linear method after k iterations, from the k-th powers of its maps on the modes. The powers go up
 * by doubling strides, so that a count of a million costs little more than one of a hundred; inside the stride in
 * which the target is met the first iteration is found by halving. */
#include "predict.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
  LEVELS = 34, /* strides up to 2^33 iterations */
  FINE = 64,   /* points of each stride: the residual is looked at every 1.6 % at least */
  ROUGH = 16,  /* where a look costs a product with a large basis */
  LARGE = 64   /* dimension of such a basis */
};

typedef struct march {
  const lerp_modes *modes;
  const lerp_response *response;
  double target;
  double complex *power[LEVELS]; /* maps to the power 2^level */
  double complex *state, *next;
  double *re, *im, *scratch;
} march;

static size_t map_length(const lerp_response *r) {
  return r->modes * r->size * r->size;
}

/* next = power[level] state */
static void apply(march *m, size_t level) {
  const size_t size = m->response->size;
  const double complex *map = m->power[level];
  for (size_t j = 0; j < m->response->modes; j++) {
    for (size_t i = 0; i < size; i++) {
      double complex sum = 0;
      for (size_t l = 0; l < size; l++) {
        sum += map[(j * size + i) * size + l] * m->state[j * size + l];
      }
      m->next[j * size + i] = sum;
    }
  }
}

static void accept(march *m) {
  double complex *state = m->state;
  m->state = m->next;
  m->next = state;
}

/* to = from^2 for one mode. */
static void square(size_t size, const double complex *from, double complex *to) {
  for (size_t i = 0; i < size; i++) {
    for (size_t j = 0; j < size; j++) {
      double complex sum = 0;
      for (size_t l = 0; l < size; l++) {
        sum += from[i * size + l] * from[l * size + j];
      }
      to[i * size + j] = sum;
    }
  }
}

static bool raise_power(march *m, size_t level) {
  const lerp_response *r = m->response;
  const size_t each = r->size * r->size;
  m->power[level] = malloc(map_length(r) * sizeof *m->power[level]);
  for (size_t j = 0; m->power[level] && j < r->modes; j++) {
    square(r->size, m->power[level - 1] + j * each, m->power[level] + j * each);
  }
  return m->power[level] != NULL;
}

/* |F z| of states, z every `stride`-th. */
static double residual(march *m, const double complex *z, size_t stride) {
  for (size_t j = 0; j < m->response->modes; j++) {
    m->re[j] = creal(z[j * stride]);
    m->im[j] = cimag(z[j * stride]);
  }
  return lerp_modes_norm(m->modes, m->re, m->im, m->scratch);
}

/* The first iteration after k, at most k + 2^level, that meets the target; it falls in between. */
static double narrow(march *m, size_t level, double k) {
  while (level-- > 0) {
    apply(m, level);
    if (!(residual(m, m->next, m->response->size) <= m->target)) {
      accept(m);
      k += exp2((double)level);
    }
  }
  return k + 1;
}

/* Infinite when the strides end before. */
static lerp_status first_hit(march *m, double *hit, lerp_error *error) {
  const lerp_response *r = m->response;
  for (*hit = 0; *hit < LERP_WARM; ++*hit) {
    if (residual(m, r->first[(size_t)*hit], 1) <= m->target) {
      return LERP_OK;
    }
  }
  if (residual(m, m->state, r->size) <= m->target) {
    return LERP_OK;
  }
  const int points = m->modes->normal || m->modes->dimension <= LARGE ? FINE : ROUGH;
  double k = LERP_WARM;
  for (size_t level = 0; level < LEVELS; level++) {
    if (level > 0 && !raise_power(m, level)) {
      return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "prediction: out of memory");
    }
    for (int point = 0; point < (level == 0 ? 2 : 1) * points; point++) {
      apply(m, level);
      if (residual(m, m->next, r->size) <= m->target) {
        *hit = narrow(m, level, k);
        return LERP_OK;
      }
      accept(m);
      k += exp2((double)level);
    }
  }
  *hit = INFINITY;
  return LERP_OK;
}

/* The spectral radius of one map: |C^(2^s)|^(2^-s), rescaled as it goes. */
static double spectral_radius(size_t size, const double complex *map) {
  enum { SQUARINGS = 40 };
  double complex power[LERP_RESPONSE_SIZE_MAX * LERP_RESPONSE_SIZE_MAX],
      next[LERP_RESPONSE_SIZE_MAX * LERP_RESPONSE_SIZE_MAX];
  double logarithm = 0, share = 1; /* of what the scale of the power stands for */
  memcpy(power, map, size * size * sizeof *power);
  for (int s = 0;; s++, share /= 2) {
    double largest = 0;
    for (size_t i = 0; i < size * size; i++) {
      largest = fmax(largest, cabs(power[i]));
    }
    if (!(largest > 0)) {
      return 0;
    }
    logarithm += share * log(largest);
    if (s == SQUARINGS) {
      return exp(logarithm);
    }
    for (size_t i = 0; i < size * size; i++) {
      power[i] /= largest;
    }
    square(size, power, next);
    memcpy(power, next, size * size * sizeof *power);
  }
}

static double rate_of(const lerp_modes *modes, const lerp_response *r) {
  double rate = 0;
  for (size_t j = 0; j < r->modes; j++) {
    if (modes->re[j] != 0 || modes->im[j] != 0) {
      rate = fmax(rate, spectral_radius(r->size, r->map + j * r->size * r->size));
    }
  }
  return rate;
}

static void march_fini(march *m) {
  for (size_t level = 1; level < LEVELS; level++) {
    free(m->power[level]);
  }
  free(m->state < m->next ? m->state : m->next);
  free(m->re);
}

static double evaluations_after(const lerp_response *r, double k) {
  return k <= LERP_WARM ? r->evaluations[(size_t)k]
                        : r->evaluations[LERP_WARM] + (k - LERP_WARM) * r->evaluations_each;
}

/* The first iteration at which |F z| <= target, and the asymptotic rate. */
static lerp_status predict_by_modes(const lerp_modes *modes, const lerp_response *r, double target,
                                    lerp_prediction *prediction, lerp_error *error) {
  static const double slowest = 1 - 1e-12;
  const size_t states = r->modes * r->size;
  march m = {.modes = modes, .response = r, .target = target, .power = {r->map}};
  m.state = malloc(2 * states * sizeof *m.state);
  m.re = calloc(2 * r->modes + 2 * modes->dimension, sizeof *m.re);
  lerp_status status =
      m.state && m.re ? LERP_OK : lerp_fail(error, LERP_MEMORY, SIZE_MAX, "prediction: out of memory");
  if (status == LERP_OK) {
    m.next = m.state + states;
    m.im = m.re + r->modes;
    m.scratch = m.im + r->modes;
    memcpy(m.state, r->state, states * sizeof *m.state);
    double k = INFINITY;
    const double rate = rate_of(modes, r);
    if (rate < slowest) {
      status = first_hit(&m, &k, error);
    }
    const double evaluations = isfinite(k) ? evaluations_after(r, k) : INFINITY;
    *prediction = (lerp_prediction){.basis = LERP_BY_MODES,
                                    .rate = rate,
                                    .iterations = {k, k},
                                    .evaluations = {evaluations, evaluations},
                                    .exact_resolvents = r->exact_resolvents_each};
  }
  march_fini(&m);
  return status;
}

/* Iterations that evaluate F often enough outgrow a Krylov space that is not invariant; before, it is exact. */
static bool inside(const lerp_modes *modes, const lerp_prediction *p) {
  return modes->exact || (p->exact_resolvents == 0 && p->evaluations.upper < (double)modes->dimension);
}

static lerp_status predict_with(const lerp_modes *modes, const lerp_problem *replica,
                                const lerp_method_instance *instance, const lerp_facts *facts, double target,
                                lerp_prediction *prediction, lerp_error *error) {
  lerp_response response;
  lerp_status status = lerp_response_new(modes, instance, facts, &response, error);
  if (status) {
    return status;
  }
  if (!response.linear) {
    status = lerp_predict_by_replay(modes, replica, instance, facts, target, prediction, error);
    if (status == LERP_OK && prediction->basis == LERP_BY_REPLAY && !inside(modes, prediction)) {
      *prediction =
          (lerp_prediction){.rate = NAN, .why = "its steps adapt or change, and not all modes are known"};
    }
  } else if (modes->dependent) {
    *prediction = (lerp_prediction){.rate = NAN, .why = "the eigenvectors of M are nearly dependent"};
  } else {
    status = predict_by_modes(modes, &response, target, prediction, error);
  }
  lerp_response_fini(&response);
  return status;
}

/* Counts are whole, and none stays none. Where only one of the two ends, nothing is known beyond it. */
static void widen(lerp_interval *fine, const lerp_interval *coarse) {
  static const double least = 0.01;
  if (isinf(fine->lower) != isinf(coarse->lower)) {
    *fine = (lerp_interval){floor(fmin(fine->lower, coarse->lower) / 2), INFINITY};
  } else if (isfinite(fine->lower) && fine->upper > 0) {
    const double change = fabs(fine->lower - coarse->lower) + least * fine->lower + 1;
    *fine = (lerp_interval){floor(fmax(fine->lower - change, 0)), ceil(fine->upper + change)};
  }
}

lerp_status lerp_predict(const lerp_modes *modes, const lerp_modes *coarse, const lerp_problem *replica,
                         const lerp_method_instance *instance, const lerp_facts *facts, double target,
                         lerp_prediction *prediction, lerp_error *error) {
  lerp_status status = predict_with(modes, replica, instance, facts, target, prediction, error);
  if (status || prediction->basis != LERP_BY_MODES || inside(modes, prediction)) {
    return status;
  }
  lerp_prediction other;
  status = predict_with(coarse, NULL, instance, facts, target, &other, error);
  if (status == LERP_OK && other.basis == LERP_BY_MODES) {
    widen(&prediction->iterations, &other.iterations);
    widen(&prediction->evaluations, &other.evaluations);
  } else if (status == LERP_OK) {
    *prediction = other;
  }
  return status;
}

/* SPDX-License-Identifier: MIT */
/* L and rho of large affine problems from extreme eigenvalues of symmetric operators, by ARPACK's restarted Lanczos
 * iteration and evaluations of F alone. M^T is D M D for a gradient problem and 2 shift I - M for a shifted skew one.
 *
 * A Rayleigh quotient bounds an extreme eigenvalue from one side. From the other the residual of the eigenpair does,
 * if the pair found is the extreme one, which the random start makes almost sure but does not prove.
 *
 * rho is the least of <Mz, z>/|Mz|^2. The quotient at any z is an upper bound; r is improved to the quotient at the
 * lowest eigenvector of sym(M) - r M^T M until that matrix has no negative eigenvalue (Dinkelbach 1967). A negative
 * eigenvalue -e that is left lowers rho by at most e/s^2, s the least singular value. */
#include "constants.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <lerp/random.h>

#ifdef LERP_HAVE_ARPACK

#include <pthread.h>

#include <arpack/arpack.h>

enum { BASIS = 40, RESTARTS = 300, ROUNDS = 30, VECTORS = 5 };
static const double tolerance = 1e-8; /* of eigenvalues, relative to L^2 or L */

typedef struct operator_pair {
  lerp_linear_part part;
  const lerp_facts *facts;
  const lerp_certify_options *options;
  const char *what;
  size_t n, dx;
  double lipschitz, doubt; /* L, and the rounding error of a product Mv with |v| = 1 */
  double r;                /* sym(M) - r M^T M, or M^T M for NAN */
  double products;         /* so far */
  double *mv, *turned, *back, *vector, *image;
} operator_pair;

/* out = M^T v */
static lerp_status apply_transpose(operator_pair *o, const double *v, double *out, lerp_error *error) {
  const size_t n = o->n, dx = o->dx;
  if (o->facts->shifted_skew) {
    const lerp_status status = lerp_linear_part_apply(&o->part, v, out, error);
    for (size_t i = 0; i < n; i++) {
      out[i] = 2 * o->facts->shift * v[i] - out[i];
    }
    return status;
  }
  for (size_t i = 0; i < n; i++) {
    o->turned[i] = i < dx ? v[i] : -v[i];
  }
  const lerp_status status = lerp_linear_part_apply(&o->part, o->turned, out, error);
  for (size_t i = dx; i < n; i++) {
    out[i] = -out[i];
  }
  return status;
}

/* out = Bv with B = M^T M, or B = sym(M) - r M^T M */
static lerp_status apply(operator_pair *o, const double *v, double *out, lerp_error *error) {
  lerp_status status = lerp_theory_progress(o->options, o->what, fmin(o->products++ / 4000, 1), error);
  if (status == LERP_OK) {
    status = lerp_linear_part_apply(&o->part, v, o->mv, error);
  }
  if (status == LERP_OK) {
    status = apply_transpose(o, o->mv, out, error);
  }
  if (status || isnan(o->r)) {
    return status;
  }
  status = apply_transpose(o, v, o->back, error);
  for (size_t i = 0; i < o->n; i++) {
    out[i] = (o->mv[i] + o->back[i]) / 2 - o->r * out[i];
  }
  return status;
}

static double dot(const double *v, const double *w, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    sum += v[i] * w[i];
  }
  return sum;
}

/* An extreme eigenvalue: theta is a Rayleigh quotient, and an eigenvalue lies within `residual` of it. The vector of
 * unit length is o->vector. */
typedef struct extreme {
  double theta, residual;
} extreme;

/* ARPACK keeps what it knows of a search in static variables between its calls, so searches take turns; one that began
 * inside of another of the same thread would wait for ever. */
static pthread_mutex_t turn = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

typedef struct arpack {
  a_int n, basis, length, parameters[11], pointers[14], info;
  double *residual, *v, *work, *more;
} arpack;

static bool allocate(arpack *a, size_t n) {
  a->n = (a_int)n;
  a->basis = n < BASIS ? a->n : BASIS;
  a->length = a->basis * (a->basis + 8);
  const size_t basis = (size_t)a->basis;
  a->residual = malloc((n * (basis + 4) + (size_t)a->length) * sizeof *a->residual);
  if (a->residual) {
    a->v = a->residual + n;
    a->work = a->v + n * basis;
    a->more = a->work + 3 * n;
  }
  return a->residual != NULL;
}

/* An upper bound of B: its least eigenvalue is this less the largest one of the difference, which is far from 0, so
 * that a relative accuracy can be met. */
static double bound_of(const operator_pair *o) {
  const double square = o->lipschitz * o->lipschitz;
  return isnan(o->r) ? square : o->lipschitz + fabs(o->r) * square;
}

/* Towards the largest eigenvalue of B, or of bound - B, by the reverse communication of dsaupd: it asks for products
 * until it is done. */
static lerp_status iterate(operator_pair *o, arpack *a, bool least, double accuracy, lerp_error *error) {
  const double bound = least ? bound_of(o) : 0;
  a_int ido = 0;
  a->info = 1; /* the start is given */
  for (size_t i = 0; i < o->n; i++) {
    a->residual[i] = lerp_random_normal(o->options->seed, 2, i);
  }
  memcpy(a->parameters, (const a_int[11]){1, 0, RESTARTS, 1, 0, 0, 1}, sizeof a->parameters);
  for (;;) {
    dsaupd_c(&ido, "I", a->n, "LA", 1, accuracy, a->residual, a->basis, a->v, a->n, a->parameters,
             a->pointers, a->work, a->more, a->length, &a->info);
    if (ido != 1 && ido != -1) {
      return LERP_OK;
    }
    const double *v = a->work + a->pointers[0] - 1;
    double *image = a->work + a->pointers[1] - 1;
    const lerp_status status = apply(o, v, image, error);
    if (status) {
      return status;
    }
    for (size_t i = 0; least && i < o->n; i++) {
      image[i] = bound * v[i] - image[i];
    }
  }
}

/* The eigenvector goes to o->vector, unless a->info tells why there is none. */
static lerp_status search(operator_pair *o, arpack *a, bool least, double accuracy, lerp_error *error) {
  if (pthread_mutex_lock(&turn) != 0) {
    return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX,
                     "certifying n=%zu: asked for by a callback of a certification that runs", o->n);
  }
  a_int select[BASIS] = {0};
  double value = 0;
  const lerp_status status = iterate(o, a, least, accuracy, error);
  if (status == LERP_OK && a->info == 0) {
    dseupd_c(1, "A", select, &value, o->vector, a->n, 0, "I", a->n, "LA", 1, accuracy, a->residual, a->basis,
             a->v, a->n, a->parameters, a->pointers, a->work, a->more, a->length, &a->info);
  }
  pthread_mutex_unlock(&turn);
  return status;
}

/* When the restarts are used up nothing is returned as converged; the last basis still holds an approximation, but
 * only dseupd could tell it: a rougher tolerance is tried then. */
static lerp_status find_extreme(operator_pair *o, bool least, double accuracy, extreme *found,
                                lerp_error *error) {
  arpack a = {.info = 0};
  if (!allocate(&a, o->n)) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "eigenvalues of n=%zu: out of memory", o->n);
  }
  lerp_status status = search(o, &a, least, accuracy, error);
  const a_int info = a.info;
  free(a.residual);
  if (status) {
    return status;
  }
  if (info == 1 && accuracy < 1e-3) {
    return find_extreme(o, least, 100 * accuracy, found, error);
  }
  if (info != 0) {
    return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX, "eigenvalues of n=%zu: ARPACK ended with %d", o->n,
                     (int)info);
  }
  status = apply(o, o->vector, o->image, error);
  found->theta = dot(o->vector, o->image, o->n);
  double square = 0;
  for (size_t i = 0; i < o->n; i++) {
    const double rest = o->image[i] - found->theta * o->vector[i];
    square += rest * rest;
  }
  found->residual = sqrt(square);
  return status;
}

static lerp_status find_lipschitz(operator_pair *o, lerp_interval *lipschitz, lerp_error *error) {
  enum { ROUNDING = 64 }; /* of sums that are longer than this, a large multiple of what random signs leave */
  extreme most;
  o->r = NAN;
  o->what = "largest singular value";
  const lerp_status status = find_extreme(o, false, tolerance, &most, error);
  if (status == LERP_OK) {
    o->lipschitz = sqrt(fmax(most.theta, 0));
    o->doubt = DBL_EPSILON * (ROUNDING * o->lipschitz +
                              4 * sqrt(dot(o->part.origin, o->part.origin, o->n)) / o->part.scale);
    const double rounding = 2 * o->lipschitz * o->doubt;
    lipschitz->lower = sqrt(fmax(most.theta - rounding, 0));
    lipschitz->upper = sqrt(fmax(most.theta, 0) + most.residual + rounding);
  }
  return status;
}

/* The square of the least singular value. */
static lerp_status find_least_square(operator_pair *o, lerp_interval *square, lerp_error *error) {
  extreme least = {.theta = 0};
  o->r = NAN;
  o->what = "least singular value";
  const lerp_status status = find_extreme(o, true, tolerance, &least, error);
  const double rounding = 2 * o->lipschitz * o->doubt;
  *square =
      (lerp_interval){fmax(least.theta - least.residual - rounding, 0), fmax(least.theta, 0) + rounding};
  return status;
}

/* An upper bound of <Mv, v>/|Mv|^2 at o->vector, above it by no more than rounding. */
static lerp_status quotient(operator_pair *o, double *value, lerp_error *error) {
  const lerp_status status = lerp_linear_part_apply(&o->part, o->vector, o->mv, error);
  const double square = dot(o->mv, o->mv, o->n);
  *value = dot(o->mv, o->vector, o->n) / square + o->doubt / square;
  return status;
}

static lerp_status find_rho(operator_pair *o, double lipschitz, lerp_interval *rho, lerp_error *error) {
  lerp_interval least_square = {0, 0};
  extreme lowest = {.theta = -INFINITY};
  lerp_status status = quotient(o, &rho->upper, error);
  o->what = "comonotonicity";
  for (int round = 0; status == LERP_OK && round < ROUNDS; round++) {
    o->r = rho->upper;
    status = find_extreme(o, true, tolerance, &lowest, error);
    if (status || lowest.theta > -tolerance * lipschitz) {
      break;
    }
    double next = 0;
    status = quotient(o, &next, error);
    if (status == LERP_OK && !(next < rho->upper)) {
      break;
    }
    rho->upper = next;
  }
  const double r = o->r;
  if (status == LERP_OK) {
    status = find_least_square(o, &least_square, error);
  }
  const double left = fmax(lowest.residual - lowest.theta, 0) + o->doubt;
  rho->lower = least_square.lower > 0 ? fmin(r, rho->upper) - left / least_square.lower : -INFINITY;
  return status;
}

/* A normal matrix shift I + K: <Mz, z>/|Mz|^2 = shift/|mu|^2 on its eigenvectors. */
static lerp_status find_shifted_rho(operator_pair *o, const lerp_interval *lipschitz, lerp_interval *rho,
                                    lerp_error *error) {
  const double shift = o->facts->shift;
  lerp_interval square = {lipschitz->lower * lipschitz->lower, lipschitz->upper * lipschitz->upper};
  if (shift == 0) {
    *rho = (lerp_interval){0, 0};
    return LERP_OK;
  }
  const lerp_status status = shift < 0 ? find_least_square(o, &square, error) : LERP_OK;
  square.lower = fmax(square.lower, shift * shift);
  const double ends[] = {shift / square.lower, shift / square.upper};
  *rho = (lerp_interval){fmin(ends[0], ends[1]), fmax(ends[0], ends[1])};
  return status;
}

static lerp_status find_all(operator_pair *o, lerp_constants *c, lerp_error *error) {
  const lerp_status status = find_lipschitz(o, &c->lipschitz, error);
  return status                   ? status
         : o->facts->shifted_skew ? find_shifted_rho(o, &c->lipschitz, &c->rho, error)
                                  : find_rho(o, c->lipschitz.upper, &c->rho, error);
}

lerp_status lerp_iterative_constants(const lerp_problem *problem, const lerp_certify_options *options,
                                     lerp_constants *constants, lerp_error *error) {
  const lerp_facts *facts = &problem->facts;
  const size_t n = problem->op.dimension[0] + problem->op.dimension[1];
  if (!facts->gradient && !facts->shifted_skew) {
    return lerp_fail(
        error, LERP_UNSUPPORTED, SIZE_MAX,
        "certifying n=%zu needs products with the transposed matrix, which are known for F = D grad f "
        "and for shift I + skew only",
        n);
  }
  if (n > INT32_MAX / (BASIS + 8)) {
    return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX, "certifying n=%zu: at most %d", n,
                     INT32_MAX / (BASIS + 8));
  }
  operator_pair o = {.facts = facts, .options = options, .n = n, .dx = problem->op.dimension[0], .r = NAN};
  lerp_status status = lerp_linear_part_new(problem, &o.part, error);
  if (status) {
    return status;
  }
  lerp_constants found = {.origin = LERP_FROM_KRYLOV};
  o.mv = malloc(VECTORS * n * sizeof *o.mv);
  if (o.mv) {
    o.turned = o.mv + n;
    o.back = o.turned + n;
    o.vector = o.back + n;
    o.image = o.vector + n;
    status = find_all(&o, &found, error);
  } else {
    status = lerp_fail(error, LERP_MEMORY, SIZE_MAX, "eigenvalues of n=%zu: out of memory", n);
  }
  free(o.mv);
  lerp_linear_part_fini(&o.part);
  if (status == LERP_OK) {
    *constants = found;
  }
  return status;
}

#else

lerp_status lerp_iterative_constants(const lerp_problem *problem, const lerp_certify_options *options,
                                     lerp_constants *constants, lerp_error *error) {
  (void)options;
  (void)constants;
  return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX, "certifying n=%zu needs ARPACK, which this build lacks",
                   problem->op.dimension[0] + problem->op.dimension[1]);
}

#endif

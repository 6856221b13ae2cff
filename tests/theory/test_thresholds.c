/* SPDX-License-Identifier: MIT */
/* Where methods begin and cease to converge on linear games: both sides of every threshold, measured with the
 * solver. c = rho L; L = 1, so gamma is gamma L. The single-modulus game of c has the one mu = c -+ i sqrt(1 - c^2);
 * the class of c has every mu with |mu| <= 1 and Re mu >= c |mu|^2. */
#include "scalar.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 5 }; /* thresholds are tried at -+ SIDE / 1000 */

/* log(|z_K| / |z_0|) / K, from `skip` iterations on, so that a transient of a recurrence is over. */
static double measured_rate(const lerp_problem *problem, const lerp_method_instance *method, uint64_t skip,
                            uint64_t iterations) {
  size_t n = dimension_of(problem);
  double *z = test_new(n, sizeof *z);
  iterate_of(problem, method, skip, NULL, z);
  double before = norm_of(z, n);
  iterate_of(problem, method, skip + iterations, NULL, z);
  double after = norm_of(z, n);
  free(z);
  return log(after / before) / (double)iterations;
}

/* As many iterations as tell a factor from 1 without leaving the range of doubles. */
static uint64_t iterations_for(double log_factor) {
  return (uint64_t)fmin(4000, 1 + 150 / fabs(log_factor));
}

/* The single-modulus game of c shrinks (or grows) by `factor` per iteration. */
static void check_factor(double c, double factor, bool converges, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void check_factor(double c, double factor, bool converges, const char *format, ...) {
  char spec[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(spec, sizeof spec, format, arguments);
  va_end(arguments);
  assert_that((factor < 1) == converges, "c=%g, %s: predicted factor %.17g", c, spec, factor);
  problem_instance *game = make_game("sin", "quadratic:n=2:rho=%.17g", c);
  lerp_method_instance *method = make_method(&game->problem.facts, "%s", spec);
  double rate = measured_rate(&game->problem, method, 0, iterations_for(log(factor)));
  assert_that((rate < 0) == converges, "c=%g, %s: rate %g", c, spec, rate);
  assert_close(rate, log(factor), 1e-12, 1e-9);
  lerp_method_free(method);
  problem_free(game);
}

/* The same for a two-term recurrence with this spectral radius, which shows after a while. */
static void check_radius(double c, double radius, bool converges, const char *spec) {
  assert_that((radius < 1) == converges, "c=%g, %s: predicted radius %.17g", c, spec, radius);
  problem_instance *game = make_game("sin", "quadratic:n=2:rho=%.17g", c);
  lerp_method_instance *method = make_method(&game->problem.facts, "%s", spec);
  double rate = measured_rate(&game->problem, method, 500, iterations_for(log(radius)));
  assert_that((rate < 0) == converges, "c=%g, %s: rate %g", c, spec, rate);
  assert_close(rate, log(radius), 1e-9, 1e-6);
  lerp_method_free(method);
  problem_free(game);
}

static double complex mu_of(double c) {
  return single_modulus(1, c);
}

/* For z <- z - lambda q z: the best lambda where Re q > 0, with the factor |Im q| / |q|; where Re q <= 0 every
 * lambda > 0 moves away. `format` has a place for lambda. */
static void check_relaxation(double c, double complex q, bool converges, const char *format) {
  double lambda = creal(q) > 0 ? creal(1 / q) : 0.1 / cabs(q);
  char spec[256];
  snprintf(spec, sizeof spec, format, lambda);
  check_factor(c, cabs(1 - lambda * q), converges, "%s", spec);
}

/* Both sides of a threshold below which (on the left) the method fails. */
static void check_both_sides(double threshold, void (*check)(double c, bool converges)) {
  check(threshold + SIDE / 1000.0, true);
  check(threshold - SIDE / 1000.0, false);
}

/* gda: gamma L < 2c, so nothing for c <= 0. */
static void test_gda(void **state) {
  (void)state;
  const double c = 0.05;
  check_factor(c, cabs(1 - 0.095 * mu_of(c)), true, "gda:gamma=0.095");
  check_factor(c, cabs(1 - 0.105 * mu_of(c)), false, "gda:gamma=0.105");
  const double below[] = {0, -0.1, -0.9}, gammas[] = {0.01, 0.5, 2};
  for (int i = 0; i < 3; i++) {
    for (int g = 0; g < 3; g++) {
      check_factor(below[i], cabs(1 - gammas[g] * mu_of(below[i])), false, "gda:gamma=%g", gammas[g]);
    }
  }
}

/* eg and fbf: c > -0.13577, best at gamma L = 0.4746; below, no gamma works. */
static void check_extragradient(double c, bool converges) {
  double best = INFINITY, best_gamma = 0;
  for (double gamma = 0.001; gamma < 2; gamma += 0.001) {
    double factor = cabs(1 - q_extragradient(gamma * mu_of(c)));
    if (factor < best) {
      best = factor;
      best_gamma = gamma;
    }
  }
  if (converges) {
    assert_close(best_gamma, 0.4746, 0.02, 0);
  }
  const double gammas[] = {best_gamma, 0.2, 0.9};
  for (int i = 0; i < (converges ? 1 : 3); i++) {
    double factor = cabs(1 - q_extragradient(gammas[i] * mu_of(c)));
    check_factor(c, factor, converges, "eg:gamma=%.17g", gammas[i]);
    check_factor(c, factor, converges, "fbf:gamma=%.17g", gammas[i]);
  }
}

static void test_extragradient(void **state) {
  (void)state;
  check_both_sides(-0.13577, check_extragradient);
}

/* eg+ and ceg+ with constant alpha: c > -1/2 at gamma L = 1; with free gamma c > -1/sqrt 2 and
 * gamma L > -c / (1 - 2 c^2). */
static void check_plus(double c, double gamma, bool converges) {
  const char *const methods[] = {"eg+:gamma=%.17g:alpha=%%.17g", "ceg+:gamma=%.17g:alpha=%%.17g",
                                 "ceg+:gamma=%.17g:alpha=2:lambda=%%.17g"};
  for (int i = 0; i < 3; i++) {
    char format[128];
    snprintf(format, sizeof format, methods[i], gamma);
    check_relaxation(c, (i == 2 ? 2 : 1) * q_extragradient(gamma * mu_of(c)), converges, format);
  }
}

static void check_plus_at_one(double c, bool converges) {
  check_plus(c, 1, converges);
}

static void check_plus_large_gamma(double c, bool converges) {
  check_plus(c, converges ? 1.02 * -c / (1 - 2 * c * c) : 60, converges);
}

static void test_plus(void **state) {
  (void)state;
  check_both_sides(-0.5, check_plus_at_one);
  check_both_sides(-1 / sqrt(2), check_plus_large_gamma);
  const double window = 0.6 / (1 - 2 * 0.36);
  check_plus(-0.6, window * 1.005, true);
  check_plus(-0.6, window * 0.995, false);
}

/* The ranges of alpha at gamma L = 1, of the adaptive step's lambda, of pp and of rpp, all sharp on the game. */
static void test_relaxation_ranges(void **state) {
  (void)state;
  const double cs[] = {-0.45, -0.3, -0.1, 0};
  for (int i = 0; i < 4; i++) {
    double c = cs[i], bound = 1 + 2 * c;
    for (int side = -1; side <= 1; side += 2) {
      double alpha = bound + side * SIDE / 1000.0;
      double factor = cabs(1 - alpha * q_extragradient(mu_of(c)));
      check_factor(c, factor, side < 0, "eg+:gamma=1:alpha=%.17g", alpha);
      check_factor(c, factor, side < 0, "ceg+:gamma=1:alpha=%.17g", alpha);
      double lambda = 2 + side * SIDE / 1000.0;
      double complex q = q_extragradient(mu_of(c));
      check_factor(c, cabs(1 - lambda * creal(1 / q) * q), side < 0, "ceg+:gamma=1:lambda=%.17g", lambda);
    }
  }
}

static void test_proximal(void **state) {
  (void)state;
  const double cs[] = {-0.95, -0.6, -0.3, -0.05};
  for (int i = 0; i < 4; i++) {
    double c = cs[i];
    for (int side = -1; side <= 1; side += 2) {
      double gamma = -2 * c + side * SIDE / 1000.0;
      check_factor(c, cabs(1 / (1 + gamma * mu_of(c))), side > 0, "pp:gamma=%.17g", gamma);
      gamma = -c + side * SIDE / 1000.0;
      char format[128];
      snprintf(format, sizeof format, "rpp:gamma=%.17g:lambda=%%.17g", gamma);
      check_relaxation(c, q_proximal(gamma * mu_of(c)), side > 0, format);
      double lambda = 2 * (1 + c) - side * (1 + c) / 50;
      check_factor(c, cabs(1 - lambda * q_proximal(mu_of(c))), side > 0, "rpp:gamma=1:lambda=%.17g", lambda);
    }
  }
}

/* rapp with T inner steps at gamma L = 1 works for c in these windows, the number of digits as published; their
 * lowest end is -cos(pi/(T+1)). */
static const struct window {
  int inner;
  double lower, upper;
} windows[] = {{2, -0.5, 0},          {3, -0.7071, 0}, {4, -0.8090, 0},       {5, -0.8660, -0.3090},
               {6, -0.9010, -0.5},    {6, -0.2225, 0}, {7, -0.9239, -0.6235}, {7, -0.3827, 0},
               {8, -0.9397, -0.7071}, {8, -0.5, 0}};
enum { WINDOWS = sizeof windows / sizeof *windows };

/* Ends lie where sin((T + 1/2) phi) = sin(phi / 2), c = -cos phi: phi = 2 pi m / T or (2m + 1) pi / (T + 1). */
static double exact_end(int inner, double published) {
  for (int m = 0; m <= inner; m++) {
    double even = -cos(2 * M_PI * m / inner), odd = -cos((2 * m + 1) * M_PI / (inner + 1));
    if (fabs(even - published) < 1e-4) {
      return even;
    }
    if (fabs(odd - published) < 1e-4) {
      return odd;
    }
  }
  return NAN;
}

static void check_rapp(double c, double gamma, int inner, bool converges) {
  char format[128];
  snprintf(format, sizeof format, "rapp:gamma=%.17g:inner=%d:lambda=%%.17g", gamma, inner);
  check_relaxation(c, q_rapp(gamma * mu_of(c), inner), converges, format);
}

static void test_rapp_windows(void **state) {
  const struct window *w = *state;
  double lower = exact_end(w->inner, w->lower), side = SIDE / 1000.0;
  check_rapp(lower + side, 1, w->inner, true);
  check_rapp(lower - side, 1, w->inner, false);
  double upper = w->upper == 0 ? 0 : exact_end(w->inner, w->upper);
  check_rapp(upper - side, 1, w->inner, true);
  if (upper < 0) {
    check_rapp(upper + side, 1, w->inner, false);
  }
  if (w->lower < -0.5 || w->inner == 2) {
    assert_close(lower, -cos(M_PI / (w->inner + 1)), 1e-12, 0);
  }
}

/* Numbers of inner steps for which no lambda works although fewer do. */
static bool listed(const int *list, int value) {
  while (*list != 0 && *list != value) {
    list++;
  }
  return *list == value;
}

static void test_bad_inner_steps(void **state) {
  (void)state;
  const int bad08[] = {1, 2, 3, 4, 11, 12, 13, 21, 22, 0};
  const int bad09[] = {1, 2, 3, 4, 5, 6, 15, 16, 17, 18, 19, 29, 30, 31, 32, 33, 43, 44, 45, 46, 59, 0};
  for (int inner = 1; inner <= 30; inner++) {
    check_rapp(-0.8, 0.95, inner, !listed(bad08, inner));
  }
  for (int inner = 1; inner <= 64; inner++) {
    check_rapp(-0.9, 0.97, inner, !listed(bad09, inner));
  }
}

/* Resonances: solved in one outer iteration. */
static void check_at_once(double c, const char *spec) {
  problem_instance *game = make_game("sin", "quadratic:n=2:rho=%.17g", c);
  lerp_method_instance *method = make_method(&game->problem.facts, "%s", spec);
  double z[2];
  iterate_of(&game->problem, method, 1, NULL, z);
  assert_close(norm_of(z, 2), 0, 1e-13, 0);
  lerp_method_free(method);
  problem_free(game);
}

static void test_resonances(void **state) {
  (void)state;
  check_at_once(0, "rapp:gamma=1:inner=3:lambda=1");
  check_at_once(-0.5, "rapp:gamma=1:inner=5:lambda=1");
  check_at_once(-1 / sqrt(2), "rapp:gamma=1:inner=7:lambda=1");
  check_at_once(0, "la-gda:gamma=1:tau=4:lambda=0.2");
  /* the best T of gamma L = 1 */
  for (double c = -0.95; c < -0.05; c += 0.1) {
    double phi = acos(-c);
    int inner = (int)round(2 * M_PI / phi) - 1;
    double complex q = q_rapp(mu_of(c), inner);
    double factor = fabs(sin((inner + 1) * phi / 2));
    assert_true(factor <= sin(phi / 4) + 1e-12);
    assert_close(cabs(q), fabs(sin(inner * phi / 2) / sin(phi / 2)), 1e-12, 0);
    assert_close(cabs(1 - creal(1 / q) * q), factor, 1e-12, 0);
    check_rapp(c, 1, inner, true);
  }
}

/* la-gda with tau = 2: c > -0.2520 at gamma L = 1/sqrt 3, (1 - sqrt 3)/2 at gamma L = 1, and with free gamma
 * c > -1/sqrt 2 and gamma L > -2c / (1 - 2 c^2). */
static void check_la_gda(double c, double gamma, bool converges) {
  char format[128];
  snprintf(format, sizeof format, "la-gda:gamma=%.17g:tau=2:lambda=%%.17g", gamma);
  check_relaxation(c, q_lookahead(1 - gamma * mu_of(c), 2), converges, format);
}

static void check_la_gda_best_proved(double c, bool converges) {
  check_la_gda(c, 1 / sqrt(3), converges);
}

static void check_la_gda_at_one(double c, bool converges) {
  check_la_gda(c, 1, converges);
}

static void check_la_gda_large_gamma(double c, bool converges) {
  check_la_gda(c, converges ? 1.02 * -2 * c / (1 - 2 * c * c) : 120, converges);
}

static void test_la_gda(void **state) {
  (void)state;
  check_both_sides(-0.2520, check_la_gda_best_proved);
  check_both_sides((1 - sqrt(3)) / 2, check_la_gda_at_one);
  check_both_sides(-1 / sqrt(2), check_la_gda_large_gamma);
  check_la_gda(-0.5, 2 * 1.005, true);
  check_la_gda(-0.5, 2 * 0.995, false);
}

/* ogda, popov: x^2 - (1 - 2s) x - s; monotone: gamma L < 1/sqrt 3; some gamma works for c > -0.15309. */
static double optimistic_radius(double c, double gamma) {
  double complex s = gamma * mu_of(c);
  return spectral_radius(1 - 2 * s, s);
}

static void check_optimistic_at(double c, double gamma, bool converges) {
  const char *const methods[] = {"ogda", "popov"};
  for (int i = 0; i < 2; i++) {
    char spec[128];
    snprintf(spec, sizeof spec, "%s:gamma=%.17g", methods[i], gamma);
    check_radius(c, optimistic_radius(c, gamma), converges, spec);
  }
}

static void check_optimistic(double c, bool converges) {
  double best = INFINITY, best_gamma = 0;
  for (double gamma = 0.001; gamma < 2; gamma += 0.001) {
    if (optimistic_radius(c, gamma) < best) {
      best = optimistic_radius(c, gamma);
      best_gamma = gamma;
    }
  }
  if (converges) {
    assert_close(best_gamma, 0.4124, 0.02, 0);
  }
  check_optimistic_at(c, best_gamma, converges);
}

static void test_optimistic(void **state) {
  (void)state;
  check_optimistic_at(0, 1 / sqrt(3) - SIDE / 1000.0, true);
  check_optimistic_at(0, 1 / sqrt(3) + SIDE / 1000.0, false);
  check_both_sides(-0.15309, check_optimistic);
}

/* wrapp: its optimum on the game is a double root with the rate sqrt((1 - c)/2), the best of the exact relaxed
 * proximal point with gamma = 1/L; a double root shows with a factor that grows like K. */
static void test_wrapp_optimum(void **state) {
  (void)state;
  for (double c = -0.95; c <= -0.05; c += 0.1) {
    double gamma = (1 - c) / 2, lambda = (1 + c) / (1 - c), rate = sqrt((1 - c) / 2);
    double complex s = gamma * mu_of(c);
    assert_close(spectral_radius(1 - (1 + lambda) * s, s), rate, 1e-7, 0);
    double complex q = q_proximal(mu_of(c));
    assert_close(cabs(1 - creal(1 / q) * q), rate, 1e-12, 0);
    problem_instance *game = make_game("sin", "quadratic:n=2:rho=%.17g", c);
    lerp_method_instance *method = make_method(&game->problem.facts, "wrapp");
    assert_close(lerp_method_value(method, "gamma"), gamma, 1e-15, 0);
    assert_close(lerp_method_value(method, "lambda"), lambda, 1e-15, 0);
    uint64_t iterations = iterations_for(log(rate));
    double measured = measured_rate(&game->problem, method, iterations, iterations);
    assert_close(measured, log(rate) + log(2) / (double)iterations, 2.0 / ((double)iterations * 50), 0);
    lerp_method_free(method);
    problem_free(game);
  }
}

/* The class of c as one game: mu on its boundary, |mu| = 1 and Re mu = c |mu|^2, and inside. */
enum { BOUNDARY = 512, INSIDE = 512, CLASS = BOUNDARY + INSIDE };

static void class_of(double c, double complex *mu) {
  double widest = acos(c);
  for (size_t i = 0; i < BOUNDARY / 2; i++) {
    double at = (double)i / (BOUNDARY / 2 - 1);
    mu[i] = cexp(-I * widest * at);
    double modulus = fmax(at, 1e-3);
    mu[BOUNDARY / 2 + i] = modulus * cexp(-I * acos(c * modulus));
  }
  for (size_t i = 0; i < INSIDE; i++) {
    double modulus = fmax(fabs(test_random(2 * i)), 1e-3);
    mu[BOUNDARY + i] = modulus * cexp(-I * acos(c * modulus) * fabs(test_random(2 * i + 1)));
  }
}

static lerp_problem class_game(double c, const double complex *mu) {
  double a[CLASS], b[CLASS];
  for (size_t i = 0; i < CLASS; i++) {
    a[i] = -cimag(mu[i]);
    b[i] = creal(mu[i]);
  }
  lerp_problem problem = {.facts = {.lipschitz = 1, .rho = c, .affine = true, .gradient = true}};
  lerp_error error;
  assert_ok(lerp_operator_linear_game(&problem.op,
                                      &(lerp_linear_game){.pairs = CLASS, .a_each = a, .b_each = b}, &error),
            &error);
  for (int part = 0; part < LERP_PARTS; part++) {
    problem.start[part] = lerp_aligned_new(CLASS);
    for (size_t i = 0; i < CLASS; i++) {
      problem.start[part][i] = 1;
    }
  }
  return problem;
}

/* Every pair of the class is multiplied by its factor, K times. */
static void check_class_factors(double c, const double complex *mu, const double complex *factor,
                                const char *spec) {
  enum { ITERATIONS = 20 };
  lerp_problem problem = class_game(c, mu);
  lerp_method_instance *method = make_method(&problem.facts, "%s", spec);
  static double z[2 * CLASS];
  iterate_of(&problem, method, ITERATIONS, NULL, z);
  for (size_t i = 0; i < CLASS; i++) {
    double expected = sqrt(2) * pow(cabs(factor[i]), ITERATIONS);
    assert_close(hypot(z[i], z[CLASS + i]), expected, 1e-9, 1e-9);
  }
  lerp_method_free(method);
  lerp_problem_fini(&problem);
}

/* Families of relaxations with the class thresholds of SPEC: T inner steps or tau base steps. */
typedef struct family {
  const char *name, *format; /* places for gamma, steps, lambda */
  double largest_gamma;
  double complex (*q)(double complex s, int steps);
} family;

static double complex q_la_gda(double complex s, int tau) {
  return q_lookahead(1 - s, tau);
}

static double complex q_la_eg(double complex s, int tau) {
  return q_lookahead(1 - q_extragradient(s), tau);
}

static const family families[] = {
    {"rapp", "rapp:gamma=%.17g:inner=%d:lambda=%.17g", 1, q_rapp},
    {"la-gda", "la-gda:gamma=%.17g:tau=%d:lambda=%.17g", 2, q_la_gda},
    {"la-eg", "la-eg:gamma=%.17g:tau=%d:lambda=%.17g", 2, q_la_eg},
};

static const struct class_threshold {
  const family *family;
  int steps;
  double threshold;
} class_thresholds[] = {
    {&families[0], 2, -0.500},  {&families[0], 3, -0.699},  {&families[0], 4, -0.792},
    {&families[0], 5, -0.843},  {&families[0], 6, -0.874},  {&families[0], 7, -0.863},
    {&families[0], 8, -0.840},  {&families[0], 9, -0.806},  {&families[0], 10, -0.727},
    {&families[0], 12, -0.772}, {&families[0], 16, -0.853}, {&families[0], 24, -0.915},
    {&families[0], 48, -0.944}, {&families[1], 2, -0.500},  {&families[1], 3, -0.702},
    {&families[1], 4, -0.786},  {&families[1], 6, -0.856},  {&families[1], 8, -0.886},
    {&families[1], 12, -0.911}, {&families[1], 16, -0.923}, {&families[1], 24, -0.934},
    {&families[2], 1, -0.500},  {&families[2], 2, -0.761},  {&families[2], 3, -0.874},
    {&families[2], 4, -0.917},  {&families[2], 6, -0.939},  {&families[2], 8, -0.948},
};
enum { CLASS_THRESHOLDS = sizeof class_thresholds / sizeof *class_thresholds };

/* min Re(1/q) over the class: half of the largest lambda that works, or not positive. Stops below `enough`. */
static double smallest(const struct class_threshold *t, const double complex *mu, double gamma,
                       double enough) {
  double least = INFINITY;
  for (size_t i = 0; i < CLASS && least > enough; i++) {
    double complex q = t->family->q(gamma * mu[i], t->steps);
    least = fmin(least, q == 0 ? -INFINITY : creal(1 / q));
  }
  return least;
}

static void check_class(const struct class_threshold *t, double c, bool converges) {
  static double complex mu[CLASS], factor[CLASS];
  class_of(c, mu);
  double best = -INFINITY, gamma = 0;
  enum { GAMMAS = 1000 };
  for (int i = 1; i < GAMMAS; i++) {
    double at = t->family->largest_gamma * i / GAMMAS, least = smallest(t, mu, at, best);
    if (least > best) {
      best = least;
      gamma = at;
    }
  }
  assert_that((best > 0) == converges, "%s with %d steps, c=%g: min Re(1/q)=%g at gamma=%g", t->family->name,
              t->steps, c, best, gamma);
  double lambda = converges ? best : 0.01, largest = 0;
  for (size_t i = 0; i < CLASS; i++) {
    factor[i] = 1 - lambda * t->family->q(gamma * mu[i], t->steps);
    largest = fmax(largest, cabs(factor[i]));
  }
  assert_int_equal(largest < 1, converges);
  char spec[256];
  snprintf(spec, sizeof spec, t->family->format, gamma, t->steps, lambda);
  check_class_factors(c, mu, factor, spec);
}

static void test_class(void **state) {
  const struct class_threshold *t = *state;
  check_class(t, t->threshold + SIDE / 1000.0, true);
  check_class(t, t->threshold - SIDE / 1000.0, false);
}

/* wrapp at the optimum of the game and rpp are stable on the whole class for every c in (-1, 0]. */
static void test_whole_range(void **state) {
  (void)state;
  static double complex mu[CLASS], factor[CLASS];
  for (double c = -0.98; c < 0.01; c += 0.07) {
    class_of(c, mu);
    double gamma = (1 - c) / 2, lambda = (1 + c) / (1 - c);
    for (size_t i = 0; i < CLASS; i++) {
      double complex s = gamma * mu[i];
      double radius = spectral_radius(1 - (1 + lambda) * s, s);
      assert_that(radius < 1, "wrapp, c=%g, mu=%g%+gi: radius %.17g", c, creal(mu[i]), cimag(mu[i]), radius);
      factor[i] = 1 - 0.9 * 2 * (1 + c) * q_proximal(mu[i]);
      assert_true(cabs(factor[i]) < 1);
    }
    char spec[128];
    snprintf(spec, sizeof spec, "rpp:gamma=1:lambda=%.17g", 0.9 * 2 * (1 + c));
    check_class_factors(c, mu, factor, spec);
    lerp_problem problem = class_game(c, mu);
    lerp_method_instance *method =
        make_method(&problem.facts, "wrapp:gamma=%.17g:lambda=%.17g", gamma, lambda);
    double rate = measured_rate(&problem, method, 200, 2000);
    assert_that(rate < 0, "wrapp, c=%g: rate %g", c, rate);
    lerp_method_free(method);
    lerp_problem_fini(&problem);
  }
}

int main(void) {
  suite all = {NULL, 0};
  suite_add(&all, test_gda, NULL, "gda");
  suite_add(&all, test_extragradient, NULL, "eg, fbf");
  suite_add(&all, test_plus, NULL, "eg+, ceg+");
  suite_add(&all, test_relaxation_ranges, NULL, "ranges of alpha and lambda: eg+, ceg+");
  suite_add(&all, test_proximal, NULL, "pp, rpp");
  for (size_t i = 0; i < WINDOWS; i++) {
    suite_add(&all, test_rapp_windows, &windows[i], "rapp with %d inner steps: c in (%g, %g)",
              windows[i].inner, windows[i].lower, windows[i].upper);
  }
  suite_add(&all, test_bad_inner_steps, NULL, "rapp: bad numbers of inner steps");
  suite_add(&all, test_resonances, NULL, "resonances");
  suite_add(&all, test_la_gda, NULL, "la-gda, tau = 2");
  suite_add(&all, test_optimistic, NULL, "ogda, popov");
  suite_add(&all, test_wrapp_optimum, NULL, "wrapp: optimum on the game");
  for (size_t i = 0; i < CLASS_THRESHOLDS; i++) {
    const struct class_threshold *t = &class_thresholds[i];
    suite_add(&all, test_class, t, "class: %s with %d steps, c > %g", t->family->name, t->steps,
              t->threshold);
  }
  suite_add(&all, test_whole_range, NULL, "wrapp, rpp: the whole range");
  return suite_run(&all, "thresholds");
}

/* SPDX-License-Identifier: MIT */
/* The methods on the scalar game F z = mu z, z complex, written down a second time from their formulas. A
 * linear game falls apart into such games, so they tell what a solver must do. */
#ifndef LERP_TESTS_SCALAR_H
#define LERP_TESTS_SCALAR_H

#include <complex.h>

#include "support.h"

/* mu = L (c - i sqrt(1 - c^2)): with z = x + iy the game F = (b x + a y, b y - a x) is z -> (b - ia) z. */
double complex single_modulus(double lipschitz, double c);

/* What a method remembers besides z; zero before the first step. */
typedef struct scalar_memory {
  double complex past; /* ogda: F z_{k-1}; popov: zb_{k-1}; wrapp: w_k */
  bool started;
} scalar_memory;

/* One iteration number k of the method from z. Fails the test for a method it does not know. */
double complex scalar_step(const lerp_method_instance *method, double complex mu, uint64_t k,
                           double complex z, scalar_memory *memory);
bool scalar_knows(const lerp_method_instance *method);

/* For relaxations z <- z - lambda q z: the q of eg+ (alpha in the place of lambda), rpp, rapp, and Lookahead
 * over a base with factor p (1 - p^tau). */
double complex q_extragradient(double complex s);
double complex q_proximal(double complex s);
double complex q_rapp(double complex s, int inner);
double complex q_lookahead(double complex base_factor, int tau);

/* The larger modulus of the roots of x^2 - p x - r. */
double spectral_radius(double complex p, double complex r);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LERP_THEORY_PREDICT_H
#define LERP_THEORY_PREDICT_H

#include <complex.h>

#include "modes.h"

/* The game F u_j = mu_j u_j, one pair (x_j, y_j) = u_j for each mode. */
lerp_status lerp_mode_game(const lerp_modes *modes, const lerp_facts *facts, lerp_problem *game,
                           lerp_error *error);

/* What a method does to each mode. Its state (z and the work vectors that carry something) starts from z = 1; the
 * first iterations are recorded, from then on every iteration applies the same map. */
enum { LERP_WARM = 2, LERP_RESPONSE_SIZE_MAX = 16 };
typedef struct lerp_response {
  bool linear; /* else the rest is unset: its steps adapt, change, or treat x and y apart */
  size_t modes, size;
  double complex *map;               /* modes x size x size */
  double complex *state;             /* modes x size, after LERP_WARM iterations; z first */
  double complex *first[LERP_WARM];  /* z after 0, 1, ... iterations */
  double evaluations[LERP_WARM + 1]; /* spent after so many iterations */
  double evaluations_each, exact_resolvents_each;
} lerp_response;

lerp_status lerp_response_new(const lerp_modes *modes, const lerp_method_instance *instance,
                              const lerp_facts *facts, lerp_response *response, lerp_error *error);
void lerp_response_fini(lerp_response *response);

/* An affine problem as its matrix, by n + 1 evaluations, with the same start and these facts; *replica is empty before.
 * Free with lerp_problem_fini, whatever the status. */
lerp_status lerp_replica_new(const lerp_problem *problem, const lerp_facts *facts, lerp_problem *replica,
                             lerp_error *error);

/* By runs on a small problem that the method cannot tell from the given one or, where there is none, on its replica
 * (NULL: it would be too large). */
lerp_status lerp_predict_by_replay(const lerp_modes *modes, const lerp_problem *replica,
                                   const lerp_method_instance *instance, const lerp_facts *facts,
                                   double target, lerp_prediction *prediction, lerp_error *error);

/* Whichever of the two applies. Modes that are not exact are compared with coarser ones: the prediction is an interval
 * as wide as what the finer ones changed, to both sides. */
lerp_status lerp_predict(const lerp_modes *modes, const lerp_modes *coarse, const lerp_problem *replica,
                         const lerp_method_instance *instance, const lerp_facts *facts, double target,
                         lerp_prediction *prediction, lerp_error *error);

#endif

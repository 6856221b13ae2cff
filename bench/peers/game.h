/* SPDX-License-Identifier: MIT */
/* The linear games as peers hold them: F(x, y) = (b x + A y + c, b y - A'x + e), A a full matrix or, for games on
 * independent pairs, a diagonal one. */
#ifndef LERP_PEER_GAME_H
#define LERP_PEER_GAME_H

#include "peer.h"

/* A sparse matrix: row i holds value[k] in column[k] for first[i] <= k < first[i + 1]. */
typedef struct game_rows {
  size_t *first;
  uint32_t *column;
  double *value;
} game_rows;

typedef struct game {
  size_t pairs;            /* dimension of x and of y; z = (x, y) in one array */
  double b;                /* where it is the same for all pairs */
  double *matrix;          /* A, row-major; NULL: diagonal */
  double *a_each, *b_each; /* of a diagonal game, else NULL */
  game_rows rows, columns; /* A and A' where A is a band */
  double *constant;        /* (c, e) */
  double *start;           /* z_0 */
} game;

enum { GAME_DENSE, GAME_PAIRS, GAME_BAND };

/* Finds the game behind a problem's F by evaluating it: A is diag(a), or (I - 2uu'/u'u) diag(a) with u_i = 1/(i + 1), or a
 * band. `form`: how A is to be held. LERP_UNSUPPORTED: it is another F. */
lerp_status game_new(const lerp_problem *problem, int form, game **made, lerp_error *error);
void game_free(game *self);

/* Binds the threads that OpenMP gives a team of this size, and this one, as the task's pinning says; release ends it. */
typedef struct game_binding {
  const lerp_pinning *pinning;
  int threads;
  void **previous;
} game_binding;
game_binding game_bind(const peer_task *task);
void game_release(game_binding *self);

#endif

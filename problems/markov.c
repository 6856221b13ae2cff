/* SPDX-License-Identifier: MIT */
/* A discounted Markov decision process as a saddle. On a grid of side x side cells an agent goes north, east, south or
 * west; with probability `slip` it is turned to the left or to the right instead, and the edge stops it. A step out of
 * cell s costs c(s), drawn with the seed, until the goal in the last cell is reached. The values v = max_a (-c + g P_a v) solve the linear
 * program min sum v, v >= -c + g P_a v for all a (Puterman 1994, 6.9); its Lagrangian is
 *   min_v max_u  sum_s v(s) + sum_{s,a} u(s,a) (-c(s) + g sum_t P(t|s,a) v(t) - v(s)),  u >= 0.
 * u* counts the discounted visits of the optimal policy when one agent starts in every cell. Neither box below is
 * active at the solution: -10/(1 - g) <= v <= 0 for costs up to 10, and u <= S/(1 - g) for S cells.
 *
 * v* is the fixed point of value iteration, and u* that of u = 1 + g P'u for the optimal policy: both to rounding. */
#include "problems.h"
#include "spectrum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE, DISCOUNT, SLIP, STORAGE };
enum { NORTH, EAST, SOUTH, WEST, ACTIONS };

static const lerp_parameter parameters[] = {
    {.name = "side",
     .meaning = "cells along a side of the grid",
     .unit = "",
     .initial = 8,
     .minimum = 2,
     .maximum = 1000,
     .integer = true},
    {.name = "discount",
     .meaning = "what the next step counts",
     .unit = "",
     .initial = 0.95,
     .open_minimum = true,
     .maximum = 0.9999},
    {.name = "slip",
     .meaning = "probability of a turn to the left or to the right",
     .unit = "",
     .initial = 0.2,
     .maximum = 1,
     .open_maximum = true},
    PROBLEM_STORAGE,
    {.name = NULL},
};

typedef struct grid {
  size_t side, states; /* all cells but the goal */
  double discount, slip;
  double *cost; /* of the states */
} grid;

enum { LEAST_COST = 2, HIGHEST_COST = 10 };
static double cost_of(uint64_t seed, size_t s) {
  return LEAST_COST + (HIGHEST_COST - LEAST_COST) * lerp_random_uniform(seed, 0, s);
}

/* The cells one step away; the edge stops it. */
static void neighbours(const grid *g, size_t cell, size_t to[ACTIONS]) {
  const size_t row = cell / g->side, column = cell % g->side;
  to[NORTH] = row > 0 ? cell - g->side : cell;
  to[EAST] = column + 1 < g->side ? cell + 1 : cell;
  to[SOUTH] = row + 1 < g->side ? cell + g->side : cell;
  to[WEST] = column > 0 ? cell - 1 : cell;
}

/* Where an action may lead to, with which probability, from a cell with the neighbours `to`. */
typedef struct outcome {
  size_t cell;
  double probability;
} outcome;
enum { OUTCOMES = 3 };

static void outcomes(const grid *g, const size_t to[ACTIONS], size_t a, outcome out[OUTCOMES]) {
  out[0] = (outcome){to[a], 1 - g->slip};
  out[1] = (outcome){to[(a + 1) % ACTIONS], g->slip / 2};
  out[2] = (outcome){to[(a + ACTIONS - 1) % ACTIONS], g->slip / 2};
}

/* The largest -c + g P_a v at s, and the action that has it. */
static double best_value(const grid *g, size_t s, const double *v, size_t *action) {
  size_t to[ACTIONS];
  double best = -INFINITY;
  neighbours(g, s, to);
  for (size_t a = 0; a < ACTIONS; a++) {
    outcome out[OUTCOMES];
    double value = 0;
    outcomes(g, to, a, out);
    for (int k = 0; k < OUTCOMES; k++) {
      value += out[k].cell < g->states ? out[k].probability * v[out[k].cell] : 0;
    }
    value = g->discount * value - g->cost[s];
    *action = value > best ? a : *action;
    best = fmax(value, best);
  }
  return best;
}

/* v = max_a (-c + g P_a v) from v = 0 down, and the actions. Rounding is monotone as the map is, so the values fall until
 * they stay. */
static void iterate_values(const grid *g, double *v, size_t *action) {
  bool moved = true;
  memset(v, 0, g->states * sizeof *v);
  while (moved) {
    moved = false;
    for (size_t s = 0; s < g->states; s++) {
      const double next = best_value(g, s, v, &action[s]);
      moved = moved || next < v[s];
      v[s] = next;
    }
  }
}

/* visits = 1 + g P'visits for the actions, from 0 up, and in the same way until they stay. */
static void iterate_visits(const grid *g, const size_t *action, double *visits, double *next) {
  bool moved = true;
  memset(visits, 0, g->states * sizeof *visits);
  while (moved) {
    moved = false;
    for (size_t s = 0; s < g->states; s++) {
      next[s] = 1;
    }
    for (size_t s = 0; s < g->states; s++) {
      size_t to[ACTIONS];
      outcome out[OUTCOMES];
      neighbours(g, s, to);
      outcomes(g, to, action[s], out);
      for (int k = 0; k < OUTCOMES; k++) {
        if (out[k].cell < g->states) {
          next[out[k].cell] += g->discount * out[k].probability * visits[s];
        }
      }
    }
    for (size_t s = 0; s < g->states; s++) {
      moved = moved || next[s] > visits[s];
      visits[s] = next[s];
    }
  }
}

static lerp_status out_of_memory(const grid *g, lerp_error *error) {
  return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "markov: side=%zu: out of memory", g->side);
}

static lerp_status set_solution(const grid *g, lerp_problem *problem, lerp_error *error) {
  double *v = problem->solution[0] = lerp_aligned_new(g->states);
  double *u = problem->solution[1] = lerp_aligned_new(ACTIONS * g->states);
  double *visits = lerp_aligned_new(g->states), *next = lerp_aligned_new(g->states);
  size_t *action = calloc(g->states, sizeof *action);
  const bool fine = v && u && visits && next && action;
  if (fine) {
    iterate_values(g, v, action);
    iterate_visits(g, action, visits, next);
    memset(u, 0, ACTIONS * g->states * sizeof *u);
    for (size_t s = 0; s < g->states; s++) {
      u[ACTIONS * s + action[s]] = visits[s];
    }
  }
  lerp_aligned_free(visits);
  lerp_aligned_free(next);
  free(action);
  return fine ? LERP_OK : out_of_memory(g, error);
}

/* The column of A for (s, a): -1 at s, and g P(t|s,a) at the outcomes t that are no goal. Returns the entries. */
enum { ENTRIES = 1 + OUTCOMES };
static size_t column_of(const grid *g, size_t s, size_t a, outcome entry[ENTRIES]) {
  size_t to[ACTIONS], count = 1;
  outcome out[OUTCOMES];
  neighbours(g, s, to);
  outcomes(g, to, a, out);
  entry[0] = (outcome){s, -1};
  for (int k = 0; k < OUTCOMES; k++) {
    if (out[k].cell < g->states) {
      entry[count++] = (outcome){out[k].cell, g->discount * out[k].probability};
    }
  }
  return count;
}

/* Calls the columns in order for what they put into rows: first[t + 1] counts the entries of row t, or, with arrays to
 * fill, is where the next one goes. */
static void scan_columns(const grid *g, size_t *first, uint32_t *column, double *value) {
  for (size_t i = 0; i < ACTIONS * g->states; i++) {
    outcome entry[ENTRIES];
    const size_t count = column_of(g, i / ACTIONS, i % ACTIONS, entry);
    for (size_t k = 0; k < count; k++) {
      const size_t place = first[entry[k].cell + 1]++;
      if (column) {
        column[place] = (uint32_t)i;
        value[place] = entry[k].probability;
      }
    }
  }
}

/* The rows of A: counted, laid out, filled. */
static void fill_matrix(const grid *g, size_t *first, uint32_t *column, double *value) {
  size_t begin = 0;
  memset(first, 0, (g->states + 1) * sizeof *first);
  scan_columns(g, first, NULL, NULL);
  for (size_t t = 0; t < g->states; t++) {
    const size_t count = first[t + 1];
    first[t + 1] = begin;
    begin += count;
  }
  scan_columns(g, first, column, value);
}

static lerp_status build_operator(const grid *g, int storage, lerp_problem *problem, lerp_error *error) {
  const size_t states = g->states, most = ENTRIES * ACTIONS * states;
  size_t *first = malloc((states + 1) * sizeof *first);
  uint32_t *column = malloc(most * sizeof *column);
  double *value = malloc(most * sizeof *value), *ones = malloc(states * sizeof *ones);
  double *costs = malloc(ACTIONS * states * sizeof *costs);
  lerp_status status = LERP_MEMORY;
  if (first && column && value && ones && costs) {
    fill_matrix(g, first, column, value);
    problem_round(storage, value, first[states]);
    for (size_t i = 0; i < ACTIONS * states; i++) {
      ones[i / ACTIONS] = -1;
      costs[i] = -g->cost[i / ACTIONS];
    }
    const lerp_sparse matrix = {states, ACTIONS * states, first, column, value};
    problem->facts.lipschitz = spectrum_norm(&matrix);
    status = problem_sparse_saddle(storage, &problem->op, &matrix, 0, ones, costs, error);
  } else {
    out_of_memory(g, error);
  }
  free(first);
  free(column);
  free(value);
  free(ones);
  free(costs);
  return status;
}

/* The boxes for v and for u. */
static lerp_status build_resolvent(const grid *g, lerp_resolvent *resolvent, lerp_error *error) {
  lerp_resolvent values = {.name = NULL}, visits = {.name = NULL};
  lerp_status status = lerp_resolvent_box(&values, -HIGHEST_COST / (1 - g->discount), 0, error);
  if (status == LERP_OK) {
    status = lerp_resolvent_box(&visits, 0, (double)g->states / (1 - g->discount), error);
  }
  return status ? status : lerp_resolvent_parts(resolvent, &values, &visits, error);
}

static void free_grid(void *data) {
  free(((grid *)data)->cost);
  free(data);
}

static lerp_status make_grid(const lerp_family_input *in, lerp_problem *problem, lerp_error *error) {
  const size_t side = (size_t)in->number[SIDE], states = side * side - 1;
  grid *g = malloc(sizeof *g);
  if (!g) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "markov: out of memory");
  }
  *g = (grid){side, states, in->number[DISCOUNT], in->number[SLIP], malloc(states * sizeof *g->cost)};
  problem->data = g;
  problem->free_data = free_grid;
  for (size_t s = 0; g->cost && s < states; s++) {
    g->cost[s] = cost_of(in->seed, s);
  }
  return g->cost ? LERP_OK : out_of_memory(g, error);
}

static lerp_status build(const lerp_family_input *in, lerp_problem *problem, lerp_error *error) {
  lerp_status status = make_grid(in, problem, error);
  if (status) {
    return status;
  }
  const grid *g = problem->data;
  problem->facts = (lerp_facts){.lipschitz = NAN,
                                .rho = 0,
                                .affine = true,
                                .gradient = true,
                                .constrained = true,
                                .bilinear = true,
                                .shifted_skew = true};
  const int storage = (int)in->number[STORAGE];
  status = build_operator(g, storage, problem, error);
  if (status == LERP_OK) {
    status = build_resolvent(g, &problem->resolvent, error);
  }
  /* Of rounded probabilities the solution is another. */
  return status || storage == PROBLEM_F32 ? status : set_solution(g, problem, error);
}

/* The cells of a picture: every `stride`-th row and column of large grids, `across` of them. */
typedef struct view {
  const grid *g;
  size_t stride, across;
} view;

static view view_of(const grid *g) {
  enum { SHOWN = 40 };
  const size_t stride = (g->side - 1) / SHOWN + 1;
  return (view){g, stride, (g->side - 1) / stride + 1};
}

static size_t shown_cell(const view *w, size_t i) {
  return (i / w->across * w->g->side + i % w->across) * w->stride;
}

static double visits_of(const double *u, size_t s) {
  double sum = 0;
  for (size_t a = 0; a < ACTIONS; a++) {
    sum += u[ACTIONS * s + a];
  }
  return sum;
}

/* A panel with one value a cell; `goal` is that of the goal. */
static lerp_status add_map(lerp_picture *picture, const view *w, const char *title, const double *value,
                           double goal, bool colours, lerp_error *error) {
  const size_t count = w->across * w->across;
  double *shown = malloc(count * sizeof *shown), low = goal, high = goal;
  if (!shown) {
    return out_of_memory(w->g, error);
  }
  for (size_t i = 0; i < count; i++) {
    const size_t s = shown_cell(w, i);
    shown[i] = s < w->g->states ? value[s] : goal;
    low = fmin(low, shown[i]);
    high = fmax(high, shown[i]);
  }
  lerp_status status = lerp_picture_panel(picture, &(lerp_panel){.title = title, .equal = true}, error);
  if (status == LERP_OK) {
    status = lerp_picture_layer(picture,
                                &(lerp_layer){.kind = LERP_LAYER_IMAGE,
                                              .rows = w->across,
                                              .columns = w->across,
                                              .values = 1,
                                              .right = (double)w->across,
                                              .top = (double)w->across,
                                              .low = low,
                                              .high = high > low ? high : low + 1,
                                              .colours = colours,
                                              .number = shown},
                                error);
  }
  free(shown);
  return status;
}

/* In the middle of every cell an arrow for each action, as long as its share of the visits. */
static lerp_status add_policy(lerp_picture *picture, const view *w, const double *u, lerp_error *error) {
  static const int right[] = {0, 1, 0, -1}, up[] = {1, 0, -1, 0};
  const double length = 0.7, least = 0.05;
  const size_t count = w->across * w->across;
  double *arrow = malloc(ACTIONS * count * 4 * sizeof *arrow), *end = arrow;
  if (!arrow) {
    return out_of_memory(w->g, error);
  }
  for (size_t i = 0; i < ACTIONS * count; i++) {
    const size_t s = shown_cell(w, i / ACTIONS), a = i % ACTIONS;
    const double sum = s < w->g->states ? visits_of(u, s) : 0;
    const double share = sum > 0 ? u[ACTIONS * s + a] / sum : 0;
    if (share > least) {
      const double dx = length * share * right[a], dy = length * share * up[a];
      *end++ = (double)(i / ACTIONS % w->across) + 0.5 - dx / 2;
      *end++ = (double)w->across - (double)(i / ACTIONS / w->across) - 0.5 - dy / 2;
      *end++ = dx;
      *end++ = dy;
    }
  }
  const lerp_status status = lerp_picture_layer(
      picture, &(lerp_layer){.kind = LERP_LAYER_ARROWS, .rows = (size_t)(end - arrow) / 4, .number = arrow},
      error);
  free(arrow);
  return status;
}

static lerp_status add_visits(lerp_picture *picture, const view *w, const double *u, lerp_error *error) {
  double *visits = malloc(w->g->states * sizeof *visits);
  if (!visits) {
    return out_of_memory(w->g, error);
  }
  for (size_t s = 0; s < w->g->states; s++) {
    visits[s] = visits_of(u, s);
  }
  const lerp_status status = add_map(picture, w, "discounted visits, light: many", visits, 0, false, error);
  free(visits);
  return status;
}

static lerp_status picture(const void *data, const double *x, const double *y, lerp_picture *picture,
                           lerp_error *error) {
  const view w = view_of(data);
  lerp_status status = lerp_picture_caption(
      picture, error,
      "A Markov decision process on %zu x %zu cells: find the way to the goal, the last cell, at the least "
      "cost, discounted by %g a step, when %g %% of the steps go astray.",
      w.g->side, w.g->side, w.g->discount, 100 * w.g->slip);
  if (status == LERP_OK) {
    status = add_map(picture, &w, "cost of a step, light: high", w.g->cost, 0, false, error);
  }
  if (status == LERP_OK) {
    status = add_map(picture, &w, "values, red: near the goal, and policy", x, 0, true, error);
  }
  if (status == LERP_OK) {
    status = add_policy(picture, &w, y, error);
  }
  return status ? status : add_visits(picture, &w, y, error);
}

const lerp_problem_family problem_markov = {
    .name = "markov",
    .summary = "Markov decision process on a grid as a bilinear saddle: values against visits",
    .source = "Puterman 1994; Wang 2017 (arXiv 1710.06100)",
    .parameters = parameters,
    .start = "zero",
    .build = build,
    .picture = picture,
};

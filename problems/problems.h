/* SPDX-License-Identifier: MIT */
/* The catalogue of games: a table of descriptions, each built from parameter values. */
#ifndef LERP_PROBLEMS_H
#define LERP_PROBLEMS_H

#include <math.h>

#include <lerp/lerp.h>

/* One game. The file that defines it holds its raw mathematics apart from this glue. */
typedef struct problem_description {
  const char *name;
  const char *summary;
  const char *source;
  const lerp_parameter *parameters; /* ended by name NULL; `initially` is called with facts NULL */
  const char *start;                /* default start: a name of starts.c or components "1,0.5" */
  bool simplex;                     /* formulas for z_0 give |z_0|, each part scaled to sum 1 */
  /* Fills *problem (zeroed before) from the values in the order of `parameters`: operator, resolvent,
   * facts, solution. */
  lerp_status (*build)(const double *value, lerp_problem *problem, lerp_error *error);
} problem_description;

typedef struct problem_instance {
  const problem_description *description;
  double value[LERP_PARAMETERS_MAX];
  bool given[LERP_PARAMETERS_MAX];
  lerp_problem problem;
} problem_instance;

/* The dimension of z = (x, y), both parts of n/2 components. */
#define PROBLEM_N(standard, note)                                                                            \
  {                                                                                                          \
    .name = "n", .meaning = "dimension of z = (x, y), 2d" note, .unit = "", .initial = standard,             \
    .minimum = 2, .maximum = 4e9, .integer = true, .multiple = 2                                             \
  }

/* The last rows of every table of parameters: noise on the evaluations, drawn with the seed of problem_new. */
#define PROBLEM_LAST_PARAMETERS                                                                              \
  {.name = "noise",                                                                                          \
   .meaning = "standard deviation of the noise on every component of F",                                     \
   .unit = "",                                                                                               \
   .maximum = INFINITY,                                                                                      \
   .open_maximum = true},                                                                                    \
      {.name = "generator",                                                                                  \
       .meaning = "of the noise: Philox, or splitmix as in recorded runs",                                   \
       .unit = "",                                                                                           \
       .choices = problem_generators},                                                                       \
  {                                                                                                          \
    .name = NULL                                                                                             \
  }
extern const char *const problem_generators[];

/* Ended by NULL. */
const problem_description *const *problem_table(void);
const problem_description *problem_find(const char *name);

/* Builds the game of one specification (lerp_specs_parse). start: NULL for the game's own, a name of
 * problem_starts(), or n components "v1,v2,...". LERP_UNKNOWN with a suggestion, LERP_INVALID,
 * LERP_MEMORY. */
lerp_status problem_new(const lerp_spec *spec, const char *start, uint64_t seed, problem_instance **instance,
                        lerp_error *error);
void problem_free(problem_instance *instance);

/* The specification with the parameters that were given, in the table's order, values in shortest form:
 * "quadratic:n=256:rho=-0.3". At most `size` bytes including the final 0. */
void problem_format(const problem_instance *instance, char *text, size_t size);

/* A point of a game in the plane, for its solution. LERP_MEMORY. */
lerp_status problem_set_point(double *point[LERP_PARTS], double x, double y, lerp_error *error);

/* Names of the formulas for z_0, ended by NULL: sin, cos, alt, ones, sq, zero. */
const char *const *problem_starts(void);

#endif

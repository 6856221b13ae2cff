/* SPDX-License-Identifier: MIT */
/* The catalogue of games: a table of families, and instances built from parameter values. */
#ifndef LERP_PROBLEMS_H
#define LERP_PROBLEMS_H

#include <math.h>
#include <stdio.h>

#include <lerp/lerp.h>

typedef struct problem_instance {
  const lerp_problem_family *family;
  double value[LERP_PARAMETERS_MAX]; /* in the order of problem_parameter */
  char *text[LERP_PARAMETERS_MAX];   /* of text parameters, else NULL */
  bool given[LERP_PARAMETERS_MAX];
  lerp_problem problem;
} problem_instance;

/* The dimension of z = (x, y), both parts of n/2 components. */
#define PROBLEM_N(standard, note)                                                                            \
  {                                                                                                          \
    .name = "n", .meaning = "dimension of z = (x, y), 2d" note, .unit = "", .initial = standard,             \
    .minimum = 2, .maximum = 4e9, .integer = true, .multiple = 2                                             \
  }

/* The precision of a stored matrix. In single precision F is that of the rounded matrix, which families round before
 * they compute anything from it; L and rho are then right to single precision only. */
enum { PROBLEM_F64, PROBLEM_F32 };
#define PROBLEM_STORAGE                                                                                      \
  {                                                                                                          \
    .name = "storage",                                                                                       \
    .meaning = "precision in which a matrix is held; f32: F is that of the rounded matrix, computed "        \
               "in double",                                                                                  \
    .unit = "", .choices = problem_storages                                                                  \
  }
extern const char *const problem_storages[], problem_rounded_note[];
void problem_round(int storage, double *matrix, size_t count);

/* lerp_operator_dense_saddle, lerp_operator_affine and their sparse counterparts in that precision. */
lerp_status problem_dense_saddle(int storage, lerp_operator *op, size_t rows, size_t columns,
                                 const double *matrix, double b, const double *p, const double *q,
                                 lerp_error *error);
lerp_status problem_affine(int storage, lerp_operator *op, const size_t dimension[LERP_PARTS],
                           const double *matrix, const double *q, lerp_error *error);
lerp_status problem_sparse_saddle(int storage, lerp_operator *op, const lerp_sparse *matrix, double b,
                                  const double *p, const double *q, lerp_error *error);
lerp_status problem_sparse_affine(int storage, lerp_operator *op, const size_t dimension[LERP_PARTS],
                                  const lerp_sparse *matrix, const double *q, lerp_error *error);

/* Parameter i of a family: its own, and then those that every problem has; NULL after the last. */
const lerp_parameter *problem_parameter(const lerp_problem_family *family, size_t i);

/* Ended by NULL. */
const lerp_problem_family *const *problem_table(void);

/* Adds a family from elsewhere, whose name is free; it must outlive its use. LERP_INVALID: it is not whole, or has a
 * parameter that every problem has. LERP_MEMORY. */
lerp_status problem_register(const lerp_problem_family *family, lerp_error *error);

/* NULL: there is none. */
const lerp_problem_family *problem_find(const char *name);

/* Builds the game of one specification (lerp_specs_parse). start: NULL for the game's own, a name of
 * problem_starts(), or n components "v1,v2,...". LERP_UNKNOWN with a suggestion, LERP_INVALID,
 * LERP_MEMORY. */
lerp_status problem_new(const lerp_spec *spec, const char *start, uint64_t seed, problem_instance **instance,
                        lerp_error *error);
void problem_free(problem_instance *instance);

/* The specification with the parameters that were given, in the table's order, values in shortest form:
 * "quadratic:n=256:rho=-0.3". At most `size` bytes including the final 0; PROBLEM_TEXT_SIZE has room for the
 * names of files. */
enum { PROBLEM_TEXT_SIZE = 16384 };
void problem_format(const problem_instance *instance, char *text, size_t size);

/* The picture of a point (x, y) of the instance; *picture is empty before. LERP_UNSUPPORTED: its family has none. */
lerp_status problem_picture(const problem_instance *instance, const double *x, const double *y,
                            lerp_picture *picture, lerp_error *error);

/* Writes (x, y) to an open file: in the family's own format or, where it has none, as a line part,index,value for every
 * component. LERP_SYSTEM: a write failed. */
lerp_status problem_save(const problem_instance *instance, const double *x, const double *y, FILE *file,
                         lerp_error *error);

/* A point of a game in the plane, for its solution. LERP_MEMORY. */
lerp_status problem_set_point(double *point[LERP_PARTS], double x, double y, lerp_error *error);

/* The published seeds of the parameter "instance", 1 to PROBLEM_INSTANCES. */
enum { PROBLEM_INSTANCES = 30 };
uint64_t problem_instance_seed(size_t instance);

/* Names of the formulas for z_0, ended by NULL: sin, cos, alt, ones, sq, zero. */
const char *const *problem_starts(void);

#endif

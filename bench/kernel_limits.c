/* SPDX-License-Identifier: MIT */
/* What a team costs, and the loops that find the machine's limits. */
#include "kernel_parameters.h"

static kernel_cost no_cost(const double *value) {
  (void)value;
  return (kernel_cost){0};
}

static void barrier_run(const kernel_share *s) {
  s->team->share(s->team, NULL);
}

static void sum_run(const kernel_share *s) {
  double result;
  s->team->sum(s->team, s->sum, 1, &result, NULL);
}

/* --- Limits of the machine ------------------------------------------------------------------------------ */

static kernel_cost triad_cost(const double *value) {
  (void)value;
  return (kernel_cost){3, 24, 2};
}

static void triad_run(const kernel_share *s) {
  s->loops->triad(s->n, s->memory, s->memory + s->n, s->memory + 2 * s->n);
}

static const char *const read_streams[] = {"1", "2", "4", NULL};
static const lerp_parameter read_parameters[] = {
    {.name = "streams", .meaning = "read side by side", .unit = "", .choices = read_streams},
    KERNEL_LEVEL,
    KERNEL_END};

static kernel_cost read_cost(const double *value) {
  (void)value;
  return (kernel_cost){1, 8, 0};
}

static void read_run(const kernel_share *s) {
  volatile int64_t result = s->loops->read(s->n, (size_t)1 << (size_t)s->value[0], s->memory);
  (void)result;
}

enum { FMA_ROUNDS = 1000 };
static const char *const fma_precisions[] = {"double", "single", NULL};
static const lerp_parameter fma_parameters[] = {
    {.name = "precision", .meaning = "of the numbers", .unit = "", .choices = fma_precisions}, KERNEL_END};

/* Per member: n is 1. */
static kernel_cost fma_cost(const double *value) {
  const loops *l = loops_select();
  return (kernel_cost){.flops = FMA_ROUNDS * (value[0] == 0 ? l->fma_double_flops : l->fma_single_flops)};
}

static void fma_run(const kernel_share *s) {
  volatile double result =
      s->value[0] == 0 ? s->loops->fma_double(FMA_ROUNDS) : s->loops->fma_single(FMA_ROUNDS);
  (void)result;
}

const kernel kernel_barrier = {.name = "barrier",
                               .summary = "the members of a team wait for each other",
                               .sweep = "barrier",
                               .cost = no_cost,
                               .run = barrier_run};
const kernel kernel_sum = {
    .name = "sum", .summary = "a sum over all members", .sweep = "sum", .cost = no_cost, .run = sum_run};
const kernel kernel_region = {
    .name = "region", .summary = "a parallel region that does nothing", .sweep = "region", .cost = no_cost};
const kernel kernel_triad = {.name = "triad",
                             .summary = "a = b + c / 2",
                             .probe = true,
                             .sweep = "triad" KERNEL_LEVELS,
                             .parameters = kernel_only_level,
                             .cost = triad_cost,
                             .run = triad_run};
const kernel kernel_read = {.name = "read",
                            .summary = "numbers in memory are looked at",
                            .probe = true,
                            .sweep = "read:streams=1,4" KERNEL_LEVELS,
                            .parameters = read_parameters,
                            .cost = read_cost,
                            .run = read_run};
const kernel kernel_fma = {.name = "fma",
                           .summary = "multiply-adds in registers",
                           .probe = true,
                           .sweep = "fma:precision=double,single",
                           .parameters = fma_parameters,
                           .cost = fma_cost,
                           .run = fma_run};

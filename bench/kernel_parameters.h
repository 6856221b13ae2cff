/* SPDX-License-Identifier: MIT */
/* What kernels are specified by. */
#ifndef LERP_BENCH_KERNEL_PARAMETERS_H
#define LERP_BENCH_KERNEL_PARAMETERS_H

#include "kernel.h"

#define KERNEL_LEVELS ":level=l1,l2,l3,memory"
#define KERNEL_LEVEL                                                                                         \
  {                                                                                                          \
    .name = "level", .meaning = "where the working set lies", .unit = "", .choices = roof_level_name,        \
    .initial = ROOF_MEMORY                                                                                   \
  }
#define KERNEL_COUNT(key, words, first, low, high)                                                           \
  {                                                                                                          \
    .name = key, .meaning = words, .unit = "", .initial = first, .minimum = low, .maximum = high,            \
    .integer = true                                                                                          \
  }
#define KERNEL_END                                                                                           \
  { .name = NULL }

static const lerp_parameter kernel_only_level[] = {KERNEL_LEVEL, KERNEL_END};

/* Sums whose bits are the same for any team, as the library makes them, or free ones. */
enum { ORDER_FIXED, ORDER_FREE };
static const char *const kernel_orders[] = {"fixed", "free", NULL};
static const lerp_parameter kernel_ordered[] = {
    {.name = "order",
     .meaning = "of the terms: fixed, for the same bits from any team, or free",
     .unit = "",
     .choices = kernel_orders},
    KERNEL_LEVEL,
    KERNEL_END};

#endif

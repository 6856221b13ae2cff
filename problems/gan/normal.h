/* SPDX-License-Identifier: MIT */
/* Standard normal numbers in single precision, many at a time. */
#ifndef LERP_GAN_NORMAL_H
#define LERP_GAN_NORMAL_H

#include <stddef.h>
#include <stdint.h>

/* Number i is a function of (seed, sample, i). */
void gan_normals(uint64_t seed, uint64_t sample, size_t count, float *normal);

#endif

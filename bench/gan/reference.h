/* SPDX-License-Identifier: MIT */
/* How the public code of Pethick, Xie, Cevher 2023 (NeurIPS) trains, where it differs from the formulas:
 *   eg, eg+         each player meets the extrapolated opponent with its own parameters as they were (opponent-eg)
 *   la-eg, la-eg+   the interpolation is lost where it falls on an update: always, but for la-eg+ with an odd tau
 *   la-extra-adam+  its update is as long as its extrapolation
 *   adam and kin    eps is added before the bias correction; extrapolation and update keep moments of their own
 * Not taken over: that the first window of a Lookahead is one iteration shorter than the others. Nothing of it lasts beyond
 * that window, and which iterations make a window is the library's method's, which does not know what trains with it. */
#ifndef LERP_BENCH_GAN_REFERENCE_H
#define LERP_BENCH_GAN_REFERENCE_H

#include <stddef.h>

#include <lerp/spec.h>

/* The specification of what that code does where `method` is asked for. */
void reference_method(const lerp_spec *method, char *text, size_t size);

#endif

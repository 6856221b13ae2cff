/* SPDX-License-Identifier: MIT */
/* Loops over single numbers, compiled for vectors of several widths; which of them runs is chosen when the program
 * starts. No level fuses a multiplication with an addition, so all give the same bits. */
#ifndef LERP_GAN_LEVELS_H
#define LERP_GAN_LEVELS_H

/* A thread sanitizer cannot run yet when the choice is made. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GAN_LEVELS_UNSAFE
#endif
#elif defined(__SANITIZE_THREAD__)
#define GAN_LEVELS_UNSAFE
#endif

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(GAN_LEVELS_UNSAFE)
#define GAN_LEVELS __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define GAN_LEVELS
#endif

#endif

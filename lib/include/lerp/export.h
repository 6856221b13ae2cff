/* SPDX-License-Identifier: MIT */
#ifndef LERP_EXPORT_H
#define LERP_EXPORT_H

/* Every public symbol carries LERP_API; everything else in the library is hidden. */
#if defined(__GNUC__)
#define LERP_API __attribute__((visibility("default")))
#else
#define LERP_API
#endif

#ifdef __cplusplus
#define LERP_BEGIN_DECLS extern "C" {
#define LERP_END_DECLS }
#else
#define LERP_BEGIN_DECLS
#define LERP_END_DECLS
#endif

#endif

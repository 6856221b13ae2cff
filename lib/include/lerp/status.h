/* SPDX-License-Identifier: MIT */
#ifndef LERP_STATUS_H
#define LERP_STATUS_H

#include <stddef.h>

#include <lerp/export.h>

LERP_BEGIN_DECLS

/* Error contract of the whole library. A function that can fail returns a lerp_status; LERP_OK is 0.
 * The library never prints, exits, aborts or installs signal handlers. A function that takes a
 * `lerp_error *` writes the reason there (NULL: not wanted). On failure, outputs are untouched unless a
 * function says otherwise. How a solve ended is not an error: that is lerp_outcome. */

/* X(identifier, name, meaning) */
#define LERP_STATUS_LIST(X)                                                                                  \
  X(OK, "ok", "success")                                                                                     \
  X(INVALID, "invalid", "an argument is outside its allowed values")                                         \
  X(SYNTAX, "syntax", "a specification could not be parsed")                                                 \
  X(UNKNOWN, "unknown", "no method, problem, parameter or choice has this name")                             \
  X(UNSUPPORTED, "unsupported", "this build or this problem cannot do it")                                   \
  X(MEMORY, "memory", "out of memory, or a size that overflows")                                             \
  X(CALLBACK, "callback", "a callback of the caller reported failure")                                       \
  X(SYSTEM, "system", "the operating system refused (topology, binding, region)")

/* X(identifier, name, meaning): how a solve ended */
#define LERP_OUTCOME_LIST(X)                                                                                 \
  X(CONVERGED, "converged", "the residual met the tolerance")                                                \
  X(MAX_ITERATIONS, "max_iterations", "the limit on outer iterations was reached")                           \
  X(MAX_EVALUATIONS, "max_evaluations", "the limit on evaluations of F was reached")                         \
  X(MAX_TIME, "max_time", "the time limit was reached")                                                      \
  X(DIVERGED, "diverged", "the iterate is non-finite or its norm exceeds 1e12")                              \
  X(STALLED, "stalled", "iterate and method state no longer change")                                         \
  X(INTERRUPTED, "interrupted", "the caller asked to stop")

typedef enum lerp_status {
#define X(identifier, name, meaning) LERP_##identifier,
  LERP_STATUS_LIST(X)
#undef X
} lerp_status;

typedef enum lerp_outcome {
#define X(identifier, name, meaning) LERP_##identifier,
  LERP_OUTCOME_LIST(X)
#undef X
} lerp_outcome;

/* Where and why a call failed. `position`: 0-based byte in the text that was parsed, or SIZE_MAX. */
typedef struct lerp_error {
  lerp_status status;
  size_t position;
  char message[320];
} lerp_error;

/* Static strings, never NULL; "?" for a value outside the enum. */
LERP_API const char *lerp_status_name(lerp_status status);
LERP_API const char *lerp_status_meaning(lerp_status status);
LERP_API const char *lerp_outcome_name(lerp_outcome outcome);
LERP_API const char *lerp_outcome_meaning(lerp_outcome outcome);

/* Fills *error (may be NULL) from a printf format and returns `status`, so that a failing function can
 * `return lerp_fail(error, LERP_INVALID, position, "...")`. Thread-safe. */
LERP_API lerp_status lerp_fail(lerp_error *error, lerp_status status, size_t position, const char *format,
                               ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 4, 5)))
#endif
    ;

LERP_END_DECLS

#endif

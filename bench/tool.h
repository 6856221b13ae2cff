/* SPDX-License-Identifier: MIT */
/* What the command-line tools share: exit codes, errors, interrupts, version, methods from specifications. */
#ifndef LERP_TOOL_H
#define LERP_TOOL_H

#include <stdbool.h>
#include <stdio.h>

#include <lerp/lerp.h>

enum {
  TOOL_DONE = 0,          /* converged, no regression */
  TOOL_NOT_CONVERGED = 1, /* not converged, or a regression */
  TOOL_BAD_INPUT = 2,     /* usage, bad input, a failed write */
  TOOL_SOME_FAILED = 3,   /* some runs failed or went missing */
  TOOL_INTERRUPTED = 130
};

/* Nonzero after SIGINT or SIGTERM; the second signal ends the process at once with 130. */
extern volatile int tool_interrupted;
void tool_catch_interrupts(void);

/* Prints "PROGRAM: error: ..." to standard error and exits with `code`. */
_Noreturn void tool_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints "PROGRAM: warning: ..." (or "note") to standard error. */
void tool_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* tool_fail(TOOL_BAD_INPUT) with the error's message; where it has a position, `text` is shown with a caret
 * below the place. */
_Noreturn void tool_fail_input(const char *text, const lerp_error *error);

/* Standard error is a terminal that can show a line that rewrites itself. */
bool tool_has_terminal(void);

/* A write beyond the limit of a file's size (ulimit -f) fails from now on, as on a full disk, and does not end the process. */
void tool_outlive_limits(void);

/* Flushes and checks standard output; ends the process with TOOL_BAD_INPUT when a write failed (a full disk).
 * Call before exit, or hand it to atexit, which covers --help and --version too. */
void tool_close_stdout(void);

/* The text of --version: version, commit, compiler, flags, ISA, library versions. */
void tool_print_version(FILE *stream, const char *program);
const char *tool_commit(void);   /* of the source tree at build time, "+" appended when it was modified */
const char *tool_compiler(void); /* name, version and flags */

/* FNV-1a of bytes, going on from the hash of those before them. */
#define TOOL_HASH_START UINT64_C(0xcbf29ce484222325)
uint64_t tool_hash(uint64_t hash, const void *bytes, size_t length);

/* 16 hexadecimal digits: the hash of the bytes of the x and then the y where a solve ended. */
void tool_hash_iterate(const lerp_solver *solver, const lerp_problem *problem, char text[17]);

/* The integer that an option was given, written as such or like 1e6 (at most 2^53), or tool_fail. */
uint64_t tool_read_count(const char *option, const char *text, uint64_t minimum, uint64_t maximum);
/* The number that an option was given, in [minimum, maximum], or tool_fail: `allowed`, like "a number above 0". */
double tool_read_number(const char *option, const char *text, double minimum, double maximum,
                        const char *allowed);

/* Exactly one specification, or tool_fail_input. Free with lerp_specs_free(spec, 1). */
lerp_spec *tool_one_spec(const char *text);

/* All methods: those of the library and then those that were added; NULL after the last. */
const lerp_method *tool_method_at(size_t i);
/* Adds a method from elsewhere, whose name is free; it must outlive its use. LERP_INVALID: it is not whole. */
lerp_status tool_add_method(const lerp_method *method, lerp_error *error);
/* What was added, ended by NULL, as lerp_method_new takes it; NULL: nothing. */
const lerp_method *const *tool_added_methods(void);

/* The method of a specification, parameters set but not completed; false with *error filled. */
bool tool_method_new(const lerp_spec *spec, lerp_method_instance **method, lerp_error *error);

/* The method of a specification for a problem, "auto" included: lerp_method_for with the methods that were added, and
 * predictions for a relative tolerance. */
lerp_status tool_method_for(const lerp_spec *spec, const lerp_problem *problem, double tolerance,
                            lerp_method_instance **method, char reason[LERP_REASON_SIZE], lerp_error *error);

/* Calls `visit` for every parameter of a method and of its bases, with the key that sets it: "gamma", or
 * "base-gamma" where an outer Lookahead has a "gamma" too. */
typedef void (*tool_visit)(void *self, const char *key, const lerp_parameter *parameter, double value,
                           bool given);
void tool_each_parameter(const lerp_method_instance *method, tool_visit visit, void *self);

/* A value as a specification has it: the name of a choice, or a number in its shortest form. */
void tool_format_value(const lerp_parameter *parameter, double value, char *text, size_t size);

/* "rapp:inner=4:lambda=0.5": the given parameters of a method (and its bases), shortest values. */
void tool_format_method(const lerp_method_instance *method, char *text, size_t size);

/* The threads that are worth it when the user names none: from the work of one iteration and the measured
 * crossover, at most `available`. OMP_NUM_THREADS set by the user goes before. */
int tool_choose_threads(const lerp_problem *problem, int available);

/* "compact", or "none" when the user's OMP_PLACES, OMP_PROC_BIND or GOMP_CPU_AFFINITY already place
 * threads (then *respected names the variable). */
const char *tool_default_pinning(const char **respected);

#endif

/* SPDX-License-Identifier: MIT */
/* What the command-line tools share. Built with build.h (the commit, from build.h.in) and TOOL_FLAGS. */
#include "tool.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gnu/libc-version.h>
#include <jansson.h>
#include <sqlite3.h>

#include "build.h"
#include "memory.h"

volatile int tool_interrupted;

static void on_interrupt(int signal_number) {
  (void)signal_number;
  if (tool_interrupted != 0) {
    _exit(TOOL_INTERRUPTED);
  }
  tool_interrupted = 1;
}

/* The handler has a stack of its own: kernels that oneDNN generates keep values below the stack pointer, farther than the
 * system leaves alone when it puts a handler's frame there. The system prefers the first thread, which calls this. */
void tool_catch_interrupts(void) {
  static char room[65536];
  const stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

static void complain(const char *kind, const char *format, va_list arguments) {
  fprintf(stderr, "%s: %s: ", program_invocation_short_name, kind);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
}

void tool_fail(int code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  complain("error", format, arguments);
  va_end(arguments);
  exit(code);
}

void tool_warn(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  complain("warning", format, arguments);
  va_end(arguments);
}

void tool_fail_input(const char *text, const lerp_error *error) {
  if (error->position == SIZE_MAX) {
    tool_fail(TOOL_BAD_INPUT, "%s", error->message);
  }
  tool_fail(TOOL_BAD_INPUT, "%s\n  %s\n  %*s", error->message, text, (int)error->position + 1, "^");
}

bool tool_has_terminal(void) {
  const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
  bool plain = term == NULL || strcmp(term, "dumb") == 0 || (no_color != NULL && *no_color != '\0');
  return !plain && isatty(STDERR_FILENO);
}

void tool_outlive_limits(void) {
  signal(SIGXFSZ, SIG_IGN);
}

void tool_close_stdout(void) {
  if (fflush(stdout) != 0 || ferror(stdout)) {
    fprintf(stderr, "%s: error: standard output could not be written: %s\n", program_invocation_short_name,
            strerror(errno));
    _exit(TOOL_BAD_INPUT);
  }
}

const char *tool_commit(void) {
  return TOOL_COMMIT;
}

const char *tool_compiler(void) {
#ifdef __clang__
  return "clang " __clang_version__ " " TOOL_FLAGS;
#else
  return "gcc " __VERSION__ " " TOOL_FLAGS;
#endif
}

uint64_t tool_hash(uint64_t hash, const void *bytes, size_t length) {
  for (const unsigned char *byte = bytes; length > 0; byte++, length--) {
    hash = (hash ^ *byte) * UINT64_C(0x100000001b3);
  }
  return hash;
}

void tool_hash_iterate(const lerp_solver *solver, const lerp_problem *problem, char text[17]) {
  uint64_t hash = TOOL_HASH_START;
  for (int part = 0; part < LERP_PARTS; part++) {
    hash = tool_hash(hash, lerp_solver_part_view(solver, part), problem->op.dimension[part] * sizeof(double));
  }
  snprintf(text, 17, "%016llx", (unsigned long long)hash);
}

void tool_print_version(FILE *stream, const char *program) {
  unsigned has = lerp_capabilities();
  fprintf(stream, "%s %s\n", program, lerp_version());
  fprintf(stream, "commit     %s\n", tool_commit());
  fprintf(stream, "compiler   %s\n", tool_compiler());
  fprintf(stream, "ISA        %s\n", lerp_isa());
  fprintf(stream, "library    OpenMP %s, hwloc %s, LAPACK %s, ARPACK %s\n",
          has & LERP_HAS_OPENMP ? "yes" : "no", has & LERP_HAS_HWLOC ? "yes" : "no",
          has & LERP_HAS_LAPACK ? "yes" : "no", has & LERP_HAS_ARPACK ? "yes" : "no");
  fprintf(stream, "with       glibc %s, jansson %s, SQLite %s\n", gnu_get_libc_version(),
          jansson_version_str(), sqlite3_libversion());
}

uint64_t tool_read_count(const char *option, const char *text, uint64_t minimum, uint64_t maximum) {
  double value;
  if (!lerp_read_number(text, &value) || value != floor(value) || value < (double)minimum ||
      value > (double)maximum) {
    tool_fail(TOOL_BAD_INPUT, "--%s '%s': an integer from %llu to %llu is allowed", option, text,
              (unsigned long long)minimum, (unsigned long long)maximum);
  }
  return (uint64_t)value;
}

double tool_read_number(const char *option, const char *text, double minimum, double maximum,
                        const char *allowed) {
  double value;
  if (!lerp_read_number(text, &value) || !(value >= minimum && value <= maximum)) {
    tool_fail(TOOL_BAD_INPUT, "--%s '%s': %s is allowed", option, text, allowed);
  }
  return value;
}

lerp_spec *tool_one_spec(const char *text) {
  lerp_spec *specs;
  size_t count;
  lerp_error error;
  if (lerp_specs_parse(text, &specs, &count, &error) != LERP_OK) {
    tool_fail_input(text, &error);
  }
  if (count != 1) {
    tool_fail(TOOL_BAD_INPUT,
              "'%s' is a list of %zu: exactly one is allowed here; lerp-bench multiplies lists", text, count);
  }
  return specs;
}

static const lerp_method **added; /* ended by NULL; NULL: none */
static size_t added_count;

const lerp_method *tool_method_at(size_t i) {
  for (const lerp_method *const *own = lerp_methods(); *own != NULL; own++) {
    if (i-- == 0) {
      return *own;
    }
  }
  return i < added_count ? added[i] : NULL;
}

lerp_status tool_add_method(const lerp_method *method, lerp_error *error) {
  lerp_status status = lerp_method_check(method, error);
  if (status == LERP_OK) {
    added = memory_resize(added, added_count + 2, sizeof *added);
    added[added_count++] = method;
    added[added_count] = NULL;
  }
  return status;
}

const lerp_method *const *tool_added_methods(void) {
  return added;
}

bool tool_method_new(const lerp_spec *spec, lerp_method_instance **method, lerp_error *error) {
  lerp_method_instance *made;
  if (lerp_method_new(spec->name, added, &made, error) != LERP_OK) {
    return false;
  }
  for (size_t i = 0; i < spec->count; i++) {
    if (lerp_method_set(made, spec->key[i], spec->value[i], error) != LERP_OK) {
      lerp_method_free(made);
      return false;
    }
  }
  *method = made;
  return true;
}

lerp_status tool_method_for(const lerp_spec *spec, const lerp_problem *problem, double tolerance,
                            lerp_method_instance **method, char reason[LERP_REASON_SIZE], lerp_error *error) {
  lerp_certify_options options = lerp_certify_options_default();
  options.relative_tolerance = tolerance;
  options.more = tool_added_methods();
  return lerp_method_for(spec, problem, &options, method, reason, error);
}

static bool has_parameter(const lerp_method_instance *instance, const char *name) {
  const lerp_parameter *p = instance->method->parameters;
  while (p != NULL && p->name != NULL && strcmp(p->name, name) != 0) {
    p++;
  }
  return p != NULL && p->name != NULL;
}

/* The key by which `name` of `inner`, a base within `outer`, is set. */
static void format_key(const lerp_method_instance *outer, const lerp_method_instance *inner, const char *name,
                       char *key, size_t size) {
  bool hidden = false;
  size_t used = 0;
  for (const lerp_method_instance *level = outer; level != inner; level = level->base) {
    hidden = hidden || has_parameter(level, name);
  }
  for (const lerp_method_instance *level = outer; hidden && level != inner && used < size;
       level = level->base) {
    used += (size_t)snprintf(key + used, size - used, "base-");
  }
  snprintf(key + used, used < size ? size - used : 0, "%s", name);
}

void tool_each_parameter(const lerp_method_instance *method, tool_visit visit, void *self) {
  for (const lerp_method_instance *inner = method; inner != NULL; inner = inner->base) {
    const lerp_parameter *parameters = inner->method->parameters;
    for (size_t i = 0; parameters != NULL && parameters[i].name != NULL; i++) {
      char key[128];
      format_key(method, inner, parameters[i].name, key, sizeof key);
      visit(self, key, &parameters[i], inner->value[i], inner->given[i]);
    }
  }
}

void tool_format_value(const lerp_parameter *parameter, double value, char *text, size_t size) {
  if (parameter->choices != NULL && value >= 0) {
    snprintf(text, size, "%s", parameter->choices[(size_t)value]);
  } else {
    lerp_format_number(value, text, size);
  }
}

/* A text of bounded size that grows at its end. */
typedef struct bounded_text {
  char *text;
  size_t size;
} bounded_text;

static void append_given(void *self, const char *key, const lerp_parameter *parameter, double value,
                         bool given) {
  bounded_text *to = self;
  if (given) {
    char number[64];
    tool_format_value(parameter, value, number, sizeof number);
    size_t used = strlen(to->text);
    snprintf(to->text + used, to->size - used, ":%s=%s", key, number);
  }
}

void tool_format_method(const lerp_method_instance *method, char *text, size_t size) {
  bounded_text to = {.text = text, .size = size};
  snprintf(text, size, "%s", method->name);
  tool_each_parameter(method, append_given, &to);
}

/* Where a second thread begins to win, as measured: vectors of this many components, or an evaluation that
 * reads this many bytes (a dense matrix of 256 rows). */
enum { CROSSOVER_DIMENSION = 10000, CROSSOVER_BYTES = 256 * 256 * 8 };

int tool_choose_threads(const lerp_problem *problem, int available) {
  if (!(lerp_capabilities() & LERP_HAS_OPENMP)) {
    return 1;
  }
  const char *wish = getenv("OMP_NUM_THREADS");
  long wished = wish == NULL ? 0 : strtol(wish, NULL, 10);
  if (wished > 0) {
    return wished < available ? (int)wished : available;
  }
  const lerp_operator *op = &problem->op;
  bool large = op->dimension[0] + op->dimension[1] >= CROSSOVER_DIMENSION || op->bytes >= CROSSOVER_BYTES;
  return large ? available : 1;
}

const char *tool_default_pinning(const char **respected) {
  static const char *const variables[] = {"OMP_PLACES", "OMP_PROC_BIND", "GOMP_CPU_AFFINITY"};
  for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
    if (getenv(variables[i]) != NULL) {
      *respected = variables[i];
      return "none";
    }
  }
  *respected = NULL;
  return lerp_capabilities() & LERP_HAS_HWLOC ? "compact" : "none";
}

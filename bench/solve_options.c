/* SPDX-License-Identifier: MIT */
/* The command line of lerp-solve. */
#include <argp.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plugin.h"
#include "solve.h"

enum {
  OPTION_TOL = 1000,
  OPTION_ATOL,
  OPTION_MAX_EVALS,
  OPTION_MAX_ITERATIONS,
  OPTION_MAX_TIME,
  OPTION_CHECK_EVERY,
  OPTION_RESIDUAL_STEP,
  OPTION_THREADS,
  OPTION_PIN,
  OPTION_SEED,
  OPTION_START,
  OPTION_MATRIX,
  OPTION_TRACE,
  OPTION_PLOT,
  OPTION_OBSERVE,
  OPTION_SAVE,
  OPTION_JSON,
  OPTION_PRINT_Z,
  OPTION_PLUGIN,
  OPTION_LIST,
  OPTION_DESCRIBE,
  OPTION_CERTIFY,
  OPTION_RADIUS
};

static const struct argp_option option_table[] = {
    {NULL, 0, NULL, 0, "When to stop:", 1},
    {"tol", OPTION_TOL, "R", 0,
     "stop when the residual is at most A + R times the initial one (default 1e-8)", 1},
    {"atol", OPTION_ATOL, "A", 0, "stop when the residual is at most A + R times the initial one (default 0)",
     1},
    {"max-evals", OPTION_MAX_EVALS, "N", 0, "evaluations of F (default 1e7 when no limit is given)", 1},
    {"max-iterations", OPTION_MAX_ITERATIONS, "N", 0, "outer iterations (default: no limit)", 1},
    {"max-time", OPTION_MAX_TIME, "S", 0, "seconds (default: no limit)", 1},
    {"check-every", OPTION_CHECK_EVERY, "N", 0, "iterations between two checks of the residual (default 1)",
     1},
    {"residual-step", OPTION_RESIDUAL_STEP, "G", 0,
     "gamma_0 of the residual (default 1/L, or 1 when L is unknown)", 1},
    {NULL, 0, NULL, 0, "What it solves, where it starts and runs:", 2},
    {"start", OPTION_START, "Z", 0,
     "sin, cos, alt, ones, sq, zero, or components v1,v2,... (default: the problem's)", 2},
    {"seed", OPTION_SEED, "S", 0, "of random problems and methods (default 0)", 2},
    {"threads", OPTION_THREADS, "N", 0,
     "exactly N threads (default: one per core for large problems, else 1; OMP_NUM_THREADS is respected)", 2},
    {"pin", OPTION_PIN, "POLICY", 0,
     "compact, scatter, none, or CPUs like 0,2,4-7 (default compact; none when OMP_PLACES, OMP_PROC_BIND or "
     "GOMP_CPU_AFFINITY is set)",
     2},
    {"matrix", OPTION_MATRIX, "FILE.mtx", 0,
     "in the place of PROBLEM: a Matrix Market file of any name, as the problem 'matrix' (see --describe "
     "matrix), whose "
     "parameters may follow behind the first '.mtx:'",
     2},
    {"plugin", OPTION_PLUGIN, "./FILE.so", 0, PLUGIN_OPTION_TEXT, 2},
    {NULL, 0, NULL, 0, "What it shows:", 3},
    {"json", OPTION_JSON, NULL, 0, "one JSON object on one line", 3},
    {"print-z", OPTION_PRINT_Z, NULL, 0, "the final z (always shown when n <= 16)", 3},
    {"trace", OPTION_TRACE, "FILE.csv", 0, "write the residual along the run", 3},
    {"plot", OPTION_PLOT, "FILE.svg", 0, "draw the residual and, for n = 2, the trajectory (needs gnuplot)",
     3},
    {"observe", OPTION_OBSERVE, "LIST", 0,
     "of gap (the duality gap, on bounded sets), average (the mean of the checked iterates) and distance (to "
     "the "
     "known solution): shown at the end, in traces and plots; never counted as the method's",
     3},
    {"save", OPTION_SAVE, "FILE", 0,
     "write the solution in the problem's own format (tv: PNG), or as lines part,index,value", 3},
    {NULL, 0, NULL, 0, "Instead of solving:", 4},
    {"list", OPTION_LIST, "WHAT", 0, "problems, methods or resolvents", 4},
    {"describe", OPTION_DESCRIBE, "NAME", 0, "parameters, defaults and theory of a method or problem", 4},
    {"certify", OPTION_CERTIFY, NULL, 0,
     "L and rho of PROBLEM, and for every method what is proved, the steps to use and the evaluations to "
     "--tol",
     4},
    {"radius", OPTION_RADIUS, "R", 0,
     "of the ball around the start where --certify samples an unbounded nonlinear problem (default 1)", 4},
    {NULL, 0, NULL, 0, "General:", -1},
    {0}};

static const char summary[] =
    "Solves one problem with one method and shows the result."
    "\v"
    "PROBLEM and METHOD are specifications: a name, then :key=value for each parameter.\n\n"
    "Examples:\n"
    "  lerp-solve quadratic:rho=-0.3 rapp\n"
    "  lerp-solve quadratic:n=1e6 eg+:gamma=0.5 --threads 4 --tol 1e-6\n"
    "  lerp-solve polar:a=1 wrapp --start 1,0.5 --plot polar.svg\n"
    "  lerp-solve nemirovski2 eg --observe gap,average --trace gap.csv\n"
    "  lerp-solve tv:image=photo.png:lambda=0.05:sigma=0 fbf --tol 1e-4 --save denoised.png\n"
    "  lerp-solve --describe la-eg+\n"
    "  lerp-solve --matrix M.mtx:kind=affine:rhs=q.mtx eg\n"
    "  lerp-solve --certify mixed:rho=-0.3 --tol 1e-6\n"
    "  lerp-solve --plugin ./mygame.so mygame eg+:gamma=0.1\n\n"
    "Exit status: 0 converged, 1 not converged or declared facts refuted, 2 bad input or a failed write, 130 "
    "interrupted.";

static double read_number(const char *option, const char *text) {
  return tool_read_number(option, text, 0, DBL_MAX, "a number of at least 0");
}

static double read_positive(const char *option, const char *text) {
  return tool_read_number(option, text, DBL_TRUE_MIN, DBL_MAX, "a number above 0");
}

static const uint64_t count_max = UINT64_C(1) << 53;

static void set_argument(solve_options *o, const char *text) {
  if (o->problem == NULL) {
    o->problem = text;
  } else if (o->method == NULL) {
    o->method = text;
  } else {
    tool_fail(TOOL_BAD_INPUT, "'%s': only one PROBLEM and one METHOD are allowed; lerp-bench runs many",
              text);
  }
}

/* --matrix stands in the place of PROBLEM. */
static void take_matrix(solve_options *o) {
  if (o->method != NULL) {
    tool_fail(TOOL_BAD_INPUT, "'%s': with --matrix only METHOD is allowed besides", o->method);
  }
  o->method = o->problem;
  o->problem = o->matrix;
}

static void check_arguments(const solve_options *o) {
  bool instead = o->list != NULL || o->describe != NULL;
  if (instead && o->problem != NULL) {
    tool_fail(TOOL_BAD_INPUT, "'%s': --list and --describe solve nothing and take no PROBLEM", o->problem);
  }
  if (o->list != NULL && o->describe != NULL) {
    tool_fail(TOOL_BAD_INPUT, "--list and --describe exclude each other");
  }
  if (o->certify && (instead || o->method != NULL)) {
    tool_fail(TOOL_BAD_INPUT, "--certify takes a PROBLEM and no %s",
              o->method != NULL ? "METHOD" : "--list or --describe");
  }
  if (o->certify && o->problem == NULL) {
    tool_fail(TOOL_BAD_INPUT, "PROBLEM is missing: lerp-solve --certify PROBLEM");
  }
  if (!instead && !o->certify && o->method == NULL) {
    tool_fail(TOOL_BAD_INPUT, "%s is missing: lerp-solve PROBLEM METHOD (--help says more)",
              o->problem == NULL ? "PROBLEM" : "METHOD");
  }
}

static error_t parse_option(int key, char *text, struct argp_state *state) {
  solve_options *o = state->input;
  lerp_settings *s = &o->settings;
  switch (key) {
  case OPTION_TOL:
    s->relative_tolerance = read_number("tol", text);
    break;
  case OPTION_ATOL:
    s->absolute_tolerance = read_number("atol", text);
    break;
  case OPTION_MAX_EVALS:
    s->max_evaluations = tool_read_count("max-evals", text, 1, count_max);
    break;
  case OPTION_MAX_ITERATIONS:
    s->max_iterations = tool_read_count("max-iterations", text, 1, count_max);
    break;
  case OPTION_MAX_TIME:
    s->max_seconds = read_positive("max-time", text);
    break;
  case OPTION_CHECK_EVERY:
    s->check_every = tool_read_count("check-every", text, 1, count_max);
    break;
  case OPTION_RESIDUAL_STEP:
    s->residual_step = read_positive("residual-step", text);
    break;
  case OPTION_THREADS:
    o->threads = (int)tool_read_count("threads", text, 1, 65536);
    break;
  case OPTION_PIN:
    o->pin = text;
    break;
  case OPTION_SEED:
    o->seed = tool_read_count("seed", text, 0, count_max);
    break;
  case OPTION_START:
    o->start = text;
    break;
  case OPTION_MATRIX:
    o->matrix = text;
    break;
  case OPTION_TRACE:
    o->trace = text;
    break;
  case OPTION_PLOT:
    o->plot = text;
    break;
  case OPTION_OBSERVE:
    o->observe |= solve_observe_parse(text);
    break;
  case OPTION_SAVE:
    o->save = text;
    break;
  case OPTION_JSON:
    o->json = true;
    break;
  case OPTION_PRINT_Z:
    o->print_z = true;
    break;
  case OPTION_PLUGIN:
    plugin_load(text);
    break;
  case OPTION_LIST:
    o->list = text;
    break;
  case OPTION_DESCRIBE:
    o->describe = text;
    break;
  case OPTION_CERTIFY:
    o->certify = true;
    break;
  case OPTION_RADIUS:
    o->radius = read_positive("radius", text);
    break;
  case ARGP_KEY_ARG:
    set_argument(o, text);
    break;
  case ARGP_KEY_END:
    if (o->matrix != NULL) {
      take_matrix(o);
    }
    check_arguments(o);
    break;
  default:
    return ARGP_ERR_UNKNOWN;
  }
  return 0;
}

static void print_version(FILE *stream, struct argp_state *state) {
  (void)state;
  tool_print_version(stream, "lerp-solve");
}

solve_options solve_options_parse(int argc, char **argv) {
  static const struct argp parser = {
      .options = option_table,
      .parser = parse_option,
      .args_doc =
          "PROBLEM METHOD\n--matrix FILE.mtx METHOD\n--certify PROBLEM\n--list problems|methods|resolvents\n"
          "--describe NAME",
      .doc = summary};
  solve_options o = {.settings = lerp_settings_default(), .radius = 1};
  uint64_t default_evaluations = o.settings.max_evaluations;
  o.settings.max_evaluations = UINT64_MAX;
  argp_program_version_hook = print_version;
  argp_err_exit_status = TOOL_BAD_INPUT;
  argp_parse(&parser, argc, argv, 0, NULL, &o);
  bool limited = o.settings.max_evaluations != UINT64_MAX || o.settings.max_iterations != UINT64_MAX ||
                 isfinite(o.settings.max_seconds);
  if (!limited) {
    o.settings.max_evaluations = default_evaluations;
  }
  return o;
}

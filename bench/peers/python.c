/* SPDX-License-Identifier: MIT */
/* Packages of the system's Python, each in a process of its own that stays from one run to the next: one for every
 * number of threads, for these are read once. Requests and answers are lines; see peer_serve.py. */
#include "game.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PYTHON "/usr/bin/python3"

enum { PROCESSES_MAX = 16, LINE = 512 };

typedef struct process {
  int threads;
  pid_t pid;
  FILE *to, *from;
  char version[LINE];
  char refusal[LINE]; /* "": it runs */
} process;

static process processes[PROCESSES_MAX];
static size_t process_count;

typedef struct python_run {
  peer_task task;
  process *with;
} python_run;

/* --- Processes ----------------------------------------------------------------------------------------- */

static void end_processes(void) {
  for (size_t i = 0; i < process_count; i++) {
    if (processes[i].pid > 0) {
      fclose(processes[i].to); /* the end of its input */
      fclose(processes[i].from);
      waitpid(processes[i].pid, NULL, 0);
    }
  }
}

/* The script beside this shared object. */
static void find_script(char *path, size_t size) {
  Dl_info here = {0};
  dladdr(processes, &here);
  const char *file = here.dli_fname != NULL ? here.dli_fname : "";
  const char *slash = strrchr(file, '/');
  snprintf(path, size, "%.*s%s", slash != NULL ? (int)(slash - file + 1) : 0, file, "peer_" PEER_NAME ".py");
}

/* In the child: on the task's CPUs, with so many threads. */
_Noreturn static void become(const peer_task *task, int in, int out) {
  char script[PATH_MAX], threads[16];
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  for (int i = 0; task->pinning != NULL && i < task->threads; i++) {
    if (lerp_pinning_cpu(task->pinning, i) >= 0) {
      CPU_SET(lerp_pinning_cpu(task->pinning, i), &cpus);
    }
  }
  if (CPU_COUNT(&cpus) > 0) {
    sched_setaffinity(0, sizeof cpus, &cpus);
  }
  find_script(script, sizeof script);
  snprintf(threads, sizeof threads, "%d", task->threads);
  setenv("OMP_NUM_THREADS", threads, 1);
  setenv("OPENBLAS_NUM_THREADS", threads, 1);
  unsetenv("OMP_PROC_BIND"); /* PyTorch would see one CPU */
  unsetenv("OMP_PLACES");
  signal(SIGINT, SIG_IGN); /* an interrupt is for the program that asks */
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  for (int i = STDERR_FILENO + 1; i < 1024; i++) {
    close(i);
  }
  execl(PYTHON, PYTHON, script, threads, (char *)NULL);
  _exit(127);
}

static bool read_line(process *self, char *line) {
  if (fgets(line, LINE, self->from) == NULL) {
    return false;
  }
  line[strcspn(line, "\n")] = '\0';
  return true;
}

/* Its first line is "ready VERSION", or what it lacks. */
static void greet(process *self) {
  char line[LINE];
  if (!read_line(self, line)) {
    snprintf(self->refusal, sizeof self->refusal, PYTHON " does not run peer_" PEER_NAME ".py");
  } else if (strncmp(line, "ready ", 6) != 0) {
    snprintf(self->refusal, sizeof self->refusal, "%s", line);
  } else {
    snprintf(self->version, sizeof self->version, "%s", line + 6);
  }
}

static lerp_status start(process *self, const peer_task *task, lerp_error *error) {
  int in[2], out[2];
  /* what other peers start must not keep these open, or Python would never see the end of its input */
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
    return lerp_fail(error, LERP_SYSTEM, SIZE_MAX, "a pipe: %s", strerror(errno));
  }
  fflush(NULL);
  *self = (process){.threads = task->threads, .pid = fork()};
  if (self->pid == 0) {
    become(task, in[0], out[1]);
  }
  close(in[0]);
  close(out[1]);
  self->to = fdopen(in[1], "w");
  self->from = fdopen(out[0], "r");
  if (self->pid < 0 || self->to == NULL || self->from == NULL) {
    return lerp_fail(error, LERP_SYSTEM, SIZE_MAX, "a process: %s", strerror(errno));
  }
  greet(self);
  return LERP_OK;
}

static lerp_status find_process(const peer_task *task, process **found, lerp_error *error) {
  size_t i = 0;
  while (i < process_count && processes[i].threads != task->threads) {
    i++;
  }
  if (i == PROCESSES_MAX) {
    return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX, "too many numbers of threads");
  }
  if (i == process_count) {
    lerp_status status = start(&processes[i], task, error);
    if (status != LERP_OK) {
      return status;
    }
    if (process_count++ == 0) {
      atexit(end_processes);
    }
  }
  *found = &processes[i];
  return processes[i].refusal[0] == '\0'
             ? LERP_OK
             : lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX, "%s", processes[i].refusal);
}

/* --- Runs ---------------------------------------------------------------------------------------------- */

static const char *version(void) {
  return process_count > 0 ? processes[0].version : PEER_NAME;
}

static bool write_game(const game *of, char *path) {
  const size_t d = of->pairs;
  const int descriptor = mkstemp(path);
  FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
  if (file == NULL) {
    return false;
  }
  const bool written = fwrite(of->matrix, sizeof(double), d * d, file) == d * d &&
                       fwrite(of->constant, sizeof(double), 2 * d, file) == 2 * d &&
                       fwrite(of->start, sizeof(double), 2 * d, file) == 2 * d;
  return fclose(file) == 0 && written;
}

static double value_of(const peer_task *task, const char *key) {
  const double value = lerp_method_value(task->method, key);
  return isnan(value) ? 1 : value;
}

/* Sends a request and reads the answer, which begins with "ok". */
static lerp_status ask(process *self, char *line, lerp_error *error) {
  fflush(self->to);
  if (!read_line(self, line)) {
    return lerp_fail(error, LERP_SYSTEM, SIZE_MAX, "the process of " PEER_NAME " ended");
  }
  return strncmp(line, "ok", 2) == 0 ? LERP_OK : lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX, "%s", line);
}

static lerp_status hand_over(python_run *self, const game *of, lerp_error *error) {
  char path[] = "/tmp/lerp-peer-XXXXXX", line[LINE];
  if (!write_game(of, path)) {
    unlink(path);
    return lerp_fail(error, LERP_SYSTEM, SIZE_MAX, "a file in /tmp: %s", strerror(errno));
  }
  fprintf(self->with->to, "open %s %zu %.17g %.17g %.17g %.17g %g %s\n", self->task.method->name, of->pairs,
          of->b, value_of(&self->task, "gamma"), value_of(&self->task, "alpha"),
          value_of(&self->task, "lambda"), value_of(&self->task, "inner"), path);
  const lerp_status status = ask(self->with, line, error);
  unlink(path);
  return status;
}

/* The matrix of an affine game. */
static lerp_status open_game(python_run *self, lerp_error *error) {
  game *of = NULL;
  lerp_status status = game_new(self->task.problem, GAME_DENSE, &of, error);
  if (status == LERP_OK) {
    status = hand_over(self, of, error);
  }
  game_free(of);
  return status;
}

static lerp_status open_networks(python_run *self, lerp_error *error) {
  const size_t *dimension = self->task.problem->op.dimension;
  char line[LINE];
  fprintf(self->with->to, "train %s %.17g %zu %zu %s\n", self->task.method->name,
          value_of(&self->task, "gamma"), dimension[0], dimension[1], self->task.values);
  return ask(self->with, line, error);
}

static lerp_status begin(const peer_task *task, void **run, lerp_error *error) {
  if (task->problem->resolvent.name != NULL) {
    return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX, "this peer solves unconstrained problems");
  }
  python_run *self = calloc(1, sizeof *self);
  if (self == NULL) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "out of memory");
  }
  self->task = *task;
  lerp_status status = find_process(task, &self->with, error);
  const bool trains = strcmp(task->problem->op.name, "gan") == 0;
  if (status == LERP_OK) {
    status = trains ? open_networks(self, error) : open_game(self, error);
  }
  if (status != LERP_OK) {
    free(self);
    return status;
  }
  *run = self;
  return LERP_OK;
}

static lerp_status solve(void *run, const peer_rule *rule, peer_outcome *outcome, lerp_error *error) {
  python_run *self = run;
  char line[LINE];
  unsigned long long iterations, evaluations;
  int converged;
  *outcome = (peer_outcome){.outcome = LERP_MAX_ITERATIONS};
  fprintf(self->with->to, "run %llu %.17g %llu\n", (unsigned long long)rule->iterations, rule->tolerance,
          (unsigned long long)rule->max_evaluations);
  const lerp_status status = ask(self->with, line, error);
  if (status != LERP_OK) {
    return status;
  }
  if (sscanf(line, "ok %d %llu %llu %lf %lf %lf", &converged, &iterations, &evaluations, &outcome->seconds,
             &outcome->initial_residual, &outcome->residual) != 6) {
    return lerp_fail(error, LERP_SYSTEM, SIZE_MAX, "%s", line);
  }
  outcome->iterations = iterations;
  outcome->evaluations = evaluations;
  if (rule->iterations == 0) {
    outcome->outcome = converged != 0 ? LERP_CONVERGED : LERP_MAX_EVALUATIONS;
  }
  return LERP_OK;
}

static void end(void *run) {
  free(run);
}

static const char *const methods[] = {"gda", "eg", "eg+", "rapp", NULL};
LERP_PEER_EXPORT extern const peer lerp_peer;
const peer lerp_peer = {PEER_NAME, methods, version, begin, solve, end};

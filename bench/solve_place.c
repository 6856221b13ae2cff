/* SPDX-License-Identifier: MIT */
/* Which threads lerp-solve uses, and where they run. */
#include <stdlib.h>
#include <string.h>

#include "solve.h"

/* --threads is obeyed exactly; above the allowed CPUs only without pinning. */
static void check_threads(const solve_run *run, const char *policy, int allowed) {
  if (run->threads <= allowed) {
    return;
  }
  if (strcmp(policy, "none") != 0) {
    tool_fail(TOOL_BAD_INPUT, "--threads %d: this process may use %d CPUs; more threads need --pin none",
              run->threads, allowed);
  }
  tool_warn("%d threads share %d CPUs", run->threads, allowed);
}

/* The pinning of the team. Without --threads a list of CPUs bounds the team too. */
static void pin(solve_run *run, const char *policy) {
  lerp_error error;
  lerp_status status;
  while ((status = lerp_pinning_new(run->topology, policy, run->threads, &run->pinning, &error)) != LERP_OK &&
         run->options->threads == 0 && run->threads > 1) {
    run->threads--;
  }
  if (status != LERP_OK) {
    tool_fail_input(policy, &error);
  }
}

/* Reads the placement back; a binding that the system refuses is an error only where it was asked for. */
static void read_back(solve_run *run) {
  lerp_error error;
  lerp_status status = lerp_pinning_read_back(run->topology, run->pinning, run->threads, run->pinned,
                                              sizeof run->pinned, &error);
  if (status != LERP_OK && run->options->pin == NULL) {
    tool_warn("threads are not pinned: %s", error.message);
    lerp_pinning_free(run->pinning);
    pin(run, "none");
    status = lerp_pinning_read_back(run->topology, run->pinning, run->threads, run->pinned,
                                    sizeof run->pinned, &error);
  }
  if (status != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
}

void solve_place(solve_run *run) {
  lerp_error error;
  if (lerp_topology_new(&run->topology, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
  lerp_topology_summary machine = lerp_topology_summarize(run->topology);
  const char *policy = run->options->pin;
  if (policy == NULL) {
    policy = tool_default_pinning(&run->respected);
  }
  run->threads = run->options->threads;
  if (run->threads == 0) {
    run->threads = tool_choose_threads(&run->problem->problem, machine.threads);
    run->one_is_enough = run->threads < machine.threads && (lerp_capabilities() & LERP_HAS_OPENMP) &&
                         getenv("OMP_NUM_THREADS") == NULL;
  }
  check_threads(run, policy, machine.processing_units);
  pin(run, policy);
  read_back(run);
}

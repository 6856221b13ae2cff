/* SPDX-License-Identifier: MIT */
/* Binding and reading back on the present machine, in builds with and without hwloc. A machine may forbid
 * binding; then the documented status is expected. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <lerp/lerp.h>

static cpu_set_t mask_of_thread(void) {
  cpu_set_t mask;
  assert_int_equal(sched_getaffinity(0, sizeof mask, &mask), 0);
  return mask;
}

static int first_cpu(const cpu_set_t *mask, int from) {
  while (from < CPU_SETSIZE && !CPU_ISSET(from, mask)) {
    from++;
  }
  return from;
}

static lerp_topology *this_machine(void) {
  lerp_topology *topology = NULL;
  lerp_error error;
  if (lerp_topology_new(&topology, &error)) {
    fail_msg("%s", error.message);
  }
  return topology;
}

/* OpenMP may then have bound this thread before main, so that its mask is not that of the process. */
static bool placed_by_user(void) {
  return getenv("OMP_PROC_BIND") || getenv("OMP_PLACES") || getenv("GOMP_CPU_AFFINITY");
}

static bool can_pin(void) {
  return lerp_capabilities() & LERP_HAS_HWLOC;
}

static void summary_describes_the_allowed_cpus(void **state) {
  (void)state;
  const cpu_set_t mask = mask_of_thread();
  lerp_topology *topology = this_machine();
  const lerp_topology_summary summary = lerp_topology_summarize(topology);
  if (!placed_by_user()) {
    assert_int_equal(summary.processing_units, CPU_COUNT(&mask));
  }
  assert_in_range(summary.cores, 1, summary.processing_units);
  assert_in_range(summary.threads, 1, summary.cores);
  assert_true(summary.quota >= 0);
  assert_true(summary.quota == 0 || summary.threads < summary.quota + 1);
  lerp_topology_free(topology);
}

static void a_narrow_mask_is_obeyed(void **state) {
  (void)state;
  const cpu_set_t before = mask_of_thread();
  cpu_set_t one;
  CPU_ZERO(&one);
  const int cpu = first_cpu(&before, 0);
  CPU_SET(cpu, &one);
  if (placed_by_user() || sched_setaffinity(0, sizeof one, &one)) {
    return;
  }
  lerp_topology *topology = this_machine();
  sched_setaffinity(0, sizeof before, &before);
  assert_int_equal(lerp_topology_summarize(topology).processing_units, 1);
  lerp_pinning *pinning = NULL;
  lerp_error error;
  char other[16];
  snprintf(other, sizeof other, "%d", cpu + 1);
  assert_int_equal(lerp_pinning_new(topology, other, 1, &pinning, &error),
                   can_pin() ? LERP_INVALID : LERP_UNSUPPORTED);
  assert_int_equal(lerp_pinning_new(topology, "compact", 2, &pinning, &error),
                   can_pin() ? LERP_INVALID : LERP_UNSUPPORTED);
  assert_null(pinning);
  lerp_topology_free(topology);
}

/* This program with the argument "count": its exit status is the number of allowed CPUs. */
static int count_cpus(void) {
  lerp_topology *topology = NULL;
  if (lerp_topology_new(&topology, NULL)) {
    return 255;
  }
  const int count = lerp_topology_summarize(topology).processing_units;
  lerp_topology_free(topology);
  return count % 255;
}

static void a_mask_that_openmp_shrank_is_not_the_limit(void **state) {
  (void)state;
  const cpu_set_t mask = mask_of_thread();
  const pid_t child = fork();
  if (child == 0) {
    setenv("OMP_PROC_BIND", "true", 1);
    execl("/proc/self/exe", "test_pinning", "count", (char *)NULL);
    _exit(255);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  if (!placed_by_user() && (lerp_capabilities() & LERP_HAS_OPENMP)) {
    assert_int_equal(WEXITSTATUS(status), CPU_COUNT(&mask) % 255);
  }
}

static void binding_is_read_back_and_released(void **state) {
  (void)state;
  const cpu_set_t before = mask_of_thread();
  lerp_topology *topology = this_machine();
  lerp_pinning *pinning = NULL;
  lerp_error error;
  char last[16];
  int cpu = first_cpu(&before, 0);
  for (int next = cpu; next < CPU_SETSIZE; next = first_cpu(&before, next + 1)) {
    cpu = next;
  }
  snprintf(last, sizeof last, "%d", cpu);
  const lerp_status status = lerp_pinning_new(topology, last, 1, &pinning, &error);
  assert_int_equal(status, can_pin() ? LERP_OK : LERP_UNSUPPORTED);
  if (pinning) {
    void *previous = NULL;
    const lerp_status bound = lerp_pinning_bind(pinning, 0, &previous);
    if (bound == LERP_OK) {
      const cpu_set_t during = mask_of_thread();
      assert_int_equal(CPU_COUNT(&during), 1);
      assert_true(CPU_ISSET(cpu, &during));
    } else {
      assert_int_equal(bound, LERP_SYSTEM);
      assert_null(previous);
    }
    lerp_pinning_release(pinning, previous);
    const cpu_set_t after = mask_of_thread();
    assert_true(CPU_EQUAL(&before, &after));
  }
  lerp_pinning_free(pinning);
  lerp_topology_free(topology);
}

static void read_back_names_the_cpu_of_every_member(void **state) {
  (void)state;
  lerp_topology *topology = this_machine();
  const lerp_topology_summary summary = lerp_topology_summarize(topology);
  const int members = summary.processing_units > 1 && (lerp_capabilities() & LERP_HAS_OPENMP) ? 2 : 1;
  lerp_pinning *pinning = NULL;
  lerp_error error;
  if (can_pin()) {
    assert_int_equal(lerp_pinning_new(topology, "scatter", members, &pinning, &error), LERP_OK);
    char expected[64], text[64];
    int used = snprintf(expected, sizeof expected, "%d", lerp_pinning_cpu(pinning, 0));
    if (members == 2) {
      snprintf(expected + used, sizeof expected - (size_t)used, ",%d", lerp_pinning_cpu(pinning, 1));
    }
    const lerp_status status = lerp_pinning_read_back(topology, pinning, members, text, sizeof text, &error);
    if (status == LERP_OK) {
      assert_string_equal(text, expected);
    } else {
      assert_int_equal(status, LERP_SYSTEM);
    }
  }
  lerp_pinning_free(pinning);
  lerp_topology_free(topology);
}

static void none_leaves_threads_where_they_are(void **state) {
  (void)state;
  const cpu_set_t before = mask_of_thread();
  lerp_topology *topology = this_machine();
  lerp_pinning *pinning = NULL;
  lerp_error error;
  assert_int_equal(lerp_pinning_new(topology, "none", 1, &pinning, &error), LERP_OK);
  void *previous = &error;
  assert_int_equal(lerp_pinning_bind(pinning, 0, &previous), LERP_OK);
  assert_null(previous);
  const cpu_set_t during = mask_of_thread();
  assert_true(CPU_EQUAL(&before, &during));
  lerp_pinning_release(pinning, previous);

  char pinned[128], unpinned[128], cut[4];
  assert_int_equal(lerp_pinning_read_back(topology, pinning, 1, pinned, sizeof pinned, &error), LERP_OK);
  assert_int_equal(lerp_pinning_read_back(topology, NULL, 1, unpinned, sizeof unpinned, &error), LERP_OK);
  assert_string_equal(pinned, unpinned);
  assert_int_equal(lerp_pinning_read_back(topology, NULL, 1, cut, sizeof cut, &error), LERP_OK);
  assert_true(strlen(cut) < sizeof cut);
  assert_int_equal(strncmp(cut, unpinned, strlen(cut)), 0);
  lerp_pinning_free(pinning);
  lerp_topology_free(topology);
}

static void a_described_machine_cannot_be_bound_to(void **state) {
  (void)state;
  lerp_topology *topology = NULL;
  lerp_pinning *pinning = NULL;
  lerp_error error;
  setenv("HWLOC_SYNTHETIC", "pack:2 core:4 pu:2", 1);
  const lerp_status status = lerp_topology_new(&topology, &error);
  unsetenv("HWLOC_SYNTHETIC");
  assert_int_equal(status, LERP_OK);
  if (can_pin()) {
    void *previous = NULL;
    assert_int_equal(lerp_pinning_new(topology, "scatter", 2, &pinning, &error), LERP_OK);
    assert_int_equal(lerp_pinning_bind(pinning, 1, &previous), LERP_SYSTEM);
    assert_null(previous);
  }
  lerp_pinning_free(pinning);
  lerp_topology_free(topology);
}

static void free_takes_null(void **state) {
  (void)state;
  lerp_topology_free(NULL);
  lerp_pinning_free(NULL);
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "count") == 0) {
    return count_cpus();
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(summary_describes_the_allowed_cpus),
      cmocka_unit_test(a_narrow_mask_is_obeyed),
      cmocka_unit_test(a_mask_that_openmp_shrank_is_not_the_limit),
      cmocka_unit_test(binding_is_read_back_and_released),
      cmocka_unit_test(read_back_names_the_cpu_of_every_member),
      cmocka_unit_test(none_leaves_threads_where_they_are),
      cmocka_unit_test(a_described_machine_cannot_be_bound_to),
      cmocka_unit_test(free_takes_null),
  };
  return cmocka_run_group_tests_name("pinning", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Where threads are placed on machines that are described to hwloc, whatever this one looks like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <hwloc.h>

#include <lerp/lerp.h>

/* Two sockets of four cores with two hardware threads each: core c has the hardware threads 2c and 2c + 1. */
#define SOCKETS "pack:2 core:4 pu:2"

static lerp_topology *machine(const char *variable, const char *value) {
  lerp_topology *topology = NULL;
  lerp_error error;
  setenv(variable, value, 1);
  const lerp_status status = lerp_topology_new(&topology, &error);
  unsetenv(variable);
  if (status) {
    fail_msg("%s=%s: %s", variable, value, error.message);
  }
  return topology;
}

static lerp_topology *synthetic(const char *description) {
  return machine("HWLOC_SYNTHETIC", description);
}

static void assert_placed(const lerp_topology *topology, const char *policy, int members,
                          const int *expected) {
  lerp_pinning *pinning = NULL;
  lerp_error error;
  if (lerp_pinning_new(topology, policy, members, &pinning, &error)) {
    fail_msg("%s: %s", policy, error.message);
  }
  assert_int_equal(lerp_pinning_members(pinning), members);
  for (int member = 0; member < members; member++) {
    assert_int_equal(lerp_pinning_cpu(pinning, member), expected[member]);
  }
  lerp_pinning_free(pinning);
}

static void assert_refused(const char *policy, int members, size_t position, const char *reason) {
  lerp_topology *topology = synthetic(SOCKETS);
  lerp_pinning *pinning = NULL;
  lerp_error error;
  assert_int_equal(lerp_pinning_new(topology, policy, members, &pinning, &error), LERP_INVALID);
  assert_null(pinning);
  assert_int_equal(error.status, LERP_INVALID);
  assert_int_equal(error.position, position);
  if (!strstr(error.message, reason)) {
    fail_msg("pinning \"%s\": \"%s\" does not say \"%s\"", policy, error.message, reason);
  }
  lerp_topology_free(topology);
}

static void summary_counts_units_cores_and_caches(void **state) {
  (void)state;
  lerp_topology *topology =
      synthetic("numa:2 l3:2(size=8388608) l2:2(size=1048576) l1:1(size=32768) core:1 pu:2");
  const lerp_topology_summary summary = lerp_topology_summarize(topology);
  assert_int_equal(summary.processing_units, 16);
  assert_int_equal(summary.cores, 8);
  assert_int_equal(summary.threads, 8);
  assert_int_equal(summary.numa_nodes, 2);
  assert_int_equal(summary.cache[1], 32768);
  assert_int_equal(summary.cache[2], 1048576);
  assert_int_equal(summary.cache[3], 8388608);
  assert_true(summary.quota == 0);
  lerp_topology_free(topology);
}

static void compact_takes_neighbouring_cores_first(void **state) {
  (void)state;
  lerp_topology *topology = synthetic(SOCKETS);
  assert_placed(topology, "compact", 16, (int[]){0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15});
  assert_placed(topology, "compact", 3, (int[]){0, 2, 4});
  lerp_topology_free(topology);
}

static void scatter_takes_sockets_in_turn(void **state) {
  (void)state;
  lerp_topology *topology = synthetic(SOCKETS);
  assert_placed(topology, "scatter", 16, (int[]){0, 8, 2, 10, 4, 12, 6, 14, 1, 9, 3, 11, 5, 13, 7, 15});
  assert_placed(topology, "scatter", 3, (int[]){0, 8, 2});
  lerp_topology_free(topology);
}

static void scatter_takes_caches_in_turn(void **state) {
  (void)state;
  lerp_topology *topology = synthetic("pack:2 l3:2 core:2 pu:1");
  assert_placed(topology, "scatter", 8, (int[]){0, 4, 2, 6, 1, 5, 3, 7});
  lerp_topology_free(topology);
}

static void hardware_threads_stand_for_unknown_cores(void **state) {
  (void)state;
  lerp_topology *topology = synthetic("pack:2 pu:2");
  assert_int_equal(lerp_topology_summarize(topology).cores, 4);
  assert_placed(topology, "compact", 4, (int[]){0, 1, 2, 3});
  assert_placed(topology, "scatter", 4, (int[]){0, 2, 1, 3});
  lerp_topology_free(topology);
}

/* Writes the description of a machine that lacks some of the hardware threads. */
static void describe_part(const char *description, const char *kept, const char *path) {
  hwloc_topology_t tree;
  hwloc_bitmap_t set = hwloc_bitmap_alloc();
  assert_int_equal(hwloc_bitmap_list_sscanf(set, kept), 0);
  assert_int_equal(hwloc_topology_init(&tree), 0);
  assert_int_equal(hwloc_topology_set_synthetic(tree, description), 0);
  assert_int_equal(hwloc_topology_load(tree), 0);
  assert_int_equal(hwloc_topology_restrict(tree, set, 0), 0);
  assert_int_equal(hwloc_topology_export_xml(tree, path, 0), 0);
  hwloc_topology_destroy(tree);
  hwloc_bitmap_free(set);
}

static void policies_work_on_uneven_machines(void **state) {
  (void)state;
  char path[] = "/tmp/lerp-machine-XXXXXX";
  const int file = mkstemp(path);
  assert_true(file >= 0);
  close(file);
  describe_part(SOCKETS, "2-3,5,8-14", path);
  lerp_topology *topology = machine("HWLOC_XMLFILE", path);
  unlink(path);
  assert_int_equal(lerp_topology_summarize(topology).processing_units, 10);
  assert_int_equal(lerp_topology_summarize(topology).cores, 6);
  assert_placed(topology, "compact", 10, (int[]){2, 5, 8, 10, 12, 14, 3, 9, 11, 13});
  assert_placed(topology, "scatter", 10, (int[]){2, 8, 5, 10, 12, 14, 3, 9, 11, 13});
  lerp_topology_free(topology);
}

static void list_places_in_its_own_order(void **state) {
  (void)state;
  lerp_topology *topology = synthetic(SOCKETS);
  assert_placed(topology, "15,0,4-6", 5, (int[]){15, 0, 4, 5, 6});
  assert_placed(topology, "15,0,4-6", 2, (int[]){15, 0});
  lerp_topology_free(topology);
}

static void malformed_lists_are_refused_where_they_go_wrong(void **state) {
  (void)state;
  assert_refused("0,,2", 1, 2, "expected a number");
  assert_refused("0,", 1, 2, "expected a number");
  assert_refused("0-", 1, 2, "expected a number");
  assert_refused("0,-3", 1, 2, "expected a number");
  assert_refused("0 ,2", 1, 1, "expected a comma");
  assert_refused("0-2-4", 1, 3, "expected a comma");
  assert_refused("0,3-1", 1, 2, "backwards");
  assert_refused("0,2,2", 1, 4, "CPU 2 twice");
  assert_refused("0-4,2", 1, 4, "CPU 2 twice");
}

static void cpus_that_are_not_allowed_are_refused_with_those_that_are(void **state) {
  (void)state;
  assert_refused("0,16", 1, 2, "allowed: 0-15");
  assert_refused("0,99999999999999999999", 1, 2, "allowed: 0-15");
}

static void unknown_policies_are_refused_with_the_known(void **state) {
  (void)state;
  assert_refused("close", 1, SIZE_MAX, "compact, scatter, none");
  assert_refused("", 1, SIZE_MAX, "compact, scatter, none");
}

static void too_many_members_are_refused_with_both_numbers(void **state) {
  (void)state;
  assert_refused("compact", 17, SIZE_MAX, "17 threads cannot be pinned: this process may use 16 CPUs (0-15)");
  assert_refused("scatter", 17, SIZE_MAX, "16 CPUs");
  assert_refused("0,1", 3, SIZE_MAX, "names 2 CPUs for 3 threads");
  assert_refused("compact", 0, SIZE_MAX, "at least 1");
}

static void none_takes_any_number_of_members(void **state) {
  (void)state;
  lerp_topology *topology = synthetic("pu:1");
  assert_placed(topology, "none", 3, (int[]){-1, -1, -1});
  lerp_topology_free(topology);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(summary_counts_units_cores_and_caches),
      cmocka_unit_test(compact_takes_neighbouring_cores_first),
      cmocka_unit_test(scatter_takes_sockets_in_turn),
      cmocka_unit_test(scatter_takes_caches_in_turn),
      cmocka_unit_test(hardware_threads_stand_for_unknown_cores),
      cmocka_unit_test(policies_work_on_uneven_machines),
      cmocka_unit_test(list_places_in_its_own_order),
      cmocka_unit_test(malformed_lists_are_refused_where_they_go_wrong),
      cmocka_unit_test(cpus_that_are_not_allowed_are_refused_with_those_that_are),
      cmocka_unit_test(unknown_policies_are_refused_with_the_known),
      cmocka_unit_test(too_many_members_are_refused_with_both_numbers),
      cmocka_unit_test(none_takes_any_number_of_members),
  };
  return cmocka_run_group_tests_name("topology", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The quota of control groups, read from folders that look like /proc and /sys. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "core/quota.h"

static char root[] = "/tmp/lerp-quota-XXXXXX";

/* Writes a file below the root, with the folders that lead to it. */
static void put(const char *name, const char *text) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", root, name);
  for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
    *slash = '\0';
    mkdir(path, 0700);
    *slash = '/';
  }
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

static int make_root(void **state) {
  (void)state;
  memset(root + strlen(root) - 6, 'X', 6);
  return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state) {
  (void)state;
  char command[PATH_MAX];
  snprintf(command, sizeof command, "rm -rf '%s'", root);
  return system(command);
}

static void assert_quota(double expected) {
  const double quota = lerp_cgroup_quota(root);
  if (quota != expected) {
    fail_msg("quota %g, expected %g", quota, expected);
  }
}

static void no_groups_are_no_quota(void **state) {
  (void)state;
  assert_quota(0);
}

static void version_2_takes_the_strictest_ancestor(void **state) {
  (void)state;
  put("proc/self/cgroup", "0::/user/job/step\n");
  put("sys/fs/cgroup/user/cpu.max", "150000 100000\n");
  put("sys/fs/cgroup/user/job/cpu.max", "800000 200000\n");
  put("sys/fs/cgroup/user/job/step/cpu.max", "max 100000\n");
  assert_quota(1.5);
}

static void version_2_max_is_no_quota(void **state) {
  (void)state;
  put("proc/self/cgroup", "0::/job\n");
  put("sys/fs/cgroup/job/cpu.max", "max 100000\n");
  assert_quota(0);
}

static void version_1_reads_the_cpu_controller(void **state) {
  (void)state;
  put("proc/self/cgroup", "3:cpuset:/other\n2:cpu,cpuacct:/job\n1:name=systemd:/\n0::/\n");
  put("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "250000\n");
  put("sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  put("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  put("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  put("sys/fs/cgroup/cpu/other/cpu.cfs_quota_us", "100000\n");
  put("sys/fs/cgroup/cpu/other/cpu.cfs_period_us", "100000\n");
  assert_quota(2.5);
}

static void a_container_reads_its_mount(void **state) {
  (void)state;
  put("proc/self/cgroup", "0::/docker/of-the-host\n");
  put("sys/fs/cgroup/cpu.max", "50000 100000\n");
  assert_quota(0.5);
}

static void unreadable_numbers_are_no_quota(void **state) {
  (void)state;
  put("proc/self/cgroup", "nonsense\n0::/job\n");
  put("sys/fs/cgroup/job/cpu.max", "100000 0\n");
  put("sys/fs/cgroup/cpu.max", "");
  assert_quota(0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(no_groups_are_no_quota, make_root, remove_root),
      cmocka_unit_test_setup_teardown(version_2_takes_the_strictest_ancestor, make_root, remove_root),
      cmocka_unit_test_setup_teardown(version_2_max_is_no_quota, make_root, remove_root),
      cmocka_unit_test_setup_teardown(version_1_reads_the_cpu_controller, make_root, remove_root),
      cmocka_unit_test_setup_teardown(a_container_reads_its_mount, make_root, remove_root),
      cmocka_unit_test_setup_teardown(unreadable_numbers_are_no_quota, make_root, remove_root),
  };
  return cmocka_run_group_tests_name("quota", tests, NULL, NULL);
}

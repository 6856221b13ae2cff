/* SPDX-License-Identifier: MIT */
#include "quota.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The integers at the beginning of a file; a word like "max" ends them. Returns how many there are. */
static int read_integers(const char *folder, const char *name, long long value[2]) {
  char path[PATH_MAX];
  if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) {
    return 0;
  }
  FILE *file = fopen(path, "r");
  if (!file) {
    return 0;
  }
  const int count = fscanf(file, "%lld %lld", &value[0], &value[1]);
  fclose(file);
  return count;
}

static double ratio(long long quota, long long period) {
  return quota > 0 && period > 0 ? (double)quota / (double)period : 0;
}

static double quota_v2(const char *folder) {
  long long value[2];
  return read_integers(folder, "cpu.max", value) == 2 ? ratio(value[0], value[1]) : 0;
}

static double quota_v1(const char *folder) {
  long long quota[2], period[2];
  return read_integers(folder, "cpu.cfs_quota_us", quota) &&
                 read_integers(folder, "cpu.cfs_period_us", period)
             ? ratio(quota[0], period[0])
             : 0;
}

static double stricter(double a, double b) {
  return a == 0 || (b != 0 && b < a) ? b : a;
}

/* From the group's own folder up to where the hierarchy is mounted. Inside a container the first of these
 * folders may not be visible; then the mount itself is the container's group. */
static double smallest_quota(const char *mount, char *group, double (*quota_of)(const char *folder)) {
  double smallest = 0;
  for (;;) {
    char folder[PATH_MAX];
    if (snprintf(folder, sizeof folder, "%s%s", mount, group) < (int)sizeof folder) {
      smallest = stricter(smallest, quota_of(folder));
    }
    char *last = strrchr(group, '/');
    if (!last) {
      return smallest;
    }
    *last = '\0';
  }
}

static bool lists_cpu(char *controllers) {
  for (char *rest = controllers, *name; (name = strsep(&rest, ",")) != NULL;) {
    if (strcmp(name, "cpu") == 0) {
      return true;
    }
  }
  return false;
}

/* One line of /proc/self/cgroup: number, controllers (none: version 2), group. */
static double quota_of_line(const char *root, char *line) {
  char *rest = line;
  strsep(&rest, ":");
  char *controllers = strsep(&rest, ":");
  char *group = strsep(&rest, "\n");
  if (!group) {
    return 0;
  }
  char mount[PATH_MAX];
  if (*controllers == '\0') {
    snprintf(mount, sizeof mount, "%s/sys/fs/cgroup", root);
    return smallest_quota(mount, group, quota_v2);
  }
  snprintf(mount, sizeof mount, "%s/sys/fs/cgroup/cpu", root);
  return lists_cpu(controllers) ? smallest_quota(mount, group, quota_v1) : 0;
}

double lerp_cgroup_quota(const char *root) {
  char line[PATH_MAX];
  snprintf(line, sizeof line, "%s/proc/self/cgroup", root);
  FILE *file = fopen(line, "r");
  if (!file) {
    return 0;
  }
  double smallest = 0;
  while (fgets(line, sizeof line, file)) {
    smallest = stricter(smallest, quota_of_line(root, line));
  }
  fclose(file);
  return smallest;
}

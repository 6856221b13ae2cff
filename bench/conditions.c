/* SPDX-License-Identifier: MIT */
#include "conditions.h"

#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "../reports/store.h"

/* The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal (proc(5)); in the times of guests,
 * which follow, nothing is new. */
static void read_ticks(conditions_mark *mark) {
  enum { STEAL = 7, TICKS };
  mark->ticks = mark->stolen = NAN;
  FILE *file = fopen("/proc/stat", "r");
  double tick[TICKS];
  if (file != NULL && fscanf(file, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &tick[0], &tick[1], &tick[2],
                             &tick[3], &tick[4], &tick[5], &tick[6], &tick[STEAL]) == TICKS) {
    mark->stolen = tick[STEAL];
    mark->ticks = 0;
    for (int i = 0; i < TICKS; i++) {
      mark->ticks += tick[i];
    }
  }
  if (file != NULL) {
    fclose(file);
  }
}

/* Adds the number behind `key` in a file of lines "key number", or the only number of a file for "". */
static void add_count(const char *path, const char *key, int64_t *sum) {
  FILE *file = fopen(path, "r");
  char line[256];
  const size_t length = strlen(key);
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    int64_t value;
    if (strncmp(line, key, length) == 0 && sscanf(line + length, "%" SCNd64, &value) == 1) {
      *sum = (*sum == STORE_UNKNOWN ? 0 : *sum) + value;
    }
  }
  if (file != NULL) {
    fclose(file);
  }
}

/* Of a group and those that it is in, up to where the hierarchy is mounted: each may have a quota. */
static void add_groups(const char *mount, char *group, int64_t *sum) {
  char path[2 * PATH_MAX];
  for (char *last = group + strlen(group); last != NULL; last = strrchr(group, '/')) {
    *last = '\0';
    if (strcmp(group, "/") != 0) { /* which is the same as "" */
      snprintf(path, sizeof path, "%s%s/cpu.stat", mount, group);
      add_count(path, "nr_throttled ", sum);
    }
  }
}

/* The groups of this process: lines "number:controllers:/group", of the second version of cgroups without controllers. */
static void add_all_groups(int64_t *sum) {
  FILE *file = fopen("/proc/self/cgroup", "r");
  char line[PATH_MAX];
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    char *rest = line;
    strsep(&rest, ":");
    const char *controllers = strsep(&rest, ":");
    char *group = strsep(&rest, "\n");
    if (group != NULL && *controllers == '\0') {
      add_groups("/sys/fs/cgroup", group, sum);
    } else if (group != NULL &&
               (strcmp(controllers, "cpu") == 0 || strcmp(controllers, "cpu,cpuacct") == 0)) {
      add_groups("/sys/fs/cgroup/cpu", group, sum);
    }
  }
  if (file != NULL) {
    fclose(file);
  }
}

static int64_t read_throttled(void) {
  int64_t sum = STORE_UNKNOWN;
  glob_t cpus;
  if (glob("/sys/devices/system/cpu/cpu[0-9]*/thermal_throttle/*_throttle_count", 0, NULL, &cpus) == 0) {
    for (size_t i = 0; i < cpus.gl_pathc; i++) {
      add_count(cpus.gl_pathv[i], "", &sum);
    }
    globfree(&cpus);
  }
  add_all_groups(&sum);
  return sum;
}

conditions_mark conditions_now(void) {
  conditions_mark mark;
  struct rusage usage;
  read_ticks(&mark);
  mark.throttled = read_throttled();
  mark.switches = getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_nivcsw : STORE_UNKNOWN;
  return mark;
}

static int64_t difference(int64_t now, int64_t before) {
  return now == STORE_UNKNOWN || before == STORE_UNKNOWN ? STORE_UNKNOWN : now - before;
}

conditions conditions_since(const conditions_mark *start) {
  const conditions_mark now = conditions_now();
  const double ticks = now.ticks - start->ticks;
  double load;
  return (conditions){.steal = ticks == 0 ? 0 : (now.stolen - start->stolen) / ticks,
                      .load = getloadavg(&load, 1) == 1 ? load : NAN,
                      .switches = difference(now.switches, start->switches),
                      .throttled = difference(now.throttled, start->throttled)};
}

bool conditions_disturb(const conditions *self) {
  static const double much = 0.1;
  return self->steal > much || self->throttled > 0;
}

/* SPDX-License-Identifier: MIT */
#include <lerp/topology.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

struct lerp_pinning {
  const lerp_topology *topology;
  int members;
  int cpu[]; /* of each member; -1: left to the system */
};

#ifdef LERP_HAVE_HWLOC

/* Cores below an object; a hardware thread stands for one where the system knows no cores. */
static int cores_below(hwloc_obj_t obj) {
  if (obj->type == HWLOC_OBJ_CORE || obj->type == HWLOC_OBJ_PU) {
    return 1;
  }
  int cores = 0;
  for (hwloc_obj_t child = obj->first_child; child; child = child->next_sibling) {
    cores += cores_below(child);
  }
  return cores;
}

static int compact_position(hwloc_obj_t core) {
  return (int)core->logical_index;
}

/* Siblings take turns at every level: the j-th core of a subtree comes after the first j + 1 cores of its
 * elder siblings and the first j of the younger, as far as they have so many. */
static int scatter_position(hwloc_obj_t core) {
  int position = 0;
  for (hwloc_obj_t obj = core; obj->parent; obj = obj->parent) {
    int before = 0;
    for (hwloc_obj_t sibling = obj->parent->first_child; sibling; sibling = sibling->next_sibling) {
      const int turns = position + (sibling->sibling_rank < obj->sibling_rank), cores = cores_below(sibling);
      before += turns < cores ? turns : cores;
    }
    position = before;
  }
  return position;
}

typedef struct place {
  long order;
  int cpu;
} place;

static int compare_places(const void *left, const void *right) {
  const place *a = left, *b = right;
  return (a->order > b->order) - (a->order < b->order);
}

/* Every core once, in the order of the policy, before any core's second hardware thread. */
static lerp_status place_by_policy(lerp_pinning *pinning, int (*position_of)(hwloc_obj_t core),
                                   lerp_error *error) {
  const hwloc_topology_t tree = pinning->topology->tree;
  const lerp_topology_summary *summary = &pinning->topology->summary;
  place *places = calloc((size_t)summary->processing_units, sizeof *places);
  if (!places) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "out of memory for placing %d threads", pinning->members);
  }
  hwloc_obj_t previous = NULL;
  int thread = 0, position = 0, count = 0;
  for (hwloc_obj_t pu = NULL; (pu = hwloc_get_next_obj_by_type(tree, HWLOC_OBJ_PU, pu));) {
    hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(tree, HWLOC_OBJ_CORE, pu);
    core = core ? core : pu;
    if (core == previous) {
      thread++;
    } else {
      thread = 0;
      position = position_of(core);
    }
    places[count++] = (place){.order = (long)thread * summary->cores + position, .cpu = (int)pu->os_index};
    previous = core;
  }
  qsort(places, (size_t)count, sizeof *places, compare_places);
  for (int member = 0; member < pinning->members; member++) {
    pinning->cpu[member] = places[member].cpu;
  }
  free(places);
  return LERP_OK;
}

/* A list that is being read. */
typedef struct reader {
  const char *text;
  const char *at;
  const lerp_topology *topology;
  lerp_cpus seen;
  lerp_error *error;
} reader;

/* At most one above the largest number that a CPU can have; -1: no number here. */
static int read_number(reader *list) {
  if (*list->at < '0' || *list->at > '9') {
    return -1;
  }
  int number = 0;
  for (; *list->at >= '0' && *list->at <= '9'; list->at++) {
    number = number < LERP_CPUS ? 10 * number + (*list->at - '0') : number;
  }
  return number < LERP_CPUS ? number : LERP_CPUS;
}

static lerp_status fail_at(const reader *list, const char *at, const char *reason) {
  return lerp_fail(list->error, LERP_INVALID, (size_t)(at - list->text),
                   "pinning \"%.80s\": %s, in a list of CPUs like 0,2,4-7", list->text, reason);
}

static lerp_status read_range(reader *list, int *first, int *last) {
  const char *begin = list->at;
  if ((*first = *last = read_number(list)) < 0) {
    return fail_at(list, list->at, "expected a number");
  }
  if (*list->at == '-') {
    list->at++;
    if ((*last = read_number(list)) < 0) {
      return fail_at(list, list->at, "expected a number");
    }
  }
  if (*list->at != ',' && *list->at != '\0') {
    return fail_at(list, list->at, "expected a comma");
  }
  return *last < *first ? fail_at(list, begin, "a range runs backwards") : LERP_OK;
}

static lerp_status check_cpu(reader *list, const char *at, int cpu) {
  const size_t position = (size_t)(at - list->text);
  if (cpu >= LERP_CPUS || !lerp_cpus_has(&list->topology->allowed, cpu)) {
    char allowed[96];
    lerp_cpus_format(&list->topology->allowed, allowed, sizeof allowed);
    return lerp_fail(list->error, LERP_INVALID, position,
                     "pinning \"%.80s\": CPU %d is not one that this process may use; allowed: %s",
                     list->text, cpu, allowed);
  }
  if (lerp_cpus_has(&list->seen, cpu)) {
    return lerp_fail(list->error, LERP_INVALID, position,
                     "pinning \"%.80s\": CPU %d twice; each once at most", list->text, cpu);
  }
  lerp_cpus_add(&list->seen, cpu);
  return LERP_OK;
}

/* The whole list is checked, also where it names more CPUs than there are members. */
static lerp_status place_by_list(lerp_pinning *pinning, const char *text, lerp_error *error) {
  reader list = {.text = text, .at = text, .topology = pinning->topology, .error = error};
  int count = 0;
  for (bool more = true; more;) {
    const char *begin = list.at;
    int first, last;
    lerp_status status = read_range(&list, &first, &last);
    for (int cpu = first; !status && cpu <= last; cpu++) {
      status = check_cpu(&list, begin, cpu);
      if (!status && count < pinning->members) {
        pinning->cpu[count] = cpu;
      }
      count += !status;
    }
    if (status) {
      return status;
    }
    more = *list.at == ',';
    list.at += more;
  }
  if (count < pinning->members) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                     "pinning \"%.80s\" names %d CPUs for %d threads; at least one for each", text, count,
                     pinning->members);
  }
  return LERP_OK;
}

static lerp_status place_members(lerp_pinning *pinning, const char *policy, lerp_error *error) {
  const bool compact = strcmp(policy, "compact") == 0, scatter = strcmp(policy, "scatter") == 0;
  if (!compact && !scatter && (*policy < '0' || *policy > '9')) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                     "pinning \"%.80s\": allowed are compact, scatter, none or a list of CPUs like 0,2,4-7",
                     policy);
  }
  const int units = pinning->topology->summary.processing_units;
  if (pinning->members > units) {
    char allowed[96];
    lerp_cpus_format(&pinning->topology->allowed, allowed, sizeof allowed);
    return lerp_fail(
        error, LERP_INVALID, SIZE_MAX,
        "%d threads cannot be pinned: this process may use %d CPUs (%s); pinning \"none\" takes more",
        pinning->members, units, allowed);
  }
  if (compact || scatter) {
    return place_by_policy(pinning, compact ? compact_position : scatter_position, error);
  }
  return place_by_list(pinning, policy, error);
}

/* Bound to exactly this hardware thread, as the system tells it. */
static bool bind_to(hwloc_topology_t tree, int cpu, hwloc_bitmap_t set) {
  hwloc_bitmap_only(set, (unsigned)cpu);
  return hwloc_set_cpubind(tree, set, HWLOC_CPUBIND_THREAD | HWLOC_CPUBIND_STRICT) == 0 &&
         hwloc_get_cpubind(tree, set, HWLOC_CPUBIND_THREAD) == 0 && hwloc_bitmap_weight(set) == 1 &&
         hwloc_bitmap_first(set) == cpu;
}

lerp_status lerp_pinning_bind(const lerp_pinning *pinning, int rank, void **previous) {
  *previous = NULL;
  if (pinning->cpu[rank] < 0) {
    return LERP_OK;
  }
  const hwloc_topology_t tree = pinning->topology->tree;
  hwloc_bitmap_t before = hwloc_bitmap_alloc(), set = hwloc_bitmap_alloc();
  lerp_status status = LERP_SYSTEM;
  if (before && set && hwloc_get_cpubind(tree, before, HWLOC_CPUBIND_THREAD) == 0) {
    if (bind_to(tree, pinning->cpu[rank], set)) {
      *previous = before;
      status = LERP_OK;
    } else {
      hwloc_set_cpubind(tree, before, HWLOC_CPUBIND_THREAD);
    }
  }
  hwloc_bitmap_free(set);
  if (status) {
    hwloc_bitmap_free(before);
  }
  return status;
}

void lerp_pinning_release(const lerp_pinning *pinning, void *previous) {
  if (previous) {
    hwloc_set_cpubind(pinning->topology->tree, previous, HWLOC_CPUBIND_THREAD);
    hwloc_bitmap_free(previous);
  }
}

#else

static lerp_status place_members(lerp_pinning *pinning, const char *policy, lerp_error *error) {
  (void)pinning;
  return lerp_fail(error, LERP_UNSUPPORTED, SIZE_MAX,
                   "pinning \"%.80s\": built without hwloc, only none is allowed", policy);
}

lerp_status lerp_pinning_bind(const lerp_pinning *pinning, int rank, void **previous) {
  (void)pinning;
  (void)rank;
  *previous = NULL;
  return LERP_OK;
}

void lerp_pinning_release(const lerp_pinning *pinning, void *previous) {
  (void)pinning;
  (void)previous;
}

#endif

lerp_status lerp_pinning_new(const lerp_topology *topology, const char *policy, int members,
                             lerp_pinning **pinning, lerp_error *error) {
  if (members < 1) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "pinning %d threads: at least 1", members);
  }
  lerp_pinning *made = malloc(sizeof *made + (size_t)members * sizeof made->cpu[0]);
  if (!made) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "out of memory for placing %d threads", members);
  }
  *made = (lerp_pinning){.topology = topology, .members = members};
  for (int member = 0; member < members; member++) {
    made->cpu[member] = -1;
  }
  const lerp_status status = strcmp(policy, "none") == 0 ? LERP_OK : place_members(made, policy, error);
  if (status) {
    free(made);
    return status;
  }
  *pinning = made;
  return LERP_OK;
}

void lerp_pinning_free(lerp_pinning *pinning) {
  free(pinning);
}

int lerp_pinning_members(const lerp_pinning *pinning) {
  return pinning->members;
}

int lerp_pinning_cpu(const lerp_pinning *pinning, int member) {
  return pinning->cpu[member];
}

static void report_cpus(lerp_team *team, void *argument) {
  lerp_cpus *cpus = argument;
  if (!lerp_cpus_of_thread(&cpus[team->rank])) {
    cpus[team->rank] = (lerp_cpus){0};
  }
}

/* Joined by commas where every member has one CPU, else by semicolons. */
static void format_members(const lerp_cpus *cpus, int members, char *text, size_t size) {
  const char *separator = ",";
  for (int member = 0; member < members; member++) {
    if (lerp_cpus_count(&cpus[member]) != 1) {
      separator = ";";
    }
  }
  size_t used = 0;
  for (int member = 0; member < members && used < size; member++) {
    char one[128];
    lerp_cpus_format(&cpus[member], one, sizeof one);
    used += (size_t)snprintf(text + used, size - used, "%s%s", member ? separator : "", one);
  }
}

lerp_status lerp_pinning_read_back(const lerp_topology *topology, const lerp_pinning *pinning, int members,
                                   char *text, size_t size, lerp_error *error) {
  (void)topology;
  lerp_cpus *cpus = members > 0 ? calloc((size_t)members, sizeof *cpus) : NULL;
  if (members > 0 && !cpus) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "out of memory for the placement of %d threads", members);
  }
  lerp_status status = lerp_team_run(members, pinning, report_cpus, cpus, error);
  for (int member = 0; !status && member < members; member++) {
    if (lerp_cpus_count(&cpus[member]) == 0) {
      status = lerp_fail(error, LERP_SYSTEM, SIZE_MAX,
                         "the system does not tell where thread %d of %d may run", member, members);
    }
  }
  if (!status) {
    format_members(cpus, members, text, size);
  }
  free(cpus);
  return status;
}

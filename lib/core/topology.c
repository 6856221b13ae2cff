/* SPDX-License-Identifier: MIT */
#include <lerp/topology.h>

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "machine.h"
#include "quota.h"

bool lerp_cpus_of_thread(lerp_cpus *cpus) {
  *cpus = (lerp_cpus){0};
  return sched_getaffinity(0, sizeof *cpus, cpus->part) == 0;
}

static int next_cpu(const lerp_cpus *cpus, int cpu) {
  while (cpu < LERP_CPUS && !lerp_cpus_has(cpus, cpu)) {
    cpu++;
  }
  return cpu;
}

void lerp_cpus_format(const lerp_cpus *cpus, char *text, size_t size) {
  size_t used = 0;
  text[0] = '\0';
  for (int first = next_cpu(cpus, 0), last; first < LERP_CPUS; first = next_cpu(cpus, last + 1)) {
    for (last = first; last + 1 < LERP_CPUS && lerp_cpus_has(cpus, last + 1); last++) {
    }
    char item[32];
    const char *comma = used ? "," : "";
    const int length = first == last ? snprintf(item, sizeof item, "%s%d", comma, first)
                                     : snprintf(item, sizeof item, "%s%d-%d", comma, first, last);
    if (used + (size_t)length + sizeof "..." > size) {
      snprintf(text + used, size - used, "...");
      return;
    }
    memcpy(text + used, item, (size_t)length + 1);
    used += (size_t)length;
  }
}

/* With OMP_PROC_BIND the OpenMP runtime may have bound this thread before main: its places then tell the rest
 * of what the process was given. */
static bool add_places(lerp_cpus *cpus) {
#ifdef _OPENMP
  for (int place = 0; place < omp_get_num_places(); place++) {
    const int count = omp_get_place_num_procs(place);
    int *cpu = calloc((size_t)count + 1, sizeof *cpu);
    if (!cpu) {
      return false;
    }
    omp_get_place_proc_ids(place, cpu);
    for (int i = 0; i < count; i++) {
      lerp_cpus_add(cpus, cpu[i]);
    }
    free(cpu);
  }
#else
  (void)cpus;
#endif
  return true;
}

static lerp_status read_allowed(lerp_cpus *allowed, lerp_error *error) {
  if (!lerp_cpus_of_thread(allowed)) {
    return lerp_fail(error, LERP_SYSTEM, SIZE_MAX, "the system does not tell the CPUs of this process: %s",
                     strerror(errno));
  }
  if (!add_places(allowed)) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "out of memory for the places of OpenMP");
  }
  return LERP_OK;
}

/* One thread per core, and no more than the quota lets run at once. */
static void apply_quota(lerp_topology_summary *summary, double quota) {
  summary->quota = quota;
  summary->threads = summary->cores;
  if (quota > 0 && ceil(quota) < summary->threads) {
    summary->threads = (int)ceil(quota);
  }
}

#ifdef LERP_HAVE_HWLOC

static lerp_status load_tree(hwloc_topology_t *tree, lerp_error *error) {
  if (hwloc_topology_init(tree)) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "out of memory for the topology");
  }
  unsigned long flags = HWLOC_TOPOLOGY_FLAG_DONT_CHANGE_BINDING;
#if HWLOC_API_VERSION >= 0x00020800
  flags |=
      HWLOC_TOPOLOGY_FLAG_NO_DISTANCES | HWLOC_TOPOLOGY_FLAG_NO_MEMATTRS | HWLOC_TOPOLOGY_FLAG_NO_CPUKINDS;
#endif
  hwloc_topology_set_flags(*tree, flags);
  hwloc_topology_set_io_types_filter(*tree, HWLOC_TYPE_FILTER_KEEP_NONE);
  if (hwloc_topology_load(*tree)) {
    const lerp_status status = lerp_fail(
        error, LERP_SYSTEM, SIZE_MAX, "hwloc cannot read the topology of this machine: %s", strerror(errno));
    hwloc_topology_destroy(*tree);
    return status;
  }
  return LERP_OK;
}

static lerp_status restrict_tree(hwloc_topology_t tree, const lerp_cpus *allowed, lerp_error *error) {
  hwloc_bitmap_t set = hwloc_bitmap_alloc();
  if (!set) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "out of memory for the topology");
  }
  for (int cpu = next_cpu(allowed, 0); cpu < LERP_CPUS; cpu = next_cpu(allowed, cpu + 1)) {
    hwloc_bitmap_set(set, (unsigned)cpu);
  }
  const int refused = hwloc_topology_restrict(tree, set, 0);
  hwloc_bitmap_free(set);
  return refused ? lerp_fail(error, LERP_SYSTEM, SIZE_MAX, "hwloc knows none of the CPUs of this process: %s",
                             strerror(errno))
                 : LERP_OK;
}

static const char *cpu_model(hwloc_topology_t tree) {
  const hwloc_obj_t package = hwloc_get_obj_by_type(tree, HWLOC_OBJ_PACKAGE, 0);
  const char *model = package ? hwloc_obj_get_info_by_name(package, "CPUModel") : NULL;
  return model ? model : hwloc_obj_get_info_by_name(hwloc_get_root_obj(tree), "CPUModel");
}

static lerp_topology_summary summarize_tree(hwloc_topology_t tree) {
  lerp_topology_summary summary = {
      .processing_units = hwloc_get_nbobjs_by_type(tree, HWLOC_OBJ_PU),
      .cores = (int)hwloc_get_nbobjs_by_depth(tree, hwloc_get_type_or_below_depth(tree, HWLOC_OBJ_CORE)),
  };
  for (hwloc_obj_t node = NULL; (node = hwloc_get_next_obj_by_type(tree, HWLOC_OBJ_NUMANODE, node));) {
    summary.numa_nodes += !hwloc_bitmap_iszero(node->cpuset);
  }
  for (hwloc_obj_t obj = hwloc_get_obj_by_type(tree, HWLOC_OBJ_PU, 0); obj; obj = obj->parent) {
    if (hwloc_obj_type_is_dcache(obj->type) && obj->attr->cache.depth < 4) {
      summary.cache[obj->attr->cache.depth] = (size_t)obj->attr->cache.size;
    }
  }
  const char *model = cpu_model(tree);
  snprintf(summary.cpu_model, sizeof summary.cpu_model, "%s", model ? model : "");
  return summary;
}

/* A described machine (HWLOC_SYNTHETIC, HWLOC_XMLFILE) is taken as a whole: mask and quota of this process say
 * nothing about it. */
static lerp_status load(lerp_topology *topology, lerp_error *error) {
  lerp_cpus allowed;
  lerp_status status = read_allowed(&allowed, error);
  if (status || (status = load_tree(&topology->tree, error))) {
    return status;
  }
  const bool here = hwloc_topology_is_thissystem(topology->tree);
  if (here && (status = restrict_tree(topology->tree, &allowed, error))) {
    hwloc_topology_destroy(topology->tree);
    return status;
  }
  for (hwloc_obj_t pu = NULL; (pu = hwloc_get_next_obj_by_type(topology->tree, HWLOC_OBJ_PU, pu));) {
    if (pu->os_index < LERP_CPUS) {
      lerp_cpus_add(&topology->allowed, (int)pu->os_index);
    }
  }
  topology->summary = summarize_tree(topology->tree);
  apply_quota(&topology->summary, here ? lerp_cgroup_quota("") : 0);
  return LERP_OK;
}

void lerp_topology_free(lerp_topology *topology) {
  if (topology) {
    hwloc_topology_destroy(topology->tree);
    free(topology);
  }
}

#else

static lerp_status load(lerp_topology *topology, lerp_error *error) {
  const lerp_status status = read_allowed(&topology->allowed, error);
  if (status) {
    return status;
  }
  const int count = lerp_cpus_count(&topology->allowed);
  topology->summary = (lerp_topology_summary){.processing_units = count, .cores = count};
  apply_quota(&topology->summary, lerp_cgroup_quota(""));
  return LERP_OK;
}

void lerp_topology_free(lerp_topology *topology) {
  free(topology);
}

#endif

lerp_status lerp_topology_new(lerp_topology **topology, lerp_error *error) {
  lerp_topology *made = calloc(1, sizeof *made);
  if (!made) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "out of memory for the topology");
  }
  const lerp_status status = load(made, error);
  if (status) {
    free(made);
    return status;
  }
  *topology = made;
  return LERP_OK;
}

lerp_topology_summary lerp_topology_summarize(const lerp_topology *topology) {
  return topology->summary;
}

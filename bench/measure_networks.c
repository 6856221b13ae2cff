/* SPDX-License-Identifier: MIT */
#include "measure.h"
#include "networks.h"

lerp_status measure_networks(const plan_case *item, const lerp_problem *problem,
                             const lerp_method_instance *method, const place *at, measurement *result,
                             lerp_error *error) {
  place alone = *at;
  alone.threads = 1;
  alone.pinning = NULL;
  networks_place *networks = networks_begin(at->threads, at->pinning);
  if (networks == NULL) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "networks: out of memory");
  }
  const lerp_status status = measure_case(item, problem, method, &alone, false, result, error);
  result->result.threads = at->threads;
  networks_end(networks);
  return status;
}

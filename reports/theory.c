/* SPDX-License-Identifier: MIT */
#include "theory.h"

#include <math.h>

#include "../bench/tool.h"

static double threshold(const lerp_spec *spec) {
  lerp_method_instance *method;
  lerp_error error;
  if (!tool_method_new(spec, &method, &error)) {
    return NAN;
  }
  double rho_min = lerp_method_rho_min(method);
  lerp_method_free(method);
  return rho_min;
}

double theory_threshold(const char *method) {
  lerp_spec *specs;
  size_t count;
  lerp_error error;
  if (lerp_specs_parse(method, &specs, &count, &error) != LERP_OK) {
    return NAN;
  }
  double rho_min = threshold(&specs[0]);
  lerp_specs_free(specs, count);
  return rho_min;
}

/* SPDX-License-Identifier: MIT */
#include <lerp/method.h>
#include <lerp/spec.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* "(0, 1]", or the names of the choices. */
static void describe_range(const lerp_parameter *parameter, char *text, size_t size) {
  if (parameter->choices) {
    text[0] = '\0';
    for (size_t i = 0; parameter->choices[i]; i++) {
      const size_t used = strlen(text);
      snprintf(text + used, size - used, "%s%s", i ? ", " : "one of ", parameter->choices[i]);
    }
    return;
  }
  char lower[32], upper[32];
  lerp_format_number(parameter->minimum, lower, sizeof lower);
  lerp_format_number(parameter->maximum, upper, sizeof upper);
  snprintf(text, size, "%s in %c%s, %s%c", parameter->integer ? "an integer" : "a number",
           parameter->open_minimum ? '(' : '[', lower, upper, parameter->open_maximum ? ')' : ']');
  if (parameter->multiple > 1) {
    const size_t used = strlen(text);
    snprintf(text + used, size - used, ", a multiple of %u", parameter->multiple);
  }
}

static lerp_status refuse(const char *owner, const lerp_parameter *parameter, const char *value,
                          lerp_error *error) {
  char range[160];
  describe_range(parameter, range, sizeof range);
  return lerp_fail(error, LERP_INVALID, SIZE_MAX, "%s: %s=%s: must be %s", owner, parameter->name, value,
                   range);
}

lerp_status lerp_parameter_check(const char *owner, const lerp_parameter *parameter, double value,
                                 lerp_error *error) {
  bool fine;
  if (parameter->choices) {
    size_t count = 0;
    while (parameter->choices[count]) {
      count++;
    }
    fine = value >= 0 && value < (double)count && floor(value) == value;
  } else {
    const bool above = parameter->open_minimum ? value > parameter->minimum : value >= parameter->minimum;
    const bool below = parameter->open_maximum ? value < parameter->maximum : value <= parameter->maximum;
    fine = above && below && (!parameter->integer || floor(value) == value) &&
           (parameter->multiple < 2 || fmod(value, parameter->multiple) == 0);
  }
  if (fine) {
    return LERP_OK;
  }
  char text[32];
  lerp_format_number(value, text, sizeof text);
  return refuse(owner, parameter, text, error);
}

lerp_status lerp_parameter_parse(const char *owner, const lerp_parameter *parameter, const char *text,
                                 double *value, lerp_error *error) {
  double parsed = NAN;
  if (parameter->choices) {
    for (size_t i = 0; parameter->choices[i]; i++) {
      if (strcmp(parameter->choices[i], text) == 0) {
        parsed = (double)i;
      }
    }
  } else if (!lerp_read_number(text, &parsed)) {
    parsed = NAN;
  }
  if (isnan(parsed)) {
    return refuse(owner, parameter, text, error);
  }
  const lerp_status status = lerp_parameter_check(owner, parameter, parsed, error);
  if (status == LERP_OK) {
    *value = parsed;
  }
  return status;
}

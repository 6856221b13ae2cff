/* SPDX-License-Identifier: MIT */
#include "defaults.h"

#include <stddef.h>
#include <string.h>

static const training_default points[] = {
    {"gda", "gamma=0.02", "ratio=5", true},
    {"eg", "gamma=0.05", "ratio=5", false},
    {"eg+", "gamma=0.02:alpha=0.5", "ratio=5", false},
    {"rapp", "gamma=0.05:inner=3:lambda=0.9", "ratio=10", true},
    {"wrapp", "gamma=0.05:lambda=1", "ratio=5", false},
    {"adam", "lr=0.001", "ratio=1", true},
    {"extra-adam", "lr=0.0005:state=split", "ratio=4", false},
    {"extra-adam+", "lr=0.0005:state=split", "ratio=4", false},
    {"la-gda", "gamma=0.02:tau=100:lambda=0.8", "ratio=5", true},
    {"la-eg", "gamma=0.05:tau=100:lambda=0.8", "ratio=5", false},
    {"la-eg+", "gamma=0.02:alpha=0.5:tau=100:lambda=0.8", "ratio=5", false},
    {"la-adam", "lr=0.002:tau=100:lambda=0.5", "ratio=1", true},
    {"la-extra-adam", "lr=0.002:state=split:tau=100:lambda=0.5", "ratio=1", false},
    {"la-extra-adam+", "lr=0.002:state=split:tau=100:lambda=0.5", "ratio=1", false},
    {NULL, NULL, NULL, false},
};

static const training_default pictures[] = {
    {"gda", "gamma=0.02", "ratio=5:batch=128", true},
    {"eg", "gamma=0.02", "ratio=5:batch=128", false},
    {"eg+", "gamma=0.02:alpha=0.5", "ratio=5:batch=128", false},
    {"rapp", "gamma=0.02:inner=3:lambda=0.9", "ratio=5:batch=128", true},
    {"wrapp", "gamma=0.02:lambda=0.9", "ratio=5:batch=128", false},
    {"adam", "lr=0.0002:beta1=0:beta2=0.9", "ratio=1:batch=128", true},
    {"extra-adam", "lr=0.0002:beta1=0:beta2=0.9:state=split", "ratio=1:batch=128", false},
    {"extra-adam+", "lr=0.0002:beta1=0:beta2=0.9:state=split", "ratio=1:batch=128", false},
    {"la-gda", "gamma=0.02:tau=5000:lambda=0.5", "ratio=5:batch=128", true},
    {"la-eg", "gamma=0.02:tau=5000:lambda=0.5", "ratio=5:batch=128", false},
    {"la-eg+", "gamma=0.02:alpha=0.5:tau=5000:lambda=0.5", "ratio=5:batch=128", false},
    {"la-adam", "lr=0.0002:beta1=0:beta2=0.9:tau=5000:lambda=0.5", "ratio=1:batch=128", true},
    {"la-extra-adam", "lr=0.0002:beta1=0:beta2=0.9:state=split:tau=5000:lambda=0.5", "ratio=1:batch=128",
     false},
    {"la-extra-adam+", "lr=0.0002:beta1=0:beta2=0.9:state=split:tau=5000:lambda=0.5", "ratio=1:batch=128",
     false},
    {NULL, NULL, NULL, false},
};

const training_default *training_default_for(const char *method, bool images) {
  for (const training_default *d = images ? pictures : points; d->method; d++) {
    if (strcmp(d->method, method) == 0) {
      return d;
    }
  }
  return NULL;
}

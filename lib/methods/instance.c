/* SPDX-License-Identifier: MIT */
#include "methods.h"

#include <lerp/spec.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char lookahead_prefix[] = "la-", base_prefix[] = "base-";

/* The methods of the table and then further ones; NULL after the last. */
static const lerp_method *method_at(size_t i, const lerp_method *const *more) {
  const lerp_method *const *table = lerp_methods();
  size_t count = 0;
  while (table[count]) {
    if (count == i) {
      return table[i];
    }
    count++;
  }
  for (i -= count; more && *more && i > 0; i--) {
    more++;
  }
  return more ? *more : NULL;
}

static const char *method_candidate(size_t i, const void *self) {
  const lerp_method *method = method_at(i, self);
  return method ? method->name : NULL;
}

static const char *parameter_candidate(size_t i, const void *self) {
  return ((const lerp_parameter *)self)[i].name;
}

static lerp_status unknown_method(const char *name, const char *whole, const lerp_method *const *more,
                                  lerp_error *error) {
  const char *near = lerp_nearest_name(name, method_candidate, more);
  return near ? lerp_fail(error, LERP_UNKNOWN, SIZE_MAX, "unknown method '%s': did you mean '%.*s%s'?", whole,
                          (int)(strlen(whole) - strlen(name)), whole, near)
              : lerp_fail(error, LERP_UNKNOWN, SIZE_MAX,
                          "unknown method '%s' (lerp-solve --list methods names all)", whole);
}

static bool is_lookahead(const char *name) {
  return strncmp(name, lookahead_prefix, sizeof lookahead_prefix - 1) == 0;
}

/* `whole` is the name that the caller gave, for messages. */
static lerp_status new_instance(const char *name, const char *whole, const lerp_method *const *more,
                                lerp_method_instance **out, lerp_error *error) {
  const lerp_method *method = method_at(0, more);
  for (size_t i = 0; method && strcmp(method->name, name) != 0; i++) {
    method = method_at(i + 1, more);
  }
  if (!method && is_lookahead(name)) {
    method = lerp_lookahead_method();
  }
  if (!method) {
    return unknown_method(name, whole, more, error);
  }
  if (strlen(name) >= sizeof(*out)->name) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX, "method '%s': a name of at most %zu bytes", whole,
                     sizeof(*out)->name - 1);
  }
  lerp_method_instance *made = calloc(1, sizeof *made);
  if (!made) {
    return lerp_fail(error, LERP_MEMORY, SIZE_MAX, "method '%s': out of memory", whole);
  }
  made->method = method;
  snprintf(made->name, sizeof made->name, "%s", name);
  if (method == lerp_lookahead_method()) {
    const lerp_status status =
        new_instance(name + sizeof lookahead_prefix - 1, whole, more, &made->base, error);
    if (status) {
      lerp_method_free(made);
      return status;
    }
  }
  *out = made;
  return LERP_OK;
}

lerp_status lerp_method_new(const char *name, const lerp_method *const *more, lerp_method_instance **instance,
                            lerp_error *error) {
  return new_instance(name, name, more, instance, error);
}

void lerp_method_free(lerp_method_instance *instance) {
  if (instance) {
    lerp_method_free(instance->base);
    free(instance);
  }
}

/* Where a key lives: its instance, and its index there; NULL when nowhere. */
static lerp_method_instance *locate(const lerp_method_instance *instance, const char *key, size_t *index) {
  for (; instance; instance = instance->base) {
    if (instance->base && strncmp(key, base_prefix, sizeof base_prefix - 1) == 0) {
      key += sizeof base_prefix - 1;
      continue;
    }
    for (size_t i = 0; instance->method->parameters && instance->method->parameters[i].name; i++) {
      if (strcmp(instance->method->parameters[i].name, key) == 0) {
        *index = i;
        return (lerp_method_instance *)instance;
      }
    }
  }
  return NULL;
}

static lerp_status unknown_key(const lerp_method_instance *instance, const char *key, lerp_error *error) {
  const lerp_method_instance *at = instance;
  for (const lerp_method_instance *i = instance; i; i = i->base) {
    at = i;
  }
  const char *near = lerp_nearest_name(key, parameter_candidate, at->method->parameters);
  return near ? lerp_fail(error, LERP_UNKNOWN, SIZE_MAX, "%s has no parameter '%s': did you mean '%s'?",
                          instance->name, key, near)
              : lerp_fail(error, LERP_UNKNOWN, SIZE_MAX, "%s has no parameter '%s'", instance->name, key);
}

static const lerp_parameter *find(lerp_method_instance *instance, const char *key,
                                  lerp_method_instance **owner, size_t *index, lerp_error *error) {
  *owner = locate(instance, key, index);
  if (!*owner) {
    unknown_key(instance, key, error);
    return NULL;
  }
  return &(*owner)->method->parameters[*index];
}

lerp_status lerp_method_set(lerp_method_instance *instance, const char *key, const char *value,
                            lerp_error *error) {
  lerp_method_instance *owner;
  size_t index;
  const lerp_parameter *parameter = find(instance, key, &owner, &index, error);
  if (!parameter) {
    return LERP_UNKNOWN;
  }
  const lerp_status status = lerp_parameter_parse(owner->name, parameter, value, &owner->value[index], error);
  owner->given[index] |= status == LERP_OK;
  return status;
}

lerp_status lerp_method_set_number(lerp_method_instance *instance, const char *key, double value,
                                   lerp_error *error) {
  lerp_method_instance *owner;
  size_t index;
  const lerp_parameter *parameter = find(instance, key, &owner, &index, error);
  if (!parameter) {
    return LERP_UNKNOWN;
  }
  const lerp_status status = lerp_parameter_check(owner->name, parameter, value, error);
  if (status == LERP_OK) {
    owner->value[index] = value;
    owner->given[index] = true;
  }
  return status;
}

double lerp_method_value(const lerp_method_instance *instance, const char *key) {
  size_t index;
  const lerp_method_instance *owner = locate(instance, key, &index);
  return owner ? owner->value[index] : NAN;
}

double lerp_method_rho_min(const lerp_method_instance *instance) {
  const lerp_method_instance *base = instance->base;
  if (!base) {
    return instance->method->guarantee ? instance->method->rho_min : (double)INFINITY;
  }
  return base->method->lookahead            ? base->method->lookahead->rho_min
         : base->method->quasi_nonexpansive ? lerp_method_rho_min(base)
                                            : (double)INFINITY;
}

/* The rho that defaults are made for: the problem's where the method is proved for it, else just inside the proved
 * range; 0 where it is unknown or positive. */
static double rho_for_defaults(const lerp_facts *facts, double rho_min) {
  const double rho = isnan(facts->rho) ? 0 : fmin(facts->rho, 0), lipschitz = facts->lipschitz;
  const bool outside = rho_min <= 0 && (rho_min < 0 ? rho * lipschitz <= rho_min : rho < 0);
  return outside ? 0.95 * rho_min / lipschitz : rho;
}

/* `above`: the Lookahead theory of this method when it is the base of one; `below`: that of its own base. */
static double default_value(const lerp_method_instance *instance, size_t i, const lerp_facts *facts,
                            const lerp_lookahead *above, const lerp_lookahead *below) {
  const lerp_parameter *parameter = &instance->method->parameters[i];
  if (above && strcmp(parameter->name, "gamma") == 0) {
    return above->gamma(facts);
  }
  if (below && strcmp(parameter->name, "tau") == 0) {
    return below->tau;
  }
  if (below && strcmp(parameter->name, "lambda") == 0) {
    return below->lambda(facts, lerp_method_value(instance->base, "gamma"));
  }
  return parameter->initially ? parameter->initially(facts, instance->value) : parameter->initial;
}

static lerp_status complete(lerp_method_instance *instance, const lerp_facts *facts,
                            const lerp_lookahead *above, lerp_error *error) {
  const lerp_lookahead *below = instance->base ? instance->base->method->lookahead : NULL;
  lerp_status status = instance->base ? complete(instance->base, facts, below, error) : LERP_OK;
  lerp_facts adjusted = *facts;
  adjusted.rho = rho_for_defaults(facts, above ? above->rho_min : lerp_method_rho_min(instance));
  const lerp_parameter *parameter = instance->method->parameters;
  for (size_t i = 0; status == LERP_OK && parameter && parameter[i].name; i++) {
    if (!instance->given[i]) {
      instance->value[i] = default_value(instance, i, &adjusted, above, below);
      if (isnan(instance->value[i])) {
        return lerp_fail(error, LERP_INVALID, SIZE_MAX, "%s: '%s' must be given: L of the problem is unknown",
                         instance->name, parameter[i].name);
      }
    }
    status = lerp_parameter_check(instance->name, &parameter[i], instance->value[i], error);
  }
  return status;
}

lerp_status lerp_method_complete(lerp_method_instance *instance, const lerp_facts *facts, lerp_error *error) {
  return complete(instance, facts, NULL, error);
}

lerp_guarantee lerp_method_guarantee(const lerp_method_instance *instance, const lerp_facts *facts) {
  if (!instance->method->guarantee) {
    return (lerp_guarantee){LERP_NO_GUARANTEE, "no theory of this method is known here", ""};
  }
  if (isnan(facts->lipschitz) || isnan(facts->rho)) {
    return (lerp_guarantee){LERP_NO_GUARANTEE, "L or rho of the problem is unknown", ""};
  }
  return instance->method->guarantee(facts, instance);
}

lerp_cost lerp_method_cost(const lerp_method_instance *instance) {
  return instance->method->cost(instance);
}

const char *lerp_evidence_name(lerp_evidence evidence) {
  static const char *const names[] = {"none", "observed", "proved"};
  return (unsigned)evidence < 3 ? names[evidence] : "?";
}

lerp_extent lerp_instance_extent(const lerp_method_instance *instance, const lerp_problem *problem) {
  const lerp_method *method = instance->method;
  const lerp_extent more = method->more     ? method->more(instance, problem)
                           : instance->base ? lerp_instance_extent(instance->base, problem)
                                            : (lerp_extent){0};
  return (lerp_extent){method->vectors + more.vectors, method->state + more.state,
                       method->temporaries + more.temporaries};
}

bool lerp_instance_sums(const lerp_method_instance *instance) {
  return (instance->method->sums && instance->method->sums(instance)) ||
         (instance->base && lerp_instance_sums(instance->base));
}

bool lerp_instance_at_iterate(const lerp_method_instance *instance) {
  return instance->base ? lerp_instance_at_iterate(instance->base) : instance->method->at_iterate;
}

const lerp_method_instance *lerp_instance_resolvent(const lerp_method_instance *instance) {
  return instance->method->requires & LERP_NEEDS_RESOLVENT ? instance
         : instance->base                                  ? lerp_instance_resolvent(instance->base)
                                                           : NULL;
}

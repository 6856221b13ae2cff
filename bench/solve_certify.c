/* SPDX-License-Identifier: MIT */
/* lerp-solve --certify: what a problem's operator says about it, and which method to use with which steps. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "solve.h"
#include "values.h"

static const double progress_after = 2, progress_every = 0.2; /* seconds */

typedef struct progress {
  double begin, next;
  bool terminal, shown;
} progress;

static int show_progress(void *self, const char *what, double share) {
  progress *p = self;
  const double seconds = clock_seconds() - p->begin;
  if (p->terminal && seconds >= p->next) {
    fprintf(stderr, "\r\033[K%s  %.0f %%  %.0f s", what, 100 * share, seconds);
    p->next = seconds + progress_every;
    p->shown = true;
  }
  return tool_interrupted;
}

/* People */

typedef struct steps_text {
  char text[256];
} steps_text;

static void append_step(void *self, const char *key, const lerp_parameter *parameter, double value,
                        bool given) {
  (void)given;
  steps_text *to = self;
  const size_t used = strlen(to->text);
  char number[64];
  if (parameter->choices != NULL) {
    tool_format_value(parameter, value, number, sizeof number);
  } else {
    snprintf(number, sizeof number, "%.6g", value);
  }
  snprintf(to->text + used, sizeof to->text - used, "%s%s=%s", used == 0 ? "" : " ", key, number);
}

static void format_count(const lerp_interval *count, char *text, size_t size) {
  if (isinf(count->lower)) {
    snprintf(text, size, "never");
  } else if (isinf(count->upper)) {
    snprintf(text, size, ">%.0f", count->lower);
  } else if (count->upper > count->lower) {
    snprintf(text, size, "%.0f..%.0f", count->lower, count->upper);
  } else {
    snprintf(text, size, "%.0f", count->lower);
  }
}

static void format_evaluations(const lerp_prediction *p, char *text, size_t size) {
  if (p->basis == LERP_NOT_PREDICTED) {
    snprintf(text, size, "-");
    return;
  }
  format_count(&p->evaluations, text, size);
  if (p->exact_resolvents > 0 && isfinite(p->iterations.upper)) {
    const size_t used = strlen(text);
    snprintf(text + used, size - used, "+%.0fJ", p->exact_resolvents * p->iterations.upper);
  }
}

static void print_row(const lerp_certificate_row *row) {
  char evaluations[48], rate[32] = "-";
  steps_text steps = {.text = ""};
  if (row->refusal.status != LERP_OK) {
    printf("%-16s %-9s %s\n", row->instance->name, "-", row->refusal.message);
    return;
  }
  format_evaluations(&row->prediction, evaluations, sizeof evaluations);
  if (isfinite(row->prediction.rate)) {
    snprintf(rate, sizeof rate, "%.6f", row->prediction.rate);
  }
  tool_each_parameter(row->instance, append_step, &steps);
  const lerp_guarantee *guarantee = &row->guarantee;
  printf("%-16s %-9s %12s %9s  %s; %s", row->instance->name, lerp_evidence_name(guarantee->evidence),
         evaluations, rate, steps.text, guarantee->reason);
  if (guarantee->source[0] != '\0') {
    printf(" (%s)", guarantee->source);
  }
  if (row->prediction.basis == LERP_NOT_PREDICTED) {
    printf("; no prediction: %s", row->prediction.why);
  }
  putchar('\n');
}

static const char *origin_text(lerp_origin origin) {
  switch (origin) {
  case LERP_FROM_MATRIX:
    return "computed from the matrix";
  case LERP_FROM_KRYLOV:
    return "extreme eigenvalues by iteration, within the residual of the eigenpairs";
  default:
    return "sampled, not a proof";
  }
}

static bool is_unknown(const lerp_interval *i) {
  return i->lower == -INFINITY && i->upper == INFINITY;
}

static void print_interval(const lerp_interval *i) {
  const double middle = (i->lower + i->upper) / 2, half = (i->upper - i->lower) / 2;
  const bool below = isfinite(i->lower), above = isfinite(i->upper);
  if (below && above && half > 1e-4 * fabs(middle) && half > 1e-9) {
    printf("between %.6g and %.6g", i->lower, i->upper);
  } else if (below && above) {
    printf("%.10g +- %.1e", middle, half);
  } else if (below) {
    printf("at least %.10g", i->lower);
  } else if (above) {
    printf("at most %.10g", i->upper);
  } else {
    printf("%s", is_unknown(i) ? "unknown" : i->lower > 0 ? "infinity" : "-infinity");
  }
}

static void print_constant(const char *name, const lerp_interval *found, const char *how, double declared,
                           double used) {
  printf("%-10s ", name);
  print_interval(found);
  if (!is_unknown(found)) {
    printf(", %s", how);
  }
  if (!isnan(declared)) {
    printf("; declared %.10g", declared);
  }
  if (!isnan(used)) {
    printf("; steps are made for %.10g", used);
  }
  putchar('\n');
}

static void print_human(const problem_instance *problem, const lerp_certificate *c) {
  char spec[PROBLEM_TEXT_SIZE];
  const lerp_facts *declared = &problem->problem.facts;
  const size_t *dimension = problem->problem.op.dimension;
  problem_format(problem, spec, sizeof spec);
  printf("%-10s %s: n %zu\n", "problem", spec, dimension[0] + dimension[1]);
  const char *how = origin_text(c->constants.origin);
  print_constant("L", &c->constants.lipschitz, how, declared->lipschitz, c->facts.lipschitz);
  print_constant("rho", &c->constants.rho,
                 c->constants.weak_minty ? "weak Minty ratio about the known solution, sampled, not a proof"
                                         : how,
                 declared->rho, c->facts.rho);
  for (size_t i = 0; i < c->disagreements; i++) {
    printf("%-10s %s\n", "refuted", c->disagreement[i]);
  }
  if (c->choice != NULL) {
    printf("%-10s %s: %s\n", "auto", c->choice->instance->name, c->reason);
  }
  printf("\n%-16s %-9s %12s %9s  %s\n", "method", "theory", "evaluations", "rate", "steps; reason (source)");
  for (size_t i = 0; i < c->count; i++) {
    print_row(&c->row[i]);
  }
}

/* JSON */

static json_t *interval_json(const lerp_interval *interval) {
  return json_pack("[o, o]", values_number(interval->lower), values_number(interval->upper));
}

static json_t *row_json(const lerp_certificate_row *row) {
  if (row->refusal.status != LERP_OK) {
    return json_pack("{s:s, s:b, s:s, s:s, s:s}", "method", row->instance->name, "applies", false, "evidence",
                     lerp_evidence_name(LERP_NO_GUARANTEE), "reason", row->refusal.message, "source", "");
  }
  const lerp_prediction *p = &row->prediction;
  json_t *object =
      json_pack("{s:s, s:b, s:s, s:s, s:s, s:o, s:o, s:s}", "method", row->instance->name, "applies", true,
                "evidence", lerp_evidence_name(row->guarantee.evidence), "reason", row->guarantee.reason,
                "source", row->guarantee.source, "parameters", values_of_method(row->instance), "rate",
                values_number(p->rate), "predicted_by", lerp_basis_name(p->basis));
  if (p->basis == LERP_NOT_PREDICTED) {
    json_object_set_new(object, "no_prediction", json_string(p->why));
    return object;
  }
  const bool point = p->evaluations.lower == p->evaluations.upper;
  json_t *predicted =
      json_pack("{s:b, s:o, s:o, s:o, s:o, s:o}", "converges", isfinite(p->evaluations.upper), "evaluations",
                point ? values_number(p->evaluations.lower) : json_null(), "evaluations_interval",
                interval_json(&p->evaluations), "iterations",
                point ? values_number(p->iterations.lower) : json_null(), "iterations_interval",
                interval_json(&p->iterations), "exact_resolvents", values_number(p->exact_resolvents));
  json_object_update(object, predicted);
  json_decref(predicted);
  return object;
}

static void print_json(const problem_instance *problem, const lerp_certificate *c) {
  char spec[PROBLEM_TEXT_SIZE];
  const lerp_facts *declared = &problem->problem.facts;
  const size_t *dimension = problem->problem.op.dimension;
  problem_format(problem, spec, sizeof spec);
  json_t *disagreements = json_array(), *methods = json_array();
  for (size_t i = 0; i < c->disagreements; i++) {
    json_array_append_new(disagreements, json_string(c->disagreement[i]));
  }
  for (size_t i = 0; i < c->count; i++) {
    json_array_append_new(methods, row_json(&c->row[i]));
  }
  json_t *choice = c->choice == NULL
                       ? json_null()
                       : json_pack("{s:s, s:s}", "method", c->choice->instance->name, "reason", c->reason);
  solve_print_json_line(json_pack(
      "{s:s, s:s, s:I, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "schema", "lerp-certify/1",
      "problem", spec, "n", (json_int_t)(dimension[0] + dimension[1]), "origin",
      lerp_origin_name(c->constants.origin), "rho_kind",
      c->constants.weak_minty ? "weak Minty" : "comonotone", "lipschitz", values_number(c->facts.lipschitz),
      "rho", values_number(c->facts.rho), "lipschitz_interval", interval_json(&c->constants.lipschitz),
      "rho_interval", interval_json(&c->constants.rho), "declared_lipschitz",
      values_number(declared->lipschitz), "declared_rho", values_number(declared->rho), "disagreements",
      disagreements, "auto", choice, "methods", methods));
}

int solve_certify(const problem_instance *problem, const solve_options *options) {
  progress p = {.begin = clock_seconds(), .next = progress_after, .terminal = tool_has_terminal()};
  tool_catch_interrupts();
  lerp_certify_options wanted = lerp_certify_options_default();
  wanted.relative_tolerance = options->settings.relative_tolerance;
  wanted.absolute_tolerance = options->settings.absolute_tolerance;
  wanted.radius = options->radius;
  wanted.seed = options->seed;
  wanted.more = tool_added_methods();
  wanted.progress = show_progress;
  wanted.self = &p;
  lerp_error error;
  lerp_certificate *certificate;
  const lerp_status status = lerp_certify(&problem->problem, &wanted, &certificate, &error);
  if (p.shown) {
    fputs("\r\033[K", stderr);
  }
  if (status != LERP_OK) {
    tool_fail(tool_interrupted ? TOOL_INTERRUPTED : TOOL_BAD_INPUT, "%s", error.message);
  }
  (options->json ? print_json : print_human)(problem, certificate);
  const int code = certificate->disagreements > 0 ? TOOL_NOT_CONVERGED : TOOL_DONE;
  lerp_certificate_free(certificate);
  return code;
}

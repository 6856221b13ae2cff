/* SPDX-License-Identifier: MIT */
/* What the process that plans a run and those that take its samples say to each other, one JSON object a line. A hello
 * comes first from those; then it sends tickets, and each is answered. */
#ifndef LERP_TICKET_H
#define LERP_TICKET_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "measure.h"
#include "plan.h"
#include "record.h"
#include "shim/shim.h"

/* Counts up when the messages change; the schema of the store has a number of its own. */
enum { TICKET_PROTOCOL = 3 };

/* A sample to take: a case, and where it stands in the run. Texts are borrowed, from the JSON where it was read. */
typedef struct ticket {
  const char *name; /* of the case */
  suite_family family;
  const char *suite, *command, *arm;
  uint64_t seed;
  int block, process, repetition;
  size_t order_index, count;
} ticket;

/* The message for a case; `count` samples are planned so far. */
json_t *ticket_write(const record_context *context, const plan_case *item, size_t count);
/* LERP_INVALID: it is none. Free with ticket_fini. */
lerp_status ticket_read(json_t *message, ticket *self, lerp_error *error);
void ticket_fini(ticket *self);

/* What came of a ticket. */
typedef struct answer {
  bool taken;  /* and stored */
  bool failed; /* which was said */
  bool disturbed;
  double seconds;
  shim_measurement measured; /* its texts are the message's */
  const char *broken;        /* why the store cannot be written, or NULL */
} answer;

json_t *answer_write(bool taken, bool failed, bool disturbed, const measurement *measured,
                     const char *broken);
/* false: it is none. */
bool answer_read(json_t *message, answer *self);

/* Who it is that takes samples. Texts are the message's. */
typedef struct hello {
  const char *commit, *machine;
} hello;

json_t *hello_write(const char *machine);
lerp_status hello_read(json_t *message, hello *self, lerp_error *error);

#endif

/* A release that another machine has begun: its plan is in the bucket, or in the tags of its
 * snapshots, and whoever holds it is replaced only when a person says so. */
#ifndef CORE_ELSEWHERE_H
#define CORE_ELSEWHERE_H

#include <stdio.h>

#include "aws/call.h"
#include "core/journal.h"
#include "core/options.h"
#include "core/plan.h"

/* Looks for the plan of an unfinished release in s->buckets, then in the tags of the snapshots in
 * s->home (else AWS_REGION), puts it into the journal and takes its
 * kernel lock. *plan is NULL when there is none, or when this journal has seen its end. Thread:
 * main. */
bool elsewhere_adopt(const struct settings *s, struct aws *aws, struct journal *journal,
                     const char *name, struct plan **plan, struct err *err);

/* With --take-over: says who holds the release's lease and wants the typed phrase, or --yes.
 * *nonce, malloc'd, is release_options.take_over; NULL when nobody else holds it. ERR_REFUSED when
 * nobody agrees. Thread: main. */
bool elsewhere_take_over(const struct settings *s, struct aws *aws, struct journal *journal,
                         const struct plan *plan, FILE *out, char **nonce, struct err *err);

#endif

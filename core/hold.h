/* A release's lease for a verb that works without an engine. */
#ifndef CORE_HOLD_H
#define CORE_HOLD_H

#include <pthread.h>

#include "core/interrupt.h"
#include "core/journal.h"
#include "core/lease.h"
#include "core/plan.h"

/* Zeroed holds nothing. It stays where it is while it holds. */
struct hold {
    struct lease lease;
    struct call *call;
    pthread_t thread; /* renews it: the lease and the call are its own meanwhile */
    bool renews;
    atomic_bool ending;
    struct interrupt *interrupt; /* raised when the lease is lost */
    struct err lost;             /* why; kind ERR_NONE while it is held */
};

/* Takes the lease of the plan's release, with the nonces that the journal knows, and renews it from
 * then on; at once when its bucket is gone. take_over: as in lease_take(), may be
 * NULL. ERR_REFUSED when another machine has it, or has finished the release: its plan is gone.
 * Plan and interrupt outlive the hold, which is ended in either case. Thread: main. */
bool hold_take(struct hold *hold, struct aws *aws, struct journal *journal, const struct plan *plan,
               const char *take_over, struct interrupt *interrupt, struct err *err);
/* Ends the renewing. False with *err set when somebody else has taken it over: nothing more may be
 * asked of AWS for the release. Thread: main. */
bool hold_still(struct hold *hold, struct err *err);
/* Gives it back, with the plan unless that shall stay; frees. Thread: main. */
bool hold_end(struct hold *hold, bool keep_plan, struct err *err);

#endif

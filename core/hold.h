/* A release's lease for a verb that works without an engine. */
#ifndef CORE_HOLD_H
#define CORE_HOLD_H

#include "core/journal.h"
#include "core/lease.h"
#include "core/plan.h"

/* Zeroed holds nothing. */
struct hold {
    struct lease lease;
    struct call *call;
};

/* Takes the lease of the plan's release, with the nonces that the journal knows; at once without a
 * bucket, or when that is gone. ERR_REFUSED when another machine has it, or has finished the
 * release: its plan is gone. The plan outlives the
 * hold, which is ended in either case. Thread: main. */
bool hold_take(struct hold *hold, struct aws *aws, struct journal *journal, const struct plan *plan,
               struct err *err);
/* Gives it back, with the plan unless that shall stay; frees. Thread: main. */
bool hold_end(struct hold *hold, bool keep_plan, struct err *err);

#endif

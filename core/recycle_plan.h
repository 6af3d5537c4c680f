/* Which snapshots were an AMI's, once it rests in the Recycle Bin: the plans that were carried out
 * on this machine know. */
#ifndef CORE_RECYCLE_PLAN_H
#define CORE_RECYCLE_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/recycle.h"

/* The items to restore, in the bin's order: those with one of the ids, and with each AMI the
 * snapshots in the bin that a plan in STATE/cleanup-*.json, or EC2's description of the snapshot,
 * says are its own. *out is malloc'd, the items are the bin's. Thread: main or ui. */
size_t recycle_choose(const char *state_dir, const struct recycle_bin *bin, const char *const *ids,
                      size_t id_count, const struct recycle_item ***out);

#endif

/* Recycle Bin: the rules that say for how long deleted images and snapshots are kept. */
#ifndef AWS_SIM_RBIN_H
#define AWS_SIM_RBIN_H

#include <stdint.h>

#include "aws/sim/params.h"
#include "aws/sim/service.h"

enum rbin_type { RBIN_IMAGE, RBIN_SNAPSHOT };

/* How long the active rules of the account in the region keep a resource with these tags: the
 * longest of those that fit, 0 when none does. Thread: any, lock held. */
int64_t rbin_retention_ms(const struct world *w, enum rbin_type type, const char *account,
                          const char *region, const struct params *tags);

/* One a row of the action table; the request and its answer are those of the API reference. Thread:
 * any, lock held. */
action_fn rbin_create_rule;
action_fn rbin_get_rule;
action_fn rbin_list_rules;
action_fn rbin_delete_rule;

/* The hooks of struct service. Thread: any, lock held. */
bool rbin_load(struct world *w, const cJSON *start, char **why);
void rbin_state(struct world *w, cJSON *out);
void rbin_reset(struct world *w);

#endif

/* How often what was asked: GET /_sim/requests. */
#ifndef AWS_SIM_STATS_H
#define AWS_SIM_STATS_H

#include <cjson/cJSON.h>
#include <stdbool.h>

/* Counts a request that was answered, or, with `error`, refused. Thread: any, lock held. */
void stats_count(const char *action, const char *region, bool mutating, bool error);

/* {"requests": [{"action", "region", "mutating", "count", "errors"}]}; the caller frees.
 * Thread: any, lock held. */
cJSON *stats_json(void);

/* Forgets all counts. Thread: any, lock held. */
void stats_clear(void);

#endif

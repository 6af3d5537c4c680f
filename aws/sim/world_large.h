/* Large worlds: rows of --world that stand for thousands of images and snapshots. */
#ifndef AWS_SIM_WORLD_LARGE_H
#define AWS_SIM_WORLD_LARGE_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "aws/sim/world.h"

/* Makes what one row of `generate` says (WORLD.md); false when it makes no sense. Thread: any, lock
 * held. */
bool world_large_load(struct world *w, const cJSON *row);

#endif

/* What ties the AMIs and the snapshots of one region to each other. Pure. */
#ifndef CORE_INVENTORY_TIE_H
#define CORE_INVENTORY_TIE_H

#include "core/inventory_rows.h"

/* Sets snapshot_bytes of AMIs, and users and made_for of snapshots, from nothing or from what an
 * earlier call set; both are replaced by copies where somebody else has them. NULL is no rows.
 * Thread: any. */
void inventory_tie(struct inventory_rows **images, struct inventory_rows **snapshots);

#endif

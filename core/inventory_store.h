/* What S3 says of a bucket: tatami's staging objects, and unfinished uploads. */
#ifndef CORE_INVENTORY_STORE_H
#define CORE_INVENTORY_STORE_H

#include "aws/call.h"
#include "core/inventory_place.h"

/* The objects below "tatami/". Tags are asked only of those that the rows of before do not have.
 * Thread: worker. */
bool inventory_store_objects(struct call *c, const char *bucket,
                             const struct inventory_place *before, struct inventory_builder *b,
                             struct err *err);
/* Every unfinished upload, tatami's and others', and what has arrived of it. Thread: worker. */
bool inventory_store_uploads(struct call *c, const char *bucket,
                             const struct inventory_place *before, struct inventory_builder *b,
                             struct err *err);

#endif

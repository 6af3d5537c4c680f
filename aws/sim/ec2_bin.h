/* The Recycle Bin: deleted images and snapshots that a retention rule keeps for a while. */
#ifndef AWS_SIM_EC2_BIN_H
#define AWS_SIM_EC2_BIN_H

#include "aws/sim/ec2_store.h"

/* Deletes an image or a snapshot of the store: into the Recycle Bin, true, when a rule keeps it,
 * else for good. Thread: any, lock held. */
bool ec2_bin_delete(struct ec2_resource *r);

/* Moves it into the Recycle Bin when a rule keeps it, else leaves it and is false. Thread: any,
 * lock held. */
bool ec2_bin_keep(struct ec2_resource *r);

/* What lies in it, in order of creation, as ec2_store_next_in() has it. Thread: any, lock held. */
struct ec2_resource *ec2_bin_next(enum ec2_type type, size_t place, uint64_t after);

/* The resource of that id in it, or NULL. Thread: any, lock held. */
struct ec2_resource *ec2_bin_find(enum ec2_type type, const char *region, const char *id);

/* Puts a resource of it back into the store. Thread: any, lock held. */
void ec2_bin_restore(struct ec2_resource *r);

/* Frees all that is in it; events were forgotten before. Thread: any, lock held. */
void ec2_bin_clear(void);

#endif

/* Block public access for AMIs and for snapshots: a switch for each account and region. */
#ifndef AWS_SIM_EC2_ACCESS_H
#define AWS_SIM_EC2_ACCESS_H

#include "aws/sim/ec2_store.h"
#include "aws/sim/request.h"

/* Whether an image (EC2_IMAGE) or a snapshot (EC2_SNAPSHOT) may not be made public now. Thread:
 * any, lock held. */
bool ec2_access_blocked(const struct request *request, enum ec2_type type);

/* Whether a snapshot that is public is hidden from others all the same (block-all-sharing). Thread:
 * any, lock held. */
bool ec2_access_hides(const struct ec2_snapshot *snapshot);

/* Forgets all switches: public access is not blocked. Thread: any, lock held. */
void ec2_access_clear(void);

/* Sets a switch at once. False when there is no such state. Thread: any, lock held. */
bool ec2_access_set(enum ec2_type type, const char *account, const char *region, const char *state);

#endif

/* The life of a snapshot that EBS direct started, in simulated time. */
#ifndef AWS_SIM_EBS_LIFE_H
#define AWS_SIM_EBS_LIFE_H

#include "aws/sim/ebs_store.h"

/* Lets a fresh snapshot be unknown to writers for a few seconds (one in three is), and turn to
 * error once its timeout has passed without a block. Thread: any, lock held. */
void ebs_open(struct ebs_upload *upload, struct ec2_snapshot *snapshot);

/* Takes no more blocks: the snapshot has its bytes, and is completed some time later, or an error
 * where it is doomed. Thread: any, lock held. */
void ebs_seal(struct ebs_upload *upload, struct ec2_snapshot *snapshot);

#endif

/* Requests a second: EBS direct's own limits, by account and region, and by snapshot. */
#ifndef AWS_SIM_EBS_QUOTA_H
#define AWS_SIM_EBS_QUOTA_H

#include "aws/sim/reply.h"

/* Takes a request from the quotas of its action, those of its account and, where there is one,
 * that of `snapshot` (an id, or NULL); each is a bucket of one second's worth that refills in
 * simulated time. Else answers RequestThrottledException and takes nothing. Quotas are those of
 * quota.c, which a world may change. Thread: any, lock held. */
bool ebs_quota_take(struct request *request, struct reply *reply, const char *snapshot);

/* Forgets all buckets. Thread: any, lock held. */
void ebs_quota_clear(void);

#endif

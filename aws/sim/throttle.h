/* Token buckets per account, region and action, refilled in simulated time. */
#ifndef AWS_SIM_THROTTLE_H
#define AWS_SIM_THROTTLE_H

#include "aws/sim/request.h"

struct throttle;

struct throttle *throttle_new(void);
void throttle_free(struct throttle *t);

/* Takes a token for the request; false when the bucket of its account, region and action is
 * empty. Sizes: "Request throttling for the Amazon EC2 API". Thread: any, lock held. */
bool throttle_take(struct throttle *t, const struct request *request);

#endif

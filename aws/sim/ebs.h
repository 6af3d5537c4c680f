/* EBS direct: the actions, each a handler that runs under the world lock. */
#ifndef AWS_SIM_EBS_H
#define AWS_SIM_EBS_H

#include "aws/sim/service.h"

/* One a row of the action table; the request and its answer are those of the API reference. The
 * parts of the path are parameters by then: snapshotId and blockIndex. Thread: any, lock held. */
action_fn ebs_start_snapshot;
action_fn ebs_check_block;
action_fn ebs_put_snapshot_block;
action_fn ebs_complete_snapshot;
action_fn ebs_list_snapshot_blocks;
action_fn ebs_list_changed_blocks;
action_fn ebs_get_snapshot_block;

#endif

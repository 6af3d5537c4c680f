/* What the actions of EBS direct do first: find the snapshot that the path names. */
#ifndef AWS_SIM_EBS_CALL_H
#define AWS_SIM_EBS_CALL_H

#include "aws/sim/ebs_store.h"

/* Whether `id` has the form of a snapshot's; else answers the error. Thread: any. */
bool ebs_id_check(struct request *request, struct reply *reply, const char *id);

/* The snapshot that the request writes to, known by now and still open. Else NULL after answering
 * the error. Thread: any, lock held. */
struct ebs_upload *ebs_writable(struct request *request, struct reply *reply);

/* The snapshot that `id` names, if the caller may read its blocks: its own or shared with it,
 * completed, not public. Else NULL after answering the error. Thread: any, lock held. */
struct ec2_snapshot *ebs_readable(struct request *request, struct reply *reply, const char *id);

/* The number that a query parameter or a header (its name in lower case) has; *value stays when
 * there is none. False after answering the error when it is no number from low to high. Thread:
 * any. */
bool ebs_number(struct request *request, struct reply *reply, const struct params *from,
                const char *name, int64_t low, int64_t high, int64_t *value);

#endif

/* The errors of EBS direct: status, code and the Reason that goes with it. */
#ifndef AWS_SIM_EBS_ERROR_H
#define AWS_SIM_EBS_ERROR_H

#include "aws/sim/reply.h"

enum ebs_problem {
    EBS_INVALID_PARAMETER,
    EBS_INVALID_SNAPSHOT_ID,
    EBS_INVALID_VOLUME_SIZE,
    EBS_INVALID_TAG,
    EBS_INVALID_BLOCK,
    EBS_INVALID_BLOCK_TOKEN,
    EBS_INVALID_PAGE_TOKEN,
    EBS_UNRELATED_SNAPSHOTS,
    EBS_NOT_FOUND,
    EBS_ACCESS_DENIED,
    EBS_ACCOUNT_THROTTLED,
    EBS_SNAPSHOT_THROTTLED,
    EBS_QUOTA_EXCEEDED,
    EBS_CONCURRENT_LIMIT,
    EBS_CONFLICT,
    EBS_INTERNAL,
    EBS_PROBLEMS,
};

/* Answers the error. Thread: any. */
void ebs_refuse(struct request *request, struct reply *reply, enum ebs_problem problem,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif

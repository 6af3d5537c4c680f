/* CompleteSnapshot, and what becomes of a snapshot after it or without it. */
#include <string.h>

#include "aws/sim/ebs.h"
#include "aws/sim/ebs_call.h"
#include "aws/sim/ebs_error.h"
#include "aws/sim/ebs_life.h"
#include "aws/sim/ebs_quota.h"
#include "aws/sim/ebs_token.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_snapshots.h"

/* Whether the header has that value. False after answering the error. */
static bool header_is(struct request *request, struct reply *reply, const char *name,
                      const char *value)
{
    const char *given = params_get(&request->headers, name);
    if (given != NULL && strcmp(given, value) == 0)
        return true;
    ebs_refuse(request, reply, EBS_INVALID_PARAMETER, "%s must be %s.", name, value);
    return false;
}

/* Whether the snapshot holds what the client believes. False after answering the error. */
static bool tally(struct request *request, struct reply *reply, const struct ebs_upload *upload)
{
    unsigned char stated[32], found[32];
    int64_t count;
    const char *checksum = params_get(&request->headers, "x-amz-checksum");
    if (!params_int(&request->headers, "x-amz-changedblockscount", &count) || count < 0) {
        ebs_refuse(request, reply, EBS_INVALID_PARAMETER, "ChangedBlocksCount must be a number.");
        return false;
    }
    if ((uint64_t)count != upload->blocks.count) {
        ebs_refuse(request, reply, EBS_INVALID_PARAMETER,
                   "ChangedBlocksCount does not match the blocks that were written.");
        return false;
    }
    if (checksum == NULL)
        return true;
    if (!header_is(request, reply, "x-amz-checksum-algorithm", "SHA256") ||
        !header_is(request, reply, "x-amz-checksum-aggregation-method", "LINEAR"))
        return false;
    ebs_blocks_linear(&upload->blocks, found);
    if (ebs_base64(checksum, stated, sizeof(stated)) && memcmp(stated, found, sizeof(found)) == 0)
        return true;
    ebs_refuse(request, reply, EBS_INVALID_PARAMETER,
               "The checksum does not match that of the blocks that were written.");
    return false;
}

void ebs_complete_snapshot(struct request *request, struct reply *reply)
{
    struct ebs_upload *upload;
    if (!ebs_quota_take(request, reply, NULL) || (upload = ebs_writable(request, reply)) == NULL ||
        !tally(request, reply, upload))
        return;
    struct ec2_snapshot *snapshot = ebs_store_snapshot(upload);
    const struct fault *fails = fault_of(request, FAULT_FAILS);
    if (fails != NULL)
        ec2_text_set(&snapshot->doom, fails->value != NULL ? fails->value : "Internal error");
    if (fault_of(request, FAULT_NO_EFFECT) == NULL)
        ebs_seal(upload, snapshot);
    ec2_content_corrupt(request, &snapshot->content);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "Status", "pending");
    reply_json(reply, 202, json);
}

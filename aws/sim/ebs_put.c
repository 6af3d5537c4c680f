/* PutSnapshotBlock: one block of 512 KiB, checked by the SHA-256 that comes with it. */
#include <stdlib.h>
#include <string.h>

#include "aws/sim/body.h"
#include "aws/sim/ebs.h"
#include "aws/sim/ebs_call.h"
#include "aws/sim/ebs_error.h"
#include "aws/sim/ebs_quota.h"
#include "aws/sim/ebs_token.h"
#include "aws/sim/ec2_snapshots.h"
#include "aws/sim/fault.h"
#include "aws/sim/store.h"

/* The block that the path names. False after answering the error. */
static bool block_index(struct request *request, struct reply *reply,
                        const struct ebs_upload *upload, uint64_t *index)
{
    int64_t value;
    if (params_int(&request->params, "blockIndex", &value) && value >= 0 &&
        (uint64_t)value < upload->block_count) {
        *index = (uint64_t)value;
        return true;
    }
    ebs_refuse(request, reply, EBS_INVALID_BLOCK, "The block index %s is not in the snapshot.",
               params_get(&request->params, "blockIndex"));
    return false;
}

/* The SHA-256 that the client states. False after answering the error. */
static bool stated_sha256(struct request *request, struct reply *reply, unsigned char out[32])
{
    const char *algorithm = params_get(&request->headers, "x-amz-checksum-algorithm");
    const char *checksum = params_get(&request->headers, "x-amz-checksum");
    if (algorithm == NULL || strcmp(algorithm, "SHA256") != 0)
        ebs_refuse(request, reply, EBS_INVALID_PARAMETER, "The checksum algorithm must be SHA256.");
    else if (checksum == NULL || !ebs_base64(checksum, out, 32))
        ebs_refuse(request, reply, EBS_INVALID_PARAMETER,
                   "The checksum is no SHA-256 digest in base64.");
    return reply->error_code == NULL;
}

void ebs_check_block(struct request *request, struct reply *reply)
{
    unsigned char sha256[32];
    uint64_t index;
    int64_t length = -1, progress = 0;
    const struct ebs_upload *upload = ebs_writable(request, reply);
    if (upload == NULL || !block_index(request, reply, upload, &index) ||
        !ebs_number(request, reply, &request->headers, "x-amz-progress", 0, 100, &progress) ||
        !stated_sha256(request, reply, sha256))
        return;
    if (!params_int(&request->headers, "x-amz-data-length", &length) || length != CONTENT_BLOCK)
        ebs_refuse(request, reply, EBS_INVALID_PARAMETER, "The data length must be %d.",
                   CONTENT_BLOCK);
    else if (ebs_quota_take(request, reply, upload->id))
        request->checksum = CHECKSUM_SHA256;
}

/* Whether the bytes are what the client says of them; with --discard nobody looked at them. */
static bool body_is(struct request *request, struct reply *reply, const unsigned char sha256[32])
{
    if (content_size(request->content) != CONTENT_BLOCK) {
        ebs_refuse(request, reply, EBS_INVALID_PARAMETER, "Failed to read block data");
        return false;
    }
    if (store_discards() || memcmp(body_checksum(request->upload), sha256, 32) == 0)
        return true;
    ebs_refuse(request, reply, EBS_INVALID_BLOCK,
               "The checksum of the block data does not match the checksum in the request.");
    return false;
}

static void keep(const struct request *request, struct ebs_upload *upload, uint64_t index,
                 const unsigned char sha256[32])
{
    struct content *content = content_ref(request->content);
    content_keep_zeros(content);
    ec2_content_corrupt(request, &content);
    if (fault_of(request, FAULT_NO_EFFECT) == NULL)
        ebs_blocks_put(&upload->blocks, index, content, sha256);
    content_unref(content);
    upload->touched_ms = clock_now_ms(request->world->clock);
}

void ebs_put_snapshot_block(struct request *request, struct reply *reply)
{
    unsigned char sha256[32];
    uint64_t index;
    int64_t progress = 0;
    struct ebs_upload *upload = ebs_writable(request, reply);
    if (upload == NULL || !block_index(request, reply, upload, &index) ||
        !stated_sha256(request, reply, sha256) || !body_is(request, reply, sha256))
        return;
    keep(request, upload, index, sha256);
    if (params_int(&request->headers, "x-amz-progress", &progress))
        ebs_store_snapshot(upload)->progress = (int)progress;
    reply->status = 201;
    reply_header(reply, "x-amz-Checksum", params_get(&request->headers, "x-amz-checksum"));
    reply_header(reply, "x-amz-Checksum-Algorithm", "SHA256");
}

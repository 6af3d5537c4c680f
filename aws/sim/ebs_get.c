/* GetSnapshotBlock: the bytes of one block, for the token that a list gave. */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "aws/sim/ebs.h"
#include "aws/sim/ebs_call.h"
#include "aws/sim/ebs_error.h"
#include "aws/sim/ebs_quota.h"
#include "aws/sim/ebs_token.h"
#include "aws/sim/mem.h"

/* The block that path and token name. False after answering the error. */
static bool named_block(struct request *request, struct reply *reply, const char *id,
                        uint64_t *index)
{
    const char *token = params_get(&request->params, "blockToken");
    int64_t asked;
    if (!params_int(&request->params, "blockIndex", &asked) || asked < 0)
        ebs_refuse(request, reply, EBS_INVALID_BLOCK, "The block index is not valid.");
    else if (token == NULL ||
             !ebs_token_read(request->world, token, EBS_BLOCK_TOKEN, id, NULL, index) ||
             *index != (uint64_t)asked)
        ebs_refuse(request, reply, EBS_INVALID_BLOCK_TOKEN,
                   "The block token is not valid or has expired.");
    return reply->error_code == NULL;
}

void ebs_get_snapshot_block(struct request *request, struct reply *reply)
{
    const char *id = params_get(&request->params, "snapshotId");
    uint64_t index;
    const struct ec2_snapshot *snapshot;
    if (!ebs_id_check(request, reply, id) || !ebs_quota_take(request, reply, id) ||
        (snapshot = ebs_readable(request, reply, id)) == NULL ||
        !named_block(request, reply, id, &index))
        return;
    unsigned char sha256[32], *block = xcalloc(1, CONTENT_BLOCK);
    struct str checksum = {0};
    bool known = snapshot->content != NULL && content_known(snapshot->content);
    if (known && content_read(snapshot->content, index * CONTENT_BLOCK, block, CONTENT_BLOCK) > 0) {
        EVP_Digest(block, CONTENT_BLOCK, sha256, NULL, EVP_sha256(), NULL);
        str_add_base64(&checksum, sha256, sizeof(sha256));
        str_add_bytes(&reply->body, block, CONTENT_BLOCK);
        reply_header(reply, "Content-Type", "application/octet-stream");
        reply_header(reply, "x-amz-Data-Length", "524288");
        reply_header(reply, "x-amz-Checksum", str_text(&checksum));
        reply_header(reply, "x-amz-Checksum-Algorithm", "SHA256");
    } else {
        ebs_refuse(request, reply, EBS_INTERNAL, "The simulator did not keep these bytes.");
    }
    str_free(&checksum);
    free(block);
}

/* EBS direct: snapshots written and read block by block. */
#include "aws/ebs.h"

#include <cJSON.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/actions.h"
#include "aws/json.h"
#include "base/mem.h"

void ebs_checksum(const void *bytes, size_t length, char out[EBS_CHECKSUM_SIZE])
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    struct buf text = BUF_INIT;

    SHA256(bytes, length, digest);
    buf_add_base64(&text, digest, sizeof digest);
    snprintf(out, EBS_CHECKSUM_SIZE, "%s", buf_str(&text));
    buf_free(&text);
}

static void add_text(cJSON *object, const char *name, const char *value)
{
    if (value != NULL)
        cJSON_AddStringToObject(object, name, value);
}

static cJSON *start_body(const struct ebs_start *start)
{
    cJSON *body = cJSON_CreateObject();

    cJSON_AddNumberToObject(body, "VolumeSize", start->volume_gib);
    add_text(body, "Description", start->description);
    add_text(body, "ClientToken", start->token);
    add_text(body, "ParentSnapshotId", start->parent_id);
    if (start->kms_key_arn != NULL) {
        cJSON_AddBoolToObject(body, "Encrypted", true);
        add_text(body, "KmsKeyArn", start->kms_key_arn);
    }
    if (start->timeout_min > 0)
        cJSON_AddNumberToObject(body, "Timeout", start->timeout_min);
    if (start->tag_count > 0) {
        cJSON *tags = cJSON_AddArrayToObject(body, "Tags");
        for (size_t i = 0; i < start->tag_count; i++) {
            cJSON *tag = cJSON_CreateObject();
            add_text(tag, "Key", start->tags[i].key);
            add_text(tag, "Value", start->tags[i].value);
            cJSON_AddItemToArray(tags, tag);
        }
    }
    return body;
}

/* AWS answered, but not what it must: the error says so as those of a call do. */
static bool wrong_answer(const struct call *c, enum aws_action action, enum err_kind kind,
                         const char *what, struct err *err)
{
    err_set(err, kind, "%s %s", aws_actions[action].name, what);
    if (err != NULL) {
        snprintf(err->operation, sizeof err->operation, "%s", aws_actions[action].name);
        snprintf(err->region, sizeof err->region, "%s", call_region(c));
    }
    return false;
}

bool ebs_start_snapshot(struct call *c, const struct ebs_start *start, char **id, struct err *err)
{
    cJSON *body = start_body(start), *answer = NULL;
    const struct call_json j = {.action = &aws_actions[EBS_START_SNAPSHOT],
                                .method = "POST",
                                .path = "/snapshots",
                                .body = body};
    bool ok = call_json(c, &j, &answer, err);

    cJSON_Delete(body);
    *id = json_dup(answer, "SnapshotId");
    if (ok && *id == NULL)
        ok = wrong_answer(c, EBS_START_SNAPSHOT, ERR_REPLY, "was answered without an id", err);
    if (ok && json_int(answer, "BlockSize", EBS_BLOCK_BYTES) != EBS_BLOCK_BYTES) {
        ok = wrong_answer(c, EBS_START_SNAPSHOT, ERR_MISMATCH, "names another size of block", err);
        free(*id);
        *id = NULL;
    }
    cJSON_Delete(answer);
    return ok;
}

bool ebs_put_block(struct call *c, const struct ebs_put *put, struct err *err)
{
    static const char length[] = "524288";
    char percent[12];
    const struct http_header headers[] = {{"content-type", "application/octet-stream"},
                                          {"x-amz-checksum", put->checksum},
                                          {"x-amz-checksum-algorithm", "SHA256"},
                                          {"x-amz-data-length", length},
                                          {"x-amz-progress", percent}};
    struct buf path = BUF_INIT;
    struct http_answer answer = {0};

    snprintf(percent, sizeof percent, "%d", put->percent);
    buf_add_fmt(&path, "/snapshots/%s/blocks/%" PRId64, put->snapshot_id, put->index);
    const struct call_rest r = {.action = &aws_actions[EBS_PUT_SNAPSHOT_BLOCK],
                                .method = "PUT",
                                .path = buf_str(&path),
                                .headers = headers,
                                .header_count = ARRAY_LEN(headers) - (put->percent < 0),
                                .body = put->body,
                                .unsigned_payload = true,
                                .attempts_max = 1,
                                .sent = put->sent,
                                .rate_bytes_s = put->rate_bytes_s};
    bool ok = call_rest(c, &r, &answer, err);
    const char *checksum = ok ? http_answer_header(&answer, "x-amz-checksum") : NULL;
    if (checksum != NULL && strcmp(checksum, put->checksum) != 0)
        ok = wrong_answer(c, EBS_PUT_SNAPSHOT_BLOCK, ERR_MISMATCH, "received other bytes", err);
    if (put->took_us != NULL)
        *put->took_us = answer.exchange_us;
    http_answer_free(&answer);
    buf_free(&path);
    return ok;
}

bool ebs_complete_snapshot(struct call *c, const char *id, int64_t blocks, const char *checksum,
                           struct err *err)
{
    char count[24];
    struct buf path = BUF_INIT;
    cJSON *answer = NULL;

    snprintf(count, sizeof count, "%" PRId64, blocks);
    buf_add_fmt(&path, "/snapshots/completion/%s", id);
    const struct http_header headers[] = {{"x-amz-changedblockscount", count},
                                          {"x-amz-checksum", checksum},
                                          {"x-amz-checksum-aggregation-method", "LINEAR"},
                                          {"x-amz-checksum-algorithm", "SHA256"}};
    const struct call_json j = {.action = &aws_actions[EBS_COMPLETE_SNAPSHOT],
                                .method = "POST",
                                .path = buf_str(&path),
                                .headers = headers,
                                .header_count = ARRAY_LEN(headers)};
    bool ok = call_json(c, &j, &answer, err);
    cJSON_Delete(answer);
    buf_free(&path);
    return ok;
}

/* A block that comes. */
struct coming {
    EVP_MD_CTX *ctx;
    unsigned char *out; /* NULL: only its hash is wanted */
    size_t length;
};

static void begin_block(void *arg)
{
    struct coming *b = arg;

    b->length = 0;
    /* Nothing but missing memory makes SHA-256 fail. */
    if (b->ctx == NULL || EVP_DigestInit_ex(b->ctx, EVP_sha256(), NULL) != 1)
        abort();
}

static void take_bytes(void *arg, const char *bytes, size_t length)
{
    struct coming *b = arg;

    if (b->out != NULL && b->length + length <= EBS_BLOCK_BYTES)
        memcpy(b->out + b->length, bytes, length);
    EVP_DigestUpdate(b->ctx, bytes, length);
    b->length += length;
}

static bool check_block(const struct call *c, struct coming *b, const struct http_answer *answer,
                        unsigned char hash[EBS_HASH_SIZE], struct err *err)
{
    const char *named = http_answer_header(answer, "x-amz-checksum");
    struct buf text = BUF_INIT;

    EVP_DigestFinal_ex(b->ctx, hash, NULL);
    buf_add_base64(&text, hash, EBS_HASH_SIZE);
    bool same = named != NULL && strcmp(named, buf_str(&text)) == 0;
    buf_free(&text);
    if (b->length != EBS_BLOCK_BYTES)
        return wrong_answer(c, EBS_GET_SNAPSHOT_BLOCK, ERR_REPLY, "was answered with half a block",
                            err);
    return same || wrong_answer(c, EBS_GET_SNAPSHOT_BLOCK, ERR_MISMATCH,
                                "was answered with bytes of another checksum", err);
}

static bool get_block(struct call *c, const char *id, int64_t index, const char *token,
                      struct coming *b, unsigned char hash[EBS_HASH_SIZE], struct err *err)
{
    struct buf path = BUF_INIT, query = BUF_INIT;
    struct http_answer answer = {0};

    b->ctx = EVP_MD_CTX_new();
    buf_add_fmt(&path, "/snapshots/%s/blocks/%" PRId64, id, index);
    buf_add_str(&query, "blockToken=");
    buf_add_uri(&query, token);
    const struct call_rest r = {.action = &aws_actions[EBS_GET_SNAPSHOT_BLOCK],
                                .method = "GET",
                                .path = buf_str(&path),
                                .query = buf_str(&query),
                                .begin = begin_block,
                                .take = take_bytes,
                                .arg = b};
    bool ok = call_rest(c, &r, &answer, err) && check_block(c, b, &answer, hash, err);
    http_answer_free(&answer);
    EVP_MD_CTX_free(b->ctx);
    buf_free(&query);
    buf_free(&path);
    return ok;
}

bool ebs_hash_block(struct call *c, const char *id, int64_t index, const char *token,
                    unsigned char hash[EBS_HASH_SIZE], struct err *err)
{
    struct coming b = {.out = NULL};

    return get_block(c, id, index, token, &b, hash, err);
}

bool ebs_get_block(struct call *c, const char *id, int64_t index, const char *token,
                   unsigned char out[EBS_BLOCK_BYTES], struct err *err)
{
    struct coming b = {.out = out};
    unsigned char hash[EBS_HASH_SIZE];

    return get_block(c, id, index, token, &b, hash, err);
}

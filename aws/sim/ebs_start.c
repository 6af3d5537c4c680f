/* StartSnapshot: its parameters, its token, and the pending snapshot that it makes. */
#include <stdlib.h>
#include <string.h>

#include "aws/sim/ebs.h"
#include "aws/sim/ebs_call.h"
#include "aws/sim/ebs_error.h"
#include "aws/sim/ebs_life.h"
#include "aws/sim/ebs_quota.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/mem.h"

enum {
    VOLUME_MOST_GIB = 65536,
    TIMEOUT_LEAST = 10,
    TIMEOUT_PRESET = 60,
    TIMEOUT_MOST = 4320, /* minutes */
    TAGS_MOST = 50,
    TAG_KEY_MOST = 127,
    TEXT_MOST = 255,
};

static const uint64_t GIB = UINT64_C(1) << 30;

/* What the body asks for; texts are the JSON's own. */
struct wish {
    const char *description, *token, *parent_id, *key;
    int volume_gib, timeout_minutes;
    bool encrypted, says_encrypted;
    struct params tags;
    const struct ec2_snapshot *parent;
};

static const char *text_of(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
}

/* A whole number, `preset` when it is not given; false when it is none from low to high. */
static bool number_of(const cJSON *json, const char *name, int low, int high, int preset,
                      int *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
    *value = preset;
    if (item == NULL)
        return preset >= low;
    *value = item->valueint;
    return cJSON_IsNumber(item) && item->valuedouble == item->valueint && *value >= low &&
           *value <= high;
}

static bool read_tags(struct request *request, struct reply *reply, const cJSON *json,
                      struct params *tags)
{
    const cJSON *tag;
    cJSON_ArrayForEach(tag, cJSON_GetObjectItemCaseSensitive(json, "Tags"))
    {
        const char *key = text_of(tag, "Key"), *value = text_of(tag, "Value");
        if (key == NULL || *key == '\0' || strlen(key) > TAG_KEY_MOST ||
            strncmp(key, "aws:", 4) == 0 || params_get(tags, key) != NULL ||
            (value != NULL && strlen(value) > TEXT_MOST) || tags->count == TAGS_MOST) {
            ebs_refuse(request, reply, EBS_INVALID_TAG, "The tags are not valid.");
            return false;
        }
        params_add(tags, key, value != NULL ? value : "");
    }
    return true;
}

static bool read_texts(struct request *request, struct reply *reply, const cJSON *json,
                       struct wish *wish)
{
    const cJSON *encrypted = cJSON_GetObjectItemCaseSensitive(json, "Encrypted");
    wish->description = text_of(json, "Description");
    wish->token = text_of(json, "ClientToken");
    wish->parent_id = text_of(json, "ParentSnapshotId");
    wish->key = text_of(json, "KmsKeyArn");
    wish->encrypted = cJSON_IsTrue(encrypted);
    wish->says_encrypted = encrypted != NULL;
    if (wish->description != NULL && strlen(wish->description) > TEXT_MOST)
        ebs_refuse(request, reply, EBS_INVALID_PARAMETER, "The description is too long.");
    else if (wish->token != NULL && (*wish->token == '\0' || strlen(wish->token) > TEXT_MOST ||
                                     strpbrk(wish->token, " \t\r\n") != NULL))
        ebs_refuse(request, reply, EBS_INVALID_PARAMETER, "The client token is not valid.");
    else if (wish->parent_id != NULL && (wish->says_encrypted || wish->key != NULL))
        ebs_refuse(request, reply, EBS_INVALID_PARAMETER,
                   "Encrypted and KmsKeyArn cannot be specified with ParentSnapshotId.");
    else if (wish->key != NULL && !wish->encrypted)
        ebs_refuse(request, reply, EBS_INVALID_PARAMETER, "KmsKeyArn needs Encrypted to be true.");
    return reply->error_code == NULL;
}

static bool read_wish(struct request *request, struct reply *reply, const cJSON *json,
                      struct wish *wish)
{
    if (!cJSON_IsObject(json))
        ebs_refuse(request, reply, EBS_INVALID_PARAMETER, "The body is no JSON object.");
    else if (!number_of(json, "VolumeSize", 1, VOLUME_MOST_GIB, 0, &wish->volume_gib))
        ebs_refuse(request, reply, EBS_INVALID_VOLUME_SIZE,
                   "The volume size must be a number of GiB from 1 to %d.", VOLUME_MOST_GIB);
    else if (!number_of(json, "Timeout", TIMEOUT_LEAST, TIMEOUT_MOST, TIMEOUT_PRESET,
                        &wish->timeout_minutes))
        ebs_refuse(request, reply, EBS_INVALID_PARAMETER,
                   "The timeout must be a number of minutes from %d to %d.", TIMEOUT_LEAST,
                   TIMEOUT_MOST);
    return reply->error_code == NULL && read_texts(request, reply, json, wish) &&
           read_tags(request, reply, json, &wish->tags);
}

/* All that must be the same when a token is used again, malloc'd. */
static char *fingerprint_of(const struct wish *wish)
{
    struct str text = {0};
    str_addf(&text, "%d %d %d", wish->volume_gib, wish->timeout_minutes, wish->encrypted);
    const char *const texts[] = {wish->description, wish->parent_id, wish->key};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        str_addf(&text, "\n%s", texts[i] != NULL ? texts[i] : "");
    for (size_t i = 0; i < wish->tags.count; i++)
        str_addf(&text, "\n%s\t%s", wish->tags.list[i].name, wish->tags.list[i].value);
    return str_take(&text);
}

static void answer(struct reply *reply, const char *json)
{
    reply->status = 201;
    str_add(&reply->body, json);
    reply_header(reply, "Content-Type", "application/json");
}

/* Whether the token was used before: then the reply stands, the first one or an error. */
static bool replayed(struct request *request, struct reply *reply, const struct wish *wish)
{
    const struct ebs_upload *first =
        wish->token != NULL
            ? ebs_store_by_token(request->account->id, request->region->name, wish->token)
            : NULL;
    if (first == NULL)
        return false;
    char *fingerprint = fingerprint_of(wish);
    if (strcmp(first->fingerprint, fingerprint) == 0)
        answer(reply, first->answer);
    else
        ebs_refuse(request, reply, EBS_CONFLICT,
                   "The client token was used before with other parameters.");
    free(fingerprint);
    return true;
}

static bool check_parent(struct request *request, struct reply *reply, struct wish *wish)
{
    if (wish->parent_id == NULL)
        return true;
    wish->parent = ebs_readable(request, reply, wish->parent_id);
    if (wish->parent == NULL)
        return false;
    if (!ec2_owns(request, &wish->parent->head))
        ebs_refuse(request, reply, EBS_ACCESS_DENIED, "The parent snapshot is another account's.");
    else if (wish->parent->volume_size_gib > wish->volume_gib)
        ebs_refuse(request, reply, EBS_INVALID_VOLUME_SIZE,
                   "The volume size is smaller than that of the parent snapshot.");
    return reply->error_code == NULL;
}

/* "Amazon EBS endpoints and quotas": snapshots a region, pending ones an account. */
static bool check_room(struct request *request, struct reply *reply)
{
    const char *region = request->region->name;
    double all = 0, pending = 0;
    const struct ec2_resource *r;
    EC2_EACH(EC2_SNAPSHOT, r)
    {
        bool own = ec2_owns(request, r) && strcmp(r->region, region) == 0;
        all += own;
        pending += own && ((const struct ec2_snapshot *)r)->state == EC2_SNAPSHOT_PENDING;
    }
    if (all >= world_quota(request->account, region, "L-309BACF6"))
        ebs_refuse(request, reply, EBS_QUOTA_EXCEEDED,
                   "The maximum number of snapshots in the Region is reached.");
    else if (pending >= world_quota(request->account, region, "L-94D7AB7D"))
        ebs_refuse(request, reply, EBS_CONCURRENT_LIMIT,
                   "The maximum number of pending snapshots is reached.");
    return reply->error_code == NULL;
}

static void encrypt(struct ec2_snapshot *snapshot, const struct wish *wish)
{
    const struct ec2_snapshot *parent = wish->parent;
    snapshot->encrypted = wish->encrypted || (parent != NULL && parent->encrypted);
    if (wish->key != NULL)
        snapshot->kms_key_id = xstrdup(wish->key);
    else if (parent != NULL)
        snapshot->kms_key_id = xstrdup_or_null(parent->kms_key_id);
    else if (snapshot->encrypted)
        snapshot->kms_key_id =
            xasprintf("arn:aws:kms:%s:%s:key/00000000-0000-4000-8000-%s", snapshot->head.region,
                      snapshot->head.account, snapshot->head.account);
}

/* EC2's part: a pending snapshot that DescribeSnapshots shows a little later. */
static struct ec2_snapshot *make_snapshot(struct request *request, const struct wish *wish)
{
    struct ec2_snapshot *snapshot = (struct ec2_snapshot *)ec2_store_add(
        request->world, EC2_SNAPSHOT, NULL, request->region->name, request->account->id);
    const struct fault *size = fault_of(request, FAULT_WRONG_SIZE);
    const struct fault *lost = fault_of(request, FAULT_MISSING_TAG);
    snapshot->volume_size_gib = wish->volume_gib;
    if (size != NULL && size->value != NULL)
        snapshot->volume_size_gib = atoi(size->value);
    ec2_text_set(&snapshot->description, wish->description != NULL ? wish->description : "");
    ec2_text_set(&snapshot->volume_id, "vol-ffffffff");
    encrypt(snapshot, wish);
    for (size_t i = 0; i < wish->tags.count; i++) {
        const struct param *tag = &wish->tags.list[i];
        bool keep = lost == NULL || (lost->value != NULL && strcmp(lost->value, tag->name) != 0);
        if (keep)
            params_add(&snapshot->head.tags, tag->name, tag->value);
    }
    ec2_settle(&snapshot->head, snapshot->description);
    return snapshot;
}

static char *answer_json(const struct ec2_snapshot *snapshot, const struct wish *wish)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "SnapshotId", snapshot->head.id);
    cJSON_AddStringToObject(json, "OwnerId", snapshot->head.account);
    cJSON_AddStringToObject(json, "Status", "pending");
    cJSON_AddNumberToObject(json, "StartTime", (double)snapshot->head.created_ms / 1000);
    cJSON_AddNumberToObject(json, "VolumeSize", snapshot->volume_size_gib);
    cJSON_AddNumberToObject(json, "BlockSize", CONTENT_BLOCK);
    if (wish->description != NULL)
        cJSON_AddStringToObject(json, "Description", wish->description);
    if (wish->parent_id != NULL)
        cJSON_AddStringToObject(json, "ParentSnapshotId", wish->parent_id);
    if (snapshot->kms_key_id != NULL)
        cJSON_AddStringToObject(json, "KmsKeyArn", snapshot->kms_key_id);
    cJSON_AddStringToObject(json, "SseType", snapshot->encrypted ? "sse-kms" : "none");
    cJSON *tags = wish->tags.count > 0 ? cJSON_AddArrayToObject(json, "Tags") : NULL;
    for (size_t i = 0; i < wish->tags.count; i++) {
        cJSON *tag = cJSON_CreateObject();
        cJSON_AddStringToObject(tag, "Key", wish->tags.list[i].name);
        cJSON_AddStringToObject(tag, "Value", wish->tags.list[i].value);
        cJSON_AddItemToArray(tags, tag);
    }
    char *printed = cJSON_PrintUnformatted(json), *text = xstrdup(printed);
    cJSON_free(printed);
    cJSON_Delete(json);
    return text;
}

static void start(struct request *request, struct reply *reply, const struct wish *wish)
{
    const struct ec2_snapshot *parent = wish->parent;
    struct ec2_snapshot *snapshot = make_snapshot(request, wish);
    struct ebs_upload *upload = ebs_store_add(snapshot);
    const struct fault *fails = fault_of(request, FAULT_FAILS);
    if (fails != NULL)
        ec2_text_set(&snapshot->doom, fails->value != NULL ? fails->value : "Internal error");
    upload->lineage = xstrdup(parent != NULL ? ebs_store_lineage(parent) : upload->id);
    upload->token = xstrdup_or_null(wish->token);
    upload->fingerprint = fingerprint_of(wish);
    upload->answer = answer_json(snapshot, wish);
    upload->timeout_ms = INT64_C(60000) * wish->timeout_minutes;
    upload->block_count = (uint64_t)wish->volume_gib * (GIB / CONTENT_BLOCK);
    if (parent != NULL && parent->content != NULL)
        upload->parent = content_ref(parent->content);
    ebs_open(upload, snapshot);
    answer(reply, upload->answer);
}

void ebs_start_snapshot(struct request *request, struct reply *reply)
{
    struct wish wish = {0};
    cJSON *json = cJSON_ParseWithLength(str_text(&request->body), request->body.len);
    if (ebs_quota_take(request, reply, NULL) && read_wish(request, reply, json, &wish) &&
        !replayed(request, reply, &wish) && check_parent(request, reply, &wish) &&
        check_room(request, reply))
        start(request, reply, &wish);
    params_free(&wish.tags);
    cJSON_Delete(json);
}

/* EC2: VM Import of snapshots. */
#include "aws/ec2_imports.h"

#include <stdlib.h>
#include <string.h>

#include "aws/ec2_send.h"
#include "aws/tags.h"
#include "base/mem.h"

static const struct call_action import_snapshot = {
    .service = "ec2", .name = "ImportSnapshot", .version = EC2_VERSION, .mutating = true};
static const struct call_action cancel_import = {
    .service = "ec2", .name = "CancelImportTask", .version = EC2_VERSION, .mutating = true};
static const struct call_action describe_imports = {.service = "ec2",
                                                    .name = "DescribeImportSnapshotTasks",
                                                    .version = EC2_VERSION,
                                                    .items = "importSnapshotTaskSet/item",
                                                    .token = "nextToken"};

static const struct state_row {
    const char *text;
    enum ec2_import_state state;
} states[] = {
    {"pending", EC2_IMPORT_PENDING},     {"active", EC2_IMPORT_ACTIVE},
    {"completed", EC2_IMPORT_COMPLETED}, {"cancelling", EC2_IMPORT_ENDED},
    {"cancelled", EC2_IMPORT_ENDED},     {"deleting", EC2_IMPORT_ENDED},
    {"deleted", EC2_IMPORT_ENDED},       {"error", EC2_IMPORT_ENDED},
};

/* A state that EC2 does not say yet is pending; a word that nobody here knows is unknown. */
static enum ec2_import_state state_of(const char *text)
{
    if (text == NULL || text[0] == '\0')
        return EC2_IMPORT_PENDING;
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        if (strcmp(states[i].text, text) == 0)
            return states[i].state;
    return EC2_IMPORT_UNKNOWN;
}

static void decode_import(void *arg, const struct xml *item)
{
    struct ec2_imports *out = arg;
    const struct xml *detail = xml_find(item, "snapshotTaskDetail");

    out->items = xrealloc(out->items, out->count + 1, sizeof *out->items);
    struct ec2_import *import = &out->items[out->count++];
    *import = (struct ec2_import){.task_id = xml_dup_or_empty(item, "importTaskId"),
                                  .description = xml_dup(item, "description"),
                                  .state_text = xml_dup(detail, "status"),
                                  .message = xml_dup(detail, "statusMessage"),
                                  .snapshot_id = xml_dup(detail, "snapshotId"),
                                  .progress = (int)xml_int(detail, "progress", -1)};
    /* EC2 may send an empty id before there is one. */
    if (import->snapshot_id != NULL && import->snapshot_id[0] == '\0') {
        free(import->snapshot_id);
        import->snapshot_id = NULL;
    }
    import->state = state_of(import->state_text);
    tags_decode(item, "tagSet/item", "key", "value", &import->tags, &import->tag_count);
}

void ec2_imports_free(struct ec2_imports *imports)
{
    for (size_t i = 0; i < imports->count; i++) {
        struct ec2_import *import = &imports->items[i];
        free(import->task_id);
        free(import->description);
        free(import->state_text);
        free(import->message);
        free(import->snapshot_id);
        tags_free(import->tags, import->tag_count);
    }
    free(imports->items);
    *imports = (struct ec2_imports){0};
}

const char *ec2_import_tag(const struct ec2_import *import, const char *key)
{
    return tags_find(import->tags, import->tag_count, key);
}

bool ec2_import_snapshot(struct call *c, const struct ec2_import_snapshot *import, char **task_id,
                         struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "Description", import->description);
    query_add(&form, "DiskContainer.Description", import->description);
    query_add(&form, "DiskContainer.Format", import->format);
    query_add(&form, "DiskContainer.UserBucket.S3Bucket", import->bucket);
    query_add(&form, "DiskContainer.UserBucket.S3Key", import->key);
    query_add(&form, "RoleName", import->role);
    query_add(&form, "ClientToken", import->token);
    if (import->kms_key_id != NULL) {
        query_add_bool(&form, "Encrypted", true);
        query_add(&form, "KmsKeyId", import->kms_key_id);
    }
    query_add_tags(&form, 1, "import-snapshot-task", import->tags, (int)import->tag_count);
    return ec2_send_for(c, &import_snapshot, &form, "importTaskId", task_id, err);
}

bool ec2_describe_imports(struct call *c, struct ec2_imports *out, struct err *err)
{
    struct buf form = BUF_INIT;

    *out = (struct ec2_imports){0};
    bool ok = call_query_pages(c, &describe_imports, &form, decode_import, out, err);
    buf_free(&form);
    if (!ok)
        ec2_imports_free(out);
    return ok;
}

bool ec2_cancel_import(struct call *c, const char *task_id, const char *reason, struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "ImportTaskId", task_id);
    query_add(&form, "CancelReason", reason);
    return ec2_send(c, &cancel_import, &form, err);
}

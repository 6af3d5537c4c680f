/* EC2: VM Import of snapshots. */
#include "aws/ec2_imports.h"

#include <stdlib.h>
#include <string.h>

#include "aws/actions.h"
#include "aws/ec2_fields.h"
#include "aws/ec2_list.h"
#include "aws/ec2_send.h"
#include "aws/tags.h"
#include "base/mem.h"

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

static const struct ec2_field fields[] = {
    {"importTaskId", offsetof(struct ec2_import, task_id)},
    {"description", offsetof(struct ec2_import, description)},
    {"snapshotTaskDetail/status", offsetof(struct ec2_import, state_text)},
    {"snapshotTaskDetail/statusMessage", offsetof(struct ec2_import, message)},
    {"snapshotTaskDetail/snapshotId", offsetof(struct ec2_import, snapshot_id)},
    {"snapshotTaskDetail/userBucket/s3Bucket", offsetof(struct ec2_import, bucket)},
    {"snapshotTaskDetail/userBucket/s3Key", offsetof(struct ec2_import, key)},
    {"snapshotTaskDetail/description", offsetof(struct ec2_import, disk_description)},
};

/* One task after the other in the same place; what it points at stands in the item's document. */
struct import_reader {
    struct ec2_import import;
    size_t tag_room;
    void (*each)(void *arg, const struct ec2_import *import);
    void *arg;
};

static void read_import(void *arg, const struct xml *item)
{
    struct import_reader *r = arg;
    struct ec2_import *import = &r->import;

    ec2_fields_read(fields, ARRAY_LEN(fields), item, import);
    /* EC2 may send an empty id before there is one. */
    if (import->snapshot_id != NULL && import->snapshot_id[0] == '\0')
        import->snapshot_id = NULL;
    import->state = state_of(import->state_text);
    import->progress = (int)xml_int(item, "snapshotTaskDetail/progress", -1);
    tags_borrow(item, "tagSet/item", "key", "value", &import->tags, &r->tag_room,
                &import->tag_count);
    r->each(r->arg, import);
}

static void copy_import(struct ec2_import *to, const struct ec2_import *from)
{
    *to = *from;
    ec2_fields_own(fields, ARRAY_LEN(fields), to);
    to->tags = tags_copy(from->tags, from->tag_count);
}

static void free_import(struct ec2_import *import)
{
    ec2_fields_free(fields, ARRAY_LEN(fields), import);
    tags_free(import->tags, import->tag_count);
}

void ec2_imports_free(struct ec2_imports *imports)
{
    for (size_t i = 0; i < imports->count; i++)
        free_import(&imports->items[i]);
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
    return ec2_send_for(c, &aws_actions[EC2_IMPORT_SNAPSHOT], &form, "importTaskId", task_id, err);
}

bool ec2_each_import(struct call *c, void (*each)(void *arg, const struct ec2_import *import),
                     void *arg, struct err *err)
{
    struct import_reader reader = {.each = each, .arg = arg};
    const struct call_items items = {.each = read_import, .arg = &reader};
    bool ok =
        call_query_pages(c, &aws_actions[EC2_DESCRIBE_IMPORT_SNAPSHOT_TASKS], NULL, &items, err);

    free(reader.import.tags);
    return ok;
}

static void add_copy(void *arg, const struct ec2_import *import)
{
    copy_import(ec2_list_add(arg), import);
}

static void free_item(void *item)
{
    free_import(item);
}

bool ec2_describe_imports(struct call *c, struct ec2_imports *out, struct err *err)
{
    struct ec2_list list = {.item_size = sizeof *out->items, .free_item = free_item};
    struct import_reader reader = {.each = add_copy, .arg = &list};
    struct buf form = BUF_INIT;
    bool ok = ec2_list_pages(c, &aws_actions[EC2_DESCRIBE_IMPORT_SNAPSHOT_TASKS], &form, &list,
                             read_import, &reader, err);

    *out = (struct ec2_imports){.items = list.items, .count = list.count};
    free(reader.import.tags);
    return ok;
}

bool ec2_cancel_import(struct call *c, const char *task_id, const char *reason, struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "ImportTaskId", task_id);
    query_add(&form, "CancelReason", reason);
    return ec2_send(c, &aws_actions[EC2_CANCEL_IMPORT_TASK], &form, err);
}

/* EC2: snapshots. */
#include "aws/ec2_snapshots.h"

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
    enum ec2_snapshot_state state;
} states[] = {
    {"pending", EC2_SNAPSHOT_PENDING},
    {"completed", EC2_SNAPSHOT_COMPLETED},
    {"error", EC2_SNAPSHOT_ERROR},
};

static enum ec2_snapshot_state state_of(const char *text)
{
    for (size_t i = 0; text != NULL && i < ARRAY_LEN(states); i++)
        if (strcmp(states[i].text, text) == 0)
            return states[i].state;
    return EC2_SNAPSHOT_UNKNOWN;
}

static const struct ec2_field fields[] = {
    {"snapshotId", offsetof(struct ec2_snapshot, id)},
    {"description", offsetof(struct ec2_snapshot, description)},
    {"status", offsetof(struct ec2_snapshot, state_text)},
    {"statusMessage", offsetof(struct ec2_snapshot, state_message)},
    {"startTime", offsetof(struct ec2_snapshot, start_time)},
    {"storageTier", offsetof(struct ec2_snapshot, storage_tier)},
    {"ownerId", offsetof(struct ec2_snapshot, owner)},
};

/* One snapshot after the other in the same place; what it points at stands in the item's document.
 */
struct snapshot_reader {
    struct ec2_snapshot snapshot;
    size_t tag_room;
    void (*each)(void *arg, const struct ec2_snapshot *snapshot);
    void *arg;
};

static void read_snapshot(void *arg, const struct xml *item)
{
    struct snapshot_reader *r = arg;
    struct ec2_snapshot *s = &r->snapshot;

    ec2_fields_read(fields, ARRAY_LEN(fields), item, s);
    s->state = state_of(s->state_text);
    s->progress = (int)xml_int(item, "progress", -1);
    s->volume_gib = (int)xml_int(item, "volumeSize", 0);
    s->full_size_bytes = xml_int(item, "fullSnapshotSizeInBytes", -1);
    s->encrypted = xml_bool(item, "encrypted", false);
    tags_borrow(item, "tagSet/item", "key", "value", &s->tags, &r->tag_room, &s->tag_count);
    r->each(r->arg, s);
}

static void copy_snapshot(struct ec2_snapshot *to, const struct ec2_snapshot *from)
{
    *to = *from;
    ec2_fields_own(fields, ARRAY_LEN(fields), to);
    to->tags = tags_copy(from->tags, from->tag_count);
}

static void free_snapshot(struct ec2_snapshot *s)
{
    ec2_fields_free(fields, ARRAY_LEN(fields), s);
    tags_free(s->tags, s->tag_count);
}

void ec2_snapshots_free(struct ec2_snapshots *s)
{
    for (size_t i = 0; i < s->count; i++)
        free_snapshot(&s->items[i]);
    free(s->items);
    *s = (struct ec2_snapshots){0};
}

const char *ec2_snapshot_tag(const struct ec2_snapshot *s, const char *key)
{
    return tags_find(s->tags, s->tag_count, key);
}

static void make_form(struct buf *form, const struct ec2_snapshot_filter *filter)
{
    int n = 0;

    query_add(form, "Owner.1", "self");
    query_add(form, "SnapshotId.1", filter->id);
    if (filter->description != NULL)
        query_add_filter(form, "Filter", ++n, "description", filter->description);
    if (filter->state != NULL)
        query_add_filter(form, "Filter", ++n, "status", filter->state);
    if (filter->tag_key != NULL) {
        char *name = xasprintf("tag:%s", filter->tag_key);
        query_add_filter(form, "Filter", ++n, name, filter->tag_value);
        free(name);
    }
    /* EC2 wants no page size beside a list of ids. */
    if (filter->id == NULL)
        query_add(form, "MaxResults", "1000");
}

bool ec2_each_snapshot(struct call *c, const struct ec2_snapshot_filter *filter,
                       void (*each)(void *arg, const struct ec2_snapshot *snapshot), void *arg,
                       struct err *err)
{
    struct snapshot_reader reader = {.each = each, .arg = arg};
    const struct call_items items = {.each = read_snapshot, .arg = &reader};
    struct buf form = BUF_INIT;

    make_form(&form, filter);
    bool ok = call_query_pages(c, &aws_actions[EC2_DESCRIBE_SNAPSHOTS], &form, &items, err);
    buf_free(&form);
    free(reader.snapshot.tags);
    return ok;
}

static void add_copy(void *arg, const struct ec2_snapshot *snapshot)
{
    copy_snapshot(ec2_list_add(arg), snapshot);
}

static void free_item(void *item)
{
    free_snapshot(item);
}

bool ec2_describe_snapshots(struct call *c, const struct ec2_snapshot_filter *filter,
                            struct ec2_snapshots *out, struct err *err)
{
    struct ec2_list list = {.item_size = sizeof *out->items, .free_item = free_item};
    struct snapshot_reader reader = {.each = add_copy, .arg = &list};
    struct buf form = BUF_INIT;

    make_form(&form, filter);
    bool ok = ec2_list_pages(c, &aws_actions[EC2_DESCRIBE_SNAPSHOTS], &form, &list, read_snapshot,
                             &reader, err);
    *out = (struct ec2_snapshots){.items = list.items, .count = list.count};
    free(reader.snapshot.tags);
    return ok;
}

bool ec2_delete_snapshot(struct call *c, const char *id, struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "SnapshotId", id);
    return ec2_send(c, &aws_actions[EC2_DELETE_SNAPSHOT], &form, err);
}

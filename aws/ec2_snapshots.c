/* EC2: snapshots. */
#include "aws/ec2_snapshots.h"

#include <stdlib.h>
#include <string.h>

#include "aws/ec2_send.h"
#include "aws/tags.h"
#include "base/mem.h"

static const struct call_action describe_snapshots = {.service = "ec2",
                                                      .name = "DescribeSnapshots",
                                                      .version = EC2_VERSION,
                                                      .items = "snapshotSet/item",
                                                      .token = "nextToken"};
static const struct call_action delete_snapshot = {
    .service = "ec2", .name = "DeleteSnapshot", .version = EC2_VERSION, .mutating = true};

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

static void decode_snapshot(void *arg, const struct xml *item)
{
    struct ec2_snapshots *out = arg;

    out->items = xrealloc(out->items, out->count + 1, sizeof *out->items);
    struct ec2_snapshot *s = &out->items[out->count++];
    *s = (struct ec2_snapshot){.id = xml_dup_or_empty(item, "snapshotId"),
                               .description = xml_dup(item, "description"),
                               .state_text = xml_dup(item, "status"),
                               .state_message = xml_dup(item, "statusMessage"),
                               .progress = (int)xml_int(item, "progress", -1),
                               .volume_gib = (int)xml_int(item, "volumeSize", 0),
                               .encrypted = xml_bool(item, "encrypted", false)};
    s->state = state_of(s->state_text);
    tags_decode(item, "tagSet/item", "key", "value", &s->tags, &s->tag_count);
}

void ec2_snapshots_free(struct ec2_snapshots *s)
{
    for (size_t i = 0; i < s->count; i++) {
        struct ec2_snapshot *item = &s->items[i];
        free(item->id);
        free(item->description);
        free(item->state_text);
        free(item->state_message);
        tags_free(item->tags, item->tag_count);
    }
    free(s->items);
    *s = (struct ec2_snapshots){0};
}

const char *ec2_snapshot_tag(const struct ec2_snapshot *s, const char *key)
{
    return tags_find(s->tags, s->tag_count, key);
}

bool ec2_describe_snapshots(struct call *c, const struct ec2_snapshot_filter *filter,
                            struct ec2_snapshots *out, struct err *err)
{
    struct buf form = BUF_INIT;
    int n = 0;

    *out = (struct ec2_snapshots){0};
    query_add(&form, "Owner.1", "self");
    query_add(&form, "SnapshotId.1", filter->id);
    if (filter->description != NULL)
        query_add_filter(&form, "Filter", ++n, "description", filter->description);
    if (filter->tag_key != NULL) {
        char *name = xasprintf("tag:%s", filter->tag_key);
        query_add_filter(&form, "Filter", ++n, name, filter->tag_value);
        free(name);
    }
    /* EC2 wants no page size beside a list of ids. */
    if (filter->id == NULL)
        query_add(&form, "MaxResults", "1000");
    bool ok = call_query_pages(c, &describe_snapshots, &form, decode_snapshot, out, err);
    buf_free(&form);
    if (!ok)
        ec2_snapshots_free(out);
    return ok;
}

bool ec2_delete_snapshot(struct call *c, const char *id, struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "SnapshotId", id);
    return ec2_send(c, &delete_snapshot, &form, err);
}

/* DescribeSnapshots, CopySnapshot and DeleteSnapshot. */
#include "aws/sim/ec2_snapshots.h"

#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_bin.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_filter.h"
#include "aws/sim/ec2_page.h"
#include "aws/sim/ec2_permissions.h"
#include "aws/sim/ec2_tags.h"
#include "aws/sim/mem.h"

enum { TIMED_STEP_MINUTES = 15, TIMED_MOST_MINUTES = 2880 };

/* Whether the snapshot belongs to the answer, before it is asked whether it can be seen by now. */
static bool is_asked_for(const struct request *request, const struct ec2_snapshot *snapshot)
{
    const struct ec2_resource *r = &snapshot->head;
    return ec2_snapshot_readable(snapshot, request->account) && ec2_owner_fits(request, r) &&
           ec2_permissions_fit(request, "RestorableBy", &snapshot->grants) &&
           ec2_filters_match(request, &EC2_SCHEMAS[EC2_SNAPSHOT], "Filter", r);
}

/* One id that is not known fails the call for all. */
static bool snapshot_ids_check(struct request *request, struct reply *reply)
{
    const char *id;
    for (int i = 1; (id = params_getf(&request->params, "SnapshotId.%d", i)) != NULL; i++) {
        struct ec2_snapshot *snapshot =
            (struct ec2_snapshot *)ec2_store_find(EC2_SNAPSHOT, request->region->name, id);
        if (snapshot == NULL || !ec2_snapshot_readable(snapshot, request->account) ||
            !ec2_sighted(&snapshot->head, snapshot->state != EC2_SNAPSHOT_PENDING)) {
            ec2_not_found(request, reply, EC2_SNAPSHOT, id);
            return false;
        }
    }
    return true;
}

static void write_item(struct reply *reply, const struct ec2_snapshot *snapshot)
{
    xml_open(&reply->body, "item");
    ec2_write_snapshot(&reply->body, snapshot);
    xml_close(&reply->body, "item");
}

/* Those of SnapshotId.N, each once. */
static void write_named(const struct request *request, struct reply *reply)
{
    struct params seen = {0};
    const char *id;
    for (int i = 1; (id = params_getf(&request->params, "SnapshotId.%d", i)) != NULL; i++) {
        struct ec2_snapshot *snapshot =
            (struct ec2_snapshot *)ec2_store_find(EC2_SNAPSHOT, request->region->name, id);
        if (snapshot == NULL || params_get(&seen, id) != NULL || !is_asked_for(request, snapshot))
            continue;
        params_add(&seen, id, "");
        ec2_snapshot_refresh(snapshot);
        write_item(reply, snapshot);
    }
    params_free(&seen);
}

static void write_page(const struct request *request, struct reply *reply, struct ec2_page *page)
{
    size_t place = region_index(request->region);
    struct ec2_resource *r;
    for (uint64_t after = page->after; (r = ec2_store_next_in(EC2_SNAPSHOT, place, after)) != NULL;
         after = r->sequence) {
        struct ec2_snapshot *snapshot = (struct ec2_snapshot *)r;
        ec2_snapshot_refresh(snapshot);
        if (!is_asked_for(request, snapshot) ||
            !ec2_sighted(r, snapshot->state != EC2_SNAPSHOT_PENDING))
            continue;
        if (!ec2_page_take(page, r->sequence))
            return;
        write_item(reply, snapshot);
    }
}

void ec2_describe_snapshots(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {
        "SnapshotId.N",     "Owner.N",    "RestorableBy.N", "Filter.N.Name",
        "Filter.N.Value.N", "MaxResults", "NextToken",      NULL};
    struct ec2_page page;
    if (!ec2_accept(request, reply, KNOWN) ||
        !ec2_ids_check(request, reply, EC2_SNAPSHOT, "SnapshotId") ||
        !ec2_filters_check(request, reply, &EC2_SCHEMAS[EC2_SNAPSHOT], "Filter") ||
        !ec2_page_begin(request, reply, &page, 5, "SnapshotId") ||
        !snapshot_ids_check(request, reply))
        return;
    reply_open(request, reply);
    xml_open(&reply->body, "snapshotSet");
    if (params_has(&request->params, "SnapshotId"))
        write_named(request, reply);
    else
        write_page(request, reply, &page);
    xml_close(&reply->body, "snapshotSet");
    ec2_page_end(request, reply, &page);
    reply_close(request, reply);
}

bool ec2_source_region_check(struct request *request, struct reply *reply)
{
    const char *name = params_get(&request->params, "SourceRegion");
    const struct region *region = region_find(name);
    if (region == NULL || !request->account->region_on[region_index(region)])
        reply_error(request, reply, 400, "InvalidParameterValue", "Invalid source region: %s",
                    name);
    return region != NULL && request->account->region_on[region_index(region)];
}

bool ec2_timed_copy_check(struct request *request, struct reply *reply, const char *parameter,
                          int *minutes)
{
    int64_t value = 0;
    *minutes = 0;
    if (params_get(&request->params, parameter) == NULL)
        return true;
    if (!params_int(&request->params, parameter, &value) || value < TIMED_STEP_MINUTES ||
        value > TIMED_MOST_MINUTES || value % TIMED_STEP_MINUTES != 0) {
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "The completion duration must be a multiple of %d minutes, up to %d",
                    TIMED_STEP_MINUTES, TIMED_MOST_MINUTES);
        return false;
    }
    *minutes = (int)value;
    return true;
}

/* The source as the caller may see it from where it lies. */
static const struct ec2_snapshot *copy_source(struct request *request, struct reply *reply)
{
    const char *id = params_get(&request->params, "SourceSnapshotId");
    const char *region = params_get(&request->params, "SourceRegion");
    if (!ec2_id_check(request, reply, EC2_SNAPSHOT, id))
        return NULL;
    const struct ec2_snapshot *source =
        (const struct ec2_snapshot *)ec2_store_find(EC2_SNAPSHOT, region, id);
    if (source == NULL || !ec2_snapshot_readable(source, request->account) ||
        ec2_now_ms(request) < source->head.visible_ms) {
        ec2_not_found(request, reply, EC2_SNAPSHOT, id);
        return NULL;
    }
    if (source->state != EC2_SNAPSHOT_COMPLETED) {
        reply_error(request, reply, 400, "IncorrectState", "Snapshot '%s' is not 'completed'.", id);
        return NULL;
    }
    return source;
}

void ec2_content_corrupt(const struct request *request, struct content **content)
{
    const struct fault *fault = fault_of(request, FAULT_CORRUPTED_BLOCK);
    if (fault == NULL || *content == NULL)
        return;
    uint64_t block = fault->value == NULL ? 0 : strtoull(fault->value, NULL, 10);
    struct content *bad = content_corrupt(*content, block);
    if (bad == NULL)
        return;
    content_unref(*content);
    *content = bad;
}

void ec2_snapshot_copy_faults(const struct request *request, struct ec2_snapshot *snapshot)
{
    const struct fault *fails = fault_of(request, FAULT_FAILS);
    const struct fault *size = fault_of(request, FAULT_WRONG_SIZE);
    if (fails != NULL)
        ec2_text_set(&snapshot->doom, fails->value == NULL ? "Copy failed" : fails->value);
    if (size != NULL && size->value != NULL)
        snapshot->volume_size_gib = atoi(size->value);
    ec2_content_corrupt(request, &snapshot->content);
}

void ec2_copy_snapshot(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*SourceRegion",
                                        "*SourceSnapshotId",
                                        "Description",
                                        "Encrypted",
                                        "KmsKeyId",
                                        "PresignedUrl",
                                        "DestinationRegion",
                                        "CompletionDurationMinutes",
                                        "TagSpecification.N.ResourceType",
                                        "TagSpecification.N.Tag.N.Key",
                                        "TagSpecification.N.Tag.N.Value",
                                        NULL};
    static const char *const TYPES[] = {"snapshot", NULL};
    struct ec2_snapshot_copy copy = {
        .region = request->region->name,
        .account = request->account->id,
        .name = params_get(&request->params, "SourceSnapshotId"),
        .encrypted = params_true(&request->params, "Encrypted"),
        .key = params_get(&request->params, "KmsKeyId"),
    };
    if (!ec2_accept(request, reply, KNOWN) || !ec2_tag_specs_check(request, reply, TYPES) ||
        !ec2_source_region_check(request, reply) ||
        !ec2_timed_copy_check(request, reply, "CompletionDurationMinutes", &copy.minutes) ||
        (copy.source = copy_source(request, reply)) == NULL ||
        !ec2_snapshot_copies_check(request, reply, 1))
        return;
    const char *description = params_get(&request->params, "Description");
    struct ec2_snapshot *snapshot = ec2_snapshot_copy(request->world, &copy);
    if (description != NULL)
        ec2_text_set(&snapshot->description, description);
    else
        snapshot->description =
            xasprintf("[Copied %s from %s]", copy.source->head.id, copy.source->head.region);
    ec2_tag_specs_read(request, "snapshot", &snapshot->head.tags);
    ec2_snapshot_copy_faults(request, snapshot);
    reply_open(request, reply);
    xml_text(&reply->body, "snapshotId", snapshot->head.id);
    ec2_write_tags(&reply->body, &snapshot->head.tags);
    reply_close(request, reply);
}

void ec2_delete_snapshot(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*SnapshotId", NULL};
    struct ec2_snapshot *snapshot;
    if (!ec2_accept(request, reply, KNOWN) ||
        (snapshot = ec2_own_snapshot(request, reply, params_get(&request->params, "SnapshotId"))) ==
            NULL)
        return;
    const struct ec2_image *user = ec2_snapshot_user(snapshot);
    if (user != NULL) {
        reply_error(request, reply, 400, "InvalidSnapshot.InUse",
                    "The snapshot %s is currently in use by %s", snapshot->head.id, user->head.id);
        return;
    }
    if (fault_of(request, FAULT_NO_EFFECT) == NULL)
        ec2_bin_delete(&snapshot->head);
    reply_true(request, reply);
}

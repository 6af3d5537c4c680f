/* ImportSnapshot and its tasks: an object of a bucket becomes a snapshot, or the task ends as
 * deleted. */
#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_disk.h"
#include "aws/sim/ec2_filter.h"
#include "aws/sim/ec2_import_task.h"
#include "aws/sim/ec2_page.h"
#include "aws/sim/ec2_tags.h"
#include "aws/sim/iam.h"
#include "aws/sim/mem.h"
#include "aws/sim/s3.h"

static const char DEFAULT_ROLE[] = "vmimport";
static const int64_t LISTED_AFTER_END_MS = INT64_C(7) * 24 * 3600 * 1000;
/* Where a disk image lies. */
struct source {
    char *url; /* NULL when bucket and key were given apart */
    char *bucket;
    char *key;
};

static void source_free(struct source *source)
{
    free(source->url);
    free(source->bucket);
    free(source->key);
}

static bool source_read(struct request *request, struct reply *reply, struct source *source)
{
    static const char SCHEME[] = "s3://";
    const char *url = params_get(&request->params, "DiskContainer.Url");
    const char *bucket = params_get(&request->params, "DiskContainer.UserBucket.S3Bucket");
    const char *key = params_get(&request->params, "DiskContainer.UserBucket.S3Key");
    *source = (struct source){0};
    if (bucket != NULL && key != NULL) {
        source->bucket = xstrdup(bucket);
        source->key = xstrdup(key);
        return true;
    }
    const char *slash = NULL;
    if (url != NULL && strncmp(url, SCHEME, strlen(SCHEME)) == 0)
        slash = strchr(url + strlen(SCHEME), '/');
    if (slash == NULL) {
        reply_error(request, reply, 400, "InvalidParameter", "Invalid S3 source location");
        return false;
    }
    source->url = xstrdup(url);
    source->bucket =
        xasprintf("%.*s", (int)(slash - url - (long)strlen(SCHEME)), url + strlen(SCHEME));
    source->key = xstrdup(slash + 1);
    return true;
}

/* VM Import acts as the role, so the role must let it, here as soon as the call is made. */
static bool role_check(struct request *request, struct reply *reply, const char *name)
{
    static const char *const NEEDED[] = {"ec2:ModifySnapshotAttribute", "ec2:CopySnapshot",
                                         "ec2:RegisterImage", "ec2:DescribeImages"};
    const struct iam_role *role = iam_find_role(request->account, name);
    bool ok = role != NULL && iam_role_trusts_import(request->world, role);
    for (size_t i = 0; ok && i < ARRAY_LEN(NEEDED); i++)
        ok = iam_role_allows(role, NEEDED[i], "*");
    if (!ok)
        reply_error(request, reply, 400, "InvalidParameter",
                    "The service role %s provided does not exist or does not have sufficient "
                    "permissions",
                    name);
    return ok;
}

static bool location_check(struct request *request, struct reply *reply,
                           const struct source *source)
{
    const struct s3_bucket *bucket = s3_find_bucket(source->bucket);
    if (bucket == NULL || s3_find_object(source->bucket, source->key) == NULL) {
        reply_error(request, reply, 400, "InvalidParameter", "Invalid S3 source location");
        return false;
    }
    if (bucket->region != request->region) {
        reply_error(request, reply, 400, "InvalidParameter",
                    "The given S3 object is not local to the region. The bucket is in %s, the "
                    "request was made in %s.",
                    bucket->region->name, request->region->name);
        return false;
    }
    return true;
}

static bool format_check(struct request *request, struct reply *reply)
{
    const char *format = params_get(&request->params, "DiskContainer.Format");
    if (format != NULL && ec2_disk_format_known(format))
        return true;
    reply_error(request, reply, 400, "InvalidParameter", "The disk image format '%s' is not valid",
                format == NULL ? "null" : format);
    return false;
}

static struct ec2_import *create_import(struct request *request, const struct source *source,
                                        const char *role)
{
    const struct params *params = &request->params;
    struct ec2_import *import = (struct ec2_import *)ec2_store_add(
        request->world, EC2_IMPORT, NULL, request->region->name, request->account->id);
    ec2_text_set(&import->description, params_get(params, "Description"));
    ec2_text_set(&import->disk_description, params_get(params, "DiskContainer.Description"));
    ec2_text_set(&import->format, params_get(params, "DiskContainer.Format"));
    ec2_text_set(&import->url, source->url);
    ec2_text_set(&import->bucket, source->bucket);
    ec2_text_set(&import->key, source->key);
    ec2_text_set(&import->role, role);
    ec2_text_set(&import->kms_key_id, params_get(params, "KmsKeyId"));
    import->encrypted = params_true(params, "Encrypted");
    ec2_tag_specs_read(request, "import-snapshot-task", &import->head.tags);
    ec2_import_start(request, import);
    return import;
}

static void answer_import(struct request *request, struct reply *reply,
                          const struct ec2_import *import)
{
    reply_open(request, reply);
    ec2_write_import(&reply->body, import);
    reply_close(request, reply);
}

void ec2_import_snapshot(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"Description",
                                        "ClientToken",
                                        "RoleName",
                                        "Encrypted",
                                        "KmsKeyId",
                                        "DiskContainer.Format",
                                        "DiskContainer.Url",
                                        "DiskContainer.Description",
                                        "DiskContainer.UserBucket.S3Bucket",
                                        "DiskContainer.UserBucket.S3Key",
                                        "ClientData.Comment",
                                        "ClientData.UploadEnd",
                                        "ClientData.UploadSize",
                                        "ClientData.UploadStart",
                                        "TagSpecification.N.ResourceType",
                                        "TagSpecification.N.Tag.N.Key",
                                        "TagSpecification.N.Tag.N.Value",
                                        NULL};
    static const char *const TYPES[] = {"import-snapshot-task", NULL};
    const char *role = params_get(&request->params, "RoleName");
    const char *earlier = NULL;
    struct source source;
    if (role == NULL)
        role = DEFAULT_ROLE;
    if (!ec2_accept(request, reply, KNOWN) || !ec2_tag_specs_check(request, reply, TYPES) ||
        !ec2_token_replay(request, reply, &earlier))
        return;
    if (earlier != NULL) {
        struct ec2_resource *import = ec2_store_find(EC2_IMPORT, request->region->name, earlier);
        answer_import(request, reply, (struct ec2_import *)import);
        return;
    }
    if (!format_check(request, reply) || !source_read(request, reply, &source))
        return;
    if (location_check(request, reply, &source) && role_check(request, reply, role)) {
        struct ec2_import *import = create_import(request, &source, role);
        ec2_token_keep(request, import->head.id);
        answer_import(request, reply, import);
    }
    source_free(&source);
}

static bool is_listed(const struct request *request, const struct ec2_import *import,
                      int64_t now_ms)
{
    bool old = import->ended_ms != 0 && now_ms - import->ended_ms > LISTED_AFTER_END_MS;
    return !old && ec2_owns(request, &import->head) && now_ms >= import->head.visible_ms;
}

/* Every id of the list must be a task that is listed; the first that is none is the error. */
static bool import_ids_check(struct request *request, struct reply *reply, int64_t now_ms)
{
    const char *id;
    for (int i = 1; (id = params_getf(&request->params, "ImportTaskId.%d", i)) != NULL; i++) {
        const struct ec2_resource *r = ec2_store_find(EC2_IMPORT, request->region->name, id);
        if (r == NULL || !is_listed(request, (const struct ec2_import *)r, now_ms)) {
            ec2_not_found(request, reply, EC2_IMPORT, id);
            return false;
        }
    }
    return true;
}

void ec2_describe_import_snapshot_tasks(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"ImportTaskId.N", "Filters.N.Name", "Filters.N.Value.N",
                                        "MaxResults",     "NextToken",      NULL};
    const struct ec2_schema *schema = &EC2_SCHEMAS[EC2_IMPORT];
    int64_t now_ms = ec2_now_ms(request);
    struct ec2_page page;
    if (!ec2_accept(request, reply, KNOWN) ||
        !ec2_ids_check(request, reply, EC2_IMPORT, "ImportTaskId") ||
        !ec2_filters_check(request, reply, schema, "Filters") ||
        !ec2_page_begin(request, reply, &page, 1, "ImportTaskId") ||
        !import_ids_check(request, reply, now_ms))
        return;
    bool named = params_has(&request->params, "ImportTaskId");
    reply_open(request, reply);
    xml_open(&reply->body, "importSnapshotTaskSet");
    size_t place = region_index(request->region);
    struct ec2_resource *r = NULL;
    for (uint64_t after = page.after; (r = ec2_store_next_in(EC2_IMPORT, place, after)) != NULL;
         after = r->sequence) {
        struct ec2_import *import = (struct ec2_import *)r;
        ec2_import_refresh(import);
        if (!is_listed(request, import, now_ms) ||
            (named && !ec2_list_has(request, "ImportTaskId", r->id)) ||
            !ec2_filters_match(request, schema, "Filters", r))
            continue;
        if (!ec2_page_take(&page, r->sequence))
            break;
        xml_open(&reply->body, "item");
        ec2_write_import(&reply->body, import);
        xml_close(&reply->body, "item");
    }
    xml_close(&reply->body, "importSnapshotTaskSet");
    ec2_page_end(request, reply, &page);
    reply_close(request, reply);
}

void ec2_cancel_import_task(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"ImportTaskId", "CancelReason", NULL};
    if (!ec2_accept(request, reply, KNOWN))
        return;
    const char *id = params_get(&request->params, "ImportTaskId");
    struct ec2_import *import =
        (struct ec2_import *)ec2_own(request, reply, EC2_IMPORT, id == NULL ? "" : id);
    if (import == NULL)
        return;
    if (import->state > EC2_IMPORT_ACTIVE) {
        reply_error(request, reply, 400, "IncorrectState",
                    "The import task %s cannot be cancelled in its current state", id);
        return;
    }
    const char *before = import->state == EC2_IMPORT_PENDING ? "pending" : "active";
    ec2_import_fail(import, params_get(&request->params, "CancelReason"));
    reply_open(request, reply);
    xml_text(&reply->body, "importTaskId", id);
    xml_text(&reply->body, "previousState", before);
    xml_text(&reply->body, "state", "deleting");
    reply_close(request, reply);
}

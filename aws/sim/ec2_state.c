/* EC2's part of /_sim/state, and forgetting it all. */
#include "aws/sim/ec2_state.h"

#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2_access.h"
#include "aws/sim/ec2_bin.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_import_task.h"
#include "aws/sim/ec2_instances.h"
#include "aws/sim/ec2_page.h"
#include "aws/sim/ec2_references.h"
#include "aws/sim/ec2_reports.h"
#include "aws/sim/ec2_schema.h"
#include "aws/sim/ec2_snapshots.h"
#include "aws/sim/ec2_templates.h"

static void add_field(cJSON *json, const struct ec2_field *field, const char *text)
{
    if (field->kind->json == EC2_JSON_BOOL)
        cJSON_AddBoolToObject(json, field->element, strcmp(text, "true") == 0);
    else if (field->kind->json == EC2_JSON_NUMBER)
        cJSON_AddNumberToObject(json, field->element, strtod(text, NULL));
    else
        cJSON_AddStringToObject(json, field->element, text);
}

static void add_fields(cJSON *json, const struct ec2_field *fields, const void *thing)
{
    char scratch[EC2_SCRATCH_BYTES];
    for (const struct ec2_field *field = fields; field->kind != NULL; field++) {
        const char *text = ec2_field_get(thing, field, scratch);
        if (field->element != NULL && text != NULL)
            add_field(json, field, text);
    }
}

/* A moment that has come; the benches subtract them. */
static void add_moment(cJSON *json, const char *name, int64_t at_ms)
{
    if (at_ms != 0)
        cJSON_AddNumberToObject(json, name, (double)at_ms);
}

/* What all resources have. */
static cJSON *resource_json(const struct ec2_resource *r)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "region", r->region);
    cJSON_AddStringToObject(json, "account", r->account);
    add_moment(json, "createdMs", r->created_ms);
    cJSON *tags = cJSON_AddObjectToObject(json, "tags");
    for (size_t i = 0; i < r->tags.count; i++)
        cJSON_AddStringToObject(tags, r->tags.list[i].name, r->tags.list[i].value);
    return json;
}

static void add_grants(cJSON *json, const char *name, const struct ec2_grants *grants)
{
    cJSON *list = cJSON_AddArrayToObject(json, name);
    for (size_t i = 0; i < grants->count; i++) {
        cJSON *grant = cJSON_CreateObject();
        cJSON_AddStringToObject(grant, EC2_GRANT_NAMES[grants->items[i].kind].element,
                                grants->items[i].who);
        cJSON_AddItemToArray(list, grant);
    }
}

static cJSON *image_json(const struct ec2_resource *r)
{
    const struct ec2_image *image = (const struct ec2_image *)r;
    cJSON *json = resource_json(r);
    add_fields(json, EC2_IMAGE_FIELDS, image);
    add_moment(json, "availableMs", image->available_ms);
    add_grants(json, "launchPermission", &image->grants);
    if (image->reason_code != NULL)
        add_fields(cJSON_AddObjectToObject(json, "stateReason"), EC2_IMAGE_REASON_FIELDS, image);
    cJSON *devices = cJSON_AddArrayToObject(json, "blockDeviceMapping");
    for (size_t i = 0; i < image->device_count; i++) {
        cJSON *device = cJSON_CreateObject();
        add_fields(device, EC2_DEVICE_FIELDS, &image->devices[i]);
        if (image->devices[i].ebs)
            add_fields(device, EC2_EBS_FIELDS, &image->devices[i]);
        cJSON_AddItemToArray(devices, device);
    }
    return json;
}

static cJSON *snapshot_json(const struct ec2_resource *r)
{
    struct ec2_snapshot *snapshot = (struct ec2_snapshot *)r;
    ec2_snapshot_refresh(snapshot);
    cJSON *json = resource_json(r);
    add_fields(json, EC2_SNAPSHOT_FIELDS, snapshot);
    add_moment(json, "completedMs", snapshot->completed_ms);
    add_grants(json, "createVolumePermission", &snapshot->grants);
    if (snapshot->content != NULL)
        cJSON_AddNumberToObject(json, "contentBytes", (double)content_size(snapshot->content));
    return json;
}

static cJSON *import_json(const struct ec2_resource *r)
{
    struct ec2_import *import = (struct ec2_import *)r;
    ec2_import_refresh(import);
    cJSON *json = resource_json(r);
    add_fields(json, EC2_IMPORT_FIELDS, import);
    add_fields(json, EC2_IMPORT_DETAIL_FIELDS, import);
    add_fields(json, EC2_IMPORT_BUCKET_FIELDS, import);
    add_moment(json, "endedMs", import->ended_ms);
    return json;
}

static cJSON *instance_json(const struct ec2_resource *r)
{
    const struct ec2_instance *instance = (const struct ec2_instance *)r;
    cJSON *json = resource_json(r);
    add_fields(json, EC2_INSTANCE_FIELDS, instance);
    cJSON_AddStringToObject(json, "instanceState", EC2_INSTANCE_STATES[instance->state]);
    return json;
}

static cJSON *template_json(const struct ec2_resource *r)
{
    const struct ec2_template *template = (const struct ec2_template *)r;
    cJSON *json = resource_json(r);
    add_fields(json, EC2_TEMPLATE_FIELDS, template);
    cJSON *versions = cJSON_AddArrayToObject(json, "versions");
    for (size_t i = 0; i < template->version_count; i++) {
        cJSON *version = cJSON_CreateObject();
        cJSON_AddNumberToObject(version, "versionNumber", template->versions[i]->number);
        if (template->versions[i]->image_id != NULL)
            cJSON_AddStringToObject(version, "imageId", template->versions[i]->image_id);
        cJSON_AddItemToArray(versions, version);
    }
    return json;
}

static cJSON *recipe_json(const struct ec2_resource *r)
{
    cJSON *json = resource_json(r);
    add_fields(json, EC2_RECIPE_FIELDS, r);
    return json;
}

static cJSON *report_json(const struct ec2_resource *r)
{
    cJSON *json = resource_json(r);
    add_fields(json, EC2_REPORT_FIELDS, r);
    return json;
}

static const struct {
    const char *name;
    cJSON *(*json)(const struct ec2_resource *r);
} LISTS[EC2_TYPES] = {
    [EC2_IMAGE] = {"images", image_json},
    [EC2_SNAPSHOT] = {"snapshots", snapshot_json},
    [EC2_IMPORT] = {"importTasks", import_json},
    [EC2_INSTANCE] = {"instances", instance_json},
    [EC2_TEMPLATE] = {"launchTemplates", template_json},
    [EC2_RECIPE] = {"imageRecipes", recipe_json},
    [EC2_REPORT] = {"imageUsageReports", report_json},
};

/* What is deleted and can come back. */
static void add_bin(cJSON *list, enum ec2_type type, size_t place)
{
    const struct ec2_resource *r;
    for (uint64_t after = 0; (r = ec2_bin_next(type, place, after)) != NULL; after = r->sequence) {
        cJSON *json = LISTS[type].json(r);
        add_moment(json, "recycleBinEnterMs", r->bin_enter_ms);
        add_moment(json, "recycleBinExitMs", r->bin_exit_ms);
        cJSON_AddItemToArray(list, json);
    }
}

void ec2_state(struct world *w, cJSON *out)
{
    (void)w;
    for (int type = 0; type < EC2_TYPES; type++) {
        cJSON *list = cJSON_AddArrayToObject(out, LISTS[type].name);
        const struct ec2_resource *r;
        EC2_EACH((enum ec2_type)type, r)
        {
            cJSON_AddItemToArray(list, LISTS[type].json(r));
        }
    }
    cJSON *bin = cJSON_AddArrayToObject(out, "recycleBin");
    for (size_t place = 0; place < region_count; place++) {
        add_bin(bin, EC2_IMAGE, place);
        add_bin(bin, EC2_SNAPSHOT, place);
    }
}

void ec2_reset(struct world *w)
{
    (void)w;
    ec2_store_clear();
    ec2_token_clear();
    ec2_access_clear();
    ec2_bin_clear();
    ec2_usage_clear();
    ec2_page_limits(SIZE_MAX, false);
}

struct content *ec2_content(struct world *w, const struct params *query)
{
    (void)w;
    const char *id = params_get(query, "snapshot");
    const struct ec2_resource *r;
    EC2_EACH(EC2_SNAPSHOT, r)
    {
        if (id != NULL && strcmp(r->id, id) == 0)
            return ((const struct ec2_snapshot *)r)->content;
    }
    return NULL;
}

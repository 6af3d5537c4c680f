/* EC2's part of --world: what exists at the start. */
#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2_access.h"
#include "aws/sim/ec2_instances.h"
#include "aws/sim/ec2_load.h"
#include "aws/sim/ec2_page.h"
#include "aws/sim/ec2_references.h"
#include "aws/sim/ec2_reports.h"
#include "aws/sim/ec2_schema.h"
#include "aws/sim/ec2_state.h"
#include "aws/sim/ec2_templates.h"
#include "aws/sim/mem.h"
#include "aws/sim/world_large.h"

/* A JSON value as the text that a field is set from; the caller frees. NULL for what is no such
 * value. */
static char *value_text(const cJSON *json)
{
    if (cJSON_IsString(json))
        return xstrdup(json->valuestring);
    if (cJSON_IsBool(json))
        return xstrdup(cJSON_IsTrue(json) ? "true" : "false");
    if (cJSON_IsNumber(json))
        return xasprintf("%.0f", json->valuedouble);
    return NULL;
}

bool ec2_load_field(void *thing, const struct ec2_field *fields, const cJSON *member)
{
    for (const struct ec2_field *field = fields; field->kind != NULL; field++) {
        if (field->element == NULL || strcmp(field->element, member->string) != 0 ||
            field->kind->set == NULL)
            continue;
        char *text = value_text(member);
        bool ok = text != NULL && field->kind->set(thing, field, text);
        free(text);
        return ok;
    }
    return false;
}

static bool load_tags(struct params *tags, const cJSON *json)
{
    const cJSON *tag;
    cJSON_ArrayForEach(tag, json)
    {
        if (!cJSON_IsString(tag))
            return false;
        params_set(tags, tag->string, tag->valuestring);
    }
    return cJSON_IsObject(json);
}

static bool load_grant(struct ec2_grants *grants, const cJSON *json)
{
    for (int kind = 0; kind < EC2_GRANT_KINDS; kind++) {
        const cJSON *who = cJSON_GetObjectItemCaseSensitive(json, EC2_GRANT_NAMES[kind].element);
        if (cJSON_IsString(who)) {
            ec2_grants_add(grants, (enum ec2_grant_kind)kind, who->valuestring);
            return true;
        }
    }
    return false;
}

static bool load_grants(struct ec2_grants *grants, const cJSON *json)
{
    const cJSON *grant;
    cJSON_ArrayForEach(grant, json)
    {
        if (!load_grant(grants, grant))
            return false;
    }
    return cJSON_IsArray(json);
}

static bool load_device(struct ec2_image *image, const cJSON *json)
{
    struct ec2_device *device = ec2_image_add_device(image);
    device->delete_on_termination = true;
    const cJSON *member;
    cJSON_ArrayForEach(member, json)
    {
        if (!ec2_load_field(device, EC2_DEVICE_FIELDS, member) &&
            !ec2_load_field(device, EC2_EBS_FIELDS, member))
            return false;
    }
    device->ebs = device->virtual_name == NULL;
    if (device->ebs && device->volume_type == NULL)
        device->volume_type = xstrdup("gp3");
    return device->device_name != NULL;
}

static bool load_image_member(struct ec2_resource *r, const cJSON *member)
{
    struct ec2_image *image = (struct ec2_image *)r;
    if (strcmp(member->string, "launchPermission") == 0)
        return load_grants(&image->grants, member);
    if (strcmp(member->string, "blockDeviceMapping") != 0)
        return ec2_load_field(image, EC2_IMAGE_FIELDS, member);
    const cJSON *device;
    cJSON_ArrayForEach(device, member)
    {
        if (!load_device(image, device))
            return false;
    }
    return true;
}

static bool load_snapshot_member(struct ec2_resource *r, const cJSON *member)
{
    struct ec2_snapshot *snapshot = (struct ec2_snapshot *)r;
    if (strcmp(member->string, "createVolumePermission") == 0)
        return load_grants(&snapshot->grants, member);
    return ec2_load_field(snapshot, EC2_SNAPSHOT_FIELDS, member);
}

static bool load_import_member(struct ec2_resource *r, const cJSON *member)
{
    return ec2_load_field(r, EC2_IMPORT_FIELDS, member) ||
           ec2_load_field(r, EC2_IMPORT_DETAIL_FIELDS, member) ||
           ec2_load_field(r, EC2_IMPORT_BUCKET_FIELDS, member);
}

/* What a resource is when the world does not say. */
static void image_defaults(struct ec2_resource *r)
{
    struct ec2_image *image = (struct ec2_image *)r;
    image->state = EC2_IMAGE_AVAILABLE;
    image->architecture = xstrdup("x86_64");
    image->virtualization_type = xstrdup("hvm");
    image->root_device_name = xstrdup("/dev/xvda");
}

static void snapshot_defaults(struct ec2_resource *r)
{
    struct ec2_snapshot *snapshot = (struct ec2_snapshot *)r;
    snapshot->state = EC2_SNAPSHOT_COMPLETED;
    snapshot->progress = 100;
    snapshot->volume_id = xstrdup("vol-ffffffff");
}

static void import_defaults(struct ec2_resource *r)
{
    struct ec2_import *import = (struct ec2_import *)r;
    import->state = EC2_IMPORT_COMPLETED;
    import->ended_ms = r->created_ms;
}

/* So old is what does not say how old it is. */
static const int64_t MONTH_MS = INT64_C(30) * 24 * 3600 * 1000;

static void instance_defaults(struct ec2_resource *r)
{
    struct ec2_instance *instance = (struct ec2_instance *)r;
    instance->state = EC2_INSTANCE_RUNNING;
    r->created_ms -= MONTH_MS;
    instance->instance_type = xstrdup("t3.small");
}

static void template_defaults(struct ec2_resource *r)
{
    struct ec2_template *template = (struct ec2_template *)r;
    template->name = xstrdup(r->id);
    r->created_ms -= MONTH_MS;
}

static void recipe_defaults(struct ec2_resource *r)
{
    struct ec2_recipe *recipe = (struct ec2_recipe *)r;
    recipe->name = xstrdup("recipe");
    recipe->version = xstrdup("1.0.0");
}

/* Rows of --world; reports are only ever made. */
static const struct {
    const char *list;
    const char *id;
    void (*defaults)(struct ec2_resource *r);
    bool (*member)(struct ec2_resource *r, const cJSON *member);
} LISTS[EC2_TYPES] = {
    [EC2_IMAGE] = {"images", "imageId", image_defaults, load_image_member},
    [EC2_SNAPSHOT] = {"snapshots", "snapshotId", snapshot_defaults, load_snapshot_member},
    [EC2_IMPORT] = {"importTasks", "importTaskId", import_defaults, load_import_member},
    [EC2_INSTANCE] = {"instances", "instanceId", instance_defaults, ec2_load_instance_member},
    [EC2_TEMPLATE] = {"launchTemplates", "launchTemplateId", template_defaults,
                      ec2_load_template_member},
    [EC2_RECIPE] = {"imageRecipes", "recipeId", recipe_defaults, ec2_load_recipe_member},
};

/* A member that says which resource it is, not how. */
static bool is_place(enum ec2_type type, const char *name)
{
    return strcmp(name, LISTS[type].id) == 0 || strcmp(name, "region") == 0 ||
           strcmp(name, "account") == 0;
}

static const char *text_of(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
}

/* The account and region of an entry; false with a sentence when there are no such. */
static bool place_of(struct world *w, const char *list, const cJSON *json, const char **account,
                     const char **region, char **why)
{
    *account = text_of(json, "account");
    *region = text_of(json, "region");
    if (*account == NULL)
        *account = WORLD_ACCOUNT;
    bool ok = *region != NULL && region_find(*region) != NULL && world_account(w, *account) != NULL;
    if (!ok)
        *why = xasprintf("%s: an entry needs a known region, and its account must exist", list);
    return ok;
}

static bool load_resource(struct world *w, enum ec2_type type, const cJSON *json, char **why)
{
    const char *account;
    const char *region;
    if (!place_of(w, LISTS[type].list, json, &account, &region, why))
        return false;
    struct ec2_resource *r = ec2_store_add(w, type, text_of(json, LISTS[type].id), region, account);
    LISTS[type].defaults(r);
    const cJSON *member;
    cJSON_ArrayForEach(member, json)
    {
        bool ok = is_place(type, member->string) ||
                  (strcmp(member->string, "tags") == 0 ? load_tags(&r->tags, member)
                                                       : LISTS[type].member(r, member));
        if (!ok) {
            *why = xasprintf("%s: %s: cannot be set to that", LISTS[type].list, member->string);
            return false;
        }
    }
    return true;
}

static bool load_access(struct world *w, const cJSON *json, char **why)
{
    static const char LIST[] = "blockPublicAccess";
    const char *account;
    const char *region;
    if (!place_of(w, LIST, json, &account, &region, why))
        return false;
    const char *images = text_of(json, "images");
    const char *snapshots = text_of(json, "snapshots");
    if ((images != NULL && !ec2_access_set(EC2_IMAGE, account, region, images)) ||
        (snapshots != NULL && !ec2_access_set(EC2_SNAPSHOT, account, region, snapshots))) {
        *why = xasprintf("%s: no such state", LIST);
        return false;
    }
    return true;
}

/* {"rows": 100, "short": false}: no page is longer, and none shorter. */
static bool load_pages(struct world *w, const cJSON *json)
{
    (void)w;
    const cJSON *rows = cJSON_GetObjectItemCaseSensitive(json, "rows");
    bool never_short = cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(json, "short"));
    if (rows != NULL && (!cJSON_IsNumber(rows) || rows->valueint < 1))
        return false;
    ec2_page_limits(rows == NULL ? SIZE_MAX : (size_t)rows->valueint, never_short);
    return true;
}

static bool load_usage(struct world *w, const cJSON *json)
{
    (void)w;
    return ec2_usage_load(json);
}

/* Lists of what is no resource. */
static const struct {
    const char *list;
    bool (*load)(struct world *w, const cJSON *json);
} REST[] = {
    {"imageUsage", load_usage},
    {"pages", load_pages},
    {"generate", world_large_load},
};

static bool load_rest(struct world *w, const cJSON *start, char **why)
{
    for (size_t i = 0; i < ARRAY_LEN(REST); i++) {
        const cJSON *json;
        cJSON_ArrayForEach(json, cJSON_GetObjectItemCaseSensitive(start, REST[i].list))
        {
            if (!REST[i].load(w, json)) {
                *why = xasprintf("%s: an entry makes no sense", REST[i].list);
                return false;
            }
        }
    }
    return true;
}

bool ec2_load(struct world *w, const cJSON *start, char **why)
{
    const cJSON *json;
    for (int type = 0; type < EC2_TYPES && LISTS[type].list != NULL; type++) {
        cJSON_ArrayForEach(json, cJSON_GetObjectItemCaseSensitive(start, LISTS[type].list))
        {
            if (!load_resource(w, (enum ec2_type)type, json, why))
                return false;
        }
    }
    cJSON_ArrayForEach(json, cJSON_GetObjectItemCaseSensitive(start, "blockPublicAccess"))
    {
        if (!load_access(w, json, why))
            return false;
    }
    return load_rest(w, start, why);
}

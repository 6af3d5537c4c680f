/* Tags: those that a creation brings along, CreateTags, DeleteTags, DescribeTags. */
#include "aws/sim/ec2_tags.h"

#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_bin.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_filter.h"
#include "aws/sim/ec2_page.h"
#include "aws/sim/mem.h"

enum { KEY_CHARS = 127, VALUE_CHARS = 256, TAGS_PER_RESOURCE = 50 };

/* Characters of UTF-8 text, which is what AWS counts. */
static size_t char_count(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

static bool tag_check(struct request *request, struct reply *reply, const char *key,
                      const char *value)
{
    if (key == NULL || *key == '\0' || char_count(key) > KEY_CHARS)
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "Tag key must be between 1 and %d characters long", KEY_CHARS);
    else if (strncasecmp(key, "aws:", 4) == 0)
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "Tag keys starting with 'aws:' are reserved for internal use");
    else if (value != NULL && char_count(value) > VALUE_CHARS)
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "Tag value exceeds the maximum length of %d characters", VALUE_CHARS);
    else
        return true;
    return false;
}

/* Checks the tags at `prefix`.N.Key and .Value. */
static bool tags_check(struct request *request, struct reply *reply, const char *prefix)
{
    int count = params_count(&request->params, prefix);
    if (count > TAGS_PER_RESOURCE) {
        reply_error(request, reply, 400, "TagLimitExceeded",
                    "The maximum number of Tags for a resource has been reached.");
        return false;
    }
    struct params seen = {0};
    bool ok = true;
    for (int i = 1; ok && i <= count; i++) {
        const char *key = params_getf(&request->params, "%s.%d.Key", prefix, i);
        const char *value = params_getf(&request->params, "%s.%d.Value", prefix, i);
        ok = tag_check(request, reply, key, value);
        if (ok && params_get(&seen, key) != NULL) {
            reply_error(request, reply, 400, "InvalidParameterValue",
                        "Duplicate tag key '%s' specified.", key);
            ok = false;
        }
        if (ok)
            params_add(&seen, key, "");
    }
    params_free(&seen);
    return ok;
}

bool ec2_tag_specs_check(struct request *request, struct reply *reply, const char *const *types)
{
    int count = params_count(&request->params, "TagSpecification");
    for (int i = 1; i <= count; i++) {
        const char *type = params_getf(&request->params, "TagSpecification.%d.ResourceType", i);
        const char *const *known = types;
        while (*known != NULL && (type == NULL || strcmp(*known, type) != 0))
            known++;
        if (*known == NULL) {
            reply_error(request, reply, 400, "InvalidParameterValue",
                        "'%s' is not a valid taggable resource type for this operation.",
                        type == NULL ? "null" : type);
            return false;
        }
        char *prefix = xasprintf("TagSpecification.%d.Tag", i);
        bool ok = tags_check(request, reply, prefix);
        free(prefix);
        if (!ok)
            return false;
    }
    return true;
}

static void lose_tags(const struct request *request, struct params *tags)
{
    const struct fault *fault = fault_of(request, FAULT_MISSING_TAG);
    if (fault == NULL)
        return;
    if (fault->value != NULL)
        params_remove(tags, fault->value);
    else
        params_free(tags);
}

void ec2_tag_specs_read(const struct request *request, const char *type, struct params *tags)
{
    const struct params *params = &request->params;
    int count = params_count(params, "TagSpecification");
    for (int i = 1; i <= count; i++) {
        if (strcmp(params_getf(params, "TagSpecification.%d.ResourceType", i), type) != 0)
            continue;
        const char *key;
        for (int j = 1; (key = params_getf(params, "TagSpecification.%d.Tag.%d.Key", i, j)) != NULL;
             j++) {
            const char *value = params_getf(params, "TagSpecification.%d.Tag.%d.Value", i, j);
            params_set(tags, key, value == NULL ? "" : value);
        }
    }
    lose_tags(request, tags);
}

/* The types that an id may be of, told by its prefix. */
static const struct {
    const char *prefix;
    enum ec2_type type;
    const char *name; /* as DescribeTags has it */
} TAGGABLE[] = {
    {"ami-", EC2_IMAGE, "image"},
    {"snap-", EC2_SNAPSHOT, "snapshot"},
    {"import-snap-", EC2_IMPORT, "import-snapshot-task"},
    {"i-", EC2_INSTANCE, "instance"},
    {"lt-", EC2_TEMPLATE, "launch-template"},
    {"amiur-", EC2_REPORT, "image-usage-report"},
};

static struct ec2_resource *own_taggable(struct request *request, struct reply *reply,
                                         const char *id)
{
    for (size_t i = 0; i < ARRAY_LEN(TAGGABLE); i++) {
        if (strncmp(id, TAGGABLE[i].prefix, strlen(TAGGABLE[i].prefix)) != 0)
            continue;
        struct ec2_resource *binned = ec2_bin_find(TAGGABLE[i].type, request->region->name, id);
        if (binned != NULL && ec2_owns(request, binned))
            return binned;
        return ec2_own(request, reply, TAGGABLE[i].type, id);
    }
    reply_error(request, reply, 400, "InvalidID", "The ID '%s' is not valid", id);
    return NULL;
}

/* What CreateTags or DeleteTags does to one resource. */
typedef void change_fn(const struct request *request, struct ec2_resource *resource);

/* Whether the resource can take it; else answers the error. */
typedef bool check_fn(struct request *request, struct reply *reply,
                      const struct ec2_resource *resource);

static bool has_room(struct request *request, struct reply *reply,
                     const struct ec2_resource *resource)
{
    size_t count = resource->tags.count;
    const char *key;
    for (int i = 1; (key = params_getf(&request->params, "Tag.%d.Key", i)) != NULL; i++)
        count += params_get(&resource->tags, key) == NULL;
    if (count > TAGS_PER_RESOURCE)
        reply_error(request, reply, 400, "TagLimitExceeded",
                    "The maximum number of Tags for a resource has been reached.");
    return count <= TAGS_PER_RESOURCE;
}

static bool always(struct request *request, struct reply *reply,
                   const struct ec2_resource *resource)
{
    (void)request;
    (void)reply;
    (void)resource;
    return true;
}

static void put_tags(const struct request *request, struct ec2_resource *resource)
{
    const char *key;
    for (int i = 1; (key = params_getf(&request->params, "Tag.%d.Key", i)) != NULL; i++) {
        const char *value = params_getf(&request->params, "Tag.%d.Value", i);
        params_set(&resource->tags, key, value == NULL ? "" : value);
    }
    lose_tags(request, &resource->tags);
}

static void take_tags(const struct request *request, struct ec2_resource *resource)
{
    if (!params_has(&request->params, "Tag"))
        params_free(&resource->tags);
    const char *key;
    for (int i = 1; (key = params_getf(&request->params, "Tag.%d.Key", i)) != NULL; i++) {
        const char *wanted = params_getf(&request->params, "Tag.%d.Value", i);
        const char *value = params_get(&resource->tags, key);
        if (value != NULL && (wanted == NULL || strcmp(wanted, value) == 0))
            params_remove(&resource->tags, key);
    }
}

/* All resources or none: the first that is not there refuses the whole call. */
static void for_resources(struct request *request, struct reply *reply, check_fn *check,
                          change_fn *change)
{
    int count = params_count(&request->params, "ResourceId");
    struct ec2_resource **resources = xcalloc((size_t)count, sizeof(struct ec2_resource *));
    bool ok = true;
    for (int i = 0; ok && i < count; i++) {
        const char *id = params_getf(&request->params, "ResourceId.%d", i + 1);
        resources[i] = own_taggable(request, reply, id);
        ok = resources[i] != NULL && check(request, reply, resources[i]);
    }
    for (int i = 0; ok && i < count && fault_of(request, FAULT_NO_EFFECT) == NULL; i++)
        change(request, resources[i]);
    if (ok)
        reply_true(request, reply);
    free(resources);
}

void ec2_create_tags(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*ResourceId.N", "*Tag.N.Key", "Tag.N.Value", NULL};
    if (ec2_accept(request, reply, KNOWN) && tags_check(request, reply, "Tag"))
        for_resources(request, reply, has_room, put_tags);
}

void ec2_delete_tags(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*ResourceId.N", "Tag.N.Key", "Tag.N.Value", NULL};
    if (ec2_accept(request, reply, KNOWN))
        for_resources(request, reply, always, take_tags);
}

/* A tag of a resource as DescribeTags lists it. */
struct tag_view {
    const char *resource_id;
    const char *resource_type;
    const char *key;
    const char *value;
};

/* clang-format off: one row a line */
static const struct ec2_field FIELDS[] = {
    {"resourceId", "resource-id", &EC2_TEXT, offsetof(struct tag_view, resource_id), NULL},
    {"resourceType", "resource-type", &EC2_TEXT, offsetof(struct tag_view, resource_type), NULL},
    {"key", "key", &EC2_TEXT, offsetof(struct tag_view, key), NULL},
    {"value", "value", &EC2_STRING, offsetof(struct tag_view, value), NULL},
    {0},
};
/* clang-format on */

static const struct ec2_schema SCHEMA = {.groups = {{FIELDS, ec2_self}}};

/* Tags have no sequence: pages are cut by their place in the walk. */
struct tag_walk {
    struct ec2_page page;
    uint64_t place, first;
};

static void write_tags_of(struct request *request, struct reply *reply, struct tag_walk *walk,
                          const struct ec2_resource *resource, const char *type)
{
    for (size_t i = 0; i < resource->tags.count; i++) {
        const struct param *tag = &resource->tags.list[i];
        const struct tag_view view = {resource->id, type, tag->name, tag->value};
        if (!ec2_filters_match(request, &SCHEMA, "Filter", &view) || ++walk->place <= walk->first)
            continue;
        if (!ec2_page_take(&walk->page, walk->place))
            return;
        xml_open(&reply->body, "item");
        ec2_write_fields(&reply->body, FIELDS, &view);
        xml_close(&reply->body, "item");
    }
}

static void write_all_tags(struct request *request, struct reply *reply, struct tag_walk *walk)
{
    int64_t now_ms = ec2_now_ms(request);
    size_t place = region_index(request->region);
    for (size_t i = 0; i < ARRAY_LEN(TAGGABLE); i++) {
        const struct ec2_resource *r;
        EC2_EACH_IN(TAGGABLE[i].type, place, r)
        {
            if (ec2_owns(request, r) && now_ms >= r->visible_ms)
                write_tags_of(request, reply, walk, r, TAGGABLE[i].name);
        }
        for (uint64_t after = 0; (r = ec2_bin_next(TAGGABLE[i].type, place, after)) != NULL;
             after = r->sequence) {
            if (ec2_owns(request, r))
                write_tags_of(request, reply, walk, r, TAGGABLE[i].name);
        }
    }
}

void ec2_describe_tags(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"Filter.N.Name", "Filter.N.Value.N", "MaxResults",
                                        "NextToken", NULL};
    struct tag_walk walk = {0};
    if (!ec2_accept(request, reply, KNOWN) ||
        !ec2_filters_check(request, reply, &SCHEMA, "Filter") ||
        !ec2_page_begin(request, reply, &walk.page, 5, NULL))
        return;
    walk.first = walk.page.after;
    reply_open(request, reply);
    xml_open(&reply->body, "tagSet");
    write_all_tags(request, reply, &walk);
    xml_close(&reply->body, "tagSet");
    ec2_page_end(request, reply, &walk.page);
    reply_close(request, reply);
}

/* Filters of describe calls: rows of a schema, tags, and the wildcards * and ?. */
#include "aws/sim/ec2_filter.h"

#include <string.h>

static const char TAG_PREFIX[] = "tag:";
static const char TAG_KEY[] = "tag-key";

bool ec2_wildcard_match(const char *pattern, const char *text)
{
    const char *star = NULL;
    const char *retry = NULL;
    while (*text != '\0') {
        bool literal = pattern[0] == '\\' && pattern[1] != '\0';
        if (!literal && *pattern == '*') {
            star = ++pattern;
            retry = text;
        } else if (literal ? pattern[1] == *text : *pattern == '?' || *pattern == *text) {
            pattern += literal ? 2 : 1;
            text++;
        } else if (star != NULL) {
            pattern = star;
            text = ++retry;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

/* One filter of the request. */
struct filter {
    const struct params *params;
    const char *prefix;
    int number;
};

static const char *filter_name(const struct filter *filter)
{
    return params_getf(filter->params, "%s.%d.Name", filter->prefix, filter->number);
}

static bool any_value_matches(const struct filter *filter, const char *text)
{
    const char *pattern;
    for (int i = 1; (pattern = params_getf(filter->params, "%s.%d.Value.%d", filter->prefix,
                                           filter->number, i)) != NULL;
         i++) {
        if (ec2_wildcard_match(pattern, text))
            return true;
    }
    return false;
}

static const struct ec2_field *find_field(const struct ec2_schema *schema, const char *name,
                                          const struct ec2_group **group_out)
{
    for (const struct ec2_group *group = schema->groups; group->fields != NULL; group++) {
        for (const struct ec2_field *field = group->fields; field->kind != NULL; field++) {
            if (field->filter != NULL && strcmp(field->filter, name) == 0) {
                *group_out = group;
                return field;
            }
        }
    }
    return NULL;
}

static bool is_tag_filter(const struct ec2_schema *schema, const char *name)
{
    return schema->tagged &&
           (strcmp(name, TAG_KEY) == 0 || strncmp(name, TAG_PREFIX, strlen(TAG_PREFIX)) == 0);
}

static bool tag_matches(const struct filter *filter, const char *name, const struct params *tags)
{
    if (strcmp(name, TAG_KEY) != 0) {
        const char *value = params_get(tags, name + strlen(TAG_PREFIX));
        return value != NULL && any_value_matches(filter, value);
    }
    for (size_t i = 0; i < tags->count; i++) {
        if (any_value_matches(filter, tags->list[i].name))
            return true;
    }
    return false;
}

static bool filter_matches(const struct filter *filter, const struct ec2_schema *schema,
                           const void *thing)
{
    const char *name = filter_name(filter);
    if (is_tag_filter(schema, name))
        return tag_matches(filter, name, &((const struct ec2_resource *)thing)->tags);
    const struct ec2_group *group = NULL;
    const struct ec2_field *field = find_field(schema, name, &group);
    const void *item;
    for (size_t i = 0; group != NULL && (item = group->item(thing, i)) != NULL; i++) {
        char scratch[EC2_SCRATCH_BYTES];
        const char *text = ec2_field_get(item, field, scratch);
        if (text != NULL && any_value_matches(filter, text))
            return true;
    }
    return false;
}

bool ec2_filters_check(struct request *request, struct reply *reply,
                       const struct ec2_schema *schema, const char *prefix)
{
    int count = params_count(&request->params, prefix);
    for (int i = 1; i <= count; i++) {
        const struct filter filter = {&request->params, prefix, i};
        const char *name = filter_name(&filter);
        const struct ec2_group *group;
        if (name == NULL || (!is_tag_filter(schema, name) && !find_field(schema, name, &group))) {
            reply_error(request, reply, 400, "InvalidParameterValue", "The filter '%s' is invalid",
                        name == NULL ? "null" : name);
            return false;
        }
        if (params_getf(&request->params, "%s.%d.Value.1", prefix, i) == NULL) {
            reply_error(request, reply, 400, "InvalidParameterValue",
                        "The filter '%s' must have at least one value", name);
            return false;
        }
    }
    return true;
}

bool ec2_filters_match(const struct request *request, const struct ec2_schema *schema,
                       const char *prefix, const void *thing)
{
    int count = params_count(&request->params, prefix);
    for (int i = 1; i <= count; i++) {
        const struct filter filter = {&request->params, prefix, i};
        if (!filter_matches(&filter, schema, thing))
            return false;
    }
    return true;
}

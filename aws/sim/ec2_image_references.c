/* DescribeImageReferences: what of the caller's own refers to some AMIs. */
#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_instances.h"
#include "aws/sim/ec2_page.h"
#include "aws/sim/ec2_references.h"
#include "aws/sim/mem.h"

enum { IMAGES_MOST = 10, DEPTH_PRESET = 10, DEPTH_MOST = 10000, STATES = 6 };

/* What the request asks for. */
struct scope {
    bool kinds[EC2_REFERENCE_KINDS];
    bool states[STATES];
    bool some_states; /* else all */
    int version_depth;
};

static int index_of(const char *const *names, const char *name)
{
    for (int i = 0; names[i] != NULL; i++) {
        if (name != NULL && strcmp(names[i], name) == 0)
            return i;
    }
    return -1;
}

static bool refuse_value(struct request *request, struct reply *reply, const char *name,
                         const char *value)
{
    reply_error(request, reply, 400, "InvalidParameterValue",
                "Value (%s) for parameter %s is invalid.", value == NULL ? "null" : value, name);
    return false;
}

/* One value of an option: state-name of instances, version-depth of launch templates. */
static bool value_read(struct request *request, struct reply *reply, int kind, const char *option,
                       const char *value, struct scope *scope)
{
    if (kind == EC2_REFERENCE_INSTANCE && strcmp(option, "state-name") == 0) {
        int state = index_of(EC2_INSTANCE_STATES, value);
        if (state < 0)
            return refuse_value(request, reply, option, value);
        scope->states[state] = scope->some_states = true;
        return true;
    }
    if (kind != EC2_REFERENCE_TEMPLATE || strcmp(option, "version-depth") != 0)
        return refuse_value(request, reply, "OptionName", option);
    scope->version_depth = atoi(value);
    if (scope->version_depth < 1 || scope->version_depth > DEPTH_MOST)
        return refuse_value(request, reply, option, value);
    return true;
}

static bool options_read(struct request *request, struct reply *reply, int n, int kind,
                         struct scope *scope)
{
    const struct params *params = &request->params;
    static const char OPTION[] = "ResourceType.%d.ResourceTypeOption.%d.OptionName";
    static const char VALUE[] = "ResourceType.%d.ResourceTypeOption.%d.OptionValue.%d";
    const char *option;
    for (int i = 1; (option = params_getf(params, OPTION, n, i)) != NULL; i++) {
        const char *value;
        for (int j = 1; (value = params_getf(params, VALUE, n, i, j)) != NULL; j++) {
            if (!value_read(request, reply, kind, option, value, scope))
                return false;
        }
    }
    return true;
}

static bool scope_read(struct request *request, struct reply *reply, struct scope *scope)
{
    const struct params *params = &request->params;
    bool all = params_true(params, "IncludeAllResourceTypes");
    int count = params_count(params, "ResourceType");
    *scope = (struct scope){.version_depth = DEPTH_PRESET};
    for (int i = 0; i < EC2_REFERENCE_KINDS; i++)
        scope->kinds[i] = all;
    if (!all && count == 0) {
        reply_error(request, reply, 400, "MissingParameter",
                    "Either IncludeAllResourceTypes or ResourceTypes must be specified");
        return false;
    }
    for (int i = 1; i <= count; i++) {
        const char *name = params_getf(params, "ResourceType.%d.ResourceType", i);
        int kind = index_of(EC2_REFERENCE_NAMES, name);
        if (kind < 0)
            return refuse_value(request, reply, "ResourceType", name);
        scope->kinds[kind] = true;
        if (!options_read(request, reply, i, kind, scope))
            return false;
    }
    return true;
}

static bool images_check(struct request *request, struct reply *reply)
{
    int count = params_count(&request->params, "ImageId");
    if (count > IMAGES_MOST) {
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "No more than %d image IDs can be specified in one request", IMAGES_MOST);
        return false;
    }
    return ec2_ids_check(request, reply, EC2_IMAGE, "ImageId");
}

/* The answer while it is written: references are numbered through all images and kinds. */
struct answer {
    struct reply *reply;
    struct ec2_page *page;
    const char *image_id;
    uint64_t number;
};

static void write_reference(void *arg, enum ec2_reference_kind kind, const char *arn)
{
    struct answer *answer = arg;
    if (++answer->number <= answer->page->after || answer->page->more ||
        !ec2_page_take(answer->page, answer->number))
        return;
    struct str *out = &answer->reply->body;
    xml_open(out, "item");
    xml_text(out, "imageId", answer->image_id);
    xml_text(out, "resourceType", EC2_REFERENCE_NAMES[kind]);
    xml_text(out, "arn", arn);
    xml_close(out, "item");
}

void ec2_describe_image_references(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*ImageId.N",
                                        "IncludeAllResourceTypes",
                                        "ResourceType.N.ResourceType",
                                        "ResourceType.N.ResourceTypeOption.N.OptionName",
                                        "ResourceType.N.ResourceTypeOption.N.OptionValue.N",
                                        "MaxResults",
                                        "NextToken",
                                        NULL};
    struct scope scope;
    struct ec2_page page;
    if (!ec2_accept(request, reply, KNOWN) || !images_check(request, reply) ||
        !scope_read(request, reply, &scope) || !ec2_page_begin(request, reply, &page, 1, NULL))
        return;
    struct ec2_reference_query query = {
        .world = request->world,
        .account = request->account->id,
        .region = request->region->name,
        .version_depth = scope.version_depth,
        .state_wanted = scope.some_states ? scope.states : NULL,
    };
    struct answer answer = {.reply = reply, .page = &page};
    reply_open(request, reply);
    xml_open(&reply->body, "imageReferenceSet");
    for (int i = 1; (query.image_id = params_getf(&request->params, "ImageId.%d", i)) != NULL;
         i++) {
        answer.image_id = query.image_id;
        for (int kind = 0; kind < EC2_REFERENCE_KINDS; kind++) {
            if (scope.kinds[kind])
                ec2_references(&query, (enum ec2_reference_kind)kind, write_reference, &answer);
        }
    }
    xml_close(&reply->body, "imageReferenceSet");
    ec2_page_end(request, reply, &page);
    reply_close(request, reply);
}

/* RunInstances, DescribeInstances and TerminateInstances: who launches which AMI. */
#include "aws/sim/ec2_instances.h"

#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_filter.h"
#include "aws/sim/ec2_images.h"
#include "aws/sim/ec2_page.h"
#include "aws/sim/ec2_tags.h"
#include "aws/sim/ec2_templates.h"
#include "aws/sim/mem.h"

enum { LAUNCHES_AT_ONCE = 100, SHOWN_AFTER_END_S = 3600 };

const char *const EC2_INSTANCE_STATES[] = {
    "pending", "running", "shutting-down", "terminated", "stopping", "stopped", NULL};

static const char *const STATE_CODES[] = {"0", "16", "32", "48", "64", "80", NULL};
static const char *const ARCHITECTURE[] = {"x86_64", NULL};

/* clang-format off: one row a line */
const struct ec2_field EC2_INSTANCE_FIELDS[] = {
    {"instanceId", "instance-id", &EC2_TEXT, offsetof(struct ec2_instance, head.id), NULL},
    {"imageId", "image-id", &EC2_TEXT, offsetof(struct ec2_instance, image_id), NULL},
    {"instanceType", "instance-type", &EC2_TEXT, offsetof(struct ec2_instance, instance_type),
     NULL},
    {"launchTime", "launch-time", &EC2_TIME, offsetof(struct ec2_instance, head.created_ms), NULL},
    {"clientToken", "client-token", &EC2_STRING, offsetof(struct ec2_instance, client_token), NULL},
    {"architecture", "architecture", &EC2_CONSTANT, 0, ARCHITECTURE},
    {NULL, "owner-id", &EC2_TEXT, offsetof(struct ec2_instance, head.account), NULL},
    {NULL, "instance-state-name", &EC2_ENUM, offsetof(struct ec2_instance, state),
     EC2_INSTANCE_STATES},
    {NULL, "instance-state-code", &EC2_ENUM, offsetof(struct ec2_instance, state), STATE_CODES},
    {0},
};
/* clang-format on */

static void write_state(struct str *out, const char *element, enum ec2_instance_state state)
{
    xml_open(out, element);
    xml_text(out, "code", STATE_CODES[state]);
    xml_text(out, "name", EC2_INSTANCE_STATES[state]);
    xml_close(out, element);
}

static void write_instance(struct str *out, const struct ec2_instance *instance)
{
    xml_open(out, "item");
    ec2_write_fields(out, EC2_INSTANCE_FIELDS, instance);
    write_state(out, "instanceState", instance->state);
    ec2_write_tags(out, &instance->head.tags);
    xml_close(out, "item");
}

/* What stands around the instances of one launch. */
static void open_reservation(struct str *out, const struct ec2_instance *instance)
{
    xml_textf(out, "reservationId", "r-%s", instance->head.id + strlen("i-"));
    xml_text(out, "ownerId", instance->head.account);
    xml_text(out, "groupSet", "");
    xml_open(out, "instancesSet");
}

void ec2_image_launched(struct ec2_image *image)
{
    image->launches = xrealloc(image->launches, image->launch_count + 1, sizeof image->launches[0]);
    image->launches[image->launch_count++] = clock_now_ms(image->head.world->clock);
}

static void on_running(void *arg)
{
    ((struct ec2_instance *)arg)->state = EC2_INSTANCE_RUNNING;
}

static void on_forgotten(void *arg)
{
    ec2_store_remove(arg);
}

static void on_terminated(void *arg)
{
    struct ec2_instance *instance = arg;
    instance->state = EC2_INSTANCE_TERMINATED;
    ec2_at(&instance->head,
           clock_now_ms(instance->head.world->clock) + INT64_C(1000) * SHOWN_AFTER_END_S,
           on_forgotten);
}

/* What is to be launched: the request's own words, else those of its launch template. */
struct launch {
    const struct ec2_template *template;
    const char *image_id;
    const char *instance_type;
};

static bool launch_read(struct request *request, struct reply *reply, struct launch *launch)
{
    const struct params *params = &request->params;
    *launch = (struct launch){.image_id = params_get(params, "ImageId"),
                              .instance_type = params_get(params, "InstanceType")};
    if (params_has(params, "LaunchTemplate")) {
        launch->template = ec2_own_template(request, reply, "LaunchTemplate.");
        if (launch->template == NULL)
            return false;
        const char *number = params_get(params, "LaunchTemplate.Version");
        const struct ec2_template_version *version =
            ec2_template_version(launch->template, number == NULL ? "$Default" : number);
        if (version == NULL) {
            reply_error(request, reply, 400, "InvalidLaunchTemplateId.VersionNotFound",
                        "Could not find launch template version");
            return false;
        }
        if (launch->image_id == NULL)
            launch->image_id = version->image_id;
        if (launch->instance_type == NULL)
            launch->instance_type = version->instance_type;
    }
    if (launch->image_id == NULL)
        reply_error(request, reply, 400, "MissingParameter",
                    "The request must contain the parameter ImageId");
    return launch->image_id != NULL;
}

/* The image as the caller may launch it; NULL after answering an error. */
static struct ec2_image *launch_image(struct request *request, struct reply *reply, const char *id)
{
    if (!ec2_id_check(request, reply, EC2_IMAGE, id))
        return NULL;
    struct ec2_image *image =
        (struct ec2_image *)ec2_store_find(EC2_IMAGE, request->region->name, id);
    if (image == NULL || image->state == EC2_IMAGE_DEREGISTERED ||
        !ec2_image_launchable(image, request->account) ||
        ec2_now_ms(request) < image->head.visible_ms) {
        ec2_not_found(request, reply, EC2_IMAGE, id);
        return NULL;
    }
    return ec2_image_state_check(request, reply, image, false) ? image : NULL;
}

static struct ec2_instance *create_instance(const struct request *request,
                                            const struct launch *launch, const char *image_id,
                                            int number)
{
    struct ec2_instance *instance = (struct ec2_instance *)ec2_store_add(
        request->world, EC2_INSTANCE, NULL, request->region->name, request->account->id);
    ec2_text_set(&instance->image_id, image_id);
    ec2_text_set(&instance->instance_type,
                 launch->instance_type == NULL ? "m1.small" : launch->instance_type);
    ec2_text_set(&instance->client_token, params_get(&request->params, "ClientToken"));
    if (launch->template != NULL)
        ec2_text_set(&instance->template_id, launch->template->head.id);
    ec2_tag_specs_read(request, "instance", &instance->head.tags);
    char *chance = xasprintf("%s %d", image_id, number);
    ec2_at(&instance->head,
           ec2_now_ms(request) + ec2_draw_ms(&instance->head, "instance-running", chance, 5, 30),
           on_running);
    free(chance);
    return instance;
}

/* An earlier launch with the same token answers what it made. */
static void answer_again(struct request *request, struct reply *reply)
{
    const char *token = params_get(&request->params, "ClientToken");
    const struct ec2_instance *last = NULL;
    struct ec2_resource *r;
    reply_open(request, reply);
    EC2_EACH_IN(EC2_INSTANCE, region_index(request->region), r)
    {
        const struct ec2_instance *instance = (const struct ec2_instance *)r;
        if (!ec2_owns(request, r) || instance->client_token == NULL ||
            strcmp(instance->client_token, token) != 0)
            continue;
        if (last == NULL)
            open_reservation(&reply->body, instance);
        last = instance;
        write_instance(&reply->body, instance);
    }
    if (last != NULL)
        xml_close(&reply->body, "instancesSet");
    reply_close(request, reply);
}

static void run(struct request *request, struct reply *reply, const struct launch *launch,
                struct ec2_image *image, int count)
{
    struct ec2_instance **instances = xcalloc((size_t)count, sizeof(struct ec2_instance *));
    for (int i = 0; i < count; i++)
        instances[i] = create_instance(request, launch, image->head.id, i);
    ec2_image_launched(image);
    ec2_token_keep(request, instances[0]->head.id);
    reply_open(request, reply);
    open_reservation(&reply->body, instances[0]);
    for (int i = 0; i < count; i++)
        write_instance(&reply->body, instances[i]);
    xml_close(&reply->body, "instancesSet");
    reply_close(request, reply);
    free(instances);
}

static bool count_check(struct request *request, struct reply *reply, int64_t *count)
{
    int64_t least = 0;
    *count = 0;
    bool ok = params_int(&request->params, "MinCount", &least) &&
              params_int(&request->params, "MaxCount", count) && least >= 1 && *count >= least &&
              *count <= LAUNCHES_AT_ONCE;
    if (!ok)
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "Value for parameter maxCount or minCount is invalid: from 1 to %d",
                    LAUNCHES_AT_ONCE);
    return ok;
}

void ec2_run_instances(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"ImageId",
                                        "InstanceType",
                                        "*MinCount",
                                        "*MaxCount",
                                        "ClientToken",
                                        "SubnetId",
                                        "SecurityGroupId.N",
                                        "NetworkInterface.N.DeviceIndex",
                                        "NetworkInterface.N.AssociatePublicIpAddress",
                                        "NetworkInterface.N.SubnetId",
                                        "NetworkInterface.N.SecurityGroupId.N",
                                        "UserData",
                                        "IamInstanceProfile.Name",
                                        "InstanceInitiatedShutdownBehavior",
                                        "InstanceMarketOptions.MarketType",
                                        "MetadataOptions.HttpTokens",
                                        "LaunchTemplate.LaunchTemplateId",
                                        "LaunchTemplate.LaunchTemplateName",
                                        "LaunchTemplate.Version",
                                        "TagSpecification.N.ResourceType",
                                        "TagSpecification.N.Tag.N.Key",
                                        "TagSpecification.N.Tag.N.Value",
                                        NULL};
    static const char *const TYPES[] = {"instance", "volume", NULL};
    const char *earlier = NULL;
    int64_t count;
    struct launch launch;
    struct ec2_image *image;
    if (!ec2_accept(request, reply, KNOWN) || !ec2_tag_specs_check(request, reply, TYPES) ||
        !ec2_token_replay(request, reply, &earlier))
        return;
    if (earlier != NULL) {
        answer_again(request, reply);
        return;
    }
    if (count_check(request, reply, &count) && launch_read(request, reply, &launch) &&
        (image = launch_image(request, reply, launch.image_id)) != NULL)
        run(request, reply, &launch, image, (int)count);
}

static bool instance_ids_check(struct request *request, struct reply *reply)
{
    const char *id;
    if (!ec2_ids_check(request, reply, EC2_INSTANCE, "InstanceId"))
        return false;
    for (int i = 1; (id = params_getf(&request->params, "InstanceId.%d", i)) != NULL; i++) {
        if (ec2_own(request, reply, EC2_INSTANCE, id) == NULL)
            return false;
    }
    return true;
}

void ec2_describe_instances(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"InstanceId.N", "Filter.N.Name", "Filter.N.Value.N",
                                        "MaxResults",   "NextToken",     NULL};
    const struct ec2_schema *schema = &EC2_SCHEMAS[EC2_INSTANCE];
    struct ec2_page page;
    if (!ec2_accept(request, reply, KNOWN) ||
        !ec2_filters_check(request, reply, schema, "Filter") ||
        !ec2_page_begin(request, reply, &page, 5, "InstanceId") ||
        !instance_ids_check(request, reply))
        return;
    bool named = params_has(&request->params, "InstanceId");
    size_t place = region_index(request->region);
    reply_open(request, reply);
    xml_open(&reply->body, "reservationSet");
    struct ec2_resource *r;
    for (uint64_t after = page.after; (r = ec2_store_next_in(EC2_INSTANCE, place, after)) != NULL;
         after = r->sequence) {
        if (!ec2_owns(request, r) || (named && !ec2_list_has(request, "InstanceId", r->id)) ||
            !ec2_filters_match(request, schema, "Filter", r))
            continue;
        if (!ec2_page_take(&page, r->sequence))
            break;
        xml_open(&reply->body, "item");
        open_reservation(&reply->body, (const struct ec2_instance *)r);
        write_instance(&reply->body, (const struct ec2_instance *)r);
        xml_close(&reply->body, "instancesSet");
        xml_close(&reply->body, "item");
    }
    xml_close(&reply->body, "reservationSet");
    ec2_page_end(request, reply, &page);
    reply_close(request, reply);
}

static void terminate(const struct request *request, struct str *out, struct ec2_instance *instance)
{
    enum ec2_instance_state before = instance->state;
    if (before != EC2_INSTANCE_TERMINATED && before != EC2_INSTANCE_SHUTTING_DOWN &&
        fault_of(request, FAULT_NO_EFFECT) == NULL) {
        instance->state = EC2_INSTANCE_SHUTTING_DOWN;
        ec2_at(&instance->head,
               ec2_now_ms(request) +
                   ec2_draw_ms(&instance->head, "instance-ends", instance->head.id, 20, 60),
               on_terminated);
    }
    xml_open(out, "item");
    xml_text(out, "instanceId", instance->head.id);
    write_state(out, "currentState", instance->state);
    write_state(out, "previousState", before);
    xml_close(out, "item");
}

void ec2_terminate_instances(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*InstanceId.N", NULL};
    if (!ec2_accept(request, reply, KNOWN) || !instance_ids_check(request, reply))
        return;
    const char *id;
    reply_open(request, reply);
    xml_open(&reply->body, "instancesSet");
    for (int i = 1; (id = params_getf(&request->params, "InstanceId.%d", i)) != NULL; i++)
        terminate(request, &reply->body,
                  (struct ec2_instance *)ec2_store_find(EC2_INSTANCE, request->region->name, id));
    xml_close(&reply->body, "instancesSet");
    reply_close(request, reply);
}

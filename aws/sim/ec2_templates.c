/* Launch templates and their versions: made, shown, deleted. */
#include "aws/sim/ec2_templates.h"

#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_filter.h"
#include "aws/sim/ec2_page.h"
#include "aws/sim/ec2_tags.h"
#include "aws/sim/mem.h"

#define TEMPLATE(member) offsetof(struct ec2_template, member)

/* clang-format off: one row a line */
const struct ec2_field EC2_TEMPLATE_FIELDS[] = {
    {"launchTemplateId", "launch-template-id", &EC2_TEXT, TEMPLATE(head.id), NULL},
    {"launchTemplateName", "launch-template-name", &EC2_TEXT, TEMPLATE(name), NULL},
    {"createTime", "create-time", &EC2_TIME, TEMPLATE(head.created_ms), NULL},
    {"defaultVersionNumber", NULL, &EC2_INT, TEMPLATE(default_number), NULL},
    {"latestVersionNumber", NULL, &EC2_INT, TEMPLATE(latest_number), NULL},
    {0},
};
/* clang-format on */

struct ec2_template_version *ec2_template_add_version(struct ec2_template *template)
{
    struct ec2_template_version *version = xcalloc(1, sizeof *version);
    template->versions = xrealloc(template->versions, template->version_count + 1,
                                  sizeof(struct ec2_template_version *));
    template->versions[template->version_count++] = version;
    version->template = template;
    version->number = ++template->last_number;
    version->created_ms = clock_now_ms(template->head.world->clock);
    template->latest_number = version->number;
    if (template->default_number == 0)
        template->default_number = version->number;
    return version;
}

void ec2_template_version_free(struct ec2_template_version *version)
{
    free(version->description);
    free(version->image_id);
    free(version->instance_type);
    free(version);
}

void ec2_template_clear(struct ec2_resource *r)
{
    struct ec2_template *template = (struct ec2_template *)r;
    for (size_t i = 0; i < template->version_count; i++)
        ec2_template_version_free(template->versions[i]);
    free(template->versions);
}

struct ec2_template_version *ec2_template_version(const struct ec2_template *template,
                                                  const char *text)
{
    int number = atoi(text);
    if (strcmp(text, "$Latest") == 0)
        number = template->latest_number;
    else if (strcmp(text, "$Default") == 0)
        number = template->default_number;
    for (size_t i = 0; i < template->version_count; i++) {
        if (template->versions[i]->number == number)
            return template->versions[i];
    }
    return NULL;
}

static struct ec2_template *find_by_name(const struct request *request, const char *name)
{
    struct ec2_resource *r;
    EC2_EACH_IN(EC2_TEMPLATE, region_index(request->region), r)
    {
        struct ec2_template *template = (struct ec2_template *)r;
        if (ec2_owns(request, r) && strcmp(template->name, name) == 0)
            return template;
    }
    return NULL;
}

struct ec2_template *ec2_own_template(struct request *request, struct reply *reply,
                                      const char *prefix)
{
    const char *id = params_getf(&request->params, "%sLaunchTemplateId", prefix);
    const char *name = params_getf(&request->params, "%sLaunchTemplateName", prefix);
    if ((id == NULL) == (name == NULL)) {
        reply_error(request, reply, 400, "MissingParameter",
                    "Either the launch template ID or the launch template name must be given");
        return NULL;
    }
    if (id != NULL)
        return (struct ec2_template *)ec2_own(request, reply, EC2_TEMPLATE, id);
    struct ec2_template *template = find_by_name(request, name);
    if (template == NULL)
        reply_error(request, reply, 400, "InvalidLaunchTemplateName.NotFoundException",
                    "The specified launch template, with template name %s, does not exist.", name);
    return template;
}

static void write_template(struct request *request, struct str *out,
                           const struct ec2_template *template)
{
    ec2_write_fields(out, EC2_TEMPLATE_FIELDS, template);
    xml_text(out, "createdBy", request->key->arn);
    ec2_write_tags(out, &template->head.tags);
}

static void answer_template(struct request *request, struct reply *reply,
                            const struct ec2_template *template)
{
    reply_open(request, reply);
    xml_open(&reply->body, "launchTemplate");
    write_template(request, &reply->body, template);
    xml_close(&reply->body, "launchTemplate");
    reply_close(request, reply);
}

void ec2_template_read_version(const struct request *request, struct ec2_template_version *version)
{
    const char *image = params_get(&request->params, "LaunchTemplateData.ImageId");
    const char *type = params_get(&request->params, "LaunchTemplateData.InstanceType");
    ec2_text_set(&version->description, params_get(&request->params, "VersionDescription"));
    if (image != NULL)
        ec2_text_set(&version->image_id, image);
    if (type != NULL)
        ec2_text_set(&version->instance_type, type);
}

void ec2_create_launch_template(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"ClientToken",
                                        "*LaunchTemplateName",
                                        "VersionDescription",
                                        "LaunchTemplateData.ImageId",
                                        "LaunchTemplateData.InstanceType",
                                        "TagSpecification.N.ResourceType",
                                        "TagSpecification.N.Tag.N.Key",
                                        "TagSpecification.N.Tag.N.Value",
                                        NULL};
    static const char *const TYPES[] = {"launch-template", NULL};
    const char *earlier = NULL;
    if (!ec2_accept(request, reply, KNOWN) || !ec2_tag_specs_check(request, reply, TYPES) ||
        !ec2_token_replay(request, reply, &earlier))
        return;
    const char *name = params_get(&request->params, "LaunchTemplateName");
    struct ec2_template *template = find_by_name(request, name);
    if (template != NULL && (earlier == NULL || strcmp(template->head.id, earlier) != 0)) {
        reply_error(request, reply, 400, "InvalidLaunchTemplateName.AlreadyExistsException",
                    "Launch template name already in use.");
        return;
    }
    if (template == NULL) {
        template = (struct ec2_template *)ec2_store_add(
            request->world, EC2_TEMPLATE, NULL, request->region->name, request->account->id);
        ec2_text_set(&template->name, name);
        ec2_template_read_version(request, ec2_template_add_version(template));
        ec2_tag_specs_read(request, "launch-template", &template->head.tags);
        ec2_token_keep(request, template->head.id);
    }
    answer_template(request, reply, template);
}

void ec2_delete_launch_template(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"LaunchTemplateId", "LaunchTemplateName", NULL};
    struct ec2_template *template;
    if (!ec2_accept(request, reply, KNOWN) ||
        (template = ec2_own_template(request, reply, "")) == NULL)
        return;
    answer_template(request, reply, template);
    if (fault_of(request, FAULT_NO_EFFECT) == NULL)
        ec2_store_remove(&template->head);
}

void ec2_describe_launch_templates(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"LaunchTemplateId.N",
                                        "LaunchTemplateName.N",
                                        "Filter.N.Name",
                                        "Filter.N.Value.N",
                                        "MaxResults",
                                        "NextToken",
                                        NULL};
    const struct ec2_schema *schema = &EC2_SCHEMAS[EC2_TEMPLATE];
    struct ec2_page page;
    if (!ec2_accept(request, reply, KNOWN) ||
        !ec2_ids_check(request, reply, EC2_TEMPLATE, "LaunchTemplateId") ||
        !ec2_filters_check(request, reply, schema, "Filter") ||
        !ec2_page_begin(request, reply, &page, 1, "LaunchTemplateId"))
        return;
    bool by_id = params_has(&request->params, "LaunchTemplateId");
    bool by_name = params_has(&request->params, "LaunchTemplateName");
    size_t place = region_index(request->region);
    reply_open(request, reply);
    xml_open(&reply->body, "launchTemplates");
    struct ec2_resource *r;
    for (uint64_t after = page.after; (r = ec2_store_next_in(EC2_TEMPLATE, place, after)) != NULL;
         after = r->sequence) {
        const struct ec2_template *template = (const struct ec2_template *)r;
        if (!ec2_owns(request, r) || (by_id && !ec2_list_has(request, "LaunchTemplateId", r->id)) ||
            (by_name && !ec2_list_has(request, "LaunchTemplateName", template->name)) ||
            !ec2_filters_match(request, schema, "Filter", r))
            continue;
        if (!ec2_page_take(&page, r->sequence))
            break;
        xml_open(&reply->body, "item");
        write_template(request, &reply->body, template);
        xml_close(&reply->body, "item");
    }
    xml_close(&reply->body, "launchTemplates");
    ec2_page_end(request, reply, &page);
    reply_close(request, reply);
}

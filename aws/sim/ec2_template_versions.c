/* Versions of launch templates: made, shown, deleted, chosen as the default. */
#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_filter.h"
#include "aws/sim/ec2_page.h"
#include "aws/sim/ec2_templates.h"

static void write_version(struct request *request, struct str *out,
                          const struct ec2_template_version *version)
{
    const struct ec2_template *template = version->template;
    xml_text(out, "launchTemplateId", template->head.id);
    xml_text(out, "launchTemplateName", template->name);
    xml_int(out, "versionNumber", version->number);
    xml_text(out, "versionDescription", version->description);
    xml_time(out, "createTime", version->created_ms);
    xml_text(out, "createdBy", request->key->arn);
    xml_bool(out, "defaultVersion", version->number == template->default_number);
    xml_open(out, "launchTemplateData");
    xml_text(out, "imageId", version->image_id);
    xml_text(out, "instanceType", version->instance_type);
    xml_close(out, "launchTemplateData");
}

void ec2_create_launch_template_version(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"ClientToken",
                                        "LaunchTemplateId",
                                        "LaunchTemplateName",
                                        "SourceVersion",
                                        "VersionDescription",
                                        "LaunchTemplateData.ImageId",
                                        "LaunchTemplateData.InstanceType",
                                        NULL};
    struct ec2_template *template;
    if (!ec2_accept(request, reply, KNOWN) ||
        (template = ec2_own_template(request, reply, "")) == NULL)
        return;
    const char *from = params_get(&request->params, "SourceVersion");
    const struct ec2_template_version *source =
        from == NULL ? NULL : ec2_template_version(template, from);
    if (from != NULL && source == NULL) {
        reply_error(request, reply, 400, "InvalidLaunchTemplateId.VersionNotFound",
                    "Could not find launch template version");
        return;
    }
    struct ec2_template_version *version = ec2_template_add_version(template);
    if (source != NULL) {
        ec2_text_set(&version->image_id, source->image_id);
        ec2_text_set(&version->instance_type, source->instance_type);
    }
    ec2_template_read_version(request, version);
    reply_open(request, reply);
    xml_open(&reply->body, "launchTemplateVersion");
    write_version(request, &reply->body, version);
    xml_close(&reply->body, "launchTemplateVersion");
    reply_close(request, reply);
}

/* clang-format off: one row a line */
static const struct ec2_field VERSION_FIELDS[] = {
    {NULL, "create-time", &EC2_TIME, offsetof(struct ec2_template_version, created_ms), NULL},
    {NULL, "image-id", &EC2_TEXT, offsetof(struct ec2_template_version, image_id), NULL},
    {NULL, "instance-type", &EC2_TEXT, offsetof(struct ec2_template_version, instance_type), NULL},
    {0},
};
/* clang-format on */

static const struct ec2_schema VERSION_SCHEMA = {.groups = {{VERSION_FIELDS, ec2_self}}};

/* Whether the version is one of LaunchTemplateVersion.N, or that list is not there. */
static bool is_asked_for(const struct request *request, const struct ec2_template_version *version)
{
    const char *text;
    if (!params_has(&request->params, "LaunchTemplateVersion"))
        return true;
    for (int i = 1; (text = params_getf(&request->params, "LaunchTemplateVersion.%d", i)) != NULL;
         i++) {
        if (ec2_template_version(version->template, text) == version)
            return true;
    }
    return false;
}

/* Versions of one template, the newest first as AWS has them. `place` counts them over all
 * templates of the answer. False when the page is full. */
static bool write_versions(struct request *request, struct reply *reply,
                           const struct ec2_template *template, struct ec2_page *page,
                           uint64_t *place)
{
    for (size_t i = template->version_count; i-- > 0;) {
        const struct ec2_template_version *version = template->versions[i];
        if (!is_asked_for(request, version) ||
            !ec2_filters_match(request, &VERSION_SCHEMA, "Filter", version) ||
            ++*place <= page->after)
            continue;
        if (!ec2_page_take(page, *place))
            return false;
        xml_open(&reply->body, "item");
        write_version(request, &reply->body, version);
        xml_close(&reply->body, "item");
    }
    return true;
}

void ec2_describe_launch_template_versions(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {
        "LaunchTemplateId", "LaunchTemplateName", "LaunchTemplateVersion.N",
        "Filter.N.Name",    "Filter.N.Value.N",   "MaxResults",
        "NextToken",        "ResolveAlias",       NULL};
    const struct ec2_template *only = NULL;
    struct ec2_page page;
    bool named = params_has(&request->params, "LaunchTemplateId") ||
                 params_has(&request->params, "LaunchTemplateName");
    if (!ec2_accept(request, reply, KNOWN) ||
        !ec2_filters_check(request, reply, &VERSION_SCHEMA, "Filter") ||
        !ec2_page_begin(request, reply, &page, 1, NULL) ||
        (named && (only = ec2_own_template(request, reply, "")) == NULL))
        return;
    if (!named && !params_has(&request->params, "LaunchTemplateVersion")) {
        reply_error(request, reply, 400, "MissingParameter",
                    "Without a launch template the versions must be $Latest or $Default");
        return;
    }
    reply_open(request, reply);
    xml_open(&reply->body, "launchTemplateVersionSet");
    uint64_t place = 0;
    struct ec2_resource *r;
    EC2_EACH_IN(EC2_TEMPLATE, region_index(request->region), r)
    {
        const struct ec2_template *template = (const struct ec2_template *)r;
        if (ec2_owns(request, r) && (only == NULL || template == only) &&
            !write_versions(request, reply, template, &page, &place))
            break;
    }
    xml_close(&reply->body, "launchTemplateVersionSet");
    ec2_page_end(request, reply, &page);
    reply_close(request, reply);
}

/* Takes the version out; what is the newest then shows again. */
static void remove_version(struct ec2_template *template, struct ec2_template_version *version)
{
    size_t at = 0;
    while (template->versions[at] != version)
        at++;
    template->version_count--;
    memmove(&template->versions[at], &template->versions[at + 1],
            (template->version_count - at) * sizeof(struct ec2_template_version *));
    template->latest_number = template->versions[template->version_count - 1]->number;
    ec2_template_version_free(version);
}

/* Deletes the versions that can be and writes those, or writes those that cannot. The default one
 * cannot. */
static void delete_versions(struct request *request, struct reply *reply,
                            struct ec2_template *template, bool can)
{
    static const char *const SETS[] = {"unsuccessfullyDeletedLaunchTemplateVersionSet",
                                       "successfullyDeletedLaunchTemplateVersionSet"};
    const char *text;
    xml_open(&reply->body, SETS[can]);
    for (int i = 1; (text = params_getf(&request->params, "LaunchTemplateVersion.%d", i)) != NULL;
         i++) {
        struct ec2_template_version *version = ec2_template_version(template, text);
        bool deletable = version != NULL && version->number != template->default_number;
        if (deletable != can)
            continue;
        xml_open(&reply->body, "item");
        xml_text(&reply->body, "launchTemplateId", template->head.id);
        xml_text(&reply->body, "launchTemplateName", template->name);
        xml_text(&reply->body, "versionNumber", text);
        if (!can) {
            xml_open(&reply->body, "responseError");
            xml_text(&reply->body, "code",
                     version == NULL ? "launchTemplateVersionDoesNotExist" : "unexpectedError");
            xml_close(&reply->body, "responseError");
        }
        xml_close(&reply->body, "item");
        if (can && fault_of(request, FAULT_NO_EFFECT) == NULL)
            remove_version(template, version);
    }
    xml_close(&reply->body, SETS[can]);
}

void ec2_delete_launch_template_versions(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"LaunchTemplateId", "LaunchTemplateName",
                                        "*LaunchTemplateVersion.N", NULL};
    struct ec2_template *template;
    if (!ec2_accept(request, reply, KNOWN) ||
        (template = ec2_own_template(request, reply, "")) == NULL)
        return;
    reply_open(request, reply);
    delete_versions(request, reply, template, false);
    delete_versions(request, reply, template, true);
    reply_close(request, reply);
}

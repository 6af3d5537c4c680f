/* EC2: what in this account refers to an AMI. */
#include "aws/ec2_references.h"

#include <stdlib.h>
#include <string.h>

#include "aws/actions.h"
#include "aws/ec2_fields.h"
#include "aws/ec2_list.h"
#include "aws/query.h"
#include "base/mem.h"

static const struct ec2_field fields[] = {
    {"imageId", offsetof(struct ec2_reference, image_id)},
    {"resourceType", offsetof(struct ec2_reference, type)},
    {"arn", offsetof(struct ec2_reference, arn)},
};

static const struct kind_row {
    const char *text;
    enum ec2_reference_kind kind;
} kinds[] = {
    {"ec2:Instance", EC2_REFERENCE_INSTANCE},
    {"ec2:LaunchTemplate", EC2_REFERENCE_LAUNCH_TEMPLATE},
    {"ssm:Parameter", EC2_REFERENCE_PARAMETER},
    {"imagebuilder:ImageRecipe", EC2_REFERENCE_IMAGE_RECIPE},
    {"imagebuilder:ContainerRecipe", EC2_REFERENCE_CONTAINER_RECIPE},
};

/* What is asked of a type beyond AWS's default, which is ten versions and terminated instances too.
 */
static const struct scope {
    const char *type, *option;
    const char *values[6];
} scopes[] = {
    {"ec2:Instance",
     "state-name",
     {"pending", "running", "shutting-down", "stopping", "stopped", NULL}},
    {"ec2:LaunchTemplate", "version-depth", {"10000", NULL}},
};

static enum ec2_reference_kind kind_of(const char *text)
{
    for (size_t i = 0; text != NULL && i < ARRAY_LEN(kinds); i++)
        if (strcmp(kinds[i].text, text) == 0)
            return kinds[i].kind;
    return EC2_REFERENCE_OTHER;
}

static void decode_reference(void *arg, const struct xml *item)
{
    struct ec2_reference *reference = ec2_list_add(arg);

    ec2_fields_read(fields, ARRAY_LEN(fields), item, reference);
    ec2_fields_own(fields, ARRAY_LEN(fields), reference);
    reference->kind = kind_of(reference->type);
}

static void free_item(void *item)
{
    ec2_fields_free(fields, ARRAY_LEN(fields), item);
}

void ec2_references_free(struct ec2_references *references)
{
    for (size_t i = 0; i < references->count; i++)
        free_item(&references->items[i]);
    free(references->items);
    *references = (struct ec2_references){0};
}

static void add_scope(struct buf *form, int n, const struct scope *scope)
{
    query_add_name(form, scope->type, "ResourceType.%d.ResourceType", n);
    query_add_name(form, scope->option, "ResourceType.%d.ResourceTypeOption.1.OptionName", n);
    for (int i = 0; scope->values[i] != NULL; i++)
        query_add_name(form, scope->values[i],
                       "ResourceType.%d.ResourceTypeOption.1.OptionValue.%d", n, i + 1);
}

bool ec2_references(struct call *c, const char *const *image_ids, size_t count,
                    struct ec2_references *out, struct err *err)
{
    struct ec2_list list = {.item_size = sizeof *out->items, .free_item = free_item};
    struct buf form = BUF_INIT;

    for (size_t i = 0; i < count; i++)
        query_add_name(&form, image_ids[i], "ImageId.%zu", i + 1);
    /* All types, also those that come to be; the scopes count beside it. */
    query_add_bool(&form, "IncludeAllResourceTypes", true);
    for (size_t i = 0; i < ARRAY_LEN(scopes); i++)
        add_scope(&form, (int)i + 1, &scopes[i]);
    bool ok = ec2_list_pages(c, &aws_actions[EC2_DESCRIBE_IMAGE_REFERENCES], &form, &list,
                             decode_reference, &list, err);
    *out = (struct ec2_references){.items = list.items, .count = list.count};
    return ok;
}

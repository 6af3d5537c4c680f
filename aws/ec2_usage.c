/* EC2: reports on which accounts use an AMI. */
#include "aws/ec2_usage.h"

#include <stdlib.h>
#include <string.h>

#include "aws/actions.h"
#include "aws/ec2_fields.h"
#include "aws/ec2_list.h"
#include "aws/ec2_send.h"
#include "aws/query.h"
#include "base/mem.h"

static const struct ec2_field report_fields[] = {
    {"reportId", offsetof(struct ec2_usage_report, id)},
    {"imageId", offsetof(struct ec2_usage_report, image_id)},
    {"state", offsetof(struct ec2_usage_report, state_text)},
    {"stateReason", offsetof(struct ec2_usage_report, state_reason)},
};

static const struct ec2_field usage_fields[] = {
    {"accountId", offsetof(struct ec2_usage, account_id)},
    {"resourceType", offsetof(struct ec2_usage, resource_type)},
};

static const struct state_row {
    const char *text;
    enum ec2_usage_state state;
} states[] = {
    {"pending", EC2_USAGE_PENDING},
    {"available", EC2_USAGE_AVAILABLE},
    {"error", EC2_USAGE_ERROR},
};

static enum ec2_usage_state state_of(const char *text)
{
    for (size_t i = 0; text != NULL && i < ARRAY_LEN(states); i++)
        if (strcmp(states[i].text, text) == 0)
            return states[i].state;
    return EC2_USAGE_UNKNOWN;
}

static void decode_report(void *arg, const struct xml *item)
{
    struct ec2_usage_report *report = ec2_list_add(arg);

    ec2_fields_read(report_fields, ARRAY_LEN(report_fields), item, report);
    ec2_fields_own(report_fields, ARRAY_LEN(report_fields), report);
    report->state = state_of(report->state_text);
}

static void free_report(void *item)
{
    ec2_fields_free(report_fields, ARRAY_LEN(report_fields), item);
}

static void decode_usage(void *arg, const struct xml *item)
{
    struct ec2_usage *usage = ec2_list_add(arg);

    ec2_fields_read(usage_fields, ARRAY_LEN(usage_fields), item, usage);
    ec2_fields_own(usage_fields, ARRAY_LEN(usage_fields), usage);
    usage->count = xml_int(item, "usageCount", 0);
}

static void free_usage(void *item)
{
    ec2_fields_free(usage_fields, ARRAY_LEN(usage_fields), item);
}

void ec2_usage_reports_free(struct ec2_usage_reports *reports)
{
    for (size_t i = 0; i < reports->count; i++)
        free_report(&reports->items[i]);
    free(reports->items);
    *reports = (struct ec2_usage_reports){0};
}

void ec2_usages_free(struct ec2_usages *usages)
{
    for (size_t i = 0; i < usages->count; i++)
        free_usage(&usages->items[i]);
    free(usages->items);
    *usages = (struct ec2_usages){0};
}

bool ec2_create_usage_report(struct call *c, const char *image_id, const char *token,
                             char **report_id, struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "ImageId", image_id);
    query_add(&form, "ClientToken", token);
    query_add(&form, "ResourceType.1.ResourceType", "ec2:Instance");
    query_add(&form, "ResourceType.2.ResourceType", "ec2:LaunchTemplate");
    query_add(&form, "ResourceType.2.ResourceTypeOption.1.OptionName", "version-depth");
    query_add(&form, "ResourceType.2.ResourceTypeOption.1.OptionValue.1", "10000");
    return ec2_send_for(c, &aws_actions[EC2_CREATE_IMAGE_USAGE_REPORT], &form, "reportId",
                        report_id, err);
}

bool ec2_usage_reports(struct call *c, const char *image_id, struct ec2_usage_reports *out,
                       struct err *err)
{
    struct ec2_list list = {.item_size = sizeof *out->items, .free_item = free_report};
    struct buf form = BUF_INIT;

    query_add(&form, "ImageId.1", image_id);
    bool ok = ec2_list_pages(c, &aws_actions[EC2_DESCRIBE_IMAGE_USAGE_REPORTS], &form, &list,
                             decode_report, &list, err);
    *out = (struct ec2_usage_reports){.items = list.items, .count = list.count};
    return ok;
}

bool ec2_usage_entries(struct call *c, const char *report_id, struct ec2_usages *out,
                       struct err *err)
{
    struct ec2_list list = {.item_size = sizeof *out->items, .free_item = free_usage};
    struct buf form = BUF_INIT;

    query_add(&form, "ReportId.1", report_id);
    bool ok = ec2_list_pages(c, &aws_actions[EC2_DESCRIBE_IMAGE_USAGE_REPORT_ENTRIES], &form, &list,
                             decode_usage, &list, err);
    *out = (struct ec2_usages){.items = list.items, .count = list.count};
    return ok;
}

bool ec2_delete_usage_report(struct call *c, const char *report_id, struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "ReportId", report_id);
    return ec2_send(c, &aws_actions[EC2_DELETE_IMAGE_USAGE_REPORT], &form, err);
}

/* DescribeImageUsageReports and DescribeImageUsageReportEntries. */
#include <string.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_filter.h"
#include "aws/sim/ec2_page.h"
#include "aws/sim/ec2_references.h"
#include "aws/sim/ec2_reports.h"

static const char *const KNOWN[] = {"ImageId.N",     "ReportId.N",       "MaxResults", "NextToken",
                                    "Filter.N.Name", "Filter.N.Value.N", NULL};

/* Whether the caller asks for the reports of that image, that id, or all. */
static bool is_asked_for(const struct request *request, const struct ec2_report *report)
{
    return ec2_owns(request, &report->head) &&
           (!params_has(&request->params, "ImageId") ||
            ec2_list_has(request, "ImageId", report->image_id)) &&
           (!params_has(&request->params, "ReportId") ||
            ec2_list_has(request, "ReportId", report->head.id));
}

static bool ids_check(struct request *request, struct reply *reply)
{
    const char *id;
    if (!ec2_ids_check(request, reply, EC2_IMAGE, "ImageId"))
        return false;
    for (int i = 1; (id = params_getf(&request->params, "ReportId.%d", i)) != NULL; i++) {
        if (ec2_own(request, reply, EC2_REPORT, id) == NULL)
            return false;
    }
    return true;
}

/* A list of items with one element each. */
static void write_list(struct str *out, const char *name, const struct params *list)
{
    xml_open(out, name);
    for (size_t i = 0; i < list->count; i++)
        xml_text(out, "item", list->list[i].name);
    xml_close(out, name);
}

static void write_type(struct str *out, enum ec2_reference_kind kind, int depth)
{
    xml_open(out, "item");
    xml_text(out, "resourceType", EC2_REFERENCE_NAMES[kind]);
    if (depth != 0) {
        xml_open(out, "resourceTypeOptionSet");
        xml_open(out, "item");
        xml_text(out, "optionName", "version-depth");
        xml_open(out, "optionValueSet");
        xml_int(out, "item", depth);
        xml_close(out, "optionValueSet");
        xml_close(out, "item");
        xml_close(out, "resourceTypeOptionSet");
    }
    xml_close(out, "item");
}

static void write_report(struct str *out, const struct ec2_report *report)
{
    xml_open(out, "item");
    ec2_write_fields(out, EC2_REPORT_FIELDS, report);
    xml_open(out, "resourceTypeSet");
    if (report->instances)
        write_type(out, EC2_REFERENCE_INSTANCE, 0);
    if (report->templates)
        write_type(out, EC2_REFERENCE_TEMPLATE, report->version_depth);
    xml_close(out, "resourceTypeSet");
    if (report->accounts.count > 0)
        write_list(out, "accountIdSet", &report->accounts);
    ec2_write_tags(out, &report->head.tags);
    xml_close(out, "item");
}

void ec2_describe_image_usage_reports(struct request *request, struct reply *reply)
{
    const struct ec2_schema *schema = &EC2_SCHEMAS[EC2_REPORT];
    struct ec2_page page;
    if (!ec2_accept(request, reply, KNOWN) ||
        !ec2_filters_check(request, reply, schema, "Filter") ||
        !ec2_page_begin(request, reply, &page, 1, "ReportId") || !ids_check(request, reply))
        return;
    size_t place = region_index(request->region);
    reply_open(request, reply);
    xml_open(&reply->body, "imageUsageReportSet");
    struct ec2_resource *r;
    for (uint64_t after = page.after; (r = ec2_store_next_in(EC2_REPORT, place, after)) != NULL;
         after = r->sequence) {
        const struct ec2_report *report = (const struct ec2_report *)r;
        if (!is_asked_for(request, report) || !ec2_filters_match(request, schema, "Filter", r))
            continue;
        if (!ec2_page_take(&page, r->sequence))
            break;
        write_report(&reply->body, report);
    }
    xml_close(&reply->body, "imageUsageReportSet");
    ec2_page_end(request, reply, &page);
    reply_close(request, reply);
}

/* An entry as it is listed. */
struct entry_view {
    const char *account;
    const char *type;
    const char *image_id;
    const char *report_id;
    int count;
    int64_t created_ms;
};

/* clang-format off: one row a line */
static const struct ec2_field ENTRY_FIELDS[] = {
    {"resourceType", "resource-type", &EC2_TEXT, offsetof(struct entry_view, type), NULL},
    {"reportId", NULL, &EC2_TEXT, offsetof(struct entry_view, report_id), NULL},
    {"usageCount", NULL, &EC2_INT, offsetof(struct entry_view, count), NULL},
    {"accountId", "account-id", &EC2_TEXT, offsetof(struct entry_view, account), NULL},
    {"imageId", NULL, &EC2_TEXT, offsetof(struct entry_view, image_id), NULL},
    {"reportCreationTime", "creation-time", &EC2_TIME, offsetof(struct entry_view, created_ms),
     NULL},
    {0},
};
/* clang-format on */

static const struct ec2_schema ENTRY_SCHEMA = {.groups = {{ENTRY_FIELDS, ec2_self}}};

/* False when the page is full. Entries are numbered through all reports of the answer. */
static bool write_entries(const struct request *request, struct reply *reply,
                          const struct ec2_report *report, struct ec2_page *page, uint64_t *number)
{
    for (size_t i = 0; i < report->entry_count; i++) {
        const struct ec2_report_entry *entry = &report->entries[i];
        const struct entry_view view = {entry->account,  entry->type,  report->image_id,
                                        report->head.id, entry->count, report->head.created_ms};
        if (!ec2_filters_match(request, &ENTRY_SCHEMA, "Filter", &view) || ++*number <= page->after)
            continue;
        if (!ec2_page_take(page, *number))
            return false;
        xml_open(&reply->body, "item");
        ec2_write_fields(&reply->body, ENTRY_FIELDS, &view);
        xml_close(&reply->body, "item");
    }
    return true;
}

void ec2_describe_image_usage_report_entries(struct request *request, struct reply *reply)
{
    struct ec2_page page;
    if (!ec2_accept(request, reply, KNOWN) ||
        !ec2_filters_check(request, reply, &ENTRY_SCHEMA, "Filter") ||
        !ec2_page_begin(request, reply, &page, 1, NULL) || !ids_check(request, reply))
        return;
    reply_open(request, reply);
    xml_open(&reply->body, "imageUsageReportEntrySet");
    uint64_t number = 0;
    struct ec2_resource *r;
    EC2_EACH_IN(EC2_REPORT, region_index(request->region), r)
    {
        const struct ec2_report *report = (const struct ec2_report *)r;
        if (is_asked_for(request, report) && report->state == EC2_REPORT_AVAILABLE &&
            !write_entries(request, reply, report, &page, &number))
            break;
    }
    xml_close(&reply->body, "imageUsageReportEntrySet");
    ec2_page_end(request, reply, &page);
    reply_close(request, reply);
}

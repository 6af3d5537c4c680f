/* Image usage reports: ordered, ready some minutes later, gone after 30 days. */
#include "aws/sim/ec2_reports.h"

#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_filter.h"
#include "aws/sim/ec2_page.h"
#include "aws/sim/ec2_references.h"
#include "aws/sim/ec2_tags.h"
#include "aws/sim/mem.h"

/* What is newer than a day is not in a report. */
static const int64_t LATE_MS = INT64_C(24) * 3600 * 1000;
static const int64_t KEPT_MS = INT64_C(30) * 24 * 3600 * 1000;

enum { DEPTH_PRESET = 20, DEPTH_MOST = 10000, ACCOUNTS_MOST = 200 };

static const char *const STATES[] = {"pending", "available", "error", NULL};

#define REPORT(member) offsetof(struct ec2_report, member)

/* clang-format off: one row a line */
const struct ec2_field EC2_REPORT_FIELDS[] = {
    {"imageId", NULL, &EC2_TEXT, REPORT(image_id), NULL},
    {"reportId", NULL, &EC2_TEXT, REPORT(head.id), NULL},
    {"state", "state", &EC2_ENUM, REPORT(state), STATES},
    {"stateReason", NULL, &EC2_TEXT, REPORT(reason), NULL},
    {"creationTime", "creation-time", &EC2_TIME, REPORT(head.created_ms), NULL},
    {"expirationTime", NULL, &EC2_TIME, REPORT(expires_ms), NULL},
    {0},
};
/* clang-format on */

/* Use by accounts that exist for nothing else. */
struct usage {
    char *image_id;
    char *account;
    bool instances; /* else launch templates */
    int count;
};

static struct {
    struct usage *items;
    size_t count;
} usages;

bool ec2_usage_load(const cJSON *json)
{
    const char *image = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "imageId"));
    const char *account = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "account"));
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "resourceType"));
    const cJSON *count = cJSON_GetObjectItemCaseSensitive(json, "usageCount");
    bool instances = type != NULL && strcmp(type, "ec2:Instance") == 0;
    bool templates = type != NULL && strcmp(type, "ec2:LaunchTemplate") == 0;
    if (image == NULL || account == NULL || !cJSON_IsNumber(count) || (!instances && !templates))
        return false;
    usages.items = xrealloc(usages.items, usages.count + 1, sizeof usages.items[0]);
    usages.items[usages.count++] =
        (struct usage){xstrdup(image), xstrdup(account), instances, count->valueint};
    return true;
}

void ec2_usage_clear(void)
{
    for (size_t i = 0; i < usages.count; i++) {
        free(usages.items[i].image_id);
        free(usages.items[i].account);
    }
    free(usages.items);
    usages.items = NULL;
    usages.count = 0;
}

void ec2_report_clear(struct ec2_resource *r)
{
    struct ec2_report *report = (struct ec2_report *)r;
    params_free(&report->accounts);
    for (size_t i = 0; i < report->entry_count; i++)
        free(report->entries[i].account);
    free(report->entries);
}

/* Counts uses of one type by one account, when that account is to be told of. */
static void add_uses(struct ec2_report *report, const char *account, bool instances, int count)
{
    if (count == 0 || !(instances ? report->instances : report->templates) ||
        (report->accounts.count > 0 && params_get(&report->accounts, account) == NULL))
        return;
    const char *type =
        EC2_REFERENCE_NAMES[instances ? EC2_REFERENCE_INSTANCE : EC2_REFERENCE_TEMPLATE];
    for (size_t i = 0; i < report->entry_count; i++) {
        struct ec2_report_entry *entry = &report->entries[i];
        if (strcmp(entry->account, account) == 0 && strcmp(entry->type, type) == 0) {
            entry->count += count;
            return;
        }
    }
    report->entries = xrealloc(report->entries, report->entry_count + 1, sizeof report->entries[0]);
    report->entries[report->entry_count++] = (struct ec2_report_entry){
        .account = xstrdup(account),
        .type = type,
        .count = count,
    };
}

static void count_one(void *arg, enum ec2_reference_kind kind, const char *arn)
{
    (void)kind, (void)arn;
    ++*(int *)arg;
}

/* What another account of this world has. */
static void add_account(struct ec2_report *report, const struct account *account)
{
    struct ec2_reference_query query = {
        .world = report->head.world,
        .account = account->id,
        .region = report->head.region,
        .image_id = report->image_id,
        .until_ms = clock_now_ms(report->head.world->clock) - LATE_MS,
        .version_depth = report->version_depth == 0 ? DEPTH_PRESET : report->version_depth,
    };
    int instances = 0;
    int templates = 0;
    ec2_references(&query, EC2_REFERENCE_INSTANCE, count_one, &instances);
    ec2_references(&query, EC2_REFERENCE_TEMPLATE, count_one, &templates);
    add_uses(report, account->id, true, instances);
    add_uses(report, account->id, false, templates);
}

static void on_expired(void *arg)
{
    ec2_store_remove(arg);
}

static void on_ready(void *arg)
{
    struct ec2_report *report = arg;
    struct ec2_resource *head = &report->head;
    ec2_at(head, report->expires_ms, on_expired);
    report->state = report->reason != NULL ? EC2_REPORT_ERROR : EC2_REPORT_AVAILABLE;
    if (report->state == EC2_REPORT_ERROR)
        return;
    for (const struct account *a = head->world->accounts; a != NULL; a = a->next) {
        if (strcmp(a->id, head->account) != 0)
            add_account(report, a);
    }
    for (size_t i = 0; i < usages.count; i++) {
        const struct usage *usage = &usages.items[i];
        if (strcmp(usage->image_id, report->image_id) == 0)
            add_uses(report, usage->account, usage->instances, usage->count);
    }
}

static bool depth_read(struct request *request, struct reply *reply, int n,
                       struct ec2_report *report)
{
    const struct params *params = &request->params;
    const char *option = params_getf(params, "ResourceType.%d.ResourceTypeOption.1.OptionName", n);
    const char *value =
        params_getf(params, "ResourceType.%d.ResourceTypeOption.1.OptionValue.1", n);
    if (option == NULL)
        return true;
    int depth = value == NULL ? 0 : atoi(value);
    if (strcmp(option, "version-depth") == 0 && depth >= 1 && depth <= DEPTH_MOST) {
        report->version_depth = depth;
        return true;
    }
    reply_error(request, reply, 400, "InvalidParameterValue",
                "Value (%s) for parameter %s is invalid.", value == NULL ? "null" : value, option);
    return false;
}

/* Reads the types that are asked for into a report that is not stored yet. */
static bool types_read(struct request *request, struct reply *reply, struct ec2_report *report)
{
    int count = params_count(&request->params, "ResourceType");
    for (int i = 1; i <= count; i++) {
        const char *name = params_getf(&request->params, "ResourceType.%d.ResourceType", i);
        bool instances = name != NULL && strcmp(name, "ec2:Instance") == 0;
        bool templates = name != NULL && strcmp(name, "ec2:LaunchTemplate") == 0;
        if (!instances && !templates) {
            reply_error(request, reply, 400, "InvalidParameterValue",
                        "Value (%s) for parameter ResourceType is invalid.",
                        name == NULL ? "null" : name);
            return false;
        }
        report->instances = report->instances || instances;
        report->templates = report->templates || templates;
        if (templates && !depth_read(request, reply, i, report))
            return false;
    }
    if (params_count(&request->params, "AccountId") > ACCOUNTS_MOST) {
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "No more than %d account IDs can be specified", ACCOUNTS_MOST);
        return false;
    }
    return true;
}

static struct ec2_report *create_report(const struct request *request,
                                        const struct ec2_report *asked)
{
    struct ec2_report *report = (struct ec2_report *)ec2_store_add(
        request->world, EC2_REPORT, NULL, request->region->name, request->account->id);
    report->instances = asked->instances;
    report->templates = asked->templates;
    report->version_depth = asked->version_depth;
    report->expires_ms = report->head.created_ms + KEPT_MS;
    ec2_text_set(&report->image_id, params_get(&request->params, "ImageId"));
    const char *account;
    for (int i = 1; (account = params_getf(&request->params, "AccountId.%d", i)) != NULL; i++)
        params_set(&report->accounts, account, "");
    ec2_tag_specs_read(request, "image-usage-report", &report->head.tags);
    const struct fault *fails = fault_of(request, FAULT_FAILS);
    if (fails != NULL)
        ec2_text_set(&report->reason, fails->value == NULL ? "Internal error" : fails->value);
    ec2_at(&report->head,
           report->head.created_ms +
               ec2_draw_ms(&report->head, "usage-report", report->image_id, 60, 300),
           on_ready);
    return report;
}

void ec2_create_image_usage_report(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*ImageId",
                                        "*ResourceType.N.ResourceType",
                                        "ResourceType.N.ResourceTypeOption.N.OptionName",
                                        "ResourceType.N.ResourceTypeOption.N.OptionValue.N",
                                        "AccountId.N",
                                        "ClientToken",
                                        "TagSpecification.N.ResourceType",
                                        "TagSpecification.N.Tag.N.Key",
                                        "TagSpecification.N.Tag.N.Value",
                                        NULL};
    static const char *const TYPES[] = {"image-usage-report", NULL};
    const char *id = NULL;
    struct ec2_report asked = {0};
    if (!ec2_accept(request, reply, KNOWN) || !ec2_tag_specs_check(request, reply, TYPES) ||
        !types_read(request, reply, &asked) || !ec2_token_replay(request, reply, &id) ||
        ec2_own_image(request, reply, params_get(&request->params, "ImageId")) == NULL)
        return;
    if (id == NULL) {
        id = create_report(request, &asked)->head.id;
        ec2_token_keep(request, id);
    }
    reply_open(request, reply);
    xml_text(&reply->body, "reportId", id);
    reply_close(request, reply);
}

void ec2_delete_image_usage_report(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*ReportId", NULL};
    struct ec2_resource *report;
    if (!ec2_accept(request, reply, KNOWN) ||
        (report = ec2_own(request, reply, EC2_REPORT, params_get(&request->params, "ReportId"))) ==
            NULL)
        return;
    if (fault_of(request, FAULT_NO_EFFECT) == NULL)
        ec2_store_remove(report);
    reply_true(request, reply);
}

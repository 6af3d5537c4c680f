/* Service Quotas: the account's quotas, and AWS's defaults for them. */
#include <stdlib.h>
#include <string.h>

#include "aws/sim/mem.h"
#include "aws/sim/quota.h"
#include "aws/sim/service.h"

static const struct {
    const char *code, *name;
} SERVICES[] = {
    {"ec2", "Amazon Elastic Compute Cloud (Amazon EC2)"},
    {"ebs", "Amazon Elastic Block Store (Amazon EBS)"},
};

static const char *service_name(const char *code)
{
    for (size_t i = 0; i < ARRAY_LEN(SERVICES); i++)
        if (strcmp(SERVICES[i].code, code) == 0)
            return SERVICES[i].name;
    return "";
}

/* A text of the request's JSON, malloc'd; "" when there is none. */
static char *text_of(const struct request *request, const char *name)
{
    cJSON *json = cJSON_ParseWithLength(str_text(&request->body), request->body.len);
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
    char *copy = xstrdup(text != NULL ? text : "");
    cJSON_Delete(json);
    return copy;
}

/* The quota that the request names; NULL after answering the error. Rows without a code of AWS's
 * are not known there. */
static const struct quota *named_quota(struct request *request, struct reply *reply)
{
    char *service = text_of(request, "ServiceCode"), *code = text_of(request, "QuotaCode");
    const struct quota *quota = strncmp(code, "L-", 2) == 0 ? quota_find(code) : NULL;
    if (quota != NULL && strcmp(quota->service, service) != 0)
        quota = NULL;
    if (quota == NULL)
        reply_error(request, reply, 400, "NoSuchResourceException",
                    "The request failed because the specified service quota does not exist.");
    free(service);
    free(code);
    return quota;
}

static void answer(struct request *request, struct reply *reply, const struct quota *quota,
                   double value)
{
    cJSON *answer_json = cJSON_CreateObject();
    cJSON *json = cJSON_AddObjectToObject(answer_json, "Quota");
    char *arn = xasprintf("arn:aws:servicequotas:%s:%s:%s/%s", request->region->name,
                          request->account->id, quota->service, quota->code);
    cJSON_AddStringToObject(json, "ServiceCode", quota->service);
    cJSON_AddStringToObject(json, "ServiceName", service_name(quota->service));
    cJSON_AddStringToObject(json, "QuotaArn", arn);
    cJSON_AddStringToObject(json, "QuotaCode", quota->code);
    cJSON_AddStringToObject(json, "QuotaName", quota->name);
    cJSON_AddNumberToObject(json, "Value", value);
    cJSON_AddStringToObject(json, "Unit", "None");
    cJSON_AddBoolToObject(json, "Adjustable", quota->adjustable);
    cJSON_AddBoolToObject(json, "GlobalQuota", false);
    free(arn);
    reply_json(reply, 200, answer_json);
}

/* AWS knows an applied value of what can be adjusted, or was; the rest has its default alone. */
static void get_service_quota(struct request *request, struct reply *reply)
{
    const struct quota *quota = named_quota(request, reply);
    if (quota == NULL)
        return;
    double value = world_quota(request->account, request->region->name, quota->code);
    if (quota->adjustable || value != quota->value)
        answer(request, reply, quota, value);
    else
        reply_error(request, reply, 400, "NoSuchResourceException",
                    "The request failed because the specified service quota has no applied value.");
}

static void get_default(struct request *request, struct reply *reply)
{
    const struct quota *quota = named_quota(request, reply);
    if (quota != NULL)
        answer(request, reply, quota, quota->value);
}

static const struct action ACTIONS[] = {
    {.name = "GetServiceQuota", .bucket = BUCKET_READ, .handle = get_service_quota},
    {.name = "GetAWSDefaultServiceQuota", .bucket = BUCKET_READ, .handle = get_default},
};

const struct service quota_service = {
    .name = "servicequotas",
    .version = "2019-06-24",
    .protocol = PROTOCOL_JSON,
    .actions = ACTIONS,
    .action_count = ARRAY_LEN(ACTIONS),
};

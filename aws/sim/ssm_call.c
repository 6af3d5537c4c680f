/* What the actions of the Parameter Store share. */
#include "aws/sim/ssm_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/sim/mem.h"

cJSON *ssm_input(struct request *request, struct reply *reply)
{
    cJSON *json = cJSON_ParseWithLength(str_text(&request->body), request->body.len);
    if (cJSON_IsObject(json))
        return json;
    cJSON_Delete(json);
    ssm_refuse(request, reply, "ValidationException", "The request body is no JSON object.");
    return NULL;
}

const char *ssm_text(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
}

void ssm_refuse(struct request *request, struct reply *reply, const char *code, const char *format,
                ...)
{
    struct str message = {0};
    va_list args;
    va_start(args, format);
    str_add_args(&message, format, args);
    va_end(args);
    reply_error(request, reply, 400, code, "%s", str_text(&message));
    str_free(&message);
}

/* The name in an ARN of this account and region, malloc'd; any other text is a name. `/a/b` and
 * `a` look the same in an ARN but for the slash. */
static char *plain_name(const struct request *request, const char *name)
{
    char *prefix =
        xasprintf("arn:aws:ssm:%s:%s:parameter/", request->region->name, request->account->id);
    size_t len = strlen(prefix);
    if (strncmp(name, prefix, len) == 0)
        name += strchr(name + len, '/') != NULL ? len - 1 : len;
    free(prefix);
    return xstrdup(name);
}

struct ssm_parameter *ssm_own(struct request *request, struct reply *reply, const char *name)
{
    char *plain = plain_name(request, name != NULL ? name : "");
    struct ssm_parameter *p = ssm_store_find(request->account, request->region->name, plain);
    free(plain);
    if (p != NULL && p->count > 0)
        return p;
    ssm_refuse(request, reply, "ParameterNotFound", "Parameter %s not found.",
               name != NULL ? name : "");
    return NULL;
}

const struct ssm_version *ssm_select(const struct request *request, const char *name,
                                     const struct ssm_parameter **of, const char **problem)
{
    char *plain = plain_name(request, name), *colon = strchr(plain, ':');
    const struct ssm_version *found = NULL;
    if (colon != NULL)
        *colon = '\0';
    *of = ssm_store_find(request->account, request->region->name, plain);
    *problem = *of == NULL || (*of)->count == 0 ? "ParameterNotFound" : "ParameterVersionNotFound";
    for (size_t i = 0; *of != NULL && i < (*of)->count; i++) {
        const struct ssm_version *version = (*of)->versions[i];
        char number[24];
        snprintf(number, sizeof(number), "%lld", (long long)version->number);
        if (colon == NULL || strcmp(colon + 1, number) == 0 ||
            params_get(&version->labels, colon + 1) != NULL)
            found = version;
    }
    free(plain);
    return found;
}

cJSON *ssm_version_json(const struct ssm_parameter *parameter, const struct ssm_version *version,
                        const char *selector)
{
    cJSON *json = cJSON_CreateObject();
    char *arn = ssm_arn(parameter);
    cJSON_AddStringToObject(json, "Name", parameter->name);
    cJSON_AddStringToObject(json, "Type", version->type);
    cJSON_AddStringToObject(json, "Value", version->value);
    cJSON_AddNumberToObject(json, "Version", (double)version->number);
    cJSON_AddNumberToObject(json, "LastModifiedDate", (double)version->modified_ms / 1000);
    cJSON_AddStringToObject(json, "ARN", arn);
    cJSON_AddStringToObject(json, "DataType", version->data_type);
    if (selector != NULL)
        cJSON_AddStringToObject(json, "Selector", selector);
    free(arn);
    return json;
}

bool ssm_page(struct request *request, struct reply *reply, const cJSON *json, int most,
              size_t *start, size_t *count)
{
    const cJSON *results = cJSON_GetObjectItemCaseSensitive(json, "MaxResults");
    const char *token = ssm_text(json, "NextToken");
    char *end = NULL;
    *count = (size_t)most;
    *start = token != NULL ? strtoull(token, &end, 16) : 0;
    if (results != NULL && (results->valueint < 1 || results->valueint > most))
        ssm_refuse(request, reply, "ValidationException", "MaxResults must be from 1 to %d.", most);
    else if (token != NULL && (*token == '\0' || *end != '\0'))
        ssm_refuse(request, reply, "InvalidNextToken", "The specified token isn't valid.");
    else if (results != NULL)
        *count = (size_t)results->valueint;
    return reply->error_code == NULL;
}

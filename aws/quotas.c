/* Service Quotas: what an account may have. */
#include "aws/quotas.h"

#include <cJSON.h>

#include "aws/actions.h"

static bool ask(struct call *c, enum aws_action action, const char *service, const char *code,
                double *value, struct err *err)
{
    cJSON *body = cJSON_CreateObject(), *answer = NULL;

    cJSON_AddStringToObject(body, "ServiceCode", service);
    cJSON_AddStringToObject(body, "QuotaCode", code);
    const struct call_json j = {.action = &aws_actions[action], .body = body};
    bool ok = call_json(c, &j, &answer, err);
    const cJSON *quota = cJSON_GetObjectItemCaseSensitive(answer, "Quota");
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(quota, "Value");
    if (ok && !cJSON_IsNumber(number))
        ok = err_set(err, ERR_REPLY, "%s was answered without a value", aws_actions[action].name);
    if (ok)
        *value = number->valuedouble;
    cJSON_Delete(answer);
    cJSON_Delete(body);
    return ok;
}

bool quotas_get(struct call *c, const char *service, const char *code, double *value,
                struct err *err)
{
    struct err local = ERR_INIT;

    err = err == NULL ? &local : err;
    if (ask(c, QUOTAS_GET_SERVICE_QUOTA, service, code, value, err))
        return true;
    return err->kind == ERR_NOT_FOUND &&
           ask(c, QUOTAS_GET_AWS_DEFAULT_SERVICE_QUOTA, service, code, value, err);
}

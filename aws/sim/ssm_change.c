/* DeleteParameter, DeleteParameters and LabelParameterVersion. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aws/sim/mem.h"
#include "aws/sim/ssm.h"
#include "aws/sim/ssm_call.h"

enum { NAMES_MOST = 10, LABELS_MOST = 10, LABEL_LEN = 100 };

void ssm_delete_parameter(struct request *request, struct reply *reply)
{
    cJSON *json = ssm_input(request, reply);
    struct ssm_parameter *p = json != NULL ? ssm_own(request, reply, ssm_text(json, "Name")) : NULL;
    if (p != NULL) {
        ssm_store_remove(p);
        reply_json(reply, 200, cJSON_CreateObject());
    }
    cJSON_Delete(json);
}

void ssm_delete_parameters(struct request *request, struct reply *reply)
{
    cJSON *json = ssm_input(request, reply);
    const cJSON *names = cJSON_GetObjectItemCaseSensitive(json, "Names"), *name;
    int count = cJSON_GetArraySize(names);
    if (json != NULL && (count < 1 || count > NAMES_MOST)) {
        ssm_refuse(request, reply, "ValidationException", "Names must have from 1 to %d members.",
                   NAMES_MOST);
    } else if (json != NULL) {
        cJSON *answer = cJSON_CreateObject();
        cJSON *gone = cJSON_AddArrayToObject(answer, "DeletedParameters");
        cJSON *missing = cJSON_AddArrayToObject(answer, "InvalidParameters");
        cJSON_ArrayForEach(name, names)
        {
            const char *text = cJSON_IsString(name) ? name->valuestring : "";
            struct ssm_parameter *p = ssm_store_find(request->account, request->region->name, text);
            bool stored = p != NULL && p->count > 0;
            cJSON_AddItemToArray(stored ? gone : missing, cJSON_CreateString(text));
            if (stored)
                ssm_store_remove(p);
        }
        reply_json(reply, 200, answer);
    }
    cJSON_Delete(json);
}

/* "Working with parameter labels". */
static bool is_label(const char *text)
{
    return *text != '\0' && strlen(text) <= LABEL_LEN && !isdigit((unsigned char)*text) &&
           strncasecmp(text, "aws", 3) != 0 && strncasecmp(text, "ssm", 3) != 0 &&
           text[strspn(
               text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")] == '\0';
}

/* The version that the request names, the newest when it names none; NULL when it is not there. */
static struct ssm_version *version_of(const struct ssm_parameter *p, const cJSON *json)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(json, "ParameterVersion");
    if (number == NULL)
        return p->versions[p->count - 1];
    for (size_t i = 0; i < p->count; i++)
        if ((double)p->versions[i]->number == number->valuedouble)
            return p->versions[i];
    return NULL;
}

/* A label is on one version of a parameter at most: it moves. */
static void label(struct reply *reply, struct ssm_parameter *p, struct ssm_version *version,
                  const cJSON *labels)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON *refused = cJSON_AddArrayToObject(answer, "InvalidLabels");
    const cJSON *item;
    cJSON_ArrayForEach(item, labels)
    {
        const char *text = cJSON_IsString(item) ? item->valuestring : "";
        if (!is_label(text)) {
            cJSON_AddItemToArray(refused, cJSON_CreateString(text));
            continue;
        }
        for (size_t i = 0; i < p->count; i++)
            params_remove(&p->versions[i]->labels, text);
        params_add(&version->labels, text, "");
    }
    cJSON_AddNumberToObject(answer, "ParameterVersion", (double)version->number);
    reply_json(reply, 200, answer);
}

void ssm_label_parameter_version(struct request *request, struct reply *reply)
{
    cJSON *json = ssm_input(request, reply);
    struct ssm_parameter *p = json != NULL ? ssm_own(request, reply, ssm_text(json, "Name")) : NULL;
    struct ssm_version *version = p != NULL ? version_of(p, json) : NULL;
    const cJSON *labels = cJSON_GetObjectItemCaseSensitive(json, "Labels");
    size_t count = (size_t)cJSON_GetArraySize(labels);
    if (p != NULL && version == NULL)
        ssm_refuse(request, reply, "ParameterVersionNotFound", "The version was not found.");
    else if (version != NULL && version->labels.count + count > LABELS_MOST)
        ssm_refuse(request, reply, "ParameterVersionLabelLimitExceeded",
                   "A version of a parameter can have a maximum of %d labels.", LABELS_MOST);
    else if (version != NULL)
        label(reply, p, version, labels);
    cJSON_Delete(json);
}

/* GetParameter and its siblings: one, several, those below a path, and all versions of one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/sim/mem.h"
#include "aws/sim/ssm.h"
#include "aws/sim/ssm_call.h"

enum { NAMES_MOST = 10, PATH_MOST = 10, HISTORY_MOST = 50 };

void ssm_get_parameter(struct request *request, struct reply *reply)
{
    cJSON *json = ssm_input(request, reply);
    const char *name = json != NULL ? ssm_text(json, "Name") : NULL, *problem = NULL;
    const struct ssm_parameter *p = NULL;
    const struct ssm_version *version =
        name != NULL ? ssm_select(request, name, &p, &problem) : NULL;
    if (json != NULL && name == NULL)
        ssm_refuse(request, reply, "ValidationException", "Name is required.");
    else if (name != NULL && version == NULL)
        ssm_refuse(request, reply, problem, "Parameter %s not found.", name);
    if (version != NULL) {
        cJSON *answer = cJSON_CreateObject();
        cJSON_AddItemToObject(answer, "Parameter", ssm_version_json(p, version, strchr(name, ':')));
        reply_json(reply, 200, answer);
    }
    cJSON_Delete(json);
}

void ssm_get_parameters(struct request *request, struct reply *reply)
{
    cJSON *json = ssm_input(request, reply);
    const cJSON *names = cJSON_GetObjectItemCaseSensitive(json, "Names"), *name;
    int count = cJSON_GetArraySize(names);
    if (json != NULL && (count < 1 || count > NAMES_MOST)) {
        ssm_refuse(request, reply, "ValidationException", "Names must have from 1 to %d members.",
                   NAMES_MOST);
    } else if (json != NULL) {
        cJSON *answer = cJSON_CreateObject();
        cJSON *found = cJSON_AddArrayToObject(answer, "Parameters");
        cJSON *missing = cJSON_AddArrayToObject(answer, "InvalidParameters");
        cJSON_ArrayForEach(name, names)
        {
            const char *text = cJSON_IsString(name) ? name->valuestring : "", *problem;
            const struct ssm_parameter *p;
            const struct ssm_version *version = ssm_select(request, text, &p, &problem);
            if (version != NULL)
                cJSON_AddItemToArray(found, ssm_version_json(p, version, strchr(text, ':')));
            else
                cJSON_AddItemToArray(missing, cJSON_CreateString(text));
        }
        reply_json(reply, 200, answer);
    }
    cJSON_Delete(json);
}

/* Whether the parameter lies below the path: directly, or at any depth. */
static bool is_below(const struct request *request, const struct ssm_parameter *p, const char *path,
                     bool recursive)
{
    size_t len = strlen(path);
    while (len > 0 && path[len - 1] == '/')
        len--;
    return p->count > 0 && strcmp(p->account, request->account->id) == 0 &&
           strcmp(p->region, request->region->name) == 0 && strncmp(p->name, path, len) == 0 &&
           p->name[len] == '/' && (recursive || strchr(p->name + len + 1, '/') == NULL);
}

static void add_token(cJSON *answer, size_t next)
{
    char token[24];
    snprintf(token, sizeof(token), "%016zx", next);
    cJSON_AddStringToObject(answer, "NextToken", token);
}

void ssm_get_parameters_by_path(struct request *request, struct reply *reply)
{
    cJSON *json = ssm_input(request, reply);
    const char *path = json != NULL ? ssm_text(json, "Path") : NULL;
    bool recursive = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "Recursive"));
    size_t at, count;
    if (json != NULL && (path == NULL || *path != '/')) {
        ssm_refuse(request, reply, "ValidationException",
                   "The parameter path must begin with a slash.");
    } else if (json != NULL && ssm_page(request, reply, json, PATH_MOST, &at, &count)) {
        cJSON *answer = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(answer, "Parameters");
        const struct ssm_parameter *p;
        for (; (p = ssm_store_at(at)) != NULL; at++) {
            if (!is_below(request, p, path, recursive))
                continue;
            if (count-- == 0)
                break;
            cJSON_AddItemToArray(list, ssm_version_json(p, ssm_newest(p), NULL));
        }
        if (p != NULL)
            add_token(answer, at);
        reply_json(reply, 200, answer);
    }
    cJSON_Delete(json);
}

/* A version with what only its history shows. */
static cJSON *history_json(const struct ssm_parameter *p, const struct ssm_version *version)
{
    cJSON *json = ssm_version_json(p, version, NULL);
    cJSON_DeleteItemFromObjectCaseSensitive(json, "ARN");
    cJSON_AddStringToObject(json, "LastModifiedUser", version->user_arn);
    cJSON_AddStringToObject(json, "Tier", version->tier);
    if (version->description != NULL)
        cJSON_AddStringToObject(json, "Description", version->description);
    cJSON *labels = cJSON_AddArrayToObject(json, "Labels");
    for (size_t i = 0; i < version->labels.count; i++)
        cJSON_AddItemToArray(labels, cJSON_CreateString(version->labels.list[i].name));
    return json;
}

void ssm_get_parameter_history(struct request *request, struct reply *reply)
{
    cJSON *json = ssm_input(request, reply);
    const struct ssm_parameter *p =
        json != NULL ? ssm_own(request, reply, ssm_text(json, "Name")) : NULL;
    size_t at, count;
    if (p != NULL && ssm_page(request, reply, json, HISTORY_MOST, &at, &count)) {
        cJSON *answer = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(answer, "Parameters");
        for (; at < p->count && count > 0; at++, count--)
            cJSON_AddItemToArray(list, history_json(p, p->versions[at]));
        if (at < p->count)
            add_token(answer, at);
        reply_json(reply, 200, answer);
    }
    cJSON_Delete(json);
}

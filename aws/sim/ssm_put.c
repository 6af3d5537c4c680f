/* PutParameter, with the check of an image that comes only after the answer. */
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aws/sim/ec2_permissions.h"
#include "aws/sim/ec2_store.h"
#include "aws/sim/mem.h"
#include "aws/sim/ssm.h"
#include "aws/sim/ssm_call.h"

enum {
    NAME_MOST = 1011,
    LEVELS_MOST = 15,
    STANDARD_BYTES = 4096,
    ADVANCED_BYTES = 8192,
    PARAMETERS_MOST = 10000,
    CHECK_LEAST_MS = 1500,
    CHECK_MOST_MS = 8000,
};

static const char INVALID[] = "ValidationException";

static bool is_one_of(const char *text, const char *const *list)
{
    while (*list != NULL && strcmp(*list, text) != 0)
        list++;
    return *list != NULL;
}

static bool check_name(struct request *request, struct reply *reply, const char *name)
{
    int levels = 0;
    for (const char *p = name; p != NULL && *p != '\0'; p++)
        levels += *p == '/';
    const char *bare = name != NULL && *name == '/' ? name + 1 : name;
    if (name == NULL || *name == '\0' || strlen(name) > NAME_MOST ||
        name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/")] !=
            '\0' ||
        name[strlen(name) - 1] == '/' || (levels > 0 && *name != '/'))
        ssm_refuse(request, reply, INVALID,
                   "Parameter name must be a fully qualified name of letters, numbers and .-_/");
    else if (strncasecmp(bare, "aws", 3) == 0 || strncasecmp(bare, "ssm", 3) == 0)
        ssm_refuse(request, reply, INVALID,
                   "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).");
    else if (levels > LEVELS_MOST)
        ssm_refuse(request, reply, "HierarchyLevelLimitExceededException",
                   "A hierarchy can have a maximum of %d levels.", LEVELS_MOST);
    return reply->error_code == NULL;
}

static bool matches(const char *pattern, const char *value)
{
    regex_t regex;
    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    bool ok = regexec(&regex, value, 0, NULL, 0) == 0;
    regfree(&regex);
    return ok;
}

/* Only whether it looks like an image; whether it is one shows later. */
static bool looks_like_image(const char *value)
{
    return strncmp(value, "ami-", 4) == 0 && value[4] != '\0' &&
           value[4 + strspn(value + 4, "0123456789abcdef")] == '\0';
}

static bool check_value(struct request *request, struct reply *reply, const cJSON *json,
                        const struct ssm_version *version)
{
    static const char *const TYPES[] = {"String", "StringList", "SecureString", NULL};
    static const char *const DATA_TYPES[] = {"text", "aws:ec2:image", "aws:ssm:integration", NULL};
    static const char *const TIERS[] = {"Standard", "Advanced", NULL};
    const char *pattern = ssm_text(json, "AllowedPattern");
    bool image = strcmp(version->data_type, "aws:ec2:image") == 0;
    size_t most = strcmp(version->tier, "Advanced") == 0 ? ADVANCED_BYTES : STANDARD_BYTES;
    if (*version->value == '\0' || strlen(version->value) > most)
        ssm_refuse(request, reply, INVALID, "The value must have from 1 to %zu characters.", most);
    else if (!is_one_of(version->type, TYPES))
        ssm_refuse(request, reply, "UnsupportedParameterType",
                   "The parameter type %s is not supported.", version->type);
    else if (!is_one_of(version->data_type, DATA_TYPES) || !is_one_of(version->tier, TIERS))
        ssm_refuse(request, reply, INVALID, "The data type or the tier is not valid.");
    else if (image && (strcmp(version->type, "String") != 0 || !looks_like_image(version->value)))
        ssm_refuse(request, reply, INVALID,
                   "A parameter of data type aws:ec2:image must be a String and the ID of an AMI.");
    else if (pattern != NULL && *pattern != '\0' && !matches(pattern, version->value))
        ssm_refuse(request, reply, "ParameterPatternMismatchException",
                   "The parameter value doesn't match the allowed pattern %s.", pattern);
    return reply->error_code == NULL;
}

/* Whether the parameter may be put as it stands now (NULL: there is none). */
static bool check_state(struct request *request, struct reply *reply, const cJSON *json,
                        const struct ssm_parameter *old)
{
    bool overwrite = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "Overwrite"));
    bool tags = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, "Tags")) > 0;
    bool stored = old != NULL && old->count > 0;
    if (overwrite && tags)
        ssm_refuse(request, reply, INVALID,
                   "Invalid request: tags and overwrite can't be used together. To create a "
                   "parameter with tags, please remove overwrite flag.");
    else if (old != NULL && old->checking != NULL)
        ssm_refuse(request, reply, "TooManyUpdates",
                   "There are concurrent updates for this parameter.");
    else if (stored && !overwrite)
        ssm_refuse(request, reply, "ParameterAlreadyExists",
                   "The parameter already exists. To overwrite this value, set the overwrite "
                   "option in the request to true.");
    else if (!stored && ssm_text(json, "Type") == NULL)
        ssm_refuse(request, reply, INVALID,
                   "A parameter type is required when you create a parameter.");
    else if (stored && old->count == SSM_VERSIONS && old->versions[0]->labels.count > 0)
        ssm_refuse(request, reply, "ParameterMaxVersionLimitExceeded",
                   "Version %lld can't be deleted because it has a label.",
                   (long long)old->versions[0]->number);
    else if (old == NULL && ssm_store_at(PARAMETERS_MOST - 1) != NULL)
        ssm_refuse(request, reply, "ParameterLimitExceeded",
                   "The maximum number of parameters is reached.");
    return reply->error_code == NULL;
}

static const char *or_else(const char *text, const char *otherwise)
{
    return text != NULL ? text : otherwise;
}

static struct ssm_version *read_version(const struct request *request, const cJSON *json,
                                        const struct ssm_parameter *old)
{
    const struct ssm_version *before = old != NULL ? ssm_newest(old) : NULL;
    struct ssm_version *v = xcalloc(1, sizeof(*v));
    v->value = xstrdup(or_else(ssm_text(json, "Value"), ""));
    v->type = xstrdup(or_else(ssm_text(json, "Type"), before != NULL ? before->type : "String"));
    v->data_type = xstrdup(or_else(ssm_text(json, "DataType"), "text"));
    v->tier = xstrdup(or_else(ssm_text(json, "Tier"), "Standard"));
    v->description = xstrdup_or_null(ssm_text(json, "Description"));
    v->user_arn = xstrdup(request->key->arn);
    v->modified_ms = clock_now_ms(request->world->clock);
    v->number = (old != NULL ? old->last_number : 0) + 1;
    return v;
}

/* Whether the account could launch the image where the parameter is. */
static bool is_image(const struct ssm_parameter *p, const char *id)
{
    const struct ec2_image *image =
        (const struct ec2_image *)ec2_store_find(EC2_IMAGE, p->region, id);
    return image != NULL && image->state == EC2_IMAGE_AVAILABLE &&
           (strcmp(image->head.account, p->account) == 0 || ec2_grants_public(&image->grants) ||
            ec2_grants_has(&image->grants, EC2_GRANT_USER, p->account));
}

/* An image that is none leaves no trace but a number that is not given again. */
static void on_checked(void *arg)
{
    struct ssm_parameter *p = arg;
    struct ssm_version *version = p->checking;
    p->checking = NULL;
    p->event = 0;
    if (is_image(p, version->value)) {
        ssm_store_version(p, version);
        return;
    }
    ssm_version_free(version);
    if (p->count == 0)
        ssm_store_remove(p);
}

static void keep(struct request *request, struct ssm_parameter *p, struct ssm_version *version)
{
    struct world *w = request->world;
    p->last_number = version->number;
    if (strcmp(version->data_type, "aws:ec2:image") != 0) {
        ssm_store_version(p, version);
        return;
    }
    p->checking = version;
    p->event = clock_at(w->clock,
                        clock_now_ms(w->clock) + world_range(w, "ssm-check", p->region, p->name, 0,
                                                             CHECK_LEAST_MS, CHECK_MOST_MS),
                        on_checked, p);
}

static void put(struct request *request, struct reply *reply, const cJSON *json)
{
    const char *name = ssm_text(json, "Name");
    if (!check_name(request, reply, name))
        return;
    struct ssm_parameter *p = ssm_store_find(request->account, request->region->name, name);
    struct ssm_version *version = read_version(request, json, p);
    if (!check_value(request, reply, json, version) || !check_state(request, reply, json, p)) {
        ssm_version_free(version);
        return;
    }
    if (p == NULL)
        p = ssm_store_add(request->world, request->account, request->region->name, name);
    const cJSON *tag;
    cJSON_ArrayForEach(tag, cJSON_GetObjectItemCaseSensitive(json, "Tags"))
    {
        params_set(&p->tags, or_else(ssm_text(tag, "Key"), ""),
                   or_else(ssm_text(tag, "Value"), ""));
    }
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddNumberToObject(answer, "Version", (double)version->number);
    cJSON_AddStringToObject(answer, "Tier", version->tier);
    keep(request, p, version);
    reply_json(reply, 200, answer);
}

void ssm_put_parameter(struct request *request, struct reply *reply)
{
    cJSON *json = ssm_input(request, reply);
    if (json != NULL)
        put(request, reply, json);
    cJSON_Delete(json);
}

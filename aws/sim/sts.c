/* STS: who am I, and temporary keys. */
#include "aws/sim/iam.h"
#include "aws/sim/mem.h"
#include "aws/sim/rng.h"
#include "aws/sim/service.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void get_caller_identity(struct request *request, struct reply *reply)
{
    struct str *out = &reply->body;
    reply_open(request, reply);
    xml_text(out, "Arn", request->key->arn);
    xml_text(out, "UserId", request->key->unique_id);
    xml_text(out, "Account", request->account->id);
    reply_close(request, reply);
}

static bool deny(struct request *request, struct reply *reply, const char *role_arn)
{
    reply_error(request, reply, 403, "AccessDenied",
                "User: %s is not authorized to perform: sts:AssumeRole on resource: %s",
                request->key->arn, role_arn);
    return false;
}

/* The role that RoleArn names, when it trusts the caller's account. NULL with an error. */
static const struct iam_role *trusted_role(struct request *request, struct reply *reply,
                                           const char *role_arn)
{
    const char *name = strstr(role_arn, ":role/");
    struct account *account = NULL;
    if (strncmp(role_arn, "arn:aws:iam::", 13) == 0 && name != NULL && name - role_arn == 25) {
        char *id = xasprintf("%.12s", role_arn + 13);
        account = world_account(request->world, id);
        free(id);
    }
    const char *last = name != NULL ? strrchr(name, '/') + 1 : "";
    const struct iam_role *role = account != NULL ? iam_find_role(account, last) : NULL;
    if (role == NULL || !iam_role_trusts_account(role, request->key->arn, request->account->id)) {
        deny(request, reply, role_arn);
        return NULL;
    }
    return role;
}

static void assume_role(struct request *request, struct reply *reply)
{
    const char *role_arn = params_get(&request->params, "RoleArn");
    const char *session = params_get(&request->params, "RoleSessionName");
    int64_t seconds = 3600;
    params_int(&request->params, "DurationSeconds", &seconds);
    if (role_arn == NULL || session == NULL || strlen(session) < 2 || strlen(session) > 64 ||
        seconds < 900 || seconds > 43200) {
        reply_error(request, reply, 400, "ValidationError",
                    "RoleArn, a RoleSessionName of 2 to 64 characters and a DurationSeconds of 900 "
                    "to 43200 are wanted");
        return;
    }
    const struct iam_role *role = trusted_role(request, reply, role_arn);
    if (role == NULL)
        return;
    struct world *w = request->world;
    char *id = world_id(w, "ASIA");
    char *secret = xasprintf("%016" PRIx64, rng_draw(w->seed, "secret", NULL, id, 0));
    char *token = xasprintf("%016" PRIx64, rng_draw(w->seed, "token", NULL, id, 0));
    char *arn =
        xasprintf("arn:aws:sts::%s:assumed-role/%s/%s", role->account->id, role->name, session);
    char *unique_id = xasprintf("%s:%s", role->id, session);
    struct access_key key = {.id = id,
                             .secret = secret,
                             .session_token = token,
                             .expires_ms = wall_now_ms() + seconds * 1000,
                             .arn = arn,
                             .unique_id = unique_id,
                             .account = role->account};
    world_set_key(w, &key);
    struct str *out = &reply->body;
    reply_open(request, reply);
    xml_open(out, "AssumedRoleUser");
    xml_text(out, "AssumedRoleId", unique_id);
    xml_text(out, "Arn", arn);
    xml_close(out, "AssumedRoleUser");
    xml_open(out, "Credentials");
    xml_text(out, "AccessKeyId", id);
    xml_text(out, "SecretAccessKey", secret);
    xml_text(out, "SessionToken", token);
    xml_time(out, "Expiration", key.expires_ms);
    xml_close(out, "Credentials");
    reply_close(request, reply);
    free(id);
    free(secret);
    free(token);
    free(arn);
    free(unique_id);
}

static const struct action actions[] = {
    {.name = "GetCallerIdentity", .handle = get_caller_identity},
    {.name = "AssumeRole", .handle = assume_role},
};

const struct service sts_service = {
    .name = "sts",
    .version = "2011-06-15",
    .xmlns = "https://sts.amazonaws.com/doc/2011-06-15/",
    .protocol = PROTOCOL_QUERY,
    .actions = actions,
    .action_count = ARRAY_LEN(actions),
};

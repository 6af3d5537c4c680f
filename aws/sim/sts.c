/* STS: who am I, and temporary keys. */
#include "aws/sim/mem.h"
#include "aws/sim/service.h"
#include "aws/sim/session.h"
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

/* The name of the session and how long it shall live; false with an error. */
static bool check_session(struct request *request, struct reply *reply, int64_t *seconds)
{
    const char *session = params_get(&request->params, "RoleSessionName");
    *seconds = 3600;
    params_int(&request->params, "DurationSeconds", seconds);
    if (params_get(&request->params, "RoleArn") != NULL && session != NULL &&
        strlen(session) >= 2 && strlen(session) <= 64 && *seconds >= 900 && *seconds <= 43200)
        return true;
    reply_error(request, reply, 400, "ValidationError",
                "RoleArn, a RoleSessionName of 2 to 64 characters and a DurationSeconds of 900 to "
                "43200 are wanted");
    return false;
}

/* The code of an MFA device that was sent: false with an error when it is wrong. */
static bool check_mfa(struct request *request, struct reply *reply, bool *present)
{
    const char *serial = params_get(&request->params, "SerialNumber");
    const char *code = params_get(&request->params, "TokenCode");
    const cJSON *device = session_row(request->world, "mfaDevices", "serial", serial);
    *present = serial != NULL;
    if (serial == NULL || (code != NULL && strcmp(session_text(device, "code"), code) == 0))
        return true;
    reply_error(request, reply, 403, "AccessDenied",
                "MultiFactorAuthentication failed with invalid MFA one time pass code.");
    return false;
}

static void answer_session(struct request *request, struct reply *reply,
                           const struct iam_role *role, int64_t seconds)
{
    struct str *out = &reply->body;
    struct session s;
    session_issue(request->world, role, params_get(&request->params, "RoleSessionName"), seconds,
                  &s);
    reply_open(request, reply);
    xml_open(out, "AssumedRoleUser");
    xml_text(out, "AssumedRoleId", s.unique_id);
    xml_text(out, "Arn", s.arn);
    xml_close(out, "AssumedRoleUser");
    xml_open(out, "Credentials");
    xml_text(out, "AccessKeyId", s.id);
    xml_text(out, "SecretAccessKey", s.secret);
    xml_text(out, "SessionToken", s.token);
    xml_time(out, "Expiration", s.expires_ms);
    xml_close(out, "Credentials");
    reply_close(request, reply);
    session_free(&s);
}

static void assume_role(struct request *request, struct reply *reply)
{
    const char *arn = params_get(&request->params, "RoleArn");
    struct iam_caller caller = {.arn = request->key->arn,
                                .account = request->account->id,
                                .action = "sts:AssumeRole",
                                .external_id = params_get(&request->params, "ExternalId")};
    int64_t seconds;
    if (!check_session(request, reply, &seconds) || !check_mfa(request, reply, &caller.mfa))
        return;
    const struct iam_role *role = session_role(request->world, arn);
    if (role != NULL && iam_role_trusts(role, &caller))
        answer_session(request, reply, role, seconds);
    else
        reply_error(request, reply, 403, "AccessDenied",
                    "User: %s is not authorized to perform: sts:AssumeRole on resource: %s",
                    caller.arn, arn);
}

static void assume_role_with_web_identity(struct request *request, struct reply *reply)
{
    const char *arn = params_get(&request->params, "RoleArn");
    const char *token = params_get(&request->params, "WebIdentityToken");
    const cJSON *row = session_row(request->world, "identityTokens", "token", token);
    struct iam_caller caller = {.provider = session_text(row, "provider"),
                                .action = "sts:AssumeRoleWithWebIdentity"};
    int64_t seconds;
    if (!check_session(request, reply, &seconds))
        return;
    const struct iam_role *role = session_role(request->world, arn);
    if (row == NULL)
        reply_error(request, reply, 400, "InvalidIdentityToken",
                    "The ID Token provided is not a valid JWT.");
    else if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(row, "expired")))
        reply_error(request, reply, 400, "ExpiredTokenException", "Token expired");
    else if (role == NULL || !iam_role_trusts(role, &caller))
        reply_error(request, reply, 403, "AccessDenied",
                    "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    else
        answer_session(request, reply, role, seconds);
}

static const struct action actions[] = {
    {.name = "GetCallerIdentity", .handle = get_caller_identity},
    {.name = "AssumeRole", .handle = assume_role},
    {.name = "AssumeRoleWithWebIdentity",
     .handle = assume_role_with_web_identity,
     .unsigned_ok = true},
};

const struct service sts_service = {
    .name = "sts",
    .version = "2011-06-15",
    .xmlns = "https://sts.amazonaws.com/doc/2011-06-15/",
    .protocol = PROTOCOL_QUERY,
    .actions = actions,
    .action_count = ARRAY_LEN(actions),
};

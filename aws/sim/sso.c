/* IAM Identity Center: keys for an access token, and a new access token for a refresh token. */
#include "aws/sim/mem.h"
#include "aws/sim/rng.h"
#include "aws/sim/service.h"
#include "aws/sim/session.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SESSION_SECONDS 3600
#define TOKEN_SECONDS   28800

/* Access tokens that CreateToken gave, newest first; they stand for their row of ssoSessions. */
static struct grant {
    char *token;
    const cJSON *session;
    struct grant *next;
} * grants;

static void forget(struct world *w)
{
    (void)w;
    while (grants != NULL) {
        struct grant *grant = grants;
        grants = grant->next;
        free(grant->token);
        free(grant);
    }
}

static const cJSON *member(const cJSON *row, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(row, name);
}

/* The session that an access token is good for, or NULL. */
static const cJSON *session_of(const struct world *w, const char *token)
{
    for (const struct grant *grant = grants; token != NULL && grant != NULL; grant = grant->next)
        if (strcmp(grant->token, token) == 0)
            return grant->session;
    const cJSON *row = session_row(w, "ssoSessions", "accessToken", token);
    return cJSON_IsTrue(member(row, "expired")) ? NULL : row;
}

static bool is_assigned(const cJSON *session, const char *account, const char *role)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, member(session, "assignments"))
    {
        if (strcmp(session_text(row, "account"), account) == 0 &&
            strcmp(session_text(row, "role"), role) == 0)
            return true;
    }
    return false;
}

static void answer_keys(struct request *request, struct reply *reply, const struct iam_role *role)
{
    struct session s;
    session_issue(request->world, role, "person", SESSION_SECONDS, &s);
    cJSON *json = cJSON_CreateObject(), *keys = cJSON_AddObjectToObject(json, "roleCredentials");
    cJSON_AddStringToObject(keys, "accessKeyId", s.id);
    cJSON_AddStringToObject(keys, "secretAccessKey", s.secret);
    cJSON_AddStringToObject(keys, "sessionToken", s.token);
    cJSON_AddNumberToObject(keys, "expiration", (double)s.expires_ms);
    session_free(&s);
    reply_json(reply, 200, json);
}

static void get_role_credentials(struct request *request, struct reply *reply)
{
    const char *id = params_get(&request->params, "account_id");
    const char *name = params_get(&request->params, "role_name");
    const cJSON *session =
        session_of(request->world, params_get(&request->headers, "x-amz-sso_bearer_token"));
    struct account *account = id != NULL ? world_account(request->world, id) : NULL;
    const struct iam_role *role =
        account != NULL && name != NULL ? iam_find_role(account, name) : NULL;
    if (session == NULL)
        reply_error(request, reply, 401, "UnauthorizedException",
                    "Session token not found or invalid");
    else if (role == NULL || !is_assigned(session, id, name))
        reply_error(request, reply, 403, "ForbiddenException", "No access");
    else
        answer_keys(request, reply, role);
}

/* What is asked with belongs to that session. */
static bool is_client_of(const cJSON *session, const cJSON *asked)
{
    static const char *const members[] = {"clientId", "clientSecret", "refreshToken"};
    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        if (*session_text(asked, members[i]) == '\0' ||
            strcmp(session_text(session, members[i]), session_text(asked, members[i])) != 0)
            return false;
    return true;
}

static void create_token(struct request *request, struct reply *reply)
{
    struct world *w = request->world;
    cJSON *asked = cJSON_ParseWithLength(str_text(&request->body), request->body.len);
    const cJSON *session =
        session_row(w, "ssoSessions", "refreshToken", session_text(asked, "refreshToken"));
    if (strcmp(session_text(asked, "grantType"), "refresh_token") != 0) {
        reply_error(request, reply, 400, "UnsupportedGrantTypeException", "Unsupported grant type");
    } else if (!is_client_of(session, asked)) {
        reply_error(request, reply, 400, "InvalidGrantException", "Invalid refresh token provided");
    } else {
        struct grant *grant = xmalloc(sizeof(*grant));
        char *id = world_id(w, "token-");
        *grant = (struct grant){
            .token = xasprintf("aoa%016" PRIx64, rng_draw(w->seed, "sso", NULL, id, 0)),
            .session = session,
            .next = grants};
        grants = grant;
        free(id);
        cJSON *json = cJSON_CreateObject();
        cJSON_AddStringToObject(json, "accessToken", grant->token);
        cJSON_AddStringToObject(json, "tokenType", "Bearer");
        cJSON_AddNumberToObject(json, "expiresIn", TOKEN_SECONDS);
        cJSON_AddStringToObject(json, "refreshToken", session_text(session, "refreshToken"));
        reply_json(reply, 200, json);
    }
    cJSON_Delete(asked);
}

static const struct action sso_actions[] = {
    {.name = "GetRoleCredentials", .handle = get_role_credentials, .unsigned_ok = true},
};
static const struct action oidc_actions[] = {
    {.name = "CreateToken", .handle = create_token, .unsigned_ok = true},
};

static const struct action *only(struct request *request, struct reply *reply, const char *method,
                                 const char *path)
{
    if (strcmp(request->method, method) == 0 && strcmp(request->path, path) == 0)
        return &request->service->actions[0];
    reply_error(request, reply, 404, "UnknownOperationException", "There is no such operation.");
    return NULL;
}

static const struct action *route_sso(struct request *request, struct reply *reply)
{
    return only(request, reply, "GET", "/federation/credentials");
}

static const struct action *route_oidc(struct request *request, struct reply *reply)
{
    return only(request, reply, "POST", "/token");
}

const struct service sso_service = {
    .name = "awsssoportal",
    .protocol = PROTOCOL_REST_JSON,
    .actions = sso_actions,
    .action_count = ARRAY_LEN(sso_actions),
    .unsigned_path = "/federation/",
    .route = route_sso,
};

const struct service oidc_service = {
    .name = "sso-oauth",
    .protocol = PROTOCOL_REST_JSON,
    .actions = oidc_actions,
    .action_count = ARRAY_LEN(oidc_actions),
    .unsigned_path = "/token",
    .route = route_oidc,
    .reset = forget,
};

/* What a machine says about its credentials: EC2 instance metadata (version 2), ECS, EKS. */
#include "aws/sim/mem.h"
#include "aws/sim/rng.h"
#include "aws/sim/service.h"
#include "aws/sim/session.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SESSION_SECONDS 3600
#define ROLES           "/latest/meta-data/iam/security-credentials/"
#define PLACEMENT       "/latest/meta-data/placement/region"
#define MACHINE_REGION  "eu-west-1"
#define ECS_PATH        "/v2/credentials/"
#define POD_PATH        "/v1/credentials"

/* The row of `machines` of that kind, and its role; NULL when there is none. */
static const cJSON *machine(const struct world *w, const char *kind)
{
    return session_row(w, "machines", "kind", kind);
}

static const struct iam_role *role_of(struct world *w, const cJSON *row)
{
    struct account *account = world_account(w, WORLD_ACCOUNT);
    return account != NULL ? iam_find_role(account, session_text(row, "role")) : NULL;
}

static void refuse(struct reply *reply, int status, const char *text)
{
    free(reply->error_code);
    reply->error_code = xstrdup(text);
    reply->status = status;
    str_free(&reply->body);
    str_add(&reply->body, text);
    reply_header(reply, "Content-Type", "text/plain");
}

static void answer_keys(struct request *request, struct reply *reply, const struct iam_role *role,
                        const char *name)
{
    struct session s;
    char expires[TIME_TEXT_SIZE];
    session_issue(request->world, role, name, SESSION_SECONDS, &s);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "Code", "Success");
    cJSON_AddStringToObject(json, "AccessKeyId", s.id);
    cJSON_AddStringToObject(json, "SecretAccessKey", s.secret);
    cJSON_AddStringToObject(json, "Token", s.token);
    cJSON_AddStringToObject(json, "Expiration", time_text(s.expires_ms, expires));
    session_free(&s);
    reply_json(reply, 200, json);
}

/* One token for the whole life of a world: what counts is that it was asked for. */
static char *metadata_token(const struct world *w)
{
    return xasprintf("AQAE%016" PRIx64, rng_draw(w->seed, "imds", NULL, NULL, 0));
}

static void get_token(struct request *request, struct reply *reply)
{
    if (params_get(&request->headers, "x-aws-ec2-metadata-token-ttl-seconds") == NULL) {
        refuse(reply, 400, "Bad Request");
        return;
    }
    char *token = metadata_token(request->world);
    str_add(&reply->body, token);
    free(token);
}

static bool has_token(struct request *request)
{
    const char *given = params_get(&request->headers, "x-aws-ec2-metadata-token");
    char *token = metadata_token(request->world);
    bool known = given != NULL && strcmp(given, token) == 0;
    free(token);
    return known;
}

static void get_placement(struct request *request, struct reply *reply)
{
    const cJSON *row = machine(request->world, "ec2");
    const char *region = session_text(row, "region");
    if (!has_token(request))
        refuse(reply, 401, "Unauthorized");
    else if (row == NULL)
        refuse(reply, 404, "Not Found");
    else
        str_add(&reply->body, *region != '\0' ? region : MACHINE_REGION);
}

static void get_metadata(struct request *request, struct reply *reply)
{
    const cJSON *row = machine(request->world, "ec2");
    const struct iam_role *role = role_of(request->world, row);
    const char *name = request->path + strlen(ROLES);
    if (!has_token(request))
        refuse(reply, 401, "Unauthorized");
    else if (role == NULL || (*name != '\0' && strcmp(name, role->name) != 0))
        refuse(reply, 404, "Not Found");
    else if (*name == '\0')
        str_add(&reply->body, role->name);
    else
        answer_keys(request, reply, role, "i-0123456789abcdef0");
}

/* A container whose row names an authorization wants just that. */
static void get_container_keys(struct request *request, struct reply *reply)
{
    const cJSON *row = machine(request->world, request->service->name);
    const struct iam_role *role = role_of(request->world, row);
    const char *wanted = session_text(row, "authorization");
    const char *given = params_get(&request->headers, "authorization");
    if (role == NULL)
        refuse(reply, 404, "Not Found");
    else if (*wanted != '\0' && (given == NULL || strcmp(given, wanted) != 0))
        refuse(reply, 401, "Unauthorized");
    else
        answer_keys(request, reply, role, "task");
}

static const struct action imds_actions[] = {
    {.name = "GetMetadataToken", .handle = get_token, .unsigned_ok = true},
    {.name = "GetMetadata", .handle = get_metadata, .unsigned_ok = true},
    {.name = "GetPlacement", .handle = get_placement, .unsigned_ok = true},
};
static const struct action container_actions[] = {
    {.name = "GetContainerCredentials", .handle = get_container_keys, .unsigned_ok = true},
};

static const struct action *route_imds(struct request *request, struct reply *reply)
{
    if (strcmp(request->method, "PUT") == 0 && strcmp(request->path, "/latest/api/token") == 0)
        return &imds_actions[0];
    if (strcmp(request->method, "GET") == 0 && strncmp(request->path, ROLES, strlen(ROLES)) == 0)
        return &imds_actions[1];
    if (strcmp(request->method, "GET") == 0 && strcmp(request->path, PLACEMENT) == 0)
        return &imds_actions[2];
    refuse(reply, 404, "Not Found");
    return NULL;
}

static const struct action *route_container(struct request *request, struct reply *reply)
{
    if (strcmp(request->method, "GET") == 0)
        return &container_actions[0];
    refuse(reply, 405, "Method Not Allowed");
    return NULL;
}

const struct service imds_service = {
    .name = "ec2-metadata",
    .protocol = PROTOCOL_REST_JSON,
    .actions = imds_actions,
    .action_count = ARRAY_LEN(imds_actions),
    .unsigned_path = "/latest/",
    .route = route_imds,
};

const struct service ecs_service = {
    .name = "ecs",
    .protocol = PROTOCOL_REST_JSON,
    .actions = container_actions,
    .action_count = ARRAY_LEN(container_actions),
    .unsigned_path = ECS_PATH,
    .route = route_container,
};

const struct service pod_service = {
    .name = "eks",
    .protocol = PROTOCOL_REST_JSON,
    .actions = container_actions,
    .action_count = ARRAY_LEN(container_actions),
    .unsigned_path = POD_PATH,
    .route = route_container,
};

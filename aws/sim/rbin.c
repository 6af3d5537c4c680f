/* Recycle Bin: the table of its actions, and which path means which. */
#include "aws/sim/rbin.h"

#include <string.h>

#include "aws/sim/mem.h"

static const struct action ACTIONS[] = {
    {.name = "CreateRule", .mutating = true, .bucket = BUCKET_MUTATE, .handle = rbin_create_rule},
    {.name = "GetRule", .bucket = BUCKET_READ, .handle = rbin_get_rule},
    {.name = "ListRules", .bucket = BUCKET_READ, .handle = rbin_list_rules},
    {.name = "DeleteRule", .mutating = true, .bucket = BUCKET_MUTATE, .handle = rbin_delete_rule},
};

/* A path that ends in a slash goes on with the rule's identifier. */
static const struct {
    const char *method, *path, *action;
} ROUTES[] = {
    {"POST", "/rules", "CreateRule"},
    {"POST", "/list-rules", "ListRules"},
    {"GET", "/rules/", "GetRule"},
    {"DELETE", "/rules/", "DeleteRule"},
};

static const struct action *route(struct request *request, struct reply *reply)
{
    for (size_t i = 0; i < ARRAY_LEN(ROUTES); i++) {
        size_t len = strlen(ROUTES[i].path);
        bool goes_on = ROUTES[i].path[len - 1] == '/';
        if (strcmp(ROUTES[i].method, request->method) != 0 ||
            strncmp(ROUTES[i].path, request->path, len) != 0 ||
            (request->path[len] != '\0') != goes_on)
            continue;
        if (goes_on)
            params_set(&request->params, "identifier", request->path + len);
        return service_action(&rbin_service, ROUTES[i].action);
    }
    reply_error(request, reply, 404, "UnknownOperationException",
                "Recycle Bin has no such operation here.");
    return NULL;
}

const struct service rbin_service = {
    .name = "rbin",
    .version = "2021-06-15",
    .protocol = PROTOCOL_REST_JSON,
    .actions = ACTIONS,
    .action_count = ARRAY_LEN(ACTIONS),
    .route = route,
    .load = rbin_load,
    .state = rbin_state,
    .reset = rbin_reset,
};

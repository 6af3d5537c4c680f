/* EBS direct: the table of its actions, and which path means which. */
#include "aws/sim/ebs.h"

#include <stdlib.h>
#include <string.h>

#include "aws/sim/ebs_quota.h"
#include "aws/sim/ebs_store.h"
#include "aws/sim/mem.h"

static const struct action ACTIONS[] = {
    {.name = "StartSnapshot", .mutating = true, .handle = ebs_start_snapshot},
    {.name = "PutSnapshotBlock",
     .mutating = true,
     .handle = ebs_put_snapshot_block,
     .streams = true,
     .precheck = ebs_check_block},
    {.name = "CompleteSnapshot", .mutating = true, .handle = ebs_complete_snapshot},
    {.name = "ListSnapshotBlocks", .handle = ebs_list_snapshot_blocks},
    {.name = "ListChangedBlocks", .handle = ebs_list_changed_blocks},
    {.name = "GetSnapshotBlock", .handle = ebs_get_snapshot_block},
};

/* A `*` is a part of the path, kept under the names in `parts`, in order. */
static const struct {
    const char *method, *path, *action;
    const char *parts[2];
} ROUTES[] = {
    {"POST", "snapshots", "StartSnapshot", {NULL, NULL}},
    {"PUT", "snapshots/*/blocks/*", "PutSnapshotBlock", {"snapshotId", "blockIndex"}},
    {"POST", "snapshots/completion/*", "CompleteSnapshot", {"snapshotId", NULL}},
    {"GET", "snapshots/*/blocks", "ListSnapshotBlocks", {"snapshotId", NULL}},
    {"GET", "snapshots/*/changedblocks", "ListChangedBlocks", {"snapshotId", NULL}},
    {"GET", "snapshots/*/blocks/*", "GetSnapshotBlock", {"snapshotId", "blockIndex"}},
};

/* Whether the path has the form of the pattern, part by part; with `into` the parts behind a `*`
 * become its parameters of these names. */
static bool path_fits(const char *path, const char *pattern, const char *const *names,
                      struct params *into)
{
    for (;;) {
        size_t len = strcspn(path, "/"), pattern_len = strcspn(pattern, "/");
        bool any = *pattern == '*';
        if (any ? len == 0 : len != pattern_len || strncmp(path, pattern, len) != 0)
            return false;
        if (any && into != NULL) {
            char *part = xasprintf("%.*s", (int)len, path);
            params_set(into, *names++, part);
            free(part);
        }
        path += len;
        pattern += pattern_len;
        if (*path != *pattern)
            return false;
        if (*path == '\0')
            return true;
        path++;
        pattern++;
    }
}

static const struct action *route(struct request *request, struct reply *reply)
{
    const char *path = request->path + (*request->path == '/');
    for (size_t i = 0; i < ARRAY_LEN(ROUTES); i++) {
        if (strcmp(ROUTES[i].method, request->method) != 0 ||
            !path_fits(path, ROUTES[i].path, NULL, NULL))
            continue;
        path_fits(path, ROUTES[i].path, ROUTES[i].parts, &request->params);
        return service_action(&ebs_service, ROUTES[i].action);
    }
    reply_error(request, reply, 404, "UnknownOperationException",
                "EBS direct has no such operation.");
    return NULL;
}

static void reset(struct world *w)
{
    (void)w;
    ebs_store_clear();
    ebs_quota_clear();
}

const struct service ebs_service = {
    .name = "ebs",
    .version = "2019-11-02",
    .protocol = PROTOCOL_REST_JSON,
    .actions = ACTIONS,
    .action_count = ARRAY_LEN(ACTIONS),
    .route = route,
    .throttle_reason = "ACCOUNT_THROTTLED",
    .state = ebs_store_state,
    .reset = reset,
};

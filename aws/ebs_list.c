/* EBS direct: which blocks a snapshot holds, page after page. */
#include <cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/actions.h"
#include "aws/ebs.h"
#include "aws/json.h"
#include "base/mem.h"

enum { PAGES_MAX = 100000 };

/* One of the two lists. */
struct listing {
    enum aws_action action;
    const char *path, *items; /* the array's name */
    struct buf query;         /* of every page */
    void (*each)(const struct listing *l, int64_t index, const cJSON *item);
    void (*each_block)(void *arg, int64_t index, const char *token);
    void (*each_change)(void *arg, int64_t index, const char *first, const char *second);
    void *arg;
};

static bool give_up(const struct call *c, const struct listing *l, const char *what,
                    struct err *err)
{
    const char *name = aws_actions[l->action].name;

    err_set(err, ERR_REPLY, "%s: %s", name, what);
    if (err != NULL) {
        snprintf(err->operation, sizeof err->operation, "%s", name);
        snprintf(err->region, sizeof err->region, "%s", call_region(c));
    }
    return false;
}

/* One page; *token is replaced by the next page's, NULL behind the last. */
static bool list_page(struct call *c, const struct listing *l, char **token, struct err *err)
{
    struct buf query = BUF_INIT;
    cJSON *answer = NULL;
    const cJSON *item = NULL;

    buf_add_str(&query, buf_str(&l->query));
    if (*token != NULL) {
        buf_add_str(&query, "&pageToken=");
        buf_add_uri(&query, *token);
    }
    const struct call_json j = {.action = &aws_actions[l->action],
                                .method = "GET",
                                .path = l->path,
                                .query = buf_str(&query)};
    bool ok = call_json(c, &j, &answer, err);
    if (ok && json_int(answer, "BlockSize", EBS_BLOCK_BYTES) != EBS_BLOCK_BYTES)
        ok = give_up(c, l, "the blocks have another size", err);
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(answer, l->items))
    {
        int64_t index = json_int(item, "BlockIndex", -1);
        if (ok && index < 0)
            ok = give_up(c, l, "a block has no index", err);
        if (ok)
            l->each(l, index, item);
    }
    char *next = ok ? json_dup(answer, "NextToken") : NULL;
    if (next != NULL && *token != NULL && strcmp(next, *token) == 0)
        ok = give_up(c, l, "the pages do not go on", err);
    free(*token);
    *token = next;
    cJSON_Delete(answer);
    buf_free(&query);
    return ok;
}

static bool list(struct call *c, const struct listing *l, struct err *err)
{
    char *token = NULL;
    bool ok = true, more = true;

    for (int pages = 0; ok && more; pages++) {
        ok = list_page(c, l, &token, err);
        more = token != NULL && *token != '\0';
        if (ok && more && pages == PAGES_MAX)
            ok = give_up(c, l, "the pages do not end", err);
    }
    free(token);
    return ok;
}

static void give_block(const struct listing *l, int64_t index, const cJSON *item)
{
    const char *token = json_text(item, "BlockToken");

    l->each_block(l->arg, index, token == NULL ? "" : token);
}

bool ebs_each_block(struct call *c, const char *id, int64_t from,
                    void (*each)(void *arg, int64_t index, const char *token), void *arg,
                    struct err *err)
{
    struct buf path = BUF_INIT;
    struct listing l = {.action = EBS_LIST_SNAPSHOT_BLOCKS,
                        .items = "Blocks",
                        .each = give_block,
                        .each_block = each,
                        .arg = arg};

    buf_add_fmt(&path, "/snapshots/%s/blocks", id);
    buf_add_fmt(&l.query, "maxResults=10000&startingBlockIndex=%" PRId64, from);
    l.path = buf_str(&path);
    bool ok = list(c, &l, err);
    buf_free(&l.query);
    buf_free(&path);
    return ok;
}

static void give_change(const struct listing *l, int64_t index, const cJSON *item)
{
    l->each_change(l->arg, index, json_text(item, "FirstBlockToken"),
                   json_text(item, "SecondBlockToken"));
}

bool ebs_each_changed_block(struct call *c, const char *first_id, const char *second_id,
                            void (*each)(void *arg, int64_t index, const char *first_token,
                                         const char *second_token),
                            void *arg, struct err *err)
{
    struct buf path = BUF_INIT;
    struct listing l = {.action = EBS_LIST_CHANGED_BLOCKS,
                        .items = "ChangedBlocks",
                        .each = give_change,
                        .each_change = each,
                        .arg = arg};

    buf_add_fmt(&path, "/snapshots/%s/changedblocks", second_id);
    buf_add_str(&l.query, "maxResults=10000&firstSnapshotId=");
    buf_add_uri(&l.query, first_id);
    l.path = buf_str(&path);
    bool ok = list(c, &l, err);
    buf_free(&l.query);
    buf_free(&path);
    return ok;
}

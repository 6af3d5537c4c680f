/* ListSnapshotBlocks and ListChangedBlocks: which blocks were written, page by page. */
#include <stdlib.h>
#include <string.h>

#include "aws/sim/ebs.h"
#include "aws/sim/ebs_call.h"
#include "aws/sim/ebs_error.h"
#include "aws/sim/ebs_quota.h"
#include "aws/sim/ebs_token.h"
#include "aws/sim/mem.h"

/* A request for fewer blocks than PAGE_LEAST may get that many. */
enum { PAGE_LEAST = 100, PAGE_MOST = 10000 };

static const uint64_t GIB_BLOCKS = (UINT64_C(1) << 30) / CONTENT_BLOCK;

/* The blocks of one page: at most `left` written ones from `index` on. */
struct page {
    struct world *world;
    const struct ec2_snapshot *first, *second; /* first NULL: all blocks of the second */
    uint64_t index;
    int64_t left;
    int64_t expires_ms;
};

/* The size that the page is about: a volume may have grown from first to second. */
static uint64_t volume_blocks(const struct ec2_snapshot *snapshot)
{
    return snapshot != NULL ? (uint64_t)snapshot->volume_size_gib * GIB_BLOCKS : 0;
}

static uint64_t next_of(const struct ec2_snapshot *snapshot, uint64_t index)
{
    if (snapshot == NULL || snapshot->content == NULL)
        return UINT64_MAX;
    uint64_t next = content_next_written(snapshot->content, index);
    return next < content_blocks(snapshot->content) ? next : UINT64_MAX;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static bool page_begin(struct request *request, struct reply *reply, struct page *page)
{
    int64_t start = 0, most = PAGE_MOST;
    const char *token = params_get(&request->params, "pageToken");
    const char *first = page->first != NULL ? page->first->head.id : NULL;
    if (!ebs_number(request, reply, &request->params, "startingBlockIndex", 0, INT32_MAX, &start) ||
        !ebs_number(request, reply, &request->params, "maxResults", 1, PAGE_MOST, &most))
        return false;
    page->world = request->world;
    page->index = (uint64_t)start;
    page->left = most < PAGE_LEAST ? PAGE_LEAST : most;
    page->expires_ms = ebs_token_expiry(request->world, EBS_BLOCK_TOKEN);
    if (token == NULL || ebs_token_read(request->world, token, EBS_PAGE_TOKEN,
                                        page->second->head.id, first, &page->index))
        return true;
    ebs_refuse(request, reply, EBS_INVALID_PAGE_TOKEN,
               "The page token is not valid or has expired.");
    return false;
}

/* Adds the token of a block under that name, unless the snapshot does not have it. */
static void add_token(cJSON *row, const char *name, const struct page *page,
                      const struct ec2_snapshot *snapshot, uint64_t index)
{
    if (next_of(snapshot, index) != index)
        return;
    struct ebs_token token = {.kind = EBS_BLOCK_TOKEN,
                              .snapshot = snapshot->head.id,
                              .index = index,
                              .expires_ms = page->expires_ms};
    char *text = ebs_token_make(page->world, &token);
    cJSON_AddStringToObject(row, name, text);
    free(text);
}

static cJSON *all_row(const struct page *page, uint64_t index)
{
    cJSON *row = cJSON_CreateObject();
    cJSON_AddNumberToObject(row, "BlockIndex", (double)index);
    add_token(row, "BlockToken", page, page->second, index);
    return row;
}

static bool same_block(const struct page *page, uint64_t index)
{
    return next_of(page->first, index) == index && next_of(page->second, index) == index &&
           content_shares_block(page->first->content, page->second->content, index);
}

static cJSON *changed_row(const struct page *page, uint64_t index)
{
    if (same_block(page, index))
        return NULL;
    cJSON *row = cJSON_CreateObject();
    cJSON_AddNumberToObject(row, "BlockIndex", (double)index);
    add_token(row, "FirstBlockToken", page, page->first, index);
    add_token(row, "SecondBlockToken", page, page->second, index);
    return row;
}

/* Blocks of either snapshot count for the page, whether they show in it or not, so that a page of
 * changed blocks may be empty and still have a next one. */
static void answer(struct reply *reply, struct page *page, const char *name,
                   cJSON *(*row_of)(const struct page *page, uint64_t index))
{
    cJSON *json = cJSON_CreateObject(), *rows = cJSON_AddArrayToObject(json, name);
    uint64_t size = volume_blocks(page->second), index;
    if (size < volume_blocks(page->first))
        size = volume_blocks(page->first);
    while ((index = least(next_of(page->first, page->index), next_of(page->second, page->index))) <
               size &&
           page->left-- > 0) {
        cJSON *row = row_of(page, index);
        if (row != NULL)
            cJSON_AddItemToArray(rows, row);
        page->index = index + 1;
    }
    cJSON_AddNumberToObject(json, "ExpiryTime", (double)page->expires_ms / 1000);
    cJSON_AddNumberToObject(json, "VolumeSize", page->second->volume_size_gib);
    cJSON_AddNumberToObject(json, "BlockSize", CONTENT_BLOCK);
    if (index < size) {
        struct ebs_token token = {.kind = EBS_PAGE_TOKEN,
                                  .snapshot = page->second->head.id,
                                  .other = page->first != NULL ? page->first->head.id : NULL,
                                  .index = index,
                                  .expires_ms = ebs_token_expiry(page->world, EBS_PAGE_TOKEN)};
        char *text = ebs_token_make(page->world, &token);
        cJSON_AddStringToObject(json, "NextToken", text);
        free(text);
    }
    reply_json(reply, 200, json);
}

void ebs_list_snapshot_blocks(struct request *request, struct reply *reply)
{
    struct page page = {0};
    if (!ebs_quota_take(request, reply, NULL) ||
        (page.second = ebs_readable(request, reply, params_get(&request->params, "snapshotId"))) ==
            NULL ||
        !page_begin(request, reply, &page))
        return;
    answer(reply, &page, "Blocks", all_row);
}

void ebs_list_changed_blocks(struct request *request, struct reply *reply)
{
    struct page page = {0};
    const char *first = params_get(&request->params, "firstSnapshotId");
    if (!ebs_quota_take(request, reply, NULL) ||
        (page.second = ebs_readable(request, reply, params_get(&request->params, "snapshotId"))) ==
            NULL ||
        (first != NULL && (page.first = ebs_readable(request, reply, first)) == NULL))
        return;
    if (first != NULL &&
        strcmp(ebs_store_lineage(page.first), ebs_store_lineage(page.second)) != 0) {
        ebs_refuse(request, reply, EBS_UNRELATED_SNAPSHOTS,
                   "The snapshots are not of the same lineage.");
        return;
    }
    if (page_begin(request, reply, &page))
        answer(reply, &page, "ChangedBlocks", changed_row);
}

/* Snapshots that EBS direct started, as one list. */
#include "aws/sim/ebs_store.h"

#include <stdlib.h>
#include <string.h>

#include "aws/sim/mem.h"

static struct ebs_upload *uploads;

struct ebs_upload *ebs_store_add(const struct ec2_snapshot *snapshot)
{
    struct ebs_upload *u = xcalloc(1, sizeof(*u));
    u->id = xstrdup(snapshot->head.id);
    u->account = xstrdup(snapshot->head.account);
    u->region = xstrdup(snapshot->head.region);
    u->next = uploads;
    uploads = u;
    return u;
}

struct ebs_upload *ebs_store_find(const char *id)
{
    struct ebs_upload *u = uploads;
    while (u != NULL && strcmp(u->id, id) != 0)
        u = u->next;
    return u;
}

struct ebs_upload *ebs_store_by_token(const char *account, const char *region, const char *token)
{
    struct ebs_upload *u = uploads;
    while (u != NULL && (u->token == NULL || strcmp(u->token, token) != 0 ||
                         strcmp(u->account, account) != 0 || strcmp(u->region, region) != 0))
        u = u->next;
    return u;
}

struct ec2_snapshot *ebs_store_snapshot(const struct ebs_upload *upload)
{
    return (struct ec2_snapshot *)ec2_store_find(EC2_SNAPSHOT, upload->region, upload->id);
}

const char *ebs_store_lineage(const struct ec2_snapshot *snapshot)
{
    const char *id = snapshot->source_id != NULL ? snapshot->source_id : snapshot->head.id;
    const struct ebs_upload *u = ebs_store_find(id);
    return u != NULL ? u->lineage : id;
}

void ebs_upload_drop(struct ebs_upload *upload)
{
    ebs_blocks_clear(&upload->blocks);
    content_unref(upload->parent);
    upload->parent = NULL;
}

void ebs_store_state(struct world *w, cJSON *out)
{
    (void)w;
    cJSON *list = cJSON_AddArrayToObject(out, "directUploads");
    for (const struct ebs_upload *u = uploads; u != NULL; u = u->next) {
        if (u->stage != EBS_WRITING || ebs_store_snapshot(u) == NULL)
            continue;
        cJSON *json = cJSON_CreateObject();
        cJSON_AddStringToObject(json, "snapshotId", u->id);
        cJSON_AddStringToObject(json, "region", u->region);
        cJSON_AddStringToObject(json, "account", u->account);
        cJSON_AddNumberToObject(json, "blocksWritten", (double)u->blocks.count);
        cJSON_AddNumberToObject(json, "volumeBlocks", (double)u->block_count);
        cJSON_AddItemToArray(list, json);
    }
}

void ebs_store_clear(void)
{
    while (uploads != NULL) {
        struct ebs_upload *next = uploads->next;
        ebs_upload_drop(uploads);
        free(uploads->id);
        free(uploads->lineage);
        free(uploads->account);
        free(uploads->region);
        free(uploads->token);
        free(uploads->fingerprint);
        free(uploads->answer);
        free(uploads);
        uploads = next;
    }
}

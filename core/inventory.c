/* The whole inventory: its life, and what is looked up in it. */
#include "core/inventory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/inventory_place.h"

/* What others see, and what it holds on to. */
struct whole {
    struct inventory inventory;
    atomic_uint refs;
    struct inventory_place **places;
    const struct inventory_region **regions;
    char *alias, *identity;
};

static bool answered(const struct inventory_region *region, bool *failed)
{
    bool all = true;
    for (int i = 0; i < INVENTORY_KINDS; i++) {
        all = all && region->readings[i].look != INVENTORY_UNREAD;
        *failed = *failed || region->readings[i].look == INVENTORY_FAILED;
    }
    return all;
}

static void count_regions(struct inventory *inventory)
{
    for (size_t i = 0; i < inventory->region_count; i++) {
        bool failed = false;
        inventory->regions_answered += answered(inventory->regions[i], &failed);
        inventory->regions_failed += failed;
    }
}

struct inventory *inventory_new(const struct inventory_head *head,
                                struct inventory_place *const *places, size_t count)
{
    struct whole *w = xcalloc(1, sizeof(*w));
    atomic_init(&w->refs, 1);
    w->places = xcalloc(count + 1, sizeof(*w->places));
    w->regions = xcalloc(count + 1, sizeof(*w->regions));
    for (size_t i = 0; i < count; i++) {
        w->places[i] = inventory_place_ref(places[i]);
        w->regions[i] = &places[i]->region;
    }
    w->alias = xstrdup(head->alias != NULL ? head->alias : "");
    w->identity = xstrdup(head->identity != NULL ? head->identity : "");
    w->inventory = (struct inventory){
        .number = head->number,
        .alias = w->alias,
        .identity = w->identity,
        .err = head->err,
        .now_ms = clock_now_ms(),
        .regions = w->regions,
        .region_count = count,
    };
    snprintf(w->inventory.account, sizeof(w->inventory.account), "%s",
             head->account != NULL ? head->account : "");
    count_regions(&w->inventory);
    return &w->inventory;
}

struct inventory *inventory_ref(struct inventory *inventory)
{
    if (inventory != NULL)
        atomic_fetch_add(&((struct whole *)inventory)->refs, 1);
    return inventory;
}

void inventory_unref(struct inventory *inventory)
{
    struct whole *w = (struct whole *)inventory;
    if (w == NULL || atomic_fetch_sub(&w->refs, 1) != 1)
        return;
    for (size_t i = 0; i < inventory->region_count; i++)
        inventory_place_unref(w->places[i]);
    free(w->places);
    free(w->regions);
    free(w->alias);
    free(w->identity);
    free(w);
}

const struct inventory_image *inventory_find_image(const struct inventory_region *region,
                                                   const char *id)
{
    return inventory_row_find(INVENTORY_IMAGES, region->images, region->image_count, id);
}

const struct inventory_snapshot *inventory_find_snapshot(const struct inventory_region *region,
                                                         const char *id)
{
    return inventory_row_find(INVENTORY_SNAPSHOTS, region->snapshots, region->snapshot_count, id);
}

const struct inventory_region *inventory_find_region(const struct inventory *inventory,
                                                     const char *name)
{
    for (size_t i = 0; i < inventory->region_count; i++)
        if (strcmp(inventory->regions[i]->name, name) == 0)
            return inventory->regions[i];
    return NULL;
}

const char *inventory_tag_value(const struct inventory_tag *tags, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(tags[i].key, key) == 0)
            return tags[i].value;
    return NULL;
}

bool inventory_known(const struct inventory_region *region, enum inventory_kind kind)
{
    return region->readings[kind].read_at_ms != 0;
}

const char *inventory_kind_name(enum inventory_kind kind)
{
    static const char *const names[INVENTORY_KINDS] = {
        [INVENTORY_IMAGES] = "ec2:DescribeImages",
        [INVENTORY_SNAPSHOTS] = "ec2:DescribeSnapshots",
        [INVENTORY_IMPORTS] = "ec2:DescribeImportSnapshotTasks",
        [INVENTORY_OBJECTS] = "s3:ListBucket",
        [INVENTORY_UPLOADS] = "s3:ListBucketMultipartUploads",
    };
    return names[kind];
}

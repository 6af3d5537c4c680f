/* Looks at an account that is made by hand. */
#include "tests/tools/watchscene.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

struct watchscene watchscene;
const char *const watchscene_names[REGIONS] = {"aa-home-1", "bb-west-1", "cc-east-1"};

/* Decoded text is malloc'd elsewhere; nothing here writes to it. */
#define T(text) ((char *)(text))

static const time_t epoch = 1800000000;

time_t watchscene_calendar(clock_ms at)
{
    return epoch + (time_t)(at / 1000);
}

int watchscene_setup(void **state)
{
    (void)state;
    memset(&watchscene, 0, sizeof(watchscene));
    for (int r = 0; r < REGIONS; r++)
        for (int k = 0; k < INVENTORY_KINDS; k++)
            watchscene.rows[r][k].kind = (enum inventory_kind)k;
    watchscene.watch = watch_new();
    watchscene.now_ms = MINUTE;
    return 0;
}

int watchscene_teardown(void **state)
{
    (void)state;
    watch_free(watchscene.watch);
    return 0;
}

void watchscene_image(int region, const char *id, const char *name, enum ec2_image_state state,
                      bool is_public, const char *release_id, clock_ms created_ms)
{
    char iso[24];
    struct tag tags[] = {{T("tatami:release"), T("acme/1")},
                         {T("tatami:id"), T(release_id)},
                         {T("tatami:image"), T(name)}};
    static const char *const words[] = {[EC2_IMAGE_PENDING] = "pending",
                                        [EC2_IMAGE_AVAILABLE] = "available",
                                        [EC2_IMAGE_FAILED] = "failed"};
    clock_format_iso(watchscene_calendar(created_ms), iso);
    const struct ec2_image image = {
        .id = T(id),
        .name = T(name),
        .state = state,
        .state_text = T(words[state]),
        .is_public = is_public,
        .source_id = region == HOME ? NULL : T("ami-0source"),
        .source_region = region == HOME ? NULL : T(watchscene_names[HOME]),
        .creation_date = iso,
        .tags = release_id != NULL ? tags : NULL,
        .tag_count = release_id != NULL ? ARRAY_LEN(tags) : 0,
    };
    inventory_decode_image(&watchscene.rows[region][INVENTORY_IMAGES], &image);
}

/* The snapshot of a copied AMI that is pending. */
void watchscene_copy(int region, const char *ami, int progress)
{
    char description[120], id[40];
    snprintf(id, sizeof(id), "snap-of-%s", ami);
    snprintf(description, sizeof(description), "Copied for DestinationAmi %s from SourceAmi ami-0a",
             ami);
    const struct ec2_snapshot snapshot = {.id = id,
                                          .description = description,
                                          .state = EC2_SNAPSHOT_PENDING,
                                          .state_text = T("pending"),
                                          .progress = progress};
    inventory_decode_snapshot(&watchscene.rows[region][INVENTORY_SNAPSHOTS], &snapshot);
}

void watchscene_task(enum ec2_import_state state, int progress, clock_ms seen_ms, clock_ms moved_ms,
                     bool to_start)
{
    struct tag tags[] = {{T("tatami:release"), T("acme/1")},
                         {T("tatami:id"), T("4c1f")},
                         {T("tatami:image"), T("acme/1-x")}};
    const struct ec2_import task = {.task_id = T("import-snap-01"),
                                    .state = state,
                                    .state_text = T(state == EC2_IMPORT_ACTIVE      ? "active"
                                                    : state == EC2_IMPORT_COMPLETED ? "completed"
                                                                                    : "deleted"),
                                    .snapshot_id =
                                        state == EC2_IMPORT_COMPLETED ? T("snap-01") : NULL,
                                    .progress = progress,
                                    .tags = tags,
                                    .tag_count = ARRAY_LEN(tags)};
    struct inventory_builder *b = &watchscene.rows[HOME][INVENTORY_IMPORTS];
    inventory_decode_import(b, &task);
    struct inventory_import *row = (struct inventory_import *)(void *)b->items + b->count - 1;
    row->seen_at_ms = seen_ms;
    row->moved_at_ms = moved_ms;
    row->seen_to_start = to_start;
}

void watchscene_upload(const char *key, const char *upload_id)
{
    struct inventory_builder *b = &watchscene.rows[HOME][INVENTORY_UPLOADS];
    struct inventory_upload *upload = inventory_builder_add(b);
    *upload = (struct inventory_upload){.bucket = "bucket",
                                        .key = texts_copy(&b->arena, key),
                                        .upload_id = texts_copy(&b->arena, upload_id),
                                        .initiated_at = watchscene_calendar(watchscene.now_ms),
                                        .moved_at_ms = watchscene.now_ms};
}

static struct inventory_place *place_of(int region)
{
    struct inventory_place *place = inventory_place_new(watchscene_names[region], 31);
    for (int k = INVENTORY_IMAGES; k < INVENTORY_KINDS; k++) {
        struct inventory_reading *reading = &place->region.readings[k];
        inventory_place_set(place, inventory_builder_end(&watchscene.rows[region][k]));
        reading->look = watchscene.unread[region]   ? INVENTORY_UNREAD
                        : watchscene.broken[region] ? INVENTORY_FAILED
                                                    : INVENTORY_READ;
        reading->read_at_ms =
            watchscene.unread[region] ? 0 : watchscene.now_ms + (clock_ms)watchscene.number;
        if (watchscene.broken[region])
            err_set(&reading->err, ERR_NETWORK, "no answer");
        if (watchscene.broken[region] && watchscene.stale_ms[region] != 0)
            reading->read_at_ms = watchscene.stale_ms[region];
    }
    inventory_place_tie(place);
    return place;
}

void watchscene_look(void)
{
    struct inventory_place *places[REGIONS];
    for (int r = 0; r < REGIONS; r++)
        places[r] = place_of(r);
    const struct inventory_head head = {.number = ++watchscene.number, .account = "123456789012"};
    struct inventory *inventory = inventory_new(&head, places, REGIONS);
    inventory->now_ms = watchscene.now_ms;
    watchscene.seen = watchscene.view == NULL || watchscene.view->change_count == 0
                          ? 0
                          : watchscene.view->changes[watchscene.view->change_count - 1].number;
    watchscene.view =
        watch_update(watchscene.watch, inventory, watchscene_calendar(watchscene.now_ms));
    inventory_unref(inventory);
    for (int r = 0; r < REGIONS; r++)
        inventory_place_unref(places[r]);
}

/* How many changes the last look brought. */
size_t watchscene_news(void)
{
    size_t count = 0;
    for (size_t i = 0; i < watchscene.view->change_count; i++)
        count += watchscene.view->changes[i].number > watchscene.seen;
    return count;
}

const struct watch_change *watchscene_change(const char *what)
{
    for (size_t i = 0; i < watchscene.view->change_count; i++)
        if (watchscene.view->changes[i].number > watchscene.seen &&
            strncmp(watchscene.view->changes[i].what, what, strlen(what)) == 0)
            return &watchscene.view->changes[i];
    return NULL;
}

const struct watch_release *watchscene_release(void)
{
    return watch_find(watchscene.view, "acme/1");
}

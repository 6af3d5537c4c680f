/* An account's inventory made by hand: AMIs and snapshots row by row. Header only. */
#ifndef TESTS_UNIT_ACCOUNT_H
#define TESTS_UNIT_ACCOUNT_H

#include <string.h>

#include "base/mem.h"
#include "core/inventory_place.h"

#define ACCOUNT         "123456789012"
#define ACCOUNT_NOW     ((time_t)1800000000)
#define ACCOUNT_DAY_S   ((time_t)24 * 3600)
#define ACCOUNT_REGIONS 3
#define ACCOUNT_ROWS    64

static const char *const account_regions[ACCOUNT_REGIONS] = {"eu-west-1", "us-east-1", "us-west-2"};

/* Rows before they are handed over; strings are borrowed. Zeroed at the start. */
struct account {
    struct inventory_image images[ACCOUNT_REGIONS][ACCOUNT_ROWS];
    struct inventory_snapshot snapshots[ACCOUNT_REGIONS][ACCOUNT_ROWS];
    struct inventory_import imports[ACCOUNT_REGIONS][ACCOUNT_ROWS];
    struct inventory_object objects[ACCOUNT_REGIONS][ACCOUNT_ROWS];
    struct inventory_upload uploads[ACCOUNT_REGIONS][ACCOUNT_ROWS];
    size_t counts[ACCOUNT_REGIONS][INVENTORY_KINDS];
    bool unread[ACCOUNT_REGIONS]; /* its snapshots were not read */
};

/* An available x86_64 AMI of so many days. */
static inline struct inventory_image *account_image(struct account *a, size_t region,
                                                    const char *id, const char *name, int days)
{
    struct inventory_image *i = &a->images[region][a->counts[region][INVENTORY_IMAGES]++];
    *i = (struct inventory_image){
        .id = id,
        .name = name,
        .description = "",
        .owner = ACCOUNT,
        .architecture = "x86_64",
        .boot_mode = "",
        .state_text = "available",
        .state_reason = "",
        .source_id = "",
        .source_region = "",
        .release = name,
        .release_id = "",
        .image = "",
        .protection_text = "disabled",
        .created_at = ACCOUNT_NOW - days * ACCOUNT_DAY_S,
        .volume_gib = 8,
    };
    return i;
}

/* A complete snapshot of a GiB and so many days. */
static inline struct inventory_snapshot *account_snapshot(struct account *a, size_t region,
                                                          const char *id, int days)
{
    struct inventory_snapshot *s = &a->snapshots[region][a->counts[region][INVENTORY_SNAPSHOTS]++];
    *s = (struct inventory_snapshot){
        .id = id,
        .description = "",
        .tier = "",
        .state_text = "completed",
        .state_message = "",
        .progress = 100,
        .volume_gib = 8,
        .full_bytes = (uint64_t)1 << 30,
        .started_at = ACCOUNT_NOW - days * ACCOUNT_DAY_S,
        .release = "",
        .release_id = "",
        .image = "",
        .disk = "",
        .made_for = "",
    };
    return s;
}

/* A snapshot that EC2's description says was made for an AMI. */
static inline struct inventory_snapshot *
account_made_for(struct account *a, size_t region, const char *id, int days, const char *image)
{
    struct inventory_snapshot *s = account_snapshot(a, region, id, days);
    s->description = "Created by CreateImage(i-1) for ami-0123456789abcdef0";
    s->made_for = image;
    return s;
}

static inline struct inventory_object *account_object(struct account *a, size_t region,
                                                      const char *key, int days)
{
    struct inventory_object *o = &a->objects[region][a->counts[region][INVENTORY_OBJECTS]++];
    *o = (struct inventory_object){.bucket = "images",
                                   .key = key,
                                   .bytes = 1000,
                                   .modified_at = ACCOUNT_NOW - days * ACCOUNT_DAY_S,
                                   .release = "",
                                   .release_id = ""};
    return o;
}

static inline struct inventory_upload *account_upload(struct account *a, size_t region,
                                                      const char *key, int days)
{
    struct inventory_upload *u = &a->uploads[region][a->counts[region][INVENTORY_UPLOADS]++];
    *u = (struct inventory_upload){.bucket = "images",
                                   .key = key,
                                   .upload_id = "U1",
                                   .bytes = 500,
                                   .initiated_at = ACCOUNT_NOW - days * ACCOUNT_DAY_S};
    return u;
}

/* An import that still runs. */
static inline void account_import(struct account *a, size_t region, const char *release_id)
{
    a->imports[region][a->counts[region][INVENTORY_IMPORTS]++] =
        (struct inventory_import){.task_id = "import-snap-1",
                                  .description = "",
                                  .state_text = "active",
                                  .message = "",
                                  .snapshot_id = "",
                                  .release = "",
                                  .release_id = release_id,
                                  .image = "",
                                  .disk = ""};
}

static inline void account_set(struct inventory_place *place, enum inventory_kind kind,
                               const void *rows, size_t count)
{
    struct inventory_builder b = {.kind = kind};
    size_t size = inventory_row_size(kind);
    for (size_t i = 0; i < count; i++)
        memcpy(inventory_builder_add(&b), (const char *)rows + i * size, size);
    inventory_place_set(place, inventory_builder_end(&b));
    place->region.readings[kind] = (struct inventory_reading){INVENTORY_READ, 1, 0, ERR_INIT};
}

/* The whole; the account may be made into another one afterwards. Free with inventory_unref(). */
static inline struct inventory *account_inventory(const struct account *a)
{
    const struct inventory_head head = {1, ACCOUNT, "acme", "me", ERR_INIT};
    struct inventory_place *places[ACCOUNT_REGIONS];
    for (size_t r = 0; r < ACCOUNT_REGIONS; r++) {
        places[r] = inventory_place_new(account_regions[r], ~0u);
        account_set(places[r], INVENTORY_IMAGES, a->images[r], a->counts[r][INVENTORY_IMAGES]);
        account_set(places[r], INVENTORY_SNAPSHOTS, a->snapshots[r],
                    a->counts[r][INVENTORY_SNAPSHOTS]);
        account_set(places[r], INVENTORY_IMPORTS, a->imports[r], a->counts[r][INVENTORY_IMPORTS]);
        account_set(places[r], INVENTORY_OBJECTS, a->objects[r], a->counts[r][INVENTORY_OBJECTS]);
        account_set(places[r], INVENTORY_UPLOADS, a->uploads[r], a->counts[r][INVENTORY_UPLOADS]);
        inventory_place_tie(places[r]);
        if (a->unread[r])
            places[r]->region.readings[INVENTORY_SNAPSHOTS] =
                (struct inventory_reading){INVENTORY_FAILED, 0, 1, ERR_INIT};
    }
    struct inventory *inventory = inventory_new(&head, places, ACCOUNT_REGIONS);
    for (size_t r = 0; r < ACCOUNT_REGIONS; r++)
        inventory_place_unref(places[r]);
    return inventory;
}

#endif

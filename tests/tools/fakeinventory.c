/* Inventories made by hand. */
#include "tests/tools/fakeinventory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/inventory_place.h"

#define DAY_S ((time_t)24 * 60 * 60)
#define GIB   ((uint64_t)1 << 30)
#define OWNER "123456789012"

struct fake_account {
    char *names[FAKE_REGIONS];
    struct inventory_builder built[FAKE_REGIONS][INVENTORY_KINDS];
    size_t count;
};

struct fake_account *fake_account_new(void)
{
    return xcalloc(1, sizeof(struct fake_account));
}

static struct inventory_builder *builder(struct fake_account *a, const char *region,
                                         enum inventory_kind kind)
{
    size_t r = 0;
    while (r < a->count && strcmp(a->names[r], region) != 0)
        r++;
    if (r == a->count) {
        a->names[a->count++] = xstrdup(region);
        for (int k = 0; k < INVENTORY_KINDS; k++)
            a->built[r][k].kind = (enum inventory_kind)k;
    }
    return &a->built[r][kind];
}

static time_t ago(int days)
{
    return clock_calendar() - days * DAY_S - 3600;
}

static const char *text(struct inventory_builder *b, const char *raw)
{
    return texts_copy(&b->arena, raw);
}

static void add_tag(struct inventory_builder *b, struct inventory_image *row,
                    const struct fake_image *image)
{
    struct inventory_tag *tag = texts_take(&b->arena, sizeof(*tag));
    *tag = (struct inventory_tag){text(b, image->tag_key), text(b, image->tag_value)};
    row->tags = tag;
    row->tag_count = 1;
}

static struct inventory_snapshot *add_snapshot(struct fake_account *a, const char *region,
                                               const char *id, const char *description,
                                               int age_days, unsigned gib)
{
    struct inventory_builder *b = builder(a, region, INVENTORY_SNAPSHOTS);
    struct inventory_snapshot *row = inventory_builder_add(b);
    *row = (struct inventory_snapshot){.id = text(b, id),
                                       .description = text(b, description),
                                       .tier = "standard",
                                       .state_text = "completed",
                                       .state_message = "",
                                       .progress = 100,
                                       .volume_gib = gib,
                                       .full_bytes = gib * GIB,
                                       .started_at = ago(age_days),
                                       .release = "",
                                       .release_id = "",
                                       .image = "",
                                       .disk = "",
                                       .made_for = ""};
    return row;
}

void fake_add_image(struct fake_account *a, const char *region, const struct fake_image *image)
{
    static const char *const states[] = {"available", "pending", "disabled", "failed", "odd"};
    static const char *const protections[] = {"disabled", "enabled-without-cooldown",
                                              "enabled-with-cooldown", "disabled after 2030-01-01"};
    struct inventory_builder *b = builder(a, region, INVENTORY_IMAGES);
    struct inventory_image *row = inventory_builder_add(b);
    unsigned gib = image->gib > 0 ? image->gib : 10;
    const char **snapshots = texts_take(&b->arena, sizeof(char *));
    char *own = xasprintf("snap%s", image->id + 3);
    snapshots[0] = text(b, image->snapshot != NULL ? image->snapshot : own);
    *row = (struct inventory_image){
        .id = text(b, image->id),
        .name = text(b, image->name),
        .description = text(b, image->description),
        .owner = text(b, image->owner != NULL ? image->owner : OWNER),
        .architecture = "x86_64",
        .boot_mode = "uefi",
        .state = image->state,
        .state_text = states[image->state],
        .state_reason = "",
        .source_id = "",
        .source_region = "",
        .release = text(b, image->release != NULL ? image->release : image->name),
        .release_by_tag = image->release != NULL,
        .release_id = "",
        .image = "",
        .created_at = ago(image->age_days),
        .last_launched_at =
            image->launched_days > 0 ? clock_calendar() - image->launched_days * DAY_S : 0,
        .is_public = image->is_public,
        .protection = image->protection,
        .protection_text = protections[image->protection],
        .snapshots = snapshots,
        .snapshot_count = 1,
        .volume_gib = gib,
    };
    if (image->tag_key != NULL)
        add_tag(b, row, image);
    if (image->snapshot == NULL)
        add_snapshot(a, region, own, "", image->age_days, gib);
    free(own);
}

void fake_add_snapshot(struct fake_account *a, const char *region, const char *id,
                       const char *description, int age_days)
{
    const char *for_ami = strstr(description, "ami-");
    struct inventory_builder *b = builder(a, region, INVENTORY_SNAPSHOTS);
    struct inventory_snapshot *row = add_snapshot(a, region, id, description, age_days, 8);
    if (for_ami != NULL)
        row->made_for = text(b, for_ami);
}

void fake_add_object(struct fake_account *a, const char *region, const char *bucket,
                     const char *key, int age_days)
{
    struct inventory_builder *b = builder(a, region, INVENTORY_OBJECTS);
    struct inventory_object *row = inventory_builder_add(b);
    *row = (struct inventory_object){.bucket = text(b, bucket),
                                     .key = text(b, key),
                                     .bytes = 2 * GIB,
                                     .modified_at = ago(age_days),
                                     .release = "",
                                     .release_id = ""};
}

void fake_add_upload(struct fake_account *a, const char *region, const char *bucket,
                     const char *key, int age_days)
{
    struct inventory_builder *b = builder(a, region, INVENTORY_UPLOADS);
    struct inventory_upload *row = inventory_builder_add(b);
    *row = (struct inventory_upload){.bucket = text(b, bucket),
                                     .key = text(b, key),
                                     .upload_id = "upload1",
                                     .initiated_at = ago(age_days),
                                     .bytes = GIB,
                                     .parts = 3};
}

static struct inventory_place *end_region(struct fake_account *a, size_t r)
{
    struct inventory_place *place = inventory_place_new(a->names[r], 0);
    for (int k = 0; k < INVENTORY_KINDS; k++) {
        inventory_place_set(place, inventory_builder_end(&a->built[r][k]));
        place->region.readings[k] =
            (struct inventory_reading){.look = INVENTORY_READ, .read_at_ms = 1};
        inventory_builder_free(&a->built[r][k]);
    }
    inventory_place_tie(place);
    free(a->names[r]);
    return place;
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(struct inventory_place *const *)a)->region.name,
                  (*(struct inventory_place *const *)b)->region.name);
}

struct inventory *fake_account_end(struct fake_account *a, uint64_t number, const char *alias)
{
    struct inventory_place *places[FAKE_REGIONS];
    struct inventory_head head = {
        .number = number, .account = OWNER, .alias = alias, .identity = "arn:aws:iam::1:user/t"};
    for (size_t r = 0; r < a->count; r++)
        places[r] = end_region(a, r);
    qsort(places, a->count, sizeof(struct inventory_place *), by_name);
    struct inventory *inventory = inventory_new(&head, places, a->count);
    for (size_t r = 0; r < a->count; r++)
        inventory_place_unref(places[r]);
    free(a);
    return inventory;
}

const char *fake_region_name(int region)
{
    static const char *const names[] = {
        "af-south-1",     "ap-east-1",      "ap-east-2",      "ap-northeast-1", "ap-northeast-2",
        "ap-northeast-3", "ap-south-1",     "ap-south-2",     "ap-southeast-1", "ap-southeast-2",
        "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
        "ca-central-1",   "ca-west-1",      "eu-central-1",   "eu-central-2",   "eu-north-1",
        "eu-south-1",     "eu-south-2",     "eu-west-1",      "eu-west-2",      "eu-west-3",
        "il-central-1",   "me-central-1",   "me-south-1",     "mx-central-1",   "sa-east-1",
        "us-east-1",      "us-east-2",      "us-west-1",      "us-west-2"};
    return names[region];
}

const char *fake_ami_id(int release, int region)
{
    static char id[32];
    snprintf(id, sizeof(id), "ami-0%02x%02x00000000000a", (unsigned)release + 16, (unsigned)region);
    return id;
}

struct inventory *fake_inventory(uint64_t number)
{
    static const struct fake_image releases[] = {
        {.name = "acmeos-12-amd64-20250213-2021", .age_days = 585},
        {.name = "acmeos-12-amd64-20250530-2128",
         .age_days = 479,
         .launched_days = 1,
         .is_public = true,
         .protection = INVENTORY_PROTECTED},
        {.name = "acmeos-12-amd64-20260907-2513",
         .age_days = 14,
         .launched_days = 3,
         .is_public = true},
    };
    struct fake_account *a = fake_account_new();
    for (int r = 0; r < 34; r++) {
        for (int i = 0; i < (int)ARRAY_LEN(releases); i++) {
            struct fake_image image = releases[i];
            image.id = fake_ami_id(i, r);
            fake_add_image(a, fake_region_name(r), &image);
        }
    }
    fake_add_snapshot(a, "eu-west-1", "snap-0dead00000000000a",
                      "Created by CreateImage(i-0a) for ami-0dead00000000000a", 601);
    fake_add_object(a, "us-east-1", "acme-images", "tatami/4c1f/root.vhd", 40);
    fake_add_upload(a, "us-east-1", "acme-images", "tatami/4c1f/boot.vhd", 41);
    return fake_account_end(a, number, "acmeos-prod");
}

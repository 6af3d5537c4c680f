/* Large worlds: releases of families, copied from a home region into others, and orphan snapshots.
 */
#include "aws/sim/world_large.h"

#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2_instances.h"
#include "aws/sim/ec2_store.h"
#include "aws/sim/mem.h"

static const int64_t HOUR_MS = 3600 * 1000;
static const int64_t GIB = INT64_C(1) << 30;

enum { FAMILIES_PRESET = 20, GIB_PRESET = 8, DISKS_MOST = 26, COUNT_MOST = 10000000 };

/* One row, read. */
struct plan {
    struct world *w;
    const char *account;
    const char *name;        /* what names of images begin with */
    const char *release_tag; /* key of a tag that says the release; NULL: none */
    const cJSON *tags;
    const struct region *regions[REGION_MAX]; /* the first is home */
    size_t region_count;
    int images, snapshots, disks, families, size_gib, hours_apart;
    int deprecated_every, disabled_every, public_every, protected_every, launched_every, used_every;
    char **home_images; /* ids by release */
};

/* Numbers of a row, what they are without it, and their least. */
static const struct {
    const char *member;
    size_t offset;
    int preset, least;
} NUMBERS[] = {
    {"images", offsetof(struct plan, images), 0, 0},
    {"snapshots", offsetof(struct plan, snapshots), 0, 0},
    {"disks", offsetof(struct plan, disks), 1, 1},
    {"families", offsetof(struct plan, families), FAMILIES_PRESET, 1},
    {"volumeSize", offsetof(struct plan, size_gib), GIB_PRESET, 1},
    {"hoursApart", offsetof(struct plan, hours_apart), 24, 0},
    {"deprecatedEvery", offsetof(struct plan, deprecated_every), 0, 0},
    {"disabledEvery", offsetof(struct plan, disabled_every), 0, 0},
    {"publicEvery", offsetof(struct plan, public_every), 0, 0},
    {"protectedEvery", offsetof(struct plan, protected_every), 0, 0},
    {"launchedEvery", offsetof(struct plan, launched_every), 0, 0},
    {"usedEvery", offsetof(struct plan, used_every), 0, 0},
};

static bool read_numbers(struct plan *plan, const cJSON *row)
{
    for (size_t i = 0; i < ARRAY_LEN(NUMBERS); i++) {
        const cJSON *json = cJSON_GetObjectItemCaseSensitive(row, NUMBERS[i].member);
        int *slot = (int *)(void *)((char *)plan + NUMBERS[i].offset);
        *slot = json == NULL ? NUMBERS[i].preset : json->valueint;
        if ((json != NULL && !cJSON_IsNumber(json)) || *slot < NUMBERS[i].least ||
            *slot > COUNT_MOST)
            return false;
    }
    return plan->disks <= DISKS_MOST;
}

/* A list of names, the number of regions to take from the table, or nothing for all that are on. */
static bool read_regions(struct plan *plan, const struct account *account, const cJSON *json)
{
    size_t most = cJSON_IsNumber(json) ? (size_t)json->valueint : region_count;
    const cJSON *name;
    cJSON_ArrayForEach(name, json)
    {
        const struct region *region = region_find(cJSON_GetStringValue(name));
        if (region == NULL || plan->region_count == REGION_MAX)
            return false;
        plan->regions[plan->region_count++] = region;
    }
    for (size_t i = 0; i < region_count && !cJSON_IsArray(json); i++) {
        if (account->region_on[i] && plan->region_count < most)
            plan->regions[plan->region_count++] = &regions[i];
    }
    return plan->region_count > 0;
}

static const char *text_of(const cJSON *row, const char *member, const char *otherwise)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, member));
    return text == NULL ? otherwise : text;
}

/* Every `step`-th, counted from the first. */
static bool falls_on(int number, int step)
{
    return step != 0 && number % step == 0;
}

static void add_tags(const struct plan *plan, struct params *tags, const char *release)
{
    const cJSON *tag;
    cJSON_ArrayForEach(tag, plan->tags)
    {
        if (cJSON_IsString(tag))
            params_add(tags, tag->string, tag->valuestring);
    }
    if (plan->release_tag != NULL)
        params_add(tags, plan->release_tag, release);
}

static struct ec2_snapshot *add_snapshot(const struct plan *plan, const struct region *region,
                                         int64_t created_ms)
{
    struct ec2_snapshot *snapshot = (struct ec2_snapshot *)ec2_store_add(
        plan->w, EC2_SNAPSHOT, NULL, region->name, plan->account);
    snapshot->head.created_ms = snapshot->completed_ms = created_ms;
    snapshot->state = EC2_SNAPSHOT_COMPLETED;
    snapshot->progress = 100;
    snapshot->volume_size_gib = plan->size_gib;
    snapshot->full_bytes = plan->size_gib * GIB / 4;
    ec2_text_set(&snapshot->volume_id, "vol-ffffffff");
    return snapshot;
}

static void add_disk(const struct plan *plan, struct ec2_image *image, const struct region *region,
                     int n)
{
    struct ec2_snapshot *snapshot = add_snapshot(plan, region, image->head.created_ms);
    struct ec2_device *device = ec2_image_add_device(image);
    device->device_name = xasprintf("/dev/xvd%c", 'a' + n);
    device->snapshot_id = xstrdup(snapshot->head.id);
    device->volume_type = xstrdup("gp3");
    device->volume_size_gib = plan->size_gib;
    device->delete_on_termination = true;
    device->ebs = true;
    if (image->source_image_id != NULL)
        snapshot->description =
            xasprintf("Copied for DestinationAmi %s from SourceAmi %s for SourceSnapshot "
                      "snap-%017d. Task created on 1,700,000,000,000.",
                      image->head.id, image->source_image_id, n);
    else
        snapshot->description =
            xasprintf("Created by CreateImage(i-0123456789abcdef0) for %s", image->head.id);
    params_copy(&snapshot->head.tags, &image->head.tags);
}

static void add_instance(const struct plan *plan, const struct ec2_image *image)
{
    struct ec2_instance *instance = (struct ec2_instance *)ec2_store_add(
        plan->w, EC2_INSTANCE, NULL, image->head.region, plan->account);
    instance->state = EC2_INSTANCE_RUNNING;
    instance->image_id = xstrdup(image->head.id);
    instance->instance_type = xstrdup("t3.small");
}

/* What some images are and others not. */
static void vary(const struct plan *plan, struct ec2_image *image, int release)
{
    int64_t created_ms = image->head.created_ms;
    if (falls_on(release, plan->deprecated_every))
        image->deprecation_ms = created_ms + HOUR_MS;
    if (falls_on(release, plan->disabled_every))
        image->state = EC2_IMAGE_DISABLED;
    else if (falls_on(release, plan->public_every))
        ec2_grants_add(&image->grants, EC2_GRANT_GROUP, "all");
    if (falls_on(release, plan->protected_every))
        image->protection = EC2_PROTECTION_ON;
    if (falls_on(release, plan->launched_every))
        image->last_launched_ms = created_ms + HOUR_MS;
    if (falls_on(release, plan->used_every))
        add_instance(plan, image);
}

/* The i-th image: regions take turns, home first, so that a copy follows its source. Of the two
 * architectures of a version the older release is x86_64. */
static void add_image(struct plan *plan, int i, int releases)
{
    static const char *const ARCHITECTURES[] = {"x86_64", "arm64"};
    const struct region *region = plan->regions[(size_t)i % plan->region_count];
    bool home = region == plan->regions[0];
    int release = i / (int)plan->region_count;
    const char *architecture = ARCHITECTURES[release % 2];
    int family = release / 2 % plan->families;
    int version = release / 2 / plan->families;
    char *label = xasprintf("%s%d-%d.%d", plan->name, family, 1 + version / 10, version % 10);
    struct ec2_image *image =
        (struct ec2_image *)ec2_store_add(plan->w, EC2_IMAGE, NULL, region->name, plan->account);
    image->head.created_ms -= HOUR_MS * plan->hours_apart * (releases - release);
    image->state = EC2_IMAGE_AVAILABLE;
    image->name = xasprintf("%s-%s", label, architecture);
    image->location = xasprintf("%s/%s", plan->account, image->name);
    image->ena_support = true;
    ec2_text_set(&image->architecture, architecture);
    ec2_text_set(&image->virtualization_type, "hvm");
    ec2_text_set(&image->root_device_name, "/dev/xvda");
    if (home) {
        plan->home_images[release] = image->head.id;
    } else {
        ec2_text_set(&image->source_image_id, plan->home_images[release]);
        ec2_text_set(&image->source_image_region, plan->regions[0]->name);
    }
    add_tags(plan, &image->head.tags, label);
    for (int n = 0; n < plan->disks; n++)
        add_disk(plan, image, region, n);
    vary(plan, image, release);
    free(label);
}

/* Snapshots that no image uses, under the id of an image that is gone. */
static void add_orphan(const struct plan *plan, int i)
{
    const struct region *region = plan->regions[(size_t)i % plan->region_count];
    int64_t age_ms = HOUR_MS * plan->hours_apart * (1 + i / (int)plan->region_count);
    struct ec2_snapshot *snapshot =
        add_snapshot(plan, region, clock_now_ms(plan->w->clock) - age_ms);
    snapshot->description =
        xasprintf("Created by CreateImage(i-0123456789abcdef0) for ami-%017x", (unsigned)i);
}

bool world_large_load(struct world *w, const cJSON *row)
{
    struct plan plan = {
        .w = w,
        .account = text_of(row, "account", WORLD_ACCOUNT),
        .name = text_of(row, "name", "family"),
        .release_tag = text_of(row, "releaseTag", NULL),
        .tags = cJSON_GetObjectItemCaseSensitive(row, "tags"),
    };
    const struct account *account = world_account(w, plan.account);
    if (account == NULL || !read_numbers(&plan, row) ||
        !read_regions(&plan, account, cJSON_GetObjectItemCaseSensitive(row, "regions")))
        return false;
    int in_turn = (int)plan.region_count;
    int releases = (plan.images + in_turn - 1) / in_turn;
    plan.home_images = xcalloc((size_t)releases + 1, sizeof(char *));
    for (int i = 0; i < plan.images; i++)
        add_image(&plan, i, releases);
    for (int i = 0; i < plan.snapshots - plan.images * plan.disks; i++)
        add_orphan(&plan, i);
    free(plan.home_images);
    return true;
}

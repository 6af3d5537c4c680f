/* What exists in EC2: images, snapshots and import tasks of every account and region. */
#include "aws/sim/ec2_store.h"

#include <stdlib.h>
#include <string.h>

#include "aws/sim/mem.h"

/* Resources of one type in order of their sequence, which is the order of creation. */
struct shelf {
    struct ec2_resource **items;
    size_t count, size;
};

static struct shelf shelves[EC2_TYPES];
static uint64_t last_sequence;

static const size_t IMAGE_TEXTS[] = {
    offsetof(struct ec2_image, name),
    offsetof(struct ec2_image, description),
    offsetof(struct ec2_image, location),
    offsetof(struct ec2_image, architecture),
    offsetof(struct ec2_image, virtualization_type),
    offsetof(struct ec2_image, root_device_name),
    offsetof(struct ec2_image, sriov_net_support),
    offsetof(struct ec2_image, boot_mode),
    offsetof(struct ec2_image, tpm_support),
    offsetof(struct ec2_image, imds_support),
    offsetof(struct ec2_image, uefi_data),
    offsetof(struct ec2_image, kernel_id),
    offsetof(struct ec2_image, ramdisk_id),
    offsetof(struct ec2_image, source_image_id),
    offsetof(struct ec2_image, source_image_region),
    offsetof(struct ec2_image, reason_code),
    offsetof(struct ec2_image, reason_message),
    offsetof(struct ec2_image, doom),
    offsetof(struct ec2_image, relapse),
};

static const size_t SNAPSHOT_TEXTS[] = {
    offsetof(struct ec2_snapshot, status_message), offsetof(struct ec2_snapshot, description),
    offsetof(struct ec2_snapshot, volume_id),      offsetof(struct ec2_snapshot, kms_key_id),
    offsetof(struct ec2_snapshot, transfer_type),  offsetof(struct ec2_snapshot, source_id),
    offsetof(struct ec2_snapshot, doom),
};

static const size_t IMPORT_TEXTS[] = {
    offsetof(struct ec2_import, description),    offsetof(struct ec2_import, disk_description),
    offsetof(struct ec2_import, format),         offsetof(struct ec2_import, url),
    offsetof(struct ec2_import, bucket),         offsetof(struct ec2_import, key),
    offsetof(struct ec2_import, role),           offsetof(struct ec2_import, kms_key_id),
    offsetof(struct ec2_import, status_message), offsetof(struct ec2_import, snapshot_id),
    offsetof(struct ec2_import, doom),
};

static const struct {
    const char *prefix;
    size_t size;
    const size_t *texts; /* offsets of the texts that a resource owns */
    size_t text_count;
} TYPES[EC2_TYPES] = {
    [EC2_IMAGE] = {"ami-", sizeof(struct ec2_image), IMAGE_TEXTS, ARRAY_LEN(IMAGE_TEXTS)},
    [EC2_SNAPSHOT] = {"snap-", sizeof(struct ec2_snapshot), SNAPSHOT_TEXTS,
                      ARRAY_LEN(SNAPSHOT_TEXTS)},
    [EC2_IMPORT] = {"import-snap-", sizeof(struct ec2_import), IMPORT_TEXTS,
                    ARRAY_LEN(IMPORT_TEXTS)},
};

struct ec2_resource *ec2_store_add(struct world *w, enum ec2_type type, const char *id,
                                   const char *region, const char *account)
{
    struct ec2_resource *r = xcalloc(1, TYPES[type].size);
    r->world = w;
    r->type = type;
    r->sequence = ++last_sequence;
    r->id = id != NULL ? xstrdup(id) : world_id(w, TYPES[type].prefix);
    r->region = xstrdup(region);
    r->account = xstrdup(account);
    r->created_ms = clock_now_ms(w->clock);
    struct shelf *shelf = &shelves[type];
    if (shelf->count == shelf->size) {
        shelf->size = shelf->size == 0 ? 64 : 2 * shelf->size;
        shelf->items = xrealloc(shelf->items, shelf->size, sizeof *shelf->items);
    }
    shelf->items[shelf->count++] = r;
    return r;
}

/* Index of the first resource whose sequence is above `after`. */
static size_t first_above(const struct shelf *shelf, uint64_t after)
{
    size_t low = 0;
    size_t high = shelf->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (shelf->items[middle]->sequence > after)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void device_clear(struct ec2_device *device)
{
    free(device->device_name);
    free(device->virtual_name);
    free(device->snapshot_id);
    free(device->volume_type);
}

static void image_clear(struct ec2_image *image)
{
    ec2_grants_clear(&image->grants);
    for (size_t i = 0; i < image->device_count; i++)
        device_clear(&image->devices[i]);
    free(image->devices);
}

static void snapshot_clear(struct ec2_snapshot *snapshot)
{
    ec2_grants_clear(&snapshot->grants);
    content_unref(snapshot->content);
}

static void import_clear(struct ec2_import *import)
{
    content_unref(import->source);
    content_unref(import->disk);
}

static void resource_free(struct ec2_resource *r)
{
    for (size_t i = 0; i < TYPES[r->type].text_count; i++)
        free(*(char **)((char *)r + TYPES[r->type].texts[i]));
    if (r->type == EC2_IMAGE)
        image_clear((struct ec2_image *)r);
    else if (r->type == EC2_SNAPSHOT)
        snapshot_clear((struct ec2_snapshot *)r);
    else
        import_clear((struct ec2_import *)r);
    params_free(&r->tags);
    free(r->id);
    free(r->region);
    free(r->account);
    free(r);
}

void ec2_store_remove(struct ec2_resource *resource)
{
    struct shelf *shelf = &shelves[resource->type];
    size_t at = first_above(shelf, resource->sequence - 1);
    memmove(&shelf->items[at], &shelf->items[at + 1],
            (shelf->count - at - 1) * sizeof(struct ec2_resource *));
    shelf->count--;
    clock_cancel(resource->world->clock, resource->event);
    resource_free(resource);
}

struct ec2_resource *ec2_store_find(enum ec2_type type, const char *region, const char *id)
{
    const struct shelf *shelf = &shelves[type];
    for (size_t i = 0; i < shelf->count; i++) {
        struct ec2_resource *r = shelf->items[i];
        if (strcmp(r->id, id) == 0 && strcmp(r->region, region) == 0)
            return r;
    }
    return NULL;
}

struct ec2_resource *ec2_store_next(enum ec2_type type, uint64_t after)
{
    const struct shelf *shelf = &shelves[type];
    size_t at = first_above(shelf, after);
    return at < shelf->count ? shelf->items[at] : NULL;
}

void ec2_store_clear(void)
{
    for (int type = 0; type < EC2_TYPES; type++) {
        struct shelf *shelf = &shelves[type];
        for (size_t i = 0; i < shelf->count; i++)
            resource_free(shelf->items[i]);
        free(shelf->items);
        *shelf = (struct shelf){0};
    }
    last_sequence = 0;
}

struct ec2_device *ec2_image_add_device(struct ec2_image *image)
{
    image->devices = xrealloc(image->devices, image->device_count + 1, sizeof *image->devices);
    struct ec2_device *device = &image->devices[image->device_count++];
    *device = (struct ec2_device){0};
    return device;
}

void ec2_image_remove_device(struct ec2_image *image, size_t i)
{
    device_clear(&image->devices[i]);
    memmove(&image->devices[i], &image->devices[i + 1],
            (image->device_count - i - 1) * sizeof *image->devices);
    image->device_count--;
}

void ec2_text_set(char **slot, const char *text)
{
    char *copy = xstrdup_or_null(text);
    free(*slot);
    *slot = copy;
}

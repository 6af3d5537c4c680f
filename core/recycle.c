/* The Recycle Bin of many regions: its rules, what is in it, and having it back. */
#include "core/recycle.h"

#include <stdlib.h>
#include <string.h>

#include "aws/ec2_images.h"
#include "aws/ec2_snapshots.h"
#include "base/clock.h"
#include "base/mem.h"
#include "core/arena.h"
#include "core/fan.h"
#include "core/inventory.h"
#include "core/texts.h"

/* What was restored is looked for until EC2 shows it. */
#define LOOK_MS       1000
#define LOOKS_AT_MOST 60

/* ---- rules ---- */

struct recycle_box {
    struct recycle recycle; /* first */
    atomic_uint refs;
    struct recycle_region *regions;
};

struct recycle *recycle_ref(struct recycle *recycle)
{
    if (recycle != NULL)
        atomic_fetch_add(&((struct recycle_box *)recycle)->refs, 1);
    return recycle;
}

static void regions_free(struct recycle_region *regions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rbin_rules_free(&regions[i].images);
        rbin_rules_free(&regions[i].snapshots);
        ec2_recycled_free(&regions[i].binned);
        free((char *)regions[i].name);
    }
    free(regions);
}

void recycle_unref(struct recycle *recycle)
{
    struct recycle_box *box = (struct recycle_box *)recycle;
    if (box == NULL || atomic_fetch_sub(&box->refs, 1) != 1)
        return;
    regions_free(box->regions, recycle->region_count);
    free(box);
}

struct recycle *recycle_new(const struct recycle_region *regions, size_t count)
{
    struct recycle_box *box = xcalloc(1, sizeof(*box));
    atomic_init(&box->refs, 1);
    box->regions = xcalloc(count + 1, sizeof(*box->regions));
    for (size_t i = 0; i < count; i++) {
        box->regions[i] = regions[i];
        box->regions[i].name = xstrdup(regions[i].name);
    }
    box->recycle = (struct recycle){box->regions, count};
    return &box->recycle;
}

static void read_rules(struct call *c, size_t index, void *arg)
{
    struct recycle_region *region = &((struct recycle_region *)arg)[index];
    /* A rule may be gone, and what it kept still be there: the bin is always looked into. */
    region->binned_read = ec2_recycled_images(c, &region->binned, &region->err);
    region->read = rbin_rules(c, RBIN_IMAGES, &region->images, &region->err) &&
                   rbin_rules(c, RBIN_SNAPSHOTS, &region->snapshots, &region->err);
}

struct recycle *recycle_read(struct aws *aws, const char *const *regions, size_t count,
                             const atomic_bool *cancel)
{
    struct recycle_region *read = xcalloc(count + 1, sizeof(*read));
    for (size_t i = 0; i < count; i++)
        read[i].name = regions[i];
    fan_out(aws, regions, count, cancel, read_rules, read);
    struct recycle *recycle = recycle_new(read, count);
    free(read);
    return recycle;
}

static const struct recycle_region *find(const struct recycle *recycle, const char *region)
{
    for (size_t i = 0; recycle != NULL && i < recycle->region_count; i++)
        if (strcmp(recycle->regions[i].name, region) == 0)
            return &recycle->regions[i];
    return NULL;
}

int recycle_holds(const struct recycle *recycle, const char *region, const char *image)
{
    const struct recycle_region *found = find(recycle, region);
    if (found == NULL || !found->binned_read)
        return -1;
    for (size_t i = 0; i < found->binned.count; i++) {
        const struct ec2_recycled *r = &found->binned.items[i];
        if (strcmp(r->id, image) == 0 || (r->name != NULL && strcmp(r->name, image) == 0))
            return 1;
    }
    return 0;
}

int recycle_days(const struct recycle *recycle, const char *region, bool image,
                 const struct inventory_tag *tags, size_t tag_count)
{
    const struct recycle_region *found = find(recycle, region);
    if (found == NULL || !found->read)
        return -1;
    struct tag *asked = xcalloc(tag_count + 1, sizeof(*asked));
    for (size_t i = 0; i < tag_count; i++)
        asked[i] = (struct tag){(char *)tags[i].key, (char *)tags[i].value};
    int days = rbin_days(image ? &found->images : &found->snapshots, asked, tag_count);
    free(asked);
    return days;
}

/* ---- the list ---- */

/* What one region has in its bins. */
struct found {
    struct recycle_region region;
    struct ec2_recycled_list images, snapshots;
};

struct bin_box {
    struct recycle_bin bin; /* first */
    struct arena arena;
    struct recycle_region *regions;
};

static void read_bin(struct call *c, size_t index, void *arg)
{
    struct found *f = &((struct found *)arg)[index];
    struct err other = ERR_INIT;
    bool images = ec2_recycled_images(c, &f->images, &f->region.err);
    /* Whoever may read only one kind sees that one. */
    bool snapshots = ec2_recycled_snapshots(c, &f->snapshots, &other);
    f->region.read = images && snapshots;
    if (images && !snapshots)
        f->region.err = other;
}

static time_t time_of(const char *iso)
{
    time_t t = iso == NULL ? 0 : clock_parse_iso(iso);
    return t < 0 ? 0 : t;
}

static size_t add_items(struct bin_box *b, struct recycle_item *out, const char *region,
                        const struct ec2_recycled_list *list, bool image)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct ec2_recycled *r = &list->items[i];
        out[i] = (struct recycle_item){
            .region = region,
            .id = texts_copy(&b->arena, r->id),
            .name = texts_copy(&b->arena, r->name),
            .description = texts_copy(&b->arena, r->description),
            .image = image,
            .entered_at = time_of(r->enter_time),
            .leaves_at = time_of(r->exit_time),
        };
    }
    return list->count;
}

static int compare_items(const void *x, const void *y)
{
    const struct recycle_item *a = x, *b = y;
    int order = strcmp(a->region, b->region);
    if (order == 0 && a->image != b->image)
        return a->image ? -1 : 1;
    if (order == 0)
        order = strcmp(a->name, b->name);
    return order != 0 ? order : strcmp(a->id, b->id);
}

static struct recycle_bin *bin_of(struct found *found, size_t count)
{
    struct bin_box *b = xcalloc(1, sizeof(*b));
    size_t total = 0, at = 0;
    for (size_t i = 0; i < count; i++)
        total += found[i].images.count + found[i].snapshots.count;
    struct recycle_item *items = texts_take(&b->arena, (total + 1) * sizeof(*items));
    b->regions = xcalloc(count + 1, sizeof(*b->regions));
    for (size_t i = 0; i < count; i++) {
        b->regions[i] = found[i].region;
        b->regions[i].name = xstrdup(found[i].region.name);
        at += add_items(b, &items[at], b->regions[i].name, &found[i].images, true);
        at += add_items(b, &items[at], b->regions[i].name, &found[i].snapshots, false);
    }
    qsort(items, total, sizeof(*items), compare_items);
    b->bin = (struct recycle_bin){items, total, b->regions, count};
    return &b->bin;
}

struct recycle_bin *recycle_list(struct aws *aws, const char *const *regions, size_t count,
                                 const atomic_bool *cancel)
{
    struct found *found = xcalloc(count + 1, sizeof(*found));
    for (size_t i = 0; i < count; i++)
        found[i].region.name = regions[i];
    fan_out(aws, regions, count, cancel, read_bin, found);
    struct recycle_bin *bin = bin_of(found, count);
    for (size_t i = 0; i < count; i++) {
        ec2_recycled_free(&found[i].images);
        ec2_recycled_free(&found[i].snapshots);
    }
    free(found);
    return bin;
}

void recycle_bin_free(struct recycle_bin *bin)
{
    struct bin_box *b = (struct bin_box *)bin;
    if (b == NULL)
        return;
    regions_free(b->regions, bin->region_count);
    arena_free(&b->arena);
    free(b);
}

/* ---- having it back ---- */

struct restore {
    const struct recycle_item *const *items;
    size_t count;
    const char **regions; /* each once */
    size_t region_count;
    struct recycle_result *results;
    const atomic_bool *cancel;
};

static bool shows(struct call *c, const struct recycle_item *item, struct err *err)
{
    size_t found = 0;
    if (item->image) {
        struct ec2_images images = {0};
        struct ec2_image_filter filter = {.id = item->id};
        if (!ec2_describe_images(c, &filter, &images, err))
            return false;
        found = images.count;
        ec2_images_free(&images);
    } else {
        struct ec2_snapshots snapshots = {0};
        struct ec2_snapshot_filter filter = {.id = item->id};
        if (!ec2_describe_snapshots(c, &filter, &snapshots, err))
            return false;
        found = snapshots.count;
        ec2_snapshots_free(&snapshots);
    }
    return found > 0 || err_set(err, ERR_NOT_FOUND, "EC2 does not show %s yet", item->id);
}

/* EC2 shows what was restored with a delay. */
static bool wait_until_shown(struct call *c, const struct recycle_item *item,
                             const atomic_bool *cancel, struct err *err)
{
    for (int i = 0; i < LOOKS_AT_MOST; i++) {
        if (shows(c, item, err))
            return true;
        if (err->kind != ERR_NOT_FOUND)
            return false;
        if (!clock_sleep_ms(LOOK_MS, cancel))
            return err_set(err, ERR_CANCELLED, "interrupted");
    }
    return false;
}

static void restore_one(struct call *c, const struct restore *r, size_t i)
{
    const struct recycle_item *item = r->items[i];
    struct recycle_result *result = &r->results[i];
    bool asked = item->image ? ec2_restore_image(c, item->id, &result->err)
                             : ec2_restore_snapshot(c, item->id, &result->err);
    result->ok = asked && wait_until_shown(c, item, r->cancel, &result->err);
    if (result->ok)
        result->err = ERR_INIT;
}

static void restore_region(struct call *c, size_t index, void *arg)
{
    const struct restore *r = arg;
    for (int images = 0; images <= 1; images++)
        for (size_t i = 0; i < r->count; i++)
            if (r->items[i]->image == (images == 1) &&
                strcmp(r->items[i]->region, r->regions[index]) == 0)
                restore_one(c, r, i);
}

static void add_region(struct restore *r, const char *region)
{
    for (size_t i = 0; i < r->region_count; i++)
        if (strcmp(r->regions[i], region) == 0)
            return;
    r->regions[r->region_count++] = region;
}

bool recycle_restore(struct aws *aws, const struct recycle_item *const *items, size_t count,
                     const atomic_bool *cancel, struct recycle_result *results)
{
    struct restore r = {.items = items, .count = count, .results = results, .cancel = cancel};
    bool ok = true;
    r.regions = xcalloc(count + 1, sizeof(*r.regions));
    for (size_t i = 0; i < count; i++) {
        results[i] = (struct recycle_result){0};
        add_region(&r, items[i]->region);
    }
    fan_out(aws, r.regions, r.region_count, cancel, restore_region, &r);
    for (size_t i = 0; i < count; i++)
        ok = ok && results[i].ok;
    free(r.regions);
    return ok;
}

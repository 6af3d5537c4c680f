/* An AMI comes back with its snapshots. */
#include "core/recycle_plan.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/cleanup.h"
#include "core/inventory_decode.h"

/* What is chosen while plans are read. */
struct choice {
    const struct recycle_bin *bin;
    const char *const *ids;
    size_t id_count;
    bool *meant; /* of each item in the bin */
};

static bool is_given(const struct choice *c, const char *id)
{
    for (size_t i = 0; i < c->id_count; i++)
        if (strcmp(c->ids[i], id) == 0)
            return true;
    return false;
}

static void mean_snapshot(struct choice *c, const char *region, const char *id)
{
    for (size_t i = 0; i < c->bin->item_count; i++)
        if (strcmp(c->bin->items[i].id, id) == 0 && strcmp(c->bin->items[i].region, region) == 0)
            c->meant[i] = true;
}

static void read_plan(struct choice *c, const char *path)
{
    struct err unread; /* a file that is no plan says nothing */
    struct cleanup_plan *plan = cleanup_plan_load(path, &unread);
    for (size_t i = 0; plan != NULL && i < plan->item_count; i++) {
        const struct cleanup_item *item = &plan->items[i];
        if (item->kind != CLEANUP_IMAGE || !is_given(c, item->id))
            continue;
        for (size_t s = 0; s < item->snapshot_count; s++)
            mean_snapshot(c, item->region, item->snapshots[s].id);
    }
    cleanup_plan_unref(plan);
}

static void read_plans(struct choice *c, const char *state_dir)
{
    char *pattern = xasprintf("%s/cleanup-*.json", state_dir);
    glob_t found = {0};
    if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            read_plan(c, found.gl_pathv[i]);
    globfree(&found);
    free(pattern);
}

/* EC2's description of a copy or of CreateImage says which AMI it was made for. */
static bool is_described(const struct choice *c, const struct recycle_item *item)
{
    const char *at;
    size_t length = inventory_made_for(item->description, &at);
    for (size_t i = 0; length > 0 && i < c->id_count; i++)
        if (strlen(c->ids[i]) == length && strncmp(c->ids[i], at, length) == 0)
            return true;
    return false;
}

size_t recycle_choose(const char *state_dir, const struct recycle_bin *bin, const char *const *ids,
                      size_t id_count, const struct recycle_item ***out)
{
    struct choice c = {.bin = bin, .ids = ids, .id_count = id_count};
    size_t count = 0;
    c.meant = xcalloc(bin->item_count + 1, sizeof(*c.meant));
    *out = xcalloc(bin->item_count + 1, sizeof(**out));
    for (size_t i = 0; i < bin->item_count; i++) {
        const struct recycle_item *item = &bin->items[i];
        c.meant[i] = is_given(&c, item->id) || (!item->image && is_described(&c, item));
    }
    read_plans(&c, state_dir);
    for (size_t i = 0; i < bin->item_count; i++)
        if (c.meant[i])
            (*out)[count++] = &bin->items[i];
    free(c.meant);
    return count;
}

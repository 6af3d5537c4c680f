/* Snapshots that AMIs share: they stay unless all of their users go. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/cleanup_choice.h"

static bool names_snapshot(const struct inventory_image *image, const char *id)
{
    for (size_t i = 0; i < image->snapshot_count; i++)
        if (strcmp(image->snapshots[i], id) == 0)
            return true;
    return false;
}

static int compare_uses(const void *x, const void *y)
{
    const struct cleanup_use *a = x, *b = y;
    if (a->region != b->region)
        return strcmp(a->region->name, b->region->name);
    int order = strcmp(a->snapshot, b->snapshot);
    return order != 0 ? order : strcmp(a->image->id, b->image->id);
}

struct cleanup_uses cleanup_uses_collect(const struct cleanup_maker *m)
{
    struct cleanup_uses u = {0};
    size_t room = 0;
    for (size_t i = 0; i < m->count; i++)
        if (m->chosen[i].row.image != NULL && m->chosen[i].why == CLEANUP_MAY)
            room += m->chosen[i].row.image->snapshot_count;
    u.items = xcalloc(room + 1, sizeof(*u.items));
    for (size_t i = 0; i < m->count; i++) {
        const struct cleanup_row *row = &m->chosen[i].row;
        if (row->image == NULL || m->chosen[i].why != CLEANUP_MAY)
            continue;
        for (size_t s = 0; s < row->image->snapshot_count; s++)
            u.items[u.count++] =
                (struct cleanup_use){row->region, row->image->snapshots[s], row->image};
    }
    if (u.count > 0)
        qsort(u.items, u.count, sizeof(*u.items), compare_uses);
    return u;
}

/* Who of the region uses the snapshot and does not go: "" when nobody. */
static const char *other_user(const struct cleanup_uses *u, const struct inventory_region *region,
                              const struct inventory_snapshot *snapshot)
{
    for (size_t i = 0; i < region->image_count; i++) {
        const struct cleanup_use key = {region, snapshot->id, &region->images[i]};
        if (names_snapshot(&region->images[i], snapshot->id) &&
            bsearch(&key, u->items, u->count, sizeof(key), compare_uses) == NULL)
            return region->images[i].id;
    }
    return "";
}

/* How many AMIs that go use it; an AMI may name it twice. */
static unsigned going_users(const struct cleanup_uses *u, const struct inventory_region *region,
                            const char *snapshot)
{
    size_t low = 0, high = u->count;
    const struct inventory_image none = {.id = ""};
    const struct cleanup_use key = {region, snapshot, &none};
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare_uses(&u->items[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    unsigned users = 0;
    for (size_t i = low; i < u->count && u->items[i].region == region &&
                         strcmp(u->items[i].snapshot, snapshot) == 0;
         i++)
        users += i == low || u->items[i].image != u->items[i - 1].image;
    return users;
}

const char *cleanup_kept_for(const struct cleanup_uses *u, const struct inventory_region *region,
                             const struct inventory_snapshot *snapshot)
{
    if (snapshot == NULL || cleanup_managed(snapshot->tags, snapshot->tag_count))
        return "other";
    if (inventory_tag_value(snapshot->tags, snapshot->tag_count, CLEANUP_KEEP_TAG) != NULL)
        return CLEANUP_KEEP_TAG;
    return going_users(u, region, snapshot->id) >= snapshot->users
               ? ""
               : other_user(u, region, snapshot);
}

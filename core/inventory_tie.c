/* What ties AMIs and snapshots to each other. */
#include "core/inventory_tie.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/inventory_decode.h"

/* The AMIs that carry tatami's tags, by those. */
static int compare_tagged(const void *a, const void *b)
{
    const struct inventory_image *x = *(const struct inventory_image *const *)a;
    const struct inventory_image *y = *(const struct inventory_image *const *)b;
    int order = strcmp(x->release_id, y->release_id);
    return order != 0 ? order : strcmp(x->image, y->image);
}

static const struct inventory_image **tagged_images(const struct inventory_rows *images,
                                                    size_t *count)
{
    const struct inventory_image *rows = images->items;
    const struct inventory_image **tagged =
        xcalloc(images->count + 1, sizeof(struct inventory_image *));
    *count = 0;
    for (size_t i = 0; i < images->count; i++)
        if (rows[i].release_id[0] != '\0' && rows[i].image[0] != '\0')
            tagged[(*count)++] = &rows[i];
    if (*count > 0)
        qsort(tagged, *count, sizeof(*tagged), compare_tagged);
    return tagged;
}

/* Tags say of which release's image a snapshot is; which AMI that is, its tags. */
static void tie_by_tags(struct inventory_rows *snapshots, const struct inventory_rows *images)
{
    struct inventory_snapshot *rows = snapshots->items;
    size_t count = 0;
    const struct inventory_image **tagged = tagged_images(images, &count);
    for (size_t i = 0; i < snapshots->count; i++) {
        const char *ignored;
        if (inventory_made_for(rows[i].description, &ignored) > 0)
            continue;
        rows[i].made_for = "";
        if (rows[i].release_id[0] == '\0' || rows[i].image[0] == '\0')
            continue;
        struct inventory_image key = {.release_id = rows[i].release_id, .image = rows[i].image};
        const struct inventory_image *wanted = &key;
        const struct inventory_image **found =
            bsearch(&wanted, tagged, count, sizeof(*tagged), compare_tagged);
        if (found != NULL)
            rows[i].made_for = (*found)->id;
    }
    free(tagged);
}

static struct inventory_snapshot *find(struct inventory_rows *snapshots, const char *id)
{
    return (struct inventory_snapshot *)inventory_row_find(INVENTORY_SNAPSHOTS, snapshots->items,
                                                           snapshots->count, id);
}

/* True when an earlier mapping of the AMI names the same snapshot. */
static bool named_before(const struct inventory_image *image, size_t mapping)
{
    for (size_t i = 0; i < mapping; i++)
        if (strcmp(image->snapshots[i], image->snapshots[mapping]) == 0)
            return true;
    return false;
}

static void tie_by_mappings(struct inventory_rows *images, struct inventory_rows *snapshots)
{
    struct inventory_image *image = images->items;
    for (size_t i = 0; i < images->count; i++, image++) {
        image->snapshot_bytes = 0;
        for (size_t k = 0; k < image->snapshot_count; k++) {
            struct inventory_snapshot *s =
                named_before(image, k) ? NULL : find(snapshots, image->snapshots[k]);
            if (s == NULL)
                continue;
            s->users++;
            image->snapshot_bytes += s->full_bytes;
        }
    }
}

void inventory_tie(struct inventory_rows **images, struct inventory_rows **snapshots)
{
    if (*images == NULL || *snapshots == NULL)
        return;
    inventory_rows_own(images);
    inventory_rows_own(snapshots);
    struct inventory_snapshot *rows = (*snapshots)->items;
    for (size_t i = 0; i < (*snapshots)->count; i++)
        rows[i].users = 0;
    tie_by_mappings(*images, *snapshots);
    tie_by_tags(*snapshots, *images);
    inventory_rows_lean_on(*snapshots, *images);
}

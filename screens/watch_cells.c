/* One release over images and regions, tied to the rows of the inventory. */
#include "screens/watch_cells.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void watch_cells_free(struct watch_cells *cells)
{
    free(cells->spots);
    *cells = (struct watch_cells){0};
}

static bool belongs(const struct inventory_image *ami, const struct watch_release *release)
{
    if (release->id[0] != '\0' && strcmp(ami->release_id, release->id) == 0)
        return true;
    return strcmp(ami->release, release->name) == 0;
}

static enum word word_of_ami(const struct inventory_image *ami, const struct watch_cell *cell)
{
    switch (ami->state) {
    case INVENTORY_AMI_AVAILABLE:
        return ami->is_public ? WORD_PUBL : WORD_PRIV;
    case INVENTORY_AMI_PENDING:
        return cell->word == WORD_STAL     ? WORD_STAL
               : ami->source_id[0] != '\0' ? WORD_COPY
                                           : WORD_IMPT;
    case INVENTORY_AMI_FAILED:
        return WORD_FAIL;
    default:
        return WORD_SKIP;
    }
}

/* What the region as a whole says counts for an image only while nothing says more. */
static void settle(struct watch_spot *spot)
{
    static const bool on_its_way[WORDS] = {
        [WORD_WAIT] = true, [WORD_UPLD] = true, [WORD_IMPT] = true,
        [WORD_COPY] = true, [WORD_RTRY] = true, [WORD_FAIL] = true,
    };
    if (spot->ami == NULL) {
        spot->word = on_its_way[spot->cell->word] ? spot->cell->word : WORD_WAIT;
        spot->percent = spot->cell->percent;
        return;
    }
    spot->word = word_of_ami(spot->ami, spot->cell);
    spot->percent = spot->ami->state == INVENTORY_AMI_AVAILABLE ? 100 : -1;
    if (spot->ami->state == INVENTORY_AMI_PENDING && spot->snapshot != NULL)
        spot->percent = spot->snapshot->progress;
}

/* The newest AMI of that name counts, as one that failed may have been replaced. */
static void take_ami(struct watch_spot *spots, size_t count, const struct inventory_region *region,
                     const struct inventory_image *ami)
{
    for (size_t i = 0; i < count; i++) {
        struct watch_spot *spot = &spots[i];
        if (spot->image == NULL || strcmp(spot->image->name, ami->name) != 0)
            continue;
        if (spot->ami != NULL && spot->ami->created_at > ami->created_at)
            continue;
        spot->ami = ami;
        spot->snapshot =
            ami->snapshot_count > 0 ? inventory_find_snapshot(region, ami->snapshots[0]) : NULL;
    }
}

static void find_in(struct watch_spot *spots, size_t count, const struct watch_release *release,
                    const struct inventory_region *region)
{
    for (size_t i = 0; region != NULL && i < region->image_count; i++)
        if (belongs(&region->images[i], release))
            take_ami(spots, count, region, &region->images[i]);
    for (size_t i = 0; i < count; i++)
        settle(&spots[i]);
}

void watch_cells_find(struct watch_cells *cells, const struct watch_release *release,
                      const struct inventory *inventory)
{
    size_t images = release->image_count > 0 ? release->image_count : 1;
    size_t all = release->cell_count * images;
    if (all > cells->capacity) {
        cells->spots = xrealloc(cells->spots, all, sizeof(*cells->spots));
        cells->capacity = all;
    }
    cells->count = 0;
    for (size_t r = 0; r < release->cell_count; r++) {
        struct watch_spot *spots = &cells->spots[cells->count];
        for (size_t i = 0; i < images; i++)
            spots[i] = (struct watch_spot){
                .cell = &release->cells[r],
                .image = release->image_count > 0 ? &release->images[i] : NULL,
            };
        cells->count += images;
        find_in(spots, images, release, inventory_find_region(inventory, release->cells[r].region));
    }
}

/* One region of the inventory as it is handed out. */
#include "core/inventory_place.h"

#include <stdlib.h>

#include "base/mem.h"
#include "core/inventory_tie.h"

struct inventory_place *inventory_place_new(const char *name, unsigned kinds)
{
    struct inventory_place *p = xcalloc(1, sizeof(*p));
    atomic_init(&p->refs, 1);
    p->region.name = xstrdup(name);
    p->region.next_at_ms = CLOCK_NEVER;
    for (int i = 0; i < INVENTORY_KINDS; i++)
        if ((kinds & 1u << i) == 0)
            p->region.readings[i].look = INVENTORY_UNASKED;
    return p;
}

struct inventory_place *inventory_place_copy(const struct inventory_place *place)
{
    struct inventory_place *p = xcalloc(1, sizeof(*p));
    p->region = place->region;
    p->region.name = xstrdup(place->region.name);
    for (int i = 0; i < INVENTORY_KINDS; i++)
        p->rows[i] = inventory_rows_ref(place->rows[i]);
    atomic_init(&p->refs, 1);
    return p;
}

struct inventory_place *inventory_place_ref(struct inventory_place *place)
{
    atomic_fetch_add(&place->refs, 1);
    return place;
}

void inventory_place_unref(struct inventory_place *place)
{
    if (place == NULL || atomic_fetch_sub(&place->refs, 1) != 1)
        return;
    for (int i = 0; i < INVENTORY_KINDS; i++)
        inventory_rows_unref(place->rows[i]);
    free((char *)place->region.name);
    free(place);
}

static void show(struct inventory_place *p, enum inventory_kind kind)
{
    struct inventory_region *region = &p->region;
    const struct inventory_rows *rows = p->rows[kind];
    switch (kind) {
    case INVENTORY_IMAGES:
        region->images = rows->items;
        region->image_count = rows->count;
        break;
    case INVENTORY_SNAPSHOTS:
        region->snapshots = rows->items;
        region->snapshot_count = rows->count;
        break;
    case INVENTORY_IMPORTS:
        region->imports = rows->items;
        region->import_count = rows->count;
        break;
    case INVENTORY_OBJECTS:
        region->objects = rows->items;
        region->object_count = rows->count;
        break;
    case INVENTORY_UPLOADS:
        region->uploads = rows->items;
        region->upload_count = rows->count;
        break;
    case INVENTORY_KINDS:
        break;
    }
}

void inventory_place_set(struct inventory_place *place, struct inventory_rows *rows)
{
    inventory_rows_unref(place->rows[rows->kind]);
    place->rows[rows->kind] = rows;
    show(place, rows->kind);
}

void inventory_place_tie(struct inventory_place *place)
{
    if (place->rows[INVENTORY_IMAGES] == NULL || place->rows[INVENTORY_SNAPSHOTS] == NULL)
        return;
    inventory_tie(&place->rows[INVENTORY_IMAGES], &place->rows[INVENTORY_SNAPSHOTS]);
    show(place, INVENTORY_IMAGES);
    show(place, INVENTORY_SNAPSHOTS);
}

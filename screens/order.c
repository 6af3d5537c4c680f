/* Which cells of an image a screen shows and in which order. */
#include "screens/order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "screens/cell_text.h"

void order_free(struct order *order)
{
    free(order->regions);
    *order = (struct order){0};
}

bool order_matches(const struct model *model, const struct model_cell *cell,
                   const struct filter *filter)
{
    const char *name = model->plan->regions[cell->region].name;
    char code[16], region[64];
    plan_region_code(name, code);
    snprintf(region, sizeof(region), "%s %s", name, code);
    struct safe_text note = cell_note(model, cell);
    struct filter_row row = {
        .fields = {[FILTER_REGION] = region,
                   [FILTER_STATE] = word_name(cell->word),
                   [FILTER_AMI] = cell->ami.utf8,
                   [FILTER_SNAPSHOT] = cell->snapshot.utf8,
                   [FILTER_NOTE] = note.utf8,
                   [FILTER_IMAGE] = model->plan->images[cell->image].name,
                   [FILTER_PUBLIC] = cell->is_public ? "yes" : "no"},
    };
    bool matches = filter_matches(filter, &row);
    text_free(&note);
    return matches;
}

/* What a row is compared by: one number, then a name, then its place. */
struct sorted {
    size_t region;
    long long key;
    const char *name;
    size_t place;
};

static long long key_of(const struct model *model, const struct model_cell *cell,
                        const struct order_by *by)
{
    clock_ms end = cell->ended_at > 0 ? cell->ended_at : by->now;
    switch ((enum region_column)by->column) {
    case COLUMN_PROBLEMS:
        return cell_gravity(cell->word);
    case COLUMN_STATE:
        return cell->word;
    case COLUMN_PROGRESS:
    case COLUMN_PERCENT:
        return cell_percent(model, cell);
    case COLUMN_PUBLIC:
        return cell->is_public;
    case COLUMN_TIME:
        return cell->started_at > 0 ? end - cell->started_at : -1;
    default:
        return 0;
    }
}

static int compare(const void *left, const void *right)
{
    const struct sorted *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    int names = strcmp(a->name, b->name);
    if (names != 0)
        return names;
    return a->place < b->place ? -1 : a->place > b->place;
}

static size_t place_before(const struct order *order, size_t region)
{
    for (size_t i = 0; i < order->count; i++)
        if (order->regions[i] == region)
            return i;
    return order->count + region;
}

static bool shown(const struct model *model, const struct model_cell *cell,
                  const struct order_by *by)
{
    if (by->marked_only && !table_is_marked(by->marks, cell_identity(model, cell)))
        return false;
    return order_matches(model, cell, by->filter);
}

void order_build(struct order *order, const struct model *model, const struct order_by *by)
{
    size_t all = model->plan->region_count, count = 0;
    struct sorted *rows = xcalloc(all > 0 ? all : 1, sizeof(*rows));
    for (size_t r = 0; r < all; r++) {
        const struct model_cell *cell = model_cell(model, by->image, r);
        if (!shown(model, cell, by))
            continue;
        rows[count++] = (struct sorted){
            .region = r,
            .key = by->keep ? (long long)place_before(order, r) : key_of(model, cell, by),
            .name = by->column == COLUMN_REGION && !by->keep ? model->plan->regions[r].name : "",
            .place = r,
        };
    }
    qsort(rows, count, sizeof(*rows), compare);
    if (count > order->capacity) {
        order->regions = xrealloc(order->regions, count, sizeof(*order->regions));
        order->capacity = count;
    }
    bool turned = by->reverse && !by->keep;
    for (size_t i = 0; i < count; i++)
        order->regions[i] = rows[turned ? count - 1 - i : i].region;
    order->count = count;
    free(rows);
}

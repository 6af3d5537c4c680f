/* The table: rows of the inventory folded into groups, with totals. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/cleanup_build.h"

/* A row while it is sorted: with the texts that its group is known by. */
struct slot {
    struct cleanup_row row;
    const char *title, *detail; /* release, "" or family, architecture */
};

/* What the free function needs beside what others see. */
struct view_box {
    struct cleanup_view view; /* first */
    struct arena arena;
    struct families *families; /* NULL: the caller's */
    const struct rules *rules;
    const struct families *sorted;
    enum cleanup_fold fold;
    time_t now;
    struct slot *slots;
    size_t count, room;
    struct cleanup_row *rows;
    struct cleanup_group *groups;
};

static bool wanted(struct view_box *b, const struct cleanup_row *row)
{
    if (row->kind == CLEANUP_IMAGE)
        b->view.total_images++;
    if (row->kind == CLEANUP_SNAPSHOT && !rules_is_orphan(row->region, row->snapshot))
        return false;
    struct rules_row r = cleanup_rules_row(row);
    return b->rules == NULL || b->rules->given == 0 || rules_match(b->rules, b->sorted, &r, b->now);
}

static void take(void *arg, const struct cleanup_row *row)
{
    struct view_box *b = arg;
    if (!wanted(b, row))
        return;
    if (b->count == b->room) {
        b->room = b->room == 0 ? 256 : b->room * 2;
        b->slots = xrealloc(b->slots, b->room, sizeof(*b->slots));
    }
    struct slot *slot = &b->slots[b->count++];
    *slot = (struct slot){.row = *row, .title = "", .detail = ""};
    if (row->kind != CLEANUP_IMAGE)
        return;
    b->view.shown_images++;
    slot->title = b->fold == CLEANUP_BY_RELEASE ? row->image->release : row->rank->family;
    slot->detail = b->fold == CLEANUP_BY_RELEASE ? "" : row->image->architecture;
}

static int compare_group(const struct slot *a, const struct slot *b)
{
    if (a->row.kind != b->row.kind)
        return a->row.kind < b->row.kind ? -1 : 1;
    int order = a->title == b->title ? 0 : strcmp(a->title, b->title);
    return order != 0 ? order : strcmp(a->detail, b->detail);
}

static int compare_slots(const void *x, const void *y)
{
    const struct slot *a = x, *b = y;
    int order = compare_group(a, b);
    if (order == 0 && a->row.region != b->row.region)
        order = strcmp(a->row.region->name, b->row.region->name);
    return order != 0 ? order : strcmp(a->row.id, b->row.id);
}

static void count_row(struct cleanup_group *g, const struct cleanup_row *row, bool new_region)
{
    g->count++;
    g->regions += new_region;
    g->bytes += row->bytes;
    g->cost_micros += row->cost_micros;
    g->in_use += row->why == CLEANUP_IN_USE;
    g->unchecked += row->why == CLEANUP_UNCHECKED;
    g->kept += row->why == CLEANUP_KEEP;
    g->protected_rows += row->why == CLEANUP_PROTECTED;
    g->unread = g->unread || row->why == CLEANUP_UNREAD;
    if (g->first_made_at == 0 || (row->made_at > 0 && row->made_at < g->first_made_at))
        g->first_made_at = row->made_at;
    if (row->made_at > g->last_made_at)
        g->last_made_at = row->made_at;
    if (row->launched_at > g->last_launched_at)
        g->last_launched_at = row->launched_at;
    if (row->why != CLEANUP_MAY && (g->why == CLEANUP_MAY || row->why < g->why))
        g->why = row->why;
    if (row->image == NULL)
        return;
    g->is_public += row->image->is_public;
    g->snapshots += (unsigned)row->image->snapshot_count;
}

static void fold(struct view_box *b)
{
    b->rows = xcalloc(b->count + 1, sizeof(*b->rows));
    b->groups = xcalloc(b->count + 1, sizeof(*b->groups));
    for (size_t i = 0; i < b->count; i++) {
        const struct slot *s = &b->slots[i];
        bool begins = i == 0 || compare_group(&b->slots[i - 1], s) != 0;
        bool new_region = begins || b->slots[i - 1].row.region != s->row.region;
        if (begins)
            b->groups[b->view.group_count++] = (struct cleanup_group){
                .kind = s->row.kind,
                .title = s->title,
                .newest = s->row.rank != NULL ? s->row.rank->newest : "",
                .first = i,
            };
        b->rows[i] = s->row;
        count_row(&b->groups[b->view.group_count - 1], &b->rows[i], new_region);
    }
}

/* The family of a group of AMIs, told by its first row. */
static const char *family_of(const struct view_box *b, const struct cleanup_group *g)
{
    return g->kind == CLEANUP_IMAGE ? b->rows[g->first].rank->family : "";
}

struct widest {
    const char *family;
    struct cleanup_group *group;
};

static int compare_widest(const void *x, const void *y)
{
    const struct widest *a = x, *b = y;
    return strcmp(a->family, b->family);
}

/* A release that stands in fewer regions than another of its family misses some. */
static void count_missing(struct view_box *b)
{
    struct widest *all = xcalloc(b->view.group_count + 1, sizeof(*all));
    size_t count = b->fold == CLEANUP_BY_RELEASE ? b->view.group_count : 0;
    for (size_t i = 0; i < count; i++)
        all[i] = (struct widest){family_of(b, &b->groups[i]), &b->groups[i]};
    qsort(all, count, sizeof(*all), compare_widest);
    for (size_t i = 0, next; i < count; i = next) {
        unsigned most = 0;
        for (next = i; next < count && strcmp(all[next].family, all[i].family) == 0; next++)
            if (all[next].group->regions > most)
                most = all[next].group->regions;
        for (size_t k = i; k < next && all[i].family[0] != '\0'; k++)
            all[k].group->missing = most - all[k].group->regions;
    }
    free(all);
}

struct order {
    enum cleanup_sort sort;
    bool reverse;
};

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_by(enum cleanup_sort sort, const struct cleanup_group *a,
                      const struct cleanup_group *b)
{
    switch (sort) {
    case CLEANUP_SORT_AGE:
        return compare_numbers((uint64_t)a->first_made_at, (uint64_t)b->first_made_at);
    case CLEANUP_SORT_LAUNCH:
        return compare_numbers((uint64_t)a->last_launched_at, (uint64_t)b->last_launched_at);
    case CLEANUP_SORT_SIZE:
        return compare_numbers(b->bytes, a->bytes);
    case CLEANUP_SORT_REGIONS:
        return compare_numbers(b->regions, a->regions);
    default:
        return 0;
    }
}

static int compare_groups(const void *x, const void *y, void *arg)
{
    const struct cleanup_group *a = x, *b = y;
    const struct order *by = arg;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    int order = compare_by(by->sort, a, b);
    if (order == 0)
        order = strcmp(a->title, b->title);
    if (order == 0)
        return a->first < b->first ? -1 : 1;
    return by->reverse ? -order : order;
}

struct cleanup_view *cleanup_view_new(const struct cleanup_view_options *o)
{
    struct view_box *b = xcalloc(1, sizeof(*b));
    b->view.inventory = inventory_ref(o->inventory);
    b->view.usage = usage_ref(o->usage);
    b->families = o->families == NULL ? families_new(o->inventory) : NULL;
    b->sorted = o->families == NULL ? b->families : o->families;
    b->rules = o->rules;
    b->fold = o->fold;
    b->now = o->now;
    struct cleanup_context context = {
        .inventory = o->inventory,
        .usage = o->usage,
        .families = b->sorted,
        .step = o->step,
        .step_days = o->step_days,
        .price_micros = o->price_micros,
        .now = o->now,
    };
    cleanup_context_open(&context);
    cleanup_each_row(&context, &b->arena, take, b);
    cleanup_context_close(&context);
    if (b->count > 0)
        qsort(b->slots, b->count, sizeof(*b->slots), compare_slots);
    fold(b);
    free(b->slots);
    b->slots = NULL;
    count_missing(b);
    struct order by = {o->sort, o->reverse};
    qsort_r(b->groups, b->view.group_count, sizeof(*b->groups), compare_groups, &by);
    b->view.rows = b->rows;
    b->view.row_count = b->count;
    b->view.groups = b->groups;
    return &b->view;
}

void cleanup_view_free(struct cleanup_view *view)
{
    struct view_box *b = (struct view_box *)view;
    if (b == NULL)
        return;
    inventory_unref(b->view.inventory);
    usage_unref(b->view.usage);
    families_free(b->families);
    arena_free(&b->arena);
    free(b->rows);
    free(b->groups);
    free(b);
}

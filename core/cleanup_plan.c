/* The plan: what rules and marks mean, and what of it must stay. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/cleanup_choice.h"

static int compare_identity(enum cleanup_kind kind, const char *region, const char *id,
                            const struct cleanup_mark *mark)
{
    if (kind != mark->kind)
        return kind < mark->kind ? -1 : 1;
    int order = strcmp(region, mark->region);
    return order != 0 ? order : strcmp(id, mark->id);
}

static int compare_marks(const void *a, const void *b)
{
    const struct cleanup_mark *m = a;
    return compare_identity(m->kind, m->region, m->id, b);
}

static int find_mark(const void *row, const void *mark)
{
    const struct cleanup_row *r = row;
    return compare_identity(r->kind, r->region->name, r->id, mark);
}

static bool by_rule(const struct cleanup_maker *m, const struct cleanup_row *row)
{
    const struct rules *rules = m->options->rules;
    if (rules == NULL || !rules_choose(rules))
        return false;
    struct rules_row r = cleanup_rules_row(row);
    return rules_match(rules, m->context.families, &r, m->context.now);
}

static void choose(void *arg, const struct cleanup_row *row)
{
    struct cleanup_maker *m = arg;
    bool by_hand = m->options->mark_count > 0 &&
                   bsearch(row, m->marks, m->options->mark_count, sizeof(*m->marks), find_mark);
    if (!by_hand && !by_rule(m, row))
        return;
    if (m->count == m->room) {
        m->room = m->room == 0 ? 64 : m->room * 2;
        m->chosen = xrealloc(m->chosen, m->room, sizeof(*m->chosen));
    }
    struct cleanup_chosen *c = &m->chosen[m->count++];
    *c = (struct cleanup_chosen){.row = *row, .by_hand = by_hand, .why = row->why};
    bool free_to_go = row->why == CLEANUP_MAY || row->why == CLEANUP_UNCHECKED;
    if (!by_hand && row->newest && free_to_go)
        c->why = CLEANUP_NEWEST;
}

static int compare_chosen(const void *x, const void *y)
{
    const struct cleanup_row *a = &((const struct cleanup_chosen *)x)->row;
    const struct cleanup_row *b = &((const struct cleanup_chosen *)y)->row;
    int order = strcmp(a->region->name, b->region->name);
    if (order == 0 && a->kind != b->kind)
        order = a->kind < b->kind ? -1 : 1;
    if (order == 0)
        order = strcmp(a->name, b->name);
    return order != 0 ? order : strcmp(a->id, b->id);
}

static void make(struct cleanup_maker *m, const struct cleanup_plan_options *o)
{
    *m = (struct cleanup_maker){.options = o};
    m->families = o->families == NULL ? families_new(o->inventory) : NULL;
    m->context = (struct cleanup_context){
        .inventory = o->inventory,
        .usage = o->usage,
        .families = o->families == NULL ? m->families : o->families,
        .recycle = o->recycle,
        .step = o->step,
        .step_days = o->step_days,
        .price_micros = o->price_micros,
        .now = o->now,
    };
    cleanup_context_open(&m->context);
    m->marks = xcalloc(o->mark_count + 1, sizeof(*m->marks));
    if (o->mark_count > 0) {
        memcpy(m->marks, o->marks, o->mark_count * sizeof(*m->marks));
        qsort(m->marks, o->mark_count, sizeof(*m->marks), compare_marks);
    }
    cleanup_each_row(&m->context, &m->ids, choose, m);
    if (m->count > 0)
        qsort(m->chosen, m->count, sizeof(*m->chosen), compare_chosen);
}

static void unmake(struct cleanup_maker *m)
{
    cleanup_context_close(&m->context);
    families_free(m->families);
    arena_free(&m->ids);
    free(m->marks);
    free(m->chosen);
}

size_t cleanup_plan_questions(const struct cleanup_plan_options *options,
                              struct usage_question **out)
{
    struct cleanup_maker m;
    size_t count = 0;
    make(&m, options);
    *out = xcalloc(m.count + 1, sizeof(**out));
    for (size_t i = 0; i < m.count; i++)
        if (m.chosen[i].why == CLEANUP_UNCHECKED)
            (*out)[count++] =
                (struct usage_question){m.chosen[i].row.region->name, m.chosen[i].row.image->id};
    unmake(&m);
    return count;
}

/* Regions that the rules leave out are not missed. */
static void add_unread(struct cleanup_plan *plan, struct arena *a, const struct inventory *from,
                       const struct rules *rules)
{
    struct cleanup_unread *unread = texts_take(a, (from->region_count + 1) * sizeof(*unread));
    for (size_t i = 0; i < from->region_count; i++) {
        const struct inventory_region *region = from->regions[i];
        if (rules != NULL && !rules_match_region(rules, region->name))
            continue;
        for (int k = 0; k < INVENTORY_KINDS; k++) {
            const struct inventory_reading *reading = &region->readings[k];
            if (reading->look == INVENTORY_READ || reading->look == INVENTORY_UNASKED)
                continue;
            unread[plan->unread_count++] = (struct cleanup_unread){
                texts_copy(a, region->name),
                texts_format(a, "%s: %s", inventory_kind_name((enum inventory_kind)k),
                             reading->look == INVENTORY_FAILED ? reading->err.message
                                                               : "no answer yet")};
            break;
        }
    }
    plan->unread = unread;
}

struct cleanup_plan *cleanup_plan_new(const struct cleanup_plan_options *o)
{
    struct cleanup_plan_box *box = cleanup_plan_box_new();
    struct cleanup_plan *plan = &box->plan;
    struct cleanup_maker m;
    struct buf rules = BUF_INIT;
    make(&m, o);
    cleanup_write_rows(&m, box);
    unmake(&m);
    if (o->rules != NULL)
        rules_write(o->rules, &rules);
    memcpy(plan->account, o->inventory->account, sizeof(plan->account));
    plan->alias = texts_copy(&box->arena, o->inventory->alias);
    plan->identity = texts_copy(&box->arena, o->inventory->identity);
    plan->made_at = o->now;
    plan->step = o->step;
    plan->step_days = o->step_days;
    plan->price_micros = o->price_micros;
    plan->rules = texts_copy(&box->arena, buf_str(&rules));
    buf_free(&rules);
    add_unread(plan, &box->arena, o->inventory, o->rules);
    cleanup_plan_count(plan);
    cleanup_plan_sign(plan);
    return plan;
}

/* A plan's items and skips: everything that has to be known of them, copied. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/cleanup_choice.h"

/* What items and skips are written to. */
struct writer {
    struct cleanup_maker *maker;
    struct arena *arena;
    struct cleanup_uses uses;
    struct cleanup_item *items;
    struct cleanup_skip *skips;
    struct texts seen; /* "region snapshot" of those that were told of or counted */
    size_t item_count, skip_count;
};

static const char *release_of(const struct cleanup_row *row)
{
    return row->image != NULL      ? row->image->release
           : row->snapshot != NULL ? row->snapshot->release
           : row->object != NULL   ? row->object->release
                                   : "";
}

static const char *state_of(const struct cleanup_row *row)
{
    return row->image != NULL      ? row->image->state_text
           : row->snapshot != NULL ? row->snapshot->state_text
                                   : "";
}

static const char *reason_of(struct writer *w, const struct cleanup_chosen *c)
{
    struct buf words = BUF_INIT;
    struct rules_row r = cleanup_rules_row(&c->row);
    if (c->by_hand)
        buf_add_str(&words, "by hand");
    else
        rules_explain(w->maker->options->rules, w->maker->context.families, &r,
                      w->maker->context.now, &words);
    const char *text = texts_copy(w->arena, buf_str(&words));
    buf_free(&words);
    return text;
}

static void add_skip(struct writer *w, const struct cleanup_skip *skip)
{
    struct arena *a = w->arena;
    w->skips[w->skip_count++] = (struct cleanup_skip){
        .kind = skip->kind,
        .region = texts_copy(a, skip->region),
        .id = texts_copy(a, skip->id),
        .name = texts_copy(a, skip->name),
        .release = texts_copy(a, skip->release),
        .why = skip->why,
        .reason = texts_copy(a, skip->reason),
    };
}

static void skip_row(struct writer *w, const struct cleanup_chosen *c)
{
    struct buf words = BUF_INIT;
    cleanup_explain(&w->maker->context, &c->row, c->why, &words);
    add_skip(w, &(struct cleanup_skip){.kind = c->row.kind,
                                       .region = c->row.region->name,
                                       .id = c->row.id,
                                       .name = c->row.name,
                                       .release = release_of(&c->row),
                                       .why = c->why,
                                       .reason = buf_str(&words)});
    buf_free(&words);
}

/* True the first time that it is asked for a snapshot: AMIs may share it. */
static bool first_time(struct writer *w, const char *region, const char *snapshot)
{
    size_t before = w->seen.used;
    char *key = xasprintf("%s %s", region, snapshot);
    texts_word(w->arena, &w->seen, key);
    free(key);
    return w->seen.used > before;
}

static void skip_shared(struct writer *w, const struct cleanup_row *row,
                        const struct cleanup_snapshot *s)
{
    const struct inventory_snapshot *found = inventory_find_snapshot(row->region, s->id);
    bool by_image = strncmp(s->kept_for, "ami-", 4) == 0;
    bool strange = strcmp(s->kept_for, "other") == 0;
    char *words = xasprintf("stays: %s%s", by_image ? "used by " : "",
                            strange ? "not this account's to delete" : s->kept_for);
    add_skip(w, &(struct cleanup_skip){.kind = CLEANUP_SNAPSHOT,
                                       .region = row->region->name,
                                       .id = s->id,
                                       .name = found != NULL ? found->description : "",
                                       .release = row->image->release,
                                       .why = CLEANUP_SHARED,
                                       .reason = words});
    free(words);
}

static bool deletes(const struct writer *w)
{
    enum cleanup_step step = w->maker->options->step;
    return step == CLEANUP_STEP_NONE || step == CLEANUP_STEP_DEREGISTER;
}

/* The days that all of it stays in the bin: unknown beats none beats any number. */
static int shorter(int a, int b)
{
    return a < b ? a : b;
}

static void add_snapshots(struct writer *w, const struct cleanup_row *row,
                          struct cleanup_item *item)
{
    const struct inventory_image *image = row->image;
    struct cleanup_snapshot *out = texts_take(w->arena, (image->snapshot_count + 1) * sizeof(*out));
    item->bytes = 0;
    for (size_t i = 0; i < image->snapshot_count; i++) {
        const struct inventory_snapshot *s =
            inventory_find_snapshot(row->region, image->snapshots[i]);
        const char *keep = cleanup_kept_for(&w->uses, row->region, s);
        out[i] = (struct cleanup_snapshot){.id = texts_copy(w->arena, image->snapshots[i]),
                                           .bytes = s == NULL ? 0 : cleanup_snapshot_bytes(s),
                                           .kept_for = texts_copy(w->arena, keep)};
        if (!deletes(w))
            continue;
        bool first = first_time(w, row->region->name, out[i].id);
        if (*keep != '\0' && first)
            skip_shared(w, row, &out[i]);
        if (*keep != '\0' || s == NULL)
            continue;
        item->bytes += first ? out[i].bytes : 0;
        item->undo_days =
            shorter(item->undo_days, recycle_days(w->maker->options->recycle, row->region->name,
                                                  false, s->tags, s->tag_count));
    }
    item->snapshots = out;
    item->snapshot_count = image->snapshot_count;
}

static void fill_image(struct writer *w, const struct cleanup_row *row, struct cleanup_item *item)
{
    const struct inventory_image *image = row->image;
    const char *tag = inventory_tag_value(image->tags, image->tag_count, CLEANUP_LADDER_TAG);
    item->owner = texts_copy(w->arena, image->owner);
    item->is_public = image->is_public;
    item->step_tag = texts_copy(w->arena, tag);
    item->undo_days = recycle_days(w->maker->options->recycle, row->region->name, true, image->tags,
                                   image->tag_count);
    add_snapshots(w, row, item);
}

static void add_item(struct writer *w, const struct cleanup_chosen *c)
{
    const struct cleanup_row *row = &c->row;
    struct arena *a = w->arena;
    struct cleanup_item *item = &w->items[w->item_count++];
    *item = (struct cleanup_item){
        .kind = row->kind,
        .region = texts_copy(a, row->region->name),
        .id = texts_copy(a, row->id),
        .name = texts_copy(a, row->name),
        .release = texts_copy(a, release_of(row)),
        .reason = reason_of(w, c),
        .by_hand = c->by_hand,
        .owner = "",
        .state = texts_copy(a, state_of(row)),
        .made_at = row->made_at,
        .launched_at = row->launched_at,
        .step_tag = "",
        .bucket = "",
        .key = "",
        .upload_id = "",
        .bytes = row->bytes,
    };
    if (row->image != NULL) {
        fill_image(w, row, item);
    } else if (row->snapshot != NULL) {
        item->owner = texts_copy(a, w->maker->options->inventory->account);
        item->undo_days = recycle_days(w->maker->options->recycle, item->region, false,
                                       row->snapshot->tags, row->snapshot->tag_count);
    } else {
        item->bucket =
            texts_copy(a, row->object != NULL ? row->object->bucket : row->upload->bucket);
        item->key = texts_copy(a, row->object != NULL ? row->object->key : row->upload->key);
        item->upload_id = texts_copy(a, row->upload != NULL ? row->upload->upload_id : "");
    }
}

/* Room for the worst case: every chosen row is skipped, and every snapshot of those that go. */
void cleanup_write_rows(struct cleanup_maker *m, struct cleanup_plan_box *box)
{
    struct writer w = {.maker = m, .arena = &box->arena, .uses = cleanup_uses_collect(m)};
    w.items = texts_take(w.arena, (m->count + 1) * sizeof(*w.items));
    w.skips = texts_take(w.arena, (m->count + w.uses.count + 1) * sizeof(*w.skips));
    for (size_t i = 0; i < m->count; i++) {
        if (m->chosen[i].why == CLEANUP_MAY)
            add_item(&w, &m->chosen[i]);
        else
            skip_row(&w, &m->chosen[i]);
    }
    box->plan.items = w.items;
    box->plan.item_count = w.item_count;
    box->plan.skips = w.skips;
    box->plan.skip_count = w.skip_count;
    free(w.uses.items);
    texts_forget(&w.seen);
}

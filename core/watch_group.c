/* What belongs to one release. */
#include "core/watch_group.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Without anything that moves, and not settled, a release is in flight for so long. */
#define YOUNG_S 1800

struct watch_key watch_key_of(const char *release, const char *id, bool by_tag)
{
    if (id[0] != '\0')
        return (struct watch_key){WATCH_KEY_ID, id};
    return (struct watch_key){by_tag ? WATCH_KEY_TAG : WATCH_KEY_NAME, release};
}

bool watch_key_same(struct watch_key a, struct watch_key b)
{
    return a.kind == b.kind && strcmp(a.text, b.text) == 0;
}

static struct watch_key key_of_image(const struct inventory_image *i)
{
    return watch_key_of(i->release, i->release_id, i->release_by_tag);
}

static size_t *slot_of(const struct watch_groups *groups, struct watch_key key)
{
    size_t mask = groups->slot_count - 1;
    size_t at = (size_t)(texts_hash(key.text) + (uint64_t)key.kind * 7919) & mask;
    while (groups->slots[at] != 0 && !watch_key_same(groups->items[groups->slots[at] - 1].key, key))
        at = (at + 1) & mask;
    return &groups->slots[at];
}

static struct watch_group *find(const struct watch_groups *groups, struct watch_key key)
{
    size_t slot = groups->slot_count > 0 ? *slot_of(groups, key) : 0;
    return slot == 0 ? NULL : &groups->items[slot - 1];
}

static void widen(struct watch_groups *groups)
{
    groups->room = groups->room == 0 ? 16 : groups->room * 2;
    groups->items = xrealloc(groups->items, groups->room, sizeof(*groups->items));
    free(groups->slots);
    groups->slot_count = groups->room * 4;
    groups->slots = xcalloc(groups->slot_count, sizeof(*groups->slots));
    for (size_t i = 0; i < groups->count; i++)
        *slot_of(groups, groups->items[i].key) = i + 1;
}

static const struct watch_own *own_of(const struct watch *w, struct watch_key key)
{
    for (size_t i = 0; i < w->own_count; i++)
        if (key.kind == WATCH_KEY_ID && strcmp(w->own[i].id, key.text) == 0)
            return &w->own[i];
    return NULL;
}

static void add(struct watch *w, struct watch_groups *groups, struct watch_key key,
                const char *name)
{
    static const enum watch_by by[] = {[WATCH_KEY_ID] = WATCH_TAGGED,
                                       [WATCH_KEY_TAG] = WATCH_TAGGED,
                                       [WATCH_KEY_NAME] = WATCH_NAMED};
    if (find(groups, key) != NULL)
        return;
    if (groups->count == groups->room)
        widen(groups);
    *slot_of(groups, key) = groups->count + 1;
    struct watch_group *g = &groups->items[groups->count++];
    /* The journal's rows may be replaced while the view lives. */
    key.text = texts_copy(&w->arena, key.text);
    *g = (struct watch_group){
        .key = key,
        .name = texts_copy(&w->arena, name),
        .id = key.kind == WATCH_KEY_ID ? key.text : "",
        .own = own_of(w, key),
        .home = WATCH_NOWHERE,
    };
    g->by = g->own != NULL ? WATCH_YOURS : by[key.kind];
    g->followed =
        w->followed != NULL && (strcmp(w->followed, name) == 0 || strcmp(w->followed, g->id) == 0);
}

static bool is_followed(const struct watch *w, const char *release, const char *id)
{
    return w->followed != NULL &&
           (strcmp(w->followed, release) == 0 || strcmp(w->followed, id) == 0);
}

static void add_of_region(struct watch *w, struct watch_groups *groups,
                          const struct inventory_region *region)
{
    for (size_t i = 0; i < region->image_count; i++) {
        const struct inventory_image *image = &region->images[i];
        if (image->state == INVENTORY_AMI_PENDING ||
            (image->created_at > 0 && w->now - image->created_at < YOUNG_S) ||
            is_followed(w, image->release, image->release_id))
            add(w, groups, key_of_image(image), image->release);
    }
    for (size_t i = 0; i < region->snapshot_count; i++) {
        const struct inventory_snapshot *s = &region->snapshots[i];
        if (s->release[0] != '\0' && s->state == INVENTORY_SNAPSHOT_PENDING)
            add(w, groups, watch_key_of(s->release, s->release_id, true), s->release);
    }
    for (size_t i = 0; i < region->object_count; i++) {
        const struct inventory_object *o = &region->objects[i];
        if (o->release_id[0] != '\0' && w->now - o->modified_at < YOUNG_S)
            add(w, groups, (struct watch_key){WATCH_KEY_ID, o->release_id}, o->release);
    }
    for (size_t i = 0; i < region->import_count; i++) {
        const struct inventory_import *t = &region->imports[i];
        if (t->release[0] != '\0' &&
            (t->state == INVENTORY_IMPORT_ACTIVE || is_followed(w, t->release, t->release_id)))
            add(w, groups, watch_key_of(t->release, t->release_id, true), t->release);
    }
}

/* How well a release of that name fits an upload whose key names no more: one with an id before one
 * that has none, and one that this machine has unfinished before all. */
static int fitness(const struct watch_group *g, const char *release)
{
    if (g->key.kind == WATCH_KEY_NAME || strcmp(g->name, release) != 0)
        return 0;
    if (g->own != NULL && !g->own->finished)
        return 3;
    return g->key.kind == WATCH_KEY_ID ? 2 : 1;
}

static struct watch_group *group_of_upload(struct watch *w, struct watch_groups *groups,
                                           const struct watch_upload *u)
{
    struct watch_group *best = NULL;
    for (size_t i = 0; i < groups->count; i++)
        if (fitness(&groups->items[i], u->release) > (best == NULL ? 0 : fitness(best, u->release)))
            best = &groups->items[i];
    if (best != NULL)
        return best;
    struct watch_key key = {WATCH_KEY_TAG, u->release};
    add(w, groups, key, u->release);
    return find(groups, key);
}

static void add_candidates(struct watch *w, struct watch_groups *groups)
{
    for (size_t i = 0; i < w->own_count; i++)
        if (!w->own[i].finished || is_followed(w, w->own[i].name, w->own[i].id))
            add(w, groups, (struct watch_key){WATCH_KEY_ID, w->own[i].id}, w->own[i].name);
    for (size_t i = 0; i < w->seen_count; i++)
        if (w->seen[i].in_flight || w->seen[i].ended_at != 0)
            add(w, groups, (struct watch_key){w->seen[i].kind, w->seen[i].key}, w->seen[i].name);
    for (size_t i = 0; i < w->inventory->region_count; i++)
        add_of_region(w, groups, w->inventory->regions[i]);
    for (size_t i = 0; i < w->view.upload_count; i++)
        if (w->view.uploads[i].release[0] != '\0')
            group_of_upload(w, groups, &w->view.uploads[i])->upload = &w->view.uploads[i];
}

static void note_time(struct watch_group *g, time_t t)
{
    if (t > 0 && (g->oldest == 0 || t < g->oldest))
        g->oldest = t;
    if (t > g->youngest)
        g->youngest = t;
}

static void join_image(struct watch_group *g, size_t region, const struct inventory_image *image)
{
    if (g->image_count == g->image_room) {
        g->image_room = g->image_room == 0 ? 16 : g->image_room * 2;
        g->images = xrealloc(g->images, g->image_room, sizeof(*g->images));
    }
    g->images[g->image_count++] = (struct watch_member){region, image};
    note_time(g, image->created_at);
    g->moves = g->moves || image->state == INVENTORY_AMI_PENDING;
    g->any_public = g->any_public || image->is_public;
    g->signature += texts_hash(image->id) * ((uint64_t)image->state * 2 + image->is_public + 1);
}

static void join_import(const struct watch *w, struct watch_group *g,
                        const struct watch_import *task)
{
    const struct inventory_import *row = task->row;
    note_time(g, w->now - (w->inventory->now_ms - row->seen_at_ms) / 1000);
    g->imports = xrealloc(g->imports, g->import_count + 1, sizeof(*g->imports));
    g->imports[g->import_count++] = task;
    g->moves = g->moves || row->state == INVENTORY_IMPORT_ACTIVE;
    g->signature += texts_hash(row->task_id) * ((uint64_t)row->state + 1) + (uint64_t)row->progress;
}

static void join_listed(struct watch_groups *groups, size_t number,
                        const struct inventory_image *image)
{
    struct watch_group *g = find(groups, key_of_image(image));
    if (g != NULL)
        join_image(g, number, image);
}

static void join_snapshot(struct watch_groups *groups, const struct inventory_snapshot *s)
{
    if (s->release[0] == '\0' || s->state != INVENTORY_SNAPSHOT_PENDING)
        return;
    struct watch_group *g = find(groups, watch_key_of(s->release, s->release_id, true));
    if (g == NULL)
        return;
    g->snapshots++;
    g->moves = true;
    note_time(g, s->started_at);
    g->signature += (uint64_t)s->progress + 1;
}

static void join_region(struct watch_groups *groups, size_t number,
                        const struct inventory_region *region)
{
    for (size_t i = 0; i < region->image_count; i++)
        join_listed(groups, number, &region->images[i]);
    for (size_t i = 0; i < region->snapshot_count; i++)
        join_snapshot(groups, &region->snapshots[i]);
}

/* What a single look missed is taken to be what it was. */
static void join_absent(const struct watch *w, struct watch_groups *groups, size_t number,
                        const struct inventory_region *region)
{
    for (size_t i = 0; i < w->absent_count; i++) {
        const struct watch_absent *a = &w->absent[i];
        if (strcmp(a->region, region->name) != 0)
            continue;
        if (a->kind == INVENTORY_SNAPSHOTS)
            join_snapshot(groups, a->row);
        else
            join_listed(groups, number, a->row);
    }
}

static void join_objects(struct watch_groups *groups, const struct inventory_region *region)
{
    for (size_t i = 0; i < region->object_count; i++) {
        const struct inventory_object *o = &region->objects[i];
        struct watch_group *g = find(groups, (struct watch_key){WATCH_KEY_ID, o->release_id});
        if (g == NULL)
            continue;
        g->objects++;
        note_time(g, o->modified_at);
    }
}

void watch_groups_gather(struct watch *w, struct watch_groups *groups)
{
    *groups = (struct watch_groups){0};
    add_candidates(w, groups);
    for (size_t i = 0; i < w->inventory->region_count; i++) {
        join_region(groups, i, w->inventory->regions[i]);
        join_objects(groups, w->inventory->regions[i]);
        join_absent(w, groups, i, w->inventory->regions[i]);
    }
    for (size_t i = 0; i < w->view.import_count; i++) {
        const struct inventory_import *row = w->view.imports[i].row;
        struct watch_group *g =
            row->release[0] == '\0'
                ? NULL
                : find(groups, watch_key_of(row->release, row->release_id, true));
        if (g != NULL)
            join_import(w, g, &w->view.imports[i]);
    }
    for (size_t i = 0; i < groups->count; i++) {
        struct watch_group *g = &groups->items[i];
        if (g->upload != NULL) {
            g->moves = true;
            note_time(g, g->upload->row->initiated_at);
            g->signature += g->upload->row->bytes;
        }
        if (g->own != NULL)
            note_time(g, g->own->made_at);
    }
}

void watch_groups_free(struct watch_groups *groups)
{
    for (size_t i = 0; i < groups->count; i++) {
        free(groups->items[i].images);
        free(groups->items[i].imports);
    }
    free(groups->items);
    free(groups->slots);
}

/* The life of a watch. */
#include "core/watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/watch_state.h"

struct watch *watch_new(void)
{
    return xcalloc(1, sizeof(struct watch));
}

static void free_list(char **items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(items[i]);
    free(items);
}

static void free_own(struct watch *w)
{
    for (size_t i = 0; i < w->own_count; i++) {
        struct watch_own *own = &w->own[i];
        free(own->id);
        free(own->name);
        free_list(own->regions, own->region_count);
        free_list(own->images, own->image_count);
    }
    free(w->own);
    w->own = NULL;
    w->own_count = 0;
}

void watch_free(struct watch *w)
{
    if (w == NULL)
        return;
    free_own(w);
    for (size_t i = 0; i < w->seen_count; i++) {
        free(w->seen[i].key);
        free(w->seen[i].name);
    }
    free(w->seen);
    free(w->followed);
    watch_changes_free(w);
    watch_tracks_free(&w->tracks);
    watch_absent_free(w);
    arena_free(&w->arena);
    inventory_unref(w->inventory);
    free(w);
}

/* What the plan says; a release that was not resolved yet has no regions. */
static void read_plan(struct watch_own *own, const char *json)
{
    struct err ignored = ERR_INIT;
    struct plan *plan = plan_from_json(json, &ignored);
    if (plan == NULL)
        return;
    own->is_public = plan->is_public;
    own->images = xcalloc(plan->image_count + 1, sizeof(*own->images));
    for (size_t i = 0; i < plan->image_count; i++)
        own->images[own->image_count++] = xstrdup(plan->images[i].name);
    if (plan->region_count > 0)
        own->regions = xcalloc(plan->region_count, sizeof(*own->regions));
    for (size_t i = 0; i < plan->region_count; i++)
        own->regions[own->region_count++] = xstrdup(plan->regions[i].name);
    plan_free(plan);
}

/* A release that `tatami cancel` takes back, or took back, does not go on either. */
static bool is_finished(const struct journal_release *release)
{
    const char *const ended[] = {phase_name(PHASE_DONE), phase_name(PHASE_REFUSED), "cancelling",
                                 "cancelled"};
    for (size_t i = 0; i < ARRAY_LEN(ended); i++)
        if (strcmp(release->phase, ended[i]) == 0)
            return true;
    return false;
}

void watch_set_own(struct watch *w, const struct journal_release *releases, size_t count)
{
    free_own(w);
    w->own = xcalloc(count + 1, sizeof(*w->own));
    for (size_t i = 0; i < count; i++) {
        struct watch_own *own = &w->own[w->own_count++];
        *own = (struct watch_own){
            .id = xstrdup(releases[i].id),
            .name = xstrdup(releases[i].name),
            .finished = is_finished(&releases[i]),
            .made_at = (time_t)releases[i].made_at,
        };
        read_plan(own, releases[i].plan_json);
    }
}

void watch_follow(struct watch *w, const char *release)
{
    free(w->followed);
    w->followed = xstrdup_or_null(release);
}

bool watch_is_whole(const struct inventory *inventory)
{
    return inventory->region_count > 0 && inventory->regions_answered == inventory->region_count;
}

struct watch_seen *watch_seen_get(struct watch *w, struct watch_key key, const char *name)
{
    for (size_t i = 0; i < w->seen_count; i++)
        if (w->seen[i].kind == key.kind && strcmp(w->seen[i].key, key.text) == 0)
            return &w->seen[i];
    w->seen = xrealloc(w->seen, w->seen_count + 1, sizeof(*w->seen));
    struct watch_seen *seen = &w->seen[w->seen_count++];
    *seen = (struct watch_seen){
        .kind = key.kind, .key = xstrdup(key.text), .name = xstrdup(name != NULL ? name : "")};
    return seen;
}

static void count_regions(struct watch *w)
{
    struct watch_counts *n = &w->view.counts;
    n->regions = w->inventory->region_count;
    n->regions_answered = w->inventory->regions_answered;
    n->regions_failed = w->inventory->regions_failed;
    for (size_t i = 0; i < w->inventory->region_count; i++)
        n->regions_throttled += w->inventory->regions[i]->throttled;
}

static size_t count_known(const struct inventory *inventory)
{
    size_t known = 0;
    for (size_t i = 0; i < inventory->region_count; i++)
        for (int k = 0; k < INVENTORY_KINDS; k++)
            known += inventory_known(inventory->regions[i], (enum inventory_kind)k);
    return known;
}

/* What a list says that is read for the first time was there before. */
static void settle_whole(struct watch *w)
{
    size_t known = count_known(w->inventory);
    w->compares = w->whole && known == w->known;
    w->known = known;
    w->whole = watch_is_whole(w->inventory);
}

static void say_usual(const clock_ms seen[2], clock_ms out[2])
{
    out[0] = seen[0] > 0 ? seen[0] : WATCH_USUAL_MS;
    out[1] = seen[1] > 0 ? seen[1] : WATCH_USUAL_MS;
}

static void show_changes(struct watch *w)
{
    uint64_t unread = w->change_number - w->read_number;
    w->view.changes = w->changes;
    w->view.change_count = w->change_count;
    w->view.unread = unread < w->change_count ? (size_t)unread : w->change_count;
    w->view.read_at = w->read_at;
}

const struct watch_view *watch_update(struct watch *w, struct inventory *inventory, time_t now)
{
    w->before = w->inventory;
    w->inventory = inventory_ref(inventory);
    w->now = now;
    if (w->before == NULL)
        w->first_at = w->read_at = now;
    arena_free(&w->arena);
    w->view =
        (struct watch_view){.number = inventory->number, .now_ms = inventory->now_ms, .now = now};
    settle_whole(w);
    watch_diff(w);
    watch_list_imports(w);
    watch_list_pending(w);
    watch_list_uploads(w);
    watch_list_releases(w);
    count_regions(w);
    say_usual(w->import_ms, w->view.usual_import_ms);
    say_usual(w->copy_ms, w->view.usual_copy_ms);
    show_changes(w);
    /* Two inventories of a large account at once are enough: the next one is being read. */
    inventory_unref(w->before);
    w->before = NULL;
    return &w->view;
}

const struct watch_view *watch_view(const struct watch *w)
{
    return w->inventory != NULL ? &w->view : NULL;
}

void watch_mark_read(struct watch *w, time_t now)
{
    w->read_number = w->change_number;
    w->read_at = now;
    show_changes(w);
}

const struct watch_release *watch_find(const struct watch_view *view, const char *release)
{
    for (size_t i = 0; i < view->release_count; i++)
        if (strcmp(view->releases[i].name, release) == 0 ||
            (view->releases[i].id[0] != '\0' && strcmp(view->releases[i].id, release) == 0))
            return &view->releases[i];
    return NULL;
}

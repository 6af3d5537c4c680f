/* The releases of the view: which are in flight, and which have ended. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/watch_group.h"

#define YOUNG_S                                                                                    \
    1800            /* a release in which nothing moves and that is not settled is given so long   \
                     */
#define WAVE_S 300  /* one that stands everywhere and is private */
#define KEPT_S 3600 /* an ended one stays in the list for so long */

/* The index of the name; it is added when it is new. */
static size_t name_index(struct watch_group *g, const char *name)
{
    for (size_t i = 0; i < g->name_count; i++)
        if (strcmp(g->names[i], name) == 0)
            return i;
    g->names[g->name_count] = name;
    return g->name_count++;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void gather_names(struct watch *w, struct watch_group *g)
{
    size_t planned = g->own != NULL ? g->own->image_count : 0;
    g->names =
        texts_take(&w->arena, (g->image_count + g->import_count + planned + 1) * sizeof(*g->names));
    for (size_t i = 0; i < planned; i++)
        name_index(g, texts_copy(&w->arena, g->own->images[i]));
    for (size_t i = 0; i < g->image_count; i++)
        name_index(g, g->images[i].image->name);
    for (size_t i = 0; i < g->import_count; i++)
        if (g->imports[i]->row->image[0] != '\0')
            name_index(g, g->imports[i]->row->image);
    if (g->name_count > 0)
        qsort(g->names, g->name_count, sizeof(*g->names), compare_names);
}

/* Of two AMIs with one name in a region the one that is there is meant, else the younger. */
static bool is_meant(const struct inventory_image *image, const struct inventory_image *before)
{
    bool there = image->state == INVENTORY_AMI_AVAILABLE;
    if (before == NULL || there != (before->state == INVENTORY_AMI_AVAILABLE))
        return before == NULL || there;
    return image->created_at > before->created_at;
}

static void place_images(struct watch *w, struct watch_group *g)
{
    size_t regions = w->inventory->region_count;
    g->meant = texts_take(&w->arena, (g->name_count * regions + 1) * sizeof(*g->meant));
    for (size_t i = 0; i < g->image_count; i++) {
        const struct watch_member *m = &g->images[i];
        const struct inventory_image **meant =
            &g->meant[name_index(g, m->image->name) * regions + m->region];
        if (is_meant(m->image, *meant))
            *meant = m->image;
    }
}

static size_t region_index(const struct watch *w, const char *name)
{
    for (size_t i = 0; i < w->inventory->region_count; i++)
        if (strcmp(w->inventory->regions[i]->name, name) == 0)
            return i;
    return WATCH_NOWHERE;
}

/* By the plan; else where the import is; else where the copies say that they come from; else where
 * an AMI is no copy. */
static size_t home_of(const struct watch *w, const struct watch_group *g)
{
    if (g->own != NULL && g->own->region_count > 0)
        return region_index(w, g->own->regions[0]);
    if (g->import_count > 0)
        return region_index(w, g->imports[0]->region);
    for (size_t i = 0; i < g->image_count; i++)
        if (g->images[i].image->source_region[0] != '\0')
            return region_index(w, g->images[i].image->source_region);
    if (g->upload != NULL)
        return region_index(w, g->upload->region);
    return g->image_count > 0 ? g->images[0].region : WATCH_NOWHERE;
}

/* The wave waits for every required region: after it, what is not there was not asked. */
static bool was_published(const struct watch_group *g)
{
    for (size_t i = 0; i < g->image_count; i++)
        if (!g->images[i].image->is_public)
            return false;
    return g->image_count > 0 && !g->moves;
}

/* How long a release in which nothing moves may yet go on. Where everything stands and is public it
 * has ended. */
static time_t patience_of(const struct watch_group *g, const struct watch_release *r)
{
    size_t is_public = 0, is_private = 0;
    for (size_t i = 0; i < r->cell_count; i++) {
        is_public += r->cells[i].word == WORD_PUBL;
        is_private += r->cells[i].word == WORD_PRIV;
    }
    if (g->image_count == 0 || is_public + is_private < r->wanted ||
        (is_public > 0 && is_private > 0))
        return YOUNG_S;
    return 0;
}

/* One that was seen to become whole may wait for its wave; one that was whole before is settled. */
static bool may_get_wave(const struct watch *w, const struct watch_group *g,
                         const struct watch_seen *seen)
{
    return g->by == WATCH_TAGGED && g->own == NULL && !g->any_public && seen->changed_at != 0 &&
           w->now - seen->changed_at < WAVE_S;
}

/* When anything of it has moved last. */
static time_t last_of(const struct watch_group *g, const struct watch_seen *seen)
{
    return g->youngest > seen->changed_at ? g->youngest : seen->changed_at;
}

static bool is_in_flight(const struct watch *w, const struct watch_group *g,
                         const struct watch_release *r, const struct watch_seen *seen)
{
    if (g->moves || (g->own != NULL && !g->own->finished))
        return true;
    if (g->image_count > 0 && may_get_wave(w, g, seen))
        return true;
    /* AWS's clock may be ahead of this machine's: what has no patience is not young either. */
    time_t patience = patience_of(g, r);
    return g->image_count + g->import_count + g->objects > 0 && patience > 0 &&
           w->now - last_of(g, seen) < patience;
}

static void tell_end(struct watch *w, const struct watch_group *g, const struct watch_release *r)
{
    struct buf what = BUF_INIT;
    bool good = r->failed == 0 && r->done == r->wanted;
    enum word there = r->shall_be_public ? WORD_PUBL : WORD_PRIV;
    buf_add_str(&what, "ended after ");
    watch_add_duration(&what, r->took_ms);
    buf_add_fmt(&what, ": %zu of %zu regions %s", r->done, r->wanted,
                r->shall_be_public ? "public" : "there");
    if (r->failed > 0)
        buf_add_fmt(&what, ", %zu failed", r->failed);
    watch_tell(w, &(struct watch_fact){.word = good            ? there
                                               : r->failed > 0 ? WORD_FAIL
                                                               : WORD_WAIT,
                                       .alarm = WATCH_ENDED,
                                       .release = r->name,
                                       .what = buf_str(&what),
                                       .key = g->key});
    buf_free(&what);
}

/* What is remembered of it, and what that makes of this moment. */
static void note(struct watch *w, const struct watch_group *g, struct watch_release *r)
{
    struct watch_seen *seen = watch_seen_get(w, g->key, g->name);
    if (w->compares && seen->signature != g->signature && seen->signature != 0)
        seen->changed_at = w->now;
    seen->signature = g->signature;
    if (g->oldest > 0 && (seen->started_at == 0 || g->oldest < seen->started_at))
        seen->started_at = g->oldest;
    bool flies = is_in_flight(w, g, r, seen), flew = seen->in_flight;
    seen->in_flight = flies && w->whole;
    seen->ended_at = flies                                          ? 0
                     : flew && g->image_count + g->import_count > 0 ? w->now
                                                                    : seen->ended_at;
    if (!flies && seen->ended_at != 0 && w->now - seen->ended_at > KEPT_S)
        seen->ended_at = 0;
    r->in_flight = flies;
    r->started_at = seen->started_at;
    r->ended_at = seen->ended_at;
    r->failures = seen->failures > r->failed ? seen->failures : r->failed;
    time_t until = flies ? w->now : last_of(g, seen);
    r->took_ms =
        r->started_at > 0 && until > r->started_at ? (clock_ms)(until - r->started_at) * 1000 : 0;
    if (seen->in_flight && !flew && g->oldest >= w->first_at)
        watch_tell(w,
                   &(struct watch_fact){
                       .word = r->stage, .release = r->name, .what = "in flight", .key = g->key});
    /* An upload whose release had no other name goes on under the release's id. */
    if (flew && !flies && g->image_count + g->import_count > 0)
        tell_end(w, g, r);
}

static int compare_releases(const void *a, const void *b)
{
    const struct watch_release *x = a, *y = b;
    int order = y->in_flight - x->in_flight;
    if (order == 0)
        order = (y->by == WATCH_YOURS) - (x->by == WATCH_YOURS);
    if (order == 0 && x->started_at != y->started_at)
        order = x->started_at < y->started_at ? 1 : -1;
    if (order == 0)
        order = strcmp(x->name, y->name);
    return order != 0 ? order : strcmp(x->id, y->id);
}

static void count(struct watch *w, const struct watch_release *r)
{
    struct watch_counts *n = &w->view.counts;
    n->releases += r->in_flight;
    n->yours += r->in_flight && r->by == WATCH_YOURS;
    n->others += r->in_flight && r->by != WATCH_YOURS;
    n->ended += !r->in_flight;
}

void watch_list_releases(struct watch *w)
{
    struct watch_groups groups;
    size_t used = 0;
    watch_groups_gather(w, &groups);
    struct watch_release *list = texts_take(&w->arena, (groups.count + 1) * sizeof(*list));
    for (size_t i = 0; i < groups.count; i++) {
        struct watch_group *g = &groups.items[i];
        gather_names(w, g);
        place_images(w, g);
        g->home = home_of(w, g);
        g->settled_here = g->by == WATCH_NAMED || was_published(g);
        struct watch_release *r = &list[used];
        *r = (struct watch_release){
            .name = g->name, .id = g->id, .by = g->by, .followed = g->followed};
        watch_describe(w, g, r);
        note(w, g, r);
        bool is_there = g->image_count + g->import_count + g->snapshots > 0 || g->upload != NULL;
        if (!r->in_flight && r->ended_at == 0 && !(g->followed && is_there))
            continue;
        count(w, r);
        used++;
    }
    if (used > 0)
        qsort(list, used, sizeof(*list), compare_releases);
    watch_groups_free(&groups);
    w->view.releases = list;
    w->view.release_count = used;
}

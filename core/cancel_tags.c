/* What tags tell of a release whose plan nobody has. */
#include "core/cancel_tags.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

/* What one resource says of its release. */
struct trace {
    const char *release, *id, *image, *bucket;
    bool stays;      /* it is there until somebody takes it away */
    bool unfinished; /* nobody leaves it so who has come to the end */
};

static bool is_at_rest(const struct inventory_image *i)
{
    return i->state == INVENTORY_AMI_AVAILABLE || i->state == INVENTORY_AMI_DISABLED;
}

static struct trace of_image(const struct inventory_image *i)
{
    return (struct trace){.release = i->release_by_tag ? i->release : "",
                          .id = i->release_id,
                          .image = i->image,
                          .bucket = "",
                          .stays = true,
                          .unfinished = !is_at_rest(i)};
}

static bool has_its_ami(const struct inventory_region *g, const struct inventory_snapshot *s)
{
    for (size_t i = 0; i < g->image_count; i++)
        if (strcmp(g->images[i].release_id, s->release_id) == 0 &&
            strcmp(g->images[i].image, s->image) == 0 && is_at_rest(&g->images[i]))
            return true;
    return false;
}

/* It waits for its AMI. Where AMIs could not be read nobody knows whether one uses it; where the
 * image has its AMI it is what an earlier attempt left. */
static struct trace of_snapshot(const struct inventory_region *g,
                                const struct inventory_snapshot *s)
{
    bool waits = inventory_known(g, INVENTORY_IMAGES) && s->users == 0 && !has_its_ami(g, s);
    return (struct trace){.release = s->release,
                          .id = s->release_id,
                          .image = s->image,
                          .bucket = "",
                          .stays = true,
                          .unfinished = waits};
}

/* A task that ended is listed for a week; its snapshot may not be tagged yet. */
static struct trace of_import(const struct inventory_region *g, const struct inventory_import *t)
{
    const struct inventory_snapshot *s = inventory_find_snapshot(g, t->snapshot_id);
    return (struct trace){.release = t->release,
                          .id = t->release_id,
                          .image = t->image,
                          .bucket = t->bucket,
                          .unfinished = t->state == INVENTORY_IMPORT_ACTIVE ||
                                        (s != NULL && s->release_id[0] == '\0')};
}

/* Every resource that bears a release's id. */
static void each_trace(const struct inventory *inventory,
                       void (*each)(void *arg, const struct inventory_region *g,
                                    const struct trace *t),
                       void *arg)
{
    for (size_t r = 0; r < inventory->region_count; r++) {
        const struct inventory_region *g = inventory->regions[r];
        struct trace t;
        for (size_t i = 0; i < g->image_count; i++)
            if ((t = of_image(&g->images[i])).id[0] != '\0')
                each(arg, g, &t);
        for (size_t i = 0; i < g->snapshot_count; i++)
            if ((t = of_snapshot(g, &g->snapshots[i])).id[0] != '\0')
                each(arg, g, &t);
        for (size_t i = 0; i < g->import_count; i++)
            if ((t = of_import(g, &g->imports[i])).id[0] != '\0')
                each(arg, g, &t);
    }
}

/* ---- which release ---- */

struct candidate {
    const char *id, *bucket;
    bool stays, unfinished;
};

struct search {
    const char *name;
    struct candidate *items;
    size_t count;
};

/* As this program makes them: it names files of the state folder. */
static bool is_id(const char *id)
{
    return strlen(id) == sizeof(((struct plan *)NULL)->id) - 1 &&
           strspn(id, "0123456789abcdef") == strlen(id);
}

static void note(void *arg, const struct inventory_region *g, const struct trace *t)
{
    struct search *s = arg;
    size_t i = 0;
    (void)g;
    if (!is_id(t->id) || (strcmp(t->release, s->name) != 0 && strcmp(t->id, s->name) != 0))
        return;
    while (i < s->count && strcmp(s->items[i].id, t->id) != 0)
        i++;
    if (i == s->count) {
        s->items = xrealloc(s->items, s->count + 1, sizeof(*s->items));
        s->items[s->count++] = (struct candidate){.id = t->id, .bucket = ""};
    }
    s->items[i].stays = s->items[i].stays || t->stays;
    s->items[i].unfinished = s->items[i].unfinished || t->unfinished;
    if (t->bucket[0] != '\0')
        s->items[i].bucket = t->bucket;
}

/* This machine knows better than the tags. */
static bool has_ended_here(struct journal *journal, const char *id)
{
    struct journal_release *known = NULL, *open = NULL;
    size_t known_count = 0, open_count = 0;
    bool ended = journal_list(journal, id, false, &known, &known_count, NULL) &&
                 journal_list(journal, id, true, &open, &open_count, NULL) && known_count > 0 &&
                 open_count == 0;
    journal_releases_free(known, known_count);
    journal_releases_free(open, open_count);
    return ended;
}

static size_t unread(const struct inventory *inventory)
{
    size_t n = 0;
    for (size_t r = 0; r < inventory->region_count; r++) {
        const struct inventory_reading *readings = inventory->regions[r]->readings;
        n += readings[INVENTORY_IMAGES].look != INVENTORY_READ ||
             readings[INVENTORY_SNAPSHOTS].look != INVENTORY_READ ||
             readings[INVENTORY_IMPORTS].look != INVENTORY_READ;
    }
    return n;
}

void cancel_tags_free(struct cancel_tags *tags)
{
    free(tags->id);
    free(tags->bucket);
    *tags = (struct cancel_tags){0};
}

bool cancel_tags_find(const struct inventory *inventory, struct journal *journal, const char *name,
                      struct cancel_tags *out, struct err *err)
{
    struct search s = {.name = name};
    bool ok = true;
    *out = (struct cancel_tags){.unread = unread(inventory)};
    each_trace(inventory, note, &s);
    for (size_t i = 0; i < s.count; i++) {
        const struct candidate *c = &s.items[i];
        bool open = c->unfinished && !has_ended_here(journal, c->id);
        out->whole += !open && c->stays;
        if (open && out->id != NULL) {
            ok = err_set(err, ERR_USAGE, "two releases that are called %s are unfinished", name);
            err_advise(err, "name one by its tatami:id: %s or %s", out->id, c->id);
        } else if (open) {
            out->id = xstrdup(c->id);
            out->bucket = c->bucket[0] == '\0' ? NULL : xstrdup(c->bucket);
        }
    }
    free(s.items);
    return ok;
}

/* ---- its plan ---- */

struct building {
    const char *id;
    struct plan *plan;
};

static void add_region(struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->region_count; i++)
        if (strcmp(plan->regions[i].name, name) == 0)
            return;
    plan->regions = xrealloc(plan->regions, plan->region_count + 1, sizeof(*plan->regions));
    struct plan_region *region = &plan->regions[plan->region_count++];
    *region = (struct plan_region){.enabled = true};
    snprintf(region->name, sizeof(region->name), "%s", name);
}

/* What a plan cannot be without stands in it empty. */
static void add_image(struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->image_count; i++)
        if (strcmp(plan->images[i].name, name) == 0)
            return;
    plan->images = xrealloc(plan->images, plan->image_count + 1, sizeof(*plan->images));
    struct plan_image *image = &plan->images[plan->image_count++];
    *image = (struct plan_image){.name = xstrdup(name),
                                 .system = xstrdup(""),
                                 .boot_mode = xstrdup(""),
                                 .volume_type = xstrdup(""),
                                 .disks = xcalloc(1, sizeof(*image->disks)),
                                 .disk_count = 1};
    image->disks[0] = (struct plan_disk){
        .role = xstrdup(""), .path = xstrdup(""), .device = xstrdup(""), .key = xstrdup("")};
}

static void take_trace(void *arg, const struct inventory_region *g, const struct trace *t)
{
    struct building *b = arg;
    if (strcmp(t->id, b->id) != 0)
        return;
    if (b->plan->release == NULL && t->release[0] != '\0')
        b->plan->release = xstrdup(t->release);
    add_region(b->plan, g->name);
    add_image(b->plan, t->image);
}

struct plan *cancel_tags_plan(const struct inventory *inventory, const char *id)
{
    struct building b = {.id = id, .plan = xcalloc(1, sizeof(*b.plan))};
    snprintf(b.plan->id, sizeof(b.plan->id), "%s", id);
    snprintf(b.plan->account, sizeof(b.plan->account), "%s", inventory->account);
    b.plan->identity = xstrdup(inventory->identity);
    b.plan->made_at = clock_calendar();
    b.plan->via = VIA_DIRECT; /* what takes no bucket */
    each_trace(inventory, take_trace, &b);
    /* Where it has nothing yet it may still have something by the time it goes. */
    for (size_t r = 0; r < inventory->region_count; r++)
        add_region(b.plan, inventory->regions[r]->name);
    if (b.plan->release == NULL)
        b.plan->release = xstrdup(id);
    return b.plan;
}

/* What a release does, image by image and region by region. */
#include <stdlib.h>
#include <string.h>

#include "core/watch_group.h"

bool watch_shall_be_public(const struct watch_group *g)
{
    return g->own != NULL && g->own->regions != NULL ? g->own->is_public : g->any_public;
}

bool watch_is_done(const struct watch_group *g, enum word word)
{
    return word == WORD_PUBL || (word == WORD_PRIV && !watch_shall_be_public(g));
}

int watch_word_rank(enum word word)
{
    static const int ranks[WORDS] = {
        [WORD_FAIL] = 0, [WORD_STAL] = 1, [WORD_UPLD] = 2,  [WORD_IMPT] = 3,
        [WORD_COPY] = 4, [WORD_RTRY] = 5, [WORD_WAIT] = 6,  [WORD_PRIV] = 7,
        [WORD_PUBL] = 8, [WORD_DONE] = 9, [WORD_SKIP] = 10,
    };
    return ranks[word];
}

enum word watch_stage(const size_t counts[WORDS])
{
    /* What moves says more than what waits, and what is furthest on its way more than the rest. */
    static const enum word order[] = {WORD_COPY, WORD_IMPT, WORD_UPLD, WORD_STAL, WORD_FAIL,
                                      WORD_RTRY, WORD_WAIT, WORD_PRIV, WORD_PUBL};
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        if (counts[order[i]] > 0)
            return order[i];
    return WORD_SKIP;
}

/* True when the release goes to the region, or may. */
static bool is_wanted(const struct watch *w, const struct watch_group *g, size_t region)
{
    const char *name = w->inventory->regions[region]->name;
    if (g->own == NULL || g->own->regions == NULL) {
        bool stands = false;
        for (size_t i = 0; i < g->name_count; i++)
            stands = stands || g->meant[i * w->inventory->region_count + region] != NULL;
        return stands || !g->settled_here;
    }
    for (size_t i = 0; i < g->own->region_count; i++)
        if (strcmp(g->own->regions[i], name) == 0)
            return true;
    return false;
}

/* A task, or an upload, is of the image that it names; one that names none may be of any. */
static bool is_of(const char *image, const char *name)
{
    return image[0] == '\0' || strcmp(image, name) == 0;
}

/* Before there is an AMI at home. */
static struct watch_stand stand_of_disks(const struct watch_group *g, const char *name)
{
    struct watch_stand s = {.word = WORD_WAIT, .percent = -1, .left_ms = -1};
    size_t failed = 0, ended = 0;
    for (size_t i = 0; i < g->import_count; i++) {
        const struct watch_import *task = g->imports[i];
        if (!is_of(task->row->image, name))
            continue;
        failed += task->word == WORD_FAIL;
        ended += task->word == WORD_DONE;
        if (task->row->state != INVENTORY_IMPORT_ACTIVE)
            continue;
        if (s.word == WORD_WAIT || task->word == WORD_STAL) {
            s = (struct watch_stand){task->word, task->row->progress, task->eta_ms, task->age_ms};
        } else if (task->eta_ms < 0 || (s.left_ms >= 0 && task->eta_ms > s.left_ms)) {
            s.left_ms = task->eta_ms;
        }
    }
    if (s.word != WORD_WAIT)
        return s;
    if (g->upload != NULL || g->snapshots > 0)
        s.word = WORD_UPLD;
    else if (ended > 0)
        s.word = WORD_IMPT;
    else if (failed > 0)
        s.word = WORD_FAIL;
    if (g->upload != NULL)
        s.age_ms = g->upload->age_ms;
    return s;
}

static struct watch_stand stand_of_pending(const struct watch *w, const struct watch_group *g,
                                           const struct inventory_image *image, size_t region)
{
    const struct inventory_region *where = w->inventory->regions[region];
    const struct watch_track *track = watch_track_find(&w->tracks, where->name, image->id);
    clock_ms told = image->created_at > 0 ? (clock_ms)(w->now - image->created_at) * 1000 : 0;
    clock_ms seen = track != NULL ? w->inventory->now_ms - track->first_ms : 0;
    struct watch_stand s = {
        .word = region == g->home ? WORD_IMPT : WORD_COPY,
        .percent = track != NULL ? track->percent : -1,
        .age_ms = told > seen ? told : seen,
    };
    s.left_ms = watch_time_left(s.percent, s.age_ms, watch_usual_copy(w));
    if (track != NULL && track->stalled) {
        s.word = WORD_STAL;
        s.left_ms = -1;
    }
    return s;
}

static struct watch_stand stand_of_image(const struct watch *w, const struct watch_group *g,
                                         const struct inventory_image *image, size_t region)
{
    if (image->state == INVENTORY_AMI_PENDING)
        return stand_of_pending(w, g, image, region);
    bool bad = image->state == INVENTORY_AMI_FAILED || image->state == INVENTORY_AMI_OTHER;
    return (struct watch_stand){
        .word = bad                ? WORD_FAIL
                : image->is_public ? WORD_PUBL
                                   : WORD_PRIV,
        .percent = bad ? -1 : 100,
    };
}

struct watch_stand watch_stand(const struct watch *w, const struct watch_group *g, size_t name,
                               size_t region)
{
    const struct inventory_region *where = w->inventory->regions[region];
    const struct inventory_image *image = g->meant[name * w->inventory->region_count + region];
    const struct inventory_reading *reading = &where->readings[INVENTORY_IMAGES];
    struct watch_stand s = {.word = WORD_WAIT, .percent = -1, .left_ms = -1};
    if (image != NULL)
        s = stand_of_image(w, g, image, region);
    else if (!is_wanted(w, g, region))
        s = (struct watch_stand){.word = WORD_SKIP, .percent = -1};
    else if (inventory_known(where, INVENTORY_IMAGES) && region == g->home)
        s = stand_of_disks(g, g->names[name]);
    bool moves = s.word == WORD_WAIT || s.word == WORD_COPY || s.word == WORD_IMPT;
    if (reading->look == INVENTORY_FAILED && moves) {
        s.word = WORD_RTRY;
        s.left_ms = -1;
    }
    return s;
}

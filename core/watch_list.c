/* The lists of what moves: import tasks, pending AMIs and snapshots, uploads. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/watch_state.h"

clock_ms watch_usual_import(const struct watch *w)
{
    return w->import_ms[1] > 0 ? w->import_ms[1] : WATCH_USUAL_MS;
}

clock_ms watch_usual_copy(const struct watch *w)
{
    return w->copy_ms[1] > 0 ? w->copy_ms[1] : WATCH_USUAL_MS;
}

void watch_learn(clock_ms usual[2], clock_ms took_ms)
{
    if (usual[0] == 0 || took_ms < usual[0])
        usual[0] = took_ms;
    if (took_ms > usual[1])
        usual[1] = took_ms;
}

clock_ms watch_time_left(int percent, clock_ms age_ms, clock_ms usual_ms)
{
    if (percent > 0)
        return percent >= 100 ? 0 : age_ms * (100 - percent) / percent;
    return age_ms < usual_ms ? usual_ms - age_ms : -1;
}

int watch_image_percent(const struct inventory_region *region, const struct inventory_image *image)
{
    int slowest = -1;
    for (size_t i = 0; i < image->snapshot_count; i++) {
        const struct inventory_snapshot *s = inventory_find_snapshot(region, image->snapshots[i]);
        int percent = s == NULL ? -1 : s->state == INVENTORY_SNAPSHOT_COMPLETED ? 100 : s->progress;
        if (percent >= 0 && (slowest < 0 || percent < slowest))
            slowest = percent;
    }
    /* The mappings may be missing while the AMI is pending. */
    for (size_t i = 0; slowest < 0 && i < region->snapshot_count; i++) {
        const struct inventory_snapshot *s = &region->snapshots[i];
        if (s->state == INVENTORY_SNAPSHOT_PENDING && strcmp(s->made_for, image->id) == 0)
            slowest = s->progress;
    }
    return slowest;
}

/* The longer it stands still the surer; what takes longer than usual anyway is given that. */
static bool is_stale(clock_ms idle_ms, clock_ms usual_ms)
{
    return idle_ms > (usual_ms > WATCH_USUAL_MS ? usual_ms : WATCH_USUAL_MS);
}

/* Told once, and once more when it goes on. */
static void tell_stall(struct watch *w, struct watch_track *track, bool stalls,
                       const struct watch_fact *thing, clock_ms idle_ms, const clock_ms usual[2])
{
    struct watch_fact fact = *thing;
    struct buf what = BUF_INIT;
    if (track->stalled == stalls)
        return;
    track->stalled = stalls;
    if (stalls) {
        fact.word = WORD_STAL;
        buf_add_str(&what, "no change for ");
        watch_add_duration(&what, idle_ms);
        buf_add_str(&what, " (usual: ");
        if (usual[0] > 0 && usual[0] < usual[1]) {
            watch_add_duration(&what, usual[0]);
            buf_add_str(&what, " to ");
        }
        watch_add_duration(&what, usual[1] > 0 ? usual[1] : WATCH_USUAL_MS);
        buf_add_char(&what, ')');
    } else {
        buf_add_str(&what, "moves again");
    }
    fact.what = buf_str(&what);
    watch_tell(w, &fact);
    buf_free(&what);
}

/* The track of something, brought up to this update. */
static struct watch_track *follow(struct watch *w, const struct inventory_region *region,
                                  const char *id, enum inventory_kind kind, int percent,
                                  uint64_t bytes)
{
    bool is_new;
    clock_ms now = w->inventory->now_ms;
    struct watch_track *track = watch_track_get(&w->tracks, region->name, id, now, &is_new);
    if (is_new) {
        const struct inventory_region *was =
            w->before == NULL ? NULL : inventory_find_region(w->before, region->name);
        track->first_percent = percent;
        track->told_percent = percent > 0 ? percent : 0;
        track->first_bytes = bytes;
        track->to_start = was != NULL && inventory_known(was, kind);
    } else if (track->percent != percent || track->bytes != bytes) {
        track->moved_ms = now;
    }
    track->percent = percent;
    track->bytes = bytes;
    return track;
}

static int compare_imports(const void *a, const void *b)
{
    const struct watch_import *x = a, *y = b;
    bool x_ended = x->row->state != INVENTORY_IMPORT_ACTIVE;
    bool y_ended = y->row->state != INVENTORY_IMPORT_ACTIVE;
    int order = x_ended - y_ended;
    if (order == 0 && x->age_ms != y->age_ms)
        order = x->age_ms < y->age_ms ? 1 : -1;
    if (order == 0)
        order = strcmp(x->region, y->region);
    return order != 0 ? order : strcmp(x->row->task_id, y->row->task_id);
}

static void count_import(struct watch_counts *n, enum word word)
{
    n->tasks++;
    n->tasks_active += word == WORD_IMPT;
    n->tasks_stalled += word == WORD_STAL;
    n->tasks_done += word == WORD_DONE;
    n->tasks_failed += word == WORD_FAIL;
}

/* EC2 does not say when a task began: of one that was there before only the pace since then counts.
 */
static clock_ms import_left(const struct watch *w, const struct inventory_import *row,
                            const struct watch_track *track, clock_ms age_ms)
{
    int since = row->progress - track->first_percent;
    if (row->seen_to_start)
        return watch_time_left(row->progress, age_ms, watch_usual_import(w));
    return track->first_percent >= 0 && since > 0 ? age_ms * (100 - row->progress) / since : -1;
}

static struct watch_import import_of(struct watch *w, const struct inventory_region *region,
                                     const struct inventory_import *row)
{
    static const enum word words[] = {
        [INVENTORY_IMPORT_ACTIVE] = WORD_IMPT,
        [INVENTORY_IMPORT_COMPLETED] = WORD_DONE,
        [INVENTORY_IMPORT_ENDED] = WORD_FAIL,
    };
    clock_ms now = w->inventory->now_ms;
    bool active = row->state == INVENTORY_IMPORT_ACTIVE;
    struct watch_import i = {
        .region = region->name,
        .row = row,
        .word = words[row->state],
        .age_ms = (active ? now : row->moved_at_ms) - row->seen_at_ms,
        .age_at_least = !row->seen_to_start,
        .idle_ms = active ? now - row->moved_at_ms : 0,
        .eta_ms = active ? -1 : 0,
    };
    struct watch_track *track =
        follow(w, region, row->task_id, INVENTORY_IMPORTS, row->progress, 0);
    struct watch_fact fact = {.word = WORD_IMPT,
                              .region = region->name,
                              .release = row->release,
                              .id = row->task_id,
                              .image = row->image};
    bool stale = active && is_stale(i.idle_ms, watch_usual_import(w));
    tell_stall(w, track, stale, &fact, i.idle_ms, w->import_ms);
    if (stale)
        i.word = WORD_STAL;
    else if (active)
        i.eta_ms = import_left(w, row, track, i.age_ms);
    return i;
}

void watch_list_imports(struct watch *w)
{
    size_t count = 0, used = 0;
    for (size_t i = 0; i < w->inventory->region_count; i++)
        count += w->inventory->regions[i]->import_count;
    struct watch_import *list = texts_take(&w->arena, (count + 1) * sizeof(*list));
    for (size_t i = 0; i < w->inventory->region_count; i++) {
        const struct inventory_region *region = w->inventory->regions[i];
        for (size_t k = 0; k < region->import_count; k++) {
            list[used] = import_of(w, region, &region->imports[k]);
            count_import(&w->view.counts, list[used++].word);
        }
    }
    if (used > 0)
        qsort(list, used, sizeof(*list), compare_imports);
    w->view.imports = list;
    w->view.import_count = used;
}

static clock_ms age_of(const struct watch *w, time_t began, const struct watch_track *track)
{
    clock_ms seen = w->inventory->now_ms - track->first_ms;
    clock_ms told = began > 0 ? (clock_ms)(w->now - began) * 1000 : 0;
    return told > seen ? told : seen;
}

static void finish_pending(struct watch *w, struct watch_pending *p, struct watch_track *track,
                           time_t began, const struct watch_fact *fact)
{
    p->age_ms = age_of(w, began, track);
    p->idle_ms = w->inventory->now_ms - track->moved_ms;
    bool stale = is_stale(p->idle_ms, watch_usual_copy(w));
    tell_stall(w, track, stale, fact, p->idle_ms, w->copy_ms);
    p->eta_ms = stale ? -1 : watch_time_left(p->percent, p->age_ms, watch_usual_copy(w));
    if (stale)
        p->word = WORD_STAL;
}

static struct watch_pending pending_image(struct watch *w, const struct inventory_region *region,
                                          const struct inventory_image *row)
{
    struct watch_pending p = {
        .kind = WATCH_PENDING_IMAGE,
        .region = region->name,
        .id = row->id,
        .name = row->name,
        .release = row->release,
        .word = row->source_id[0] != '\0' ? WORD_COPY : WORD_IMPT,
        .percent = watch_image_percent(region, row),
    };
    struct watch_fact fact = {.word = p.word,
                              .region = region->name,
                              .release = row->release,
                              .id = row->id,
                              .image = row->name};
    finish_pending(w, &p, follow(w, region, row->id, INVENTORY_IMAGES, p.percent, 0),
                   row->created_at, &fact);
    return p;
}

static struct watch_pending pending_snapshot(struct watch *w, const struct inventory_region *region,
                                             const struct inventory_snapshot *row)
{
    struct watch_pending p = {
        .kind = WATCH_PENDING_SNAPSHOT,
        .region = region->name,
        .id = row->id,
        .name = row->description,
        .release = row->release,
        .word = strncmp(row->description, "Copied ", 7) == 0 ? WORD_COPY : WORD_UPLD,
        .percent = row->progress,
    };
    struct watch_fact fact = {
        .word = p.word, .region = region->name, .release = row->release, .id = row->id};
    finish_pending(w, &p, follow(w, region, row->id, INVENTORY_SNAPSHOTS, p.percent, 0),
                   row->started_at, &fact);
    return p;
}

/* One that is part of a pending AMI or of an import task shows there. */
static bool stands_alone(const struct inventory_region *region, const struct inventory_snapshot *s)
{
    const struct inventory_image *image =
        s->made_for[0] != '\0' ? inventory_find_image(region, s->made_for) : NULL;
    return s->state == INVENTORY_SNAPSHOT_PENDING &&
           strstr(s->description, "import-snap-") == NULL && s->users == 0 &&
           (image == NULL || image->state != INVENTORY_AMI_PENDING);
}

static int compare_pending(const void *a, const void *b)
{
    const struct watch_pending *x = a, *y = b;
    if (x->age_ms != y->age_ms)
        return x->age_ms < y->age_ms ? 1 : -1;
    int order = strcmp(x->region, y->region);
    return order != 0 ? order : strcmp(x->id, y->id);
}

/* A list that grows. */
struct pending_list {
    struct watch_pending *rows;
    size_t count, room;
};

static void add_pending(struct pending_list *list, const struct watch_pending *row)
{
    if (list->count == list->room) {
        list->room = list->room == 0 ? 64 : list->room * 2;
        list->rows = xrealloc(list->rows, list->room, sizeof(*list->rows));
    }
    list->rows[list->count++] = *row;
}

static void list_pending_of(struct watch *w, const struct inventory_region *region,
                            struct pending_list *list)
{
    for (size_t i = 0; i < region->image_count; i++) {
        if (region->images[i].state != INVENTORY_AMI_PENDING)
            continue;
        struct watch_pending row = pending_image(w, region, &region->images[i]);
        add_pending(list, &row);
        w->view.counts.pending_images++;
    }
    for (size_t i = 0; i < region->snapshot_count; i++) {
        if (!stands_alone(region, &region->snapshots[i]))
            continue;
        struct watch_pending row = pending_snapshot(w, region, &region->snapshots[i]);
        add_pending(list, &row);
        w->view.counts.pending_snapshots++;
    }
}

void watch_list_pending(struct watch *w)
{
    struct pending_list found = {.rows = NULL};
    for (size_t i = 0; i < w->inventory->region_count; i++)
        list_pending_of(w, w->inventory->regions[i], &found);
    struct watch_pending *list = found.rows;
    size_t count = found.count;
    struct watch_pending *kept = texts_take(&w->arena, (count + 1) * sizeof(*kept));
    if (count > 0) {
        qsort(list, count, sizeof(*list), compare_pending);
        memcpy(kept, list, count * sizeof(*kept));
    }
    free(list);
    w->view.pending = kept;
    w->view.pending_count = count;
}

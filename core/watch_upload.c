/* The list of unfinished uploads, tatami's and others'. */
#include <stdlib.h>
#include <string.h>

#include "core/plan_build.h"
#include "core/watch_state.h"

static int compare_uploads(const void *a, const void *b)
{
    const struct watch_upload *x = a, *y = b;
    if (x->age_ms != y->age_ms)
        return x->age_ms < y->age_ms ? 1 : -1;
    return strcmp(x->row->upload_id, y->row->upload_id);
}

static struct watch_upload upload_of(struct watch *w, const struct inventory_region *region,
                                     const struct inventory_upload *row)
{
    clock_ms now = w->inventory->now_ms;
    bool is_new;
    struct watch_track *track =
        watch_track_get(&w->tracks, region->name, row->upload_id, now, &is_new);
    if (is_new)
        track->first_bytes = row->bytes;
    char *release = plan_staging_release(row->key);
    clock_ms seen_ms = now - track->first_ms;
    clock_ms told_ms = row->initiated_at > 0 ? (clock_ms)(w->now - row->initiated_at) * 1000 : 0;
    struct watch_upload u = {
        .region = region->name,
        .row = row,
        .release = texts_copy(&w->arena, release),
        .word = now - row->moved_at_ms > WATCH_USUAL_MS ? WORD_STAL : WORD_UPLD,
        .age_ms = told_ms > seen_ms ? told_ms : seen_ms,
        .idle_ms = now - row->moved_at_ms,
        .rate = seen_ms > 0 && row->bytes > track->first_bytes
                    ? (row->bytes - track->first_bytes) * 1000 / (uint64_t)seen_ms
                    : 0,
    };
    free(release);
    return u;
}

void watch_list_uploads(struct watch *w)
{
    size_t count = 0, used = 0;
    for (size_t i = 0; i < w->inventory->region_count; i++)
        count += w->inventory->regions[i]->upload_count;
    struct watch_upload *list = texts_take(&w->arena, (count + 1) * sizeof(*list));
    for (size_t i = 0; i < w->inventory->region_count; i++) {
        const struct inventory_region *region = w->inventory->regions[i];
        w->view.uploads_visible =
            w->view.uploads_visible || inventory_known(region, INVENTORY_UPLOADS);
        for (size_t k = 0; k < region->upload_count; k++)
            list[used++] = upload_of(w, region, &region->uploads[k]);
    }
    if (used > 0)
        qsort(list, used, sizeof(*list), compare_uploads);
    w->view.uploads = list;
    w->view.upload_count = w->view.counts.uploads = used;
}

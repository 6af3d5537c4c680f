/* What differs between two inventories: import tasks and uploads. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/watch_state.h"

/* Percent between two lines about one task. */
#define PROGRESS_STEP 20

static struct watch_fact fact_of(const struct inventory_region *region,
                                 const struct inventory_import *t)
{
    struct watch_fact fact = {.region = region->name,
                              .release = t->release,
                              .id = t->task_id,
                              .image = t->image,
                              .has_progress = true,
                              .progress = t->progress};
    if (t->release[0] != '\0')
        fact.key = watch_key_of(t->release, t->release_id, true);
    return fact;
}

static void tell_new(struct watch *w, const struct inventory_region *region,
                     const struct inventory_import *t)
{
    struct watch_fact fact = fact_of(region, t);
    char what[400];
    static const enum word words[] = {
        [INVENTORY_IMPORT_ACTIVE] = WORD_IMPT,
        [INVENTORY_IMPORT_COMPLETED] = WORD_DONE,
        [INVENTORY_IMPORT_ENDED] = WORD_FAIL,
    };
    fact.word = words[t->state];
    if (t->state == INVENTORY_IMPORT_ACTIVE)
        snprintf(what, sizeof(what), "import started");
    else
        snprintf(what, sizeof(what), "%s%s%s", t->state_text,
                 t->message[0] != '\0' || t->snapshot_id[0] != '\0' ? ": " : "",
                 t->state == INVENTORY_IMPORT_COMPLETED ? t->snapshot_id : t->message);
    fact.what = what;
    watch_tell(w, &fact);
}

/* Small steps are no news; the track keeps the percent that was told last. */
static void tell_progress(struct watch *w, const struct inventory_region *region,
                          const struct inventory_import *was, const struct inventory_import *is)
{
    struct watch_track *track = watch_track_find(&w->tracks, region->name, is->task_id);
    bool said = strcmp(was->message, is->message) != 0 && is->message[0] != '\0';
    int from = track != NULL ? track->told_percent : was->progress;
    bool stepped = is->progress >= 0 && is->progress / PROGRESS_STEP > from / PROGRESS_STEP;
    char what[400];
    if (is->state != INVENTORY_IMPORT_ACTIVE || (!said && !stepped))
        return;
    if (track != NULL && is->progress >= 0)
        track->told_percent = is->progress;
    struct watch_fact fact = fact_of(region, is);
    int length = stepped ? snprintf(what, sizeof(what), "%d%% to %d%%", from, is->progress) : 0;
    snprintf(what + length, sizeof(what) - (size_t)length, "%s%s", stepped && said ? ", " : "",
             said ? is->message : "");
    fact.word = WORD_IMPT;
    fact.what = what;
    watch_tell(w, &fact);
}

static void learn(struct watch *w, const struct inventory_import *was,
                  const struct inventory_import *is)
{
    if (is->seen_to_start && was->state == INVENTORY_IMPORT_ACTIVE &&
        is->state == INVENTORY_IMPORT_COMPLETED)
        watch_learn(w->import_ms, is->moved_at_ms - is->seen_at_ms);
}

void watch_diff_imports(struct watch *w, const struct inventory_region *was,
                        const struct inventory_region *is)
{
    size_t a = 0;
    for (size_t b = 0; b < is->import_count; b++) {
        const struct inventory_import *task = &is->imports[b];
        while (a < was->import_count && strcmp(was->imports[a].task_id, task->task_id) < 0)
            a++;
        const struct inventory_import *old = a < was->import_count ? &was->imports[a] : NULL;
        if (old == NULL || strcmp(old->task_id, task->task_id) != 0) {
            tell_new(w, is, task);
        } else if (old->state != task->state) {
            learn(w, old, task);
            tell_new(w, is, task);
        } else {
            tell_progress(w, is, old, task);
        }
    }
}

static const struct inventory_upload *find_upload(const struct inventory_region *region,
                                                  const char *upload_id)
{
    for (size_t i = 0; i < region->upload_count; i++)
        if (strcmp(region->uploads[i].upload_id, upload_id) == 0)
            return &region->uploads[i];
    return NULL;
}

static bool has_object(const struct inventory_region *region, const struct inventory_upload *u)
{
    for (size_t i = 0; i < region->object_count; i++)
        if (strcmp(region->objects[i].bucket, u->bucket) == 0 &&
            strcmp(region->objects[i].key, u->key) == 0)
            return true;
    return false;
}

static void tell_upload(struct watch *w, const struct inventory_region *region,
                        const struct inventory_upload *u, enum word word, const char *verb)
{
    char what[1400];
    snprintf(what, sizeof(what), "%s: s3://%s/%s, %u parts, %" PRIu64 " MiB", verb, u->bucket,
             u->key, u->parts, u->bytes >> 20);
    watch_tell(w, &(struct watch_fact){
                      .word = word, .region = region->name, .id = u->upload_id, .what = what});
}

/* Whether an upload that is gone was completed, only an object can tell. */
void watch_diff_uploads(struct watch *w, const struct inventory_region *was,
                        const struct inventory_region *is)
{
    for (size_t i = 0; i < is->upload_count; i++)
        if (find_upload(was, is->uploads[i].upload_id) == NULL)
            tell_upload(w, is, &is->uploads[i], WORD_UPLD, "upload started");
    for (size_t i = 0; i < was->upload_count; i++) {
        if (find_upload(is, was->uploads[i].upload_id) != NULL)
            continue;
        bool there = has_object(is, &was->uploads[i]);
        tell_upload(w, is, &was->uploads[i], there ? WORD_DONE : WORD_SKIP,
                    there ? "upload completed" : "upload ended");
    }
}

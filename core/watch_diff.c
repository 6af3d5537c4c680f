/* What differs between two inventories: regions, AMIs and snapshots. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "core/watch_state.h"

static struct watch_fact fact_of_image(const struct inventory_region *region,
                                       const struct inventory_image *i)
{
    return (struct watch_fact){
        .region = region->name,
        .release = i->release,
        .id = i->id,
        .image = i->name,
        .key = watch_key_of(i->release, i->release_id, i->release_by_tag),
    };
}

static void tell_state(struct watch *w, struct watch_fact fact, const struct inventory_image *i,
                       bool is_new)
{
    bool copied = i->source_id[0] != '\0';
    static const enum word words[] = {
        [INVENTORY_AMI_AVAILABLE] = WORD_PRIV, [INVENTORY_AMI_PENDING] = WORD_COPY,
        [INVENTORY_AMI_DISABLED] = WORD_SKIP,  [INVENTORY_AMI_FAILED] = WORD_FAIL,
        [INVENTORY_AMI_OTHER] = WORD_FAIL,
    };
    char what[320];
    fact.word = words[i->state];
    if (i->state == INVENTORY_AMI_PENDING)
        snprintf(what, sizeof(what), "%s", copied ? "copy started" : "registration started");
    else if (i->state_reason[0] != '\0')
        snprintf(what, sizeof(what), "%s: %s", i->state_text, i->state_reason);
    else
        snprintf(what, sizeof(what), "%s%s", is_new ? "new, " : "", i->state_text);
    if (i->state == INVENTORY_AMI_PENDING && !copied)
        fact.word = WORD_IMPT;
    if (i->state == INVENTORY_AMI_AVAILABLE && i->is_public)
        fact.word = WORD_PUBL;
    fact.what = what;
    watch_tell(w, &fact);
}

static void learn(struct watch *w, const struct inventory_region *region,
                  const struct inventory_image *was, const struct inventory_image *is)
{
    const struct watch_track *track = watch_track_find(&w->tracks, region->name, is->id);
    if (track != NULL && track->to_start && was->state == INVENTORY_AMI_PENDING &&
        is->state == INVENTORY_AMI_AVAILABLE && is->source_id[0] != '\0')
        watch_learn(w->copy_ms, w->inventory->now_ms - track->first_ms);
}

static void tell_more(struct watch *w, struct watch_fact fact, enum word word, const char *what)
{
    fact.word = word;
    fact.what = what;
    watch_tell(w, &fact);
}

static void compare_images(struct watch *w, const struct inventory_region *region,
                           const struct inventory_image *was, const struct inventory_image *is)
{
    struct watch_fact fact = fact_of_image(region, is);
    bool guarded =
        is->protection == INVENTORY_PROTECTED || is->protection == INVENTORY_PROTECTED_COOLDOWN;
    if (was->state != is->state || strcmp(was->state_text, is->state_text) != 0) {
        learn(w, region, was, is);
        tell_state(w, fact, is, false);
    }
    if (was->is_public != is->is_public)
        tell_more(w, fact, is->is_public ? WORD_PUBL : WORD_PRIV,
                  is->is_public ? "public" : "private again");
    if (was->protection != is->protection)
        tell_more(w, fact, is->is_public ? WORD_PUBL : WORD_PRIV,
                  guarded ? "protected from deregistration" : "protection lifted");
    /* EC2 deprecates by itself what becomes public. */
    if (was->deprecated_at != is->deprecated_at && was->is_public == is->is_public)
        tell_more(w, fact, is->is_public ? WORD_PUBL : WORD_PRIV,
                  is->deprecated_at != 0 ? "deprecation set" : "deprecation lifted");
}

static void tell_deregistered(struct watch *w, const struct inventory_region *is, const void *row)
{
    tell_more(w, fact_of_image(is, row), WORD_SKIP, "deregistered");
}

/* One that a single look missed is the one that it was. */
static void tell_found(struct watch *w, const struct inventory_region *is,
                       const struct inventory_image *image)
{
    struct watch_absent *missed = watch_absent_find(w, INVENTORY_IMAGES, is->name, image->id);
    if (missed == NULL) {
        tell_state(w, fact_of_image(is, image), image, true);
        return;
    }
    compare_images(w, is, missed->row, image);
    watch_absent_drop(w, missed);
}

void watch_diff_images(struct watch *w, const struct inventory_region *was,
                       const struct inventory_region *is)
{
    size_t a = 0, b = 0;
    while (a < was->image_count || b < is->image_count) {
        int order = a == was->image_count  ? 1
                    : b == is->image_count ? -1
                                           : strcmp(was->images[a].id, is->images[b].id);
        if (order < 0)
            watch_absent_add(w, INVENTORY_IMAGES, was, is, was->images[a].id, &was->images[a]);
        else if (order > 0)
            tell_found(w, is, &is->images[b]);
        else
            compare_images(w, is, &was->images[a], &is->images[b]);
        a += order <= 0;
        b += order >= 0;
    }
    watch_absent_settle(w, INVENTORY_IMAGES, is, tell_deregistered);
}

static struct watch_fact fact_of_snapshot(const struct inventory_region *region,
                                          const struct inventory_snapshot *s)
{
    struct watch_fact fact = {
        .region = region->name, .release = s->release, .id = s->id, .image = s->image};
    if (s->release[0] != '\0')
        fact.key = watch_key_of(s->release, s->release_id, true);
    return fact;
}

/* What an AMI or an import task tells of is not told twice. */
static bool is_told_by_others(const struct inventory_snapshot *s)
{
    return s->users > 0 || s->made_for[0] != '\0' || strstr(s->description, "import-snap-") != NULL;
}

static void tell_snapshot(struct watch *w, const struct inventory_region *region,
                          const struct inventory_snapshot *s, bool is_new)
{
    char what[320];
    struct watch_fact fact = fact_of_snapshot(region, s);
    bool pending = s->state == INVENTORY_SNAPSHOT_PENDING;
    bool failed = s->state == INVENTORY_SNAPSHOT_ERROR;
    if (is_told_by_others(s) && !failed)
        return;
    snprintf(what, sizeof(what), "snapshot %s%s%s%s", is_new && !pending ? "new, " : "",
             pending ? "started" : s->state_text, s->state_message[0] != '\0' ? ": " : "",
             s->state_message);
    fact.word = failed ? WORD_FAIL : pending ? WORD_UPLD : WORD_DONE;
    fact.what = what;
    watch_tell(w, &fact);
}

static void tell_deleted(struct watch *w, const struct inventory_region *is, const void *row)
{
    tell_more(w, fact_of_snapshot(is, row), WORD_SKIP, "snapshot deleted");
}

static void compare_snapshots(struct watch *w, const struct inventory_region *region,
                              const struct inventory_snapshot *was,
                              const struct inventory_snapshot *is)
{
    struct watch_absent *missed =
        was == NULL ? watch_absent_find(w, INVENTORY_SNAPSHOTS, region->name, is->id) : NULL;
    const struct inventory_snapshot *known = missed != NULL ? missed->row : was;
    if (known == NULL || known->state != is->state)
        tell_snapshot(w, region, is, known == NULL);
    if (missed != NULL)
        watch_absent_drop(w, missed);
}

void watch_diff_snapshots(struct watch *w, const struct inventory_region *was,
                          const struct inventory_region *is)
{
    size_t a = 0, b = 0;
    while (a < was->snapshot_count || b < is->snapshot_count) {
        int order = a == was->snapshot_count  ? 1
                    : b == is->snapshot_count ? -1
                                              : strcmp(was->snapshots[a].id, is->snapshots[b].id);
        if (order < 0)
            watch_absent_add(w, INVENTORY_SNAPSHOTS, was, is, was->snapshots[a].id,
                             &was->snapshots[a]);
        else
            compare_snapshots(w, is, order == 0 ? &was->snapshots[a] : NULL, &is->snapshots[b]);
        a += order <= 0;
        b += order >= 0;
    }
    watch_absent_settle(w, INVENTORY_SNAPSHOTS, is, tell_deleted);
}

/* The first of a region's readings that fails with this kind of error; NULL for none. */
static const struct inventory_reading *failing(const struct inventory_region *region,
                                               enum err_kind kind)
{
    for (int i = 0; i < INVENTORY_KINDS; i++)
        if (region->readings[i].look == INVENTORY_FAILED && region->readings[i].err.kind == kind)
            return &region->readings[i];
    return NULL;
}

/* One that all others share needs no name. */
static const char *kind_named(const struct inventory_region *region,
                              const struct inventory_reading *reading)
{
    bool alone = false;
    for (int i = 0; i < INVENTORY_KINDS; i++)
        alone = alone || region->readings[i].look == INVENTORY_READ;
    return alone ? inventory_kind_name((enum inventory_kind)(reading - region->readings)) : "";
}

static void tell_failing(struct watch *w, const struct inventory_region *region,
                         const struct inventory_reading *reading)
{
    char what[640];
    const char *name = kind_named(region, reading);
    snprintf(what, sizeof(what), "%s%scannot be read: %s", name, name[0] != '\0' ? " " : "",
             reading->err.message[0] != '\0' ? reading->err.message
                                             : err_kind_name(reading->err.kind));
    watch_tell(w, &(struct watch_fact){.word = WORD_RTRY,
                                       .region = region->name,
                                       .what = what,
                                       .code = reading->err.code,
                                       .request_id = reading->err.request_id});
}

/* What fails alike is told once, and so is that nothing fails any more. */
static void compare_readings(struct watch *w, const struct inventory_region *was,
                             const struct inventory_region *is)
{
    bool failed = false, fails = false;
    for (int kind = 0; kind < ERR_KINDS; kind++) {
        const struct inventory_reading *old = failing(was, (enum err_kind)kind);
        const struct inventory_reading *new = failing(is, (enum err_kind)kind);
        failed = failed || old != NULL;
        fails = fails || new != NULL;
        if (old == NULL && new != NULL)
            tell_failing(w, is, new);
    }
    if (failed && !fails)
        watch_tell(w, &(struct watch_fact){
                          .word = WORD_DONE, .region = is->name, .what = "answers again"});
    if (was->throttled != is->throttled)
        watch_tell(w, &(struct watch_fact){.word = is->throttled ? WORD_RTRY : WORD_DONE,
                                           .region = is->name,
                                           .what = is->throttled ? "AWS throttles: asked less often"
                                                                 : "asked as often as before"});
}

static void compare_regions(struct watch *w, const struct inventory_region *was,
                            const struct inventory_region *is)
{
    static void (*const diffs[INVENTORY_KINDS])(struct watch *, const struct inventory_region *,
                                                const struct inventory_region *) = {
        [INVENTORY_IMAGES] = watch_diff_images,
        [INVENTORY_SNAPSHOTS] = watch_diff_snapshots,
        [INVENTORY_IMPORTS] = watch_diff_imports,
        [INVENTORY_UPLOADS] = watch_diff_uploads,
    };
    compare_readings(w, was, is);
    for (int i = 0; i < INVENTORY_KINDS; i++)
        if (diffs[i] != NULL && was->readings[i].read_at_ms != 0 &&
            was->readings[i].read_at_ms != is->readings[i].read_at_ms)
            diffs[i](w, was, is);
}

void watch_diff(struct watch *w)
{
    static const struct inventory_region nothing;
    for (size_t i = 0; i < w->inventory->region_count; i++) {
        const struct inventory_region *is = w->inventory->regions[i];
        const struct inventory_region *was =
            w->before == NULL ? NULL : inventory_find_region(w->before, is->name);
        if (was == is)
            continue;
        if (was == NULL)
            compare_readings(w, &nothing, is);
        else
            compare_regions(w, was, is);
    }
}

/* Watching: at most one Describe of each kind a region and round, and what its answers mean. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/engine.h"
#include "core/verify.h"

#define POLL_FIRST_MS       100
#define POLL_MOST_MS        15000
#define POLL_FAILED_MOST_MS 60000
/* What was read back may lag behind what was asked for so long; then it is a difference. */
#define LAG_MS 60000
/* An AMI that the tag does not find for so long is looked up by its id. */
#define UNSEEN_MS 60000
/* So long after an AMI was made or taken up again, EC2 knows its id or never will. */
#define YOUNG_MS (15 * 60000)

void engine_watch(struct release *r, size_t region)
{
    struct engine_region *g = &r->regions[region];
    clock_ms at = clock_now_ms() + POLL_FIRST_MS;
    if (g->poll_at == 0 || g->poll_at > at)
        g->poll_at = at;
}

/* What a cell in this state needs to be read. */
static const struct {
    bool images, snapshots;
} needs[CELL_STATES] = {
    [CELL_PENDING] = {true, true},        [CELL_VERIFYING] = {true, true},
    [CELL_CHECKING] = {true, true},       [CELL_PUBLISHING] = {.images = true},
    [CELL_CONFIRMING] = {.images = true}, [CELL_RECEDING] = {.images = true},
};

/* What was available may still fail: who waits for the wave is watched until it comes. */
static bool needs_images(const struct release *r, const struct engine_cell *c)
{
    bool waits = c->state == CELL_READY && r->phase != PHASE_DONE && engine_cell_wants_public(r, c);
    return c->ami != NULL && (waits || needs[c->state].images);
}

static struct step *poll_step(struct release *r, size_t region)
{
    struct step *s = step_new(STEP_POLL, r->plan, STEP_NO_INDEX, STEP_NO_INDEX, region);
    for (size_t i = 0; i < r->plan->image_count; i++) {
        const struct engine_cell *c = engine_cell_at(r, i, region);
        s->images = s->images || needs_images(r, c);
        s->snapshots = s->snapshots || needs[c->state].snapshots;
    }
    for (size_t i = 0; region == 0 && i < r->disk_count; i++) {
        s->imports = s->imports || r->disks[i].state == DISK_IMPORTING;
        s->snapshots = s->snapshots || r->disks[i].state == DISK_PENDING;
    }
    if (s->images || s->snapshots || s->imports)
        return s;
    step_free(s);
    return NULL;
}

void engine_poll_due(struct release *r)
{
    clock_ms now = clock_now_ms();
    for (size_t i = 0; i < r->plan->region_count; i++) {
        struct engine_region *g = &r->regions[i];
        if (g->poll_at == 0 || g->poll_at > now || g->poll_out)
            continue;
        struct step *s = poll_step(r, i);
        g->poll_at = 0;
        if (s == NULL)
            continue;
        g->poll_out = true;
        engine_ask(r, s);
    }
}

clock_ms engine_next_poll(const struct release *r)
{
    clock_ms next = CLOCK_NEVER;
    for (size_t i = 0; i < r->plan->region_count; i++) {
        const struct engine_region *g = &r->regions[i];
        if (!g->poll_out && g->poll_at != 0 && g->poll_at < next)
            next = g->poll_at;
    }
    return next;
}

/* A wait is looked at after 0.1 s, then each time that it is half as old again. */
static clock_ms interval_of(clock_ms since)
{
    clock_ms half = (clock_now_ms() - since) / 2;
    return half < POLL_FIRST_MS ? POLL_FIRST_MS : half > POLL_MOST_MS ? POLL_MOST_MS : half;
}

static bool is_watched(const struct engine_disk *d)
{
    return d->state == DISK_IMPORTING || d->state == DISK_PENDING;
}

/* The youngest wait of a region sets its pace. */
static clock_ms region_interval(struct release *r, size_t region)
{
    clock_ms interval = POLL_MOST_MS;
    for (size_t i = 0; i < r->plan->image_count; i++) {
        const struct engine_cell *c = engine_cell_at(r, i, region);
        if (needs[c->state].images)
            interval = clock_earlier(interval, interval_of(c->stage_at));
    }
    for (size_t i = 0; region == 0 && i < r->disk_count; i++)
        if (is_watched(&r->disks[i]))
            interval = clock_earlier(interval, interval_of(r->disks[i].stage_at));
    return interval;
}

/* A region that does not answer is asked half as often each time. */
static clock_ms backed_off(clock_ms interval, int failed)
{
    for (int i = 0; i < failed && interval < POLL_FAILED_MOST_MS; i++)
        interval *= 2;
    return clock_earlier(interval, POLL_FAILED_MOST_MS);
}

static void poll_again(struct release *r, size_t region)
{
    struct engine_region *g = &r->regions[region];
    g->poll_out = false;
    if (g->poll_at != 0)
        return; /* something new to watch has asked for an early one */
    g->poll_at = clock_now_ms() + backed_off(region_interval(r, region), g->polls_failed);
}

static void read_snapshots(struct engine_cell *c, const struct ec2_image *ami)
{
    for (size_t i = 0; i < c->snapshot_count; i++)
        free(c->snapshots[i]);
    c->snapshots = xrealloc(c->snapshots, ami->device_count + 1, sizeof(*c->snapshots));
    c->snapshot_count = 0;
    for (size_t i = 0; i < ami->device_count; i++)
        if (ami->devices[i].snapshot_id != NULL)
            c->snapshots[c->snapshot_count++] = xstrdup(ami->devices[i].snapshot_id);
}

/* The mean progress of the snapshots that a pending copy fills. */
static void read_progress(struct release *r, struct engine_cell *c,
                          const struct ec2_snapshots *snapshots)
{
    const char *name = r->plan->images[c->image].name;
    int sum = 0, count = 0;
    for (size_t i = 0; i < snapshots->count; i++) {
        const struct ec2_snapshot *s = &snapshots->items[i];
        const char *image = ec2_snapshot_tag(s, "tatami:image");
        if (image == NULL || strcmp(image, name) != 0)
            continue;
        sum += s->state == EC2_SNAPSHOT_COMPLETED ? 100 : s->progress > 0 ? s->progress : 0;
        count++;
    }
    size_t disks = r->plan->images[c->image].disk_count;
    int percent = count == 0 ? 0 : sum / (int)disks;
    if (c->region == 0 || percent <= c->percent)
        return;
    c->percent = percent > 100 ? 100 : percent;
    c->moved_at = clock_now_ms();
    r->changed = true;
}

/* A disabled AMI, or a state that nobody here knows, is for a person to look at: it is not EC2 that
 * gave it up. */
static void fail_ami(struct release *r, struct engine_cell *c, const struct ec2_image *ami)
{
    struct err err = ERR_INIT;
    bool given_up = ami->state == EC2_IMAGE_FAILED || ami->state == EC2_IMAGE_GONE;
    err_set(&err, given_up ? ERR_FAILED : ERR_BLOCKED, "EC2 ended the AMI %s as %s: %s", ami->id,
            ami->state_text == NULL ? "?" : ami->state_text,
            ami->state_reason == NULL ? "no reason is given" : ami->state_reason);
    snprintf(err.operation, sizeof(err.operation), "%s",
             step_name(c->region == 0 ? STEP_REGISTER : STEP_COPY));
    snprintf(err.region, sizeof(err.region), "%s", r->plan->regions[c->region].name);
    snprintf(err.code, sizeof(err.code), "%s", ami->state_code == NULL ? "" : ami->state_code);
    err_advise(&err, given_up ? "r tries again with a new AMI; x leaves the region out"
                              : "look at it in the EC2 console, then r reads it again");
    engine_cell_fail(r, c, &err);
}

/* A difference is a failure only once it cannot be lag any more. */
static void differs(struct release *r, struct engine_cell *c, const struct err *err)
{
    clock_ms now = clock_now_ms();
    if (c->differs_since == 0)
        c->differs_since = now;
    else if (now - c->differs_since > LAG_MS)
        engine_cell_fail(r, c, err);
}

static void read_pending(struct release *r, struct engine_cell *c, const struct ec2_image *ami,
                         const struct ec2_snapshots *snapshots)
{
    read_progress(r, c, snapshots);
    if (ami->state == EC2_IMAGE_AVAILABLE)
        engine_cell(r, c, CELL_EVENT_AVAILABLE);
}

static void read_verifying(struct release *r, struct engine_cell *c, const struct ec2_image *ami,
                           const struct ec2_snapshots *snapshots)
{
    size_t disks = r->plan->images[c->image].disk_count;
    const char **imported = xcalloc(disks, sizeof(*imported));
    for (size_t i = 0; i < disks; i++)
        imported[i] = engine_disk_at(r, c->image, i)->snapshot_id;
    char *digest = engine_digest(r, c->image);
    struct verify v = {
        .plan = r->plan,
        .image = c->image,
        .region = c->region,
        .attempt = c->attempt,
        .digest = digest,
        .source_id = c->source,
        .snapshot_ids = c->region == 0 ? imported : NULL,
        .settled = c->state == CELL_CHECKING,
        .ami = ami,
        .snapshots = snapshots,
    };
    struct err err = ERR_INIT;
    bool ok = verify_ami(&v, &err);
    free(imported);
    free(digest);
    if (!ok) {
        differs(r, c, &err);
        return;
    }
    c->percent = 100;
    read_snapshots(c, ami);
    engine_cell_read(r, c);
}

static void read_permission(struct release *r, struct engine_cell *c, const struct ec2_image *ami,
                            const struct ec2_snapshots *snapshots)
{
    (void)snapshots;
    bool asked = c->state == CELL_CONFIRMING;
    if (ami->is_public == asked) {
        engine_cell(r, c, asked ? CELL_EVENT_SEEN_PUBLIC : CELL_EVENT_SEEN_PRIVATE);
        return;
    }
    struct err err = ERR_INIT;
    err_set(&err, ERR_VERIFY,
            "EC2 accepted the launch permission, but %s is still %s when read back", ami->id,
            asked ? "private" : "public");
    snprintf(err.operation, sizeof(err.operation), "ModifyImageAttribute");
    snprintf(err.region, sizeof(err.region), "%s", r->plan->regions[c->region].name);
    err_advise(&err, "r asks again; x leaves the region out");
    differs(r, c, &err);
}

/* There only an AMI that fails means anything. */
static void read_nothing(struct release *r, struct engine_cell *c, const struct ec2_image *ami,
                         const struct ec2_snapshots *snapshots)
{
    (void)r, (void)c, (void)ami, (void)snapshots;
}

/* What an AMI as read back means to its cell, by the cell's state. */
static void read_ami(struct release *r, struct engine_cell *c, const struct ec2_image *ami,
                     const struct ec2_snapshots *snapshots)
{
    static void (*const readers[CELL_STATES])(struct release * r, struct engine_cell * c,
                                              const struct ec2_image *ami,
                                              const struct ec2_snapshots *snapshots) = {
        [CELL_PENDING] = read_pending,     [CELL_VERIFYING] = read_verifying,
        [CELL_CHECKING] = read_verifying,  [CELL_READY] = read_nothing,
        [CELL_PUBLISHING] = read_nothing,  [CELL_CONFIRMING] = read_permission,
        [CELL_RECEDING] = read_permission,
    };
    if (readers[c->state] == NULL)
        return;
    c->seen_at = clock_now_ms();
    c->unseen = false;
    c->is_read = true;
    c->is_public = ami->is_public;
    bool working = ami->state == EC2_IMAGE_PENDING || ami->state == EC2_IMAGE_AVAILABLE ||
                   ami->state == EC2_IMAGE_TRANSIENT;
    if (working)
        readers[c->state](r, c, ami, snapshots);
    else
        fail_ami(r, c, ami);
}

static const struct ec2_image *ami_with(const struct ec2_images *list, const char *id)
{
    for (size_t i = 0; id != NULL && i < list->count; i++)
        if (strcmp(list->items[i].id, id) == 0)
            return &list->items[i];
    return NULL;
}

static void look_up(struct release *r, struct engine_cell *c)
{
    struct step *s = step_new(STEP_LOOK, r->plan, c->image, STEP_NO_INDEX, c->region);
    s->id = xstrdup(c->ami);
    c->seen_at = clock_now_ms();
    engine_ask(r, s);
}

static void read_cells(struct release *r, const struct step *s)
{
    for (size_t i = 0; i < r->plan->image_count; i++) {
        struct engine_cell *c = engine_cell_at(r, i, s->region);
        if (!needs_images(r, c))
            continue;
        const struct ec2_image *ami = ami_with(&s->image_list, c->ami);
        c->unseen = ami == NULL;
        if (ami != NULL)
            read_ami(r, c, ami, &s->snapshot_list);
        else if (clock_now_ms() - c->seen_at > UNSEEN_MS)
            look_up(r, c);
    }
}

static void read_imports(struct release *r, const struct step *s)
{
    for (size_t d = 0; d < r->disk_count; d++)
        for (size_t i = 0; i < s->import_list.count; i++)
            if (r->disks[d].task_id != NULL &&
                strcmp(s->import_list.items[i].task_id, r->disks[d].task_id) == 0)
                engine_disk_import(r, &r->disks[d], &s->import_list.items[i]);
}

/* A region that does not answer holds its own cells only; one that refuses fails them. */
static void poll_failed(struct release *r, struct step *s)
{
    struct engine_region *g = &r->regions[s->region];
    bool passing = err_is_passing(s->err.kind) || s->err.kind == ERR_NOT_FOUND;
    if (g->poll_err.kind == ERR_NONE)
        engine_tell_retry(r, STEP_NO_INDEX, s->region, "reading", &s->err);
    g->poll_err = s->err;
    g->polls_failed++;
    r->changed = true;
    if (passing)
        return;
    for (size_t i = 0; i < r->plan->image_count; i++)
        if (needs_images(r, engine_cell_at(r, i, s->region)))
            engine_cell_fail(r, engine_cell_at(r, i, s->region), &s->err);
    for (size_t i = 0; s->region == 0 && i < r->disk_count; i++)
        if (is_watched(&r->disks[i]))
            engine_disk_fail(r, &r->disks[i], &s->err);
}

void engine_poll_result(struct release *r, struct step *s)
{
    if (s->ok) {
        if (r->regions[s->region].poll_err.kind != ERR_NONE)
            engine_tell(r, EVENT_INFO, "%s: reading works again", r->plan->regions[s->region].name);
        r->regions[s->region].poll_err = ERR_INIT;
        r->regions[s->region].polls_failed = 0;
        if (s->imports)
            read_imports(r, s);
        for (size_t i = 0; s->region == 0 && s->snapshots && i < r->disk_count; i++)
            engine_direct_read(r, &r->disks[i], &s->snapshot_list);
        if (s->images)
            read_cells(r, s);
    } else {
        poll_failed(r, s);
    }
    poll_again(r, s->region);
}

/* Neither the tag nor the id finds it. A young one may not be known yet; one that was verified, or
 * that failed before, has been taken away. */
static void ami_gone(struct release *r, struct engine_cell *c)
{
    struct err err = ERR_INIT;
    bool known = engine_cell_verified(c) || c->was_spoiled;
    if (!known && clock_now_ms() - c->stage_at < YOUNG_MS)
        return;
    err_set(&err, ERR_FAILED, "the AMI %s is no longer there", c->ami);
    snprintf(err.operation, sizeof(err.operation), "DescribeImages");
    snprintf(err.region, sizeof(err.region), "%s", r->plan->regions[c->region].name);
    err_advise(&err, "r makes it anew; x leaves the region out");
    c->is_public = false;
    engine_cell_fail(r, c, &err);
}

void engine_look_result(struct release *r, struct step *s)
{
    struct engine_cell *c = engine_cell_at(r, s->image, s->region);
    const struct ec2_image *ami = s->ok ? ami_with(&s->image_list, c->ami) : NULL;
    if (ami != NULL)
        read_ami(r, c, ami, &s->snapshot_list);
    else if (s->ok || s->err.kind == ERR_NOT_FOUND)
        ami_gone(r, c);
    /* Seen only by its id: it lacks our tag, and the next look comes as late as the first. */
    c->seen_at = clock_now_ms();
}

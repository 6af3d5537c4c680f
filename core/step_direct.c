/* Steps of a disk that goes by EBS direct: its pending snapshot, from the start to the completion.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aws/ebs.h"
#include "base/mem.h"
#include "core/plan_text.h"
#include "core/source_open.h"
#include "core/step_run.h"

/* EBS direct API Reference, StartSnapshot: the longest time without a block or the completion. */
#define TIMEOUT_MOST_MIN 4320
#define GIB              (UINT64_C(1) << 30)

static const struct plan_image *image_of(const struct step *s)
{
    return &s->plan->images[s->image];
}

static const struct plan_disk *disk_of(const struct step *s)
{
    return &image_of(s)->disks[s->disk];
}

static bool file_is_needed(const struct step *s, struct err *err)
{
    err_set(err, ERR_INPUT, "the bytes of %s are still needed, and there is no such file here",
            disk_of(s)->path);
    return err_advise(err, "put the file there, or run `tatami resume %s` where it is",
                      s->plan->release);
}

bool step_open_source(struct step *s, struct call *c, struct err *err)
{
    (void)c;
    bool is_file = strcmp(disk_of(s)->path, "-") != 0;
    if (is_file && access(disk_of(s)->path, F_OK) != 0 && errno == ENOENT)
        return file_is_needed(s, err);
    if (!step_open_file(s, err))
        return false;
    s->source = source_open(s->local, (uint64_t)plan_snapshot_gib(disk_of(s)) * GIB, err);
    return s->source != NULL;
}

/* The plan stands in the tags of the release's first snapshot: whoever finds it can go on. */
static void add_plan(const struct step *s, struct tag **tags, size_t *count)
{
    if (s->image != 0 || s->disk != 0)
        return;
    char *text = plan_to_json(s->plan);
    plan_text_add(text, plan_text_room(s->plan), tags, count);
    free(text);
}

static char *key_arn(const struct step *s, const char *region)
{
    const char *key = s->plan->kms_key;
    if (key == NULL || strncmp(key, "arn:", 4) == 0)
        return xstrdup_or_null(key);
    return xasprintf("arn:%s:kms:%s:%s:key/%s", plan_partition(region), region, s->plan->account,
                     key);
}

bool step_start_snapshot(struct step *s, struct call *c, struct err *err)
{
    struct tag *tags = NULL;
    size_t count = 0;
    char token[65];
    plan_tags(s->plan, image_of(s), disk_of(s)->role, NULL, s->attempt, &tags, &count);
    add_plan(s, &tags, &count);
    plan_token(s->plan, image_of(s)->name, disk_of(s)->role, call_region(c), "StartSnapshot",
               s->attempt, token);
    char *key = key_arn(s, call_region(c));
    struct ebs_start start = {
        .volume_gib = plan_snapshot_gib(disk_of(s)),
        .description = image_of(s)->name,
        .token = token,
        .parent_id = disk_of(s)->parent,
        .kms_key_arn = key,
        .timeout_min = TIMEOUT_MOST_MIN,
        .tags = tags,
        .tag_count = count,
    };
    bool ok = ebs_start_snapshot(c, &start, &s->result, err);
    plan_tags_free(tags, count);
    free(key);
    return ok;
}

static bool is(const struct ec2_snapshot *snapshot, const char *key, const char *wanted)
{
    const char *value = ec2_snapshot_tag(snapshot, key);
    return value != NULL && strcmp(value, wanted) == 0;
}

/* It is this disk's, of an attempt before this one. */
static bool is_dead(const struct step *s, const struct ec2_snapshot *snapshot)
{
    const char *attempt = ec2_snapshot_tag(snapshot, "tatami:attempt");
    return is(snapshot, "tatami:image", image_of(s)->name) &&
           is(snapshot, "tatami:disk", disk_of(s)->role) && attempt != NULL &&
           atoi(attempt) < s->attempt;
}

bool step_clear_snapshots(struct step *s, struct call *c, struct err *err)
{
    struct ec2_snapshot_filter own = {.tag_key = "tatami:id", .tag_value = s->plan->id};
    struct ec2_snapshots found;
    bool ok = ec2_describe_snapshots(c, &own, &found, err);
    for (size_t i = 0; ok && i < found.count; i++)
        if (is_dead(s, &found.items[i]))
            ok = ec2_delete_snapshot(c, found.items[i].id, err) || err->kind == ERR_NOT_FOUND;
    ec2_snapshots_free(&found);
    return ok;
}

bool step_note_snapshot(struct step *s, struct call *c, struct err *err)
{
    struct tag *tags = NULL;
    size_t count = 0;
    plan_tags(s->plan, image_of(s), disk_of(s)->role, s->digest, s->attempt, &tags, &count);
    tags = xrealloc(tags, count + 1, sizeof(*tags));
    tags[count++] = (struct tag){xstrdup(PLAN_TAG_BLOCKS), xstrdup(s->seal)};
    const char *const ids[] = {s->id};
    bool ok = ec2_create_tags(c, ids, 1, tags, count, err);
    plan_tags_free(tags, count);
    return ok;
}

bool step_complete_snapshot(struct step *s, struct call *c, struct err *err)
{
    char *checksum = NULL;
    long long blocks = strtoll(s->seal, &checksum, 10);
    checksum += *checksum == ' ';
    return ebs_complete_snapshot(c, s->id, blocks, checksum, err);
}

/* Steps of a disk: staging object, import, snapshot. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/plan_text.h"
#include "core/step_run.h"
#include "core/sums.h"
#include "core/upload.h"

static const struct plan_image *image_of(const struct step *s)
{
    return &s->plan->images[s->image];
}

static const struct plan_disk *disk_of(const struct step *s)
{
    return &image_of(s)->disks[s->disk];
}

static struct s3_object object_of(const struct step *s)
{
    return (struct s3_object){s->plan->bucket, disk_of(s)->key};
}

static const char *tag_value(const struct tag *tags, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(tags[i].key, key) == 0)
            return tags[i].value;
    return "";
}

/* The object has the right size; is its content this disk's? */
static bool compare_object(struct step *s, const struct tag *tags, size_t count, struct err *err)
{
    const char *theirs = tag_value(tags, count, "tatami:digest");
    bool own = strcmp(tag_value(tags, count, "tatami:id"), s->plan->id) == 0;
    if (theirs[0] == '\0' && !own)
        return true;
    /* What was sent is known from the journal; the file alone cannot say it. */
    if (theirs[0] == '\0' && s->digest == NULL)
        return true;
    char mine[DIGEST_TEXT_SIZE];
    if (!upload_digest(s->local, NULL, s->cancel, mine, err))
        return false;
    if (strcmp(theirs[0] == '\0' ? s->digest : theirs, mine) == 0) {
        s->object_is_ours = true;
        s->result = xstrdup(mine);
    }
    return true;
}

/* The sum of the plan holds for the bytes that are sent: they may be sent by another run, or long
 * after the plan was agreed to. */
static bool has_sum(const struct step *s, const struct plan_disk *disk, struct err *err)
{
    char hex[SUMS_HEX_SIZE];
    if (disk->sha256 == NULL || image_mark_same(&s->local->mark, &disk->summed))
        return true;
    if (!sums_file(disk->path, s->cancel, hex, err) || !image_unchanged(s->local, err))
        return false;
    if (strcmp(hex, disk->sha256) == 0)
        return true;
    err_set(err, ERR_INPUT, "%s has the SHA-256 %s, the plan was made with %s", disk->path, hex,
            disk->sha256);
    return err_advise(err, "put the file of the plan back, or start a new release");
}

static bool has_size(const struct step *s, const struct plan_disk *disk, struct err *err)
{
    if (s->local->file_bytes == disk->file_bytes)
        return true;
    err_set(err, ERR_INPUT, "%s has %llu bytes, the plan was made with %llu", disk->path,
            (unsigned long long)s->local->file_bytes, (unsigned long long)disk->file_bytes);
    return err_advise(err, "put the file of the plan back, or start a new release");
}

bool step_open_file(struct step *s, struct err *err)
{
    const struct plan_disk *disk = disk_of(s);
    if (s->local != NULL)
        return has_size(s, disk, err);
    s->local = image_open(disk->path, err);
    if (s->local == NULL && strcmp(disk->path, IMAGE_STDIN) == 0)
        err_advise(err, "cancel the release (`tatami cancel %s`) and start it anew",
                   s->plan->release);
    if (s->local == NULL || (has_size(s, disk, err) && has_sum(s, disk, err)))
        return s->local != NULL;
    image_close(s->local);
    s->local = NULL;
    return false;
}

/* Without the file its content can only be what this release has marked the object with. */
static bool trust_object(struct step *s, const struct tag *tags, size_t count)
{
    const char *digest = tag_value(tags, count, "tatami:digest");
    if (strcmp(tag_value(tags, count, "tatami:id"), s->plan->id) != 0 || digest[0] == '\0')
        return false;
    s->object_is_ours = true;
    s->result = xstrdup(digest);
    return true;
}

static bool file_is_needed(const struct step *s, struct err *err)
{
    err_set(err, ERR_INPUT, "the bytes of %s are still needed, and there is no such file here",
            disk_of(s)->path);
    return err_advise(err, "put the file there, or run `tatami resume %s` where it is",
                      s->plan->release);
}

bool step_check_object(struct step *s, struct call *c, struct err *err)
{
    struct s3_head head;
    bool absent = s->local == NULL && access(disk_of(s)->path, F_OK) != 0 && errno == ENOENT;
    if (!absent && !step_open_file(s, err))
        return false;
    if (!s3_head_object(c, object_of(s), &head, err))
        return false;
    if (s->etag != NULL && s->digest != NULL && head.exists && strcmp(head.etag, s->etag) == 0) {
        s->object_is_ours = true;
        s->result = xstrdup(s->digest);
        return true;
    }
    bool candidate = head.exists && head.size_bytes == disk_of(s)->file_bytes;
    if (!candidate)
        return !absent || file_is_needed(s, err);
    struct tag *tags = NULL;
    size_t count = 0;
    bool ok = s3_get_tags(c, object_of(s), &tags, &count, err);
    if (ok)
        ok = absent ? trust_object(s, tags, count) || file_is_needed(s, err)
                    : compare_object(s, tags, count, err);
    s3_tags_free(tags, count);
    return ok;
}

/* An upload that this release opened and whose answer was lost; the newest one. */
static bool find_upload(struct step *s, struct call *c, struct err *err)
{
    struct s3_upload *uploads = NULL;
    size_t count = 0;
    if (!s3_list_uploads(c, s->plan->bucket, disk_of(s)->key, &uploads, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(uploads[i].key, disk_of(s)->key) != 0)
            continue;
        free(s->result);
        s->result = xstrdup(uploads[i].upload_id);
    }
    s3_uploads_free(uploads, count);
    return true;
}

bool step_open_upload(struct step *s, struct call *c, struct err *err)
{
    if (s->asked_before && !find_upload(s, c, err))
        return false;
    if (s->result != NULL)
        return true;
    struct tag *tags = NULL;
    size_t count = 0;
    plan_object_tags(s->plan, image_of(s), disk_of(s)->role, NULL, s->attempt, &tags, &count);
    bool ok = s3_create_upload(c, object_of(s), tags, count, &s->result, err);
    plan_tags_free(tags, count);
    return ok;
}

bool step_complete_upload(struct step *s, struct call *c, struct err *err)
{
    return s3_complete_upload(c, object_of(s), s->id, s->parts, s->part_count, s->size_bytes, err);
}

bool step_mark_object(struct step *s, struct call *c, struct err *err)
{
    struct tag *tags = NULL;
    size_t count = 0;
    plan_object_tags(s->plan, image_of(s), disk_of(s)->role, s->digest, s->attempt, &tags, &count);
    bool ok = s3_put_tags(c, object_of(s), tags, count, err);
    plan_tags_free(tags, count);
    return ok;
}

/* The object, and every upload that is still open below its key: lost answers may have opened more
 * than one. */
bool step_delete_object(struct step *s, struct call *c, struct err *err)
{
    struct s3_upload *uploads = NULL;
    size_t count = 0;
    if (!s3_delete_object(c, object_of(s), err) ||
        !s3_list_uploads(c, s->plan->bucket, disk_of(s)->key, &uploads, &count, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        struct s3_object open = {s->plan->bucket, uploads[i].key};
        ok = strcmp(uploads[i].key, disk_of(s)->key) != 0 ||
             s3_abort_upload(c, open, uploads[i].upload_id, err);
    }
    s3_uploads_free(uploads, count);
    return ok;
}

static bool is_this_import(const struct step *s, const struct ec2_import *import)
{
    char attempt[16];
    snprintf(attempt, sizeof(attempt), "%d", s->attempt);
    const char *id = ec2_import_tag(import, "tatami:id");
    const char *image = ec2_import_tag(import, "tatami:image");
    const char *disk = ec2_import_tag(import, "tatami:disk");
    const char *tried = ec2_import_tag(import, "tatami:attempt");
    return id != NULL && image != NULL && disk != NULL && tried != NULL &&
           strcmp(id, s->plan->id) == 0 && strcmp(image, image_of(s)->name) == 0 &&
           strcmp(disk, disk_of(s)->role) == 0 && strcmp(tried, attempt) == 0;
}

static bool find_import(struct step *s, struct call *c, struct err *err)
{
    struct ec2_imports found;
    if (!ec2_describe_imports(c, &found, err))
        return false;
    for (size_t i = 0; i < found.count && s->result == NULL; i++)
        if (is_this_import(s, &found.items[i]))
            s->result = xstrdup(found.items[i].task_id);
    ec2_imports_free(&found);
    return true;
}

/* A task that another program began for this very object: it gets our tags instead of a twin. */
static bool take_import(struct step *s, struct call *c, const struct tag *tags, size_t count,
                        struct err *err)
{
    const char *const ids[] = {s->id};
    bool ok = ec2_create_tags(c, ids, 1, tags, count, err);
    s->result = ok ? xstrdup(s->id) : NULL;
    return ok;
}

static const char *import_format(enum image_format format)
{
    static const char *const words[IMAGE_FORMATS] = {
        [IMAGE_RAW] = "RAW", [IMAGE_VHD] = "VHD", [IMAGE_VHDX] = "VHDX", [IMAGE_VMDK] = "VMDK"};
    return words[format];
}

bool step_import(struct step *s, struct call *c, struct err *err)
{
    if (s->asked_before && !find_import(s, c, err))
        return false;
    if (s->result != NULL)
        return true;
    struct tag *tags = NULL;
    size_t count = 0;
    char token[65];
    plan_tags(s->plan, image_of(s), disk_of(s)->role, s->digest, s->attempt, &tags, &count);
    if (s->id != NULL) {
        bool tagged = take_import(s, c, tags, count, err);
        plan_tags_free(tags, count);
        return tagged;
    }
    plan_token(s->plan, image_of(s)->name, disk_of(s)->role, call_region(c), "ImportSnapshot",
               s->attempt, token);
    struct ec2_import_snapshot import = {
        .format = import_format(disk_of(s)->format),
        .bucket = s->plan->bucket,
        .key = disk_of(s)->key,
        .description = image_of(s)->name,
        .role = s->plan->import_role,
        .token = token,
        .kms_key_id = s->plan->kms_key,
        .tags = tags,
        .tag_count = count,
    };
    bool ok = ec2_import_snapshot(c, &import, &s->result, err);
    plan_tags_free(tags, count);
    return ok;
}

/* VM Import reads the object for minutes. Whoever releases under the same name from another machine
 * may have replaced or deleted it meanwhile; then nobody knows what the snapshot holds. */
static bool still_ours(struct step *s, struct call *c, struct err *err)
{
    struct tag *tags = NULL;
    size_t count = 0;
    bool there = s3_get_tags(c, object_of(s), &tags, &count, err);
    if (!there && err->kind != ERR_NOT_FOUND)
        return false;
    bool same = there && strcmp(tag_value(tags, count, "tatami:id"), s->plan->id) == 0 &&
                s->digest != NULL &&
                strcmp(tag_value(tags, count, "tatami:digest"), s->digest) == 0;
    s3_tags_free(tags, count);
    if (same)
        return true;
    err_set(err, ERR_VERIFY, "the staging object was %s while it was imported, so %s is not used",
            there ? "replaced" : "deleted", s->id);
    return err_advise(err, "see who else releases %s, delete %s, then r sends the disk again",
                      s->plan->release, s->id);
}

bool step_tag_snapshot(struct step *s, struct call *c, struct err *err)
{
    if (!s->asked_before && !still_ours(s, c, err))
        return false;
    struct tag *tags = NULL;
    size_t count = 0;
    plan_tags(s->plan, image_of(s), disk_of(s)->role, s->digest, s->attempt, &tags, &count);
    if (s->text != NULL)
        plan_text_add(s->text, plan_text_room(s->plan), &tags, &count);
    const char *const ids[] = {s->id};
    bool ok = ec2_create_tags(c, ids, 1, tags, count, err);
    plan_tags_free(tags, count);
    return ok;
}

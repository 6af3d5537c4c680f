/* What S3 says of a bucket. */
#include "core/inventory_store.h"

#include <stdlib.h>
#include <string.h>

#include "aws/s3.h"
#include "aws/tags.h"
#include "core/plan.h"

static const char *word(struct inventory_builder *b, const char *from)
{
    return texts_word(&b->arena, &b->words, from);
}

static const struct inventory_object *object_before(const struct inventory_place *before,
                                                    const struct inventory_object *object)
{
    for (size_t i = 0; i < before->region.object_count; i++) {
        const struct inventory_object *was = &before->region.objects[i];
        if (strcmp(was->bucket, object->bucket) == 0 && strcmp(was->key, object->key) == 0 &&
            was->modified_at == object->modified_at && was->bytes == object->bytes)
            return was;
    }
    return NULL;
}

/* Whose it is; an object whose tags cannot be read is shown without. */
static bool add_tags(struct call *c, struct inventory_builder *b, struct inventory_object *object,
                     struct err *err)
{
    struct tag *tags = NULL;
    size_t count = 0;
    struct s3_object which = {object->bucket, object->key};
    if (!s3_get_tags(c, which, &tags, &count, err))
        return err->kind != ERR_CANCELLED;
    object->release = word(b, tags_find(tags, count, "tatami:release"));
    object->release_id = word(b, tags_find(tags, count, "tatami:id"));
    s3_tags_free(tags, count);
    return true;
}

/* A release's lease and plan lie beside its staging objects (core/lease.h): they are in use, or
 * what another machine goes on with, and nothing that was left behind. */
static bool is_plan(const char *key)
{
    const char *leaf = strrchr(key, '/');
    return leaf == NULL || leaf[1] == '=';
}

bool inventory_store_objects(struct call *c, const char *bucket,
                             const struct inventory_place *before, struct inventory_builder *b,
                             struct err *err)
{
    struct s3_objects listed = {0};
    bool ok = s3_list_objects(c, bucket, PLAN_STAGING_PREFIX, &listed, err);
    for (size_t i = 0; ok && i < listed.count; i++) {
        struct inventory_object *object = inventory_builder_add(b);
        *object = (struct inventory_object){
            .bucket = word(b, bucket),
            .key = word(b, listed.items[i].key),
            .bytes = listed.items[i].size_bytes,
            .modified_at = listed.items[i].modified > 0 ? listed.items[i].modified : 0,
            .release = "",
            .release_id = "",
            .is_plan = is_plan(listed.items[i].key),
        };
        const struct inventory_object *was = object_before(before, object);
        if (was != NULL) {
            object->release = word(b, was->release);
            object->release_id = word(b, was->release_id);
        } else if (!object->is_plan) {
            ok = add_tags(c, b, object, err);
        }
    }
    s3_objects_free(&listed);
    return ok;
}

static clock_ms moved_at(const struct inventory_place *before, const struct inventory_upload *now)
{
    for (size_t i = 0; i < before->region.upload_count; i++) {
        const struct inventory_upload *was = &before->region.uploads[i];
        if (strcmp(was->upload_id, now->upload_id) == 0 && was->bytes == now->bytes)
            return was->moved_at_ms;
    }
    return clock_now_ms();
}

/* False when the list cannot be read; an upload that has ended meanwhile is none. */
static bool add_upload(struct call *c, const char *bucket, const struct s3_upload *listed,
                       const struct inventory_place *before, struct inventory_builder *b,
                       struct err *err)
{
    struct s3_part *parts = NULL;
    size_t count = 0;
    struct s3_object which = {bucket, listed->key};
    if (!s3_list_parts(c, which, listed->upload_id, &parts, &count, err))
        return err->kind == ERR_NOT_FOUND;
    struct inventory_upload *upload = inventory_builder_add(b);
    *upload = (struct inventory_upload){
        .bucket = word(b, bucket),
        .key = word(b, listed->key),
        .upload_id = word(b, listed->upload_id),
        .initiated_at = listed->initiated > 0 ? listed->initiated : 0,
        .parts = (unsigned)count,
    };
    for (size_t i = 0; i < count; i++) {
        upload->bytes += parts[i].size_bytes;
        if (parts[i].modified > upload->last_part_at)
            upload->last_part_at = parts[i].modified;
    }
    upload->moved_at_ms = moved_at(before, upload);
    free(parts);
    return true;
}

bool inventory_store_uploads(struct call *c, const char *bucket,
                             const struct inventory_place *before, struct inventory_builder *b,
                             struct err *err)
{
    struct s3_upload *uploads = NULL;
    size_t count = 0;
    bool ok = s3_list_uploads(c, bucket, "", &uploads, &count, err);
    for (size_t i = 0; ok && i < count; i++)
        ok = add_upload(c, bucket, &uploads[i], before, b, err);
    s3_uploads_free(uploads, count);
    return ok;
}

/* Buckets, objects and uploads as they lie in memory. */
#include "aws/sim/s3_store.h"
#include "aws/sim/mem.h"
#include <stdlib.h>
#include <string.h>

static struct s3_bucket *buckets; /* ascending by name */

struct s3_bucket *s3_buckets(void)
{
    return buckets;
}

static struct s3_bucket *find_bucket(const char *name)
{
    struct s3_bucket *bucket = buckets;
    while (bucket != NULL && strcmp(bucket->name, name) != 0)
        bucket = bucket->next;
    return bucket;
}

const struct s3_bucket *s3_find_bucket(const char *name)
{
    return find_bucket(name);
}

struct s3_object *s3_get(struct s3_bucket *bucket, const char *key)
{
    struct s3_object *object = bucket->objects;
    while (object != NULL && strcmp(object->key, key) != 0)
        object = object->next;
    return object;
}

const struct s3_object *s3_find_object(const char *bucket, const char *key)
{
    struct s3_bucket *found = find_bucket(bucket);
    return found != NULL ? s3_get(found, key) : NULL;
}

struct s3_bucket *s3_add_bucket(const char *name, const struct region *region,
                                struct account *owner, int64_t now_ms)
{
    struct s3_bucket **place = &buckets;
    while (*place != NULL && strcmp((*place)->name, name) < 0)
        place = &(*place)->next;
    struct s3_bucket *bucket = xcalloc(1, sizeof(*bucket));
    *bucket = (struct s3_bucket){.name = xstrdup(name),
                                 .region = region,
                                 .owner = owner,
                                 .created_ms = now_ms,
                                 .next = *place};
    *place = bucket;
    return bucket;
}

static void free_object(struct s3_object *object)
{
    free(object->key);
    free(object->etag);
    free(object->checksum_type);
    content_unref(object->content);
    params_free(&object->metadata);
    params_free(&object->tags);
    params_free(&object->checksums);
    free(object);
}

void s3_upload_free(struct s3_upload *upload)
{
    while (upload->parts != NULL) {
        struct s3_part *next = upload->parts->next;
        content_unref(upload->parts->content);
        free(upload->parts);
        upload->parts = next;
    }
    free(upload->id);
    free(upload->key);
    free(upload->result);
    params_free(&upload->metadata);
    params_free(&upload->tags);
    free(upload);
}

static void free_uploads(struct s3_upload *upload)
{
    while (upload != NULL) {
        struct s3_upload *next = upload->next;
        s3_upload_free(upload);
        upload = next;
    }
}

void s3_drop_bucket(struct s3_bucket *bucket)
{
    struct s3_bucket **place = &buckets;
    while (*place != bucket)
        place = &(*place)->next;
    *place = bucket->next;
    while (bucket->objects != NULL) {
        struct s3_object *next = bucket->objects->next;
        free_object(bucket->objects);
        bucket->objects = next;
    }
    free_uploads(bucket->uploads);
    free_uploads(bucket->finished);
    params_free(&bucket->config);
    free(bucket->name);
    free(bucket);
}

void s3_drop_all(void)
{
    while (buckets != NULL)
        s3_drop_bucket(buckets);
}

struct s3_object *s3_put(struct s3_bucket *bucket, const char *key, struct content *content,
                         int64_t now_ms)
{
    s3_delete(bucket, key);
    struct s3_object **place = &bucket->objects;
    while (*place != NULL && strcmp((*place)->key, key) < 0)
        place = &(*place)->next;
    struct s3_object *object = xcalloc(1, sizeof(*object));
    *object = (struct s3_object){
        .key = xstrdup(key), .content = content, .modified_ms = now_ms, .next = *place};
    *place = object;
    return object;
}

void s3_delete(struct s3_bucket *bucket, const char *key)
{
    for (struct s3_object **place = &bucket->objects; *place != NULL; place = &(*place)->next) {
        if (strcmp((*place)->key, key) != 0)
            continue;
        struct s3_object *gone = *place;
        *place = gone->next;
        free_object(gone);
        return;
    }
}

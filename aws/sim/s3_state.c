/* S3: what --world brings, what /_sim/state shows. */
#include "aws/sim/mem.h"
#include "aws/sim/rng.h"
#include "aws/sim/s3_store.h"
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

/* The bytes of {"text": ...}, {"file": PATH} or {"zeros": N}; NULL with a sentence in *why. */
static struct content *load_bytes(const cJSON *json, char **why)
{
    const char *text = text_of(json, "text"), *path = text_of(json, "file");
    const cJSON *zeros = cJSON_GetObjectItemCaseSensitive(json, "zeros");
    struct content *content = content_new();
    bool ok = text != NULL || path != NULL || cJSON_IsNumber(zeros);
    if (text != NULL)
        ok = content_append(content, text, strlen(text));
    if (cJSON_IsNumber(zeros))
        ok = ok && content_append_zeros(content, (uint64_t)zeros->valuedouble);
    FILE *file = path != NULL ? fopen(path, "re") : NULL;
    ok = ok && (path == NULL || file != NULL);
    char part[65536];
    for (size_t n; ok && file != NULL && (n = fread(part, 1, sizeof(part), file)) > 0;)
        ok = content_append(content, part, n);
    if (file != NULL)
        fclose(file);
    if (ok && content_seal(content))
        return content;
    *why = xasprintf("an object needs text, zeros or a file that can be read");
    content_unref(content);
    return NULL;
}

static bool load_object(struct world *w, struct s3_bucket *bucket, const cJSON *json, char **why)
{
    const char *key = text_of(json, "key");
    struct content *content = load_bytes(json, why);
    if (content == NULL)
        return false;
    struct s3_object *object =
        s3_put(bucket, key != NULL ? key : "object", content, clock_now_ms(w->clock));
    const cJSON *tag;
    cJSON_ArrayForEach(tag, cJSON_GetObjectItemCaseSensitive(json, "tags"))
    {
        if (cJSON_IsString(tag))
            params_set(&object->tags, tag->string, tag->valuestring);
    }
    uint64_t draw = rng_draw(w->seed, "etag", bucket->name, object->key, 0);
    struct str etag = {0};
    str_add_hex(&etag, &draw, sizeof(draw));
    str_add_hex(&etag, &draw, sizeof(draw));
    object->etag = str_take(&etag);
    return true;
}

static bool load_bucket(struct world *w, const cJSON *json, char **why)
{
    const char *name = text_of(json, "name"), *account = text_of(json, "account");
    const char *region_name = text_of(json, "region");
    const struct region *region = region_find(region_name != NULL ? region_name : "us-east-1");
    struct account *owner = world_account(w, account != NULL ? account : WORLD_ACCOUNT);
    if (name == NULL || region == NULL || owner == NULL || s3_find_bucket(name) != NULL) {
        *why = xstrdup("a bucket needs a name of its own, and a region and account that exist");
        return false;
    }
    struct s3_bucket *bucket = s3_add_bucket(name, region, owner, clock_now_ms(w->clock));
    const cJSON *object;
    cJSON_ArrayForEach(object, cJSON_GetObjectItemCaseSensitive(json, "objects"))
    {
        if (!load_object(w, bucket, object, why))
            return false;
    }
    return true;
}

bool s3_load(struct world *w, const cJSON *start, char **why)
{
    const cJSON *json;
    cJSON_ArrayForEach(json, cJSON_GetObjectItemCaseSensitive(start, "buckets"))
    {
        if (!load_bucket(w, json, why))
            return false;
    }
    return true;
}

void s3_reset(struct world *w)
{
    (void)w;
    s3_drop_all();
}

static void add_pairs(cJSON *json, const char *name, const struct params *pairs)
{
    cJSON *object = cJSON_AddObjectToObject(json, name);
    for (size_t i = 0; i < pairs->count; i++)
        cJSON_AddStringToObject(object, pairs->list[i].name, pairs->list[i].value);
}

static cJSON *show_object(const struct s3_object *object)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "key", object->key);
    cJSON_AddNumberToObject(json, "size", (double)content_size(object->content));
    cJSON_AddStringToObject(json, "etag", object->etag);
    unsigned char digest[32];
    if (content_sha256(object->content, digest)) {
        struct str hex = {0};
        str_add_hex(&hex, digest, sizeof(digest));
        cJSON_AddStringToObject(json, "sha256", str_text(&hex));
        str_free(&hex);
    }
    add_pairs(json, "tags", &object->tags);
    add_pairs(json, "metadata", &object->metadata);
    add_pairs(json, "checksums", &object->checksums);
    return json;
}

static cJSON *show_upload(const struct s3_upload *upload)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "upload_id", upload->id);
    cJSON_AddStringToObject(json, "key", upload->key);
    add_pairs(json, "tags", &upload->tags);
    cJSON *parts = cJSON_AddArrayToObject(json, "parts");
    for (const struct s3_part *part = upload->parts; part != NULL; part = part->next) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddNumberToObject(row, "number", part->number);
        cJSON_AddNumberToObject(row, "size", (double)content_size(part->content));
        cJSON_AddItemToArray(parts, row);
    }
    return json;
}

void s3_state(struct world *w, cJSON *out)
{
    (void)w;
    cJSON *buckets = cJSON_AddArrayToObject(out, "buckets");
    for (const struct s3_bucket *b = s3_buckets(); b != NULL; b = b->next) {
        cJSON *json = cJSON_CreateObject();
        cJSON_AddItemToArray(buckets, json);
        cJSON_AddStringToObject(json, "name", b->name);
        cJSON_AddStringToObject(json, "region", b->region->name);
        cJSON_AddStringToObject(json, "owner", b->owner->id);
        add_pairs(json, "config", &b->config);
        cJSON *objects = cJSON_AddArrayToObject(json, "objects");
        for (const struct s3_object *o = b->objects; o != NULL; o = o->next)
            cJSON_AddItemToArray(objects, show_object(o));
        cJSON *uploads = cJSON_AddArrayToObject(json, "uploads");
        for (const struct s3_upload *u = b->uploads; u != NULL; u = u->next)
            cJSON_AddItemToArray(uploads, show_upload(u));
    }
}

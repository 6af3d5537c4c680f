/* S3: lists in pages. */
#include "aws/sim/mem.h"
#include "aws/sim/s3_store.h"
#include <stdlib.h>
#include <string.h>

bool s3_limit(struct request *request, struct reply *reply, const char *name, int high, int *limit)
{
    int64_t wanted = high;
    const char *text = params_get(&request->params, name);
    *limit = high;
    if (text == NULL)
        return true;
    if (params_int(&request->params, name, &wanted) && wanted >= 0) {
        *limit = wanted < high ? (int)wanted : high;
        return true;
    }
    reply_error(request, reply, 400, "InvalidArgument",
                "Argument %s must be an integer between 0 and 2147483647", name);
    return false;
}

/* One listing of objects: what is asked, and how far it came. */
struct listing {
    const char *prefix, *delimiter, *after; /* NULL or "": none */
    int limit;
    bool encode;

    struct str contents, prefixes;
    int count;
    bool truncated;
    char *last; /* the last key or common prefix that was listed */
};

/* Text as encoding-type=url wants it, or as it is. */
static void add_key(struct listing *l, struct str *out, const char *element, const char *key)
{
    if (!l->encode) {
        xml_text(out, element, key);
        return;
    }
    struct str encoded = {0};
    str_add_uri(&encoded, key, strlen(key), true);
    xml_text(out, element, str_text(&encoded));
    str_free(&encoded);
}

static void add_object(struct listing *l, const struct s3_object *object)
{
    struct str *out = &l->contents;
    xml_open(out, "Contents");
    add_key(l, out, "Key", object->key);
    xml_time(out, "LastModified", object->modified_ms);
    xml_textf(out, "ETag", "\"%s\"", object->etag);
    if (object->checksums.count > 0)
        xml_text(out, "ChecksumAlgorithm",
                 checksum_rows[checksum_by_header(object->checksums.list[0].name)].name);
    xml_int(out, "Size", (int64_t)content_size(object->content));
    xml_text(out, "StorageClass", "STANDARD");
    xml_close(out, "Contents");
}

/* The common prefix that a key falls under, malloc'd; NULL when it stands for itself. */
static char *common_prefix(const struct listing *l, const char *key)
{
    if (l->delimiter == NULL || *l->delimiter == '\0')
        return NULL;
    const char *end = strstr(key + strlen(l->prefix), l->delimiter);
    return end != NULL ? xasprintf("%.*s", (int)(end - key + (long)strlen(l->delimiter)), key)
                       : NULL;
}

static void list(struct listing *l, const struct s3_bucket *bucket)
{
    for (const struct s3_object *o = bucket->objects; o != NULL; o = o->next) {
        if (strncmp(o->key, l->prefix, strlen(l->prefix)) != 0)
            continue;
        char *prefix = common_prefix(l, o->key);
        const char *name = prefix != NULL ? prefix : o->key;
        bool seen = (l->after != NULL && strcmp(name, l->after) <= 0) ||
                    (l->last != NULL && strcmp(name, l->last) == 0);
        if (!seen && l->count == l->limit) {
            l->truncated = l->limit > 0;
            free(prefix);
            return;
        }
        if (!seen) {
            l->count++;
            free(l->last);
            l->last = xstrdup(name);
            if (prefix == NULL) {
                add_object(l, o);
            } else {
                xml_open(&l->prefixes, "CommonPrefixes");
                add_key(l, &l->prefixes, "Prefix", prefix);
                xml_close(&l->prefixes, "CommonPrefixes");
            }
        }
        free(prefix);
    }
}

static bool begin_listing(struct listing *l, struct request *request, struct reply *reply)
{
    const struct params *p = &request->params;
    const char *encoding = params_get(p, "encoding-type");
    l->prefix = params_get(p, "prefix") != NULL ? params_get(p, "prefix") : "";
    l->delimiter = params_get(p, "delimiter");
    l->encode = encoding != NULL && strcmp(encoding, "url") == 0;
    return s3_limit(request, reply, "max-keys", 1000, &l->limit);
}

static void end_listing(struct listing *l, struct request *request, struct reply *reply)
{
    struct str *out = &reply->body;
    xml_text(out, "Name", request->bucket);
    add_key(l, out, "Prefix", l->prefix);
    if (l->delimiter != NULL)
        add_key(l, out, "Delimiter", l->delimiter);
    xml_int(out, "MaxKeys", l->limit);
    if (l->encode)
        xml_text(out, "EncodingType", "url");
    xml_bool(out, "IsTruncated", l->truncated);
    str_add(out, str_text(&l->contents));
    str_add(out, str_text(&l->prefixes));
    s3_close_xml(reply, "ListBucketResult");
    str_free(&l->contents);
    str_free(&l->prefixes);
    free(l->last);
}

void s3_list_objects(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_open(request, reply);
    struct listing l = {.after = params_get(&request->params, "marker")};
    if (bucket == NULL || !begin_listing(&l, request, reply))
        return;
    list(&l, bucket);
    s3_open_xml(reply, "ListBucketResult");
    add_key(&l, &reply->body, "Marker", l.after != NULL ? l.after : "");
    if (l.truncated && l.delimiter != NULL)
        add_key(&l, &reply->body, "NextMarker", l.last);
    end_listing(&l, request, reply);
}

/* A continuation token is the last name in hexadecimal: opaque, and of one listing's kind. */
static bool read_token(const char *token, struct str *last)
{
    struct str escaped = {0};
    for (const char *p = token; p[0] != '\0' && p[1] != '\0'; p += 2)
        str_addf(&escaped, "%%%.2s", p);
    bool ok = strlen(token) % 2 == 0 && strlen(token) > 0 &&
              percent_decode(last, str_text(&escaped), escaped.len, false);
    str_free(&escaped);
    return ok;
}

void s3_list_objects_v2(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_open(request, reply);
    const char *token = params_get(&request->params, "continuation-token");
    struct str after = {0};
    struct listing l = {.after = params_get(&request->params, "start-after")};
    if (bucket == NULL || !begin_listing(&l, request, reply))
        return;
    if (token != NULL && !read_token(token, &after)) {
        reply_error(request, reply, 400, "InvalidArgument",
                    "The continuation token provided is incorrect");
        str_free(&after);
        return;
    }
    if (token != NULL)
        l.after = str_text(&after);
    list(&l, bucket);
    s3_open_xml(reply, "ListBucketResult");
    xml_int(&reply->body, "KeyCount", l.count);
    xml_text(&reply->body, "ContinuationToken", token);
    if (l.truncated) {
        struct str next = {0};
        str_add_hex(&next, l.last, strlen(l.last));
        xml_text(&reply->body, "NextContinuationToken", str_text(&next));
        str_free(&next);
    }
    end_listing(&l, request, reply);
    str_free(&after);
}

void s3_list_parts(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_open(request, reply);
    struct s3_upload *upload = bucket != NULL ? s3_find_upload(bucket, request, reply) : NULL;
    int limit, count = 0, last = 0;
    int64_t marker = 0;
    if (upload == NULL || !s3_limit(request, reply, "max-parts", 1000, &limit))
        return;
    params_int(&request->params, "part-number-marker", &marker);
    struct str parts = {0};
    const struct s3_part *part = upload->parts;
    for (; part != NULL && count < limit; part = part->next) {
        if (part->number <= marker)
            continue;
        struct str etag = {0}, checksum = {0};
        str_add_hex(&etag, part->md5, sizeof(part->md5));
        str_add_base64(&checksum, part->checksum, checksum_rows[upload->checksum].size);
        xml_open(&parts, "Part");
        xml_int(&parts, "PartNumber", part->number);
        xml_time(&parts, "LastModified", part->modified_ms);
        xml_textf(&parts, "ETag", "\"%s\"", str_text(&etag));
        xml_int(&parts, "Size", (int64_t)content_size(part->content));
        if (upload->checksum != CHECKSUM_NONE)
            xml_text(&parts, checksum_rows[upload->checksum].element, str_text(&checksum));
        xml_close(&parts, "Part");
        str_free(&etag);
        str_free(&checksum);
        count++;
        last = part->number;
    }
    struct str *out = &reply->body;
    s3_open_xml(reply, "ListPartsResult");
    xml_text(out, "Bucket", request->bucket);
    xml_text(out, "Key", upload->key);
    xml_text(out, "UploadId", upload->id);
    if (upload->checksum != CHECKSUM_NONE) {
        xml_text(out, "ChecksumAlgorithm", checksum_rows[upload->checksum].name);
        xml_text(out, "ChecksumType", upload->full_object ? "FULL_OBJECT" : "COMPOSITE");
    }
    xml_int(out, "PartNumberMarker", marker);
    xml_int(out, "NextPartNumberMarker", last);
    xml_int(out, "MaxParts", limit);
    xml_bool(out, "IsTruncated", part != NULL);
    str_add(out, str_text(&parts));
    s3_close_xml(reply, "ListPartsResult");
    str_free(&parts);
}

/* Whether an upload comes behind the markers of the page before. */
static bool behind(const struct s3_bucket *bucket, const struct s3_upload *upload, const char *key,
                   const char *id)
{
    int order = key != NULL ? strcmp(upload->key, key) : 1;
    if (order != 0 || id == NULL)
        return order > 0;
    /* Of one key: behind the upload of that id. */
    bool passed = false;
    for (const struct s3_upload *u = bucket->uploads; u != upload; u = u->next)
        passed = passed || strcmp(u->id, id) == 0;
    return passed;
}

void s3_list_uploads(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_open(request, reply);
    int limit, count = 0;
    if (bucket == NULL || !s3_limit(request, reply, "max-uploads", 1000, &limit))
        return;
    const char *prefix = params_get(&request->params, "prefix");
    const char *key = params_get(&request->params, "key-marker");
    const char *id = params_get(&request->params, "upload-id-marker");
    key = key != NULL && *key != '\0' ? key : NULL;
    id = id != NULL && *id != '\0' ? id : NULL;
    const struct s3_upload *last = NULL;
    bool truncated = false;
    struct str *out = &reply->body;
    s3_open_xml(reply, "ListMultipartUploadsResult");
    for (const struct s3_upload *u = bucket->uploads; u != NULL; u = u->next) {
        if ((prefix != NULL && strncmp(u->key, prefix, strlen(prefix)) != 0) ||
            !behind(bucket, u, key, id))
            continue;
        if (count == limit) {
            truncated = true;
            break;
        }
        xml_open(out, "Upload");
        xml_text(out, "Key", u->key);
        xml_text(out, "UploadId", u->id);
        xml_time(out, "Initiated", u->initiated_ms);
        xml_text(out, "StorageClass", "STANDARD");
        xml_close(out, "Upload");
        last = u;
        count++;
    }
    xml_text(out, "Bucket", request->bucket);
    xml_text(out, "Prefix", prefix);
    xml_int(out, "MaxUploads", limit);
    xml_bool(out, "IsTruncated", truncated);
    if (truncated && last != NULL) {
        xml_text(out, "NextKeyMarker", last->key);
        xml_text(out, "NextUploadIdMarker", last->id);
    }
    s3_close_xml(reply, "ListMultipartUploadsResult");
}

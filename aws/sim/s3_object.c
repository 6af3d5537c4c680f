/* S3: objects, put, got, deleted and tagged. */
#include "aws/sim/body.h"
#include "aws/sim/mem.h"
#include "aws/sim/rng.h"
#include "aws/sim/s3_store.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool s3_has_checksum(const struct request *request)
{
    bool found = params_get(&request->headers, "content-md5") != NULL ||
                 params_get(&request->headers, "x-amz-trailer") != NULL;
    for (size_t i = 0; i < request->headers.count; i++)
        found = found || checksum_by_header(request->headers.list[i].name) != CHECKSUM_NONE;
    return found;
}

void s3_etag_header(struct reply *reply, const char *etag)
{
    char *quoted = xasprintf("\"%s\"", etag);
    reply_header(reply, "ETag", quoted);
    free(quoted);
}

bool s3_same_etag(const char *written, const char *etag)
{
    size_t len = strlen(written);
    if (len >= 2 && written[0] == '"' && written[len - 1] == '"')
        return strlen(etag) == len - 2 && strncmp(written + 1, etag, len - 2) == 0;
    return strcmp(written, etag) == 0;
}

void s3_take_metadata(const struct request *request, struct params *metadata)
{
    static const char *const kept[] = {
        "content-type",     "cache-control", "content-disposition", "content-encoding",
        "content-language", "expires",       "x-amz-storage-class"};
    for (size_t i = 0; i < request->headers.count; i++) {
        const struct param *header = &request->headers.list[i];
        bool keep = strncmp(header->name, "x-amz-meta-", 11) == 0;
        for (size_t k = 0; k < ARRAY_LEN(kept); k++)
            keep = keep || strcmp(header->name, kept[k]) == 0;
        /* aws-chunked is how the body came, not what the object is. */
        const char *value = header->value;
        if (strcmp(header->name, "content-encoding") == 0 && strncmp(value, "aws-chunked", 11) == 0)
            value += 11 + (value[11] == ',');
        if (keep && *value != '\0')
            params_add(metadata, header->name, value);
    }
}

void s3_body_md5(const struct request *request, unsigned char out[16])
{
    if (content_known(request->content)) {
        memcpy(out, body_md5(request->upload), 16);
        return;
    }
    for (uint64_t half = 0; half < 2; half++) {
        uint64_t draw = rng_draw(request->world->seed, "etag", NULL, request->id, half);
        memcpy(out + 8 * half, &draw, 8);
    }
}

char *s3_body_etag(const struct request *request)
{
    unsigned char md5[16];
    struct str hex = {0};
    s3_body_md5(request, md5);
    str_add_hex(&hex, md5, sizeof(md5));
    return str_take(&hex);
}

bool s3_may_write(struct s3_bucket *bucket, struct request *request, struct reply *reply)
{
    const char *none = params_get(&request->headers, "if-none-match");
    const char *match = params_get(&request->headers, "if-match");
    const struct s3_object *old = s3_get(bucket, request->object);
    if (match != NULL && old == NULL) {
        reply_error(request, reply, 404, "NoSuchKey", "The specified key does not exist.");
        return false;
    }
    bool stale = match != NULL && !s3_same_etag(match, old->etag);
    if (!stale && (none == NULL || old == NULL))
        return true;
    struct params extra = {0};
    params_add(&extra, "Condition", stale ? "If-Match" : "If-None-Match");
    reply_error_with(request, reply, 412, "PreconditionFailed",
                     "At least one of the pre-conditions you specified did not hold", &extra);
    params_free(&extra);
    return false;
}

bool s3_says_length(struct request *request, struct reply *reply)
{
    if (params_get(&request->headers, "content-length") != NULL ||
        params_get(&request->headers, "x-amz-decoded-content-length") != NULL)
        return true;
    reply_error(request, reply, 411, "MissingContentLength",
                "You must provide the Content-Length HTTP header.");
    return false;
}

void s3_check_put_object(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_open(request, reply);
    if (bucket == NULL || !s3_may_write(bucket, request, reply) || !s3_says_length(request, reply))
        return;
    const char *none = params_get(&request->headers, "if-none-match");
    if (none != NULL && strcmp(none, "*") != 0)
        reply_error(request, reply, 501, "NotImplemented",
                    "A header you provided implies functionality that is not implemented");
    else if (strlen(request->object) > 1024)
        reply_error(request, reply, 400, "KeyTooLongError", "Your key is too long");
    request->checksum =
        checksum_by_name(params_get(&request->headers, "x-amz-sdk-checksum-algorithm"));
}

/* The checksum that was computed of the body, as a header. */
static void note_checksum(const struct body *body, struct params *to)
{
    enum checksum_kind kind = body_checksum_kind(body);
    if (kind == CHECKSUM_NONE)
        return;
    struct str text = {0};
    str_add_base64(&text, body_checksum(body), checksum_rows[kind].size);
    params_set(to, checksum_rows[kind].header, str_text(&text));
    str_free(&text);
}

void s3_put_object(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_open(request, reply);
    struct params tags = {0};
    if (bucket == NULL || !s3_may_write(bucket, request, reply) ||
        !s3_take_tags(request, reply, &tags)) {
        params_free(&tags);
        return;
    }
    struct s3_object *object = s3_put(bucket, request->object, content_ref(request->content),
                                      clock_now_ms(request->world->clock));
    object->tags = tags;
    object->etag = s3_body_etag(request);
    s3_take_metadata(request, &object->metadata);
    note_checksum(request->upload, &object->checksums);
    s3_etag_header(reply, object->etag);
    reply_header(reply, "x-amz-server-side-encryption", "AES256");
    if (object->checksums.count == 0)
        return;
    object->checksum_type = xstrdup("FULL_OBJECT");
    reply_header(reply, object->checksums.list[0].name, object->checksums.list[0].value);
    reply_header(reply, "x-amz-checksum-type", object->checksum_type);
}

struct s3_object *s3_open_object(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_open(request, reply);
    struct s3_object *object = bucket != NULL ? s3_get(bucket, request->object) : NULL;
    if (bucket != NULL && object == NULL) {
        struct params extra = {0};
        params_add(&extra, "Key", request->object);
        reply_error_with(request, reply, 404, "NoSuchKey", "The specified key does not exist.",
                         &extra);
        params_free(&extra);
    }
    return object;
}

/* Reads `bytes=A-B`, `bytes=A-` or `bytes=-N`; false when it lies outside of `size`. Another form
 * is no range: the whole. */
static bool take_range(const char *range, uint64_t size, uint64_t *first, uint64_t *last)
{
    *first = 0;
    *last = size - 1;
    uint64_t a = 0, b = 0;
    int end = 0;
    if (range == NULL)
        return true;
    if (sscanf(range, "bytes=%" SCNu64 "-%" SCNu64 "%n", &a, &b, &end) == 2 && range[end] == '\0') {
        *first = a;
        *last = b < size ? b : size - 1;
        return a <= b && a < size;
    }
    end = 0;
    if (sscanf(range, "bytes=-%" SCNu64 "%n", &b, &end) == 1 && range[end] == '\0') {
        *first = b < size ? size - b : 0;
        return b > 0 && size > 0;
    }
    end = 0;
    if (sscanf(range, "bytes=%" SCNu64 "-%n", &a, &end) == 1 && end > 0 && range[end] == '\0') {
        *first = a;
        return a < size;
    }
    return true;
}

static void object_headers(const struct s3_object *object, struct request *request,
                           struct reply *reply, bool whole)
{
    char text[TIME_TEXT_SIZE];
    reply_header(reply, "Content-Type", "binary/octet-stream");
    for (size_t i = 0; i < object->metadata.count; i++)
        reply_header(reply,
                     strcmp(object->metadata.list[i].name, "content-type") == 0
                         ? "Content-Type"
                         : object->metadata.list[i].name,
                     object->metadata.list[i].value);
    s3_etag_header(reply, object->etag);
    reply_header(reply, "Last-Modified", time_http(object->modified_ms, text));
    reply_header(reply, "Accept-Ranges", "bytes");
    reply_header(reply, "x-amz-server-side-encryption", "AES256");
    if (object->tags.count > 0) {
        char *count = xasprintf("%zu", object->tags.count);
        reply_header(reply, "x-amz-tagging-count", count);
        free(count);
    }
    const char *mode = params_get(&request->headers, "x-amz-checksum-mode");
    if (!whole || mode == NULL || strcmp(mode, "ENABLED") != 0 || object->checksums.count == 0)
        return;
    reply_header(reply, object->checksums.list[0].name, object->checksums.list[0].value);
    reply_header(reply, "x-amz-checksum-type", object->checksum_type);
}

void s3_get_object(struct request *request, struct reply *reply)
{
    const struct s3_object *object = s3_open_object(request, reply);
    if (object == NULL)
        return;
    const char *match = params_get(&request->headers, "if-match");
    const char *none = params_get(&request->headers, "if-none-match");
    if (match != NULL && !s3_same_etag(match, object->etag)) {
        reply_error(request, reply, 412, "PreconditionFailed",
                    "At least one of the pre-conditions you specified did not hold");
        return;
    }
    if (none != NULL && (strcmp(none, "*") == 0 || s3_same_etag(none, object->etag))) {
        reply->status = 304;
        s3_etag_header(reply, object->etag);
        return;
    }
    uint64_t size = content_size(object->content), first, last;
    const char *range = params_get(&request->headers, "range");
    if (!take_range(range, size, &first, &last)) {
        reply_error(request, reply, 416, "InvalidRange", "The requested range is not satisfiable");
        return;
    }
    bool whole = first == 0 && last == size - 1 && (range == NULL || size == 0);
    object_headers(object, request, reply, whole);
    reply->content = content_ref(object->content);
    reply->content_offset = first;
    reply->content_len = last + 1 - first;
    if (whole)
        return;
    reply->status = 206;
    char *text = xasprintf("bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, first, last, size);
    reply_header(reply, "Content-Range", text);
    free(text);
}

void s3_delete_object(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_open(request, reply);
    if (bucket == NULL)
        return;
    s3_delete(bucket, request->object);
    reply->status = 204;
}

void s3_delete_objects(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_open(request, reply);
    if (bucket == NULL)
        return;
    struct xml_node *root = xml_parse(str_text(&request->body), request->body.len);
    size_t count = 0;
    for (const struct xml_node *n = root != NULL ? root->child : NULL; n != NULL; n = n->next)
        count += strcmp(n->name, "Object") == 0;
    if (!s3_has_checksum(request)) {
        reply_error(request, reply, 400, "InvalidRequest",
                    "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
    } else if (root == NULL || strcmp(root->name, "Delete") != 0 || count == 0 || count > 1000) {
        reply_error(request, reply, 400, "MalformedXML",
                    "The XML you provided was not well-formed or did not validate against our "
                    "published schema");
    } else {
        const char *quiet = xml_child_text(root, "Quiet");
        s3_open_xml(reply, "DeleteResult");
        for (const struct xml_node *n = root->child; n != NULL; n = n->next) {
            const char *key = xml_child_text(n, "Key");
            if (strcmp(n->name, "Object") != 0 || key == NULL)
                continue;
            s3_delete(bucket, key);
            if (quiet != NULL && strcmp(quiet, "true") == 0)
                continue;
            xml_open(&reply->body, "Deleted");
            xml_text(&reply->body, "Key", key);
            xml_close(&reply->body, "Deleted");
        }
        s3_close_xml(reply, "DeleteResult");
    }
    xml_free(root);
}

/* S3: multipart upload. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/actions.h"
#include "aws/s3.h"
#include "base/clock.h"
#include "base/mem.h"

enum { ABORTS_MAX = 3 };

/* Sends r and decodes what comes; NULL on failure. */
static struct xml *ask(struct call *c, const struct call_rest *r, struct err *err)
{
    struct xml *root = NULL;

    call_rest_xml(c, r, &root, err);
    return root;
}

static void add_upload_id(struct buf *query, const char *upload_id)
{
    buf_add_str(query, "uploadId=");
    buf_add_uri(query, upload_id);
}

/* "k=v&k=v", each encoded. */
static void add_tagging(struct buf *out, const struct tag *tags, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add_char(out, '&');
        buf_add_uri(out, tags[i].key);
        buf_add_char(out, '=');
        buf_add_uri(out, tags[i].value);
    }
}

bool s3_create_upload(struct call *c, struct s3_object o, const struct tag *tags, size_t tag_count,
                      char **upload_id, struct err *err)
{
    struct buf tagging = BUF_INIT;

    add_tagging(&tagging, tags, tag_count);
    const struct http_header headers[] = {{"content-type", "application/octet-stream"},
                                          {"x-amz-checksum-algorithm", "CRC32C"},
                                          {"x-amz-checksum-type", "COMPOSITE"},
                                          {"x-amz-tagging", buf_str(&tagging)}};
    const struct call_rest r = {.action = &aws_actions[S3_CREATE_MULTIPART_UPLOAD],
                                .method = "POST",
                                .bucket = o.bucket,
                                .key = o.key,
                                .query = "uploads",
                                .headers = headers,
                                .header_count = ARRAY_LEN(headers) - (tag_count == 0)};
    struct xml *root = ask(c, &r, err);
    *upload_id = xml_dup(root, "UploadId");
    if (root != NULL && *upload_id == NULL)
        err_set(err, ERR_REPLY, "CreateMultipartUpload was answered without an upload id");
    xml_free(root);
    buf_free(&tagging);
    return *upload_id != NULL;
}

/* What S3 says that it received is what was sent. */
static bool check_part(const struct http_answer *answer, struct s3_part *part, struct err *err)
{
    const char *etag = http_answer_header(answer, "etag");
    const char *crc32c = http_answer_header(answer, "x-amz-checksum-crc32c");

    if (etag == NULL)
        return err_set(err, ERR_REPLY, "UploadPart was answered without an ETag");
    if (crc32c != NULL && strcmp(crc32c, part->crc32c) != 0)
        return err_set(err, ERR_MISMATCH, "part %d arrived with checksum %s instead of %s",
                       part->number, crc32c, part->crc32c);
    snprintf(part->etag, sizeof part->etag, "%s", etag);
    return true;
}

bool s3_upload_part(struct call *c, struct s3_object o, const char *upload_id, int fd, off_t offset,
                    struct s3_part *part, atomic_uint_least64_t *sent,
                    const atomic_uint_least64_t *rate_bytes_s, struct err *err)
{
    const struct http_header headers[] = {{"x-amz-checksum-crc32c", part->crc32c}};
    struct buf query = BUF_INIT;
    struct http_answer answer = {0};

    buf_add_fmt(&query, "partNumber=%d&", part->number);
    add_upload_id(&query, upload_id);
    const struct call_rest r = {.action = &aws_actions[S3_UPLOAD_PART],
                                .method = "PUT",
                                .bucket = o.bucket,
                                .key = o.key,
                                .query = buf_str(&query),
                                .headers = headers,
                                .header_count = ARRAY_LEN(headers),
                                .body = {.fd = fd, .offset = offset, .length = part->size_bytes},
                                .unsigned_payload = true,
                                .sent = sent,
                                .rate_bytes_s = rate_bytes_s};
    bool ok = call_rest(c, &r, &answer, err) && check_part(&answer, part, err);
    http_answer_free(&answer);
    buf_free(&query);
    return ok;
}

/* The calendar time at path; -1 when there is none. */
static time_t time_at(const struct xml *x, const char *path)
{
    const char *text = xml_text(x, path);

    return text == NULL ? -1 : clock_parse_iso(text);
}

static void decode_part(const struct xml *x, struct s3_part **parts, size_t *count)
{
    const char *etag = xml_text(x, "ETag");
    const char *crc32c = xml_text(x, "ChecksumCRC32C");

    *parts = xrealloc(*parts, *count + 1, sizeof **parts);
    struct s3_part *part = &(*parts)[(*count)++];
    *part = (struct s3_part){.number = (int)xml_int(x, "PartNumber", 0),
                             .size_bytes = (uint64_t)xml_int(x, "Size", 0)};
    snprintf(part->etag, sizeof part->etag, "%s", etag == NULL ? "" : etag);
    snprintf(part->crc32c, sizeof part->crc32c, "%s", crc32c == NULL ? "" : crc32c);
    part->modified = time_at(x, "LastModified");
}

bool s3_list_parts(struct call *c, struct s3_object o, const char *upload_id,
                   struct s3_part **parts, size_t *count, struct err *err)
{
    int64_t marker = 0;
    bool ok = true, more = true;

    *parts = NULL;
    *count = 0;
    while (ok && more) {
        struct buf query = BUF_INIT;
        buf_add_fmt(&query, "max-parts=1000&part-number-marker=%" PRId64 "&", marker);
        add_upload_id(&query, upload_id);
        const struct call_rest r = {.action = &aws_actions[S3_LIST_PARTS],
                                    .method = "GET",
                                    .bucket = o.bucket,
                                    .key = o.key,
                                    .query = buf_str(&query)};
        struct xml *root = ask(c, &r, err);
        ok = root != NULL;
        for (const struct xml *x = xml_first(root, "Part"); x != NULL; x = xml_after(x))
            decode_part(x, parts, count);
        more = xml_bool(root, "IsTruncated", false);
        int64_t next = xml_int(root, "NextPartNumberMarker", 0);
        if (more && next <= marker)
            ok = err_set(err, ERR_REPLY, "ListParts: the pages do not go on");
        marker = next;
        xml_free(root);
        buf_free(&query);
    }
    if (!ok) {
        free(*parts);
        *parts = NULL;
        *count = 0;
    }
    return ok;
}

static void add_parts(struct buf *body, const struct s3_part *parts, size_t count)
{
    buf_add_str(body, "<CompleteMultipartUpload"
                      " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
    for (size_t i = 0; i < count; i++) {
        buf_add_str(body, "<Part>");
        if (parts[i].crc32c[0] != '\0')
            buf_add_fmt(body, "<ChecksumCRC32C>%s</ChecksumCRC32C>", parts[i].crc32c);
        buf_add_str(body, "<ETag>");
        buf_add_xml(body, parts[i].etag);
        buf_add_fmt(body, "</ETag><PartNumber>%d</PartNumber></Part>", parts[i].number);
    }
    buf_add_str(body, "</CompleteMultipartUpload>");
}

bool s3_complete_upload(struct call *c, struct s3_object o, const char *upload_id,
                        const struct s3_part *parts, size_t count, uint64_t size_bytes,
                        struct err *err)
{
    struct buf body = BUF_INIT, query = BUF_INIT;
    struct http_answer answer = {0};
    struct err local = ERR_INIT;
    char size[24];

    err = err == NULL ? &local : err;
    snprintf(size, sizeof size, "%" PRIu64, size_bytes);
    add_parts(&body, parts, count);
    add_upload_id(&query, upload_id);
    const struct http_header headers[] = {{"content-type", "application/xml"},
                                          {"x-amz-mp-object-size", size}};
    const struct call_rest r = {.action = &aws_actions[S3_COMPLETE_MULTIPART_UPLOAD],
                                .method = "POST",
                                .bucket = o.bucket,
                                .key = o.key,
                                .query = buf_str(&query),
                                .headers = headers,
                                .header_count = ARRAY_LEN(headers),
                                .body = {.data = body.data, .length = body.length},
                                .error_in_200 = true};
    bool ok = call_rest(c, &r, &answer, err);
    http_answer_free(&answer);
    buf_free(&body);
    buf_free(&query);
    return ok;
}

bool s3_abort_upload(struct call *c, struct s3_object o, const char *upload_id, struct err *err)
{
    struct buf query = BUF_INIT;
    struct err local = ERR_INIT;
    bool gone = false, ok = true;

    err = err == NULL ? &local : err;
    add_upload_id(&query, upload_id);
    const struct call_rest r = {.action = &aws_actions[S3_ABORT_MULTIPART_UPLOAD],
                                .method = "DELETE",
                                .bucket = o.bucket,
                                .key = o.key,
                                .query = buf_str(&query)};
    for (int i = 0; ok && !gone && i < ABORTS_MAX; i++) {
        struct http_answer answer = {0};
        struct s3_part *parts = NULL;
        size_t count = 0;
        ok = call_rest(c, &r, &answer, err) && s3_list_parts(c, o, upload_id, &parts, &count, err);
        gone = (ok && count == 0) || (!ok && err->kind == ERR_NOT_FOUND);
        free(parts);
        http_answer_free(&answer);
    }
    buf_free(&query);
    if (gone)
        *err = ERR_INIT;
    else if (ok)
        return err_set(err, ERR_NOT_READY, "parts still arrive at an upload that was aborted");
    return gone;
}

/* Takes where the next page starts; false when this was the last. */
static bool next_markers(const struct xml *root, char **key_marker, char **id_marker)
{
    free(*key_marker);
    free(*id_marker);
    *key_marker = xml_dup(root, "NextKeyMarker");
    *id_marker = xml_dup(root, "NextUploadIdMarker");
    return xml_bool(root, "IsTruncated", false) && *key_marker != NULL && *id_marker != NULL;
}

/* One page of uploads; *more and the markers say where the next one starts. */
static bool list_page(struct call *c, const char *bucket, const char *prefix, char **key_marker,
                      char **id_marker, struct s3_upload **out, size_t *count, bool *more,
                      struct err *err)
{
    struct buf query = BUF_INIT;
    size_t before = *count;

    buf_add_str(&query, "uploads&max-uploads=1000&prefix=");
    buf_add_uri(&query, prefix);
    if (*key_marker != NULL && *id_marker != NULL) {
        buf_add_str(&query, "&key-marker=");
        buf_add_uri(&query, *key_marker);
        buf_add_str(&query, "&upload-id-marker=");
        buf_add_uri(&query, *id_marker);
    }
    const struct call_rest r = {.action = &aws_actions[S3_LIST_MULTIPART_UPLOADS],
                                .method = "GET",
                                .bucket = bucket,
                                .query = buf_str(&query)};
    struct xml *root = ask(c, &r, err);
    for (const struct xml *x = xml_first(root, "Upload"); x != NULL; x = xml_after(x)) {
        *out = xrealloc(*out, *count + 1, sizeof **out);
        (*out)[(*count)++] = (struct s3_upload){.key = xml_dup(x, "Key"),
                                                .upload_id = xml_dup(x, "UploadId"),
                                                .initiated = time_at(x, "Initiated")};
    }
    bool ok = root != NULL;
    *more = ok && next_markers(root, key_marker, id_marker);
    if (*more && *count == before)
        ok = err_set(err, ERR_REPLY, "ListMultipartUploads: the pages do not go on");
    xml_free(root);
    buf_free(&query);
    return ok;
}

bool s3_list_uploads(struct call *c, const char *bucket, const char *prefix, struct s3_upload **out,
                     size_t *count, struct err *err)
{
    char *key_marker = NULL, *id_marker = NULL;
    bool ok = true, more = true;

    *out = NULL;
    *count = 0;
    while (ok && more)
        ok = list_page(c, bucket, prefix, &key_marker, &id_marker, out, count, &more, err);
    free(key_marker);
    free(id_marker);
    if (!ok) {
        s3_uploads_free(*out, *count);
        *out = NULL;
        *count = 0;
    }
    return ok;
}

void s3_uploads_free(struct s3_upload *uploads, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(uploads[i].key);
        free(uploads[i].upload_id);
    }
    free(uploads);
}

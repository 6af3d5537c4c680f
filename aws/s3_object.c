/* S3: buckets, objects and their tags. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/actions.h"
#include "aws/call_impl.h"
#include "aws/endpoint.h"
#include "aws/s3.h"
#include "aws/tags.h"
#include "base/crc32c.h"
#include "base/mem.h"

bool s3_bucket_region(struct call *c, const char *bucket, char region[32], struct err *err)
{
    const struct call_rest r = {
        .action = &aws_actions[S3_HEAD_BUCKET], .method = "HEAD", .bucket = bucket};
    struct http_answer answer = {0};

    region[0] = '\0';
    bool ok = call_rest(c, &r, &answer, err);
    if (ok) {
        const char *named = http_answer_header(&answer, "x-amz-bucket-region");
        snprintf(region, 32, "%s",
                 endpoint_is_region(named) ? named : call_bucket_region(c, bucket));
    }
    http_answer_free(&answer);
    return ok;
}

bool s3_head_object(struct call *c, struct s3_object o, struct s3_head *out, struct err *err)
{
    const struct call_rest r = {
        .action = &aws_actions[S3_HEAD_OBJECT], .method = "HEAD", .bucket = o.bucket, .key = o.key};
    struct http_answer answer = {0};
    struct err local = ERR_INIT;

    *out = (struct s3_head){.exists = false};
    err = err == NULL ? &local : err;
    bool ok = call_rest(c, &r, &answer, err);
    if (ok) {
        const char *size = http_answer_header(&answer, "content-length");
        const char *etag = http_answer_header(&answer, "etag");
        out->exists = true;
        out->size_bytes = size == NULL ? 0 : strtoull(size, NULL, 10);
        snprintf(out->etag, sizeof out->etag, "%s", etag == NULL ? "" : etag);
    } else if (err->kind == ERR_NOT_FOUND) {
        *err = ERR_INIT;
        ok = true;
    }
    http_answer_free(&answer);
    return ok;
}

bool s3_put_tags(struct call *c, struct s3_object o, const struct tag *tags, size_t count,
                 struct err *err)
{
    struct buf body = BUF_INIT;
    struct http_answer answer = {0};
    char checksum[CRC32C_BASE64_SIZE];

    buf_add_str(&body, "<Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><TagSet>");
    for (size_t i = 0; i < count; i++) {
        buf_add_str(&body, "<Tag><Key>");
        buf_add_xml(&body, tags[i].key);
        buf_add_str(&body, "</Key><Value>");
        buf_add_xml(&body, tags[i].value);
        buf_add_str(&body, "</Value></Tag>");
    }
    buf_add_str(&body, "</TagSet></Tagging>");
    /* S3 wants a checksum with this call. */
    crc32c_base64(crc32c(0, body.data, body.length), checksum);
    const struct http_header headers[] = {{"content-type", "application/xml"},
                                          {"x-amz-checksum-crc32c", checksum},
                                          {"x-amz-sdk-checksum-algorithm", "CRC32C"}};
    const struct call_rest r = {.action = &aws_actions[S3_PUT_OBJECT_TAGGING],
                                .method = "PUT",
                                .bucket = o.bucket,
                                .key = o.key,
                                .query = "tagging",
                                .headers = headers,
                                .header_count = ARRAY_LEN(headers),
                                .body = {.data = body.data, .length = body.length}};
    bool ok = call_rest(c, &r, &answer, err);
    http_answer_free(&answer);
    buf_free(&body);
    return ok;
}

bool s3_get_tags(struct call *c, struct s3_object o, struct tag **tags, size_t *count,
                 struct err *err)
{
    const struct call_rest r = {.action = &aws_actions[S3_GET_OBJECT_TAGGING],
                                .method = "GET",
                                .bucket = o.bucket,
                                .key = o.key,
                                .query = "tagging"};
    struct xml *root = NULL;

    bool ok = call_rest_xml(c, &r, &root, err);
    tags_decode(root, "TagSet/Tag", "Key", "Value", tags, count);
    xml_free(root);
    return ok;
}

void s3_tags_free(struct tag *tags, size_t count)
{
    tags_free(tags, count);
}

bool s3_delete_object(struct call *c, struct s3_object o, struct err *err)
{
    const struct call_rest r = {.action = &aws_actions[S3_DELETE_OBJECT],
                                .method = "DELETE",
                                .bucket = o.bucket,
                                .key = o.key};
    struct http_answer answer = {0};
    bool ok = call_rest(c, &r, &answer, err);

    http_answer_free(&answer);
    return ok;
}

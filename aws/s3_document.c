/* Small objects with a condition. */
#include "aws/s3_document.h"

#include <stdio.h>

#include "aws/actions.h"
#include "base/crc32c.h"
#include "base/mem.h"

void s3_document_free(struct s3_document *d)
{
    buf_free(&d->body);
    *d = (struct s3_document){0};
}

static void keep_etag(struct s3_document *d, const struct http_answer *answer)
{
    const char *etag = http_answer_header(answer, "etag");
    d->exists = true;
    snprintf(d->etag, sizeof(d->etag), "%s", etag == NULL ? "" : etag);
}

bool s3_get_document(struct call *c, struct s3_object o, struct s3_document *out, struct err *err)
{
    const struct call_rest r = {
        .action = &aws_actions[S3_GET_OBJECT], .method = "GET", .bucket = o.bucket, .key = o.key};
    struct http_answer answer = {0};
    struct err local = ERR_INIT;
    err = err == NULL ? &local : err;
    s3_document_free(out);
    bool ok = call_rest(c, &r, &answer, err);
    if (ok && answer.body.length > S3_DOCUMENT_MAX_BYTES) {
        ok = err_set(err, ERR_INVALID, "s3://%s/%s is larger than %zu bytes", o.bucket, o.key,
                     S3_DOCUMENT_MAX_BYTES);
    } else if (ok) {
        buf_add(&out->body, answer.body.data, answer.body.length);
        keep_etag(out, &answer);
    } else if (err->kind == ERR_NOT_FOUND) {
        *err = ERR_INIT;
        ok = true;
    }
    http_answer_free(&answer);
    return ok;
}

bool s3_put_document(struct call *c, struct s3_object o, struct s3_document *d, struct err *err)
{
    char checksum[CRC32C_BASE64_SIZE];
    crc32c_base64(crc32c(0, d->body.data, d->body.length), checksum);
    const struct http_header headers[] = {
        {"content-type", "application/json"},
        {d->exists ? "if-match" : "if-none-match", d->exists ? d->etag : "*"},
        {"x-amz-checksum-crc32c", checksum},
        {"x-amz-sdk-checksum-algorithm", "CRC32C"}};
    const struct call_rest r = {.action = &aws_actions[S3_PUT_OBJECT],
                                .method = "PUT",
                                .bucket = o.bucket,
                                .key = o.key,
                                .headers = headers,
                                .header_count = ARRAY_LEN(headers),
                                .body = {.data = d->body.data, .length = d->body.length}};
    struct http_answer answer = {0};
    bool ok = call_rest(c, &r, &answer, err);
    if (ok)
        keep_etag(d, &answer);
    http_answer_free(&answer);
    return ok;
}

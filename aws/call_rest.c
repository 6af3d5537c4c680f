/* REST calls: where S3's bucket is, and what a status of 200 may hide. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/actions.h"
#include "aws/call_impl.h"
#include "aws/endpoint.h"
#include "aws/reply.h"
#include "aws/xml.h"
#include "base/mem.h"

/* S3 sends white space for minutes until such an answer is decided (API Reference,
 * CompleteMultipartUpload). */
enum { SLOW_ANSWER_S = 900 };

/* Codes with which S3 says that the bucket is in another region. */
static const char *const elsewhere_codes[] = {
    "PermanentRedirect",
    "TemporaryRedirect",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
    "",
};

const char *call_bucket_region(const struct call *c, const char *bucket)
{
    if (c->bucket != NULL && bucket != NULL && strcmp(c->bucket, bucket) == 0)
        return c->bucket_region;
    return c->region;
}

static void remember(struct call *c, const char *bucket, const char *region)
{
    free(c->bucket);
    free(c->bucket_region);
    c->bucket = xstrdup(bucket);
    c->bucket_region = xstrdup(region);
}

/* The body of a 200 that was sent before the work was done: it says whether it was. */
static bool no_error_inside(void *arg, const struct http_answer *answer, struct err *err)
{
    struct xml *root = xml_parse(buf_str(&answer->body), answer->body.length, NULL);
    bool ok = false;
    (void)arg;

    if (root == NULL)
        err_set(err, ERR_SERVER, "S3 began to answer and did not finish");
    else if (strcmp(root->name, "Error") == 0)
        reply_error(err, answer);
    else
        ok = true;
    /* S3 tells to repeat such a call whatever the code is that it did not expect itself. */
    if (!ok && err->kind == ERR_INVALID && err->code[0] == '\0')
        err->kind = ERR_SERVER;
    xml_free(root);
    return ok;
}

static void make_origin(const struct call *c, const char *service, const char *bucket,
                        const char *region, bool path_style, struct buf *out)
{
    struct buf origin = BUF_INIT;

    endpoint_url(c->aws->config, service, region, &origin);
    const char *host = strstr(buf_str(&origin), "://");
    if (bucket == NULL || path_style || host == NULL) {
        buf_add_str(out, buf_str(&origin));
    } else {
        buf_add(out, origin.data, (size_t)(host + 3 - origin.data));
        buf_add_fmt(out, "%s.%s", bucket, host + 3);
    }
    buf_free(&origin);
}

static void make_path(const char *bucket, const char *key, bool path_style, struct buf *out)
{
    if (bucket != NULL && path_style) {
        buf_add_char(out, '/');
        buf_add_uri(out, bucket);
    }
    if (key != NULL || out->length == 0)
        buf_add_char(out, '/');
    if (key != NULL)
        buf_add_uri_path(out, key);
}

/* Who looks at an answer with status 2xx, and what all attempts share. */
struct reader {
    bool (*accept)(void *arg, const struct http_answer *answer, struct err *err);
    void *arg;
    struct retry_state budget;
};

static bool send(struct call *c, const struct call_rest *r, const char *region,
                 struct reader *reader, struct http_answer *answer, struct err *err)
{
    bool path_style = r->bucket == NULL || endpoint_s3_path_style(c->aws->config, r->bucket);
    struct buf origin = BUF_INIT, path = BUF_INIT;

    make_origin(c, r->action->service, r->bucket, region, path_style, &origin);
    if (r->path != NULL)
        buf_add_str(&path, r->path);
    else
        make_path(r->bucket, r->key, path_style, &path);
    const struct call_request request = {.action = r->action,
                                         .method = r->method,
                                         .region = region,
                                         .origin = buf_str(&origin),
                                         .path = buf_str(&path),
                                         .query = r->query,
                                         .headers = r->headers,
                                         .header_count = r->header_count,
                                         .body = r->body,
                                         .unsigned_payload = r->unsigned_payload,
                                         .attempts_max = r->attempts_max,
                                         .answer_s = r->error_in_200 ? SLOW_ANSWER_S : 0,
                                         .sent = r->sent,
                                         .rate_bytes_s = r->rate_bytes_s,
                                         .begin = r->begin,
                                         .take = r->take,
                                         .accept = reader->accept,
                                         .arg = reader->accept != NULL ? reader->arg : r->arg,
                                         .budget = &reader->budget};
    bool ok = call_run(c, &request, answer, err);
    buf_free(&origin);
    buf_free(&path);
    return ok;
}

static bool is_elsewhere(const struct err *err)
{
    if (err->kind == ERR_REPLY)
        return false;
    if (err->http_status != 301 && err->http_status != 307 && err->http_status != 400)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(elsewhere_codes); i++)
        if (strcmp(elsewhere_codes[i], err->code) == 0)
            return true;
    return false;
}

/* The region that an answer names, malloc'd, or NULL. */
static char *named_region(const struct http_answer *answer)
{
    const char *header = http_answer_header(answer, "x-amz-bucket-region");
    struct xml *root =
        header != NULL ? NULL : xml_parse(buf_str(&answer->body), answer->body.length, NULL);
    const char *name = header != NULL ? header : xml_text(root, "Region");
    char *region = endpoint_is_region(name) ? xstrdup(name) : NULL;

    xml_free(root);
    return region;
}

/* The region of the bucket after an answer that says it is elsewhere: what the answer names, else
 * what HeadBucket names; NULL when nobody says. */
static char *find_region(struct call *c, const struct call_rest *r,
                         const struct http_answer *answer)
{
    char *region = named_region(answer);

    if (region == NULL && r->action != &aws_actions[S3_HEAD_BUCKET]) {
        const struct call_rest head = {
            .action = &aws_actions[S3_HEAD_BUCKET], .method = "HEAD", .bucket = r->bucket};
        struct http_answer headed = {0};
        send(c, &head, c->region, &(struct reader){0}, &headed, NULL);
        region = named_region(&headed);
        http_answer_free(&headed);
    }
    return region;
}

/* Sends r to where the bucket is. */
static bool send_there(struct call *c, const struct call_rest *r, struct reader *reader,
                       struct http_answer *answer, struct err *err)
{
    struct err local = ERR_INIT;
    char *region = xstrdup(call_bucket_region(c, r->bucket));

    err = err == NULL ? &local : err;
    bool ok = send(c, r, region, reader, answer, err);
    if (!ok && r->bucket != NULL && is_elsewhere(err)) {
        char *other = find_region(c, r, answer);
        if (other != NULL && strcmp(other, region) != 0) {
            remember(c, r->bucket, other);
            http_answer_free(answer);
            ok = send(c, r, other, reader, answer, err);
        }
        free(other);
    }
    if (!ok)
        http_answer_free(answer);
    free(region);
    return ok;
}

bool call_rest(struct call *c, const struct call_rest *r, struct http_answer *answer,
               struct err *err)
{
    struct reader reader = {.accept = r->error_in_200 ? no_error_inside : NULL};

    return send_there(c, r, &reader, answer, err);
}

static bool decode(void *arg, const struct http_answer *answer, struct err *err)
{
    struct xml **root = arg;

    *root = xml_parse(buf_str(&answer->body), answer->body.length, err);
    return *root != NULL;
}

bool call_rest_xml(struct call *c, const struct call_rest *r, struct xml **root, struct err *err)
{
    struct reader reader = {.accept = decode, .arg = root};
    struct http_answer answer = {0};

    *root = NULL;
    bool ok = send_there(c, r, &reader, &answer, err);
    http_answer_free(&answer);
    return ok;
}

/* A reply on its way out. */
#include "aws/sim/send.h"
#include "aws/sim/mem.h"
#include "aws/sim/service.h"
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define SEND_BUFFER (64 * 1024)

/* White space goes out this often while CompleteMultipartUpload is at work. */
#define KEEP_ALIVE_MS 100

/* What a body is read from while it is sent. */
struct source {
    struct content *content; /* or, when NULL, the text */
    uint64_t offset, len;    /* the part of the content */
    struct str text;
    uint64_t breaks_at; /* the connection breaks here */
    int white_space;    /* times that a space is still to be sent, each after a wait */
    uint64_t spaces;    /* sent so far */
    int stop_fd;
};

static void source_free(void *cls)
{
    struct source *s = cls;
    content_unref(s->content);
    str_free(&s->text);
    free(s);
}

static ssize_t read_source(void *cls, uint64_t position, char *out, size_t room)
{
    struct source *s = cls;
    if (s->white_space > 0) {
        struct pollfd stop = {.fd = s->stop_fd, .events = POLLIN};
        poll(&stop, 1, KEEP_ALIVE_MS);
        s->white_space--;
        s->spaces++;
        *out = ' ';
        return 1;
    }
    position -= s->spaces;
    if (position >= s->breaks_at)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    uint64_t left = s->len - position;
    if (left == 0)
        return MHD_CONTENT_READER_END_OF_STREAM;
    size_t part = left < room ? (size_t)left : room;
    if (part > s->breaks_at - position)
        part = (size_t)(s->breaks_at - position);
    if (s->content == NULL) {
        memcpy(out, s->text.data + position, part);
        return (ssize_t)part;
    }
    int64_t n = content_read(s->content, s->offset + position, out, part);
    return n > 0 ? (ssize_t)n : MHD_CONTENT_READER_END_WITH_ERROR;
}

static struct MHD_Response *make_response(struct reply *reply, const struct send_options *options)
{
    bool special = options->truncate || options->keep_alive_ms > 0;
    if (reply->content == NULL && !special) {
        size_t len = reply->body.len;
        return MHD_create_response_from_buffer(len, str_take(&reply->body), MHD_RESPMEM_MUST_FREE);
    }
    struct source *s = xcalloc(1, sizeof(*s));
    s->content = reply->content;
    reply->content = NULL;
    s->offset = reply->content_offset;
    s->len = s->content != NULL ? reply->content_len : reply->body.len;
    s->text = reply->body;
    reply->body = (struct str){0};
    s->breaks_at = options->truncate ? s->len / 2 : UINT64_MAX;
    s->white_space = options->keep_alive_ms / KEEP_ALIVE_MS;
    s->stop_fd = options->stop_fd;
    uint64_t size = options->keep_alive_ms > 0 ? MHD_SIZE_UNKNOWN : s->len;
    return MHD_create_response_from_callback(size, SEND_BUFFER, read_source, s, source_free);
}

static void add_headers(struct MHD_Response *response, const struct request *request,
                        const struct reply *reply)
{
    bool s3 = request->service == NULL || request->service->protocol == PROTOCOL_REST_XML;
    MHD_add_response_header(response, "Server", s3 ? "AmazonS3" : "AmazonEC2");
    MHD_add_response_header(response, s3 ? "x-amz-request-id" : "x-amzn-RequestId", request->id);
    if (s3)
        MHD_add_response_header(response, "x-amz-id-2", request->host_id);
    for (size_t i = 0; i < reply->headers.count; i++)
        MHD_add_response_header(response, reply->headers.list[i].name,
                                reply->headers.list[i].value);
}

enum MHD_Result send_reply(struct MHD_Connection *connection, const struct request *request,
                           struct reply *reply, struct send_options options)
{
    if (strcmp(request->method, "HEAD") == 0 && reply->content == NULL) {
        str_free(&reply->body);
        params_remove(&reply->headers, "Content-Type");
    }
    struct MHD_Response *response = make_response(reply, &options);
    add_headers(response, request, reply);
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return result;
}

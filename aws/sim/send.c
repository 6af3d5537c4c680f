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
    uint64_t sent;      /* bytes of it so far */
    uint64_t breaks_at; /* the connection breaks there */
    uint64_t spaces_at; /* white space goes in there */
    int spaces;         /* so many are still to be sent, each after a wait */
    int trickle_ms;     /* before every single byte; 0: as fast as it goes */
    struct pace_route route;
};

static void source_free(void *cls)
{
    struct source *s = cls;
    content_unref(s->content);
    str_free(&s->text);
    free(s);
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void wait_ms(const struct source *s, int ms)
{
    struct pollfd stop = {.fd = s->route.stop_fd, .events = POLLIN};
    poll(&stop, 1, ms);
}

static ssize_t read_source(void *cls, uint64_t position, char *out, size_t room)
{
    (void)position;
    struct source *s = cls;
    bool before_spaces = s->spaces > 0 && s->sent < s->spaces_at;
    if (s->spaces > 0 && !before_spaces) {
        wait_ms(s, KEEP_ALIVE_MS);
        s->spaces--;
        *out = ' ';
        return 1;
    }
    if (s->sent >= s->breaks_at)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (s->sent == s->len)
        return MHD_CONTENT_READER_END_OF_STREAM;
    uint64_t until = before_spaces ? s->spaces_at : least(s->len, s->breaks_at);
    if (s->trickle_ms > 0)
        wait_ms(s, s->trickle_ms);
    size_t part = (size_t)least(until - s->sent, s->trickle_ms > 0 ? 1 : room);
    int64_t n = (int64_t)part;
    if (s->content == NULL)
        memcpy(out, s->text.data + s->sent, part);
    else
        n = content_read(s->content, s->offset + s->sent, out, part);
    if (n <= 0)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    pace_take(&s->route, (uint64_t)n);
    s->sent += (uint64_t)n;
    return (ssize_t)n;
}

static struct MHD_Response *make_response(struct reply *reply, const struct send_options *options)
{
    bool special = options->truncate || options->keep_alive_ms > 0 || options->trickle_ms > 0;
    if (reply->content == NULL && !special) {
        size_t len = reply->body.len;
        pace_take(&options->route, len);
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
    s->spaces = options->keep_alive_ms / KEEP_ALIVE_MS;
    s->spaces_at = strcspn(str_text(&s->text), "\n"); /* behind the XML declaration */
    s->trickle_ms = options->trickle_ms;
    s->route = options->route;
    uint64_t size = options->keep_alive_ms > 0 ? MHD_SIZE_UNKNOWN : s->len;
    return MHD_create_response_from_callback(size, SEND_BUFFER, read_source, s, source_free);
}

static void add_own_headers(struct MHD_Response *response, const struct reply *reply)
{
    for (size_t i = 0; i < reply->headers.count; i++)
        MHD_add_response_header(response, reply->headers.list[i].name,
                                reply->headers.list[i].value);
}

static void add_headers(struct MHD_Response *response, const struct request *request,
                        const struct reply *reply)
{
    bool s3 = request->service == NULL || request->service->protocol == PROTOCOL_REST_XML;
    MHD_add_response_header(response, "Server", s3 ? "AmazonS3" : "AmazonEC2");
    MHD_add_response_header(response, s3 ? "x-amz-request-id" : "x-amzn-RequestId", request->id);
    if (s3)
        MHD_add_response_header(response, "x-amz-id-2", request->host_id);
    add_own_headers(response, reply);
}

enum MHD_Result send_reply(struct MHD_Connection *connection, const struct request *request,
                           struct reply *reply, struct send_options options)
{
    if (strcmp(request->method, "HEAD") == 0 && reply->content == NULL) {
        str_free(&reply->body);
        if (!reply->foreign)
            params_remove(&reply->headers, "Content-Type");
    }
    struct MHD_Response *response = make_response(reply, &options);
    if (reply->foreign)
        add_own_headers(response, reply);
    else
        add_headers(response, request, reply);
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return result;
}

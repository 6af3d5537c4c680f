/* Any bytes as a request to tatami-sim, its request line, headers and body as they stand in HTTP:
 * always answered with a status. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/sim/dispatch.h"
#include "aws/sim/mem.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct world world;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    if (!world_init(&world, 1, 1, NULL))
        abort();
    return 0;
}

/* Cuts a line off, without its end; NULL behind the last. */
static char *cut_line(char **at)
{
    char *line = *at, *end = strchr(line, '\n');

    if (end == NULL)
        return NULL;
    *end = '\0';
    if (end > line && end[-1] == '\r')
        end[-1] = '\0';
    *at = end + 1;
    return line;
}

static void take_headers(struct request *request, char **at)
{
    char *line;

    while ((line = cut_line(at)) != NULL && *line != '\0') {
        char *colon = strchr(line, ':');
        if (colon == NULL)
            continue;
        *colon = '\0';
        request_header(request, line, colon + 1 + strspn(colon + 1, " "));
    }
}

static void serve(struct request *request, struct reply *reply, const char *body)
{
    bool streams = false;

    if (!dispatch_headers(request, reply, &streams))
        return;
    if (streams)
        request->content = content_new();
    struct body *b =
        body_new(request, request->content, &request->body, (enum checksum_kind)request->checksum);
    request->upload = b;
    body_feed(b, body, strlen(body));
    body_end(b);
    if (dispatch_body(request, reply, b))
        dispatch_perform(request, reply);
    request->upload = NULL;
    body_free(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = xmalloc(size + 1), *at = text;
    struct request request;
    struct reply reply = {.status = 200};

    memcpy(text, data, size);
    text[size] = '\0';
    char *method = cut_line(&at);
    char *uri = method == NULL ? NULL : strchr(method, ' ');
    if (uri != NULL && uri[1] == '/') {
        *uri++ = '\0';
        uri[strcspn(uri, " ")] = '\0';
        request_init(&request, &world, uri, 1);
        request.method = method;
        take_headers(&request, &at);
        serve(&request, &reply, at);
        if (reply.status < 200 || reply.status > 599)
            abort();
        dispatch_end(&request, &reply);
        reply_free(&reply);
        request_free(&request);
    }
    free(text);
    return 0;
}

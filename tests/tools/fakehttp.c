/* A scripted HTTP server on loopback. */
#include "tests/tools/fakehttp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

enum { REQUESTS_MAX = 64 };

struct fakehttp {
    int listener, stop_read, stop_write;
    pthread_t thread;
    char address[32];
    const char *const *answers;
    size_t answer_count;
    /* Written by the thread, read after its end. */
    char *requests[REQUESTS_MAX];
    size_t request_count;
    int connections;
};

/* Waits for bytes; false when the test ends the server first, or when the client comes anew while
 * this connection is idle. */
static bool readable(const struct fakehttp *f, int fd)
{
    struct pollfd fds[] = {{.fd = fd, .events = POLLIN},
                           {.fd = f->stop_read, .events = POLLIN},
                           {.fd = fd == f->listener ? -1 : f->listener, .events = POLLIN}};

    while (poll(fds, ARRAY_LEN(fds), -1) < 0)
        continue;
    return fds[1].revents == 0 && fds[0].revents != 0;
}

static bool is_stopped(const struct fakehttp *f)
{
    struct pollfd stop = {.fd = f->stop_read, .events = POLLIN};

    return poll(&stop, 1, 0) > 0;
}

static size_t content_length(const char *head)
{
    static const char name[] = "\r\ncontent-length:";

    for (; *head != '\0'; head++)
        if (strncasecmp(head, name, sizeof name - 1) == 0)
            return strtoul(head + sizeof name - 1, NULL, 10);
    return 0;
}

/* Head and body of one request, malloc'd; NULL when the client went, or the test ends. */
static char *read_request(const struct fakehttp *f, int fd)
{
    struct buf text = BUF_INIT;
    char chunk[65536];

    for (;;) {
        const char *end = strstr(buf_str(&text), "\r\n\r\n");
        if (end != NULL) {
            size_t head = (size_t)(end + 4 - text.data);
            if (text.length >= head + content_length(text.data))
                return buf_take(&text);
        }
        ssize_t n = readable(f, fd) ? read(fd, chunk, sizeof chunk) : 0;
        if (n <= 0) {
            buf_free(&text);
            return NULL;
        }
        buf_add(&text, chunk, (size_t)n);
    }
}

/* One connection, until either side ends it. */
static void serve(struct fakehttp *f, int fd)
{
    char *request;

    while (f->request_count < REQUESTS_MAX && (request = read_request(f, fd)) != NULL) {
        size_t n = f->request_count;
        f->requests[f->request_count++] = request;
        const char *answer = n < f->answer_count ? f->answers[n] : FAKEHTTP_CLOSE;
        if (strcmp(answer, FAKEHTTP_CLOSE) == 0)
            return;
        if (strcmp(answer, FAKEHTTP_HANG) == 0) {
            readable(f, fd);
            return;
        }
        if (write(fd, answer, strlen(answer)) < 0 || strstr(answer, "Connection: close") != NULL)
            return;
    }
}

static void *run(void *arg)
{
    struct fakehttp *f = arg;

    while (!is_stopped(f)) {
        if (!readable(f, f->listener))
            continue;
        int fd = accept(f->listener, NULL, NULL);
        if (fd < 0)
            continue;
        f->connections++;
        serve(f, fd);
        close(fd);
    }
    return NULL;
}

struct fakehttp *fakehttp_start(const char *const *answers, size_t count)
{
    struct fakehttp *f = xcalloc(1, sizeof *f);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof at;
    int ends[2];

    f->answers = answers;
    f->answer_count = count;
    f->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (f->listener < 0 || bind(f->listener, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(f->listener, 8) != 0 ||
        getsockname(f->listener, (struct sockaddr *)&at, &length) != 0 || pipe(ends) != 0)
        abort();
    f->stop_read = ends[0];
    f->stop_write = ends[1];
    snprintf(f->address, sizeof f->address, "127.0.0.1:%d", ntohs(at.sin_port));
    if (pthread_create(&f->thread, NULL, run, f) != 0)
        abort();
    return f;
}

const char *fakehttp_address(const struct fakehttp *f)
{
    return f->address;
}

void fakehttp_stop(struct fakehttp *f)
{
    if (write(f->stop_write, "x", 1) != 1)
        abort();
    pthread_join(f->thread, NULL);
    close(f->listener);
    close(f->stop_read);
    close(f->stop_write);
}

const char *fakehttp_request(const struct fakehttp *f, size_t n)
{
    return n < f->request_count ? f->requests[n] : NULL;
}

int fakehttp_connections(const struct fakehttp *f)
{
    return f->connections;
}

void fakehttp_free(struct fakehttp *f)
{
    for (size_t i = 0; i < f->request_count; i++)
        free(f->requests[i]);
    free(f);
}

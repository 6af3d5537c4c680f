/* The listener: what libmicrohttpd reports becomes a request, and its reply goes back. */
#include "aws/sim/http.h"
#include "aws/sim/body.h"
#include "aws/sim/control.h"
#include "aws/sim/dispatch.h"
#include "aws/sim/fault.h"
#include "aws/sim/mem.h"
#include "aws/sim/send.h"
#include "aws/sim/service.h"
#include <arpa/inet.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTION_MEMORY (128 * 1024) /* bodies come in as large reads */
#define CONNECTIONS       1024
#define THREAD_STACK      (256 * 1024)
#define TRICKLE_MS        1000

struct http {
    struct world *world;
    struct MHD_Daemon *daemon;
    int latency_ms;
    double connection_bytes_s;
    struct pace all; /* what all connections share */
    int stop_fd;     /* readable once the simulator ends: what every wait waits on too */
    atomic_uint_fast64_t requests;
};

enum stage {
    STAGE_HEADERS,
    STAGE_BODY,
    STAGE_DRAIN, /* refused already; what the client still sends is read and dropped */
    STAGE_SENT,
};

/* One request on its way; libmicrohttpd keeps it from the request line to the end. */
struct exchange {
    enum stage stage;
    bool control; /* /_sim/..., not an AWS request */
    struct request request;
    struct reply reply;
    struct body *body;
};

static void *on_request_line(void *cls, const char *uri, struct MHD_Connection *connection)
{
    (void)connection;
    struct http *h = cls;
    struct exchange *x = xcalloc(1, sizeof(*x));
    request_init(&x->request, h->world, uri, atomic_fetch_add(&h->requests, 1));
    x->control = strncmp(x->request.path, "/_sim/", 6) == 0;
    x->reply.status = 200;
    return x;
}

static void on_end(void *cls, struct MHD_Connection *connection, void **con_cls,
                   enum MHD_RequestTerminationCode why)
{
    (void)cls, (void)connection, (void)why;
    struct exchange *x = *con_cls;
    if (x == NULL)
        return;
    body_free(x->body);
    request_free(&x->request);
    reply_free(&x->reply);
    free(x);
    *con_cls = NULL;
}

static enum MHD_Result take_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                   const char *value)
{
    (void)kind;
    request_header(cls, name, value != NULL ? value : "");
    return MHD_YES;
}

static int socket_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

/* Every connection has a line of its own. */
static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    (void)connection;
    const struct http *h = cls;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        *context = xmalloc(sizeof(struct pace));
        pace_init(*context, h->connection_bytes_s);
    } else {
        pace_free(*context);
        free(*context);
        *context = NULL;
    }
}

static struct pace_route route_of(struct http *h, struct MHD_Connection *connection)
{
    return (struct pace_route){
        .own =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context,
        .all = &h->all,
        .stop_fd = h->stop_fd,
    };
}

/* Waits wall time, or until the simulator ends. */
static void wait_ms(const struct http *h, int ms)
{
    struct pollfd stop = {.fd = h->stop_fd, .events = POLLIN};
    if (ms > 0)
        poll(&stop, 1, ms);
}

static void wait_for_client_to_go(const struct http *h, struct MHD_Connection *connection)
{
    struct pollfd ends[] = {
        {.fd = h->stop_fd, .events = POLLIN},
        {.fd = socket_of(connection), .events = POLLRDHUP},
    };
    poll(ends, ARRAY_LEN(ends), -1);
}

/* The connection ends without an answer; the client sees a reset rather than an orderly end. */
static enum MHD_Result tear_down(struct MHD_Connection *connection)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_of(connection), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    return MHD_NO;
}

static enum MHD_Result finish(struct http *h, struct exchange *x, struct MHD_Connection *connection,
                              struct send_options options)
{
    x->stage = STAGE_SENT;
    wait_ms(h, h->latency_ms);
    options.route = route_of(h, connection);
    return send_reply(connection, &x->request, &x->reply, options);
}

static int trickle_ms(const struct request *r)
{
    const struct fault *trickle = fault_of(r, FAULT_TRICKLE);
    int said_ms = trickle != NULL ? trickle->delay_ms : 0;
    return trickle == NULL ? 0 : said_ms > 0 ? said_ms : TRICKLE_MS;
}

static enum MHD_Result answer(struct http *h, struct exchange *x, struct MHD_Connection *connection)
{
    struct request *r = &x->request;
    struct send_options options = {0};
    bool tear = false;
    if (x->control) {
        control_handle(r, &x->reply);
        return send_reply(connection, r, &x->reply, options);
    }
    if (x->body != NULL)
        body_end(x->body);
    if (dispatch_body(r, &x->reply, x->body)) {
        const struct fault *delay = fault_of(r, FAULT_DELAY);
        bool hang = fault_of(r, FAULT_HANG) != NULL;
        bool early = delay != NULL && strcmp(r->action->name, "CompleteMultipartUpload") == 0;
        if (hang)
            wait_for_client_to_go(h, connection);
        if (delay != NULL && !early)
            wait_ms(h, delay->delay_ms);
        tear = hang || fault_of(r, FAULT_RESET) != NULL;
        if (!tear)
            dispatch_perform(r, &x->reply);
        tear = tear || fault_of(r, FAULT_RESET_AFTER) != NULL;
        options.truncate = fault_of(r, FAULT_TRUNCATE) != NULL;
        options.trickle_ms = trickle_ms(r);
        options.keep_alive_ms = early ? delay->delay_ms : 0;
    }
    dispatch_end(r, &x->reply);
    return tear ? tear_down(connection) : finish(h, x, connection, options);
}

/* A refusal before the body: at once when the client asked whether to send it, else behind it. */
static enum MHD_Result refuse_early(struct http *h, struct exchange *x,
                                    struct MHD_Connection *connection)
{
    dispatch_end(&x->request, &x->reply);
    if (params_get(&x->request.headers, "expect") != NULL)
        return finish(h, x, connection, (struct send_options){0});
    x->stage = STAGE_DRAIN;
    return MHD_YES;
}

static enum MHD_Result take_headers(struct http *h, struct exchange *x,
                                    struct MHD_Connection *connection, const char *method)
{
    struct request *r = &x->request;
    bool streams = false;
    r->method = method;
    x->stage = STAGE_BODY;
    MHD_get_connection_values(connection, MHD_HEADER_KIND, take_header, r);
    if (!x->control && !dispatch_headers(r, &x->reply, &streams))
        return refuse_early(h, x, connection);
    if (streams)
        r->content = content_new();
    x->body = body_new(r, r->content, &r->body, (enum checksum_kind)r->checksum);
    r->upload = x->body;
    return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **con_cls)
{
    (void)url, (void)version;
    struct exchange *x = *con_cls;
    if (x->stage == STAGE_HEADERS)
        return take_headers(cls, x, connection, method);
    if (*size > 0) {
        struct pace_route route = route_of(cls, connection);
        if (!x->control)
            pace_take(&route, *size);
        if (x->stage == STAGE_BODY)
            body_feed(x->body, data, *size);
        *size = 0;
        return MHD_YES;
    }
    if (x->stage == STAGE_DRAIN)
        return finish(cls, x, connection, (struct send_options){0});
    return answer(cls, x, connection);
}

/* The daemon with what HTTP and HTTPS have in common, and `more` of its own. */
static struct MHD_Daemon *start_daemon(struct http *h, uint16_t port, unsigned flags,
                                       struct MHD_OptionItem *more)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return MHD_start_daemon(
        MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | flags,
        port, NULL, NULL, on_request, h, MHD_OPTION_SOCK_ADDR, &address,
        MHD_OPTION_URI_LOG_CALLBACK, on_request_line, h, MHD_OPTION_NOTIFY_COMPLETED, on_end, h,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
        MHD_OPTION_THREAD_STACK_SIZE, (size_t)THREAD_STACK, MHD_OPTION_LISTEN_BACKLOG_SIZE,
        (unsigned)CONNECTIONS, MHD_OPTION_ARRAY, more, MHD_OPTION_END);
}

struct http *http_start(struct world *w, const struct http_options *options)
{
    struct http *h = xcalloc(1, sizeof(*h));
    struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};
    struct MHD_OptionItem secure[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)options->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)options->key_pem},
        {MHD_OPTION_END, 0, NULL},
    };
    bool tls = options->certificate != NULL;
    h->world = w;
    h->latency_ms = options->latency_ms;
    h->connection_bytes_s = options->connection_bytes_s;
    h->stop_fd = eventfd(0, EFD_CLOEXEC);
    pace_init(&h->all, options->total_bytes_s);
    h->daemon = start_daemon(h, options->port, tls ? MHD_USE_TLS : 0, tls ? secure : plain);
    if (h->daemon != NULL)
        return h;
    close(h->stop_fd);
    pace_free(&h->all);
    free(h);
    return NULL;
}

uint16_t http_port(const struct http *h)
{
    return MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void http_stop(struct http *h)
{
    if (h == NULL)
        return;
    eventfd_write(h->stop_fd, 1);
    MHD_stop_daemon(h->daemon);
    close(h->stop_fd);
    pace_free(&h->all);
    free(h);
}

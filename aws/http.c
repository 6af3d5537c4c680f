/* One blocking HTTP exchange over a kept-alive libcurl handle. */
#include "aws/http.h"

#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aws/http_progress.h"
#include "aws/http_trust.h"
#include "base/mem.h"

enum {
    POLL_MS = 200, /* how soon a cancel flag is seen */
    CONNECT_TIMEOUT_MS = 10000,
    UPLOAD_BUFFER_BYTES = 32 << 10,
    RECEIVE_BUFFER_BYTES = 16 << 10,
    ANSWER_BYTES_MAX = 64 << 20,
    HEADERS_MAX = 200,
};

struct http {
    CURLM *multi; /* keeps the connections */
    CURL *easy;
    char *ca_bundle, *only_address;
    int limit_ms;
};

/* One exchange while it runs. */
struct exchange {
    CURL *easy;
    const struct http_request *request;
    struct http_answer *answer;
    uint64_t at;      /* of the body: what libcurl has taken */
    uint64_t counted; /* bytes added to *request->sent */
    uint64_t moved;   /* bytes in either direction */
    uint64_t come;    /* bytes of the answer, head and body */
    uint64_t body;    /* bytes of its body */
    size_t answer_limit;
    struct err *err; /* set by a callback that ends the exchange */
    bool failed;     /* *err is set */
};

void http_global_init(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        abort();
}

struct http *http_new(const struct http_options *options)
{
    struct http *h = xcalloc(1, sizeof *h);

    h->multi = curl_multi_init();
    h->easy = curl_easy_init();
    if (h->multi == NULL || h->easy == NULL)
        abort();
    h->ca_bundle = xstrdup_or_null(options->ca_bundle);
    h->only_address = xstrdup_or_null(options->only_address);
    h->limit_ms = options->limit_ms;
    return h;
}

void http_free(struct http *h)
{
    if (h == NULL)
        return;
    curl_easy_cleanup(h->easy);
    curl_multi_cleanup(h->multi);
    free(h->ca_bundle);
    free(h->only_address);
    free(h);
}

static void count_sent(struct exchange *x, size_t bytes)
{
    x->at += bytes;
    x->moved += bytes;
    x->counted += bytes;
    if (x->request->sent != NULL)
        atomic_fetch_add(x->request->sent, bytes);
}

static void take_back(struct exchange *x)
{
    if (x->request->sent != NULL)
        atomic_fetch_sub(x->request->sent, x->counted);
    x->counted = 0;
}

static size_t read_failed(struct exchange *x, ssize_t n)
{
    if (n < 0)
        err_set_errno(x->err, ERR_IO, "cannot read the file that is being sent");
    else
        err_set(x->err, ERR_INPUT, "the file became shorter while it was being sent");
    x->failed = true;
    return CURL_READFUNC_ABORT;
}

/* libcurl wants more of the body. */
static size_t on_read(char *out, size_t size, size_t count, void *data)
{
    struct exchange *x = data;
    const struct http_body *body = &x->request->body;
    uint64_t left = body->length - x->at;
    size_t wanted = size * count < left ? size * count : (size_t)left;

    if (wanted > 0 && body->data == NULL && body->read != NULL) {
        if (!body->read(body->arg, x->at, out, wanted, x->err)) {
            x->failed = true;
            return CURL_READFUNC_ABORT;
        }
    } else if (wanted > 0 && body->data == NULL) {
        ssize_t n;
        do
            n = pread(body->fd, out, wanted, body->offset + (off_t)x->at);
        while (n < 0 && errno == EINTR);
        if (n <= 0)
            return read_failed(x, n);
        wanted = (size_t)n;
    } else if (wanted > 0) {
        memcpy(out, (const char *)body->data + x->at, wanted);
    }
    count_sent(x, wanted);
    return wanted;
}

/* libcurl sends the body again: the kept connection was gone. */
static int on_seek(void *data, curl_off_t offset, int origin)
{
    struct exchange *x = data;

    if (origin != SEEK_SET || offset < 0 || (uint64_t)offset > x->request->body.length)
        return CURL_SEEKFUNC_FAIL;
    take_back(x);
    x->at = (uint64_t)offset;
    return CURL_SEEKFUNC_OK;
}

static bool is_success(long status)
{
    return status >= 200 && status <= 299;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
    struct exchange *x = data;
    const struct http_sink *sink = &x->request->sink;
    size_t length = size * count;
    long status = 0;

    x->body += length;
    if (x->body > x->answer_limit) {
        err_set(x->err, ERR_REPLY, "AWS's answer is longer than %zu bytes", x->answer_limit);
        x->failed = true;
        return 0;
    }
    curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
    if (sink->take != NULL && is_success(status))
        sink->take(sink->arg, bytes, length);
    else
        buf_add(&x->answer->body, bytes, length);
    x->moved += length;
    x->come += length;
    return length;
}

static void add_header(struct http_answer *answer, const char *line, size_t length)
{
    const char *colon = memchr(line, ':', length);

    if (colon == NULL || answer->header_count == HEADERS_MAX)
        return;
    const char *value = colon + 1, *end = line + length;
    while (value < end && isspace((unsigned char)*value))
        value++;
    while (end > value && isspace((unsigned char)end[-1]))
        end--;
    answer->headers = xrealloc(answer->headers, answer->header_count + 1, sizeof *answer->headers);
    char *name = xstrndup(line, (size_t)(colon - line));
    for (char *c = name; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    answer->headers[answer->header_count++] =
        (struct http_header){.name = name, .value = xstrndup(value, (size_t)(end - value))};
}

static size_t on_header(char *line, size_t size, size_t count, void *data)
{
    struct exchange *x = data;
    size_t length = size * count;

    x->moved += length;
    x->come += length;
    /* A status line starts anew: what came before belonged to a "100 Continue". */
    if (length >= 5 && memcmp(line, "HTTP/", 5) == 0)
        http_answer_free(x->answer);
    else
        add_header(x->answer, line, length);
    return length;
}

static struct curl_slist *make_headers(const struct http_request *request)
{
    /* libcurl's own Expect and Content-Type stay away. */
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    struct buf line = BUF_INIT;

    for (size_t i = 0; i < request->header_count; i++) {
        buf_reset(&line);
        buf_add_fmt(&line, "%s: %s", request->headers[i].name, request->headers[i].value);
        struct curl_slist *longer = curl_slist_append(list, buf_str(&line));
        if (longer == NULL)
            abort();
        list = longer;
    }
    buf_wipe_free(&line);
    return list;
}

static void set_method(CURL *easy, const struct http_request *request)
{
    bool sends = strcmp(request->method, "POST") == 0 || strcmp(request->method, "PUT") == 0;

    if (strcmp(request->method, "HEAD") == 0) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (sends || request->body.length > 0) {
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->body.length);
        curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)UPLOAD_BUFFER_BYTES);
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    } else {
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    }
}

static void set_callbacks(CURL *easy, struct exchange *x)
{
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, x);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, x);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, x);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, x);
}

static void set_options(struct http *h, const struct http_request *request)
{
    CURL *easy = h->easy;

    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)RECEIVE_BUFFER_BYTES);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, request->new_connection ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "tatami/" TATAMI_VERSION);
    if (strncmp(request->url, "https:", 6) == 0)
        http_trust(easy, h->ca_bundle);
    if (h->only_address != NULL || h->limit_ms > 0)
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (h->limit_ms > 0)
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)h->limit_ms);
}

/* How libcurl's failures read; anything else is the network's. */
static const struct failure {
    CURLcode code;
    enum err_kind kind;
} failures[] = {
    {CURLE_OPERATION_TIMEDOUT, ERR_TIMEOUT}, {CURLE_URL_MALFORMAT, ERR_USAGE},
    {CURLE_SSL_CACERT_BADFILE, ERR_USAGE},   {CURLE_WEIRD_SERVER_REPLY, ERR_NETWORK},
    {CURLE_OUT_OF_MEMORY, ERR_IO},           {CURLE_BAD_FUNCTION_ARGUMENT, ERR_USAGE},
};

static bool fail_with(const struct exchange *x, CURLcode code, const char *detail)
{
    enum err_kind kind = ERR_NETWORK;

    if (x->failed)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(failures); i++)
        if (failures[i].code == code)
            kind = failures[i].kind;
    return err_set(x->err, kind, "%s%s%s", curl_easy_strerror(code), *detail == '\0' ? "" : ": ",
                   detail);
}

/* Drives the transfer to its end. False when it was cut short, with *err set. */
static bool drive(struct http *h, struct exchange *x, const atomic_bool *cancel, CURLcode *result)
{
    struct http_progress progress;
    uint64_t rate = 0;
    int running = 1, left = 0;

    http_progress_begin(&progress, x->request->timeout_s, x->request->answer_s);
    while (running > 0) {
        if (cancel != NULL && atomic_load(cancel))
            return err_set(x->err, ERR_CANCELLED, "cancelled");
        if (x->request->rate_bytes_s != NULL && atomic_load(x->request->rate_bytes_s) != rate) {
            rate = atomic_load(x->request->rate_bytes_s);
            curl_easy_setopt(h->easy, CURLOPT_MAX_SEND_SPEED_LARGE, (curl_off_t)rate);
        }
        if (curl_multi_perform(h->multi, &running) != CURLM_OK)
            return err_set(x->err, ERR_IO, "libcurl cannot go on");
        if (!http_progress(&progress, x->moved, x->come, x->err))
            return false;
        if (running > 0)
            curl_multi_poll(h->multi, NULL, 0, POLL_MS, NULL);
    }
    CURLMsg *message;
    while ((message = curl_multi_info_read(h->multi, &left)) != NULL)
        if (message->msg == CURLMSG_DONE)
            *result = message->data.result;
    return true;
}

/* The host and port of the URL are exactly this. */
static bool goes_to(const char *url, const char *address)
{
    const char *host = strstr(url, "://");
    size_t length = strlen(address);

    return host != NULL && strncmp(host + 3, address, length) == 0 &&
           (host[3 + length] == '/' || host[3 + length] == '\0' || host[3 + length] == '?');
}

static bool run(struct http *h, struct exchange *x, const atomic_bool *cancel)
{
    struct curl_slist *headers = make_headers(x->request);
    char detail[CURL_ERROR_SIZE] = "";
    CURLcode result = CURLE_OK;
    curl_off_t total_us = 0, connected_us = 0;
    long status = 0;

    set_options(h, x->request);
    set_method(h->easy, x->request);
    set_callbacks(h->easy, x);
    curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(h->easy, CURLOPT_ERRORBUFFER, detail);
    curl_multi_add_handle(h->multi, h->easy);
    bool ok = drive(h, x, cancel, &result);
    /* Without this libcurl would wait for a name server that does not answer. */
    if (!ok)
        curl_easy_setopt(h->easy, CURLOPT_QUICK_EXIT, 1L);
    curl_multi_remove_handle(h->multi, h->easy);
    curl_easy_setopt(h->easy, CURLOPT_ERRORBUFFER, NULL);
    curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(headers);
    if (ok && (x->failed || result != CURLE_OK))
        ok = fail_with(x, result, detail);
    curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(h->easy, CURLINFO_TOTAL_TIME_T, &total_us);
    curl_easy_getinfo(h->easy, CURLINFO_PRETRANSFER_TIME_T, &connected_us);
    x->answer->status = (int)status;
    x->answer->duration_ms = (int)(total_us / 1000);
    x->answer->exchange_us = total_us - connected_us;
    return ok;
}

bool http_exchange(struct http *h, const struct http_request *request, const atomic_bool *cancel,
                   struct http_answer *answer, struct err *err)
{
    struct err local = ERR_INIT;
    size_t limit = request->answer_limit_bytes;
    struct exchange x = {.easy = h->easy,
                         .request = request,
                         .answer = answer,
                         .answer_limit = limit == 0 ? ANSWER_BYTES_MAX : limit,
                         .err = err == NULL ? &local : err};

    *answer = (struct http_answer){0};
    if (h->only_address != NULL && !goes_to(request->url, h->only_address))
        return err_set(err, ERR_REFUSED, "a rehearsal talks to %s only, not to %s", h->only_address,
                       request->url);
    if (strncmp(request->url, "http://", 7) != 0 && strncmp(request->url, "https://", 8) != 0)
        return err_set(err, ERR_USAGE, "%s is no http or https address", request->url);
    bool ok = run(h, &x, cancel);
    if (!ok || !is_success(answer->status))
        take_back(&x);
    if (!ok) {
        int duration_ms = answer->duration_ms;
        http_answer_free(answer);
        answer->duration_ms = duration_ms;
    }
    return ok;
}

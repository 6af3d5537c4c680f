/* Sessions, call handles, and the loop that every request to AWS goes through. */
#include "aws/call.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aws/call_impl.h"
#include "aws/reply.h"
#include "aws/sigv4.h"
#include "base/clock.h"
#include "base/mem.h"

enum {
    HEADERS_MOST = 20,
    SKEW_S_MIN = 240, /* SDKs take a clock that is off by less for right */
};

static struct aws *make_session(const struct signin *with, struct keeper *keeper)
{
    struct aws *aws = xcalloc(1, sizeof *aws);

    aws->config = with->config;
    aws->only_address = xstrdup_or_null(with->only_address);
    aws->keeper = keeper;
    aws->bucket = retry_bucket_new();
    pthread_mutex_init(&aws->accepted_lock, NULL);
    return aws;
}

struct aws *aws_new(const struct aws_options *options, struct err *err)
{
    struct signin with = signin_of(options->config);

    with.only_address = options->only_address;
    with.ask = options->ask;
    with.ask_arg = options->ask_arg;
    with.cancel = options->cancel;
    struct keeper *keeper = keeper_new(&with, err);
    if (keeper == NULL)
        return NULL;
    struct aws *aws = make_session(&with, keeper);
    aws->read_only = options->read_only;
    aws->trace = options->trace;
    aws->trace_arg = options->trace_arg;
    return aws;
}

struct aws *aws_new_with(const struct signin *with, const struct credentials *keys)
{
    return make_session(with, keeper_of(keys));
}

void aws_free(struct aws *aws)
{
    if (aws == NULL)
        return;
    keeper_free(aws->keeper);
    retry_bucket_free(aws->bucket);
    pthread_mutex_destroy(&aws->accepted_lock);
    free(aws->only_address);
    free(aws);
}

const char *aws_credentials_source(const struct aws *aws)
{
    return keeper_source(aws->keeper);
}

int64_t aws_credentials_expire(struct aws *aws)
{
    return keeper_expires_at(aws->keeper);
}

const struct aws_config *aws_session_config(const struct aws *aws)
{
    return aws->config;
}

struct call *call_new(struct aws *aws, const char *region, const atomic_bool *cancel)
{
    struct call *c = xcalloc(1, sizeof *c);
    const struct http_options options = {.ca_bundle = aws->config->ca_bundle,
                                         .only_address = aws->only_address};

    c->aws = aws;
    c->region = xstrdup(region);
    c->cancel = cancel;
    c->http = http_new(&options);
    return c;
}

void call_free(struct call *c)
{
    if (c == NULL)
        return;
    http_free(c->http);
    free(c->region);
    free(c->bucket);
    free(c->bucket_region);
    free(c);
}

const char *call_region(const struct call *c)
{
    return c->region;
}

/* Wall time as AWS has it. */
static time_t aws_now(const struct aws *aws)
{
    return time(NULL) + atomic_load(&aws->skew_s);
}

/* What goes out with one attempt. */
struct signed_request {
    struct sigv4_header names[HEADERS_MOST]; /* for the signer */
    struct http_header headers[HEADERS_MOST];
    size_t count;
    struct buf host, authorization, url;
    char date[SIGV4_DATE_SIZE];
};

static void add_header(struct signed_request *s, const char *name, const char *value)
{
    if (s->count + 1 >= HEADERS_MOST)
        abort();
    s->names[s->count] = (struct sigv4_header){.name = name, .value = value};
    s->headers[s->count++] = (struct http_header){.name = name, .value = value};
}

/* The authority of a URL without its scheme's usual port. */
static void add_host(struct buf *out, const char *origin)
{
    static const char *const usual_ports[][2] = {{"https://", ":443"}, {"http://", ":80"}};

    for (size_t i = 0; i < ARRAY_LEN(usual_ports); i++) {
        const char *scheme = usual_ports[i][0], *port = usual_ports[i][1];
        if (strncmp(origin, scheme, strlen(scheme)) != 0)
            continue;
        const char *host = origin + strlen(scheme);
        size_t length = strcspn(host, "/"), port_length = strlen(port);
        if (length > port_length && strncmp(host + length - port_length, port, port_length) == 0)
            length -= port_length;
        buf_add(out, host, length);
    }
}

static void make_url(const struct call_request *r, struct buf *out)
{
    buf_add_fmt(out, "%s%s", r->origin, r->path);
    if (r->query != NULL && *r->query != '\0')
        buf_add_fmt(out, "?%s", r->query);
}

static void sign_request(const struct call *c, const struct call_request *r,
                         const struct credentials *keys, const char *payload_hash,
                         struct signed_request *s)
{
    const char *service = r->action->service;
    time_t now = aws_now(c->aws);

    sigv4_date(now, s->date);
    add_host(&s->host, r->origin);
    add_header(s, "host", buf_str(&s->host));
    add_header(s, "x-amz-date", s->date);
    if (keys->session_token != NULL)
        add_header(s, "x-amz-security-token", keys->session_token);
    if (r->unsigned_payload || strcmp(service, "s3") == 0)
        add_header(s, "x-amz-content-sha256", payload_hash);
    for (size_t i = 0; i < r->header_count; i++)
        add_header(s, r->headers[i].name, r->headers[i].value);
    const struct sigv4_request request = {.method = r->method,
                                          .path = r->path,
                                          .query = r->query,
                                          .headers = s->names,
                                          .header_count = s->count,
                                          .payload_hash = payload_hash,
                                          .service = service,
                                          .region = r->region,
                                          .time = now};
    sigv4_authorization(&request, keys, &s->authorization);
    add_header(s, "authorization", buf_str(&s->authorization));
}

/* What goes out of a call that is not signed. */
static void take_headers(const struct call_request *r, struct signed_request *s)
{
    for (size_t i = 0; i < r->header_count; i++)
        add_header(s, r->headers[i].name, r->headers[i].value);
}

/* One attempt: true when AWS did what was asked. */
static bool attempt(struct call *c, const struct call_request *r, const struct credentials *keys,
                    const char *payload_hash, struct http_answer *answer, struct err *err)
{
    struct signed_request s = {.count = 0};

    *answer = (struct http_answer){0};
    if (r->action->unsigned_call)
        take_headers(r, &s);
    else
        sign_request(c, r, keys, payload_hash, &s);
    make_url(r, &s.url);
    const struct http_request request = {.method = r->method,
                                         .url = buf_str(&s.url),
                                         .headers = s.headers,
                                         .header_count = s.count,
                                         .body = r->body,
                                         .new_connection = r->action->once,
                                         .sink = {.take = r->take, .arg = r->arg},
                                         .sent = r->sent,
                                         .rate_bytes_s = r->rate_bytes_s};
    if (r->begin != NULL)
        r->begin(r->arg);
    bool ok = http_exchange(c->http, &request, c->cancel, answer, err);
    if (ok && (answer->status < 200 || answer->status > 299))
        ok = reply_error(err, answer);
    else if (ok && r->accept != NULL)
        ok = r->accept(r->arg, answer, err);
    buf_free(&s.host);
    buf_free(&s.url);
    buf_wipe_free(&s.authorization);
    return ok;
}

/* AWS refused for the time of day, or may have: takes AWS's clock from the Date header. True when
 * that changes what is signed. */
static bool correct_skew(struct aws *aws, const struct http_answer *answer, const struct err *err)
{
    const char *date = http_answer_header(answer, "date");
    time_t theirs = date == NULL ? -1 : curl_getdate(date, NULL);

    if ((err->kind != ERR_SKEW && err->kind != ERR_CREDENTIALS) || theirs < 0)
        return false;
    long skew_s = (long)(theirs - time(NULL));
    long change_s = labs(skew_s - atomic_load(&aws->skew_s));
    if (change_s <= SKEW_S_MIN)
        return false;
    atomic_store(&aws->skew_s, skew_s);
    return true;
}

/* What only the session knows about an error. */
static void refine(struct call *c, struct err *err)
{
    /* A region that is off, from the start or by now, answers AuthFailure to credentials that are
     * good elsewhere. */
    if (err->kind == ERR_CREDENTIALS && strcmp(err->code, "AuthFailure") == 0 &&
        call_works_elsewhere(c)) {
        err->kind = ERR_REGION_OFF;
        err_advise(err,
                   "the same key works elsewhere, so the region is off: `aws account "
                   "enable-region --region-name %s`, or leave it out",
                   c->region);
    }
}

static void describe(const struct call *c, const struct call_request *r,
                     const struct http_answer *answer, struct err *err)
{
    snprintf(err->operation, sizeof err->operation, "%s", r->action->name);
    snprintf(err->region, sizeof err->region, "%s", c->region);
    if (err->http_status == 0)
        err->http_status = answer->status;
    if (err->request_id[0] == '\0')
        snprintf(err->request_id, sizeof err->request_id, "%s", reply_request_id(answer));
}

static void trace(const struct call *c, const struct call_request *r, int attempts,
                  const struct http_answer *answer, const struct err *err, long retry_in_ms)
{
    const struct aws_trace row = {.service = r->action->service,
                                  .action = r->action->name,
                                  .region = c->region,
                                  .mutating = r->action->mutating,
                                  .attempt = attempts,
                                  .http_status = answer->status,
                                  .duration_ms = answer->duration_ms,
                                  .code = err->code,
                                  .request_id = reply_request_id(answer),
                                  .retry_in_ms = retry_in_ms};

    if (c->aws->trace != NULL)
        c->aws->trace(c->aws->trace_arg, &row);
}

/* RequestExpired with a right clock: temporary credentials are over. */
static void see_expiry(const struct credentials *keys, struct err *err)
{
    if (err->kind == ERR_SKEW && strcmp(err->code, "RequestExpired") == 0 &&
        keys->session_token != NULL) {
        err->kind = ERR_EXPIRED;
        err_advise(err, "get new credentials and start again; a release goes on where it was");
    }
}

/* What a call has mended already: each once. */
struct mended {
    bool clock, keys;
};

/* Whether the attempt that failed with err is made again, and after how long. */
static bool try_again(struct call *c, const struct call_request *r, struct retry_state *state,
                      const struct credentials *keys, const struct http_answer *answer,
                      struct err *err, struct mended *mended, long *wait_ms)
{
    *wait_ms = 0;
    if (!mended->clock && correct_skew(c->aws, answer, err))
        return mended->clock = true;
    see_expiry(keys, err);
    if (!mended->keys && err->kind == ERR_EXPIRED && !r->action->unsigned_call &&
        keeper_replace(c->aws->keeper, keys->access_key_id, aws_now(c->aws)))
        return mended->keys = true;
    *wait_ms = -1;
    if (r->action->once && err->kind != ERR_THROTTLED)
        return false;
    return retry_next(c->aws->bucket, state, err, c->aws->config->max_attempts,
                      reply_retry_after_ms(answer), wait_ms);
}

/* Takes the keys for an attempt, where it may be made at all. */
static bool allowed(const struct call *c, const struct call_request *r, struct credentials *keys,
                    struct err *err)
{
    if (r->action->mutating && c->aws->read_only)
        return err_set(err, ERR_REFUSED, "%s would change something, and this session only reads",
                       r->action->name);
    return r->action->unsigned_call || keeper_take(c->aws->keeper, aws_now(c->aws), keys, err);
}

/* One turn of the loop: true when it is over, with *ok saying how. */
static bool turn(struct call *c, const struct call_request *r, const char *payload_hash,
                 struct retry_state *state, struct mended *mended, struct http_answer *answer,
                 long *wait_ms, bool *ok, struct err *err)
{
    struct credentials keys = {0};
    bool again = false;

    *ok = false;
    *err = ERR_INIT;
    if (!allowed(c, r, &keys, err)) {
        describe(c, r, answer, err);
        return true;
    }
    state->attempt++;
    *ok = attempt(c, r, &keys, payload_hash, answer, err);
    if (!*ok)
        again = try_again(c, r, state, &keys, answer, err, mended, wait_ms);
    credentials_free(&keys);
    if (!*ok && !again)
        refine(c, err);
    if (!*ok)
        describe(c, r, answer, err);
    trace(c, r, state->attempt, answer, err, again ? *wait_ms : -1);
    return !again;
}

bool call_run(struct call *c, const struct call_request *r, struct http_answer *answer,
              struct err *err)
{
    struct retry_state state = {0};
    struct mended mended = {.clock = false};
    struct err local = ERR_INIT;
    char payload_hash[SIGV4_HEX_SIZE] = SIGV4_UNSIGNED;
    long wait_ms = -1;
    bool ok = false;

    err = err == NULL ? &local : err;
    *answer = (struct http_answer){0};
    if (!r->unsigned_payload)
        sigv4_hash_hex(r->body.data, r->body.data == NULL ? 0 : r->body.length, payload_hash);
    while (!turn(c, r, payload_hash, &state, &mended, answer, &wait_ms, &ok, err)) {
        http_answer_free(answer);
        if (!clock_sleep_ms(wait_ms, c->cancel)) {
            err_set(err, ERR_CANCELLED, "cancelled");
            describe(c, r, answer, err);
            return false;
        }
    }
    if (ok) {
        retry_success(c->aws->bucket, &state);
        call_note_accepted(c);
    }
    return ok;
}

/* The loop that every request to AWS goes through. */
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

/* AWS says no and why; who says only no, where a reason was to come, may be anybody. */
static bool refused(const struct call_request *r, const struct http_answer *answer, struct err *err)
{
    static const int reasoned[] = {400, 403, 404, 409};

    reply_error(err, answer);
    for (size_t i = 0; i < ARRAY_LEN(reasoned); i++)
        if (answer->status == reasoned[i] && err->code[0] == '\0' && strcmp(r->method, "HEAD") != 0)
            err->kind = ERR_REPLY;
    return false;
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
                                         .answer_s = r->answer_s,
                                         .sink = {.take = r->take, .arg = r->arg},
                                         .sent = r->sent,
                                         .rate_bytes_s = r->rate_bytes_s};
    if (r->begin != NULL)
        r->begin(r->arg);
    bool ok = http_exchange(c->http, &request, c->cancel, answer, err);
    if (ok && reply_is_foreign(answer))
        ok = reply_foreign(err, answer);
    else if (ok && (answer->status < 200 || answer->status > 299))
        ok = refused(r, answer, err);
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
                                  .err = err,
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
        err_advise(err, "get new credentials; a release goes on where it was");
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
    int most = r->attempts_max > 0 ? r->attempts_max : c->aws->config->max_attempts;
    return retry_next(c->aws->bucket, state, err, most, reply_retry_after_ms(answer), wait_ms);
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

/* What an attempt says about how fast its action may be asked. */
static void learn(const struct call *c, const struct call_action *action, clock_ms sent_at,
                  const struct http_answer *answer, const struct err *err)
{
    if (err->kind == ERR_THROTTLED)
        pacer_throttled(c->aws->pacer, action, c->region, sent_at, reply_retry_after_ms(answer));
    else
        pacer_passed(c->aws->pacer, action, c->region);
}

/* Waits for the action's turn in the region. */
static bool take_turn(const struct call *c, const struct call_action *action, struct err *err)
{
    return clock_sleep_ms(pacer_turn_ms(c->aws->pacer, action, c->region), c->cancel) ||
           err_set(err, ERR_CANCELLED, "cancelled");
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
    if (!take_turn(c, r->action, err) || !allowed(c, r, &keys, err)) {
        describe(c, r, answer, err);
        return true;
    }
    state->attempt++;
    clock_ms sent_at = clock_now_ms();
    *ok = attempt(c, r, &keys, payload_hash, answer, err);
    learn(c, r->action, sent_at, answer, err);
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
    struct retry_state own = {0}, *state = r->budget == NULL ? &own : r->budget;
    struct mended mended = {.clock = false};
    struct err local = ERR_INIT;
    char payload_hash[SIGV4_HEX_SIZE] = SIGV4_UNSIGNED;
    long wait_ms = -1;
    bool ok = false;

    err = err == NULL ? &local : err;
    *answer = (struct http_answer){0};
    if (!r->unsigned_payload)
        sigv4_hash_hex(r->body.data, r->body.data == NULL ? 0 : r->body.length, payload_hash);
    while (!turn(c, r, payload_hash, state, &mended, answer, &wait_ms, &ok, err)) {
        http_answer_free(answer);
        if (!clock_sleep_ms(wait_ms, c->cancel)) {
            err_set(err, ERR_CANCELLED, "cancelled");
            describe(c, r, answer, err);
            return false;
        }
    }
    if (ok) {
        retry_success(c->aws->bucket, state);
        call_note_accepted(c);
    }
    return ok;
}

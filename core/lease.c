/* One object that says who has a release, and one that says what it is. */
#include "core/lease.h"

#include <cjson/cJSON.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/lease_tags.h"
#include "core/plan_build.h"

/* Between looking and writing somebody may come first; so often it is looked at again. */
#define TAKE_TRIES 4

/* ---- the holder as JSON ---- */

static void add_time(struct buf *out, const char *name, time_t t)
{
    char iso[24];
    clock_format_iso(t, iso);
    buf_add_fmt(out, ", \"%s\": \"%s\"", name, iso);
}

static void write_holder(const struct lease *l, const struct lease_holder *h, struct buf *out)
{
    buf_reset(out);
    buf_add_str(out, "{\"release\": ");
    buf_add_json(out, l->release);
    buf_add_str(out, ", \"id\": ");
    buf_add_json(out, l->id);
    buf_add_str(out, ", \"host\": ");
    buf_add_json(out, h->host);
    buf_add_str(out, ", \"user\": ");
    buf_add_json(out, h->user);
    buf_add_fmt(out, ", \"pid\": %ld, \"nonce\": ", h->pid);
    buf_add_json(out, h->nonce);
    add_time(out, "since", h->since);
    add_time(out, "renewed", h->renewed);
    buf_add_str(out, "}\n");
}

static void read_text(const cJSON *object, const char *name, char *out, size_t size)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    snprintf(out, size, "%s", text == NULL ? "" : text);
}

static time_t read_time(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    time_t t = text == NULL ? -1 : clock_parse_iso(text);
    return t < 0 ? 0 : t;
}

/* An object that cannot be read is somebody's, of whom nothing is known. */
static void read_holder(const struct buf *body, struct lease_holder *h)
{
    cJSON *json = cJSON_ParseWithLength(buf_str(body), body->length);
    const cJSON *pid = cJSON_GetObjectItemCaseSensitive(json, "pid");
    *h = (struct lease_holder){.pid = cJSON_IsNumber(pid) ? (long)pid->valuedouble : 0};
    read_text(json, "id", h->id, sizeof(h->id));
    read_text(json, "host", h->host, sizeof(h->host));
    read_text(json, "user", h->user, sizeof(h->user));
    read_text(json, "nonce", h->nonce, sizeof(h->nonce));
    h->since = read_time(json, "since");
    h->renewed = read_time(json, "renewed");
    cJSON_Delete(json);
}

bool lease_name(struct lease *l, struct err *err)
{
    struct lease_holder *h = &l->self;
    unsigned char bits[(sizeof(h->nonce) - 1) / 2];
    if (getrandom(bits, sizeof(bits), 0) != (ssize_t)sizeof(bits))
        return err_set_errno(err, ERR_IO, "no random numbers");
    *h = (struct lease_holder){.pid = (long)getpid(), .since = clock_calendar()};
    h->renewed = h->since;
    snprintf(h->id, sizeof(h->id), "%s", l->id);
    struct buf hex = BUF_INIT;
    buf_add_hex(&hex, bits, sizeof(bits));
    snprintf(h->nonce, sizeof(h->nonce), "%s", buf_str(&hex));
    buf_free(&hex);
    if (gethostname(h->host, sizeof(h->host) - 1) != 0)
        snprintf(h->host, sizeof(h->host), "unknown");
    char room[1024];
    struct passwd pw, *found = NULL;
    if (getpwuid_r(getuid(), &pw, room, sizeof(room), &found) == 0 && found != NULL)
        snprintf(h->user, sizeof(h->user), "%s", pw.pw_name);
    return true;
}

void lease_explain(const struct lease_holder *holder, time_t now, struct buf *out)
{
    struct safe_text host = text_safe(holder->host[0] == '\0' ? "unknown host" : holder->host);
    struct safe_text user = text_safe(holder->user);
    char since[24];
    clock_format_iso(holder->since, since);
    buf_add_str(out, host.utf8);
    if (holder->user[0] != '\0')
        buf_add_fmt(out, " (user %s, process %ld)", user.utf8, holder->pid);
    if (holder->since != 0)
        buf_add_fmt(out, " since %s", since);
    /* Its clock may be ahead of this one. */
    if (holder->renewed != 0)
        buf_add_fmt(out, ", last heard of %lld s ago",
                    now > holder->renewed ? (long long)(now - holder->renewed) : 0);
    text_free(&host);
    text_free(&user);
}

/* ---- taking and keeping ---- */

static bool get(struct lease *l, struct call *c, const char *leaf, struct s3_document *out,
                struct err *err)
{
    char *key = plan_release_key(l->release, leaf);
    bool ok = s3_get_document(c, (struct s3_object){.bucket = l->bucket, .key = key}, out, err);
    free(key);
    return ok;
}

static bool put(struct lease *l, struct call *c, const char *leaf, struct s3_document *d,
                struct err *err)
{
    char *key = plan_release_key(l->release, leaf);
    bool ok = s3_put_document(c, (struct s3_object){.bucket = l->bucket, .key = key}, d, err);
    free(key);
    return ok;
}

bool lease_look(struct lease *l, struct call *c, bool *held, struct err *err)
{
    if (l->bucket == NULL)
        return lease_tags_look(l, c, held, err);
    bool ok = get(l, c, LEASE_KEY, &l->document, err);
    *held = ok && l->document.exists;
    if (*held)
        read_holder(&l->document.body, &l->holder);
    return ok;
}

static bool is_nonce(const struct lease_holder *h, const char *nonce)
{
    return nonce != NULL && nonce[0] != '\0' && strcmp(h->nonce, nonce) == 0;
}

static bool is_one_of(const struct lease_holder *h, const char *nonces)
{
    return nonces != NULL && strlen(h->nonce) == sizeof(h->nonce) - 1 &&
           strstr(nonces, h->nonce) != NULL;
}

static bool held_by_other(struct lease *l, struct err *err)
{
    struct buf who = BUF_INIT;
    lease_explain(&l->holder, clock_calendar(), &who);
    err_set(err, ERR_REFUSED, "the release %s is held by %s", l->release, buf_str(&who));
    err_advise(
        err,
        "let that one finish or stop; `tatami resume %s --bucket %s --take-over` goes on here "
        "and stops it",
        l->release, l->bucket);
    buf_free(&who);
    return false;
}

/* Two releases of one name: neither may go on with the other's. */
static bool is_of_another(const struct lease *l, struct err *err)
{
    err_set(err, ERR_REFUSED,
            "another release that is called %s is begun in s3://%s and not finished", l->release,
            l->bucket);
    return err_advise(
        err,
        "`tatami resume %s --bucket %s` goes on with that one, where this machine has "
        "none of its own; or take another --release name",
        l->release, l->bucket);
}

/* Over what was read last. ERR_EXISTS: look again, it may even have been this. */
static bool write_self(struct lease *l, struct call *c, const struct lease_holder *self,
                       struct err *err)
{
    write_holder(l, self, &l->document.body);
    if (!put(l, c, LEASE_KEY, &l->document, err))
        return false;
    l->holder = *self;
    l->state = LEASE_HELD;
    return true;
}

/* True when what was read last may be written over. */
static bool may_take(struct lease *l, const char *known, const char *take_over, struct err *err)
{
    if (!l->document.exists)
        return true;
    if (is_one_of(&l->holder, known))
        return true;
    if (!is_nonce(&l->holder, take_over))
        return held_by_other(l, err);
    return strcmp(l->holder.id, l->id) == 0 || is_of_another(l, err);
}

bool lease_take(struct lease *l, struct call *c, const char *known, const char *take_over,
                struct err *err)
{
    if (l->bucket == NULL)
        return lease_tags_take(l, c, known, take_over, err);
    for (int i = 0; i < TAKE_TRIES; i++) {
        bool held = false;
        if (!lease_look(l, c, &held, err))
            return false;
        if (held && is_nonce(&l->holder, l->self.nonce)) {
            l->state = LEASE_HELD;
            return true;
        }
        if (!may_take(l, known, take_over, err))
            return false;
        if (write_self(l, c, &l->self, err))
            return true;
        /* An If-Match over an object that is gone is answered with NoSuchKey; without one there is
         * no bucket. */
        if (err->kind != ERR_EXISTS && !(held && err->kind == ERR_NOT_FOUND))
            return false;
    }
    return held_by_other(l, err);
}

static bool lost(struct lease *l, struct err *err)
{
    l->state = LEASE_LOST;
    if (l->document.exists) {
        held_by_other(l, err);
        return err_advise(err, "it goes on there; nothing more is asked of AWS here");
    }
    err_set(err, ERR_REFUSED, "the lease of the release %s is gone from s3://%s", l->release,
            l->bucket);
    return err_advise(err,
                      "another machine has ended the release, or somebody deleted the object: "
                      "`tatami resume %s` looks and goes on",
                      l->release);
}

bool lease_renew(struct lease *l, struct call *c, struct err *err)
{
    if (l->bucket == NULL)
        return lease_tags_renew(l, c, err);
    struct lease_holder self = l->self;
    self.renewed = clock_calendar();
    for (int i = 0; i < TAKE_TRIES; i++) {
        if (write_self(l, c, &self, err))
            return true;
        /* An If-Match over an object that is gone is answered with NoSuchKey. */
        if (err->kind != ERR_EXISTS && err->kind != ERR_NOT_FOUND)
            return false;
        if (!get(l, c, LEASE_KEY, &l->document, err))
            return false;
        read_holder(&l->document.body, &l->holder);
        if (!l->document.exists || !is_nonce(&l->holder, self.nonce))
            return lost(l, err);
        if (l->holder.renewed >= self.renewed)
            return true;
    }
    return false;
}

static bool delete_leaf(struct lease *l, struct call *c, const char *leaf, struct err *err)
{
    char *key = plan_release_key(l->release, leaf);
    bool ok = s3_delete_object(c, (struct s3_object){.bucket = l->bucket, .key = key}, err);
    free(key);
    return ok;
}

/* The plan goes last: as long as it is there, any machine can go on and clear up. */
bool lease_give_back(struct lease *l, struct call *c, bool keep_plan, struct err *err)
{
    struct lease_holder now;
    struct s3_document d = {0};
    if (l->bucket == NULL)
        return lease_tags_give_back(l, c, keep_plan, err);
    if (l->state != LEASE_HELD)
        return true;
    bool ok = get(l, c, LEASE_KEY, &d, err);
    read_holder(&d.body, &now);
    bool others = ok && d.exists && !is_nonce(&now, l->self.nonce);
    s3_document_free(&d);
    if (ok && !others)
        ok = delete_leaf(l, c, LEASE_KEY, err) &&
             (keep_plan || delete_leaf(l, c, LEASE_PLAN_KEY, err));
    if (ok)
        l->state = LEASE_NONE;
    return ok;
}

void lease_free(struct lease *l)
{
    s3_document_free(&l->document);
    free(l->before);
    l->before = NULL;
    l->state = LEASE_NONE;
}

/* The plan that lies there, which has to be of this release; one that has just gone is none. */
static bool read_our_plan(struct lease *l, struct call *c, struct s3_document *d, struct err *err)
{
    char id[sizeof(l->self.id)];
    bool ok = get(l, c, LEASE_PLAN_KEY, d, err);
    cJSON *json = ok ? cJSON_ParseWithLength(buf_str(&d->body), d->body.length) : NULL;
    read_text(json, "id", id, sizeof(id));
    cJSON_Delete(json);
    return ok && (!d->exists || strcmp(id, l->id) == 0 || is_of_another(l, err));
}

bool lease_put_plan(struct lease *l, struct call *c, const char *plan_json, char **there,
                    struct err *err)
{
    struct s3_document d = {0};
    struct err local = ERR_INIT;
    *there = NULL;
    if (l->bucket == NULL)
        return lease_tags_put_plan(l, c, there, err);
    buf_add_str(&d.body, plan_json);
    bool ok = put(l, c, LEASE_PLAN_KEY, &d, &local);
    if (!ok && local.kind == ERR_EXISTS) {
        ok = read_our_plan(l, c, &d, err);
        *there = ok && d.exists ? xstrdup(buf_str(&d.body)) : NULL;
    } else if (!ok && err != NULL) {
        *err = local;
    }
    s3_document_free(&d);
    return ok;
}

bool lease_change_plan(struct lease *l, struct call *c, const char *plan_json, struct err *err)
{
    struct s3_document d = {0};
    if (l->bucket == NULL)
        return lease_tags_change_plan(l, c, plan_json, err);
    bool ok = read_our_plan(l, c, &d, err);
    if (ok) {
        buf_reset(&d.body);
        buf_add_str(&d.body, plan_json);
        ok = put(l, c, LEASE_PLAN_KEY, &d, err);
    }
    s3_document_free(&d);
    return ok;
}

bool lease_get_plan(struct call *c, const char *bucket, const char *release, char **plan_json,
                    struct err *err)
{
    struct lease l = {.bucket = bucket, .release = release, .id = ""};
    struct s3_document d = {0};
    bool ok = get(&l, c, LEASE_PLAN_KEY, &d, err);
    *plan_json = ok && d.exists ? xstrdup(buf_str(&d.body)) : NULL;
    s3_document_free(&d);
    return ok;
}

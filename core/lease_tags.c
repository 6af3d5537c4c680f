/* The holder and the plan of a release as tags of its snapshots. */
#include "core/lease_tags.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/ec2_images.h"
#include "aws/ec2_snapshots.h"
#include "base/clock.h"
#include "base/mem.h"
#include "core/plan_text.h"

/* So often, and so far apart, a snapshot that is missing is looked for. */
#define LOOKS   4
#define LOOK_MS 5000

/* ---- the holder as a tag ---- */

static const char *word(const char *text)
{
    return text[0] == '\0' ? "-" : text;
}

/* "relhost1 ci 4711 NONCE 2026-11-23T14:02:00Z 2026-11-23T14:05:30Z", malloc'd. */
static char *write_holder(const struct lease_holder *h)
{
    char since[24], renewed[24];
    clock_format_iso(h->since, since);
    clock_format_iso(h->renewed, renewed);
    return xasprintf("%s %s %ld %s %s %s", word(h->host), word(h->user), h->pid, word(h->nonce),
                     since, renewed);
}

static time_t read_time(const char *text)
{
    time_t t = clock_parse_iso(text);
    return t < 0 ? 0 : t;
}

/* What cannot be read is somebody's, of whom nothing is known. */
static void read_holder(const char *text, struct lease_holder *h)
{
    char since[32] = "", renewed[32] = "";
    *h = (struct lease_holder){0};
    if (sscanf(text, "%64s %32s %ld %32s %31s %31s", h->host, h->user, &h->pid, h->nonce, since,
               renewed) != 6)
        *h = (struct lease_holder){0};
    if (strcmp(h->user, "-") == 0)
        h->user[0] = '\0';
    h->since = read_time(since);
    h->renewed = read_time(renewed);
}

/* ---- the snapshots ---- */

static bool list(const struct lease *l, struct call *c, struct ec2_snapshots *out, struct err *err)
{
    struct ec2_snapshot_filter own = {.tag_key = "tatami:id", .tag_value = l->id};
    return ec2_describe_snapshots(c, &own, out, err);
}

/* A fresh snapshot shows a little late; one that is gone stays away. */
static bool list_surely(const struct lease *l, struct call *c, struct ec2_snapshots *out,
                        struct err *err)
{
    bool ok = list(l, c, out, err);
    for (int look = 1; ok && out->count == 0 && l->begun && !l->cancels && look < LOOKS; look++) {
        clock_sleep_ms(LOOK_MS, NULL);
        ec2_snapshots_free(out);
        ok = list(l, c, out, err);
    }
    return ok;
}

static bool is_gone(const struct lease *l, const struct ec2_snapshots *all, struct err *err)
{
    if (all->count > 0 || !l->begun || l->cancels)
        return false;
    err_set(err, ERR_REFUSED, "no snapshot of %s is left: it was cancelled elsewhere, or by hand",
            l->release);
    err_advise(err, "`tatami cancel %s` ends it here, too; then begin a new release", l->release);
    return true;
}

static const char **ids_of(const struct ec2_snapshots *all)
{
    const char **ids = xcalloc(all->count + 1, sizeof(*ids));
    for (size_t i = 0; i < all->count; i++)
        ids[i] = all->items[i].id;
    return ids;
}

static bool is_one_of(const struct lease_holder *h, const char *nonces)
{
    return nonces != NULL && strlen(h->nonce) == sizeof(h->nonce) - 1 &&
           strstr(nonces, h->nonce) != NULL;
}

/* A holder whose nonce is none of these. Times do not tell who came last: clocks differ. */
static bool other_holder(const struct ec2_snapshots *all, const char *nonces,
                         struct lease_holder *out)
{
    for (size_t i = 0; i < all->count; i++) {
        const char *text = ec2_snapshot_tag(&all->items[i], PLAN_TAG_HOLDER);
        if (text == NULL)
            continue;
        read_holder(text, out);
        if (!is_one_of(out, nonces))
            return true;
    }
    return false;
}

/* Whoever had it before this program, and this program. */
static char *own_nonces(const struct lease *l)
{
    return xasprintf("%s %s", l->self.nonce, l->before == NULL ? "" : l->before);
}

static bool write_self(struct lease *l, struct call *c, const struct ec2_snapshots *all,
                       struct err *err)
{
    struct lease_holder self = l->self;
    self.renewed = clock_calendar();
    struct tag tag = {.key = (char *)PLAN_TAG_HOLDER, .value = write_holder(&self)};
    const char **ids = ids_of(all);
    bool ok = all->count == 0 || ec2_create_tags(c, ids, all->count, &tag, 1, err);
    free(ids);
    free(tag.value);
    if (ok) {
        l->begun = l->begun || all->count > 0;
        l->holder = self;
        l->state = LEASE_HELD;
    }
    return ok;
}

static bool held_by_other(const struct lease *l, struct err *err)
{
    struct buf who = BUF_INIT;
    lease_explain(&l->holder, clock_calendar(), &who);
    err_set(err, ERR_REFUSED, "the release %s is held by %s", l->release, buf_str(&who));
    buf_free(&who);
    return err_advise(
        err,
        "let that one finish or stop; `tatami resume %s --take-over` goes on here and "
        "stops it",
        l->release);
}

/* ---- other releases ---- */

/* Snapshots of a finished release keep no plan. */
static bool is_begun(const struct ec2_snapshot *s)
{
    return ec2_snapshot_tag(s, PLAN_TEXT_KEY "1") != NULL;
}

static bool list_named(const char *release, struct call *c, struct ec2_snapshots *out,
                       struct err *err)
{
    struct ec2_snapshot_filter named = {.tag_key = "tatami:release", .tag_value = release};
    return ec2_describe_snapshots(c, &named, out, err);
}

/* As strcmp() has it; 0 also where nothing says whose it is. */
static int order_of(const struct ec2_snapshot *s, const char *id)
{
    const char *of = ec2_snapshot_tag(s, "tatami:id");
    return of == NULL ? 0 : strcmp(of, id);
}

static bool is_begun_itself(const struct lease *l, const struct ec2_snapshots *all)
{
    bool begun = l->state == LEASE_HELD;
    for (size_t i = 0; i < all->count; i++)
        begun = begun || (is_begun(&all->items[i]) && order_of(&all->items[i], l->id) == 0);
    return begun;
}

static bool refuse(const struct lease *l, const struct ec2_snapshot *other, bool begun,
                   struct err *err)
{
    err_set(err, ERR_REFUSED,
            "another release that is called %s is begun and not finished: %s is of it", l->release,
            other->id);
    if (begun)
        return err_advise(err,
                          "that one goes on; `tatami cancel %s` takes away what this one has "
                          "begun",
                          l->release);
    return err_advise(err,
                      "`tatami resume %s` goes on with that one, where this machine has none of "
                      "its own; or take another --release name",
                      l->release);
}

/* Another release with this name is under way. Two that begin at one moment both see it: the one
 * with the smaller id stays. */
static bool only_one_of_its_name(const struct lease *l, const struct ec2_snapshots *all,
                                 struct err *err)
{
    bool begun = is_begun_itself(l, all);
    for (size_t i = 0; i < all->count && !l->cancels; i++) {
        int order = order_of(&all->items[i], l->id);
        if (is_begun(&all->items[i]) && order != 0 && !(begun && order > 0))
            return refuse(l, &all->items[i], begun, err);
    }
    return true;
}

bool lease_tags_find_plan(struct call *c, const char *release, char **plan_json, struct err *err)
{
    struct ec2_snapshots all;
    *plan_json = NULL;
    bool ok = list_named(release, c, &all, err);
    const char *first = NULL; /* of two that began at one moment, the one that stays */
    for (size_t i = 0; ok && i < all.count; i++) {
        const char *id = ec2_snapshot_tag(&all.items[i], "tatami:id");
        char *text = plan_text_of(all.items[i].tags, all.items[i].tag_count);
        bool stays = text != NULL && id != NULL && (first == NULL || strcmp(id, first) < 0);
        if (stays) {
            free(*plan_json);
            *plan_json = text;
            first = id;
        } else {
            free(text);
        }
    }
    ec2_snapshots_free(&all);
    return ok;
}

/* ---- taking and keeping ---- */

bool lease_tags_has_ended(struct lease *l, struct call *c, bool *ended, struct err *err)
{
    struct ec2_snapshots all;
    bool ok = list(l, c, &all, err), whole = false, open = false;
    for (size_t i = 0; ok && i < all.count; i++) {
        const struct ec2_snapshot *s = &all.items[i];
        whole = whole || s->state == EC2_SNAPSHOT_COMPLETED;
        open = open || is_begun(s) || ec2_snapshot_tag(s, PLAN_TAG_HOLDER) != NULL;
    }
    *ended = ok && whole && !open;
    ec2_snapshots_free(&all);
    return ok;
}

bool lease_tags_look(struct lease *l, struct call *c, bool *held, struct err *err)
{
    struct ec2_snapshots all;
    bool ok = list(l, c, &all, err);
    *held = ok && other_holder(&all, NULL, &l->holder);
    ec2_snapshots_free(&all);
    return ok;
}

bool lease_tags_take(struct lease *l, struct call *c, const char *known, const char *take_over,
                     struct err *err)
{
    struct ec2_snapshots all, named;
    bool alone = list_named(l->release, c, &named, err) && only_one_of_its_name(l, &named, err);
    ec2_snapshots_free(&named);
    if (!alone || !list(l, c, &all, err))
        return false;
    free(l->before);
    l->before = xasprintf("%s %s", known == NULL ? "" : known, take_over == NULL ? "" : take_over);
    char *own = own_nonces(l);
    bool ok =
        other_holder(&all, own, &l->holder) ? held_by_other(l, err) : write_self(l, c, &all, err);
    ec2_snapshots_free(&all);
    free(own);
    return ok;
}

bool lease_tags_renew(struct lease *l, struct call *c, struct err *err)
{
    struct ec2_snapshots all, named;
    bool ok = list_named(l->release, c, &named, err);
    bool stays = ok && only_one_of_its_name(l, &named, err);
    if (ok && !stays)
        l->state = LEASE_LOST;
    ec2_snapshots_free(&named);
    if (!stays || !list_surely(l, c, &all, err))
        return false;
    char *own = own_nonces(l);
    if (is_gone(l, &all, err)) {
        l->state = LEASE_LOST;
        ok = false;
    } else if (other_holder(&all, own, &l->holder)) {
        held_by_other(l, err);
        err_advise(err, "it goes on there; nothing more is asked of AWS here");
        l->state = LEASE_LOST;
        ok = false;
    } else {
        ok = write_self(l, c, &all, err);
    }
    ec2_snapshots_free(&all);
    free(own);
    return ok;
}

/* The keys of the tags that go, malloc'd as an array; the keys themselves live as long as `all`. */
static const char **keys_to_go(const struct ec2_snapshots *all, bool keep_plan, size_t *count)
{
    const char **keys = xcalloc(PLAN_TEXT_PIECES + 2, sizeof(*keys));
    *count = 0;
    keys[(*count)++] = PLAN_TAG_HOLDER;
    if (keep_plan)
        return keys;
    keys[(*count)++] = PLAN_TAG_BLOCKS;
    for (size_t i = 0; i < all->count; i++)
        for (size_t t = 0; t < all->items[i].tag_count; t++) {
            const char *key = all->items[i].tags[t].key;
            bool piece = strncmp(key, PLAN_TEXT_KEY, strlen(PLAN_TEXT_KEY)) == 0;
            bool known = false;
            for (size_t k = 0; piece && k < *count; k++)
                known = known || strcmp(keys[k], key) == 0;
            if (piece && !known && *count < PLAN_TEXT_PIECES + 2)
                keys[(*count)++] = key;
        }
    return keys;
}

bool lease_tags_give_back(struct lease *l, struct call *c, bool keep_plan, struct err *err)
{
    struct ec2_snapshots all;
    struct lease_holder now;
    if (l->state != LEASE_HELD)
        return true;
    bool ok = list(l, c, &all, err);
    char *own = own_nonces(l);
    bool others = ok && other_holder(&all, own, &now);
    free(own);
    if (ok && !others && all.count > 0) {
        size_t count = 0;
        const char **ids = ids_of(&all), **keys = keys_to_go(&all, keep_plan, &count);
        ok = ec2_delete_tags(c, ids, all.count, keys, count, err);
        free(keys);
        free(ids);
    }
    ec2_snapshots_free(&all);
    if (ok)
        l->state = LEASE_NONE;
    return ok;
}

bool lease_tags_put_plan(struct lease *l, struct call *c, char **there, struct err *err)
{
    struct ec2_snapshots all;
    *there = NULL;
    bool ok = list(l, c, &all, err);
    for (size_t i = 0; ok && *there == NULL && i < all.count; i++)
        *there = plan_text_of(all.items[i].tags, all.items[i].tag_count);
    ec2_snapshots_free(&all);
    return ok;
}

static bool change_on(struct call *c, const struct ec2_snapshot *s, const char *text, size_t room,
                      struct err *err)
{
    struct tag *tags = NULL;
    size_t count = 0;
    bool ok = plan_text_add(text, room, &tags, &count);
    if (!ok)
        err_set(err, ERR_LIMIT, "the plan and its changes are longer than the tags of %s", s->id);
    else
        ok = ec2_create_tags(c, (const char *const[]){s->id}, 1, tags, count, err);
    plan_tags_free(tags, count);
    return ok;
}

bool lease_tags_change_plan(struct lease *l, struct call *c, const char *plan_json, struct err *err)
{
    struct ec2_snapshots all;
    struct plan *plan = plan_from_json(plan_json, err);
    if (plan == NULL)
        return false;
    bool ok = list(l, c, &all, err);
    for (size_t i = 0; ok && i < all.count; i++)
        if (is_begun(&all.items[i]))
            ok = change_on(c, &all.items[i], plan_json, plan_text_room(plan), err);
    ec2_snapshots_free(&all);
    plan_free(plan);
    return ok;
}

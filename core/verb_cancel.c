/* `tatami cancel`: lists what an unfinished release has made, takes it away, and looks again until
 * nothing of it is left. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/cancel.h"
#include "core/hold.h"
#include "core/interrupt.h"
#include "core/inventory.h"
#include "core/plan.h"
#include "core/verbs.h"

/* What EC2 made of a request whose answer was lost shows itself within this program time. */
#define LATE_MS ((clock_ms)30 * 1000)
/* Looks at what is left; each but the first begins because something was, or may still appear. */
#define LOOKS_MOST 8

/* One run of the verb. */
struct cancelling {
    const struct settings *s;
    struct aws *aws;
    struct journal *journal;
    FILE *out;
    struct interrupt *interrupt;
    struct journal_release *release;
    struct plan *plan;
    struct hold hold;        /* nobody else goes on with it meanwhile */
    struct cancel_list list; /* what the last look has found */
    size_t done, failed;
    bool mutated;
};

/* ---- which release ---- */

/* The one that is named, else the only unfinished one. */
static bool choose(struct cancelling *v, struct journal_release *found, size_t count,
                   const char *name, struct err *err)
{
    if (count == 1) {
        v->release = &found[0];
        return true;
    }
    if (count > 1) {
        err_set(err, ERR_USAGE, "%zu releases are unfinished", count);
        return err_advise(err, "name one: `tatami cancel NAME`");
    }
    err_set(err, ERR_USAGE, "no unfinished release on this machine is called %s",
            name == NULL ? "anything" : name);
    return err_advise(err, "a finished one is taken back by `tatami unpublish`, then `tatami "
                           "cleanup`");
}

/* Everything that its plan says may hold something of it. */
static struct inventory *look(struct cancelling *v, struct err *err)
{
    const struct plan *plan = v->plan;
    const char **regions = xcalloc(plan->region_count + 1, sizeof(*regions));
    for (size_t i = 0; i < plan->region_count; i++)
        regions[i] = plan->regions[i].name;
    struct inventory_options options = {
        .aws = v->aws,
        .home = regions[0],
        .regions = regions,
        .region_count = plan->region_count,
        .buckets = (const char *const *)&plan->bucket,
        .bucket_count = plan->bucket != NULL,
        .wake_fd = -1,
    };
    struct inventory_reader *reader = inventory_open(&options);
    struct inventory *now = inventory_wait(reader, interrupt_flag(v->interrupt));
    inventory_close(reader);
    free(regions);
    bool ok = true;
    if (atomic_load(interrupt_flag(v->interrupt))) {
        ok = err_set(err, ERR_CANCELLED, "interrupted");
    } else if (now->err.kind != ERR_NONE) {
        *err = now->err;
        ok = false;
    } else if (strcmp(now->account, plan->account) != 0) {
        ok = err_set(err, ERR_REFUSED, "the release is of account %s, these credentials are of %s",
                     plan->account, now->account);
    }
    if (ok)
        return now;
    inventory_unref(now);
    return NULL;
}

static bool find(struct cancelling *v, struct err *err)
{
    struct inventory *now = look(v, err);
    if (now == NULL)
        return false;
    cancel_list_free(&v->list);
    cancel_find(now, v->plan->release, v->plan->id, v->s->also_public, &v->list);
    inventory_unref(now);
    return true;
}

/* ---- words ---- */

static void put_item(const struct cancelling *v, const struct cancel_item *item, const char *state)
{
    struct buf line = BUF_INIT;
    struct safe_text id = text_safe(item->id), name = text_safe(item->name);
    struct safe_text message = text_safe(item->err.message), code = text_safe(item->err.code);
    if (v->s->json) {
        char now[24];
        clock_format_iso(clock_calendar(), now);
        buf_add_fmt(&line, "{\"time\": \"%s\", \"event\": \"cancel\", \"kind\": \"%s\", ", now,
                    cancel_kind_name(item->kind, 1));
        buf_add_fmt(&line, "\"region\": \"%s\", \"id\": ", item->region);
        buf_add_json(&line, item->id);
        buf_add_fmt(&line, ", \"public\": %s, \"state\": \"%s\"",
                    item->is_public ? "true" : "false", state);
        if (item->err.kind != ERR_NONE) {
            buf_add_str(&line, ", \"code\": ");
            buf_add_json(&line, item->err.code);
            buf_add_str(&line, ", \"message\": ");
            buf_add_json(&line, item->err.message);
            buf_add_str(&line, ", \"request_id\": ");
            buf_add_json(&line, item->err.request_id);
        }
        buf_add_str(&line, "}");
    } else {
        buf_add_fmt(&line, "%-10s %-14s %-15s %s  %s%s", state, item->region,
                    cancel_kind_name(item->kind, 1), id.utf8, name.utf8,
                    item->is_public ? "  PUBLIC" : "");
        if (item->err.kind != ERR_NONE)
            buf_add_fmt(&line, "  %s %s", code.utf8, message.utf8);
    }
    fprintf(v->out, "%s\n", buf_str(&line));
    fflush(v->out);
    struct safe_text *texts[] = {&id, &name, &message, &code};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        text_free(texts[i]);
    buf_free(&line);
}

static size_t waiting(const struct cancel_list *list)
{
    size_t n = 0;
    for (size_t i = 0; i < list->count; i++)
        n += list->items[i].state == CANCEL_WAITING;
    return n;
}

/* "2 AMIs, 1 upload". */
static void add_sum(struct buf *out, const struct cancel_list *list)
{
    for (enum cancel_kind kind = 0; kind < CANCEL_KINDS; kind++)
        if (list->counts[kind] > 0)
            buf_add_fmt(out, "%s%zu %s", out->length == 0 ? "" : ", ", list->counts[kind],
                        cancel_kind_name(kind, list->counts[kind]));
}

static void announce(const struct cancelling *v)
{
    for (size_t i = 0; i < v->list.count; i++)
        put_item(v, &v->list.items[i], v->list.items[i].state == CANCEL_KEPT ? "stays" : "goes");
    if (v->s->json)
        return;
    struct buf sum = BUF_INIT;
    add_sum(&sum, &v->list);
    fprintf(v->out, "Cancel %s in account %s: %s.\n", v->release->name, v->plan->account,
            sum.length == 0 ? "it has made nothing" : buf_str(&sum));
    if (v->list.is_public > 0 && !v->s->also_public)
        fprintf(v->out, "%zu AMIs are public and stay; --also-public takes them away too.\n",
                v->list.is_public);
    buf_free(&sum);
}

static int end(const struct cancelling *v, int status)
{
    size_t left = v->list.count;
    struct buf text = BUF_INIT;
    if (left == 0 && v->list.unread == 0)
        buf_add_fmt(&text, "%s is cancelled: nothing of it is left", v->release->name);
    else
        buf_add_fmt(&text, "%zu of it left%s; `tatami cancel %s` goes on", left,
                    v->list.unread > 0 ? ", and regions that did not answer" : "",
                    v->release->name);
    if (v->s->json) {
        char now[24];
        clock_format_iso(clock_calendar(), now);
        struct buf line = BUF_INIT;
        buf_add_fmt(&line,
                    "{\"time\": \"%s\", \"event\": \"result\", \"exit_status\": %d, \"done\": %zu, "
                    "\"left\": %zu, \"text\": ",
                    now, status, v->done, left);
        buf_add_json(&line, buf_str(&text));
        fprintf(v->out, "%s}\n", buf_str(&line));
        buf_free(&line);
    } else {
        fprintf(v->out, "%s.\n", buf_str(&text));
    }
    buf_free(&text);
    return status;
}

/* ---- doing ---- */

static bool type(struct cancelling *v, const char *verb, size_t count, struct err *err)
{
    char *phrase = xasprintf("%s %zu", verb, count);
    bool said = verb_ask(phrase, v->interrupt, v->out, err);
    free(phrase);
    return said;
}

/* What the world can see takes a phrase of its own. */
static bool consent(struct cancelling *v, struct err *err)
{
    size_t is_public = v->s->also_public ? v->list.is_public : 0;
    if (v->s->yes || waiting(&v->list) == 0)
        return true;
    if (verb_can_ask(v->s))
        return type(v, "cancel", waiting(&v->list), err) &&
               (is_public == 0 || type(v, "destroy public", is_public, err));
    err_set(err, ERR_REFUSED, "nobody is here to say that %zu resources shall go",
            waiting(&v->list));
    return err_advise(err, "run it again with --yes");
}

static void told(void *arg, const struct cancel_item *item)
{
    struct cancelling *v = arg;
    v->done += item->state == CANCEL_DONE;
    v->failed += item->state == CANCEL_FAILED;
    v->mutated = v->mutated || item->state == CANCEL_DONE;
    put_item(v, item, item->state == CANCEL_DONE ? "gone" : "failed");
}

static bool set_phase(struct cancelling *v, const char *phase, int status, struct err *err)
{
    return journal_set_phase(v->journal, v->release->id, phase, status, clock_calendar(), err);
}

/* True when an answer was lost: what it asked for may appear a little later. */
static bool may_appear(struct cancelling *v)
{
    struct journal_intent *intents = NULL;
    size_t count = 0;
    bool open = false;
    journal_intents(v->journal, v->release->id, &intents, &count, NULL);
    for (size_t i = 0; i < count; i++)
        open = open || intents[i].answered_at == 0;
    journal_intents_free(intents, count);
    return open;
}

/* One look's removals. What failed may be mended by what the next look shows: an AMI that is there
 * only now. */
static bool clear_once(struct cancelling *v, bool *stuck)
{
    const struct cancel_run run = {
        .aws = v->aws, .cancel = interrupt_flag(v->interrupt), .told = told, .arg = v};
    size_t done = v->done, failed = v->failed;
    cancel_run(&v->list, &run);
    bool again = *stuck;
    *stuck = v->failed > failed && v->done == done;
    return !(again && *stuck);
}

/* Until a look finds nothing that could go. */
static bool clear(struct cancelling *v, struct err *err)
{
    bool late = may_appear(v), stuck = false, goes_on = true;
    for (int i = 0; i < LOOKS_MOST && goes_on && (waiting(&v->list) > 0 || late); i++) {
        bool had = waiting(&v->list) > 0;
        if (had)
            goes_on = clear_once(v, &stuck);
        if ((late || stuck) && !clock_sleep_ms(LATE_MS, interrupt_flag(v->interrupt)))
            return err_set(err, ERR_CANCELLED, "interrupted");
        late = late && had;
        if (!find(v, err))
            return false;
    }
    return true;
}

static int run(struct cancelling *v, struct err *err)
{
    announce(v);
    if (v->s->read_only)
        err_set(err, ERR_REFUSED, "tatami runs read-only: nothing is changed");
    if (v->s->read_only || !consent(v, err) ||
        !hold_take(&v->hold, v->aws, v->journal, v->plan, err) || !find(v, err) ||
        !set_phase(v, "cancelling", 3, err))
        return verb_fail(v->s, err, v->out);
    if (!clear(v, err)) {
        verb_complain(err);
        return end(v, err->kind == ERR_CANCELLED ? 130 : v->mutated ? 3 : 1);
    }
    bool whole = v->list.count == 0 && v->list.unread == 0;
    if ((whole && !set_phase(v, "cancelled", 0, err)) || !hold_end(&v->hold, !whole, err))
        verb_complain(err);
    return end(v, whole ? 0 : v->mutated ? 3 : 1);
}

static bool prepare(struct cancelling *v, struct journal_release *found, size_t count,
                    const char *name, struct err *err)
{
    if (!choose(v, found, count, name, err) || !journal_lock(v->journal, v->release->id, err))
        return false;
    v->plan = plan_from_json(v->release->plan_json, err);
    return v->plan != NULL && find(v, err);
}

int verb_cancel(const struct settings *s, struct aws *aws, struct journal *journal, FILE *out)
{
    const char *name = s->argument_count > 0 ? s->arguments[0] : NULL;
    struct cancelling v = {
        .s = s, .aws = aws, .journal = journal, .out = out, .interrupt = interrupt_start()};
    struct journal_release *found = NULL;
    size_t count = 0;
    struct err err = ERR_INIT;
    bool ok = journal_list(journal, name, true, &found, &count, &err) &&
              prepare(&v, found, count, name, &err);
    int status = ok ? run(&v, &err) : verb_fail(s, &err, out);
    hold_end(&v.hold, true, &err);
    journal_unlock(journal);
    cancel_list_free(&v.list);
    plan_free(v.plan);
    journal_releases_free(found, count);
    interrupt_end(v.interrupt);
    return status;
}

/* `tatami cancel`: lists what an unfinished release has made, takes it away, and looks again until
 * nothing of it is left. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/cancel.h"
#include "core/cancel_which.h"
#include "core/elsewhere.h"
#include "core/hold.h"
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
    struct plan *plan;
    bool found;              /* another machine's: this journal has it since just now */
    char *take_over;         /* nonce of a holder whom a person agreed to replace; NULL */
    struct hold hold;        /* nobody else goes on with it meanwhile */
    struct cancel_list list; /* what the last look has found */
    size_t done, failed;
    bool mutated;
};

/* Everything that its plan says may hold something of it; without a bucket in the plan, what may
 * lie in the ones that are named. */
static bool find(struct cancelling *v, struct err *err)
{
    const struct plan *plan = v->plan;
    const struct settings_list own = {.items = &v->plan->bucket, .count = 1};
    struct inventory *now = cancel_look(
        v->aws, plan->regions[0].name, plan->regions, plan->region_count,
        plan->bucket != NULL ? &own : &v->s->buckets, interrupt_flag(v->interrupt), err);
    if (now == NULL)
        return false;
    bool ok = strcmp(now->account, plan->account) == 0 ||
              err_set(err, ERR_REFUSED, "the release is of account %s, these credentials are of %s",
                      plan->account, now->account);
    cancel_list_free(&v->list);
    if (ok)
        cancel_find(now, plan->release, plan->id, v->s->also_public, &v->list);
    inventory_unref(now);
    return ok;
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

static bool is_listed(const struct cancel_list *list, const char *id)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].id, id) == 0)
            return true;
        for (size_t k = 0; k < list->items[i].snapshot_count; k++)
            if (strcmp(list->items[i].snapshots[k], id) == 0)
                return true;
    }
    return false;
}

/* What was to be adopted and bears no tag of the release yet is still the other program's. */
static void tell_not_adopted(const struct cancelling *v, const char *prefix, enum cancel_kind kind)
{
    struct journal_fact *facts = NULL;
    size_t count = 0;
    journal_facts(v->journal, v->plan->id, prefix, &facts, &count, NULL);
    for (size_t i = 0; i < count; i++) {
        char *region =
            kind == CANCEL_IMAGE ? strrchr(facts[i].key, '/') + 1 : v->plan->regions[0].name;
        struct cancel_item item = {
            .kind = kind, .region = region, .id = facts[i].value, .name = (char *)""};
        if (!is_listed(&v->list, item.id))
            put_item(v, &item, "left");
    }
    journal_facts_free(facts, count);
}

static void announce(const struct cancelling *v)
{
    for (size_t i = 0; i < v->list.count; i++)
        put_item(v, &v->list.items[i], v->list.items[i].state == CANCEL_KEPT ? "stays" : "goes");
    tell_not_adopted(v, "adopt-ami/", CANCEL_IMAGE);
    tell_not_adopted(v, "adopt-snapshot/", CANCEL_SNAPSHOT);
    if (v->s->json)
        return;
    struct buf sum = BUF_INIT;
    add_sum(&sum, &v->list);
    fprintf(v->out, "Cancel %s in account %s: %s.\n", v->plan->release, v->plan->account,
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
        buf_add_fmt(&text, "%s is cancelled: nothing of it is left", v->plan->release);
    else
        buf_add_fmt(&text, "%zu of it left%s; `tatami cancel %s` goes on", left,
                    v->list.unread > 0 ? ", and regions that did not answer" : "",
                    v->plan->release);
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
    size_t go = waiting(&v->list);
    err_set(err, ERR_REFUSED, "nobody is here to say that %zu resource%s shall go", go,
            go == 1 ? "" : "s");
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
    return journal_set_phase(v->journal, v->plan->id, phase, status, clock_calendar(), err);
}

/* True when an answer was lost: what it asked for may appear a little later. */
static bool may_appear(struct cancelling *v)
{
    struct journal_intent *intents = NULL;
    size_t count = 0;
    bool open = false;
    journal_intents(v->journal, v->plan->id, &intents, &count, NULL);
    for (size_t i = 0; i < count; i++)
        open = open || intents[i].answered_at == 0;
    journal_intents_free(intents, count);
    return open;
}

/* One look's removals. What failed may be mended by what the next look shows: an AMI that is there
 * only now. */
static bool clear_once(struct cancelling *v, bool *stuck)
{
    const struct cancel_run run = {.aws = v->aws,
                                   .cancel = interrupt_flag(v->interrupt),
                                   .unprotect = v->plan->protect,
                                   .told = told,
                                   .arg = v};
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

/* ---- holding ---- */

/* Whoever carries it out elsewhere is named, and stopped only when a person says so. */
static bool agree_to_take_over(struct cancelling *v, struct err *err)
{
    struct settings asked = *v->s;
    asked.take_over = asked.take_over || verb_can_ask(v->s);
    return elsewhere_take_over(&asked, v->aws, v->journal, v->plan, v->out, &v->take_over, err);
}

static bool take_hold(struct cancelling *v, struct err *err)
{
    bool ok = hold_take(&v->hold, v->aws, v->journal, v->plan, v->take_over, v->interrupt, err);
    bool is_held = v->hold.lease.document.exists || v->hold.lease.holder.host[0] != '\0';
    if (!ok && err->kind == ERR_REFUSED && is_held && v->take_over == NULL)
        err_advise(
            err,
            "let that one finish or stop; `tatami cancel %s --take-over` stops it and undoes "
            "the release",
            v->plan->release);
    return ok;
}

/* Who held it notices at its next renewal, and what it has asked for until then appears later. */
static bool wait_for_holder(struct cancelling *v, struct err *err)
{
    return v->take_over == NULL ||
           clock_sleep_ms(2 * (clock_ms)LEASE_RENEW_MS, interrupt_flag(v->interrupt)) ||
           err_set(err, ERR_CANCELLED, "interrupted");
}

/* A release that was only looked at is not this machine's. */
static int refuse(struct cancelling *v, struct err *err)
{
    if (v->found && v->plan != NULL)
        journal_drop_release(v->journal, v->plan->id, NULL);
    return verb_fail(v->s, err, v->out);
}

/* What ended it: a signal, a look that failed, or another machine that has taken it over. */
static int break_off(struct cancelling *v, struct err *err)
{
    bool taken = !hold_still(&v->hold, err);
    verb_complain(err);
    return end(v, taken                        ? v->mutated ? 3 : 4
                  : err->kind == ERR_CANCELLED ? 130
                  : v->mutated                 ? 3
                                               : 1);
}

static int run(struct cancelling *v, struct err *err)
{
    announce(v);
    if (v->s->read_only)
        err_set(err, ERR_REFUSED, "tatami runs read-only: nothing is changed");
    if (v->s->read_only || !agree_to_take_over(v, err) || !consent(v, err) || !take_hold(v, err))
        return refuse(v, err);
    if (!set_phase(v, "cancelling", 3, err) || !wait_for_holder(v, err) || !find(v, err) ||
        !clear(v, err) || !hold_still(&v->hold, err))
        return break_off(v, err);
    bool whole = v->list.count == 0 && v->list.unread == 0;
    if ((whole && !set_phase(v, "cancelled", 0, err)) || !hold_end(&v->hold, !whole, err))
        verb_complain(err);
    return end(v, whole ? 0 : v->mutated ? 3 : 1);
}

static bool prepare(struct cancelling *v, struct err *err)
{
    const char *name = v->s->argument_count > 0 ? v->s->arguments[0] : NULL;
    struct cancel_choice choice;
    bool ok =
        cancel_choose(v->s, v->aws, v->journal, name, interrupt_flag(v->interrupt), &choice, err);
    v->plan = choice.plan;
    v->found = choice.found;
    return ok && find(v, err);
}

int verb_cancel(const struct settings *s, struct aws *aws, struct journal *journal, FILE *out)
{
    struct cancelling v = {
        .s = s, .aws = aws, .journal = journal, .out = out, .interrupt = interrupt_start()};
    struct err err = ERR_INIT;
    int status = prepare(&v, &err) ? run(&v, &err) : refuse(&v, &err);
    hold_end(&v.hold, true, &err);
    journal_unlock(journal);
    cancel_list_free(&v.list);
    plan_free(v.plan);
    free(v.take_over);
    interrupt_end(v.interrupt);
    return status;
}

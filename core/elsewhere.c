/* Finding and taking over what another machine has begun. */
#include "core/elsewhere.h"

#include <stdlib.h>
#include <string.h>

#include "aws/s3.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/interrupt.h"
#include "core/lease_tags.h"
#include "core/verbs.h"

/* A bucket answers in its own region. */
static struct call *call_to(const struct settings *s, struct aws *aws, const char *bucket,
                            struct err *err)
{
    char region[32];
    struct call *c = call_new(aws, verb_home(s, aws), NULL);
    bool ok = s3_bucket_region(c, bucket, region, err);
    call_free(c);
    /* HEAD has no body to say it in. */
    if (!ok && err->kind == ERR_NOT_FOUND)
        err_set(err, ERR_NOT_FOUND, "there is no bucket %s", bucket);
    else if (!ok && err->kind == ERR_DENIED)
        err_set(err, ERR_DENIED, "the bucket %s may not be read", bucket);
    return ok ? call_new(aws, region, NULL) : NULL;
}

static bool is_plan_of(const struct plan *plan, const char *name, const char *bucket,
                       struct err *err)
{
    if (strcmp(plan->release, name) == 0 && plan->bucket != NULL &&
        strcmp(plan->bucket, bucket) == 0)
        return true;
    err_set(err, ERR_INPUT, "the plan of %s in s3://%s is of another release or bucket", name,
            bucket);
    return err_advise(err, "somebody has moved it there: look at the bucket");
}

static bool find_in(const struct settings *s, struct aws *aws, const char *bucket, const char *name,
                    struct plan **plan, struct err *err)
{
    char *json = NULL;
    struct call *c = call_to(s, aws, bucket, err);
    bool ok = c != NULL && lease_get_plan(c, bucket, name, &json, err);
    if (ok && json != NULL) {
        *plan = plan_from_json(json, err);
        ok = *plan != NULL && is_plan_of(*plan, name, bucket, err);
    }
    free(json);
    call_free(c);
    return ok;
}

/* Without a bucket the plan is in the tags of the release's snapshots at home. */
static bool find_in_tags(const struct settings *s, struct aws *aws, const char *name,
                         struct plan **plan, struct err *err)
{
    char *json = NULL;
    struct call *c = call_new(aws, s->home != NULL ? s->home : verb_home(s, aws), NULL);
    bool ok = lease_tags_find_plan(c, name, &json, err);
    if (ok && json != NULL) {
        *plan = plan_from_json(json, err);
        ok = *plan != NULL;
    }
    if (ok && *plan != NULL &&
        (strcmp((*plan)->release, name) != 0 || (*plan)->via != VIA_DIRECT)) {
        ok = err_set(err, ERR_INPUT, "the plan in the tags of %s's snapshots is of another release",
                     name);
        err_advise(err, "somebody has changed the tags: look at the snapshots");
    }
    free(json);
    call_free(c);
    return ok;
}

static bool find(const struct settings *s, struct aws *aws, const char *name, struct plan **plan,
                 struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && *plan == NULL && i < s->buckets.count; i++)
        ok = find_in(s, aws, s->buckets.items[i], name, plan, err);
    if (ok && *plan == NULL)
        ok = find_in_tags(s, aws, name, plan, err);
    return ok;
}

/* What this journal has seen the end of is not begun again by what is left of it. */
static bool is_new(struct journal *journal, const struct plan *plan, bool *is, struct err *err)
{
    struct journal_release *known = NULL;
    size_t count = 0;
    bool ok = journal_list(journal, plan->id, false, &known, &count, err);
    *is = count == 0;
    journal_releases_free(known, count);
    return ok;
}

static bool put_into_journal(struct journal *journal, const struct plan *plan, struct err *err)
{
    char *json = plan_to_json(plan);
    bool ok = journal_lock(journal, plan->id, err) &&
              journal_add_release(journal, plan->id, plan->release, plan->account, json,
                                  plan->made_at, err);
    free(json);
    return ok;
}

bool elsewhere_adopt(const struct settings *s, struct aws *aws, struct journal *journal,
                     const char *name, struct plan **plan, struct err *err)
{
    bool wanted = false;
    *plan = NULL;
    bool ok = find(s, aws, name, plan, err);
    if (ok && *plan != NULL)
        ok = is_new(journal, *plan, &wanted, err);
    if (ok && wanted)
        ok = put_into_journal(journal, *plan, err);
    if (ok && wanted)
        return true;
    plan_free(*plan);
    *plan = NULL;
    return ok;
}

static bool is_own(struct journal *journal, const struct plan *plan,
                   const struct lease_holder *holder)
{
    char *nonces = journal_get(journal, plan->id, LEASE_FACT);
    bool own = nonces != NULL && holder->nonce[0] != '\0' && strstr(nonces, holder->nonce) != NULL;
    free(nonces);
    return own;
}

static bool agree(const struct settings *s, const struct plan *plan,
                  const struct lease_holder *holder, FILE *out, struct err *err)
{
    struct buf who = BUF_INIT;
    lease_explain(holder, clock_calendar(), &who);
    fprintf(s->json ? stderr : out, "The release %s is held by %s.\n", plan->release,
            buf_str(&who));
    buf_free(&who);
    if (s->yes)
        return true;
    if (!verb_can_ask(s)) {
        err_set(err, ERR_REFUSED, "nobody is here to say that %s shall be taken over",
                plan->release);
        return err_advise(err, "run it again with --yes");
    }
    char *phrase = xasprintf("take over %s", plan->release);
    struct interrupt *interrupt = interrupt_start();
    bool said = verb_ask(phrase, interrupt, out, err);
    interrupt_end(interrupt);
    free(phrase);
    return said;
}

bool elsewhere_take_over(const struct settings *s, struct aws *aws, struct journal *journal,
                         const struct plan *plan, FILE *out, char **nonce, struct err *err)
{
    struct lease l = {.bucket = plan->bucket, .release = plan->release, .id = plan->id};
    bool held = false;
    *nonce = NULL;
    if (!s->take_over)
        return true;
    struct call *c = call_new(aws, plan->regions[0].name, NULL);
    bool ok = lease_look(&l, c, &held, err);
    if (ok && held && !is_own(journal, plan, &l.holder)) {
        ok = agree(s, plan, &l.holder, out, err);
        *nonce = ok ? xstrdup(l.holder.nonce) : NULL;
    }
    lease_free(&l);
    call_free(c);
    return ok;
}

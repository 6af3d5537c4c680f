/* Taking, renewing and giving back a lease without an engine. */
#include "core/hold.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "core/lease_tags.h"
#include "core/plan_text.h"

/* In the journal before it leaves: whoever dies now is known by it afterwards. */
static bool remember(struct hold *h, struct journal *journal, const struct plan *plan,
                     const char *known, struct err *err)
{
    char *all = xasprintf("%s%s%s", known == NULL ? "" : known, known == NULL ? "" : " ",
                          h->lease.self.nonce);
    bool ok =
        journal_set(journal, plan->id, LEASE_FACT, all, plan->identity, clock_calendar(), err);
    free(all);
    return ok;
}

static bool has_ended(struct hold *h, const struct plan *plan, bool *ended, struct err *err)
{
    char *there = NULL;
    if (plan->bucket == NULL)
        return lease_tags_has_ended(&h->lease, h->call, ended, err);
    bool ok = lease_get_plan(h->call, plan->bucket, plan->release, &there, err);
    *ended = ok && there == NULL;
    free(there);
    return ok;
}

/* Whoever has held the lease has written the plan before anything was made; it goes with the end.
 */
static bool is_unfinished(struct hold *h, const struct plan *plan, const char *known,
                          struct err *err)
{
    bool ended = false;
    if (plan->bucket == NULL && !plan_text_fits(plan))
        return true; /* it was never in the tags */
    if (!has_ended(h, plan, &ended, err))
        return false;
    if (!ended || known == NULL)
        return true;
    err_set(err, ERR_REFUSED, "another machine has finished or cancelled %s", plan->release);
    return err_advise(err, "`tatami list %s` shows what there is; `tatami resume %s` reads it back",
                      plan->release, plan->release);
}

/* The plan that lies there has to be of this release, or it were another's that is deleted. */
static bool take(struct hold *h, const struct plan *plan, const char *known, const char *take_over,
                 struct err *err)
{
    char *json = plan_to_json(plan), *there = NULL;
    bool ok = is_unfinished(h, plan, known, err) &&
              lease_take(&h->lease, h->call, known, take_over, err) &&
              lease_put_plan(&h->lease, h->call, json, &there, err);
    free(there);
    free(json);
    return ok;
}

/* Whatever fails in passing is tried again the next time; who is silent for long is still there. */
static void *keep(void *arg)
{
    struct hold *h = arg;
    struct err err = ERR_INIT;
    while (clock_sleep_ms(LEASE_RENEW_MS, &h->ending)) {
        if (lease_renew(&h->lease, h->call, &err) || h->lease.state != LEASE_LOST)
            continue;
        h->lost = err;
        interrupt_raise(h->interrupt);
        break;
    }
    return NULL;
}

bool hold_take(struct hold *h, struct aws *aws, struct journal *journal, const struct plan *plan,
               const char *take_over, struct interrupt *interrupt, struct err *err)
{
    struct err local = ERR_INIT;
    h->interrupt = interrupt;
    h->lease = (struct lease){
        .bucket = plan->bucket, .release = plan->release, .id = plan->id, .cancels = true};
    char *known = journal_get(journal, plan->id, LEASE_FACT);
    bool ok = lease_name(&h->lease, &local) && remember(h, journal, plan, known, &local);
    if (ok) {
        h->call = call_new(aws, plan->regions[0].name, NULL);
        ok = take(h, plan, known, take_over, &local) || local.kind == ERR_NOT_FOUND;
        h->renews =
            ok && h->lease.state == LEASE_HELD && pthread_create(&h->thread, NULL, keep, h) == 0;
    }
    free(known);
    if (!ok && err != NULL)
        *err = local;
    return ok;
}

bool hold_still(struct hold *h, struct err *err)
{
    atomic_store(&h->ending, true);
    if (h->renews)
        pthread_join(h->thread, NULL);
    h->renews = false;
    if (h->lost.kind != ERR_NONE && err != NULL)
        *err = h->lost;
    return h->lost.kind == ERR_NONE;
}

bool hold_end(struct hold *h, bool keep_plan, struct err *err)
{
    hold_still(h, NULL);
    bool ok = h->call == NULL || lease_give_back(&h->lease, h->call, keep_plan, err);
    lease_free(&h->lease);
    call_free(h->call);
    *h = (struct hold){0};
    return ok;
}

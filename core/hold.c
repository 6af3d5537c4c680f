/* Taking and giving back a lease in one thread. */
#include "core/hold.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

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

/* Whoever has held the lease has written the plan before anything was made; it goes with the end.
 */
static bool is_unfinished(struct hold *h, const struct plan *plan, const char *known,
                          struct err *err)
{
    char *there = NULL;
    if (!lease_get_plan(h->call, plan->bucket, plan->release, &there, err))
        return false;
    bool ok = there != NULL || known == NULL;
    free(there);
    if (ok)
        return true;
    err_set(err, ERR_REFUSED, "another machine has finished or cancelled %s", plan->release);
    return err_advise(err, "`tatami list %s` shows what there is; `tatami resume %s` reads it back",
                      plan->release, plan->release);
}

/* The plan that lies there has to be of this release, or it were another's that is deleted. */
static bool take(struct hold *h, const struct plan *plan, const char *known, struct err *err)
{
    char *json = plan_to_json(plan), *there = NULL;
    bool ok = is_unfinished(h, plan, known, err) &&
              lease_take(&h->lease, h->call, known, NULL, err) &&
              lease_put_plan(&h->lease, h->call, json, &there, err);
    free(there);
    free(json);
    return ok;
}

bool hold_take(struct hold *h, struct aws *aws, struct journal *journal, const struct plan *plan,
               struct err *err)
{
    struct err local = ERR_INIT;
    if (plan->bucket == NULL)
        return true;
    h->lease = (struct lease){.bucket = plan->bucket, .release = plan->release, .id = plan->id};
    char *known = journal_get(journal, plan->id, LEASE_FACT);
    bool ok = lease_name(&h->lease, &local) && remember(h, journal, plan, known, &local);
    if (ok) {
        h->call = call_new(aws, plan->regions[0].name, NULL);
        ok = take(h, plan, known, &local) || local.kind == ERR_NOT_FOUND;
    }
    free(known);
    if (!ok && err != NULL)
        *err = local;
    return ok;
}

bool hold_end(struct hold *h, bool keep_plan, struct err *err)
{
    bool ok = h->call == NULL || lease_give_back(&h->lease, h->call, keep_plan, err);
    lease_free(&h->lease);
    call_free(h->call);
    *h = (struct hold){0};
    return ok;
}

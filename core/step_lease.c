/* Steps of the release as a whole: its lease, its plan beside it, and its credentials. */
#include <string.h>

#include "aws/sts.h"
#include "core/step_run.h"

/* A lease without a plan would lock other machines out and tell them nothing. */
bool step_lease_take(struct step *s, struct call *c, struct err *err)
{
    if (!lease_take(s->lease, c, s->known_nonces, s->take_over, err))
        return false;
    bool ok = lease_put_plan(s->lease, c, s->text, &s->result, err);
    struct err ignored = ERR_INIT;
    if (!ok && err->kind == ERR_REFUSED)
        lease_give_back(s->lease, c, true, &ignored);
    return ok;
}

bool step_lease_renew(struct step *s, struct call *c, struct err *err)
{
    return lease_renew(s->lease, c, err);
}

bool step_lease_plan(struct step *s, struct call *c, struct err *err)
{
    return lease_change_plan(s->lease, c, s->text, err);
}

bool step_lease_return(struct step *s, struct call *c, struct err *err)
{
    return lease_give_back(s->lease, c, s->keep_plan, err);
}

/* A login to another account would go on with half a release there. */
bool step_sign_in(struct step *s, struct call *c, struct err *err)
{
    struct sts_identity now;
    if (!call_sign_in_again(c, err) || !sts_identity(c, &now, err))
        return false;
    if (strcmp(now.account, s->plan->account) == 0)
        return true;
    err_set(err, ERR_CREDENTIALS, "the new login is of account %s, the release is of %s",
            now.account, s->plan->account);
    return err_advise(err, "leave, sign in to %s, then run `tatami resume %s`", s->plan->account,
                      s->plan->release);
}

/* A release that was begun goes on: here, taken from its holder, or from another machine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/door.h"
#include "core/elsewhere.h"
#include "core/interrupt.h"
#include "core/verbs.h"
#include "screens/program.h"

/* Wall time that a holder has to stop: what is in flight ends, and its lease goes. */
#define ATTACH_WAIT_MS 30000

/* The one unfinished release that is meant. */
static bool choose(const struct journal_release *found, size_t count, struct err *err)
{
    if (count == 1)
        return true;
    struct buf names = BUF_INIT;
    for (size_t i = 0; i < count; i++)
        buf_add_fmt(&names, "%s%s", i == 0 ? "" : ", ", found[i].name);
    err_set(err, ERR_USAGE, "%zu releases are unfinished: %s", count, buf_str(&names));
    err_advise(err, "name one: `tatami resume NAME`");
    buf_free(&names);
    return false;
}

/* The holder on this machine, if there is one, has stopped. */
static bool call_back(struct program *p, const struct journal_release *release, struct err *err)
{
    if (p->settings->verb != VERB_ATTACH || journal_lock(p->journal, release->id, err)) {
        journal_unlock(p->journal);
        return true;
    }
    struct err refused = *err;
    struct interrupt *interrupt = interrupt_start();
    bool ok =
        refused.kind == ERR_REFUSED &&
        door_knock(p->settings->state, release->id, ATTACH_WAIT_MS, interrupt_fd(interrupt), err);
    interrupt_end(interrupt);
    if (!ok && err->kind == ERR_NOT_FOUND)
        *err = refused;
    return ok;
}

int program_resume(struct program *p, const struct journal_release *release, struct err *err)
{
    if (strcmp(release->phase, "cancelling") == 0) {
        err_set(err, ERR_REFUSED, "the release %s is half cancelled", release->name);
        err_advise(err, "`tatami cancel %s` takes the rest away", release->name);
        return program_fail(p, err);
    }
    struct plan *plan = plan_from_json(release->plan_json, err);
    if (plan == NULL)
        return program_fail(p, err);
    if (!session_connect(&p->session, err) || !call_back(p, release, err) ||
        !journal_lock(p->journal, release->id, err)) {
        plan_free(plan);
        return program_fail(p, err);
    }
    return program_release(p, plan, PLAN_RESUMED);
}

/* Nothing unfinished is fine, and so is a release that is finished; a name that nobody knows is a
 * slip. */
static int nothing_to_resume(struct program *p, const char *name, struct err *err)
{
    struct journal_release *known = NULL, *open = NULL;
    size_t known_count = 0, open_count = 0;
    if (!journal_list(p->journal, name, false, &known, &known_count, err) ||
        !journal_list(p->journal, NULL, true, &open, &open_count, err))
        return program_fail(p, err);
    bool slip = name != NULL && known_count == 0;
    if (slip) {
        const char *home = p->settings->home;
        err_set(err, ERR_USAGE,
                "no unfinished release is called %s, here%s or in the tags of the snapshots in %s",
                name, p->settings->buckets.count > 0 ? ", in the bucket" : "",
                home != NULL ? home : verb_home(p->settings, p->session.aws));
        err_advise(err,
                   open_count > 0 ? "unfinished here is %s; --bucket or --home names where "
                                    "another machine has begun one"
                                  : "--bucket or --home names where another machine has begun it%s",
                   open_count > 0 ? open[0].name : "");
    } else {
        bool cancelled = name != NULL && strcmp(known[0].phase, "cancelled") == 0;
        fprintf(p->settings->json ? stderr : stdout, "Nothing to resume: %s.\n",
                name == NULL ? "every release on this machine is finished"
                : cancelled  ? "it was cancelled"
                             : "it is finished");
    }
    journal_releases_free(known, known_count);
    journal_releases_free(open, open_count);
    return slip ? program_fail(p, err) : 0;
}

/* Another machine may have begun it. A name that is finished here is looked for only where asked.
 */
static bool may_be_elsewhere(const struct program *p, const char *name, struct err *err)
{
    struct journal_release *known = NULL;
    size_t count = 0;
    bool ok = name != NULL && journal_list(p->journal, name, false, &known, &count, err);
    journal_releases_free(known, count);
    return ok && (count == 0 || p->settings->bucket != NULL);
}

static int resume_elsewhere(struct program *p, const char *name, struct err *err)
{
    struct plan *plan = NULL;
    if (may_be_elsewhere(p, name, err) &&
        (!session_connect(&p->session, err) ||
         !elsewhere_adopt(p->settings, p->session.aws, p->journal, name, &plan, err)))
        return program_fail(p, err);
    return plan != NULL ? program_release(p, plan, PLAN_FOUND) : nothing_to_resume(p, name, err);
}

int program_resume_named(struct program *p, struct err *err)
{
    const char *name = p->settings->argument_count > 0 ? p->settings->arguments[0] : NULL;
    struct journal_release *found = NULL;
    size_t count = 0;
    int status = 0;
    if (!program_open_state(p, err) || !journal_list(p->journal, name, true, &found, &count, err))
        return program_fail(p, err);
    if (count == 0)
        status = resume_elsewhere(p, name, err);
    else
        status =
            choose(found, count, err) ? program_resume(p, &found[0], err) : program_fail(p, err);
    journal_releases_free(found, count);
    return status;
}

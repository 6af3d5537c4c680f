/* Finding the release that is to be undone. */
#include "core/cancel_which.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "core/cancel_tags.h"
#include "core/elsewhere.h"
#include "core/verbs.h"

struct inventory *cancel_look(struct aws *aws, const char *home, const struct plan_region *regions,
                              size_t region_count, const struct settings_list *buckets,
                              const atomic_bool *cancel, struct err *err)
{
    const char **names = xcalloc(region_count + 1, sizeof(*names));
    for (size_t i = 0; i < region_count; i++)
        names[i] = regions[i].name;
    struct inventory_options options = {
        .aws = aws,
        .home = home,
        .regions = names,
        .region_count = region_count,
        .buckets = (const char *const *)buckets->items,
        .bucket_count = buckets->count,
        .wake_fd = -1,
    };
    struct inventory_reader *reader = inventory_open(&options);
    struct inventory *now = inventory_wait(reader, cancel);
    inventory_close(reader);
    free(names);
    bool ok = true;
    if (atomic_load(cancel)) {
        ok = err_set(err, ERR_CANCELLED, "interrupted");
    } else if (now->err.kind != ERR_NONE) {
        *err = now->err;
        ok = false;
    }
    if (ok)
        return now;
    inventory_unref(now);
    return NULL;
}

/* ---- the journal ---- */

static bool is_one(const struct journal_release *found, size_t count, struct err *err)
{
    if (count == 1)
        return true;
    err_set(err, ERR_USAGE, "%zu releases are unfinished, such as %s", count, found[0].name);
    return err_advise(err, "name one: `tatami cancel NAME`");
}

static bool in_journal(struct journal *journal, const char *name, struct plan **plan,
                       struct err *err)
{
    struct journal_release *found = NULL;
    size_t count = 0;
    bool ok = journal_list(journal, name, true, &found, &count, err);
    if (ok && count > 0) {
        ok = is_one(found, count, err) && journal_lock(journal, found[0].id, err);
        *plan = ok ? plan_from_json(found[0].plan_json, err) : NULL;
        ok = *plan != NULL;
    }
    journal_releases_free(found, count);
    return ok;
}

/* ---- the account ---- */

/* Marked at once: what only tags tell of can be undone, and not gone on with. */
static bool put_into_journal(struct journal *journal, const struct plan *plan, struct err *err)
{
    char *json = plan_to_json(plan);
    bool ok = journal_lock(journal, plan->id, err) && journal_begin(journal, err) &&
              journal_add_release(journal, plan->id, plan->release, plan->account, json,
                                  plan->made_at, err) &&
              journal_set_phase(journal, plan->id, "cancelling", 3, clock_calendar(), err) &&
              journal_commit(journal, err);
    free(json);
    return ok;
}

static bool nothing(const struct settings *s, const struct cancel_tags *tags, const char *name,
                    struct err *err)
{
    if (tags->whole > 0) {
        err_set(err, ERR_REFUSED, "nothing says that %s is unfinished%s", name,
                tags->unread > 0 ? ", as far as regions have answered" : "");
        return err_advise(err,
                          "%s; a finished one is taken back by `tatami unpublish`, then "
                          "`tatami cleanup`",
                          s->buckets.count > 0 ? "its plan is not in the bucket either"
                                               : "if it is, --bucket names where its plan lies");
    }
    err_set(err, ERR_USAGE, "no unfinished release is called %s, here%s or by the tags of AWS%s",
            name, s->buckets.count > 0 ? ", in the bucket" : "",
            tags->unread > 0 ? ", as far as regions have answered" : "");
    return err_advise(err, "a finished one is taken back by `tatami unpublish`, then `tatami "
                           "cleanup`");
}

/* The plan in the bucket that the import reads from says more than the tags, and who holds it. */
static bool by_its_bucket(const struct settings *s, struct aws *aws, struct journal *journal,
                          const char *name, const struct cancel_tags *tags, struct plan **plan,
                          struct err *err)
{
    struct settings there = *s;
    char *bucket = tags->bucket;
    if (bucket == NULL || s->buckets.count > 0)
        return true;
    there.buckets = (struct settings_list){.items = &bucket, .count = 1};
    return elsewhere_adopt(&there, aws, journal, name, plan, err);
}

static bool by_tags(const struct settings *s, struct aws *aws, struct journal *journal,
                    const char *name, const atomic_bool *cancel, struct plan **plan,
                    struct err *err)
{
    struct cancel_tags tags = {0};
    struct inventory *all = cancel_look(aws, verb_home(s, aws), NULL, 0, &s->buckets, cancel, err);
    bool ok = all != NULL && cancel_tags_find(all, journal, name, &tags, err);
    if (ok && tags.id == NULL)
        ok = nothing(s, &tags, name, err);
    ok = ok && by_its_bucket(s, aws, journal, name, &tags, plan, err);
    if (ok && *plan == NULL) {
        *plan = cancel_tags_plan(all, tags.id);
        ok = put_into_journal(journal, *plan, err);
    }
    cancel_tags_free(&tags);
    inventory_unref(all);
    return ok;
}

bool cancel_choose(const struct settings *s, struct aws *aws, struct journal *journal,
                   const char *name, const atomic_bool *cancel, struct cancel_choice *out,
                   struct err *err)
{
    *out = (struct cancel_choice){0};
    if (!in_journal(journal, name, &out->plan, err))
        return false;
    if (out->plan != NULL)
        return true;
    if (name == NULL) {
        err_set(err, ERR_USAGE, "no release on this machine is unfinished");
        return err_advise(err, "name one that another machine has begun: `tatami cancel NAME`");
    }
    out->found = true;
    return elsewhere_adopt(s, aws, journal, name, &out->plan, err) &&
           (out->plan != NULL || by_tags(s, aws, journal, name, cancel, &out->plan, err));
}

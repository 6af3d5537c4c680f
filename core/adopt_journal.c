/* A release that was begun by another program, into the journal: what engine_restore() recalls. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "core/adopt_work.h"

static bool set(struct adopt *a, struct journal *journal, const char *what, size_t image,
                const char *of, const char *value, struct err *err)
{
    char key[160];
    if (value == NULL || value[0] == '\0')
        return true;
    snprintf(key, sizeof(key), "%s/%zu/%s", what, image, of);
    return journal_set(journal, a->plan->id, key, value, adopt_peer_name(a->peer), clock_calendar(),
                       err);
}

static bool write_disk(struct adopt *a, struct journal *journal, const struct adopt_disk *d,
                       struct err *err)
{
    const char *role = a->plan->images[d->image].disks[d->disk].role;
    return set(a, journal, "adopt-digest", d->image, role, d->digest, err) &&
           set(a, journal, "adopt-object", d->image, role, d->etag, err) &&
           set(a, journal, "adopt-task", d->image, role, d->task_id, err) &&
           set(a, journal, "adopt-snapshot", d->image, role, d->snapshot_id, err);
}

static bool write_findings(struct adopt *a, struct journal *journal, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < a->disk_count; i++)
        ok = write_disk(a, journal, &a->disks[i], err);
    for (size_t i = 0; ok && i < a->plan->image_count; i++)
        for (size_t g = 0; ok && g < a->plan->region_count; g++)
            ok = set(a, journal, "adopt-ami", i, a->plan->regions[g].name, *adopt_ami_at(a, i, g),
                     err);
    return ok;
}

bool adopt_write(struct adopt *a, struct journal *journal, struct err *err)
{
    const struct plan *plan = a->plan;
    char *json = plan_to_json(plan);
    bool ok = journal_lock(journal, plan->id, err) && journal_begin(journal, err) &&
              journal_add_release(journal, plan->id, plan->release, plan->account, json,
                                  plan->made_at, err) &&
              write_findings(a, journal, err) && journal_commit(journal, err);
    free(json);
    return ok;
}

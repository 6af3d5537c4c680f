/* A wave's wishes in the journal. */
#include "core/publish_wish.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "core/plan.h"

static bool write_row(struct journal *journal, const struct plan *plan, const struct wave *wave,
                      const struct find_ami *ami, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < plan->image_count; i++) {
        if (strcmp(plan->images[i].name, ami->image) != 0)
            continue;
        char *key = xasprintf("wish/%zu/%s", i, ami->region);
        ok = journal_set(journal, plan->id, key, wave->make_public ? "public" : "private",
                         plan->identity == NULL ? "" : plan->identity, clock_calendar(), err);
        free(key);
    }
    return ok;
}

static bool write_rows(struct journal *journal, const struct plan *plan, const struct wave *wave,
                       struct err *err)
{
    bool ok = journal_begin(journal, err);
    for (size_t i = 0; ok && i < wave->row_count; i++)
        if (!wave->rows[i].ami->older)
            ok = write_row(journal, plan, wave, wave->rows[i].ami, err);
    return ok && journal_commit(journal, err);
}

bool publish_wish(struct journal *journal, const struct wave *wave, struct err *err)
{
    struct journal_release *found = NULL;
    size_t count = 0;
    bool ok = journal_list(journal, wave->name, true, &found, &count, err);
    for (size_t i = 0; ok && i < count; i++) {
        struct plan *plan = plan_from_json(found[i].plan_json, err);
        ok = plan != NULL && journal_lock(journal, plan->id, err) &&
             write_rows(journal, plan, wave, err);
        journal_unlock(journal);
        plan_free(plan);
    }
    journal_releases_free(found, count);
    return ok;
}

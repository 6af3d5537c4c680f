/* What a person has chosen to clean away. */
#include "screens/cleanup_draft.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "screens/cleanup_fold.h"

struct cleanup_draft *cleanup_draft_new(struct inventory *inventory,
                                        const struct cleanup_row *const *rows, size_t count)
{
    struct cleanup_draft *draft = xcalloc(1, sizeof(*draft));
    draft->inventory = inventory_ref(inventory);
    draft->marks = xcalloc(count + 1, sizeof(*draft->marks));
    draft->mark_count = count;
    for (size_t i = 0; i < count; i++) {
        draft->marks[i] = (struct cleanup_mark){.kind = rows[i]->kind,
                                                .region = xstrdup(rows[i]->region->name),
                                                .id = xstrdup(rows[i]->id)};
        if (rows[i]->newest)
            marks_set(&draft->newest,
                      fold_identity(rows[i]->kind, rows[i]->region->name, rows[i]->id), true);
    }
    return draft;
}

bool cleanup_draft_is_newest(const struct cleanup_draft *draft, const struct cleanup_item *item)
{
    return marks_has(&draft->newest, fold_identity(item->kind, item->region, item->id));
}

void cleanup_draft_free(struct cleanup_draft *draft)
{
    if (draft == NULL)
        return;
    for (size_t i = 0; i < draft->mark_count; i++) {
        free((char *)draft->marks[i].region);
        free((char *)draft->marks[i].id);
    }
    free(draft->marks);
    marks_free(&draft->newest);
    cleanup_plan_unref(draft->plan);
    recycle_unref(draft->recycle);
    usage_unref(draft->usage);
    inventory_unref(draft->inventory);
    free(draft);
}

void cleanup_draft_know(struct cleanup_draft *draft, struct usage *usage)
{
    struct usage *kept = usage != NULL ? usage_ref(usage) : NULL;
    usage_unref(draft->usage);
    draft->usage = kept;
}

struct cleanup_plan_options cleanup_draft_options(const struct cleanup_draft *draft)
{
    return (struct cleanup_plan_options){
        .inventory = draft->inventory,
        .usage = draft->usage,
        .recycle = draft->recycle,
        .marks = draft->marks,
        .mark_count = draft->mark_count,
        .step = draft->step,
        .step_days = draft->step_days,
        .price_micros = draft->price_micros,
        .now = clock_calendar(),
    };
}

void cleanup_draft_plan(struct cleanup_draft *draft)
{
    struct cleanup_plan_options options = cleanup_draft_options(draft);
    cleanup_plan_unref(draft->plan);
    draft->plan = cleanup_plan_new(&options);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **cleanup_draft_regions(const struct cleanup_draft *draft, size_t *count)
{
    const char **names = xcalloc(draft->mark_count + 1, sizeof(const char *));
    *count = 0;
    for (size_t i = 0; i < draft->mark_count; i++)
        names[i] = draft->marks[i].region;
    qsort(names, draft->mark_count, sizeof(*names), by_text);
    for (size_t i = 0; i < draft->mark_count; i++)
        if (*count == 0 || strcmp(names[*count - 1], names[i]) != 0)
            names[(*count)++] = names[i];
    return names;
}

bool cleanup_draft_save(const struct cleanup_draft *draft, const char *folder, const char *path,
                        char **written, struct err *err)
{
    bool named = path != NULL && path[0] != '\0';
    *written = NULL;
    if (draft->plan->item_count == 0)
        return err_set(err, ERR_USAGE, "nothing is left in the plan; the list says why");
    if (!named && folder == NULL)
        return err_set(err, ERR_USAGE, "there is no state folder; say where: `:write FILE`");
    char *chosen =
        named ? xstrdup(path)
              : xasprintf("%s/plan-%.*s.json", folder, CLEANUP_HASH_SHORT, draft->plan->hash);
    if (cleanup_plan_save(draft->plan, chosen, err)) {
        *written = chosen;
        return true;
    }
    free(chosen);
    return false;
}

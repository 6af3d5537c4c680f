/* The list of changes. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/watch_state.h"

enum { CHANGES_MOST = 2000, CHANGES_DROPPED = 500 };

static void free_change(struct watch_change *c)
{
    const char *texts[] = {c->region, c->release, c->id, c->image, c->what, c->code, c->request_id};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        free((char *)texts[i]);
}

void watch_changes_free(struct watch *w)
{
    for (size_t i = 0; i < w->change_count; i++)
        free_change(&w->changes[i]);
    free(w->changes);
}

static void drop_oldest(struct watch *w)
{
    for (size_t i = 0; i < CHANGES_DROPPED; i++)
        free_change(&w->changes[i]);
    w->change_count -= CHANGES_DROPPED;
    memmove(w->changes, w->changes + CHANGES_DROPPED, w->change_count * sizeof(*w->changes));
}

static char *copy(const char *text)
{
    return xstrdup(text != NULL ? text : "");
}

/* The first failure of a release calls somebody, and so does each that belongs to none. */
static enum watch_alarm alarm_of(struct watch *w, const struct watch_fact *fact)
{
    if (fact->word != WORD_FAIL || fact->alarm != WATCH_QUIET)
        return fact->alarm;
    if (fact->key.text == NULL)
        return WATCH_FAILED;
    struct watch_seen *seen = watch_seen_get(w, fact->key, fact->release);
    bool first = !seen->alarmed;
    seen->alarmed = true;
    seen->failures++;
    return first ? WATCH_FAILED : WATCH_QUIET;
}

void watch_tell(struct watch *w, const struct watch_fact *fact)
{
    if (w->change_count == CHANGES_MOST)
        drop_oldest(w);
    if (w->changes == NULL)
        w->changes = xcalloc(CHANGES_MOST, sizeof(*w->changes));
    w->changes[w->change_count++] = (struct watch_change){
        .number = ++w->change_number,
        .at = w->now,
        .word = fact->word,
        .alarm = alarm_of(w, fact),
        .region = copy(fact->region),
        .release = copy(fact->release),
        .id = copy(fact->id),
        .image = copy(fact->image),
        .what = copy(fact->what),
        .code = copy(fact->code),
        .request_id = copy(fact->request_id),
        .progress = fact->has_progress ? fact->progress : -1,
    };
}

/* What a watch says in one line. */
#include <inttypes.h>

#include "core/watch.h"

#define SECOND_MS 1000
#define HOUR_S    3600
#define DAY_S     (24 * HOUR_S)

void watch_add_duration(struct buf *out, clock_ms duration)
{
    int64_t s = duration < 0 ? 0 : duration / SECOND_MS;
    if (s >= 3 * DAY_S)
        buf_add_fmt(out, "%" PRId64 " d", s / DAY_S);
    else
        buf_add_fmt(out, "%" PRId64 ":%02" PRId64 ":%02" PRId64, s / HOUR_S, s / 60 % 60, s % 60);
}

static void add_part(struct buf *out, const char *before, size_t count, const char *word)
{
    if (count > 0)
        buf_add_fmt(out, "%s%zu %s", before, count, word);
}

void watch_summary(const struct watch_view *view, struct buf *out)
{
    const struct watch_counts *n = &view->counts;
    buf_add_fmt(out, "%zu release%s in flight", n->releases, n->releases == 1 ? "" : "s");
    if (n->releases > 0)
        buf_add_fmt(out, ": %zu yours, %zu other", n->yours, n->others);
    buf_add_fmt(out, "   %zu import task%s", n->tasks, n->tasks == 1 ? "" : "s");
    const char *before = ": ";
    const struct {
        size_t count;
        const char *word;
    } parts[] = {{n->tasks_active, "active"},
                 {n->tasks_stalled, "stuck"},
                 {n->tasks_done, "done"},
                 {n->tasks_failed, "failed"}};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        add_part(out, before, parts[i].count, parts[i].word);
        before = parts[i].count > 0 ? ", " : before;
    }
}

/* The release that a title tells of: the followed one, else one that failed, else the first. */
static const struct watch_release *of_title(const struct watch_view *view)
{
    const struct watch_release *found = NULL;
    for (size_t i = 0; i < view->release_count; i++) {
        const struct watch_release *r = &view->releases[i];
        if (r->followed)
            return r;
        if (r->in_flight && (found == NULL || (r->failed > 0 && found->failed == 0)))
            found = r;
    }
    return found;
}

void watch_title(const struct watch_view *view, struct buf *out)
{
    const struct watch_release *r = of_title(view);
    if (r == NULL) {
        buf_add_str(out, "tatami watch");
        return;
    }
    struct safe_text name = text_safe(r->name);
    if (r->failed > 0)
        buf_add_fmt(out, "%zu failed, ", r->failed);
    buf_add_fmt(out, "%zu/%zu %s - tatami watch", r->done, r->wanted, name.utf8);
    text_free(&name);
}

/* The lower pane of the cleanup screen. */
#include "screens/cleanup_pane.h"

#include <stdlib.h>

#include "base/mem.h"
#include "screens/cleanup_text.h"
#include "ui/pane.h"
#include "ui/paragraph.h"

#define WIDE_COLS 100

/* One paragraph from row y on; returns the row behind it. */
static int say(const struct view *v, int y, enum role role, struct buf *words)
{
    struct view inner = view_cut(v, 1, 0, v->cols - 2, v->rows);
    struct safe_text text = text_safe(buf_str(words));
    int next = paragraph_draw(&inner, y, role, &text);
    text_free(&text);
    buf_reset(words);
    return next;
}

/* Snapshots of the group's AMIs that other AMIs name too. */
static size_t count_shared(const struct cleanup_view *view, const struct cleanup_group *group)
{
    size_t shared = 0;
    for (size_t i = group->first; i < group->first + group->count; i++) {
        const struct cleanup_row *row = &view->rows[i];
        for (size_t s = 0; row->image != NULL && s < row->image->snapshot_count; s++) {
            const struct inventory_snapshot *snapshot =
                inventory_find_snapshot(row->region, row->image->snapshots[s]);
            shared += snapshot != NULL && snapshot->users > 1;
        }
    }
    return shared;
}

/* When the oldest of the answers of a group came, and how many are missing. */
static time_t checked_since(const struct cleanup_view *view, const struct cleanup_group *group,
                            size_t *missing)
{
    time_t oldest = 0;
    *missing = 0;
    for (size_t i = group->first; i < group->first + group->count; i++) {
        const struct usage_entry *entry = view->rows[i].usage;
        if (entry == NULL || entry->checked_at == 0)
            ++*missing;
        else if (oldest == 0 || entry->checked_at < oldest)
            oldest = entry->checked_at;
    }
    return oldest;
}

static void add_use(struct buf *words, const struct cleanup_view *view,
                    const struct cleanup_group *group)
{
    unsigned counts[USAGE_KINDS] = {0};
    char clock[WORDS_MAX];
    size_t missing = 0;
    time_t checked = checked_since(view, group, &missing);
    if (missing == group->count) {
        buf_add_str(words, "Use: not asked yet; i asks, in this account only.");
        return;
    }
    for (size_t i = group->first; i < group->first + group->count; i++)
        for (int kind = 0; view->rows[i].usage != NULL && kind < USAGE_KINDS; kind++)
            counts[kind] += view->rows[i].usage->counts[kind];
    buf_add_str(words, "Use: ");
    for (int kind = 0; kind < USAGE_OTHER; kind++)
        buf_add_fmt(words, "%ss %u, ", usage_kind_name((enum usage_kind)kind, 1), counts[kind]);
    words_clock(checked, clock);
    buf_add_fmt(words, "checked %.5s, this account only", clock);
    if (missing > 0)
        buf_add_fmt(words, "; %zu of %zu not asked", missing, group->count);
    buf_add_str(words, ".");
}

static int draw_images(const struct cleanup_view *view, const struct cleanup_group *group,
                       const struct view *v, bool money)
{
    struct buf words = BUF_INIT;
    char text[WORDS_MAX], size[WORDS_MAX];
    size_t shared = count_shared(view, group);
    cleaner_count(CLEANUP_IMAGE, group->count, text);
    cleaner_most(group->bytes, size);
    buf_add_fmt(&words, "%s, %u snapshot%s, ", text, group->snapshots,
                group->snapshots == 1 ? "" : "s");
    buf_add_fmt(&words, shared > 0 ? "%zu shared" : "none shared", shared);
    buf_add_fmt(&words, ", %s. ", size);
    add_use(&words, view, group);
    int y = say(v, 0, ROLE_TEXT, &words);
    if (v->cols >= WIDE_COLS || v->rows > 5)
        buf_add_fmt(&words,
                    "Last launch has a 24 h lag. %s is an upper bound: full snapshot size; blocks "
                    "shared with newer snapshots stay billed.",
                    money ? "$" : "The size");
    y = words.length > 0 ? say(v, y, ROLE_FAINT, &words) : y;
    if (group->newest[0] != '\0')
        buf_add_fmt(&words, "Newest of this family: %s.", group->newest);
    if (group->unread)
        buf_add_fmt(&words, "%sA region that was not read may hold more of it.",
                    words.length > 0 ? " " : "");
    y = words.length > 0 ? say(v, y, ROLE_TEXT, &words) : y;
    buf_free(&words);
    return y;
}

/* The group of things that are no AMIs. */
static int draw_others(const struct cleanup_group *group, const struct view *v)
{
    static const char *const about[CLEANUP_KINDS] = {
        [CLEANUP_SNAPSHOT] = "No AMI names them, and they were made for an AMI that is gone.",
        [CLEANUP_OBJECT] = "Staging objects of releases: an import has read them, or never will.",
        [CLEANUP_UPLOAD] = "Nobody has completed or aborted these uploads; their parts are billed.",
    };
    struct buf words = BUF_INIT;
    char text[WORDS_MAX], size[WORDS_MAX];
    cleaner_count(group->kind, group->count, text);
    cleaner_most(group->bytes, size);
    buf_add_fmt(&words, "%s in %u region%s, %s. %s", text, group->regions,
                group->regions == 1 ? "" : "s", size, about[group->kind]);
    int y = say(v, 0, ROLE_TEXT, &words);
    buf_free(&words);
    return y;
}

static int draw_row(const struct cleanup_row *row, const struct view *v)
{
    struct buf words = BUF_INIT;
    struct safe_text reason = cleanup_row_reason(row);
    const struct usage_entry *use = row->usage;
    char made[WORDS_MAX];
    cleaner_date(row->made_at, made);
    buf_add_fmt(&words, "%s in %s, made %s: %s.", row->name, row->region->name, made,
                words_str(&reason));
    int y = say(v, 0, row->why == CLEANUP_MAY ? ROLE_TEXT : ROLE_WARN, &words);
    if (row->newest)
        buf_add_str(&words, "The newest of its family: no rule takes it, only your own mark. ");
    for (size_t i = 0; use != NULL && i < use->reference_count; i++)
        buf_add_fmt(&words, "%s%s", i > 0 ? ", " : "Used by ", use->references[i].arn);
    for (size_t i = 0; use != NULL && i < use->account_count; i++)
        buf_add_fmt(&words, "%saccount %s", i > 0 || words.length > 0 ? ", " : "Used by ",
                    use->accounts[i].account);
    if (row->kind == CLEANUP_IMAGE && (use == NULL || use->checked_at == 0))
        buf_add_str(&words, use != NULL && use->err != NULL ? use->err->message
                                                            : "Use not checked; i asks.");
    y = words.length > 0 ? say(v, y, ROLE_TEXT, &words) : y;
    text_free(&reason);
    buf_free(&words);
    return y;
}

void cleaner_pane_draw(struct cleanup_screen *self, const struct fold_line *line,
                       const struct view *v)
{
    bool marked = cleaner_asks_marked(self);
    if (line == NULL) {
        pane_draw(v, NULL, NULL, " ");
        return;
    }
    const struct cleanup_group *group = &self->view->groups[line->group];
    const struct cleanup_row *row = &self->view->rows[line->row];
    bool images = group->kind == CLEANUP_IMAGE;
    const char *title = line->kind == FOLD_ROW ? row->id
                        : images               ? group->title
                                               : cleanup_kind_name(group->kind, group->count);
    const char *hint = marked                   ? "i: who uses the marked"
                       : !images                ? NULL
                       : line->kind == FOLD_ROW ? "i: who uses this AMI"
                                                : "i: who uses these AMIs";
    struct view body = pane_draw(v, hint, NULL, "%s", title);
    if (line->kind == FOLD_ROW)
        draw_row(row, &body);
    else if (images)
        draw_images(self->view, group, &body, self->price_micros > 0);
    else
        draw_others(group, &body);
}

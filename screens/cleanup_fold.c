/* The lines of the cleanup table. */
#include "screens/cleanup_fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/widget.h"

/* So many rows that look alike are shown before the rest becomes one line. */
#define ALIKE_SHOWN 2
#define DAY_S       ((time_t)24 * 60 * 60)

uint64_t fold_identity(enum cleanup_kind kind, const char *region, const char *id)
{
    static const char *const kinds[CLEANUP_KINDS] = {[CLEANUP_IMAGE] = "ami",
                                                     [CLEANUP_SNAPSHOT] = "snapshot",
                                                     [CLEANUP_OBJECT] = "object",
                                                     [CLEANUP_UPLOAD] = "upload"};
    return ui_identity_behind(ui_identity_behind(ui_identity(kinds[kind]), region), id);
}

bool fold_markable(const struct cleanup_row *row)
{
    char box = cleanup_box(row->why);
    return box == ' ' || box == '?';
}

static uint64_t group_identity(const struct cleanup_group *group)
{
    static const char *const kinds[CLEANUP_KINDS] = {[CLEANUP_IMAGE] = "release",
                                                     [CLEANUP_SNAPSHOT] = "snapshots",
                                                     [CLEANUP_OBJECT] = "objects",
                                                     [CLEANUP_UPLOAD] = "uploads"};
    return ui_identity_behind(ui_identity(kinds[group->kind]), group->title);
}

void fold_load(struct fold *fold, const struct cleanup_view *view)
{
    fold->identities = xrealloc(fold->identities, view->row_count + 1, sizeof(uint64_t));
    fold->groups = xrealloc(fold->groups, view->group_count + 1, sizeof(uint64_t));
    for (size_t i = 0; i < view->row_count; i++)
        fold->identities[i] =
            fold_identity(view->rows[i].kind, view->rows[i].region->name, view->rows[i].id);
    for (size_t i = 0; i < view->group_count; i++)
        fold->groups[i] = group_identity(&view->groups[i]);
}

static void add(struct fold *fold, struct fold_line line)
{
    if (fold->count == fold->capacity) {
        fold->capacity = fold->capacity > 0 ? fold->capacity * 2 : 256;
        fold->lines = xrealloc(fold->lines, fold->capacity, sizeof(*fold->lines));
    }
    fold->lines[fold->count++] = line;
}

static size_t end_of(const struct cleanup_view *view, size_t group)
{
    return view->groups[group].first + view->groups[group].count;
}

/* The first visible row of a group at or behind `at`, or the group's end. */
static size_t next_visible(const struct fold *fold, const struct cleanup_view *view,
                           const struct marks *marks, size_t group, size_t at)
{
    size_t end = end_of(view, group);
    if (at < view->groups[group].first)
        at = view->groups[group].first;
    while (at < end && fold->marked_only && !marks_has(marks, fold->identities[at]))
        at++;
    return at < end ? at : end;
}

static bool alike_images(const struct inventory_image *a, const struct inventory_image *b)
{
    return a->state == b->state && a->is_public == b->is_public && a->protection == b->protection &&
           strcmp(a->name, b->name) == 0;
}

static bool alike(const struct cleanup_row *a, const struct cleanup_row *b)
{
    return a->kind == b->kind && a->why == b->why && a->bytes == b->bytes &&
           a->newest == b->newest && a->made_at / DAY_S == b->made_at / DAY_S &&
           a->launched_at / DAY_S == b->launched_at / DAY_S &&
           (a->image == NULL || alike_images(a->image, b->image));
}

/* What one line of alike rows leaves out: rows before `from`, and those that look otherwise. */
struct shape {
    size_t first, from;
};

static struct shape shape_of(const struct fold *fold, const struct cleanup_view *view,
                             const struct marks *marks, size_t group)
{
    size_t first = next_visible(fold, view, marks, group, 0), at = first;
    for (size_t found = 0; at < end_of(view, group) && found < ALIKE_SHOWN;
         at = next_visible(fold, view, marks, group, at + 1))
        found += alike(&view->rows[first], &view->rows[at]);
    return (struct shape){.first = first, .from = at};
}

static void add_row(struct fold *fold, size_t group, size_t row)
{
    add(fold, (struct fold_line){.identity = fold->identities[row],
                                 .kind = FOLD_ROW,
                                 .group = group,
                                 .row = row,
                                 .count = 1});
}

/* The rows of an unfolded group: those that stand for themselves, then one line for the rest. */
static void add_rows(struct fold *fold, const struct cleanup_view *view, const struct marks *marks,
                     size_t group)
{
    bool wide = marks_has(&fold->wide, fold->groups[group]);
    struct shape shape = shape_of(fold, view, marks, group);
    size_t more = 0, first_more = 0;
    for (size_t i = shape.first; i < end_of(view, group);
         i = next_visible(fold, view, marks, group, i + 1)) {
        if (wide || i < shape.from || !alike(&view->rows[shape.first], &view->rows[i]))
            add_row(fold, group, i);
        else if (more++ == 0)
            first_more = i;
    }
    if (more == 1)
        add_row(fold, group, first_more);
    else if (more > 1)
        add(fold, (struct fold_line){.identity = ~fold->groups[group],
                                     .kind = FOLD_MORE,
                                     .group = group,
                                     .row = first_more,
                                     .count = more});
}

void fold_build(struct fold *fold, const struct cleanup_view *view, const struct marks *marks)
{
    fold->count = 0;
    for (size_t g = 0; g < view->group_count; g++) {
        size_t first = next_visible(fold, view, marks, g, 0);
        if (first == end_of(view, g))
            continue;
        add(fold, (struct fold_line){.identity = fold->groups[g],
                                     .kind = FOLD_GROUP,
                                     .group = g,
                                     .row = first,
                                     .count = view->groups[g].count});
        if (marks_has(&fold->open, fold->groups[g]))
            add_rows(fold, view, marks, g);
    }
}

void fold_free(struct fold *fold)
{
    free(fold->lines);
    free(fold->identities);
    free(fold->groups);
    marks_free(&fold->open);
    marks_free(&fold->wide);
    *fold = (struct fold){0};
}

size_t fold_next(const struct fold *fold, const struct cleanup_view *view,
                 const struct marks *marks, const struct fold_line *line, size_t at)
{
    size_t end = end_of(view, line->group);
    if (line->kind == FOLD_ROW)
        return at <= line->row ? line->row : view->row_count;
    if (line->kind == FOLD_MORE && at < line->row)
        at = line->row;
    at = next_visible(fold, view, marks, line->group, at);
    if (line->kind == FOLD_MORE) {
        const struct cleanup_row *like = &view->rows[line->row];
        while (at < end && !alike(like, &view->rows[at]))
            at = next_visible(fold, view, marks, line->group, at + 1);
    }
    return at < end ? at : view->row_count;
}

bool fold_turn(struct fold *fold, const struct fold_line *line)
{
    uint64_t identity = fold->groups[line->group];
    if (line->kind == FOLD_ROW)
        return false;
    if (line->kind == FOLD_MORE) {
        marks_set(&fold->wide, identity, true);
        return true;
    }
    marks_set(&fold->open, identity, !marks_has(&fold->open, identity));
    marks_set(&fold->wide, identity, false);
    return true;
}

/* What the box of unmarked rows says: that they can be marked, else why the first cannot. */
static char unmarked_box(size_t markable, char first)
{
    return markable > 0 ? ' ' : first;
}

struct fold_marks fold_count(const struct fold *fold, const struct cleanup_view *view,
                             const struct marks *marks, const struct fold_line *line)
{
    struct fold_marks n = {0};
    char first = ' ';
    for (size_t i = fold_next(fold, view, marks, line, 0); i < view->row_count;
         i = fold_next(fold, view, marks, line, i + 1)) {
        bool can = fold_markable(&view->rows[i]);
        n.count++;
        n.markable += can;
        n.marked += marks_has(marks, fold->identities[i]);
        if (!can && first == ' ')
            first = cleanup_box(view->rows[i].why);
    }
    n.box = n.marked == 0 ? unmarked_box(n.markable, first) : n.marked >= n.markable ? 'x' : '-';
    return n;
}

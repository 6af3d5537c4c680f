/* Marking on the cleanup screen: a line marks all rows that it stands for. */
#include <stdlib.h>

#include "base/mem.h"
#include "screens/cleanup_state.h"
#include "screens/words.h"

/* What one key has done to many rows. */
struct marking {
    size_t marked, unmarked;
    size_t left_out; /* the newest of their family: where a rule chose, many rows take none */
};

static void mark_row(struct cleanup_screen *self, size_t row, bool on, bool many, struct marking *m)
{
    uint64_t identity = self->fold.identities[row];
    if (!fold_markable(&self->view->rows[row]) || marks_has(&self->marks, identity) == on)
        return;
    if (on && many && cleaner_leaves_out(self, &self->view->rows[row])) {
        m->left_out++;
        return;
    }
    marks_set(&self->marks, identity, on);
    m->marked += on;
    m->unmarked += !on;
}

/* Marks or unmarks every row of the line that can be marked. */
static void mark_line(struct cleanup_screen *self, const struct fold_line *line, bool on, bool many,
                      struct marking *m)
{
    const struct cleanup_view *view = self->view;
    for (size_t i = fold_next(&self->fold, view, &self->marks, line, 0); i < view->row_count;
         i = fold_next(&self->fold, view, &self->marks, line, i + 1))
        mark_row(self, i, on, many, m);
}

bool cleaner_leaves_out(const struct cleanup_screen *self, const struct cleanup_row *row)
{
    return row->newest && rules_choose(&self->rules);
}

void cleaner_say_left_out(struct cleanup_screen *self, size_t count)
{
    if (count > 0)
        console_say(self->screen.console, ROLE_WARN,
                    "%zu newest of %s family left out; Space on the row itself marks one.", count,
                    count == 1 ? "its" : "their");
}

/* Why nothing of the line can be marked, in the words of its first row. */
static void say_why_not(struct cleanup_screen *self, const struct fold_line *line)
{
    struct safe_text reason = cleanup_row_reason(&self->view->rows[line->row]);
    console_say(self->screen.console, ROLE_WARN, "It stays: %s", words_str(&reason));
    text_free(&reason);
}

static void mark_here(struct cleanup_screen *self)
{
    const struct fold_line *line = cleaner_cursor(self);
    struct table_source source = cleaner_source(self);
    if (line == NULL)
        return;
    struct fold_marks n = fold_count(&self->fold, self->view, &self->marks, line);
    struct marking m = {0};
    mark_line(self, line, true, line->kind != FOLD_ROW, &m);
    if (m.marked == 0 && n.marked > 0)
        mark_line(self, line, false, true, &m);
    else if (n.markable == 0)
        say_why_not(self, line);
    else
        cleaner_say_left_out(self, m.left_out);
    self->table.anchor = m.marked > 0 ? line->identity : 0;
    table_do(&self->table, UI_DOWN, NULL, 0, &source);
}

/* From the line that Space or V marked last to this one; whatever else touches marks or rows ends
 * that, so that a range never begins where nobody remembers. */
static void mark_range(struct cleanup_screen *self)
{
    struct table_source source = cleaner_source(self);
    size_t here = table_row(&self->table, &source), from = here;
    for (size_t i = 0; i < self->fold.count; i++)
        if (self->fold.lines[i].identity == self->table.anchor)
            from = i;
    size_t low = from < here ? from : here, high = from < here ? here : from;
    struct marking m = {0};
    for (size_t i = low; i <= high && i < self->fold.count; i++)
        mark_line(self, &self->fold.lines[i], true, true, &m);
    self->table.anchor = here < self->fold.count ? self->fold.lines[here].identity : 0;
    console_say(self->screen.console, ROLE_TEXT, "%zu row%s marked, of %zu line%s; V goes on here.",
                m.marked, m.marked == 1 ? "" : "s", high - low + 1, high == low ? "" : "s");
    cleaner_say_left_out(self, m.left_out);
}

static void mark_invert(struct cleanup_screen *self)
{
    struct marking m = {0};
    self->table.anchor = 0;
    for (size_t i = 0; i < self->view->row_count; i++)
        mark_row(self, i, !marks_has(&self->marks, self->fold.identities[i]), true, &m);
    cleaner_say_left_out(self, m.left_out);
}

static void mark_none(struct cleanup_screen *self)
{
    size_t hidden = cleaner_mark_hidden(self);
    if (hidden > 0)
        console_say(self->screen.console, ROLE_TEXT,
                    "%zu marks taken away, %zu of them on rows that were not shown.",
                    self->marks.count, hidden);
    marks_clear(&self->marks);
    self->table.anchor = 0;
    self->fold.marked_only = false;
}

bool cleaner_mark_do(struct cleanup_screen *self, int function)
{
    static void (*const acts[UI_OWN])(struct cleanup_screen *) = {
        [UI_MARK] = mark_here,
        [UI_MARK_RANGE] = mark_range,
        [UI_MARK_NONE] = mark_none,
        [UI_MARK_INVERT] = mark_invert,
    };
    if (function >= UI_OWN || acts[function] == NULL)
        return false;
    if (self->view == NULL)
        return true;
    bool narrow = self->fold.marked_only;
    acts[function](self);
    if (narrow)
        fold_build(&self->fold, self->view, &self->marks);
    cleaner_mark_count(self);
    return true;
}

void cleaner_mark_settle(struct cleanup_screen *self)
{
    static const bool final[CLEANUP_WHYS] = {[CLEANUP_OTHERS] = true,
                                             [CLEANUP_KEEP] = true,
                                             [CLEANUP_PROTECTED] = true,
                                             [CLEANUP_IN_USE] = true};
    size_t taken = 0;
    for (size_t i = 0; self->marks.count > 0 && i < self->view->row_count; i++) {
        if (!final[self->view->rows[i].why] || !marks_has(&self->marks, self->fold.identities[i]))
            continue;
        marks_set(&self->marks, self->fold.identities[i], false);
        taken++;
    }
    if (taken > 0)
        console_say(self->screen.console, ROLE_WARN,
                    "%zu mark%s taken away: in use, protected, kept or another's by now.", taken,
                    taken == 1 ? "" : "s");
}

void cleaner_mark_count(struct cleanup_screen *self)
{
    self->marked_shown = self->marked_images = 0;
    self->marked_bytes = self->marked_micros = 0;
    for (size_t i = 0; self->view != NULL && self->marks.count > 0 && i < self->view->row_count;
         i++) {
        const struct cleanup_row *row = &self->view->rows[i];
        if (!marks_has(&self->marks, self->fold.identities[i]))
            continue;
        self->marked_shown++;
        self->marked_images += row->kind == CLEANUP_IMAGE;
        self->marked_bytes += row->bytes;
        self->marked_micros += row->cost_micros;
    }
}

size_t cleaner_mark_hidden(const struct cleanup_screen *self)
{
    return self->marks.count > self->marked_shown ? self->marks.count - self->marked_shown : 0;
}

/* The marked rows that are shown, or all of the line: malloc'd. */
static const struct cleanup_row **rows_of(struct cleanup_screen *self, const struct fold_line *line,
                                          size_t *count)
{
    const struct cleanup_view *view = self->view;
    size_t all = view != NULL ? view->row_count : 0;
    const struct cleanup_row **rows = xcalloc(all + 1, sizeof(const struct cleanup_row *));
    *count = 0;
    for (size_t i = 0; line == NULL && i < all; i++)
        if (marks_has(&self->marks, self->fold.identities[i]))
            rows[(*count)++] = &view->rows[i];
    if (line == NULL)
        return rows;
    for (size_t i = fold_next(&self->fold, view, &self->marks, line, 0); i < all;
         i = fold_next(&self->fold, view, &self->marks, line, i + 1))
        rows[(*count)++] = &view->rows[i];
    return rows;
}

const struct cleanup_row **cleaner_chosen(struct cleanup_screen *self, size_t *count,
                                          size_t *left_out)
{
    const struct fold_line *line = self->marks.count == 0 ? cleaner_cursor(self) : NULL;
    const struct cleanup_row **rows = rows_of(self, line, count);
    size_t kept = 0;
    *left_out = 0;
    if (line == NULL || line->kind == FOLD_ROW)
        return rows;
    for (size_t i = 0; i < *count; i++)
        if (cleaner_leaves_out(self, rows[i]))
            ++*left_out;
        else
            rows[kept++] = rows[i];
    *count = kept;
    return rows;
}

bool cleaner_asks_marked(struct cleanup_screen *self)
{
    const struct fold_line *line = cleaner_cursor(self);
    return line != NULL && self->marked_shown > 0 &&
           fold_count(&self->fold, self->view, &self->marks, line).marked > 0;
}

const struct cleanup_row **cleaner_asked(struct cleanup_screen *self, size_t *count)
{
    return rows_of(self, cleaner_asks_marked(self) ? NULL : cleaner_cursor(self), count);
}

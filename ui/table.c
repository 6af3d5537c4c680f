/* A table of rows by callback, whose cursor and marks are identities and not rows. */
#include "ui/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* `▸  ` before each row, or `▸ [x] ` where rows can be marked. */
#define GUTTER       3
#define GUTTER_BOXED 6

void table_free(struct table *t)
{
    free(t->marks);
    *t = (struct table){0};
}

/* Columns that the table takes, with a blank between two. */
static int wanted(size_t count, const int *widths)
{
    int sum = -1;
    for (size_t i = 0; i < count; i++)
        sum += widths[i] > 0 ? widths[i] + 1 : 0;
    return sum;
}

static int least(const struct table_column *column)
{
    return column->least > 0 ? column->least : column->width;
}

/* Columns that the table takes at the least. */
static int squeezed(const struct table_column *columns, size_t count, const int *widths)
{
    int sum = -1;
    for (size_t i = 0; i < count; i++)
        sum += widths[i] > 0 ? least(&columns[i]) + 1 : 0;
    return sum;
}

/* Drops the column that leaves first; false when all must stay. */
static bool drop_one(const struct table_column *columns, size_t count, int *widths)
{
    size_t worst = count;
    for (size_t i = 0; i < count; i++)
        if (widths[i] > 0 && columns[i].drop > 0 &&
            (worst == count || columns[i].drop >= columns[worst].drop))
            worst = i;
    if (worst == count)
        return false;
    widths[worst] = 0;
    return true;
}

int table_layout(const struct table_column *columns, size_t column_count, int cols, int *widths)
{
    for (size_t i = 0; i < column_count; i++)
        widths[i] = columns[i].width;
    while (squeezed(columns, column_count, widths) > cols &&
           drop_one(columns, column_count, widths))
        continue;

    int over = wanted(column_count, widths) - cols;
    for (size_t i = column_count; i-- > 0 && over > 0;) {
        int room = widths[i] > 0 ? widths[i] - least(&columns[i]) : 0;
        int cut = room < over ? room : over;
        widths[i] -= cut;
        over -= cut;
    }
    for (size_t i = 0; i < column_count && over < 0; i++) {
        int room = widths[i] > 0 && columns[i].most > widths[i] ? columns[i].most - widths[i] : 0;
        int grow = room < -over ? room : -over;
        widths[i] += grow;
        over += grow;
    }
    int used = wanted(column_count, widths);
    return used > 0 ? used : 0;
}

/* Finds the cursor's row again; where it is gone the cursor takes the row at its place. */
static void settle(struct table *t, const struct table_source *source)
{
    if (source->count == 0) {
        t->row = 0;
        return;
    }
    if (t->cursor == 0)
        t->row = 0;
    if (t->row < source->count && source->identity(source->data, t->row) == t->cursor)
        return;
    for (size_t i = 0; i < source->count && t->cursor != 0; i++) {
        if (source->identity(source->data, i) == t->cursor) {
            t->row = i;
            return;
        }
    }
    if (t->row >= source->count)
        t->row = source->count - 1;
    t->cursor = source->identity(source->data, t->row);
}

static void scroll(struct table *t, const struct table_source *source, int rows)
{
    t->page = rows > 0 ? (size_t)rows : 1;
    if (t->top + t->page > source->count)
        t->top = source->count > t->page ? source->count - t->page : 0;
    if (t->row < t->top)
        t->top = t->row;
    if (t->row >= t->top + t->page)
        t->top = t->row - t->page + 1;
}

static void draw_heading(const struct view *cell, const struct table *t,
                         const struct table_column *column)
{
    bool sorted = t->sort_column != 0 && t->sort_column == column->id;
    const char *arrow = !sorted ? "" : t->sort_reverse ? "↓" : "↑";
    int columns = grid_columns(column->title) + grid_columns(arrow);
    int x = column->align == ALIGN_RIGHT && columns < cell->cols ? cell->cols - columns : 0;
    x = grid_literal(cell, x, 0, ROLE_HEADING, column->title);
    grid_literal(cell, x < cell->cols ? x : cell->cols - 1, 0, ROLE_STRONG, arrow);
}

static enum role box_role(char kind)
{
    if (kind == ' ')
        return ROLE_TEXT;
    return kind == 'x' || kind == '-' ? ROLE_MARK : ROLE_WARN;
}

static void draw_box(const struct view *line, const struct table *t,
                     const struct table_source *source, size_t row)
{
    char kind = source->box(source->data, row);
    const char fixed[] = {'[', kind, ']', '\0'};
    if (kind == 0)
        return;
    if (table_is_marked(t, source->identity(source->data, row)))
        grid_literal(line, 2, 0, ROLE_MARK, "[x]");
    else
        grid_literal(line, 2, 0, box_role(kind), fixed);
}

/* The columns' windows of one line, from left to right. */
static void draw_line(const struct view *line, const struct table *t,
                      const struct table_column *columns, size_t column_count, const int *widths,
                      const struct table_source *source, size_t row)
{
    int x = 0;
    for (size_t i = 0; i < column_count; i++) {
        if (widths[i] == 0)
            continue;
        struct view cell = view_cut(line, x, 0, widths[i], 1);
        if (row == source->count)
            draw_heading(&cell, t, &columns[i]);
        else
            source->draw(source->data, row, columns[i].id, &cell);
        x += widths[i] + 1;
    }
}

void table_draw(const struct view *v, struct table *t, const struct table_column *columns,
                size_t column_count, const struct table_source *source, bool focused)
{
    int widths[TABLE_COLUMNS] = {0};
    int gutter = source->box != NULL ? GUTTER_BOXED : GUTTER;
    struct view body = *v;
    struct view heading = view_take_top(&body, v->rows > 1 ? 1 : 0);
    struct view line = view_cut(&heading, gutter, 0, heading.cols - gutter, heading.rows);

    settle(t, source);
    scroll(t, source, body.rows);
    if (column_count > TABLE_COLUMNS)
        column_count = TABLE_COLUMNS;
    table_layout(columns, column_count, line.cols, widths);
    draw_line(&line, t, columns, column_count, widths, source, source->count);

    for (int y = 0; y < body.rows && t->top + (size_t)y < source->count; y++) {
        size_t row = t->top + (size_t)y;
        struct view whole = view_cut(&body, 0, y, body.cols, 1);
        line = view_cut(&whole, gutter, 0, whole.cols - gutter, 1);
        if (source->box != NULL)
            draw_box(&whole, t, source, row);
        draw_line(&line, t, columns, column_count, widths, source, row);
        if (row != t->row || !focused)
            continue;
        grid_literal(&whole, 0, 0, ROLE_CURSOR, "▸");
        grid_attr(&whole, 0, 0, whole.cols, 1, ATTR_REVERSE);
        grid_cursor(&whole, 0, 0);
    }
}

static unsigned move_to(struct table *t, const struct table_source *source, long row)
{
    long last = (long)source->count - 1;
    if (row > last)
        row = last;
    if (row < 0)
        row = 0;
    if (last < 0 || (size_t)row == t->row)
        return UI_TAKEN;
    t->row = (size_t)row;
    t->cursor = source->identity(source->data, t->row);
    return UI_TAKEN | UI_MOVED;
}

static unsigned sort_next(struct table *t, const struct table_column *columns, size_t count)
{
    size_t at =
        count; /* the column after which the search starts; count is the source's own order */
    for (size_t i = 0; i < count; i++)
        if (columns[i].id == t->sort_column && t->sort_column != 0)
            at = i;
    t->sort_column = 0;
    for (size_t i = at == count ? 0 : at + 1; i < count; i++) {
        if (columns[i].sortable) {
            t->sort_column = columns[i].id;
            break;
        }
    }
    t->sort_reverse = false;
    return UI_TAKEN | UI_SORTED;
}

static bool can_mark(const struct table_source *source, size_t row)
{
    return source->box != NULL && row < source->count && source->box(source->data, row) == ' ';
}

static unsigned mark_here(struct table *t, const struct table_source *source)
{
    if (can_mark(source, t->row)) {
        table_mark(t, t->cursor, !table_is_marked(t, t->cursor));
        t->anchor = t->cursor;
    }
    return move_to(t, source, (long)t->row + 1) | UI_MARKED;
}

static unsigned mark_range(struct table *t, const struct table_source *source)
{
    size_t from = t->row;
    for (size_t i = 0; i < source->count; i++)
        if (t->anchor != 0 && source->identity(source->data, i) == t->anchor)
            from = i;
    size_t low = from < t->row ? from : t->row;
    size_t high = from < t->row ? t->row : from;
    for (size_t i = low; i <= high && i < source->count; i++)
        if (can_mark(source, i))
            table_mark(t, source->identity(source->data, i), true);
    return UI_TAKEN | UI_MARKED;
}

static unsigned mark_invert(struct table *t, const struct table_source *source)
{
    for (size_t i = 0; i < source->count; i++) {
        uint64_t identity = source->identity(source->data, i);
        if (can_mark(source, i))
            table_mark(t, identity, !table_is_marked(t, identity));
    }
    return UI_TAKEN | UI_MARKED;
}

static unsigned mark_none(struct table *t, const struct table_source *source)
{
    (void)source;
    t->mark_count = 0;
    return UI_TAKEN | UI_MARKED;
}

static unsigned sort_reverse(struct table *t, const struct table_source *source)
{
    (void)source;
    t->sort_reverse = !t->sort_reverse;
    return UI_TAKEN | UI_SORTED;
}

unsigned table_do(struct table *t, enum ui_function function, const struct table_column *columns,
                  size_t column_count, const struct table_source *source)
{
    settle(t, source);
    long all = (long)source->count;
    long page = t->page > 0 ? (long)t->page : 1;
    long half = page > 1 ? page / 2 : 1;
    const long steps[UI_OWN] = {
        [UI_UP] = -1,         [UI_DOWN] = 1,         [UI_TOP] = -all,      [UI_BOTTOM] = all,
        [UI_PAGE_UP] = -page, [UI_PAGE_DOWN] = page, [UI_HALF_UP] = -half, [UI_HALF_DOWN] = half,
    };
    static unsigned (*const acts[UI_OWN])(struct table *, const struct table_source *) = {
        [UI_MARK] = mark_here,
        [UI_MARK_RANGE] = mark_range,
        [UI_MARK_NONE] = mark_none,
        [UI_MARK_INVERT] = mark_invert,
        [UI_SORT_REVERSE] = sort_reverse,
    };

    if (function >= UI_OWN)
        return UI_IGNORED;
    if (acts[function] != NULL)
        return acts[function](t, source);
    if (function == UI_SORT && columns != NULL)
        return sort_next(t, columns, column_count);
    if (steps[function] != 0)
        return move_to(t, source, (long)t->row + steps[function]);
    return UI_IGNORED;
}

size_t table_row(struct table *t, const struct table_source *source)
{
    settle(t, source);
    return source->count > 0 ? t->row : source->count;
}

void table_go(struct table *t, uint64_t identity)
{
    t->cursor = identity;
}

size_t table_row_at(const struct table *t, int y, const struct table_source *source)
{
    size_t row = t->top + (size_t)(y - 1);
    return y >= 1 && (size_t)(y - 1) < t->page && row < source->count ? row : source->count;
}

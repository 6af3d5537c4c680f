/* A screen as cells, drawn without a terminal: the one place where text becomes cells. */
#include "ui/grid.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/widget.h"

#define ELLIPSIS L'…'

static const struct cell blank = {.glyph = {L' '}, .role = ROLE_TEXT};

static int at_least(int low, int n)
{
    return n < low ? low : n;
}

static int lesser(int a, int b)
{
    return a < b ? a : b;
}

struct grid *grid_new(int cols, int rows, bool ascii)
{
    struct grid *grid = xcalloc(1, sizeof *grid);
    grid->ascii = ascii;
    grid_resize(grid, cols, rows);
    return grid;
}

void grid_free(struct grid *grid)
{
    if (grid == NULL)
        return;
    free(grid->cells);
    free(grid);
}

void grid_resize(struct grid *grid, int cols, int rows)
{
    grid->cols = at_least(1, cols);
    grid->rows = at_least(1, rows);
    grid->cells =
        xrealloc(grid->cells, (size_t)grid->cols * (size_t)grid->rows, sizeof *grid->cells);
    grid_clear(grid);
}

void grid_clear(struct grid *grid)
{
    size_t count = (size_t)grid->cols * (size_t)grid->rows;
    for (size_t i = 0; i < count; i++)
        grid->cells[i] = blank;
    grid->cursor_x = -1;
    grid->cursor_y = -1;
}

struct view grid_view(struct grid *grid)
{
    return (struct view){.grid = grid,
                         .cols = grid->cols,
                         .rows = grid->rows,
                         .clip_right = grid->cols,
                         .clip_bottom = grid->rows};
}

struct view view_cut(const struct view *v, int x, int y, int cols, int rows)
{
    struct view cut = *v;
    cut.x = v->x + x;
    cut.y = v->y + y;
    cut.cols = at_least(0, cols);
    cut.rows = at_least(0, rows);
    cut.clip_left = at_least(v->clip_left, cut.x);
    cut.clip_top = at_least(v->clip_top, cut.y);
    cut.clip_right = lesser(v->clip_right, cut.x + cut.cols);
    cut.clip_bottom = lesser(v->clip_bottom, cut.y + cut.rows);
    return cut;
}

struct view view_take_top(struct view *v, int rows)
{
    int taken = lesser(at_least(0, rows), v->rows);
    struct view top = view_cut(v, 0, 0, v->cols, taken);
    *v = view_cut(v, 0, taken, v->cols, v->rows - taken);
    return top;
}

struct view view_take_bottom(struct view *v, int rows)
{
    int taken = lesser(at_least(0, rows), v->rows);
    struct view bottom = view_cut(v, 0, v->rows - taken, v->cols, taken);
    *v = view_cut(v, 0, 0, v->cols, v->rows - taken);
    return bottom;
}

struct view view_centre(const struct view *v, int cols, int rows)
{
    int width = lesser(cols, v->cols);
    int height = lesser(rows, v->rows);
    return view_cut(v, (v->cols - width) / 2, (v->rows - height) / 2, width, height);
}

/* The cell at a place of the window, NULL where it may not be written. */
static struct cell *cell_at(const struct view *v, int x, int y)
{
    int gx = v->x + x;
    int gy = v->y + y;
    if (gx < v->clip_left || gx >= v->clip_right || gy < v->clip_top || gy >= v->clip_bottom)
        return NULL;
    return &v->grid->cells[(size_t)gy * (size_t)v->grid->cols + (size_t)gx];
}

static bool is_control(wchar_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

static void set(struct cell *cell, wchar_t c, enum role role)
{
    if (cell != NULL)
        *cell = (struct cell){.glyph = {c}, .role = (unsigned char)role};
}

/* Writes one character of one or two columns. Of a wide one whose half is cut off a blank stays. */
static void put(const struct view *v, int x, int y, wchar_t c, int width, enum role role)
{
    struct cell *left = cell_at(v, x, y);
    struct cell *right = width == 2 ? cell_at(v, x + 1, y) : NULL;
    wchar_t shown = is_control(c) ? L'?' : v->grid->ascii ? grid_ascii(c) : c;

    if (width == 1) {
        set(left, shown, role);
    } else if (left != NULL && right != NULL) {
        set(left, shown, role);
        set(right, v->grid->ascii ? shown : 0, role);
    } else {
        set(left, L' ', role);
        set(right, L' ', role);
    }
}

static void combine(const struct view *v, int x, int y, wchar_t mark)
{
    struct cell *cell = cell_at(v, x, y);
    if (cell == NULL || v->grid->ascii || cell->glyph[0] == 0)
        return;
    if (cell->glyph[1] == 0)
        cell->glyph[1] = mark;
    else if (cell->glyph[2] == 0)
        cell->glyph[2] = mark;
}

/* Draws what lies in the columns [skip, skip + most) of the text; returns the columns that were
 * written. */
static int draw(const struct view *v, int x, int y, enum role role, const char *utf8, int skip,
                int most)
{
    const char *s = utf8;
    const char *end = utf8 + strlen(utf8);
    int column = 0; /* of the text */
    int base = -1;  /* where the last character stands, for its combining marks */

    while (s < end) {
        bool ok;
        wchar_t c = text_next_char(&s, end, &ok);
        int width = is_control(c) ? 1 : text_char_columns(c);
        if (width <= 0) {
            if (base >= 0)
                combine(v, base, y, c);
            continue;
        }
        if (column + width > skip + most)
            break;
        base = -1;
        if (column >= skip) {
            base = x + column - skip;
            put(v, base, y, c, width, role);
        }
        column += width;
    }
    return at_least(0, column - skip);
}

int grid_text(const struct view *v, int x, int y, enum role role, const struct safe_text *text)
{
    return grid_literal(v, x, y, role, text->utf8 != NULL ? text->utf8 : "");
}

int grid_literal(const struct view *v, int x, int y, enum role role, const char *words)
{
    return x + draw(v, x, y, role, words, 0, INT_MAX);
}

int grid_print(const struct view *v, int x, int y, enum role role, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct safe_text text = ui_format(format, args);
    va_end(args);

    int behind = grid_text(v, x, y, role, &text);
    text_free(&text);
    return behind;
}

int grid_print_right(const struct view *v, int end, int y, enum role role, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct safe_text text = ui_format(format, args);
    va_end(args);

    int start = at_least(0, end - text.columns);
    grid_text_fit(v, start, y, at_least(0, end - start), role, &text);
    text_free(&text);
    return start;
}

int grid_literal_right(const struct view *v, int end, int y, enum role role, const char *words)
{
    int start = at_least(0, end - grid_columns(words));
    draw(v, start, y, role, words, 0, at_least(0, end - start));
    return start;
}

int grid_text_fit(const struct view *v, int x, int y, int cols, enum role role,
                  const struct safe_text *text)
{
    const char *utf8 = text->utf8 != NULL ? text->utf8 : "";
    if (cols <= 0)
        return x;
    if (text->columns <= cols)
        return x + draw(v, x, y, role, utf8, 0, cols);
    int written = draw(v, x, y, role, utf8, 0, cols - 1);
    put(v, x + written, y, ELLIPSIS, 1, role);
    return x + written + 1;
}

int grid_text_middle(const struct view *v, int x, int y, int cols, enum role role,
                     const struct safe_text *text)
{
    if (text->columns <= cols || cols < 8)
        return grid_text_fit(v, x, y, cols, role, text);
    int tail = (cols - 1) / 3;
    int written = draw(v, x, y, role, text->utf8, 0, cols - 1 - tail);
    put(v, x + written, y, ELLIPSIS, 1, role);
    written += 1;
    return x + written +
           draw(v, x + written, y, role, text->utf8, text->columns - tail, cols - written);
}

int grid_state(const struct view *v, int x, int y, enum role state)
{
    if (state >= ROLE_STATES)
        return x;
    int at = grid_literal(v, x, y, state, role_glyph(state));
    at = grid_literal(v, at, y, state, " ");
    return grid_literal(v, at, y, state, role_word(state));
}

int grid_columns(const char *words)
{
    const char *s = words;
    const char *end = words + strlen(words);
    int columns = 0;
    while (s < end) {
        bool ok;
        wchar_t c = text_next_char(&s, end, &ok);
        columns += is_control(c) ? 1 : at_least(0, text_char_columns(c));
    }
    return columns;
}

void grid_fill(const struct view *v, int x, int y, int cols, int rows, wchar_t c, enum role role)
{
    struct view area = view_cut(v, x, y, cols, rows);
    for (int gy = area.clip_top; gy < area.clip_bottom; gy++)
        for (int gx = area.clip_left; gx < area.clip_right; gx++)
            put(&area, gx - area.x, gy - area.y, c, 1, role);
}

void grid_blank(const struct view *v)
{
    grid_fill(v, 0, 0, v->cols, v->rows, L' ', ROLE_TEXT);
}

void grid_attr(const struct view *v, int x, int y, int cols, int rows, unsigned attr)
{
    struct view area = view_cut(v, x, y, cols, rows);
    for (int gy = area.clip_top; gy < area.clip_bottom; gy++)
        for (int gx = area.clip_left; gx < area.clip_right; gx++) {
            struct cell *cell = cell_at(&area, gx - area.x, gy - area.y);
            if (cell != NULL)
                cell->attr |= (unsigned char)attr;
        }
}

void grid_rule(const struct view *v, int y)
{
    grid_fill(v, 0, y, v->cols, 1, L'─', ROLE_RULE);
}

void grid_box(const struct view *v)
{
    int right = v->cols - 1;
    int bottom = v->rows - 1;
    grid_fill(v, 1, 0, right - 1, 1, L'─', ROLE_RULE);
    grid_fill(v, 1, bottom, right - 1, 1, L'─', ROLE_RULE);
    grid_fill(v, 0, 1, 1, bottom - 1, L'│', ROLE_RULE);
    grid_fill(v, right, 1, 1, bottom - 1, L'│', ROLE_RULE);
    put(v, 0, 0, L'┌', 1, ROLE_RULE);
    put(v, right, 0, L'┐', 1, ROLE_RULE);
    put(v, 0, bottom, L'└', 1, ROLE_RULE);
    put(v, right, bottom, L'┘', 1, ROLE_RULE);
}

void grid_copy(const struct view *v, const struct grid *from, int from_row)
{
    for (int y = 0; y < v->rows && from_row + y < from->rows; y++) {
        for (int x = 0; x < v->cols && x < from->cols; x++) {
            struct cell *cell = cell_at(v, x, y);
            if (cell != NULL)
                *cell = from->cells[(size_t)(from_row + y) * (size_t)from->cols + (size_t)x];
        }
    }
}

void grid_cursor(const struct view *v, int x, int y)
{
    if (cell_at(v, x, y) == NULL)
        return;
    v->grid->cursor_x = v->x + x;
    v->grid->cursor_y = v->y + y;
}

struct cell grid_cell(const struct grid *grid, int x, int y)
{
    if (x < 0 || x >= grid->cols || y < 0 || y >= grid->rows)
        return blank;
    const struct cell *row = &grid->cells[(size_t)y * (size_t)grid->cols];
    struct cell cell = row[x];
    bool is_right = cell.glyph[0] == 0;
    bool is_wide = !is_right && text_char_columns(cell.glyph[0]) == 2;
    bool has_left = is_right && x > 0 && row[x - 1].glyph[0] != 0 &&
                    text_char_columns(row[x - 1].glyph[0]) == 2;
    bool has_right = is_wide && x + 1 < grid->cols && row[x + 1].glyph[0] == 0;

    if ((is_right && !has_left) || (is_wide && !has_right))
        memcpy(cell.glyph, blank.glyph, sizeof cell.glyph);
    return cell;
}

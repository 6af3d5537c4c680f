/* A screen as cells, drawn without a terminal: the one place where text becomes cells. */
#ifndef UI_GRID_H
#define UI_GRID_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/text.h"
#include "ui/role.h"

/* A character with up to two combining marks (0 where there is none). The right half of a wide
 * character has glyph[0] == 0. */
struct cell {
    wchar_t glyph[3];
    unsigned char role; /* enum role */
    unsigned char attr; /* enum role_attr bits, added to the role's own */
};

/* The cells, row by row. With ascii set every glyph is replaced by one ASCII character as it is
 * written, cell for cell, so that the layout never differs. */
struct grid {
    int cols;
    int rows;
    bool ascii;
    struct cell *cells;
    int cursor_x; /* where the hardware cursor rests; -1 hides it */
    int cursor_y;
};

/* A window on a grid. Coordinates of the drawing functions count from its corner; nothing outside
 * of it, and nothing outside of the window it was cut from, is ever written. Plain value, owns
 * nothing, lives as long as the grid keeps its size. */
struct view {
    struct grid *grid;
    int cols; /* never negative */
    int rows;
    int x; /* of the corner, in the grid; may lie outside */
    int y;
    int clip_left; /* the part that may be written, in the grid; right and bottom exclusive */
    int clip_top;
    int clip_right;
    int clip_bottom;
};

/* A grid of blanks, at least 1x1. Free with grid_free(). Thread: ui. */
struct grid *grid_new(int cols, int rows, bool ascii);
/* NULL is a no-op. Thread: ui. */
void grid_free(struct grid *grid);
/* Changes the size and blanks all. Thread: ui. */
void grid_resize(struct grid *grid, int cols, int rows);
/* Blanks all and hides the cursor. Thread: ui. */
void grid_clear(struct grid *grid);

/* The whole grid. Thread: ui. */
struct view grid_view(struct grid *grid);
/* A window in a window; parts that lie outside are cut off, sizes below 0 are 0. Thread: ui. */
struct view view_cut(const struct view *v, int x, int y, int cols, int rows);
/* Takes `rows` rows off the top (or bottom) of *v and returns them; *v becomes the rest. Where
 * fewer are left, what is left. Thread: ui. */
struct view view_take_top(struct view *v, int rows);
struct view view_take_bottom(struct view *v, int rows);
/* A window of the size, centred; not larger than v. Thread: ui. */
struct view view_centre(const struct view *v, int cols, int rows);

/* Draws text from anywhere, made safe before, cut at the window's edge. Returns the column behind
 * it, as if nothing had been cut. Thread: ui. */
int grid_text(const struct view *v, int x, int y, enum role role, const struct safe_text *text);

/* Draws the program's own words: a string literal or a field of a constant table, in UTF-8; never
 * text that came from outside. Returns the column behind it. Thread: ui. */
int grid_literal(const struct view *v, int x, int y, enum role role, const char *words);

/* printf, made safe on the way; the arguments may come from outside. Returns the column behind it.
 * Thread: ui. */
int grid_print(const struct view *v, int x, int y, enum role role, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The same, ending at column `end` (exclusive) instead of starting at one; what does not fit
 * between 0 and end is cut on the right. Returns the column where it starts. Thread: ui. */
int grid_print_right(const struct view *v, int end, int y, enum role role, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
int grid_literal_right(const struct view *v, int end, int y, enum role role, const char *words);

/* Draws into exactly `cols` columns: text that is longer ends in an ellipsis; shorter leaves the
 * rest as it is. Returns x + the columns that were written. Thread: ui. */
int grid_text_fit(const struct view *v, int x, int y, int cols, enum role role,
                  const struct safe_text *text);
/* The same for ids: the ellipsis stands in the middle (snap-0aa4…3f10). Thread: ui. */
int grid_text_middle(const struct view *v, int x, int y, int cols, enum role role,
                     const struct safe_text *text);

/* "● PUBL": a state's glyph and word in the state's role. Returns the column behind it (x + 6).
 * A role that is no state draws nothing and returns x. Thread: ui. */
int grid_state(const struct view *v, int x, int y, enum role state);

/* Columns of the program's own words. Thread: any. */
int grid_columns(const char *words);

/* Fills a rectangle with one character of one column. Thread: ui. */
void grid_fill(const struct view *v, int x, int y, int cols, int rows, wchar_t c, enum role role);
/* Blanks the window. Thread: ui. */
void grid_blank(const struct view *v);
/* Adds attributes to what already stands in the rectangle. Thread: ui. */
void grid_attr(const struct view *v, int x, int y, int cols, int rows, unsigned attr);
/* A rule over the window's width at row y. Thread: ui. */
void grid_rule(const struct view *v, int y);
/* A box around the window's edge; needs 2x2. Thread: ui. */
void grid_box(const struct view *v);
/* Copies the rows of `from`, starting at from_row, into the window. Thread: ui. */
void grid_copy(const struct view *v, const struct grid *from, int from_row);
/* Rests the hardware cursor there; outside of the window it is left as it was. Thread: ui. */
void grid_cursor(const struct view *v, int x, int y);

/* The cell at a place of the grid as a terminal shows it: half of a wide character whose other half
 * was drawn over is a blank, and so is all that lies outside. Thread: ui. */
struct cell grid_cell(const struct grid *grid, int x, int y);
/* The character that stands for c where only ASCII is to be had; always one printable ASCII
 * character. Thread: any. */
wchar_t grid_ascii(wchar_t c);
/* Appends the text, a line a row, trailing blanks removed. Thread: ui. */
void grid_dump_text(const struct grid *grid, struct buf *out);
/* Appends the role letters, a line a row: '#' where the cell is reversed (selected), a blank for a
 * plain blank; trailing blanks removed. Thread: ui. */
void grid_dump_roles(const struct grid *grid, struct buf *out);

#endif

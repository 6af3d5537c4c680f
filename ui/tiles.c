/* Tiles: equal boxes in as large a class as fits, one a region. */
#include "ui/tiles.h"

/* Regions that a screen has to be ready for; the classes in which so many fit are not given up
 * lightly. */
#define FULL_HOUSE 40

static const struct {
    int cols;
    int rows;
    bool edged; /* has a line at its left */
    const char *name;
} classes[TILE_CLASSES] = {
    [TILE_XL] = {60, 8, true, "XL"},  [TILE_L] = {40, 4, true, "L"},
    [TILE_M] = {24, 3, true, "M"},    [TILE_S] = {20, 1, false, "S"},
    [TILE_XS] = {11, 1, false, "XS"},
};

int tiles_cols(enum tile_class class)
{
    return classes[class].cols;
}

int tiles_rows(enum tile_class class)
{
    return classes[class].rows;
}

const char *tiles_class_name(enum tile_class class)
{
    return classes[class].name;
}

/* The rows that n tiles take, or -1 when not one fits into the width. */
static int rows_taken(enum tile_class class, size_t n, int cols)
{
    int across = cols / classes[class].cols;
    if (across < 1)
        return -1;
    return ((int)n + across - 1) / across * classes[class].rows;
}

static bool fits(enum tile_class class, size_t n, int cols, int rows)
{
    int taken = rows_taken(class, n, cols);
    return taken >= 0 && taken <= rows;
}

static enum tile_class largest_class(size_t n, int cols, int rows)
{
    enum tile_class class = TILE_XL;
    while (class < TILE_NONE && !fits(class, n, cols, rows))
        class += 1;
    return class;
}

/* The largest class in which a full house fits when all optional panes are gone; where none does,
 * in which the tiles themselves fit. */
static enum tile_class base_class(size_t n, int cols, int rows)
{
    enum tile_class base = largest_class(n > FULL_HOUSE ? n : FULL_HOUSE, cols, rows);
    return base < TILE_NONE ? base : largest_class(n, cols, rows);
}

struct tiles_fit tiles_fit(size_t n, int cols, int rows, const int *optional, size_t optional_count)
{
    int wanted = 0;
    for (size_t i = 0; i < optional_count; i++)
        wanted += optional[i];
    enum tile_class base = base_class(n, cols, rows);

    for (enum tile_class class = TILE_XL; class < TILE_NONE; class += 1) {
        int left = rows - wanted;
        size_t may_drop = class >= base ? optional_count : 0;
        for (size_t dropped = 0; dropped <= may_drop; dropped++) {
            if (fits(class, n, cols, left))
                return (struct tiles_fit){class, dropped, rows_taken(class, n, cols)};
            if (dropped < may_drop)
                left += optional[dropped];
        }
    }
    return (struct tiles_fit){.class = TILE_NONE};
}

/* Finds the cursor's tile again; a tile that is gone leaves the cursor at its place. */
static void settle(struct tiles *t, const struct tiles_source *source)
{
    for (size_t i = 0; i < source->count && t->cursor != 0; i++) {
        if (source->identity(source->data, i) == t->cursor) {
            t->index = i;
            return;
        }
    }
    if (t->cursor == 0)
        t->index = 0;
    if (t->index >= source->count)
        t->index = source->count > 0 ? source->count - 1 : 0;
    t->cursor = source->count > 0 ? source->identity(source->data, t->index) : 0;
}

static void draw_tile(const struct view *v, const struct tiles *t, enum tile_class class,
                      const struct tiles_source *source, size_t i, bool focused)
{
    int cols = classes[class].cols;
    int rows = classes[class].rows;
    int x = (int)(i % (size_t)t->across) * cols;
    int y = (int)(i / (size_t)t->across - t->top) * rows;
    struct view tile = view_cut(v, x, y, cols, rows);
    struct view inside = view_cut(&tile, 1, 0, classes[class].edged ? cols - 2 : cols - 1, rows);

    if (classes[class].edged)
        grid_fill(&tile, 0, 0, 1, rows, L'▎', ROLE_RULE);
    source->draw(source->data, i, class, &inside);
    if (i != t->index)
        return;
    grid_fill(&tile, 0, 0, 1, 1, L'▸', ROLE_CURSOR);
    if (focused) {
        grid_attr(&tile, 0, 0, cols - 1, 1, ATTR_REVERSE);
        grid_cursor(&tile, 0, 0);
    }
}

void tiles_draw(const struct view *v, struct tiles *t, enum tile_class class,
                const struct tiles_source *source, bool focused)
{
    if (class >= TILE_NONE)
        return;
    settle(t, source);
    t->across = v->cols / classes[class].cols > 0 ? v->cols / classes[class].cols : 1;
    t->page = v->rows / classes[class].rows > 0 ? v->rows / classes[class].rows : 1;
    size_t across = (size_t)t->across;
    size_t page = (size_t)t->page;
    size_t all = (source->count + across - 1) / across;
    size_t row = t->index / across;

    if (t->top + page > all)
        t->top = all > page ? all - page : 0;
    if (row < t->top)
        t->top = row;
    if (row >= t->top + page)
        t->top = row - page + 1;
    for (size_t i = t->top * across; i < source->count && i < (t->top + page) * across; i++)
        draw_tile(v, t, class, source, i, focused);
}

unsigned tiles_do(struct tiles *t, enum ui_function function, const struct tiles_source *source)
{
    settle(t, source);
    long across = t->across > 0 ? t->across : 1;
    long page = t->page > 0 ? t->page : 1;
    long last = (long)source->count - 1;
    long half = page > 1 ? page / 2 : 1;
    const long steps[UI_OWN] = {
        [UI_UP] = -across,
        [UI_DOWN] = across,
        [UI_LEFT] = -1,
        [UI_RIGHT] = 1,
        [UI_TOP] = -last,
        [UI_BOTTOM] = last,
        [UI_PAGE_UP] = -page * across,
        [UI_PAGE_DOWN] = page * across,
        [UI_HALF_UP] = -half * across,
        [UI_HALF_DOWN] = half * across,
    };
    if (function >= UI_OWN || function == UI_NOTHING || function > UI_HALF_DOWN)
        return UI_IGNORED;
    long to = (long)t->index + steps[function];
    bool jumps = function != UI_UP && function != UI_DOWN;
    if (to < 0)
        to = jumps ? 0 : (long)t->index;
    if (to > last)
        to = jumps || (long)t->index / across < last / across ? last : (long)t->index;
    if (to < 0 || to == (long)t->index)
        return UI_TAKEN;
    t->index = (size_t)to;
    t->cursor = source->identity(source->data, t->index);
    return UI_TAKEN | UI_MOVED;
}

size_t tiles_index(struct tiles *t, const struct tiles_source *source)
{
    settle(t, source);
    return source->count > 0 ? t->index : source->count;
}

void tiles_go(struct tiles *t, uint64_t identity)
{
    t->cursor = identity;
}

size_t tiles_at(const struct tiles *t, int x, int y, enum tile_class class,
                const struct tiles_source *source)
{
    if (class >= TILE_NONE || x < 0 || y < 0 || t->across < 1)
        return source->count;
    size_t column = (size_t)(x / classes[class].cols);
    size_t row = t->top + (size_t)(y / classes[class].rows);
    size_t index = row * (size_t)t->across + column;
    return column < (size_t)t->across && index < source->count ? index : source->count;
}

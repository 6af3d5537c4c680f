/* The help overlay: the keymap's rows, what is not possible now and why, and the states. */
#include "ui/help.h"

#include <string.h>

#include "ui/help_page.h"

/* The frame and a blank column at each side of the words; more in a wide screen, where it looks
 * better. */
#define WIDE       100
#define MOST_COLS  108
#define FRAME_COLS 6
/* A narrow screen is taken whole, so that words have room. */
#define NARROW      40
#define NARROW_COLS 2

/* Draws the page that is chosen onto a tall grid of its own; the caller frees it. */
static struct grid *make_page(const struct help *help, const struct keymap *map, int cols,
                              bool ascii, int *rows_out)
{
    struct grid *grid = grid_new(cols, HELP_PAGE_ROWS, ascii);
    struct view page = grid_view(grid);
    *rows_out = help->states ? help_page_states(&page) : help_page_keys(&page, map, help->query);
    return grid;
}

static void draw_title(const struct view *box, const struct help *help, const struct keymap *map)
{
    struct view edge = view_cut(box, 1, 0, box->cols - 2, 1);
    const char *name = map->tables[0] != NULL ? map->tables[0]->name : "";
    int x = grid_literal(&edge, 1, 0, ROLE_TITLE, " HELP  ");
    x = grid_literal(&edge, x, 0, ROLE_TEXT, name);
    if (help->searching || help->query[0] != '\0')
        x = grid_print(&edge, x, 0, ROLE_INPUT, "   /%s%s", help->query,
                       help->searching ? "_" : "");
    else
        x = grid_literal(&edge, x, 0, ROLE_HINT, "   / search");
    x = grid_literal(&edge, x, 0, ROLE_HINT, help->states ? "   Tab: keys" : "   Tab: states");
    grid_literal(&edge, x, 0, ROLE_HINT, "   any other key closes ");
}

void help_draw(const struct view *v, struct help *help, const struct keymap *map)
{
    bool narrow = v->cols < NARROW;
    int most = narrow ? v->cols : v->cols >= WIDE ? v->cols - 2 * FRAME_COLS : v->cols - 4;
    int cols = most < MOST_COLS ? most : MOST_COLS;
    int frame = narrow ? NARROW_COLS : FRAME_COLS;
    int rows = 0;
    if (cols <= frame)
        return;
    struct grid *page = make_page(help, map, cols - frame, v->grid->ascii, &rows);
    bool roomy = v->rows >= rows + 4;
    struct view box = view_centre(v, cols, rows + (roomy ? 4 : 2));
    struct view inner =
        view_cut(&box, frame / 2, roomy ? 2 : 1, box.cols - frame, box.rows - (roomy ? 4 : 2));

    if (help->top > rows - inner.rows)
        help->top = rows - inner.rows;
    if (help->top < 0)
        help->top = 0;
    grid_blank(&box);
    grid_box(&box);
    draw_title(&box, help, map);
    grid_copy(&inner, page, help->top);
    if (rows > inner.rows)
        grid_print_right(&box, box.cols - 2, box.rows - 1, ROLE_HINT, " %d–%d of %d: j k ",
                         help->top + 1, help->top + inner.rows, rows);
    grid_free(page);
}

static unsigned search(struct help *help, int key)
{
    size_t length = strlen(help->query);
    if (key == UIKEY_ENTER || key == UIKEY_ESC)
        help->searching = false;
    if (key == UIKEY_ESC)
        help->query[0] = '\0';
    if ((key == UIKEY_BACKSPACE || key == KEY_CTRL('h')) && length > 0)
        help->query[length - 1] = '\0';
    if (key > 0x20 && key < 0x7f && length + 1 < sizeof help->query) {
        help->query[length] = (char)key;
        help->query[length + 1] = '\0';
    }
    return UI_TAKEN;
}

unsigned help_event(struct help *help, const struct input *event)
{
    static const struct {
        int key;
        int step;
    } moves[] = {
        {'j', 1},
        {'k', -1},
        {UIKEY_DOWN, 1},
        {UIKEY_UP, -1},
        {UIKEY_PAGE_DOWN, 10},
        {UIKEY_PAGE_UP, -10},
        {KEY_CTRL('f'), 10},
        {KEY_CTRL('b'), -10},
        {KEY_CTRL('d'), 5},
        {KEY_CTRL('u'), -5},
        {'g', -HELP_PAGE_ROWS},
        {'G', HELP_PAGE_ROWS},
    };
    if (event->kind != EVENT_KEY)
        return UI_IGNORED;
    if (help->searching)
        return search(help, event->key);
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        if (moves[i].key == event->key) {
            help->top = help->top + moves[i].step;
            return UI_TAKEN;
        }
    }
    if (event->key == UIKEY_TAB) {
        help->states = !help->states;
        help->top = 0;
        return UI_TAKEN;
    }
    if (event->key == '/') {
        *help = (struct help){.searching = true};
        return UI_TAKEN;
    }
    if (event->key == UIKEY_ESC && help->query[0] != '\0') {
        help->query[0] = '\0';
        return UI_TAKEN;
    }
    return UI_TAKEN | UI_CLOSED;
}

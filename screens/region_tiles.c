/* The regions of an image as tiles. */
#include "screens/region_tiles.h"

#include <string.h>

#include "screens/cell_text.h"
#include "ui/bar.h"
#include "ui/paragraph.h"

const struct model_cell *regions_cell(const struct regions *regions, size_t row)
{
    return model_cell(regions->model, regions->image, regions->order->regions[row]);
}

uint64_t regions_identity(const void *regions, size_t row)
{
    const struct regions *r = regions;
    return cell_identity(r->model, regions_cell(r, row));
}

void region_bar(const struct view *v, int x, int y, int cols, const struct model *model,
                const struct model_cell *cell)
{
    static const enum role roles[WORDS] = {
        [WORD_WAIT] = ROLE_TROUGH, [WORD_UPLD] = ROLE_BAR,    [WORD_IMPT] = ROLE_BAR,
        [WORD_COPY] = ROLE_BAR,    [WORD_PRIV] = ROLE_TEXT,   [WORD_PUBL] = ROLE_GOOD,
        [WORD_DONE] = ROLE_GOOD,   [WORD_RTRY] = ROLE_WARN,   [WORD_STAL] = ROLE_WARN,
        [WORD_FAIL] = ROLE_BAD,    [WORD_SKIP] = ROLE_TROUGH,
    };
    bar_draw(v, x, y, cols, cell_percent(model, cell) * 10, roles[cell->word]);
}

/* What a class draws from. */
struct tile {
    const struct regions *regions;
    const struct model_cell *cell;
    const char *name;
    char code[16], time[WORDS_MAX];
    int percent;
    bool marked;
};

static enum role name_role(const struct tile *t)
{
    if (t->cell->word == WORD_SKIP)
        return ROLE_FAINT;
    return t->cell->home ? ROLE_STRONG : ROLE_TEXT;
}

/* Ids keep their ends; words keep their start. */
static void draw_words(const struct view *v, int x, int y, int cols, enum role role,
                       const struct safe_text *text)
{
    bool id = strncmp(text->utf8, "ami-", 4) == 0 || strncmp(text->utf8, "snap-", 5) == 0;
    if (id)
        grid_text_middle(v, x, y, cols, role, text);
    else
        grid_text_fit(v, x, y, cols, role, text);
}

static void draw_headline(const struct view *v, int y, int cols, const struct tile *t)
{
    struct safe_text words = cell_headline(t->regions->model, t->cell);
    enum role role = t->cell->word == WORD_FAIL   ? ROLE_BAD
                     : cell_is_problem(t->cell)   ? ROLE_WARN
                     : t->cell->word == WORD_WAIT ? ROLE_FAINT
                                                  : ROLE_TEXT;
    draw_words(v, 0, y, cols, role, &words);
    text_free(&words);
}

static void draw_name(const struct view *v, const struct tile *t, int state_x)
{
    struct view name = view_cut(v, 0, 0, state_x - 1, 1);
    grid_print(&name, 0, 0, name_role(t), "%s", t->name);
    if (t->marked)
        grid_literal(v, state_x - 1, 0, ROLE_MARK, "*");
    grid_state(v, state_x, 0, cell_role(t->cell->word));
}

static void draw_progress(const struct view *v, int y, int bar, const struct tile *t)
{
    region_bar(v, 0, y, bar, t->regions->model, t->cell);
    grid_print_right(v, bar + 5, y, ROLE_TEXT, "%d%%", t->percent);
    grid_print_right(v, v->cols - 1, y, ROLE_FAINT, "%s", t->time);
}

static void draw_xs(const struct view *v, const struct tile *t)
{
    struct view name = view_cut(v, 0, 0, v->cols - 4, 1);
    grid_print(&name, 0, 0, name_role(t), "%s", t->code);
    grid_literal(v, v->cols - 4, 0, cell_role(t->cell->word), role_word(cell_role(t->cell->word)));
}

static void draw_s(const struct view *v, const struct tile *t)
{
    struct view name = view_cut(v, 0, 0, 5, 1);
    grid_print(&name, 0, 0, name_role(t), "%s", t->code);
    grid_state(v, 6, 0, cell_role(t->cell->word));
    if (cell_is_kept(t->regions->model, t->cell) && t->percent == 100)
        grid_literal_right(v, 17, 0, ROLE_TEXT, "kept");
    else
        grid_print_right(v, 17, 0, ROLE_TEXT, "%d%%", t->percent);
    if (t->marked)
        grid_literal(v, 17, 0, ROLE_MARK, "*");
}

static void draw_m(const struct view *v, const struct tile *t)
{
    draw_name(v, t, 15);
    draw_headline(v, 1, 22, t);
    draw_progress(v, 2, 10, t);
}

static void draw_l(const struct view *v, const struct tile *t)
{
    draw_name(v, t, 15);
    grid_print_right(v, v->cols - 1, 0, ROLE_FAINT, "%s", t->cell->home ? "home" : t->code);
    if (cell_is_problem(t->cell) || !words_are(&t->cell->ami))
        draw_headline(v, 1, v->cols - 1, t);
    else
        draw_words(v, 0, 1, 22, ROLE_TEXT, &t->cell->ami);
    if (words_are(&t->cell->snapshot))
        draw_words(v, 0, 2, 24, ROLE_FAINT, &t->cell->snapshot);
    grid_literal_right(v, v->cols - 1, 2, ROLE_TEXT, cell_public(t->regions->model, t->cell));
    draw_progress(v, 3, 24, t);
}

static void draw_field(const struct view *v, int y, const char *name, enum role role,
                       const struct safe_text *text)
{
    grid_literal(v, 0, y, ROLE_HEADING, name);
    if (words_are(text))
        grid_text_fit(v, 10, y, v->cols - 11, role, text);
    else
        grid_literal(v, 10, y, ROLE_FAINT, "-");
}

static void draw_xl(const struct view *v, const struct tile *t)
{
    draw_name(v, t, 15);
    grid_print_right(v, v->cols - 1, 0, ROLE_FAINT, "%s%s", t->code,
                     t->cell->home                            ? "  home"
                     : t->cell->required || t->cell->left_out ? ""
                                                              : "  best effort");
    draw_progress(v, 1, 40, t);
    draw_field(v, 2, "ami", ROLE_TEXT, &t->cell->ami);
    draw_field(v, 3, "snapshot", ROLE_TEXT, &t->cell->snapshot);
    grid_literal(v, 0, 4, ROLE_HEADING, "public");
    grid_literal(v, 10, 4, ROLE_TEXT, cell_public(t->regions->model, t->cell));
    struct view words = view_cut(v, 0, 5, v->cols - 1, 3);
    if (t->cell->error != NULL && cell_is_problem(t->cell)) {
        draw_headline(&words, 0, words.cols, t);
        paragraph_draw(&words, 1, ROLE_TEXT, &t->cell->error->message);
    } else {
        struct safe_text note = cell_note(t->regions->model, t->cell);
        paragraph_draw(&words, 0, ROLE_FAINT, &note);
        text_free(&note);
    }
}

void region_tile_draw(const void *regions, size_t row, enum tile_class class,
                      const struct view *tile)
{
    static void (*const draw[TILE_CLASSES])(const struct view *v, const struct tile *t) = {
        [TILE_XL] = draw_xl, [TILE_L] = draw_l,   [TILE_M] = draw_m,
        [TILE_S] = draw_s,   [TILE_XS] = draw_xs,
    };
    struct tile t = {.regions = regions, .cell = regions_cell(regions, row)};
    t.name = t.regions->model->plan->regions[t.cell->region].name;
    t.marked = table_is_marked(t.regions->marks, cell_identity(t.regions->model, t.cell));
    plan_region_code(t.name, t.code);
    t.percent = cell_percent(t.regions->model, t.cell);
    cell_time(t.cell, t.regions->now, t.time);
    draw[class](tile, &t);
}

/* The regions of an image as a table. */
#include "screens/region_table.h"

#include "base/mem.h"
#include "screens/cell_text.h"

/* Too narrow: the snapshot goes first, then the note, then the bar; region, state and public stay.
 */
const struct table_column region_columns[] = {
    {.id = COLUMN_REGION, .title = "REGION", .width = 14, .sortable = true},
    {.id = COLUMN_STATE, .title = "STATE", .width = 6, .sortable = true},
    {.id = COLUMN_PROGRESS, .title = "PROGRESS", .width = 10, .least = 6, .most = 14, .drop = 7},
    {.id = COLUMN_PERCENT,
     .title = "%",
     .width = 4,
     .drop = 3,
     .align = ALIGN_RIGHT,
     .sortable = true},
    {.id = COLUMN_AMI, .title = "AMI", .width = 21, .least = 12, .drop = 4},
    {.id = COLUMN_SNAPSHOT, .title = "SNAPSHOT", .width = 22, .least = 12, .drop = 9},
    {.id = COLUMN_PUBLIC, .title = "PUBLIC", .width = 7, .sortable = true},
    {.id = COLUMN_TIME,
     .title = "TIME",
     .width = 6,
     .drop = 5,
     .align = ALIGN_RIGHT,
     .sortable = true},
    {.id = COLUMN_NOTE, .title = "NOTE", .width = 18, .least = 6, .most = 90, .drop = 8},
};
const size_t region_column_count = ARRAY_LEN(region_columns);

static void draw_id(const struct view *cell, enum role role, const struct safe_text *id)
{
    if (words_are(id))
        grid_text_middle(cell, 0, 0, cell->cols, role, id);
    else
        grid_literal(cell, 0, 0, ROLE_FAINT, "-");
}

static void draw_note(const struct view *v, const struct model *m, const struct model_cell *c)
{
    struct safe_text note = cell_note(m, c);
    enum role role = c->word == WORD_FAIL ? ROLE_BAD : cell_is_problem(c) ? ROLE_WARN : ROLE_FAINT;
    if (words_are(&note))
        grid_text_fit(v, 0, 0, v->cols, role, &note);
    else if (c->home)
        grid_literal(v, 0, 0, ROLE_FAINT, "home");
    else if (!c->required && !c->left_out)
        grid_literal(v, 0, 0, ROLE_FAINT, "best effort");
    text_free(&note);
}

static void draw_region(const struct view *v, const struct model *m, const struct model_cell *c)
{
    enum role role = c->word == WORD_SKIP ? ROLE_FAINT : c->home ? ROLE_STRONG : ROLE_TEXT;
    grid_print(v, 0, 0, role, "%s", m->plan->regions[c->region].name);
}

static void draw_cell(const void *data, size_t row, int column, const struct view *v)
{
    const struct regions *regions = data;
    const struct model_cell *c = regions_cell(regions, row);
    char time[WORDS_MAX];
    switch ((enum region_column)column) {
    case COLUMN_PROBLEMS:
        break;
    case COLUMN_REGION:
        draw_region(v, regions->model, c);
        break;
    case COLUMN_STATE:
        grid_state(v, 0, 0, cell_role(c->word));
        break;
    case COLUMN_PROGRESS:
        region_bar(v, 0, 0, v->cols, regions->model, c);
        break;
    case COLUMN_PERCENT:
        grid_print_right(v, v->cols, 0, ROLE_TEXT, "%d", cell_percent(regions->model, c));
        break;
    case COLUMN_AMI:
        draw_id(v, ROLE_TEXT, &c->ami);
        break;
    case COLUMN_SNAPSHOT:
        draw_id(v, ROLE_FAINT, &c->snapshot);
        break;
    case COLUMN_PUBLIC:
        grid_literal(v, 0, 0, c->is_public ? ROLE_GOOD : ROLE_TEXT, cell_public(regions->model, c));
        break;
    case COLUMN_TIME:
        cell_time(c, regions->now, time);
        grid_print_right(v, v->cols, 0, ROLE_FAINT, "%s", time);
        break;
    case COLUMN_NOTE:
        draw_note(v, regions->model, c);
        break;
    }
}

static char box(const void *data, size_t row)
{
    (void)data;
    (void)row;
    return ' ';
}

struct table_source region_table_source(const struct regions *regions)
{
    return (struct table_source){
        .data = regions,
        .count = regions->order->count,
        .identity = regions_identity,
        .draw = draw_cell,
        .box = box,
    };
}

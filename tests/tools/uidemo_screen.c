/* The screen of uidemo: made-up regions, keys, and every widget. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/tools/uidemo.h"
#include "ui/bar.h"
#include "ui/pane.h"
#include "ui/statusline.h"

static const struct table_column columns[] = {
    {.id = COLUMN_REGION, .title = "REGION", .width = 14, .sortable = true},
    {.id = COLUMN_STATE, .title = "STATE", .width = 6, .sortable = true},
    {.id = COLUMN_BAR, .title = "PROGRESS", .width = 14, .least = 8, .drop = 1},
    {.id = COLUMN_PERCENT, .title = "%", .width = 4, .align = ALIGN_RIGHT, .drop = 3},
    {.id = COLUMN_AMI, .title = "AMI", .width = 21, .drop = 4},
    {.id = COLUMN_NOTE, .title = "NOTE", .width = 12, .most = 40, .drop = 2},
};

static bool never(const void *data, struct safe_text *reason)
{
    (void)data;
    *reason = text_safe("ap-southeast-5 has no AMI yet");
    return false;
}

static const struct key_row rows[] = {
    {.keys = {UIKEY_ENTER},
     .label = "detail",
     .help = "detail",
     .group = GROUP_LOOK,
     .footer = 90,
     .function = FN_NEWS},
    {.keys = {'p'},
     .name = "public",
     .label = "public",
     .help = "public on/off",
     .group = GROUP_ACT,
     .danger = DANGER_LAST,
     .footer = 80,
     .function = FN_PUBLIC,
     .available = never},
    {.keys = {'d'},
     .name = "deregister",
     .label = "deregister",
     .brief = "dereg",
     .help = "deregister marked",
     .group = GROUP_ACT,
     .danger = DANGER_LAST,
     .footer = 70,
     .function = FN_DESTROY},
    {.keys = {'v'},
     .name = "view",
     .label = "view",
     .help = "tiles / table",
     .group = GROUP_LOOK,
     .footer = 60,
     .function = FN_VIEW},
    {.keys = {'/'},
     .label = "filter",
     .help = "filter",
     .group = GROUP_LOOK,
     .footer = 75,
     .function = FN_FILTER},
    {.keys = {':'},
     .label = "command",
     .brief = "cmd",
     .help = "command",
     .group = GROUP_PROGRAM,
     .footer = 85,
     .function = FN_PALETTE},
    {.keys = {'?', UIKEY_F1},
     .label = "help",
     .help = "help",
     .group = GROUP_PROGRAM,
     .footer = 100,
     .function = FN_HELP},
    {.keys = {'q', KEY_CTRL('c')},
     .name = "quit",
     .label = "leave",
     .help = "leave",
     .group = GROUP_PROGRAM,
     .footer = 95,
     .function = FN_LEAVE},
    {.keys = {KEY_CTRL('l')}, .help = "redraw", .group = GROUP_PROGRAM, .function = FN_REDRAW},
    {.keys = {KEY_CTRL('z')}, .help = "suspend", .group = GROUP_PROGRAM, .function = FN_SUSPEND},
    {.keys = {'%'}, .help = "mouse on/off", .group = GROUP_PROGRAM, .function = FN_MOUSE},
    {.name = "rate",
     .argument = "N",
     .help = "calls per second",
     .group = GROUP_ACT,
     .danger = DANGER_CHANGE,
     .function = FN_NEWS},
};
static const struct key_row other_rows[] = {
    {.keys = {'X'},
     .name = "purge",
     .label = "purge",
     .help = "purge all",
     .group = GROUP_ACT,
     .danger = DANGER_LAST,
     .function = FN_NEWS},
};
static const struct key_table own = {.name = "demo", .rows = rows, .count = ARRAY_LEN(rows)};
static const struct key_table other = {.name = "cleanup", .rows = other_rows, .count = 1};
const struct keymap uidemo_keymap = {.tables = {&own, &keymap_marking, &keymap_moving},
                                     .elsewhere = {&other}};

void uidemo_fill(struct demo *d)
{
    static const char *const places[] = {"us-east", "us-west",      "eu-central",
                                         "eu-west", "ap-southeast", "ap-northeast"};
    static const enum role states[] = {ROLE_FAIL, ROLE_RTRY, ROLE_PUBL, ROLE_PUBL, ROLE_COPY,
                                       ROLE_PRIV, ROLE_WAIT, ROLE_COPY, ROLE_PUBL};
    for (size_t i = 0; i < REGIONS; i++) {
        struct region *r = &d->regions[i];
        snprintf(r->name, sizeof r->name, "%s-%zu", places[i % 6], i / 6 + 1);
        snprintf(r->brief, sizeof r->brief, "r%zu", i + 1);
        snprintf(r->ami, sizeof r->ami, "ami-%017zx", i * 0x123456789abu + 0xabcdef);
        r->state = states[i % ARRAY_LEN(states)];
        r->permille = r->state == ROLE_PUBL || r->state == ROLE_PRIV ? 1000 : (int)(i * 29 % 1000);
        spark_add(&d->spark, (double)((i * 37) % 50));
    }
}

void uidemo_filter(struct demo *d, const char *text)
{
    d->shown_count = 0;
    for (size_t i = 0; i < REGIONS; i++)
        if (strstr(d->regions[i].name, text) != NULL)
            d->shown[d->shown_count++] = i;
}

static const struct region *region_of(const void *data, size_t row)
{
    const struct demo *d = data;
    return &d->regions[d->shown[row]];
}

static uint64_t identity(const void *data, size_t row)
{
    return ui_identity(region_of(data, row)->name);
}

static char box(const void *data, size_t row)
{
    return region_of(data, row)->state == ROLE_PRIV ? '#' : ' ';
}

static void draw_cell(const void *data, size_t row, int column, const struct view *cell)
{
    const struct region *r = region_of(data, row);
    if (column == COLUMN_REGION)
        grid_print(cell, 0, 0, ROLE_TEXT, "%s", r->name);
    if (column == COLUMN_STATE)
        grid_state(cell, 0, 0, r->state);
    if (column == COLUMN_BAR)
        bar_draw(cell, 0, 0, cell->cols, r->permille, r->state);
    if (column == COLUMN_PERCENT)
        grid_print_right(cell, cell->cols, 0, ROLE_TEXT, "%d", r->permille / 10);
    if (column == COLUMN_AMI)
        grid_print(cell, 0, 0, ROLE_TEXT, "%s", r->ami);
    if (column == COLUMN_NOTE && r->state == ROLE_FAIL)
        grid_literal(cell, 0, 0, ROLE_BAD, "AuthFailure");
}

static void draw_tile(const void *data, size_t row, enum tile_class class, const struct view *tile)
{
    const struct region *r = region_of(data, row);
    bool narrow = class >= TILE_S;
    int word = narrow ? 6 : 15;
    grid_print(tile, 0, 0, ROLE_TEXT, "%s", narrow ? r->brief : r->name);
    if (class == TILE_XS)
        grid_literal(tile, word, 0, r->state, role_word(r->state));
    else
        grid_state(tile, word, 0, r->state);
    if (class == TILE_S)
        grid_print_right(tile, 17, 0, ROLE_TEXT, "%d%%", r->permille / 10);
    if (narrow)
        return;
    grid_print(tile, 0, 1, ROLE_FAINT, "%s", r->ami);
    bar_draw(tile, 0, 2, 10, r->permille, r->state);
    grid_print_right(tile, 15, 2, ROLE_TEXT, "%d%%", r->permille / 10);
}

static void draw_head(struct demo *d, struct view *v)
{
    struct statusline line = {0};
    struct view top = view_take_top(v, 2);
    status_left(&line, ROLE_BRAND, 0, 0, "uidemo");
    status_left(&line, ROLE_STRONG, 0, 2, "acme/1.2.3");
    status_right(&line, ROLE_TEXT, 0, 2, "1234-5678-9012");
    status_right(&line, ROLE_TEXT, 2, 1, "acme");
    status_right(&line, ROLE_PROD, 0, 1, "[PROD]");
    status_right(&line, ROLE_FAINT, 3, 2, "home us-east-1");
    status_draw(&top, 0, &line);
    status_left(&line, ROLE_TEXT, 0, 0, "%zu of %d shown", d->shown_count, REGIONS);
    status_left(&line, ROLE_MARK, 0, 2, "%zu marked", d->table.mark_count);
    status_right(&line, ROLE_TEXT, 1, 0, "saved 2s ago");
    status_draw(&top, 1, &line);
}

static void draw_upload(struct demo *d, struct view *v)
{
    struct view pane = view_take_top(v, 3);
    struct view inner =
        pane_draw(&pane, "u: pause  +/-: streams", "u pause", "Upload %s", "disk.raw");
    int cols = inner.cols / 2;
    bar_draw(&inner, 1, 0, cols, 613, ROLE_BAR);
    grid_print(&inner, cols + 3, 0, ROLE_TEXT, "61%%  2.44/4.00 GiB");
    spark_draw(&inner, 1, 1, cols, &d->spark, ROLE_SPARK);
    grid_print(&inner, cols + 3, 1, ROLE_TEXT, "now 48.2 MiB/s");
}

struct table_source uidemo_table(const struct demo *d)
{
    return (struct table_source){d, d->shown_count, identity, draw_cell, box};
}

struct tiles_source uidemo_tiles(const struct demo *d)
{
    return (struct tiles_source){d, d->shown_count, identity, draw_tile};
}

void uidemo_move(struct demo *d, int function)
{
    const struct table_source table = uidemo_table(d);
    const struct tiles_source tiles = uidemo_tiles(d);
    if (d->as_table)
        table_do(&d->table, (enum ui_function)function, columns, ARRAY_LEN(columns), &table);
    else
        tiles_do(&d->tiles, (enum ui_function)function, &tiles);
}

static void draw_body(struct demo *d, struct view *v)
{
    const struct table_source table = uidemo_table(d);
    const struct tiles_source tiles = uidemo_tiles(d);
    struct tiles_fit fit = tiles_fit(d->shown_count, v->cols, v->rows - 1, NULL, 0);
    struct view inner =
        pane_draw(v, "v: tiles/table  s: sort", "v view", "Regions %zu · %s", d->shown_count,
                  d->as_table || fit.class == TILE_NONE ? "table" : tiles_class_name(fit.class));
    if (d->as_table || fit.class == TILE_NONE)
        table_draw(&inner, &d->table, columns, ARRAY_LEN(columns), &table, true);
    else
        tiles_draw(&inner, &d->tiles, fit.class, &tiles, true);
}

static bool candidate(const void *data, const char *text, size_t nth, char **line,
                      struct safe_text *about)
{
    (void)data;
    const struct key_row *row = keymap_complete(&uidemo_keymap, text, nth, NULL);
    if (row == NULL)
        return false;
    *line = xstrdup(row->name);
    *about = text_safe(row->help);
    return true;
}

static struct safe_text explain(const void *data, const char *text, enum role *role)
{
    const struct demo *d = data;
    if (d->prompt.sign == '/')
        return text_safe_fmt("Enter: keeps %zu of %d", d->shown_count, REGIONS);
    const struct key_row *row = keymap_command(&uidemo_keymap, text, NULL);
    if (row != NULL)
        return text_safe_fmt("Enter: %s", row->help);
    *role = ROLE_BAD;
    return text_safe("Enter: nothing, no such command");
}

struct prompt_source uidemo_prompt(const struct demo *d)
{
    return (struct prompt_source){
        .data = d, .candidate = d->prompt.sign == ':' ? candidate : NULL, .explain = explain};
}

void uidemo_draw(struct demo *d, struct grid *grid)
{
    grid_clear(grid);
    struct view all = grid_view(grid);
    struct view rest = all;
    struct view foot = view_take_bottom(&rest, 1);
    struct view said = view_take_bottom(&rest, 1);
    draw_head(d, &rest);
    if (rest.rows >= 16)
        draw_upload(d, &rest);
    draw_body(d, &rest);
    grid_print(&said, 1, 0, ROLE_TEXT, "%s", d->said);
    keymap_footer(&foot, &uidemo_keymap);
    if (d->asks)
        dialog_draw(&all, &d->dialog);
    if (d->helps)
        help_draw(&all, &d->help, &uidemo_keymap);
    struct prompt_source source = uidemo_prompt(d);
    if (d->prompt.open)
        prompt_draw(&all, &d->prompt, &source);
}

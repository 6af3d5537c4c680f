/* One release of anybody: every image in every region, as AWS shows it. */
#include "screens/watch_release_screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "screens/cell_text.h"
#include "screens/frame.h"
#include "screens/watch_cells.h"
#include "screens/watch_selected.h"
#include "screens/watch_text.h"
#include "ui/bar.h"
#include "ui/pane.h"

#define WIDE_COLS 100
/* The images of the release are shown above its regions where so many rows stay for those. */
#define REGION_ROWS 14

struct watch_release_screen {
    struct screen screen;
    struct key_table keys;
    const struct watch *watch;
    char *name; /* tatami:id, else the release's name */
    struct watch_cells cells;
    struct table table;
};

enum {
    COLUMN_REGION = 1,
    COLUMN_IMAGE,
    COLUMN_STATE,
    COLUMN_BAR,
    COLUMN_PERCENT,
    COLUMN_AMI,
    COLUMN_SNAPSHOT,
    COLUMN_SINCE,
};

static const struct table_column columns[] = {
    {.id = COLUMN_REGION, .title = "REGION", .width = 14},
    {.id = COLUMN_IMAGE, .title = "IMAGE", .width = 14, .least = 8, .most = 30},
    {.id = COLUMN_STATE, .title = "STATE", .width = 6},
    {.id = COLUMN_BAR, .title = "PROGRESS", .width = 8, .drop = 3},
    {.id = COLUMN_PERCENT, .title = "%", .width = 4, .align = ALIGN_RIGHT},
    {.id = COLUMN_AMI, .title = "AMI", .width = 21, .least = 14},
    {.id = COLUMN_SNAPSHOT, .title = "SNAPSHOT", .width = 22, .least = 14, .drop = 2},
    {.id = COLUMN_SINCE, .title = "CREATED", .width = 11, .drop = 1},
};

static const struct watch_release *release_of(const struct watch_release_screen *self)
{
    const struct watch_view *view = watch_view(self->watch);
    return view != NULL ? watch_find(view, self->name) : NULL;
}

/* View and inventory belong together: the cells point into both, and are found anew with each. */
static void find(struct screen *s)
{
    struct watch_release_screen *self = (struct watch_release_screen *)s;
    const struct watch_release *release = release_of(self);
    struct inventory *inventory = console_shown_inventory(s->console);
    if (release != NULL && inventory != NULL)
        watch_cells_find(&self->cells, release, inventory);
    else
        self->cells.count = 0;
}

static uint64_t identity(const void *data, size_t row)
{
    const struct watch_spot *spot = &((const struct watch_release_screen *)data)->cells.spots[row];
    return ui_identity_behind(ui_identity(spot->cell->region),
                              spot->image != NULL ? spot->image->name : "");
}

static void draw_cell(const void *data, size_t row, int column, const struct view *cell)
{
    const struct watch_release_screen *self = data;
    const struct watch_spot *spot = &self->cells.spots[row];
    char text[WORDS_MAX];
    switch (column) {
    case COLUMN_REGION:
        watch_fit(cell, spot->cell->old ? ROLE_FAINT : ROLE_TEXT, spot->cell->region);
        break;
    case COLUMN_IMAGE:
        watch_fit(cell, ROLE_TEXT,
                  spot->image == NULL                  ? "-"
                  : spot->image->short_name[0] != '\0' ? spot->image->short_name
                                                       : spot->image->name);
        break;
    case COLUMN_STATE:
        watch_word(cell, spot->word);
        break;
    case COLUMN_BAR:
        if (spot->percent >= 0)
            bar_draw(cell, 0, 0, cell->cols, spot->percent * 10,
                     spot->percent == 100 ? ROLE_FAINT : ROLE_BAR);
        break;
    case COLUMN_PERCENT:
        watch_percent(cell, spot->percent);
        break;
    case COLUMN_AMI:
        watch_fit_id(cell, ROLE_TEXT, spot->ami != NULL ? spot->ami->id : "-");
        break;
    case COLUMN_SNAPSHOT:
        watch_fit_id(cell, ROLE_TEXT, spot->snapshot != NULL ? spot->snapshot->id : "-");
        break;
    case COLUMN_SINCE:
        watch_moment(spot->ami != NULL ? spot->ami->created_at : 0, watch_view(self->watch)->now,
                     text);
        watch_fit(cell, ROLE_FAINT, text);
        break;
    }
}

static struct table_source source_of(const struct watch_release_screen *self)
{
    return (struct table_source){
        .data = self, .count = self->cells.count, .identity = identity, .draw = draw_cell};
}

static void say_release(struct statusline *line, const struct watch_release *r,
                        const struct watch_view *view)
{
    char text[WORDS_MAX];
    status_left(line, ROLE_STRONG, 0, 0, "%s %s", role_glyph(cell_role(r->stage)),
                word_name(r->stage));
    status_left(line, ROLE_STRONG, 0, 2, "%zu of %zu regions", r->done, r->wanted);
    if (r->failed > 0)
        status_left(line, ROLE_BAD, 0, 2, "%zu failed", r->failed);
    status_left(line, ROLE_TEXT, 3, 2, "%s", r->shall_be_public ? "public" : "private");
    status_left(line, ROLE_FAINT, 2, 2, "by %s", r->by_text);
    watch_moment(r->started_at, view->now, text);
    status_right(line, ROLE_FAINT, 4, 0, "started %s", text);
    if (r->in_flight && r->eta_ms > 0) {
        watch_left(r->eta_ms, text);
        status_right(line, ROLE_STRONG, 1, 2, "left %s", text);
    } else if (!r->in_flight) {
        watch_moment(r->ended_at, view->now, text);
        status_right(line, ROLE_TEXT, 1, 2, "ended %s", text);
    }
}

static void draw(struct screen *s, const struct view *v)
{
    struct watch_release_screen *self = (struct watch_release_screen *)s;
    const struct watch_release *r = release_of(self);
    struct statusline line = {0};
    if (r == NULL) {
        struct view rest = frame_draw(v, s, NULL, "watch > %s", self->name);
        grid_literal(&rest, 1, 0, ROLE_FAINT,
                     "Nothing of it is in flight any more; f on the list follows a release.");
        return;
    }
    say_release(&line, r, watch_view(self->watch));
    struct view rest = frame_draw(v, s, &line, "watch > %s", r->name);
    int images = (int)r->image_count;
    if (images > 0 && rest.rows >= REGION_ROWS + images + 2) {
        struct view part = view_take_top(&rest, images + 2);
        part = pane_draw(&part, NULL, NULL, "Images %d", images);
        watch_images_draw(&part, r, 0);
    }
    struct view body = pane_draw(&rest, "n: next problem", NULL, "Regions %zu", r->cell_count);
    struct table_source source = source_of(self);
    struct table_column shown[ARRAY_LEN(columns)];
    memcpy(shown, columns, sizeof(shown));
    /* The only image is the same in every row. */
    if (images < 2)
        shown[COLUMN_IMAGE - 1].width = shown[COLUMN_IMAGE - 1].least = 0;
    table_draw(&body, &self->table, shown, ARRAY_LEN(shown), &source, true);
}

enum { DETAIL_COPY = UI_OWN, DETAIL_COPY_SNAPSHOT, DETAIL_PROBLEM };

static const struct watch_spot *chosen(const struct watch_release_screen *self)
{
    struct table_source source = source_of(self);
    size_t row = table_row(&((struct watch_release_screen *)self)->table, &source);
    return row < source.count ? &self->cells.spots[row] : NULL;
}

static bool has_ami(const void *data, struct safe_text *reason)
{
    const struct watch_spot *spot = chosen(data);
    bool has = spot != NULL && spot->ami != NULL;
    if (!has)
        *reason = text_safe("there is no AMI here yet");
    return has;
}

static bool is_problem(const struct watch_spot *spot)
{
    return spot->word == WORD_FAIL || spot->word == WORD_STAL || spot->word == WORD_RTRY;
}

static bool has_problem(const void *data, struct safe_text *reason)
{
    const struct watch_release_screen *self = data;
    for (size_t i = 0; i < self->cells.count; i++)
        if (is_problem(&self->cells.spots[i]))
            return true;
    *reason = text_safe("no region has a problem");
    return false;
}

static const struct key_row rows[] = {
    {.keys = {'y', 'c'},
     .label = "copy AMI",
     .help = "copy AMI, snapshot",
     .group = GROUP_LOOK,
     .footer = 70,
     .function = DETAIL_COPY,
     .available = has_ami},
    {.keys = {'Y'}, .group = GROUP_LOOK, .function = DETAIL_COPY_SNAPSHOT, .available = has_ami},
    {.keys = {'n'},
     .label = "next problem",
     .help = "next problem",
     .group = GROUP_MOVE,
     .footer = 60,
     .function = DETAIL_PROBLEM,
     .available = has_problem},
};

static void keymap(struct screen *s, struct keymap *map)
{
    struct watch_release_screen *self = (struct watch_release_screen *)s;
    self->keys = (struct key_table){
        .name = "watch release", .rows = rows, .count = ARRAY_LEN(rows), .data = self};
    map->tables[0] = &self->keys;
    map->tables[1] = &keymap_moving;
}

static void next_problem(struct watch_release_screen *self)
{
    struct table_source source = source_of(self);
    size_t row = table_row(&self->table, &source);
    for (size_t i = 1; i <= source.count; i++) {
        size_t at = (row + i) % source.count;
        if (is_problem(&self->cells.spots[at])) {
            table_go(&self->table, identity(self, at));
            return;
        }
    }
}

static void copy(struct watch_release_screen *self, bool snapshot)
{
    const struct watch_spot *spot = chosen(self);
    if (spot == NULL || spot->ami == NULL || (snapshot && spot->snapshot == NULL))
        return;
    struct safe_text id = text_safe(snapshot ? spot->snapshot->id : spot->ami->id);
    console_copy(self->screen.console, &id, id.utf8);
    text_free(&id);
}

static void act(struct screen *s, int function, const char *argument)
{
    struct watch_release_screen *self = (struct watch_release_screen *)s;
    struct table_source source = source_of(self);
    (void)argument;
    if (function < UI_OWN)
        table_do(&self->table, (enum ui_function)function, NULL, 0, &source);
    else if (function == DETAIL_PROBLEM)
        next_problem(self);
    else
        copy(self, function == DETAIL_COPY_SNAPSHOT);
}

static void leave(struct screen *s)
{
    struct watch_release_screen *self = (struct watch_release_screen *)s;
    watch_cells_free(&self->cells);
    table_free(&self->table);
    free(self->name);
    free(self);
}

static const struct screen_ops ops = {
    .inventory = find,
    .draw = draw,
    .keymap = keymap,
    .act = act,
    .leave = leave,
};

struct screen *watch_release_screen_open(const struct watch *watch,
                                         const struct watch_release *release)
{
    struct watch_release_screen *self = xcalloc(1, sizeof(*self));
    self->screen.ops = &ops;
    self->watch = watch;
    self->name = xstrdup(release->id[0] != '\0' ? release->id : release->name);
    return &self->screen;
}

/* How the regions answer. */
#include "screens/watch_regions_screen.h"

#include <stdlib.h>

#include "base/mem.h"
#include "screens/field.h"
#include "screens/frame.h"
#include "screens/meaning.h"
#include "screens/watch_text.h"
#include "screens/watch_trouble.h"
#include "ui/table.h"

#define CHOSEN_ROWS 9

struct watch_regions_screen {
    struct screen screen;
    struct key_table keys;
    struct table table;
    const struct inventory_region **rows; /* those that fail first, then throttled ones */
    size_t count, capacity;
};

enum {
    COLUMN_REGION = 1,
    COLUMN_ANSWER,
    COLUMN_READ,
    COLUMN_PACE,
    COLUMN_AMIS,
    COLUMN_SNAPSHOTS,
    COLUMN_IMPORTS,
    COLUMN_UPLOADS,
};

static const struct table_column columns[] = {
    {.id = COLUMN_REGION, .title = "REGION", .width = 14},
    {.id = COLUMN_ANSWER, .title = "ANSWER", .width = 24, .least = 14, .most = 44},
    {.id = COLUMN_READ, .title = "READ", .width = 11, .drop = 2},
    {.id = COLUMN_PACE, .title = "PACE", .width = 10, .least = 7, .drop = 1},
    {.id = COLUMN_AMIS, .title = "AMIS", .width = 6, .align = ALIGN_RIGHT},
    {.id = COLUMN_SNAPSHOTS, .title = "SNAPSHOTS", .width = 9, .align = ALIGN_RIGHT},
    {.id = COLUMN_IMPORTS, .title = "TASKS", .width = 6, .align = ALIGN_RIGHT},
    {.id = COLUMN_UPLOADS, .title = "UPLOADS", .width = 7, .align = ALIGN_RIGHT, .drop = 3},
};

static int gravity(const struct inventory_region *region)
{
    return watch_failure(region) != NULL ? 0 : region->throttled ? 1 : 2;
}

static void find(struct screen *s)
{
    struct watch_regions_screen *self = (struct watch_regions_screen *)s;
    const struct inventory *inventory = console_shown_inventory(s->console);
    self->count = 0;
    if (inventory == NULL)
        return;
    if (inventory->region_count > self->capacity) {
        self->rows = xrealloc(self->rows, inventory->region_count, sizeof(*self->rows));
        self->capacity = inventory->region_count;
    }
    for (int g = 0; g <= 2; g++)
        for (size_t i = 0; i < inventory->region_count; i++)
            if (gravity(inventory->regions[i]) == g)
                self->rows[self->count++] = inventory->regions[i];
}

static uint64_t identity(const void *data, size_t row)
{
    return ui_identity(((const struct watch_regions_screen *)data)->rows[row]->name);
}

static void draw_answer(const struct view *cell, const struct inventory_region *region)
{
    const struct inventory_reading *failure = watch_failure(region);
    size_t unread = 0;
    for (int k = 0; k < INVENTORY_KINDS; k++)
        unread += region->readings[k].look == INVENTORY_UNREAD;
    if (failure != NULL)
        watch_fit(cell, ROLE_BAD,
                  failure->err.code[0] != '\0' ? failure->err.code
                                               : err_kind_name(failure->err.kind));
    else if (region->throttled)
        watch_fit(cell, ROLE_WARN, "throttled");
    else if (unread > 0)
        watch_fit(cell, ROLE_FAINT, "not yet");
    else
        watch_fit(cell, ROLE_GOOD, "yes");
}

static clock_ms read_at(const struct inventory_region *region)
{
    clock_ms oldest = CLOCK_NEVER;
    for (int k = 0; k < INVENTORY_KINDS; k++)
        if (region->readings[k].look == INVENTORY_READ ||
            region->readings[k].look == INVENTORY_FAILED)
            oldest = clock_earlier(oldest, region->readings[k].read_at_ms);
    return oldest == CLOCK_NEVER ? 0 : oldest;
}

/* Never read: a dash, since none is not known. */
static void draw_count(const struct view *cell, const struct inventory_region *region,
                       enum inventory_kind kind, size_t count)
{
    if (inventory_known(region, kind))
        grid_print_right(cell, cell->cols, 0, ROLE_TEXT, "%zu", count);
    else
        grid_literal_right(cell, cell->cols, 0, ROLE_FAINT, "-");
}

static void draw_cell(const void *data, size_t row, int column, const struct view *cell)
{
    const struct watch_regions_screen *self = data;
    const struct inventory_region *region = self->rows[row];
    const struct inventory *inventory = console_shown_inventory(self->screen.console);
    char text[WORDS_MAX];
    switch (column) {
    case COLUMN_REGION:
        watch_fit(cell, ROLE_TEXT, region->name);
        break;
    case COLUMN_ANSWER:
        draw_answer(cell, region);
        break;
    case COLUMN_READ: {
        clock_ms at = read_at(region);
        watch_age(inventory->now_ms - at, false, text);
        grid_print(cell, 0, 0, ROLE_FAINT, at > 0 ? "%s ago" : "never", text);
        break;
    }
    case COLUMN_PACE:
        grid_print(cell, 0, 0, ROLE_FAINT, "%d s", (int)(region->interval_ms / 1000));
        break;
    case COLUMN_AMIS:
        draw_count(cell, region, INVENTORY_IMAGES, region->image_count);
        break;
    case COLUMN_SNAPSHOTS:
        draw_count(cell, region, INVENTORY_SNAPSHOTS, region->snapshot_count);
        break;
    case COLUMN_IMPORTS:
        draw_count(cell, region, INVENTORY_IMPORTS, region->import_count);
        break;
    case COLUMN_UPLOADS:
        draw_count(cell, region, INVENTORY_UPLOADS, region->upload_count);
        break;
    }
}

static struct table_source source_of(const struct watch_regions_screen *self)
{
    return (struct table_source){
        .data = self, .count = self->count, .identity = identity, .draw = draw_cell};
}

static const struct inventory_region *chosen(struct watch_regions_screen *self)
{
    struct table_source source = source_of(self);
    size_t row = table_row(&self->table, &source);
    return row < source.count ? self->rows[row] : NULL;
}

/* Every kind that failed, as they may differ, then the meaning of the first. */
static void draw_chosen(const struct view *v, const struct inventory_region *region)
{
    const struct inventory_reading *first = watch_failure(region);
    int y = 0;
    for (int k = 0; k < INVENTORY_KINDS; k++) {
        const struct inventory_reading *reading = &region->readings[k];
        if (reading->look != INVENTORY_FAILED)
            continue;
        const struct err *err = &reading->err;
        y = field_draw(v, y, reading == first ? "Failed" : "", ROLE_BAD, "%s: %s (%d in a row) %s",
                       inventory_kind_name((enum inventory_kind)k),
                       err->code[0] != '\0' ? err->code : err_kind_name(err->kind),
                       reading->failures, err->message);
    }
    if (first == NULL && region->throttled)
        y = field_draw(
            v, y, "Throttled", ROLE_WARN,
            "AWS asks for fewer calls here; looked at every %d s until it answers again.",
            (int)(region->interval_ms / 1000));
    else if (first == NULL)
        y = field_draw(v, y, "Answers", ROLE_TEXT, "Everything that is asked was read.");
    if (first == NULL)
        return;
    y = field_draw(v, y, "Meaning", ROLE_TEXT, "%s",
                   meaning_of(first->err.kind, first->err.code)->means);
    if (first->err.request_id[0] != '\0')
        y = field_draw(v, y, "Request id", ROLE_FAINT, "%s", first->err.request_id);
    if (first->err.advice[0] != '\0')
        y = field_draw(v, y, "What to do", ROLE_STRONG, "%s", first->err.advice);
    field_draw(
        v, y, "Then", ROLE_TEXT,
        "It is asked again by itself; what is shown of it is of the look before. r asks now.");
}

static void draw(struct screen *s, const struct view *v)
{
    struct watch_regions_screen *self = (struct watch_regions_screen *)s;
    const struct inventory *inventory = console_shown_inventory(s->console);
    struct statusline line = {0};
    if (inventory != NULL) {
        status_left(&line, ROLE_TEXT, 0, 0, "%zu of %zu regions answered",
                    inventory->regions_answered - inventory->regions_failed,
                    inventory->region_count);
        if (inventory->regions_failed > 0)
            status_left(&line, ROLE_BAD, 0, 2, "%zu failed", inventory->regions_failed);
    }
    struct view rest = frame_draw(v, s, &line, "watch > regions");
    const struct inventory_region *at = chosen(self);
    if (at == NULL)
        return;
    struct view below = view_take_bottom(&rest, rest.rows >= 16 ? CHOSEN_ROWS : 0);
    struct table_source source = source_of(self);
    table_draw(&rest, &self->table, columns, ARRAY_LEN(columns), &source, true);
    if (below.rows > 0) {
        below = frame_section(&below, below.rows, "This region");
        draw_chosen(&below, at);
    }
}

enum { REGIONS_REREAD = UI_OWN, REGIONS_COPY };

static const struct key_row rows[] = {
    {.keys = {'r', KEY_CTRL('r')},
     .name = "reread",
     .label = "ask again",
     .help = "ask this region again now",
     .group = GROUP_LOOK,
     .footer = 75,
     .function = REGIONS_REREAD},
    {.keys = {'y', 'c'},
     .label = "copy",
     .help = "copy the error",
     .group = GROUP_LOOK,
     .footer = 60,
     .function = REGIONS_COPY},
};

static void keymap(struct screen *s, struct keymap *map)
{
    struct watch_regions_screen *self = (struct watch_regions_screen *)s;
    self->keys = (struct key_table){
        .name = "watch regions", .rows = rows, .count = ARRAY_LEN(rows), .data = self};
    map->tables[0] = &self->keys;
    map->tables[1] = &keymap_moving;
}

static void act(struct screen *s, int function, const char *argument)
{
    struct watch_regions_screen *self = (struct watch_regions_screen *)s;
    struct table_source source = source_of(self);
    const struct inventory_region *at = chosen(self);
    (void)argument;
    if (function < UI_OWN) {
        table_do(&self->table, (enum ui_function)function, NULL, 0, &source);
    } else if (function == REGIONS_REREAD && at != NULL) {
        console_reread(s->console, at->name);
        console_say(s->console, ROLE_TEXT, "Asking %s again.", at->name);
    } else if (function == REGIONS_COPY && at != NULL) {
        const struct inventory_reading *failure = watch_failure(at);
        struct safe_text text = failure != NULL
                                    ? text_safe_fmt("%s %s %s %s", at->name, failure->err.code,
                                                    failure->err.request_id, failure->err.message)
                                    : text_safe(at->name);
        console_copy(s->console, &text, failure != NULL ? "the error" : at->name);
        text_free(&text);
    }
}

static void leave(struct screen *s)
{
    struct watch_regions_screen *self = (struct watch_regions_screen *)s;
    table_free(&self->table);
    free(self->rows);
    free(self);
}

static const struct screen_ops ops = {
    .inventory = find,
    .draw = draw,
    .keymap = keymap,
    .act = act,
    .leave = leave,
};

struct screen *watch_regions_screen_open(void)
{
    struct watch_regions_screen *self = xcalloc(1, sizeof(*self));
    self->screen.ops = &ops;
    return &self->screen;
}

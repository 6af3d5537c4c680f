/* The import tasks pane of the watch screen. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "screens/cell_text.h"
#include "screens/watch_pane.h"
#include "screens/watch_text.h"
#include "ui/bar.h"

enum {
    COLUMN_REGION = 1,
    COLUMN_TASK,
    COLUMN_STATE,
    COLUMN_BAR,
    COLUMN_PERCENT,
    COLUMN_MESSAGE,
    COLUMN_SNAPSHOT,
    COLUMN_AGE,
    COLUMN_LEFT,
};

static const struct table_column columns[] = {
    {.id = COLUMN_REGION, .title = "REGION", .width = 14, .least = 12, .sortable = true},
    {.id = COLUMN_TASK, .title = "TASK", .width = 29, .least = 18},
    {.id = COLUMN_STATE, .title = "STATE", .width = 6, .sortable = true},
    {.id = COLUMN_BAR, .title = "PROGRESS", .width = 8, .drop = 4},
    {.id = COLUMN_PERCENT, .title = "%", .width = 4, .align = ALIGN_RIGHT, .sortable = true},
    {.id = COLUMN_MESSAGE,
     .title = "STATUS MESSAGE",
     .width = 24,
     .least = 22,
     .most = 60,
     .drop = 1},
    {.id = COLUMN_SNAPSHOT, .title = "SNAPSHOT", .width = 22, .least = 12, .drop = 5},
    {.id = COLUMN_LEFT, .title = "LEFT", .width = 7, .drop = 3, .align = ALIGN_RIGHT},
    {.id = COLUMN_AGE, .title = "AGE", .width = 8, .align = ALIGN_RIGHT, .sortable = true},
};

static const struct watch_import *at(const struct watch_view *view, size_t row)
{
    return &view->imports[row];
}

static size_t count(const struct watch_view *view)
{
    return view->import_count;
}

static uint64_t identity(const struct watch_view *view, size_t row)
{
    return ui_identity_behind(ui_identity(at(view, row)->region), at(view, row)->row->task_id);
}

static bool moves(const struct watch_import *i)
{
    return i->row->state == INVENTORY_IMPORT_ACTIVE;
}

static bool active(const struct watch_view *view, size_t row)
{
    return moves(at(view, row));
}

static void fields(const struct watch_view *view, size_t row, struct filter_row *out,
                   char scratch[WATCH_SCRATCH])
{
    const struct watch_import *i = at(view, row);
    snprintf(scratch, WATCH_SCRATCH, "%s %s %s", i->row->task_id, i->row->message,
             i->row->description);
    out->fields[FILTER_REGION] = i->region;
    out->fields[FILTER_STATE] = word_name(i->word);
    out->fields[FILTER_SNAPSHOT] = i->row->snapshot_id;
    out->fields[FILTER_NOTE] = scratch;
    out->fields[FILTER_IMAGE] = i->row->release;
}

static const char *release(const struct watch_view *view, size_t row, const char **id)
{
    *id = at(view, row)->row->release_id;
    return at(view, row)->row->release;
}

static struct watch_sort_key key(const struct watch_view *view, size_t row, int column)
{
    const struct watch_import *i = at(view, row);
    switch (column) {
    case COLUMN_REGION:
        return (struct watch_sort_key){0, i->region};
    case COLUMN_STATE:
        return (struct watch_sort_key){cell_gravity(i->word) * 100 + (int)i->word, ""};
    case COLUMN_PERCENT:
        return (struct watch_sort_key){i->row->progress, ""};
    default:
        return (struct watch_sort_key){i->age_ms, ""};
    }
}

static void draw_progress(const struct watch_import *i, const struct view *cell)
{
    int percent = i->row->state == INVENTORY_IMPORT_COMPLETED ? 100 : i->row->progress;
    if (percent >= 0)
        bar_draw(cell, 0, 0, cell->cols, percent * 10, moves(i) ? ROLE_BAR : ROLE_FAINT);
}

/* Why it failed matters more than how far it came. */
static void draw_message(const struct watch_import *i, const struct view *cell)
{
    bool says = i->row->message[0] != '\0';
    watch_fit(cell, i->word == WORD_FAIL ? ROLE_BAD : ROLE_TEXT,
              says ? i->row->message : i->row->state_text);
}

static void draw(const struct watch_view *view, size_t row, int column, clock_ms drift,
                 const struct view *cell)
{
    const struct watch_import *i = at(view, row);
    char text[WORDS_MAX];
    switch (column) {
    case COLUMN_REGION:
        watch_fit(cell, ROLE_TEXT, i->region);
        break;
    case COLUMN_TASK:
        watch_fit_id(cell, ROLE_TEXT, i->row->task_id);
        break;
    case COLUMN_STATE:
        watch_word(cell, i->word);
        break;
    case COLUMN_BAR:
        draw_progress(i, cell);
        break;
    case COLUMN_PERCENT:
        watch_percent(cell, i->row->state == INVENTORY_IMPORT_COMPLETED ? 100 : i->row->progress);
        break;
    case COLUMN_MESSAGE:
        draw_message(i, cell);
        break;
    case COLUMN_SNAPSHOT:
        watch_fit_id(cell, ROLE_TEXT, i->row->snapshot_id[0] != '\0' ? i->row->snapshot_id : "-");
        break;
    case COLUMN_LEFT:
        watch_left(moves(i) ? i->eta_ms : 0, text);
        watch_fit_right(cell, ROLE_TEXT, text);
        break;
    case COLUMN_AGE:
        watch_age(i->age_ms + (moves(i) ? drift : 0), i->age_at_least, text);
        watch_fit_right(cell, i->word == WORD_STAL ? ROLE_WARN : ROLE_TEXT, text);
        break;
    }
}

static const char *id(const struct watch_view *view, size_t row)
{
    return at(view, row)->row->task_id;
}

const struct watch_pane_ops watch_import_ops = {
    .title = "Import tasks",
    .none = "No import task, neither at work nor ended of late.",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .count = count,
    .identity = identity,
    .active = active,
    .fields = fields,
    .release = release,
    .key = key,
    .draw = draw,
    .id = id,
};

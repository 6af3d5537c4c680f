/* The pane of pending AMIs and snapshots of the watch screen. */
#include <stdio.h>

#include "base/mem.h"
#include "screens/cell_text.h"
#include "screens/watch_pane.h"
#include "screens/watch_text.h"
#include "ui/bar.h"

enum {
    COLUMN_REGION = 1,
    COLUMN_ID,
    COLUMN_NAME,
    COLUMN_STATE,
    COLUMN_BAR,
    COLUMN_PERCENT,
    COLUMN_LEFT,
    COLUMN_AGE,
};

static const struct table_column columns[] = {
    {.id = COLUMN_REGION, .title = "REGION", .width = 14, .least = 12, .sortable = true},
    {.id = COLUMN_ID, .title = "AMI, SNAPSHOT", .width = 22, .least = 16},
    {.id = COLUMN_STATE, .title = "STATE", .width = 6, .sortable = true},
    {.id = COLUMN_BAR, .title = "PROGRESS", .width = 8, .drop = 4},
    {.id = COLUMN_PERCENT, .title = "%", .width = 4, .align = ALIGN_RIGHT, .sortable = true},
    {.id = COLUMN_NAME,
     .title = "NAME",
     .width = 26,
     .least = 22,
     .most = 80,
     .drop = 1,
     .sortable = true},
    {.id = COLUMN_LEFT, .title = "LEFT", .width = 7, .drop = 3, .align = ALIGN_RIGHT},
    {.id = COLUMN_AGE, .title = "AGE", .width = 8, .align = ALIGN_RIGHT, .sortable = true},
};

static const struct watch_pending *at(const struct watch_view *view, size_t row)
{
    return &view->pending[row];
}

static size_t count(const struct watch_view *view)
{
    return view->pending_count;
}

static uint64_t identity(const struct watch_view *view, size_t row)
{
    return ui_identity_behind(ui_identity(at(view, row)->region), at(view, row)->id);
}

static bool active(const struct watch_view *view, size_t row)
{
    (void)view;
    (void)row;
    return true;
}

static void fields(const struct watch_view *view, size_t row, struct filter_row *out,
                   char scratch[WATCH_SCRATCH])
{
    const struct watch_pending *p = at(view, row);
    (void)scratch;
    out->fields[FILTER_REGION] = p->region;
    out->fields[FILTER_STATE] = word_name(p->word);
    out->fields[p->kind == WATCH_PENDING_IMAGE ? FILTER_AMI : FILTER_SNAPSHOT] = p->id;
    out->fields[FILTER_NOTE] = p->name;
    out->fields[FILTER_IMAGE] = p->release;
}

static const char *release(const struct watch_view *view, size_t row, const char **id)
{
    *id = "";
    return at(view, row)->release;
}

static struct watch_sort_key key(const struct watch_view *view, size_t row, int column)
{
    const struct watch_pending *p = at(view, row);
    switch (column) {
    case COLUMN_REGION:
        return (struct watch_sort_key){0, p->region};
    case COLUMN_STATE:
        return (struct watch_sort_key){cell_gravity(p->word) * 100 + (int)p->word, ""};
    case COLUMN_PERCENT:
        return (struct watch_sort_key){p->percent, ""};
    case COLUMN_NAME:
        return (struct watch_sort_key){0, p->name};
    default:
        return (struct watch_sort_key){p->age_ms, ""};
    }
}

static void draw(const struct watch_view *view, size_t row, int column, clock_ms drift,
                 const struct view *cell)
{
    const struct watch_pending *p = at(view, row);
    char text[WORDS_MAX];
    switch (column) {
    case COLUMN_REGION:
        watch_fit(cell, ROLE_TEXT, p->region);
        break;
    case COLUMN_ID:
        watch_fit_id(cell, ROLE_TEXT, p->id);
        break;
    case COLUMN_NAME:
        watch_fit(cell, ROLE_TEXT, p->name);
        break;
    case COLUMN_STATE:
        watch_word(cell, p->word);
        break;
    case COLUMN_BAR:
        if (p->percent >= 0)
            bar_draw(cell, 0, 0, cell->cols, p->percent * 10, ROLE_BAR);
        break;
    case COLUMN_PERCENT:
        watch_percent(cell, p->percent);
        break;
    case COLUMN_LEFT:
        watch_left(p->eta_ms, text);
        watch_fit_right(cell, ROLE_TEXT, text);
        break;
    case COLUMN_AGE:
        watch_age(p->age_ms + drift, false, text);
        watch_fit_right(cell, p->word == WORD_STAL ? ROLE_WARN : ROLE_TEXT, text);
        break;
    }
}

static const char *id(const struct watch_view *view, size_t row)
{
    return at(view, row)->id;
}

const struct watch_pane_ops watch_pending_ops = {
    .title = "Pending AMIs and snapshots",
    .none = "No AMI and no snapshot is pending.",
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

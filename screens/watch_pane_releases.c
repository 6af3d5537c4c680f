/* The releases pane of the watch screen. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "screens/cell_text.h"
#include "screens/watch_pane.h"
#include "screens/watch_text.h"

enum {
    COLUMN_NAME = 1,
    COLUMN_BY,
    COLUMN_SINCE,
    COLUMN_STAGE,
    COLUMN_REGIONS,
    COLUMN_DONE,
    COLUMN_LEFT
};

static const struct table_column columns[] = {
    {.id = COLUMN_NAME, .title = "RELEASE", .width = 26, .least = 20, .most = 44, .sortable = true},
    {.id = COLUMN_BY,
     .title = "BY",
     .width = 17,
     .least = 8,
     .most = 26,
     .drop = 2,
     .sortable = true},
    {.id = COLUMN_SINCE, .title = "STARTED", .width = 11, .least = 7, .drop = 4, .sortable = true},
    {.id = COLUMN_STAGE, .title = "STAGE", .width = 6, .sortable = true},
    {.id = COLUMN_REGIONS, .title = "REGIONS", .width = 34, .least = 16, .most = 40, .drop = 1},
    {.id = COLUMN_DONE, .title = "DONE", .width = 7, .align = ALIGN_RIGHT, .sortable = true},
    {.id = COLUMN_LEFT,
     .title = "LEFT",
     .width = 7,
     .align = ALIGN_RIGHT,
     .drop = 3,
     .sortable = true},
};

static const struct watch_release *at(const struct watch_view *view, size_t row)
{
    return &view->releases[row];
}

static size_t count(const struct watch_view *view)
{
    return view->release_count;
}

/* One name can be in flight and have ended before: then ids tell them apart. */
static uint64_t identity(const struct watch_view *view, size_t row)
{
    const struct watch_release *r = at(view, row);
    return ui_identity(r->id[0] != '\0' ? r->id : r->name);
}

static bool active(const struct watch_view *view, size_t row)
{
    return at(view, row)->in_flight;
}

static void fields(const struct watch_view *view, size_t row, struct filter_row *out,
                   char scratch[WATCH_SCRATCH])
{
    const struct watch_release *r = at(view, row);
    size_t length = (size_t)snprintf(scratch, WATCH_SCRATCH / 2, "%s %s", r->by_text, r->id) + 1;
    char *regions = scratch + (length < WATCH_SCRATCH / 2 ? length : WATCH_SCRATCH / 2);
    char *end = regions;
    for (size_t i = 0; i < r->cell_count && end + 64 < scratch + WATCH_SCRATCH; i++)
        if (r->cells[i].word != WORD_SKIP)
            end += snprintf(end, 64, "%.40s ", r->cells[i].region);
    *end = '\0';
    out->fields[FILTER_REGION] = regions;
    out->fields[FILTER_IMAGE] = r->name;
    out->fields[FILTER_STATE] = word_name(r->stage);
    out->fields[FILTER_NOTE] = scratch;
    out->fields[FILTER_PUBLIC] = r->shall_be_public ? "yes" : "no";
}

static const char *release(const struct watch_view *view, size_t row, const char **id)
{
    *id = at(view, row)->id;
    return at(view, row)->name;
}

static struct watch_sort_key key(const struct watch_view *view, size_t row, int column)
{
    const struct watch_release *r = at(view, row);
    switch (column) {
    case COLUMN_NAME:
        return (struct watch_sort_key){0, r->name};
    case COLUMN_BY:
        return (struct watch_sort_key){r->by, r->by_text};
    case COLUMN_SINCE:
        return (struct watch_sort_key){(long long)r->started_at, ""};
    case COLUMN_STAGE:
        return (struct watch_sort_key){cell_gravity(r->stage) * 100 + (int)r->stage, ""};
    case COLUMN_DONE:
        return (struct watch_sort_key){(long long)r->done, ""};
    default:
        return (struct watch_sort_key){r->eta_ms, ""};
    }
}

/* Where there is little room, what tells one from another. */
static const char *by_of(const struct watch_release *r, int cols)
{
    bool narrow = cols < (int)strlen(r->by_text);
    if (!narrow || r->by == WATCH_YOURS)
        return r->by_text;
    return r->by == WATCH_NAMED ? "?" : r->id[0] != '\0' ? r->id : "other";
}

static void draw(const struct watch_view *view, size_t row, int column, clock_ms drift,
                 const struct view *cell)
{
    const struct watch_release *r = at(view, row);
    enum role role = r->in_flight ? ROLE_TEXT : ROLE_FAINT;
    char text[WORDS_MAX];
    switch (column) {
    case COLUMN_NAME:
        watch_fit(cell, r->in_flight ? ROLE_STRONG : ROLE_FAINT, r->name);
        break;
    case COLUMN_BY:
        watch_fit(cell, r->by == WATCH_YOURS ? ROLE_GOOD : role, by_of(r, cell->cols));
        break;
    case COLUMN_SINCE:
        watch_moment(r->started_at, view->now, text);
        /* The day says more than half of the hour. */
        text[(int)strlen(text) > cell->cols ? strcspn(text, " ") : strlen(text)] = '\0';
        watch_fit(cell, role, text);
        break;
    case COLUMN_STAGE:
        watch_word(cell, r->stage);
        break;
    case COLUMN_REGIONS:
        watch_regions_draw(cell, r);
        break;
    case COLUMN_DONE:
        snprintf(text, sizeof(text), "%zu/%zu", r->done, r->wanted);
        watch_fit_right(cell, role, text);
        break;
    case COLUMN_LEFT:
        if (r->in_flight)
            watch_left(r->eta_ms > drift ? r->eta_ms - drift : r->eta_ms, text);
        else
            snprintf(text, sizeof(text), "ended");
        watch_fit_right(cell, role, text);
        break;
    }
}

static const char *id(const struct watch_view *view, size_t row)
{
    return at(view, row)->name;
}

const struct watch_pane_ops watch_release_ops = {
    .title = "Releases",
    .none = "No release is in flight, of anybody in this account.",
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

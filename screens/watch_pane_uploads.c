/* The uploads pane of the watch screen. */
#include <stdio.h>

#include "base/mem.h"
#include "screens/cell_text.h"
#include "screens/watch_pane.h"
#include "screens/watch_text.h"

enum {
    COLUMN_REGION = 1,
    COLUMN_OBJECT,
    COLUMN_STATE,
    COLUMN_ARRIVED,
    COLUMN_PARTS,
    COLUMN_RATE,
    COLUMN_IDLE,
    COLUMN_AGE,
};

static const struct table_column columns[] = {
    {.id = COLUMN_REGION, .title = "REGION", .width = 14, .least = 12, .sortable = true},
    {.id = COLUMN_OBJECT,
     .title = "BUCKET/KEY",
     .width = 30,
     .least = 14,
     .most = 100,
     .sortable = true},
    {.id = COLUMN_STATE, .title = "STATE", .width = 6, .sortable = true},
    {.id = COLUMN_ARRIVED, .title = "ARRIVED", .width = 10, .align = ALIGN_RIGHT, .sortable = true},
    {.id = COLUMN_PARTS, .title = "PARTS", .width = 5, .drop = 5, .align = ALIGN_RIGHT},
    {.id = COLUMN_RATE, .title = "RATE", .width = 11, .drop = 3, .align = ALIGN_RIGHT},
    {.id = COLUMN_IDLE, .title = "QUIET", .width = 8, .drop = 4, .align = ALIGN_RIGHT},
    {.id = COLUMN_AGE, .title = "AGE", .width = 8, .align = ALIGN_RIGHT, .sortable = true},
};

static const struct watch_upload *at(const struct watch_view *view, size_t row)
{
    return &view->uploads[row];
}

static size_t count(const struct watch_view *view)
{
    return view->upload_count;
}

static uint64_t identity(const struct watch_view *view, size_t row)
{
    const struct inventory_upload *u = at(view, row)->row;
    return ui_identity_behind(ui_identity_behind(ui_identity(u->bucket), u->key), u->upload_id);
}

static bool active(const struct watch_view *view, size_t row)
{
    return at(view, row)->word != WORD_STAL;
}

static void fields(const struct watch_view *view, size_t row, struct filter_row *out,
                   char scratch[WATCH_SCRATCH])
{
    const struct watch_upload *u = at(view, row);
    snprintf(scratch, WATCH_SCRATCH, "%s/%s", u->row->bucket, u->row->key);
    out->fields[FILTER_REGION] = u->region;
    out->fields[FILTER_STATE] = word_name(u->word);
    out->fields[FILTER_NOTE] = scratch;
    out->fields[FILTER_IMAGE] = u->release;
}

static const char *release(const struct watch_view *view, size_t row, const char **id)
{
    *id = "";
    return at(view, row)->release;
}

static struct watch_sort_key key(const struct watch_view *view, size_t row, int column)
{
    const struct watch_upload *u = at(view, row);
    switch (column) {
    case COLUMN_REGION:
        return (struct watch_sort_key){0, u->region};
    case COLUMN_OBJECT:
        return (struct watch_sort_key){0, u->row->key};
    case COLUMN_STATE:
        return (struct watch_sort_key){cell_gravity(u->word) * 100 + (int)u->word, ""};
    case COLUMN_ARRIVED:
        return (struct watch_sort_key){(long long)u->row->bytes, ""};
    default:
        return (struct watch_sort_key){u->age_ms, ""};
    }
}

static void draw_object(const struct watch_upload *u, const struct view *cell)
{
    char object[WATCH_SCRATCH];
    snprintf(object, sizeof(object), "%s/%s", u->row->bucket, u->row->key);
    watch_fit_id(cell, ROLE_TEXT, object);
}

static void draw_figure(const struct watch_upload *u, int column, clock_ms drift,
                        const struct view *cell)
{
    char text[WORDS_MAX] = "-";
    if (column == COLUMN_ARRIVED)
        words_bytes(u->row->bytes, text);
    else if (column == COLUMN_PARTS)
        snprintf(text, sizeof(text), "%u", u->row->parts);
    else if (column == COLUMN_RATE && u->rate > 0)
        words_rate(u->rate, text);
    else if (column == COLUMN_IDLE)
        watch_age(u->idle_ms + drift, false, text);
    else if (column == COLUMN_AGE)
        watch_age(u->age_ms + drift, false, text);
    watch_fit_right(cell, u->word == WORD_STAL && column == COLUMN_IDLE ? ROLE_WARN : ROLE_TEXT,
                    text);
}

static void draw(const struct watch_view *view, size_t row, int column, clock_ms drift,
                 const struct view *cell)
{
    const struct watch_upload *u = at(view, row);
    if (column == COLUMN_REGION)
        watch_fit(cell, ROLE_TEXT, u->region);
    else if (column == COLUMN_OBJECT)
        draw_object(u, cell);
    else if (column == COLUMN_STATE)
        watch_word(cell, u->word);
    else
        draw_figure(u, column, drift, cell);
}

static const char *id(const struct watch_view *view, size_t row)
{
    return at(view, row)->row->upload_id;
}

const struct watch_pane_ops watch_upload_ops = {
    .title = "Uploads",
    .none = "No unfinished upload in the buckets that are looked at.",
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

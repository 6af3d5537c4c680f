/* The changes pane of the watch screen: what was seen to happen, the newest first. */
#include <stdio.h>

#include "base/mem.h"
#include "screens/cell_text.h"
#include "screens/watch_pane.h"
#include "screens/watch_text.h"

enum { COLUMN_TIME = 1, COLUMN_SIGN, COLUMN_REGION, COLUMN_WHAT };

static const struct table_column columns[] = {
    {.id = COLUMN_TIME, .title = "TIME", .width = 8},
    {.id = COLUMN_SIGN, .title = "", .width = 1},
    {.id = COLUMN_REGION, .title = "REGION", .width = 14, .least = 12, .drop = 1},
    {.id = COLUMN_WHAT, .title = "WHAT", .width = 40, .least = 20, .most = 240},
};

static const struct watch_change *at(const struct watch_view *view, size_t row)
{
    return &view->changes[row];
}

static size_t count(const struct watch_view *view)
{
    return view->change_count;
}

static uint64_t identity(const struct watch_view *view, size_t row)
{
    return at(view, row)->number;
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
    const struct watch_change *c = at(view, row);
    snprintf(scratch, WATCH_SCRATCH, "%s %s %s %s", c->id, c->image, c->what, c->code);
    out->fields[FILTER_REGION] = c->region;
    out->fields[FILTER_STATE] = word_name(c->word);
    out->fields[FILTER_NOTE] = scratch;
    out->fields[FILTER_IMAGE] = c->release;
}

static const char *release(const struct watch_view *view, size_t row, const char **id)
{
    *id = "";
    return at(view, row)->release;
}

/* Changes have no order but that of time. */
static struct watch_sort_key key(const struct watch_view *view, size_t row, int column)
{
    (void)column;
    return (struct watch_sort_key){(long long)at(view, row)->number, ""};
}

/* What it is about, as a person would call it. */
static const char *subject(const struct watch_change *c)
{
    if (c->image[0] != '\0')
        return c->image;
    return c->id[0] != '\0' ? c->id : c->release;
}

static void draw(const struct watch_view *view, size_t row, int column, clock_ms drift,
                 const struct view *cell)
{
    const struct watch_change *c = at(view, row);
    enum role role = row + view->unread >= view->change_count ? ROLE_TEXT : ROLE_FAINT;
    char text[WORDS_MAX];
    (void)drift;
    switch (column) {
    case COLUMN_TIME:
        words_clock(c->at, text);
        watch_fit(cell, ROLE_FAINT, text);
        break;
    case COLUMN_SIGN:
        grid_literal(cell, 0, 0, cell_role(c->word), role_glyph(cell_role(c->word)));
        break;
    case COLUMN_REGION:
        watch_fit(cell, role, c->region[0] != '\0' ? c->region : "all");
        break;
    case COLUMN_WHAT: {
        bool bad = c->word == WORD_FAIL && role == ROLE_TEXT;
        struct safe_text words =
            text_safe_fmt("%s%s%s%s%s", subject(c), subject(c)[0] != '\0' ? "  " : "", c->what,
                          c->code[0] != '\0' ? ": " : "", c->code);
        grid_text_fit(cell, 0, 0, cell->cols, bad ? ROLE_BAD : role, &words);
        text_free(&words);
        break;
    }
    }
}

static const char *id(const struct watch_view *view, size_t row)
{
    return subject(at(view, row));
}

const struct watch_pane_ops watch_change_ops = {
    .title = "Changes",
    .none = "Nothing has changed yet.",
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

/* What the watch screen says about the row under the cursor. */
#include "screens/watch_selected.h"

#include <stdio.h>

#include "base/mem.h"
#include "screens/field.h"
#include "screens/watch_text.h"
#include "ui/pane.h"

/* More images than these are for the detail. */
#define MAX_IMAGES 4

enum {
    COLUMN_IMAGE = 1,
    COLUMN_STAGE,
    COLUMN_DONE,
    COLUMN_OLDEST,
    COLUMN_NEXT,
    COLUMN_LEFT,
    COLUMN_WAITS
};

static const struct table_column columns[] = {
    {.id = COLUMN_IMAGE, .title = "image", .width = 14, .least = 8, .most = 30},
    {.id = COLUMN_STAGE, .title = "stage", .width = 6},
    {.id = COLUMN_DONE, .title = "done", .width = 4, .drop = 3, .align = ALIGN_RIGHT},
    {.id = COLUMN_OLDEST, .title = "oldest region", .width = 23, .least = 14, .drop = 2},
    {.id = COLUMN_LEFT, .title = "left", .width = 7, .drop = 4, .align = ALIGN_RIGHT},
    {.id = COLUMN_NEXT, .title = "next event", .width = 27, .least = 27, .most = 44},
    {.id = COLUMN_WAITS,
     .title = "who may be waiting",
     .width = 24,
     .least = 12,
     .most = 60,
     .drop = 1},
};

struct images {
    const struct watch_release *release;
    clock_ms drift;
};

static uint64_t identity(const void *data, size_t row)
{
    (void)data;
    return row + 1;
}

static void draw_cell(const void *data, size_t row, int column, const struct view *cell)
{
    const struct images *images = data;
    const struct watch_image *image = &images->release->images[row];
    char text[WORDS_MAX], oldest[128];
    switch (column) {
    case COLUMN_IMAGE:
        watch_fit_id(cell, ROLE_TEXT,
                     image->short_name[0] != '\0' ? image->short_name : image->name);
        break;
    case COLUMN_STAGE:
        watch_word(cell, image->stage);
        break;
    case COLUMN_DONE:
        grid_print_right(cell, cell->cols, 0, ROLE_TEXT, "%zu", image->done);
        break;
    case COLUMN_OLDEST:
        watch_age(image->oldest_ms + images->drift, false, text);
        snprintf(oldest, sizeof(oldest), "%s  %s", image->oldest_region, text);
        watch_fit(cell, ROLE_TEXT, image->oldest_region[0] != '\0' ? oldest : "-");
        break;
    case COLUMN_LEFT:
        watch_left(image->eta_ms, text);
        watch_fit_right(cell, ROLE_TEXT, text);
        break;
    case COLUMN_NEXT:
        watch_fit(cell, ROLE_TEXT, image->next[0] != '\0' ? image->next : "-");
        break;
    case COLUMN_WAITS:
        watch_fit(cell, ROLE_FAINT, image->waits);
        break;
    }
}

void watch_images_draw(const struct view *v, const struct watch_release *release, clock_ms drift)
{
    struct images images = {release, drift};
    struct table table = {0};
    struct table_source source = {
        .data = &images, .count = release->image_count, .identity = identity, .draw = draw_cell};
    /* A table's gutter is for a cursor, and there is none. */
    struct view wide = view_cut(v, -2, 0, v->cols + 2, v->rows);
    table_draw(&wide, &table, columns, ARRAY_LEN(columns), &source, false);
    table_free(&table);
}

static size_t images_of(const struct watch_release *release)
{
    return release->image_count < MAX_IMAGES ? release->image_count : MAX_IMAGES;
}

int watch_selected_rows(struct watch_screen *self)
{
    const struct watch_release *release = watch_cursor_release(self);
    size_t row;
    if (self->focus == WATCH_RELEASES)
        return release != NULL && release->image_count > 0 ? 2 + (int)images_of(release) : 0;
    if (self->focus == WATCH_CHANGES || !watch_cursor(self, self->focus, &row))
        return 0;
    return 4;
}

static void draw_import(const struct view *v, const struct watch_import *i, clock_ms drift)
{
    char idle[WORDS_MAX];
    watch_age(i->idle_ms + drift, false, idle);
    int y = field_draw(v, 0, "Message", ROLE_TEXT, "%s",
                       i->row->message[0] != '\0' ? i->row->message : "-");
    y = field_draw(v, y, "Release", ROLE_TEXT, "%s  %s",
                   i->row->release[0] != '\0' ? i->row->release : "no tag names one",
                   i->row->image);
    field_draw(v, y, "Last change", i->word == WORD_STAL ? ROLE_WARN : ROLE_TEXT, "%s ago", idle);
}

static void draw_pending(const struct view *v, const struct watch_pending *p, clock_ms drift)
{
    char idle[WORDS_MAX];
    watch_age(p->idle_ms + drift, false, idle);
    int y = field_draw(v, 0, p->kind == WATCH_PENDING_IMAGE ? "AMI" : "Snapshot", ROLE_TEXT,
                       "%s  %s", p->id, p->name);
    y = field_draw(v, y, "Release", ROLE_TEXT, "%s",
                   p->release[0] != '\0' ? p->release : "no tag and no name tells of one");
    field_draw(v, y, "Last change", p->word == WORD_STAL ? ROLE_WARN : ROLE_TEXT, "%s ago", idle);
}

static void draw_upload(const struct view *v, const struct watch_upload *u, clock_ms drift)
{
    char idle[WORDS_MAX], bytes[WORDS_MAX];
    watch_age(u->idle_ms + drift, false, idle);
    words_bytes(u->row->bytes, bytes);
    int y = field_draw(v, 0, "Object", ROLE_TEXT, "s3://%s/%s", u->row->bucket, u->row->key);
    y = field_draw(v, y, "Arrived", ROLE_TEXT, "%s in %u part%s", bytes, u->row->parts,
                   u->row->parts == 1 ? "" : "s");
    field_draw(v, y, "Last change", u->word == WORD_STAL ? ROLE_WARN : ROLE_TEXT, "%s ago", idle);
}

void watch_selected_draw(struct watch_screen *self, const struct view *v)
{
    const struct watch_view *view = watch_shown(self);
    const struct watch_release *release = watch_cursor_release(self);
    clock_ms drift = watch_drift(self);
    size_t row;
    if (view == NULL || !watch_cursor(self, self->focus, &row))
        return;
    const char *id =
        self->focus == WATCH_RELEASES ? release->name : watch_pane_ops(self->focus)->id(view, row);
    struct view body = pane_draw(v, "f: follow  Enter: open", "Enter: open", "Selected: %s", id);
    if (self->focus == WATCH_RELEASES)
        watch_images_draw(&body, release, drift);
    else if (self->focus == WATCH_IMPORTS)
        draw_import(&body, &view->imports[row], drift);
    else if (self->focus == WATCH_PENDINGS)
        draw_pending(&body, &view->pending[row], drift);
    else if (self->focus == WATCH_UPLOADS)
        draw_upload(&body, &view->uploads[row], drift);
}

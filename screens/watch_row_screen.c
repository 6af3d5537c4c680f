/* One import task, one pending AMI or snapshot, or one upload. */
#include "screens/watch_row_screen.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "screens/frame.h"
#include "screens/page.h"
#include "screens/watch_fields.h"

struct watch_row_screen {
    struct screen screen;
    struct key_table keys;
    const struct watch *watch;
    enum inventory_kind kind; /* INVENTORY_IMAGES stands for all that is pending */
    char *region, *id;
    struct page page;
};

static const struct watch_import *find_import(const struct watch_row_screen *self)
{
    const struct watch_view *view = watch_view(self->watch);
    for (size_t i = 0; i < view->import_count; i++)
        if (strcmp(view->imports[i].row->task_id, self->id) == 0 &&
            strcmp(view->imports[i].region, self->region) == 0)
            return &view->imports[i];
    return NULL;
}

static const struct watch_pending *find_pending(const struct watch_row_screen *self)
{
    const struct watch_view *view = watch_view(self->watch);
    for (size_t i = 0; i < view->pending_count; i++)
        if (strcmp(view->pending[i].id, self->id) == 0 &&
            strcmp(view->pending[i].region, self->region) == 0)
            return &view->pending[i];
    return NULL;
}

static const struct watch_upload *find_upload(const struct watch_row_screen *self)
{
    const struct watch_view *view = watch_view(self->watch);
    for (size_t i = 0; i < view->upload_count; i++)
        if (strcmp(view->uploads[i].row->upload_id, self->id) == 0)
            return &view->uploads[i];
    return NULL;
}

/* Rows behind y; y itself when the thing is gone. */
static int draw_fields(const struct watch_row_screen *self, const struct view *v, int y)
{
    const struct watch_view *view = watch_view(self->watch);
    const struct watch_import *import;
    const struct watch_pending *pending;
    const struct watch_upload *upload;
    if (self->kind == INVENTORY_IMPORTS && (import = find_import(self)) != NULL)
        return watch_fields_import(v, y, view, import);
    if (self->kind == INVENTORY_IMAGES && (pending = find_pending(self)) != NULL)
        return watch_fields_pending(v, y, view, pending,
                                    console_shown_inventory(self->screen.console));
    if (self->kind == INVENTORY_UPLOADS && (upload = find_upload(self)) != NULL)
        return watch_fields_upload(v, y, view, upload);
    grid_literal(v, 1, y, ROLE_FAINT, "It is not at work any more, and was not seen to fail.");
    return y + 1;
}

static void draw(struct screen *s, const struct view *v)
{
    struct watch_row_screen *self = (struct watch_row_screen *)s;
    static const char *const what[INVENTORY_KINDS] = {
        [INVENTORY_IMAGES] = "pending",
        [INVENTORY_IMPORTS] = "import task",
        [INVENTORY_UPLOADS] = "upload",
    };
    struct view rest = frame_draw(v, s, NULL, "watch > %s > %s", self->region, what[self->kind]);
    struct view page = page_view(&self->page, &rest);
    struct safe_text id = text_safe(self->id);
    grid_text_middle(&page, 1, 0, page.cols - 2, ROLE_STRONG, &id);
    text_free(&id);
    int y = draw_fields(self, &page, 2) + 1;
    y = watch_fields_changes(&page, y, watch_view(self->watch), self->region, self->id);
    page_drawn(&self->page, &rest, y);
}

enum { ROW_COPY = UI_OWN };

static const struct key_row rows[] = {
    {.keys = {'y', 'c'},
     .label = "copy id",
     .help = "copy id",
     .group = GROUP_LOOK,
     .footer = 70,
     .function = ROW_COPY},
};

static void keymap(struct screen *s, struct keymap *map)
{
    struct watch_row_screen *self = (struct watch_row_screen *)s;
    self->keys = (struct key_table){
        .name = "watch row", .rows = rows, .count = ARRAY_LEN(rows), .data = self};
    map->tables[0] = &self->keys;
    map->tables[1] = &keymap_moving;
}

static void act(struct screen *s, int function, const char *argument)
{
    struct watch_row_screen *self = (struct watch_row_screen *)s;
    (void)argument;
    if (page_do(&self->page, function) || function != ROW_COPY)
        return;
    struct safe_text id = text_safe(self->id);
    console_copy(s->console, &id, id.utf8);
    text_free(&id);
}

static void leave(struct screen *s)
{
    struct watch_row_screen *self = (struct watch_row_screen *)s;
    free(self->region);
    free(self->id);
    free(self);
}

static const struct screen_ops ops = {
    .draw = draw,
    .keymap = keymap,
    .act = act,
    .leave = leave,
};

static struct screen *open_row(const struct watch *watch, enum inventory_kind kind,
                               const char *region, const char *id)
{
    struct watch_row_screen *self = xcalloc(1, sizeof(*self));
    self->screen.ops = &ops;
    self->watch = watch;
    self->kind = kind;
    self->region = xstrdup(region);
    self->id = xstrdup(id);
    return &self->screen;
}

struct screen *watch_import_screen_open(const struct watch *watch, const struct watch_import *row)
{
    return open_row(watch, INVENTORY_IMPORTS, row->region, row->row->task_id);
}

struct screen *watch_pending_screen_open(const struct watch *watch, const struct watch_pending *row)
{
    return open_row(watch, INVENTORY_IMAGES, row->region, row->id);
}

struct screen *watch_upload_screen_open(const struct watch *watch, const struct watch_upload *row)
{
    return open_row(watch, INVENTORY_UPLOADS, row->region, row->row->upload_id);
}

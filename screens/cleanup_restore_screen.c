/* What stands in the Recycle Bins, and bringing it back. */
#include "screens/cleanup_restore_screen.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/options.h"
#include "core/recycle_plan.h"
#include "core/recycle_task.h"
#include "screens/cleanup_marks.h"
#include "screens/cleanup_text.h"
#include "screens/frame.h"
#include "screens/phrase_dialog.h"
#include "ui/pane.h"
#include "ui/table.h"

/* So often, in wall milliseconds, answers are looked for while one is awaited. */
#define LOOK_MS 150

struct restore_screen {
    struct screen screen;
    struct key_table keys;
    struct aws *aws;
    struct recycle_task *list;      /* NULL before the regions are known */
    struct recycle_task *restoring; /* NULL while nothing is brought back */
    const struct recycle_item **restored;
    size_t restored_count;
    clock_ms look_at;
    struct table table;
    struct marks marks;
    char *trouble; /* of what could not be restored; NULL for none */
    bool leaving;  /* somebody wants to leave the program once that has ended */
};

static const struct recycle_bin *bin_of(const struct restore_screen *self)
{
    return self->list != NULL && recycle_task_ended(self->list) ? recycle_task_bin(self->list)
                                                                : NULL;
}

static const struct recycle_item *item_at(const void *data, size_t row)
{
    const struct recycle_bin *bin = bin_of(data);
    if (bin == NULL)
        abort(); /* without one there are no rows */
    return &bin->items[row];
}

static uint64_t identity(const void *data, size_t row)
{
    const struct recycle_item *item = item_at(data, row);
    return ui_identity_behind(ui_identity(item->region), item->id);
}

static char box(const void *data, size_t row)
{
    return marks_has(&((const struct restore_screen *)data)->marks, identity(data, row)) ? 'x'
                                                                                         : ' ';
}

enum { COLUMN_REGION = 1, COLUMN_KIND, COLUMN_ID, COLUMN_NAME, COLUMN_ENTERED, COLUMN_LEAVES };

static const struct table_column columns[] = {
    {.id = COLUMN_REGION, .title = "REGION", .width = 14},
    {.id = COLUMN_KIND, .title = "KIND", .width = 8, .drop = 3},
    {.id = COLUMN_ID, .title = "ID", .width = 22, .least = 14},
    {.id = COLUMN_NAME, .title = "NAME", .width = 30, .least = 14, .most = 60, .drop = 1},
    {.id = COLUMN_ENTERED, .title = "DELETED", .width = 16, .drop = 4},
    {.id = COLUMN_LEAVES, .title = "GONE FOR GOOD", .width = 16, .drop = 2},
};

static void draw_fit(const struct view *v, enum role role, const char *raw)
{
    struct safe_text text = text_safe(raw);
    grid_text_fit(v, 0, 0, v->cols, role, &text);
    text_free(&text);
}

static void draw_cell(const void *data, size_t row, int column, const struct view *v)
{
    const struct recycle_item *item = item_at(data, row);
    char text[WORDS_MAX];
    bool entered = column == COLUMN_ENTERED;
    if (column == COLUMN_REGION || column == COLUMN_ID) {
        draw_fit(v, ROLE_TEXT, column == COLUMN_ID ? item->id : item->region);
    } else if (column == COLUMN_KIND) {
        grid_literal(v, 0, 0, ROLE_TEXT, item->image ? "AMI" : "snapshot");
    } else if (column == COLUMN_NAME) {
        draw_fit(v, ROLE_STRONG, item->name[0] != '\0' ? item->name : item->description);
    } else {
        words_date(entered ? item->entered_at : item->leaves_at, text);
        draw_fit(v, entered ? ROLE_FAINT : ROLE_WARN, text);
    }
}

static struct table_source source_of(const struct restore_screen *self)
{
    const struct recycle_bin *bin = bin_of(self);
    return (struct table_source){.data = self,
                                 .count = bin != NULL ? bin->item_count : 0,
                                 .identity = identity,
                                 .draw = draw_cell,
                                 .box = box};
}

static void list_again(struct restore_screen *self)
{
    const struct inventory *inventory = self->screen.console->inventory;
    if (inventory == NULL || inventory->region_count == 0)
        return;
    const char **names = xcalloc(inventory->region_count, sizeof(const char *));
    for (size_t i = 0; i < inventory->region_count; i++)
        names[i] = inventory->regions[i]->name;
    recycle_task_free(self->list);
    self->list = recycle_task_list(self->aws, names, inventory->region_count);
    free(names);
}

static void on_inventory(struct screen *s)
{
    struct restore_screen *self = (struct restore_screen *)s;
    if (self->list == NULL)
        list_again(self);
}

static bool waits(const struct restore_screen *self)
{
    return self->restoring != NULL || (self->list != NULL && !recycle_task_ended(self->list));
}

static clock_ms due(const struct screen *s)
{
    const struct restore_screen *self = (const struct restore_screen *)s;
    return waits(self) ? self->look_at : CLOCK_NEVER;
}

/* Says how it ended, and reads bins and account again. */
static void take_results(struct restore_screen *self)
{
    const struct recycle_result *results = recycle_task_results(self->restoring);
    struct buf words = BUF_INIT;
    size_t ok = 0;
    for (size_t i = 0; i < self->restored_count; i++) {
        const struct err *err = &results[i].err;
        ok += results[i].ok;
        if (!results[i].ok)
            buf_add_fmt(&words, "%s %s: %s %s (request %s)  ", self->restored[i]->region,
                        self->restored[i]->id, err->code, err->message,
                        err->request_id[0] != '\0' ? err->request_id : "-");
    }
    free(self->trouble);
    self->trouble = words.length > 0 ? buf_take(&words) : NULL;
    console_say(self->screen.console, self->trouble != NULL ? ROLE_BAD : ROLE_GOOD,
                "%zu of %zu restored.%s%s", ok, self->restored_count,
                self->trouble != NULL ? " " : "", self->trouble != NULL ? self->trouble : "");
    recycle_task_free(self->restoring);
    self->restoring = NULL;
    marks_clear(&self->marks);
    console_reread(self->screen.console, NULL);
    list_again(self);
    buf_free(&words);
    if (self->leaving)
        console_leave(self->screen.console);
}

/* What is half restored is not left alone. */
static bool input(struct screen *s, const struct input *in)
{
    const struct restore_screen *self = (const struct restore_screen *)s;
    bool goes = in->kind == EVENT_KEY && (in->key == UIKEY_ESC || in->key == 'q');
    if (!goes || self->restoring == NULL)
        return false;
    console_say(s->console, ROLE_WARN, "A moment: %zu are being restored.", self->restored_count);
    return true;
}

static bool stays(struct screen *s)
{
    struct restore_screen *self = (struct restore_screen *)s;
    self->leaving = self->restoring != NULL;
    return self->leaving;
}

static void tick(struct screen *s)
{
    struct restore_screen *self = (struct restore_screen *)s;
    self->look_at = clock_now_ms() + clock_of_wall_ms(LOOK_MS);
    if (self->restoring != NULL && recycle_task_ended(self->restoring))
        take_results(self);
}

static int busy(const struct screen *s)
{
    return waits((const struct restore_screen *)s);
}

static bool status(struct screen *s, struct safe_text *out, enum role *role)
{
    const struct restore_screen *self = (const struct restore_screen *)s;
    *role = self->trouble != NULL ? ROLE_BAD : ROLE_FAINT;
    if (self->restoring != NULL)
        *out = text_safe_fmt("Restoring %zu, then it is read back.", self->restored_count);
    else if (self->trouble != NULL)
        *out = text_safe(self->trouble);
    else
        *out = text_safe("An AMI's snapshots come back with it, and its launch permissions.");
    return true;
}

static void draw(struct screen *s, const struct view *v)
{
    struct restore_screen *self = (struct restore_screen *)s;
    const struct recycle_bin *bin = bin_of(self);
    struct table_source source = source_of(self);
    struct statusline line = {0};
    size_t unread = 0;
    for (size_t i = 0; bin != NULL && i < bin->region_count; i++)
        unread += !bin->regions[i].read;
    status_left(&line, ROLE_STRONG, 0, 0, "%zu in the Recycle Bins", source.count);
    status_left(&line, ROLE_MARK, 1, 2, "marked %zu", self->marks.count);
    if (unread > 0)
        status_right(&line, ROLE_BAD, 1, 2, "%zu region%s not read", unread,
                     unread == 1 ? "" : "s");
    struct view rest = frame_draw(v, s, &line, "cleanup restore");
    struct view body = pane_draw(&rest, "Space: mark  r: restore", NULL, "Recycle Bin");
    if (source.count > 0)
        table_draw(&body, &self->table, columns, ARRAY_LEN(columns), &source, true);
    else
        grid_literal(&body, 1, 0, ROLE_FAINT,
                     bin == NULL  ? "Reading the bins of all regions."
                     : unread > 0 ? "Nothing is known to stand in them: not all could be read."
                                  : "Nothing stands in them: what was deleted is gone for good.");
}

enum { RESTORE_GO = UI_OWN, RESTORE_REREAD };

static bool can_restore(const void *data, struct safe_text *reason)
{
    const struct restore_screen *self = data;
    if (self->screen.console->read_only)
        *reason = text_safe("read only: nothing is changed here; start without --read-only");
    else if (self->restoring != NULL)
        *reason = text_safe("a restoring is under way");
    else if (source_of(self).count == 0)
        *reason = text_safe("nothing is there to be restored");
    else
        return true;
    return false;
}

static const struct key_row rows[] = {
    {.keys = {'r', UIKEY_ENTER},
     .name = "restore",
     .label = "restore",
     .help = "bring the marked back",
     .group = GROUP_ACT,
     .danger = DANGER_CHANGE,
     .footer = 90,
     .function = RESTORE_GO,
     .available = can_restore},
    {.keys = {KEY_CTRL('r')},
     .name = "reread",
     .help = "read the bins again",
     .group = GROUP_LOOK,
     .function = RESTORE_REREAD},
};

static void keymap(struct screen *s, struct keymap *map)
{
    struct restore_screen *self = (struct restore_screen *)s;
    self->keys =
        (struct key_table){.name = "restore", .rows = rows, .count = ARRAY_LEN(rows), .data = self};
    map->tables[0] = &self->keys;
    map->tables[1] = &keymap_moving;
    map->tables[2] = &keymap_marking;
}

/* The marked items that are there, else the one under the cursor, and the snapshots of their AMIs.
 * How many were named is the result. */
static size_t choose(struct restore_screen *self)
{
    const struct settings *settings = self->screen.console->settings;
    const char *state = settings != NULL && settings->state != NULL ? settings->state : "";
    struct table_source source = source_of(self);
    size_t here = table_row(&self->table, &source), count = 0;
    const char **ids = xcalloc(source.count + 1, sizeof(*ids));
    for (size_t i = 0; i < source.count; i++)
        if (self->marks.count > 0 ? marks_has(&self->marks, identity(self, i)) : i == here)
            ids[count++] = item_at(self, i)->id;
    free(self->restored);
    self->restored_count = recycle_choose(state, bin_of(self), ids, count, &self->restored);
    free(ids);
    return count;
}

/* The screen below the question is still the top one when the answer comes. */
static void accept(struct console *c, void *data)
{
    struct restore_screen *self = *(struct restore_screen **)data;
    (void)c;
    self->restoring = recycle_task_restore(self->aws, self->restored, self->restored_count);
}

static void ask(struct restore_screen *self)
{
    static const struct phrase_dialog_ops answer = {.accept = accept, .free = free};
    struct console *c = self->screen.console;
    struct restore_screen **kept = xcalloc(1, sizeof(struct restore_screen *));
    struct dialog *d;
    *kept = self;
    size_t named = choose(self), with = self->restored_count - named;
    struct screen *screen = phrase_dialog_open(c, "RESTORE?", &answer, kept, &d);
    d->countdown_s = 0;
    d->note = "Paste is ignored here.";
    dialog_say(d, "Restore", ROLE_STRONG, "%zu from the Recycle Bin", self->restored_count);
    if (with > 0)
        dialog_say(d, NULL, ROLE_TEXT, "%zu snapshot%s of a marked AMI among them", with,
                   with == 1 ? "" : "s");
    for (size_t i = 0; i < self->restored_count; i++)
        dialog_list(d, "%-15s %s  %s", self->restored[i]->region, self->restored[i]->id,
                    self->restored[i]->name);
    dialog_phrase(d, "restore %zu", self->restored_count);
    console_push(c, screen);
}

static void mark(struct restore_screen *self)
{
    struct table_source source = source_of(self);
    size_t row = table_row(&self->table, &source);
    if (row >= source.count)
        return;
    marks_set(&self->marks, identity(self, row), !marks_has(&self->marks, identity(self, row)));
    table_do(&self->table, UI_DOWN, NULL, 0, &source);
}

static void mark_invert(struct restore_screen *self)
{
    for (size_t i = 0; i < source_of(self).count; i++)
        marks_set(&self->marks, identity(self, i), !marks_has(&self->marks, identity(self, i)));
}

static void act(struct screen *s, int function, const char *argument)
{
    struct restore_screen *self = (struct restore_screen *)s;
    struct table_source source = source_of(self);
    (void)argument;
    if (function == RESTORE_GO)
        ask(self);
    else if (function == RESTORE_REREAD && self->restoring == NULL)
        list_again(self);
    else if (function == UI_MARK)
        mark(self);
    else if (function == UI_MARK_INVERT)
        mark_invert(self);
    else if (function == UI_MARK_NONE)
        marks_clear(&self->marks);
    else if (function < UI_MARK)
        table_do(&self->table, (enum ui_function)function, NULL, 0, &source);
}

static void leave(struct screen *s)
{
    struct restore_screen *self = (struct restore_screen *)s;
    recycle_task_free(self->restoring);
    recycle_task_free(self->list);
    marks_free(&self->marks);
    table_free(&self->table);
    free(self->restored);
    free(self->trouble);
    free(self);
}

static const struct screen_ops ops = {
    .inventory = on_inventory,
    .due = due,
    .tick = tick,
    .stays = stays,
    .busy = busy,
    .status = status,
    .draw = draw,
    .input = input,
    .keymap = keymap,
    .act = act,
    .leave = leave,
};

void cleanup_restore_screen_open(struct console *c)
{
    struct err err = ERR_INIT;
    struct aws *aws = console_aws(c, &err);
    if (aws == NULL) {
        console_say(c, ROLE_BAD, "The Recycle Bin cannot be read: %s", err.message);
        return;
    }
    struct restore_screen *self = xcalloc(1, sizeof(*self));
    self->screen.ops = &ops;
    self->aws = aws;
    console_reader(c);
    console_push(c, &self->screen);
}

/* One cell with all that is known about it. */
#include "screens/detail_screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "screens/cell_keys.h"
#include "screens/cell_text.h"
#include "screens/error_screen.h"
#include "screens/event_line.h"
#include "screens/field.h"
#include "screens/frame.h"
#include "screens/page.h"
#include "screens/region_tiles.h"

/* Events of the region, at most. */
#define EVENT_ROWS 20

struct detail_screen {
    struct screen screen;
    struct key_table keys;
    struct page page;
    size_t image, region;
};

static const struct model_cell *shown(const struct detail_screen *self)
{
    return model_cell(console_shown(self->screen.console), self->image, self->region);
}

/* The states that a cell passes on its way, for the line of steps. */
static const struct {
    enum cell_state state;
    const char *name;
} steps[] = {
    {CELL_WAITING, "wait"},       {CELL_CREATING, "create"},    {CELL_PENDING, "EC2"},
    {CELL_VERIFYING, "verify"},   {CELL_SETTLING, "settle"},    {CELL_READY, "ready"},
    {CELL_PUBLISHING, "publish"}, {CELL_CONFIRMING, "confirm"}, {CELL_PUBLIC, "public"},
};

/* Where a cell stood before it was left out, as the events tell; CELL_LEFT_OUT when they do not. */
static enum cell_state told(const struct model *m, const struct model_cell *cell)
{
    static const struct filter all;
    const char *image = m->plan->images[cell->image].name;
    const char *region = m->plan->regions[cell->region].name;
    const struct event *e = NULL;
    while (m->events != NULL &&
           (e = event_line_before(m->events, e != NULL ? e->number : 0, &all, false)) != NULL) {
        if (e->kind != EVENT_CELL || strcmp(words_str(&e->image), image) != 0 ||
            strcmp(words_str(&e->region), region) != 0)
            continue;
        for (int state = 0; state < CELL_FAILED; state++)
            if (strcmp(e->state, cell_state_name((enum cell_state)state)) == 0)
                return (enum cell_state)state;
    }
    return CELL_LEFT_OUT;
}

/* The state that the line of steps stands at: of a cell that was left out, the one it had before;
 * after a resume, as far as what it left in AWS shows. */
static enum cell_state reached(const struct model *m, const struct model_cell *cell)
{
    enum cell_state before = cell->left_out ? told(m, cell) : cell->state;
    if (before != CELL_LEFT_OUT)
        return before;
    if (cell->percent == 100)
        return CELL_VERIFYING;
    return words_are(&cell->ami) ? CELL_PENDING : CELL_WAITING;
}

static void draw_steps(const struct view *v, int y, const struct model *m,
                       const struct model_cell *cell)
{
    size_t count = cell_will_be_public(m, cell) ? ARRAY_LEN(steps) : 6;
    enum cell_state state = reached(m, cell);
    int gap = v->cols >= 100 ? 2 : 1;
    int x = 1;
    for (size_t i = 0; i < count; i++) {
        enum cell_state next = i + 1 < ARRAY_LEN(steps) ? steps[i + 1].state : CELL_WITHDRAWING;
        bool here = state >= steps[i].state && state < next && !cell->left_out;
        bool stood = cell->left_out && state >= CELL_READY && steps[i].state == CELL_READY;
        bool passed = stood || (state < CELL_WITHDRAWING && state >= next);
        const char *glyph = passed ? "✓ " : here ? "▸ " : "· ";
        x = grid_literal(v, x, y, passed ? ROLE_GOOD : here ? ROLE_STRONG : ROLE_FAINT, glyph);
        x = grid_literal(v, x, y,
                         here     ? ROLE_STRONG
                         : passed ? ROLE_TEXT
                                  : ROLE_FAINT,
                         steps[i].name);
        x += gap;
    }
    if (cell->state == CELL_FAILED)
        grid_literal(v, x, y, ROLE_BAD, "✗ failed");
    else if (cell->left_out)
        grid_literal(v, x, y, ROLE_STRONG, "- left out");
}

static const char *public_words(const struct model *m, const struct model_cell *cell)
{
    if (cell->is_public)
        return "yes, as read back from EC2";
    if (cell->left_out)
        return words_are(&cell->ami) ? "no: left out; the AMI stays in AWS, private"
                                     : "no: left out before an AMI was made";
    if (cell_will_be_public(m, cell))
        return m->plan->publish_when == PUBLISH_ALL
                   ? "not yet: with the wave, once every required region is verified"
                   : "not yet: as soon as it is verified";
    return cell->wish == WISH_PRIVATE ? "no: you keep it private (p)" : "no: the plan is private";
}

/* What verification compares; it holds from CELL_SETTLING on. */
static int draw_verified(const struct view *v, int y, const struct model *m,
                         const struct model_cell *cell)
{
    if (cell->left_out)
        return field_draw(v, y, "Verified", ROLE_FAINT, "%s",
                          reached(m, cell) >= CELL_SETTLING && reached(m, cell) < CELL_FAILED
                              ? "✓ it was as asked before it was left out"
                              : "- left out before that");
    const struct plan_image *image = &m->plan->images[cell->image];
    bool done = cell->state >= CELL_SETTLING && cell->state <= CELL_RECEDING;
    y = field_draw(v, y, "Verified", done ? ROLE_GOOD : ROLE_FAINT, "%s",
                   done ? "✓ read back and equal to the plan:" : "not yet; these are compared:");
    y = field_draw(v, y, "", ROLE_TEXT, "name %s", image->name);
    y = field_draw(v, y, "", ROLE_TEXT, "architecture %s, boot mode %s, %zu disk%s",
                   image_arch_name(image->arch), image->boot_mode != NULL ? image->boot_mode : "-",
                   image->disk_count, image->disk_count == 1 ? "" : "s");
    for (size_t i = 0; i < image->disk_count; i++)
        y = field_draw(v, y, "", ROLE_TEXT, "%s %d GiB %s", image->disks[i].device,
                       image->disks[i].volume_gib, image->volume_type);
    return y;
}

static int draw_disks(const struct view *v, int y, const struct model *m,
                      const struct model_cell *cell)
{
    char bytes[WORDS_MAX];
    for (size_t i = 0; i < m->disk_count; i++) {
        const struct model_disk *d = &m->disks[i];
        if (d->image != cell->image)
            continue;
        const struct plan_disk *disk = &m->plan->images[d->image].disks[d->disk];
        words_bytes_of(d->bytes_done, d->bytes_total, bytes);
        y = field_draw(v, y, "Disk", ROLE_STRONG, "%s  %s %s  %s  %s", disk->role,
                       role_glyph(cell_role(d->word)), word_name(d->word),
                       disk_state_name(d->state), bytes);
        y = field_draw(v, y, "", ROLE_TEXT, "%s", disk->path);
        if (words_are(&d->import_task))
            y = field_draw(v, y, "", ROLE_TEXT, "%s %s", d->import_task.utf8,
                           words_str(&d->import_message));
        if (words_are(&d->snapshot))
            y = field_draw(v, y, "", ROLE_TEXT, "%s", d->snapshot.utf8);
        if (words_are(&d->digest))
            y = field_draw(v, y, "", ROLE_FAINT, "%s", d->digest.utf8);
    }
    return y;
}

/* Returns the rows taken. */
static int draw_events(const struct view *v, const struct model *m, const char *region)
{
    struct filter filter;
    char words[64];
    uint64_t before = 0;
    int y = 0;
    snprintf(words, sizeof(words), "region:%s", region);
    filter_parse(&filter, words, NULL);
    for (; y < EVENT_ROWS && m->events != NULL; y++) {
        const struct event *e = event_line_before(m->events, before, &filter, true);
        if (e == NULL)
            break;
        event_line_draw(v, y, m->plan, e);
        before = e->number;
    }
    return y;
}

static int draw_fields(const struct view *v, const struct model *m, const struct model_cell *cell,
                       clock_ms now)
{
    char time[WORDS_MAX];
    int y = 0;
    bool noted = words_are(&cell->note) && !cell->left_out;
    cell_time(cell, now, time);
    y = field_draw(v, y, "Image", ROLE_STRONG, "%s", m->plan->images[cell->image].name);
    y = field_draw(v, y, "State", ROLE_STRONG, "%s %s  %s%s%s", role_glyph(cell_role(cell->word)),
                   word_name(cell->word), cell_state_name(cell->state), noted ? ": " : "",
                   noted ? cell->note.utf8 : "");
    y = field_draw(v, y, "Role", ROLE_TEXT, "%s",
                   cell->left_out   ? "left out of this release (x takes it in again)"
                   : cell->home     ? "home: registered here, every other region copies it"
                   : cell->required ? "required: the publish barrier waits for it"
                                    : "best effort: its failure does not fail the release");
    y = field_draw(v, y, "Time", ROLE_TEXT, "%s", time);
    y = field_draw(v, y, "AMI", ROLE_TEXT, "%s", words_are(&cell->ami) ? cell->ami.utf8 : "-");
    y = field_draw(v, y, "Snapshot", ROLE_TEXT, "%s",
                   words_are(&cell->snapshot) ? cell->snapshot.utf8 : "-");
    y = field_draw(v, y, "Public", cell->is_public ? ROLE_GOOD : ROLE_TEXT, "%s",
                   public_words(m, cell));
    if (cell->error != NULL)
        y = field_draw(v, y, "Last error", ROLE_BAD, "%s: %s  (Enter)",
                       cell_error_code(cell->error), words_str(&cell->error->message));
    y = draw_verified(v, y, m, cell);
    return cell->home ? draw_disks(v, y, m, cell) : y;
}

static void draw(struct screen *s, const struct view *v)
{
    struct detail_screen *self = (struct detail_screen *)s;
    const struct model *m = console_shown(s->console);
    const struct model_cell *cell = shown(self);
    const char *name = m->plan->regions[cell->region].name;
    struct view rest = frame_draw(v, s, NULL, "release > %s", name);
    clock_ms now = s->console->now > m->now ? s->console->now : m->now;
    int bar = rest.cols > 70 ? 62 : rest.cols - 8;
    struct view page = page_view(&self->page, &rest);
    draw_steps(&page, 0, m, cell);
    region_bar(&page, 1, 1, bar, m, cell);
    grid_print(&page, bar + 2, 1, ROLE_STRONG, "%d%%", cell_percent(m, cell));
    struct view fields = view_cut(&page, 0, 3, page.cols, page.rows - 3);
    int y = draw_fields(&fields, m, cell, now) + 4;
    struct view events = view_cut(&page, 0, y, page.cols, page.rows - y);
    events = frame_section(&events, events.rows, "What happened here");
    page_drawn(&self->page, &rest, y + 1 + draw_events(&events, m, name));
}

enum {
    DETAIL_ERROR = CELL_KEYS_END,
    DETAIL_BEFORE,
    DETAIL_NEXT,
};

static void chosen(const struct screen *s, struct act_cells *out)
{
    const struct detail_screen *self = (const struct detail_screen *)s;
    out->count = 1;
    out->cells[0] = model_cell(s->console->model, self->image, self->region);
}

static bool has_error(const void *data, struct safe_text *reason)
{
    bool has = shown(data)->error != NULL;
    if (!has)
        *reason = text_safe("no error was met here");
    return has;
}

static const struct key_row rows[] = {
    {.keys = {UIKEY_ENTER},
     .label = "error",
     .help = "what to do about its error",
     .group = GROUP_LOOK,
     .footer = 85,
     .function = DETAIL_ERROR,
     .available = has_error},
    {.keys = {'r'},
     .name = "retry",
     .label = "retry",
     .help = "retry",
     .group = GROUP_ACT,
     .danger = DANGER_CHANGE,
     .footer = 80,
     .function = CELL_KEY_RETRY,
     .available = cell_key_can_retry},
    {.keys = {'p'},
     .name = "public",
     .label = "public",
     .help = "public on/off",
     .group = GROUP_ACT,
     .danger = DANGER_LAST,
     .footer = 75,
     .function = CELL_KEY_TOGGLE_PUBLIC,
     .available = cell_key_can_wish},
    {.keys = {'x'},
     .name = "leave-out",
     .label = "leave out",
     .help = "leave region out, and back",
     .group = GROUP_ACT,
     .danger = DANGER_CHANGE,
     .footer = 70,
     .function = CELL_KEY_LEAVE_OUT,
     .available = cell_key_can_leave_out},
    {.keys = {'y', 'c'},
     .label = "copy id",
     .help = "copy id, row",
     .group = GROUP_LOOK,
     .footer = 60,
     .function = CELL_KEY_COPY_ID},
    {.keys = {'Y'}, .group = GROUP_LOOK, .function = CELL_KEY_COPY_ROW},
    {.keys = {'['}, .help = "region", .group = GROUP_MOVE, .function = DETAIL_BEFORE},
    {.keys = {']'},
     .label = "next region",
     .group = GROUP_MOVE,
     .footer = 50,
     .function = DETAIL_NEXT},
};

static void keymap(struct screen *s, struct keymap *map)
{
    struct detail_screen *self = (struct detail_screen *)s;
    self->keys =
        (struct key_table){.name = "detail", .rows = rows, .count = ARRAY_LEN(rows), .data = self};
    map->tables[0] = &self->keys;
    map->tables[1] = &keymap_moving;
}

static void act(struct screen *s, int function, const char *argument)
{
    struct detail_screen *self = (struct detail_screen *)s;
    size_t all = s->console->model->plan->region_count;
    (void)argument;
    if (page_do(&self->page, function) || cell_key_act(s, function))
        return;
    switch (function) {
    case DETAIL_ERROR:
        console_push(s->console, error_screen_open(s->console, shown(self)));
        break;
    case DETAIL_BEFORE:
        self->region = (self->region + all - 1) % all;
        break;
    case DETAIL_NEXT:
        self->region = (self->region + 1) % all;
        break;
    }
}

static void leave(struct screen *s)
{
    free(s);
}

static const struct screen_ops ops = {
    .draw = draw,
    .chosen = chosen,
    .keymap = keymap,
    .act = act,
    .leave = leave,
};

struct screen *detail_screen_open(const struct model_cell *cell)
{
    struct detail_screen *self = xcalloc(1, sizeof(*self));
    self->screen.ops = &ops;
    self->image = cell->image;
    self->region = cell->region;
    return &self->screen;
}

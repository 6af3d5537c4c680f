/* One error after the other. */
#include "screens/error_screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "screens/cell_keys.h"
#include "screens/cell_text.h"
#include "screens/event_line.h"
#include "screens/field.h"
#include "screens/frame.h"
#include "screens/meaning.h"
#include "screens/page.h"
#include "ui/paragraph.h"

/* Events of the region, at most. */
#define EVENT_ROWS 20
/* From this height on a blank line stands between the sections. */
#define AIRY_ROWS 26

/* Where an error comes from. */
struct found {
    const struct model_error *error;
    const struct model_cell *cell; /* one of these, or neither: the release's own */
    const struct model_disk *disk;
};

/* The place is an identity; it stays when models come. */
struct error_screen {
    struct screen screen;
    struct key_table keys;
    struct page page;
    size_t image, region; /* of the cell; region == SIZE_MAX: disk number `disk` */
    size_t disk;
};

static struct found at_disk(const struct model *m, size_t i)
{
    return (struct found){.error = m->disks[i].error, .disk = &m->disks[i]};
}

/* The nth error of the model: disks, cells, the release itself. */
static struct found nth_error(const struct model *m, size_t nth)
{
    for (size_t i = 0; i < m->disk_count; i++)
        if (m->disks[i].error != NULL && nth-- == 0)
            return at_disk(m, i);
    for (size_t i = 0; i < m->cell_count; i++)
        if (m->cells[i].error != NULL && nth-- == 0)
            return (struct found){.error = m->cells[i].error, .cell = &m->cells[i]};
    if (m->error != NULL && nth == 0)
        return (struct found){.error = m->error};
    return (struct found){0};
}

static bool is_here(const struct error_screen *self, const struct model *m, struct found f)
{
    if (f.cell != NULL)
        return f.cell->image == self->image && f.cell->region == self->region;
    size_t disk = f.disk != NULL ? (size_t)(f.disk - m->disks) : SIZE_MAX;
    return self->region == SIZE_MAX && self->disk == disk;
}

/* The error that is shown, its number and how many there are. */
static struct found current(const struct error_screen *self, size_t *number, size_t *count)
{
    const struct model *m = console_shown(self->screen.console);
    struct found found = {0}, f;
    *number = 0;
    for (*count = 0; (f = nth_error(m, *count)).error != NULL; (*count)++) {
        if (!is_here(self, m, f))
            continue;
        found = f;
        *number = *count;
    }
    return found;
}

static void show(struct error_screen *self, struct found f)
{
    const struct model *m = console_shown(self->screen.console);
    self->region = f.cell != NULL ? f.cell->region : SIZE_MAX;
    self->image = f.cell != NULL ? f.cell->image : 0;
    self->disk = f.disk != NULL ? (size_t)(f.disk - m->disks) : SIZE_MAX;
    self->page = (struct page){0};
}

/* The window of a section that starts at row *y of the page. */
static struct view section(const struct view *page, int y, const char *title)
{
    struct view rest = view_cut(page, 0, y, page->cols, page->rows - y);
    return frame_section(&rest, rest.rows, title);
}

/* Each section returns the row of the page behind it. */
static int draw_failed(const struct view *page, int top, const struct model *m, struct found f)
{
    char first[WORDS_MAX], last[WORDS_MAX];
    struct view v = section(page, top, "What failed");
    const char *image = f.cell != NULL   ? m->plan->images[f.cell->image].name
                        : f.disk != NULL ? m->plan->images[f.disk->image].name
                                         : "";
    int y = field_draw(&v, 0, "Step", ROLE_STRONG, "%s%s%s", words_str(&f.error->operation),
                       words_are(&f.error->region) ? " in " : "", words_str(&f.error->region));
    if (image[0] != '\0')
        y = field_draw(&v, y, "Image", ROLE_TEXT, "%s", image);
    words_clock(f.error->first_at, first);
    words_clock(f.error->last_at, last);
    if (f.error->tries > 1)
        y = field_draw(&v, y, "When", ROLE_TEXT, "%s, %d tries since %s", last, f.error->tries,
                       first);
    else
        y = field_draw(&v, y, "When", ROLE_TEXT, "%s, one try", last);
    if (words_are(&m->identity))
        y = field_draw(&v, y, "Asked by", ROLE_TEXT, "%s", m->identity.utf8);
    return top + y + 1;
}

static int draw_said(const struct view *page, int top, struct found f)
{
    bool aws = f.error->http_status > 0;
    struct view v = section(page, top, aws ? "What AWS said" : "What was found");
    int y = 0;
    if (words_are(&f.error->code) && aws)
        y = field_draw(&v, y, "Code", ROLE_BAD, "%s   HTTP %d", f.error->code.utf8,
                       f.error->http_status);
    else
        y = field_draw(&v, y, "Kind", ROLE_BAD, "%s", cell_error_code(f.error));
    y = field_draw(&v, y, "Message", ROLE_TEXT, "%s", words_str(&f.error->message));
    if (words_are(&f.error->request_id))
        y = field_draw(&v, y, "Request", ROLE_TEXT, "%s   (y copies)", f.error->request_id.utf8);
    return top + y + 1;
}

static int draw_meaning(const struct view *page, int top, struct found f)
{
    const struct meaning *meaning = meaning_of(f.error->kind, words_str(&f.error->code));
    struct view v = section(page, top, "What it means");
    struct view words = view_cut(&v, 1, 0, v.cols - 2, v.rows);
    return top + paragraph_literal(&words, 0, ROLE_TEXT, meaning->means) + 1;
}

static int draw_ways(const struct view *page, int top, struct found f)
{
    const struct meaning *meaning = meaning_of(f.error->kind, words_str(&f.error->code));
    struct view v = section(page, top, "What you can do");
    int y = 0;
    if (words_are(&f.error->advice))
        y = field_draw(&v, y, "first", ROLE_STRONG, "%s", f.error->advice.utf8);
    for (size_t i = 0; i < MEANING_WAYS && meaning->ways[i].key != NULL; i++) {
        const struct meaning_way *way = &meaning->ways[i];
        struct view words = view_cut(&v, 1 + FIELD_COLS, 0, v.cols - FIELD_COLS - 2, v.rows);
        struct safe_text does = meaning_fill(way, &f.error->region);
        grid_literal(&v, 1, y, ROLE_KEY, way->key);
        y = paragraph_draw(&words, y, ROLE_TEXT, &does);
        text_free(&does);
    }
    return top + y + 1;
}

/* What else happened in the region. */
static int draw_events(const struct view *page, int top, const struct model *m, struct found f)
{
    struct filter filter;
    char words[64];
    uint64_t before = 0;
    int y = 0;
    if (f.cell == NULL || m->events == NULL)
        return top;
    snprintf(words, sizeof(words), "region:%s", m->plan->regions[f.cell->region].name);
    filter_parse(&filter, words, NULL);
    struct view v = section(page, top, "What happened here");
    for (; y < EVENT_ROWS; y++) {
        const struct event *e = event_line_before(m->events, before, &filter, true);
        if (e == NULL)
            break;
        event_line_draw(&v, y, m->plan, e);
        before = e->number;
    }
    return top + y + 1;
}

static void draw_page(struct error_screen *self, const struct view *window, const struct model *m,
                      struct found f)
{
    struct view page = page_view(&self->page, window);
    int gap = window->rows >= AIRY_ROWS;
    int y = draw_failed(&page, 0, m, f) + gap;
    y = draw_said(&page, y, f) + gap;
    y = draw_meaning(&page, y, f) + gap;
    y = draw_ways(&page, y, f) + gap;
    y = draw_events(&page, y, m, f);
    page_drawn(&self->page, window, y);
}

static void draw(struct screen *s, const struct view *v)
{
    struct error_screen *self = (struct error_screen *)s;
    const struct model *m = console_shown(s->console);
    struct statusline line = {0};
    size_t number, count;
    struct found f = current(self, &number, &count);
    if (f.error == NULL) {
        struct view rest = frame_draw(v, s, NULL, "release > error");
        grid_literal(&rest, 1, 1, ROLE_GOOD, "This error is gone. Esc goes back.");
        return;
    }
    enum word word = f.cell != NULL ? f.cell->word : f.disk != NULL ? f.disk->word : WORD_FAIL;
    const char *place = f.cell != NULL   ? m->plan->regions[f.cell->region].name
                        : f.disk != NULL ? m->plan->images[f.disk->image].disks[f.disk->disk].role
                                         : "start";
    status_left(&line, word == WORD_FAIL ? ROLE_BAD : ROLE_WARN, 0, 0, "%s %s",
                role_glyph(cell_role(word)), word_name(word));
    status_left(&line, ROLE_TEXT, 0, 2, "%s",
                word == WORD_FAIL ? "will not be tried again by itself"
                                  : "goes on by itself; this is why it takes longer");
    if (count > 1)
        status_right(&line, ROLE_HINT, 2, 0, "[ ]: previous / next error");
    struct view rest =
        frame_draw(v, s, &line, "release > %s > error %zu of %zu", place, number + 1, count);
    draw_page(self, &rest, m, f);
}

enum {
    ERROR_COPY_REQUEST = CELL_KEYS_END,
    ERROR_COPY_PAGE,
    ERROR_BEFORE,
    ERROR_NEXT,
};

/* The cell of the error in the latest model; none for a disk's. */
static void chosen(const struct screen *s, struct act_cells *out)
{
    const struct error_screen *self = (const struct error_screen *)s;
    const struct model *m = s->console->model;
    out->count = 0;
    if (m->plan != NULL && self->region < m->plan->region_count)
        out->cells[out->count++] = model_cell(m, self->image, self->region);
}

static bool is_of_a_cell(const void *data)
{
    struct act_cells cells;
    chosen(data, &cells);
    return cells.count > 0;
}

static bool can_retry(const void *data, struct safe_text *reason)
{
    const struct error_screen *self = data;
    return is_of_a_cell(data) ? cell_key_can_retry(data, reason)
                              : acts_can_retry_all(self->screen.console, reason);
}

static bool can_leave_out(const void *data, struct safe_text *reason)
{
    if (is_of_a_cell(data))
        return cell_key_can_leave_out(data, reason);
    *reason = text_safe("this is no region's error");
    return false;
}

static bool has_others(const void *data, struct safe_text *reason)
{
    size_t number, count;
    current(data, &number, &count);
    if (count < 2)
        *reason = text_safe("there is no other error");
    return count > 1;
}

static const struct key_row rows[] = {
    {.keys = {'r'},
     .name = "retry",
     .label = "retry",
     .help = "retry",
     .group = GROUP_ACT,
     .danger = DANGER_CHANGE,
     .footer = 80,
     .function = CELL_KEY_RETRY,
     .available = can_retry},
    {.keys = {'x'},
     .name = "leave-out",
     .label = "leave out",
     .help = "leave region out",
     .group = GROUP_ACT,
     .danger = DANGER_CHANGE,
     .footer = 75,
     .function = CELL_KEY_LEAVE_OUT,
     .available = can_leave_out},
    {.keys = {'y'},
     .label = "copy request id",
     .brief = "copy request",
     .help = "copy request id, page",
     .group = GROUP_LOOK,
     .footer = 70,
     .function = ERROR_COPY_REQUEST},
    {.keys = {'Y'},
     .label = "copy page",
     .group = GROUP_LOOK,
     .footer = 40,
     .function = ERROR_COPY_PAGE},
    {.keys = {'['},
     .help = "other errors",
     .group = GROUP_MOVE,
     .function = ERROR_BEFORE,
     .available = has_others},
    {.keys = {']'},
     .label = "next error",
     .group = GROUP_MOVE,
     .footer = 60,
     .function = ERROR_NEXT,
     .available = has_others},
};

static void keymap(struct screen *s, struct keymap *map)
{
    struct error_screen *self = (struct error_screen *)s;
    self->keys =
        (struct key_table){.name = "error", .rows = rows, .count = ARRAY_LEN(rows), .data = self};
    map->tables[0] = &self->keys;
    map->tables[1] = &keymap_moving;
}

static void copy_page(struct console *c, struct found f)
{
    struct safe_text page =
        text_safe_fmt("%s %s: %s (HTTP %d) %s; request %s; %s", words_str(&f.error->operation),
                      words_str(&f.error->region), cell_error_code(f.error), f.error->http_status,
                      words_str(&f.error->message), words_str(&f.error->request_id),
                      meaning_of(f.error->kind, words_str(&f.error->code))->means);
    console_copy(c, &page, "this error");
    text_free(&page);
}

static void act(struct screen *s, int function, const char *argument)
{
    struct error_screen *self = (struct error_screen *)s;
    size_t number, count;
    struct found f = current(self, &number, &count);
    (void)argument;
    if (page_do(&self->page, function))
        return;
    if (function == CELL_KEY_RETRY && !is_of_a_cell(s))
        acts_retry_all(s->console);
    else if (cell_key_act(s, function))
        return;
    else if (function == ERROR_NEXT && count > 0)
        show(self, nth_error(console_shown(s->console), (number + 1) % count));
    else if (function == ERROR_BEFORE && count > 0)
        show(self, nth_error(console_shown(s->console), (number + count - 1) % count));
    else if (function == ERROR_COPY_REQUEST && f.error != NULL)
        console_copy(s->console, &f.error->request_id, "the request id");
    else if (function == ERROR_COPY_PAGE && f.error != NULL)
        copy_page(s->console, f);
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

struct screen *error_screen_open(struct console *c, const struct model_cell *cell)
{
    struct error_screen *self = xcalloc(1, sizeof(*self));
    self->screen = (struct screen){.ops = &ops, .console = c};
    if (cell != NULL)
        show(self, (struct found){.cell = cell});
    else
        show(self, nth_error(console_shown(c), 0));
    return &self->screen;
}

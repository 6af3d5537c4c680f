/* The plan before anything is sent. */
#include "screens/plan_screen.h"

#include <stdlib.h>

#include "base/mem.h"
#include "screens/cell_text.h"
#include "screens/frame.h"
#include "screens/meaning.h"
#include "screens/page.h"
#include "screens/plan_page.h"
#include "screens/release_screen.h"
#include "ui/paragraph.h"

struct plan_screen {
    struct screen screen;
    struct key_table keys;
    struct page page;
};

static void on_model(struct screen *s)
{
    enum phase phase = s->console->model->phase;
    bool before = phase == PHASE_RESOLVING || phase == PHASE_PLANNED || phase == PHASE_REFUSED;
    if (!before && s->console->model->plan != NULL)
        console_replace(s->console, release_screen_open());
}

static int draw_refusal(const struct view *v, const struct model_error *error)
{
    const struct meaning *meaning = meaning_of(error->kind, words_str(&error->code));
    struct view words = view_cut(v, 1, 0, v->cols - 2, v->rows);
    int y = 1;
    if (words_are(&error->operation))
        grid_print(&words, 0, y++, ROLE_BAD, "%s%s%s: %s", error->operation.utf8,
                   words_are(&error->region) ? " in " : "", words_str(&error->region),
                   cell_error_code(error));
    y = paragraph_draw(&words, y, ROLE_STRONG, &error->message) + 1;
    y = paragraph_literal(&words, y, ROLE_TEXT, meaning->means) + 1;
    return paragraph_draw(&words, y, ROLE_STRONG, &error->advice);
}

/* With air between the sections where there is room for it. */
static int draw_plan(const struct view *page, const struct view *window, const struct model *m)
{
    int total = plan_page_draw(page, m, 0);
    if (total + PLAN_PAGE_GAPS > window->rows)
        return total;
    grid_blank(window);
    return plan_page_draw(page, m, 1);
}

static void draw(struct screen *s, const struct view *v)
{
    struct plan_screen *self = (struct plan_screen *)s;
    const struct model *m = s->console->model;
    struct statusline line = {0};
    if (m->phase == PHASE_PLANNED)
        status_left(&line, ROLE_STRONG, 0, 0, "the plan; nothing has been sent yet");
    else if (m->phase == PHASE_REFUSED)
        status_left(&line, ROLE_BAD, 0, 0, "refused; nothing was sent");
    else
        status_left(&line, ROLE_TEXT, 0, 0, "asking AWS who we are and which regions there are");
    struct view rest = m->plan != NULL ? frame_draw(v, s, &line, "release %s", m->plan->release)
                                       : frame_draw(v, s, &line, "release");
    struct view page = page_view(&self->page, &rest);
    int total = 0;
    if (m->error != NULL)
        total = draw_refusal(&page, m->error);
    else if (m->plan != NULL && m->phase != PHASE_RESOLVING)
        total = draw_plan(&page, &rest, m);
    page_drawn(&self->page, &rest, total);
}

enum { PLAN_GO = UI_OWN, PLAN_HINT };

static bool can_go(const void *data, struct safe_text *reason)
{
    const struct plan_screen *self = data;
    const struct model *m = self->screen.console->model;
    if (m->phase == PHASE_PLANNED && !m->read_only)
        return true;
    *reason = text_safe(m->read_only                  ? "read only: nothing is changed"
                        : m->phase == PHASE_RESOLVING ? "AWS has not answered yet"
                                                      : "the plan was refused");
    return false;
}

static const struct key_row rows[] = {
    {.name = "go",
     .label = "start",
     .help = "start the release",
     .group = GROUP_ACT,
     .danger = DANGER_LAST,
     .footer = 99,
     .function = PLAN_GO,
     .available = can_go},
    {.keys = {UIKEY_ENTER}, .group = GROUP_LOOK, .function = PLAN_HINT, .available = can_go},
};

static void keymap(struct screen *s, struct keymap *map)
{
    struct plan_screen *self = (struct plan_screen *)s;
    self->keys =
        (struct key_table){.name = "plan", .rows = rows, .count = ARRAY_LEN(rows), .data = self};
    map->tables[0] = &self->keys;
    map->tables[1] = &keymap_moving;
}

static void act(struct screen *s, int function, const char *argument)
{
    struct plan_screen *self = (struct plan_screen *)s;
    (void)argument;
    if (page_do(&self->page, function))
        return;
    if (function == PLAN_HINT)
        console_say(s->console, ROLE_WARN, "To start, type  :go  with the colon, then Enter.");
    if (function != PLAN_GO)
        return;
    console_command(s->console, (struct command){.kind = COMMAND_GO, .image = -1, .region = -1});
}

static bool explain(struct screen *s, int function, const char *argument, struct safe_text *out)
{
    (void)argument;
    if (function != PLAN_GO)
        return false;
    *out = plan_page_explain(s->console->model);
    return true;
}

static void leave(struct screen *s)
{
    free(s);
}

static const struct screen_ops ops = {
    .model = on_model,
    .draw = draw,
    .keymap = keymap,
    .act = act,
    .explain = explain,
    .leave = leave,
};

struct screen *plan_screen_open(void)
{
    struct plan_screen *self = xcalloc(1, sizeof(*self));
    self->screen.ops = &ops;
    return &self->screen;
}

/* The keys and commands of the release screen. */
#include "base/mem.h"
#include "screens/cancel_dialog.h"
#include "screens/cell_keys.h"
#include "screens/cell_text.h"
#include "screens/release_state.h"

/* The screen behind a table's data: only its cursor is settled by asking. */
static struct release_screen *screen_of(const void *data)
{
    return (struct release_screen *)data;
}

static bool can_retry_all(const void *data, struct safe_text *reason)
{
    return acts_can_retry_all(screen_of(data)->screen.console, reason);
}

static bool can_take_back(const void *data, struct safe_text *reason)
{
    return acts_can_take_back(screen_of(data)->screen.console, reason);
}

static bool can_cancel(const void *data, struct safe_text *reason)
{
    return cancel_dialog_can(screen_of(data)->screen.console, reason);
}

static bool can_sign_in(const void *data, struct safe_text *reason)
{
    const struct model *m = screen_of(data)->screen.console->model;
    if (!m->signed_out)
        *reason = text_safe("the credentials are good");
    return m->signed_out;
}

static bool can_pause(const void *data, struct safe_text *reason)
{
    return acts_can_pause(screen_of(data)->screen.console, reason);
}

static bool has_rows(const void *data, struct safe_text *reason)
{
    bool has = screen_of(data)->order.count > 0;
    if (!has)
        *reason = text_safe("no region is shown; Esc takes the filter away");
    return has;
}

static bool has_images(const void *data, struct safe_text *reason)
{
    const struct model *m = console_shown(screen_of(data)->screen.console);
    bool has = m->plan->image_count > 1;
    if (!has)
        *reason = text_safe("the release has one image");
    return has;
}

static bool has_problem(const void *data, struct safe_text *reason)
{
    const struct model *m = console_shown(screen_of(data)->screen.console);
    for (size_t i = 0; i < m->cell_count; i++)
        if (cell_is_problem(&m->cells[i]))
            return true;
    *reason = text_safe("no region has a problem");
    return false;
}

static bool has_marks(const void *data, struct safe_text *reason)
{
    const struct release_screen *self = screen_of(data);
    bool has = self->table.mark_count > 0 || self->marked_only;
    if (!has)
        *reason = text_safe("nothing is marked; Space marks");
    return has;
}

static bool never_go(const void *data, struct safe_text *reason)
{
    (void)data;
    *reason = text_safe("this release is already running");
    return false;
}

const struct key_row release_rows[] = {
    {.keys = {UIKEY_ENTER},
     .label = "detail",
     .help = "detail, error",
     .group = GROUP_LOOK,
     .footer = 92,
     .function = RELEASE_OPEN,
     .available = has_rows},
    {.keys = {'r'},
     .name = "retry",
     .argument = "[all]",
     .label = "retry",
     .help = "retry one, all that failed",
     .group = GROUP_ACT,
     .danger = DANGER_CHANGE,
     .footer = 85,
     .function = CELL_KEY_RETRY,
     .available = cell_key_can_retry},
    {.keys = {'R'},
     .name = "retry-all",
     .label = "retry all",
     .group = GROUP_ACT,
     .danger = DANGER_CHANGE,
     .footer = 41,
     .function = RELEASE_RETRY_ALL,
     .available = can_retry_all},
    {.keys = {'p'},
     .label = "public",
     .help = "public on/off",
     .group = GROUP_ACT,
     .danger = DANGER_LAST,
     .footer = 80,
     .function = CELL_KEY_TOGGLE_PUBLIC,
     .available = cell_key_can_wish},
    {.name = "public",
     .argument = "[all]",
     .help = "make public",
     .group = GROUP_ACT,
     .danger = DANGER_LAST,
     .function = RELEASE_PUBLIC,
     .available = cell_key_can_wish},
    {.name = "private",
     .argument = "[all]",
     .help = "keep or take back",
     .group = GROUP_ACT,
     .danger = DANGER_LAST,
     .function = RELEASE_PRIVATE,
     .available = cell_key_can_wish},
    {.keys = {'z'},
     .name = "take-back",
     .label = "take back",
     .help = "all private again",
     .group = GROUP_ACT,
     .danger = DANGER_LAST,
     .footer = 83,
     .function = RELEASE_TAKE_BACK,
     .available = can_take_back},
    {.name = "cancel",
     .help = "stop and undo it",
     .group = GROUP_ACT,
     .danger = DANGER_LAST,
     .function = RELEASE_CANCEL,
     .available = can_cancel},
    {.keys = {'L'},
     .name = "signed-in",
     .label = "signed in",
     .help = "look for a new login",
     .group = GROUP_ACT,
     .danger = DANGER_CHANGE,
     .footer = 94,
     .function = RELEASE_SIGN_IN,
     .available = can_sign_in},
    {.keys = {'x'},
     .name = "leave-out",
     .label = "leave out",
     .help = "leave region out, and back",
     .group = GROUP_ACT,
     .danger = DANGER_CHANGE,
     .footer = 65,
     .function = CELL_KEY_LEAVE_OUT,
     .available = cell_key_can_leave_out},
    {.keys = {'y', 'c'},
     .label = "copy id",
     .brief = "copy",
     .help = "copy id, row",
     .group = GROUP_LOOK,
     .footer = 55,
     .function = CELL_KEY_COPY_ID,
     .available = has_rows},
    {.keys = {'Y'}, .group = GROUP_LOOK, .function = CELL_KEY_COPY_ROW, .available = has_rows},
    {.keys = {'/'},
     .name = "filter",
     .argument = "WORDS",
     .label = "filter",
     .help = "filter",
     .group = GROUP_LOOK,
     .footer = 70,
     .function = RELEASE_FILTER},
    {.keys = {'v'},
     .name = "view",
     .label = "view",
     .help = "tiles / table",
     .group = GROUP_LOOK,
     .footer = 45,
     .function = RELEASE_VIEW},
    {.keys = {'E'},
     .name = "events",
     .label = "events",
     .help = "events",
     .group = GROUP_LOOK,
     .footer = 40,
     .function = RELEASE_EVENTS},
    {.keys = {'Z'},
     .name = "freeze",
     .help = "freeze the screen",
     .group = GROUP_LOOK,
     .function = RELEASE_FREEZE},
    {.keys = {'M'},
     .name = "marked",
     .help = "marked only",
     .group = GROUP_LOOK,
     .function = RELEASE_MARKED,
     .available = has_marks},
    {.keys = {'['},
     .help = "image",
     .group = GROUP_MOVE,
     .function = RELEASE_IMAGE_BEFORE,
     .available = has_images},
    {.keys = {']'}, .group = GROUP_MOVE, .function = RELEASE_IMAGE_NEXT, .available = has_images},
    {.keys = {'n'},
     .help = "next problem",
     .group = GROUP_MOVE,
     .function = RELEASE_PROBLEM_NEXT,
     .available = has_problem},
    {.keys = {'N'},
     .group = GROUP_MOVE,
     .function = RELEASE_PROBLEM_BEFORE,
     .available = has_problem},
    {.keys = {'u'},
     .name = "pause",
     .label = "pause",
     .help = "pause the upload",
     .group = GROUP_ACT,
     .danger = DANGER_CHANGE,
     .footer = 30,
     .function = RELEASE_PAUSE,
     .available = can_pause},
    {.keys = {'+'},
     .help = "connections",
     .group = GROUP_ACT,
     .danger = DANGER_CHANGE,
     .function = RELEASE_MORE,
     .available = can_pause},
    {.keys = {'-'},
     .group = GROUP_ACT,
     .danger = DANGER_CHANGE,
     .function = RELEASE_FEWER,
     .available = can_pause},
    {.name = "connections",
     .argument = "N",
     .help = "of uploads",
     .group = GROUP_ACT,
     .danger = DANGER_CHANGE,
     .function = RELEASE_CONNECTIONS,
     .available = can_pause},
    {.name = "go",
     .help = "start",
     .group = GROUP_ACT,
     .danger = DANGER_LAST,
     .function = RELEASE_GO,
     .available = never_go},
};
const size_t release_row_count = ARRAY_LEN(release_rows);

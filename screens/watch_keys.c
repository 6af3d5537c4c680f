/* The keys and commands of the watch screen. Not one of them asks AWS for a change. */
#include "base/mem.h"
#include "screens/watch_state.h"

/* The screen behind a table's data: only its cursor is settled by asking. */
static struct watch_screen *screen_of(const void *data)
{
    return (struct watch_screen *)data;
}

static bool has_row(const void *data, struct safe_text *reason)
{
    struct watch_screen *self = screen_of(data);
    size_t row;
    bool has = watch_shown(self) != NULL && watch_cursor(self, self->focus, &row);
    if (!has)
        *reason = text_safe("this pane has no row; Tab goes to the next one");
    return has;
}

static bool can_follow(const void *data, struct safe_text *reason)
{
    struct watch_screen *self = screen_of(data);
    bool can = self->followed != NULL || watch_cursor_release(self) != NULL;
    if (!can)
        *reason = text_safe("the cursor is on nothing that belongs to a release in the list");
    return can;
}

static bool has_unread(const void *data, struct safe_text *reason)
{
    const struct watch_view *view = watch_shown(screen_of(data));
    bool has = view != NULL && view->unread > 0;
    if (!has)
        *reason = text_safe("nothing has changed since");
    return has;
}

static bool has_view(const void *data, struct safe_text *reason)
{
    bool has = watch_shown(screen_of(data)) != NULL;
    if (!has)
        *reason = text_safe("nothing has been read yet");
    return has;
}

const struct key_row watch_rows[] = {
    {.keys = {UIKEY_ENTER},
     .label = "open",
     .help = "open release, task or change",
     .group = GROUP_LOOK,
     .footer = 92,
     .function = WATCH_OPEN,
     .available = has_row},
    {.keys = {UIKEY_TAB},
     .label = "pane",
     .help = "next pane, the one before",
     .group = GROUP_MOVE,
     .footer = 80,
     .function = WATCH_NEXT_PANE},
    {.keys = {UIKEY_SHIFT_TAB}, .group = GROUP_MOVE, .function = WATCH_PANE_BEFORE},
    {.keys = {'f'},
     .name = "follow",
     .label = "follow",
     .help = "show one release only, and back",
     .group = GROUP_LOOK,
     .footer = 85,
     .function = WATCH_FOLLOW,
     .available = can_follow},
    {.keys = {'/'},
     .name = "filter",
     .argument = "WORDS",
     .label = "filter",
     .help = "filter",
     .group = GROUP_LOOK,
     .footer = 75,
     .function = WATCH_FILTER},
    {.keys = {'s'},
     .label = "sort",
     .help = "sort, turn round",
     .group = GROUP_LOOK,
     .footer = 40,
     .function = UI_SORT},
    {.keys = {'S'}, .group = GROUP_LOOK, .function = UI_SORT_REVERSE},
    {.keys = {'a'},
     .name = "active",
     .help = "what moves only, all",
     .group = GROUP_LOOK,
     .function = WATCH_ACTIVE},
    {.keys = {'A'}, .name = "all", .group = GROUP_LOOK, .function = WATCH_ALL},
    {.keys = {'+'},
     .label = "slower",
     .help = "look less often, more often",
     .group = GROUP_LOOK,
     .footer = 20,
     .function = WATCH_SLOWER},
    {.keys = {'-'}, .group = GROUP_LOOK, .function = WATCH_FASTER},
    {.name = "interval",
     .argument = "SECONDS",
     .help = "between two looks",
     .group = GROUP_LOOK,
     .function = WATCH_INTERVAL},
    {.keys = {'Z'},
     .name = "freeze",
     .label = "freeze",
     .help = "freeze the screen",
     .group = GROUP_LOOK,
     .footer = 35,
     .function = WATCH_FREEZE,
     .available = has_view},
    {.keys = {'m'},
     .name = "read",
     .label = "mark read",
     .brief = "read",
     .help = "mark the changes read",
     .group = GROUP_LOOK,
     .footer = 50,
     .function = WATCH_READ,
     .available = has_unread},
    {.keys = {'y', 'c'},
     .label = "copy",
     .help = "copy id, row",
     .group = GROUP_LOOK,
     .footer = 45,
     .function = WATCH_COPY_ID,
     .available = has_row},
    {.keys = {'Y'}, .group = GROUP_LOOK, .function = WATCH_COPY_ROW, .available = has_row},
    {.keys = {'E'},
     .name = "events",
     .label = "events",
     .help = "all changes",
     .group = GROUP_LOOK,
     .footer = 42,
     .function = WATCH_EVENTS,
     .available = has_view},
    {.keys = {'R'},
     .name = "regions",
     .label = "regions",
     .help = "regions: answers, errors, pace",
     .group = GROUP_LOOK,
     .footer = 41,
     .function = WATCH_REGIONS,
     .available = has_view},
    {.keys = {KEY_CTRL('r')},
     .name = "reread",
     .help = "look again now",
     .group = GROUP_LOOK,
     .function = WATCH_REREAD},
    {.name = "release",
     .help = "name the command that acts",
     .group = GROUP_LOOK,
     .function = WATCH_RELEASE},
};
const size_t watch_row_count = ARRAY_LEN(watch_rows);

/* The keys and commands of the cleanup screen. */
#include "base/mem.h"
#include "screens/cleanup_state.h"

/* The screen behind a table's data: only its cursor is settled by asking. */
static struct cleanup_screen *screen_of(const void *data)
{
    return (struct cleanup_screen *)data;
}

static bool has_lines(const void *data, struct safe_text *reason)
{
    bool has = cleaner_source(screen_of(data)).count > 0;
    if (!has)
        *reason = text_safe("no row is shown");
    return has;
}

static bool has_chosen(const void *data, struct safe_text *reason)
{
    struct cleanup_screen *self = screen_of(data);
    if (!has_lines(data, reason))
        return false;
    if (self->marked_shown > 0)
        return true;
    if (self->marks.count > 0)
        *reason = text_safe("every mark is hidden; Esc takes the filter away, U the marks");
    return self->marks.count == 0;
}

static bool may_change(const void *data, struct safe_text *reason)
{
    const struct console *c = screen_of(data)->screen.console;
    if (c->read_only)
        *reason = text_safe("read only: nothing is changed here; start without --read-only");
    else if (c->inventory == NULL || c->inventory->account[0] == '\0')
        *reason = text_safe("AWS has not said yet which account this is");
    else
        return has_chosen(data, reason);
    return false;
}

static bool has_marks(const void *data, struct safe_text *reason)
{
    const struct cleanup_screen *self = screen_of(data);
    bool has = self->marks.count > 0 || self->fold.marked_only;
    if (!has)
        *reason = text_safe("nothing is marked; Space marks");
    return has;
}

const struct key_row cleaner_rows[] = {
    {.keys = {UIKEY_ENTER},
     .label = "fold, detail",
     .brief = "open",
     .help = "fold, detail",
     .group = GROUP_LOOK,
     .footer = 70,
     .function = CLEAN_OPEN,
     .available = has_lines},
    {.keys = {'d'},
     .name = "deregister",
     .label = "deregister",
     .help = "destroy the marked, else the line",
     .group = GROUP_ACT,
     .danger = DANGER_LAST,
     .footer = 92,
     .function = CLEAN_DESTROY,
     .available = may_change},
    {.keys = {'w'},
     .name = "write",
     .argument = "[FILE]",
     .label = "write plan",
     .brief = "plan",
     .help = "write the plan as JSON",
     .group = GROUP_ACT,
     .footer = 75,
     .function = CLEAN_WRITE,
     .available = has_chosen},
    {.keys = {'i'},
     .name = "check",
     .label = "check use",
     .brief = "use",
     .help = "ask who uses it",
     .group = GROUP_ACT,
     .footer = 80,
     .function = CLEAN_CHECK,
     .available = has_lines},
    {.name = "report",
     .help = "usage report of other accounts",
     .group = GROUP_ACT,
     .danger = DANGER_CHANGE,
     .function = CLEAN_REPORT,
     .available = may_change},
    {.keys = {'/'},
     .name = "filter",
     .argument = "[RULES]",
     .label = "filter",
     .help = "filter by rules",
     .group = GROUP_LOOK,
     .footer = 85,
     .function = CLEAN_FILTER},
    {.keys = {'M'},
     .label = "marked only",
     .brief = "marked",
     .help = "marked only",
     .group = GROUP_LOOK,
     .footer = 40,
     .function = CLEAN_MARKED,
     .available = has_marks},
    {.keys = {'z'},
     .name = "restore",
     .label = "undo",
     .help = "Recycle Bin: restore",
     .group = GROUP_ACT,
     .danger = DANGER_CHANGE,
     .footer = 65,
     .function = CLEAN_RESTORE},
    {.keys = {'L'}, .help = "next gentler step", .group = GROUP_ACT, .function = CLEAN_STEP_NEXT},
    {.name = "step",
     .argument = "[none|private|disable|deregister]",
     .help = "what d does",
     .group = GROUP_ACT,
     .function = CLEAN_STEP},
    {.keys = {'y'},
     .help = "copy id, row",
     .group = GROUP_LOOK,
     .function = CLEAN_COPY_ID,
     .available = has_lines},
    {.keys = {'Y'}, .group = GROUP_LOOK, .function = CLEAN_COPY_ROW, .available = has_lines},
    {.keys = {KEY_CTRL('r')},
     .name = "reread",
     .help = "read the account again",
     .group = GROUP_LOOK,
     .function = CLEAN_REREAD},
};
const size_t cleaner_row_count = ARRAY_LEN(cleaner_rows);

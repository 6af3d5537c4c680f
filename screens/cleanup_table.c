/* The table of the cleanup screen: a row of functions for each column. */
#include "base/mem.h"
#include "screens/cleanup_state.h"
#include "screens/cleanup_text.h"

enum {
    COLUMN_NAME = 1,
    COLUMN_REGIONS,
    COLUMN_AGE,
    COLUMN_LAUNCH,
    COLUMN_SIZE,
    COLUMN_COST,
    COLUMN_USE,
    COLUMN_PROTECT,
    COLUMN_PUBLIC,
    COLUMN_STATE,
};

/* Blanks before a row of a group. */
#define INDENT 4

/* What a cell is drawn from. */
struct context {
    const struct cleanup_screen *self;
    const struct fold_line *line;
    const struct cleanup_group *group;
    const struct cleanup_row *row; /* of FOLD_ROW; else the line's first */
    time_t now;
};

/* The line's own amounts: of a group those of all its rows. */
static bool is_group(const struct context *at)
{
    return at->line->kind == FOLD_GROUP;
}

static const char *title_of(const struct cleanup_group *group)
{
    static const char *const titles[CLEANUP_KINDS] = {
        [CLEANUP_IMAGE] = "(AMIs without a name)",
        [CLEANUP_SNAPSHOT] = "(orphan snapshots, no AMI)",
        [CLEANUP_OBJECT] = "(staging objects)",
        [CLEANUP_UPLOAD] = "(open uploads)",
    };
    return group->title[0] != '\0' ? group->title : titles[group->kind];
}

static void draw_name(const struct context *at, const struct view *v)
{
    const struct fold *fold = &at->self->fold;
    if (is_group(at)) {
        bool open = marks_has(&fold->open, fold->groups[at->line->group]);
        grid_literal(v, 0, 0, ROLE_TEXT, open ? "-" : "+");
        struct safe_text title = text_safe(title_of(at->group));
        grid_text_fit(v, 2, 0, v->cols - 2, ROLE_STRONG, &title);
        text_free(&title);
    } else if (at->line->kind == FOLD_MORE) {
        grid_print(v, INDENT, 0, ROLE_FAINT, "… %zu more, all alike (Enter)", at->line->count);
    } else {
        struct safe_text id = text_safe(at->row->id);
        int x = grid_print(v, INDENT, 0, ROLE_TEXT, "%-14s ", at->row->region->name);
        grid_text_middle(v, x, 0, v->cols - x, ROLE_TEXT, &id);
        text_free(&id);
    }
}

static void draw_regions(const struct context *at, const struct view *v)
{
    if (is_group(at))
        grid_print_right(v, v->cols, 0, ROLE_TEXT, "%u", at->group->regions);
}

static void draw_age(const struct context *at, const struct view *v)
{
    char text[WORDS_MAX];
    cleaner_age(is_group(at) ? at->group->first_made_at : at->row->made_at, at->now, text);
    grid_print_right(v, v->cols, 0, ROLE_TEXT, "%s", text);
}

static void draw_launch(const struct context *at, const struct view *v)
{
    char text[WORDS_MAX] = "-";
    if (at->group->kind == CLEANUP_IMAGE)
        cleaner_launch(is_group(at) ? at->group->last_launched_at : at->row->launched_at, at->now,
                       text);
    grid_print(v, 0, 0, ROLE_TEXT, "%s", text);
}

static void draw_size(const struct context *at, const struct view *v)
{
    char text[WORDS_MAX];
    cleaner_size(is_group(at) ? at->group->bytes : at->row->bytes, text);
    grid_print_right(v, v->cols, 0, ROLE_TEXT, "%s", text);
}

static void draw_cost(const struct context *at, const struct view *v)
{
    char text[WORDS_MAX] = "-";
    uint64_t micros = is_group(at) ? at->group->cost_micros : at->row->cost_micros;
    if (micros > 0)
        cleaner_money(micros, text);
    grid_print_right(v, v->cols, 0, ROLE_TEXT, "%s", text);
}

/* All uses of a group's AMIs together; counts stay 0 where nothing is known. */
static struct usage_entry sum_uses(const struct context *at)
{
    struct usage_entry sum = {.region = "", .image = "", .state = USAGE_USED};
    for (size_t i = at->group->first; i < at->group->first + at->group->count; i++) {
        const struct usage_entry *entry = at->self->view->rows[i].usage;
        for (int kind = 0; entry != NULL && kind < USAGE_KINDS; kind++)
            sum.counts[kind] += entry->counts[kind];
    }
    return sum;
}

static struct safe_text use_of(const struct context *at)
{
    const struct cleanup_group *group = at->group;
    if (group->kind != CLEANUP_IMAGE)
        return text_safe("-");
    if (!is_group(at))
        return cleanup_usage_text(at->row->usage);
    if (group->in_use > 0) {
        struct usage_entry sum = sum_uses(at);
        return cleanup_usage_text(&sum);
    }
    if (group->unchecked == group->count)
        return text_safe("? not checked");
    return group->unchecked > 0 ? text_safe_fmt("? %u of %zu", group->unchecked, group->count)
                                : text_safe("-");
}

static void draw_use(const struct context *at, const struct view *v)
{
    struct safe_text text = use_of(at);
    bool used = is_group(at) ? at->group->in_use > 0 : at->row->why == CLEANUP_IN_USE;
    grid_text_fit(v, 0, 0, v->cols, used ? ROLE_WARN : ROLE_TEXT, &text);
    text_free(&text);
}

static void draw_protect(const struct context *at, const struct view *v)
{
    static const char *const words[] = {
        [INVENTORY_UNPROTECTED] = "-",
        [INVENTORY_PROTECTED] = "on",
        [INVENTORY_PROTECTED_COOLDOWN] = "on",
        [INVENTORY_COOLING] = "cooling",
    };
    const struct cleanup_group *group = at->group;
    if (!is_group(at))
        grid_literal(v, 0, 0, ROLE_TEXT,
                     at->row->image != NULL ? words[at->row->image->protection] : "-");
    else if (group->protected_rows == 0 || group->protected_rows == group->count)
        grid_literal(v, 0, 0, ROLE_TEXT, group->protected_rows > 0 ? "on" : "-");
    else
        grid_print(v, 0, 0, ROLE_TEXT, "%u on", group->protected_rows);
}

static void draw_public(const struct context *at, const struct view *v)
{
    const struct cleanup_group *group = at->group;
    if (group->kind != CLEANUP_IMAGE)
        grid_literal(v, 0, 0, ROLE_TEXT, "-");
    else if (!is_group(at))
        grid_literal(v, 0, 0, ROLE_TEXT, at->row->image->is_public ? "yes" : "no");
    else if (group->is_public == 0 || group->is_public == group->count)
        grid_literal(v, 0, 0, ROLE_TEXT, group->is_public > 0 ? "yes" : "no");
    else
        grid_print(v, 0, 0, ROLE_TEXT, "%u", group->is_public);
}

/* Rows of the line that are the newest of their family. */
static size_t count_newest(const struct context *at)
{
    size_t newest = 0;
    if (!is_group(at))
        return at->row->newest;
    for (size_t i = at->group->first; i < at->group->first + at->group->count; i++)
        newest += at->self->view->rows[i].newest;
    return newest;
}

/* What stands there when nothing speaks against cleaning it away. */
static const char *calm_state(const struct context *at)
{
    static const char *const kinds[CLEANUP_KINDS] = {
        [CLEANUP_SNAPSHOT] = "ORPHAN", [CLEANUP_OBJECT] = "STAGING", [CLEANUP_UPLOAD] = "OPEN"};
    static const char *const images[] = {
        [INVENTORY_AMI_AVAILABLE] = "ok",      [INVENTORY_AMI_PENDING] = "pending",
        [INVENTORY_AMI_DISABLED] = "disabled", [INVENTORY_AMI_FAILED] = "FAILED",
        [INVENTORY_AMI_OTHER] = "?",
    };
    if (at->group->kind != CLEANUP_IMAGE)
        return kinds[at->group->kind];
    return images[at->row->image->state];
}

static void draw_state(const struct context *at, const struct view *v)
{
    const struct cleanup_group *group = at->group;
    enum cleanup_why why = is_group(at) ? group->why : at->row->why;
    bool open = why == CLEANUP_MAY || why == CLEANUP_UNCHECKED;
    size_t newest = open ? count_newest(at) : 0;
    if (newest > 0 && newest == (is_group(at) ? group->count : 1))
        grid_literal(v, 0, 0, ROLE_TEXT, "newest");
    else if (newest > 0)
        grid_print(v, 0, 0, ROLE_TEXT, "%zu newest", newest);
    else if (why != CLEANUP_MAY)
        grid_literal(v, 0, 0, why == CLEANUP_UNCHECKED ? ROLE_TEXT : ROLE_WARN,
                     cleanup_why_label(why));
    else if (is_group(at) && group->missing > 0 && !group->unread)
        grid_print(v, 0, 0, ROLE_WARN, "%u MISSING", group->missing);
    else if (is_group(at) && group->unread)
        grid_literal(v, 0, 0, ROLE_WARN, "? unread");
    else
        grid_literal(v, 0, 0, ROLE_TEXT, calm_state(at));
}

static const struct {
    void (*draw)(const struct context *at, const struct view *v);
    bool of_more; /* also on the line of alike rows */
} cells[] = {
    [COLUMN_NAME] = {draw_name, true},    [COLUMN_REGIONS] = {draw_regions, false},
    [COLUMN_AGE] = {draw_age, false},     [COLUMN_LAUNCH] = {draw_launch, false},
    [COLUMN_SIZE] = {draw_size, false},   [COLUMN_COST] = {draw_cost, false},
    [COLUMN_USE] = {draw_use, false},     [COLUMN_PROTECT] = {draw_protect, false},
    [COLUMN_STATE] = {draw_state, false}, [COLUMN_PUBLIC] = {draw_public, false},
};

static void draw_cell(const void *data, size_t row, int column, const struct view *cell)
{
    const struct cleanup_screen *self = data;
    const struct fold_line *line = &self->fold.lines[row];
    struct context at = {.self = self,
                         .line = line,
                         .group = &self->view->groups[line->group],
                         .row = &self->view->rows[line->row],
                         .now = clock_calendar()};
    if (line->kind != FOLD_MORE || cells[column].of_more)
        cells[column].draw(&at, cell);
}

static uint64_t identity(const void *data, size_t row)
{
    return ((const struct cleanup_screen *)data)->fold.lines[row].identity;
}

static char box(const void *data, size_t row)
{
    const struct cleanup_screen *self = data;
    char kind = fold_count(&self->fold, self->view, &self->marks, &self->fold.lines[row]).box;
    return kind == '?' ? ' ' : kind;
}

struct table_source cleaner_source(const struct cleanup_screen *self)
{
    return (struct table_source){.data = self,
                                 .count = self->view != NULL ? self->fold.count : 0,
                                 .identity = identity,
                                 .draw = draw_cell,
                                 .box = box};
}

static const struct table_column columns[] = {
    {.id = COLUMN_NAME, .title = "RELEASE / REGION", .width = 41, .least = 30, .most = 64},
    {.id = COLUMN_REGIONS, .title = "RGN", .width = 3, .drop = 3, .align = ALIGN_RIGHT},
    {.id = COLUMN_AGE, .title = "AGE", .width = 5, .drop = 2, .align = ALIGN_RIGHT},
    {.id = COLUMN_LAUNCH, .title = "LAST LAUNCH", .width = 11, .drop = 4},
    {.id = COLUMN_SIZE, .title = "GiB≤", .width = 6, .drop = 1, .align = ALIGN_RIGHT},
    {.id = COLUMN_COST, .title = "$/MO≤", .width = 7, .drop = 1, .align = ALIGN_RIGHT},
    {.id = COLUMN_USE, .title = "IN USE", .width = 18, .least = 13, .drop = 6},
    {.id = COLUMN_PROTECT, .title = "PROTECT", .width = 7, .drop = 8},
    {.id = COLUMN_PUBLIC, .title = "PUB", .width = 3, .drop = 7},
    {.id = COLUMN_STATE, .title = "STATE", .width = 10},
};

/* Which column says what the rows are ordered by. */
static const int sort_columns[CLEANUP_SORTS] = {
    [CLEANUP_SORT_NAME] = COLUMN_NAME,       [CLEANUP_SORT_AGE] = COLUMN_AGE,
    [CLEANUP_SORT_LAUNCH] = COLUMN_LAUNCH,   [CLEANUP_SORT_SIZE] = COLUMN_SIZE,
    [CLEANUP_SORT_REGIONS] = COLUMN_REGIONS,
};

/* Money stands there only with a price; the size then leaves a narrow table first. */
static size_t columns_of(const struct cleanup_screen *self, struct table_column *out)
{
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        if (columns[i].id == COLUMN_COST && self->price_micros == 0)
            continue;
        out[count] = columns[i];
        if (columns[i].id == COLUMN_SIZE && self->price_micros > 0)
            out[count].drop = 5;
        count++;
    }
    return count;
}

void cleaner_table_draw(struct cleanup_screen *self, const struct view *v)
{
    struct table_column shown[ARRAY_LEN(columns)];
    struct table_source source = cleaner_source(self);
    size_t count = columns_of(self, shown);
    self->body = *v;
    self->table.sort_column = sort_columns[self->sort];
    self->table.sort_reverse = self->reverse;
    table_draw(v, &self->table, shown, count, &source, true);
}

void cleaner_table_sort(struct cleanup_screen *self, bool reverse)
{
    if (reverse) {
        self->reverse = !self->reverse;
    } else {
        self->sort = (enum cleanup_sort)((self->sort + 1) % CLEANUP_SORTS);
        self->reverse = false;
    }
    self->table.anchor = 0;
    self->stale = true;
}

size_t cleaner_line_at(const struct cleanup_screen *self, int x, int y)
{
    struct table_source source = cleaner_source(self);
    x -= self->body.x;
    y -= self->body.y;
    if (x < 0 || y < 0 || x >= self->body.cols || y >= self->body.rows)
        return source.count;
    return table_row_at(&self->table, y, &source);
}

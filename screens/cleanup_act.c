/* What the cleanup screen's own keys and commands do: one function a row. */
#include "screens/cleanup_act.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/options.h"
#include "screens/cleanup_detail_screen.h"
#include "screens/cleanup_dialog.h"
#include "screens/cleanup_prepare.h"
#include "screens/cleanup_restore_screen.h"
#include "screens/words.h"

void cleaner_open(struct cleanup_screen *self)
{
    const struct fold_line *line = cleaner_cursor(self);
    if (line == NULL)
        return;
    if (fold_turn(&self->fold, line))
        fold_build(&self->fold, self->view, &self->marks);
    else
        console_push(self->screen.console,
                     cleanup_detail_screen_open(&self->view->rows[line->row]));
}

/* The reader of who uses what, opened when it is first needed; NULL without a way to AWS. */
static struct usage_reader *reader_of(struct cleanup_screen *self, struct err *err)
{
    struct aws *aws = self->reader == NULL ? console_aws(self->screen.console, err) : NULL;
    if (aws != NULL)
        self->reader = usage_open(aws, -1);
    return self->reader;
}

/* What a run has taken on is no longer marked: it goes, or comes back from the bin unmarked. */
static void take_marks(void *data, const struct cleanup_plan *plan)
{
    struct cleanup_screen *self = data;
    for (size_t i = 0; i < plan->item_count; i++)
        marks_set(&self->marks,
                  fold_identity(plan->items[i].kind, plan->items[i].region, plan->items[i].id),
                  false);
    self->table.anchor = 0;
    self->stale = true;
}

/* NULL where all of it is left out, which is said. */
static struct cleanup_draft *draft_of(struct cleanup_screen *self)
{
    size_t count = 0, left_out = 0;
    const struct cleanup_row **rows = cleaner_chosen(self, &count, &left_out);
    struct cleanup_draft *draft =
        count > 0 ? cleanup_draft_new(self->view->inventory, rows, count) : NULL;
    free(rows);
    cleaner_say_left_out(self, left_out);
    if (draft == NULL)
        return NULL;
    draft->unmarked = self->marks.count == 0;
    draft->hidden = cleaner_mark_hidden(self);
    draft->step = self->step;
    draft->step_days = self->step_days;
    draft->price_micros = self->price_micros;
    draft->begun = take_marks;
    draft->data = self;
    cleanup_draft_know(draft, self->usage);
    return draft;
}

static void open_dialog(struct console *c, struct cleanup_draft *draft, const char *path)
{
    (void)path;
    cleanup_dialog_open(c, draft);
}

static void destroy(struct cleanup_screen *self, const char *argument)
{
    struct err err = ERR_INIT;
    struct cleanup_draft *draft = draft_of(self);
    (void)argument;
    if (draft != NULL)
        cleanup_prepare(self->screen.console, draft, reader_of(self, &err), NULL, open_dialog);
}

static void write_draft(struct console *c, struct cleanup_draft *draft, const char *path)
{
    struct err err = ERR_INIT;
    char *written = NULL;
    const char *folder = c->settings != NULL ? c->settings->state : NULL;
    if (cleanup_draft_save(draft, folder, path, &written, &err))
        console_say(c, ROLE_GOOD, "Written: %s; `tatami cleanup --apply FILE --yes %.*s` takes it.",
                    written, CLEANUP_HASH_SHORT, draft->plan->hash);
    else
        console_say(c, ROLE_BAD, "Not written: %s", err.message);
    free(written);
    cleanup_draft_free(draft);
}

static void write_plan(struct cleanup_screen *self, const char *argument)
{
    struct err err = ERR_INIT;
    struct cleanup_draft *draft = draft_of(self);
    if (draft != NULL)
        cleanup_prepare(self->screen.console, draft, reader_of(self, &err), argument, write_draft);
}

/* The AMIs that are asked about, as questions. */
static struct usage_question *questions_of(struct cleanup_screen *self, size_t *count)
{
    size_t rows_count = 0;
    const struct cleanup_row **rows = cleaner_asked(self, &rows_count);
    struct usage_question *questions = xcalloc(rows_count + 1, sizeof(*questions));
    *count = 0;
    for (size_t i = 0; i < rows_count; i++)
        if (rows[i]->kind == CLEANUP_IMAGE)
            questions[(*count)++] =
                (struct usage_question){.region = rows[i]->region->name, .image = rows[i]->id};
    free(rows);
    return questions;
}

static void ask(struct cleanup_screen *self, bool report)
{
    struct console *c = self->screen.console;
    struct err err = ERR_INIT;
    size_t count = 0;
    struct usage_reader *reader = reader_of(self, &err);
    struct usage_question *questions = questions_of(self, &count);
    const char *marked = cleaner_asks_marked(self) ? "marked " : "", *s = count == 1 ? "" : "s";
    if (reader == NULL) {
        console_say(c, ROLE_BAD, "Not asked: %s", err.message);
    } else if (count == 0) {
        console_say(c, ROLE_WARN, "Only of AMIs it can be asked who uses them.");
    } else if (report) {
        usage_report(reader, questions, count);
        console_say(c, ROLE_TEXT, "Reports of %zu %sAMI%s ordered; AWS takes minutes to count.",
                    count, marked, s);
    } else {
        usage_check(reader, questions, count);
        console_say(c, ROLE_TEXT, "Asking who uses %zu %sAMI%s.", count, marked, s);
    }
    free(questions);
}

static void check(struct cleanup_screen *self, const char *argument)
{
    (void)argument;
    ask(self, false);
}

static void report(struct cleanup_screen *self, const char *argument)
{
    (void)argument;
    ask(self, true);
}

static void marked(struct cleanup_screen *self, const char *argument)
{
    (void)argument;
    self->fold.marked_only = !self->fold.marked_only;
    fold_build(&self->fold, self->view, &self->marks);
}

static void set_step(struct cleanup_screen *self, enum cleanup_step step)
{
    self->step = step;
    self->stale = true;
    console_say(self->screen.console, ROLE_TEXT, "d now means: %s%s.",
                step == CLEANUP_STEP_NONE ? "deregister and delete at once"
                                          : cleanup_step_name(step),
                step == CLEANUP_STEP_DEREGISTER ? ", of what was disabled long enough" : "");
}

static void step_named(struct cleanup_screen *self, const char *argument)
{
    enum cleanup_step step;
    if (argument[0] == '\0' || strcmp(argument, "none") == 0)
        set_step(self, CLEANUP_STEP_NONE);
    else if (cleanup_step_from_name(argument, &step))
        set_step(self, step);
    else
        console_say(self->screen.console, ROLE_BAD,
                    "No step \"%s\": none, private, disable or deregister.", argument);
}

static void step_next(struct cleanup_screen *self, const char *argument)
{
    (void)argument;
    set_step(self, (enum cleanup_step)((self->step + 1) % CLEANUP_STEPS));
}

static void copy_id(struct cleanup_screen *self, const char *argument)
{
    const struct fold_line *line = cleaner_cursor(self);
    (void)argument;
    const struct cleanup_row *row = &self->view->rows[line->row];
    const char *title = self->view->groups[line->group].title;
    struct safe_text text =
        text_safe(line->kind == FOLD_GROUP && title[0] != '\0' ? title : row->id);
    console_copy(self->screen.console, &text, text.utf8);
    text_free(&text);
}

static void copy_row(struct cleanup_screen *self, const char *argument)
{
    const struct fold_line *line = cleaner_cursor(self);
    const struct cleanup_view *view = self->view;
    struct buf words = BUF_INIT;
    (void)argument;
    for (size_t i = fold_next(&self->fold, view, &self->marks, line, 0); i < view->row_count;
         i = fold_next(&self->fold, view, &self->marks, line, i + 1))
        buf_add_fmt(&words, "%s%s %s %s", words.length > 0 ? ", " : "", view->rows[i].region->name,
                    view->rows[i].id, view->rows[i].name);
    struct safe_text text = text_safe(buf_str(&words));
    console_copy(self->screen.console, &text, "region, id and name");
    text_free(&text);
    buf_free(&words);
}

static void restore(struct cleanup_screen *self, const char *argument)
{
    (void)argument;
    cleanup_restore_screen_open(self->screen.console);
}

static void reread(struct cleanup_screen *self, const char *argument)
{
    (void)argument;
    self->table.anchor = 0;
    console_reread(self->screen.console, NULL);
    console_say(self->screen.console, ROLE_TEXT, "Reading the account again.");
}

static void open_line(struct cleanup_screen *self, const char *argument)
{
    (void)argument;
    cleaner_open(self);
}

static const struct {
    void (*act)(struct cleanup_screen *self, const char *argument);
    bool needs_rows;
} acts[] = {
    [CLEAN_OPEN - UI_OWN] = {open_line, true},
    [CLEAN_DESTROY - UI_OWN] = {destroy, true},
    [CLEAN_CHECK - UI_OWN] = {check, true},
    [CLEAN_REPORT - UI_OWN] = {report, true},
    [CLEAN_WRITE - UI_OWN] = {write_plan, true},
    [CLEAN_FILTER - UI_OWN] = {cleaner_filter_open, false},
    [CLEAN_MARKED - UI_OWN] = {marked, true},
    [CLEAN_STEP - UI_OWN] = {step_named, false},
    [CLEAN_STEP_NEXT - UI_OWN] = {step_next, false},
    [CLEAN_COPY_ID - UI_OWN] = {copy_id, true},
    [CLEAN_COPY_ROW - UI_OWN] = {copy_row, true},
    [CLEAN_RESTORE - UI_OWN] = {restore, false},
    [CLEAN_REREAD - UI_OWN] = {reread, false},
};

void cleaner_act(struct cleanup_screen *self, enum cleaner_function function, const char *argument)
{
    size_t at = (size_t)(function - UI_OWN);
    bool rows = self->view != NULL && (self->fold.count > 0 || self->fold.marked_only);
    if (at < ARRAY_LEN(acts) && (rows || !acts[at].needs_rows))
        acts[at].act(self, argument);
}

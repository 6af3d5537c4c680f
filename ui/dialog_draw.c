/* How a dialog looks, and what it gives up first where the screen is low. */
#include "ui/dialog.h"

#include "ui/key.h"

#define WIDE       100
#define MOST_COLS  92
#define LEAST_COLS 40
#define ROOMY_COLS 36
#define LIST_ROWS  6 /* a list is not cut below this for looks alone */
#define EDGE       3 /* the frame and two blanks */

/* Rows of each part, from top to bottom; a gap is a blank row before the part. */
struct plan {
    int lines, list, choices, ask, phrase, buttons, note;
    int gap_list, gap_phrase, gap_buttons, gap_note;
    int pad; /* blank rows below the title and above the lower edge, together */
};

static int take(int *left, int want)
{
    int got = want < *left ? want : *left;
    got = got > 0 ? got : 0;
    *left -= got;
    return got;
}

/* Shares `rows` out: the phrase line first, then buttons, what to do with the phrase, choices, a
 * line of the list, words, the note, the rest of the list, and blank rows last. */
static struct plan make_plan(const struct dialog *d, int rows)
{
    struct plan p = {0};
    bool typed = d->phrase.utf8 != NULL;
    int calm = rows / 3 > LIST_ROWS ? rows / 3 : LIST_ROWS;
    int list = (int)d->list_count < calm ? (int)d->list_count : calm;
    int left = rows;

    p.phrase = take(&left, typed);
    p.choices = take(&left, typed ? 0 : (int)d->choice_count + 1);
    p.buttons = take(&left, typed);
    p.ask = take(&left, typed);
    p.list = take(&left, list > 0);
    p.lines = take(&left, (int)d->line_count);
    p.note = take(&left, d->note != NULL);
    p.gap_buttons = take(&left, p.buttons);
    p.gap_phrase = take(&left, p.lines > 0 && (p.phrase > 0 || p.choices > 0));
    p.gap_list = take(&left, p.list > 0 && p.lines > 0);
    p.gap_note = take(&left, p.note);
    p.list += take(&left, list - p.list);
    p.pad = take(&left, 2);
    return p;
}

static int rows_of(const struct plan *p)
{
    return p->lines + p->list + p->choices + p->ask + p->phrase + p->buttons + p->note +
           p->gap_list + p->gap_phrase + p->gap_buttons + p->gap_note + p->pad;
}

static int label_columns(const struct dialog *d)
{
    int widest = 0;
    for (size_t i = 0; i < d->line_count; i++) {
        int columns = d->lines[i].label != NULL ? grid_columns(d->lines[i].label) : 0;
        widest = columns > widest ? columns : widest;
    }
    return widest > 0 ? widest + 2 : 0;
}

static int columns_wanted(const struct dialog *d)
{
    int widest = LEAST_COLS;
    int label = label_columns(d);
    for (size_t i = 0; i < d->line_count; i++)
        widest =
            label + d->lines[i].text.columns > widest ? label + d->lines[i].text.columns : widest;
    for (size_t i = 0; i < d->list_count; i++)
        widest = 2 + d->list[i].columns > widest ? 2 + d->list[i].columns : widest;
    for (size_t i = 0; i < d->choice_count; i++)
        widest =
            8 + d->choices[i].label.columns > widest ? 8 + d->choices[i].label.columns : widest;
    if (d->note != NULL && grid_columns(d->note) > widest)
        widest = grid_columns(d->note);
    if (d->phrase.utf8 != NULL && 2 * d->phrase.columns + 12 > widest)
        widest = 2 * d->phrase.columns + 12;
    return widest + 2 * EDGE < MOST_COLS ? widest + 2 * EDGE : MOST_COLS;
}

static void draw_lines(const struct view *v, const struct dialog *d)
{
    int label = label_columns(d);
    for (int i = 0; i < v->rows; i++) {
        const struct dialog_line *line = &d->lines[i];
        if (line->label != NULL)
            grid_literal(v, 0, i, ROLE_HEADING, line->label);
        grid_text_fit(v, label, i, v->cols - label, line->role, &line->text);
    }
}

/* Which part of the list is shown; returns the column where that starts. */
static int draw_position(const struct view *v, const struct dialog *d)
{
    int y = v->rows - 1;
    if (v->cols < ROOMY_COLS)
        return grid_print_right(v, v->cols, y, ROLE_HINT, "%zu/%zu", d->top + 1, d->list_count);
    return grid_print_right(v, v->cols, y, ROLE_HINT, "%zu–%zu of %zu  PgDn PgUp", d->top + 1,
                            d->top + d->page, d->list_count);
}

/* The list; where not all fits, its last row says at the right which part is shown. */
static void draw_list(const struct view *v, struct dialog *d)
{
    size_t rows = (size_t)v->rows;
    int end = v->cols;
    d->page = rows;
    if (d->top + rows > d->list_count)
        d->top = d->list_count > rows ? d->list_count - rows : 0;
    if (rows > 0 && rows < d->list_count)
        end = draw_position(v, d);
    for (int i = 0; i < v->rows && d->top + (size_t)i < d->list_count; i++) {
        int edge = i + 1 == v->rows ? end - 2 : v->cols;
        grid_text_fit(v, 2, i, edge - 2, ROLE_TEXT, &d->list[d->top + (size_t)i]);
    }
}

static void draw_choices(const struct view *v, const struct dialog *d)
{
    char name[KEY_NAME_MAX];
    int x = grid_literal(v, 0, 0, ROLE_FOCUS, " Esc ");
    grid_literal(v, x + 1, 0, ROLE_TEXT, d->escape != NULL ? d->escape : "cancel");
    for (int i = 0; i + 1 < v->rows; i++) {
        key_label(d->choices[i].key, name);
        int behind = grid_literal(v, 1, i + 1, ROLE_KEY, name);
        behind = behind + 2 > x + 1 ? behind + 2 : x + 1;
        grid_text_fit(v, behind, i + 1, v->cols - behind, ROLE_TEXT, &d->choices[i].label);
    }
}

static void draw_phrase(const struct view *v, struct dialog *d)
{
    int most = v->cols - 6;
    int room = d->phrase.columns < most ? d->phrase.columns : most;
    int gap = v->cols >= 2 * d->phrase.columns + 8 ? 2 : 1;
    int x = grid_text_fit(v, 0, 0, room, ROLE_STRONG, &d->phrase);
    x = grid_literal(v, x + gap, 0, ROLE_RULE, ":") + gap;
    edit_draw(v, x, 0, v->cols - x, &d->edit);
}

/* Draws the right button in the longest words that leave the left one its columns. */
static void draw_right(const struct view *v, int behind_left, enum role role,
                       const char *const words[2])
{
    for (int i = 0; i < 2; i++) {
        if (v->cols - grid_columns(words[i]) - 1 < behind_left)
            continue;
        grid_literal_right(v, v->cols, 0, role, words[i]);
        return;
    }
}

static void draw_buttons(const struct view *v, const struct dialog *d)
{
    static const char *const locked[2] = {"[ Enter  locked: text differs ]", "[ locked ]"};
    static const char *const low[2] = {"[ locked: window too low ]", "[ too low ]"};
    static const char *const ready[2] = {"[ Enter  do it ]", "[ Enter ]"};
    if (d->left_s > 0) {
        grid_literal(v, 0, 0, ROLE_FOCUS, "[ any key stops ]");
        grid_print_right(v, v->cols, 0, ROLE_DANGER, "[ starts in %d s ]", d->left_s);
        return;
    }
    int x = grid_literal(v, 0, 0, ROLE_FOCUS, "[ Esc  ");
    x = grid_literal(v, x, 0, ROLE_FOCUS, d->escape != NULL ? d->escape : "Cancel");
    x = grid_literal(v, x, 0, ROLE_FOCUS, " ]");
    if (d->cut)
        draw_right(v, x, ROLE_WARN, low);
    else if (dialog_matches(d))
        draw_right(v, x, ROLE_BAD, ready);
    else
        draw_right(v, x, ROLE_OFF, locked);
}

static void draw_parts(const struct view *v, struct dialog *d, const struct plan *p)
{
    struct view rest = *v;
    struct view part = view_take_top(&rest, p->lines);
    draw_lines(&part, d);
    view_take_top(&rest, p->gap_list);
    part = view_take_top(&rest, p->list);
    draw_list(&part, d);
    view_take_top(&rest, p->gap_phrase);
    part = view_take_top(&rest, p->choices);
    if (p->choices > 0)
        draw_choices(&part, d);
    part = view_take_top(&rest, p->ask);
    if (p->ask > 0)
        grid_literal(&part, 0, 0, ROLE_HEADING, "Type this to confirm:");
    part = view_take_top(&rest, p->phrase);
    if (p->phrase > 0)
        draw_phrase(&part, d);
    view_take_top(&rest, p->gap_buttons);
    part = view_take_top(&rest, p->buttons);
    if (p->buttons > 0)
        draw_buttons(&part, d);
    view_take_top(&rest, p->gap_note);
    part = view_take_top(&rest, p->note);
    if (p->note > 0)
        grid_literal(&part, 0, 0, ROLE_FAINT, d->note);
}

/* Whether one of the lines that have no room warns of something. */
static bool cuts_warning(const struct dialog *d, size_t shown)
{
    for (size_t i = shown; i < d->line_count; i++)
        if (d->lines[i].role == ROLE_WARN || d->lines[i].role == ROLE_DANGER)
            return true;
    return false;
}

void dialog_draw(const struct view *v, struct dialog *d)
{
    bool boxed = v->rows >= 3 && v->cols >= 12;
    int frame = boxed ? 2 : 0;
    int margin = v->cols >= WIDE ? 4 : 0;
    struct plan plan = make_plan(d, v->rows - frame);
    d->cut = cuts_warning(d, (size_t)plan.lines);
    int cols = columns_wanted(d);
    cols = cols < v->cols - margin ? cols : v->cols - margin;
    struct view box = view_centre(v, cols, rows_of(&plan) + frame);
    int edge = boxed ? EDGE : 0;
    struct view inner = view_cut(&box, edge, frame / 2 + plan.pad / 2, box.cols - 2 * edge,
                                 box.rows - frame - plan.pad / 2);

    grid_blank(&box);
    if (boxed) {
        struct view top = view_cut(&box, 2, 0, box.cols - 4, 1);
        grid_box(&box);
        int x = grid_literal(&top, 0, 0, d->role, " ");
        x = grid_literal(&top, x, 0, d->role, d->title);
        grid_literal(&top, x, 0, d->role, " ");
    }
    draw_parts(&inner, d, &plan);
}

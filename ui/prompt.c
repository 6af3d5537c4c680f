/* The one-line prompt for filter and palette, which says what Enter will do. */
#include "ui/prompt.h"

#include <stdlib.h>

#include "ui/key.h"
#include "ui/widget.h"

void prompt_open(struct prompt *p, char sign, const char *text)
{
    *p = (struct prompt){.open = true, .sign = sign, .chosen = -1};
    edit_set(&p->edit, text);
}

char *prompt_text(const struct prompt *p)
{
    return edit_take(&p->edit);
}

/* The nth candidate; false when there is none. Both results are then the caller's. */
static bool candidate(const struct prompt_source *source, const char *text, int nth, char **line,
                      struct safe_text *about)
{
    *line = NULL;
    *about = (struct safe_text){0};
    return nth >= 0 && nth < PROMPT_CANDIDATES && source->candidate != NULL &&
           source->candidate(source->data, text, (size_t)nth, line, about);
}

static int count_candidates(const struct prompt_source *source, const char *text)
{
    int count = 0;
    char *line;
    struct safe_text about;
    while (candidate(source, text, count, &line, &about)) {
        free(line);
        text_free(&about);
        count++;
    }
    return count;
}

static void draw_candidates(const struct view *v, const struct prompt *p,
                            const struct prompt_source *source, const char *text)
{
    int count = count_candidates(source, text);
    struct view rest = *v;
    if (count == 0 || v->rows < count + 1)
        return;
    struct view list = view_take_bottom(&rest, count + 1);
    grid_blank(&list);
    grid_rule(&list, 0);
    for (int i = 0; i < count; i++) {
        char *line;
        struct safe_text about;
        if (!candidate(source, text, i, &line, &about))
            break;
        int x = grid_print(&list, 1, i + 1, ROLE_KEY, "%c%s", p->sign, line);
        x = x < 24 ? 24 : x + 2;
        grid_text_fit(&list, x, i + 1, list.cols - x - 1, ROLE_FAINT, &about);
        if (i == p->chosen)
            grid_attr(&list, 0, i + 1, list.cols, 1, ATTR_REVERSE);
        free(line);
        text_free(&about);
    }
}

void prompt_draw(const struct view *v, struct prompt *p, const struct prompt_source *source)
{
    struct view above = *v;
    struct view line = view_take_bottom(&above, 1);
    const char sign[] = {p->sign, '\0'};
    char *text = edit_take(&p->edit);
    enum role role = ROLE_FAINT;
    struct safe_text words = {0};
    if (source->explain != NULL)
        words = source->explain(source->data, text, &role);

    grid_blank(&line);
    draw_candidates(&above, p, source, text);
    int room = line.cols - 4 - words.columns;
    int least = line.cols / 2;
    int cols = room > least ? room : least;
    grid_literal(&line, 1, 0, ROLE_KEY, sign);
    edit_draw(&line, 2, 0, cols, &p->edit);
    int end = line.cols - 1;
    int start = end - words.columns > cols + 3 ? end - words.columns : cols + 3;
    grid_text_fit(&line, start, 0, end - start, role, &words);
    text_free(&words);
    free(text);
}

/* Tab and S-Tab put the next candidate onto the line. */
static unsigned walk(struct prompt *p, int step, const struct prompt_source *source)
{
    char *text = edit_take(&p->edit);
    char *line;
    struct safe_text about;
    int count = count_candidates(source, text);
    int next = p->chosen + step;
    if (next >= count)
        next = 0;
    if (next < 0)
        next = count - 1;

    bool found = candidate(source, text, next, &line, &about);
    if (found) {
        p->chosen = next;
        if (count == 1) {
            edit_set(&p->edit, line);
            p->chosen = -1;
        }
    }
    free(found ? line : NULL);
    text_free(&about);
    free(text);
    return found && count == 1 ? UI_TAKEN | UI_CHANGED : UI_TAKEN;
}

/* Enter on a candidate takes it onto the line first. */
static void take_chosen(struct prompt *p, const struct prompt_source *source)
{
    char *text = edit_take(&p->edit);
    char *line;
    struct safe_text about;
    if (candidate(source, text, p->chosen, &line, &about)) {
        edit_set(&p->edit, line);
        free(line);
        text_free(&about);
    }
    p->chosen = -1;
    free(text);
}

unsigned prompt_event(struct prompt *p, const struct input *event,
                      const struct prompt_source *source)
{
    int key = event->kind == EVENT_KEY ? event->key : UIKEY_NONE;
    if (key == UIKEY_ESC || (key == UIKEY_BACKSPACE && p->edit.length == 0)) {
        p->open = false;
        return UI_TAKEN | UI_CLOSED;
    }
    if (key == UIKEY_ENTER && p->chosen >= 0) {
        take_chosen(p, source);
        return UI_TAKEN | UI_CHANGED;
    }
    if (key == UIKEY_ENTER) {
        p->open = false;
        return UI_TAKEN | UI_ACCEPTED;
    }
    if (key == UIKEY_TAB || key == UIKEY_DOWN)
        return walk(p, 1, source);
    if (key == UIKEY_SHIFT_TAB || key == UIKEY_UP)
        return walk(p, -1, source);
    unsigned result = edit_event(&p->edit, event, true);
    if (result & UI_CHANGED)
        p->chosen = -1;
    return result;
}

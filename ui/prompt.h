/* The one-line prompt for filter and palette, which says what Enter will do. */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include "ui/edit.h"

#define PROMPT_CANDIDATES 8

/* What the prompt asks the screen; borrowed for one call. Each may be NULL. */
struct prompt_source {
    const void *data;
    /* The nth thing that the text could become: the whole new line in *line (malloc'd, the prompt
     * frees) and a few words about it. False when there is no nth. */
    bool (*candidate)(const void *data, const char *text, size_t nth, char **line,
                      struct safe_text *about);
    /* What Enter will do with the text, or why nothing; *role becomes ROLE_BAD for the latter. */
    struct safe_text (*explain)(const void *data, const char *text, enum role *role);
};

/* The state. Start it with prompt_open(). */
struct prompt {
    bool open;
    char sign; /* '/' or ':' */
    struct edit edit;
    int chosen; /* candidate that Tab stands on, -1 none */
};

void prompt_open(struct prompt *p, char sign, const char *text);

/* Draws into the last row of v, candidates in the rows above it. Thread: ui. */
void prompt_draw(const struct view *v, struct prompt *p, const struct prompt_source *source);

/* Tab and S-Tab (Down, Up) walk the candidates, Enter gives UI_ACCEPTED, Esc UI_CLOSED; both close
 * it. A change of the text gives UI_CHANGED, so that a filter works while it is typed. Thread: ui.
 */
unsigned prompt_event(struct prompt *p, const struct input *event,
                      const struct prompt_source *source);

/* What was typed: malloc'd UTF-8, the caller frees. Thread: ui. */
char *prompt_text(const struct prompt *p);

#endif

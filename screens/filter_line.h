/* A filter that a person types: the words that hold now, and the prompt in which they change. */
#ifndef SCREENS_FILTER_LINE_H
#define SCREENS_FILTER_LINE_H

#include "screens/filter.h"
#include "ui/prompt.h"

/* Zeroed is no filter. */
struct filter_line {
    struct filter filter; /* what text says */
    char *text;           /* NULL for none */
    char *before;         /* while the prompt is open: what Esc goes back to */
    struct prompt prompt;
};

/* What a screen says of its rows. */
struct filter_words {
    const void *data;
    /* One line about a field that may be asked for, by its name. */
    struct safe_text (*about)(enum filter_field field, const char *name);
    /* How many rows match now. */
    struct safe_text (*found)(const void *data);
};

/* Applies words; ones that make no sense change nothing. True when it applied them. Thread: ui. */
bool filter_line_set(struct filter_line *line, const char *words);
/* Applies words, or opens the prompt where there are none. True when the filter changed.
 * Thread: ui. */
bool filter_line_open(struct filter_line *line, const char *words);
/* Gives the open prompt an input. True when the filter changed. Thread: ui. */
bool filter_line_input(struct filter_line *line, const struct input *in,
                       const struct filter_words *words);
/* The prompt, while it is open. Thread: ui. */
void filter_line_draw(const struct view *v, struct filter_line *line,
                      const struct filter_words *words);
/* Frees what it holds. Thread: ui. */
void filter_line_free(struct filter_line *line);

#endif

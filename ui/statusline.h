/* A line of parts at the left and at the right that drops the least important ones when it is too
 * narrow. */
#ifndef UI_STATUSLINE_H
#define UI_STATUSLINE_H

#include <stddef.h>

#include "ui/grid.h"

/* One part. The line owns text once it was added. */
struct status_part {
    struct safe_text text;
    enum role role;
    bool right;
    int drop; /* 0 stays and is cut; the highest goes first */
    int gap;  /* blank columns before it */
};

#define STATUS_PARTS 16

struct statusline {
    struct status_part parts[STATUS_PARTS];
    size_t count;
};

/* Adds a part; printf, made safe. What does not fit into the 16 is left out. Thread: ui. */
void status_left(struct statusline *line, enum role role, int drop, int gap, const char *format,
                 ...) __attribute__((format(printf, 5, 6)));
void status_right(struct statusline *line, enum role role, int drop, int gap, const char *format,
                  ...) __attribute__((format(printf, 5, 6)));

/* Draws into row y of v, one blank column at each side, and frees the parts, so that the line is
 * empty after it. Right parts stand in the order in which they were added. Thread: ui. */
void status_draw(const struct view *v, int y, struct statusline *line);

#endif

/* A line of parts at the left and at the right that drops the least important ones when it is too
 * narrow. */
#include "ui/statusline.h"

#include <stdarg.h>

#include "ui/widget.h"

static void add(struct statusline *line, struct status_part part, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void add(struct statusline *line, struct status_part part, const char *format, va_list args)
{
    if (line->count == STATUS_PARTS)
        return;
    part.text = ui_format(format, args);
    line->parts[line->count++] = part;
}

void status_left(struct statusline *line, enum role role, int drop, int gap, const char *format,
                 ...)
{
    va_list args;
    va_start(args, format);
    add(line, (struct status_part){.role = role, .drop = drop, .gap = gap}, format, args);
    va_end(args);
}

void status_right(struct statusline *line, enum role role, int drop, int gap, const char *format,
                  ...)
{
    va_list args;
    va_start(args, format);
    add(line, (struct status_part){.role = role, .right = true, .drop = drop, .gap = gap}, format,
        args);
    va_end(args);
}

static void drop_part(struct statusline *line, size_t index)
{
    text_free(&line->parts[index].text);
    for (size_t i = index + 1; i < line->count; i++)
        line->parts[i - 1] = line->parts[i];
    line->count -= 1;
}

/* The columns of all parts, with at least two between left and right. */
static int columns_of(const struct statusline *line)
{
    int columns = 2;
    for (size_t i = 0; i < line->count; i++)
        columns += line->parts[i].text.columns + line->parts[i].gap;
    return columns;
}

/* Drops parts until the rest fits or only those remain that stay. */
static void fit(struct statusline *line, int cols)
{
    while (columns_of(line) > cols) {
        size_t worst = 0;
        for (size_t i = 1; i < line->count; i++)
            if (line->parts[i].drop >= line->parts[worst].drop)
                worst = i;
        if (line->count == 0 || line->parts[worst].drop == 0)
            return;
        drop_part(line, worst);
    }
}

void status_draw(const struct view *v, int y, struct statusline *line)
{
    struct view inner = view_cut(v, 1, y, v->cols - 2, 1);
    fit(line, inner.cols);

    int end = inner.cols;
    for (size_t i = line->count; i-- > 0;) {
        struct status_part *part = &line->parts[i];
        if (!part->right)
            continue;
        end -= part->text.columns;
        grid_text(&inner, end, 0, part->role, &part->text);
        end -= part->gap;
    }
    int x = 0;
    for (size_t i = 0; i < line->count; i++) {
        struct status_part *part = &line->parts[i];
        if (part->right)
            continue;
        x += part->gap;
        x = grid_text_fit(&inner, x, 0, end - x, part->role, &part->text);
    }
    while (line->count > 0)
        drop_part(line, line->count - 1);
}

/* The filter's prompt. */
#include "screens/filter_line.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/widget.h"

bool filter_line_set(struct filter_line *line, const char *words)
{
    struct filter tried;
    if (!filter_parse(&tried, words, NULL))
        return false;
    char *kept = words[0] != '\0' ? xstrdup(words) : NULL;
    filter_parse(&line->filter, words, NULL);
    free(line->text);
    line->text = kept;
    return true;
}

bool filter_line_open(struct filter_line *line, const char *words)
{
    if (words[0] != '\0')
        return filter_line_set(line, words);
    free(line->before);
    line->before = xstrdup(line->text != NULL ? line->text : "");
    prompt_open(&line->prompt, '/', line->before);
    return false;
}

/* A field's name behind the last blank. */
static bool candidate(const void *data, const char *text, size_t nth, char **out,
                      struct safe_text *about)
{
    const struct filter_words *words = data;
    const char *blank = strrchr(text, ' ');
    const char *word = blank != NULL ? blank + 1 : text;
    word += *word == '!';
    if (strchr(word, ':') != NULL)
        return false;
    for (int f = FILTER_ANY + 1; f < FILTER_FIELDS; f++) {
        const char *name = filter_field_name((enum filter_field)f);
        if (strncmp(name, word, strlen(word)) != 0 || nth-- > 0)
            continue;
        *out = xasprintf("%.*s%s:", (int)(word - text), text, name);
        *about = words->about((enum filter_field)f, name);
        return true;
    }
    return false;
}

static struct safe_text explain(const void *data, const char *text, enum role *role)
{
    const struct filter_words *words = data;
    struct filter tried;
    struct safe_text why = {0};
    if (filter_parse(&tried, text, &why))
        return words->found(words->data);
    *role = ROLE_BAD;
    return why;
}

bool filter_line_input(struct filter_line *line, const struct input *in,
                       const struct filter_words *words)
{
    struct prompt_source source = {.data = words, .candidate = candidate, .explain = explain};
    unsigned did = prompt_event(&line->prompt, in, &source);
    if (did & UI_CLOSED)
        return filter_line_set(line, line->before);
    if (!(did & (UI_CHANGED | UI_ACCEPTED)))
        return false;
    char *text = prompt_text(&line->prompt);
    bool changed = filter_line_set(line, text);
    free(text);
    return changed;
}

void filter_line_draw(const struct view *v, struct filter_line *line,
                      const struct filter_words *words)
{
    struct prompt_source source = {.data = words, .candidate = candidate, .explain = explain};
    if (line->prompt.open)
        prompt_draw(v, &line->prompt, &source);
}

void filter_line_free(struct filter_line *line)
{
    free(line->text);
    free(line->before);
}

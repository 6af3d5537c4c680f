/* The filter of the watch screen. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "screens/watch_state.h"

void watch_filter_set(struct watch_screen *self, const char *words)
{
    struct filter tried;
    if (!filter_parse(&tried, words, NULL))
        return;
    char *kept = words[0] != '\0' ? xstrdup(words) : NULL;
    filter_parse(&self->filter, words, NULL);
    free(self->filter_text);
    self->filter_text = kept;
    watch_order(self, false);
}

void watch_filter_open(struct watch_screen *self, const char *words)
{
    if (words[0] != '\0') {
        watch_filter_set(self, words);
        return;
    }
    free(self->filter_before);
    self->filter_before = xstrdup(self->filter_text != NULL ? self->filter_text : "");
    prompt_open(&self->prompt, '/', self->filter_before);
}

/* A field's name behind the last blank. */
static bool candidate(const void *data, const char *text, size_t nth, char **line,
                      struct safe_text *about)
{
    const char *blank = strrchr(text, ' ');
    const char *word = blank != NULL ? blank + 1 : text;
    word += *word == '!';
    (void)data;
    if (strchr(word, ':') != NULL)
        return false;
    for (int f = FILTER_ANY + 1; f < FILTER_FIELDS; f++) {
        const char *name = filter_field_name((enum filter_field)f);
        if (strncmp(name, word, strlen(word)) != 0 || nth-- > 0)
            continue;
        *line = xasprintf("%.*s%s:", (int)(word - text), text, name);
        *about = f == FILTER_IMAGE ? text_safe("the release's name contains what follows")
                                   : text_safe_fmt("the row's %s contains what follows", name);
        return true;
    }
    return false;
}

static struct safe_text explain(const void *data, const char *text, enum role *role)
{
    const struct watch_screen *self = data;
    struct filter tried;
    struct safe_text why = {0};
    size_t releases = self->lists[WATCH_RELEASES].count, tasks = self->lists[WATCH_IMPORTS].count;
    if (!filter_parse(&tried, text, &why)) {
        *role = ROLE_BAD;
        return why;
    }
    return text_safe_fmt(
        "%zu release%s, %zu task%s, %zu pending  ! in front turns a word round  Esc: as before",
        releases, releases == 1 ? "" : "s", tasks, tasks == 1 ? "" : "s",
        self->lists[WATCH_PENDINGS].count);
}

bool watch_filter_input(struct watch_screen *self, const struct input *in)
{
    struct prompt_source source = {.data = self, .candidate = candidate, .explain = explain};
    unsigned did = prompt_event(&self->prompt, in, &source);
    if (did & UI_CLOSED) {
        watch_filter_set(self, self->filter_before);
    } else if (did & (UI_CHANGED | UI_ACCEPTED)) {
        char *text = prompt_text(&self->prompt);
        watch_filter_set(self, text);
        free(text);
    }
    return true;
}

void watch_filter_draw(struct watch_screen *self, const struct view *v)
{
    struct prompt_source source = {.data = self, .candidate = candidate, .explain = explain};
    if (self->prompt.open)
        prompt_draw(v, &self->prompt, &source);
}

/* The filter of the watch screen. */
#include "screens/watch_state.h"

static struct safe_text about(enum filter_field field, const char *name)
{
    return field == FILTER_IMAGE ? text_safe("the release's name contains what follows")
                                 : text_safe_fmt("the row's %s contains what follows", name);
}

static struct safe_text found(const void *data)
{
    const struct watch_screen *self = data;
    size_t releases = self->lists[WATCH_RELEASES].count, tasks = self->lists[WATCH_IMPORTS].count;
    return text_safe_fmt(
        "%zu release%s, %zu task%s, %zu pending  ! in front turns a word round  Esc: as before",
        releases, releases == 1 ? "" : "s", tasks, tasks == 1 ? "" : "s",
        self->lists[WATCH_PENDINGS].count);
}

void watch_filter_set(struct watch_screen *self, const char *words)
{
    if (filter_line_set(&self->filter, words))
        watch_order(self, false);
}

void watch_filter_open(struct watch_screen *self, const char *words)
{
    if (filter_line_open(&self->filter, words))
        watch_order(self, false);
}

bool watch_filter_input(struct watch_screen *self, const struct input *in)
{
    struct filter_words words = {.data = self, .about = about, .found = found};
    if (filter_line_input(&self->filter, in, &words))
        watch_order(self, false);
    return true;
}

void watch_filter_draw(struct watch_screen *self, const struct view *v)
{
    struct filter_words words = {.data = self, .about = about, .found = found};
    filter_line_draw(v, &self->filter, &words);
}

/* The filter of the release screen. */
#include "screens/release_filter.h"

static struct safe_text about(enum filter_field field, const char *name)
{
    (void)field;
    return text_safe_fmt("rows whose %s contains what follows; ! in front turns it round", name);
}

static struct safe_text found(const void *data)
{
    const struct release_screen *self = data;
    const struct model *m = console_shown(self->screen.console);
    return text_safe_fmt("%zu of %zu  Esc: as before", self->order.count, m->plan->region_count);
}

void release_filter_set(struct release_screen *self, const char *words)
{
    if (filter_line_set(&self->filter, words))
        release_order(self, false);
}

void release_filter_open(struct release_screen *self, const char *words)
{
    if (filter_line_open(&self->filter, words))
        release_order(self, false);
}

bool release_filter_input(struct release_screen *self, const struct input *in)
{
    struct filter_words words = {.data = self, .about = about, .found = found};
    if (filter_line_input(&self->filter, in, &words))
        release_order(self, false);
    return true;
}

void release_filter_draw(struct release_screen *self, const struct view *v)
{
    struct filter_words words = {.data = self, .about = about, .found = found};
    filter_line_draw(v, &self->filter, &words);
}

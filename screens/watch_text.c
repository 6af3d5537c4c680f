/* Ages, moments and texts as the watch screens say them. */
#include "screens/watch_text.h"

#include <stdio.h>
#include <string.h>

#include "core/watch.h"
#include "screens/cell_text.h"

void watch_age(clock_ms ms, bool at_least, char out[WORDS_MAX])
{
    long long m = ms < 0 ? 0 : (long long)(ms / 60000);
    const char *sign = at_least ? ">" : "";
    if (m < 1)
        snprintf(out, WORDS_MAX, at_least ? ">0 min" : "<1 min");
    else if (m < 60)
        snprintf(out, WORDS_MAX, "%s%lld min", sign, m);
    else if (m < 1440)
        snprintf(out, WORDS_MAX, "%s%lld h %02lld", sign, m / 60, m % 60);
    else if (m < 14400)
        snprintf(out, WORDS_MAX, "%s%lld d %lld h", sign, m / 1440, m / 60 % 24);
    else
        snprintf(out, WORDS_MAX, "%s%lld d", sign, m / 1440 % 1000000);
}

void watch_left(clock_ms ms, char out[WORDS_MAX])
{
    if (ms > 0)
        watch_age(ms + 59999, false, out);
    else
        snprintf(out, WORDS_MAX, ms < 0 ? "?" : "-");
}

void watch_moment(time_t at, time_t now, char out[WORDS_MAX])
{
    struct tm then, today;
    if (at <= 0 || localtime_r(&at, &then) == NULL || localtime_r(&now, &today) == NULL) {
        snprintf(out, WORDS_MAX, "-");
        return;
    }
    bool same = then.tm_yday == today.tm_yday && then.tm_year == today.tm_year;
    if (strftime(out, WORDS_MAX, same ? "%H:%M" : "%m-%d %H:%M", &then) == 0)
        snprintf(out, WORDS_MAX, "-");
}

void watch_fit(const struct view *v, enum role role, const char *raw)
{
    struct safe_text text = text_safe(raw);
    grid_text_fit(v, 0, 0, v->cols, role, &text);
    text_free(&text);
}

void watch_fit_id(const struct view *v, enum role role, const char *raw)
{
    struct safe_text text = text_safe(raw);
    grid_text_middle(v, 0, 0, v->cols, role, &text);
    text_free(&text);
}

void watch_fit_right(const struct view *v, enum role role, const char *raw)
{
    grid_print_right(v, v->cols, 0, role, "%s", raw);
}

void watch_percent(const struct view *v, int percent)
{
    if (percent < 0)
        grid_literal_right(v, v->cols, 0, ROLE_FAINT, "-");
    else
        grid_print_right(v, v->cols, 0, ROLE_TEXT, "%d%%", percent > 100 ? 100 : percent);
}

void watch_word(const struct view *v, enum word word)
{
    grid_state(v, 0, 0, cell_role(word));
}

/* Problems first, then from the end of the way to its beginning. */
static const enum word told[] = {WORD_FAIL, WORD_STAL, WORD_RTRY, WORD_PUBL, WORD_DONE, WORD_PRIV,
                                 WORD_COPY, WORD_IMPT, WORD_UPLD, WORD_WAIT, WORD_SKIP};

static void draw_counts(const struct view *v, const struct watch_release *release)
{
    int x = 0;
    for (size_t w = 0; w < sizeof(told) / sizeof(told[0]); w++) {
        int n = 0;
        for (size_t i = 0; i < release->cell_count; i++)
            n += release->cells[i].word == told[w];
        if (n == 0)
            continue;
        x = grid_print(v, x, 0, ROLE_TEXT, "%d", n);
        x = grid_literal(v, x, 0, cell_role(told[w]), role_glyph(cell_role(told[w]))) + 1;
    }
}

void watch_regions_draw(const struct view *v, const struct watch_release *release)
{
    if ((size_t)v->cols < release->cell_count) {
        draw_counts(v, release);
        return;
    }
    for (size_t i = 0; i < release->cell_count; i++) {
        const struct watch_cell *cell = &release->cells[i];
        enum role role = cell_role(cell->word);
        grid_literal(v, (int)i, 0, role, role_glyph(role));
        if (cell->old)
            grid_attr(v, (int)i, 0, 1, 1, ATTR_UNDERLINE);
    }
}

/* One event as one line. */
#include "screens/event_line.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "screens/words.h"

/* From this width on the state has a column of its own. */
#define WIDE_COLS 100

/* Older ones are not looked for in one go, so that a frame stays short. */
#define LOOK_BACK 4000

struct look {
    const char *glyph;
    enum role role;
};

static struct look look_of(const struct event *e)
{
    static const struct {
        const char *state;
        struct look look;
    } states[] = {
        {"public", {"●", ROLE_GOOD}},    {"ready", {"○", ROLE_TEXT}},
        {"pending", {"→", ROLE_TEXT}},   {"uploading", {"↑", ROLE_TEXT}},
        {"importing", {"≈", ROLE_TEXT}},
    };
    static const struct look levels[] = {
        [EVENT_INFO] = {"·", ROLE_TEXT},
        [EVENT_GOOD] = {"✓", ROLE_GOOD},
        [EVENT_WARN] = {"!", ROLE_WARN},
        [EVENT_BAD] = {"✗", ROLE_BAD},
    };
    for (size_t i = 0; i < ARRAY_LEN(states) && e->level <= EVENT_GOOD; i++)
        if (strcmp(e->state, states[i].state) == 0)
            return states[i].look;
    return levels[e->level];
}

/* Bytes of the images' names before the first part (behind a - or /) in which they differ. */
static size_t shared_bytes(const struct plan *plan)
{
    const char *first = plan->images[0].name;
    size_t shared = strlen(first);
    for (size_t i = 1; i < plan->image_count; i++) {
        size_t n = 0;
        while (n < shared && plan->images[i].name[n] == first[n])
            n++;
        shared = n;
    }
    while (shared > 0 && first[shared - 1] != '-' && first[shared - 1] != '/')
        shared--;
    return shared;
}

/* Two images have the same story in one region: what tells them apart stands before it. Returns the
 * column behind. */
static int draw_image(const struct view *v, int x, int y, const struct plan *plan,
                      const struct event *e)
{
    if (plan == NULL || plan->image_count < 2 || !words_are(&e->image))
        return x;
    size_t shared = shared_bytes(plan);
    const char *own = e->image.utf8;
    struct safe_text name = text_safe(strlen(own) > shared ? own + shared : own);
    int most = v->cols >= WIDE_COLS ? 14 : 7;
    x = grid_text_fit(v, x, y, most, ROLE_FAINT, &name) + 1;
    text_free(&name);
    return x;
}

void event_line_draw(const struct view *v, int y, const struct plan *plan, const struct event *e)
{
    struct look look = look_of(e);
    char time[WORDS_MAX];
    int x = 12;
    words_clock(e->time, time);
    grid_print(v, 1, y, ROLE_FAINT, "%s", time);
    grid_literal(v, 10, y, look.role, look.glyph);
    const struct safe_text *place = words_are(&e->region) ? &e->region : &e->disk;
    if (v->cols >= WIDE_COLS) {
        grid_text_fit(v, x, y, 15, ROLE_TEXT, place);
        x += 16;
        struct view state = view_cut(v, x, y, 12, 1);
        grid_print(&state, 0, 0, ROLE_FAINT, "%s", e->state);
        x += 13;
    } else if (words_are(place)) {
        x = grid_text_fit(v, x, y, 15, ROLE_TEXT, place) + 1;
    }
    x = draw_image(v, x, y, plan, e);
    if (words_are(&e->code)) {
        x = grid_text_fit(v, x, y, v->cols - x - 1, look.role, &e->code);
        x = grid_literal(v, x, y, ROLE_TEXT, ": ");
    }
    if (words_are(&e->text) || v->cols >= WIDE_COLS)
        grid_text_fit(v, x, y, v->cols - x - 1, ROLE_TEXT, &e->text);
    else
        grid_print(v, x, y, ROLE_TEXT, "%s", e->state);
}

bool event_line_counts(const struct event *event, bool calls)
{
    return event->kind != EVENT_UPLOAD && (calls || event->kind != EVENT_CALL);
}

bool event_line_matches(const struct event *event, const struct filter *filter)
{
    if (filter->count == 0)
        return true;
    char *note = xasprintf("%s %s", words_str(&event->code), words_str(&event->text));
    struct filter_row row = {
        .fields = {[FILTER_REGION] = event->region.utf8,
                   [FILTER_STATE] = event->state,
                   [FILTER_AMI] = event->ami.utf8,
                   [FILTER_SNAPSHOT] = event->snapshot.utf8,
                   [FILTER_NOTE] = note,
                   [FILTER_IMAGE] = event->image.utf8},
    };
    bool matches = filter_matches(filter, &row);
    free(note);
    return matches;
}

const struct event *event_line_before(struct event_list *list, uint64_t before,
                                      const struct filter *filter, bool calls)
{
    uint64_t n = before > 0 ? before : event_list_last(list) + 1;
    uint64_t end = n > LOOK_BACK ? n - LOOK_BACK : 0;
    while (n > end + 1) {
        const struct event *e = event_list_get(list, --n);
        if (e != NULL && event_line_counts(e, calls) && event_line_matches(e, filter))
            return e;
    }
    return NULL;
}

void event_line_latest(const struct view *v, const struct plan *plan, struct event_list *list)
{
    static const struct filter all;
    uint64_t before = 0;
    for (int y = 0; y < v->rows && list != NULL; y++) {
        const struct event *e = event_line_before(list, before, &all, false);
        if (e == NULL)
            break;
        event_line_draw(v, y, plan, e);
        before = e->number;
    }
}

/* The frame that all screens share. */
#include "screens/frame.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/options.h"
#include "screens/words.h"
#include "ui/pane.h"
#include "ui/paragraph.h"

/* From this size on there is room for air. */
#define WIDE_COLS 100
#define TALL_ROWS 30

struct shape {
    int header, status, rule, footer;
};

/* Rows of a status that is said in full where there is room for it. */
#define ROOMY_ROWS 14

/* words: columns of the status. */
static struct shape shape_of(int rows, bool second, int words, int cols)
{
    return (struct shape){
        .header = rows < 3              ? 0
                  : second && rows >= 8 ? 2
                                        : 1,
        .status = rows < 2                                 ? 0
                  : rows < ROOMY_ROWS || words <= cols - 2 ? 1
                  : words <= 2 * (cols - 2) - cols / 4     ? 2
                                                           : 3,
        .rule = rows >= TALL_ROWS,
        .footer = rows >= 4,
    };
}

/* The account as the release knows it, else as the inventory does. */
struct who {
    const char *account, *alias; /* "" while not known */
    bool read_only, rehearsal;
};

static struct who who_is_it(const struct console *c)
{
    const struct model *m = console_shown(c);
    const struct inventory *i = console_shown_inventory(c);
    struct who who = {.account = m != NULL ? words_str(&m->account) : "",
                      .alias = m != NULL ? words_str(&m->alias) : ""};
    if (who.account[0] == '\0' && i != NULL)
        who = (struct who){.account = i->account, .alias = i->alias};
    who.read_only = c->read_only || c->place == PLACE_WATCH || (m != NULL && m->read_only);
    who.rehearsal = (m != NULL && m->rehearsal) || (c->settings != NULL && c->settings->rehearse);
    return who;
}

static void say_account(struct statusline *line, const struct who *who)
{
    char account[WORDS_MAX];
    if (who->account[0] == '\0')
        return;
    words_account(who->account, account);
    status_right(line, ROLE_STRONG, 0, 0, "%s", account);
    if (who->alias[0] != '\0')
        status_right(line, ROLE_STRONG, 3, 1, "%s", who->alias);
}

static void say_badges(struct statusline *line, const struct console *c, const struct who *who)
{
    if (c->place == PLACE_RELEASES ? c->frozen != NULL : c->still != NULL)
        status_right(line, ROLE_BADGE, 0, 1, "[FROZEN]");
    if (who->read_only)
        status_right(line, ROLE_BADGE, 0, 1, "[READ-ONLY]");
    if (who->rehearsal)
        status_right(line, ROLE_BADGE, 0, 1, "[REHEARSAL]");
    else if (strcasestr(who->alias, "prod") != NULL)
        status_right(line, ROLE_PROD, 0, 1, "[PROD]");
}

/* Wall seconds before the end from which on it is said. */
#define KEYS_SHORT_S (10 * 60)

/* Renewed in time they never come so near. */
static void say_keys(struct statusline *line, const struct console *c, const struct model *m)
{
    if (m == NULL || m->keys_left_s < 0)
        return;
    clock_ms since = c->now > m->now ? c->now - m->now : 0;
    int64_t left = m->keys_left_s - (int64_t)((double)since / clock_rate() / 1000);
    if (left <= 0)
        status_right(line, ROLE_BADGE, 0, 1, "[SIGNED OUT]");
    else if (left < KEYS_SHORT_S)
        status_right(line, ROLE_WARN, 1, 2, "keys %lld:%02lld left", (long long)left / 60,
                     (long long)left % 60);
}

static void say_origin(struct statusline *line, const struct console *c, const struct model *m)
{
    if (c->settings != NULL && c->settings->profile != NULL)
        status_right(line, ROLE_FAINT, 6, 2, "profile %s", c->settings->profile);
    else if (m != NULL && words_are(&m->credentials_source))
        status_right(line, ROLE_FAINT, 6, 2, "%s", m->credentials_source.utf8);
    if (m != NULL && m->plan != NULL && m->plan->region_count > 0)
        status_right(line, ROLE_FAINT, 5, 2, "home %s", m->plan->regions[0].name);
}

static void draw_first(const struct view *v, const struct console *c, const struct safe_text *what)
{
    struct statusline line = {0};
    struct who who = who_is_it(c);
    bool wide = v->cols >= WIDE_COLS;
    status_left(&line, ROLE_BRAND, 4, 0, "tatami");
    status_left(&line, ROLE_STRONG, 0, wide ? 2 : 1, "%s", words_str(what));
    say_account(&line, &who);
    say_badges(&line, c, &who);
    say_keys(&line, c, console_shown(c));
    say_origin(&line, c, console_shown(c));
    status_draw(v, 0, &line);
}

/* Where the engine has nothing to say: what keeps a public release private for now. */
static void draw_calm(const struct view *v, const struct model *m)
{
    int required = 0;
    if (m->phase != PHASE_RUNNING || m->plan == NULL || !m->plan->is_public ||
        m->plan->publish_when != PUBLISH_ALL)
        return;
    for (size_t i = 0; i < m->cell_count; i++)
        required += m->cells[i].required && !m->cells[i].left_out;
    struct safe_text words =
        text_safe_fmt("Nothing becomes public until all %d required AMIs are verified.", required);
    grid_text_fit(v, 1, 0, v->cols - 2, ROLE_FAINT, &words);
    text_free(&words);
}

struct status {
    struct safe_text words; /* a copy; utf8 NULL for none */
    enum role role;
};

/* What a key did, else what the screen says, else what matters most of the release. */
static struct status status_of(struct screen *screen)
{
    static const enum role by_phase[PHASES] = {
        [PHASE_RESOLVING] = ROLE_TEXT, [PHASE_PLANNED] = ROLE_STRONG,  [PHASE_RUNNING] = ROLE_TEXT,
        [PHASE_HELD] = ROLE_BAD,       [PHASE_PUBLISHING] = ROLE_TEXT, [PHASE_DONE] = ROLE_STRONG,
        [PHASE_STOPPING] = ROLE_WARN,  [PHASE_STOPPED] = ROLE_WARN,    [PHASE_REFUSED] = ROLE_BAD,
        [PHASE_LEASING] = ROLE_TEXT,   [PHASE_CLOSING] = ROLE_TEXT,
    };
    const struct console *c = screen->console;
    const struct model *m = c->place == PLACE_RELEASES ? console_shown(c) : NULL;
    struct status status = {.role = ROLE_TEXT};
    if (words_are(&c->said))
        return (struct status){text_copy(&c->said), c->said_role};
    if (screen->ops->status != NULL && screen->ops->status(screen, &status.words, &status.role))
        return status;
    if (m != NULL && words_are(&m->headline))
        return (struct status){text_copy(&m->headline), by_phase[m->phase]};
    return status;
}

static void draw_status(const struct view *v, const struct console *c, const struct status *status)
{
    struct view inner = view_cut(v, 1, 0, v->cols - 2, v->rows);
    if (status->words.utf8 == NULL) {
        if (c->place == PLACE_RELEASES && console_shown(c) != NULL)
            draw_calm(v, console_shown(c));
    } else if (v->rows > 1) {
        paragraph_draw(&inner, 0, status->role, &status->words);
    } else {
        grid_text_fit(&inner, 0, 0, inner.cols, status->role, &status->words);
    }
}

struct view frame_draw(const struct view *v, struct screen *screen, struct statusline *second,
                       const char *what, ...)
{
    struct status said = status_of(screen);
    struct shape s = shape_of(v->rows, second != NULL, said.words.columns, v->cols);
    struct view rest = *v;
    struct keymap map;
    char *raw = NULL;
    va_list args;
    va_start(args, what);
    if (vasprintf(&raw, what, args) < 0)
        raw = NULL;
    va_end(args);
    struct safe_text title = text_safe(raw);
    free(raw);

    grid_blank(v);
    struct view header = view_take_top(&rest, s.header);
    struct view footer = view_take_bottom(&rest, s.footer);
    struct view rule = view_take_bottom(&rest, s.rule);
    struct view status = view_take_bottom(&rest, s.status);
    draw_first(&header, screen->console, &title);
    if (second != NULL)
        status_draw(&header, 1, second);
    draw_status(&status, screen->console, &said);
    grid_rule(&rule, 0);
    console_keymap(screen, &map);
    keymap_footer(&footer, &map);
    text_free(&said.words);
    text_free(&title);
    return rest;
}

struct view frame_section(struct view *v, int rows, const char *title)
{
    struct view part = view_take_top(v, rows + 1);
    return pane_draw(&part, NULL, NULL, "%s", title);
}

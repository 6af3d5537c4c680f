/* The way from the screen to `tatami cancel`. */
#include "screens/cancel_dialog.h"

#include "base/mem.h"
#include "screens/acts.h"
#include "screens/ask_dialog.h"
#include "screens/words.h"

bool cancel_dialog_can(const struct console *c, struct safe_text *reason)
{
    static const struct {
        enum phase phase;
        const char *why;
    } rows[] = {
        {PHASE_RESOLVING, "nothing was sent yet; q leaves"},
        {PHASE_PLANNED, "nothing was sent yet; q leaves"},
        {PHASE_REFUSED, "nothing was sent"},
        {PHASE_DONE, "the release is finished: z takes it back, `tatami cleanup` takes it away"},
        {PHASE_CLOSING, "the release is finishing just now"},
    };
    const char *why = c->model->read_only ? "read only: nothing is changed" : NULL;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (why == NULL && rows[i].phase == c->model->phase)
            why = rows[i].why;
    if (why != NULL && reason != NULL)
        *reason = text_safe(why);
    return why == NULL;
}

static void stop(struct console *c, int key, void *data)
{
    (void)key;
    (void)data;
    c->cancels = true;
    console_stop(c);
    console_say(c, ROLE_WARN, "Stopping; then what the release has made is listed.");
}

static void say(struct console *c, struct dialog *d)
{
    int amis = 0, open = acts_count_public(c->model);
    for (size_t i = 0; i < c->model->cell_count; i++)
        amis += words_are(&c->model->cells[i].ami);
    dialog_say(d, "So far", ROLE_STRONG, "%d AMI%s, %d of them public", amis, amis == 1 ? "" : "s",
               open);
    dialog_say(d, "Then", ROLE_TEXT, "it stops, this screen closes, and all that goes is listed:");
    dialog_say(d, NULL, ROLE_TEXT, "uploads, imports, AMIs, snapshots and staging objects");
    dialog_say(d, NULL, ROLE_TEXT, "nothing goes before a phrase is typed there%s",
               open > 0 ? "; what is public stays" : "");
    dialog_say(d, NULL, ROLE_TEXT, "%s", "");
}

struct screen *cancel_dialog_open(struct console *c)
{
    struct dialog *d;
    struct screen *screen = ask_dialog_open(c, "CANCEL THE RELEASE?", ROLE_DANGER, stop, NULL, &d);
    ask_dialog_follow(screen, c, say);
    dialog_choice(d, 'y', "stop it and list what it has made");
    return screen;
}

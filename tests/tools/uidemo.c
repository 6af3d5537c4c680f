/* Every widget on one screen with made-up rows: what the terminal harness is tested against, and
 * where to look at the widgets. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/tools/uidemo.h"
#include "ui/term.h"

static void ask_to_destroy(struct demo *d)
{
    dialog_open(&d->dialog, "DEREGISTER AND DELETE", ROLE_DANGER);
    dialog_say(&d->dialog, "Account", ROLE_STRONG, "1234-5678-9012  acme  [PROD]");
    dialog_say(&d->dialog, "Destroy", ROLE_TEXT, "34 AMIs in 34 regions (1 release)");
    dialog_say(&d->dialog, "", ROLE_TEXT, "34 snapshots, 340 GiB, ≤ $17.00/month");
    dialog_say(&d->dialog, "Undo", ROLE_TEXT, "Recycle Bin keeps both for 7 days in 31 regions");
    for (size_t i = 0; i < REGIONS; i++)
        dialog_list(&d->dialog, "%s  %s", d->regions[i].ami, d->regions[i].name);
    dialog_phrase(&d->dialog, "deregister 34");
    d->dialog.note = "Paste is ignored here. After Enter: 2 s countdown, any key stops it.";
    d->dialog.countdown_s = 2;
    d->asks = true;
}

static void ask_to_leave(struct demo *d)
{
    dialog_open(&d->dialog, "LEAVE?", ROLE_TITLE);
    dialog_say(&d->dialog, "In AWS (goes on without you)", ROLE_TEXT, "11 copies");
    dialog_say(&d->dialog, "Needs tatami", ROLE_TEXT, "upload 61%%, 13 publishes");
    d->dialog.escape = "stay";
    dialog_choice(&d->dialog, 'b', "go on in background; `tatami attach` comes back");
    dialog_choice(&d->dialog, 's', "stop cleanly; `tatami resume 0921` goes on later");
    d->asks = true;
}

static void act(struct demo *d, int function)
{
    uint64_t one = 1;
    if (function != FN_REDRAW)
        d->said[0] = '\0';
    switch (function) {
    case FN_HELP:
        d->helps = true;
        break;
    case FN_VIEW:
        d->as_table = !d->as_table;
        break;
    case FN_DESTROY:
        ask_to_destroy(d);
        break;
    case FN_LEAVE:
        ask_to_leave(d);
        break;
    case FN_FILTER:
        prompt_open(&d->prompt, '/', "");
        break;
    case FN_PALETTE:
        prompt_open(&d->prompt, ':', "");
        break;
    case FN_REDRAW:
        term_redraw();
        break;
    case FN_SUSPEND:
        term_suspend();
        break;
    case FN_MOUSE:
        term_mouse(!term_mouse_is_on());
        break;
    case FN_NEWS:
        if (write(d->wake, &one, sizeof one) != (ssize_t)sizeof one)
            d->ends = true;
        break;
    default:
        uidemo_move(d, function);
        break;
    }
}

static void answer(struct demo *d, unsigned result)
{
    bool leaves = (result & UI_ACCEPTED) && d->dialog.chosen == 's';
    event_timer(d->events, result & UI_COUNTING ? 1000 : 0);
    if (!(result & (UI_ACCEPTED | UI_CLOSED)))
        return;
    snprintf(d->said, sizeof d->said, "%s", result & UI_ACCEPTED ? "done" : "nothing was done");
    dialog_free(&d->dialog);
    d->asks = false;
    d->ends = leaves;
}

static void take_prompt(struct demo *d, const struct input *in)
{
    struct prompt_source source = uidemo_prompt(d);
    unsigned result = prompt_event(&d->prompt, in, &source);
    char *text = prompt_text(&d->prompt);
    if (d->prompt.sign == '/' && (result & (UI_CHANGED | UI_ACCEPTED)))
        uidemo_filter(d, text);
    const struct key_row *row = keymap_command(&uidemo_keymap, text, NULL);
    if (d->prompt.sign == ':' && (result & UI_ACCEPTED) && row != NULL)
        act(d, row->function);
    free(text);
}

static void take_key(struct demo *d, const struct input *in)
{
    if (d->asks) {
        answer(d, dialog_event(&d->dialog, in));
    } else if (d->prompt.open) {
        take_prompt(d, in);
    } else if (d->helps) {
        d->helps = !(help_event(&d->help, in) & UI_CLOSED);
    } else if (in->kind == EVENT_KEY) {
        const struct key_table *table;
        const struct key_row *row = keymap_find(&uidemo_keymap, in->key, &table);
        struct safe_text reason = {0};
        if (row != NULL && keymap_available(table, row, &reason))
            act(d, row->function);
        else
            snprintf(d->said, sizeof d->said, "%s", row != NULL ? reason.utf8 : "no such key");
        text_free(&reason);
    }
}

static void take(struct demo *d, const struct input *in, struct grid *grid)
{
    switch (in->kind) {
    case EVENT_FRAME:
        uidemo_draw(d, grid);
        term_blit(grid);
        event_drawn(d->events);
        return;
    case EVENT_RESIZE:
        grid_resize(grid, in->cols, in->rows);
        return;
    case EVENT_SIGNAL:
        d->ends = true;
        return;
    case EVENT_WAKE:
        snprintf(d->said, sizeof d->said, "news from %d", in->source);
        event_want_frame(d->events, FRAME_SOON);
        return;
    case EVENT_TIMER:
        answer(d, dialog_tick(&d->dialog));
        break;
    case EVENT_SUSPEND:
        term_suspend();
        break;
    case EVENT_RESUMED:
        snprintf(d->said, sizeof d->said, "goes on");
        break;
    case EVENT_MOUSE:
        snprintf(d->said, sizeof d->said, "mouse %d %d", in->x, in->y);
        break;
    default:
        take_key(d, in);
        break;
    }
    event_want_frame(d->events, FRAME_NOW);
}

static void crash(int number)
{
    term_rescue();
    signal(number, SIG_DFL);
    raise(number);
}

int main(int argc, char **argv)
{
    struct demo demo = {0};
    struct err err = ERR_INIT;
    struct input in;
    int cols, rows_now, status = 0;
    struct term_options options = {.ascii = argc > 1 && strcmp(argv[1], "--ascii") == 0};

    signal(SIGSEGV, crash);
    uidemo_fill(&demo);
    uidemo_filter(&demo, "");
    demo.wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    demo.events = event_open(NULL, &err);
    if (demo.events == NULL || !term_open(&options, &err)) {
        fprintf(stderr, "uidemo: %s\n", err.message);
        event_close(demo.events);
        return 2;
    }
    event_watch(demo.events, demo.wake);
    term_size(&cols, &rows_now);
    struct grid *grid = grid_new(cols, rows_now, term_is_ascii());
    struct safe_text title = text_safe("uidemo \x1b]2;evil\a 34");
    term_title(&title);
    text_free(&title);
    event_want_frame(demo.events, FRAME_NOW);
    while (!demo.ends) {
        if (!event_next(demo.events, &in, &err)) {
            status = 1;
            break;
        }
        take(&demo, &in, grid);
    }
    term_close();
    event_close(demo.events);
    dialog_free(&demo.dialog);
    table_free(&demo.table);
    grid_free(grid);
    close(demo.wake);
    return status;
}

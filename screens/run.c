/* The console on a terminal. */
#include "screens/run.h"

#include <signal.h>
#include <stdlib.h>

#include "base/mem.h"
#include "screens/console.h"
#include "screens/home_screen.h"
#include "screens/notice.h"
#include "screens/plan_screen.h"
#include "ui/clip.h"
#include "ui/event.h"
#include "ui/term.h"

/* While something moves, times are shown anew once a second. */
#define TICK_MS 1000

struct console_loop {
    const struct settings *settings;
    struct events *events;
    struct release *release; /* NULL: home */
    int wake_fd;             /* watched already; -1 for none */
    struct console console;
    struct grid *grid;
    clock_ms titled_at;
};

static int busy(void *data)
{
    return console_busy(&((struct console_loop *)data)->console);
}

struct console_loop *console_loop_open(const struct settings *settings, struct err *err)
{
    struct console_loop *loop = xcalloc(1, sizeof(*loop));
    struct event_options options = {.busy = busy, .data = loop};
    loop->settings = settings;
    loop->wake_fd = -1;
    loop->events = event_open(&options, err);
    if (loop->events != NULL)
        return loop;
    free(loop);
    return NULL;
}

void console_loop_close(struct console_loop *loop)
{
    if (loop == NULL)
        return;
    event_close(loop->events);
    free(loop);
}

static void send_command(void *data, const struct command *command)
{
    struct console_loop *loop = data;
    if (loop->release != NULL)
        release_command(loop->release, command);
}

static bool send_copy(void *data, const struct safe_text *text, struct err *err)
{
    (void)data;
    return clip_send(text, NULL, err);
}

static void fetch_model(struct console_loop *loop)
{
    if (loop->release == NULL)
        return;
    struct model *model = release_model(loop->release);
    console_model(&loop->console, model);
    model_unref(model);
}

/* At most once a second while things move, so that a terminal is not flooded with titles. */
static void set_title(struct console_loop *loop)
{
    clock_ms second = (clock_ms)(1000 * clock_rate());
    if (console_busy(&loop->console) > 0 && loop->console.now - loop->titled_at < second)
        return;
    struct safe_text title = notice_title(loop->console.model, term_is_ascii());
    term_title(&title);
    text_free(&title);
    loop->titled_at = loop->console.now;
}

static void draw(struct console_loop *loop)
{
    int cols, rows;
    term_size(&cols, &rows);
    if (cols != loop->grid->cols || rows != loop->grid->rows)
        grid_resize(loop->grid, cols, rows);
    loop->console.now = clock_now_ms();
    set_title(loop);
    console_draw(&loop->console, loop->grid);
    term_blit(loop->grid);
    event_drawn(loop->events);
    event_timer(loop->events, console_busy(&loop->console) > 0 ? TICK_MS : 0);
}

static void suspend(struct console_loop *loop)
{
    term_suspend();
    event_want_frame(loop->events, FRAME_NOW);
}

static void serve_wants(struct console_loop *loop)
{
    unsigned wants = loop->console.wants;
    loop->console.wants = 0;
    if (wants & WANT_BELL)
        term_bell();
    if (wants & WANT_MOUSE) {
        term_mouse(!term_mouse_is_on());
        console_say(&loop->console, ROLE_TEXT, "Mouse %s.", term_mouse_is_on() ? "on" : "off");
    }
    if (wants & WANT_REDRAW)
        term_redraw();
    if (wants & WANT_SUSPEND)
        suspend(loop);
}

/* SIGTERM stops cleanly; SIGHUP too, but nobody is there to look on. */
static void take_signal(struct console_loop *loop, int number)
{
    if (number == SIGINT) {
        console_leave(&loop->console);
        return;
    }
    console_stop(&loop->console);
    if (number == SIGHUP)
        loop->console.end = CONSOLE_LEAVES;
}

static void take(struct console_loop *loop, const struct input *in)
{
    switch (in->kind) {
    case EVENT_KEY:
    case EVENT_PASTE:
    case EVENT_MOUSE:
        console_input(&loop->console, in);
        event_want_frame(loop->events, FRAME_NOW);
        break;
    case EVENT_WAKE:
        fetch_model(loop);
        event_want_frame(loop->events, FRAME_SOON);
        break;
    case EVENT_TIMER:
        event_want_frame(loop->events, FRAME_SOON);
        break;
    case EVENT_SIGNAL:
        take_signal(loop, in->signal);
        event_want_frame(loop->events, FRAME_NOW);
        break;
    case EVENT_SUSPEND:
        suspend(loop);
        break;
    case EVENT_RESUMED:
        term_redraw();
        event_want_frame(loop->events, FRAME_NOW);
        break;
    case EVENT_RESIZE:
        break;
    case EVENT_FRAME:
        draw(loop);
        break;
    }
    serve_wants(loop);
}

/* A crash must not leave the terminal unusable. The signal comes again and ends the program. */
static void crashed(int number)
{
    term_rescue();
    raise(number);
}

static void catch_crashes(void)
{
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    struct sigaction action = {.sa_handler = crashed, .sa_flags = (int)SA_RESETHAND | SA_NODEFER};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        sigaction(numbers[i], &action, NULL);
}

/* The first screen; *releases are the home screen's, to be freed after the console. */
static void open_first(struct console_loop *loop, struct journal *journal,
                       struct journal_release **releases, size_t *count, struct err *trouble)
{
    if (loop->release != NULL) {
        struct model *model = release_model(loop->release);
        loop->console.model = model;
        console_push(&loop->console, plan_screen_open());
        return;
    }
    bool read = journal_list(journal, NULL, false, releases, count, trouble);
    console_push(&loop->console,
                 home_screen_open(*releases, *count, read ? NULL : trouble->message));
}

static bool watch(struct console_loop *loop, int wake_fd, struct err *err)
{
    if (wake_fd < 0 || wake_fd == loop->wake_fd)
        return true;
    if (event_watch(loop->events, wake_fd) < 0)
        return err_set(err, ERR_IO, "too many descriptors are watched");
    loop->wake_fd = wake_fd;
    return true;
}

static bool loop_until_end(struct console_loop *loop, struct err *err)
{
    struct input in;
    event_want_frame(loop->events, FRAME_NOW);
    while (loop->console.end == CONSOLE_GOES_ON) {
        if (!event_next(loop->events, &in, err)) {
            console_stop(&loop->console);
            return false;
        }
        take(loop, &in);
    }
    return true;
}

bool console_run(struct console_loop *loop, struct release *release, int wake_fd,
                 struct journal *journal, struct console_result *out, struct err *err)
{
    struct term_options options = {.color = loop->settings->color, .ascii = loop->settings->ascii};
    struct console_hooks hooks = {.data = loop, .command = send_command, .copy = send_copy};
    struct journal_release *releases = NULL;
    struct err trouble = ERR_INIT;
    size_t count = 0;
    *out = (struct console_result){0};
    if (!watch(loop, wake_fd, err) || !term_open(&options, err))
        return false;

    catch_crashes();
    loop->release = release;
    loop->grid = grid_new(1, 1, term_is_ascii());
    console_init(&loop->console, &hooks, loop->settings);
    open_first(loop, journal, &releases, &count, &trouble);
    bool ok = loop_until_end(loop, err);

    out->exit_status = loop->console.model != NULL ? loop->console.model->exit_status : 0;
    if (loop->console.end == CONSOLE_RESUMES)
        out->resume = xstrdup(loop->console.resume);
    console_free(&loop->console);
    grid_free(loop->grid);
    loop->grid = NULL;
    journal_releases_free(releases, count);
    event_timer(loop->events, 0);
    term_close();
    return ok;
}

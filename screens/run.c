/* The console on a terminal. */
#include "screens/run.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/journal.h"
#include "screens/home_screen.h"
#include "screens/plan_screen.h"
#include "ui/clip.h"
#include "ui/event.h"
#include "ui/term.h"

/* The account is looked at again so often, in program time; who wants it sooner says so. */
#define LOOK_MS 300000

struct console_loop {
    const struct settings *settings;
    struct events *events;
    const struct console_start *start; /* of the console that runs */
    int release_source;                /* index of the release's eventfd; -1 for none */
    int wake_fd, read_source;          /* the reader's eventfd and its index; -1 for none */
    bool news;                         /* it has rung since the last frame */
    struct journal_release *releases;  /* of the home screen */
    size_t release_count;
    struct err trouble; /* why they could not be read */
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
    loop->release_source = loop->wake_fd = loop->read_source = -1;
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
    if (loop->wake_fd >= 0)
        close(loop->wake_fd);
    free(loop);
}

static void send_command(void *data, const struct command *command)
{
    struct console_loop *loop = data;
    if (loop->start->release != NULL)
        release_command(loop->start->release, command);
}

static bool send_copy(void *data, const struct safe_text *text, struct err *err)
{
    (void)data;
    return clip_send(text, NULL, err);
}

/* The eventfd outlives the readers: the loop watches it once. -1 when the system refuses one. */
static int account_fd(struct console_loop *loop)
{
    if (loop->wake_fd < 0)
        loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (loop->wake_fd >= 0 && loop->read_source < 0)
        loop->read_source = event_watch(loop->events, loop->wake_fd);
    return loop->read_source >= 0 ? loop->wake_fd : -1;
}

static struct inventory_reader *open_reader(void *data, struct err *err)
{
    struct console_loop *loop = data;
    int fd = account_fd(loop);
    if (fd >= 0)
        return session_read(loop->start->session, LOOK_MS, fd, err);
    err_set(err, ERR_IO, "the system has no descriptor left to watch the account with");
    return NULL;
}

static struct aws *connect_aws(void *data, struct err *err)
{
    struct session *session = ((struct console_loop *)data)->start->session;
    return session_connect(session, err) ? session->aws : NULL;
}

/* A connection of its own: the engine may be using the release's. */
static bool list_journal(void *data, struct journal_release **out, size_t *count, struct err *err)
{
    struct console_loop *loop = data;
    struct journal *journal = journal_open(loop->settings->state, err);
    bool ok = journal != NULL && journal_list(journal, NULL, false, out, count, err);
    journal_close(journal);
    return ok;
}

static struct screen *open_home(void *data)
{
    struct console_loop *loop = data;
    bool read = list_journal(loop, &loop->releases, &loop->release_count, &loop->trouble);
    return home_screen_open(loop->releases, loop->release_count,
                            read ? NULL : loop->trouble.message);
}

static void fetch_model(struct console_loop *loop)
{
    if (loop->start->release == NULL)
        return;
    struct model *model = release_model(loop->start->release);
    console_model(&loop->console, model);
    model_unref(model);
}

static void look_at_clock(struct console *c)
{
    c->now = clock_now_ms();
    c->calendar = clock_calendar();
}

/* Once a frame: every region rings for itself, and a large account takes some milliseconds. */
static void fetch_inventory(struct console_loop *loop)
{
    if (!loop->news)
        return;
    loop->news = false;
    look_at_clock(&loop->console);
    if (loop->console.reader == NULL) {
        console_news(&loop->console);
        return;
    }
    struct inventory *inventory = inventory_latest(loop->console.reader);
    console_inventory(&loop->console, inventory);
    inventory_unref(inventory);
}

/* At most once a second while things move, so that a terminal is not flooded with titles. */
static void set_title(struct console_loop *loop)
{
    clock_ms second = (clock_ms)(1000 * clock_rate());
    if (console_busy(&loop->console) > 0 && loop->console.now - loop->titled_at < second)
        return;
    struct safe_text title = console_title(&loop->console, term_is_ascii());
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
    look_at_clock(&loop->console);
    set_title(loop);
    console_draw(&loop->console, loop->grid);
    term_blit(loop->grid);
    event_drawn(loop->events);
    clock_ms due = console_due(&loop->console);
    clock_ms left = due - clock_now_ms();
    int64_t wall_ms = left > 0 ? (int64_t)clock_wall_ms(left) + 1 : 1;
    event_timer(loop->events, due == CLOCK_NEVER ? 0 : wall_ms); /* 0 stops it */
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

static bool is_real(const struct console *c)
{
    return c->model != NULL && !c->model->rehearsal && c->model->phase >= PHASE_LEASING;
}

/* SIGTERM stops cleanly. After SIGHUP nobody is there to look on: it goes on in the background. */
static void take_signal(struct console_loop *loop, int number)
{
    if (number == SIGINT) {
        console_leave(&loop->console);
        return;
    }
    if (number == SIGHUP)
        loop->console.background = is_real(&loop->console);
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
        if (in->source == loop->release_source)
            fetch_model(loop);
        else
            loop->news = true;
        event_want_frame(loop->events, FRAME_SOON);
        break;
    case EVENT_TIMER:
        console_tick(&loop->console, clock_now_ms());
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
        fetch_inventory(loop);
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

/* A release stands in its place, wherever the console begins. */
static void open_first(struct console_loop *loop)
{
    struct console *c = &loop->console;
    if (loop->start->release != NULL) {
        c->model = release_model(loop->start->release);
        console_push(c, plan_screen_open());
    } else if (loop->start->place == PLACE_RELEASES) {
        console_push(c, open_home(loop));
    }
    c->first = loop->start->place;
    if (c->first != c->place)
        console_go(c, c->first);
}

/* The release's eventfd is the program's: it is watched once. */
static bool watch_release(struct console_loop *loop, struct err *err)
{
    if (loop->start->wake_fd < 0 || loop->release_source >= 0)
        return true;
    loop->release_source = event_watch(loop->events, loop->start->wake_fd);
    return loop->release_source >= 0 || err_set(err, ERR_IO, "too many descriptors are watched");
}

static bool loop_until_end(struct console_loop *loop, struct err *err)
{
    struct input in;
    event_want_frame(loop->events, FRAME_NOW);
    while (loop->console.end == CONSOLE_GOES_ON) {
        if (!event_next(loop->events, &in, err)) {
            loop->console.background = is_real(&loop->console);
            console_stop(&loop->console);
            return false;
        }
        take(loop, &in);
    }
    return true;
}

static void end(struct console_loop *loop)
{
    inventory_close(loop->console.reader);
    console_free(&loop->console);
    grid_free(loop->grid);
    loop->grid = NULL;
    journal_releases_free(loop->releases, loop->release_count);
    loop->releases = NULL;
    loop->release_count = 0;
    loop->start = NULL;
    event_timer(loop->events, 0);
}

bool console_run(struct console_loop *loop, const struct console_start *start,
                 struct console_result *out, struct err *err)
{
    struct term_options options = {.color = loop->settings->color, .ascii = loop->settings->ascii};
    struct console_hooks hooks = {
        .data = loop,
        .command = send_command,
        .copy = send_copy,
        .read = open_reader,
        .connect = connect_aws,
        .releases = open_home,
        .journal = list_journal,
    };
    *out = (struct console_result){0};
    loop->start = start;
    if (!watch_release(loop, err) || !term_open(&options, err))
        return false;

    catch_crashes();
    loop->grid = grid_new(1, 1, term_is_ascii());
    console_init(&loop->console, &hooks, loop->settings);
    open_first(loop);
    bool ok = loop_until_end(loop, err);

    out->background = loop->console.background;
    out->cancel = loop->console.cancels;
    out->exit_status =
        loop->console.model != NULL ? loop->console.model->exit_status : loop->console.exit_status;
    if (loop->console.end == CONSOLE_RESUMES)
        out->resume = xstrdup(loop->console.resume);
    end(loop);
    term_close();
    return ok;
}

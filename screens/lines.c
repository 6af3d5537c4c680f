/* A release without a screen. */
#include "screens/lines.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "core/event_write.h"
#include "core/manifest.h"
#include "screens/lines_plan.h"

/* Prints what came since *seen. Progress is for programs, not for a log that people read. */
static void print_events(const struct lines_options *o, struct event_list *events, uint64_t *seen)
{
    struct buf b = BUF_INIT;
    const struct event *e;
    while ((e = event_list_get(events, *seen + 1)) != NULL) {
        ++*seen;
        if (o->json)
            event_write_json(e, &b);
        else if (e->kind != EVENT_UPLOAD)
            event_write_text(e, &b);
    }
    fputs(buf_str(&b), o->out);
    fflush(o->out);
    buf_free(&b);
}

static void print_result(const struct lines_options *o, const struct model *m)
{
    struct buf b = BUF_INIT;
    if (o->json) {
        char now[24];
        clock_format_iso(clock_calendar(), now);
        buf_add_fmt(&b, "{\"time\":\"%s\",\"event\":\"result\",\"exit_status\":%d,\"text\":", now,
                    m->exit_status);
        buf_add_json(&b, m->headline.utf8);
        if (m->manifest != NULL) {
            buf_add_str(&b, ",\"manifest\":");
            manifest_write_line(m->manifest, &b);
        }
        buf_add_str(&b, "}\n");
    } else {
        buf_add_fmt(&b, "%s\n", m->headline.utf8);
        if (m->error != NULL && m->error->advice.utf8[0] != '\0')
            buf_add_fmt(&b, "To do: %s.\n", m->error->advice.utf8);
    }
    fputs(buf_str(&b), o->out);
    fflush(o->out);
    buf_free(&b);
}

/* Sleeps until the engine has something new or a signal came; true for a signal. */
static bool wait_for_news(const struct lines_options *o)
{
    struct pollfd fds[] = {{.fd = o->wake_fd, .events = POLLIN},
                           {.fd = o->signal_fd, .events = POLLIN}};
    if (poll(fds, ARRAY_LEN(fds), -1) < 0)
        return false;
    uint64_t count;
    if ((fds[0].revents & POLLIN) != 0 && read(o->wake_fd, &count, sizeof(count)) < 0)
        return false;
    struct signalfd_siginfo info;
    return (fds[1].revents & POLLIN) != 0 && read(o->signal_fd, &info, sizeof(info)) > 0;
}

static bool at_rest(enum phase phase)
{
    static const bool rest[PHASES] = {
        [PHASE_HELD] = true, [PHASE_DONE] = true, [PHASE_STOPPED] = true, [PHASE_REFUSED] = true};
    return rest[phase];
}

static void send(struct release *r, enum command_kind kind)
{
    struct command c = {.kind = kind, .image = -1, .region = -1};
    release_command(r, &c);
}

/* There nobody can be asked: without --yes the plan is all there is. */
static void answer_plan(struct release *r, const struct lines_options *o, const struct model *m)
{
    if (!o->json)
        lines_plan(m->plan, o->out);
    if (!o->yes && !o->json)
        fputs("Refused: nobody is here to say yes. Run it again with --yes.\n", o->out);
    send(r, o->yes ? COMMAND_GO : COMMAND_REFUSE);
}

int lines_run(struct release *r, const struct lines_options *o)
{
    uint64_t seen = 0;
    bool answered = false;
    for (;;) {
        struct model *m = release_model(r);
        print_events(o, release_events(r), &seen);
        if (m->phase == PHASE_PLANNED && m->plan != NULL && !answered) {
            answer_plan(r, o, m);
            answered = true;
        }
        if (at_rest(m->phase)) {
            print_result(o, m);
            int status = m->exit_status;
            model_unref(m);
            return status;
        }
        model_unref(m);
        if (wait_for_news(o))
            send(r, COMMAND_STOP);
    }
}

/* A release without a screen. */
#include "screens/lines.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "core/manifest.h"
#include "screens/lines_plan.h"

static void put_time(struct buf *b, time_t t)
{
    struct tm tm;
    char text[16];
    localtime_r(&t, &tm);
    strftime(text, sizeof(text), "%H:%M:%S", &tm);
    buf_add_str(b, text);
}

static void text_line(struct buf *b, const struct event *e)
{
    put_time(b, e->time);
    buf_add_fmt(b, "  %-14s  %-10s", e->region.utf8, e->state);
    if (e->image.utf8[0] != '\0')
        buf_add_fmt(b, "  %s", e->image.utf8);
    if (e->disk.utf8[0] != '\0')
        buf_add_fmt(b, " %s", e->disk.utf8);
    if (e->ami.utf8[0] != '\0')
        buf_add_fmt(b, "  %s", e->ami.utf8);
    if (e->snapshot.utf8[0] != '\0')
        buf_add_fmt(b, "  %s", e->snapshot.utf8);
    if (e->code.utf8[0] != '\0')
        buf_add_fmt(b, "  %s:", e->code.utf8);
    if (e->text.utf8[0] != '\0')
        buf_add_fmt(b, "  %s", e->text.utf8);
    if (e->request_id.utf8[0] != '\0' && e->kind != EVENT_CALL)
        buf_add_fmt(b, " (request %s)", e->request_id.utf8);
    if (e->advice.utf8[0] != '\0')
        buf_add_fmt(b, "  To do: %s.", e->advice.utf8);
    buf_add_char(b, '\n');
}

static void json_field(struct buf *b, const char *name, const char *value)
{
    if (value[0] == '\0')
        return;
    buf_add_fmt(b, ",\"%s\":", name);
    buf_add_json(b, value);
}

static void json_line(struct buf *b, const struct event *e)
{
    char time[24];
    clock_format_iso(e->time, time);
    bool failed = e->level == EVENT_BAD;
    buf_add_fmt(b, "{\"time\":\"%s\",\"event\":\"%s\"", time,
                failed ? "error" : event_kind_name(e->kind));
    json_field(b, "image", e->image.utf8);
    json_field(b, "disk", e->disk.utf8);
    json_field(b, "region", e->region.utf8);
    json_field(b, "state", e->state);
    json_field(b, "ami", e->ami.utf8);
    json_field(b, "snapshot", e->snapshot.utf8);
    if (e->progress >= 0)
        buf_add_fmt(b, ",\"progress\":%d", e->progress);
    if (e->kind == EVENT_UPLOAD)
        buf_add_fmt(b, ",\"bytes_done\":%llu,\"bytes_total\":%llu",
                    (unsigned long long)e->bytes_done, (unsigned long long)e->bytes_total);
    json_field(b, "code", e->code.utf8);
    json_field(b, "request_id", e->request_id.utf8);
    json_field(b, "text", e->text.utf8);
    json_field(b, "advice", e->advice.utf8);
    buf_add_str(b, "}\n");
}

/* Prints what came since *seen. Progress is for programs, not for a log that people read. */
static void print_events(const struct lines_options *o, struct event_list *events, uint64_t *seen)
{
    struct buf b = BUF_INIT;
    const struct event *e;
    while ((e = event_list_get(events, *seen + 1)) != NULL) {
        ++*seen;
        if (o->json)
            json_line(&b, e);
        else if (e->kind != EVENT_UPLOAD)
            text_line(&b, e);
    }
    fputs(buf_str(&b), o->out);
    fflush(o->out);
    buf_free(&b);
}

static void print_result(const struct lines_options *o, const struct model *m)
{
    struct buf b = BUF_INIT;
    if (o->json) {
        buf_add_fmt(&b, "{\"event\":\"result\",\"exit_status\":%d,\"text\":", m->exit_status);
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
    struct pollfd fds[] = {
        {.fd = o->wake_fd,   .events = POLLIN},
        {.fd = o->signal_fd, .events = POLLIN}
    };
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

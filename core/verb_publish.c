/* `tatami publish` and `tatami unpublish`. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/event_write.h"
#include "core/find.h"
#include "core/interrupt.h"
#include "core/manifest.h"
#include "core/publish_wish.h"
#include "core/verbs.h"
#include "core/wave.h"

/* One run of the verb. */
struct publish {
    const struct settings *s;
    struct aws *aws;
    struct journal *journal; /* NULL: none */
    FILE *out;
    const char *name;
    bool make_public;
    struct interrupt *interrupt;
    struct event_list *events;
    uint64_t printed; /* number of the last event that was */
    struct find_result found;
    struct wave wave;
};

static void print_events(void *arg)
{
    struct publish *p = arg;
    struct buf text = BUF_INIT;
    const struct event *e;
    while ((e = event_list_get(p->events, p->printed + 1)) != NULL) {
        p->printed++;
        if (p->s->json)
            event_write_json(e, &text);
        else
            event_write_text(e, &text);
    }
    fputs(buf_str(&text), p->out);
    fflush(p->out);
    buf_free(&text);
}

static void note(struct publish *p, enum event_level level, const char *region,
                 const struct err *err, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
static void note(struct publish *p, enum event_level level, const char *region,
                 const struct err *err, const char *format, ...)
{
    char text[sizeof(err->message) + 64];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    struct event e = {.kind = EVENT_NOTE,
                      .level = level,
                      .region = text_safe(region),
                      .text = text_safe(text),
                      .code = text_safe(err != NULL ? err->code : ""),
                      .request_id = text_safe(err != NULL ? err->request_id : ""),
                      .advice = text_safe(err != NULL ? err->advice : ""),
                      .progress = -1};
    event_list_add(p->events, &e);
    print_events(p);
}

static const char *wished(const struct publish *p)
{
    return p->make_public ? "public" : "private";
}

/* Says for one image what will change; index is its first row. */
static void announce_image(struct publish *p, size_t index)
{
    size_t change = 0, stay = 0, older = 0;
    const char *image = p->wave.rows[index].ami->image;
    for (size_t i = 0; i < p->wave.row_count; i++) {
        const struct wave_row *row = &p->wave.rows[i];
        if (strcmp(row->ami->image, image) != 0)
            continue;
        if (row->state == WAVE_WAITING)
            change++;
        else if (row->ami->is_public == p->make_public)
            stay++;
        else
            older++;
    }
    note(p, EVENT_INFO, "", NULL, "%s: %zu become %s, %zu are already", image, change, wished(p),
         stay);
    if (older > 0)
        note(p, EVENT_WARN, "", NULL, "%s: %zu older AMIs of the same name stay private", image,
             older);
}

static bool is_first(const struct wave *w, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(w->rows[i].ami->image, w->rows[index].ami->image) == 0)
            return false;
    return true;
}

static void announce(struct publish *p)
{
    if (p->s->rehearse)
        note(p, EVENT_WARN, "", NULL, "rehearsal: a simulator answers, not AWS");
    for (size_t i = 0; i < p->found.failure_count; i++) {
        const struct find_failure *f = &p->found.failures[i];
        note(p, EVENT_BAD, f->region, &f->err, "not read: %s", f->err.message);
    }
    note(p, EVENT_INFO, "", NULL, "%s %s in account %s: %zu of %zu AMIs become %s",
         verb_name(p->s->verb), p->name, p->found.account, p->wave.waiting, p->wave.row_count,
         wished(p));
    for (size_t i = 0; i < p->wave.row_count; i++)
        if (is_first(&p->wave, i))
            announce_image(p, i);
}

/* Nobody is asked without a terminal. */
static bool consent(struct publish *p, struct err *err)
{
    const struct settings *s = p->s;
    if (s->yes)
        return true;
    if (verb_can_ask(s)) {
        char *phrase = xasprintf("%s %zu", verb_name(s->verb), p->wave.waiting);
        bool said = verb_ask(phrase, p->interrupt, p->out, err);
        free(phrase);
        return said;
    }
    err_set(err, ERR_REFUSED, "nobody is here to say that %zu AMIs shall become %s",
            p->wave.waiting, wished(p));
    return err_advise(err, "run it again with --yes");
}

static void print_result(struct publish *p, int status)
{
    size_t right = 0;
    for (size_t i = 0; i < p->wave.row_count; i++)
        right += p->wave.rows[i].ami->is_public == p->make_public;
    struct buf text = BUF_INIT;
    buf_add_fmt(&text, "%zu of %zu AMIs are %s", right, p->wave.row_count, wished(p));
    if (p->found.failure_count > 0)
        buf_add_fmt(&text, "; %zu regions could not be read", p->found.failure_count);
    if (p->s->json) {
        struct manifest *m = find_manifest(&p->found, p->name);
        struct buf line = BUF_INIT;
        char time[24];
        clock_format_iso(clock_calendar(), time);
        buf_add_fmt(&line,
                    "{\"time\":\"%s\",\"event\":\"result\",\"exit_status\":%d,\"text\":", time,
                    status);
        buf_add_json(&line, buf_str(&text));
        buf_add_str(&line, ",\"manifest\":");
        manifest_write_line(m, &line);
        fprintf(p->out, "%s}\n", buf_str(&line));
        buf_free(&line);
        manifest_free(m);
    } else {
        fprintf(p->out, "%s.\n", buf_str(&text));
    }
    buf_free(&text);
    fflush(p->out);
}

/* Also where this goes wrong what was asked is done: it is said what may turn it round. */
static void keep_wish(struct publish *p)
{
    struct err err = ERR_INIT;
    if (p->journal != NULL && !publish_wish(p->journal, &p->wave, &err))
        note(p, EVENT_WARN, "", &err, "the unfinished release may turn it round: %s", err.message);
}

/* From what was found to what is true at the end. */
static int run(struct publish *p)
{
    struct err err = ERR_INIT;
    const struct wave_run with = {.aws = p->aws,
                                  .cancel = interrupt_flag(p->interrupt),
                                  .events = p->events,
                                  .told = print_events,
                                  .arg = p};
    announce(p);
    if (p->wave.waiting > 0) {
        if (!consent(p, &err))
            return verb_fail(p->s, &err, p->out);
        keep_wish(p);
        wave_run(&p->wave, &with);
    }
    int status = wave_status(&p->wave);
    print_result(p, status);
    return status;
}

/* A region that was named has something to change, or it is not as asked. */
static void miss_named(struct publish *p)
{
    for (size_t i = 0; p->s->regions.count > 0 && i < p->found.region_count; i++) {
        bool there = false;
        for (size_t k = 0; k < p->found.ami_count; k++)
            there = there || strcmp(p->found.amis[k].region, p->found.regions[i]) == 0;
        for (size_t k = 0; k < p->found.failure_count; k++)
            there = there || strcmp(p->found.failures[k].region, p->found.regions[i]) == 0;
        if (!there)
            find_add_failure(&p->found, p->found.regions[i], ERR_NOT_FOUND,
                             "there is no AMI of that name");
    }
}

static bool prepare(struct publish *p, struct err *err)
{
    if (p->s->read_only) {
        err_set(err, ERR_REFUSED, "%s changes launch permissions, and --read-only forbids that",
                verb_name(p->s->verb));
        return false;
    }
    if (!find_release(p->aws, verb_home(p->s, p->aws), p->name, &p->s->regions,
                      interrupt_flag(p->interrupt), &p->found, err))
        return false;
    miss_named(p);
    wave_plan(&p->wave, p->name, p->make_public, &p->found);
    if (p->found.ami_count > 0)
        return true;
    for (size_t i = 0; i < p->found.failure_count; i++)
        verb_complain(&p->found.failures[i].err);
    return err_set(err, ERR_NOT_FOUND, "no region that answered has an AMI of %s", p->name);
}

int verb_publish(const struct settings *s, struct aws *aws, struct journal *journal, FILE *out)
{
    struct publish p = {.s = s,
                        .aws = aws,
                        .journal = journal,
                        .out = out,
                        .name = s->arguments[0],
                        .make_public = s->verb == VERB_PUBLISH,
                        .interrupt = interrupt_start(),
                        .events = event_list_new()};
    struct err err = ERR_INIT;
    int status = prepare(&p, &err) ? run(&p) : verb_fail(s, &err, out);
    interrupt_end(p.interrupt);
    event_list_free(p.events);
    wave_free(&p.wave);
    find_free(&p.found);
    return status;
}

/* What the engine says as it goes: events for screens, lines and the log. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "core/engine.h"

#define SILENCE_WALL_MS 4000

static void add(struct release *r, struct event *e)
{
    log_info(event_kind_name(e->kind), "%s %s %s %s", e->image.utf8 == NULL ? "" : e->image.utf8,
             e->region.utf8 == NULL ? "" : e->region.utf8, e->state == NULL ? "" : e->state,
             e->text.utf8 == NULL ? "" : e->text.utf8);
    event_list_add(r->events, e);
    r->changed = true;
}

static void put_error(struct event *e, const struct err *err)
{
    if (err->kind == ERR_NONE)
        return;
    text_free(&e->text);
    e->level = EVENT_BAD;
    e->text = text_safe(err->message);
    e->code = text_safe(err->code);
    e->request_id = text_safe(err->request_id);
    e->advice = text_safe(err->advice);
}

void engine_tell(struct release *r, enum event_level level, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    struct event e = {.kind = EVENT_NOTE, .level = level, .progress = -1, .text = text_safe(text)};
    add(r, &e);
}

/* What entering a state means, for people. */
static const char *const disk_sentences[DISK_STATES] = {
    [DISK_CHECKING] = "looking for the staging object",
    [DISK_OPENING] = "opening a multipart upload",
    [DISK_SENDING] = "sending parts",
    [DISK_LOOKING] = "opening the image",
    [DISK_STARTING] = "asking for a snapshot to fill",
    [DISK_CLEARING] = "deleting what an earlier attempt left",
    [DISK_PUTTING] = "sending blocks",
    [DISK_NOTING] = "all blocks are there; writing the digest into the snapshot's tags",
    [DISK_SEALING] = "completing the snapshot",
    [DISK_PENDING] = "EBS finishes the snapshot",
    [DISK_COMPLETING] = "all parts are there; completing the upload",
    [DISK_MARKING] = "writing the digest into the object's tags",
    [DISK_ASKING_IMPORT] = "asking for the import",
    [DISK_IMPORTING] = "EC2 imports the snapshot",
    [DISK_TAGGING] = "imported; tagging the snapshot",
    [DISK_READY] = "the snapshot is ready",
    [DISK_CLEANING] = "deleting the staging object",
    [DISK_DONE] = "the staging object is gone",
};

static const char *const cell_sentences[CELL_STATES] = {
    [CELL_CREATING] = "asking for the AMI",
    [CELL_PENDING] = "EC2 makes the AMI",
    [CELL_VERIFYING] = "available; reading it back",
    [CELL_SETTLING] = "as asked; setting attributes",
    [CELL_CHECKING] = "reading the attributes back",
    [CELL_READY] = "verified, private",
    [CELL_PUBLISHING] = "asking to make it public",
    [CELL_CONFIRMING] = "reading the permission back",
    [CELL_PUBLIC] = "public, as read back",
    [CELL_WITHDRAWING] = "asking to make it private",
    [CELL_RECEDING] = "reading the permission back",
    [CELL_LEFT_OUT] = "left out of this release",
};

void engine_tell_retry(struct release *r, size_t image, size_t region, const char *action,
                       const struct err *err)
{
    struct event e = {
        .kind = EVENT_NOTE,
        .level = EVENT_WARN,
        .image = text_safe(image == STEP_NO_INDEX ? "" : r->plan->images[image].name),
        .region = text_safe(r->plan->regions[region].name),
        .state = "retrying",
        .text = text_safe_fmt("%s: %s; tried again", action, err->message),
        .code = text_safe(err->code),
        .request_id = text_safe(err->request_id),
        .progress = -1,
    };
    add(r, &e);
}

void engine_tell_stale(struct release *r, size_t image, size_t region, const struct err *err)
{
    struct event e = {
        .kind = EVENT_NOTE,
        .level = EVENT_WARN,
        .image = text_safe(r->plan->images[image].name),
        .region = text_safe(r->plan->regions[region].name),
        .state = "stalled",
        .text = text_safe_fmt("%s, longer than usual", err->message),
        .progress = -1,
    };
    add(r, &e);
}

void engine_tell_error(struct release *r, const struct err *err)
{
    struct event e = {.kind = EVENT_NOTE, .progress = -1, .region = text_safe(err->region)};
    put_error(&e, err);
    add(r, &e);
}

void engine_tell_disk(struct release *r, const struct engine_disk *d)
{
    const struct plan_image *image = &r->plan->images[d->image];
    struct event e = {
        .kind = EVENT_DISK,
        .level = d->state == DISK_READY ? EVENT_GOOD : EVENT_INFO,
        .image = text_safe(image->name),
        .disk = text_safe(image->disks[d->disk].role),
        .region = text_safe(r->plan->regions[0].name),
        .state = disk_state_name(d->state),
        .snapshot = text_safe(d->snapshot_id),
        .text = text_safe(disk_sentences[d->state]),
        .progress = d->state == DISK_IMPORTING || d->state == DISK_PENDING ? d->import_percent : -1,
        .bytes_done = d->progress.bytes_done,
        .bytes_total = engine_disk_bytes(r, d),
    };
    if (d->state == DISK_FAILED)
        put_error(&e, &d->err);
    add(r, &e);
}

void engine_tell_upload(struct release *r, const struct engine_disk *d)
{
    const struct plan_image *image = &r->plan->images[d->image];
    uint64_t total = d->progress.bytes_total;
    struct event e = {
        .kind = EVENT_UPLOAD,
        .image = text_safe(image->name),
        .disk = text_safe(image->disks[d->disk].role),
        .region = text_safe(r->plan->regions[0].name),
        .state = disk_state_name(d->state),
        .progress = total == 0 ? 0 : (int)(d->progress.bytes_done * 100 / total),
        .bytes_done = d->progress.bytes_done,
        .bytes_total = total,
    };
    event_list_add(r->events, &e);
}

void engine_tell_cell(struct release *r, const struct engine_cell *c)
{
    struct event e = {
        .kind = EVENT_CELL,
        .level = c->state == CELL_PUBLIC || c->state == CELL_READY ? EVENT_GOOD : EVENT_INFO,
        .image = text_safe(r->plan->images[c->image].name),
        .region = text_safe(r->plan->regions[c->region].name),
        .state = cell_state_name(c->state),
        .ami = text_safe(c->ami),
        .snapshot = text_safe(c->snapshot_count > 0 ? c->snapshots[0] : ""),
        .text = text_safe(cell_sentences[c->state]),
        .progress = c->state == CELL_PENDING ? c->percent : -1,
    };
    if (c->state == CELL_FAILED)
        put_error(&e, &c->err);
    add(r, &e);
}

/* Nothing came for long, and the call tries again: who waits hears of it before the call ends. */
static void tell_silence(struct release *r, const struct aws_trace *trace)
{
    if (trace->http_status != 0 || trace->retry_in_ms < 0 || trace->duration_ms < SILENCE_WALL_MS)
        return;
    struct event e = {
        .kind = EVENT_NOTE,
        .level = EVENT_WARN,
        .region = text_safe(trace->region),
        .state = "retrying",
        .text = text_safe_fmt("%s: %s; tried again", trace->action, trace->err->message),
        .progress = -1,
    };
    event_list_add(r->events, &e);
    inbox_ring(r->in);
}

void release_trace(void *arg, const struct aws_trace *trace)
{
    struct release *r = *(struct release * _Atomic *)arg;
    char line[512];
    snprintf(line, sizeof(line), "%s %s %s try %d: HTTP %d %s in %d ms, request %s", trace->service,
             trace->action, trace->region, trace->attempt, trace->http_status,
             trace->code == NULL ? "" : trace->code, trace->duration_ms,
             trace->request_id == NULL ? "-" : trace->request_id);
    log_info("call", "%s", line);
    if (r == NULL)
        return;
    tell_silence(r, trace);
    if (!r->options.trace)
        return;
    struct event e = {
        .kind = EVENT_CALL,
        .level = trace->http_status >= 200 && trace->http_status < 300 ? EVENT_INFO : EVENT_WARN,
        .region = text_safe(trace->region),
        .state = "call",
        .text = text_safe(line),
        .code = text_safe(trace->code),
        .request_id = text_safe(trace->request_id),
        .progress = -1,
    };
    event_list_add(r->events, &e);
    inbox_ring(r->in);
}

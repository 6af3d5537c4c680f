/* What a watch tells, in lines. */
#include "core/watch_write.h"

#include <inttypes.h>
#include <string.h>

#include "base/mem.h"

/* A line before it has a form. Raw text from AWS. */
struct line {
    time_t time;
    const char *event;
    const char *release, *image, *region, *state, *id, *text, *code, *request_id, *by;
    int progress; /* -1: none */
    bool has_counts;
    size_t done, wanted, failed;
    clock_ms eta_ms;
};

static void json_field(struct buf *out, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    struct safe_text safe = text_safe(value);
    buf_add_fmt(out, ",\"%s\":", name);
    buf_add_json(out, safe.utf8);
    text_free(&safe);
}

/* The field that an id of EC2 belongs in, by how it begins. */
static const char *id_field(const char *id)
{
    static const char *const rows[][2] = {
        {"ami-", "ami"}, {"snap-", "snapshot"}, {"import-", "task"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strncmp(id, rows[i][0], strlen(rows[i][0])) == 0)
            return rows[i][1];
    return "upload";
}

static void put_json(const struct line *l, struct buf *out)
{
    char time[24];
    clock_format_iso(l->time, time);
    buf_add_fmt(out, "{\"time\":\"%s\",\"event\":\"%s\"", time, l->event);
    json_field(out, "release", l->release);
    json_field(out, "by", l->by);
    json_field(out, "image", l->image);
    json_field(out, "region", l->region);
    json_field(out, "state", l->state);
    if (l->id[0] != '\0')
        json_field(out, id_field(l->id), l->id);
    if (l->progress >= 0)
        buf_add_fmt(out, ",\"progress\":%d", l->progress);
    if (l->has_counts) {
        buf_add_fmt(out, ",\"done\":%zu,\"regions\":%zu,\"failed\":%zu", l->done, l->wanted,
                    l->failed);
        if (l->eta_ms >= 0)
            buf_add_fmt(out, ",\"eta_seconds\":%" PRId64, l->eta_ms / 1000);
    }
    json_field(out, "code", l->code);
    json_field(out, "request_id", l->request_id);
    json_field(out, "text", l->text);
    buf_add_str(out, "}\n");
}

static void text_field(struct buf *out, const char *before, const char *value, const char *after)
{
    if (value == NULL || value[0] == '\0')
        return;
    struct safe_text safe = text_safe(value);
    buf_add_fmt(out, "%s%s%s", before, safe.utf8, after);
    text_free(&safe);
}

static void put_text(const struct line *l, struct buf *out)
{
    struct tm tm;
    char time[16];
    struct safe_text region = text_safe(l->region);
    localtime_r(&l->time, &tm);
    strftime(time, sizeof(time), "%H:%M:%S", &tm);
    buf_add_fmt(out, "%s  %-14s  %-4s", time, region.utf8, l->state);
    text_free(&region);
    text_field(out, "  ", l->image[0] != '\0' ? l->image : l->release, "");
    text_field(out, "  ", l->id, "");
    text_field(out, "  ", l->code, ":");
    text_field(out, "  ", l->text, "");
    text_field(out, " (request ", l->request_id, ")");
    buf_add_char(out, '\n');
}

static void put(const struct line *l, bool json, struct buf *out)
{
    if (json)
        put_json(l, out);
    else
        put_text(l, out);
}

static const char *event_of(const struct watch_change *c)
{
    if (c->word == WORD_FAIL)
        return "error";
    if (c->region[0] == '\0')
        return "release";
    if (c->id[0] == '\0')
        return c->word == WORD_RTRY ? "error" : "region";
    return strncmp(c->id, "ami-", 4) == 0 ? "cell" : "disk";
}

void watch_write_change(const struct watch_change *c, bool json, struct buf *out)
{
    struct line l = {
        .time = c->at,
        .event = event_of(c),
        .release = c->release,
        .image = c->image,
        .region = c->region,
        .state = word_name(c->word),
        .id = c->id,
        .text = c->what,
        .code = c->code,
        .request_id = c->request_id,
        .progress = c->progress,
    };
    put(&l, json, out);
}

void watch_write_summary(const struct watch_view *view, bool json, struct buf *out)
{
    struct buf text = BUF_INIT;
    const struct watch_counts *n = &view->counts;
    watch_summary(view, &text);
    buf_add_fmt(&text, "   %zu/%zu regions answer", n->regions - n->regions_failed, n->regions);
    struct line l = {
        .time = view->now,
        .event = "account",
        .release = "",
        .image = "",
        .region = "",
        .state = "",
        .id = "",
        .text = buf_str(&text),
        .progress = -1,
    };
    put(&l, json, out);
    buf_free(&text);
}

void watch_write_release(const struct watch_release *r, time_t now, bool json, struct buf *out)
{
    struct buf text = BUF_INIT;
    buf_add_fmt(&text, "%zu of %zu regions %s", r->done, r->wanted,
                r->shall_be_public ? "public" : "there");
    if (r->failed > 0)
        buf_add_fmt(&text, ", %zu failed", r->failed);
    buf_add_fmt(&text, ", by %s", r->by_text);
    if (r->in_flight && r->eta_ms > 0) {
        buf_add_str(&text, ", ETA ");
        watch_add_duration(&text, r->eta_ms);
    }
    struct line l = {
        .time = now,
        .event = "release",
        .release = r->name,
        .by = r->by_text,
        .image = "",
        .region = "",
        .state = word_name(r->stage),
        .id = "",
        .text = buf_str(&text),
        .progress = -1,
        .has_counts = true,
        .done = r->done,
        .wanted = r->wanted,
        .failed = r->failed,
        .eta_ms = r->in_flight ? r->eta_ms : -1,
    };
    put(&l, json, out);
    buf_free(&text);
}

void watch_write_import(const struct watch_import *i, time_t now, bool json, struct buf *out)
{
    struct buf text = BUF_INIT;
    buf_add_str(&text, i->row->state_text);
    if (i->row->progress >= 0)
        buf_add_fmt(&text, " %d%%", i->row->progress);
    if (i->row->message[0] != '\0')
        buf_add_fmt(&text, ", %s", i->row->message);
    if (i->row->snapshot_id[0] != '\0')
        buf_add_fmt(&text, ", %s", i->row->snapshot_id);
    struct line l = {
        .time = now,
        .event = i->word == WORD_FAIL ? "error" : "disk",
        .release = i->row->release,
        .image = i->row->image,
        .region = i->region,
        .state = word_name(i->word),
        .id = i->row->task_id,
        .text = buf_str(&text),
        .progress = i->row->progress,
    };
    put(&l, json, out);
    buf_free(&text);
}

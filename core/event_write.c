/* Events in lines. */
#include "core/event_write.h"

#include "base/clock.h"

static void put_time(struct buf *b, time_t t)
{
    struct tm tm;
    char text[16];
    localtime_r(&t, &tm);
    strftime(text, sizeof(text), "%H:%M:%S", &tm);
    buf_add_str(b, text);
}

static void text_field(struct buf *b, const char *before, const char *value)
{
    if (value[0] != '\0')
        buf_add_fmt(b, "%s%s", before, value);
}

void event_write_text(const struct event *e, struct buf *b)
{
    put_time(b, e->time);
    buf_add_fmt(b, "  %-14s  %-11s", e->region.utf8, e->state);
    text_field(b, "  ", e->image.utf8);
    text_field(b, " ", e->disk.utf8);
    text_field(b, "  ", e->ami.utf8);
    text_field(b, "  ", e->snapshot.utf8);
    if (e->code.utf8[0] != '\0')
        buf_add_fmt(b, "  %s:", e->code.utf8);
    text_field(b, "  ", e->text.utf8);
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

void event_write_json(const struct event *e, struct buf *b)
{
    char time[24];
    clock_format_iso(e->time, time);
    buf_add_fmt(b, "{\"time\":\"%s\",\"event\":\"%s\"", time,
                e->level == EVENT_BAD ? "error" : event_kind_name(e->kind));
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

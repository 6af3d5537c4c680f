/* The fields of a task, a pending AMI or snapshot, an upload. */
#include "screens/watch_fields.h"

#include <string.h>

#include "screens/cell_text.h"
#include "screens/field.h"
#include "screens/watch_text.h"

/* So many changes of one thing are shown. */
#define MAX_CHANGES 20

static int draw_word(const struct view *v, int y, enum word word, const char *text, int percent)
{
    const char *glyph = role_glyph(cell_role(word));
    if (percent >= 0)
        return field_draw(v, y, "State", ROLE_STRONG, "%s %s  %s  %d%%", glyph, word_name(word),
                          text, percent);
    return field_draw(v, y, "State", ROLE_STRONG, "%s %s  %s", glyph, word_name(word), text);
}

static int draw_known(const struct view *v, int y, const char *name, const char *text)
{
    return text[0] != '\0' ? field_draw(v, y, name, ROLE_TEXT, "%s", text) : y;
}

static int draw_tags(const struct view *v, int y, const struct inventory_tag *tags, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y = field_draw(v, y, i == 0 ? "Tags" : "", ROLE_FAINT, "%s = %s", tags[i].key,
                       tags[i].value);
    return y;
}

static int draw_times(const struct view *v, int y, clock_ms age, bool at_least, clock_ms idle,
                      clock_ms left)
{
    char text[WORDS_MAX];
    watch_age(age, at_least, text);
    y = field_draw(v, y, "Age", ROLE_TEXT, "%s%s", text,
                   at_least ? "; it was there at the first look, and EC2 gives no date" : "");
    watch_age(idle, false, text);
    y = field_draw(v, y, "Last change", ROLE_TEXT, "%s ago, as far as was seen", text);
    watch_left(left, text);
    return field_draw(v, y, "Left", ROLE_TEXT, "%s", left < 0 ? "not known" : text);
}

static int draw_usual(const struct view *v, int y, const char *what, const clock_ms usual[2])
{
    char text[WORDS_MAX];
    words_range(usual[0], usual[1], text);
    return text[0] != '\0' ? field_draw(v, y, "Usual", ROLE_FAINT, "%s for %s", text, what) : y;
}

static int draw_advice(const struct view *v, int y, enum word word, const char *what)
{
    if (word == WORD_STAL)
        y = field_draw(v, y, "What to do", ROLE_STRONG,
                       "Nothing has moved for longer than usual. EC2 may still finish it; %s",
                       what);
    return y;
}

int watch_fields_import(const struct view *v, int y, const struct watch_view *view,
                        const struct watch_import *i)
{
    const struct inventory_import *row = i->row;
    y = draw_word(v, y, i->word, row->state_text, row->progress);
    y = field_draw(v, y, "Message", i->word == WORD_FAIL ? ROLE_BAD : ROLE_TEXT, "%s",
                   row->message[0] != '\0' ? row->message : "-");
    y = draw_known(v, y, "Snapshot", row->snapshot_id);
    y = draw_known(v, y, "Release", row->release);
    y = draw_known(v, y, "Image", row->image);
    y = draw_known(v, y, "Disk", row->disk);
    y = draw_known(v, y, "Description", row->description);
    y = draw_times(v, y, i->age_ms, i->age_at_least, i->idle_ms, i->eta_ms);
    y = draw_usual(v, y, "an import", view->usual_import_ms);
    y = draw_advice(v, y, i->word,
                    "who began it can cancel and try again: tatami resume, or aws ec2 "
                    "cancel-import-task.");
    return draw_tags(v, y, row->tags, row->tag_count);
}

static int draw_ami(const struct view *v, int y, const struct inventory_image *ami)
{
    y = draw_known(v, y, "Architecture", ami->architecture);
    if (ami->source_id[0] != '\0')
        y = field_draw(v, y, "Copied from", ROLE_TEXT, "%s  %s", ami->source_id,
                       ami->source_region);
    for (size_t s = 0; s < ami->snapshot_count; s++)
        y = field_draw(v, y, s == 0 ? "Snapshots" : "", ROLE_TEXT, "%s", ami->snapshots[s]);
    y = draw_known(v, y, "Reason", ami->state_reason);
    return draw_tags(v, y, ami->tags, ami->tag_count);
}

static int draw_snapshot(const struct view *v, int y, const struct inventory_snapshot *snapshot)
{
    y = draw_known(v, y, "Made for", snapshot->made_for);
    y = field_draw(v, y, "Volume", ROLE_TEXT, "%u GiB", snapshot->volume_gib);
    y = draw_known(v, y, "Reason", snapshot->state_message);
    return draw_tags(v, y, snapshot->tags, snapshot->tag_count);
}

int watch_fields_pending(const struct view *v, int y, const struct watch_view *view,
                         const struct watch_pending *p, const struct inventory *inventory)
{
    const struct inventory_region *region = inventory_find_region(inventory, p->region);
    y = draw_word(v, y, p->word, "pending", p->percent);
    y = draw_known(v, y, p->kind == WATCH_PENDING_IMAGE ? "Name" : "Description", p->name);
    y = draw_known(v, y, "Release", p->release);
    y = draw_times(v, y, p->age_ms, false, p->idle_ms, p->eta_ms);
    y = draw_usual(v, y, "a copy", view->usual_copy_ms);
    y = draw_advice(v, y, p->word, "tatami of its owner waits on, or takes the region out (x).");
    const struct inventory_image *ami = region != NULL && p->kind == WATCH_PENDING_IMAGE
                                            ? inventory_find_image(region, p->id)
                                            : NULL;
    const struct inventory_snapshot *snapshot =
        region != NULL && ami == NULL ? inventory_find_snapshot(region, p->id) : NULL;
    if (ami != NULL)
        y = draw_ami(v, y, ami);
    return snapshot != NULL ? draw_snapshot(v, y, snapshot) : y;
}

int watch_fields_upload(const struct view *v, int y, const struct watch_view *view,
                        const struct watch_upload *u)
{
    char text[WORDS_MAX];
    words_bytes(u->row->bytes, text);
    y = draw_word(v, y, u->word, "unfinished", -1);
    y = field_draw(v, y, "Object", ROLE_TEXT, "s3://%s/%s", u->row->bucket, u->row->key);
    y = draw_known(v, y, "Release", u->release);
    y = field_draw(v, y, "Arrived", ROLE_TEXT, "%s in %u part%s", text, u->row->parts,
                   u->row->parts == 1 ? "" : "s");
    if (u->rate > 0) {
        words_rate(u->rate, text);
        y = field_draw(v, y, "Rate", ROLE_TEXT, "%s since it was first seen", text);
    }
    watch_moment(u->row->initiated_at, view->now, text);
    y = field_draw(v, y, "Begun", ROLE_TEXT, "%s", text);
    y = draw_known(v, y, "Upload id", u->row->upload_id);
    watch_age(u->idle_ms, false, text);
    y = field_draw(v, y, "Last change", u->word == WORD_STAL ? ROLE_WARN : ROLE_TEXT, "%s ago",
                   text);
    if (u->word == WORD_STAL)
        y = field_draw(v, y, "What to do", ROLE_STRONG,
                       "If its machine is gone, what has arrived costs money until it is aborted: "
                       "aws s3api abort-multipart-upload.");
    return y;
}

int watch_fields_changes(const struct view *v, int y, const struct watch_view *view,
                         const char *region, const char *id)
{
    char time[WORDS_MAX];
    int shown = 0;
    for (size_t i = view->change_count; i > 0 && shown < MAX_CHANGES; i--) {
        const struct watch_change *change = &view->changes[i - 1];
        if (strcmp(change->id, id) != 0 || strcmp(change->region, region) != 0)
            continue;
        words_clock(change->at, time);
        y = field_draw(v, y, shown == 0 ? "Seen" : "", ROLE_TEXT, "%s %s %s", time,
                       role_glyph(cell_role(change->word)), change->what);
        shown++;
    }
    return shown > 0 ? y : field_draw(v, y, "Seen", ROLE_FAINT, "nothing has changed yet");
}

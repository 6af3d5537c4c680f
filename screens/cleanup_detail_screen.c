/* One row of the cleanup screen, written down when it is opened, so that news cannot change it. */
#include "screens/cleanup_detail_screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "screens/cleanup_text.h"
#include "screens/console.h"
#include "screens/field.h"
#include "screens/frame.h"
#include "screens/page.h"

#define FIELDS 160

struct written {
    const char *name; /* "": belongs to the field above */
    enum role role;
    char *text;
};

struct detail {
    struct screen screen;
    struct key_table keys;
    struct page page;
    char *title, *id;
    struct written fields[FIELDS];
    size_t count;
};

static void put(struct detail *self, const char *name, enum role role, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void put(struct detail *self, const char *name, enum role role, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    if (self->count == FIELDS)
        return;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    self->fields[self->count++] = (struct written){name, role, text};
}

static void put_verdict(struct detail *self, const struct cleanup_row *row)
{
    struct safe_text reason = cleanup_row_reason(row);
    put(self, "May go", row->why == CLEANUP_MAY ? ROLE_GOOD : ROLE_WARN, "%s",
        row->why == CLEANUP_MAY ? "yes: nothing that was asked speaks against it" : reason.utf8);
    if (row->newest)
        put(self, "", ROLE_WARN, "the newest of its family: no rule takes it, only a mark by hand");
    text_free(&reason);
}

static void put_use(struct detail *self, const struct usage_entry *use)
{
    char date[WORDS_MAX];
    struct safe_text text = cleanup_usage_text(use);
    put(self, "In use", ROLE_TEXT, "%s", text.utf8);
    text_free(&text);
    if (use == NULL)
        return;
    for (size_t i = 0; i < use->reference_count; i++)
        put(self, "", ROLE_TEXT, "%s  %s", usage_kind_name(use->references[i].kind, 1),
            use->references[i].arn);
    words_date(use->checked_at, date);
    if (use->checked_at != 0)
        put(self, "Checked", ROLE_TEXT, "%s, this account only", date);
    if (use->err != NULL)
        put(self, "", ROLE_BAD, "%s %s %s", use->err->code, use->err->message,
            use->err->request_id);
    for (size_t i = 0; i < use->account_count; i++)
        put(self, i == 0 ? "Others" : "", ROLE_WARN, "account %s: %llu x %s",
            use->accounts[i].account, (unsigned long long)use->accounts[i].count,
            use->accounts[i].resource);
    if (use->report == USAGE_REPORT_PENDING)
        put(self, "Report", ROLE_TEXT, "ordered; AWS is counting, which takes minutes");
    else if (use->report == USAGE_REPORT_FAILED)
        put(self, "Report", ROLE_BAD, "%s %s", use->report_err != NULL ? use->report_err->code : "",
            use->report_err != NULL ? use->report_err->message : "it failed");
    else if (use->report == USAGE_REPORT_READY && use->account_count == 0)
        put(self, "Others", ROLE_TEXT, "no other account uses it, as AWS counted");
}

static void put_snapshots(struct detail *self, const struct cleanup_row *row)
{
    for (size_t i = 0; i < row->image->snapshot_count; i++) {
        char size[WORDS_MAX];
        const struct inventory_snapshot *s =
            inventory_find_snapshot(row->region, row->image->snapshots[i]);
        cleaner_most(s != NULL ? s->full_bytes : 0, size);
        put(self, i == 0 ? "Snapshots" : "", ROLE_TEXT, "%s  %s%s", row->image->snapshots[i],
            s != NULL ? size : "?", s != NULL && s->users > 1 ? "  shared with another AMI" : "");
    }
}

static void put_image(struct detail *self, const struct cleanup_row *row, time_t now)
{
    const struct inventory_image *image = row->image;
    char date[WORDS_MAX], launch[WORDS_MAX];
    put(self, "Release", ROLE_TEXT, "%s (by its %s)", image->release,
        image->release_by_tag ? "tag" : "name");
    if (row->rank != NULL)
        put(self, "Family", ROLE_TEXT, "%s  version %s  newest %s", row->rank->family,
            row->rank->version, row->rank->newest);
    cleaner_launch(row->launched_at, now, launch);
    put(self, "Last launch", ROLE_TEXT, "%s (told a day late)", launch);
    cleaner_date(image->deprecated_at, date);
    put(self, "Deprecated", ROLE_TEXT, "%s", date);
    put(self, "State", ROLE_TEXT, "%s %s", image->state_text, image->state_reason);
    put(self, "Public", ROLE_TEXT, "%s", image->is_public ? "yes" : "no");
    put(self, "Protection", image->protection != INVENTORY_UNPROTECTED ? ROLE_WARN : ROLE_TEXT,
        "%s", image->protection_text[0] != '\0' ? image->protection_text : "off");
    put(self, "Owner", ROLE_TEXT, "%s", image->owner);
    put(self, "Architecture", ROLE_TEXT, "%s %s", image->architecture, image->boot_mode);
    if (image->source_id[0] != '\0')
        put(self, "Copied from", ROLE_TEXT, "%s %s", image->source_region, image->source_id);
    put_use(self, row->usage);
    put_snapshots(self, row);
}

static void put_snapshot(struct detail *self, const struct inventory_snapshot *s)
{
    put(self, "Made for", ROLE_TEXT, "%s",
        s->made_for[0] != '\0' ? s->made_for : "nothing says it");
    put(self, "State", ROLE_TEXT, "%s %s", s->state_text, s->state_message);
    put(self, "Description", ROLE_TEXT, "%s", s->description);
}

static void put_tags(struct detail *self, const struct cleanup_row *row)
{
    size_t count = row->image != NULL      ? row->image->tag_count
                   : row->snapshot != NULL ? row->snapshot->tag_count
                                           : 0;
    const struct inventory_tag *tags = row->image != NULL ? row->image->tags
                                       : count > 0        ? row->snapshot->tags
                                                          : NULL;
    for (size_t i = 0; i < count; i++)
        put(self, i == 0 ? "Tags" : "", ROLE_TEXT, "%s = %s", tags[i].key, tags[i].value);
}

static void draw(struct screen *s, const struct view *v)
{
    struct detail *self = (struct detail *)s;
    struct view body = frame_draw(v, s, NULL, "cleanup %s", self->title);
    struct view page = page_view(&self->page, &body);
    int y = 0;
    for (size_t i = 0; i < self->count; i++)
        y = field_draw(&page, y, self->fields[i].name, self->fields[i].role, "%s",
                       self->fields[i].text != NULL ? self->fields[i].text : "");
    page_drawn(&self->page, &body, y);
}

enum { DETAIL_COPY = UI_OWN };

static const struct key_row rows[] = {
    {.keys = {'y'},
     .label = "copy id",
     .help = "copy id",
     .group = GROUP_LOOK,
     .footer = 50,
     .function = DETAIL_COPY},
};

static void keymap(struct screen *s, struct keymap *map)
{
    struct detail *self = (struct detail *)s;
    self->keys = (struct key_table){
        .name = "cleanup detail", .rows = rows, .count = ARRAY_LEN(rows), .data = self};
    map->tables[0] = &self->keys;
    map->tables[1] = &keymap_moving;
}

static void act(struct screen *s, int function, const char *argument)
{
    struct detail *self = (struct detail *)s;
    (void)argument;
    if (function == DETAIL_COPY) {
        struct safe_text id = text_safe(self->id);
        console_copy(s->console, &id, id.utf8);
        text_free(&id);
    } else {
        page_do(&self->page, function);
    }
}

static void leave(struct screen *s)
{
    struct detail *self = (struct detail *)s;
    for (size_t i = 0; i < self->count; i++)
        free(self->fields[i].text);
    free(self->title);
    free(self->id);
    free(self);
}

static const struct screen_ops ops = {
    .draw = draw,
    .keymap = keymap,
    .act = act,
    .leave = leave,
};

struct screen *cleanup_detail_screen_open(const struct cleanup_row *row)
{
    struct detail *self = xcalloc(1, sizeof(*self));
    char made[WORDS_MAX], size[WORDS_MAX], age[WORDS_MAX];
    time_t now = clock_calendar();
    self->screen.ops = &ops;
    self->id = xstrdup(row->id);
    self->title = xasprintf("%s %s", cleanup_kind_name(row->kind, 1), row->id);
    put(self, "Name", ROLE_STRONG, "%s", row->name);
    put(self, "Region", ROLE_TEXT, "%s", row->region->name);
    put(self, "Id", ROLE_TEXT, "%s", row->id);
    put_verdict(self, row);
    words_date(row->made_at, made);
    cleaner_age(row->made_at, now, age);
    put(self, "Made", ROLE_TEXT, "%s (%s ago)", made, age);
    cleaner_most(row->bytes, size);
    put(self, "Size", ROLE_TEXT,
        "%s: full snapshot size; blocks shared with newer ones stay billed", size);
    if (row->cost_micros > 0) {
        cleaner_money(row->cost_micros, size);
        put(self, "Cost", ROLE_TEXT, "≤$%s a month", size);
    }
    if (row->image != NULL)
        put_image(self, row, now);
    if (row->snapshot != NULL)
        put_snapshot(self, row->snapshot);
    put_tags(self, row);
    return &self->screen;
}

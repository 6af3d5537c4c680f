/* The last question before something is destroyed. */
#include "screens/cleanup_dialog.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/options.h"
#include "screens/cleanup_run_screen.h"
#include "screens/cleanup_text.h"
#include "screens/phrase_dialog.h"

/* What a step does, for title, first line and undo. */
static const struct {
    const char *title, *does, *undo; /* undo NULL: the Recycle Bin's matter */
} steps[CLEANUP_STEPS] = {
    [CLEANUP_STEP_NONE] = {"DEREGISTER AND DELETE", "Destroy", NULL},
    [CLEANUP_STEP_PRIVATE] = {"MAKE PRIVATE", "Private",
                              "by hand: give the launch permissions again"},
    [CLEANUP_STEP_DISABLE] = {"DISABLE", "Disable", "by hand: enable the AMI again"},
    [CLEANUP_STEP_DEREGISTER] = {"DEREGISTER AND DELETE (LADDER)", "Destroy", NULL},
};

/* Snapshots, objects, uploads, and what goes with them. */
static void say_amounts(struct dialog *d, const struct cleanup_plan *plan)
{
    const struct cleanup_totals *t = &plan->totals;
    const size_t counts[CLEANUP_KINDS] = {[CLEANUP_IMAGE] = t->images,
                                          [CLEANUP_SNAPSHOT] = t->snapshots,
                                          [CLEANUP_OBJECT] = t->objects,
                                          [CLEANUP_UPLOAD] = t->uploads};
    struct buf words = BUF_INIT;
    struct safe_text size = cleanup_amount(t->bytes, 0, 0, false);
    struct safe_text money = cleanup_amount(t->bytes, t->cost_micros, plan->price_micros, false);
    char text[WORDS_MAX];
    for (int kind = CLEANUP_SNAPSHOT; kind < CLEANUP_KINDS; kind++) {
        if (counts[kind] == 0)
            continue;
        cleaner_count((enum cleanup_kind)kind, counts[kind], text);
        buf_add_fmt(&words, "%s, ", text);
    }
    dialog_say(d, NULL, ROLE_STRONG, "%s%s%s%s", buf_str(&words), words_str(&size),
               plan->price_micros > 0 ? ", " : "", plan->price_micros > 0 ? words_str(&money) : "");
    text_free(&size);
    text_free(&money);
    buf_free(&words);
}

static void say_what(struct dialog *d, const struct cleanup_plan *plan)
{
    const struct cleanup_totals *t = &plan->totals;
    bool one = t->shared_snapshots == 1;
    char text[WORDS_MAX];
    cleaner_count(CLEANUP_IMAGE, t->images, text);
    dialog_say(d, steps[plan->step].does, ROLE_STRONG, "%s in %zu region%s (%zu release%s)", text,
               t->regions, t->regions == 1 ? "" : "s", t->releases, t->releases == 1 ? "" : "s");
    if (steps[plan->step].undo != NULL)
        dialog_say(d, NULL, ROLE_TEXT, "%s", "nothing is deleted, nothing is freed");
    else
        say_amounts(d, plan);
    if (t->shared_snapshots > 0)
        dialog_say(d, NULL, ROLE_TEXT, "%zu shared snapshot%s stay%s: another AMI uses %s",
                   t->shared_snapshots, one ? "" : "s", one ? "s" : "", one ? "it" : "them");
}

/* What a person may not have meant: the newest of a family, what others may launch, no mark. */
static void say_traps(struct dialog *d, const struct cleanup_draft *draft)
{
    const struct cleanup_plan *plan = draft->plan;
    size_t newest = 0, open = plan->totals.public_images;
    for (size_t i = 0; i < plan->item_count; i++)
        newest += cleanup_draft_is_newest(draft, &plan->items[i]);
    if (newest > 0)
        dialog_say(d, "Newest", ROLE_WARN, "%zu of these %s the newest of %s family", newest,
                   newest == 1 ? "is" : "are", newest == 1 ? "its" : "their");
    if (open > 0)
        dialog_say(d, "Public", ROLE_WARN, "%zu of these %s public: other accounts may launch %s",
                   open, open == 1 ? "is" : "are", open == 1 ? "it" : "them");
    if (draft->unmarked)
        dialog_say(d, "Marks", ROLE_WARN, "none: this is the line under the cursor");
}

/* "3 in use, 1 protected": every reason that holds somewhere. */
static void say_skips(struct dialog *d, const struct cleanup_draft *draft)
{
    const struct cleanup_totals *t = &draft->plan->totals;
    struct buf words = BUF_INIT;
    for (int why = CLEANUP_MAY + 1; why < CLEANUP_WHYS; why++)
        if (t->skips[why] > 0)
            buf_add_fmt(&words, "%s%zu %s", words.length > 0 ? ", " : "", t->skips[why],
                        cleanup_why_name((enum cleanup_why)why));
    dialog_say(d, "Skip", t->skipped > 0 ? ROLE_WARN : ROLE_TEXT, "%s",
               words.length > 0 ? buf_str(&words) : "nothing: no mark is in use or protected");
    dialog_say(d, NULL, draft->hidden > 0 ? ROLE_WARN : ROLE_TEXT,
               "Marks hidden by the filter: %zu%s", draft->hidden,
               draft->hidden > 0 ? ", they stay as they are" : "");
    buf_reset(&words);
    for (size_t i = 0; i < draft->plan->unread_count; i++)
        buf_add_fmt(&words, "%s%s", i > 0 ? " " : "", draft->plan->unread[i].region);
    if (words.length > 0)
        dialog_say(d, "Not read", ROLE_WARN, "%s", buf_str(&words));
    buf_free(&words);
}

/* So many columns of region names fit into a line of an 80-column screen. */
#define NAMES_COLS 62
#define NAMES_ROWS 4

/* The regions in which nothing, or not all, can be had back; items stand by region. */
static size_t permanent_regions(const struct cleanup_plan *plan, const char **names)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->item_count; i++) {
        const struct cleanup_item *item = &plan->items[i];
        if (item->undo_days <= 0 && (count == 0 || strcmp(item->region, names[count - 1]) != 0))
            names[count++] = item->region;
    }
    return count;
}

/* Names over several lines; what does not fit stands in the list, row by row. */
static void say_names(struct dialog *d, const char *const *names, size_t count)
{
    struct buf line = BUF_INIT;
    size_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        buf_add_fmt(&line, "%s%s", line.length > 0 ? " " : "", names[i]);
        bool full = i + 1 == count || line.length + 1 + strlen(names[i + 1]) > NAMES_COLS;
        if (!full)
            continue;
        dialog_say(d, NULL, ROLE_DANGER, "%s%s", buf_str(&line),
                   ++rows == NAMES_ROWS && i + 1 < count ? " …" : "");
        buf_reset(&line);
        if (rows == NAMES_ROWS)
            break;
    }
    buf_free(&line);
}

static void say_undo(struct dialog *d, const struct cleanup_plan *plan)
{
    const char **names = xcalloc(plan->item_count + 1, sizeof(const char *));
    size_t lost = permanent_regions(plan, names);
    size_t kept = plan->totals.regions > lost ? plan->totals.regions - lost : 0;
    if (steps[plan->step].undo != NULL) {
        dialog_say(d, "Undo", ROLE_TEXT, "%s", steps[plan->step].undo);
    } else if (kept == 0 && lost > 0) {
        dialog_say(d, "Undo", ROLE_DANGER, "PERMANENT in every region: no Recycle Bin keeps them");
    } else {
        if (kept > 0)
            dialog_say(d, "Undo", ROLE_TEXT, "Recycle Bin keeps all for %d day%s in %zu region%s",
                       plan->totals.undo_days, plan->totals.undo_days == 1 ? "" : "s", kept,
                       kept == 1 ? "" : "s");
        if (lost > 0)
            dialog_say(d, NULL, ROLE_DANGER, "PERMANENT in %zu region%s:", lost,
                       lost == 1 ? "" : "s");
        say_names(d, names, lost);
    }
    free(names);
}

static void say_audit(struct console *c, struct dialog *d, const struct cleanup_plan *plan)
{
    const char *state = c->settings != NULL && c->settings->state != NULL ? c->settings->state : "";
    dialog_say(d, "Audit", ROLE_TEXT, "plan %.*s%s%s", CLEANUP_HASH_SHORT, plan->hash,
               state[0] != '\0' ? ", journal in " : "", state);
}

static int by_release(const void *a, const void *b)
{
    const struct cleanup_item *one = *(const struct cleanup_item *const *)a;
    const struct cleanup_item *two = *(const struct cleanup_item *const *)b;
    int order = (int)one->kind - (int)two->kind;
    order = order != 0 ? order : strcmp(one->release, two->release);
    return order != 0 ? order : (one > two) - (one < two);
}

static bool same_release(const struct cleanup_item *a, const struct cleanup_item *b)
{
    return a->kind == b->kind && strcmp(a->release, b->release) == 0;
}

/* A line for each release, how many and the latest launch; items are sorted by release. */
static void list_releases(struct dialog *d, const struct cleanup_draft *draft,
                          const struct cleanup_item **items, size_t count)
{
    time_t now = clock_calendar();
    for (size_t i = 0, end; i < count; i = end) {
        char text[WORDS_MAX], launch[WORDS_MAX];
        time_t launched = 0;
        bool newest = false;
        for (end = i; end < count && same_release(items[i], items[end]); end++) {
            if (items[end]->launched_at > launched)
                launched = items[end]->launched_at;
            newest = newest || cleanup_draft_is_newest(draft, items[end]);
        }
        cleaner_count(items[i]->kind, end - i, text);
        cleaner_launch(launched, now, launch);
        if (items[i]->kind == CLEANUP_IMAGE)
            dialog_list(d, "%-34s %-10s %s%s%s", items[i]->release, text,
                        launched != 0 ? "last launch " : "",
                        launched != 0 ? launch : "never launched", newest ? "  NEWEST" : "");
        else
            dialog_list(d, "%-34s %s",
                        items[i]->release[0] != '\0' ? items[i]->release : "(no release)", text);
    }
}

static void list_all(struct dialog *d, const struct cleanup_draft *draft)
{
    const struct cleanup_plan *plan = draft->plan;
    const struct cleanup_item **items =
        xcalloc(plan->item_count + 1, sizeof(const struct cleanup_item *));
    for (size_t i = 0; i < plan->item_count; i++)
        items[i] = &plan->items[i];
    qsort(items, plan->item_count, sizeof(*items), by_release);
    list_releases(d, draft, items, plan->item_count);
    for (size_t i = 0; i < plan->item_count; i++) {
        const struct cleanup_item *item = &plan->items[i];
        dialog_list(d, "%-15s %s  %s%s%s", item->region, item->id,
                    item->undo_days > 0 || steps[plan->step].undo != NULL ? "" : "PERMANENT  ",
                    cleanup_draft_is_newest(draft, item) ? "NEWEST  " : "", item->name);
    }
    for (size_t i = 0; i < plan->skip_count; i++)
        dialog_list(d, "skip %-15s %s  %s", plan->skips[i].region, plan->skips[i].id,
                    plan->skips[i].reason);
    free(items);
}

/* All words of the question, for the plan that stands. */
static void fill(struct console *c, struct dialog *d, const struct cleanup_draft *draft)
{
    const struct cleanup_plan *plan = draft->plan;
    char *phrase = cleanup_phrase(plan);
    say_what(d, plan);
    say_undo(d, plan);
    say_traps(d, draft);
    say_skips(d, draft);
    say_audit(c, d, plan);
    dialog_say(d, "Keys", ROLE_FAINT,
               "PgDn: all ids  w: write the plan as JSON  Tab: gentler step");
    list_all(d, draft);
    if (plan->item_count > 0)
        dialog_phrase(d, "%s", phrase);
    free(phrase);
}

/* Where the plan is written stands in the question, which hides the console's own line. */
static void save(struct console *c, struct dialog *d, const struct cleanup_draft *draft)
{
    struct err err = ERR_INIT;
    char *path = NULL;
    const char *folder = c->settings != NULL ? c->settings->state : NULL;
    bool written = cleanup_draft_save(draft, folder, NULL, &path, &err);
    phrase_dialog_renew(c, d, steps[draft->step].title);
    fill(c, d, draft);
    dialog_say(d, written ? "Written" : "Failed", written ? ROLE_GOOD : ROLE_BAD, "%s",
               written ? path : err.message);
    free(path);
}

/* Tab: the same marks by the next step; the phrase is another one then. */
static void next_step(struct console *c, struct dialog *d, struct cleanup_draft *draft)
{
    draft->step = (enum cleanup_step)((draft->step + 1) % CLEANUP_STEPS);
    cleanup_draft_plan(draft);
    phrase_dialog_renew(c, d, steps[draft->step].title);
    fill(c, d, draft);
}

static bool key(struct console *c, struct dialog *d, int pressed, void *data)
{
    struct cleanup_draft *draft = data;
    if (pressed == UIKEY_TAB)
        next_step(c, d, draft);
    else if (pressed == 'w')
        save(c, d, draft);
    else
        return false;
    return true;
}

static void accept(struct console *c, void *data)
{
    struct cleanup_draft *draft = data;
    if (cleanup_run_screen_open(c, draft->plan) && draft->begun != NULL)
        draft->begun(draft->data, draft->plan);
}

static void free_draft(void *data)
{
    cleanup_draft_free(data);
}

void cleanup_dialog_open(struct console *c, struct cleanup_draft *draft)
{
    static const struct phrase_dialog_ops ops = {.accept = accept, .key = key, .free = free_draft};
    struct dialog *d;
    struct screen *screen = phrase_dialog_open(c, steps[draft->step].title, &ops, draft, &d);
    fill(c, d, draft);
    console_push(c, screen);
}

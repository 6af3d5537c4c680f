/* A plan in lines. */
#include "core/cleanup_print.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

#define DAY_S ((time_t)24 * 3600)

static void add_safe(struct buf *out, const char *text)
{
    struct safe_text safe = text_safe(text);
    buf_add_str(out, safe.utf8);
    text_free(&safe);
}

/* Padded to so many columns, two blanks behind it. */
static void add_column(struct buf *out, const char *text, int columns)
{
    struct safe_text safe = text_safe(text);
    int rest = columns - safe.columns;
    buf_add_fmt(out, "%s%*s  ", safe.utf8, rest > 0 ? rest : 0, "");
    text_free(&safe);
}

static void add_amount(struct buf *out, uint64_t bytes, uint64_t cost, uint64_t price)
{
    struct safe_text size = cleanup_amount(bytes, 0, 0, false);
    buf_add_str(out, size.utf8);
    text_free(&size);
    if (price == 0)
        return;
    struct safe_text money = cleanup_amount(bytes, cost, price, false);
    buf_add_fmt(out, ", %s", money.utf8);
    text_free(&money);
}

static bool deletes(const struct cleanup_plan *plan)
{
    return plan->step == CLEANUP_STEP_NONE || plan->step == CLEANUP_STEP_DEREGISTER;
}

/* In the bin after the last step; the steps before it are undone by hand. */
static void add_undo(struct buf *out, const struct cleanup_plan *plan,
                     const struct cleanup_item *item)
{
    if (!deletes(plan))
        return;
    if (item->undo_days > 0)
        buf_add_fmt(out, "; Recycle Bin %d days", item->undo_days);
    else
        buf_add_str(out, "; PERMANENT");
}

static void print_item(const struct cleanup_plan *plan, const struct cleanup_item *item,
                       struct buf *out)
{
    add_column(out, item->region, 14);
    add_column(out, item->id, 21);
    add_column(out, item->name, 36);
    buf_add_str(out, item->is_public ? "PUBLIC; " : "");
    add_safe(out, item->reason);
    if (deletes(plan)) {
        buf_add_str(out, "; ");
        add_amount(out, item->bytes, 0, 0);
    }
    add_undo(out, plan, item);
    buf_add_char(out, '\n');
}

static void print_skip(const struct cleanup_skip *skip, struct buf *out)
{
    add_column(out, skip->region, 14);
    add_column(out, skip->id, 21);
    add_column(out, skip->name, 36);
    add_column(out, cleanup_why_label(skip->why), 9);
    add_safe(out, skip->reason);
    buf_add_char(out, '\n');
}

static void add_count(struct buf *out, size_t count, const char *one, const char *many, bool *any)
{
    if (count == 0)
        return;
    buf_add_fmt(out, "%s%zu %s", *any ? ", " : "", count, count == 1 ? one : many);
    *any = true;
}

/* "68 AMIs in 34 regions (2 releases), 68 snapshots". */
static void add_what(struct buf *out, const struct cleanup_plan *plan)
{
    const struct cleanup_totals *t = &plan->totals;
    bool any = false;
    add_count(out, t->images, "AMI", "AMIs", &any);
    if (t->images > 0)
        buf_add_fmt(out, " of %zu release%s", t->releases, t->releases == 1 ? "" : "s");
    if (t->public_images > 0)
        buf_add_fmt(out, ", %zu of them PUBLIC", t->public_images);
    add_count(out, t->snapshots, "snapshot", "snapshots", &any);
    add_count(out, t->objects, "staging object", "staging objects", &any);
    add_count(out, t->uploads, "upload", "uploads", &any);
    buf_add_fmt(out, "%s in %zu region%s", any ? "" : "nothing", t->regions,
                t->regions == 1 ? "" : "s");
}

/* The regions where something is gone for good, each once. */
static void add_permanent(struct buf *out, const struct cleanup_plan *plan)
{
    const char *last = "";
    buf_add_fmt(out, "PERMANENT in %zu:", plan->totals.permanent_regions);
    for (size_t i = 0; i < plan->item_count; i++) {
        const struct cleanup_item *item = &plan->items[i];
        if (item->undo_days > 0 || strcmp(last, item->region) == 0)
            continue;
        last = item->region;
        buf_add_char(out, ' ');
        add_safe(out, item->region);
    }
    buf_add_char(out, '\n');
}

static void add_undo_sums(struct buf *out, const struct cleanup_plan *plan)
{
    const struct cleanup_totals *t = &plan->totals;
    size_t kept = t->regions - t->permanent_regions;
    if (kept > 0)
        buf_add_fmt(out, "Undo: the Recycle Bin keeps it for %d days in %zu region%s\n",
                    t->undo_days, kept, kept == 1 ? "" : "s");
    if (t->permanent_regions > 0)
        add_permanent(out, plan);
}

void cleanup_print_sums(const struct cleanup_plan *plan, struct buf *out)
{
    const struct cleanup_totals *t = &plan->totals;
    bool whole = deletes(plan);
    buf_add_fmt(out, "%s: ",
                whole                                ? "To be deregistered and deleted"
                : plan->step == CLEANUP_STEP_PRIVATE ? "To be made private"
                                                     : "To be disabled");
    add_what(out, plan);
    if (whole && t->bytes > 0) {
        buf_add_str(out, ", frees ");
        add_amount(out, t->bytes, t->cost_micros, plan->price_micros);
    }
    buf_add_fmt(out, "; %zu skipped\n", t->skipped);
    if (whole && plan->item_count > 0)
        add_undo_sums(out, plan);
}

void cleanup_print_head(const struct cleanup_plan *plan, struct buf *out)
{
    char made[24];
    clock_format_iso(plan->made_at, made);
    buf_add_fmt(out, "Plan %.*s of %s, account ", CLEANUP_HASH_SHORT, plan->hash, made);
    add_safe(out, plan->account);
    if (plan->alias[0] != '\0') {
        buf_add_char(out, ' ');
        add_safe(out, plan->alias);
    }
    buf_add_str(out, ", rules: ");
    add_safe(out, plan->rules[0] == '\0' ? "none, by hand" : plan->rules);
    buf_add_char(out, '\n');
}

void cleanup_print(const struct cleanup_plan *plan, struct buf *out)
{
    cleanup_print_head(plan, out);
    for (size_t i = 0; i < plan->item_count; i++)
        print_item(plan, &plan->items[i], out);
    if (plan->skip_count > 0)
        buf_add_fmt(out, "Skipped: %zu\n", plan->skip_count);
    for (size_t i = 0; i < plan->skip_count; i++)
        print_skip(&plan->skips[i], out);
    for (size_t i = 0; i < plan->unread_count; i++) {
        buf_add_str(out, "Not read: ");
        add_column(out, plan->unread[i].region, 14);
        add_safe(out, plan->unread[i].reason);
        buf_add_char(out, '\n');
    }
    cleanup_print_sums(plan, out);
}

/* ---- for programs ---- */

static void begin(struct buf *out, const char *event)
{
    char now[24];
    clock_format_iso(clock_calendar(), now);
    buf_add_fmt(out, "{\"time\": \"%s\", \"event\": \"%s\"", now, event);
}

static void add_member(struct buf *out, const char *name, const char *value)
{
    buf_add_fmt(out, ", \"%s\": ", name);
    buf_add_json(out, value);
}

static void print_item_json(const struct cleanup_item *item, struct buf *out)
{
    begin(out, "item");
    add_member(out, "state", "planned");
    add_member(out, "kind", cleanup_kind_name(item->kind, 1));
    add_member(out, "region", item->region);
    add_member(out, "id", item->id);
    add_member(out, "name", item->name);
    add_member(out, "release", item->release);
    add_member(out, "reason", item->reason);
    buf_add_fmt(out, ", \"public\": %s, \"snapshots\": [", item->is_public ? "true" : "false");
    for (size_t i = 0, n = 0; i < item->snapshot_count; i++) {
        if (item->snapshots[i].kept_for[0] != '\0')
            continue;
        buf_add_str(out, n++ == 0 ? "" : ", ");
        buf_add_json(out, item->snapshots[i].id);
    }
    buf_add_fmt(out, "], \"bytes\": %" PRIu64 ", \"undo_days\": %d}\n", item->bytes,
                item->undo_days);
}

void cleanup_print_json(const struct cleanup_plan *plan, struct buf *out)
{
    for (size_t i = 0; i < plan->item_count; i++)
        print_item_json(&plan->items[i], out);
    for (size_t i = 0; i < plan->skip_count; i++) {
        const struct cleanup_skip *skip = &plan->skips[i];
        begin(out, "skip");
        add_member(out, "kind", cleanup_kind_name(skip->kind, 1));
        add_member(out, "region", skip->region);
        add_member(out, "id", skip->id);
        add_member(out, "name", skip->name);
        add_member(out, "release", skip->release);
        add_member(out, "why", cleanup_why_name(skip->why));
        add_member(out, "reason", skip->reason);
        buf_add_str(out, "}\n");
    }
    for (size_t i = 0; i < plan->unread_count; i++) {
        begin(out, "unread");
        add_member(out, "region", plan->unread[i].region);
        add_member(out, "reason", plan->unread[i].reason);
        buf_add_str(out, "}\n");
    }
}

void cleanup_print_result(const struct cleanup_plan *plan, int exit_status, struct buf *out)
{
    const struct cleanup_totals *t = &plan->totals;
    begin(out, "result");
    buf_add_fmt(out, ", \"exit_status\": %d", exit_status);
    add_member(out, "plan", plan->hash);
    add_member(out, "account", plan->account);
    add_member(out, "rules", plan->rules);
    buf_add_fmt(out,
                ", \"amis\": %zu, \"public_amis\": %zu, \"snapshots\": %zu, \"objects\": %zu, "
                "\"uploads\": %zu, "
                "\"regions\": %zu, \"skipped\": %zu, \"bytes\": %" PRIu64
                ", \"permanent_regions\": %zu, \"undo_days\": %d",
                t->images, t->public_images, t->snapshots, t->objects, t->uploads, t->regions,
                t->skipped, t->bytes, t->permanent_regions, t->undo_days);
    if (plan->price_micros > 0)
        buf_add_fmt(out, ", \"cost_month_usd\": %" PRIu64 ".%06" PRIu64, t->cost_micros / 1000000,
                    t->cost_micros % 1000000);
    buf_add_str(out, "}\n");
}

/* ---- the inventory, where no rule chooses ---- */

static const char *group_title(const struct cleanup_group *g)
{
    static const char *const titles[CLEANUP_KINDS] = {
        [CLEANUP_IMAGE] = "(AMIs without a name)",
        [CLEANUP_SNAPSHOT] = "(orphan snapshots, no AMI)",
        [CLEANUP_OBJECT] = "(staging objects)",
        [CLEANUP_UPLOAD] = "(unfinished uploads)",
    };
    return g->title[0] != '\0' ? g->title : titles[g->kind];
}

static void add_day(struct buf *out, time_t t)
{
    char iso[24] = "never";
    if (t > 0)
        clock_format_iso(t, iso);
    buf_add_fmt(out, "%.10s", iso);
}

void cleanup_print_view(const struct cleanup_view *view, uint64_t price_micros, time_t now,
                        struct buf *out)
{
    for (size_t i = 0; i < view->group_count; i++) {
        const struct cleanup_group *g = &view->groups[i];
        long days = g->first_made_at > 0 ? (long)((now - g->first_made_at) / DAY_S) : 0;
        add_column(out, group_title(g), 40);
        buf_add_fmt(out, "%4zu %s in %u region%s  %ldd  last launch ", g->count,
                    cleanup_kind_name(g->kind, g->count), g->regions, g->regions == 1 ? "" : "s",
                    days);
        if (g->kind == CLEANUP_IMAGE)
            add_day(out, g->last_launched_at);
        else
            buf_add_char(out, '-');
        buf_add_str(out, "  ");
        add_amount(out, g->bytes, g->cost_micros, price_micros);
        buf_add_fmt(out, "%s%s\n", g->why != CLEANUP_MAY ? "  " : "", cleanup_why_label(g->why));
    }
    buf_add_fmt(out, "%zu of %zu AMIs shown\n", view->shown_images, view->total_images);
}

/* Cleaning up in words and numbers. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/cleanup_build.h"

#define MICROS     1000000u
#define CENT       10000u
#define PRICE_MAX  (1000u * (uint64_t)MICROS)
#define PRICE_SIZE 6 /* digits behind the point */

static const struct why_row {
    const char *label, *name, *words;
    char box;
} whys[CLEANUP_WHYS] = {
    [CLEANUP_MAY] = {"", "may", "may go", ' '},
    [CLEANUP_OTHERS] = {"NOT OURS", "others", "another account's or service's", '#'},
    [CLEANUP_PENDING] = {"PENDING", "pending", "still being made", '#'},
    [CLEANUP_KEEP] = {"KEEP", "keep", "carries the tag " CLEANUP_KEEP_TAG, '#'},
    [CLEANUP_PROTECTED] = {"PROTECTED", "protected", "protected from deregistration", '#'},
    [CLEANUP_UNREAD] = {"UNREAD", "unread", "its region was not read whole", '#'},
    [CLEANUP_IN_USE] = {"IN USE", "in-use", "in use", '!'},
    [CLEANUP_SHARED] = {"SHARED", "shared", "shared with an AMI that stays", '#'},
    [CLEANUP_HAS_IMAGE] = {"HAS AMI", "has-ami", "an AMI uses it", '#'},
    [CLEANUP_NOT_AN_IMAGES] = {"NO AMI'S", "not-an-amis", "nothing says that it was an AMI's", '#'},
    [CLEANUP_UNDER_WAY] = {"UNDER WAY", "under-way", "may belong to a release under way", '#'},
    [CLEANUP_STEP_DONE] = {"DONE", "step-done", "the step was taken before", '#'},
    [CLEANUP_STEP_EARLY] = {"EARLY", "step-early", "not yet its turn", '#'},
    [CLEANUP_NEWEST] = {"NEWEST", "newest", "the newest of its family", ' '},
    [CLEANUP_UNCHECKED] = {"? USE", "unchecked", "nobody asked who uses it", '?'},
};

const char *cleanup_why_label(enum cleanup_why why)
{
    return whys[why].label;
}

const char *cleanup_why_name(enum cleanup_why why)
{
    return whys[why].name;
}

char cleanup_box(enum cleanup_why why)
{
    return whys[why].box;
}

const char *cleanup_kind_name(enum cleanup_kind kind, size_t count)
{
    static const char *const names[CLEANUP_KINDS][2] = {
        [CLEANUP_IMAGE] = {"AMI", "AMIs"},
        [CLEANUP_SNAPSHOT] = {"snapshot", "snapshots"},
        [CLEANUP_OBJECT] = {"staging object", "staging objects"},
        [CLEANUP_UPLOAD] = {"upload", "uploads"},
    };
    return names[kind][count != 1];
}

static void add_counts(const struct usage_entry *e, struct buf *out)
{
    bool any = false;
    for (enum usage_kind k = 0; k < USAGE_KINDS; k++) {
        if (e->counts[k] == 0)
            continue;
        buf_add_fmt(out, "%s%u %s", any ? ", " : "", e->counts[k],
                    usage_kind_name(k, e->counts[k]));
        any = true;
    }
    if (e->account_count > 0)
        buf_add_fmt(out, "%s%zu other account%s", any ? ", " : "", e->account_count,
                    e->account_count == 1 ? "" : "s");
}

static void explain_use(const struct usage_entry *e, enum cleanup_why why, struct buf *out)
{
    if (e == NULL)
        return;
    buf_add_str(out, ": ");
    if (why == CLEANUP_IN_USE)
        add_counts(e, out);
    else if (e->err != NULL)
        buf_add_str(out, e->err->message);
    else if (e->report == USAGE_REPORT_FAILED)
        buf_add_fmt(out, "the usage report failed: %s", e->report_err->message);
    else
        buf_add_str(out, "the question is under way");
}

/* In which respect it is the newest; the whole account before its region. */
static void explain_newest(const struct family_rank *rank, struct buf *out)
{
    bool date = rank->by_date == 0, version = rank->by_version == 0;
    const char *where = "";
    if (!date && !version) {
        date = rank->region_by_date == 0;
        version = rank->region_by_version == 0;
        where = " in this region";
    }
    buf_add_fmt(out, " %s by %s%s", rank->family,
                date && version ? "date and version"
                : date          ? "date"
                                : "version",
                where);
}

static void explain_made_for(const struct cleanup_context *c, const struct cleanup_row *row,
                             struct buf *out)
{
    const char *image = cleanup_made_for(row->snapshot);
    bool binned = c->recycle != NULL && recycle_holds(c->recycle, row->region->name, image) > 0;
    buf_add_fmt(out, ": %s%s", image, binned ? ", which is in the Recycle Bin" : "");
}

void cleanup_explain(const struct cleanup_context *c, const struct cleanup_row *row,
                     enum cleanup_why why, struct buf *out)
{
    const struct inventory_image *image = row->image;
    if (image != NULL && why == CLEANUP_UNDER_WAY) {
        const char *to = cleanup_copied_to(c, row->region, image->id);
        buf_add_fmt(out, "being copied%s%s", to == NULL ? "" : " to ", to == NULL ? "" : to);
        return;
    }
    if (image != NULL && (why == CLEANUP_STEP_DONE || why == CLEANUP_STEP_EARLY)) {
        cleanup_ladder(c->step, image, c->step_days, c->now, out);
        return;
    }
    buf_add_str(out, whys[why].words);
    if (why == CLEANUP_PENDING)
        buf_add_fmt(out, ": %s", image != NULL ? image->state_text : row->snapshot->state_text);
    else if (why == CLEANUP_PROTECTED && image != NULL)
        buf_add_fmt(out, ": %s", image->protection_text);
    else if (why == CLEANUP_OTHERS && image != NULL &&
             !cleanup_managed(image->tags, image->tag_count))
        buf_add_fmt(out, ": %s", image->owner);
    else if (why == CLEANUP_IN_USE || why == CLEANUP_UNCHECKED)
        explain_use(row->usage, why, out);
    else if (why == CLEANUP_NEWEST && row->rank != NULL)
        explain_newest(row->rank, out);
    else if (why == CLEANUP_HAS_IMAGE && row->snapshot->users == 0)
        explain_made_for(c, row, out);
    else if (why == CLEANUP_UNREAD && row->snapshot != NULL && c->recycle != NULL &&
             recycle_holds(c->recycle, row->region->name, cleanup_made_for(row->snapshot)) < 0)
        buf_add_str(out, ": what is in the Recycle Bin is not known");
}

struct safe_text cleanup_row_reason(const struct cleanup_row *row)
{
    struct cleanup_context none = {.now = 0};
    struct buf words = BUF_INIT;
    if (row->why == CLEANUP_STEP_DONE || row->why == CLEANUP_STEP_EARLY)
        buf_add_str(&words, whys[row->why].words);
    else
        cleanup_explain(&none, row, row->why, &words);
    struct safe_text text = text_safe(buf_str(&words));
    buf_free(&words);
    return text;
}

struct safe_text cleanup_usage_text(const struct usage_entry *e)
{
    struct buf words = BUF_INIT;
    if (e != NULL && e->state == USAGE_CHECKING)
        buf_add_str(&words, "checking");
    else if (e == NULL || e->state == USAGE_UNCHECKED)
        buf_add_str(&words, "? not checked");
    else
        add_counts(e, &words);
    struct safe_text text = text_safe(words.length == 0 ? "-" : buf_str(&words));
    buf_free(&words);
    return text;
}

uint64_t cleanup_cost(uint64_t bytes, uint64_t price_micros)
{
    long double micros = (long double)bytes * price_micros / (1u << 30);
    uint64_t cost = (uint64_t)micros;
    return cost + ((long double)cost < micros);
}

struct safe_text cleanup_amount(uint64_t bytes, uint64_t cost_micros, uint64_t price_micros,
                                bool ascii)
{
    const char *most = ascii ? "<" : "≤";
    if (price_micros > 0) {
        uint64_t cents = (cost_micros + CENT - 1) / CENT;
        return text_safe_fmt("%s$%" PRIu64 ".%02" PRIu64 "/month", most, cents / 100, cents % 100);
    }
    return text_safe_fmt("%s%.1f GiB", most, (double)bytes / (1u << 30));
}

bool cleanup_parse_price(const char *text, uint64_t *micros, struct err *err)
{
    uint64_t value = 0;
    int digits = 0, behind = -1; /* behind the point; -1 before it */
    const char *p = text;
    for (; isdigit((unsigned char)*p) || (*p == '.' && behind < 0); p++) {
        if (*p == '.') {
            behind = 0;
            continue;
        }
        digits++;
        behind += behind >= 0;
        if (behind <= PRICE_SIZE && value <= PRICE_MAX)
            value = value * 10 + (uint64_t)(*p - '0');
    }
    for (int i = behind < 0 ? 0 : behind; i < PRICE_SIZE; i++)
        value *= 10;
    *micros = value;
    return (digits > 0 && *p == '\0' && behind <= PRICE_SIZE && value <= PRICE_MAX) ||
           err_set(err, ERR_USAGE, "price-snapshot-gib-month is a number such as 0.05, not \"%s\"",
                   text);
}

char *cleanup_phrase(const struct cleanup_plan *plan)
{
    const char *verb = plan->totals.images > 0 ? cleanup_step_name(plan->step) : "delete";
    return xasprintf("%s %zu", verb, plan->item_count);
}

bool cleanup_hash_given(const struct cleanup_plan *plan, const char *given)
{
    size_t length = strlen(given);
    return length >= CLEANUP_HASH_SHORT && length < sizeof(plan->hash) &&
           strncmp(plan->hash, given, length) == 0;
}

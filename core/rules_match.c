/* Which rows rules mean, and why. */
#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "core/plan.h"
#include "core/rules.h"

#define DAY_S ((time_t)24 * 3600)

/* What is compared, taken from any kind of row. */
struct facts {
    const struct rules *rules;
    const struct rules_row *row;
    const struct families *families;
    time_t now, made_at;
    const char *name;
    const struct inventory_tag *tags;
    size_t tag_count;
};

/* * any bytes, ? one; letters as they are. The last star is gone back to, so that it is linear in
 * the product of the lengths. */
static bool glob(const char *pattern, const char *text)
{
    const char *star = NULL, *back = NULL;
    while (*text != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            back = text;
        } else if (*pattern == '?' || *pattern == *text) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star;
            text = ++back;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static bool any_glob(const struct rules_list *patterns, const char *text)
{
    for (size_t i = 0; i < patterns->count; i++)
        if (glob(patterns->items[i], text))
            return true;
    return false;
}

static bool has_tag(const struct facts *f, const char *asked)
{
    size_t length = strcspn(asked, "=");
    for (size_t i = 0; i < f->tag_count; i++) {
        const struct inventory_tag *tag = &f->tags[i];
        if (strncmp(tag->key, asked, length) == 0 && tag->key[length] == '\0')
            return asked[length] == '\0' || glob(asked + length + 1, tag->value);
    }
    return false;
}

static bool holds_text(const char *text, const char *part)
{
    return text != NULL && strcasestr(text, part) != NULL;
}

static bool row_holds_text(const struct facts *f, const char *part)
{
    const struct rules_row *row = f->row;
    if (holds_text(f->name, part) || holds_text(row->region->name, part))
        return true;
    if (row->image != NULL)
        return holds_text(row->image->id, part) || holds_text(row->image->release, part) ||
               holds_text(row->image->state_text, part);
    if (row->snapshot != NULL)
        return holds_text(row->snapshot->id, part) || holds_text(row->snapshot->release, part);
    return row->object != NULL ? holds_text(row->object->bucket, part)
                               : holds_text(row->upload->bucket, part);
}

static bool old(time_t at, int days, time_t now)
{
    return at > 0 && at <= now - days * DAY_S;
}

/* ---- one function a rule ---- */

static bool match_name(const struct facts *f)
{
    return any_glob(&f->rules->names, f->name);
}

static bool match_older(const struct facts *f)
{
    return old(f->made_at, f->rules->older_than_days, f->now);
}

static bool match_deprecated(const struct facts *f)
{
    return f->row->image != NULL && old(f->row->image->deprecated_at, 0, f->now);
}

static bool match_deprecated_since(const struct facts *f)
{
    return f->row->image != NULL &&
           old(f->row->image->deprecated_at, f->rules->deprecated_since_days, f->now);
}

static bool match_keep_last(const struct facts *f)
{
    if (f->row->image == NULL || f->families == NULL)
        return false;
    const struct family_rank *rank = families_rank(f->families, f->row->region, f->row->image);
    return family_best_rank(rank) >= (unsigned)f->rules->keep_last;
}

static bool match_never(const struct facts *f)
{
    return f->row->image != NULL && f->row->image->last_launched_at == 0 && f->made_at > 0 &&
           f->made_at <= f->now - RULES_LAUNCH_LAG_S;
}

static bool match_not_since(const struct facts *f)
{
    if (f->row->image == NULL)
        return false;
    return f->row->image->last_launched_at == 0
               ? match_never(f) && old(f->made_at, f->rules->not_launched_since_days, f->now)
               : old(f->row->image->last_launched_at, f->rules->not_launched_since_days, f->now);
}

static bool match_orphan(const struct facts *f)
{
    return f->row->snapshot == NULL || rules_is_orphan(f->row->region, f->row->snapshot);
}

/* The kind says it, but a bucket's uploads may be anybody's. */
static bool match_staging(const struct facts *f)
{
    return f->row->upload == NULL ||
           strncmp(f->row->upload->key, PLAN_STAGING_PREFIX, strlen(PLAN_STAGING_PREFIX)) == 0;
}

static bool match_region(const struct facts *f)
{
    return any_glob(&f->rules->regions, f->row->region->name);
}

static bool match_tag(const struct facts *f)
{
    for (size_t i = 0; i < f->rules->tags.count; i++)
        if (!has_tag(f, f->rules->tags.items[i]))
            return false;
    return true;
}

static bool match_text(const struct facts *f)
{
    for (size_t i = 0; i < f->rules->texts.count; i++)
        if (!row_holds_text(f, f->rules->texts.items[i]))
            return false;
    return true;
}

/* The rules that only AMIs can meet say nothing against a row of another kind. */
struct matcher {
    bool (*match)(const struct facts *f);
    bool images;
};
static const struct matcher matchers[RULES] = {
    [RULE_NAME] = {match_name, false},
    [RULE_OLDER_THAN] = {match_older, false},
    [RULE_DEPRECATED] = {match_deprecated, true},
    [RULE_DEPRECATED_SINCE] = {match_deprecated_since, true},
    [RULE_KEEP_LAST] = {match_keep_last, true},
    [RULE_NEVER_LAUNCHED] = {match_never, true},
    [RULE_NOT_LAUNCHED_SINCE] = {match_not_since, true},
    [RULE_ORPHANS] = {match_orphan, false},
    [RULE_STAGING] = {match_staging, false},
    [RULE_REGIONS] = {match_region, false},
    [RULE_TAG] = {match_tag, false},
    [RULE_ANY_TEXT] = {match_text, false},
};

static struct facts facts_of(const struct rules *rules, const struct families *families,
                             const struct rules_row *row, time_t now)
{
    struct facts f = {.rules = rules, .row = row, .families = families, .now = now};
    if (row->image != NULL) {
        f.made_at = row->image->created_at;
        f.name = row->image->name;
        f.tags = row->image->tags;
        f.tag_count = row->image->tag_count;
    } else if (row->snapshot != NULL) {
        f.made_at = row->snapshot->started_at;
        f.name = row->snapshot->description;
        f.tags = row->snapshot->tags;
        f.tag_count = row->snapshot->tag_count;
    } else if (row->object != NULL) {
        f.made_at = row->object->modified_at;
        f.name = row->object->key;
    } else {
        f.made_at = row->upload->initiated_at;
        f.name = row->upload->key;
    }
    return f;
}

static enum rules_kind kind_of(const struct rules_row *row)
{
    return row->image != NULL      ? RULES_IMAGE
           : row->snapshot != NULL ? RULES_SNAPSHOT
           : row->object != NULL   ? RULES_OBJECT
                                   : RULES_UPLOAD;
}

bool rules_match(const struct rules *rules, const struct families *families,
                 const struct rules_row *row, time_t now)
{
    enum rules_kind kind = kind_of(row);
    if ((rules_kinds(rules) & 1u << kind) == 0)
        return false;
    struct facts f = facts_of(rules, families, row, now);
    for (enum rule r = 0; r < RULES; r++) {
        if ((rules->given & 1u << r) == 0 || (matchers[r].images && kind != RULES_IMAGE))
            continue;
        if (!matchers[r].match(&f))
            return false;
    }
    return true;
}

bool rules_is_orphan(const struct inventory_region *region, const struct inventory_snapshot *s)
{
    if (s->users > 0 || !inventory_known(region, INVENTORY_IMAGES))
        return false;
    if (s->made_for[0] != '\0')
        return inventory_find_image(region, s->made_for) == NULL;
    return s->release_id[0] != '\0';
}

bool rules_match_region(const struct rules *rules, const char *region)
{
    return (rules->given & 1u << RULE_REGIONS) == 0 || any_glob(&rules->regions, region);
}

/* ---- in words ---- */

static void say(struct buf *out, bool *any)
{
    buf_add_str(out, *any ? ", " : "");
    *any = true;
}

static int days_since(time_t at, time_t now)
{
    return (int)((now - at) / DAY_S);
}

static void explain_image(const struct facts *f, struct buf *out, bool *any)
{
    const struct rules *r = f->rules;
    const struct inventory_image *image = f->row->image;
    if ((r->given & (1u << RULE_DEPRECATED | 1u << RULE_DEPRECATED_SINCE)) != 0) {
        say(out, any);
        buf_add_fmt(out, "deprecated for %d days", days_since(image->deprecated_at, f->now));
    }
    if ((r->given & 1u << RULE_KEEP_LAST) != 0) {
        say(out, any);
        buf_add_fmt(out, "not among the last %d of its family", r->keep_last);
    }
    if ((r->given & (1u << RULE_NEVER_LAUNCHED | 1u << RULE_NOT_LAUNCHED_SINCE)) == 0)
        return;
    say(out, any);
    if (image->last_launched_at == 0)
        buf_add_str(out, "never launched");
    else
        buf_add_fmt(out, "not launched for %d days", days_since(image->last_launched_at, f->now));
}

void rules_explain(const struct rules *rules, const struct families *families,
                   const struct rules_row *row, time_t now, struct buf *out)
{
    struct facts f = facts_of(rules, families, row, now);
    bool any = false;
    if ((rules->given & 1u << RULE_OLDER_THAN) != 0) {
        say(out, &any);
        buf_add_fmt(out, "older than %d days (made %d days ago)", rules->older_than_days,
                    days_since(f.made_at, now));
    }
    if (row->image != NULL) {
        explain_image(&f, out, &any);
    } else {
        say(out, &any);
        buf_add_str(out, row->snapshot != NULL ? "its AMI is gone"
                         : row->object != NULL ? "a staging object"
                                               : "an upload that nobody finished");
    }
    static const struct {
        enum rule rule;
        const char *words;
    } plain[] = {{RULE_NAME, "its name"}, {RULE_TAG, "its tags"}};
    for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
        if ((rules->given & 1u << plain[i].rule) == 0)
            continue;
        say(out, &any);
        buf_add_str(out, plain[i].words);
    }
}

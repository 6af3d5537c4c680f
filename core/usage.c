/* What is known of who uses AMIs: entries, refcounted, by a hash. */
#include "core/usage.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/texts.h"
#include "core/usage_build.h"

struct entry_box {
    struct usage_entry entry; /* first */
    atomic_uint refs;
    struct arena arena;
};

struct usage {
    atomic_uint refs;
    uint64_t number;
    struct usage_table table;
};

static const struct err unexplained = {.kind = ERR_FAILED, .message = "AWS gives no reason"};

static const struct err *copy_err(struct arena *a, const struct err *err)
{
    if (err == NULL || err->kind == ERR_NONE)
        return NULL;
    struct err *kept = texts_take(a, sizeof(*kept));
    *kept = *err;
    return kept;
}

const struct usage_entry *usage_entry_new(const struct usage_entry *row)
{
    struct entry_box *box = xcalloc(1, sizeof(*box));
    struct arena *a = &box->arena;
    struct usage_reference *references =
        texts_take(a, (row->reference_count + 1) * sizeof(*references));
    struct usage_account *accounts = texts_take(a, (row->account_count + 1) * sizeof(*accounts));
    atomic_init(&box->refs, 1);
    box->entry = *row;
    box->entry.region = texts_copy(a, row->region);
    box->entry.image = texts_copy(a, row->image);
    for (size_t i = 0; i < row->reference_count; i++)
        references[i] = (struct usage_reference){row->references[i].kind,
                                                 texts_copy(a, row->references[i].arn)};
    for (size_t i = 0; i < row->account_count; i++) {
        accounts[i] = row->accounts[i];
        accounts[i].resource = texts_copy(a, row->accounts[i].resource);
    }
    box->entry.err = copy_err(a, row->err);
    box->entry.report_err = copy_err(a, row->report_err);
    if (row->report == USAGE_REPORT_FAILED && box->entry.report_err == NULL)
        box->entry.report_err = &unexplained;
    box->entry.references = references;
    box->entry.accounts = accounts;
    return &box->entry;
}

const struct usage_entry *usage_entry_ref(const struct usage_entry *entry)
{
    atomic_fetch_add(&((struct entry_box *)entry)->refs, 1);
    return entry;
}

void usage_entry_unref(const struct usage_entry *entry)
{
    struct entry_box *box = (struct entry_box *)entry;
    if (box == NULL || atomic_fetch_sub(&box->refs, 1) != 1)
        return;
    arena_free(&box->arena);
    free(box);
}

/* ---- tables ---- */

/* Where the AMI's entry is, or would be. */
static size_t slot_of(const struct usage_table *t, const char *region, const char *image)
{
    size_t i = (size_t)(texts_hash(image) ^ texts_hash(region) << 1) & (t->slot_count - 1);
    while (t->slots[i] != NULL &&
           (strcmp(t->slots[i]->image, image) != 0 || strcmp(t->slots[i]->region, region) != 0))
        i = (i + 1) & (t->slot_count - 1);
    return i;
}

static void grow(struct usage_table *t)
{
    struct usage_table wider = {.slot_count = t->slot_count > 0 ? t->slot_count * 2 : 64};
    wider.count = t->count;
    wider.slots = xcalloc(wider.slot_count, sizeof(*wider.slots));
    for (size_t i = 0; i < t->slot_count; i++)
        if (t->slots[i] != NULL)
            wider.slots[slot_of(&wider, t->slots[i]->region, t->slots[i]->image)] = t->slots[i];
    free(t->slots);
    *t = wider;
}

void usage_table_put(struct usage_table *t, const struct usage_entry *entry)
{
    if (t->count * 2 >= t->slot_count)
        grow(t);
    size_t at = slot_of(t, entry->region, entry->image);
    t->count += t->slots[at] == NULL;
    usage_entry_unref(t->slots[at]);
    t->slots[at] = entry;
}

const struct usage_entry *usage_table_find(const struct usage_table *t, const char *region,
                                           const char *image)
{
    return t->count == 0 ? NULL : t->slots[slot_of(t, region, image)];
}

void usage_table_free(struct usage_table *t)
{
    for (size_t i = 0; i < t->slot_count; i++)
        usage_entry_unref(t->slots[i]);
    free(t->slots);
    *t = (struct usage_table){0};
}

struct usage *usage_of_table(const struct usage_table *t, uint64_t number)
{
    struct usage *u = xcalloc(1, sizeof(*u));
    atomic_init(&u->refs, 1);
    u->number = number;
    u->table = *t;
    u->table.slots = xcalloc(t->slot_count + 1, sizeof(*u->table.slots));
    for (size_t i = 0; i < t->slot_count; i++)
        if (t->slots[i] != NULL)
            u->table.slots[i] = usage_entry_ref(t->slots[i]);
    return u;
}

/* ---- the whole ---- */

struct usage *usage_ref(struct usage *usage)
{
    if (usage != NULL)
        atomic_fetch_add(&usage->refs, 1);
    return usage;
}

void usage_unref(struct usage *usage)
{
    if (usage == NULL || atomic_fetch_sub(&usage->refs, 1) != 1)
        return;
    usage_table_free(&usage->table);
    free(usage);
}

uint64_t usage_number(const struct usage *usage)
{
    return usage == NULL ? 0 : usage->number;
}

const struct usage_entry *usage_find(const struct usage *usage, const char *region,
                                     const char *image)
{
    return usage == NULL ? NULL : usage_table_find(&usage->table, region, image);
}

enum usage_state usage_settled(const struct usage_entry *entry)
{
    if (entry == NULL)
        return USAGE_UNCHECKED;
    if (entry->state != USAGE_CHECKING)
        return entry->state;
    if (entry->checked_at == 0)
        return USAGE_UNCHECKED;
    return entry->reference_count > 0 ? USAGE_USED : USAGE_FREE;
}

struct usage *usage_new(const struct usage_entry *rows, size_t count)
{
    struct usage_table table = {0};
    for (size_t i = 0; i < count; i++)
        usage_table_put(&table, usage_entry_new(&rows[i]));
    struct usage *u = usage_of_table(&table, 1);
    usage_table_free(&table);
    return u;
}

const char *usage_kind_name(enum usage_kind kind, unsigned count)
{
    static const char *const names[USAGE_KINDS][2] = {
        [USAGE_INSTANCES] = {"instance", "instances"},
        [USAGE_TEMPLATES] = {"template version", "template versions"},
        [USAGE_PARAMETERS] = {"SSM parameter", "SSM parameters"},
        [USAGE_RECIPES] = {"recipe", "recipes"},
        [USAGE_OTHER] = {"other resource", "other resources"},
    };
    return names[kind][count != 1];
}

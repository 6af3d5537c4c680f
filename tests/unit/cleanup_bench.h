/* An account full of traps, and a plan over it. Header only. */
#ifndef TESTS_UNIT_CLEANUP_BENCH_H
#define TESTS_UNIT_CLEANUP_BENCH_H

#include <stdarg.h>
#include <stdlib.h>

#include <setjmp.h>

#include <cmocka.h>

#include "core/cleanup.h"
#include "tests/unit/account.h"

#define EU 0
#define US 1

static const char *const one[] = {"snap-1"}, *const two[] = {"snap-2"},
                         *const four[] = {"snap-31", "snap-32", "snap-33", "snap-34"},
                         *const shared[] = {"snap-s"}, *const foreign[] = {"snap-f"};
static const struct inventory_tag keep[] = {{"tatami:keep", ""}};
static const struct inventory_tag backup[] = {{"aws:backup:source-resource", "x"}};

static inline struct inventory_image *with_snapshots(struct inventory_image *i,
                                                     const char *const *ids, size_t count)
{
    i->snapshots = ids;
    i->snapshot_count = count;
    return i;
}

/* Every trap that there is. What may go is called ami-go...; ami-new is the newest of all. */
static inline void fill(struct account *a)
{
    with_snapshots(account_image(a, EU, "ami-go1", "acme-1.0", 400), one, 1);
    with_snapshots(account_image(a, EU, "ami-go2", "acme-1.1", 390), shared, 1);
    with_snapshots(account_image(a, EU, "ami-go4", "acme-1.2", 380), four, 4);
    account_image(a, EU, "ami-go5", "acme-1.3", 370);
    account_image(a, EU, "ami-go6", "acme-1.3", 360); /* the name twice */
    with_snapshots(account_image(a, EU, "ami-go7", "acme-1.4", 350), foreign, 1);
    account_image(a, EU, "ami-new", "acme-9.0", 1);
    with_snapshots(account_image(a, EU, "ami-stay", "other-1.0", 1), shared, 1);
    struct inventory_image *i = account_image(a, EU, "ami-prot", "acme-1.5", 340);
    i->protection = INVENTORY_PROTECTED_COOLDOWN;
    i->protection_text = "enabled-with-cooldown";
    i = account_image(a, EU, "ami-cool", "acme-1.6", 330);
    i->protection = INVENTORY_COOLING;
    i = account_image(a, EU, "ami-keep", "acme-1.7", 320);
    i->tags = keep;
    i->tag_count = 1;
    i = account_image(a, EU, "ami-pend", "acme-1.8", 310);
    i->state = INVENTORY_AMI_PENDING;
    i->state_text = "pending";
    account_image(a, EU, "ami-theirs", "acme-1.9", 300)->owner = "210987654321";
    i = account_image(a, EU, "ami-back", "acme-2.0", 290);
    i->tags = backup;
    i->tag_count = 1;
    account_image(a, EU, "ami-tmpl", "acme-2.1", 280);
    account_image(a, EU, "ami-ssm", "acme-2.2", 270);
    account_image(a, EU, "ami-unasked", "acme-2.3", 260);
    account_image(a, EU, "ami-source", "acme-2.4", 250);
    i = account_image(a, US, "ami-copy", "acme-2.4", 0);
    i->state = INVENTORY_AMI_PENDING;
    i->source_id = "ami-source";
    i->source_region = "eu-west-1";
    account_image(a, US, "ami-far", "acme-1.0", 400); /* the only one of its region */
    static const char *const ids[] = {"snap-1",  "snap-31", "snap-32",
                                      "snap-33", "snap-34", "snap-s"};
    for (size_t k = 0; k < ARRAY_LEN(ids); k++)
        account_snapshot(a, EU, ids[k], 400);
}

static inline struct usage_entry free_of_use(const char *image)
{
    return (struct usage_entry){
        .region = "eu-west-1", .image = image, .state = USAGE_FREE, .checked_at = ACCOUNT_NOW};
}

static inline struct usage *uses(void)
{
    static const char *const unused[] = {"ami-go1",    "ami-go2",  "ami-go4",    "ami-go5",
                                         "ami-go6",    "ami-go7",  "ami-new",    "ami-prot",
                                         "ami-cool",   "ami-keep", "ami-source", "ami-pend",
                                         "ami-theirs", "ami-back", "ami-stay"};
    struct usage_entry rows[20];
    size_t count = 0;
    for (; count < ARRAY_LEN(unused); count++)
        rows[count] = free_of_use(unused[count]);
    rows[count] = free_of_use("ami-tmpl");
    rows[count].state = USAGE_USED;
    rows[count++].counts[USAGE_TEMPLATES] = 2;
    rows[count] = free_of_use("ami-ssm");
    rows[count].state = USAGE_USED;
    rows[count++].counts[USAGE_PARAMETERS] = 1;
    rows[count] = free_of_use("ami-far");
    rows[count++].region = "us-east-1";
    return usage_new(rows, count);
}

/* Everything that a test of plans needs. */
struct bench {
    struct account account;
    struct inventory *inventory;
    struct usage *usage;
    struct rules rules;
    struct cleanup_plan_options options;
};

static inline struct bench *bench_new(void (*fill_in)(struct account *a), const char *line)
{
    struct bench *b = xcalloc(1, sizeof(*b));
    fill_in(&b->account);
    b->inventory = account_inventory(&b->account);
    b->usage = uses();
    assert_true(rules_parse(line, &b->rules, NULL, NULL));
    b->options = (struct cleanup_plan_options){
        .inventory = b->inventory, .usage = b->usage, .rules = &b->rules, .now = ACCOUNT_NOW};
    return b;
}

static inline void bench_free(struct bench *b)
{
    inventory_unref(b->inventory);
    usage_unref(b->usage);
    rules_free(&b->rules);
    free(b);
}

static inline char *items_of(const struct cleanup_plan *p)
{
    struct buf out = BUF_INIT;
    for (size_t i = 0; i < p->item_count; i++)
        buf_add_fmt(&out, " %s", p->items[i].id);
    return buf_take(&out);
}

static inline const struct cleanup_skip *skip_of(const struct cleanup_plan *p, const char *id)
{
    for (size_t i = 0; i < p->skip_count; i++)
        if (strcmp(p->skips[i].id, id) == 0)
            return &p->skips[i];
    fail_msg("%s is not among the skipped", id);
    return NULL;
}

static inline const struct cleanup_item *item_of(const struct cleanup_plan *p, const char *id)
{
    for (size_t i = 0; i < p->item_count; i++)
        if (strcmp(p->items[i].id, id) == 0)
            return &p->items[i];
    fail_msg("%s is not in the plan", id);
    return NULL;
}

static inline void assert_items(const struct cleanup_plan *p, const char *ids)
{
    char *have = items_of(p);
    assert_string_equal(have, ids);
    free(have);
}

#endif

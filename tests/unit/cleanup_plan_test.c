/* A plan's file, and whether the account still is what it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/cleanup.h"
#include "tests/unit/cleanup_bench.h"
#include "tests/unit/temp.h"

static void file_and_back(void **state)
{
    (void)state;
    struct bench *b = bench_new(fill, "name:acme-* older-than:1");
    struct cleanup_plan *p = cleanup_plan_new(&b->options);
    struct err err = ERR_INIT;
    assert_true(cleanup_plan_save(p, "plan.json", &err));
    struct cleanup_plan *q = cleanup_plan_load("plan.json", &err);
    if (q == NULL)
        fail_msg("%s", err.message);
    struct buf x = BUF_INIT, y = BUF_INIT;
    cleanup_plan_write(p, &x);
    cleanup_plan_write(q, &y);
    assert_string_equal(buf_str(&x), buf_str(&y));
    assert_string_equal(p->hash, q->hash);
    assert_memory_equal(&p->totals, &q->totals, sizeof(p->totals));
    assert_true(cleanup_hash_given(q, p->hash));
    char given[65] = "";
    memcpy(given, p->hash, CLEANUP_HASH_SHORT);
    assert_true(cleanup_hash_given(q, given));
    given[CLEANUP_HASH_SHORT - 1] = '\0';
    assert_false(cleanup_hash_given(q, given));
    assert_false(cleanup_hash_given(q, ""));
    buf_free(&x);
    buf_free(&y);
    cleanup_plan_unref(p);
    cleanup_plan_unref(q);
    bench_free(b);
}

/* Whatever is changed in it, the plan is refused. */
static void changed_file(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"ami-go1", "ami-new"},
        {"\"snap-1\"", "\"snap-9\""},
        {"\"kept_for\": \"ami-stay\"", "\"kept_for\": \"\""},
        {"\"kind\": \"ami\"", "\"kind\": \"upload\""},
        {"\"account\": \"123456789012\"", "\"account\": \"210987654321\""},
        {"\"step\": \"all\"", "\"step\": \"private\""},
        {"\"by_hand\": false", "\"by_hand\": true"},
        {"eu-west-1", "us-east-1"},
        {"\"skipped\": [", "\"skips\": ["},
        {"\"items\": [", "\"items\": [1, "},
        {"}]}", "}"},
        {"\"tatami_cleanup\": 1", "\"tatami_cleanup\": 2"},
        {"\"bytes\": 1073741824", "\"bytes\": -1"},
    };
    struct bench *b = bench_new(fill, "name:acme-* older-than:1");
    struct cleanup_plan *p = cleanup_plan_new(&b->options);
    struct buf text = BUF_INIT;
    cleanup_plan_write(p, &text);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = ERR_INIT;
        struct buf other = BUF_INIT;
        const char *at = strstr(buf_str(&text), rows[i].from);
        if (at == NULL)
            fail_msg("%s is not there", rows[i].from);
        buf_add(&other, text.data, (size_t)(at - text.data));
        buf_add_str(&other, rows[i].to);
        buf_add_str(&other, at + strlen(rows[i].from));
        if (cleanup_plan_read(buf_str(&other), other.length, &err) != NULL)
            fail_msg("%s was taken", rows[i].to);
        assert_int_equal(err.kind, ERR_INPUT);
        buf_free(&other);
    }
    for (size_t cut = 0; cut < text.length - 2; cut += 37) {
        struct err err = ERR_INIT;
        assert_null(cleanup_plan_read(text.data, cut, &err));
    }
    buf_free(&text);
    cleanup_plan_unref(p);
    bench_free(b);
}

/* ---- drift ---- */

static void drift_nothing(struct account *a)
{
    (void)a;
}
static void drift_gone(struct account *a)
{
    a->images[EU][0].id = "ami-other";
}
static void drift_launched(struct account *a)
{
    a->images[EU][0].last_launched_at = ACCOUNT_NOW;
}
static void drift_public(struct account *a)
{
    a->images[EU][0].is_public = true;
}
static void drift_state(struct account *a)
{
    a->images[EU][0].state = INVENTORY_AMI_DISABLED;
    a->images[EU][0].state_text = "disabled";
}
static void drift_keep(struct account *a)
{
    a->images[EU][0].tags = keep;
    a->images[EU][0].tag_count = 1;
}
static void drift_protected(struct account *a)
{
    a->images[EU][0].protection = INVENTORY_PROTECTED;
}
static void drift_snapshots(struct account *a)
{
    a->images[EU][0].snapshots = two;
}
static void drift_shared(struct account *a)
{
    with_snapshots(account_image(a, EU, "ami-late", "z-1", 0), one, 1);
}
static void drift_snapshot_kept(struct account *a)
{
    for (size_t i = 0; i < a->counts[EU][INVENTORY_SNAPSHOTS]; i++) {
        a->snapshots[EU][i].tags = keep;
        a->snapshots[EU][i].tag_count = 1;
    }
}
static void drift_newest(struct account *a)
{
    for (size_t i = 1; i < a->counts[EU][INVENTORY_IMAGES]; i++)
        a->images[EU][i].architecture = "arm64";
}
static void drift_unread(struct account *a)
{
    a->unread[EU] = true;
}

static void drift(void **state)
{
    (void)state;
    static const struct {
        void (*change)(struct account *a);
        const char *words; /* NULL: still as planned */
    } rows[] = {
        {drift_nothing, NULL},
        {drift_gone, "it is gone"},
        {drift_launched, "it was launched since"},
        {drift_public, "its launch permission has changed"},
        {drift_state, "its state has changed"},
        {drift_keep, "carries the tag tatami:keep"},
        {drift_protected, "protected from deregistration"},
        {drift_snapshots, "its snapshots are others"},
        {drift_shared, "another AMI uses one of its snapshots"},
        {drift_snapshot_kept, "the tags of one of its snapshots say that it stays"},
        {drift_newest, "the newest of its family now"},
        {drift_unread, "was not read whole"},
    };
    struct bench *b = bench_new(fill, "name:acme-1.0 older-than:1");
    struct cleanup_plan *p = cleanup_plan_new(&b->options);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct account *changed = xmalloc(sizeof(*changed));
        struct err err = ERR_INIT;
        *changed = b->account;
        rows[i].change(changed);
        struct inventory *now = account_inventory(changed);
        struct families *f = families_new(now);
        bool same =
            cleanup_item_unchanged(p, item_of(p, "ami-go1"), now, f, NULL, NULL, ACCOUNT_NOW, &err);
        if (same != (rows[i].words == NULL) ||
            (!same && strstr(err.message, rows[i].words) == NULL))
            fail_msg("%zu: %s", i, err.message);
        families_free(f);
        inventory_unref(now);
        free(changed);
    }
    struct usage_entry used = free_of_use("ami-go1");
    struct err err = ERR_INIT;
    used.state = USAGE_USED;
    struct usage *now_used = usage_new(&used, 1);
    assert_false(cleanup_item_unchanged(p, item_of(p, "ami-go1"), b->inventory, NULL, now_used,
                                        NULL, ACCOUNT_NOW, &err));
    usage_unref(now_used);
    cleanup_plan_unref(p);
    bench_free(b);
}

static void fill_orphan(struct account *a)
{
    account_made_for(a, EU, "snap-gone", 30, "ami-gone");
}

/* The AMI came into the Recycle Bin after the plan was made, or cannot be looked for. */
static void orphan_drift(void **state)
{
    (void)state;
    struct bench *b = bench_new(fill_orphan, "orphans");
    struct cleanup_plan *p = cleanup_plan_new(&b->options);
    const struct cleanup_item *item = item_of(p, "snap-gone");
    struct ec2_recycled *image = xcalloc(1, sizeof(*image));
    struct err err = ERR_INIT;
    assert_true(cleanup_item_unchanged(p, item, b->inventory, NULL, NULL, NULL, ACCOUNT_NOW, &err));
    struct recycle_region region = {.name = "eu-west-1", .binned_read = true};
    struct recycle *bins = recycle_new(&region, 1);
    assert_true(cleanup_item_unchanged(p, item, b->inventory, NULL, NULL, bins, ACCOUNT_NOW, &err));
    recycle_unref(bins);
    *image = (struct ec2_recycled){.id = xstrdup("ami-gone")};
    region.binned = (struct ec2_recycled_list){image, 1};
    bins = recycle_new(&region, 1);
    assert_false(
        cleanup_item_unchanged(p, item, b->inventory, NULL, NULL, bins, ACCOUNT_NOW, &err));
    assert_int_equal(err.kind, ERR_VERIFY);
    assert_non_null(strstr(err.message, "which is in the Recycle Bin"));
    recycle_unref(bins);
    cleanup_plan_unref(p);
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(file_and_back, temp_enter, temp_leave),
        cmocka_unit_test(changed_file),
        cmocka_unit_test(drift),
        cmocka_unit_test(orphan_drift),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

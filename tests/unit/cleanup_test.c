/* What may go and what must stay: the plan over an account full of traps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/cleanup.h"
#include "tests/unit/cleanup_bench.h"

static void every_trap(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        enum cleanup_why why;
        const char *words;
    } rows[] = {
        {"ami-new", CLEANUP_NEWEST, "the newest of its family acme-* by date and version"},
        {"ami-prot", CLEANUP_PROTECTED, "protected from deregistration: enabled-with-cooldown"},
        {"ami-cool", CLEANUP_PROTECTED, "protected from deregistration: disabled"},
        {"ami-keep", CLEANUP_KEEP, "carries the tag tatami:keep"},
        {"ami-pend", CLEANUP_PENDING, "still being made: pending"},
        {"ami-theirs", CLEANUP_OTHERS, "another account's or service's: 210987654321"},
        {"ami-back", CLEANUP_OTHERS, "another account's or service's"},
        {"ami-tmpl", CLEANUP_IN_USE, "in use: 2 template versions"},
        {"ami-ssm", CLEANUP_IN_USE, "in use: 1 SSM parameter"},
        {"ami-unasked", CLEANUP_UNCHECKED, "nobody asked who uses it"},
        {"ami-far", CLEANUP_NEWEST,
         "the newest of its family acme-* by date and version in this region"},
        {"ami-source", CLEANUP_UNDER_WAY, "being copied to us-east-1"},
        {"snap-s", CLEANUP_SHARED, "stays: used by ami-stay"},
        {"snap-f", CLEANUP_SHARED, "stays: not this account's to delete"},
    };
    struct bench *b = bench_new(fill, "name:acme-* older-than:1");
    struct cleanup_plan *p = cleanup_plan_new(&b->options);
    assert_items(p, " ami-go1 ami-go2 ami-go4 ami-go5 ami-go6 ami-go7");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct cleanup_skip *skip = skip_of(p, rows[i].id);
        assert_int_equal(skip->why, rows[i].why);
        assert_string_equal(skip->reason, rows[i].words);
    }
    assert_int_equal(p->skip_count, ARRAY_LEN(rows));
    assert_int_equal(item_of(p, "ami-go4")->snapshot_count, 4);
    assert_int_equal(item_of(p, "ami-go4")->bytes, (uint64_t)4 << 30);
    assert_string_equal(item_of(p, "ami-go2")->snapshots[0].kept_for, "ami-stay");
    assert_string_equal(item_of(p, "ami-go7")->snapshots[0].kept_for, "other");
    assert_int_equal(p->totals.images, 6);
    assert_int_equal(p->totals.snapshots, 5);
    assert_int_equal(p->totals.shared_snapshots, 2);
    assert_int_equal(p->totals.bytes, (uint64_t)5 << 30);
    assert_int_equal(p->totals.releases, 5);
    assert_int_equal(p->totals.regions, 1);
    cleanup_plan_unref(p);
    bench_free(b);
}

/* Nothing is asked twice, and nothing that stays anyway. */
static void what_has_to_be_asked(void **state)
{
    (void)state;
    struct bench *b = bench_new(fill, "name:acme-* older-than:1");
    struct usage_question *q;
    assert_int_equal(cleanup_plan_questions(&b->options, &q), 1);
    assert_string_equal(q[0].image, "ami-unasked");
    free(q);
    b->options.usage = NULL;
    size_t count = cleanup_plan_questions(&b->options, &q);
    assert_int_equal(count, 9);
    free(q);
    struct cleanup_plan *p = cleanup_plan_new(&b->options);
    assert_int_equal(p->item_count, 0);
    cleanup_plan_unref(p);
    bench_free(b);
}

/* A hand may take the newest, and nothing else that must stay. */
static void by_hand(void **state)
{
    (void)state;
    static const struct cleanup_mark marks[] = {
        {CLEANUP_IMAGE, "eu-west-1", "ami-prot"},    {CLEANUP_IMAGE, "eu-west-1", "ami-new"},
        {CLEANUP_IMAGE, "eu-west-1", "ami-tmpl"},    {CLEANUP_IMAGE, "us-east-1", "ami-far"},
        {CLEANUP_IMAGE, "us-east-1", "ami-go1"},     {CLEANUP_IMAGE, "eu-west-1", "ami-gone"},
        {CLEANUP_SNAPSHOT, "eu-west-1", "snap-1"},   {CLEANUP_IMAGE, "eu-west-1", "ami-keep"},
        {CLEANUP_IMAGE, "eu-west-1", "ami-unasked"},
    };
    struct bench *b = bench_new(fill, "");
    b->options.marks = marks;
    b->options.mark_count = ARRAY_LEN(marks);
    struct cleanup_plan *p = cleanup_plan_new(&b->options);
    assert_items(p, " ami-new ami-far");
    assert_true(item_of(p, "ami-new")->by_hand);
    assert_string_equal(item_of(p, "ami-new")->reason, "by hand");
    assert_int_equal(skip_of(p, "ami-prot")->why, CLEANUP_PROTECTED);
    assert_int_equal(skip_of(p, "ami-tmpl")->why, CLEANUP_IN_USE);
    assert_int_equal(skip_of(p, "snap-1")->why, CLEANUP_HAS_IMAGE);
    assert_int_equal(skip_of(p, "ami-keep")->why, CLEANUP_KEEP);
    assert_int_equal(skip_of(p, "ami-unasked")->why, CLEANUP_UNCHECKED);
    assert_int_equal(p->skip_count, 5);
    char *phrase = cleanup_phrase(p);
    assert_string_equal(phrase, "deregister 2");
    free(phrase);
    cleanup_plan_unref(p);
    bench_free(b);
}

/* Rules that choose nothing plan nothing. */
static void nothing_chosen(void **state)
{
    (void)state;
    struct bench *b = bench_new(fill, "region:eu-*");
    struct cleanup_plan *p = cleanup_plan_new(&b->options);
    assert_int_equal(p->item_count + p->skip_count, 0);
    cleanup_plan_unref(p);
    bench_free(b);
}

/* Both users in the plan: the snapshot goes, and counts once. */
static void fill_shared(struct account *a)
{
    static const char *const twice[] = {"snap-s", "snap-s"};
    with_snapshots(account_image(a, EU, "ami-go1", "acme-1.0", 400), shared, 1);
    with_snapshots(account_image(a, EU, "ami-go2", "acme-1.1", 390), twice, 2);
    account_image(a, EU, "ami-new", "acme-9.0", 1);
    account_snapshot(a, EU, "snap-s", 400);
}

static void all_users_go(void **state)
{
    (void)state;
    struct bench *b = bench_new(fill_shared, "older-than:5");
    struct cleanup_plan *p = cleanup_plan_new(&b->options);
    assert_items(p, " ami-go1 ami-go2");
    assert_string_equal(p->items[0].snapshots[0].kept_for, "");
    assert_string_equal(p->items[1].snapshots[1].kept_for, "");
    assert_int_equal(p->totals.snapshots, 1);
    assert_int_equal(p->totals.bytes, (uint64_t)1 << 30);
    assert_int_equal(p->skip_count, 0);
    cleanup_plan_unref(p);
    bench_free(b);
}

/* Snapshots without an AMI, and what lies in S3. */
static void fill_leftovers(struct account *a)
{
    account_image(a, EU, "ami-pend", "acme-1.0", 0)->state = INVENTORY_AMI_PENDING;
    account_made_for(a, EU, "snap-gone", 30, "ami-gone");
    account_made_for(a, EU, "snap-young", 0, "ami-gone");
    account_made_for(a, EU, "snap-pend", 30, "ami-pend");
    account_snapshot(a, EU, "snap-volume", 30);
    struct inventory_snapshot *s = account_made_for(a, EU, "snap-keep", 30, "ami-gone");
    s->tags = keep;
    s->tag_count = 1;
    s = account_made_for(a, EU, "snap-backup", 30, "ami-gone");
    s->tags = backup;
    s->tag_count = 1;
    account_snapshot(a, EU, "snap-run", 30)->release_id = "running";
    s = account_snapshot(a, EU, "snap-dead", 30);
    s->release_id = "dead";
    s->image = "acme-0";
    s = account_made_for(a, EU, "snap-making", 30, "ami-gone");
    s->state = INVENTORY_SNAPSHOT_PENDING;
    account_import(a, EU, "running");
    account_object(a, EU, "tatami/old", 30);
    account_object(a, EU, "tatami/young", 0);
    account_object(a, EU, "tatami/run", 30)->release_id = "running";
    account_upload(a, EU, "tatami/up", 30);
    account_upload(a, EU, "theirs/up", 30);
    /* A release that somebody may go on with: its plan lies there. */
    account_object(a, EU, "tatami/open/=plan.json", 30)->is_plan = true;
    account_upload(a, EU, "tatami/open/image/root", 30);
    s = account_snapshot(a, EU, "snap-open", 30);
    s->release_id = "open id";
    s->release = "open";
    account_made_for(a, US, "snap-blind", 30, "ami-gone");
}

static void leftovers(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        enum cleanup_why why;
    } rows[] = {
        {"snap-young", CLEANUP_UNDER_WAY},
        {"snap-keep", CLEANUP_KEEP},
        {"snap-backup", CLEANUP_OTHERS},
        {"snap-run", CLEANUP_UNDER_WAY},
        {"snap-making", CLEANUP_PENDING},
        {"s3://images/tatami/young", CLEANUP_UNDER_WAY},
        {"s3://images/tatami/run", CLEANUP_UNDER_WAY},
        {"s3://images/tatami/open/=plan.json", CLEANUP_UNDER_WAY},
        {"s3://images/tatami/open/image/root#U1", CLEANUP_UNDER_WAY},
        {"snap-open", CLEANUP_UNDER_WAY},
    };
    struct bench *b = bench_new(fill_leftovers, "orphans staging region:eu-*");
    struct cleanup_plan *p = cleanup_plan_new(&b->options);
    assert_items(p, " snap-dead snap-gone s3://images/tatami/old s3://images/tatami/up#U1");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(skip_of(p, rows[i].id)->why, rows[i].why);
    assert_int_equal(p->skip_count, ARRAY_LEN(rows));
    assert_int_equal(p->totals.snapshots, 2);
    assert_int_equal(p->totals.objects, 1);
    assert_int_equal(p->totals.uploads, 1);
    assert_string_equal(item_of(p, "s3://images/tatami/up#U1")->upload_id, "U1");
    char *phrase = cleanup_phrase(p);
    assert_string_equal(phrase, "delete 4");
    free(phrase);
    cleanup_plan_unref(p);
    bench_free(b);
}

/* An AMI in the Recycle Bin needs its snapshots; a bin that nobody could look into may hold it. */
static void binned(void **state)
{
    (void)state;
    struct bench *b = bench_new(fill_leftovers, "orphans region:eu-*");
    struct ec2_recycled *images = xcalloc(2, sizeof(*images));
    images[0] = (struct ec2_recycled){.id = xstrdup("ami-gone"), .name = xstrdup("x")};
    images[1] = (struct ec2_recycled){.id = xstrdup("ami-other"), .name = xstrdup("acme-0")};
    struct recycle_region region = {
        .name = "eu-west-1", .binned = {images, 2}, .binned_read = true};
    b->options.recycle = recycle_new(&region, 1);
    struct cleanup_plan *p = cleanup_plan_new(&b->options);
    assert_int_equal(p->item_count, 0);
    assert_int_equal(skip_of(p, "snap-gone")->why, CLEANUP_HAS_IMAGE);
    assert_string_equal(skip_of(p, "snap-gone")->reason,
                        "an AMI uses it: ami-gone, which is in the Recycle Bin");
    assert_int_equal(skip_of(p, "snap-dead")->why, CLEANUP_HAS_IMAGE);
    cleanup_plan_unref(p);
    recycle_unref(b->options.recycle);
    region = (struct recycle_region){.name = "eu-west-1"};
    b->options.recycle = recycle_new(&region, 1);
    p = cleanup_plan_new(&b->options);
    assert_int_equal(p->item_count, 0);
    assert_int_equal(skip_of(p, "snap-gone")->why, CLEANUP_UNREAD);
    cleanup_plan_unref(p);
    recycle_unref(b->options.recycle);
    bench_free(b);
}

/* A region whose snapshots were not read: nothing of it goes, and the plan says so. */
static void fill_unread(struct account *a)
{
    fill(a);
    a->unread[EU] = true;
}

static void unread_region(void **state)
{
    (void)state;
    struct bench *b = bench_new(fill_unread, "name:acme-1.0");
    struct cleanup_plan *p = cleanup_plan_new(&b->options);
    assert_int_equal(p->item_count, 0);
    assert_int_equal(skip_of(p, "ami-go1")->why, CLEANUP_UNREAD);
    assert_int_equal(p->unread_count, 1);
    assert_string_equal(p->unread[0].region, "eu-west-1");
    cleanup_plan_unref(p);
    rules_free(&b->rules);
    assert_true(rules_parse("name:acme-1.0 region:us-east-1", &b->rules, NULL, NULL));
    p = cleanup_plan_new(&b->options);
    assert_int_equal(p->unread_count, 0);
    cleanup_plan_unref(p);
    bench_free(b);
}

/* ---- the bin and the money ---- */

static void undo_and_cost(void **state)
{
    (void)state;
    struct bench *b = bench_new(fill, "name:acme-1.0 older-than:1");
    struct rbin_rule *images = xcalloc(1, sizeof(*images)),
                     *snapshots = xcalloc(1, sizeof(*images));
    images[0] = (struct rbin_rule){.id = xstrdup("a"), .days = 14, .available = true};
    snapshots[0] = (struct rbin_rule){.id = xstrdup("b"), .days = 7, .available = true};
    const struct recycle_region regions[] = {
        {.name = "eu-west-1", .read = true, .images = {images, 1}, .snapshots = {snapshots, 1}},
        {.name = "us-east-1", .read = true},
    };
    b->options.recycle = recycle_new(regions, ARRAY_LEN(regions));
    b->options.price_micros = 50000;
    struct cleanup_plan *p = cleanup_plan_new(&b->options);
    assert_int_equal(item_of(p, "ami-go1")->undo_days, 7);
    assert_int_equal(p->totals.undo_days, 7);
    assert_int_equal(p->totals.permanent_regions, 0);
    assert_int_equal(p->totals.cost_micros, 50000);
    cleanup_plan_unref(p);
    recycle_unref(b->options.recycle);
    b->options.recycle = recycle_new(&regions[1], 1);
    p = cleanup_plan_new(&b->options);
    assert_int_equal(item_of(p, "ami-go1")->undo_days, -1);
    assert_int_equal(p->totals.permanent_regions, 1);
    cleanup_plan_unref(p);
    recycle_unref(b->options.recycle);
    bench_free(b);
}

/* Gentler steps are for AMIs, and free nothing. */
static void gentle_plan(void **state)
{
    (void)state;
    struct bench *b = bench_new(fill, "name:acme-1.0 older-than:1");
    b->options.step = CLEANUP_STEP_PRIVATE;
    struct cleanup_plan *p = cleanup_plan_new(&b->options);
    assert_items(p, " ami-go1");
    assert_int_equal(p->totals.snapshots, 0);
    assert_int_equal(p->totals.bytes, 0);
    assert_int_equal(p->totals.permanent_regions, 0);
    char *phrase = cleanup_phrase(p);
    assert_string_equal(phrase, "private 1");
    free(phrase);
    cleanup_plan_unref(p);
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_trap),    cmocka_unit_test(what_has_to_be_asked),
        cmocka_unit_test(by_hand),       cmocka_unit_test(nothing_chosen),
        cmocka_unit_test(all_users_go),  cmocka_unit_test(leftovers),
        cmocka_unit_test(binned),        cmocka_unit_test(unread_region),
        cmocka_unit_test(undo_and_cost), cmocka_unit_test(gentle_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The table of a cleanup, its words and prices, and the ladder of steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/cleanup.h"
#include "tests/unit/cleanup_bench.h"

static void prices(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        uint64_t micros;
    } rows[] = {
        {"0.05", true, 50000}, {"1", true, 1000000},      {"0.0125", true, 12500},
        {"0", true, 0},        {".5", true, 500000},      {"", false, 0},
        {"$0.05", false, 0},   {"0.05 USD", false, 0},    {"0.0000001", false, 0},
        {"1e3", false, 0},     {"99999999999", false, 0}, {"0,05", false, 0},
        {".", false, 0},       {"0.1.2", false, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint64_t micros = 1;
        struct err err = ERR_INIT;
        if (cleanup_parse_price(rows[i].text, &micros, &err) != rows[i].ok)
            fail_msg("%s", rows[i].text);
        if (rows[i].ok)
            assert_int_equal(micros, rows[i].micros);
    }
    assert_int_equal(cleanup_cost(1, 50000), 1); /* rounded up */
    struct safe_text t = cleanup_amount((uint64_t)680 << 30, 34000001, 50000, false);
    assert_string_equal(t.utf8, "≤$34.01/month");
    text_free(&t);
    t = cleanup_amount((uint64_t)680 << 30, 0, 0, true);
    assert_string_equal(t.utf8, "<680.0 GiB");
    text_free(&t);
}

static void ladder(void **state)
{
    (void)state;
    struct account a = {0};
    struct inventory_image *i = account_image(&a, EU, "ami-1", "acme-1.0", 400);
    struct buf value = BUF_INIT, words = BUF_INIT;
    enum cleanup_step step;
    const time_t now = ACCOUNT_NOW;
    assert_int_equal(cleanup_ladder(CLEANUP_STEP_NONE, i, 7, now, NULL), CLEANUP_RUNG_GO);
    assert_int_equal(cleanup_ladder(CLEANUP_STEP_PRIVATE, i, 7, now, NULL), CLEANUP_RUNG_GO);
    assert_int_equal(cleanup_ladder(CLEANUP_STEP_DISABLE, i, 7, now, &words), CLEANUP_RUNG_EARLY);
    assert_string_equal(buf_str(&words), "not made private by tatami before");
    buf_reset(&words);
    cleanup_ladder_value(CLEANUP_STEP_PRIVATE, now - 6 * ACCOUNT_DAY_S, &value);
    assert_string_equal(buf_str(&value), "private 2027-01-09T08:00:00Z");
    struct inventory_tag tag = {CLEANUP_LADDER_TAG, buf_str(&value)};
    i->tags = &tag;
    i->tag_count = 1;
    assert_int_equal(cleanup_ladder(CLEANUP_STEP_PRIVATE, i, 7, now, &words), CLEANUP_RUNG_DONE);
    assert_string_equal(buf_str(&words), "private since 2027-01-09");
    buf_reset(&words);
    assert_int_equal(cleanup_ladder(CLEANUP_STEP_DISABLE, i, 7, now, &words), CLEANUP_RUNG_EARLY);
    assert_string_equal(buf_str(&words), "private since 2027-01-09, 7 days are asked");
    assert_int_equal(cleanup_ladder(CLEANUP_STEP_DISABLE, i, 6, now, NULL), CLEANUP_RUNG_GO);
    assert_int_equal(cleanup_ladder(CLEANUP_STEP_DEREGISTER, i, 0, now, NULL), CLEANUP_RUNG_EARLY);
    i->is_public = true; /* somebody gave the permission back */
    assert_int_equal(cleanup_ladder(CLEANUP_STEP_DISABLE, i, 0, now, NULL), CLEANUP_RUNG_EARLY);
    tag.value = "disable 2020-01-01T00:00:00Z";
    assert_int_equal(cleanup_ladder(CLEANUP_STEP_DEREGISTER, i, 7, now, NULL), CLEANUP_RUNG_EARLY);
    i->state = INVENTORY_AMI_DISABLED;
    assert_int_equal(cleanup_ladder(CLEANUP_STEP_DEREGISTER, i, 7, now, NULL), CLEANUP_RUNG_GO);
    tag.value = "disable yesterday";
    assert_int_equal(cleanup_ladder(CLEANUP_STEP_DEREGISTER, i, 7, now, NULL), CLEANUP_RUNG_EARLY);
    assert_true(cleanup_step_from_name("disable", &step) && step == CLEANUP_STEP_DISABLE);
    assert_false(cleanup_step_from_name("delete", &step));
    buf_free(&value);
    buf_free(&words);
}

static void table(void **state)
{
    (void)state;
    struct bench *b = bench_new(fill, "");
    struct cleanup_view_options options = {.inventory = b->inventory,
                                           .usage = b->usage,
                                           .fold = CLEANUP_BY_RELEASE,
                                           .sort = CLEANUP_SORT_AGE,
                                           .now = ACCOUNT_NOW};
    struct cleanup_view *v = cleanup_view_new(&options);
    assert_int_equal(v->total_images, 20);
    assert_int_equal(v->shown_images, 20);
    const struct cleanup_group *g = &v->groups[0];
    assert_string_equal(g->title, "acme-1.0");
    assert_int_equal(g->count, 2);
    assert_int_equal(g->regions, 2);
    assert_int_equal(g->missing, 0);
    assert_string_equal(g->newest, "acme-9.0");
    assert_string_equal(v->rows[g->first].id, "ami-go1");
    assert_string_equal(v->rows[g->first + 1].id, "ami-far");
    assert_true(v->rows[g->first + 1].newest);
    g = &v->groups[1];
    assert_string_equal(g->title, "acme-1.1");
    assert_int_equal(g->missing, 1);
    cleanup_view_free(v);
    options.fold = CLEANUP_BY_FAMILY;
    struct rules rules;
    assert_true(rules_parse("older-than:300", &rules, NULL, NULL));
    options.rules = &rules;
    v = cleanup_view_new(&options);
    assert_int_equal(v->group_count, 1);
    assert_string_equal(v->groups[0].title, "acme-*");
    assert_int_equal(v->groups[0].count, 12);
    assert_int_equal(v->groups[0].why, CLEANUP_OTHERS);
    assert_int_equal(v->groups[0].protected_rows, 2);
    assert_int_equal(v->total_images, 20);
    cleanup_view_free(v);
    rules_free(&rules);
    bench_free(b);
}

static void boxes(void **state)
{
    (void)state;
    struct bench *b = bench_new(fill, "name:acme-2.1");
    struct cleanup_view_options options = {
        .inventory = b->inventory, .usage = b->usage, .rules = &b->rules, .now = ACCOUNT_NOW};
    struct cleanup_view *v = cleanup_view_new(&options);
    assert_int_equal(v->row_count, 1);
    assert_int_equal(cleanup_box(v->rows[0].why), '!');
    struct safe_text t = cleanup_row_reason(&v->rows[0]);
    assert_string_equal(t.utf8, "in use: 2 template versions");
    text_free(&t);
    t = cleanup_usage_text(v->rows[0].usage);
    assert_string_equal(t.utf8, "2 template versions");
    text_free(&t);
    t = cleanup_usage_text(NULL);
    assert_string_equal(t.utf8, "? not checked");
    text_free(&t);
    cleanup_view_free(v);
    assert_int_equal(cleanup_box(CLEANUP_MAY), ' ');
    assert_int_equal(cleanup_box(CLEANUP_PROTECTED), '#');
    assert_int_equal(cleanup_box(CLEANUP_UNCHECKED), '?');
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prices),
        cmocka_unit_test(ladder),
        cmocka_unit_test(table),
        cmocka_unit_test(boxes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

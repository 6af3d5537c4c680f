/* What the screens say about a cell, and figures in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "screens/cell_text.h"
#include "tests/tools/fakemodel.h"

static void expect_headline(struct model *m, const char *region, const char *want)
{
    struct safe_text words = cell_headline(m, fake_cell(m, region));
    assert_string_equal(words.utf8, want);
    text_free(&words);
}

static void test_headline(void **state)
{
    struct model *m = fake_model(FAKE_RUNNING);
    (void)state;
    expect_headline(m, "ap-southeast-5", "AuthFailure");
    expect_headline(m, "ap-southeast-3", "RequestLimitExceeded");
    expect_headline(m, "ap-southeast-4", "no news for 9 min");
    expect_headline(m, "ap-southeast-6", "waits for a slot");
    expect_headline(m, "us-east-1", m->cells[0].ami.utf8);
    expect_headline(m, "ap-east-1", fake_cell(m, "ap-east-1")->snapshot.utf8);
    fake_model_free(m);
}

static void test_role_per_word(void **state)
{
    (void)state;
    for (int w = 0; w < WORDS; w++)
        assert_string_equal(role_word(cell_role((enum word)w)), word_name((enum word)w));
}

static void test_public(void **state)
{
    struct model *m = fake_model(FAKE_HELD);
    struct model_cell *c = &m->cells[1];
    (void)state;
    assert_string_equal(cell_public(m, c), "[ ] no");
    assert_true(cell_will_be_public(m, c));
    c->wish = WISH_PRIVATE;
    assert_string_equal(cell_public(m, c), "kept");
    assert_false(cell_will_be_public(m, c));
    c->wish = WISH_PUBLIC;
    assert_string_equal(cell_public(m, c), "wished");
    c->is_public = true;
    assert_string_equal(cell_public(m, c), "[x] yes");
    assert_string_equal(cell_public(m, fake_cell(m, "ap-southeast-5")), "-");
    fake_model_free(m);
}

static void test_time(void **state)
{
    struct model_cell c = {.started_at = 1000};
    char out[WORDS_MAX];
    (void)state;
    cell_time(&c, 581000, out);
    assert_string_equal(out, "9:40");
    c.ended_at = 3601000 + 1000;
    cell_time(&c, 99999999, out);
    assert_string_equal(out, "1h00");
    c.ended_at = 36881000 + 1000;
    cell_time(&c, 99999999, out);
    assert_string_equal(out, "10h14");
    c.ended_at = 360000000;
    cell_time(&c, 99999999, out);
    assert_string_equal(out, "99h59");
    c.ended_at = 360000000 + 1000;
    cell_time(&c, 99999999, out);
    assert_string_equal(out, "4d04h");
    c.started_at = 0;
    cell_time(&c, 581000, out);
    assert_string_equal(out, "-");
}

static void test_kept(void **state)
{
    struct model *m = fake_model(FAKE_HELD);
    struct safe_text note;
    (void)state;
    assert_int_equal(cell_count_kept(m), 0);
    fake_cell(m, "eu-west-1")->wish = WISH_PRIVATE;
    assert_int_equal(cell_count_kept(m), 1);
    expect_headline(m, "eu-west-1", "kept private");
    note = cell_note(m, fake_cell(m, "eu-west-1"));
    assert_string_equal(note.utf8, "kept private");
    text_free(&note);
    fake_cell(m, "eu-west-1")->is_public = true;
    assert_int_equal(cell_count_kept(m), 0);
    fake_model_free(m);
}

/* The home cell shows its disks while it waits for them. */
static void test_percent_of_the_disks(void **state)
{
    struct model *m = fake_model(FAKE_IMPORT);
    struct model_disk *d = &m->disks[0];
    (void)state;
    assert_int_equal(cell_percent(m, &m->cells[0]), 43);
    assert_int_equal(cell_percent(m, &m->cells[1]), 0);
    d->state = DISK_SENDING;
    d->word = m->cells[0].word = WORD_UPLD;
    d->bytes_done = d->bytes_total / 4;
    assert_int_equal(cell_percent(m, &m->cells[0]), 25);
    m->cells[0].state = CELL_PENDING;
    m->cells[0].percent = 7;
    assert_int_equal(cell_percent(m, &m->cells[0]), 7);
    fake_model_free(m);
}

static void test_identity_is_region_and_image(void **state)
{
    struct model *m = fake_model(FAKE_RUNNING), *other = fake_model(FAKE_DONE);
    (void)state;
    for (size_t i = 0; i < m->cell_count; i++) {
        assert_true(cell_identity(m, &m->cells[i]) == cell_identity(other, &other->cells[i]));
        for (size_t k = 0; k < i; k++)
            assert_true(cell_identity(m, &m->cells[i]) != cell_identity(m, &m->cells[k]));
    }
    fake_model_free(m);
    fake_model_free(other);
}

static void expect_range(clock_ms low, clock_ms high, const char *want)
{
    char out[WORDS_MAX];
    words_range(low, high, out);
    assert_string_equal(out, want);
}

static void test_ranges(void **state)
{
    (void)state;
    expect_range(-1, -1, "");
    expect_range(0, 30000, "under 1 min");
    expect_range(7 * 60000, 11 * 60000, "7–11 min");
    expect_range(420000, 420000, "7 min");
    expect_range(6000000, 7800000, "1 h 40 – 2 h 10");
}

static void test_bytes(void **state)
{
    static const struct {
        uint64_t bytes;
        const char *want;
    } cases[] = {
        {0, "0 B"},
        {1023, "1023 B"},
        {1024, "1.00 KiB"},
        {4ull << 30, "4.00 GiB"},
        {150ull << 20, "150.0 MiB"},
        {1000ull << 20, "1000 MiB"},
        {3ull << 40, "3.00 TiB"},
    };
    char out[WORDS_MAX];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        words_bytes(cases[i].bytes, out);
        assert_string_equal(out, cases[i].want);
    }
    words_bytes_of(2620000000u, 4ull << 30, out);
    assert_string_equal(out, "2.44/4.00 GiB");
    words_rate(50541363, out);
    assert_string_equal(out, "48.2 MiB/s");
}

static void test_account(void **state)
{
    char out[WORDS_MAX];
    (void)state;
    words_account("123456789012", out);
    assert_string_equal(out, "1234-5678-9012");
    words_account("12345", out);
    assert_string_equal(out, "12345");
    words_account("1234567890123", out);
    assert_string_equal(out, "1234567890123");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headline),
        cmocka_unit_test(test_role_per_word),
        cmocka_unit_test(test_public),
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_kept),
        cmocka_unit_test(test_percent_of_the_disks),
        cmocka_unit_test(test_identity_is_region_and_image),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

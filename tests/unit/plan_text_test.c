/* The plan's text in tags: every length comes back, no character is cut, what does not fit is not
 * begun. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "core/plan_text.h"

/* A text of so many bytes, with characters of one to three of them. */
static char *text_of(size_t length)
{
    static const char *const characters[] = {"{", "ä", "\"", "€", "x"};
    struct buf b = BUF_INIT;
    for (size_t i = 0; b.length < length; i++) {
        const char *c = characters[i % 5];
        buf_add_str(&b, strlen(c) <= length - b.length ? c : "x");
    }
    return buf_take(&b);
}

static void every_length_comes_back(void **state)
{
    (void)state;
    for (size_t length = 1; length < 5000; length += length < 600 ? 1 : 37) {
        struct tag *tags = NULL;
        size_t count = 0;
        char *text = text_of(length);
        assert_true(plan_text_add(text, PLAN_TEXT_PIECES, &tags, &count));
        for (size_t i = 0; i < count; i++) {
            assert_true(strlen(tags[i].value) <= PLAN_PIECE_BYTES);
            assert_true(((unsigned char)tags[i].value[0] & 0xc0) != 0x80);
        }
        char *back = plan_text_of(tags, count);
        assert_string_equal(back, text);
        free(back);
        free(text);
        plan_tags_free(tags, count);
    }
}

static void what_does_not_fit_is_not_begun(void **state)
{
    (void)state;
    struct tag *tags = NULL;
    size_t count = 0;
    char *text = text_of(PLAN_TEXT_PIECES * PLAN_PIECE_BYTES);
    assert_false(plan_text_add(text, PLAN_TEXT_PIECES, &tags, &count));
    assert_int_equal(count, 0);
    free(text);
    assert_false(plan_text_add("{}", 0, &tags, &count));
}

static void an_incomplete_text_is_none(void **state)
{
    (void)state;
    struct tag *tags = NULL;
    size_t count = 0;
    char *text = text_of(900);
    assert_null(plan_text_of(NULL, 0));
    assert_true(plan_text_add(text, PLAN_TEXT_PIECES, &tags, &count));
    assert_true(count > 3);
    assert_null(plan_text_of(tags, count - 1));
    assert_null(plan_text_of(tags + 1, count - 1));
    free(tags[0].value);
    tags[0].value = xstrdup("999 {");
    assert_null(plan_text_of(tags, count));
    free(text);
    plan_tags_free(tags, count);
}

/* What the text was before it became shorter stays behind it, and is not read. */
static void a_shorter_text_ends_where_it_ends(void **state)
{
    (void)state;
    struct tag tags[] = {{(char *)"tatami:plan.1", (char *)"1 {}"},
                         {(char *)"tatami:plan.2", (char *)"old"}};
    char *text = plan_text_of(tags, 2);
    assert_string_equal(text, "{}");
    free(text);
}

static void the_persons_tags_come_first(void **state)
{
    (void)state;
    struct plan plan = {.tag_count = 0};
    assert_int_equal(plan_text_room(&plan), PLAN_TEXT_PIECES);
    plan.tag_count = 25;
    assert_int_equal(plan_text_room(&plan), 15);
    plan.tag_count = 40;
    assert_int_equal(plan_text_room(&plan), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length_comes_back),
        cmocka_unit_test(what_does_not_fit_is_not_begun),
        cmocka_unit_test(an_incomplete_text_is_none),
        cmocka_unit_test(a_shorter_text_ends_where_it_ends),
        cmocka_unit_test(the_persons_tags_come_first),
    };
    return cmocka_run_group_tests_name("plan text", tests, NULL, NULL);
}

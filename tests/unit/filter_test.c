/* The filter language. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "screens/filter.h"

static const struct filter_row paris = {
    .fields = {[FILTER_REGION] = "eu-west-3 euw3",
               [FILTER_STATE] = "FAIL",
               [FILTER_AMI] = "ami-0123",
               [FILTER_SNAPSHOT] = "",
               [FILTER_NOTE] = "not enabled here",
               [FILTER_IMAGE] = "acme/1.2.3-x86_64-linux",
               [FILTER_PUBLIC] = "no"},
};

static const struct {
    const char *words;
    bool matches;
} cases[] = {
    {"", true},
    {"   ", true},
    {"region:eu", true},
    {"region:EU state:fail", true},
    {"r:eu s:fail", true},
    {"region:us", false},
    {"region:eu !state:fail", false},
    {"!region:us", true},
    {"!us", true},
    {"!eu", false},
    {"euw3", true},
    {"ami-01", true},
    {"public:no", true},
    {"public:yes", false},
    {"no", true}, /* of the note, not of public */
    {"yes", false},
    {"note:\"not enabled\"", true},
    {"\"enabled not\"", false},
    {"region:eu region:west region:3", true},
    {"region:eu region:us", false},
};

static void test_matches(void **state)
{
    struct filter f;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_true(filter_parse(&f, cases[i].words, NULL));
        if (filter_matches(&f, &paris) != cases[i].matches)
            fail_msg("%s", cases[i].words);
    }
}

static void test_refuses(void **state)
{
    static const struct {
        const char *words, *why;
    } wrong[] = {
        {"colour:red", "no field \"colour\""},
        {"region:", "region what?"},
        {"!", "not what?"},
        {":eu", "no field \"\""},
        {"state:\"\"", "state what?"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct filter f;
        struct safe_text why = {0};
        assert_false(filter_parse(&f, wrong[i].words, &why));
        if (strstr(why.utf8, wrong[i].why) == NULL)
            fail_msg("%s: %s", wrong[i].words, why.utf8);
        assert_int_equal(f.count, 0);
        assert_true(filter_matches(&f, &paris));
        text_free(&why);
    }
}

static void test_limits(void **state)
{
    struct filter f;
    char words[2 * FILTER_TERMS + 3] = "", big[FILTER_TEXT + 1];
    (void)state;
    for (int i = 0; i < FILTER_TERMS; i++)
        strcat(words, "e ");
    assert_true(filter_parse(&f, words, NULL));
    assert_int_equal(f.count, FILTER_TERMS);
    strcat(words, "e");
    assert_false(filter_parse(&f, words, NULL));
    memset(big, 'e', FILTER_TEXT);
    big[FILTER_TEXT] = '\0';
    assert_false(filter_parse(&f, big, NULL));
}

static void test_field_that_is_not_there(void **state)
{
    struct filter f;
    struct filter_row bare = {.fields = {[FILTER_REGION] = "eu-west-3"}};
    (void)state;
    assert_true(filter_parse(&f, "ami:x", NULL));
    assert_false(filter_matches(&f, &bare));
    assert_true(filter_parse(&f, "!ami:x", NULL));
    assert_true(filter_matches(&f, &bare));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_field_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* base/err: kinds, names and the value. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

static void every_kind_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int kind = 0; kind < ERR_KINDS; kind++) {
        const char *name = err_kind_name((enum err_kind)kind);
        assert_non_null(name);
        assert_int_equal(err_kind_from_name(name), kind);
    }
    assert_string_equal(err_kind_name(ERR_KINDS), "unknown");
    assert_int_equal(err_kind_from_name("unknown"), ERR_NONE);
    assert_int_equal(err_kind_from_name(NULL), ERR_NONE);
}

static void set_clears_the_rest(void **state)
{
    (void)state;
    struct err err = {.kind = ERR_SERVER, .http_status = 500, .code = "InternalError"};

    assert_false(err_set(&err, ERR_INPUT, "%s is wrong", "x"));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_int_equal(err.http_status, 0);
    assert_string_equal(err.code, "");
    assert_string_equal(err.message, "x is wrong");
    assert_false(err_set(&err, ERR_IO, "again: %s", err.message));
    assert_string_equal(err.message, "again: x is wrong");
    assert_false(err_advise(&err, "do %d", 1));
    assert_string_equal(err.advice, "do 1");
    assert_int_equal(err.kind, ERR_IO);
    assert_false(err_set(NULL, ERR_IO, "nobody listens"));
    assert_false(err_advise(NULL, "nobody listens"));
}

static void errno_stands_behind(void **state)
{
    (void)state;
    struct err err = ERR_INIT;

    errno = ENOENT;
    assert_false(err_set_errno(&err, ERR_IO, "cannot open %s", "f"));
    assert_string_equal(err.message, "cannot open f: No such file or directory");
}

static void long_messages_are_cut(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    char text[2000];

    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    err_set(&err, ERR_IO, "%s", text);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
}

static void what_passes(void **state)
{
    (void)state;
    assert_true(err_is_passing(ERR_NETWORK));
    assert_true(err_is_passing(ERR_TIMEOUT));
    assert_true(err_is_passing(ERR_THROTTLED));
    assert_true(err_is_passing(ERR_SERVER));
    assert_true(err_is_passing(ERR_REPLY));
    assert_false(err_is_passing(ERR_CANCELLED));
    assert_false(err_is_passing(ERR_DENIED));
    assert_false(err_is_passing(ERR_NOT_FOUND));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_a_name_of_its_own),
        cmocka_unit_test(set_clears_the_rest),
        cmocka_unit_test(errno_stands_behind),
        cmocka_unit_test(long_messages_are_cut),
        cmocka_unit_test(what_passes),
    };
    return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}

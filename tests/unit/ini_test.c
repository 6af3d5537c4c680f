/* base/ini: what the AWS CLI writes and people edit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/ini.h"
#include "base/mem.h"

static const char sample[] = "\xef\xbb\xbf# a comment\n"
                             "[default]\r\n"
                             "region = eu-west-1   ; here\r\n"
                             "REGION2=a=b#c\n"
                             "s3 =\n"
                             "    addressing_style = path\n"
                             "    # between\n"
                             "    use_accelerate_endpoint=false\n"
                             "empty =\n"
                             "region = eu-west-2\n"
                             "\n"
                             "[profile  \"my release\"]\n"
                             "text = one\n"
                             "  two\n"
                             "[ services x ]\n"
                             "ec2 =\n"
                             "  endpoint_url = http://127.0.0.1:1\n"
                             "[default]\n"
                             "late = 1";

static struct ini *parse(const char *text, struct err *err)
{
    return ini_parse("file", text, strlen(text), err);
}

static void reads_values(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct ini *ini = parse(sample, &err);
    assert_non_null(ini);
    assert_string_equal(ini_get(ini, "default", "region"), "eu-west-2");
    assert_string_equal(ini_get(ini, "default", "Region2"), "a=b#c");
    assert_string_equal(ini_get(ini, "default", "s3.addressing_style"), "path");
    assert_string_equal(ini_get(ini, "default", "s3.use_accelerate_endpoint"), "false");
    assert_string_equal(ini_get(ini, "default", "empty"), "");
    assert_string_equal(ini_get(ini, "default", "late"), "1");
    assert_string_equal(ini_get(ini, "profile my release", "text"), "one\ntwo");
    assert_string_equal(ini_get(ini, "services x", "ec2.endpoint_url"), "http://127.0.0.1:1");
    assert_null(ini_get(ini, "default", "nothing"));
    assert_null(ini_get(ini, "Default", "region"));
    assert_null(ini_get(NULL, "default", "region"));
    assert_true(ini_has_section(ini, "services x"));
    assert_false(ini_has_section(ini, "services"));
    ini_free(ini);
}

static void walks_in_order(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct ini *ini = parse("[a]\nx=1\ny=2\n[b]\n", &err);
    size_t cursor = 0;
    const char *key, *value, *section;
    int line;

    assert_true(ini_each(ini, "a", &cursor, &key, &value, &line));
    assert_string_equal(key, "x");
    assert_int_equal(line, 2);
    assert_true(ini_each(ini, "a", &cursor, &key, &value, &line));
    assert_string_equal(value, "2");
    assert_false(ini_each(ini, "a", &cursor, &key, &value, &line));
    cursor = 0;
    assert_true(ini_each_section(ini, &cursor, &section, &line));
    assert_true(ini_each_section(ini, &cursor, &section, &line));
    assert_string_equal(section, "b");
    assert_int_equal(line, 4);
    assert_false(ini_each_section(ini, &cursor, &section, &line));
    ini_free(ini);
}

static void refuses_nonsense(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"region = x\n", "file:1: a line stands before the first [section]"},
        {"[a]\n\nnonsense\n", "file:3: expected key = value"},
        {"[a\n", "file:1: a section must end with ]"},
        {"[a]\n= value\n", "file:2: expected key = value"},
        {"[a]\ns3 =\n  nonsense\n", "file:3: expected key = value below s3"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = ERR_INIT;
        assert_null(parse(rows[i].text, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_string_equal(err.message, rows[i].message);
    }
}

static void refuses_nul_and_absent_files(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    assert_null(ini_parse("file", "[a]\0", 4, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_null(ini_read("/nonexistent/file", &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_null(ini_read("/", &err));
    assert_int_equal(err.kind, ERR_IO);
    ini_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_values),
        cmocka_unit_test(walks_in_order),
        cmocka_unit_test(refuses_nonsense),
        cmocka_unit_test(refuses_nul_and_absent_files),
    };
    return cmocka_run_group_tests_name("ini", tests, NULL, NULL);
}

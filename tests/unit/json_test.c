/* aws/json: what is read, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/json.h"
#include "base/buf.h"
#include "base/mem.h"

static cJSON *parse(const char *text)
{
    struct err err = ERR_INIT;
    cJSON *json = json_parse(text, strlen(text), &err);

    assert_int_equal(err.kind, json == NULL ? ERR_REPLY : ERR_NONE);
    return json;
}

static void members_are_found(void **state)
{
    (void)state;
    cJSON *json = parse("{\"a\": \"x\\u00e9\", \"n\": 42, \"t\": \"43\", \"big\": 9007199254740992,"
                        " \"far\": 1e300, \"odd\": \"4x\", \"no\": null, \"list\": [1]}");
    assert_non_null(json);
    assert_string_equal(json_text(json, "a"), "x\xc3\xa9");
    assert_null(json_text(json, "A"));
    assert_null(json_text(json, "n"));
    assert_null(json_text(NULL, "a"));
    assert_int_equal(json_int(json, "n", -1), 42);
    assert_int_equal(json_int(json, "t", -1), 43);
    assert_true(json_int(json, "big", -1) == 9007199254740992);
    assert_int_equal(json_int(json, "far", -1), -1);
    assert_int_equal(json_int(json, "odd", -1), -1);
    assert_int_equal(json_int(json, "no", -1), -1);
    assert_int_equal(json_int(json, "list", -1), -1);
    assert_int_equal(json_int(NULL, "n", -1), -1);
    char *copy = json_dup(json, "a");
    assert_string_equal(copy, "x\xc3\xa9");
    free(copy);
    assert_null(json_dup(json, "n"));
    cJSON_Delete(json);
}

static void wrong_text_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {"", " ", "{", "{}x", "{\"a\"}", "<a/>", "[1,]", "\"a"};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_null(parse(rows[i]));
    struct err err = ERR_INIT;
    assert_null(json_parse("{}\0{}", 5, &err));
    assert_int_equal(err.kind, ERR_REPLY);
}

static void repeat(struct buf *out, const char *text, int times)
{
    for (int i = 0; i < times; i++)
        buf_add_str(out, text);
}

static cJSON *nested(int levels)
{
    struct buf text = BUF_INIT;

    repeat(&text, "[", levels);
    repeat(&text, "]", levels);
    cJSON *json = parse(buf_str(&text));
    buf_free(&text);
    return json;
}

static void depth_has_a_limit(void **state)
{
    (void)state;
    cJSON *json = nested(32);
    assert_non_null(json);
    cJSON_Delete(json);
    assert_null(nested(33));
    assert_null(nested(100000));
    /* What stands in a text counts for nothing. */
    json = parse("{\"a\": \"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[\"}");
    assert_non_null(json);
    cJSON_Delete(json);
}

static void size_has_a_limit(void **state)
{
    (void)state;
    struct buf text = BUF_INIT;

    buf_add_str(&text, "[0");
    repeat(&text, ",0", 500000);
    buf_add_str(&text, "]");
    assert_null(parse(buf_str(&text)));
    buf_reset(&text);
    buf_add_str(&text, "\"");
    repeat(&text, "0123456789abcdef", 8 << 16);
    buf_add_str(&text, "\"");
    assert_null(parse(buf_str(&text)));
    buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_found),
        cmocka_unit_test(wrong_text_is_refused),
        cmocka_unit_test(depth_has_a_limit),
        cmocka_unit_test(size_has_a_limit),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}

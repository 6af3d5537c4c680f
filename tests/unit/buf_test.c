/* base/buf: growth and each kind of escaping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"

static void empty_is_a_string(void **state)
{
    (void)state;
    struct buf b = BUF_INIT;
    assert_string_equal(buf_str(&b), "");
    char *taken = buf_take(&b);
    assert_string_equal(taken, "");
    free(taken);
}

static void grows(void **state)
{
    (void)state;
    struct buf b = BUF_INIT;
    for (int i = 0; i < 10000; i++)
        buf_add_fmt(&b, "%d,", i % 10);
    assert_int_equal(b.length, 20000);
    assert_int_equal(strlen(buf_str(&b)), 20000);
    buf_reset(&b);
    assert_string_equal(buf_str(&b), "");
    buf_add(&b, "a\0b", 3);
    assert_int_equal(b.length, 3);
    assert_memory_equal(b.data, "a\0b", 4);
    buf_wipe_free(&b);
    assert_null(b.data);
}

static void escapes(void **state)
{
    (void)state;
    static const struct {
        void (*add)(struct buf *, const char *);
        const char *in, *out;
    } rows[] = {
        {buf_add_uri, "a/b c+~_-.\xc3\xa9", "a%2Fb%20c%2B~_-.%C3%A9"},
        {buf_add_uri_path, "/a b/c%", "/a%20b/c%25"},
        {buf_add_xml, "<a href=\"x\">&amp;", "&lt;a href=&quot;x&quot;&gt;&amp;amp;"},
        {buf_add_json, "a\"\\\n\x01\x7f\xc3\xa9", "\"a\\\"\\\\\\n\\u0001\\u007f\xc3\xa9\""},
        {buf_add_json, "\xff\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf b = BUF_INIT;
        rows[i].add(&b, rows[i].in);
        assert_string_equal(buf_str(&b), rows[i].out);
        buf_free(&b);
    }
}

/* RFC 4648, section 10. */
static void base64_vectors(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"", ""},
                                          {"f", "Zg=="},
                                          {"fo", "Zm8="},
                                          {"foo", "Zm9v"},
                                          {"foob", "Zm9vYg=="},
                                          {"fooba", "Zm9vYmE="},
                                          {"foobar", "Zm9vYmFy"}};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf b = BUF_INIT;
        unsigned char *back = NULL;
        size_t length = 0;
        buf_add_base64(&b, rows[i][0], strlen(rows[i][0]));
        assert_string_equal(buf_str(&b), rows[i][1]);
        assert_true(base64_decode(rows[i][1], &back, &length));
        assert_int_equal(length, strlen(rows[i][0]));
        assert_memory_equal(back, rows[i][0], length);
        free(back);
        buf_free(&b);
    }
}

static void base64_malformed(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "Z", "Zg=", "Zg==Zg==", "Z===", "====", "Zh==", "Zm9=", "Zm9v\n", "Zm-_", "Zg=a"};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        unsigned char *back = NULL;
        size_t length = 7;
        assert_false(base64_decode(rows[i], &back, &length));
        assert_null(back);
        assert_int_equal(length, 0);
    }
}

static void hex_is_lower_case(void **state)
{
    (void)state;
    struct buf b = BUF_INIT;
    buf_add_hex(&b, "\x00\xab\xff", 3);
    assert_string_equal(buf_str(&b), "00abff");
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_is_a_string), cmocka_unit_test(grows),
        cmocka_unit_test(escapes),           cmocka_unit_test(base64_vectors),
        cmocka_unit_test(base64_malformed),  cmocka_unit_test(hex_is_lower_case),
    };
    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}

/* base/text: nothing that text from outside holds reaches a terminal as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"

static void made_safe(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *safe;
        int columns;
    } rows[] = {
        {"nixos/25.11 (x)", "nixos/25.11 (x)", 15},
        {"a\nb\tc\r", "a\\nb\\tc\\r", 9},
        {"\x1b[2J\x7f", "\\x1b[2J\\x7f", 11},
        {"\xc2\x9b", "\\u009b", 6},              /* C1 */
        {"\xe2\x80\xae", "\\u202e", 6},          /* right-to-left override */
        {"\xe2\x80\x8b", "\\u200b", 6},          /* zero-width space */
        {"\xef\xbb\xbf", "\\ufeff", 6},          /* byte order mark */
        {"\xee\x80\x80", "\\ue000", 6},          /* private use */
        {"\xf3\xa0\x81\x81", "\\U000e0041", 10}, /* tag character */
        {"\xcd\xb8", "\\u0378", 6},              /* unassigned */
        {"\xff\xc3", "\\xff\\xc3", 8},           /* no UTF-8 */
        {"\xc0\x80", "\\xc0\\x80", 8},           /* overlong NUL */
        {"\xed\xa0\x80", "\\xed\\xa0\\x80", 12}, /* surrogate */
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", 16},
        {"\xe7\x95\xb3\xc3\xa9", "\xe7\x95\xb3\xc3\xa9", 3}, /* tatami in kanji, e acute */
        {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", 2},
        {"e\xcc\x81\xcc\x81\xcc\x81\xcc\x81.", "e\xcc\x81\xcc\x81.", 2},
        {"\xcc\x81x", "\\u0301x", 7}, /* a mark with nothing to stand on */
        {"", "", 0},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct safe_text text = text_safe(rows[i].raw);
        assert_string_equal(text.utf8, rows[i].safe);
        assert_int_equal(text.columns, rows[i].columns);
        text_free(&text);
        assert_null(text.utf8);
    }
}

static void bytes_and_null(void **state)
{
    (void)state;
    struct safe_text text = text_safe_bytes("a\0b", 3);
    assert_string_equal(text.utf8, "a\\x00b");
    text_free(&text);
    text = text_safe(NULL);
    assert_string_equal(text.utf8, "");
    struct safe_text copy = text_copy(&text);
    assert_string_equal(copy.utf8, "");
    text_free(&copy);
    text_free(&text);
    text = text_safe_fmt("%s=%d", "\x1b", 3);
    assert_string_equal(text.utf8, "\\x1b=3");
    text_free(&text);
}

static void widths(void **state)
{
    (void)state;
    static const struct {
        wchar_t c;
        int columns;
    } rows[] = {{'a', 1},     {0xe9, 1},   {0x301, 0},    {0x4e00, 2}, {0xac00, 2},
                {0xff21, 2},  {0x1100, 2}, {0x1161, 0},   {0x2588, 1}, {0x1f600, 2},
                {0x20000, 2}, {0x200b, 0}, {0x10ffff, 0}, {0x2500, 1}, {0xa1, 1},
                {0x3000, 2},  {0x7f, 0},   {0x1b, 0},     {0x2026, 1}};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(text_char_columns(rows[i].c), rows[i].columns);
}

/* Whatever comes in, what goes out is UTF-8 without a single control, and making it safe again
 * changes nothing. */
static void any_bytes(void **state)
{
    (void)state;
    uint32_t seed = 1;

    for (int round = 0; round < 2000; round++) {
        char raw[48];
        for (size_t i = 0; i < sizeof raw; i++) {
            seed = seed * 1664525 + 1013904223;
            raw[i] = (char)(seed >> 24);
        }
        struct safe_text text = text_safe_bytes(raw, sizeof raw);
        const char *at = text.utf8, *end = at + strlen(at);
        while (at < end) {
            bool ok;
            wchar_t c = text_next_char(&at, end, &ok);
            assert_true(ok);
            assert_true(c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0));
        }
        struct safe_text again = text_safe(text.utf8);
        assert_string_equal(again.utf8, text.utf8);
        assert_int_equal(again.columns, text.columns);
        text_free(&again);
        text_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_safe),
        cmocka_unit_test(bytes_and_null),
        cmocka_unit_test(widths),
        cmocka_unit_test(any_bytes),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}

/* core/arena and core/texts: memory that ends at once, and one copy of what many say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/texts.h"

static void pieces_do_not_overlap(void **state)
{
    (void)state;
    struct arena a = {0};
    enum { PIECES = 3000 };
    uint64_t *numbers[PIECES];
    char *bytes[PIECES];
    for (size_t i = 0; i < PIECES; i++) {
        bytes[i] = arena_bytes(&a, i % 5 + 1);
        memset(bytes[i], (int)(i % 251), i % 5 + 1);
        numbers[i] = arena_alloc(&a, sizeof(uint64_t) * (i % 7 + 1));
        assert_int_equal((uintptr_t)numbers[i] % sizeof(uint64_t), 0);
        for (size_t k = 0; k <= i % 7; k++)
            numbers[i][k] = i * 7 + k;
    }
    for (size_t i = 0; i < PIECES; i++) {
        for (size_t k = 0; k <= i % 5; k++)
            assert_int_equal((unsigned char)bytes[i][k], i % 251);
        for (size_t k = 0; k <= i % 7; k++)
            assert_int_equal(numbers[i][k], i * 7 + k);
    }
    /* One that is larger than any chunk. */
    char *large = arena_bytes(&a, 1 << 20);
    memset(large, 7, 1 << 20);
    assert_true(a.bytes >= 1 << 20);
    arena_free(&a);
    assert_int_equal(a.bytes, 0);
}

static void copies_and_formats(void **state)
{
    (void)state;
    struct arena a = {0};
    char long_text[700];
    memset(long_text, 'x', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    assert_string_equal(texts_copy(&a, NULL), "");
    assert_string_equal(texts_copy(&a, ""), "");
    assert_int_equal(a.bytes, 0);
    assert_string_equal(texts_part(&a, "abcdef", 3), "abc");
    assert_string_equal(texts_format(&a, "%s-%d", "a", 7), "a-7");
    assert_string_equal(texts_format(&a, "%s", long_text), long_text);
    assert_int_equal(*(char *)texts_take(&a, 1), 0);
    arena_free(&a);
}

static void says_the_same_once(void **state)
{
    (void)state;
    struct arena a = {0};
    struct texts known = {0};
    enum { WORDS = 5000 };
    static const char *first[WORDS];
    char word[32];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < WORDS; i++) {
            snprintf(word, sizeof(word), "word-%d", i);
            const char *text = texts_word(&a, &known, word);
            assert_string_equal(text, word);
            if (round == 0)
                first[i] = text;
            else
                assert_ptr_equal(text, first[i]);
        }
    }
    assert_int_equal(known.used, WORDS);
    assert_string_equal(texts_word(&a, &known, NULL), "");
    texts_forget(&known);
    assert_string_equal(first[WORDS - 1], "word-4999");
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_do_not_overlap),
        cmocka_unit_test(copies_and_formats),
        cmocka_unit_test(says_the_same_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

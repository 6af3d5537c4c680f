/* The set of marks, against a plain array. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "screens/cleanup_marks.h"

enum { IDENTITIES = 700 };

/* Identities that share their low bits, as neighbours in memory would. */
static uint64_t identity_of(unsigned i)
{
    return ((uint64_t)i + 1) << 40 | 7;
}

static void check(const struct marks *marks, const bool *has)
{
    size_t count = 0;
    for (unsigned i = 0; i < IDENTITIES; i++) {
        assert_int_equal(marks_has(marks, identity_of(i)), has[i]);
        count += has[i];
    }
    assert_int_equal(marks->count, count);
}

static void test_random(void **state)
{
    struct marks marks = {0};
    bool has[IDENTITIES] = {false};
    unsigned seed = 4;
    (void)state;
    for (int step = 0; step < 20000; step++) {
        unsigned i = (unsigned)rand_r(&seed) % IDENTITIES;
        bool on = rand_r(&seed) % 2 == 0;
        uint64_t changes = marks.changes;
        marks_set(&marks, identity_of(i), on);
        assert_int_equal(marks.changes != changes, has[i] != on);
        has[i] = on;
        if (step % 100 == 0)
            check(&marks, has);
    }
    check(&marks, has);
    marks_clear(&marks);
    for (unsigned i = 0; i < IDENTITIES; i++)
        has[i] = false;
    check(&marks, has);
    marks_free(&marks);
}

static void test_empty(void **state)
{
    struct marks marks = {0};
    (void)state;
    assert_false(marks_has(&marks, 1));
    marks_set(&marks, 1, false);
    marks_clear(&marks);
    assert_int_equal(marks.count, 0);
    marks_free(&marks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Which rows a screen shows and in which order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "screens/cell_text.h"
#include "screens/order.h"
#include "tests/tools/fakemodel.h"

static const struct filter no_filter;

static const char *name_at(const struct model *m, const struct order *o, size_t row)
{
    return m->plan->regions[o->regions[row]].name;
}

static void test_problems_first(void **state)
{
    struct model *m = fake_model(FAKE_RUNNING);
    struct order o = {0};
    struct order_by by = {.filter = &no_filter, .now = m->now};
    (void)state;
    order_build(&o, m, &by);
    assert_int_equal(o.count, 34);
    assert_string_equal(name_at(m, &o, 0), "ap-southeast-5");
    assert_string_equal(name_at(m, &o, 1), "ap-southeast-4");
    assert_string_equal(name_at(m, &o, 2), "ap-southeast-3");
    assert_string_equal(name_at(m, &o, 3), "us-east-1");
    assert_string_equal(name_at(m, &o, 4), "af-south-1");
    order_free(&o);
    fake_model_free(m);
}

static void test_columns(void **state)
{
    struct model *m = fake_model(FAKE_RUNNING);
    struct order o = {0};
    struct order_by by = {.filter = &no_filter, .column = COLUMN_REGION, .now = m->now};
    (void)state;
    order_build(&o, m, &by);
    for (size_t i = 1; i < o.count; i++)
        assert_true(strcmp(name_at(m, &o, i - 1), name_at(m, &o, i)) < 0);
    by.reverse = true;
    order_build(&o, m, &by);
    assert_string_equal(name_at(m, &o, 0), "us-west-2");
    by = (struct order_by){.filter = &no_filter, .column = COLUMN_PERCENT, .now = m->now};
    order_build(&o, m, &by);
    for (size_t i = 1; i < o.count; i++)
        assert_true(m->cells[o.regions[i - 1]].percent <= m->cells[o.regions[i]].percent);
    by.column = COLUMN_TIME;
    order_build(&o, m, &by);
    assert_int_equal(m->cells[o.regions[0]].started_at, 0);
    order_free(&o);
    fake_model_free(m);
}

/* What stood there keeps its place; what comes in goes to the end. */
static void test_keep(void **state)
{
    struct model *m = fake_model(FAKE_RUNNING);
    struct filter filter;
    struct order o = {0};
    struct order_by by = {.filter = &filter, .now = m->now};
    (void)state;
    assert_true(filter_parse(&filter, "state:priv", NULL));
    order_build(&o, m, &by);
    size_t before = o.count, first = o.regions[0];
    fake_cell(m, "af-south-1")->word = WORD_PRIV;
    fake_cell(m, "us-west-2")->word = WORD_FAIL;
    by.keep = true;
    order_build(&o, m, &by);
    assert_int_equal(o.count, before);
    assert_int_equal(o.regions[0], first);
    assert_string_equal(name_at(m, &o, o.count - 1), "af-south-1");
    by.keep = false;
    order_build(&o, m, &by);
    assert_string_equal(name_at(m, &o, 1), "af-south-1");
    order_free(&o);
    fake_model_free(m);
}

static void test_second_image_and_marks(void **state)
{
    struct model *m = fake_model(FAKE_RUNNING);
    struct table marks = {0};
    struct order o = {0};
    struct order_by by = {
        .image = 1, .filter = &no_filter, .marked_only = true, .marks = &marks, .now = m->now};
    (void)state;
    order_build(&o, m, &by);
    assert_int_equal(o.count, 0);
    table_mark(&marks, cell_identity(m, &m->cells[5]), true); /* of the first image */
    table_mark(&marks, cell_identity(m, &m->cells[34 + 7]), true);
    order_build(&o, m, &by);
    assert_int_equal(o.count, 1);
    assert_int_equal(o.regions[0], 7);
    table_free(&marks);
    order_free(&o);
    fake_model_free(m);
}

static void test_short_code_and_name(void **state)
{
    struct model *m = fake_model(FAKE_RUNNING);
    struct filter filter;
    (void)state;
    assert_true(filter_parse(&filter, "region:apse5", NULL));
    assert_true(order_matches(m, fake_cell(m, "ap-southeast-5"), &filter));
    assert_false(order_matches(m, fake_cell(m, "ap-southeast-4"), &filter));
    assert_true(filter_parse(&filter, "autHfail", NULL));
    assert_true(order_matches(m, fake_cell(m, "ap-southeast-5"), &filter));
    fake_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_problems_first),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_keep),
        cmocka_unit_test(test_second_image_and_marks),
        cmocka_unit_test(test_short_code_and_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

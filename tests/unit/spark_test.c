/* ui/spark: the newest sample stands at the right, and nothing is no block at all. */
#include <math.h>

#include "tests/unit/fence.h"
#include "ui/spark.h"

static void levels(void **state)
{
    (void)state;
    assert_int_equal(spark_level(0, 100), 0);
    assert_int_equal(spark_level(0.001, 100), 1);
    assert_int_equal(spark_level(50, 100), 5);
    assert_int_equal(spark_level(100, 100), 8);
    assert_int_equal(spark_level(200, 100), 8);
    assert_int_equal(spark_level(5, 0), 0);
    assert_int_equal(spark_level(NAN, 100), 0);
}

static void newest_at_the_right(void **state)
{
    (void)state;
    struct spark spark = {0};
    struct grid *grid = grid_new(6, 1, false);
    struct view all = grid_view(grid);
    spark_add(&spark, 7);
    spark_add(&spark, -3);
    spark_add(&spark, NAN);
    spark_add(&spark, 1);
    spark_draw(&all, 0, 0, 5, &spark, ROLE_SPARK);
    char *text = fence_text(grid);
    assert_string_equal(text, " █  ▂\n");
    free(text);
    for (int i = 0; i < 1000; i++)
        spark_add(&spark, i == 999 ? 8 : 4);
    spark_draw(&all, 0, 0, 6, &spark, ROLE_SPARK);
    text = fence_text(grid);
    assert_string_equal(text, "▅▅▅▅▅█\n");
    free(text);
    grid_free(grid);
}

static void stays_inside(void **state)
{
    (void)state;
    struct spark spark = {0};
    for (int i = 0; i < 400; i++)
        spark_add(&spark, i % 9);
    for (int cols = 1; cols <= 300; cols++) {
        struct fence fence = fence_open(cols, 1);
        spark_draw(&fence.view, -1, 0, cols + 5, &spark, ROLE_SPARK);
        fence_close(&fence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels),
        cmocka_unit_test(newest_at_the_right),
        cmocka_unit_test(stays_inside),
    };
    return cmocka_run_group_tests_name("spark", tests, NULL, NULL);
}

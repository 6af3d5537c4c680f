/* aws/query: the form of the query protocol. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aws/query.h"

static void writes_a_form(void **state)
{
    (void)state;
    struct buf form = BUF_INIT;
    const struct tag tags[] = {{(char *)"Name", (char *)"a b/c"}, {(char *)"k:x", (char *)"="}};

    query_add(&form, "Name", "n&m=1");
    query_add(&form, "Nothing", NULL);
    query_add(&form, "Empty", "");
    query_add_int(&form, "Size", INT64_MIN);
    query_add_bool(&form, "Yes", true);
    query_add_bool(&form, "No", false);
    query_add_name(&form, "v", "A.%d.B", 2);
    assert_string_equal(buf_str(&form), "&Name=n%26m%3D1&Size=-9223372036854775808&Yes=true"
                                        "&No=false&A.2.B=v");
    buf_reset(&form);
    query_add_tags(&form, 2, "image", tags, 2);
    assert_string_equal(
        buf_str(&form),
        "&TagSpecification.2.ResourceType=image"
        "&TagSpecification.2.Tag.1.Key=Name&TagSpecification.2.Tag.1.Value=a%20b%2Fc"
        "&TagSpecification.2.Tag.2.Key=k%3Ax&TagSpecification.2.Tag.2.Value=%3D");
    buf_reset(&form);
    query_add_tags(&form, 1, "image", NULL, 0);
    assert_string_equal(buf_str(&form), "");
    query_add_filter(&form, "Filters", 3, "tag:x", "y*");
    assert_string_equal(buf_str(&form), "&Filters.3.Name=tag%3Ax&Filters.3.Value.1=y%2A");
    buf_free(&form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(writes_a_form)};
    return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}

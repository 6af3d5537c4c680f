/* aws/quotas against tatami-sim. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws/quotas.h"
#include "base/mem.h"
#include "tests/tools/simsession.h"

static void values(void **state)
{
    (void)state;
    static const struct {
        const char *service, *code;
        double value;
    } rows[] = {
        {"ebs", "L-AFAE1BE8", 1000}, /* applied to the account */
        {"ebs", "L-1774F84A", 1000}, /* a default that nobody can change */
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        double value = 0;
        simsession_ok(quotas_get(sims.call, rows[i].service, rows[i].code, &value, &sims.err));
        assert_float_equal(value, rows[i].value, 0);
    }
}

static void no_value(void **state)
{
    (void)state;
    double value = 7;
    assert_false(quotas_get(sims.call, "ec2", "L-AFAE1BE8", &value, &sims.err));
    assert_int_equal(sims.err.kind, ERR_NOT_FOUND);
    simsession_fault("{\"action\":\"GetServiceQuota\",\"kind\":\"error\",\"status\":400,"
                     "\"code\":\"AccessDeniedException\"}");
    assert_false(quotas_get(sims.call, "ebs", "L-AFAE1BE8", &value, &sims.err));
    assert_int_equal(sims.err.kind, ERR_DENIED);
    assert_string_equal(sims.err.operation, "GetServiceQuota");
    assert_float_equal(value, 7, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values, simsession_setup, simsession_teardown),
        cmocka_unit_test_setup_teardown(no_value, simsession_setup, simsession_teardown),
    };
    return simsession_run("quotas", tests, ARRAY_LEN(tests));
}

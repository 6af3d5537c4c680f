/* core/release_login: how much of the time that went by without a release is forgiven. */
#include "core/engine.h"
#include "tests/unit/stepped.h"

#define MINUTES(n) ((clock_ms)(n)*60 * 1000)

/* It waits for a login from the first minute to the 31st, and the machine stands still for twenty
 * of these minutes. */
static void a_pause_is_forgiven_once(void **state)
{
    (void)state;
    struct engine_disk disk = {.moved_at = MINUTES(1), .stage_at = MINUTES(1)};
    struct release r = {.events = event_list_new(), .disks = &disk, .disk_count = 1};
    const struct step signed_in = {.action = STEP_SIGN_IN, .ok = true};

    step_to(MINUTES(1));
    r.login = LOGIN_AWAITED;
    r.login_since = MINUTES(1);
    engine_away(&r, 0);
    step_to(MINUTES(21));
    engine_away(&r, 1000);
    assert_int_equal(r.away_ms, MINUTES(20) - 1000);
    assert_int_equal(disk.moved_at, MINUTES(21) - 1000);
    step_to(MINUTES(31));
    engine_login_result(&r, &signed_in);
    assert_int_equal(r.login, LOGIN_GOOD);
    assert_int_equal(r.away_ms, MINUTES(30));
    assert_int_equal(disk.moved_at, MINUTES(31));
    event_list_free(r.events);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_pause_is_forgiven_once)};
    return cmocka_run_group_tests_name("away", tests, start_stepping, stop_stepping);
}

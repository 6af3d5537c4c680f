/* core/interrupt: a signal becomes a flag. */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/interrupt.h"

static void a_signal_sets_the_flag(void **state)
{
    (void)state;
    struct interrupt *i = interrupt_start();
    struct pollfd fd = {.fd = interrupt_fd(i), .events = POLLIN};
    assert_false(atomic_load(interrupt_flag(i)));
    assert_int_equal(poll(&fd, 1, 0), 0);
    kill(getpid(), SIGTERM);
    assert_int_equal(poll(&fd, 1, 10000), 1);
    assert_true(atomic_load(interrupt_flag(i)));
    interrupt_end(i);
}

static void it_ends_without_a_signal(void **state)
{
    (void)state;
    interrupt_end(interrupt_start());
    interrupt_end(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signal_sets_the_flag),
        cmocka_unit_test(it_ends_without_a_signal),
    };
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return cmocka_run_group_tests_name("interrupt", tests, NULL, NULL);
}

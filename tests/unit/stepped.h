/* The other end of a stepped clock: a test program that moves its own. */
#ifndef TESTS_UNIT_STEPPED_H
#define TESTS_UNIT_STEPPED_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

static int step_fd;

static int start_stepping(void **state)
{
    (void)state;
    char folder[] = "/tmp/clock_test.XXXXXX", text[80];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    assert_non_null(mkdtemp(folder));
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/clock", folder);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(listener, 1), 0);
    snprintf(text, sizeof(text), "@%s", address.sun_path);
    setenv("TATAMI_CLOCK", text, 1);
    assert_true(clock_init());
    step_fd = accept(listener, NULL, NULL);
    assert_true(step_fd >= 0);
    close(listener);
    unlink(address.sun_path);
    rmdir(folder);
    return 0;
}

/* A program whose clock nobody moves any more is told to end. */
static int stop_stepping(void **state)
{
    (void)state;
    sigset_t set;
    int came = 0;

    close(step_fd);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    assert_int_equal(sigwait(&set, &came), 0);
    assert_int_equal(came, SIGTERM);
    unsetenv("TATAMI_CLOCK");
    assert_true(clock_init());
    return 0;
}

/* Sets the clock, and gives the earliest deadline. */
static clock_ms step_to(clock_ms now)
{
    int64_t number = now;

    assert_int_equal(send(step_fd, &number, sizeof(number), 0), sizeof(number));
    assert_int_equal(recv(step_fd, &number, sizeof(number), MSG_WAITALL), sizeof(number));
    return number;
}

#endif

/* core/door: who knocks is heard, and waits until the door is closed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/door.h"

#define WAIT_MS 20000

struct house {
    char *dir;
    struct door *door;
    int asked_fd;
    bool came_in;
    struct err err;
};

static void asked(void *arg)
{
    eventfd_write(((struct house *)arg)->asked_fd, 1);
}

static int build(void **state)
{
    struct house *h = xcalloc(1, sizeof(*h));
    char base[] = "/tmp/tatami-door-XXXXXX";
    assert_non_null(mkdtemp(base));
    /* Longer than a socket's address. */
    h->dir = xasprintf("%s/%0150d", base, 1);
    assert_int_equal(mkdir(h->dir, 0700), 0);
    h->asked_fd = eventfd(0, EFD_CLOEXEC);
    *state = h;
    return 0;
}

static int tear_down(void **state)
{
    struct house *h = *state;
    char *command = xasprintf("rm -rf '%.*s'", (int)strlen("/tmp/tatami-door-XXXXXX"), h->dir);
    assert_int_equal(system(command), 0);
    free(command);
    close(h->asked_fd);
    free(h->dir);
    free(h);
    return 0;
}

static void *knock(void *arg)
{
    struct house *h = arg;
    h->came_in = door_knock(h->dir, "id", WAIT_MS, -1, &h->err);
    return NULL;
}

static void who_knocks_waits_for_the_end(void **state)
{
    struct house *h = *state;
    eventfd_t count;
    pthread_t guest;
    h->door = door_open(h->dir, "id", asked, h, &h->err);
    assert_non_null(h->door);
    assert_int_equal(pthread_create(&guest, NULL, knock, h), 0);
    assert_int_equal(eventfd_read(h->asked_fd, &count), 0);
    assert_int_equal(count, 1);
    door_close(h->door);
    pthread_join(guest, NULL);
    assert_true(h->came_in);
}

static void a_holder_that_does_not_stop_is_told(void **state)
{
    struct house *h = *state;
    h->door = door_open(h->dir, "id", asked, h, &h->err);
    assert_false(door_knock(h->dir, "id", 1, -1, &h->err));
    assert_int_equal(h->err.kind, ERR_STALLED);
    int stop = eventfd(1, EFD_CLOEXEC);
    assert_false(door_knock(h->dir, "id", WAIT_MS, stop, &h->err));
    assert_int_equal(h->err.kind, ERR_CANCELLED);
    close(stop);
    door_close(h->door);
}

static void nobody_is_at_home(void **state)
{
    struct house *h = *state;
    assert_false(door_knock(h->dir, "id", WAIT_MS, -1, &h->err));
    assert_int_equal(h->err.kind, ERR_NOT_FOUND);
    door_close(door_open(h->dir, "id", asked, h, &h->err));
    assert_false(door_knock(h->dir, "id", WAIT_MS, -1, &h->err));
    assert_int_equal(h->err.kind, ERR_NOT_FOUND);
}

/* The kernel lock says that its holder is gone. */
static void what_a_dead_holder_left_is_replaced(void **state)
{
    struct house *h = *state;
    struct door *dead = door_open(h->dir, "id", asked, h, &h->err);
    h->door = door_open(h->dir, "id", asked, h, &h->err);
    assert_non_null(h->door);
    assert_false(door_knock(h->dir, "id", 1, -1, &h->err));
    assert_int_equal(h->err.kind, ERR_STALLED);
    door_close(h->door);
    door_close(dead);
    door_close(NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, build, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_knocks_waits_for_the_end),
        TEST(a_holder_that_does_not_stop_is_told),
        TEST(nobody_is_at_home),
        TEST(what_a_dead_holder_left_is_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

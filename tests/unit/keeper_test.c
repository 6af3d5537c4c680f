/* aws/keeper: one renewal for all threads, in time; what serves when renewing fails. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "aws/keeper.h"
#include "base/clock.h"
#include "base/mem.h"

enum { THREADS = 8, TAKES = 50, LIFE_S = 3600 };

static char folder[] = "/tmp/tatami-keeper-XXXXXX";
static struct aws_config *config;
static struct signin with;

static char *path_of(const char *name)
{
    return xasprintf("%s/%s", folder, name);
}

static void write_file(const char *name, const char *text)
{
    char *path = path_of(name);
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    free(path);
}

/* What the credential_process prints from now on. */
static void set_keys(const char *id, time_t expires_at)
{
    char expires[24];

    clock_format_iso(expires_at, expires);
    char *text = xasprintf("{\"Version\": 1, \"AccessKeyId\": \"%s\", \"SecretAccessKey\": \"s\", "
                           "\"Expiration\": \"%s\"}",
                           id, expires);
    write_file("keys", text);
    free(text);
}

/* How often it ran. */
static long runs(void)
{
    char *path = path_of("runs");
    struct stat info = {0};

    stat(path, &info);
    free(path);
    return (long)info.st_size;
}

/* The process adds a byte to one file and prints another. */
static int setup(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    char *path = path_of("config");
    char *text = xasprintf("[profile p]\ncredential_process = sh -c 'printf x >> %s/runs; cat "
                           "%s/keys'\n",
                           folder, folder);

    setenv("AWS_CONFIG_FILE", path, 1);
    setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent", 1);
    setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
    setenv("HOME", folder, 1);
    write_file("config", text);
    write_file("runs", "");
    config = aws_config_load(&(struct aws_config_options){.profile = "p"}, &err);
    assert_non_null(config);
    with = signin_of(config);
    free(path);
    free(text);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    aws_config_free(config);
    return 0;
}

static void take(struct keeper *k, int64_t now, const char *id)
{
    struct err err = ERR_INIT;
    struct credentials c;

    assert_true(keeper_take(k, now, &c, &err));
    assert_string_equal(c.access_key_id, id);
    credentials_free(&c);
}

static void renewed_in_time(void **state)
{
    (void)state;
    time_t now = time(NULL);

    set_keys("FIRST", now + LIFE_S);
    struct keeper *k = keeper_new(&with, NULL);
    assert_non_null(k);
    assert_string_equal(keeper_source(k), "credential_process of the profile p");
    assert_int_equal(keeper_expires_at(k), now + LIFE_S);
    set_keys("SECOND", now + 2 * LIFE_S);
    take(k, now, "FIRST");
    take(k, now + LIFE_S - 15 * 60 - 5, "FIRST");
    assert_int_equal(runs(), 1);
    take(k, now + LIFE_S - 15 * 60 + 5, "SECOND");
    assert_int_equal(runs(), 2);
    assert_int_equal(keeper_expires_at(k), now + 2 * LIFE_S);
    keeper_free(k);
}

/* Keys that live a quarter of an hour are not renewed at every call. */
static void short_lives(void **state)
{
    (void)state;
    time_t now = time(NULL);

    set_keys("FIRST", now + 900);
    struct keeper *k = keeper_new(&with, NULL);
    set_keys("SECOND", now + 1800);
    take(k, now + 590, "FIRST");
    assert_int_equal(runs(), 1);
    take(k, now + 610, "SECOND");
    keeper_free(k);
}

/* The old ones serve to their end; a minute lies between two tries; then it is said why. */
static void renewing_fails(void **state)
{
    (void)state;
    time_t now = time(NULL), due = now + LIFE_S - 15 * 60 + 5;
    struct credentials c;
    struct err err = ERR_INIT;

    set_keys("FIRST", now + LIFE_S);
    struct keeper *k = keeper_new(&with, NULL);
    write_file("keys", "canary");
    take(k, due, "FIRST");
    take(k, due + 30, "FIRST");
    assert_int_equal(runs(), 2);
    take(k, due + 61, "FIRST");
    assert_int_equal(runs(), 3);
    assert_false(keeper_take(k, now + LIFE_S, &c, &err));
    assert_int_equal(err.kind, ERR_EXPIRED);
    assert_non_null(strstr(err.message, "no JSON"));
    assert_null(strstr(err.message, "canary"));
    assert_null(c.access_key_id);
    set_keys("SECOND", now + 2 * LIFE_S);
    take(k, now + LIFE_S + 61, "SECOND");
    keeper_free(k);
}

/* The same keys again bring nothing: nobody asks for them at every call. */
static void nothing_better(void **state)
{
    (void)state;
    time_t now = time(NULL);

    set_keys("FIRST", now + LIFE_S);
    struct keeper *k = keeper_new(&with, NULL);
    for (int i = 0; i < 10; i++)
        take(k, now + LIFE_S - 300 + i, "FIRST");
    assert_int_equal(runs(), 2);
    keeper_free(k);
}

static void replaced_when_aws_says_so(void **state)
{
    (void)state;
    time_t now = time(NULL);

    set_keys("FIRST", now + LIFE_S);
    struct keeper *k = keeper_new(&with, NULL);
    assert_false(keeper_replace(k, "FIRST", now));
    set_keys("SECOND", now + 2 * LIFE_S);
    assert_false(keeper_replace(k, "FIRST", now + 30));
    assert_true(keeper_replace(k, "FIRST", now + 61));
    /* Who comes later with the old ones is not late. */
    assert_true(keeper_replace(k, "FIRST", now + 62));
    assert_int_equal(runs(), 3);
    take(k, now + 62, "SECOND");
    keeper_free(k);
}

struct taker {
    struct keeper *keeper;
    int64_t now;
    int wrong;
};

static void *take_many(void *arg)
{
    struct taker *t = arg;
    struct credentials c;

    for (int i = 0; i < TAKES; i++) {
        bool ok = keeper_take(t->keeper, t->now, &c, NULL);
        t->wrong += !ok || strcmp(c.access_key_id, "SECOND") != 0;
        credentials_free(&c);
    }
    return NULL;
}

/* Within the last ten minutes everybody waits for the one that renews. */
static void one_renewal_for_all(void **state)
{
    (void)state;
    time_t now = time(NULL);
    pthread_t threads[THREADS];
    struct taker takers[THREADS];

    set_keys("FIRST", now + LIFE_S);
    struct keeper *k = keeper_new(&with, NULL);
    set_keys("SECOND", now + 3 * LIFE_S);
    for (int i = 0; i < THREADS; i++) {
        takers[i] = (struct taker){.keeper = k, .now = now + LIFE_S - 60};
        assert_int_equal(pthread_create(&threads[i], NULL, take_many, &takers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(takers[i].wrong, 0);
    }
    assert_int_equal(runs(), 2);
    keeper_free(k);
}

static void fixed_keys(void **state)
{
    (void)state;
    const struct credentials keys = {.access_key_id = (char *)"A",
                                     .secret_access_key = (char *)"s",
                                     .expires_at = 1000,
                                     .source = (char *)"test"};
    struct credentials c;
    struct err err = ERR_INIT;

    struct keeper *k = keeper_of(&keys);
    take(k, 999, "A");
    assert_false(keeper_take(k, 1000, &c, &err));
    assert_int_equal(err.kind, ERR_EXPIRED);
    assert_false(keeper_replace(k, "A", 999));
    keeper_free(k);
    keeper_free(NULL);
}

/* After a new login: at once, though a renewal has just failed; and never those that AWS refused.
 */
static void renewed_by_a_login(void **state)
{
    (void)state;
    time_t now = time(NULL);
    struct err err = ERR_INIT;

    set_keys("FIRST", now + LIFE_S);
    struct keeper *k = keeper_new(&with, NULL);
    assert_true(keeper_may_change(k));
    assert_false(keeper_replace(k, "FIRST", now));
    assert_false(keeper_renew(k, now, &err));
    assert_int_equal(err.kind, ERR_EXPIRED);
    set_keys("SECOND", now + LIFE_S);
    assert_true(keeper_renew(k, now, &err));
    take(k, now, "SECOND");
    assert_false(keeper_renew(k, now + 2 * LIFE_S, &err));
    set_keys("THIRD", now + 4 * LIFE_S);
    assert_true(keeper_renew(k, now + 2 * LIFE_S, &err));
    take(k, now + 2 * LIFE_S, "THIRD");
    keeper_free(k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(renewed_in_time, setup, teardown),
        cmocka_unit_test_setup_teardown(short_lives, setup, teardown),
        cmocka_unit_test_setup_teardown(renewed_by_a_login, setup, teardown),
        cmocka_unit_test_setup_teardown(renewing_fails, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_better, setup, teardown),
        cmocka_unit_test_setup_teardown(replaced_when_aws_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(one_renewal_for_all, setup, teardown),
        cmocka_unit_test(fixed_keys),
    };
    static const char *const files[] = {"config", "keys", "runs"};
    if (!clock_init() || mkdtemp(folder) == NULL)
        return 1;
    int failed = cmocka_run_group_tests_name("keeper", tests, NULL, NULL);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char *path = path_of(files[i]);
        unlink(path);
        free(path);
    }
    rmdir(folder);
    return failed;
}

/* core/rehearse: a simulator that comes and goes, and an environment without a way out. */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "aws/call.h"
#include "aws/s3.h"
#include "aws/sts.h"
#include "base/clock.h"
#include "base/mem.h"
#include "core/rehearse.h"
#include "tests/unit/temp.h"

static struct settings *settings;
static struct rehearsal *rehearsal;
static struct err err;
static char *simulator;

static struct settings *parse(const char *const *words, int count)
{
    char *argv[16] = {(char *)"tatami"};
    for (int i = 0; i < count; i++)
        argv[i + 1] = (char *)words[i];
    struct settings *s = settings_parse(count + 1, argv, &err);
    if (s == NULL)
        fail_msg("%s", err.message);
    return s;
}

#define PARSE(...)                                                                                 \
    parse((const char *const[]){__VA_ARGS__},                                                      \
          (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)))

static int enter(void **state)
{
    err = ERR_INIT;
    settings = NULL;
    rehearsal = NULL;
    int status = temp_enter(state);
    setenv("TMPDIR", temp_folder, 1);
    return status;
}

static int leave(void **state)
{
    rehearsal_end(rehearsal);
    settings_free(settings);
    return temp_leave(state);
}

static void start(void)
{
    rehearsal = rehearsal_start_with(simulator, settings, &err);
    if (rehearsal == NULL)
        fail_msg("%s", err.message);
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static void leaves_nothing_of_the_users(void **state)
{
    (void)state;
    setenv("AWS_PROFILE", "production", 1);
    setenv("AWS_ENDPOINT_URL_S3", "https://example.org", 1);
    setenv("AWS_SESSION_TOKEN", "real", 1);
    setenv("HTTPS_PROXY", "http://proxy:3128", 1);
    setenv("http_proxy", "http://proxy:3128", 1);
    settings = PARSE("rehearse", "list", "--profile", "production", "--endpoint-url",
                     "https://example.org", "--speed", "500");
    char *state_before = xstrdup(settings->state);
    start();
    assert_null(getenv("AWS_PROFILE"));
    assert_null(getenv("AWS_ENDPOINT_URL_S3"));
    assert_null(getenv("AWS_SESSION_TOKEN"));
    assert_null(getenv("HTTPS_PROXY"));
    assert_null(getenv("http_proxy"));
    assert_null(settings->profile);
    assert_null(settings->endpoint_url);
    assert_string_equal(getenv("AWS_ACCESS_KEY_ID"), "AKIATATAMISIM");
    assert_string_equal(getenv("AWS_CONFIG_FILE"), "/dev/null");
    assert_string_equal(getenv("AWS_REGION"), "us-east-1");
    assert_string_equal(getenv("TATAMI_CLOCK"), "500");
    assert_string_equal(getenv("AWS_ENDPOINT_URL") + strlen("http://"),
                        rehearsal_address(rehearsal));
    assert_string_equal(getenv("XDG_STATE_HOME"), rehearsal_folder(rehearsal));
    assert_string_not_equal(settings->state, state_before);
    assert_memory_equal(settings->state, rehearsal_folder(rehearsal),
                        strlen(rehearsal_folder(rehearsal)));
    free(state_before);
}

/* Asks the simulator, as the program would. */
static void ask(char bucket_region[32])
{
    const struct aws_config_options none = {0};
    struct aws_config *config = aws_config_load(&none, &err);
    assert_non_null(config);
    const struct aws_options options = {.config = config,
                                        .only_address = rehearsal_address(rehearsal)};
    struct aws *aws = aws_new(&options, &err);
    assert_non_null(aws);
    struct call *c = call_new(aws, "eu-west-1", NULL);
    struct sts_identity who;
    assert_true(sts_identity(c, &who, &err));
    assert_string_equal(who.account, "123456789012");
    assert_true(s3_bucket_region(c, "stage", bucket_region, &err));
    call_free(c);
    aws_free(aws);
    aws_config_free(config);
}

static void has_the_bucket_in_the_home_region(void **state)
{
    char region[32] = "";
    (void)state;
    settings = PARSE("rehearse", "release", "x.raw", "--bucket", "stage", "--home", "eu-west-1");
    start();
    ask(region);
    assert_string_equal(region, "eu-west-1");
}

static void keeps_the_bucket_of_the_world(void **state)
{
    char region[32] = "";
    (void)state;
    write_text("world.json", "{\"buckets\": [{\"name\": \"stage\", \"region\": \"eu-west-1\"}]}");
    settings = PARSE("rehearse", "release", "x.raw", "--bucket", "stage", "--home", "us-west-2",
                     "--world", "world.json");
    start();
    ask(region);
    assert_string_equal(region, "eu-west-1");
}

static void removes_its_folder(void **state)
{
    (void)state;
    settings = PARSE("rehearse", "list");
    start();
    char *folder = xstrdup(rehearsal_folder(rehearsal));
    char *inner = xasprintf("%s/tatami/deep", folder);
    run("mkdir -p '%s' && touch '%s/file' && ln -s /etc '%s/link'", inner, inner, inner);
    assert_true(is_folder(folder));
    rehearsal_end(rehearsal);
    rehearsal = NULL;
    assert_false(is_folder(folder));
    assert_true(is_folder("/etc"));
    free(inner);
    free(folder);
}

static void keeps_its_folder(void **state)
{
    (void)state;
    settings = PARSE("rehearse", "list", "--keep");
    start();
    char *folder = xstrdup(rehearsal_folder(rehearsal));
    rehearsal_end(rehearsal);
    rehearsal = NULL;
    assert_true(is_folder(folder));
    run("rm -r '%s'", folder);
    free(folder);
}

/* A stand-in for the simulator. */
static void write_script(const char *body)
{
    write_text("sim", body);
    run("chmod +x sim");
}

static void tells_why_it_does_not_start(void **state)
{
    (void)state;
    write_text("world.json", "{\"images\": [{\"region\": \"mars\"}]}");
    settings = PARSE("rehearse", "list", "--world", "world.json");
    assert_null(rehearsal_start_with(simulator, settings, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_non_null(strstr(err.message, "needs a known region"));
    write_text("world.json", "[1]");
    assert_null(rehearsal_start_with(simulator, settings, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    write_script("#!/bin/sh\necho 'out of luck' >&2\nexit 3\n");
    settings_free(settings);
    settings = PARSE("rehearse", "list");
    assert_null(rehearsal_start_with("./sim", settings, &err));
    assert_non_null(strstr(err.message, "with status 3: out of luck"));
    run("! ls -d tatami-rehearsal-* 2>/dev/null");
}

static void reports_a_crash(void **state)
{
    (void)state;
    write_script("#!/bin/sh\necho 'listening on http://127.0.0.1:1'\n"
                 "echo 'assertion failed' >&2\nkill -SEGV $$\n");
    settings = PARSE("rehearse", "list");
    rehearsal = rehearsal_start_with("./sim", settings, &err);
    assert_non_null(rehearsal);
    while (rehearsal_check(rehearsal, &err))
        continue;
    assert_int_equal(err.kind, ERR_FAILED);
    assert_non_null(strstr(err.message, "by signal 11: assertion failed"));
}

static void a_live_one_is_fine(void **state)
{
    (void)state;
    settings = PARSE("rehearse", "list");
    start();
    assert_true(rehearsal_check(rehearsal, &err));
    assert_true(rehearsal_check(NULL, &err));
    assert_null(rehearsal_address(NULL));
}

/* The first child of a process; 0 for none. */
static pid_t child_of(pid_t parent)
{
    char *path = xasprintf("/proc/%d/task/%d/children", (int)parent, (int)parent);
    FILE *f = fopen(path, "re");
    int pid = 0;
    if (f != NULL && fscanf(f, "%d", &pid) != 1)
        pid = 0;
    if (f != NULL)
        fclose(f);
    free(path);
    return pid;
}

/* Even when the program is killed, no simulator stays behind. */
static void dies_with_the_program(void **state)
{
    int ends[2];
    char byte;
    (void)state;
    settings = PARSE("rehearse", "list", "--keep");
    assert_int_equal(pipe(ends), 0);
    pid_t program = fork();
    if (program == 0) {
        rehearsal = rehearsal_start_with(simulator, settings, &err);
        if (rehearsal == NULL || write(ends[1], "", 1) != 1)
            _exit(1);
        pause();
        _exit(0);
    }
    assert_int_equal(read(ends[0], &byte, 1), 1);
    pid_t sim = child_of(program);
    assert_int_not_equal(sim, 0);
    kill(program, SIGKILL);
    waitpid(program, NULL, 0);
    close(ends[1]);
    /* The simulator holds the other end until it is gone. */
    struct pollfd end = {.fd = ends[0], .events = POLLIN};
    assert_int_equal(poll(&end, 1, 20000), 1);
    assert_int_equal(read(ends[0], &byte, 1), 0);
    close(ends[0]);
}

static void looks_in_two_places(void **state)
{
    (void)state;
    run("mkdir -p bin libexec/tatami");
    assert_null(rehearsal_find("bin", &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_non_null(strstr(err.message, "tatami-sim"));
    run("touch libexec/tatami/tatami-sim && chmod +x libexec/tatami/tatami-sim");
    char *path = rehearsal_find("bin", &err);
    assert_string_equal(path, "bin/../libexec/tatami/tatami-sim");
    free(path);
    run("touch bin/tatami-sim && chmod +x bin/tatami-sim");
    path = rehearsal_find("bin", &err);
    assert_string_equal(path, "bin/tatami-sim");
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(leaves_nothing_of_the_users, enter, leave),
        cmocka_unit_test_setup_teardown(has_the_bucket_in_the_home_region, enter, leave),
        cmocka_unit_test_setup_teardown(keeps_the_bucket_of_the_world, enter, leave),
        cmocka_unit_test_setup_teardown(removes_its_folder, enter, leave),
        cmocka_unit_test_setup_teardown(keeps_its_folder, enter, leave),
        cmocka_unit_test_setup_teardown(tells_why_it_does_not_start, enter, leave),
        cmocka_unit_test_setup_teardown(reports_a_crash, enter, leave),
        cmocka_unit_test_setup_teardown(a_live_one_is_fine, enter, leave),
        cmocka_unit_test_setup_teardown(dies_with_the_program, enter, leave),
        cmocka_unit_test_setup_teardown(looks_in_two_places, enter, leave),
    };
    const char *build = getenv("TATAMI_BUILD");
    char *path = xasprintf("%s/tatami-sim", build != NULL ? build : "build");
    simulator = realpath(path, NULL);
    free(path);
    http_global_init();
    int failed = 1;
    if (simulator != NULL)
        failed = cmocka_run_group_tests_name("rehearse", tests, NULL, NULL);
    else
        fprintf(stderr, "there is no tatami-sim; TATAMI_BUILD names its folder\n");
    free(simulator);
    return failed;
}

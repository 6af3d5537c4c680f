/* core/wave and the verbs around it against tatami-sim: what becomes public, what is said, and the
 * exit status. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/verbs.h"
#include "core/wave.h"
#include "tests/tools/published.h"

static struct wave wave;
static struct event_list *events;

static int setup(void **state)
{
    events = event_list_new();
    return scene_enter(state);
}

static int teardown(void **state)
{
    wave_free(&wave);
    event_list_free(events);
    return scene_leave(state);
}

static void plan(const char *name, bool make_public)
{
    scene_find(name);
    wave_plan(&wave, name, make_public, &scene.found);
}

static void run(const atomic_bool *cancel)
{
    const struct wave_run with = {.aws = scene.world.aws, .cancel = cancel, .events = events};
    wave_run(&wave, &with);
}

static const struct wave_row *row(const char *id)
{
    for (size_t i = 0; i < wave.row_count; i++)
        if (strcmp(wave.rows[i].ami->id, id) == 0)
            return &wave.rows[i];
    fail_msg("%s is not in the wave", id);
    return NULL;
}

/* How many events bear this state. */
static int told(const char *state)
{
    int count = 0;
    for (uint64_t n = 1; n <= event_list_last(events); n++)
        count += strcmp(event_list_get(events, n)->state, state) == 0;
    return count;
}

/* As AWS says now, not as the wave remembers. */
static size_t public_amis(const char *name)
{
    struct find_result now;
    size_t count = 0;
    assert_true(find_release(scene.world.aws, "us-east-1", name, NULL, NULL, &now, &scene.err));
    for (size_t i = 0; i < now.ami_count; i++)
        count += now.amis[i].is_public;
    find_free(&now);
    return count;
}

static void makes_all_public_but_the_older_one(void **state)
{
    (void)state;
    plan("demo/1", true);
    assert_int_equal(wave.waiting, 6);
    run(NULL);
    assert_int_equal(wave_status(&wave), 0);
    assert_int_equal(public_amis("demo/1"), 6);
    assert_int_equal(row("ami-0d13")->state, WAVE_AS_WISHED);
    assert_false(row("ami-0d13")->ami->is_public);
    assert_int_equal(told("publishing"), 6);
    assert_int_equal(told("public"), 6);
    assert_int_equal(published_requests(&scene.world, "ModifyImageAttribute"), 6);
}

static void makes_all_private_again(void **state)
{
    (void)state;
    plan("NixOS-24.05", true);
    assert_int_equal(wave.waiting, 1);
    run(NULL);
    wave_free(&wave);
    find_free(&scene.found);
    plan("NixOS-24.05", false);
    assert_int_equal(wave.waiting, 2);
    run(NULL);
    assert_int_equal(wave_status(&wave), 0);
    assert_int_equal(public_amis("NixOS-24.05"), 0);
    assert_int_equal(told("private"), 2);
}

static void changes_nothing_that_is_so_already(void **state)
{
    (void)state;
    plan("demo/1", false);
    assert_int_equal(wave.waiting, 0);
    run(NULL);
    assert_int_equal(wave_status(&wave), 0);
    assert_int_equal(published_requests(&scene.world, "ModifyImageAttribute"), 0);
}

static void one_region_fails_for_itself(void **state)
{
    (void)state;
    assert_true(published_fault(&scene.world,
                                "{\"action\": \"ModifyImageAttribute\", \"region\": "
                                "\"eu-west-1\", \"kind\": \"error\", \"code\": "
                                "\"OperationNotPermitted\", \"message\": \"block public "
                                "access\", \"status\": 400, \"count\": 0}"));
    plan("demo/1", true);
    run(NULL);
    assert_int_equal(wave_status(&wave), 3);
    assert_int_equal(row("ami-0d11")->state, WAVE_FAILED);
    assert_string_equal(row("ami-0d11")->err.code, "OperationNotPermitted");
    assert_int_equal(row("ami-0d01")->state, WAVE_DONE);
    assert_int_equal(public_amis("demo/1"), 4);
    assert_int_equal(told("failed"), 2);
}

static void a_yes_without_effect_is_found(void **state)
{
    (void)state;
    assert_true(published_fault(&scene.world,
                                "{\"action\": \"ModifyImageAttribute\", \"match\": "
                                "\"ami-0d22\", \"kind\": \"no-effect\", \"count\": 0}"));
    plan("demo/1", true);
    run(NULL);
    assert_int_equal(wave_status(&wave), 3);
    assert_int_equal(row("ami-0d22")->state, WAVE_FAILED);
    assert_int_equal(row("ami-0d22")->err.kind, ERR_VERIFY);
    assert_int_equal(row("ami-0d21")->state, WAVE_DONE);
}

static void a_lost_answer_is_read_back(void **state)
{
    (void)state;
    assert_true(published_fault(&scene.world,
                                "{\"action\": \"ModifyImageAttribute\", \"match\": "
                                "\"ami-0d22\", \"kind\": \"reset-after\", \"count\": 0}"));
    plan("demo/1", true);
    run(NULL);
    assert_int_equal(wave_status(&wave), 0);
    assert_int_equal(row("ami-0d22")->state, WAVE_DONE);
    assert_int_equal(row("ami-0d22")->err.kind, ERR_NETWORK);
    assert_int_equal(public_amis("demo/1"), 6);
}

static void a_lost_request_is_told(void **state)
{
    (void)state;
    assert_true(published_fault(&scene.world, "{\"action\": \"ModifyImageAttribute\", \"match\": "
                                              "\"ami-0d22\", \"kind\": \"reset\", \"count\": 0}"));
    plan("demo/1", true);
    run(NULL);
    assert_int_equal(wave_status(&wave), 3);
    assert_int_equal(row("ami-0d22")->state, WAVE_FAILED);
    assert_int_equal(row("ami-0d22")->err.kind, ERR_NETWORK);
}

static void a_pending_ami_is_not_asked(void **state)
{
    (void)state;
    plan("held/1", true);
    run(NULL);
    assert_int_equal(wave_status(&wave), 1);
    assert_int_equal(row("ami-0e01")->err.kind, ERR_NOT_READY);
    assert_int_equal(published_requests(&scene.world, "ModifyImageAttribute"), 0);
}

static void an_interrupted_wave_says_so(void **state)
{
    const atomic_bool cancel = true;
    (void)state;
    plan("demo/1", true);
    run(&cancel);
    assert_int_equal(wave_status(&wave), 130);
    assert_int_equal(public_amis("demo/1"), 0);
}

/* On a machine that has made no release. */
static int publish(const struct settings *s, struct aws *aws, FILE *out)
{
    return verb_publish(s, aws, NULL, out);
}

/* Runs a verb and hands back what it printed. */
static char *verb(int (*run_verb)(const struct settings *s, struct aws *aws, FILE *out),
                  const char *const *words, int count, int status)
{
    char *text = NULL;
    size_t size = 0;
    char *argv[12] = {(char *)"tatami"};
    for (int i = 0; i < count; i++)
        argv[i + 1] = (char *)words[i];
    struct settings *s = settings_parse(count + 1, argv, &scene.err);
    if (s == NULL)
        fail_msg("%s", scene.err.message);
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    int got = run_verb(s, scene.world.aws, out);
    fclose(out);
    settings_free(s);
    if (got != status)
        fail_msg("status %d: %s", got, text);
    return text;
}

#define VERB(run_verb, status, ...)                                                                \
    verb(run_verb, (const char *const[]){__VA_ARGS__},                                             \
         (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)), status)

static void contains(char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, text);
}

static void publish_wants_a_yes(void **state)
{
    (void)state;
    char *text = VERB(publish, 4, "publish", "demo/1", "--no-ui");
    contains(text, "publish demo/1 in account 123456789012: 6 of 7 AMIs become public");
    contains(text, "1 older AMIs of the same name stay private");
    free(text);
    assert_int_equal(public_amis("demo/1"), 0);
    free(VERB(publish, 4, "publish", "demo/1", "--yes", "--read-only"));
    assert_int_equal(public_amis("demo/1"), 0);
}

static void publish_tells_json(void **state)
{
    (void)state;
    char *text =
        VERB(publish, 0, "publish", "demo/1", "--json", "--yes", "--regions", "ap-south-1");
    contains(text, "\"event\":\"cell\",\"image\":\"demo/1-x86_64-linux\",\"region\":\"ap-south-1\","
                   "\"state\":\"public\",\"ami\":\"ami-0d21\"");
    contains(text, "\",\"event\":\"result\",\"exit_status\":0,");
    contains(text, "\"ap-south-1\": {\"ami\": \"ami-0d22\", \"snapshots\": [\"snap-0d22\"], "
                   "\"state\": \"available\", \"public\": true}");
    free(text);
    assert_int_equal(public_amis("demo/1"), 2);
}

static void a_named_region_without_it_is_not_as_asked(void **state)
{
    (void)state;
    free(VERB(publish, 3, "publish", "demo/1", "--no-ui", "--yes", "--regions",
              "ap-south-1,eu-west-3"));
    assert_int_equal(public_amis("demo/1"), 2);
}

/* The last line is the result; an error's, too. */
static void ends_in_result(char *text, int status)
{
    size_t length = strlen(text);
    assert_true(length > 1 && text[length - 1] == '\n');
    char *last = text + length - 1;
    while (last > text && last[-1] != '\n')
        last--;
    assert_ptr_equal(strstr(last, "{\"time\":\"20"), last);
    char *expected = xasprintf("Z\",\"event\":\"result\",\"exit_status\":%d,\"text\":\"", status);
    contains(last, expected);
    free(expected);
}

static void nothing_of_that_name(void **state)
{
    (void)state;
    free(VERB(publish, 1, "publish", "nothing", "--no-ui", "--yes"));
    free(VERB(verb_list, 1, "list", "nothing"));
    char *text = VERB(verb_list, 1, "list", "nothing", "--json");
    ends_in_result(text, 1);
    free(text);
    text = VERB(publish, 4, "publish", "demo/1", "--json");
    ends_in_result(text, 4);
    free(text);
}

static void lists(void **state)
{
    (void)state;
    char *text = VERB(verb_list, 0, "list", "NixOS-24.05", "--format", "csv");
    contains(text, "NixOS-24.05,NixOS-24.05-x86_64-linux,x86_64-linux,us-west-2,ami-0f02,available,"
                   "false,snap-0f02,\r\n");
    free(text);
    text = VERB(verb_list, 2, "list", "demo/1", "--format", "map");
    free(text);
    text = VERB(verb_list, 0, "list", "demo/1-aarch64-linux", "--format", "map");
    assert_string_equal(text, "{\"us-east-1\": \"ami-0d02\", \"ap-south-1\": \"ami-0d22\", "
                              "\"eu-west-1\": \"ami-0d12\"}\n");
    free(text);
    text = VERB(verb_list, 0, "list", "demo/1", "--json");
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    contains(text, "{\"release\": \"demo/1\", ");
    free(text);
    text = VERB(verb_list, 0, "list");
    contains(text, "demo/1  AMIs 6, regions 3, public 0\n");
    contains(text, "held/1  AMIs 1, regions 1, public 0\n");
    free(text);
}

static void says_who_it_is(void **state)
{
    (void)state;
    char *text = VERB(verb_whoami, 0, "whoami");
    contains(text, "123456789012");
    contains(text, "acme");
    contains(text, "Not enabled  me-south-1\n");
    free(text);
    text = VERB(verb_whoami, 0, "whoami", "--json");
    contains(text, "{\"account\": \"123456789012\", \"alias\": \"acme\", ");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(makes_all_public_but_the_older_one, setup, teardown),
        cmocka_unit_test_setup_teardown(makes_all_private_again, setup, teardown),
        cmocka_unit_test_setup_teardown(changes_nothing_that_is_so_already, setup, teardown),
        cmocka_unit_test_setup_teardown(one_region_fails_for_itself, setup, teardown),
        cmocka_unit_test_setup_teardown(a_yes_without_effect_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(a_lost_answer_is_read_back, setup, teardown),
        cmocka_unit_test_setup_teardown(a_lost_request_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(a_pending_ami_is_not_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(an_interrupted_wave_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(publish_wants_a_yes, setup, teardown),
        cmocka_unit_test_setup_teardown(publish_tells_json, setup, teardown),
        cmocka_unit_test_setup_teardown(a_named_region_without_it_is_not_as_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_of_that_name, setup, teardown),
        cmocka_unit_test_setup_teardown(lists, setup, teardown),
        cmocka_unit_test_setup_teardown(says_who_it_is, setup, teardown),
    };
    return cmocka_run_group_tests_name("wave", tests, scene_begin, scene_end);
}

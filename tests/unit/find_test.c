/* core/find against tatami-sim: which AMIs are a release's, and what a region's silence means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/find.h"
#include "tests/tools/published.h"

static struct published world;
static struct find_result found;
static struct err err;

static int setup(void **state)
{
    (void)state;
    published_reset(&world);
    err = ERR_INIT;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    find_free(&found);
    return 0;
}

static void find(const char *name)
{
    if (!find_release(world.aws, "us-east-1", name, NULL, NULL, &found, &err))
        fail_msg("%s: %s", err.code, err.message);
}

static const struct find_ami *ami(const char *id)
{
    for (size_t i = 0; i < found.ami_count; i++)
        if (strcmp(found.amis[i].id, id) == 0)
            return &found.amis[i];
    return NULL;
}

static void finds_by_tag(void **state)
{
    (void)state;
    find("demo/1");
    assert_string_equal(found.account, "123456789012");
    assert_string_equal(found.home, "us-east-1");
    assert_int_equal(found.failure_count, 0);
    assert_int_equal(found.ami_count, 7);
    assert_null(ami("ami-0d101"));
    assert_null(ami("ami-0d102"));
    assert_non_null(ami("ami-0d11"));
    assert_false(ami("ami-0d11")->older);
    assert_true(ami("ami-0d13")->older);
    assert_string_equal(ami("ami-0d12")->system, "aarch64-linux");
    assert_string_equal(ami("ami-0d21")->digest, "sha256-512k:00ff");
    assert_null(ami("ami-0d22")->digest);
    assert_int_equal(ami("ami-0d21")->snapshot_count, 1);
    assert_string_equal(ami("ami-0d21")->snapshots[0], "snap-0d21");
}

static void asks_each_enabled_region(void **state)
{
    (void)state;
    find("demo/1");
    assert_int_equal(found.region_count, 33);
    for (size_t i = 0; i < found.region_count; i++)
        assert_string_not_equal(found.regions[i], "me-south-1");
}

static void finds_by_name(void **state)
{
    (void)state;
    find("NixOS-24.05");
    assert_int_equal(found.ami_count, 2);
    assert_true(ami("ami-0f01")->is_public);
    assert_false(ami("ami-0f02")->is_public);
    find_free(&found);
    find("NixOS-24.05-x86_64-linux");
    assert_int_equal(found.ami_count, 2);
    assert_null(ami("ami-0f01")->release);
}

static void finds_one_image_of_a_release(void **state)
{
    (void)state;
    find("demo/1-aarch64-linux");
    assert_int_equal(found.ami_count, 3);
}

static void finds_no_wildcards(void **state)
{
    (void)state;
    find("demo/*");
    assert_int_equal(found.ami_count, 0);
    find_free(&found);
    find("demo/?");
    assert_int_equal(found.ami_count, 0);
}

static void finds_all_that_tatami_made(void **state)
{
    (void)state;
    find(NULL);
    assert_int_equal(found.ami_count, 9);
    assert_null(ami("ami-0f01"));
}

static void regions_fail_for_themselves(void **state)
{
    (void)state;
    assert_true(published_fault(&world,
                                "{\"action\": \"DescribeImages\", \"region\": \"eu-west-1\","
                                " \"kind\": \"error\", \"code\": \"UnauthorizedOperation\","
                                " \"message\": \"no\", \"status\": 403, \"count\": 0}"));
    find("demo/1");
    assert_int_equal(found.ami_count, 4);
    assert_int_equal(found.failure_count, 1);
    assert_string_equal(found.failures[0].region, "eu-west-1");
    assert_int_equal(found.failures[0].err.kind, ERR_DENIED);
}

static void takes_named_regions(void **state)
{
    char *names[] = {(char *)"eu-west-1", (char *)"me-south-1", (char *)"eu-west-1"};
    const struct settings_list list = {names, ARRAY_LEN(names)};
    (void)state;
    assert_true(find_release(world.aws, "us-east-1", "demo/1", &list, NULL, &found, &err));
    assert_int_equal(found.region_count, 1);
    assert_int_equal(found.ami_count, 3);
    assert_int_equal(found.failure_count, 1);
    assert_int_equal(found.failures[0].err.kind, ERR_REGION_OFF);
    find_free(&found);

    names[1] = (char *)"mars-north-1";
    assert_false(find_release(world.aws, "us-east-1", "demo/1", &list, NULL, &found, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_non_null(strstr(err.message, "mars-north-1"));
}

static void a_hung_region_ends_with_the_flag(void **state)
{
    const atomic_bool cancel = true;
    (void)state;
    assert_false(find_release(world.aws, "us-east-1", "demo/1", NULL, &cancel, &found, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
}

static void makes_a_manifest(void **state)
{
    (void)state;
    find("demo/1");
    struct manifest *m = find_manifest(&found, "demo/1");
    assert_int_equal(m->image_count, 2);
    assert_int_equal(manifest_count(m), 6);
    assert_string_equal(m->images[1].name, "demo/1-x86_64-linux");
    assert_string_equal(m->images[1].regions[0].region, "us-east-1");
    assert_string_equal(m->images[1].regions[2].ami, "ami-0d11");
    assert_string_equal(m->images[1].regions[2].state, "available");
    manifest_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_by_tag, setup, teardown),
        cmocka_unit_test_setup_teardown(asks_each_enabled_region, setup, teardown),
        cmocka_unit_test_setup_teardown(finds_by_name, setup, teardown),
        cmocka_unit_test_setup_teardown(finds_one_image_of_a_release, setup, teardown),
        cmocka_unit_test_setup_teardown(finds_no_wildcards, setup, teardown),
        cmocka_unit_test_setup_teardown(finds_all_that_tatami_made, setup, teardown),
        cmocka_unit_test_setup_teardown(regions_fail_for_themselves, setup, teardown),
        cmocka_unit_test_setup_teardown(takes_named_regions, setup, teardown),
        cmocka_unit_test_setup_teardown(a_hung_region_ends_with_the_flag, setup, teardown),
        cmocka_unit_test_setup_teardown(makes_a_manifest, setup, teardown),
    };
    int failed =
        published_start(&world) ? cmocka_run_group_tests_name("find", tests, NULL, NULL) : 1;
    published_stop(&world);
    return failed;
}

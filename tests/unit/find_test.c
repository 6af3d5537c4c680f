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

static const struct find_ami *ami(const char *id)
{
    for (size_t i = 0; i < scene.found.ami_count; i++)
        if (strcmp(scene.found.amis[i].id, id) == 0)
            return &scene.found.amis[i];
    return NULL;
}

static void finds_by_tag(void **state)
{
    (void)state;
    scene_find("demo/1");
    assert_string_equal(scene.found.account, "123456789012");
    assert_string_equal(scene.found.home, "us-east-1");
    assert_int_equal(scene.found.failure_count, 0);
    assert_int_equal(scene.found.ami_count, 7);
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
    scene_find("demo/1");
    assert_int_equal(scene.found.region_count, 33);
    for (size_t i = 0; i < scene.found.region_count; i++)
        assert_string_not_equal(scene.found.regions[i], "me-south-1");
}

static void finds_by_name(void **state)
{
    (void)state;
    scene_find("NixOS-24.05");
    assert_int_equal(scene.found.ami_count, 2);
    assert_true(ami("ami-0f01")->is_public);
    assert_false(ami("ami-0f02")->is_public);
    find_free(&scene.found);
    scene_find("NixOS-24.05-x86_64-linux");
    assert_int_equal(scene.found.ami_count, 2);
    assert_null(ami("ami-0f01")->release);
}

static void finds_one_image_of_a_release(void **state)
{
    (void)state;
    scene_find("demo/1-aarch64-linux");
    assert_int_equal(scene.found.ami_count, 3);
}

static void finds_no_wildcards(void **state)
{
    (void)state;
    scene_find("demo/*");
    assert_int_equal(scene.found.ami_count, 0);
    find_free(&scene.found);
    scene_find("demo/?");
    assert_int_equal(scene.found.ami_count, 0);
}

static void finds_all_that_tatami_made(void **state)
{
    (void)state;
    scene_find(NULL);
    assert_int_equal(scene.found.ami_count, 9);
    assert_null(ami("ami-0f01"));
}

static void regions_fail_for_themselves(void **state)
{
    (void)state;
    assert_true(published_fault(&scene.world,
                                "{\"action\": \"DescribeImages\", \"region\": \"eu-west-1\","
                                " \"kind\": \"error\", \"code\": \"UnauthorizedOperation\","
                                " \"message\": \"no\", \"status\": 403, \"count\": 0}"));
    scene_find("demo/1");
    assert_int_equal(scene.found.ami_count, 4);
    assert_int_equal(scene.found.failure_count, 1);
    assert_string_equal(scene.found.failures[0].region, "eu-west-1");
    assert_int_equal(scene.found.failures[0].err.kind, ERR_DENIED);
}

static void takes_named_regions(void **state)
{
    char *names[] = {(char *)"eu-west-1", (char *)"me-south-1", (char *)"eu-west-1"};
    const struct settings_list list = {names, ARRAY_LEN(names)};
    (void)state;
    assert_true(find_release(scene.world.aws, "us-east-1", "demo/1", &list, NULL, &scene.found,
                             &scene.err));
    assert_int_equal(scene.found.region_count, 1);
    assert_int_equal(scene.found.ami_count, 3);
    assert_int_equal(scene.found.failure_count, 1);
    assert_int_equal(scene.found.failures[0].err.kind, ERR_REGION_OFF);
    find_free(&scene.found);

    names[1] = (char *)"mars-north-1";
    assert_false(find_release(scene.world.aws, "us-east-1", "demo/1", &list, NULL, &scene.found,
                              &scene.err));
    assert_int_equal(scene.err.kind, ERR_USAGE);
    assert_non_null(strstr(scene.err.message, "mars-north-1"));
}

static void a_hung_region_ends_with_the_flag(void **state)
{
    const atomic_bool cancel = true;
    (void)state;
    assert_false(find_release(scene.world.aws, "us-east-1", "demo/1", NULL, &cancel, &scene.found,
                              &scene.err));
    assert_int_equal(scene.err.kind, ERR_CANCELLED);
}

static void makes_a_manifest(void **state)
{
    (void)state;
    scene_find("demo/1");
    struct manifest *m = find_manifest(&scene.found, "demo/1");
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
        cmocka_unit_test_setup_teardown(finds_by_tag, scene_enter, scene_leave),
        cmocka_unit_test_setup_teardown(asks_each_enabled_region, scene_enter, scene_leave),
        cmocka_unit_test_setup_teardown(finds_by_name, scene_enter, scene_leave),
        cmocka_unit_test_setup_teardown(finds_one_image_of_a_release, scene_enter, scene_leave),
        cmocka_unit_test_setup_teardown(finds_no_wildcards, scene_enter, scene_leave),
        cmocka_unit_test_setup_teardown(finds_all_that_tatami_made, scene_enter, scene_leave),
        cmocka_unit_test_setup_teardown(regions_fail_for_themselves, scene_enter, scene_leave),
        cmocka_unit_test_setup_teardown(takes_named_regions, scene_enter, scene_leave),
        cmocka_unit_test_setup_teardown(a_hung_region_ends_with_the_flag, scene_enter, scene_leave),
        cmocka_unit_test_setup_teardown(makes_a_manifest, scene_enter, scene_leave),
    };
    return cmocka_run_group_tests_name("find", tests, scene_begin, scene_end);
}

/* core/inventory: rows as EC2 describes them, what ties them, and what is looked up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/inventory_decode.h"
#include "core/inventory_look.h"
#include "core/inventory_place.h"
#include "core/plan_build.h"
#include "core/system_name.h"

/* Decoded text is malloc'd elsewhere; nothing here writes to it. */
#define T(text) ((char *)(text))

static struct inventory_place *place;

static int set_up(void **state)
{
    (void)state;
    place = inventory_place_new("eu-west-1", 7);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    inventory_place_unref(place);
    return 0;
}

static void take_images(const struct ec2_image *images, size_t count)
{
    struct inventory_builder b = {.kind = INVENTORY_IMAGES};
    for (size_t i = 0; i < count; i++)
        inventory_decode_image(&b, &images[i]);
    inventory_place_set(place, inventory_builder_end(&b));
}

static void take_snapshots(const struct ec2_snapshot *snapshots, size_t count)
{
    struct inventory_builder b = {.kind = INVENTORY_SNAPSHOTS};
    for (size_t i = 0; i < count; i++)
        inventory_decode_snapshot(&b, &snapshots[i]);
    inventory_place_set(place, inventory_builder_end(&b));
}

static const struct inventory_image *image(const char *id)
{
    return inventory_find_image(&place->region, id);
}

static const struct inventory_snapshot *snapshot(const char *id)
{
    return inventory_find_snapshot(&place->region, id);
}

static void finds_systems_in_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t at, length;
    } rows[] = {
        {"acme/1-x86_64-linux", 6, 13},
        {"acme/1-aarch64-linux", 6, 14},
        {"acme/1-x86_64-linux.7", 6, 13},
        {"acme/1-x86_64-linuxes", 0, 0},
        {"-x86_64-linux", 0, 0},
        {"acme", 0, 0},
        {"a-x86_64-linux-x86_64-linux", 14, 13},
        {"a-x86_64-linux.1-aarch64-linux", 16, 14},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct system_place found = system_in_name(rows[i].name);
        assert_int_equal(found.length, rows[i].length);
        if (rows[i].length > 0)
            assert_int_equal(found.at, rows[i].at);
    }
}

static void knows_the_release(void **state)
{
    (void)state;
    struct tag tags[] = {{T("tatami:release"), T("acme/1")},
                         {T("tatami:id"), T("4c1f")},
                         {T("tatami:image"), T("x")}};
    const struct ec2_image images[] = {
        {.id = T("ami-01"), .name = T("x"), .tags = tags, .tag_count = 3},
        {.id = T("ami-02"), .name = T("acme/2-aarch64-linux")},
        {.id = T("ami-03"), .name = T("acme/2-aarch64-linux.run7")},
        {.id = T("ami-04")},
        {.id = T("ami-05"), .name = T("gone"), .state = EC2_IMAGE_GONE},
    };
    take_images(images, ARRAY_LEN(images));
    assert_int_equal(place->region.image_count, 4);
    assert_string_equal(image("ami-01")->release, "acme/1");
    assert_true(image("ami-01")->release_by_tag);
    assert_string_equal(image("ami-01")->release_id, "4c1f");
    assert_string_equal(image("ami-01")->image, "x");
    assert_string_equal(image("ami-02")->release, "acme/2");
    assert_false(image("ami-02")->release_by_tag);
    assert_string_equal(image("ami-03")->release, "acme/2.run7");
    assert_string_equal(image("ami-04")->release, "ami-04");
    assert_null(image("ami-05"));
}

static void text_is_never_null(void **state)
{
    (void)state;
    const struct ec2_image one = {.id = T("ami-01")};
    const struct ec2_snapshot other = {.id = T("snap-01"), .progress = -1, .full_size_bytes = -1};
    take_images(&one, 1);
    take_snapshots(&other, 1);
    const struct inventory_image *i = image("ami-01");
    const char *texts[] = {i->name,       i->description, i->owner,           i->architecture,
                           i->boot_mode,  i->state_text,  i->source_id,       i->source_region,
                           i->release_id, i->image,       i->protection_text, i->state_reason};
    for (size_t k = 0; k < ARRAY_LEN(texts); k++)
        assert_string_equal(texts[k], "");
    const struct inventory_snapshot *s = snapshot("snap-01");
    const char *more[] = {s->description, s->tier,       s->state_text, s->state_message,
                          s->release,     s->release_id, s->image,      s->made_for};
    for (size_t k = 0; k < ARRAY_LEN(more); k++)
        assert_string_equal(more[k], "");
    assert_int_equal(s->full_bytes, 0);
    assert_int_equal(i->created_at, 0);
}

static void reads_protection(void **state)
{
    (void)state;
    static const struct {
        const char *said;
        enum inventory_protection protection;
    } rows[] = {
        {NULL, INVENTORY_UNPROTECTED},
        {"disabled", INVENTORY_UNPROTECTED},
        {"enabled-without-cooldown", INVENTORY_PROTECTED},
        {"enabled-with-cooldown", INVENTORY_PROTECTED_COOLDOWN},
        {"cooling until tomorrow", INVENTORY_COOLING},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct ec2_image one = {.id = T("ami-01"), .protection = T(rows[i].said)};
        take_images(&one, 1);
        assert_int_equal(image("ami-01")->protection, rows[i].protection);
    }
}

static void ties_every_mapping(void **state)
{
    (void)state;
    struct ec2_device two[] = {{.snapshot_id = T("snap-01"), .volume_gib = 8},
                               {.snapshot_id = T("snap-02"), .volume_gib = 2, .encrypted = true},
                               {.snapshot_id = NULL, .volume_gib = 1}};
    struct ec2_device same[] = {{.snapshot_id = T("snap-02")}, {.snapshot_id = T("snap-02")}};
    const struct ec2_image images[] = {
        {.id = T("ami-02"), .name = T("b"), .devices = same, .device_count = 2},
        {.id = T("ami-01"), .name = T("a"), .devices = two, .device_count = 3},
    };
    const struct ec2_snapshot snapshots[] = {
        {.id = T("snap-03"), .full_size_bytes = 4},
        {.id = T("snap-02"), .full_size_bytes = 200},
        {.id = T("snap-01"), .full_size_bytes = 1000},
    };
    take_images(images, ARRAY_LEN(images));
    take_snapshots(snapshots, ARRAY_LEN(snapshots));
    inventory_place_tie(place);
    assert_int_equal(image("ami-01")->snapshot_count, 2);
    assert_int_equal(image("ami-01")->volume_gib, 11);
    assert_true(image("ami-01")->encrypted);
    assert_int_equal(image("ami-01")->snapshot_bytes, 1200);
    assert_int_equal(image("ami-02")->snapshot_bytes, 200);
    assert_int_equal(snapshot("snap-01")->users, 1);
    assert_int_equal(snapshot("snap-02")->users, 2);
    assert_int_equal(snapshot("snap-03")->users, 0);
}

static void knows_what_a_snapshot_was_made_for(void **state)
{
    (void)state;
    struct tag tags[] = {{T("tatami:id"), T("4c1f")}, {T("tatami:image"), T("x")}};
    const struct ec2_image one = {
        .id = T("ami-0abc"), .name = T("x"), .tags = tags, .tag_count = 2};
    const struct ec2_snapshot snapshots[] = {
        {.id = T("snap-01"),
         .description =
             T("Copied for DestinationAmi ami-0123456789abcdef0 from SourceAmi ami-0f for "
               "SourceSnapshot snap-0e. Task created on 1,736,863,352,510.")},
        {.id = T("snap-02"), .description = T("Created by CreateImage(i-0a) for ami-0b")},
        {.id = T("snap-03"),
         .description = T("Created by AWS-VMImport service for import-snap-0a")},
        {.id = T("snap-04"), .tags = tags, .tag_count = 2},
        {.id = T("snap-05"), .description = T("Copied for DestinationAmi nothing")},
    };
    take_images(&one, 1);
    take_snapshots(snapshots, ARRAY_LEN(snapshots));
    inventory_place_tie(place);
    assert_string_equal(snapshot("snap-01")->made_for, "ami-0123456789abcdef0");
    assert_string_equal(snapshot("snap-02")->made_for, "ami-0b");
    assert_string_equal(snapshot("snap-03")->made_for, "");
    assert_string_equal(snapshot("snap-04")->made_for, "ami-0abc");
    assert_string_equal(snapshot("snap-05")->made_for, "");
}

/* Rows that somebody holds do not change, and what was tied to an AMI that is gone is untied. */
static void ties_anew_without_touching_the_old(void **state)
{
    (void)state;
    struct tag tags[] = {{T("tatami:id"), T("4c1f")}, {T("tatami:image"), T("x")}};
    struct ec2_device disk = {.snapshot_id = T("snap-01")};
    const struct ec2_image one = {.id = T("ami-01"),
                                  .name = T("x"),
                                  .tags = tags,
                                  .tag_count = 2,
                                  .devices = &disk,
                                  .device_count = 1};
    const struct ec2_snapshot other = {
        .id = T("snap-01"), .full_size_bytes = 5, .tags = tags, .tag_count = 2};
    take_images(&one, 1);
    take_snapshots(&other, 1);
    inventory_place_tie(place);
    struct inventory_place *held = place;
    place = inventory_place_copy(held);
    take_images(NULL, 0);
    inventory_place_tie(place);
    assert_int_equal(snapshot("snap-01")->users, 0);
    assert_string_equal(snapshot("snap-01")->made_for, "");
    const struct inventory_snapshot *before = inventory_find_snapshot(&held->region, "snap-01");
    assert_int_equal(before->users, 1);
    assert_string_equal(before->made_for, "ami-01");
    inventory_place_unref(held);
    assert_string_equal(snapshot("snap-01")->tags[0].value, "4c1f");
}

/* After an answer that broke off rows come again: the last word counts. */
static void keeps_the_last_of_two(void **state)
{
    (void)state;
    const struct ec2_image images[] = {
        {.id = T("ami-02"), .state = EC2_IMAGE_PENDING},
        {.id = T("ami-01"), .state = EC2_IMAGE_PENDING},
        {.id = T("ami-02"), .state = EC2_IMAGE_AVAILABLE},
    };
    take_images(images, ARRAY_LEN(images));
    assert_int_equal(place->region.image_count, 2);
    assert_int_equal(image("ami-01")->state, INVENTORY_AMI_PENDING);
    assert_int_equal(image("ami-02")->state, INVENTORY_AMI_AVAILABLE);
}

static void sees_what_moves(void **state)
{
    (void)state;
    bool nearing;
    const struct ec2_image still = {.id = T("ami-01"), .state = EC2_IMAGE_AVAILABLE};
    const struct ec2_snapshot busy = {
        .id = T("snap-01"), .state = EC2_SNAPSHOT_PENDING, .progress = 4};
    const struct ec2_snapshot late = {
        .id = T("snap-01"), .state = EC2_SNAPSHOT_PENDING, .progress = 97};
    take_images(&still, 1);
    assert_false(inventory_moves(&place->region, &nearing));
    take_snapshots(&busy, 1);
    assert_true(inventory_moves(&place->region, &nearing));
    assert_false(nearing);
    take_snapshots(&late, 1);
    assert_true(inventory_moves(&place->region, &nearing));
    assert_true(nearing);
}

static void counts_regions(void **state)
{
    (void)state;
    struct inventory_place *other = inventory_place_new("us-east-1", 1);
    struct inventory_place *both[] = {place, other};
    other->region.readings[INVENTORY_IMAGES].look = INVENTORY_FAILED;
    const struct inventory_head head = {.number = 7, .account = "123456789012"};
    struct inventory *all = inventory_new(&head, both, 2);
    assert_int_equal(all->region_count, 2);
    assert_int_equal(all->regions_answered, 1);
    assert_int_equal(all->regions_failed, 1);
    assert_string_equal(all->alias, "");
    assert_ptr_equal(inventory_find_region(all, "us-east-1"), &other->region);
    assert_null(inventory_find_region(all, "us-east-9"));
    inventory_unref(all);
    inventory_place_unref(other);
}

static void reads_the_release_out_of_a_key(void **state)
{
    (void)state;
    char *key = plan_staging_key("acme/1 (a!b)", "x", "root");
    char *release = plan_staging_release(key);
    assert_string_equal(release, "acme/1 (a!b)");
    free(release);
    free(key);
    assert_null(plan_staging_release("other/acme/x/root"));
    assert_null(plan_staging_release("tatami/acme"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_systems_in_names),
        cmocka_unit_test_setup_teardown(knows_the_release, set_up, tear_down),
        cmocka_unit_test_setup_teardown(text_is_never_null, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_protection, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ties_every_mapping, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_what_a_snapshot_was_made_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ties_anew_without_touching_the_old, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keeps_the_last_of_two, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sees_what_moves, set_up, tear_down),
        cmocka_unit_test_setup_teardown(counts_regions, set_up, tear_down),
        cmocka_unit_test(reads_the_release_out_of_a_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

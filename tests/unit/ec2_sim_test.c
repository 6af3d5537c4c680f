/* aws/ec2_* against tatami-sim: a release by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/ec2_images.h"
#include "aws/ec2_imports.h"
#include "aws/ec2_sharing.h"
#include "aws/ec2_snapshots.h"
#include "base/mem.h"
#include "tests/tools/simsession.h"

static char *import_disk(void)
{
    const struct tag tags[] = {{(char *)"tatami:id", (char *)"abc"}};
    const struct ec2_import_snapshot import = {.format = "RAW",
                                               .bucket = SIM_OBJECT.bucket,
                                               .key = SIM_OBJECT.key,
                                               .description = "a disk",
                                               .role = "vmimport",
                                               .token = "token-1",
                                               .tags = tags,
                                               .tag_count = 1};
    char *task_id = NULL, *again = NULL, *snapshot_id = NULL;
    clock_ms deadline = 0;

    simsession_ok(ec2_import_snapshot(sims.call, &import, &task_id, &sims.err));
    simsession_ok(ec2_import_snapshot(sims.call, &import, &again, &sims.err));
    assert_string_equal(task_id, again);
    free(again);
    do {
        struct ec2_imports imports;
        simsession_ok(ec2_describe_imports(sims.call, &imports, &sims.err));
        if (imports.count == 1 && imports.items[0].state == EC2_IMPORT_COMPLETED) {
            assert_string_equal(imports.items[0].task_id, task_id);
            assert_string_equal(ec2_import_tag(&imports.items[0], "tatami:id"), "abc");
            snapshot_id = xstrdup(imports.items[0].snapshot_id);
        }
        for (size_t i = 0; i < imports.count; i++)
            assert_int_not_equal(imports.items[i].state, EC2_IMPORT_ENDED);
        ec2_imports_free(&imports);
    } while (snapshot_id == NULL && simsession_wait(&deadline));
    assert_non_null(snapshot_id);
    free(task_id);
    return snapshot_id;
}

static void wait_for_snapshot(const char *id)
{
    const struct ec2_snapshot_filter filter = {.tag_key = "Name", .tag_value = "disk one"};
    const char *const ids[] = {id};
    const struct tag tags[] = {{(char *)"Name", (char *)"disk one"}};
    bool completed = false;
    clock_ms deadline = 0;

    while (!ec2_create_tags(sims.call, ids, 1, tags, 1, &sims.err)) {
        assert_int_equal(sims.err.kind, ERR_NOT_FOUND);
        assert_true(simsession_wait(&deadline));
    }
    do {
        struct ec2_snapshots snapshots;
        simsession_ok(ec2_describe_snapshots(sims.call, &filter, &snapshots, &sims.err));
        if (snapshots.count == 1) {
            completed = snapshots.items[0].state == EC2_SNAPSHOT_COMPLETED;
            assert_string_equal(snapshots.items[0].id, id);
            assert_string_equal(ec2_snapshot_tag(&snapshots.items[0], "Name"), "disk one");
        }
        ec2_snapshots_free(&snapshots);
    } while (!completed && simsession_wait(&deadline));
    assert_true(completed);
}

static char *register_disk(const char *snapshot_id)
{
    const struct ec2_device device = {.name = (char *)"/dev/xvda",
                                      .snapshot_id = (char *)snapshot_id,
                                      .volume_gib = 2,
                                      .volume_type = (char *)"gp3",
                                      .delete_on_termination = true};
    const struct tag tag = {(char *)"Name", (char *)"nixos one"};
    const struct ec2_register r = {.name = "nixos/25.11-x86_64-linux",
                                   .description = "a \"test\" & more",
                                   .architecture = "x86_64",
                                   .boot_mode = "uefi",
                                   .tpm = "v2.0",
                                   .imds = "v2.0",
                                   .root_device = "/dev/xvda",
                                   .ena = true,
                                   .sriov = true,
                                   .devices = &device,
                                   .device_count = 1,
                                   .tags = &tag,
                                   .tag_count = 1};
    char *id = NULL, *again = NULL;

    simsession_ok(ec2_register_image(sims.call, &r, &id, &sims.err));
    assert_false(ec2_register_image(sims.call, &r, &again, &sims.err));
    assert_int_equal(sims.err.kind, ERR_EXISTS);
    assert_null(again);
    return id;
}

/* The image with this id once it is available. */
static struct ec2_images wait_for_image(struct call *c, const char *name)
{
    const struct ec2_image_filter filter = {.names = &name, .name_count = 1};
    struct ec2_images images;
    clock_ms deadline = 0;

    for (;;) {
        simsession_ok(ec2_describe_images(c, &filter, &images, &sims.err));
        if (images.count == 1 && images.items[0].state == EC2_IMAGE_AVAILABLE)
            return images;
        ec2_images_free(&images);
        assert_true(simsession_wait(&deadline));
    }
}

static void check_image(const struct ec2_image *image, const char *id, const char *snapshot_id)
{
    assert_string_equal(image->id, id);
    assert_string_equal(image->name, "nixos/25.11-x86_64-linux");
    assert_string_equal(image->description, "a \"test\" & more");
    assert_string_equal(image->architecture, "x86_64");
    assert_string_equal(image->boot_mode, "uefi");
    assert_string_equal(image->virtualization, "hvm");
    assert_string_equal(image->tpm, "v2.0");
    assert_string_equal(image->imds, "v2.0");
    assert_string_equal(image->sriov, "simple");
    assert_string_equal(image->root_device, "/dev/xvda");
    assert_string_equal(image->owner, "123456789012");
    assert_string_equal(image->state_text, "available");
    assert_true(image->ena);
    assert_false(image->is_public);
    assert_string_equal(ec2_image_tag(image, "Name"), "nixos one");
    assert_null(ec2_image_tag(image, "name"));
    assert_int_equal(image->device_count, 1);
    assert_string_equal(image->devices[0].name, "/dev/xvda");
    assert_string_equal(image->devices[0].volume_type, "gp3");
    assert_int_equal(image->devices[0].volume_gib, 2);
    assert_true(image->devices[0].delete_on_termination);
    if (snapshot_id != NULL)
        assert_string_equal(image->devices[0].snapshot_id, snapshot_id);
}

static void copy_to(struct call *there, const char *source_id)
{
    const struct tag tag = {(char *)"Name", (char *)"nixos one"};
    const struct ec2_copy copy = {.name = "nixos/25.11-x86_64-linux",
                                  .description = "a \"test\" & more",
                                  .source_id = source_id,
                                  .source_region = "us-east-1",
                                  .token = "token-2",
                                  .image_tags = &tag,
                                  .image_tag_count = 1,
                                  .snapshot_tags = &tag,
                                  .snapshot_tag_count = 1};
    struct ec2_copy other = copy;
    char *id = NULL, *again = NULL;

    simsession_ok(ec2_copy_image(there, &copy, &id, &sims.err));
    simsession_ok(ec2_copy_image(there, &copy, &again, &sims.err));
    assert_string_equal(id, again);
    free(again);
    other.description = "another";
    assert_false(ec2_copy_image(there, &other, &again, &sims.err));
    assert_int_equal(sims.err.kind, ERR_MISMATCH);
    assert_null(again);

    struct ec2_images images = wait_for_image(there, copy.name);
    check_image(&images.items[0], id, NULL);
    ec2_images_free(&images);
    free(id);
}

static void share_and_look(const char *image_id, const char *snapshot_id)
{
    const struct ec2_principal who[] = {{.kind = EC2_ALL},
                                        {.kind = EC2_ACCOUNT, .id = (char *)"210987654321"}};
    struct ec2_principals found;

    simsession_ok(ec2_modify_launch_permission(sims.call, image_id, true, who, 2, &sims.err));
    simsession_ok(ec2_launch_permissions(sims.call, image_id, &found, &sims.err));
    assert_int_equal(found.count, 2);
    ec2_principals_free(&found);
    struct ec2_images images = wait_for_image(sims.call, "nixos/25.11-*");
    assert_true(images.items[0].is_public);
    ec2_images_free(&images);
    simsession_ok(ec2_modify_launch_permission(sims.call, image_id, false, who, 1, &sims.err));
    simsession_ok(ec2_launch_permissions(sims.call, image_id, &found, &sims.err));
    assert_int_equal(found.count, 1);
    assert_int_equal(found.items[0].kind, EC2_ACCOUNT);
    assert_string_equal(found.items[0].id, "210987654321");
    ec2_principals_free(&found);

    simsession_ok(ec2_modify_snapshot_permission(sims.call, snapshot_id, true, who, 1, &sims.err));
    simsession_ok(ec2_snapshot_permissions(sims.call, snapshot_id, &found, &sims.err));
    assert_int_equal(found.count, 1);
    assert_int_equal(found.items[0].kind, EC2_ALL);
    assert_null(found.items[0].id);
    ec2_principals_free(&found);
}

static void a_release_by_hand(void **state)
{
    (void)state;
    struct call *there = call_new(sims.session, "eu-west-1", NULL);
    char date[24];

    simsession_bucket("us-east-1");
    simsession_upload();
    char *snapshot_id = import_disk();
    wait_for_snapshot(snapshot_id);
    char *id = register_disk(snapshot_id);
    struct ec2_images images = wait_for_image(sims.call, "nixos/25.11-x86_64-linux");
    check_image(&images.items[0], id, snapshot_id);
    ec2_images_free(&images);
    copy_to(there, id);
    share_and_look(id, snapshot_id);

    clock_format_iso(clock_calendar() + 90 * 24 * 3600, date);
    simsession_ok(ec2_deprecate_image(sims.call, id, date, &sims.err));
    simsession_ok(ec2_protect_image(sims.call, id, &sims.err));
    images = wait_for_image(sims.call, "nixos/25.11-x86_64-linux");
    assert_non_null(images.items[0].deprecation_time);
    assert_true(images.items[0].protected_from_deregistration);
    ec2_images_free(&images);
    assert_false(ec2_deregister_image(sims.call, id, &sims.err));
    assert_int_equal(sims.err.kind, ERR_BLOCKED);
    assert_false(ec2_delete_snapshot(sims.call, snapshot_id, &sims.err));
    assert_int_equal(sims.err.kind, ERR_BLOCKED);
    free(id);
    free(snapshot_id);
    call_free(there);
}

static void an_import_is_cancelled(void **state)
{
    (void)state;
    const struct ec2_import_snapshot import = {
        .format = "RAW", .bucket = SIM_OBJECT.bucket, .key = SIM_OBJECT.key, .token = "token-3"};
    char *task_id = NULL;
    clock_ms deadline = 0;
    bool ended = false;

    simsession_bucket("us-east-1");
    simsession_upload();
    simsession_ok(ec2_import_snapshot(sims.call, &import, &task_id, &sims.err));
    while (!ec2_cancel_import(sims.call, task_id, "a test", &sims.err)) {
        assert_int_equal(sims.err.kind, ERR_NOT_FOUND);
        assert_true(simsession_wait(&deadline));
    }
    do {
        struct ec2_imports imports;
        simsession_ok(ec2_describe_imports(sims.call, &imports, &sims.err));
        ended = imports.count == 1 && imports.items[0].state == EC2_IMPORT_ENDED;
        ec2_imports_free(&imports);
    } while (!ended && simsession_wait(&deadline));
    assert_true(ended);
    free(task_id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_release_by_hand, simsession_setup, simsession_teardown),
        cmocka_unit_test_setup_teardown(an_import_is_cancelled, simsession_setup,
                                        simsession_teardown),
    };
    return simsession_run("ec2_sim", tests, ARRAY_LEN(tests));
}

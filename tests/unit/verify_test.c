/* Verification: for each line an AMI in which it is the one that fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/verify.h"

/* The structs own their texts; here they only borrow them. */
static char *lit(const char *text)
{
    return (char *)(uintptr_t)text;
}

/* A plan of one image in two regions, and what EC2 would say of its home AMI. */
struct scene {
    struct plan_disk disk;
    struct plan_image image;
    struct plan_region regions[2];
    struct plan plan;
    struct ec2_device devices[2];
    struct ec2_image ami;
    struct ec2_snapshot snapshot;
    struct ec2_snapshots snapshots;
    const char *imported[1];
    struct verify v;
};

static void describe_plan(struct scene *s)
{
    s->disk = (struct plan_disk){.role = lit("root"),
                                 .path = lit("/disk.raw"),
                                 .device = lit("/dev/xvda"),
                                 .key = lit("k"),
                                 .logical_bytes = 1 << 30,
                                 .volume_gib = 2};
    s->image = (struct plan_image){.name = lit("acme/1.2.3-x86_64-linux"),
                                   .label = lit("1.2.3"),
                                   .system = lit("x86_64-linux"),
                                   .arch = ARCH_X86_64,
                                   .boot_mode = lit("uefi"),
                                   .description = lit("NixOS 1.2.3"),
                                   .imds = lit("v2.0"),
                                   .ena = true,
                                   .sriov = true,
                                   .volume_type = lit("gp3"),
                                   .disks = &s->disk,
                                   .disk_count = 1};
    s->regions[0] = (struct plan_region){.name = "us-east-1", .enabled = true};
    s->regions[1] = (struct plan_region){.name = "eu-west-1", .enabled = true};
    s->plan = (struct plan){.release = lit("acme/1.2.3"),
                            .id = "0123456789abcdef0123456789abcdef",
                            .account = "123456789012",
                            .images = &s->image,
                            .image_count = 1,
                            .regions = s->regions,
                            .region_count = 2,
                            .is_public = true,
                            .protect = true,
                            .deprecate_at = lit("2027-01-01T00:00:00Z")};
}

static void describe_ami(struct scene *s)
{
    s->devices[0] = (struct ec2_device){.name = lit("/dev/xvda"),
                                        .snapshot_id = lit("snap-1"),
                                        .volume_gib = 2,
                                        .volume_type = lit("gp3")};
    s->ami = (struct ec2_image){.id = lit("ami-1"),
                                .name = s->image.name,
                                .description = s->image.description,
                                .state = EC2_IMAGE_AVAILABLE,
                                .state_text = lit("available"),
                                .owner = lit("123456789012"),
                                .architecture = lit("x86_64"),
                                .boot_mode = lit("uefi"),
                                .virtualization = lit("hvm"),
                                .imds = lit("v2.0"),
                                .sriov = lit("simple"),
                                .ena = true,
                                .protected_from_deregistration = true,
                                .root_device = lit("/dev/xvda"),
                                .deprecation_time = lit("2027-01-01T00:00:00.000Z"),
                                .devices = s->devices,
                                .device_count = 1};
    plan_tags(&s->plan, &s->image, NULL, "sha256-512k:00", 1, &s->ami.tags, &s->ami.tag_count);
    s->snapshot = (struct ec2_snapshot){
        .id = lit("snap-1"),
        .state = EC2_SNAPSHOT_COMPLETED,
        .state_text = lit("completed"),
        .volume_gib = 2,
    };
    plan_tags(&s->plan, &s->image, "root", "sha256-512k:00", 1, &s->snapshot.tags,
              &s->snapshot.tag_count);
    s->snapshots = (struct ec2_snapshots){&s->snapshot, 1};
    s->imported[0] = "snap-1";
    s->v = (struct verify){.plan = &s->plan,
                           .attempt = 1,
                           .digest = "sha256-512k:00",
                           .snapshot_ids = s->imported,
                           .settled = true,
                           .ami = &s->ami,
                           .snapshots = &s->snapshots};
}

static int set_up(void **state)
{
    struct scene *s = xcalloc(1, sizeof(*s));
    describe_plan(s);
    describe_ami(s);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *s = *state;
    plan_tags_free(s->ami.tags, s->ami.tag_count);
    plan_tags_free(s->snapshot.tags, s->snapshot.tag_count);
    free(s);
    return 0;
}

static void what_was_asked_holds(void **state)
{
    struct scene *s = *state;
    struct err err = ERR_INIT;
    assert_true(verify_ami(&s->v, &err));
}

/* A tag of the snapshot loses its last character. */
static void spoil_tag(struct scene *s, const char *key)
{
    for (size_t i = 0; i < s->snapshot.tag_count; i++)
        if (strcmp(s->snapshot.tags[i].key, key) == 0)
            s->snapshot.tags[i].value[strlen(s->snapshot.tags[i].value) - 1] = '\0';
}

/* One spoiled field, and the line that must name it. */
#define SPOILS(test, line, change)                                                                 \
    static void test(void **state)                                                                 \
    {                                                                                              \
        struct scene *s = *state;                                                                  \
        struct err err = ERR_INIT;                                                                 \
        change;                                                                                    \
        assert_false(verify_ami(&s->v, &err));                                                     \
        assert_int_equal(err.kind, ERR_VERIFY);                                                    \
        assert_string_equal(err.operation, "verify " line);                                        \
    }

SPOILS(a_pending_ami, "state", s->ami.state = EC2_IMAGE_PENDING)
SPOILS(a_strangers_ami, "owner", s->ami.owner = lit("999999999999"))
SPOILS(another_name, "name", s->ami.name = lit("acme/1.2.4"))
SPOILS(no_name, "name", s->ami.name = NULL)
SPOILS(another_description, "description", s->ami.description = lit("NixOS 1.2.4"))
SPOILS(no_description, "description", s->ami.description = NULL)
SPOILS(another_architecture, "architecture", s->ami.architecture = lit("arm64"))
SPOILS(another_boot_mode, "boot mode", s->ami.boot_mode = lit("legacy-bios"))
SPOILS(paravirtual, "virtualization type", s->ami.virtualization = lit("paravirtual"))
SPOILS(no_ena, "ENA", s->ami.ena = false)
SPOILS(no_sriov, "SR-IOV", s->ami.sriov = NULL)
SPOILS(a_tpm_nobody_asked_for, "TPM", s->ami.tpm = lit("v2.0"))
SPOILS(imds_v1, "IMDS", s->ami.imds = NULL)
SPOILS(another_root, "root device", s->ami.root_device = lit("/dev/sda1"))
SPOILS(a_missing_device, "devices, sizes, types", s->ami.device_count = 0)
SPOILS(a_device_too_many, "devices, sizes, types",
       (s->devices[1] = s->devices[0], s->devices[1].name = lit("/dev/xvdc"),
        s->ami.device_count = 2))
SPOILS(another_size, "devices, sizes, types", s->devices[0].volume_gib = 3)
SPOILS(another_volume_type, "devices, sizes, types", s->devices[0].volume_type = lit("gp2"))
SPOILS(another_snapshot, "devices, sizes, types", s->devices[0].snapshot_id = lit("snap-2"))
SPOILS(no_snapshot, "devices, sizes, types", s->devices[0].snapshot_id = NULL)
SPOILS(encrypted, "encryption", s->devices[0].encrypted = true)
SPOILS(a_copy_of_something_else, "source AMI",
       (s->v.source_id = "ami-home", s->ami.source_id = lit("ami-other")))
SPOILS(another_tag_value, "tags of the AMI", s->v.attempt = 2)
SPOILS(another_digest, "tags of the AMI", s->v.digest = "sha256-512k:11")
SPOILS(a_pending_snapshot, "snapshots", s->snapshot.state = EC2_SNAPSHOT_PENDING)
SPOILS(a_snapshot_without_tags, "snapshots", s->snapshots.count = 0)
SPOILS(a_snapshot_of_another_image, "snapshots", spoil_tag(s, "tatami:image"))
SPOILS(a_snapshot_of_another_release, "snapshots", spoil_tag(s, "tatami:id"))
SPOILS(no_protection, "deprecation, protection", s->ami.protected_from_deregistration = false)
SPOILS(no_deprecation, "deprecation, protection", s->ami.deprecation_time = NULL)
SPOILS(another_deprecation, "deprecation, protection",
       s->ami.deprecation_time = lit("2027-01-02T00:00:00.000Z"))

/* Every tag that the plan gives is looked for. */
static void each_missing_tag_is_named(void **state)
{
    struct scene *s = *state;
    size_t count = s->ami.tag_count;
    for (size_t i = 0; i < count; i++) {
        struct err err = ERR_INIT;
        struct tag last = s->ami.tags[count - 1], gone = s->ami.tags[i];
        s->ami.tags[i] = last;
        s->ami.tag_count = count - 1;
        assert_false(verify_ami(&s->v, &err));
        assert_non_null(strstr(err.message, gone.key));
        s->ami.tags[i] = gone;
        s->ami.tag_count = count;
    }
}

static void settled_lines_wait_until_it_is_settled(void **state)
{
    struct scene *s = *state;
    struct err err = ERR_INIT;
    s->ami.protected_from_deregistration = false;
    s->ami.deprecation_time = NULL;
    s->v.settled = false;
    assert_true(verify_ami(&s->v, &err));
}

static void a_description_that_nobody_asked_for_holds(void **state)
{
    struct scene *s = *state;
    struct err err = ERR_INIT;
    s->image.description = NULL;
    s->ami.description = lit("[Copied ami-1 from us-east-1]");
    assert_true(verify_ami(&s->v, &err));
}

/* EC2 rounds the deprecation time to the minute. */
static void a_rounded_deprecation_holds(void **state)
{
    struct scene *s = *state;
    struct err err = ERR_INIT;
    s->ami.deprecation_time = lit("2027-01-01T00:01:00.000Z");
    assert_true(verify_ami(&s->v, &err));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_asked_holds),
        TEST(a_pending_ami),
        TEST(a_strangers_ami),
        TEST(another_name),
        TEST(no_name),
        TEST(another_description),
        TEST(no_description),
        TEST(another_architecture),
        TEST(another_boot_mode),
        TEST(paravirtual),
        TEST(no_ena),
        TEST(no_sriov),
        TEST(a_tpm_nobody_asked_for),
        TEST(imds_v1),
        TEST(another_root),
        TEST(a_missing_device),
        TEST(a_device_too_many),
        TEST(another_size),
        TEST(another_volume_type),
        TEST(another_snapshot),
        TEST(no_snapshot),
        TEST(encrypted),
        TEST(a_copy_of_something_else),
        TEST(another_tag_value),
        TEST(another_digest),
        TEST(a_pending_snapshot),
        TEST(a_snapshot_without_tags),
        TEST(a_snapshot_of_another_image),
        TEST(a_snapshot_of_another_release),
        TEST(no_protection),
        TEST(no_deprecation),
        TEST(another_deprecation),
        TEST(each_missing_tag_is_named),
        TEST(settled_lines_wait_until_it_is_settled),
        TEST(a_description_that_nobody_asked_for_holds),
        TEST(a_rounded_deprecation_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

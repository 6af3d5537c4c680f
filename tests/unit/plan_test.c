/* From paths and options to a plan. */
#include "tests/unit/plan_lines.h"

static void refuse(const char *line, enum err_kind kind, const char *part)
{
    struct err err;
    struct plan *plan = make(line, &err);
    if (plan != NULL)
        fail_msg("%s was taken", line);
    if (strstr(err.message, part) == NULL && strstr(err.advice, part) == NULL)
        fail_msg("%s: \"%s\" \"%s\" without \"%s\"", line, err.message, err.advice, part);
    assert_int_equal(err.kind, kind);
}

static void bare_image(void **state)
{
    (void)state;
    files();
    struct plan *p = make_well("disk.raw --arch x86_64 --bucket b-1 --prefix acme/ --run-id 7");
    assert_int_equal(p->image_count, 1);
    const struct plan_image *i = &p->images[0];
    assert_string_equal(i->label, "disk");
    assert_string_equal(i->name, "acme/disk-x86_64-linux.7");
    assert_string_equal(p->release, i->name);
    assert_string_equal(i->system, "x86_64-linux");
    assert_string_equal(i->boot_mode, "legacy-bios");
    assert_string_equal(i->imds, "v2.0");
    assert_null(i->tpm);
    assert_true(i->ena && i->sriov);
    assert_string_equal(i->volume_type, "gp3");
    assert_int_equal(i->disk_count, 1);
    assert_string_equal(i->disks[0].role, "root");
    assert_string_equal(i->disks[0].device, "/dev/xvda");
    assert_int_equal(i->disks[0].volume_gib, 3);
    assert_int_equal(i->disks[0].path[0], '/');
    assert_string_equal(i->disks[0].key,
                        "tatami/acme!2Fdisk-x86_64-linux.7/acme!2Fdisk-x86_64-linux.7/root");
    assert_int_equal(strlen(p->id), 32);
    assert_string_equal(p->import_role, "vmimport");
    assert_int_equal(p->publish_when, PUBLISH_ALL);
    plan_free(p);
    p = make_well("debian-13.1 --arch arm64 --bucket bbb --imds off");
    assert_string_equal(p->images[0].name, "debian-13.1-aarch64-linux");
    assert_string_equal(p->images[0].boot_mode, "uefi");
    assert_null(p->images[0].imds);
    plan_free(p);
}

static void several_images(void **state)
{
    (void)state;
    files();
    struct plan *p = make_well("disk.raw,arch=x86_64,label=1,,2 other.raw,label=1,,2 --arch arm64 "
                               "--name {prefix}x-{system} --bucket bbb --release r/1");
    assert_string_equal(p->release, "r/1");
    assert_string_equal(p->images[0].name, "x-x86_64-linux");
    assert_string_equal(p->images[0].label, "1,2");
    assert_int_equal(p->images[1].arch, ARCH_ARM64);
    assert_int_equal(p->images[1].disks[0].volume_gib, 2);
    plan_free(p);
    p = make_well("disk.raw,arch=x86_64 other.raw,arch=arm64 --label 5 --bucket bbb --prefix p-");
    assert_string_equal(p->release, "p-5");
    plan_free(p);
    refuse("disk.raw other.raw,arch=arm64 --arch x86_64 --bucket bbb", ERR_USAGE, "--release");
    refuse("disk.raw other.raw --arch x86_64 --label l --bucket bbb", ERR_USAGE,
           "two images would be called l-x86_64-linux");
}

static void odd_paths(void **state)
{
    (void)state;
    run("for f in a+b.raw a,b.raw a,,c.raw p.raw q,r.raw; do truncate -s 1M $f; done");
    struct plan *p = make_well("a+b.raw,label=l a,b.raw,label=m a,b.raw,label=n,arch=arm64 "
                               "a,,c.raw,label=o p.raw+q,r.raw,label=s p.raw+q,,r.raw,label=t "
                               "--arch x86_64 --bucket bbb --release r");
    static const char *const last[] = {"/a+b.raw",  "/a,b.raw", "/a,b.raw",
                                       "/a,,c.raw", "/q,r.raw", "/q,r.raw"};
    assert_int_equal(p->image_count, 6);
    for (size_t i = 0; i < 6; i++) {
        const struct plan_image *image = &p->images[i];
        const char *path = image->disks[image->disk_count - 1].path;
        assert_string_equal(strrchr(path, '/'), last[i]);
    }
    assert_int_equal(p->images[2].arch, ARCH_ARM64);
    assert_string_equal(p->images[4].disks[0].role, "boot");
    plan_free(p);
    refuse("p.raw+absent.raw --arch x86_64 --bucket bbb", ERR_INPUT, "absent.raw");
    refuse("absent.raw --arch x86_64 --bucket bbb", ERR_INPUT, "absent.raw");
    refuse("p.raw,nonsense --arch x86_64 --bucket bbb", ERR_USAGE, "key=value");
    refuse("p.raw,bucket=b --arch x86_64 --bucket bbb", ERR_USAGE, "cannot stand behind");
}

static void two_disks(void **state)
{
    (void)state;
    files();
    struct plan *p = make_well("boot.img+disk.raw --arch x86_64 --bucket bbb");
    const struct plan_image *i = &p->images[0];
    assert_int_equal(i->disk_count, 2);
    assert_string_equal(i->label, "boot");
    assert_string_equal(i->disks[0].role, "boot");
    assert_string_equal(i->disks[1].role, "root");
    assert_string_equal(i->disks[1].device, "/dev/xvdb");
    assert_int_equal(i->disks[0].volume_gib, 2);
    assert_int_equal(i->disks[1].volume_gib, 3);
    assert_string_not_equal(i->disks[0].key, i->disks[1].key);
    plan_free(p);
    p = make_well("disk.raw+boot.img --arch x86_64 --bucket bbb");
    assert_int_equal(p->images[0].disks[1].volume_gib, 3);
    plan_free(p);
    refuse("boot.img+disk.raw --arch x86_64 --bucket bbb --volume-size 2", ERR_USAGE, "smaller");
}

static void write_result(const char *json)
{
    run("mkdir -p result/nix-support");
    write_text("result/nix-support/image-info.json", json);
}

static void nix_results(void **state)
{
    (void)state;
    files();
    write_result("{\"label\":\"25.11.1\",\"boot_mode\":\"uefi\",\"system\":\"aarch64-linux\","
                 "\"logical_bytes\":\"3221225472\",\"file\":\"../disk.raw\",\"format\":\"raw\"}");
    struct plan *p = make_well("result --prefix nixos/ --bucket bbb");
    assert_string_equal(p->images[0].name, "nixos/25.11.1-aarch64-linux");
    assert_string_equal(p->images[0].boot_mode, "uefi");
    assert_string_equal(p->images[0].disks[0].device, "/dev/xvda");
    plan_free(p);
    p = make_well("result/nix-support/image-info.json,label=x,tpm=yes --bucket bbb");
    assert_string_equal(p->images[0].name, "x-aarch64-linux");
    assert_string_equal(p->images[0].tpm, "v2.0");
    plan_free(p);
    write_result("{\"label\":\"25.11\",\"boot_mode\":\"legacy-bios\",\"system\":\"x86_64-linux\","
                 "\"disks\":{\"boot\":{\"file\":\"../boot.img\",\"logical_bytes\":\"1610612736\"},"
                 "\"root\":{\"file\":\"../other.raw\",\"logical_bytes\":\"1073741824\"}}}");
    p = make_well("result --bucket bbb --prefix NixOS-");
    assert_string_equal(p->images[0].name, "NixOS-25.11-ZFS-x86_64-linux");
    assert_int_equal(p->images[0].disks[1].volume_gib, 2);
    plan_free(p);
}

static void results_that_contradict(void **state)
{
    (void)state;
    files();
    write_result("{\"label\":\"l\",\"system\":\"x86_64-linux\",\"file\":\"../disk.raw\","
                 "\"format\":\"vpc\"}");
    refuse("result --bucket bbb", ERR_INPUT, "looks like RAW");
    write_result("{\"label\":\"l\",\"system\":\"x86_64-linux\",\"file\":\"../disk.raw\","
                 "\"format\":\"raw\",\"logical_bytes\":\"3221225985\"}");
    refuse("result --bucket bbb", ERR_INPUT, "shorter");
    write_result("{\"label\":\"l\",\"system\":\"riscv64-linux\",\"file\":\"../disk.raw\"}");
    refuse("result --bucket bbb", ERR_INPUT, "riscv64-linux");
    write_result("{\"label\":\"l\",\"system\":\"x86_64-linux\",\"boot_mode\":\"bios\","
                 "\"file\":\"../disk.raw\"}");
    refuse("result --bucket bbb", ERR_INPUT, "boot-mode is one of");
    struct plan *p = make_well("result --bucket bbb --boot-mode uefi");
    assert_string_equal(p->images[0].boot_mode, "uefi");
    plan_free(p);
}

static void by_the_bytes(void **state)
{
    (void)state;
    run("truncate -s 64M d.raw && printf 'label: gpt\\nstart=2048, size=40M, type=U\\n' "
        "| sfdisk -q d.raw && truncate -s 40M esp && mkfs.vfat -F 32 esp >/dev/null && "
        "mmd -i esp ::EFI ::EFI/BOOT && echo x >x && mcopy -i esp x ::EFI/BOOT/BOOTX64.EFI && "
        "dd if=esp of=d.raw bs=1M seek=1 conv=notrunc status=none");
    struct plan *p = make_well("d.raw --bucket bbb");
    assert_int_equal(p->images[0].arch, ARCH_X86_64);
    assert_string_equal(p->images[0].boot_mode, "uefi");
    plan_free(p);
    patch_file("d.raw", 0, "\xeb", 1);
    p = make_well("d.raw --bucket bbb");
    assert_string_equal(p->images[0].boot_mode, "uefi-preferred");
    plan_free(p);
    refuse("d.raw --bucket bbb --tpm", ERR_USAGE, "TPM");
    refuse("d.raw --bucket bbb --arch arm64 --boot-mode legacy-bios", ERR_USAGE, "arm64");
}

static void ways(void **state)
{
    (void)state;
    files();
    struct plan *p = make_well("disk.raw --arch x86_64");
    assert_int_equal(p->via, VIA_DIRECT);
    assert_null(p->bucket);
    assert_null(p->import_role);
    assert_null(p->images[0].disks[0].key);
    plan_free(p);
    p = make_well("disk.raw --arch x86_64 --bucket bbb");
    assert_int_equal(p->via, VIA_IMPORT);
    assert_string_equal(p->import_role, "vmimport");
    plan_free(p);
    p = make_well("disk.raw,base=snap-0 --arch x86_64 --bucket bbb --via direct");
    assert_int_equal(p->via, VIA_DIRECT);
    assert_null(p->bucket);
    assert_string_equal(p->images[0].base, "snap-0");
    plan_free(p);
}

/* The snapshot holds the disk; a stream's, or one that starts from another, is as large as the
 * volume. */
static void snapshot_sizes(void **state)
{
    (void)state;
    struct plan_disk disk = {.logical_bytes = (3ull << 30) + 1, .volume_gib = 8};
    assert_int_equal(plan_snapshot_gib(&disk), 4);
    disk.parent = (char *)"snap-1";
    assert_int_equal(plan_snapshot_gib(&disk), 8);
    disk = (struct plan_disk){.volume_gib = 8};
    assert_int_equal(plan_snapshot_gib(&disk), 8);
}

static void refusals(void **state)
{
    (void)state;
    files();
    refuse("disk.raw --arch x86_64 --via import", ERR_USAGE, "needs a bucket");
    refuse("disk.raw --arch x86_64 --import-role mine", ERR_USAGE, "of VM Import");
    refuse("disk.raw --arch x86_64 --kms-key alias/mine", ERR_USAGE, "no alias");
    refuse("disk.raw --arch x86_64 --kms-key mrk-1 --base r/0", ERR_USAGE, "--base");
    refuse("disk.raw,base=snap-1 --arch x86_64 --bucket bbb", ERR_USAGE, "--base");
    refuse("disk.raw --arch x86_64 --bucket s3://bbb", ERR_USAGE, "no bucket's name");
    refuse("disk.raw --bucket bbb", ERR_USAGE, "--arch");
    refuse("disk.raw --arch x86_64 --bucket bbb --public --kms-key k", ERR_USAGE, "--kms-key");
    refuse("disk.raw --arch x86_64 --bucket bbb --public --deprecate-after 731", ERR_USAGE, "2 y");
    refuse("disk.raw --arch x86_64 --bucket bbb --label a+b", ERR_USAGE, "does not take");
    refuse("disk.raw --arch x86_64 --bucket bbb --release a:b", ERR_USAGE, "release name");
    refuse("disk.raw --arch x86_64 --bucket bbb --name ab", ERR_USAGE, "2 characters");
    refuse("disk.raw --arch x86_64 --bucket bbb --name {labl}-x", ERR_USAGE, "{labl}");
    refuse("disk.raw --arch x86_64 --bucket bbb --share 12345", ERR_USAGE, "12 digits");
    refuse("disk.raw --arch x86_64 --bucket bbb --tag x", ERR_USAGE, "KEY=VALUE");
    refuse("disk.raw --arch x86_64 --bucket bbb --tag Name=x", ERR_USAGE, "itself");
    refuse("disk.raw --arch x86_64 --bucket bbb --tag AWS:x=y", ERR_USAGE, "aws:");
    refuse("disk.raw --arch x86_64 --bucket bbb --tag a=1 --tag a=2", ERR_USAGE, "twice");
    char line[512];
    snprintf(line, sizeof line, "disk.raw --arch x86_64 --bucket bbb --description %0256d", 0);
    refuse(line, ERR_USAGE, "255");
    snprintf(line, sizeof line, "disk.raw --arch x86_64 --bucket bbb --label %0116d", 0);
    refuse(line, ERR_USAGE, "129 characters");
}

/* Files that are not what a PATH must be. */
static void no_disks(void **state)
{
    (void)state;
    write_text("notes.txt", "not a disk image at all");
    run("mkdir folder && truncate -s 1048575 short.raw && truncate -s 1048577 odd.raw && "
        "truncate -s 1M least.raw && qemu-img create -q -f qcow2 d.qcow2 1M");
    refuse("notes.txt --arch x86_64 --bucket bbb", ERR_INPUT, "notes.txt is no disk image: it has");
    refuse("short.raw --arch x86_64 --bucket bbb", ERR_INPUT, "1048575 bytes");
    refuse("odd.raw --arch x86_64 --bucket bbb", ERR_INPUT, "sectors of 512 bytes");
    refuse("folder --arch x86_64 --bucket bbb", ERR_INPUT, "without nix-support/image-info.json");
    refuse("d.qcow2 --arch x86_64 --bucket bbb", ERR_INPUT, "/d.qcow2.raw'");
    plan_free(make_well("least.raw --arch x86_64 --bucket bbb"));
}

static void uefi_data(void **state)
{
    (void)state;
    files();
    write_text("vars.b64", "QU1aTlVF\nRkk=\n");
    write_file("vars.bin", "AMZNUEFI\0\1", 10);
    struct plan *p = make_well("disk.raw --arch arm64 --bucket bbb --uefi-data vars.b64");
    assert_string_equal(p->images[0].uefi_data, "QU1aTlVFRkk=");
    plan_free(p);
    p = make_well("disk.raw --arch arm64 --bucket bbb --uefi-data vars.bin");
    assert_string_equal(p->images[0].uefi_data, "QU1aTlVFRkkAAQ==");
    plan_free(p);
    refuse("disk.raw --arch x86_64 --bucket bbb --uefi-data vars.bin", ERR_USAGE, "boot mode");
    run("head -c 50000 /dev/urandom >vars.bin");
    refuse("disk.raw --arch arm64 --bucket bbb --uefi-data vars.bin", ERR_INPUT, "64000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bare_image, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(several_images, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(odd_paths, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(two_disks, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(nix_results, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(results_that_contradict, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(by_the_bytes, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(ways, temp_enter, temp_leave),
        cmocka_unit_test(snapshot_sizes),
        cmocka_unit_test_setup_teardown(refusals, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(no_disks, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(uefi_data, temp_enter, temp_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

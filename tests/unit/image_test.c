/* Disk image files: formats as qemu-img writes them, damaged ones, changes, holes. */
#include "core/image.h"

#include <fcntl.h>

#include "tests/unit/temp.h"

static void refuse(const char *path, const char *part)
{
    struct err err = ERR_INIT;
    struct image *image = image_open(path, &err);
    if (image != NULL)
        fail_msg("%s was taken", path);
    assert_int_equal(err.kind, ERR_INPUT);
    if (strstr(err.message, part) == NULL && strstr(err.advice, part) == NULL)
        fail_msg("%s: \"%s\" \"%s\" without \"%s\"", path, err.message, err.advice, part);
}

/* It is an image, and none for VM Import. */
static void refuse_import(const char *path, const char *part)
{
    struct err err = ERR_INIT;
    struct image *image = image_open(path, &err);
    if (image == NULL)
        fail_msg("%s: %s", path, err.message);
    if (image_importable(image, &err))
        fail_msg("%s was taken", path);
    assert_int_equal(err.kind, ERR_INPUT);
    if (strstr(err.message, part) == NULL && strstr(err.advice, part) == NULL)
        fail_msg("%s: \"%s\" \"%s\" without \"%s\"", path, err.message, err.advice, part);
    image_close(image);
}

static struct image *open_well(const char *path)
{
    struct err err = ERR_INIT;
    struct image *image = image_open(path, &err);
    if (image == NULL)
        fail_msg("%s: %s", path, err.message);
    return image;
}

/* A 64 MiB disk with some data in it. */
static void make_raw(void)
{
    run("truncate -s 64M disk.raw && head -c 3M /dev/urandom "
        "| dd of=disk.raw bs=1M seek=5 conv=notrunc status=none");
}

static void formats(void **state)
{
    (void)state;
    static const struct {
        const char *options;
        enum image_format format;
        bool plain;
    } cases[] = {
        {"-O raw", IMAGE_RAW, true},
        {"-O vpc -o subformat=fixed,force_size=on", IMAGE_VHD, true},
        {"-O vpc -o subformat=dynamic,force_size=on", IMAGE_VHD, false},
        {"-O vhdx", IMAGE_VHDX, false},
        {"-O vmdk -o subformat=streamOptimized", IMAGE_VMDK, false},
        {"-O vmdk -o subformat=monolithicSparse", IMAGE_VMDK, false},
        {"-O qcow2", IMAGE_QCOW2, false},
        {"-O qcow", IMAGE_QCOW, false},
        {"-O qed", IMAGE_QED, false},
        {"-O vdi", IMAGE_VDI, false},
        {"-O parallels", IMAGE_PARALLELS, false},
    };
    make_raw();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        run("qemu-img convert -f raw %s disk.raw disk.out", cases[i].options);
        struct image *image = open_well("disk.out");
        assert_int_equal(image->format, cases[i].format);
        assert_int_equal(image->logical_bytes, 64 << 20);
        assert_int_equal(image->plain_bytes, cases[i].plain ? 64 << 20 : 0);
        image_close(image);
    }
}

static void what_must_be_converted(void **state)
{
    (void)state;
    make_raw();
    run("qemu-img convert -f raw -O qcow2 disk.raw disk.qcow2");
    char *folder = get_current_dir_name();
    char *line =
        xasprintf("qemu-img convert -O raw '%s/disk.qcow2' '%s/disk.qcow2.raw'", folder, folder);
    refuse_import("disk.qcow2", line);
    free(line);
    run("cp disk.qcow2 \"it's \\$(x).qcow2\"");
    line = xasprintf("'%s/it'\\''s $(x).qcow2.raw'", folder);
    refuse_import("it's $(x).qcow2", line);
    free(line);
    free(folder);
    char *deep = xasprintf("%0150d", 0);
    run("cp disk.qcow2 %s", deep);
    refuse_import(deep, "qemu-img convert -O raw makes");
    free(deep);
    run("qemu-img convert -f raw -O vmdk -o subformat=monolithicSparse disk.raw sparse.vmdk");
    refuse_import("sparse.vmdk", "not stream-optimized");
    run("qemu-img convert -f raw -O vmdk -o subformat=monolithicFlat disk.raw flat.vmdk");
    refuse_import("flat.vmdk", "in another file");
    run("qemu-img convert -f raw -O vdi disk.raw disk.vdi");
    refuse_import("disk.vdi", "VDI");
    run("qemu-img convert -f raw -O qed disk.raw disk.qed");
    refuse_import("disk.qed", "QED");
    run("gzip -k disk.raw && xz -1 -k disk.raw && zstd -q disk.raw && tar -cf disk.tar disk.raw");
    refuse("disk.raw.gz", "compressed");
    refuse_import("disk.raw.xz", "xz -dk '");
    refuse_import("disk.raw.zst", "zstd -d '");
    refuse("disk.tar", "archive");
}

static void no_images(void **state)
{
    (void)state;
    write_text("empty", "");
    run("mkfifo pipe && mkdir folder");
    refuse("empty", "empty");
    refuse("pipe", "no regular file");
    refuse("folder", "no regular file");
    refuse("absent", "No such file");
}

static void small_raw(void **state)
{
    (void)state;
    write_text("one", "x");
    struct image *image = open_well("one");
    assert_int_equal(image->format, IMAGE_RAW);
    assert_int_equal(image->file_bytes, 1);
    assert_int_equal(image->logical_bytes, 512);
    image_close(image);
}

static void damaged_vhd(void **state)
{
    (void)state;
    make_raw();
    run("qemu-img convert -f raw -O vpc -o subformat=dynamic,force_size=on disk.raw good.vhd");
    run("head -c -512 good.vhd >cut.vhd");
    refuse("cut.vhd", "footer");
    run("cp good.vhd bad.vhd");
    patch_file("bad.vhd", 20, "\x01", 1);
    refuse("bad.vhd", "footers differ");
    run("cp good.vhd bad.vhd");
    patch_file("bad.vhd", 512 + 28, "\xff\xff\xff\xff", 4);
    refuse("bad.vhd", "dynamic disk header");
    run("(head -c 512 good.vhd; tail -c 512 good.vhd) >bad.vhd");
    refuse("bad.vhd", "dynamic disk header");
    run("qemu-img convert -f raw -O vpc -o subformat=fixed,force_size=on disk.raw fixed.vhd");
    run("tail -c 1M fixed.vhd >bad.vhd");
    refuse("bad.vhd", "shorter than its VHD footer says");
    run("cp fixed.vhd bad.vhd");
    patch_file("bad.vhd", (64 << 20) + 48, "\x7f", 1);
    refuse("bad.vhd", "footer");
}

static void damaged_vmdk_and_vhdx(void **state)
{
    (void)state;
    make_raw();
    run("qemu-img convert -f raw -O vmdk -o subformat=streamOptimized disk.raw good.vmdk");
    run("head -c 512 good.vmdk >bad.vmdk");
    refuse("bad.vmdk", "damaged");
    run("cp good.vmdk bad.vmdk");
    patch_file("bad.vmdk", 12, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
    refuse("bad.vmdk", "no sizes that fit");
    run("head -c -64K good.vmdk >bad.vmdk");
    refuse("bad.vmdk", "cut short");
    run("cp good.vmdk bad.vmdk && truncate -s 1M bad.vmdk");
    refuse("bad.vmdk", "cut short");
    run("qemu-img convert -f raw -O vhdx disk.raw good.vhdx && head -c 100K good.vhdx >bad.vhdx");
    refuse("bad.vhdx", "region table");
    run("cp good.vhdx bad.vhdx");
    /* The metadata region's place: the second row of the region table, at its byte 16. */
    patch_file("bad.vhdx", (192 << 10) + 16 + 16, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
    patch_file("bad.vhdx", (192 << 10) + 48 + 16, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
    refuse("bad.vhdx", "metadata");
}

/* An image that is cut anywhere in its first sectors is refused, never read beyond. */
static void every_cut(void **state)
{
    (void)state;
    static const char *const names[] = {"d.vhd", "d.vmdk", "d.vhdx"};
    make_raw();
    run("qemu-img convert -f raw -O vpc -o force_size=on disk.raw d.vhd");
    run("qemu-img convert -f raw -O vmdk -o subformat=streamOptimized disk.raw d.vmdk");
    run("qemu-img convert -f raw -O vhdx disk.raw d.vhdx");
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        for (long length = 8; length < 8192; length += 37) {
            struct err err = ERR_INIT;
            run("head -c %ld %s >cut", length, names[i]);
            struct image *image = image_open("cut", &err);
            if (image != NULL)
                fail_msg("%s cut at %ld was taken", names[i], length);
            assert_int_equal(err.kind, ERR_INPUT);
        }
    }
}

static void changes_are_noticed(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    make_raw();
    struct image *image = open_well("disk.raw");
    assert_true(image_unchanged(image, &err));
    run("cp disk.raw other && mv other disk.raw");
    assert_false(image_unchanged(image, &err));
    assert_int_equal(err.kind, ERR_MISMATCH);
    image_close(image);
    image = open_well("disk.raw");
    run("touch -d '2001-01-01' disk.raw");
    assert_false(image_unchanged(image, &err));
    image_close(image);
    image = open_well("disk.raw");
    run("truncate -s 65M disk.raw");
    assert_false(image_unchanged(image, &err));
    run("rm disk.raw");
    assert_false(image_unchanged(image, &err));
    assert_int_equal(err.kind, ERR_MISMATCH);
    image_close(image);
}

static void holes(void **state)
{
    (void)state;
    uint64_t start, end, at = 0, data = 0;
    make_raw();
    struct image *image = open_well("disk.raw");
    while (image_next_data(image, at, &start, &end)) {
        assert_true(start >= at && end > start && end <= image->file_bytes);
        data += end - start;
        at = end;
    }
    /* A file system without holes says that all is data. */
    assert_true(data == image->file_bytes || (data >= 3 << 20 && data < 5 << 20));
    assert_false(image_next_data(image, image->file_bytes, &start, &end));
    image_close(image);
}

static void names(void **state)
{
    (void)state;
    assert_string_equal(image_arch_name(ARCH_ARM64), "arm64");
    assert_string_equal(image_arch_name(ARCH_UNKNOWN), "");
    assert_int_equal(image_arch_from_name("aarch64-linux"), ARCH_ARM64);
    assert_int_equal(image_arch_from_name("x86_64"), ARCH_X86_64);
    assert_int_equal(image_arch_from_name("riscv64-linux"), ARCH_UNKNOWN);
    assert_int_equal(image_arch_from_name(NULL), ARCH_UNKNOWN);
    for (enum image_format f = 0; f < IMAGE_FORMATS; f++)
        assert_int_equal(image_format_from_name(image_format_name(f)), f);
    assert_int_equal(image_format_from_name("ISO"), IMAGE_FORMATS);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_enter, temp_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(formats),     IN_FOLDER(what_must_be_converted),
        IN_FOLDER(no_images),   IN_FOLDER(small_raw),
        IN_FOLDER(damaged_vhd), IN_FOLDER(damaged_vmdk_and_vhdx),
        IN_FOLDER(every_cut),   IN_FOLDER(changes_are_noticed),
        IN_FOLDER(holes),       cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

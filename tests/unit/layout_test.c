/* Partition tables and boot loaders, as sfdisk, mkfs.vfat and mtools make them; and hostile ones.
 */
#include "core/source_open.h"

#include "tests/unit/temp.h"

static struct image_layout look(const char *path)
{
    struct err err = ERR_INIT;
    struct image_layout layout = {0};
    struct image *image = image_open(path, &err);
    struct source *source = image == NULL ? NULL : source_look(image, &err);
    if (source == NULL || !image_layout(source, &layout, &err))
        fail_msg("%s: %s", path, err.message);
    source_close(source);
    image_close(image);
    return layout;
}

/* A disk of `mib` MiB with the partitions of an sfdisk script. */
static void make_disk(int mib, const char *script)
{
    run("rm -f disk.raw && truncate -s %dM disk.raw", mib);
    run("printf '%s' | sfdisk -q disk.raw", script);
}

/* Puts a FAT file system with loaders at 1 MiB. */
static void make_esp(int bits, int mib, const char *loader)
{
    run("rm -f esp && truncate -s %dM esp && mkfs.vfat -F %d -s 1 esp >/dev/null", mib, bits);
    run("mmd -i esp ::EFI ::EFI/BOOT ::EFI/other");
    /* Deleted entries and long names stand in the way. */
    run("echo x >long-name-of-a-file.txt && mcopy -i esp long-name-of-a-file.txt ::EFI/BOOT/");
    run("mcopy -i esp long-name-of-a-file.txt ::EFI/BOOT/y.txt && mdel -i esp ::EFI/BOOT/y.txt");
    if (loader != NULL)
        run("echo x >loader && mcopy -i esp loader ::EFI/BOOT/%s", loader);
    run("dd if=esp of=disk.raw bs=1M seek=1 conv=notrunc,sparse status=none");
}

static const char gpt_esp[] = "label: gpt\\nstart=2048, size=40M, type=U\\n";
static const char gpt_hybrid[] = "label: gpt\\nstart=2048, size=40M, type=U\\nsize=1M, "
                                 "type=21686148-6449-6E6F-744E-656564454649\\n";

static void nothing_there(void **state)
{
    (void)state;
    run("truncate -s 8M empty.raw");
    struct image_layout l = look("empty.raw");
    assert_true(l.looked_into);
    assert_false(l.has_table || l.has_esp || l.has_bios_boot);
    run("truncate -s 8M fs.raw && mke2fs -q -F fs.raw");
    l = look("fs.raw");
    assert_false(l.has_table || l.has_bios_boot);
    run("truncate -s 8M fat.raw && mkfs.vfat fat.raw >/dev/null");
    l = look("fat.raw");
    assert_false(l.has_table || l.has_bios_boot);
}

static void loaders(void **state)
{
    (void)state;
    static const struct {
        int bits, mib;
        const char *loader;
        enum image_arch arch;
    } cases[] = {
        {12, 1, "BOOTX64.EFI", ARCH_X86_64},    {16, 16, "BOOTAA64.EFI", ARCH_ARM64},
        {32, 40, "BOOTAA64.EFI", ARCH_ARM64},   {32, 40, "BOOTX64.EFI", ARCH_X86_64},
        {16, 16, "BOOTIA32.EFI", ARCH_UNKNOWN}, {16, 16, NULL, ARCH_UNKNOWN},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        make_disk(64, gpt_esp);
        make_esp(cases[i].bits, cases[i].mib, cases[i].loader);
        struct image_layout l = look("disk.raw");
        assert_true(l.has_table && l.has_esp);
        assert_false(l.has_bios_boot);
        assert_int_equal(l.efi, cases[i].arch);
    }
}

static void hybrid_and_bios(void **state)
{
    (void)state;
    make_disk(64, gpt_hybrid);
    make_esp(32, 40, "BOOTX64.EFI");
    struct image_layout l = look("disk.raw");
    assert_true(l.has_table && l.has_esp && l.has_bios_boot);
    assert_int_equal(l.efi, ARCH_X86_64);
    make_disk(64, "label: dos\\nstart=2048, type=83, bootable\\n");
    l = look("disk.raw");
    assert_true(l.has_table);
    assert_false(l.has_esp || l.has_bios_boot);
    patch_file("disk.raw", 0, "\xeb\x63\x90", 3);
    l = look("disk.raw");
    assert_true(l.has_table && l.has_bios_boot);
    make_disk(64, "label: dos\\nstart=2048, size=40M, type=ef\\n");
    make_esp(16, 16, "BOOTAA64.EFI");
    l = look("disk.raw");
    assert_true(l.has_esp);
    assert_int_equal(l.efi, ARCH_ARM64);
}

static void both_loaders_are_unknown(void **state)
{
    (void)state;
    make_disk(64, gpt_esp);
    make_esp(16, 16, "BOOTX64.EFI");
    run("mcopy -i esp loader ::EFI/BOOT/BOOTAA64.EFI && "
        "dd if=esp of=disk.raw bs=1M seek=1 conv=notrunc status=none");
    assert_int_equal(look("disk.raw").efi, ARCH_UNKNOWN);
}

static void inside_formats(void **state)
{
    (void)state;
    make_disk(64, gpt_esp);
    make_esp(16, 16, "BOOTAA64.EFI");
    run("qemu-img convert -f raw -O vpc -o subformat=fixed,force_size=on disk.raw fixed.vhd");
    struct image_layout l = look("fixed.vhd");
    assert_true(l.looked_into);
    assert_int_equal(l.efi, ARCH_ARM64);
    run("qemu-img convert -f raw -O vpc -o force_size=on disk.raw dynamic.vhd");
    assert_int_equal(look("dynamic.vhd").efi, ARCH_ARM64);
    run("qemu-img convert -f raw -O qcow2 disk.raw d.qcow2");
    assert_int_equal(look("d.qcow2").efi, ARCH_ARM64);
    run("zstd -q disk.raw && xz -k -0 disk.raw");
    assert_int_equal(look("disk.raw.zst").efi, ARCH_ARM64);
    assert_int_equal(look("disk.raw.xz").efi, ARCH_ARM64);
}

static void backup_table(void **state)
{
    (void)state;
    char zeros[512] = {0};
    make_disk(64, gpt_hybrid);
    make_esp(32, 40, "BOOTX64.EFI");
    patch_file("disk.raw", 512, zeros, sizeof zeros);
    struct image_layout l = look("disk.raw");
    assert_true(l.has_esp && l.has_bios_boot);
}

/* Each number of the table and of the file system at its extremes, and every byte of the headers
 * turned round: any answer but a crash, a hang or a read error. */
static void hostile(void **state)
{
    (void)state;
    static const struct {
        long at;
        int size;
    } fields[] = {
        {446 + 8, 4},        {446 + 12, 4},       {512 + 72, 8},       {512 + 80, 4},
        {512 + 84, 4},       {1024 + 32, 8},      {1024 + 40, 8},      {(1 << 20) + 11, 2},
        {(1 << 20) + 13, 1}, {(1 << 20) + 14, 2}, {(1 << 20) + 16, 1}, {(1 << 20) + 17, 2},
        {(1 << 20) + 19, 2}, {(1 << 20) + 22, 2}, {(1 << 20) + 32, 4}, {(1 << 20) + 36, 4},
        {(1 << 20) + 44, 4},
    };
    static const unsigned char values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    make_disk(64, gpt_esp);
    make_esp(32, 40, "BOOTX64.EFI");
    run("mv disk.raw good.raw");
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        for (size_t v = 0; v < sizeof values; v++) {
            unsigned char bytes[8];
            memset(bytes, values[v], sizeof bytes);
            run("cp --sparse=always good.raw disk.raw");
            patch_file("disk.raw", fields[i].at, bytes, (size_t)fields[i].size);
            look("disk.raw");
        }
    }
}

/* A directory whose clusters go round in a circle ends. */
static void circle(void **state)
{
    (void)state;
    unsigned char boot[64], entry[4] = {2, 0, 0, 0};
    make_disk(64, gpt_esp);
    make_esp(32, 40, NULL);
    FILE *f = fopen("disk.raw", "rb");
    assert_non_null(f);
    assert_int_equal(fseek(f, 1 << 20, SEEK_SET), 0);
    assert_int_equal(fread(boot, 1, sizeof boot, f), sizeof boot);
    fclose(f);
    long table = (1 << 20) + (boot[14] | boot[15] << 8) * 512L;
    /* The root directory, cluster 2, goes on in itself; its end is overwritten with used rows. */
    patch_file("disk.raw", table + 2 * 4, entry, sizeof entry);
    long tables = boot[16], table_sectors = boot[36] | boot[37] << 8 | (long)boot[38] << 16;
    unsigned char rows[512];
    memset(rows, 'A', sizeof rows);
    patch_file("disk.raw", table + tables * table_sectors * 512, rows, sizeof rows);
    struct image_layout l = look("disk.raw");
    assert_true(l.has_esp);
    assert_int_equal(l.efi, ARCH_UNKNOWN);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_enter, temp_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(nothing_there),   IN_FOLDER(loaders),
        IN_FOLDER(hybrid_and_bios), IN_FOLDER(both_loaders_are_unknown),
        IN_FOLDER(inside_formats),  IN_FOLDER(backup_table),
        IN_FOLDER(hostile),         IN_FOLDER(circle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

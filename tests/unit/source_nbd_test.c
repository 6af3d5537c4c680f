/* Every format that qemu writes: the same bytes as the raw disk, holes not read; damaged and
 * hostile files, and a qemu-nbd that is not there or ends. */
#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>

#include "core/source_nbd.h"
#include "tests/unit/source_read.h"

static void same_bytes_in_every_format(void **state)
{
    (void)state;
    static const struct {
        const char *options, *file;
        bool tells; /* qemu says for this format what is allocated */
    } cases[] = {
        {"-O qcow2", "d.qcow2", true},
        {"-c -O qcow2", "packed.qcow2", true},
        {"-O vpc -o subformat=dynamic,force_size=on", "dynamic.vhd", true},
        {"-O vpc -o subformat=fixed,force_size=on", "fixed.vhd", true},
        {"-O vhdx", "d.vhdx", false},
        {"-O vmdk -o subformat=monolithicSparse", "sparse.vmdk", true},
        {"-O vmdk -o subformat=monolithicFlat", "flat.vmdk", true},
        {"-O vmdk -o subformat=twoGbMaxExtentSparse", "split.vmdk", true},
        {"-O vmdk -o subformat=twoGbMaxExtentFlat", "splitflat.vmdk", true},
        {"-O vmdk -o subformat=streamOptimized", "stream.vmdk", true},
        {"-O vdi", "d.vdi", true},
        {"-O qed", "d.qed", true},
        {"-O qcow", "old.img", true},
        {"-O parallels", "d.hdd", true},
    };
    make_sparse_raw();
    struct seen raw = see_disk("disk.raw", 0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        run("qemu-img convert -f raw %s disk.raw %s", cases[i].options, cases[i].file);
        struct seen seen = see_disk(cases[i].file, 0);
        if (strcmp(seen.digest, raw.digest) != 0)
            fail_msg("%s has other bytes", cases[i].file);
        assert_int_equal(seen.size, 24 * MIB);
        /* Clusters are of up to 2 MiB: more around the data is read. */
        if (cases[i].tells && seen.data >= 20 * MIB)
            fail_msg("%s: holes are read, %llu bytes", cases[i].file,
                     (unsigned long long)seen.data);
    }
}

/* CHS geometry has no such size; EC2 takes the footer's. */
static void odd_sizes(void **state)
{
    (void)state;
    run("truncate -s 33333K disk.raw && echo x | dd of=disk.raw conv=notrunc status=none");
    run("qemu-img convert -f raw -O vpc -o force_size=on disk.raw d.vhd");
    run("qemu-img convert -f raw -O qcow2 disk.raw d.qcow2");
    assert_int_equal(see_disk("d.vhd", 0).size, 33333 << 10);
    assert_int_equal(see_disk("d.qcow2", 0).size, 33333 << 10);
}

static void a_large_hole_is_cheap(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    uint64_t start, end;
    run("qemu-img create -q -f qcow2 d.qcow2 4T && "
        "qemu-io -f qcow2 -c 'write -P 7 3T 1M' d.qcow2 >/dev/null");
    struct image *image = image_open("d.qcow2", &err);
    struct source *s = source_nbd(image, &err);
    assert_non_null(s);
    assert_int_equal(source_next_data(s, 12345, &start, &end, &err), SOURCE_DATA);
    assert_true(start <= 3ull << 40 && start + (64 << 10) > 3ull << 40);
    assert_true(end >= (3ull << 40) + MIB);
    assert_int_equal(source_next_data(s, end + MIB, &start, &end, &err), SOURCE_END);
    source_close(s);
    image_close(image);
}

static void hostile_files(void **state)
{
    (void)state;
    make_sparse_raw();
    write_text("secret", "the words of somebody else, as long as a sector is ................\n");
    run("truncate -s 1M secret");
    run("qemu-img create -q -f qcow2 -b $PWD/secret -F raw backed.qcow2 1M");
    refuse_disk("backed.qcow2", "in another file");
    run("qemu-img create -q -f qcow2 -o data_file=$PWD/other.raw,data_file_raw=on ext.qcow2 1M");
    refuse_disk("ext.qcow2", "in another file");
    run("qemu-img create -q -f qed -b $PWD/secret -F raw backed.qed 1M");
    refuse_disk("backed.qed", "in another file");
    run("qemu-img convert -f raw -O vmdk disk.raw parent.vmdk && "
        "qemu-img create -q -f vmdk -b parent.vmdk -F vmdk child.vmdk");
    refuse_disk("child.vmdk", "parent");
    run("qemu-img create -q -f qcow2 locked.qcow2 1M");
    patch_file("locked.qcow2", 35, "\x02", 1);
    refuse_disk("locked.qcow2", "encrypted");
}

static void write_descriptor(const char *path, const char *extent)
{
    char *text = xasprintf("# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n"
                           "createType=\"monolithicFlat\"\n\n# Extent description\n%s\n\n"
                           "# The Disk Data Base\n#DDB\nddb.adapterType = \"ide\"\n",
                           extent);
    write_text(path, text);
    free(text);
}

/* qemu itself would read any of these. */
static void hostile_descriptors(void **state)
{
    (void)state;
    run("truncate -s 1M beside && mkdir sub && truncate -s 1M sub/file && ln -s /etc/passwd link");
    write_descriptor("good.vmdk", "RW 2048 FLAT \"beside\" 0");
    assert_int_equal(see_disk("good.vmdk", 0).size, MIB);
    static const struct {
        const char *extent, *words;
    } cases[] = {
        {"RW 2048 FLAT \"/etc/passwd\" 0", "another folder"},
        {"RW 2048 FLAT \"../beside\" 0", "another folder"},
        {"RW 2048 FLAT \"sub/file\" 0", "another folder"},
        {"RW 2048 FLAT \"nbd:127.0.0.1:9\" 0", "another folder"},
        {"RW 2048 FLAT \"json:{}\" 0", "another folder"},
        {"RW 1 FLAT \"link\" 0", "no file beside it"},
        {"RW 2048 FLAT \"absent\" 0", "no file beside it"},
        {"RW 2048 FLAT \"sub\" 0", "no file beside it"},
        {"RW 4096 FLAT \"beside\" 0", "shorter"},
        {"RW 2048 FLAT \"beside\" 8", "shorter"},
        {"RW 2048 SPARSE \"beside\"", "no part of a sparse VMDK"},
        {"RW 2048 SESPARSE \"beside\"", "not read"},
        {"RW\n2048 FLAT \"/etc/passwd\" 0", "makes no sense"},
        {"  RW\t2048 FLAT \"/etc/passwd\" 0", "another folder"},
        {"RW 99999999999999999999 FLAT \"beside\" 0", "makes no sense"},
        {"parentFileNameHint=\"/etc/passwd\"", "parent"},
        {"", "no size"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        write_descriptor("bad.vmdk", cases[i].extent);
        refuse_disk("bad.vmdk", cases[i].words);
    }
}

static void damaged_files(void **state)
{
    (void)state;
    make_sparse_raw();
    run("qemu-img convert -f raw -O qcow2 disk.raw d.qcow2");
    run("cp d.qcow2 bad.qcow2");
    patch_file("bad.qcow2", 40, "\xff\xff\xff\xff\xff\xff\xff\x00", 8);
    refuse_disk("bad.qcow2", "lacks clusters");
    run("cp d.qcow2 bad.qcow2");
    patch_file("bad.qcow2", 36, "\x00\x00\x00\x00", 4);
    refuse_disk("bad.qcow2", "too short for its disk");
    run("cp d.qcow2 bad.qcow2");
    patch_file("bad.qcow2", 48, "\xff\xff\xff\xff\xff\xff\xff\x00", 8);
    refuse_disk("bad.qcow2", "qemu-nbd cannot read bad.qcow2: ");
    run("cp d.qcow2 bad.qcow2");
    patch_file("bad.qcow2", 24, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
    refuse_disk("bad.qcow2", "no size that fits");
    run("cp d.qcow2 bad.qcow2");
    patch_file("bad.qcow2", 7, "\x09", 1);
    refuse_disk("bad.qcow2", "version");
    run("cp disk.raw wrong.qcow2");
    refuse_disk("wrong.qcow2", "should be QCOW2 by its name, but looks like RAW");
    run("cp d.qcow2 wrong.raw");
    refuse_disk("wrong.raw", "should be RAW by its name, but looks like QCOW2");
}

/* What is missing at the end would read as zeros. */
static void cut_files(void **state)
{
    (void)state;
    static const struct {
        const char *options, *file;
    } cases[] = {
        {"-O qcow2", "d.qcow2"},
        {"-O qcow2 -o extended_l2=on", "ext.qcow2"},
        {"-c -O qcow2", "packed.qcow2"},
        {"-O vpc -o force_size=on", "dynamic.vhd"},
        {"-O vhdx -o block_size=1M", "d.vhdx"},
        {"-O vmdk -o subformat=monolithicSparse", "sparse.vmdk"},
        {"-O vmdk -o subformat=streamOptimized", "stream.vmdk"},
        {"-O vdi", "d.vdi"},
        {"-O qed", "d.qed"},
        {"-O qcow", "old.img"},
        {"-O parallels", "d.hdd"},
    };
    run("truncate -s 8M disk.raw && head -c 3M /dev/urandom "
        "| dd of=disk.raw bs=1M seek=5 conv=notrunc status=none");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        run("qemu-img convert -f raw %s disk.raw %s", cases[i].options, cases[i].file);
        see_disk(cases[i].file, 0);
        run("truncate -s -100K %s", cases[i].file);
        refuse_disk(cases[i].file, cases[i].file);
    }
}

static void no_qemu(void **state)
{
    (void)state;
    make_sparse_raw();
    run("qemu-img convert -f raw -O qcow2 disk.raw d.qcow2");
    char *path = xstrdup(getenv("PATH"));
    setenv("PATH", "/nowhere", 1);
    refuse_disk("d.qcow2", "qemu-utils");
    setenv("PATH", path, 1);
    free(path);
}

/* The one child of this process, 0 when there is none. */
static pid_t child_of_this(void)
{
    char *path = xasprintf("/proc/%d/task", (int)getpid());
    DIR *tasks = opendir(path);
    pid_t child = 0;
    for (struct dirent *e; child == 0 && (e = readdir(tasks)) != NULL;) {
        char *list = xasprintf("%s/%s/children", path, e->d_name);
        FILE *f = fopen(list, "r");
        int pid;
        if (f != NULL && fscanf(f, "%d", &pid) == 1)
            child = pid;
        if (f != NULL)
            fclose(f);
        free(list);
    }
    closedir(tasks);
    free(path);
    return child;
}

static void a_killed_server_is_one_sentence(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    char bytes[512];
    make_sparse_raw();
    run("qemu-img convert -f raw -O qcow2 disk.raw d.qcow2");
    struct image *image = image_open("d.qcow2", &err);
    struct source *s = source_nbd(image, &err);
    assert_non_null(s);
    assert_true(source_read(s, 5 * MIB, bytes, sizeof bytes, &err));
    pid_t child = child_of_this();
    assert_true(child > 0);
    kill(child, SIGKILL);
    assert_false(source_read(s, 6 * MIB, bytes, sizeof bytes, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_string_equal(err.message, "qemu-nbd ended by signal 9 while it read d.qcow2");
    source_close(s);
    image_close(image);
    assert_int_equal(child_of_this(), 0);
}

static int entries_in(const char *folder)
{
    DIR *d = opendir(folder);
    int count = 0;
    while (readdir(d) != NULL)
        count++;
    closedir(d);
    return count;
}

/* No socket, no descriptor, no child. */
static void nothing_stays(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    make_sparse_raw();
    run("qemu-img convert -f raw -O qcow2 disk.raw d.qcow2 && mkdir t");
    setenv("TMPDIR", "t", 1);
    int before = entries_in("/proc/self/fd");
    struct image *image = image_open("d.qcow2", &err);
    struct source *s = source_nbd(image, &err);
    assert_non_null(s);
    assert_int_equal(entries_in("t"), 2);
    source_close(s);
    image_close(image);
    assert_int_equal(entries_in("/proc/self/fd"), before);
    assert_int_equal(child_of_this(), 0);
    unsetenv("TMPDIR");
}

/* A program that is killed takes its server with it. */
static void the_server_dies_with_its_parent(void **state)
{
    (void)state;
    make_sparse_raw();
    run("qemu-img convert -f raw -O qcow2 disk.raw d.qcow2");
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t parent = fork();
    if (parent == 0) {
        struct err err = ERR_INIT;
        struct image *image = image_open("d.qcow2", &err);
        struct source *s = source_nbd(image, &err);
        pid_t server = s == NULL ? 0 : child_of_this();
        if (write(ends[1], &server, sizeof server) < 0)
            _exit(1);
        pause();
    }
    pid_t server = 0;
    assert_int_equal(read(ends[0], &server, sizeof server), sizeof server);
    assert_true(server > 0);
    char *path = xasprintf("/proc/%d", (int)server);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    kill(parent, SIGKILL);
    /* The pipe's last writer is gone when both are: the server holds none of it. */
    close(ends[1]);
    assert_int_equal(read(ends[0], &server, sizeof server), 0);
    for (int i = 0; stat(path, &st) == 0; i++) {
        char *state_line = xasprintf("grep -q '^State:.[ZX]' %s/status 2>/dev/null", path);
        bool gone = system(state_line) == 0;
        free(state_line);
        if (gone)
            break;
        assert_true(i < 1000);
    }
    free(path);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_enter, temp_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(same_bytes_in_every_format),
        IN_FOLDER(odd_sizes),
        IN_FOLDER(a_large_hole_is_cheap),
        IN_FOLDER(hostile_files),
        IN_FOLDER(hostile_descriptors),
        IN_FOLDER(damaged_files),
        IN_FOLDER(cut_files),
        IN_FOLDER(no_qemu),
        IN_FOLDER(a_killed_server_is_one_sentence),
        IN_FOLDER(nothing_stays),
        IN_FOLDER(the_server_dies_with_its_parent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

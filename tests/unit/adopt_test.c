/* What is believed of a state folder and of an ETag. */
#include "core/adopt_state.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "core/adopt_object.h"
#include "core/adopt_peer.h"
#include "tests/unit/temp.h"

#define MIB (UINT64_C(1) << 20)

#define T(text) ((char *)(text))

static struct plan_disk one[] = {{.role = T("root"), .path = T("/nix/store/x/nixos.vhd")}};
static struct plan_disk two[] = {{.role = T("boot"), .path = T("/x/a.boot.vhd")},
                                 {.role = T("root"), .path = T("/x/a.root.vhd")}};
static struct plan_image images[] = {
    {.name = T("n1"),
     .label = T("25.11.1"),
     .system = T("x86_64-linux"),
     .disks = one,
     .disk_count = 1},
    {.name = T("n2"),
     .label = T("25.11.1-ZFS"),
     .system = T("x86_64-linux"),
     .disks = two,
     .disk_count = 2},
};
static const struct plan plan = {.images = images, .image_count = 2};

static char *folder(void)
{
    static int number;
    char *path = xasprintf("state%d", number++);
    assert_int_equal(mkdir(path, 0700), 0);
    return path;
}

static void put(const char *folder, const char *name, const void *bytes, size_t length)
{
    char *path = xasprintf("%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, length), (ssize_t)length);
    close(fd);
    free(path);
}

static void say(const char *folder, const char *name, const char *text)
{
    put(folder, name, text, strlen(text));
}

static struct adopt_state read_all(const char *folder)
{
    struct adopt_state s;
    struct err err = ERR_INIT;
    assert_true(adopt_state_read(folder, &plan, &s, &err));
    return s;
}

static void names_of_files(void **state)
{
    (void)state;
    char *dir = folder();
    say(dir, "us-east-1.25.11.1.x86_64-linux.task_id", "import-snap-0123456789abcdef0\n");
    say(dir, "us-east-1.25.11.1.x86_64-linux.snapshot_id", "snap-0123456789abcdef0");
    say(dir, "eu-west-1.25.11.1.x86_64-linux.ami_id", "ami-0123456789abcdef0\n");
    say(dir, "us-east-1.25.11.1-ZFS.root.x86_64-linux.snapshot_id", "snap-aaaaaaaaaaaaaaaaa\n");
    say(dir, "us-east-1.25.11.1-ZFS.boot.x86_64-linux.snapshot_id", "snap-bbbbbbbbbbbbbbbbb\n");
    say(dir, "us-east-1.25.11.1-ZFS.boot.x86_64-linux.ami_id", "ami-ccccccccccccccccc\n");
    say(dir, "ap-south-1.25.11.1-ZFS.x86_64-linux.ami_id", "ami-ddddddddddddddddd\n");
    say(dir, "us-east-1.25.11.2.x86_64-linux.task_id", "import-snap-eeeeeeeeeeeeeeeee\n");
    say(dir, "us-east-1.25.11.1.aarch64-linux.task_id", "import-snap-eeeeeeeeeeeeeeeee\n");
    say(dir, "us-east-1.25.11.1.x86_64-linux.task_id.bak", "import-snap-eeeeeeeeeeeeeeeee\n");
    struct adopt_state s = read_all(dir);
    assert_int_equal(s.count, 7);
    assert_int_equal(s.odd_count, 0);
    assert_string_equal(adopt_state_id(&s, "us-east-1", ADOPT_TASK, 0, 0),
                        "import-snap-0123456789abcdef0");
    assert_string_equal(adopt_state_id(&s, "us-east-1", ADOPT_SNAPSHOT, 0, 0),
                        "snap-0123456789abcdef0");
    assert_string_equal(adopt_state_id(&s, "eu-west-1", ADOPT_AMI, 0, 0), "ami-0123456789abcdef0");
    assert_string_equal(adopt_state_id(&s, "us-east-1", ADOPT_SNAPSHOT, 1, 0),
                        "snap-bbbbbbbbbbbbbbbbb");
    assert_string_equal(adopt_state_id(&s, "us-east-1", ADOPT_SNAPSHOT, 1, 1),
                        "snap-aaaaaaaaaaaaaaaaa");
    assert_string_equal(adopt_state_id(&s, "us-east-1", ADOPT_AMI, 1, 0), "ami-ccccccccccccccccc");
    assert_string_equal(adopt_state_id(&s, "ap-south-1", ADOPT_AMI, 1, 0), "ami-ddddddddddddddddd");
    assert_null(adopt_state_id(&s, "eu-west-1", ADOPT_TASK, 0, 0));
    adopt_state_free(&s);
    free(dir);
}

/* Nothing but an id of its kind is believed, and nothing hangs. */
static void hostile_contents(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        bool odd;
    } rows[] = {
        {"", 0, false},
        {"\n", 1, false},
        {"null\n", 5, true},
        {"None\n", 5, true},
        {" \n\n", 3, true},
        {"snap-0123456789abcdef0\n", 23, true},
        {"ami-\n", 5, true},
        {"ami-0123\n", 9, true},
        {"ami-0123456789abcdef0\nami-0123456789abcdef1\n", 44, true},
        {"ami-0123456789abcdef0; rm -rf /\n", 32, true},
        {"ami-0123456789ABCDEF0\n", 22, true},
        {"ami-01234567\0", 13, true},
        {"\xff\xfe\x00\x1b[2J", 7, true},
        {"ami-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789", 78,
         true},
    };
    const char *name = "us-east-1.25.11.1.x86_64-linux.ami_id";
    char *dir = folder();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        put(dir, name, rows[i].text, rows[i].length);
        struct adopt_state s = read_all(dir);
        if (s.count != 0 || s.odd_count != rows[i].odd)
            fail_msg("row %zu: %zu ids, %zu odd files", i, s.count, s.odd_count);
        adopt_state_free(&s);
    }
    free(dir);
}

static void strange_files(void **state)
{
    (void)state;
    char *dir = folder();
    char *fifo = xasprintf("%s/us-east-1.25.11.1.x86_64-linux.task_id", dir);
    char *sub = xasprintf("%s/us-east-1.25.11.1.x86_64-linux.ami_id", dir);
    char *link_path = xasprintf("%s/us-east-1.25.11.1.x86_64-linux.snapshot_id", dir);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(mkdir(sub, 0700), 0);
    assert_int_equal(symlink("/dev/zero", link_path), 0);
    say(dir, ".25.11.1.x86_64-linux.ami_id", "ami-0123456789abcdef0");
    say(dir, "US-EAST-1.25.11.1.x86_64-linux.ami_id", "ami-0123456789abcdef0");
    say(dir, "a-region-with-a-name-that-is-far-too-long.25.11.1.x86_64-linux.ami_id",
        "ami-0123456789abcdef0");
    struct adopt_state s = read_all(dir);
    assert_int_equal(s.count, 0);
    assert_int_equal(s.odd_count, 3);
    adopt_state_free(&s);
    struct err err = ERR_INIT;
    assert_false(adopt_state_read("/nonexistent", &plan, &s, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    free(fifo);
    free(sub);
    free(link_path);
    free(dir);
}

static void part_sizes(void **state)
{
    (void)state;
    assert_int_equal(adopt_part_bytes(20 * MIB, 3), 8 * MIB);
    assert_int_equal(adopt_part_bytes(16 * MIB, 2), 8 * MIB);
    assert_int_equal(adopt_part_bytes(16 * MIB + 1, 2), 16 * MIB);
    assert_int_equal(adopt_part_bytes(20 * MIB, 4), 5 * MIB);
    assert_int_equal(adopt_part_bytes(100 * MIB, 7), 16 * MIB);
    assert_int_equal(adopt_part_bytes(100 * MIB, 99), 0);
    assert_int_equal(adopt_part_bytes(100 * MIB, 0), 0);
}

/* The MD5 of 1 KiB of zeros, as md5sum says it. */
static void etags(void **state)
{
    (void)state;
    static const struct {
        const char *etag;
        enum adopt_match match;
    } rows[] = {
        {"\"d41d8cd98f00b204e9800998ecf8427e\"", ADOPT_OTHER},
        {"\"0f343b0931126a20f133d67c2b018a3b\"", ADOPT_SAME},
        {"0F343B0931126A20F133D67C2B018A3B", ADOPT_SAME},
        {"\"0f343b0931126a20f133d67c2b018a3b-1\"", ADOPT_OTHER},
        {"\"0f343b0931126a20f133d67c2b018a3b-7\"", ADOPT_UNKNOWN},
        {"\"0f343b0931126a20f133d67c2b018a3b-\"", ADOPT_UNKNOWN},
        {"\"0f343b0931126a20f133d67c2b018a3b-99999999999999999999\"", ADOPT_UNKNOWN},
        {"\"kms-made-this-one\"", ADOPT_UNKNOWN},
        {"\"", ADOPT_UNKNOWN},
        {"", ADOPT_UNKNOWN},
    };
    unsigned char zeros[1024] = {0};
    char *dir = folder(), *path = xasprintf("%s/disk", dir);
    put(dir, "disk", zeros, sizeof(zeros));
    struct image file = {.path = path, .fd = open(path, O_RDONLY | O_CLOEXEC), .file_bytes = 1024};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = ERR_INIT;
        enum adopt_match match;
        assert_true(adopt_object_compare(&file, rows[i].etag, NULL, &match, &err));
        if (match != rows[i].match)
            fail_msg("%s: %d", rows[i].etag, (int)match);
    }
    file.file_bytes = 2048;
    struct err err = ERR_INIT;
    enum adopt_match match;
    assert_false(adopt_object_compare(&file, rows[1].etag, NULL, &match, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    close(file.fd);
    free(path);
    free(dir);
}

static void names_of_peers(void **state)
{
    (void)state;
    assert_int_equal(adopt_peer_of("upload-ami"), ADOPT_UPLOAD_AMI);
    assert_int_equal(adopt_peer_of("upload-ami/"), ADOPT_CREATE_AMIS);
    char *key = adopt_peer_key(ADOPT_CREATE_AMIS, &images[0], 0);
    assert_string_equal(key, "nix/store/x/nixos.vhd");
    free(key);
    key = adopt_peer_key(ADOPT_UPLOAD_AMI, &images[0], 0);
    assert_string_equal(key, "n1");
    free(key);
    struct ec2_import task = {.disk_description = T("nixos-image-25.11.1-x86_64-linux")};
    assert_true(adopt_peer_import(ADOPT_CREATE_AMIS, &images[0], &task));
    assert_false(adopt_peer_import(ADOPT_CREATE_AMIS, &images[1], &task));
    assert_false(adopt_peer_import(ADOPT_UPLOAD_AMI, &images[0], &task));
    task.disk_description = NULL;
    assert_false(adopt_peer_import(ADOPT_CREATE_AMIS, &images[0], &task));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_files), cmocka_unit_test(hostile_contents),
        cmocka_unit_test(strange_files),  cmocka_unit_test(part_sizes),
        cmocka_unit_test(etags),          cmocka_unit_test(names_of_peers),
    };
    return cmocka_run_group_tests(tests, temp_enter, temp_leave);
}

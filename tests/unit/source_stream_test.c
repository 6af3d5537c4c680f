/* Compressed raw disks and standard input: the bytes in order, sizes from their headers, and what
 * breaks off. */
#include "core/source_stream.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>

#include "core/pipe_in.h"
#include "tests/unit/source_read.h"

static uint64_t size_of(const char *path)
{
    struct err err = ERR_INIT;
    struct image *image = image_open(path, &err);
    if (image == NULL)
        fail_msg("%s: %s", path, err.message);
    uint64_t size = image->logical_bytes;
    assert_int_equal(image->size_known, size > 0);
    assert_int_equal(image->format, IMAGE_RAW);
    assert_int_equal(image->plain_bytes, 0);
    image_close(image);
    return size;
}

static void packed_disks(void **state)
{
    (void)state;
    static const struct {
        const char *line, *file;
    } cases[] = {
        {"zstd -q disk.raw -o a.raw.zst", "a.raw.zst"},
        {"zstd -q --no-check -19 disk.raw -o b.raw.zst", "b.raw.zst"},
        {"head -c 5M disk.raw | zstd -q --stream-size=5242880 >c.zst && "
         "tail -c +5242881 disk.raw | zstd -q --stream-size=19922944 >>c.zst",
         "c.zst"},
        {"printf '\\120\\052\\115\\030\\004\\000\\000\\000abcd' | cat a.raw.zst - >d.zst", "d.zst"},
        {"xz -k -0 -T1 disk.raw && mv disk.raw.xz e.raw.xz", "e.raw.xz"},
        {"xz -k -0 -T2 --block-size=1MiB disk.raw && mv disk.raw.xz f.xz", "f.xz"},
        {"head -c 5M disk.raw | xz -0 >g.xz && tail -c +5242881 disk.raw | xz -0 >>g.xz", "g.xz"},
    };
    make_sparse_raw();
    struct seen raw = see_disk("disk.raw", 0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        run("%s", cases[i].line);
        assert_int_equal(size_of(cases[i].file), 24 * MIB);
        struct seen seen = see_disk(cases[i].file, 0);
        assert_int_equal(seen.size, 24 * MIB);
        if (strcmp(seen.digest, raw.digest) != 0)
            fail_msg("%s has other bytes", cases[i].file);
    }
}

static void a_size_that_nobody_says(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct seen seen;
    make_sparse_raw();
    struct seen raw = see_disk("disk.raw", 0);
    run("cat disk.raw | zstd -q >disk.raw.zst");
    assert_int_equal(size_of("disk.raw.zst"), 0);
    struct image *image = image_open("disk.raw.zst", &err);
    struct source *s = source_open(image, 64 * MIB, &err);
    assert_false(s->size_known);
    assert_int_equal(s->size_bytes, 64 * MIB);
    assert_true(read_source(s, 24 * MIB, &seen, &err));
    assert_int_equal(seen.size, 24 * MIB);
    assert_string_equal(seen.digest, raw.digest);
    source_close(s);
    s = source_open(image, 16 * MIB, &err);
    assert_false(read_source(s, 24 * MIB, &seen, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_non_null(strstr(err.advice, "--volume-size"));
    source_close(s);
    image_close(image);
}

static void damaged_streams(void **state)
{
    (void)state;
    make_sparse_raw();
    run("zstd -q disk.raw && head -c 2M disk.raw.zst >cut.raw.zst");
    refuse_disk("cut.raw.zst", "breaks off");
    run("(cat disk.raw.zst; echo more) >more.raw.zst");
    refuse_disk("more.raw.zst", "something else stands behind it");
    run("cp disk.raw.zst bad.raw.zst");
    patch_file("bad.raw.zst", 2 << 20, "damage", 6);
    refuse_disk("bad.raw.zst", "cannot be unpacked");
    run("xz -k -0 disk.raw && head -c 2M disk.raw.xz >cut.raw.xz");
    refuse_disk("cut.raw.xz", "breaks off");
    run("cp disk.raw.xz bad.raw.xz");
    patch_file("bad.raw.xz", 2 << 20, "damage", 6);
    refuse_disk("bad.raw.xz", "cannot be unpacked");
    write_text("empty", "");
    run("zstd -q empty && mv empty.zst empty.raw.zst");
    refuse_disk("empty.raw.zst", "no size that fits");
    run("cp disk.raw.zst liar.raw.zst");
    /* The frame header's size field, of 4 bytes at 5 behind a window byte: a MiB less. */
    patch_file("liar.raw.zst", 6, "\x00\x00\x70\x01", 4);
    refuse_disk("liar.raw.zst", "liar.raw.zst is damaged");
}

static void what_is_no_raw_disk(void **state)
{
    (void)state;
    make_sparse_raw();
    run("qemu-img convert -f raw -O qcow2 disk.raw d.qcow2 && zstd -q d.qcow2");
    refuse_disk("d.qcow2.zst", "holds a qcow2 image");
    run("qemu-img convert -f raw -O vpc -o subformat=fixed,force_size=on disk.raw d.vhd && "
        "zstd -q d.vhd -o d.zst");
    refuse_disk("d.zst", "holds a VHD");
    run("zstd -q disk.raw -o twice && zstd -q twice");
    refuse_disk("twice.zst", "holds a compressed file");
    run("cp disk.raw plain.raw.zst");
    refuse_disk("plain.raw.zst", "should be compressed with zstd by its name, but looks like RAW");
    run("xz -k -0 disk.raw && mv disk.raw.xz xz.raw.zst");
    refuse_disk("xz.raw.zst", "but looks like a file compressed with xz");
    run("zstd -q disk.raw -o packed.raw");
    refuse_disk("packed.raw",
                "should be RAW by its name, but looks like a file compressed with zstd");
}

static void looking_around(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    unsigned char seen[4096], raw[4096];
    run("head -c 24M /dev/urandom >disk.raw && zstd -q disk.raw");
    struct image *image = image_open("disk.raw.zst", &err);
    struct source *s = source_look(image, &err);
    FILE *f = fopen("disk.raw", "rb");
    static const long places[] = {12 << 20, 512, (16 << 20) - 4096};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        assert_true(source_read(s, (uint64_t)places[i], seen, sizeof seen, &err));
        fseek(f, places[i], SEEK_SET);
        assert_int_equal(fread(raw, 1, sizeof raw, f), sizeof raw);
        assert_memory_equal(seen, raw, sizeof seen);
    }
    fclose(f);
    memset(raw, 0, sizeof raw);
    assert_true(source_read(s, 20 << 20, seen, sizeof seen, &err));
    assert_memory_equal(seen, raw, sizeof seen);
    source_close(s);
    image_close(image);
}

/* Standard input is one a program: each case is a program of its own. The child's exit status is 0
 * when `check` came to its end. */
static void with_input(const char *command, void (*check)(void))
{
    FILE *in = popen(command, "r");
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        dup2(fileno(in), STDIN_FILENO);
        check();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    pclose(in);
    if (status != 0)
        fail_msg("%s: status %d", command, status);
}

/* In the child nothing of cmocka may run on. */
static void must(bool ok, const char *what, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "%s: %s (%s)\n", what, err->message, err->advice);
    _exit(1);
}

static void input_is_the_disk(void)
{
    struct err err = ERR_INIT;
    unsigned char sector[512];
    must(image_open("-", &err) == NULL && strstr(err.message, "another run") != NULL, "ours", &err);
    pipe_in_claim();
    struct seen raw = see_disk("disk.raw", 0), seen;
    struct image *image = image_open("-", &err);
    must(image != NULL && image->is_pipe && !image->size_known, "open", &err);
    struct source *look = source_look(image, &err);
    must(look != NULL && source_read(look, 5 << 20, sector, sizeof sector, &err), "look", &err);
    source_close(look);
    image_close(image);
    image = image_open("-", &err);
    struct source *s = source_open(image, 64u << 20, &err);
    must(s != NULL && read_source(s, 24 * MIB, &seen, &err), "read", &err);
    must(seen.size == 24 * MIB && strcmp(seen.digest, raw.digest) == 0, "bytes", &err);
    source_close(s);
    s = source_open(image, 64u << 20, &err);
    must(s == NULL && strstr(err.message, "cannot be read again") != NULL, "again", &err);
    image_close(image);
}

static void input_is_a_file(void)
{
    struct err err = ERR_INIT;
    pipe_in_claim();
    must(freopen("disk.raw", "r", stdin) != NULL, "freopen", &err);
    struct image *image = image_open("-", &err);
    must(image != NULL && image->size_known && image->logical_bytes == 24 * MIB, "size", &err);
    image_close(image);
    struct seen raw = see_disk("disk.raw", 0), seen;
    image = image_open("-", &err);
    struct source *s = source_open(image, 0, &err);
    must(s != NULL && read_source(s, 24 * MIB, &seen, &err), "read", &err);
    must(strcmp(seen.digest, raw.digest) == 0, "bytes", &err);
    source_close(s);
    image_close(image);
}

static void input_is_empty(void)
{
    struct err err = ERR_INIT;
    pipe_in_claim();
    must(image_open("-", &err) == NULL && err.kind == ERR_INPUT, "empty", &err);
    must(strcmp(err.message, "standard input is empty") == 0, "words", &err);
}

static void input_is_a_qcow2(void)
{
    struct err err = ERR_INIT;
    pipe_in_claim();
    must(image_open("-", &err) == NULL && err.kind == ERR_INPUT, "qcow2", &err);
    must(strstr(err.message, "standard input holds a qcow2 image") != NULL, "words", &err);
}

static void standard_input(void **state)
{
    (void)state;
    make_sparse_raw();
    run("zstd -q disk.raw && xz -k -0 disk.raw && qemu-img create -q -f qcow2 d.qcow2 1M");
    with_input("cat disk.raw", input_is_the_disk);
    with_input("cat disk.raw.zst", input_is_the_disk);
    with_input("cat disk.raw.xz", input_is_the_disk);
    with_input("true", input_is_a_file);
    with_input("true", input_is_empty);
    with_input("cat d.qcow2", input_is_a_qcow2);
}

static void input_is_cut(void)
{
    struct err err = ERR_INIT;
    struct seen seen;
    pipe_in_claim();
    struct image *image = image_open("-", &err);
    must(image != NULL, "open", &err);
    struct source *s = source_open(image, 64u << 20, &err);
    must(s != NULL && !read_source(s, 24 * MIB, &seen, &err) && err.kind == ERR_INPUT, "cut", &err);
    must(strstr(err.message, "standard input was cut") != NULL, "words", &err);
    must(strstr(err.advice, "cancel the release") != NULL, "advice", &err);
    source_close(s);
    image_close(image);
}

/* Its frame says 24 MiB; that of a stream of unknown length says nothing. */
static void input_says_its_size(void)
{
    struct err err = ERR_INIT;
    pipe_in_claim();
    struct image *image = image_open("-", &err);
    must(image != NULL && !image->size_known && image->said_bytes == 24 * MIB, "size", &err);
    image_close(image);
}

static void input_says_no_size(void)
{
    struct err err = ERR_INIT;
    pipe_in_claim();
    struct image *image = image_open("-", &err);
    must(image != NULL && !image->size_known && image->said_bytes == 0, "size", &err);
    image_close(image);
}

static void standard_input_and_its_size(void **state)
{
    (void)state;
    make_sparse_raw();
    run("zstd -q disk.raw");
    with_input("head -c 3000001 disk.raw", input_is_cut);
    with_input("head -c 3000001 disk.raw | zstd -q", input_is_cut);
    with_input("cat disk.raw.zst", input_says_its_size);
    with_input("zstd -q <disk.raw | cat", input_says_no_size);
}

static void *raise_flag(void *flag)
{
    atomic_store((atomic_bool *)flag, true);
    return NULL;
}

static void input_never_comes(void)
{
    struct err err = ERR_INIT;
    unsigned char bytes[4096];
    size_t got;
    atomic_bool cancel = false;
    pthread_t thread;
    must(pipe_in_begin(&err), "begin", &err);
    pthread_create(&thread, NULL, raise_flag, &cancel);
    bool ok = pipe_in_take(bytes, sizeof bytes, &got, &cancel, &err);
    pthread_join(thread, NULL);
    must(!ok && err.kind == ERR_CANCELLED, "cancel", &err);
}

static void a_writer_that_hangs(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[0], STDIN_FILENO);
        input_never_comes();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    close(ends[0]);
    close(ends[1]);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_enter, temp_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(packed_disks),        IN_FOLDER(a_size_that_nobody_says),
        IN_FOLDER(damaged_streams),     IN_FOLDER(what_is_no_raw_disk),
        IN_FOLDER(looking_around),      IN_FOLDER(standard_input),
        IN_FOLDER(a_writer_that_hangs), IN_FOLDER(standard_input_and_its_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

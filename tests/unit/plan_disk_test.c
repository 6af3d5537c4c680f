/* Disks of every format in plans: which way takes which, streams without a size, sums. */
#include <sys/wait.h>

#include "tests/unit/plan_lines.h"

static void refuse(const char *line, enum err_kind kind, const char *words)
{
    struct err err;
    struct plan *plan = make(line, &err);
    if (plan != NULL)
        fail_msg("%s was taken", line);
    if (err.kind != kind ||
        (strstr(err.message, words) == NULL && strstr(err.advice, words) == NULL))
        fail_msg("%s: kind %d \"%s\" \"%s\" without \"%s\"", line, err.kind, err.message,
                 err.advice, words);
}

/* 8 MiB with a partition table and an arm64 loader, in every form. */
static void make_disks(void)
{
    run("truncate -s 8M disk.raw && "
        "printf 'label: gpt\\nstart=2048, size=4M, type=U\\n' | sfdisk -q disk.raw");
    run("truncate -s 4M esp && mkfs.vfat esp >/dev/null && mmd -i esp ::EFI ::EFI/BOOT && "
        "echo x >loader && mcopy -i esp loader ::EFI/BOOT/BOOTAA64.EFI && "
        "dd if=esp of=disk.raw bs=1M seek=1 conv=notrunc status=none");
    run("qemu-img convert -O qcow2 disk.raw d.qcow2 && "
        "qemu-img convert -O vmdk -o subformat=monolithicFlat disk.raw flat.vmdk && "
        "zstd -q disk.raw -o n.1.raw.zst && xz -k -0 disk.raw && "
        "cat disk.raw | zstd -q >unsized.raw.zst && "
        "qemu-img convert -O vpc -o subformat=dynamic,force_size=on disk.raw d.vhd");
}

static void direct_takes_all(void **state)
{
    (void)state;
    static const struct {
        const char *file, *label;
        enum image_format format;
    } cases[] = {
        {"disk.raw", "disk", IMAGE_RAW},    {"d.qcow2", "d", IMAGE_QCOW2},
        {"flat.vmdk", "flat", IMAGE_VMDK},  {"n.1.raw.zst", "n.1", IMAGE_RAW},
        {"disk.raw.xz", "disk", IMAGE_RAW}, {"d.vhd", "d", IMAGE_VHD},
    };
    make_disks();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *line = xasprintf("%s --home us-east-1", cases[i].file);
        struct plan *p = make_well(line);
        const struct plan_image *image = &p->images[0];
        assert_int_equal(image->disks[0].format, cases[i].format);
        assert_int_equal(image->disks[0].logical_bytes, 8 << 20);
        assert_int_equal(image->disks[0].volume_gib, 1);
        assert_string_equal(image->label, cases[i].label);
        /* The loader was found whatever is around it. */
        assert_int_equal(image->arch, ARCH_ARM64);
        assert_string_equal(image->boot_mode, "uefi");
        plan_free(p);
        free(line);
    }
}

static void import_takes_what_it_can(void **state)
{
    (void)state;
    make_disks();
    struct plan *p = make_well("d.vhd --bucket bbb");
    assert_int_equal(p->images[0].arch, ARCH_ARM64);
    plan_free(p);
    refuse("d.qcow2 --bucket bbb", ERR_INPUT, "qemu-img convert -O raw");
    refuse("flat.vmdk --bucket bbb", ERR_INPUT, "--via direct");
    refuse("n.1.raw.zst --bucket bbb", ERR_INPUT, "zstd -d ");
    refuse("disk.raw.xz --bucket bbb", ERR_INPUT, "xz -dk ");
    /* Without qemu-nbd a VHD can be imported all the same, but not looked into. */
    char *path = xstrdup(getenv("PATH"));
    setenv("PATH", "/nowhere", 1);
    p = make_well("d.vhd --bucket bbb --arch x86_64");
    plan_free(p);
    refuse("d.vhd --bucket bbb", ERR_USAGE, "architecture");
    refuse("d.vhd --arch x86_64", ERR_INPUT, "qemu-utils");
    setenv("PATH", path, 1);
    free(path);
}

static void streams_without_a_size(void **state)
{
    (void)state;
    make_disks();
    refuse("unsized.raw.zst --home us-east-1", ERR_USAGE, "--volume-size");
    struct plan *p = make_well("unsized.raw.zst --volume-size 3");
    assert_int_equal(p->images[0].disks[0].logical_bytes, 0);
    assert_int_equal(p->images[0].disks[0].volume_gib, 3);
    char *json = plan_to_json(p);
    struct err err = ERR_INIT;
    struct plan *again = plan_from_json(json, &err);
    assert_int_equal(again->images[0].disks[0].volume_gib, 3);
    plan_free(again);
    free(json);
    plan_free(p);
}

/* Standard input is one a program. */
static void in_a_child(const char *input, void (*check)(void))
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        FILE *in = popen(input, "r");
        dup2(fileno(in), STDIN_FILENO);
        check();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void check_input(void)
{
    static const struct {
        const char *line, *words;
    } cases[] = {
        {"- --label l", "--volume-size"},
        {"- --volume-size 2", "--label"},
        {"- --label l --volume-size 2 --sha256", "--sha256"},
        {"- --label l --volume-size 2 --bucket bbb", "--via direct"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err;
        struct plan *p = make(cases[i].line, &err);
        if (p != NULL || (strstr(err.message, cases[i].words) == NULL &&
                          strstr(err.advice, cases[i].words) == NULL)) {
            fprintf(stderr, "%s: %s (%s)\n", cases[i].line, err.message, err.advice);
            _exit(1);
        }
    }
    struct err err;
    struct plan *p = make("-,label=l,volume-size=2", &err);
    if (p == NULL || strcmp(p->images[0].disks[0].path, "-") != 0 ||
        p->images[0].arch != ARCH_ARM64) {
        fprintf(stderr, "%s (%s)\n", err.message, err.advice);
        _exit(1);
    }
    plan_free(p);
}

/* The volume is as large as the frame's header says, when nobody says it. */
static void check_size_of_frame(void)
{
    struct err err;
    struct plan *p = make("- --label l --home us-east-1", &err);
    if (p == NULL || p->images[0].disks[0].volume_gib != 1 ||
        p->images[0].disks[0].logical_bytes != 0) {
        fprintf(stderr, "%s (%s)\n", p == NULL ? err.message : "another size", err.advice);
        _exit(1);
    }
    plan_free(p);
}

static void standard_input(void **state)
{
    (void)state;
    make_disks();
    in_a_child("cat disk.raw", check_input);
    in_a_child("cat unsized.raw.zst", check_input);
    in_a_child("cat n.1.raw.zst", check_size_of_frame);
}

static void sums(void **state)
{
    (void)state;
    make_disks();
    char *hex = NULL;
    size_t room = 0;
    run("sha256sum disk.raw d.qcow2 >list && sed 's/^..../0000/' list >other && "
        "grep qcow2 list >short");
    FILE *list = fopen("list", "r");
    assert_true(getline(&hex, &room, list) > 64);
    fclose(list);
    hex[64] = '\0';
    struct plan *p = make_well("disk.raw");
    assert_null(p->images[0].disks[0].sha256);
    plan_free(p);
    p = make_well("disk.raw --sha256");
    assert_string_equal(p->images[0].disks[0].sha256, hex);
    char *json = plan_to_json(p);
    struct err err = ERR_INIT;
    struct plan *again = plan_from_json(json, &err);
    assert_string_equal(again->images[0].disks[0].sha256, hex);
    plan_free(again);
    free(json);
    plan_free(p);
    p = make_well("disk.raw --sha256sums list");
    assert_string_equal(p->images[0].disks[0].sha256, hex);
    plan_free(p);
    refuse("disk.raw --sha256sums other", ERR_REFUSED, "says 0000");
    refuse("disk.raw --sha256sums short", ERR_REFUSED, "no line for");
    refuse("disk.raw --sha256sums absent", ERR_INPUT, "absent");
    free(hex);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_enter, temp_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(direct_takes_all),
        IN_FOLDER(import_takes_what_it_can),
        IN_FOLDER(streams_without_a_size),
        IN_FOLDER(standard_input),
        IN_FOLDER(sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Plain SHA-256 of files and the lists of them. */
#include "core/sums.h"

#include "tests/unit/temp.h"

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define BAD "0000000000000000000000000000000000000000000000000000000000000000"

static void of_a_file(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    char hex[SUMS_HEX_SIZE], *theirs = NULL;
    size_t room = 0;
    write_text("abc", "abc");
    assert_true(sums_file("abc", NULL, hex, &err));
    assert_string_equal(hex, ABC);
    run("head -c 3000001 /dev/urandom >large && sha256sum large >list");
    assert_true(sums_file("large", NULL, hex, &err));
    FILE *list = fopen("list", "r");
    assert_true(getline(&theirs, &room, list) > 64);
    assert_memory_equal(hex, theirs, 64);
    fclose(list);
    free(theirs);
    assert_true(sums_agree("list", "large", hex, &err));
    atomic_bool cancel = true;
    assert_false(sums_file("large", &cancel, hex, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    assert_false(sums_file("absent", NULL, hex, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

static void lines(void **state)
{
    (void)state;
    static const struct {
        const char *line, *name; /* NULL: it is none */
    } cases[] = {
        {ABC "  disk.raw\n", "disk.raw"},
        {ABC " *disk.raw\r\n", "disk.raw"},
        {ABC "  a name  with spaces", "a name  with spaces"},
        {"BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD  x", "x"},
        {"SHA256 (disk (1).raw) = " ABC "\n", "disk (1).raw"},
        {ABC " disk.raw", NULL},
        {ABC "  ", NULL},
        {"SHA256 () = " ABC, NULL},
        {"SHA512 (x) = " ABC, NULL},
        {"SHA256 (x) : " ABC, NULL},
        {"# " ABC "  x", NULL},
        {"zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  x", NULL},
        {"-----BEGIN PGP SIGNED MESSAGE-----", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char hex[SUMS_HEX_SIZE];
        const char *name = NULL;
        size_t length = 0;
        bool is_line = sums_line(cases[i].line, strlen(cases[i].line), hex, &name, &length);
        if (is_line != (cases[i].name != NULL))
            fail_msg("\"%s\": %d", cases[i].line, is_line);
        if (!is_line)
            continue;
        assert_string_equal(hex, ABC);
        assert_int_equal(length, strlen(cases[i].name));
        assert_memory_equal(name, cases[i].name, length);
    }
}

static void which_line_counts(void **state)
{
    (void)state;
    static const struct {
        const char *list, *path;
        enum err_kind kind;
    } cases[] = {
        {ABC "  disk.raw\n", "/here/disk.raw", ERR_NONE},
        {ABC "  ./disk.raw\n", "/here/disk.raw", ERR_NONE},
        {ABC "  /here/disk.raw\n", "/here/disk.raw", ERR_NONE},
        {BAD "  disk.raw\n" ABC "  arm/disk.raw\n", "/here/arm/disk.raw", ERR_NONE},
        {ABC "  disk.raw\n" BAD "  xdisk.raw\n", "/here/disk.raw", ERR_NONE},
        {ABC "  disk.raw\n" ABC "  disk.raw\n", "/here/disk.raw", ERR_NONE},
        {BAD "  disk.raw\n", "/here/disk.raw", ERR_REFUSED},
        {ABC "  disk.raw\n" BAD "  disk.raw\n", "/here/disk.raw", ERR_REFUSED},
        {ABC "  isk.raw\n", "/here/disk.raw", ERR_REFUSED},
        {"", "/here/disk.raw", ERR_REFUSED},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = ERR_INIT;
        write_text("list", cases[i].list);
        bool ok = sums_agree("list", cases[i].path, ABC, &err);
        if (ok != (cases[i].kind == ERR_NONE) || (!ok && err.kind != cases[i].kind))
            fail_msg("%s: %d %s", cases[i].list, ok, err.message);
    }
    struct err err = ERR_INIT;
    assert_false(sums_agree("absent", "x", ABC, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_enter, temp_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(of_a_file),
        cmocka_unit_test(lines),
        IN_FOLDER(which_line_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

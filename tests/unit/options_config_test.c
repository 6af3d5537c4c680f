/* The configuration behind the command line. */
#include <sys/stat.h>

#include "tests/unit/arguments.h"

/* Runs in the temporary folder, with its own user configuration. */
static struct settings *configure(const char *line, const char *project, const char *own,
                                  struct err *err)
{
    setenv("XDG_CONFIG_HOME", temp_folder, 1);
    mkdir("tatami", 0700);
    unlink("tatami.conf");
    unlink("tatami/config");
    if (project != NULL)
        write_text("tatami.conf", project);
    if (own != NULL)
        write_text("tatami/config", own);
    struct settings *s = parse_well(line);
    *err = ERR_INIT;
    if (settings_configure(s, err))
        return s;
    settings_free(s);
    return NULL;
}

static void precedence(void **state)
{
    (void)state;
    struct err err;
    struct settings *s = configure(
        "release a --prefix cli/",
        "[release]\nbucket = project-default\nprefix = p/\nhome = eu-west-1\ndescription = d1\n"
        "[release nixos]\nhome = eu-central-1\nregions = us-east-1, eu-west-1\nregions = x\n",
        "[release]\nbucket = own-default\nrun-id = 7\nyes = true\n"
        "[release nixos]\nhome = us-west-2\ndescription = d2\nPublic = on\n"
        "uefi-data = ~/vars.bin\n",
        &err);
    if (s == NULL)
        fail_msg("%s", err.message);
    assert_string_equal(s->prefix, "cli/");
    assert_string_equal(s->home, "eu-central-1");
    assert_string_equal(s->bucket, "project-default");
    assert_string_equal(s->run_id, "7");
    assert_string_equal(s->image.description, "d2");
    assert_true(s->is_public && s->yes);
    assert_int_equal(s->regions.count, 3);
    char *expected = xasprintf("%s/vars.bin", getenv("HOME"));
    assert_string_equal(s->image.uefi_data, expected);
    free(expected);
    settings_free(s);
}

static void command_line_wins(void **state)
{
    (void)state;
    struct err err;
    struct settings *s =
        configure("release a --no-public --regions eu-west-1 --no-tpm --connections 8",
                  "[release]\npublic = yes\nregions = us-east-1,us-east-2\ntpm = yes\n"
                  "connections = 16\nmax-rate = 10M\n",
                  NULL, &err);
    assert_non_null(s);
    assert_false(s->is_public);
    assert_int_equal(s->regions.count, 1);
    assert_int_equal(s->image.tpm, SAID_NO);
    assert_int_equal(s->connections, 8);
    assert_int_equal(s->max_rate_bytes, 10 << 20);
    settings_free(s);
}

static void product_choice(void **state)
{
    (void)state;
    static const char two[] = "[release]\nbucket = d\n[release a]\nbucket = a\n"
                              "[release b]\nbucket = b\n";
    struct err err;
    struct settings *s = configure("release x --release b", two, NULL, &err);
    assert_string_equal(s->bucket, "b");
    settings_free(s);
    s = configure("release x --release c", two, NULL, &err);
    assert_string_equal(s->bucket, "d");
    settings_free(s);
    s = configure("release x", "[release a]\nbucket = a\n", "[release a]\nprefix = z\n", &err);
    assert_string_equal(s->bucket, "a");
    assert_string_equal(s->prefix, "z");
    settings_free(s);
    s = configure("release x", "[release a]\nbucket = a\n", "[release b]\nbucket = b\n", &err);
    assert_null(s->bucket);
    settings_free(s);
    s = configure("list", "[release]\nbucket = b\n", NULL, &err);
    assert_null(s->bucket);
    settings_free(s);
    /* What cannot be read may hold the guard. */
    assert_null(configure("list", "[nonsense\n", NULL, &err));
}

static void the_guard(void **state)
{
    (void)state;
    static const struct {
        const char *line, *project, *own, *account;
    } rows[] = {
        {"list", "[release]\naccount = 123456789012\n", NULL, "123456789012"},
        {"whoami", NULL, "[release]\naccount = 123456789012\n", "123456789012"},
        {"publish a", "[release]\naccount = 123456789012\n", "[release]\naccount = 999999999999\n",
         "123456789012"},
        {"cleanup --account 999999999999", "[release]\naccount = 123456789012\n", NULL,
         "999999999999"},
        {"release x --release a",
         "[release]\naccount = 123456789012\n[release a]\naccount = 999999999999\n", NULL,
         "999999999999"},
        {"list", "[release a]\naccount = 123456789012\n", NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err;
        struct settings *s = configure(rows[i].line, rows[i].project, rows[i].own, &err);
        assert_non_null(s);
        if (rows[i].account == NULL)
            assert_null(s->account);
        else
            assert_string_equal(s->account, rows[i].account);
        settings_free(s);
    }
    struct err err;
    assert_null(configure("list", "[release]\naccount = acme\n", NULL, &err));
    assert_non_null(strstr(err.message, "12 digits"));
    assert_null(configure("whoami --account 1234567890123", NULL, NULL, &err));
    assert_int_equal(err.kind, ERR_USAGE);
}

static void wrong_configuration(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"[release]\n\nbukcet = b\n", "tatami.conf:3: unknown key bukcet"},
        {"[relase]\nbucket = b\n", "tatami.conf:1: unknown section [relase]"},
        {"[release a]\narch = vax\n", "tatami.conf:2: arch is one of"},
        {"[release]\npublic = maybe\n", "tatami.conf:2: public is true or false"},
        {"[release]\nyes = true\n", "tatami.conf:2: yes counts only"},
        {"[release]\nprofile = p\n", "unknown key profile"},
        {"[release other]\nnonsense = 1\n[release b]\nbucket = b\n", "unknown key nonsense"},
        {"[release\n", "tatami.conf:1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err;
        assert_null(configure("release x --release b", cases[i].text, NULL, &err));
        assert_int_equal(err.kind, ERR_USAGE);
        if (strstr(err.message, cases[i].part) == NULL)
            fail_msg("%s: %s", cases[i].text, err.message);
    }
}

/* Who names a format sees the manifest, and nobody else does. */
static void format_goes_somewhere(void **state)
{
    (void)state;
    static const struct {
        const char *line, *project, *output;
    } rows[] = {
        {"release a --format json", NULL, "-"},
        {"release a", "[release]\nformat = nix\n", "-"},
        {"release a --format json", "[release]\noutput = m.json\n", "m.json"},
        {"resume --format json", NULL, "-"},
        {"resume --format json --output f", NULL, "f"},
        {"release a", NULL, NULL},
        {"list a --format json", NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err;
        struct settings *s = configure(rows[i].line, rows[i].project, NULL, &err);
        assert_non_null(s);
        if (rows[i].output == NULL)
            assert_null(s->output);
        else
            assert_string_equal(s->output, rows[i].output);
        settings_free(s);
    }
}

static void regions_that_are_none(void **state)
{
    (void)state;
    static const struct {
        const char *line, *advice; /* NULL: taken */
    } rows[] = {
        {"release a --home us-east-1", NULL},
        {"release a --home us-esat-1", "did you mean us-east-1?"},
        {"whoami --region eu-wset-1", "did you mean eu-west-1?"},
        {"release a --home us-gov-west-1", NULL},
        {"release a --home zz-middle-12", NULL},
        {"release a --home frankfurt", "look like us-east-1"},
        {"release a --home EU-CENTRAL-1", "look like us-east-1"},
        {"list --region=", "look like us-east-1"},
        {"list --region us-east-1a", "did you mean us-east-1?"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err;
        struct settings *s = configure(rows[i].line, NULL, NULL, &err);
        assert_int_equal(s == NULL, rows[i].advice != NULL);
        if (s == NULL) {
            assert_int_equal(err.kind, ERR_USAGE);
            assert_non_null(strstr(err.advice, rows[i].advice));
        }
        settings_free(s);
    }
}

/* Of the release sections a cleanup takes nothing but the buckets; its own section is strict. */
static void cleanup_section(void **state)
{
    (void)state;
    static const char project[] = "[release]\nname = {label}\ntag = A=b\nregions = us-east-1\n"
                                  "bucket = one\n[release x]\nbucket = two\n"
                                  "[cleanup]\nprice-snapshot-gib-month = 0.05\n";
    struct err err;
    struct settings *s = configure("cleanup --older-than 5", project,
                                   "[release]\nbucket = one\n[release y]\nbucket = three\n", &err);
    assert_non_null(s);
    assert_null(s->image.name);
    assert_int_equal(s->tags.count + s->regions.count, 0);
    assert_int_equal(s->buckets.count, 3);
    assert_string_equal(s->buckets.items[2], "three");
    assert_string_equal(s->price_gib_month, "0.05");
    settings_free(s);
    s = configure("cleanup --bucket four", project, NULL, &err);
    assert_int_equal(s->buckets.count, 1);
    assert_string_equal(s->buckets.items[0], "four");
    settings_free(s);
    s = configure("release a", project, NULL, &err);
    assert_string_equal(s->image.name, "{label}");
    assert_null(s->price_gib_month);
    settings_free(s);
    assert_null(configure("cleanup", "[cleanup]\nolder-than = 5\n", NULL, &err));
    assert_non_null(strstr(err.message, "unknown key older-than"));
    assert_null(configure("release a", "[release]\nprice-snapshot-gib-month = 1\n", NULL, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(precedence, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(command_line_wins, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(product_choice, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(the_guard, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(wrong_configuration, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(format_goes_somewhere, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(regions_that_are_none, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(cleanup_section, temp_enter, temp_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* core/manifest: every format, and a file that is whole or not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "core/manifest.h"
#include "tests/unit/temp.h"

static struct manifest *manifest;
static struct buf out;
static struct err err;

static int setup(void **state)
{
    (void)state;
    err = ERR_INIT;
    manifest = manifest_new("nixos/25.11.1234", "123456789012", "us-east-1");
    struct manifest_image *image = manifest_image(manifest, "nixos/25.11.1234-x86_64-linux",
                                                  "x86_64-linux", "sha256-512k:00ff");
    struct manifest_region *r = manifest_add(image, "eu-west-1", "ami-0e", "available", false);
    manifest_add_snapshot(r, "snap-0b");
    manifest_add_snapshot(r, "snap-0r");
    r = manifest_add(image, "us-east-1", "ami-0u", "available", true);
    manifest_add_snapshot(r, "snap-0u");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    manifest_free(manifest);
    buf_free(&out);
    return 0;
}

static void add_second_image(void)
{
    struct manifest_image *image =
        manifest_image(manifest, "nixos/25.11.1234-aarch64-linux", "aarch64-linux", NULL);
    manifest_add(image, "us-east-1", "ami-0a", "pending", false);
    manifest_sort(manifest);
}

static void writes(const char *format, const char *expected)
{
    buf_reset(&out);
    if (!manifest_write(manifest, format, &out, &err))
        fail_msg("%s", err.message);
    assert_string_equal(buf_str(&out), expected);
}

static void holds_only_what_has_an_id(void **state)
{
    (void)state;
    struct manifest_image *image = manifest_image(manifest, "other", NULL, NULL);
    assert_null(manifest_add(image, "us-east-1", NULL, "pending", false));
    assert_null(manifest_add(image, "us-east-1", "", "pending", false));
    assert_non_null(manifest_add(image, "us-east-1", "ami-1", NULL, false));
    assert_non_null(manifest_add(image, "us-east-1", "ami-2", "available", true));
    assert_int_equal(image->region_count, 1);
    assert_string_equal(image->regions[0].ami, "ami-2");
    assert_int_equal(manifest_count(manifest), 3);
    assert_ptr_equal(manifest_image(manifest, "other", "x86_64-linux", "d"), image);
    assert_string_equal(image->system, "x86_64-linux");
}

static void sorts_home_first(void **state)
{
    (void)state;
    add_second_image();
    assert_string_equal(manifest->images[0].system, "aarch64-linux");
    assert_string_equal(manifest->images[1].regions[0].region, "us-east-1");
    assert_string_equal(manifest->images[1].regions[1].region, "eu-west-1");
}

static void json(void **state)
{
    (void)state;
    manifest_sort(manifest);
    writes("json",
           "{\"release\": \"nixos/25.11.1234\", \"account\": \"123456789012\", \"home\": "
           "\"us-east-1\", \"images\": [\n"
           "  {\"name\": \"nixos/25.11.1234-x86_64-linux\", \"system\": \"x86_64-linux\", "
           "\"digest\": \"sha256-512k:00ff\", \"regions\": {\n"
           "    \"us-east-1\": {\"ami\": \"ami-0u\", \"snapshots\": [\"snap-0u\"], \"state\": "
           "\"available\", \"public\": true},\n"
           "    \"eu-west-1\": {\"ami\": \"ami-0e\", \"snapshots\": [\"snap-0b\", \"snap-0r\"], "
           "\"state\": \"available\", \"public\": false}}}]}\n");
}

static void json_in_one_line(void **state)
{
    (void)state;
    add_second_image();
    manifest_image(manifest, "\"\n\xff", NULL, NULL);
    manifest_write_line(manifest, &out);
    assert_null(strchr(buf_str(&out), '\n'));
    cJSON *line = cJSON_Parse(buf_str(&out));
    assert_non_null(line);
    buf_reset(&out);
    assert_true(manifest_write(manifest, "json", &out, &err));
    cJSON *lines = cJSON_Parse(buf_str(&out));
    assert_true(cJSON_Compare(line, lines, true));
    const cJSON *images = cJSON_GetObjectItem(line, "images");
    assert_int_equal(cJSON_GetArraySize(images), 3);
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(cJSON_GetArrayItem(images, 0), "digest")));
    cJSON_Delete(line);
    cJSON_Delete(lines);
}

static void map(void **state)
{
    (void)state;
    manifest_sort(manifest);
    writes("map", "{\"us-east-1\": \"ami-0u\", \"eu-west-1\": \"ami-0e\"}\n");
    add_second_image();
    assert_false(manifest_write(manifest, "map", &out, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_non_null(strstr(err.advice, "--format json"));
}

static void nix(void **state)
{
    (void)state;
    writes("nix", "{\n"
                  "  \"nixos/25.11.1234\".\"eu-west-1\".\"x86_64-linux\".hvm-ebs = \"ami-0e\";\n"
                  "  \"nixos/25.11.1234\".\"us-east-1\".\"x86_64-linux\".hvm-ebs = \"ami-0u\";\n"
                  "}\n");
    struct manifest_image *image = manifest_image(manifest, "a\"\\${x}$$", "x86_64-linux", NULL);
    manifest_add(image, "us-east-1", "ami-9", "available", false);
    buf_reset(&out);
    assert_true(manifest_write(manifest, "nix", &out, &err));
    /* Two images of one system go by their names. */
    assert_non_null(strstr(buf_str(&out), "\"nixos/25.11.1234-x86_64-linux\".hvm-ebs"));
    assert_non_null(strstr(buf_str(&out), ".\"a\\\"\\\\\\${x}$$\".hvm-ebs = \"ami-9\";\n"));
}

static void terraform(void **state)
{
    (void)state;
    writes("terraform", "locals {\n"
                        "  amis = {\n"
                        "    \"nixos/25.11.1234-x86_64-linux\" = {\n"
                        "      \"eu-west-1\" = \"ami-0e\"\n"
                        "      \"us-east-1\" = \"ami-0u\"\n"
                        "    }\n"
                        "  }\n"
                        "}\n");
    manifest_image(manifest, "a\"\\$${x}%{y}\x1b", NULL, NULL);
    buf_reset(&out);
    assert_true(manifest_write(manifest, "terraform", &out, &err));
    assert_non_null(
        strstr(buf_str(&out), "    \"a\\\"\\\\$\\u0024{x}\\u0025{y}\\\\x1b\" = {\n    }\n"));
}

static void csv(void **state)
{
    (void)state;
    writes("csv", "release,image,system,region,ami,state,public,snapshots,digest\r\n"
                  "nixos/25.11.1234,nixos/25.11.1234-x86_64-linux,x86_64-linux,eu-west-1,ami-0e,"
                  "available,false,snap-0b snap-0r,sha256-512k:00ff\r\n"
                  "nixos/25.11.1234,nixos/25.11.1234-x86_64-linux,x86_64-linux,us-east-1,ami-0u,"
                  "available,true,snap-0u,sha256-512k:00ff\r\n");
    struct manifest_image *image = manifest_image(manifest, "a,\"b\"", NULL, NULL);
    manifest_add(image, "us-east-1", "ami-9", "available", false);
    buf_reset(&out);
    assert_true(manifest_write(manifest, "csv", &out, &err));
    assert_non_null(strstr(buf_str(&out), "nixos/25.11.1234,\"a,\"\"b\"\"\",,us-east-1,ami-9,"));
}

static void markdown(void **state)
{
    (void)state;
    struct manifest_image *image = manifest_image(manifest, "a|b\\<i>\n", NULL, NULL);
    manifest_add(image, "us-east-1", "ami-9", "available", false);
    writes("markdown",
           "| Image | Region | AMI | State | Access | Snapshots |\n"
           "| --- | --- | --- | --- | --- | --- |\n"
           "| nixos/25.11.1234-x86_64-linux | eu-west-1 | ami-0e | available | private | snap-0b "
           "snap-0r |\n"
           "| nixos/25.11.1234-x86_64-linux | us-east-1 | ami-0u | available | public | snap-0u |\n"
           "| a\\|b\\\\\\<i>\\\\n | us-east-1 | ami-9 | available | private |  |\n");
}

static void table(void **state)
{
    (void)state;
    manifest_sort(manifest);
    writes(NULL, "Region     AMI     State      Access   Snapshots\n"
                 "us-east-1  ami-0u  available  public   snap-0u\n"
                 "eu-west-1  ami-0e  available  private  snap-0b snap-0r\n");
    /* Two columns a character, and a control character made visible. */
    struct manifest_image *image =
        manifest_image(manifest, "\xe5\xb1\xb1\xe5\xb1\xb1\x1b", NULL, NULL);
    manifest_add(image, "us-east-1", "ami-9", "failed", false);
    writes("table",
           "Image                          Region     AMI     State      Access   Snapshots\n"
           "nixos/25.11.1234-x86_64-linux  us-east-1  ami-0u  available  public   snap-0u\n"
           "nixos/25.11.1234-x86_64-linux  eu-west-1  ami-0e  available  private  snap-0b "
           "snap-0r\n"
           "\xe5\xb1\xb1\xe5\xb1\xb1\\x1b                       us-east-1  ami-9   failed   "
           "  private  \n");
}

static void every_format_is_known(void **state)
{
    (void)state;
    size_t count = 0;
    for (; manifest_format(count) != NULL; count++) {
        buf_reset(&out);
        assert_true(manifest_write(manifest, manifest_format(count), &out, &err));
        assert_non_null(strstr(buf_str(&out), "ami-0u"));
    }
    assert_int_equal(count, 7);
    assert_false(manifest_write(manifest, "yaml", &out, &err));
    assert_int_equal(err.kind, ERR_USAGE);
}

static void an_empty_one_is_valid(void **state)
{
    (void)state;
    manifest_free(manifest);
    manifest = manifest_new("none", NULL, NULL);
    manifest_sort(manifest);
    writes("map", "{}\n");
    writes("json", "{\"release\": \"none\", \"account\": null, \"home\": null, \"images\": []}\n");
    writes("table", "Region  AMI  State  Access  Snapshots\n");
    writes("nix", "{\n}\n");
}

static char *contents(const char *path)
{
    struct buf text = BUF_INIT;
    char part[256];
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    for (size_t n; (n = fread(part, 1, sizeof(part), f)) > 0;)
        buf_add(&text, part, n);
    fclose(f);
    return buf_take(&text);
}

static void saves_whole(void **state)
{
    struct stat info;
    (void)state;
    buf_add_str(&out, "new\n");
    assert_true(manifest_save("fresh.json", &out, &err));
    write_text("old.json", "old\n");
    chmod("old.json", 0640);
    assert_int_equal(symlink("old.json", "link.json"), 0);
    assert_true(manifest_save("link.json", &out, &err));
    char *text = contents("old.json");
    assert_string_equal(text, "new\n");
    free(text);
    assert_int_equal(lstat("link.json", &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(stat("old.json", &info), 0);
    assert_int_equal(info.st_mode & 07777, 0640);
    run("test \"$(ls)\" = 'fresh.json\nlink.json\nold.json'");
}

static void says_why_it_cannot_save(void **state)
{
    (void)state;
    buf_add_str(&out, "new\n");
    assert_false(manifest_save("nowhere/m.json", &out, &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_non_null(strstr(err.message, "nowhere/m.json"));
    run("mkdir folder");
    assert_false(manifest_save("folder", &out, &err));
    run("test \"$(ls)\" = folder");
    assert_true(manifest_save("/dev/null", &out, &err));
    assert_false(manifest_save("/dev/full", &out, &err));
}

static int enter(void **state)
{
    return setup(state) == 0 ? temp_enter(state) : -1;
}

static int leave(void **state)
{
    teardown(state);
    return temp_leave(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(holds_only_what_has_an_id, setup, teardown),
        cmocka_unit_test_setup_teardown(sorts_home_first, setup, teardown),
        cmocka_unit_test_setup_teardown(json, setup, teardown),
        cmocka_unit_test_setup_teardown(json_in_one_line, setup, teardown),
        cmocka_unit_test_setup_teardown(map, setup, teardown),
        cmocka_unit_test_setup_teardown(nix, setup, teardown),
        cmocka_unit_test_setup_teardown(terraform, setup, teardown),
        cmocka_unit_test_setup_teardown(csv, setup, teardown),
        cmocka_unit_test_setup_teardown(markdown, setup, teardown),
        cmocka_unit_test_setup_teardown(table, setup, teardown),
        cmocka_unit_test_setup_teardown(every_format_is_known, setup, teardown),
        cmocka_unit_test_setup_teardown(an_empty_one_is_valid, setup, teardown),
        cmocka_unit_test_setup_teardown(saves_whole, enter, leave),
        cmocka_unit_test_setup_teardown(says_why_it_cannot_save, enter, leave),
    };
    return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}

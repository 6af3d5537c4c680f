/* base/log: JSON lines, private, safe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cJSON.h>
#include <cmocka.h>

#include "base/log.h"
#include "base/mem.h"

static char folder[] = "/tmp/tatami-log-XXXXXX";

static cJSON *read_line(FILE *f)
{
    char line[4096];

    assert_non_null(fgets(line, sizeof line, f));
    assert_non_null(strchr(line, '\n'));
    cJSON *json = cJSON_Parse(line);
    assert_non_null(json);
    return json;
}

static const char *field(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItem(json, name));
}

static void writes_json_lines(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct stat st;
    char *path = xasprintf("%s/log.jsonl", folder);

    log_info("nothing", "goes nowhere before the log is open");
    assert_true(log_open(path, &err));
    log_info("start", "a\x1b%s", "\"quoted\"");
    struct err failure = {.kind = ERR_DENIED, .http_status = 403, .code = "UnauthorizedOperation"};
    log_error("call", &failure);
    log_close();

    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    FILE *f = fopen(path, "r");
    cJSON *json = read_line(f);
    assert_string_equal(field(json, "level"), "info");
    assert_string_equal(field(json, "what"), "start");
    assert_string_equal(field(json, "text"), "a\\x1b\"quoted\"");
    cJSON_Delete(json);
    json = read_line(f);
    assert_string_equal(field(json, "kind"), "denied");
    assert_string_equal(field(json, "code"), "UnauthorizedOperation");
    cJSON_Delete(json);
    assert_int_equal(fgetc(f), EOF);
    fclose(f);
    unlink(path);
    free(path);
}

static void a_large_log_is_put_aside(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct stat st;
    char *path = xasprintf("%s/log.jsonl", folder);
    char *old = xasprintf("%s.1", path);

    fclose(fopen(path, "w"));
    assert_int_equal(truncate(path, (16 << 20) + 1), 0);
    assert_true(log_open(path, &err));
    log_close();
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 0);
    assert_int_equal(stat(old, &st), 0);
    assert_int_equal(st.st_size, (16 << 20) + 1);
    unlink(path);
    unlink(old);
    free(path);
    free(old);
}

static void an_impossible_path_is_an_error(void **state)
{
    (void)state;
    struct err err = ERR_INIT;

    assert_false(log_open("/nonexistent/log", &err));
    assert_int_equal(err.kind, ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_json_lines),
        cmocka_unit_test(a_large_log_is_put_aside),
        cmocka_unit_test(an_impossible_path_is_an_error),
    };
    if (mkdtemp(folder) == NULL)
        return 1;
    int failed = cmocka_run_group_tests_name("log", tests, NULL, NULL);
    rmdir(folder);
    return failed;
}

/* core/event_write: an event as a line for people and as one for programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "core/event_write.h"

static struct event_list *list;
static struct buf out;

static int setup(void **state)
{
    (void)state;
    list = event_list_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    event_list_free(list);
    buf_free(&out);
    return 0;
}

static const struct event *add(struct event event)
{
    event_list_add(list, &event);
    return event_list_get(list, event_list_last(list));
}

static const struct event *failure(void)
{
    return add((struct event){.kind = EVENT_CELL,
                              .level = EVENT_BAD,
                              .image = text_safe("demo \"1\""),
                              .region = text_safe("eu-west-1"),
                              .ami = text_safe("ami-1"),
                              .state = "failed",
                              .text = text_safe("no\x1b more"),
                              .code = text_safe("LimitExceeded"),
                              .request_id = text_safe("r-1"),
                              .advice = text_safe("raise the quota"),
                              .progress = 40});
}

static void a_line_for_people(void **state)
{
    (void)state;
    event_write_text(failure(), &out);
    assert_string_equal(buf_str(&out) + strlen("00:00:00"),
                        "  eu-west-1       failed       demo \"1\"  ami-1  LimitExceeded:  "
                        "no\\x1b more (request r-1)  To do: raise the quota.\n");
}

static const char *text(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
}

static void a_line_for_programs(void **state)
{
    (void)state;
    event_write_json(failure(), &out);
    assert_ptr_equal(strchr(buf_str(&out), '\n'), buf_str(&out) + out.length - 1);
    cJSON *json = cJSON_Parse(buf_str(&out));
    assert_non_null(json);
    assert_string_equal(text(json, "event"), "error");
    assert_string_equal(text(json, "image"), "demo \"1\"");
    assert_string_equal(text(json, "code"), "LimitExceeded");
    assert_int_equal(cJSON_GetNumberValue(cJSON_GetObjectItem(json, "progress")), 40);
    assert_null(cJSON_GetObjectItem(json, "snapshot"));
    assert_null(cJSON_GetObjectItem(json, "bytes_done"));
    cJSON_Delete(json);
}

static void an_upload_has_bytes(void **state)
{
    (void)state;
    event_write_json(add((struct event){.kind = EVENT_UPLOAD,
                                        .progress = -1,
                                        .bytes_done = 5000000000,
                                        .bytes_total = 6000000000}),
                     &out);
    assert_non_null(strstr(buf_str(&out), "\"event\":\"upload\",\"bytes_done\":5000000000,"
                                          "\"bytes_total\":6000000000}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_for_people, setup, teardown),
        cmocka_unit_test_setup_teardown(a_line_for_programs, setup, teardown),
        cmocka_unit_test_setup_teardown(an_upload_has_bytes, setup, teardown),
    };
    return cmocka_run_group_tests_name("event_write", tests, NULL, NULL);
}

/* aws/rbin and the JSON door of aws/call: rules of the Recycle Bin, and what they keep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>
#include <cmocka.h>

#include "aws/rbin.h"
#include "base/mem.h"
#include "tests/tools/fakeaws.h"

static struct err err;

static void rules_of_every_page(void **state)
{
    (void)state;
    struct rbin_rules rules;

    fakeaws_answer(200, "",
                   "{\"Rules\": [{\"Identifier\": \"aB1/x\", \"RetentionPeriod\": {}}],"
                   " \"NextToken\": \"t+1\"}");
    fakeaws_answer(200, "",
                   "{\"Identifier\": \"aB1/x\", \"Description\": \"d\", \"Status\": \"available\","
                   " \"RetentionPeriod\": {\"RetentionPeriodValue\": 14, \"RetentionPeriodUnit\":"
                   " \"DAYS\"}, \"ResourceTags\": [{\"ResourceTagKey\": \"k\","
                   " \"ResourceTagValue\": \"v\"}, {\"ResourceTagKey\": \"only\"}]}");
    fakeaws_answer(200, "", "{\"Rules\": [{\"Identifier\": \"gone\"}, {\"Identifier\": \"b\"}]}");
    fakeaws_answer(404, "",
                   "{\"__type\": \"ResourceNotFoundException\", \"Message\": \"no such rule\"}");
    fakeaws_answer(200, "",
                   "{\"Identifier\": \"b\", \"Status\": \"pending\", \"RetentionPeriod\":"
                   " {\"RetentionPeriodValue\": 2, \"RetentionPeriodUnit\": \"WEEKS\"},"
                   " \"ExcludeResourceTags\": [{\"ResourceTagKey\": \"x\"}]}");
    struct call *c = fakeaws_begin(true);
    assert_true(rbin_rules(c, RBIN_SNAPSHOTS, &rules, &err));
    assert_int_equal(rules.count, 2);
    assert_string_equal(rules.items[0].id, "aB1/x");
    assert_string_equal(rules.items[0].description, "d");
    assert_true(rules.items[0].available);
    assert_int_equal(rules.items[0].days, 14);
    assert_int_equal(rules.items[0].tag_count, 2);
    assert_string_equal(rules.items[0].tags[1].value, "");
    assert_false(rules.items[1].available);
    assert_int_equal(rules.items[1].days, 0);
    assert_string_equal(rules.items[1].exclude_tags[0].key, "x");
    fakeaws_stop();
    assert_int_equal(strncmp(fakeaws_request(0), "POST /list-rules ", 17), 0);
    assert_non_null(strstr(fakeaws_request(0), "/us-east-1/rbin/aws4_request"));
    assert_non_null(strstr(fakeaws_request(0), "content-type: application/json\r\n"));
    assert_non_null(strstr(fakeaws_request(0),
                           "\r\n\r\n{\"ResourceType\":\"EBS_SNAPSHOT\",\"MaxResults\":1000}"));
    assert_int_equal(strncmp(fakeaws_request(1), "GET /rules/aB1%2Fx ", 19), 0);
    assert_non_null(strstr(fakeaws_request(2), "\"NextToken\":\"t+1\"}"));
    rbin_rules_free(&rules);
    fakeaws_end();
}

static void a_failure_leaves_no_rules(void **state)
{
    (void)state;
    struct rbin_rules rules;

    fakeaws_answer(200, "", "{\"Rules\": [{\"Identifier\": \"a\"}, {\"Identifier\": \"b\"}]}");
    fakeaws_answer(200, "", "{\"Identifier\": \"a\"}");
    fakeaws_answer(403, "x-amzn-errortype: AccessDeniedException\r\nx-amzn-requestid: r-1\r\n",
                   "{\"message\": \"no\"}");
    struct call *c = fakeaws_begin(true);
    assert_false(rbin_rules(c, RBIN_IMAGES, &rules, &err));
    assert_int_equal(err.kind, ERR_DENIED);
    assert_string_equal(err.operation, "GetRule");
    assert_string_equal(err.code, "AccessDeniedException");
    assert_string_equal(err.request_id, "r-1");
    assert_int_equal(rules.count, 0);
    assert_null(rules.items);
    fakeaws_end();
}

static struct tag tag(const char *key, const char *value)
{
    return (struct tag){.key = (char *)key, .value = (char *)value};
}

static void the_longest_rule_counts(void **state)
{
    (void)state;
    struct tag release[] = {tag("team", "images"), tag("stage", "")};
    struct tag skipped[] = {tag("scratch", "")};
    struct rbin_rule items[] = {
        {.days = 7, .available = true, .exclude_tags = skipped, .exclude_tag_count = 1},
        {.days = 30, .available = true, .tags = release, .tag_count = 2},
        {.days = 365, .available = false},
    };
    const struct rbin_rules rules = {.items = items, .count = ARRAY_LEN(items)};
    const struct {
        struct tag tags[2];
        size_t count;
        int days;
    } rows[] = {
        {.count = 0, .days = 7},
        {.tags = {tag("team", "images")}, .count = 1, .days = 30},
        {.tags = {tag("team", "other")}, .count = 1, .days = 7},
        {.tags = {tag("scratch", "yes")}, .count = 1, .days = 0},
        {.tags = {tag("scratch", "yes"), tag("team", "images")}, .count = 2, .days = 30},
        {.tags = {tag("stage", "beta")}, .count = 1, .days = 7},
        {.tags = {tag("stage", "")}, .count = 1, .days = 30},
    };
    const struct rbin_rules none = {.count = 0};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(rbin_days(&rules, rows[i].tags, rows[i].count), rows[i].days);
    assert_int_equal(rbin_days(&none, release, 2), 0);
}

static const struct call_action get_value = {
    .service = "ssm", .name = "GetValue", .version = "AmazonSSM", .protocol = CALL_JSON_1_1};

static void json_1_1_names_its_target(void **state)
{
    (void)state;
    const struct call_json empty = {.action = &get_value};
    struct cJSON *answer = NULL;
    cJSON *body = cJSON_CreateObject();
    const struct call_json named = {.action = &get_value, .body = body};

    cJSON_AddStringToObject(body, "Name", "n");
    fakeaws_answer(200, "", "");
    fakeaws_answer(200, "", "{\"a\": 1}");
    struct call *c = fakeaws_begin(true);
    assert_true(call_json(c, &empty, &answer, &err));
    assert_true(cJSON_IsObject(answer));
    cJSON_Delete(answer);
    assert_true(call_json(c, &named, &answer, &err));
    assert_true(cJSON_HasObjectItem(answer, "a"));
    cJSON_Delete(answer);
    fakeaws_stop();
    assert_int_equal(strncmp(fakeaws_request(0), "POST / ", 7), 0);
    assert_non_null(strstr(fakeaws_request(0), "x-amz-target: AmazonSSM.GetValue\r\n"));
    assert_non_null(strstr(fakeaws_request(0), "content-type: application/x-amz-json-1.1\r\n"));
    assert_non_null(strstr(fakeaws_request(0), "\r\n\r\n{}"));
    assert_non_null(strstr(fakeaws_request(1), "\r\n\r\n{\"Name\":\"n\"}"));
    cJSON_Delete(body);
    fakeaws_end();
}

/* What cannot be read is asked for again, and is an error in the end. */
static void an_answer_that_is_no_object(void **state)
{
    (void)state;
    static const char *const bodies[] = {"[1]", "<html>", "{\"a\":"};
    const struct call_json ask = {.action = &get_value};
    struct cJSON *answer = NULL;

    for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
        fakeaws_answer(200, "x-amzn-requestid: r-2\r\n", bodies[i]);
    struct call *c = fakeaws_begin(true);
    assert_false(call_json(c, &ask, &answer, &err));
    assert_null(answer);
    assert_int_equal(err.kind, ERR_REPLY);
    assert_string_equal(err.operation, "GetValue");
    assert_string_equal(err.request_id, "r-2");
    fakeaws_stop();
    assert_non_null(fakeaws_request(2));
    fakeaws_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_of_every_page),         cmocka_unit_test(a_failure_leaves_no_rules),
        cmocka_unit_test(the_longest_rule_counts),     cmocka_unit_test(json_1_1_names_its_target),
        cmocka_unit_test(an_answer_that_is_no_object),
    };
    fakeaws_init();
    return cmocka_run_group_tests_name("rbin", tests, NULL, NULL);
}

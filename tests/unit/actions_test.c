/* aws/actions: every row of the table is right, and read only refuses what changes something. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>
#include <cmocka.h>

#include "aws/actions.h"
#include "base/mem.h"
#include "tests/tools/fakeaws.h"

/* By AWS's own convention for the names of actions; whatever is called otherwise changes something.
 */
static bool reads_by_name(const char *name)
{
    static const char *const verbs[] = {"Describe", "Get",        "Head",
                                        "List",     "AssumeRole", "CreateToken"};

    for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
        if (strncmp(name, verbs[i], strlen(verbs[i])) == 0)
            return true;
    return false;
}

static void every_row_is_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < AWS_ACTIONS; i++) {
        const struct call_action *action = &aws_actions[i];
        bool versioned = action->protocol == CALL_QUERY || action->protocol == CALL_JSON_1_1;
        assert_non_null(action->name);
        assert_non_null(action->service);
        assert_int_equal(action->version != NULL, versioned);
        assert_int_equal(action->items != NULL, action->token != NULL);
        assert_int_equal(action->mutating, !reads_by_name(action->name));
        assert_false(action->once && !action->mutating);
        for (size_t other = 0; other < i; other++)
            assert_false(strcmp(action->name, aws_actions[other].name) == 0 &&
                         strcmp(action->service, aws_actions[other].service) == 0);
    }
}

static void permissions_are_named(void **state)
{
    (void)state;
    static const struct {
        enum aws_action action;
        const char *permission;
    } rows[] = {
        {EC2_DESCRIBE_IMAGES, "ec2:DescribeImages"},
        {S3_UPLOAD_PART, "s3:PutObject"},
        {S3_HEAD_BUCKET, "s3:ListBucket"},
        {S3_LIST_PARTS, "s3:ListMultipartUploadParts"},
        {STS_GET_CALLER_IDENTITY, ""},
        {STS_ASSUME_ROLE, "sts:AssumeRole"},
        {STS_ASSUME_ROLE_WITH_WEB_IDENTITY, ""},
        {RBIN_LIST_RULES, "rbin:ListRules"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out = BUF_INIT;
        aws_action_permission(&aws_actions[rows[i].action], &out);
        assert_string_equal(buf_str(&out), rows[i].permission);
        buf_free(&out);
    }
    for (size_t i = 0; i < AWS_ACTIONS; i++) {
        struct buf out = BUF_INIT;
        char prefix[64];
        aws_action_permission(&aws_actions[i], &out);
        snprintf(prefix, sizeof prefix, "%s:", aws_actions[i].service);
        if (out.length > 0)
            assert_int_equal(strncmp(out.data, prefix, strlen(prefix)), 0);
        buf_free(&out);
    }
}

/* By its own protocol; the answers that come are good for each. */
static bool ask(struct call *c, const struct call_action *action, struct err *err)
{
    const struct call_rest rest = {.action = action, .method = "GET", .path = "/"};
    const struct call_json json = {.action = action, .method = "GET", .path = "/"};
    struct http_answer answer = {0};
    struct cJSON *object = NULL;
    bool ok = false;

    switch (action->protocol) {
    case CALL_QUERY:
        return call_query(c, action, NULL, NULL, err);
    case CALL_REST_XML:
        ok = call_rest(c, &rest, &answer, err);
        http_answer_free(&answer);
        return ok;
    case CALL_REST_JSON:
    case CALL_JSON_1_1:
        ok = call_json(c, &json, &object, err);
        cJSON_Delete(object);
        return ok;
    }
    return false;
}

static void read_only_refuses_every_change(void **state)
{
    (void)state;
    size_t sent = 0;
    struct err err;

    for (size_t i = 0; i < AWS_ACTIONS; i++)
        if (!aws_actions[i].mutating)
            fakeaws_answer(200, "",
                           aws_actions[i].protocol == CALL_REST_JSON ||
                                   aws_actions[i].protocol == CALL_JSON_1_1
                               ? "{}"
                               : "<AnyResponse/>");
    struct call *c = fakeaws_begin(true);
    for (size_t i = 0; i < AWS_ACTIONS; i++) {
        err = ERR_INIT;
        bool ok = ask(c, &aws_actions[i], &err);
        assert_int_equal(ok, !aws_actions[i].mutating);
        assert_int_equal(err.kind, ok ? ERR_NONE : ERR_REFUSED);
        if (!ok)
            assert_string_equal(err.operation, aws_actions[i].name);
        sent += ok;
    }
    fakeaws_stop();
    assert_non_null(fakeaws_request(sent - 1));
    assert_null(fakeaws_request(sent));
    fakeaws_end();
}

static bool holds(const char *path, const char *text)
{
    struct buf all = BUF_INIT;
    char chunk[4096];
    size_t n;
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
        buf_add(&all, chunk, n);
    fclose(file);
    bool found = strstr(buf_str(&all), text) != NULL;
    buf_free(&all);
    return found;
}

/* The walks above see every action only when no file keeps a row of its own. */
static void no_row_stands_elsewhere(void **state)
{
    (void)state;
    DIR *folder = opendir("aws");
    const struct dirent *entry;
    size_t files = 0;

    if (folder == NULL)
        skip(); /* not run from the root of the sources */
    while ((entry = readdir(folder)) != NULL) {
        char path[300];
        size_t length = strlen(entry->d_name);
        if (length < 2 || strcmp(entry->d_name + length - 2, ".c") != 0 ||
            strcmp(entry->d_name, "actions.c") == 0)
            continue;
        snprintf(path, sizeof path, "aws/%s", entry->d_name);
        files++;
        if (holds(path, ".mutating =") && strcmp(entry->d_name, "call.c") != 0)
            fail_msg("%s has a row of its own", path);
        if (holds(path, "const struct call_action ") && holds(path, ".service = \""))
            fail_msg("%s has a row of its own", path);
    }
    closedir(folder);
    assert_true(files > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(permissions_are_named),
        cmocka_unit_test(read_only_refuses_every_change),
        cmocka_unit_test(no_row_stands_elsewhere),
    };
    fakeaws_init();
    return cmocka_run_group_tests_name("actions", tests, NULL, NULL);
}

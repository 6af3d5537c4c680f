/* What signing in reads: times, keys in JSON, tokens in files, names in the cache, command lines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "aws/shell_words.h"
#include "aws/signin_file.h"
#include "aws/signin_json.h"
#include "aws/sts_role.h"
#include "base/mem.h"

static void times(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        time_t time;
    } rows[] = {
        {"1970-01-01T00:00:10Z", 10},
        {"1970-01-01T00:00:10UTC", 10},
        {"1970-01-01T00:00:10.250Z", 10},
        {"1970-01-01T00:00:10.250000+00:00", 10},
        {"1970-01-01T02:00:10+02:00", 10},
        {"1970-01-01T19:30:10-04:30", 86410},
        {"1970-01-01T00:00:10", -1},
        {"1970-01-01T00:00:10+2", -1},
        {"1970-01-01T00:00:10 GMT", -1},
        {"1970-01-01T00:00:10+02:00x", -1},
        {"tomorrow", -1},
        {"", -1},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(signin_time(rows[i].text), rows[i].time);
    assert_int_equal(signin_time(NULL), -1);
}

static bool keys_of(const char *text, const struct signin_names *names, struct credentials *out)
{
    struct err err = ERR_INIT;
    cJSON *json = signin_json_parse(text, strlen(text), "the test", &err);
    bool ok = json != NULL && signin_json_keys(json, names, "test", out, &err);

    signin_json_free(json);
    assert_int_equal(err.kind, ok ? ERR_NONE : ERR_CREDENTIALS);
    assert_null(strstr(err.message, "canary"));
    return ok;
}

static void keys(void **state)
{
    (void)state;
    struct credentials c;

    assert_true(keys_of("{\"AccessKeyId\": \"A\", \"SecretAccessKey\": \"s\", \"Token\": \"t\", "
                        "\"Expiration\": \"2001-09-09T01:46:40Z\"}",
                        &signin_names_container, &c));
    assert_string_equal(c.access_key_id, "A");
    assert_string_equal(c.session_token, "t");
    assert_int_equal(c.expires_at, 1000000000);
    credentials_free(&c);
    assert_true(keys_of("{\"accessKeyId\": \"A\", \"secretAccessKey\": \"s\", \"sessionToken\": "
                        "\"t\", \"expiration\": 1000000000999}",
                        &signin_names_sso, &c));
    assert_int_equal(c.expires_at, 1000000000);
    credentials_free(&c);
    assert_true(
        keys_of("{\"AccessKeyId\": \"A\", \"SecretAccessKey\": \"s\", \"Expiration\": null}",
                &signin_names_sts, &c));
    assert_null(c.session_token);
    assert_int_equal(c.expires_at, 0);
    credentials_free(&c);
    static const char *const wrong[] = {
        "canary",
        "[\"canary\"]",
        "{}",
        "{\"AccessKeyId\": \"canary\"}",
        "{\"AccessKeyId\": \"\", \"SecretAccessKey\": \"canary\"}",
        "{\"AccessKeyId\": 7, \"SecretAccessKey\": \"canary\"}",
        "{\"AccessKeyId\": \"A\", \"SecretAccessKey\": \"s\", \"Expiration\": \"canary\"}",
        "{\"AccessKeyId\": \"A\", \"SecretAccessKey\": \"s\", \"Expiration\": 7}",
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_false(keys_of(wrong[i], &signin_names_sts, &c));
    assert_false(
        keys_of("{\"accessKeyId\": \"A\", \"secretAccessKey\": \"s\", \"expiration\": \"x\"}",
                &signin_names_sso, &c));
}

/* Computed with botocore 1.44.5: AssumeRoleCredentialFetcher(...)._cache_key. */
static void names_in_the_cache(void **state)
{
    (void)state;
    static const struct {
        struct sts_role role;
        const char *key;
    } rows[] = {
        {{.arn = "arn:aws:iam::123456789012:role/r"}, "6dc9e6e1e186b9f293814df3266de783142c48a2"},
        {{.arn = "arn:aws:iam::123456789012:role/r",
          .session_name = "me",
          .external_id = "a/b+c",
          .mfa_serial = "arn:aws:iam::123456789012:mfa/me",
          .mfa_code = "123456",
          .duration_s = 7200},
         "f0bff6b7868c7c836a33326a984d42b8a819ac05"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *key = sts_role_key(&rows[i].role);
        assert_string_equal(key, rows[i].key);
        free(key);
    }
}

static bool token_of(const char *bytes, size_t length, struct buf *out)
{
    char path[] = "/tmp/tatami-token-XXXXXX";
    int fd = mkstemp(path);
    struct err err = ERR_INIT;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, length), length);
    close(fd);
    bool ok = signin_file_token(path, out, &err);
    unlink(path);
    assert_int_equal(err.kind, ok ? ERR_NONE : ERR_CREDENTIALS);
    return ok;
}

static void tokens(void **state)
{
    (void)state;
    struct buf token = BUF_INIT;
    char *large = xmalloc(70000);

    assert_true(token_of("ey.J0.k\r\n", 9, &token));
    assert_string_equal(buf_str(&token), "ey.J0.k");
    buf_reset(&token);
    assert_false(token_of("", 0, &token));
    assert_false(token_of(" \n", 2, &token));
    buf_reset(&token);
    assert_false(token_of("a\r\nx-evil: 1", 12, &token));
    buf_reset(&token);
    assert_false(token_of("a\0b", 3, &token));
    buf_reset(&token);
    memset(large, 'x', 70000);
    assert_false(token_of(large, 70000, &token));
    assert_false(signin_file_token("/no/such/file", &token, NULL));
    free(large);
    buf_free(&token);
}

/* As Python's shlex.split(). */
static void command_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line, *words[6];
    } rows[] = {
        {"a", {"a"}},
        {"  a\tb  c ", {"a", "b", "c"}},
        {"/x/y --z 'a b' \"c d\"", {"/x/y", "--z", "a b", "c d"}},
        {"a'b'\"c\"d", {"abcd"}},
        {"'a\\b' \"a\\b\" \"a\\\\b\" \"a\\\"b\"", {"a\\b", "a\\b", "a\\b", "a\"b"}},
        {"a\\ b \\'c", {"a b", "'c"}},
        {"a '' \"\"", {"a", "", ""}},
        {"$HOME ~ *", {"$HOME", "~", "*"}},
    };
    static const char *const wrong[] = {"", "   ", "'a", "a \"b", "a\\", "'"};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char **words = shell_words(rows[i].line);
        size_t n = 0;
        assert_non_null(words);
        for (; rows[i].words[n] != NULL; n++)
            assert_string_equal(words[n], rows[i].words[n]);
        assert_null(words[n]);
        shell_words_free(words);
    }
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_null(shell_words(wrong[i]));
    shell_words_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times),         cmocka_unit_test(keys),
        cmocka_unit_test(tokens),        cmocka_unit_test(names_in_the_cache),
        cmocka_unit_test(command_lines),
    };
    return cmocka_run_group_tests_name("signin", tests, NULL, NULL);
}

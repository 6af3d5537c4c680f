/* aws/sigv4 against the vectors of tests/sigv4, stage by stage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "aws/sigv4.h"
#include "base/ini.h"
#include "base/mem.h"

#define FOLDER "tests/sigv4"

static const char *const vectors[] = {
    "ec2-query",
    "ec2-query-session-token",
    "ebs-list-query",
    "s3-put-signed-body",
    "ebs-put-block-unsigned-body",
    "non-s3-path-double-encoding",
    "s3-head-double-slash",
    "s3-upload-part-query",
    "s3-presign-get",
    "sts-presign",
};

/* One vector, read and taken apart. */
struct vector {
    struct ini *ini;
    char *host, *path, *query;
    char hash[SIGV4_HEX_SIZE];
    struct sigv4_header headers[16];
    struct sigv4_request request;
    struct credentials credentials;
    int presign_s; /* 0 for a signed header */
};

static char *read_expected(const char *name, const char *file)
{
    char *path = xasprintf(FOLDER "/%s/%s", name, file);
    char text[4096];
    FILE *f = fopen(path, "r");

    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text, f);
    fclose(f);
    free(path);
    assert_true(n > 1 && text[n - 1] == '\n');
    return xstrndup(text, n - 1);
}

static time_t parse_date(const char *text)
{
    struct tm tm = {0};

    assert_non_null(strptime(text, "%Y%m%dT%H%M%SZ", &tm));
    return timegm(&tm);
}

static void split_url(struct vector *v, const char *url)
{
    const char *host = strstr(url, "://");
    assert_non_null(host);
    host += 3;
    size_t host_length = strcspn(host, "/");
    const char *path = host + host_length;
    size_t path_length = strcspn(path, "?");
    v->host = xstrndup(host, host_length);
    v->path = xstrndup(path, path_length);
    v->query = xstrdup(path[path_length] == '?' ? path + path_length + 1 : "");
}

static void read_headers(struct vector *v)
{
    size_t cursor = 0, count = 0;
    int line;

    v->headers[count++] = (struct sigv4_header){.name = "Host", .value = v->host};
    while (count < ARRAY_LEN(v->headers) &&
           ini_each(v->ini, "headers", &cursor, &v->headers[count].name, &v->headers[count].value,
                    &line))
        count++;
    /* One that proxies touch: it must not be signed. */
    v->headers[count++] = (struct sigv4_header){.name = "User-Agent", .value = "x"};
    v->request.headers = v->headers;
    v->request.header_count = count;
}

static void read_vector(const char *name, struct vector *v)
{
    struct err err = ERR_INIT;
    char *path = xasprintf(FOLDER "/%s/request.ini", name);

    *v = (struct vector){.ini = ini_read(path, &err)};
    assert_non_null(v->ini);
    free(path);
    split_url(v, ini_get(v->ini, "request", "url"));
    read_headers(v);
    const char *presign = ini_get(v->ini, "request", "presign_s");
    const char *body = ini_get(v->ini, "request", "body");
    const char *hash = ini_get(v->ini, "request", "payload_hash");
    v->presign_s = presign == NULL ? 0 : atoi(presign);
    body = body == NULL ? "" : body;
    sigv4_hash_hex(body, strlen(body), v->hash);
    v->request.method = ini_get(v->ini, "request", "method");
    v->request.path = v->path;
    v->request.query = v->query;
    v->request.payload_hash = hash == NULL ? v->hash : hash;
    v->request.service = ini_get(v->ini, "request", "service");
    v->request.region = ini_get(v->ini, "request", "region");
    v->request.time = parse_date(ini_get(v->ini, "request", "date"));
    v->credentials = (struct credentials){
        .access_key_id = (char *)ini_get(v->ini, "credentials", "access_key"),
        .secret_access_key = (char *)ini_get(v->ini, "credentials", "secret_key"),
        .session_token = (char *)ini_get(v->ini, "credentials", "session_token")};
}

static void free_vector(struct vector *v)
{
    free(v->host);
    free(v->path);
    free(v->query);
    ini_free(v->ini);
}

/* The canonical request and the string to sign of what v->request says now. */
static void check_stages(const char *name, const struct vector *v)
{
    struct buf canonical = BUF_INIT, names = BUF_INIT, text = BUF_INIT;
    char *expected = read_expected(name, "canonical-request");

    sigv4_canonical_request(&v->request, &canonical, &names);
    assert_string_equal(buf_str(&canonical), expected);
    free(expected);
    expected = read_expected(name, "string-to-sign");
    sigv4_string_to_sign(&v->request, buf_str(&canonical), &text);
    assert_string_equal(buf_str(&text), expected);
    free(expected);
    buf_free(&canonical);
    buf_free(&names);
    buf_free(&text);
}

static void every_vector(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        struct vector v;
        struct buf out = BUF_INIT;
        read_vector(vectors[i], &v);
        print_message("# %s\n", vectors[i]);
        if (v.presign_s > 0) {
            char *expected = read_expected(vectors[i], "presigned-query");
            sigv4_presign(&v.request, &v.credentials, v.presign_s, &out);
            assert_string_equal(buf_str(&out), expected);
            free(expected);
            /* What was signed is the query without the signature. */
            *strstr(out.data, "&X-Amz-Signature=") = '\0';
            v.request.query = out.data;
            check_stages(vectors[i], &v);
        } else {
            char *expected = read_expected(vectors[i], "authorization");
            check_stages(vectors[i], &v);
            sigv4_authorization(&v.request, &v.credentials, &out);
            assert_string_equal(buf_str(&out), expected);
            free(expected);
        }
        buf_free(&out);
        free_vector(&v);
    }
}

/* AWS General Reference, "Examples of how to derive a signing key": 20150830, us-east-1, iam. */
static void signing_key_of_the_reference(void **state)
{
    (void)state;
    struct sigv4_request r = {
        .service = "iam", .region = "us-east-1", .time = parse_date("20150830T123600Z")};
    const char *secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    unsigned char key[SIGV4_KEY_SIZE], again[SIGV4_KEY_SIZE];
    struct buf hex = BUF_INIT;

    sigv4_signing_key(secret, &r, key);
    buf_add_hex(&hex, key, sizeof key);
    assert_string_equal(buf_str(&hex),
                        "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
    buf_free(&hex);

    /* The cache answers for the same key, day, region and service only. */
    sigv4_signing_key(secret, &r, again);
    assert_memory_equal(key, again, sizeof key);
    r.time += 24 * 3600;
    sigv4_signing_key(secret, &r, again);
    assert_memory_not_equal(key, again, sizeof key);
    r.time -= 24 * 3600;
    r.region = "us-east-2";
    sigv4_signing_key(secret, &r, again);
    assert_memory_not_equal(key, again, sizeof key);
    r.region = "us-east-1";
    sigv4_signing_key("another", &r, again);
    assert_memory_not_equal(key, again, sizeof key);
}

static void paths_are_normalized(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"ec2", "/", "/"},
        {"ec2", "/../..", "/"},
        {"ec2", "//a//b/", "/a/b/"},
        {"ec2", "/a/../b/.", "/b"},
        {"ec2", "/a%2Fb", "/a%252Fb"},
        {"s3", "//a/../b%20c", "//a/../b%20c"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct sigv4_request r = {.method = "GET",
                                  .service = rows[i][0],
                                  .path = rows[i][1],
                                  .region = "r",
                                  .payload_hash = "h"};
        struct buf out = BUF_INIT, names = BUF_INIT;
        sigv4_canonical_request(&r, &out, &names);
        char *expected = xasprintf("GET\n%s\n\n\n\nh", rows[i][2]);
        assert_string_equal(buf_str(&out), expected);
        free(expected);
        buf_free(&out);
        buf_free(&names);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector),
        cmocka_unit_test(signing_key_of_the_reference),
        cmocka_unit_test(paths_are_normalized),
    };
    return cmocka_run_group_tests_name("sigv4", tests, NULL, NULL);
}

/* aws/http against a scripted server. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "aws/http.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tests/tools/fakehttp.h"

#define OK          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-One:  a b \r\n\r\nok"
#define CONTINUE_OK "HTTP/1.1 100 Continue\r\nX-Two: no\r\n\r\n" OK

static struct fakehttp *server;
static struct http *http;
static char *url;
static struct http_answer answer;
static struct err err;

static void begin(const char *const *answers, size_t count)
{
    server = fakehttp_start(answers, count);
    const struct http_options options = {.only_address = fakehttp_address(server)};
    http = http_new(&options);
    url = xasprintf("http://%s/a%%20b?c=d", fakehttp_address(server));
    answer = (struct http_answer){0};
    err = ERR_INIT;
}

static void finish(void)
{
    http_free(http);
    free(url);
    fakehttp_free(server);
}

static void an_answer_is_read(void **state)
{
    (void)state;
    static const char *const answers[] = {
        CONTINUE_OK,
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
    };
    const struct http_header headers[] = {{"x-two", "2"}, {"host", "elsewhere"}};

    begin(answers, ARRAY_LEN(answers));
    const struct http_request post = {.method = "POST",
                                      .url = url,
                                      .headers = headers,
                                      .header_count = 2,
                                      .body = {.data = "body", .length = 4}};
    assert_true(http_exchange(http, &post, NULL, &answer, &err));
    assert_int_equal(answer.status, 200);
    assert_string_equal(buf_str(&answer.body), "ok");
    assert_string_equal(http_answer_header(&answer, "x-one"), "a b");
    assert_null(http_answer_header(&answer, "x-two"));
    http_answer_free(&answer);
    const struct http_request get = {.method = "GET", .url = url};
    assert_true(http_exchange(http, &get, NULL, &answer, &err));
    assert_int_equal(answer.status, 404);
    http_answer_free(&answer);
    const struct http_request put = {.method = "PUT", .url = url};
    assert_true(http_exchange(http, &put, NULL, &answer, &err));
    assert_int_equal(answer.status, 307);
    http_answer_free(&answer);
    const struct http_request head = {.method = "HEAD", .url = url};
    assert_true(http_exchange(http, &head, NULL, &answer, &err));
    http_answer_free(&answer);

    fakehttp_stop(server);
    assert_int_equal(fakehttp_connections(server), 1);
    const char *sent = fakehttp_request(server, 0);
    assert_int_equal(strncmp(sent, "POST /a%20b?c=d HTTP/1.1\r\n", 26), 0);
    assert_non_null(strstr(sent, "\r\nx-two: 2\r\n"));
    assert_non_null(strstr(sent, "\r\nHost: elsewhere\r\n"));
    assert_non_null(strstr(sent, "User-Agent: tatami/"));
    assert_null(strstr(sent, "Expect"));
    assert_non_null(strstr(sent, "\r\n\r\nbody"));
    assert_non_null(strstr(fakehttp_request(server, 2), "Content-Length: 0"));
    finish();
}

static void a_dead_connection_is_replaced(void **state)
{
    (void)state;
    static const char *const answers[] = {OK, FAKEHTTP_CLOSE, OK, OK, FAKEHTTP_CLOSE, OK};
    atomic_uint_least64_t sent = 0;

    begin(answers, ARRAY_LEN(answers));
    struct http_request request = {
        .method = "PUT", .url = url, .body = {.data = "12345", .length = 5}, .sent = &sent};
    for (int i = 1; i <= 2; i++) {
        assert_true(http_exchange(http, &request, NULL, &answer, &err));
        assert_int_equal(sent, 5 * i);
        http_answer_free(&answer);
    }
    /* What may not arrive twice is not sent again behind our back. */
    assert_true(http_exchange(http, &request, NULL, &answer, &err));
    http_answer_free(&answer);
    request.new_connection = true;
    assert_false(http_exchange(http, &request, NULL, &answer, &err));
    assert_int_equal(err.kind, ERR_NETWORK);
    assert_int_equal(sent, 15);
    fakehttp_stop(server);
    assert_non_null(fakehttp_request(server, 4));
    assert_null(fakehttp_request(server, 5));
    finish();
}

static void failures_have_kinds(void **state)
{
    (void)state;
    static const char *const answers[] = {
        FAKEHTTP_CLOSE,
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1234567890",
        "SSH-2.0-x\r\n",
    };
    static const enum err_kind kinds[] = {ERR_NETWORK, ERR_NETWORK, ERR_REPLY, ERR_NETWORK};

    begin(answers, ARRAY_LEN(answers));
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        const struct http_request request = {.method = "GET", .url = url, .answer_limit_bytes = 9};
        assert_false(http_exchange(http, &request, NULL, &answer, &err));
        assert_int_equal(err.kind, kinds[i]);
        assert_null(answer.headers);
    }
    fakehttp_stop(server);
    finish();
}

static void other_addresses_are_refused(void **state)
{
    (void)state;
    begin(NULL, 0);
    char *rows[] = {xstrdup("http://127.0.0.1:1/"),
                    xasprintf("http://%s0/", fakehttp_address(server)),
                    xasprintf("http://%s@example.com/", fakehttp_address(server)),
                    xstrdup("https://ec2.us-east-1.amazonaws.com/")};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_request request = {.method = "GET", .url = rows[i]};
        assert_false(http_exchange(http, &request, NULL, &answer, &err));
        assert_int_equal(err.kind, ERR_REFUSED);
        free(rows[i]);
    }
    http_free(http);
    http = http_new(&(struct http_options){0});
    const struct http_request request = {.method = "GET", .url = "file:///etc/passwd"};
    assert_false(http_exchange(http, &request, NULL, &answer, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    fakehttp_stop(server);
    assert_int_equal(fakehttp_connections(server), 0);
    finish();
}

static void bodies_come_from_files(void **state)
{
    (void)state;
    static const char *const answers[] = {OK, OK};
    char path[] = "/tmp/tatami-http-XXXXXX";
    int fd = mkstemp(path);

    unlink(path);
    assert_int_equal(write(fd, "0123456789", 10), 10);
    begin(answers, ARRAY_LEN(answers));
    struct http_request request = {
        .method = "PUT", .url = url, .body = {.fd = fd, .offset = 3, .length = 5}};
    assert_true(http_exchange(http, &request, NULL, &answer, &err));
    http_answer_free(&answer);
    request.body.length = 8;
    assert_false(http_exchange(http, &request, NULL, &answer, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    request.body.fd = -1;
    assert_false(http_exchange(http, &request, NULL, &answer, &err));
    assert_int_equal(err.kind, ERR_IO);
    fakehttp_stop(server);
    assert_non_null(strstr(fakehttp_request(server, 0), "\r\n\r\n34567"));
    close(fd);
    finish();
}

static void a_silent_server_and_a_cancel_flag(void **state)
{
    (void)state;
    static const char *const answers[] = {FAKEHTTP_HANG, FAKEHTTP_HANG};
    atomic_bool cancel = true;

    begin(answers, ARRAY_LEN(answers));
    const struct http_request request = {.method = "GET", .url = url, .timeout_s = 1};
    assert_false(http_exchange(http, &request, &cancel, &answer, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    cancel = false;
    clock_ms start = clock_now_ms();
    assert_false(http_exchange(http, &request, &cancel, &answer, &err));
    assert_int_equal(err.kind, ERR_TIMEOUT);
    assert_true(clock_now_ms() - start >= 5000);
    fakehttp_stop(server);
    finish();
}

/* Cancels once the request has left. */
struct canceller {
    atomic_uint_least64_t sent;
    atomic_bool cancel;
    clock_ms at;
};

static void *cancel_when_sent(void *arg)
{
    struct canceller *c = arg;

    while (atomic_load(&c->sent) < 5)
        sched_yield();
    c->at = clock_now_ms();
    atomic_store(&c->cancel, true);
    return NULL;
}

static void a_running_call_ends_soon_after_cancel(void **state)
{
    (void)state;
    static const char *const answers[] = {FAKEHTTP_HANG};
    struct canceller c = {0};
    pthread_t thread;

    begin(answers, ARRAY_LEN(answers));
    assert_int_equal(pthread_create(&thread, NULL, cancel_when_sent, &c), 0);
    const struct http_request request = {
        .method = "PUT", .url = url, .body = {.data = "12345", .length = 5}, .sent = &c.sent};
    assert_false(http_exchange(http, &request, &c.cancel, &answer, &err));
    clock_ms end = clock_now_ms();
    pthread_join(thread, NULL);
    assert_int_equal(err.kind, ERR_CANCELLED);
    assert_true(end - c.at <= 500);
    assert_int_equal(c.sent, 0);
    fakehttp_stop(server);
    finish();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_read),
        cmocka_unit_test(a_dead_connection_is_replaced),
        cmocka_unit_test(failures_have_kinds),
        cmocka_unit_test(other_addresses_are_refused),
        cmocka_unit_test(bodies_come_from_files),
        cmocka_unit_test(a_silent_server_and_a_cancel_flag),
        cmocka_unit_test(a_running_call_ends_soon_after_cancel),
    };
    http_global_init();
    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}

/* A client session with a tatami-sim of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "aws/retry.h"
#include "base/crc32c.h"
#include "base/mem.h"
#include "tests/tools/simsession.h"

struct simsession sims;

static void on_trace(void *arg, const struct aws_trace *trace)
{
    (void)arg;
    sims.seen.attempts++;
    sims.seen.retries += trace->retry_in_ms >= 0;
    if (trace->code[0] != '\0')
        sims.seen.errors[retry_classify(trace->code, trace->http_status)]++;
}

void simsession_open(bool read_only)
{
    const struct aws_options options = {.config = sims.config,
                                        .read_only = read_only,
                                        .only_address = sims.sim.address,
                                        .trace = on_trace};

    sims.session = aws_new(&options, &sims.err);
    assert_non_null(sims.session);
    sims.call = call_new(sims.session, "us-east-1", NULL);
    sims.seen = (struct simseen){0};
}

void simsession_close(void)
{
    call_free(sims.call);
    aws_free(sims.session);
}

int simsession_setup(void **state)
{
    (void)state;
    free(simproc_ask(&sims.sim, "/_sim/reset", "{}"));
    sims.err = ERR_INIT;
    simsession_open(false);
    return 0;
}

int simsession_teardown(void **state)
{
    (void)state;
    simsession_close();
    return 0;
}

int simsession_run(const char *name, const struct CMUnitTest *tests, size_t count)
{
    const char *asked = getenv("TATAMI_SPEED"), *speed = asked != NULL ? asked : "2000";
    const char *const arguments[] = {"--speed", speed, NULL};
    const struct aws_config_options options = {0};
    int failed = 1;

    setenv("TATAMI_CLOCK", speed, 1);
    http_global_init();
    if (!clock_init() || !simproc_start(&sims.sim, arguments))
        return 1;
    sims.config = aws_config_load(&options, &sims.err);
    if (sims.config != NULL)
        failed = _cmocka_run_group_tests(name, tests, count, NULL, NULL);
    aws_config_free(sims.config);
    simproc_stop(&sims.sim);
    return failed;
}

void simsession_fault(const char *rows)
{
    char *json = xasprintf("{\"faults\": [%s]}", rows);
    char *answer = simproc_ask(&sims.sim, "/_sim/faults", json);

    assert_non_null(answer);
    free(answer);
    free(json);
}

void simsession_ok(bool ok)
{
    const struct err *err = &sims.err;

    if (!ok)
        print_message("# %s %s: %s %s\n", err->operation, err->region, err->code, err->message);
    assert_true(ok);
}

void simsession_bucket(const char *region)
{
    static const struct call_action create_bucket = {
        .service = "s3", .name = "CreateBucket", .protocol = CALL_REST_XML, .mutating = true};
    struct call *there = call_new(sims.session, region, NULL);
    struct buf body = BUF_INIT;
    struct http_answer answer = {0};

    if (strcmp(region, "us-east-1") != 0)
        buf_add_fmt(&body,
                    "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                    "<LocationConstraint>%s</LocationConstraint></CreateBucketConfiguration>",
                    region);
    const struct call_rest r = {.action = &create_bucket,
                                .method = "PUT",
                                .bucket = SIM_BUCKET,
                                .body = {.data = body.data, .length = body.length}};
    simsession_ok(call_rest(there, &r, &answer, &sims.err));
    http_answer_free(&answer);
    buf_free(&body);
    call_free(there);
}

int simsession_disk(void)
{
    char path[] = "/tmp/tatami-disk-XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    unlink(path);
    assert_int_equal(ftruncate(fd, DISK_BYTES), 0);
    assert_int_equal(pwrite(fd, "\x55\xaa", 2, 510), 2);
    assert_int_equal(pwrite(fd, "tatami", 6, PART_BYTES + 5), 6);
    return fd;
}

void simsession_checksum(int fd, off_t offset, struct s3_part *part)
{
    char *bytes = xmalloc(part->size_bytes);

    assert_int_equal(pread(fd, bytes, part->size_bytes, offset), part->size_bytes);
    crc32c_base64(crc32c(0, bytes, part->size_bytes), part->crc32c);
    free(bytes);
}

char *simsession_send(int fd, struct s3_part parts[2], atomic_uint_least64_t *sent)
{
    const struct tag tags[] = {{(char *)"ManagedBy", (char *)"tatami"},
                               {(char *)"tatami:disk", (char *)"a/b c"}};
    char *upload_id = NULL;

    simsession_ok(s3_create_upload(sims.call, SIM_OBJECT, tags, 2, &upload_id, &sims.err));
    for (int i = 0; i < 2; i++) {
        parts[i] = (struct s3_part){.number = i + 1, .size_bytes = PART_BYTES};
        simsession_checksum(fd, (off_t)i * PART_BYTES, &parts[i]);
        simsession_ok(s3_upload_part(sims.call, SIM_OBJECT, upload_id, fd, (off_t)i * PART_BYTES,
                                     &parts[i], sent, NULL, &sims.err));
    }
    return upload_id;
}

void simsession_upload(void)
{
    struct s3_part parts[2];
    int fd = simsession_disk();
    char *upload_id = simsession_send(fd, parts, NULL);

    simsession_ok(
        s3_complete_upload(sims.call, SIM_OBJECT, upload_id, parts, 2, DISK_BYTES, &sims.err));
    free(upload_id);
    close(fd);
}

bool simsession_wait(clock_ms *deadline)
{
    if (*deadline == 0)
        *deadline = clock_now_ms() + 8ll * 3600 * 1000;
    return clock_sleep_ms(15000, NULL) && clock_now_ms() < *deadline;
}

/* Uploads against tatami-sim: what arrives is what was sent, whatever happens on the way. */
#include "core/upload.h"

#include <pthread.h>

#include "base/clock.h"
#include "tests/tools/simproc.h"
#include "tests/unit/disk_file.h"

#define BUCKET "tatami-upload-bucket"
#define KEY    "tatami/r!2F1/image/root"

static struct simproc sim;
static struct aws_config *config;
static struct aws *session;
static struct call *call;
static const struct s3_object object = {BUCKET, KEY};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ended_cond;
static bool ended;
static struct timespec ended_at;

static void on_done(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&lock);
    ended = true;
    clock_gettime(CLOCK_MONOTONIC, &ended_at);
    pthread_cond_signal(&ended_cond);
    pthread_mutex_unlock(&lock);
}

static void wait_done(void)
{
    pthread_mutex_lock(&lock);
    while (!ended)
        pthread_cond_wait(&ended_cond, &lock);
    ended = false;
    pthread_mutex_unlock(&lock);
}

static void make_bucket(void)
{
    static const struct call_action create_bucket = {
        .service = "s3", .name = "CreateBucket", .protocol = CALL_REST_XML, .mutating = true};
    const struct call_rest r = {.action = &create_bucket, .method = "PUT", .bucket = BUCKET};
    struct http_answer answer = {0};
    struct err err = ERR_INIT;

    assert_true(call_rest(call, &r, &answer, &err));
    http_answer_free(&answer);
}

static int setup(void **state)
{
    struct err err = ERR_INIT;
    const struct aws_options options = {.config = config, .only_address = sim.address};

    free(simproc_ask(&sim, "/_sim/reset", "{}"));
    session = aws_new(&options, &err);
    call = call_new(session, "us-east-1", NULL);
    make_bucket();
    return temp_enter(state);
}

static int teardown(void **state)
{
    call_free(call);
    aws_free(session);
    return temp_leave(state);
}

static void inject(const char *row)
{
    char *json = xasprintf("{\"faults\": [%s]}", row);
    char *answer = simproc_ask(&sim, "/_sim/faults", json);
    assert_non_null(answer);
    free(answer);
    free(json);
}

/* One upload from its start to its end. */
struct one {
    struct image *image;
    char *upload_id;
    struct pace *pace;
    struct upload *upload;
};

static void begin(struct one *u, int connections)
{
    struct err err = ERR_INIT;
    *u = (struct one){.image = make_image(), .pace = pace_new()};
    pace_set_connections(u->pace, connections);
    if (!s3_create_upload(call, object, NULL, 0, &u->upload_id, &err))
        fail_msg("%s", err.message);
}

static void start(struct one *u, bool resumed)
{
    const struct upload_request request = {
        .aws = session,
        .region = "us-east-1",
        .object = object,
        .upload_id = u->upload_id,
        .image = u->image,
        .pace = u->pace,
        .resumed = resumed,
        .done = on_done,
    };
    u->upload = upload_start(&request);
}

static void end(struct one *u)
{
    upload_free(u->upload);
    image_close(u->image);
    free(u->upload_id);
    pace_free(u->pace);
}

/* The upload has failed, with this kind. */
static void expect_failure(struct one *u, enum err_kind kind)
{
    const struct s3_part *parts;
    size_t count;
    char digest[DIGEST_TEXT_SIZE];
    struct err err = ERR_INIT;

    wait_done();
    assert_false(upload_result(u->upload, &parts, &count, digest, &err));
    if (err.kind != kind)
        fail_msg("%s: %s", err_kind_name(err.kind), err.message);
}

static char *first_word_of(const char *command)
{
    char line[256] = "";
    FILE *f = popen(command, "r");
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof line, f));
    pclose(f);
    line[strcspn(line, " \n")] = '\0';
    return xstrdup(line);
}

/* The upload has gone well: completes it and compares what arrived with the file. */
static void expect_success(struct one *u)
{
    const struct s3_part *parts;
    size_t count;
    char digest[DIGEST_TEXT_SIZE], again[DIGEST_TEXT_SIZE];
    struct err err = ERR_INIT;
    struct upload_progress progress;

    wait_done();
    if (!upload_result(u->upload, &parts, &count, digest, &err))
        fail_msg("%s: %s", err_kind_name(err.kind), err.message);
    assert_int_equal(count, 3);
    assert_true(upload_digest(u->image, NULL, NULL, again, &err));
    assert_string_equal(digest, again);
    upload_progress(u->upload, &progress);
    assert_int_equal(progress.bytes_done, u->image->file_bytes);
    assert_int_equal(progress.bytes_total, u->image->file_bytes);
    assert_int_equal(progress.parts_done, 3);
    assert_int_equal(progress.connections, 0);
    if (!s3_complete_upload(call, object, u->upload_id, parts, count, u->image->file_bytes, &err))
        fail_msg("%s", err.message);

    char *blocks = simproc_ask(&sim, "/_sim/blocks?object=" BUCKET "/" KEY, NULL);
    char *sum = first_word_of("sha256sum disk.raw");
    assert_non_null(blocks);
    assert_non_null(strstr(blocks, sum));
    free(sum);
    free(blocks);
}

static uint64_t sent(const struct one *u)
{
    struct upload_progress progress;
    upload_progress(u->upload, &progress);
    return progress.bytes_wire;
}

static void whole(void **state)
{
    (void)state;
    for (int connections = 1; connections <= 8; connections += 7) {
        struct one u;
        begin(&u, connections);
        start(&u, false);
        expect_success(&u);
        assert_int_equal(sent(&u), u.image->file_bytes);
        end(&u);
    }
}

static void passing_errors(void **state)
{
    (void)state;
    struct one u;
    inject("{\"action\":\"UploadPart\",\"kind\":\"reset\",\"nth\":1},"
           "{\"action\":\"UploadPart\",\"kind\":\"error\",\"code\":\"SlowDown\",\"status\":503,"
           "\"nth\":3},{\"action\":\"UploadPart\",\"kind\":\"reset-after\",\"nth\":4}");
    begin(&u, 3);
    start(&u, false);
    expect_success(&u);
    end(&u);
}

/* One connection: the first part arrives, the second is refused, the third is never tried. */
static void begin_half(struct one *u)
{
    inject("{\"action\":\"UploadPart\",\"kind\":\"error\",\"code\":\"AccessDenied\","
           "\"status\":403,\"nth\":2}");
    begin(u, 1);
    start(u, false);
    expect_failure(u, ERR_DENIED);
    upload_free(u->upload);
}

static void resumed(void **state)
{
    (void)state;
    struct one u;
    begin_half(&u);
    start(&u, true);
    expect_success(&u);
    assert_int_equal(sent(&u), u.image->file_bytes - 8 * MIB);
    end(&u);
}

static void resumed_with_other_bytes(void **state)
{
    (void)state;
    struct one u;
    struct err err = ERR_INIT;
    begin_half(&u);
    patch_file("disk.raw", 12345, "x", 1);
    image_close(u.image);
    u.image = image_open("disk.raw", &err);
    start(&u, true);
    expect_success(&u);
    assert_int_equal(sent(&u), u.image->file_bytes);
    end(&u);
}

static void upload_is_gone(void **state)
{
    (void)state;
    struct one u;
    struct err err = ERR_INIT;
    for (int again = 0; again < 2; again++) {
        begin(&u, 2);
        assert_true(s3_abort_upload(call, object, u.upload_id, &err));
        start(&u, again == 1);
        expect_failure(&u, ERR_NOT_FOUND);
        end(&u);
    }
}

static void paused_and_cancelled(void **state)
{
    (void)state;
    struct one u;
    begin(&u, 2);
    pace_set_paused(u.pace, true);
    start(&u, false);
    upload_cancel(u.upload);
    expect_failure(&u, ERR_CANCELLED);
    assert_int_equal(sent(&u), 0);
    end(&u);
}

static void goes_on_after_a_pause(void **state)
{
    (void)state;
    struct one u;
    begin(&u, 2);
    pace_set_paused(u.pace, true);
    start(&u, false);
    assert_int_equal(sent(&u), 0);
    pace_set_paused(u.pace, false);
    expect_success(&u);
    end(&u);
}

static void file_changes(void **state)
{
    (void)state;
    struct one u;
    begin(&u, 2);
    run("touch -d 2001-01-01 disk.raw");
    start(&u, false);
    expect_failure(&u, ERR_MISMATCH);
    end(&u);
    begin(&u, 2);
    run("truncate -s 9M disk.raw");
    start(&u, false);
    expect_failure(&u, ERR_MISMATCH);
    end(&u);
}

#define BAD_DIGEST                                                                                 \
    "{\"action\":\"UploadPart\",\"kind\":\"error\",\"code\":\"BadDigest\",\"status\":400,"         \
    "\"count\":%d}"

static void wrong_checksums(void **state)
{
    (void)state;
    struct one u;
    struct upload_progress progress;
    char row[256];

    snprintf(row, sizeof row, BAD_DIGEST, 1);
    inject(row);
    begin(&u, 1);
    start(&u, false);
    expect_success(&u);
    upload_progress(u.upload, &progress);
    assert_int_equal(progress.retries, 1);
    end(&u);
    snprintf(row, sizeof row, BAD_DIGEST, 2);
    inject(row);
    begin(&u, 1);
    start(&u, false);
    expect_failure(&u, ERR_MISMATCH);
    end(&u);
}

/* 20 MiB at 10 MiB a second: a busy machine makes it only slower. */
static void limited_rate(void **state)
{
    (void)state;
    struct one u;
    struct timespec from;

    begin(&u, 2);
    pace_set_rate(u.pace, 10 * MIB);
    clock_gettime(CLOCK_MONOTONIC, &from);
    start(&u, false);
    expect_success(&u);
    int64_t ms =
        (ended_at.tv_sec - from.tv_sec) * 1000 + (ended_at.tv_nsec - from.tv_nsec) / 1000000;
    if (ms < 1200)
        fail_msg("it took %d ms only", (int)ms);
    end(&u);
}

#define WITH_SIM(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SIM(whole),
        WITH_SIM(passing_errors),
        WITH_SIM(resumed),
        WITH_SIM(resumed_with_other_bytes),
        WITH_SIM(upload_is_gone),
        WITH_SIM(paused_and_cancelled),
        WITH_SIM(goes_on_after_a_pause),
        WITH_SIM(file_changes),
        WITH_SIM(wrong_checksums),
        WITH_SIM(limited_rate),
    };
    struct err err = ERR_INIT;
    const struct aws_config_options said = {.region = "us-east-1"};

    /* Waits between retries pass a hundred times as fast. */
    setenv("TATAMI_CLOCK", "100", 1);
    if (!clock_init() || !simproc_start(&sim, NULL))
        return 1;
    pthread_cond_init(&ended_cond, NULL);
    http_global_init();
    config = aws_config_load(&said, &err);
    int failed = config == NULL ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
    aws_config_free(config);
    simproc_stop(&sim);
    return failed;
}

/* Direct transfers against tatami-sim: the snapshot holds what the file holds, and no block is put
 * that need not be. */
#include "core/direct.h"

#include <cjson/cJSON.h>
#include <openssl/sha.h>
#include <pthread.h>

#include "aws/ebs.h"
#include "aws/ec2_snapshots.h"
#include "base/clock.h"
#include "core/journal.h"
#include "tests/tools/simproc.h"
#include "tests/unit/disk_file.h"

#define VOLUME_BYTES ((uint64_t)1 << 30)
#define BLOCK        DIGEST_BLOCK_BYTES

static struct simproc sim;
static struct aws_config *config;
static struct aws *session;
static struct call *call;
static int tokens; /* that were given out: one a snapshot */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ended_cond;
static bool ended;

static void on_done(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&lock);
    ended = true;
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

static int setup(void **state)
{
    struct err err = ERR_INIT;
    const struct aws_options options = {.config = config, .only_address = sim.address};

    free(simproc_ask(&sim, "/_sim/reset", "{}"));
    session = aws_new(&options, &err);
    call = call_new(session, "us-east-1", NULL);
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

/* How often the simulator was asked that since the test began. */
static int asked(const char *action)
{
    char *text = simproc_ask(&sim, "/_sim/requests", NULL);
    cJSON *json = cJSON_Parse(text);
    const cJSON *row = NULL;
    int count = 0;
    cJSON_ArrayForEach(row, cJSON_GetObjectItem(json, "requests"))
    {
        const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(row, "action"));
        if (strcmp(name, action) == 0)
            count += cJSON_GetObjectItem(row, "count")->valueint;
    }
    cJSON_Delete(json);
    free(text);
    return count;
}

/* One transfer from its start to its end. */
struct one {
    struct image *image;
    struct source *source;
    struct pace *pace;
    uint64_t volume_bytes;
    char *snapshot_id, *parent_id;
    struct blocks *arrived, *parent;
    struct direct *direct;
};

static void open_file(struct one *o)
{
    struct err err = ERR_INIT;
    o->image = image_open("disk.raw", &err);
    assert_non_null(o->image);
    o->source = source_plain(o->image, &err);
    assert_non_null(o->source);
}

static void close_file(struct one *o)
{
    source_close(o->source);
    image_close(o->image);
}

static void start_snapshot(struct one *o)
{
    struct err err = ERR_INIT;
    char *token = xasprintf("token-%d", tokens++);
    const struct ebs_start start = {.volume_gib = 1,
                                    .description = "a disk",
                                    .token = token,
                                    .parent_id = o->parent_id,
                                    .timeout_min = 600};
    if (!ebs_start_snapshot(call, &start, &o->snapshot_id, &err))
        fail_msg("%s", err.message);
    free(token);
}

static void begin(struct one *o, int connections)
{
    *o = (struct one){.pace = pace_new(), .volume_bytes = VOLUME_BYTES};
    pace_set_connections(o->pace, connections);
    open_file(o);
    start_snapshot(o);
}

static void start(struct one *o)
{
    const struct direct_request request = {
        .aws = session,
        .region = "us-east-1",
        .snapshot_id = o->snapshot_id,
        .source = o->source,
        .volume_bytes = o->volume_bytes,
        .pace = o->pace,
        .arrived = o->arrived,
        .parent_id = o->parent_id,
        .parent = o->parent,
        .done = on_done,
    };
    o->direct = direct_start(&request);
}

static void end(struct one *o)
{
    direct_free(o->direct);
    close_file(o);
    pace_free(o->pace);
    blocks_free(o->arrived);
    blocks_free(o->parent);
    free(o->snapshot_id);
    free(o->parent_id);
}

static void expect_failure(struct one *o, enum err_kind kind)
{
    struct direct_result result;
    struct err err = ERR_INIT;

    wait_done();
    assert_false(direct_result(o->direct, &result, &err));
    if (err.kind != kind)
        fail_msg("%s: %s", err_kind_name(err.kind), err.message);
}

static void wait_completed(const char *id)
{
    const struct ec2_snapshot_filter filter = {.id = id};
    struct err err = ERR_INIT;
    enum ec2_snapshot_state state = EC2_SNAPSHOT_PENDING;

    for (int i = 0; i < 1000 && state == EC2_SNAPSHOT_PENDING; i++) {
        struct ec2_snapshots found;
        clock_sleep_ms(1000, NULL);
        if (!ec2_describe_snapshots(call, &filter, &found, &err))
            continue;
        if (found.count == 1)
            state = found.items[0].state;
        ec2_snapshots_free(&found);
    }
    assert_int_equal(state, EC2_SNAPSHOT_COMPLETED);
}

/* The blocks of the file that are not zeros, hashed in another way than the transfer does it. */
static char *blocks_of_file(void)
{
    static unsigned char block[BLOCK];
    unsigned char hash[SHA256_DIGEST_LENGTH];
    struct buf text = BUF_INIT;
    FILE *f = fopen("disk.raw", "rb");
    assert_non_null(f);
    for (int i = 0;; i++) {
        memset(block, 0, sizeof block);
        if (fread(block, 1, sizeof block, f) == 0)
            break;
        if (digest_is_zero(block, sizeof block))
            continue;
        SHA256(block, sizeof block, hash);
        buf_add_fmt(&text, "%d:", i);
        buf_add_hex(&text, hash, sizeof hash);
        buf_add_char(&text, '\n');
    }
    fclose(f);
    return buf_take(&text);
}

static char *blocks_of_snapshot(const char *id)
{
    char *path = xasprintf("/_sim/blocks?snapshot=%s&sha256=no", id);
    char *answer = simproc_ask(&sim, path, NULL);
    struct buf text = BUF_INIT, zeros = BUF_INIT;
    const cJSON *row = NULL;
    assert_non_null(answer);
    cJSON *json = cJSON_Parse(answer);
    buf_add_hex(&zeros, digest_of_zeros, DIGEST_SIZE);
    cJSON_ArrayForEach(row, cJSON_GetObjectItem(json, "blocks"))
    {
        const char *hash = cJSON_GetArrayItem(row, 1)->valuestring;
        if (strcmp(hash, buf_str(&zeros)) != 0)
            buf_add_fmt(&text, "%d:%s\n", cJSON_GetArrayItem(row, 0)->valueint, hash);
    }
    cJSON_Delete(json);
    buf_free(&zeros);
    free(answer);
    free(path);
    return buf_take(&text);
}

/* The transfer has gone well: completes the snapshot and compares it with the file. */
static void expect_success(struct one *o, int blocks_put)
{
    struct direct_result result;
    struct direct_progress progress;
    struct err err = ERR_INIT;

    wait_done();
    if (!direct_result(o->direct, &result, &err))
        fail_msg("%s: %s", err_kind_name(err.kind), err.message);
    assert_int_equal(result.blocks_put, blocks_put);
    direct_progress(o->direct, &progress);
    assert_int_equal(progress.blocks_put, blocks_put);
    assert_int_equal(progress.bytes_done, progress.bytes_total);
    assert_int_equal(progress.connections, 0);
    if (!ebs_complete_snapshot(call, o->snapshot_id, result.blocks_put, result.checksum, &err))
        fail_msg("%s", err.message);
    wait_completed(o->snapshot_id);
    char *file = blocks_of_file(), *snapshot = blocks_of_snapshot(o->snapshot_id);
    assert_string_equal(file, snapshot);
    free(file);
    free(snapshot);
}

/* The file's digest, by the other reading pass. */
static void expect_digest(struct one *o)
{
    struct direct_result result;
    struct err err = ERR_INIT;
    unsigned char *bytes = xmalloc(BLOCK);
    struct digest *digest = digest_new(o->image->logical_bytes);
    char text[DIGEST_TEXT_SIZE];

    assert_true(direct_result(o->direct, &result, &err));
    for (uint64_t i = 0; i < digest_blocks(digest); i++) {
        assert_true(source_read(o->source, i * BLOCK, bytes, BLOCK, &err));
        digest_block(digest, i, bytes, BLOCK);
    }
    assert_true(digest_text(digest, text));
    assert_string_equal(result.digest, text);
    assert_int_equal(result.size_bytes, o->image->logical_bytes);
    digest_free(digest);
    free(bytes);
}

/* So many MiB of random bytes. */
static void make_random(int mib)
{
    run("head -c %dM /dev/urandom >disk.raw", mib);
}

static void sparse(void **state)
{
    (void)state;
    struct one o;
    image_close(make_image());
    begin(&o, 0);
    start(&o);
    expect_success(&o, 6);
    expect_digest(&o);
    assert_int_equal(asked("PutSnapshotBlock"), 6);
    end(&o);
}

static void random_content(void **state)
{
    (void)state;
    for (int connections = 1; connections <= 16; connections *= 16) {
        struct one o;
        make_random(12);
        begin(&o, connections);
        start(&o);
        expect_success(&o, 24);
        expect_digest(&o);
        end(&o);
    }
}

static void zeros_that_are_written(void **state)
{
    (void)state;
    struct one o;
    make_random(1);
    run("head -c 3M /dev/zero >>disk.raw && head -c 1000 /dev/urandom >>disk.raw");
    begin(&o, 2);
    start(&o);
    expect_success(&o, 3);
    expect_digest(&o);
    end(&o);
}

static void passing_errors(void **state)
{
    (void)state;
    struct one o;
    make_random(6);
    inject("{\"action\":\"PutSnapshotBlock\",\"kind\":\"reset\",\"nth\":1},"
           "{\"action\":\"PutSnapshotBlock\",\"kind\":\"error\",\"code\":"
           "\"InternalServerException\",\"status\":500,\"nth\":3},"
           "{\"action\":\"PutSnapshotBlock\",\"kind\":\"throttle\",\"nth\":4,\"count\":3},"
           "{\"action\":\"PutSnapshotBlock\",\"kind\":\"reset-after\",\"nth\":9},"
           "{\"action\":\"PutSnapshotBlock\",\"kind\":\"truncate\",\"nth\":11}");
    begin(&o, 3);
    start(&o);
    expect_success(&o, 12);
    end(&o);
}

#define NOT_FOUND                                                                                  \
    "{\"action\":\"PutSnapshotBlock\",\"kind\":\"error\",\"code\":"                                \
    "\"ResourceNotFoundException\",\"status\":404,\"count\":5}"

static void not_known_yet(void **state)
{
    (void)state;
    struct one o;
    make_random(2);
    inject(NOT_FOUND);
    begin(&o, 4);
    start(&o);
    expect_success(&o, 4);
    end(&o);
}

/* One connection: nine blocks arrive, the tenth is refused. What has arrived goes through the
 * journal. */
static void begin_half(struct one *o)
{
    struct err err = ERR_INIT;
    bool any = false;
    inject("{\"action\":\"PutSnapshotBlock\",\"kind\":\"error\",\"code\":\"AccessDeniedException\","
           "\"status\":403,\"nth\":10}");
    begin(o, 1);
    free(o->snapshot_id);
    start_snapshot(o);
    start(o);
    expect_failure(o, ERR_DENIED);
    struct blocks *fresh = direct_take_arrived(o->direct, true);
    assert_int_equal(blocks_count(fresh), 9);
    assert_null(direct_take_arrived(o->direct, true));
    direct_free(o->direct);
    struct journal *j = journal_open("state", &err);
    assert_true(blocks_write(fresh, j, BLOCKS_PUT "x", &err));
    o->arrived = blocks_new();
    assert_true(blocks_read(o->arrived, j, BLOCKS_PUT "x", &any, &err));
    assert_true(any);
    journal_close(j);
    blocks_free(fresh);
}

static void resumed(void **state)
{
    (void)state;
    struct one o;
    make_random(12);
    begin_half(&o);
    int before = asked("PutSnapshotBlock");
    start(&o);
    expect_success(&o, 24);
    expect_digest(&o);
    assert_int_equal(asked("PutSnapshotBlock") - before, 24 - 9);
    end(&o);
}

/* Of the blocks that have arrived one is another now, and one has become zeros. */
static void resumed_with_other_bytes(void **state)
{
    (void)state;
    struct one o;
    make_random(12);
    begin_half(&o);
    patch_file("disk.raw", 3 * BLOCK + 77, "xyz", 3);
    run("fallocate -p -o %u -l %u disk.raw", 5 * BLOCK, BLOCK);
    close_file(&o);
    open_file(&o);
    int before = asked("PutSnapshotBlock");
    start(&o);
    expect_success(&o, 24);
    assert_int_equal(asked("PutSnapshotBlock") - before, 24 - 9 + 2);
    end(&o);
}

static void snapshot_is_gone(void **state)
{
    (void)state;
    struct one o;
    make_random(12);
    begin_half(&o);
    inject(NOT_FOUND);
    start(&o);
    expect_failure(&o, ERR_NOT_FOUND);
    end(&o);
}

/* A parent with 24 blocks, of which the child changes one, loses two and gets one more. */
static void make_parent(struct one *o)
{
    struct direct_result result;
    make_random(12);
    run("truncate -s 20M disk.raw");
    begin(o, 4);
    start(o);
    expect_success(o, 24);
    assert_true(direct_result(o->direct, &result, NULL));
    struct blocks *disk = blocks_new();
    blocks_add(disk, result.disk);
    char *id = xstrdup(o->snapshot_id);
    end(o);
    patch_file("disk.raw", 7 * BLOCK, "abc", 3);
    run("fallocate -p -o %u -l %u disk.raw", 10 * BLOCK, 2 * BLOCK);
    patch_file("disk.raw", 30 * BLOCK + 5, "new", 3);
    *o = (struct one){
        .pace = pace_new(), .volume_bytes = VOLUME_BYTES, .parent_id = id, .parent = disk};
    open_file(o);
    start_snapshot(o);
}

static void delta(void **state)
{
    (void)state;
    struct one o;
    struct direct_progress progress;
    for (int known = 0; known < 2; known++) {
        make_parent(&o);
        if (known == 0) {
            blocks_free(o.parent);
            o.parent = NULL;
        }
        int before = asked("PutSnapshotBlock"), read = asked("GetSnapshotBlock");
        start(&o);
        expect_success(&o, 4);
        expect_digest(&o);
        direct_progress(o.direct, &progress);
        assert_int_equal(progress.blocks_same, 21);
        assert_int_equal(progress.bytes_wire, 4 * BLOCK);
        assert_int_equal(asked("PutSnapshotBlock") - before, 4);
        assert_int_equal(asked("GetSnapshotBlock") - read, known == 0 ? 24 : 0);
        end(&o);
    }
}

static void paused_and_cancelled(void **state)
{
    (void)state;
    struct one o;
    make_random(2);
    begin(&o, 2);
    pace_set_paused(o.pace, true);
    start(&o);
    direct_cancel(o.direct);
    expect_failure(&o, ERR_CANCELLED);
    assert_int_equal(asked("PutSnapshotBlock"), 0);
    assert_null(direct_take_arrived(o.direct, true));
    end(&o);
}

static void goes_on_after_a_pause(void **state)
{
    (void)state;
    struct one o;
    make_random(2);
    begin(&o, 2);
    pace_set_paused(o.pace, true);
    start(&o);
    pace_set_paused(o.pace, false);
    expect_success(&o, 4);
    end(&o);
}

static void file_changes(void **state)
{
    (void)state;
    static const char *const changes[] = {"touch -d 2001-01-01 disk.raw",
                                          "truncate -s 1M disk.raw"};
    struct one o;
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        make_random(4);
        begin(&o, 2);
        run("%s", changes[i]);
        start(&o);
        expect_failure(&o, ERR_MISMATCH);
        end(&o);
    }
}

#define WRONG_BYTES                                                                                \
    "{\"action\":\"PutSnapshotBlock\",\"kind\":\"error\",\"code\":\"ValidationException\","        \
    "\"message\":\"The checksum of the block data does not match\",\"status\":400,\"count\":%d}"

static void wrong_checksums(void **state)
{
    (void)state;
    struct one o;
    struct direct_progress progress;
    char row[300];

    make_random(2);
    snprintf(row, sizeof row, WRONG_BYTES, 1);
    inject(row);
    begin(&o, 1);
    start(&o);
    expect_success(&o, 4);
    direct_progress(o.direct, &progress);
    assert_int_equal(progress.retries, 1);
    end(&o);
    snprintf(row, sizeof row, WRONG_BYTES, 2);
    inject(row);
    begin(&o, 1);
    start(&o);
    expect_failure(&o, ERR_INVALID);
    end(&o);
}

/* A stream: the file, which may be taken once. */
static bool take_file(struct source *s, void *out, size_t length, size_t *got, struct err *err)
{
    (void)err;
    *got = fread(out, 1, length, s->self);
    return true;
}

static void close_stream(struct source *s)
{
    fclose(s->self);
}

static const struct source_ops stream = {
    .order = SOURCE_STREAM, .take = take_file, .close = close_stream};

static void make_stream(struct one *o)
{
    source_close(o->source);
    o->source = source_new(&stream, "a stream", o->volume_bytes, fopen("disk.raw", "rb"));
    o->source->size_known = false;
}

static void streams(void **state)
{
    (void)state;
    struct one o;
    struct direct_result result;
    image_close(make_image());
    begin(&o, 8);
    make_stream(&o);
    start(&o);
    expect_success(&o, 6);
    assert_true(direct_result(o.direct, &result, NULL));
    assert_int_equal(result.size_bytes, o.image->file_bytes);
    end(&o);
}

static void streams_over_a_parent(void **state)
{
    (void)state;
    struct one o;
    make_parent(&o);
    run("truncate -s %u disk.raw", 20 * BLOCK + 100);
    make_stream(&o);
    start(&o);
    /* One changed, two and three that are no more, and one that is cut. */
    expect_success(&o, 1 + 2 + 3 + 1);
    end(&o);
}

static void streams_too_long(void **state)
{
    (void)state;
    struct one o;
    make_random(4);
    begin(&o, 2);
    o.volume_bytes = 4 * MIB - 1;
    make_stream(&o);
    start(&o);
    expect_failure(&o, ERR_INPUT);
    end(&o);
}

/* The quota is kept without one throttled answer. */
static void under_the_quota(void **state)
{
    (void)state;
    struct one o;
    make_random(64);
    begin(&o, 16);
    start(&o);
    expect_success(&o, 128);
    assert_int_equal(asked("PutSnapshotBlock"), 128);
    assert_true(asked("GetServiceQuota") >= 2);
    end(&o);
}

#define WITH_SIM(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SIM(sparse),
        WITH_SIM(random_content),
        WITH_SIM(zeros_that_are_written),
        WITH_SIM(passing_errors),
        WITH_SIM(not_known_yet),
        WITH_SIM(resumed),
        WITH_SIM(resumed_with_other_bytes),
        WITH_SIM(snapshot_is_gone),
        WITH_SIM(delta),
        WITH_SIM(paused_and_cancelled),
        WITH_SIM(goes_on_after_a_pause),
        WITH_SIM(file_changes),
        WITH_SIM(wrong_checksums),
        WITH_SIM(streams),
        WITH_SIM(streams_over_a_parent),
        WITH_SIM(streams_too_long),
        WITH_SIM(under_the_quota),
    };
    static const char *const arguments[] = {"--speed", "100", NULL};
    struct err err = ERR_INIT;
    const struct aws_config_options said = {.region = "us-east-1"};

    setenv("TATAMI_CLOCK", "100", 1);
    if (!clock_init() || !simproc_start(&sim, arguments))
        return 1;
    pthread_cond_init(&ended_cond, NULL);
    http_global_init();
    config = aws_config_load(&said, &err);
    int failed = config == NULL ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
    aws_config_free(config);
    simproc_stop(&sim);
    return failed;
}

/* The ceiling of the upload benchmarks: threads that do nothing but send a file's bytes over kept
 * connections with libcurl, hashed and signed as the protocol wants. No retry, no state, no
 * journal. For tests/bench.
 *
 *   ceiling ebs URL CA FILE SNAPSHOT THREADS    every block that is no hole
 *   ceiling s3 URL CA FILE BUCKET/KEY?uploadId THREADS    every part of 8 MiB
 *
 * Prints one line of JSON. */
#include <curl/curl.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "aws/sigv4.h"
#include "base/crc32c.h"
#include "base/mem.h"

enum { BLOCK = 512 << 10, PART = 8 << 20, HEADERS = 8 };

static struct {
    bool ebs;
    const char *url, *ca, *target;
    int fd;
    off_t size, piece;
    atomic_llong next, sent, failed;
    /* Of S3's parts, by number, for the completion. */
    unsigned char (*sums)[32];
} job;

struct lane {
    CURL *curl;
    unsigned char *bytes; /* one piece */
    size_t length, at;
};

static size_t give(char *out, size_t size, size_t count, void *arg)
{
    struct lane *lane = arg;
    size_t n = size * count < lane->length - lane->at ? size * count : lane->length - lane->at;
    memcpy(out, lane->bytes + lane->at, n);
    lane->at += n;
    return n;
}

static size_t drop(char *bytes, size_t size, size_t count, void *arg)
{
    (void)bytes;
    (void)arg;
    return size * count;
}

/* The next piece that holds data; false at the end. */
static bool take(off_t *offset)
{
    for (;;) {
        off_t at = atomic_fetch_add(&job.next, 1) * job.piece;
        if (at >= job.size)
            return false;
        off_t data = lseek(job.fd, at, SEEK_DATA);
        if (job.ebs && (data < 0 || data >= at + job.piece))
            continue;
        *offset = at;
        return true;
    }
}

static void base64(const unsigned char *bytes, int length, char *out)
{
    EVP_EncodeBlock((unsigned char *)out, bytes, length);
}

/* The headers that the protocol wants of this piece; how many. */
static size_t describe(struct lane *lane, struct sigv4_header *headers, char *sum)
{
    unsigned char hash[32];
    if (job.ebs) {
        EVP_Digest(lane->bytes, lane->length, hash, NULL, EVP_sha256(), NULL);
        base64(hash, 32, sum);
        headers[0] = (struct sigv4_header){"x-amz-checksum", sum};
        headers[1] = (struct sigv4_header){"x-amz-checksum-algorithm", "SHA256"};
        headers[2] = (struct sigv4_header){"x-amz-data-length", "524288"};
        return 3;
    }
    EVP_Digest(lane->bytes, lane->length, hash, NULL, EVP_sha256(), NULL);
    crc32c_base64(crc32c(0, lane->bytes, lane->length), sum);
    headers[0] = (struct sigv4_header){"x-amz-checksum-crc32c", sum};
    return 1;
}

static bool put(struct lane *lane, off_t offset)
{
    static const struct credentials keys = {.access_key_id = (char *)"AKIATATAMISIM",
                                            .secret_access_key = (char *)"simulated-secret"};
    struct buf path = BUF_INIT, query = BUF_INIT, url = BUF_INIT, signature = BUF_INIT;
    struct sigv4_header headers[HEADERS] = {0};
    char sum[64], date[SIGV4_DATE_SIZE];
    const char *host = strstr(job.url, "://") + 3, *mark = strchr(job.target, '?');
    long long number = offset / job.piece;

    if (job.ebs) {
        buf_add_fmt(&path, "/snapshots/%s/blocks/%lld", job.target, number);
    } else {
        buf_add_fmt(&path, "/%.*s", (int)(mark - job.target), job.target);
        buf_add_fmt(&query, "partNumber=%lld&uploadId=%s", number + 1, mark + 1);
    }
    size_t count = describe(lane, headers, sum);
    struct sigv4_request request = {.method = "PUT",
                                    .path = buf_str(&path),
                                    .query = buf_str(&query),
                                    .headers = headers,
                                    .payload_hash = SIGV4_UNSIGNED,
                                    .service = job.ebs ? "ebs" : "s3",
                                    .region = "us-east-1",
                                    .time = time(NULL)};
    sigv4_date(request.time, date);
    headers[count++] = (struct sigv4_header){"host", host};
    headers[count++] = (struct sigv4_header){"x-amz-date", date};
    headers[count++] = (struct sigv4_header){"x-amz-content-sha256", SIGV4_UNSIGNED};
    request.header_count = count;
    sigv4_authorization(&request, &keys, &signature);
    headers[count++] = (struct sigv4_header){"authorization", buf_str(&signature)};
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    for (size_t i = 0; i < count; i++) {
        struct buf line = BUF_INIT;
        buf_add_fmt(&line, "%s: %s", headers[i].name, headers[i].value);
        list = curl_slist_append(list, buf_str(&line));
        buf_free(&line);
    }
    buf_add_fmt(&url, "%s%s%s%s", job.url, buf_str(&path), query.length > 0 ? "?" : "",
                buf_str(&query));
    curl_easy_setopt(lane->curl, CURLOPT_URL, buf_str(&url));
    curl_easy_setopt(lane->curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(lane->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)lane->length);
    long status = 0;
    lane->at = 0;
    bool ok = curl_easy_perform(lane->curl) == CURLE_OK &&
              curl_easy_getinfo(lane->curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK &&
              status / 100 == 2;
    curl_slist_free_all(list);
    buf_free(&path);
    buf_free(&query);
    buf_free(&url);
    buf_free(&signature);
    return ok;
}

static void *work(void *arg)
{
    struct lane lane = {.curl = curl_easy_init(), .bytes = xmalloc((size_t)job.piece)};
    off_t offset;
    (void)arg;
    curl_easy_setopt(lane.curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(lane.curl, CURLOPT_UPLOAD_BUFFERSIZE, 64L << 10);
    curl_easy_setopt(lane.curl, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(lane.curl, CURLOPT_READDATA, &lane);
    curl_easy_setopt(lane.curl, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(lane.curl, CURLOPT_NOSIGNAL, 1L);
    if (*job.ca != '\0')
        curl_easy_setopt(lane.curl, CURLOPT_CAINFO, job.ca);
    while (take(&offset)) {
        ssize_t n = pread(job.fd, lane.bytes, (size_t)job.piece, offset);
        lane.length = n < 0 ? 0 : (size_t)n;
        if (job.ebs && lane.length < BLOCK) {
            memset(lane.bytes + lane.length, 0, BLOCK - lane.length);
            lane.length = BLOCK;
        }
        atomic_fetch_add(put(&lane, offset) ? &job.sent : &job.failed, 1);
    }
    curl_easy_cleanup(lane.curl);
    free(lane.bytes);
    return NULL;
}

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int count, char **arguments)
{
    pthread_t threads[256];
    if (count != 7)
        return 2;
    job.ebs = strcmp(arguments[1], "ebs") == 0;
    job.url = arguments[2];
    job.ca = arguments[3];
    job.fd = open(arguments[4], O_RDONLY);
    job.target = arguments[5];
    job.size = lseek(job.fd, 0, SEEK_END);
    job.piece = job.ebs ? BLOCK : PART;
    int wanted = atoi(arguments[6]);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    double start = seconds(CLOCK_MONOTONIC);
    for (int i = 0; i < wanted; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < wanted; i++)
        pthread_join(threads[i], NULL);
    printf("{\"wall_s\": %.4f, \"cpu_s\": %.4f, \"sent\": %lld, \"failed\": %lld}\n",
           seconds(CLOCK_MONOTONIC) - start, seconds(CLOCK_PROCESS_CPUTIME_ID),
           (long long)atomic_load(&job.sent), (long long)atomic_load(&job.failed));
    close(job.fd);
    return atomic_load(&job.failed) > 0;
}

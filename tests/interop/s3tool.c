/* tatami's S3 client, a command at a time, for servers that others wrote: the answer in lines, or
 * one line on standard error and exit status 1. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aws/http.h"
#include "aws/s3.h"
#include "base/clock.h"
#include "base/crc32c.h"
#include "base/mem.h"

/* One command: its words behind the verb begin with bucket and key. */
struct job {
    struct call *call;
    struct s3_object object;
    char **words; /* behind the key */
    int count;
    struct err *err;
};

static void show_part(const struct s3_part *part)
{
    printf("%d %llu %s %s\n", part->number, (unsigned long long)part->size_bytes, part->etag,
           part->crc32c);
}

static bool run_region(const struct job *job)
{
    char region[32];

    if (!s3_bucket_region(job->call, job->object.bucket, region, job->err))
        return false;
    puts(region);
    return true;
}

static bool run_head(const struct job *job)
{
    struct s3_head head;

    if (!s3_head_object(job->call, job->object, &head, job->err))
        return false;
    printf("%s %llu\n", head.exists ? "there" : "absent", (unsigned long long)head.size_bytes);
    return true;
}

/* create BUCKET KEY TAG-KEY TAG-VALUE */
static bool run_create(const struct job *job)
{
    const struct tag tag = {job->words[0], job->words[1]};
    char *id = NULL;

    if (!s3_create_upload(job->call, job->object, &tag, 1, &id, job->err))
        return false;
    puts(id);
    free(id);
    return true;
}

static void read_part(int fd, off_t offset, struct s3_part *part)
{
    char *bytes = xmalloc(part->size_bytes);

    if (pread(fd, bytes, part->size_bytes, offset) != (ssize_t)part->size_bytes)
        part->size_bytes = 0;
    crc32c_base64(crc32c(0, bytes, part->size_bytes), part->crc32c);
    free(bytes);
}

static const struct s3_part *find(const struct s3_part *there, size_t count,
                                  const struct s3_part *part)
{
    for (size_t i = 0; i < count; i++)
        if (there[i].number == part->number && there[i].size_bytes == part->size_bytes &&
            strcmp(there[i].crc32c, part->crc32c) == 0)
            return &there[i];
    return NULL;
}

/* send BUCKET KEY ID FILE PART-BYTES LIMIT: the parts that S3 lacks, LIMIT of them at most. */
static bool run_send(const struct job *job)
{
    const char *id = job->words[0];
    uint64_t part_bytes = strtoull(job->words[2], NULL, 10);
    int limit = atoi(job->words[3]), sent = 0;
    struct s3_part *there = NULL;
    size_t count = 0;
    struct stat st = {0};
    int fd = open(job->words[1], O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fstat(fd, &st) == 0 &&
              s3_list_parts(job->call, job->object, id, &there, &count, job->err);

    for (off_t at = 0; ok && at < st.st_size && sent < limit; at += (off_t)part_bytes) {
        struct s3_part part = {.number = (int)((uint64_t)at / part_bytes) + 1,
                               .size_bytes = part_bytes};
        if (at + (off_t)part_bytes > st.st_size)
            part.size_bytes = (uint64_t)(st.st_size - at);
        read_part(fd, at, &part);
        if (find(there, count, &part) != NULL)
            continue;
        ok = s3_upload_part(job->call, job->object, id, fd, at, &part, NULL, NULL, job->err);
        sent++;
    }
    if (ok)
        printf("%d\n", sent);
    free(there);
    if (fd >= 0)
        close(fd);
    return ok;
}

/* wrong BUCKET KEY ID FILE: a part under another checksum than its bytes have. */
static bool run_wrong(const struct job *job)
{
    int fd = open(job->words[1], O_RDONLY | O_CLOEXEC);
    struct s3_part part = {.number = 1, .size_bytes = 5 << 20};

    read_part(fd, 1, &part);
    bool ok =
        s3_upload_part(job->call, job->object, job->words[0], fd, 0, &part, NULL, NULL, job->err);
    close(fd);
    return ok;
}

/* parts BUCKET KEY ID, complete BUCKET KEY ID */
static bool run_parts(const struct job *job)
{
    struct s3_part *parts = NULL;
    size_t count = 0;

    if (!s3_list_parts(job->call, job->object, job->words[0], &parts, &count, job->err))
        return false;
    for (size_t i = 0; i < count; i++)
        show_part(&parts[i]);
    free(parts);
    return true;
}

static bool run_complete(const struct job *job)
{
    struct s3_part *parts = NULL;
    size_t count = 0;
    uint64_t size = 0;
    bool ok = s3_list_parts(job->call, job->object, job->words[0], &parts, &count, job->err);

    for (size_t i = 0; i < count; i++)
        size += parts[i].size_bytes;
    ok = ok &&
         s3_complete_upload(job->call, job->object, job->words[0], parts, count, size, job->err);
    free(parts);
    return ok;
}

static bool run_abort(const struct job *job)
{
    return s3_abort_upload(job->call, job->object, job->words[0], job->err);
}

/* uploads BUCKET PREFIX, list BUCKET PREFIX */
static bool run_uploads(const struct job *job)
{
    struct s3_upload *uploads = NULL;
    size_t count = 0;

    if (!s3_list_uploads(job->call, job->object.bucket, job->object.key, &uploads, &count,
                         job->err))
        return false;
    for (size_t i = 0; i < count; i++)
        printf("%s %s\n", uploads[i].key, uploads[i].upload_id);
    s3_uploads_free(uploads, count);
    return true;
}

static bool run_list(const struct job *job)
{
    struct s3_objects objects;

    if (!s3_list_objects(job->call, job->object.bucket, job->object.key, &objects, job->err))
        return false;
    for (size_t i = 0; i < objects.count; i++)
        printf("%s %llu\n", objects.items[i].key, (unsigned long long)objects.items[i].size_bytes);
    s3_objects_free(&objects);
    return true;
}

/* tag BUCKET KEY TAG-KEY TAG-VALUE, tags BUCKET KEY */
static bool run_tag(const struct job *job)
{
    const struct tag tag = {job->words[0], job->words[1]};

    return s3_put_tags(job->call, job->object, &tag, 1, job->err);
}

static bool run_tags(const struct job *job)
{
    struct tag *tags = NULL;
    size_t count = 0;

    if (!s3_get_tags(job->call, job->object, &tags, &count, job->err))
        return false;
    for (size_t i = 0; i < count; i++)
        printf("%s=%s\n", tags[i].key, tags[i].value);
    s3_tags_free(tags, count);
    return true;
}

static bool run_delete(const struct job *job)
{
    return s3_delete_object(job->call, job->object, job->err);
}

static const struct {
    const char *verb;
    int words; /* behind the key */
    bool (*run)(const struct job *job);
} verbs[] = {
    {"region", 0, run_region}, {"head", 0, run_head},         {"create", 2, run_create},
    {"send", 4, run_send},     {"wrong", 2, run_wrong},       {"parts", 1, run_parts},
    {"abort", 1, run_abort},   {"complete", 1, run_complete}, {"uploads", 0, run_uploads},
    {"list", 0, run_list},     {"tag", 2, run_tag},           {"tags", 0, run_tags},
    {"delete", 0, run_delete},
};

static bool perform(const char *verb, const struct job *job)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (strcmp(verbs[i].verb, verb) == 0 && verbs[i].words == job->count)
            return verbs[i].run(job);
    return err_set(job->err, ERR_USAGE, "There is no such command.");
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    struct aws *aws = NULL;
    bool ok = false;

    if (argc < 4 || !clock_init())
        return 2;
    http_global_init();
    struct aws_config *config = aws_config_load(&(struct aws_config_options){0}, &err);
    if (config != NULL)
        aws = aws_new(&(struct aws_options){.config = config}, &err);
    if (aws != NULL) {
        struct call *call = call_new(aws, config->region, NULL);
        const struct job job = {.call = call,
                                .object = {argv[2], argv[3]},
                                .words = argv + 4,
                                .count = argc - 4,
                                .err = &err};
        ok = perform(argv[1], &job);
        call_free(call);
    }
    if (!ok)
        fprintf(stderr, "%s %d %s %s\n", err_kind_name(err.kind), err.http_status, err.code,
                err.message);
    aws_free(aws);
    aws_config_free(config);
    return ok ? 0 : 1;
}

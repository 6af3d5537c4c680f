/* Reads a whole disk through its source, as the uploads do. Header only. */
#ifndef TESTS_UNIT_SOURCE_READ_H
#define TESTS_UNIT_SOURCE_READ_H

#include "core/digest.h"
#include "core/source_open.h"
#include "tests/unit/temp.h"

#define MIB (1u << 20)

/* What a disk was found to be. */
struct seen {
    char digest[DIGEST_TEXT_SIZE];
    uint64_t size, data; /* data: bytes that were read */
};

static inline bool read_random(struct source *s, struct digest *d, struct seen *out,
                               struct err *err)
{
    unsigned char *window = xmalloc(DIGEST_BLOCK_BYTES);
    uint64_t start = 0, end = 0;
    bool ok = true;

    for (uint64_t i = 0; ok && i < digest_blocks(d); i++) {
        uint64_t at = i * DIGEST_BLOCK_BYTES;
        enum source_found found = SOURCE_DATA;
        if (at >= end) {
            found = source_next_data(s, at, &start, &end, err);
            if (found == SOURCE_END)
                start = end = UINT64_MAX;
        }
        ok = found != SOURCE_FAILED;
        if (ok && start >= at + DIGEST_BLOCK_BYTES) {
            digest_hole(d, i);
            end = start < UINT64_MAX && end <= at ? at : end;
            continue;
        }
        ok = ok && source_read(s, at, window, DIGEST_BLOCK_BYTES, err);
        if (ok)
            digest_block(d, i, window, DIGEST_BLOCK_BYTES);
        out->data += DIGEST_BLOCK_BYTES;
    }
    free(window);
    return ok;
}

static inline bool read_stream(struct source *s, struct digest *d, struct seen *out,
                               struct err *err)
{
    unsigned char *window = xmalloc(DIGEST_BLOCK_BYTES);
    size_t got = DIGEST_BLOCK_BYTES;
    bool ok = true;

    out->size = 0;
    for (uint64_t i = 0; ok && got == DIGEST_BLOCK_BYTES; i++) {
        ok = source_take(s, window, DIGEST_BLOCK_BYTES, &got, err);
        if (ok && got > 0 && i < digest_blocks(d))
            digest_block(d, i, window, got);
        out->size += got;
    }
    free(window);
    return ok;
}

/* True when every byte could be read and the file was the same at the end. */
static inline bool read_source(struct source *s, uint64_t digest_size, struct seen *out,
                               struct err *err)
{
    struct digest *d = digest_new(digest_size);
    *out = (struct seen){.size = s->size_bytes};
    bool ok = (s->ops->order == SOURCE_RANDOM ? read_random(s, d, out, err)
                                              : read_stream(s, d, out, err)) &&
              source_unchanged(s, err) && digest_text(d, out->digest);
    digest_free(d);
    return ok;
}

/* Opens and reads a disk that must be whole. */
static inline struct seen see_disk(const char *path, uint64_t volume_bytes)
{
    struct err err = ERR_INIT;
    struct seen seen = {0};
    struct image *image = image_open(path, &err);
    struct source *s = image == NULL ? NULL : source_open(image, volume_bytes, &err);
    if (s == NULL || !read_source(s, s->size_known ? s->size_bytes : volume_bytes, &seen, &err))
        fail_msg("%s: %s (%s)", path, err.message, err.advice);
    source_close(s);
    image_close(image);
    return seen;
}

/* Opening or reading it must end with ERR_INPUT and these words. */
static inline void refuse_disk(const char *path, const char *words)
{
    struct err err = ERR_INIT;
    struct seen seen;
    struct image *image = image_open(path, &err);
    struct source *s = image == NULL ? NULL : source_open(image, 64u << 20, &err);
    if (s != NULL && read_source(s, s->size_bytes, &seen, &err))
        fail_msg("%s was read", path);
    if (err.kind != ERR_INPUT ||
        (strstr(err.message, words) == NULL && strstr(err.advice, words) == NULL))
        fail_msg("%s: kind %d \"%s\" \"%s\" without \"%s\"", path, err.kind, err.message,
                 err.advice, words);
    source_close(s);
    image_close(image);
}

/* 24 MiB: 3 MiB of data at 5 MiB, some zeros that are no hole, 700 KiB at 17000 KiB. */
static inline void make_sparse_raw(void)
{
    run("truncate -s 24M disk.raw && head -c 3M /dev/urandom "
        "| dd of=disk.raw bs=1M seek=5 conv=notrunc status=none && "
        "head -c 1M /dev/zero | dd of=disk.raw bs=1M seek=8 conv=notrunc status=none && "
        "head -c 700K /dev/urandom | dd of=disk.raw bs=1K seek=17000 conv=notrunc status=none");
}

#endif

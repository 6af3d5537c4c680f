/* The reading pass. */
#include "core/upload_read.h"

#include <stdlib.h>

#include "base/crc32c.h"
#include "base/mem.h"
#include "core/bytes.h"
#include "core/upload.h"

/* Where the next data are, so that one question serves all blocks of an extent or a hole. */
struct extent {
    uint64_t start, end;
};

static bool is_hole(const struct image *image, struct extent *e, uint64_t from, uint64_t to)
{
    if (from >= e->end && !image_next_data(image, from, &e->start, &e->end))
        *e = (struct extent){image->file_bytes, image->file_bytes};
    return e->start >= to;
}

static uint32_t crc_of_zeros(uint32_t crc, uint64_t length)
{
    static const unsigned char zeros[64 << 10];

    while (length > 0) {
        size_t n = length < sizeof zeros ? (size_t)length : sizeof zeros;
        crc = crc32c(crc, zeros, n);
        length -= n;
    }
    return crc;
}

bool upload_read(const struct image *image, uint64_t offset, uint64_t length, struct digest *digest,
                 uint32_t *crc, atomic_uint_least64_t *bytes_done, const atomic_bool *cancel,
                 struct err *err)
{
    unsigned char *window = xmalloc(DIGEST_BLOCK_BYTES);
    struct extent extent = {0, 0};
    uint32_t sum = 0;
    bool ok = true;

    for (uint64_t at = offset, end = offset + length; ok && at < end;) {
        size_t n = end - at < DIGEST_BLOCK_BYTES ? (size_t)(end - at) : DIGEST_BLOCK_BYTES;
        size_t got = n;
        if (cancel != NULL && atomic_load(cancel)) {
            ok = err_set(err, ERR_CANCELLED, "stopped while reading %s", image->path);
        } else if (is_hole(image, &extent, at, at + n)) {
            digest_hole(digest, at / DIGEST_BLOCK_BYTES);
            sum = crc == NULL ? 0 : crc_of_zeros(sum, n);
        } else {
            ok = bytes_read(image->fd, at, window, n, &got, err);
            if (ok && got < n)
                ok = err_set(err, ERR_MISMATCH, "%s became shorter while it was read", image->path);
            if (ok) {
                digest_block(digest, at / DIGEST_BLOCK_BYTES, window, n);
                sum = crc == NULL ? 0 : crc32c(sum, window, n);
            }
        }
        if (ok && bytes_done != NULL)
            atomic_fetch_add(bytes_done, n);
        at += n;
    }
    free(window);
    if (crc != NULL)
        *crc = sum;
    return ok;
}

bool upload_digest(struct image *image, atomic_uint_least64_t *bytes_done,
                   const atomic_bool *cancel, char digest[DIGEST_TEXT_SIZE], struct err *err)
{
    struct digest *d = digest_new(image->file_bytes);
    bool ok = upload_read(image, 0, image->file_bytes, d, NULL, bytes_done, cancel, err) &&
              image_unchanged(image, err) &&
              (digest_text(d, digest) || err_set(err, ERR_IO, "no digest of %s", image->path));

    digest_free(d);
    return ok;
}

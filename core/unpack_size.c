/* Sizes out of the headers of compressed files. Every number in them may be hostile. */
#include "core/unpack_size.h"

#include <lzma.h>
#include <string.h>
#include <zstd.h>

#include "core/bytes.h"

enum {
    ZSTD_MAGIC_SKIPPED = 0x184d2a50, /* and the next fifteen */
    ZSTD_BLOCK_BYTES_MAX = 128 << 10,
    FRAME_HEADER_BYTES_MAX = UNPACK_SIZE_HEAD_BYTES,
    XZ_WINDOW_BYTES = 64 << 10,
    XZ_INDEX_MEMORY_BYTES = 64 << 20
};

static const uint32_t zstd_magic = 0xfd2fb528;

/* Where a walk over a file is. */
struct walk {
    int fd;
    uint64_t at, end;
};

/* The next bytes; *whole is false when the file ends before. */
static bool look(const struct walk *w, unsigned char *out, size_t length, bool *whole,
                 struct err *err)
{
    size_t got = 0;

    memset(out, 0, length);
    if (!bytes_read(w->fd, w->at, out, length, &got, err))
        return false;
    *whole = got == length;
    return true;
}

static void skip(struct walk *w, uint64_t length, bool *whole)
{
    *whole = *whole && w->end - w->at >= length;
    w->at += *whole ? length : 0;
}

/* RFC 8878, 3.1.1.2: three bytes before each block, the lowest bit for the last one. */
static bool skip_blocks(struct walk *w, bool *whole, struct err *err)
{
    enum { RAW, REPEATED, PACKED, RESERVED };
    unsigned char raw[4] = {0};
    bool last = false;

    while (*whole && !last) {
        if (!look(w, raw, 3, whole, err))
            return false;
        uint32_t header = bytes_le32(raw), length = header >> 3, type = header >> 1 & 3;
        last = (header & 1) != 0;
        *whole = *whole && type != RESERVED && (type == REPEATED || length <= ZSTD_BLOCK_BYTES_MAX);
        skip(w, 3 + (type == REPEATED ? 1 : length), whole);
    }
    return true;
}

/* RFC 8878, 3.1.1.1: the descriptor says which fields follow, and how long they are. */
static bool skip_frame(struct walk *w, uint64_t *size, bool *known, bool *whole, struct err *err)
{
    static const unsigned char id_bytes[] = {0, 1, 2, 4}, size_bytes[] = {0, 2, 4, 8};
    unsigned char head[FRAME_HEADER_BYTES_MAX] = {0};
    bool all;

    if (!look(w, head, sizeof head, &all, err))
        return false;
    unsigned descriptor = head[4];
    bool single = (descriptor & 0x20) != 0, summed = (descriptor & 4) != 0;
    size_t at = 5 + (single ? 0 : 1) + id_bytes[descriptor & 3];
    size_t field = size_bytes[descriptor >> 6];
    field = field == 0 && single ? 1 : field;
    uint64_t own = field == 1   ? head[at]
                   : field == 2 ? bytes_le16(head + at) + 256u
                   : field == 4 ? bytes_le32(head + at)
                   : field == 8 ? bytes_le64(head + at)
                                : 0;
    *known = *known && field > 0 && *size <= INT64_MAX && own <= INT64_MAX;
    *size += *known ? own : 0;
    skip(w, at + field, whole);
    if (!skip_blocks(w, whole, err))
        return false;
    skip(w, summed ? 4 : 0, whole);
    return true;
}

bool unpack_size_zstd(int fd, uint64_t file_bytes, uint64_t *size, bool *known, bool *whole,
                      struct err *err)
{
    struct walk w = {.fd = fd, .end = file_bytes};
    unsigned char head[8];

    *size = 0;
    *known = true;
    *whole = true;
    while (*whole && w.at < w.end) {
        bool all;
        if (!look(&w, head, sizeof head, &all, err))
            return false;
        uint32_t magic = bytes_le32(head);
        if (magic == zstd_magic) {
            if (!skip_frame(&w, size, known, whole, err))
                return false;
        } else {
            *whole = (magic & ~15u) == ZSTD_MAGIC_SKIPPED;
            skip(&w, 8 + (uint64_t)bytes_le32(head + 4), whole);
        }
    }
    return true;
}

uint64_t unpack_size_first(const void *head, size_t length)
{
    unsigned long long size = ZSTD_getFrameContentSize(head, length);
    return size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR ? 0 : size;
}

bool unpack_size_xz(int fd, uint64_t file_bytes, uint64_t *size, bool *whole, struct err *err)
{
    lzma_stream xz = LZMA_STREAM_INIT;
    lzma_index *index = NULL;
    unsigned char window[XZ_WINDOW_BYTES];
    uint64_t at = 0;
    bool ok = true;
    lzma_ret said = lzma_file_info_decoder(&xz, &index, XZ_INDEX_MEMORY_BYTES, file_bytes);

    while (ok && said == LZMA_OK) {
        if (xz.avail_in == 0) {
            size_t got = 0;
            ok = bytes_read(fd, at, window, sizeof window, &got, err);
            xz.next_in = window;
            xz.avail_in = got;
            at += got;
        }
        said = lzma_code(&xz, at == file_bytes ? LZMA_FINISH : LZMA_RUN);
        if (said == LZMA_SEEK_NEEDED) {
            at = xz.seek_pos;
            xz.avail_in = 0;
            said = LZMA_OK;
        }
    }
    *whole = said == LZMA_STREAM_END;
    *size = *whole ? lzma_index_uncompressed_size(index) : 0;
    lzma_index_end(index, NULL);
    lzma_end(&xz);
    return ok;
}

/* ETags of objects that were uploaded in parts (S3 API Reference, "Object": the ETag). */
#include "core/adopt_object.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "core/bytes.h"

enum { MD5_BYTES = 16, MD5_DIGITS = 32, WINDOW_BYTES = 1 << 20, PARTS_MAX = 10000 };

#define MIB (UINT64_C(1) << 20)

uint64_t adopt_part_bytes(uint64_t file_bytes, uint64_t parts)
{
    static const uint64_t firsts[] = {8 * MIB, 5 * MIB};
    for (size_t i = 0; parts > 0 && i < ARRAY_LEN(firsts); i++)
        for (uint64_t part = firsts[i]; part <= UINT64_C(5) << 30; part *= 2)
            if (file_bytes / part + (file_bytes % part != 0) == parts)
                return part;
    return 0;
}

static bool hash_range(const struct image *file, uint64_t from, uint64_t to,
                       const atomic_bool *cancel, unsigned char md5[MD5_BYTES], struct err *err)
{
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    unsigned char *window = xmalloc(WINDOW_BYTES);
    bool ok = hash != NULL && EVP_DigestInit_ex(hash, EVP_md5(), NULL) == 1;
    if (!ok)
        err_set(err, ERR_IO, "this machine's OpenSSL makes no MD5");
    while (ok && from < to) {
        size_t want = to - from < WINDOW_BYTES ? (size_t)(to - from) : WINDOW_BYTES, got = 0;
        ok = bytes_read(file->fd, from, window, want, &got, err);
        if (ok && got < want)
            ok = err_set(err, ERR_INPUT, "%s has become shorter", file->path);
        if (ok && cancel != NULL && atomic_load(cancel))
            ok = err_set(err, ERR_CANCELLED, "interrupted before anything was changed");
        ok = ok && EVP_DigestUpdate(hash, window, got) == 1;
        from += got;
    }
    ok = ok && EVP_DigestFinal_ex(hash, md5, NULL) == 1;
    EVP_MD_CTX_free(hash);
    free(window);
    return ok;
}

/* Appends the ETag that the file has when it is uploaded in such parts. */
static bool add_etag(const struct image *file, uint64_t parts, uint64_t part_bytes,
                     const atomic_bool *cancel, struct buf *out, struct err *err)
{
    unsigned char md5[MD5_BYTES];
    struct buf sums = BUF_INIT;
    bool ok = true;
    for (uint64_t i = 0; ok && i < parts; i++) {
        uint64_t end = (i + 1) * part_bytes;
        ok = hash_range(file, i * part_bytes, end < file->file_bytes ? end : file->file_bytes,
                        cancel, md5, err);
        buf_add(&sums, md5, sizeof(md5));
    }
    if (ok && EVP_Digest(sums.data, sums.length, md5, NULL, EVP_md5(), NULL) == 1) {
        buf_add_hex(out, md5, sizeof(md5));
        buf_add_fmt(out, "-%llu", (unsigned long long)parts);
    }
    buf_free(&sums);
    return ok;
}

/* 0 for an ETag of one piece, else the number of parts; false for another form. */
static bool read_etag(const char *etag, uint64_t *parts)
{
    char *end;
    size_t digits = strspn(etag, "0123456789abcdefABCDEF");
    *parts = 0;
    if (digits != MD5_DIGITS)
        return false;
    if (etag[digits] == '\0')
        return true;
    if (etag[digits] != '-' || !isdigit((unsigned char)etag[digits + 1]))
        return false;
    *parts = strtoull(etag + digits + 1, &end, 10);
    return *end == '\0' && *parts > 0 && *parts <= PARTS_MAX;
}

bool adopt_object_compare(const struct image *file, const char *etag, const atomic_bool *cancel,
                          enum adopt_match *out, struct err *err)
{
    char *bare = etag[0] == '"' ? xstrndup(etag + 1, strcspn(etag + 1, "\"")) : xstrdup(etag);
    struct buf own = BUF_INIT;
    uint64_t parts = 0, part_bytes = 0;
    bool ok = true, known = read_etag(bare, &parts);
    *out = ADOPT_UNKNOWN;
    if (known && parts > 0) {
        part_bytes = adopt_part_bytes(file->file_bytes, parts);
        known = part_bytes > 0;
        ok = !known || add_etag(file, parts, part_bytes, cancel, &own, err);
    } else if (known) {
        unsigned char md5[MD5_BYTES];
        ok = hash_range(file, 0, file->file_bytes, cancel, md5, err);
        buf_add_hex(&own, md5, sizeof(md5));
    }
    if (ok && known)
        *out = strcasecmp(buf_str(&own), bare) == 0 ? ADOPT_SAME : ADOPT_OTHER;
    buf_free(&own);
    free(bare);
    return ok;
}

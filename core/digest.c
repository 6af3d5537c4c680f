/* The digest of a disk, gathered block by block. */
#include "core/digest.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#define PREFIX "sha256-512k:"

enum block_state { BLOCK_MISSING, BLOCK_HOLE, BLOCK_DATA };

struct digest {
    uint64_t blocks;
    /* One array each, so that the hashes of holes are never touched and cost no memory. */
    unsigned char *states;
    unsigned char (*hashes)[DIGEST_SIZE];
};

const unsigned char digest_of_zeros[DIGEST_SIZE] = {
    0x07, 0x85, 0x4d, 0x2f, 0xef, 0x29, 0x7a, 0x06, 0xba, 0x81, 0x68, 0x5e, 0x66, 0x0c, 0x33, 0x2d,
    0xe3, 0x6d, 0x5d, 0x18, 0xd5, 0x46, 0x92, 0x7d, 0x30, 0xda, 0xad, 0x6d, 0x7f, 0xda, 0x15, 0x41};

struct digest *digest_new(uint64_t size_bytes)
{
    struct digest *d = xcalloc(1, sizeof *d);

    d->blocks = size_bytes / DIGEST_BLOCK_BYTES + (size_bytes % DIGEST_BLOCK_BYTES != 0);
    d->states = xcalloc(d->blocks + 1, 1);
    d->hashes = xcalloc(d->blocks + 1, sizeof *d->hashes);
    return d;
}

void digest_free(struct digest *d)
{
    if (d == NULL)
        return;
    free(d->states);
    free(d->hashes);
    free(d);
}

uint64_t digest_blocks(const struct digest *d)
{
    return d->blocks;
}

struct digest_hasher {
    EVP_MD_CTX *ctx;
    size_t length; /* of the block so far */
    bool hashing;  /* false: all of it was zeros */
};

/* Nothing but missing memory makes SHA-256 fail. */
static void must(bool ok)
{
    if (!ok)
        abort();
}

struct digest_hasher *digest_hasher_new(void)
{
    struct digest_hasher *h = xcalloc(1, sizeof *h);

    h->ctx = EVP_MD_CTX_new();
    must(h->ctx != NULL && EVP_DigestInit_ex(h->ctx, EVP_sha256(), NULL) == 1);
    return h;
}

void digest_hasher_free(struct digest_hasher *h)
{
    if (h == NULL)
        return;
    EVP_MD_CTX_free(h->ctx);
    free(h);
}

void digest_hasher_begin(struct digest_hasher *h)
{
    h->length = 0;
    h->hashing = false;
}

static void hash_zeros(struct digest_hasher *h, size_t length)
{
    static const unsigned char zeros[4096];

    while (length > 0) {
        size_t n = length < sizeof zeros ? length : sizeof zeros;
        must(EVP_DigestUpdate(h->ctx, zeros, n) == 1);
        length -= n;
    }
}

void digest_hasher_add(struct digest_hasher *h, const void *data, size_t length)
{
    size_t room = DIGEST_BLOCK_BYTES - h->length, n = length < room ? length : room;

    if (!h->hashing && !digest_is_zero(data, n)) {
        h->hashing = true;
        must(EVP_DigestInit_ex(h->ctx, NULL, NULL) == 1);
        hash_zeros(h, h->length);
    }
    if (h->hashing)
        must(EVP_DigestUpdate(h->ctx, data, n) == 1);
    h->length += n;
}

bool digest_hasher_end(struct digest_hasher *h, unsigned char out[DIGEST_SIZE])
{
    if (!h->hashing) {
        memcpy(out, digest_of_zeros, DIGEST_SIZE);
        return false;
    }
    hash_zeros(h, DIGEST_BLOCK_BYTES - h->length);
    must(EVP_DigestFinal_ex(h->ctx, out, NULL) == 1);
    return true;
}

void digest_block(struct digest *d, uint64_t index, const void *data, size_t length)
{
    if (index >= d->blocks)
        return;
    if (digest_is_zero(data, length)) {
        digest_hole(d, index);
        return;
    }
    struct digest_hasher *h = digest_hasher_new();
    digest_hasher_begin(h);
    digest_hasher_add(h, data, length);
    digest_hasher_end(h, d->hashes[index]);
    digest_hasher_free(h);
    d->states[index] = BLOCK_DATA;
}

void digest_hole(struct digest *d, uint64_t index)
{
    if (index < d->blocks)
        d->states[index] = BLOCK_HOLE;
}

bool digest_text(const struct digest *d, char out[DIGEST_TEXT_SIZE])
{
    unsigned char hash[DIGEST_SIZE];
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1;

    out[0] = '\0';
    for (uint64_t i = 0; ok && i < d->blocks; i++) {
        const unsigned char *block = d->states[i] == BLOCK_HOLE ? digest_of_zeros : d->hashes[i];
        ok = d->states[i] != BLOCK_MISSING && EVP_DigestUpdate(ctx, block, DIGEST_SIZE) == 1;
    }
    ok = ok && EVP_DigestFinal_ex(ctx, hash, NULL) == 1;
    EVP_MD_CTX_free(ctx);
    if (ok)
        digest_write(hash, out);
    return ok;
}

void digest_write(const unsigned char hash[DIGEST_SIZE], char out[DIGEST_TEXT_SIZE])
{
    struct buf text = BUF_INIT;

    buf_add_str(&text, PREFIX);
    buf_add_hex(&text, hash, DIGEST_SIZE);
    memcpy(out, text.data, text.length + 1);
    buf_free(&text);
}

bool digest_is_zero(const void *data, size_t length)
{
    const unsigned char *p = data;

    if (length == 0)
        return true;
    /* When the first byte is zero and each equals the one behind it, all are. */
    return p[0] == 0 && memcmp(p, p + 1, length - 1) == 0;
}

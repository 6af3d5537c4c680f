/* The digests of blocks, in chunks that are made when the first block of theirs comes. */
#include "core/blocks.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum {
    CHUNK_BLOCKS = 1024,
    BLOCKS_MOST = 1 << 27 /* of 64 TiB, which no volume exceeds */
};

struct chunk {
    bool there[CHUNK_BLOCKS];
    unsigned char hashes[CHUNK_BLOCKS][DIGEST_SIZE];
};

struct blocks {
    struct chunk **chunks; /* NULL: nothing in it */
    size_t chunk_count;
    uint64_t count;
};

struct blocks *blocks_new(void)
{
    return xcalloc(1, sizeof(struct blocks));
}

void blocks_free(struct blocks *b)
{
    if (b == NULL)
        return;
    for (size_t i = 0; i < b->chunk_count; i++)
        free(b->chunks[i]);
    free(b->chunks);
    free(b);
}

static struct chunk *chunk_for(struct blocks *b, uint64_t index)
{
    size_t i = (size_t)(index / CHUNK_BLOCKS);

    if (i >= b->chunk_count) {
        b->chunks = xrealloc(b->chunks, i + 1, sizeof *b->chunks);
        while (b->chunk_count <= i)
            b->chunks[b->chunk_count++] = NULL;
    }
    if (b->chunks[i] == NULL)
        b->chunks[i] = xcalloc(1, sizeof *b->chunks[i]);
    return b->chunks[i];
}

void blocks_set(struct blocks *b, uint64_t index, const unsigned char hash[DIGEST_SIZE])
{
    if (index >= BLOCKS_MOST)
        return;
    struct chunk *chunk = chunk_for(b, index);
    size_t at = (size_t)(index % CHUNK_BLOCKS);
    b->count += !chunk->there[at];
    chunk->there[at] = true;
    memcpy(chunk->hashes[at], hash, DIGEST_SIZE);
}

const unsigned char *blocks_get(const struct blocks *b, uint64_t index)
{
    size_t i = (size_t)(index / CHUNK_BLOCKS), at = (size_t)(index % CHUNK_BLOCKS);

    if (b == NULL || i >= b->chunk_count || b->chunks[i] == NULL || !b->chunks[i]->there[at])
        return NULL;
    return b->chunks[i]->hashes[at];
}

uint64_t blocks_count(const struct blocks *b)
{
    return b == NULL ? 0 : b->count;
}

bool blocks_next(const struct blocks *b, uint64_t *index)
{
    uint64_t end = b == NULL ? 0 : (uint64_t)b->chunk_count * CHUNK_BLOCKS;

    for (uint64_t i = *index; i < end; i++) {
        const struct chunk *chunk = b->chunks[i / CHUNK_BLOCKS];
        if (chunk == NULL) {
            i |= CHUNK_BLOCKS - 1;
        } else if (chunk->there[i % CHUNK_BLOCKS]) {
            *index = i;
            return true;
        }
    }
    return false;
}

void blocks_add(struct blocks *b, const struct blocks *more)
{
    for (uint64_t i = 0; blocks_next(more, &i); i++)
        blocks_set(b, i, blocks_get(more, i));
}

static EVP_MD_CTX *hash_begin(void)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    /* Nothing but missing memory makes SHA-256 fail. */
    if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1)
        abort();
    return ctx;
}

static void hash_end(EVP_MD_CTX *ctx, unsigned char out[DIGEST_SIZE])
{
    if (EVP_DigestFinal_ex(ctx, out, NULL) != 1)
        abort();
    EVP_MD_CTX_free(ctx);
}

void blocks_digest(const struct blocks *b, uint64_t size_bytes, char out[DIGEST_TEXT_SIZE])
{
    uint64_t count = size_bytes / DIGEST_BLOCK_BYTES + (size_bytes % DIGEST_BLOCK_BYTES != 0);
    unsigned char hash[DIGEST_SIZE];
    EVP_MD_CTX *ctx = hash_begin();

    for (uint64_t i = 0; i < count; i++) {
        const unsigned char *block = blocks_get(b, i);
        EVP_DigestUpdate(ctx, block == NULL ? digest_of_zeros : block, DIGEST_SIZE);
    }
    hash_end(ctx, hash);
    digest_write(hash, out);
}

void blocks_linear(const struct blocks *b, char out[BLOCKS_CHECKSUM_SIZE])
{
    unsigned char hash[DIGEST_SIZE];
    struct buf text = BUF_INIT;
    EVP_MD_CTX *ctx = hash_begin();

    for (uint64_t i = 0; blocks_next(b, &i); i++)
        EVP_DigestUpdate(ctx, blocks_get(b, i), DIGEST_SIZE);
    hash_end(ctx, hash);
    buf_add_base64(&text, hash, sizeof hash);
    memcpy(out, buf_str(&text), BLOCKS_CHECKSUM_SIZE);
    buf_free(&text);
}

/* The blocks that were put into one snapshot, in pages. */
#include "aws/sim/ebs_blocks.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "aws/sim/mem.h"

enum { PAGE_BLOCKS = 1024 };

void ebs_blocks_put(struct ebs_blocks *blocks, uint64_t index, struct content *content,
                    const unsigned char sha256[32])
{
    uint64_t page = index / PAGE_BLOCKS;
    if (page >= blocks->page_count) {
        blocks->pages = xrealloc(blocks->pages, page + 1, sizeof(blocks->pages[0]));
        while (blocks->page_count <= page)
            blocks->pages[blocks->page_count++] = NULL;
    }
    if (blocks->pages[page] == NULL)
        blocks->pages[page] = xcalloc(PAGE_BLOCKS, sizeof(struct ebs_block));
    struct ebs_block *block = &blocks->pages[page][index % PAGE_BLOCKS];
    blocks->count += block->content == NULL;
    content_unref(block->content);
    block->content = content_ref(content);
    memcpy(block->sha256, sha256, sizeof(block->sha256));
}

const struct ebs_block *ebs_blocks_next(const struct ebs_blocks *blocks, uint64_t *index)
{
    while (*index / PAGE_BLOCKS < blocks->page_count) {
        const struct ebs_block *page = blocks->pages[*index / PAGE_BLOCKS];
        if (page == NULL)
            *index = (*index / PAGE_BLOCKS + 1) * PAGE_BLOCKS;
        else if (page[*index % PAGE_BLOCKS].content == NULL)
            ++*index;
        else
            return &page[*index % PAGE_BLOCKS];
    }
    return NULL;
}

void ebs_blocks_linear(const struct ebs_blocks *blocks, unsigned char out[32])
{
    EVP_MD_CTX *sha256 = EVP_MD_CTX_new();
    EVP_DigestInit_ex(sha256, EVP_sha256(), NULL);
    const struct ebs_block *block;
    for (uint64_t i = 0; (block = ebs_blocks_next(blocks, &i)) != NULL; i++)
        EVP_DigestUpdate(sha256, block->sha256, sizeof(block->sha256));
    EVP_DigestFinal_ex(sha256, out, NULL);
    EVP_MD_CTX_free(sha256);
}

struct content *ebs_blocks_compose(const struct ebs_blocks *blocks, struct content *parent,
                                   uint64_t size)
{
    struct content_extent *extents = xcalloc(2 * blocks->count + 1, sizeof(extents[0]));
    uint64_t parent_size = parent != NULL ? content_size(parent) : 0;
    uint64_t done = 0; /* bytes */
    size_t count = 0;
    const struct ebs_block *block;
    for (uint64_t i = 0;; i++) {
        block = ebs_blocks_next(blocks, &i);
        uint64_t start = block != NULL ? i * CONTENT_BLOCK : size;
        uint64_t until = start < parent_size ? start : parent_size;
        if (done < until)
            extents[count++] = (struct content_extent){
                .offset = done, .from = parent, .from_offset = done, .len = until - done};
        if (block == NULL)
            break;
        extents[count++] =
            (struct content_extent){.offset = start, .from = block->content, .len = CONTENT_BLOCK};
        done = start + CONTENT_BLOCK;
    }
    struct content *whole = content_compose(extents, count, size);
    free(extents);
    return whole;
}

void ebs_blocks_clear(struct ebs_blocks *blocks)
{
    uint64_t i = 0;
    for (const struct ebs_block *b; (b = ebs_blocks_next(blocks, &i)) != NULL; i++)
        content_unref(b->content);
    for (uint64_t page = 0; page < blocks->page_count; page++)
        free(blocks->pages[page]);
    free(blocks->pages);
    *blocks = (struct ebs_blocks){0};
}

/* Bytes that were uploaded: sparse 512 KiB blocks in an unlinked temporary file, refcounted, and
 * composed without copying, so that a snapshot keeps its bytes when the object is gone. */
#ifndef AWS_SIM_CONTENT_H
#define AWS_SIM_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTENT_BLOCK (512 * 1024)

/* Refcounted. Written by one thread until sealed (content_compose seals); then immutable and free
 * for all threads. */
struct content;

/* Opens the block file under TMPDIR, or with `discard` keeps lengths only. False with errno set.
 * Thread: main. */
bool content_store_open(bool discard);
void content_store_close(void);

/* An empty content with one reference. Thread: any. */
struct content *content_new(void);

/* Appends bytes; all-zero blocks take no room. False when the disk is full. Thread: any, before
 * sealing. */
bool content_append(struct content *c, const void *bytes, size_t len);

/* Appends a hole. Thread: any, before sealing. */
bool content_append_zeros(struct content *c, uint64_t len);

/* Writes one whole block of CONTENT_BLOCK bytes and grows the content to hold it; a block that was
 * there is replaced. False when the disk is full. Thread: any, before sealing, one at a time. */
bool content_put_block(struct content *c, uint64_t index, const void *bytes);

/* Ends writing; the size is final. False when the disk is full. Thread: any. */
bool content_seal(struct content *c);

/* A run of `len` bytes of `from`, at `from_offset`, which shall appear at `offset`. */
struct content_extent {
    uint64_t offset;
    struct content *from;
    uint64_t from_offset, len;
};

/* A new sealed content of `size` bytes made of extents of sealed contents, in ascending order and
 * not overlapping; what lies between reads as zero. Takes references of its own. Fixed VHD: one
 * extent without the footer; dynamic VHD: one a block. Thread: any. */
struct content *content_compose(const struct content_extent *extents, size_t count, uint64_t size);

/* A new sealed content that equals `c` but for one flipped bit in the first nonzero block at or
 * after `index` (in block `index` itself when there is none). NULL when the bytes are unknown or
 * the content is empty. Thread: any. */
struct content *content_corrupt(struct content *c, uint64_t index);

struct content *content_ref(struct content *c);
void content_unref(struct content *c);

uint64_t content_size(const struct content *c);

/* False with --discard: only the size is known, and reads give zeros. Thread: any. */
bool content_known(const struct content *c);

/* Reads up to `len` bytes at `offset`, holes as zeros; returns the bytes read, fewer only at the
 * end, 0 behind it, -1 on a read error. Thread: any, sealed. */
int64_t content_read(struct content *c, uint64_t offset, void *out, size_t len);

/* Number of blocks, the last one perhaps short. Thread: any. */
uint64_t content_blocks(const struct content *c);

/* Its zeros count as written, not as a hole. Thread: any, before others see it. */
void content_keep_zeros(struct content *c);

/* The first block at or after `index` that was written, by the books alone; content_blocks() when
 * there is none. Bytes that nobody kept (--discard) count as written. Thread: any, sealed. */
uint64_t content_next_written(const struct content *c, uint64_t index);

/* Whether block `index` of both is the very same one, by where it is kept: equal bytes that were
 * written twice are two. Thread: any, sealed. */
bool content_shares_block(const struct content *a, const struct content *b, uint64_t index);

/* SHA-256 of block `index`, padded with zeros to CONTENT_BLOCK when it is the last and short;
 * false when it holds nothing but zeros, or on a read error. Thread: any, sealed. */
bool content_block_sha256(struct content *c, uint64_t index, unsigned char out[32]);

/* SHA-256 of all bytes; reads them the first time and remembers. False when the bytes are unknown
 * or cannot be read. Thread: any, sealed. */
bool content_sha256(struct content *c, unsigned char out[32]);

#endif

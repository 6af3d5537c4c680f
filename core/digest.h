/* The digest of a disk: SHA-256 over the SHA-256 digests of its 512 KiB blocks, in order. The last
 * block is padded with zeros. Written as "sha256-512k:" and hex. */
#ifndef CORE_DIGEST_H
#define CORE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_BLOCK_BYTES (512u << 10)
#define DIGEST_SIZE        32
#define DIGEST_TEXT_SIZE   80

/* Block digests that arrive in any order, from any thread (each index from one thread only). */
struct digest;
/* For a disk of this size; free with digest_free(). Thread: any. */
struct digest *digest_new(uint64_t size_bytes);
void digest_free(struct digest *d);
/* Thread: any. */
uint64_t digest_blocks(const struct digest *d);
/* The SHA-256 of one block; data shorter than a block is padded with zeros. A block of zeros costs
 * no hash. Thread: any. */
void digest_block(struct digest *d, uint64_t index, const void *data, size_t length);
/* The block is a hole. Thread: any. */
void digest_hole(struct digest *d, uint64_t index);
/* After every block has been given: the text, into out[DIGEST_TEXT_SIZE]. False when a block is
 * missing. Thread: any, once no other thread writes. */
bool digest_text(const struct digest *d, char out[DIGEST_TEXT_SIZE]);

/* SHA-256 of a block of zeros, which is that of a hole. */
extern const unsigned char digest_of_zeros[DIGEST_SIZE];
/* The SHA-256 of one block, window by window; a hash is only made once something other than zeros
 * has come. Thread: any, one a hasher. */
struct digest_hasher;
struct digest_hasher *digest_hasher_new(void);
/* NULL is a no-op. Thread: any. */
void digest_hasher_free(struct digest_hasher *h);
/* Begins a block. Thread: any. */
void digest_hasher_begin(struct digest_hasher *h);
/* The block's next bytes. Thread: any. */
void digest_hasher_add(struct digest_hasher *h, const void *data, size_t length);
/* Ends it: what is left of the block is zeros. False for a block of nothing but zeros, whose hash
 * is digest_of_zeros. Thread: any. */
bool digest_hasher_end(struct digest_hasher *h, unsigned char out[DIGEST_SIZE]);

/* The text of a disk's digest whose raw SHA-256 is this. Thread: any. */
void digest_write(const unsigned char hash[DIGEST_SIZE], char out[DIGEST_TEXT_SIZE]);

/* True when the bytes are all zero; early out. Thread: any. */
bool digest_is_zero(const void *data, size_t length);

#endif

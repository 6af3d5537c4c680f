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

/* True when the bytes are all zero; early out. Thread: any. */
bool digest_is_zero(const void *data, size_t length);

#endif

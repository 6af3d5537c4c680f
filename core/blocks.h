/* The digests of a disk's 512 KiB blocks by their index: what has arrived in a snapshot, or what a
 * disk holds. Memory grows with the blocks that are in it, not with the disk. */
#ifndef CORE_BLOCKS_H
#define CORE_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "core/digest.h"
#include "core/journal.h"

/* Not thread-safe: its owner locks. */
struct blocks;
struct blocks *blocks_new(void);
/* NULL is a no-op. Thread: any. */
void blocks_free(struct blocks *b);

/* Puts one in, in any order; the newest digest counts. Thread: any. */
void blocks_set(struct blocks *b, uint64_t index, const unsigned char hash[DIGEST_SIZE]);
/* Its digest, or NULL when the block is not in it (b may be NULL). Lives until the next change.
 * Thread: any. */
const unsigned char *blocks_get(const struct blocks *b, uint64_t index);
/* How many are in it; 0 for NULL. Thread: any. */
uint64_t blocks_count(const struct blocks *b);
/* The first one that is in it at or after *index; false when there is none. Thread: any. */
bool blocks_next(const struct blocks *b, uint64_t *index);
/* Puts all of `more` in. Thread: any. */
void blocks_add(struct blocks *b, const struct blocks *more);

/* The digest of a disk of this size (as digest.h has it) whose other blocks are zeros. Thread:
 * any. */
void blocks_digest(const struct blocks *b, uint64_t size_bytes, char out[DIGEST_TEXT_SIZE]);
/* CompleteSnapshot's checksum over exactly these blocks, base64: SHA-256 of their digests in the
 * order of their indices. Thread: any. */
#define BLOCKS_CHECKSUM_SIZE 45
void blocks_linear(const struct blocks *b, char out[BLOCKS_CHECKSUM_SIZE]);

/* In the journal a set has a name: BLOCKS_PUT and the snapshot's id for what has arrived in a
 * pending snapshot, BLOCKS_DISK and the id for the whole content of a completed one (its blocks of
 * zeros are not in it). Writing adds to what is there, as runs of neighbours; it takes part in the
 * batch that journal_begin() has opened, if any. Thread: engine. */
#define BLOCKS_PUT  "put/"
#define BLOCKS_DISK "disk/"
bool blocks_write(const struct blocks *b, struct journal *j, const char *set, struct err *err);
/* Adds what the journal has under this name to b; *any says whether the name is known at all (a
 * disk of nothing but zeros is written with one empty run). Thread: engine. */
bool blocks_read(struct blocks *b, struct journal *j, const char *set, bool *any, struct err *err);
/* Forgets the set. Thread: engine. */
bool blocks_drop(struct journal *j, const char *set, struct err *err);

#endif

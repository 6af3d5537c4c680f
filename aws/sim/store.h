/* The file behind all contents: slots of one block, taken and given back. */
#ifndef AWS_SIM_STORE_H
#define AWS_SIM_STORE_H

#include <stdbool.h>
#include <stdint.h>

#define STORE_ZERO (-1) /* the slot of a block that holds nothing but zeros */

/* Writes CONTENT_BLOCK bytes and gives their slot, STORE_ZERO for zeros. False when the disk is
 * full. Thread: any. */
bool store_write(const void *block, int64_t *slot);

/* Reads `len` bytes at `offset` of a slot; STORE_ZERO gives zeros. Thread: any. */
bool store_read(int64_t slot, uint64_t offset, void *out, uint64_t len);

/* Gives a slot back; STORE_ZERO is a no-op. Thread: any. */
void store_release(int64_t slot);

/* Whether --discard drops all bytes. Thread: any. */
bool store_discards(void);

#endif

/* CRC-32C (Castagnoli; RFC 3720, appendix B.4), as S3 takes it for its checksums. */
#ifndef BASE_CRC32C_H
#define BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of what `crc` covers followed by data; crc is 0 at the start. Uses the processor's
 * instruction where there is one. Thread: any. */
uint32_t crc32c(uint32_t crc, const void *data, size_t length);
/* The same with tables alone. Thread: any. */
uint32_t crc32c_portable(uint32_t crc, const void *data, size_t length);

#define CRC32C_BASE64_SIZE 9
/* Base64 of the big-endian value, as x-amz-checksum-crc32c carries it. Thread: any. */
void crc32c_base64(uint32_t crc, char out[CRC32C_BASE64_SIZE]);

#endif

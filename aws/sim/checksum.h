/* The checksums that S3 knows: CRC32, CRC32C, CRC64NVME, SHA-1, SHA-256. */
#ifndef AWS_SIM_CHECKSUM_H
#define AWS_SIM_CHECKSUM_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum checksum_kind {
    CHECKSUM_NONE,
    CHECKSUM_CRC32,
    CHECKSUM_CRC32C,
    CHECKSUM_CRC64NVME,
    CHECKSUM_SHA1,
    CHECKSUM_SHA256,
    CHECKSUM_KINDS,
};

struct checksum_row {
    const char *name;    /* CRC32C: x-amz-checksum-algorithm */
    const char *header;  /* x-amz-checksum-crc32c */
    const char *element; /* ChecksumCRC32C */
    size_t size;         /* bytes of the value, big-endian */
    uint64_t polynomial; /* of a CRC, reflected; 0 for a hash */
    bool composite_ok, full_object_ok;
    bool composite_default;
};

extern const struct checksum_row checksum_rows[CHECKSUM_KINDS];

/* The kind of that algorithm name (case does not count) or of that header; CHECKSUM_NONE for
 * another. Thread: any. */
enum checksum_kind checksum_by_name(const char *name);
enum checksum_kind checksum_by_header(const char *header);

#define CHECKSUM_MAX 32

struct checksum {
    enum checksum_kind kind;
    uint64_t crc;
    EVP_MD_CTX *hash;
};

/* Begin, feed, end (writes row.size bytes and frees). Thread: any. */
void checksum_init(struct checksum *c, enum checksum_kind kind);
void checksum_update(struct checksum *c, const void *bytes, size_t len);
void checksum_final(struct checksum *c, unsigned char out[CHECKSUM_MAX]);

/* The CRC of A followed by B, of their CRCs (row.size bytes each) and B's length; into `a`.
 * Thread: any. */
void checksum_combine(enum checksum_kind kind, unsigned char *a, const unsigned char *b,
                      uint64_t b_len);

#endif

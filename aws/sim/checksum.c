/* The checksums that S3 knows; the CRCs by slicing-by-8 over reflected polynomials. */
#include "aws/sim/checksum.h"
#include "aws/sim/mem.h"
#include <endian.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>

const struct checksum_row checksum_rows[CHECKSUM_KINDS] = {
    [CHECKSUM_NONE] = {"", "", "", 0, 0, false, false, false},
    [CHECKSUM_CRC32] = {"CRC32", "x-amz-checksum-crc32", "ChecksumCRC32", 4, 0xedb88320ULL, true,
                        true, true},
    [CHECKSUM_CRC32C] = {"CRC32C", "x-amz-checksum-crc32c", "ChecksumCRC32C", 4, 0x82f63b78ULL,
                         true, true, true},
    [CHECKSUM_CRC64NVME] = {"CRC64NVME", "x-amz-checksum-crc64nvme", "ChecksumCRC64NVME", 8,
                            0x9a6c9329ac4bc9b5ULL, false, true, false},
    [CHECKSUM_SHA1] = {"SHA1", "x-amz-checksum-sha1", "ChecksumSHA1", 20, 0, true, false, true},
    [CHECKSUM_SHA256] = {"SHA256", "x-amz-checksum-sha256", "ChecksumSHA256", 32, 0, true, false,
                         true},
};

enum checksum_kind checksum_by_name(const char *name)
{
    for (int kind = CHECKSUM_CRC32; name != NULL && kind < CHECKSUM_KINDS; kind++)
        if (strcasecmp(checksum_rows[kind].name, name) == 0)
            return (enum checksum_kind)kind;
    return CHECKSUM_NONE;
}

enum checksum_kind checksum_by_header(const char *header)
{
    for (int kind = CHECKSUM_CRC32; kind < CHECKSUM_KINDS; kind++)
        if (strcasecmp(checksum_rows[kind].header, header) == 0)
            return (enum checksum_kind)kind;
    return CHECKSUM_NONE;
}

static uint64_t tables[CHECKSUM_KINDS][8][256];
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static void make_tables(void)
{
    for (int kind = 0; kind < CHECKSUM_KINDS; kind++) {
        uint64_t polynomial = checksum_rows[kind].polynomial;
        for (unsigned byte = 0; byte < 256; byte++) {
            uint64_t crc = byte;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (crc & 1 ? polynomial : 0);
            tables[kind][0][byte] = crc;
        }
        for (int slice = 1; slice < 8; slice++)
            for (unsigned byte = 0; byte < 256; byte++) {
                uint64_t before = tables[kind][slice - 1][byte];
                tables[kind][slice][byte] = (before >> 8) ^ tables[kind][0][before & 0xff];
            }
    }
}

static uint64_t crc_update(enum checksum_kind kind, uint64_t crc, const unsigned char *p,
                           size_t len)
{
    uint64_t(*t)[256] = tables[kind];
    for (; len >= 8; p += 8, len -= 8) {
        uint64_t word;
        memcpy(&word, p, sizeof(word));
        word = le64toh(word) ^ crc;
        crc = t[7][word & 0xff] ^ t[6][(word >> 8) & 0xff] ^ t[5][(word >> 16) & 0xff] ^
              t[4][(word >> 24) & 0xff] ^ t[3][(word >> 32) & 0xff] ^ t[2][(word >> 40) & 0xff] ^
              t[1][(word >> 48) & 0xff] ^ t[0][word >> 56];
    }
    for (; len > 0; p++, len--)
        crc = (crc >> 8) ^ t[0][(crc ^ *p) & 0xff];
    return crc;
}

static uint64_t all_ones(enum checksum_kind kind)
{
    return checksum_rows[kind].size == 8 ? UINT64_MAX : UINT32_MAX;
}

void checksum_init(struct checksum *c, enum checksum_kind kind)
{
    *c = (struct checksum){.kind = kind};
    if (checksum_rows[kind].polynomial != 0) {
        pthread_once(&tables_once, make_tables);
        c->crc = all_ones(kind);
    } else if (kind != CHECKSUM_NONE) {
        c->hash = EVP_MD_CTX_new();
        EVP_DigestInit_ex(c->hash, kind == CHECKSUM_SHA1 ? EVP_sha1() : EVP_sha256(), NULL);
    }
}

void checksum_update(struct checksum *c, const void *bytes, size_t len)
{
    if (c->hash != NULL)
        EVP_DigestUpdate(c->hash, bytes, len);
    else if (c->kind != CHECKSUM_NONE)
        c->crc = crc_update(c->kind, c->crc, bytes, len);
}

static void put_crc(enum checksum_kind kind, uint64_t crc, unsigned char *out)
{
    for (size_t i = checksum_rows[kind].size; i-- > 0; crc >>= 8)
        out[i] = (unsigned char)crc;
}

static uint64_t get_crc(enum checksum_kind kind, const unsigned char *bytes)
{
    uint64_t crc = 0;
    for (size_t i = 0; i < checksum_rows[kind].size; i++)
        crc = crc << 8 | bytes[i];
    return crc;
}

void checksum_final(struct checksum *c, unsigned char out[CHECKSUM_MAX])
{
    if (c->hash != NULL)
        EVP_DigestFinal_ex(c->hash, out, NULL);
    else if (c->kind != CHECKSUM_NONE)
        put_crc(c->kind, c->crc ^ all_ones(c->kind), out);
    EVP_MD_CTX_free(c->hash);
    c->hash = NULL;
}

/* The product of a and b as reflected polynomials, modulo the CRC's. */
static uint64_t multiply(enum checksum_kind kind, uint64_t a, uint64_t b)
{
    unsigned bits = (unsigned)checksum_rows[kind].size * 8;
    uint64_t product = 0;
    for (uint64_t bit = 1ULL << (bits - 1); bit != 0; bit >>= 1) {
        if (a & bit)
            product ^= b;
        b = (b >> 1) ^ (b & 1 ? checksum_rows[kind].polynomial : 0);
    }
    return product;
}

void checksum_combine(enum checksum_kind kind, unsigned char *a, const unsigned char *b,
                      uint64_t b_len)
{
    unsigned bits = (unsigned)checksum_rows[kind].size * 8;
    /* A's CRC times x^(8 * b_len): x^8 squared as often as b_len has binary digits. */
    uint64_t crc = get_crc(kind, a), power = 1ULL << (bits - 1 - 8);
    for (; b_len > 0; b_len >>= 1) {
        if (b_len & 1)
            crc = multiply(kind, power, crc);
        power = multiply(kind, power, power);
    }
    put_crc(kind, crc ^ get_crc(kind, b), a);
}

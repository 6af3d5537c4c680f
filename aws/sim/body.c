/* A request's body on its way in. aws-chunked: "Signature calculations for the Authorization
 * header: transferring payload in multiple chunks" (S3 API reference). */
#include "aws/sim/body.h"
#include "aws/sim/mem.h"
#include "aws/sim/sigv4.h"
#include "aws/sim/store.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum chunk_state {
    CHUNK_NONE,    /* not chunked */
    CHUNK_SIZE,    /* in `<hex>[;chunk-signature=...]\r\n` */
    CHUNK_DATA,    /* in the bytes */
    CHUNK_CRLF,    /* in the \r\n behind them */
    CHUNK_TRAILER, /* in `name:value\r\n` lines, an empty one ends */
    CHUNK_END,
};

enum body_problem {
    BODY_SOUND,
    BODY_TOO_LARGE,
    BODY_NO_ROOM,
    BODY_MALFORMED_CHUNK,
    BODY_BAD_CHUNK_SIGNATURE,
    BODY_INCOMPLETE,
    BODY_INVALID_MD5,
    BODY_BAD_MD5,
    BODY_INVALID_CHECKSUM,
    BODY_BAD_CHECKSUM,
    BODY_PROBLEMS,
};

static const struct {
    int status;
    const char *code, *message;
} problems[BODY_PROBLEMS] = {
    [BODY_TOO_LARGE] = {400, "EntityTooLarge",
                        "Your proposed upload exceeds the maximum allowed "
                        "size"                                                                    },
    [BODY_NO_ROOM] = {500, "InternalError",         "The simulator's disk is full."             },
    [BODY_MALFORMED_CHUNK] = {400, "InvalidChunkSizeError", "Chunk encoding is malformed"               },
    [BODY_BAD_CHUNK_SIGNATURE] = {403, "SignatureDoesNotMatch",
                        "The chunk signature does not match."                                     },
    [BODY_INCOMPLETE] = {400, "IncompleteBody",
                        "You did not provide the number of bytes "
                         "specified by the Content-Length HTTP header"                            },
    [BODY_INVALID_MD5] = {400, "InvalidDigest",         "The Content-MD5 you specified was invalid."},
    [BODY_BAD_MD5] = {400, "BadDigest",
                        "The Content-MD5 you specified did not match what we "
                      "received."                                                                 },
    [BODY_INVALID_CHECKSUM] = {400, "InvalidRequest",        "Value for the checksum header is invalid." },
    [BODY_BAD_CHECKSUM] = {400, "BadDigest",
                        "The checksum you specified did not match the "
                           "calculated checksum."                                                 },
};

struct body {
    struct content *content; /* not owned */
    struct str *text;        /* not owned */
    const struct signature *signature;
    enum body_problem problem;

    enum chunk_state state;
    bool chunks_signed, has_trailer;
    struct str line;          /* of a chunk's head or of a trailer */
    uint64_t chunk_left;      /* bytes of this chunk still to come */
    char *chunk_claim;        /* its signature */
    char previous[65];        /* the signature before it */
    EVP_MD_CTX *chunk_sha256; /* while chunks are signed */
    struct params trailers;
    struct str trailer_text; /* what its signature covers */

    uint64_t length;          /* decoded bytes so far */
    int64_t declared;         /* bytes that the headers promise; -1 unknown */
    EVP_MD_CTX *sha256, *md5; /* NULL: not computed */
    struct checksum checksum;
    enum checksum_kind claimed; /* the checksum that headers or trailers state */
    char *claim_md5, *claim_checksum;
    char sha256_hex[65], md5_hex[33];
    unsigned char md5_value[16], checksum_value[CHECKSUM_MAX];
};

static void fail(struct body *b, enum body_problem problem)
{
    if (b->problem == BODY_SOUND)
        b->problem = problem;
}

static EVP_MD_CTX *digest(const EVP_MD *kind)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_DigestInit_ex(context, kind, NULL);
    return context;
}

static void digest_hex(EVP_MD_CTX *context, unsigned char *value, size_t len, char *hex)
{
    struct str text = {0};
    EVP_DigestFinal_ex(context, value, NULL);
    str_add_hex(&text, value, len);
    memcpy(hex, text.data, text.len + 1);
    str_free(&text);
}

/* Which checksum the client claims: a header's value now, or a trailer's later. */
static void find_claims(struct body *b, const struct request *request)
{
    const struct params *headers = &request->headers;
    b->claim_md5 = xstrdup_or_null(params_get(headers, "content-md5"));
    for (size_t i = 0; i < headers->count; i++) {
        enum checksum_kind kind = checksum_by_header(headers->list[i].name);
        if (kind == CHECKSUM_NONE)
            continue;
        b->claimed = kind;
        b->claim_checksum = xstrdup(headers->list[i].value);
        return;
    }
    const char *trailer = params_get(headers, "x-amz-trailer");
    b->claimed = trailer != NULL ? checksum_by_header(trailer) : CHECKSUM_NONE;
}

static void find_encoding(struct body *b, const struct request *request)
{
    const char *hash = params_get(&request->headers, "x-amz-content-sha256");
    if (hash == NULL || strncmp(hash, "STREAMING-", 10) != 0)
        return;
    b->state = CHUNK_SIZE;
    b->has_trailer = strstr(hash, "-TRAILER") != NULL;
    b->chunks_signed = strstr(hash, "AWS4-HMAC-SHA256") != NULL && b->signature != NULL;
    if (b->chunks_signed && strlen(b->signature->value) == 64)
        memcpy(b->previous, b->signature->value, 65);
}

struct body *body_new(const struct request *request, struct content *content, struct str *text,
                      enum checksum_kind checksum)
{
    struct body *b = xcalloc(1, sizeof(*b));
    b->content = content;
    b->text = text;
    b->signature = request->signature;
    b->declared = -1;
    find_claims(b, request);
    find_encoding(b, request);
    const char *length_header =
        b->state == CHUNK_NONE ? "content-length" : "x-amz-decoded-content-length";
    params_int(&request->headers, length_header, &b->declared);
    bool drop = content != NULL && store_discards();
    const char *hash = params_get(&request->headers, "x-amz-content-sha256");
    bool hash_signed = hash == NULL || strlen(hash) == 64;
    if (!drop && b->state == CHUNK_NONE && hash_signed)
        b->sha256 = digest(EVP_sha256());
    if (!drop && (content != NULL || b->claim_md5 != NULL))
        b->md5 = digest(EVP_md5());
    if (!drop)
        checksum_init(&b->checksum, b->claimed != CHECKSUM_NONE ? b->claimed : checksum);
    return b;
}

void body_free(struct body *b)
{
    if (b == NULL)
        return;
    unsigned char unused[CHECKSUM_MAX];
    checksum_final(&b->checksum, unused);
    EVP_MD_CTX_free(b->sha256);
    EVP_MD_CTX_free(b->md5);
    EVP_MD_CTX_free(b->chunk_sha256);
    params_free(&b->trailers);
    str_free(&b->line);
    str_free(&b->trailer_text);
    free(b->chunk_claim);
    free(b->claim_md5);
    free(b->claim_checksum);
    free(b);
}

/* Decoded bytes: digests, length, and where they are kept. */
static void keep(struct body *b, const void *bytes, size_t len)
{
    b->length += len;
    if (b->sha256 != NULL)
        EVP_DigestUpdate(b->sha256, bytes, len);
    if (b->md5 != NULL)
        EVP_DigestUpdate(b->md5, bytes, len);
    checksum_update(&b->checksum, bytes, len);
    if (b->content != NULL) {
        if (!content_append(b->content, bytes, len))
            fail(b, BODY_NO_ROOM);
    } else if (b->text->len + len <= BODY_MAX) {
        str_add_bytes(b->text, bytes, len);
    } else {
        fail(b, BODY_TOO_LARGE);
    }
}

/* The end of a chunk whose signature was claimed in its head. */
static void check_chunk(struct body *b)
{
    if (!b->chunks_signed)
        return;
    unsigned char value[32];
    char hex[65];
    digest_hex(b->chunk_sha256, value, sizeof(value), hex);
    EVP_MD_CTX_free(b->chunk_sha256);
    b->chunk_sha256 = NULL;
    if (b->chunk_claim == NULL || strlen(b->chunk_claim) != 64 ||
        !sigv4_verify_chunk(b->signature, "AWS4-HMAC-SHA256-PAYLOAD", b->previous, hex,
                            b->chunk_claim))
        fail(b, BODY_BAD_CHUNK_SIGNATURE);
    else
        memcpy(b->previous, b->chunk_claim, 65);
}

static void take_chunk_head(struct body *b, const char *line)
{
    char *end;
    b->chunk_left = strtoull(line, &end, 16);
    free(b->chunk_claim);
    const char *claim = strstr(end, ";chunk-signature=");
    b->chunk_claim = claim != NULL ? xstrdup(claim + strlen(";chunk-signature=")) : NULL;
    if (end == line || (*end != '\0' && *end != ';'))
        fail(b, BODY_MALFORMED_CHUNK);
    if (b->chunks_signed)
        b->chunk_sha256 = digest(EVP_sha256());
    b->state = CHUNK_DATA;
    if (b->chunk_left > 0)
        return;
    check_chunk(b);
    b->state = CHUNK_TRAILER;
}

/* A `name:value` line; an empty one ends the body. */
static void take_trailer(struct body *b, char *line)
{
    char *colon = strchr(line, ':');
    if (*line == '\0') {
        b->state = CHUNK_END;
        return;
    }
    if (colon == NULL || !b->has_trailer) {
        fail(b, BODY_MALFORMED_CHUNK);
        return;
    }
    *colon = '\0';
    for (char *p = line; *p != '\0'; p++)
        *p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 'a' - 'A') : *p;
    char *value = colon + 1 + strspn(colon + 1, " ");
    params_set(&b->trailers, line, value);
    if (strcmp(line, "x-amz-trailer-signature") != 0)
        str_addf(&b->trailer_text, "%s:%s\n", line, value);
}

static void take_line(struct body *b)
{
    size_t len = b->line.len;
    while (len > 0 && strchr("\r\n", b->line.data[len - 1]) != NULL)
        b->line.data[--len] = '\0';
    if (b->state == CHUNK_SIZE)
        take_chunk_head(b, b->line.data);
    else if (b->state == CHUNK_TRAILER)
        take_trailer(b, b->line.data);
    else if (len > 0) /* what follows a chunk's bytes is an empty line */
        fail(b, BODY_MALFORMED_CHUNK);
    else
        b->state = CHUNK_SIZE;
    b->line.len = 0;
}

static size_t take_data(struct body *b, const void *bytes, size_t len)
{
    size_t part = len < b->chunk_left ? len : (size_t)b->chunk_left;
    if (b->chunk_sha256 != NULL)
        EVP_DigestUpdate(b->chunk_sha256, bytes, part);
    keep(b, bytes, part);
    b->chunk_left -= part;
    if (b->chunk_left == 0) {
        check_chunk(b);
        b->state = CHUNK_CRLF;
    }
    return part;
}

void body_feed(struct body *b, const void *bytes, size_t len)
{
    const char *p = bytes, *end = p + len;
    if (b->state == CHUNK_NONE) {
        keep(b, bytes, len);
        return;
    }
    while (p < end && b->problem == BODY_SOUND && b->state != CHUNK_END) {
        if (b->state == CHUNK_DATA) {
            p += take_data(b, p, (size_t)(end - p));
            continue;
        }
        str_add_bytes(&b->line, p, 1);
        if (b->line.len > 8192)
            fail(b, BODY_MALFORMED_CHUNK);
        else if (*p == '\n')
            take_line(b);
        p++;
    }
}

static void check_trailer(struct body *b)
{
    if (b->state != CHUNK_END && b->state != CHUNK_TRAILER)
        fail(b, BODY_INCOMPLETE);
    if (!b->has_trailer)
        return;
    if (b->claimed != CHECKSUM_NONE && b->claim_checksum == NULL)
        b->claim_checksum =
            xstrdup_or_null(params_get(&b->trailers, checksum_rows[b->claimed].header));
    if (b->claimed != CHECKSUM_NONE && b->claim_checksum == NULL)
        fail(b, BODY_INVALID_CHECKSUM);
    if (!b->chunks_signed)
        return;
    unsigned char value[32];
    char hex[65];
    EVP_MD_CTX *context = digest(EVP_sha256());
    EVP_DigestUpdate(context, str_text(&b->trailer_text), b->trailer_text.len);
    digest_hex(context, value, sizeof(value), hex);
    EVP_MD_CTX_free(context);
    const char *claim = params_get(&b->trailers, "x-amz-trailer-signature");
    if (claim == NULL ||
        !sigv4_verify_chunk(b->signature, "AWS4-HMAC-SHA256-TRAILER", b->previous, hex, claim))
        fail(b, BODY_BAD_CHUNK_SIGNATURE);
}

/* Compares a claim in base64 with the value; `invalid` is what a claim of another length is. */
static void compare(struct body *b, const char *claim, const unsigned char *value, size_t len,
                    enum body_problem invalid, enum body_problem differs)
{
    struct str text = {0};
    str_add_base64(&text, value, len);
    if (strlen(claim) != text.len)
        fail(b, invalid);
    else if (strcmp(claim, text.data) != 0)
        fail(b, differs);
    str_free(&text);
}

void body_end(struct body *b)
{
    if (b->state != CHUNK_NONE)
        check_trailer(b);
    if (b->declared >= 0 && (uint64_t)b->declared != b->length)
        fail(b, BODY_INCOMPLETE);
    if (b->content != NULL && !content_seal(b->content))
        fail(b, BODY_NO_ROOM);
    if (b->sha256 != NULL) {
        unsigned char value[32];
        digest_hex(b->sha256, value, sizeof(value), b->sha256_hex);
    }
    if (b->md5 != NULL)
        digest_hex(b->md5, b->md5_value, sizeof(b->md5_value), b->md5_hex);
    enum checksum_kind kind = b->checksum.kind;
    checksum_final(&b->checksum, b->checksum_value);
    if (b->md5 != NULL && b->claim_md5 != NULL)
        compare(b, b->claim_md5, b->md5_value, 16, BODY_INVALID_MD5, BODY_BAD_MD5);
    if (kind != CHECKSUM_NONE && b->claim_checksum != NULL)
        compare(b, b->claim_checksum, b->checksum_value, checksum_rows[kind].size,
                BODY_INVALID_CHECKSUM, BODY_BAD_CHECKSUM);
}

bool body_check(const struct body *b, struct request *request, struct reply *reply)
{
    if (b->problem == BODY_SOUND)
        return true;
    reply_error(request, reply, problems[b->problem].status, problems[b->problem].code, "%s",
                problems[b->problem].message);
    return false;
}

const char *body_sha256_hex(const struct body *b)
{
    return b->sha256 != NULL ? b->sha256_hex : NULL;
}

const char *body_md5_hex(const struct body *b)
{
    return b->md5_hex;
}

const unsigned char *body_md5(const struct body *b)
{
    return b->md5_value;
}

enum checksum_kind body_checksum_kind(const struct body *b)
{
    return b->checksum.kind;
}

const unsigned char *body_checksum(const struct body *b)
{
    return b->checksum_value;
}

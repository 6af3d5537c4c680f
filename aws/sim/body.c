/* A request's body on its way in. */
#include "aws/sim/body.h"
#include "aws/sim/chunks.h"
#include "aws/sim/mem.h"
#include "aws/sim/service.h"
#include "aws/sim/store.h"
#include <stdlib.h>
#include <string.h>

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
                        "size"},
    [BODY_NO_ROOM] = {500, "InternalError", "The simulator's disk is full."},
    [BODY_MALFORMED_CHUNK] = {400, "InvalidChunkSizeError", "Chunk encoding is malformed"},
    [BODY_BAD_CHUNK_SIGNATURE] = {403, "SignatureDoesNotMatch",
                                  "The chunk signature does not match."},
    [BODY_INCOMPLETE] = {400, "IncompleteBody",
                         "You did not provide the number of bytes "
                         "specified by the Content-Length HTTP header"},
    [BODY_INVALID_MD5] = {400, "InvalidDigest", "The Content-MD5 you specified was invalid."},
    [BODY_BAD_MD5] = {400, "BadDigest",
                      "The Content-MD5 you specified did not match what we "
                      "received."},
    [BODY_INVALID_CHECKSUM] = {400, "InvalidRequest", "Value for the checksum header is invalid."},
    [BODY_BAD_CHECKSUM] = {400, "BadDigest",
                           "The checksum you specified did not match the "
                           "calculated checksum."},
};

struct body {
    struct content *content; /* not owned */
    struct str *text;        /* not owned */
    enum body_problem problem;

    struct chunks *chunks;    /* NULL: the body is as it is */
    uint64_t length;          /* decoded bytes so far */
    int64_t declared;         /* bytes that the headers promise; -1 unknown */
    EVP_MD_CTX *sha256, *md5; /* NULL: not computed */
    struct checksum checksum;
    enum checksum_kind claimed; /* the checksum that headers or trailers state */
    char *claim_md5, *claim_checksum;
    char sha256_hex[65];
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

/* Which checksum the client claims: a header's value now, or a trailer's later. */
static void find_claims(struct body *b, const struct request *request)
{
    const struct params *headers = &request->headers;
    b->claim_md5 = xstrdup_or_null(params_get(headers, "content-md5"));
    if (request->action != NULL && request->action->checksum_of_object)
        return;
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

/* Decoded bytes: digests, length, and where they are kept. */
static void keep(void *cls, const void *bytes, size_t len)
{
    struct body *b = cls;
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

struct body *body_new(const struct request *request, struct content *content, struct str *text,
                      enum checksum_kind checksum)
{
    struct body *b = xcalloc(1, sizeof(*b));
    b->content = content;
    b->text = text;
    b->declared = -1;
    find_claims(b, request);
    b->chunks = chunks_new(request, keep, b);
    const char *length_header =
        b->chunks == NULL ? "content-length" : "x-amz-decoded-content-length";
    params_int(&request->headers, length_header, &b->declared);
    bool drop = content != NULL && store_discards();
    const char *hash = params_get(&request->headers, "x-amz-content-sha256");
    bool hash_wanted = hash == NULL || (!drop && strlen(hash) == 64);
    if (b->chunks == NULL && hash_wanted)
        b->sha256 = digest(EVP_sha256());
    bool etag = content != NULL && request->service->protocol == PROTOCOL_REST_XML;
    if (!drop && (etag || b->claim_md5 != NULL))
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
    chunks_free(b->chunks);
    free(b->claim_md5);
    free(b->claim_checksum);
    free(b);
}

void body_feed(struct body *b, const void *bytes, size_t len)
{
    if (b->chunks != NULL)
        chunks_feed(b->chunks, bytes, len);
    else
        keep(b, bytes, len);
}

/* What the decoder found, and the checksum that a trailer claims. */
static void end_chunks(struct body *b)
{
    static const enum body_problem as_body[] = {
        [CHUNKS_SOUND] = BODY_SOUND,
        [CHUNKS_MALFORMED] = BODY_MALFORMED_CHUNK,
        [CHUNKS_BAD_SIGNATURE] = BODY_BAD_CHUNK_SIGNATURE,
        [CHUNKS_INCOMPLETE] = BODY_INCOMPLETE,
    };
    fail(b, as_body[chunks_end(b->chunks)]);
    if (b->claimed == CHECKSUM_NONE || b->claim_checksum != NULL)
        return;
    const char *claim = chunks_trailer(b->chunks, checksum_rows[b->claimed].header);
    if (claim == NULL)
        fail(b, BODY_INVALID_CHECKSUM);
    b->claim_checksum = xstrdup_or_null(claim);
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
    if (b->chunks != NULL)
        end_chunks(b);
    if (b->declared >= 0 && (uint64_t)b->declared != b->length)
        fail(b, BODY_INCOMPLETE);
    if (b->content != NULL && !content_seal(b->content))
        fail(b, BODY_NO_ROOM);
    if (b->sha256 != NULL) {
        unsigned char value[32];
        struct str hex = {0};
        EVP_DigestFinal_ex(b->sha256, value, NULL);
        str_add_hex(&hex, value, sizeof(value));
        memcpy(b->sha256_hex, hex.data, sizeof(b->sha256_hex));
        str_free(&hex);
    }
    if (b->md5 != NULL)
        EVP_DigestFinal_ex(b->md5, b->md5_value, NULL);
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

/* The aws-chunked encoding of bodies. */
#include "aws/sim/chunks.h"
#include "aws/sim/mem.h"
#include "aws/sim/sigv4.h"
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LINE 8192

enum state {
    STATE_SIZE,    /* in `<hex>[;chunk-signature=...]\r\n` */
    STATE_DATA,    /* in the bytes */
    STATE_CRLF,    /* in the \r\n behind them */
    STATE_TRAILER, /* in `name:value\r\n` lines, an empty one ends */
    STATE_END,
};

struct chunks {
    chunks_take *take;
    void *cls;
    const struct signature *signature; /* NULL: chunks are not signed */
    bool has_trailer;
    enum state state;
    enum chunks_problem problem;
    struct str line;    /* of a chunk's head or of a trailer */
    uint64_t left;      /* bytes of this chunk still to come */
    char *claim;        /* its signature */
    char previous[65];  /* the signature before it */
    EVP_MD_CTX *sha256; /* of its bytes, while chunks are signed */
    struct params trailers;
    struct str trailer_text; /* what the trailer's signature covers */
};

struct chunks *chunks_new(const struct request *request, chunks_take *take, void *cls)
{
    const char *hash = params_get(&request->headers, "x-amz-content-sha256");
    if (hash == NULL || strncmp(hash, "STREAMING-", 10) != 0)
        return NULL;
    struct chunks *c = xcalloc(1, sizeof(*c));
    c->take = take;
    c->cls = cls;
    c->has_trailer = strstr(hash, "-TRAILER") != NULL;
    if (strstr(hash, "AWS4-HMAC-SHA256") != NULL && request->signature != NULL) {
        c->signature = request->signature;
        memcpy(c->previous, c->signature->value, sizeof(c->previous));
    }
    return c;
}

void chunks_free(struct chunks *c)
{
    if (c == NULL)
        return;
    EVP_MD_CTX_free(c->sha256);
    params_free(&c->trailers);
    str_free(&c->line);
    str_free(&c->trailer_text);
    free(c->claim);
    free(c);
}

static void fail(struct chunks *c, enum chunks_problem problem)
{
    if (c->problem == CHUNKS_SOUND)
        c->problem = problem;
}

/* Whether `claim` signs what was digested, behind the signature before. */
static bool is_signed(const struct chunks *c, const char *label, EVP_MD_CTX *sha256,
                      const char *claim)
{
    unsigned char digest[32];
    struct str hex = {0};
    EVP_DigestFinal_ex(sha256, digest, NULL);
    str_add_hex(&hex, digest, sizeof(digest));
    bool ok = claim != NULL && strlen(claim) == 64 &&
              sigv4_verify_chunk(c->signature, label, c->previous, str_text(&hex), claim);
    str_free(&hex);
    return ok;
}

/* The end of a chunk whose signature was claimed in its head. */
static void end_chunk(struct chunks *c)
{
    if (c->signature == NULL)
        return;
    if (is_signed(c, "AWS4-HMAC-SHA256-PAYLOAD", c->sha256, c->claim))
        memcpy(c->previous, c->claim, sizeof(c->previous));
    else
        fail(c, CHUNKS_BAD_SIGNATURE);
    EVP_MD_CTX_free(c->sha256);
    c->sha256 = NULL;
}

static void take_head(struct chunks *c, const char *line)
{
    static const char name[] = ";chunk-signature=";
    char *end;
    c->left = strtoull(line, &end, 16);
    if (end == line || (*end != '\0' && *end != ';'))
        fail(c, CHUNKS_MALFORMED);
    const char *claim = strstr(end, name);
    free(c->claim);
    c->claim = claim != NULL ? xstrdup(claim + strlen(name)) : NULL;
    if (c->signature != NULL) {
        c->sha256 = EVP_MD_CTX_new();
        EVP_DigestInit_ex(c->sha256, EVP_sha256(), NULL);
    }
    c->state = STATE_DATA;
    if (c->left > 0)
        return;
    end_chunk(c);
    c->state = STATE_TRAILER;
}

/* A `name:value` line; an empty one ends the body. */
static void take_trailer(struct chunks *c, char *line)
{
    char *colon = strchr(line, ':');
    if (*line == '\0') {
        c->state = STATE_END;
        return;
    }
    if (colon == NULL || !c->has_trailer) {
        fail(c, CHUNKS_MALFORMED);
        return;
    }
    *colon = '\0';
    for (char *p = line; *p != '\0'; p++)
        *p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 'a' - 'A') : *p;
    const char *value = colon + 1 + strspn(colon + 1, " ");
    params_set(&c->trailers, line, value);
    if (strcmp(line, "x-amz-trailer-signature") != 0)
        str_addf(&c->trailer_text, "%s:%s\n", line, value);
}

static void take_line(struct chunks *c)
{
    char *line = c->line.data;
    size_t len = c->line.len;
    while (len > 0 && (line[len - 1] == '\r' || line[len - 1] == '\n'))
        line[--len] = '\0';
    if (c->state == STATE_SIZE)
        take_head(c, line);
    else if (c->state == STATE_TRAILER)
        take_trailer(c, line);
    else if (len > 0) /* what follows a chunk's bytes is an empty line */
        fail(c, CHUNKS_MALFORMED);
    else
        c->state = STATE_SIZE;
    c->line.len = 0;
}

static size_t take_data(struct chunks *c, const char *bytes, size_t len)
{
    size_t part = len < c->left ? len : (size_t)c->left;
    if (c->sha256 != NULL)
        EVP_DigestUpdate(c->sha256, bytes, part);
    c->take(c->cls, bytes, part);
    c->left -= part;
    if (c->left == 0) {
        end_chunk(c);
        c->state = STATE_CRLF;
    }
    return part;
}

void chunks_feed(struct chunks *c, const char *bytes, size_t len)
{
    for (const char *p = bytes, *end = bytes + len;
         p < end && c->problem == CHUNKS_SOUND && c->state != STATE_END;) {
        if (c->state == STATE_DATA) {
            p += take_data(c, p, (size_t)(end - p));
            continue;
        }
        str_add_bytes(&c->line, p, 1);
        if (c->line.len > MAX_LINE)
            fail(c, CHUNKS_MALFORMED);
        else if (*p == '\n')
            take_line(c);
        p++;
    }
}

enum chunks_problem chunks_end(struct chunks *c)
{
    if (c->state != STATE_END)
        fail(c, CHUNKS_INCOMPLETE);
    if (c->signature == NULL || !c->has_trailer || c->problem != CHUNKS_SOUND)
        return c->problem;
    EVP_MD_CTX *sha256 = EVP_MD_CTX_new();
    EVP_DigestInit_ex(sha256, EVP_sha256(), NULL);
    EVP_DigestUpdate(sha256, str_text(&c->trailer_text), c->trailer_text.len);
    if (!is_signed(c, "AWS4-HMAC-SHA256-TRAILER", sha256,
                   chunks_trailer(c, "x-amz-trailer-signature")))
        fail(c, CHUNKS_BAD_SIGNATURE);
    EVP_MD_CTX_free(sha256);
    return c->problem;
}

const char *chunks_trailer(const struct chunks *c, const char *name)
{
    return params_get(&c->trailers, name);
}

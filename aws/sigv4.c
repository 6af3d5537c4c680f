/* Signature Version 4, stage by stage. */
#include "aws/sigv4.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

#define ALGORITHM "AWS4-HMAC-SHA256"

/* Proxies and libcurl may add, change or drop these, so they are not signed (as botocore has it).
 */
static const char *const unsigned_headers[] = {
    "authorization",
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "te",
    "trailer",
    "upgrade",
    "proxy-authorization",
    "user-agent",
    "transfer-encoding",
    "x-amzn-trace-id",
};

struct pair {
    char *name, *value;
};

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    int by_name = strcmp(x->name, y->name);

    return by_name != 0 ? by_name : strcmp(x->value, y->value);
}

static void free_pairs(struct pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(pairs[i].name);
        str_wipe_free(pairs[i].value);
    }
    free(pairs);
}

void sigv4_date(time_t time, char out[SIGV4_DATE_SIZE])
{
    struct tm utc = {0};

    gmtime_r(&time, &utc);
    if (strftime(out, SIGV4_DATE_SIZE, "%Y%m%dT%H%M%SZ", &utc) == 0)
        out[0] = '\0';
}

static void to_hex(const unsigned char *bytes, size_t length, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < length; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}

void sigv4_hash_hex(const void *data, size_t length, char out[SIGV4_HEX_SIZE])
{
    unsigned char digest[32];

    if (EVP_Digest(data, length, digest, NULL, EVP_sha256(), NULL) != 1)
        abort();
    to_hex(digest, sizeof digest, out);
}

/* Removes "." and ".." segments and doubled slashes, as botocore does, and encodes what is
 * already encoded once more. */
static void add_normal_path(struct buf *out, const char *path)
{
    struct buf normal = BUF_INIT;

    while (*path != '\0') {
        size_t length = strcspn(path, "/");
        if (length == 2 && memcmp(path, "..", 2) == 0) {
            char *slash = normal.length == 0 ? NULL : strrchr(normal.data, '/');
            normal.length = slash == NULL ? 0 : (size_t)(slash - normal.data);
            if (normal.data != NULL)
                normal.data[normal.length] = '\0';
        } else if (length > 0 && !(length == 1 && *path == '.')) {
            buf_add_char(&normal, '/');
            buf_add(&normal, path, length);
        }
        path += length;
        if (*path == '/' && *++path == '\0')
            buf_add_char(&normal, '/');
    }
    if (normal.length == 0)
        buf_add_char(&normal, '/');
    buf_add_uri_path(out, buf_str(&normal));
    buf_free(&normal);
}

static void add_query(struct buf *out, const char *query)
{
    struct pair *pairs = NULL;
    size_t count = 0;

    while (query != NULL && *query != '\0') {
        size_t length = strcspn(query, "&");
        size_t name = strcspn(query, "=&");
        size_t value = name < length ? name + 1 : length;
        pairs = xrealloc(pairs, count + 1, sizeof *pairs);
        pairs[count++] = (struct pair){.name = xstrndup(query, name),
                                       .value = xstrndup(query + value, length - value)};
        query += length;
        query += *query == '&';
    }
    if (count > 0)
        qsort(pairs, count, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < count; i++)
        buf_add_fmt(out, "%s%s=%s", i == 0 ? "" : "&", pairs[i].name, pairs[i].value);
    free_pairs(pairs, count);
}

static bool is_signed(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(unsigned_headers); i++)
        if (strcasecmp(name, unsigned_headers[i]) == 0)
            return false;
    return true;
}

/* Without white space around it, and one space for each run inside. */
static char *trimmed_value(const char *value)
{
    struct buf out = BUF_INIT;

    for (; *value != '\0'; value++) {
        bool space = *value == ' ' || *value == '\t';
        if (space && (out.length == 0 || out.data[out.length - 1] == ' '))
            continue;
        buf_add_char(&out, space ? ' ' : *value);
    }
    if (out.length > 0 && out.data[out.length - 1] == ' ')
        out.data[--out.length] = '\0';
    return buf_take(&out);
}

static void add_headers(const struct sigv4_request *r, struct buf *out, struct buf *signed_headers)
{
    struct pair *pairs = xcalloc(r->header_count, sizeof *pairs);
    size_t count = 0;

    for (size_t i = 0; i < r->header_count; i++) {
        if (!is_signed(r->headers[i].name))
            continue;
        char *name = xstrdup(r->headers[i].name);
        for (char *c = name; *c != '\0'; c++)
            *c = (char)tolower((unsigned char)*c);
        pairs[count++] = (struct pair){.name = name, .value = trimmed_value(r->headers[i].value)};
    }
    if (count > 0)
        qsort(pairs, count, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < count; i++) {
        buf_add_fmt(out, "%s:%s\n", pairs[i].name, pairs[i].value);
        buf_add_fmt(signed_headers, "%s%s", i == 0 ? "" : ";", pairs[i].name);
    }
    free_pairs(pairs, count);
}

void sigv4_canonical_request(const struct sigv4_request *r, struct buf *out,
                             struct buf *signed_headers)
{
    buf_add_fmt(out, "%s\n", r->method);
    if (strcmp(r->service, "s3") == 0)
        buf_add_str(out, r->path);
    else
        add_normal_path(out, r->path);
    buf_add_char(out, '\n');
    add_query(out, r->query);
    buf_add_char(out, '\n');
    add_headers(r, out, signed_headers);
    buf_add_fmt(out, "\n%s\n%s", buf_str(signed_headers), r->payload_hash);
}

void sigv4_scope(const struct sigv4_request *r, struct buf *out)
{
    char date[SIGV4_DATE_SIZE];

    sigv4_date(r->time, date);
    buf_add_fmt(out, "%.8s/%s/%s/aws4_request", date, r->region, r->service);
}

void sigv4_string_to_sign(const struct sigv4_request *r, const char *canonical_request,
                          struct buf *out)
{
    char date[SIGV4_DATE_SIZE];
    char hash[SIGV4_HEX_SIZE];

    sigv4_date(r->time, date);
    sigv4_hash_hex(canonical_request, strlen(canonical_request), hash);
    buf_add_fmt(out, ALGORITHM "\n%s\n", date);
    sigv4_scope(r, out);
    buf_add_fmt(out, "\n%s", hash);
}

static void hmac(const void *key, size_t key_length, const char *text,
                 unsigned char out[SIGV4_KEY_SIZE])
{
    unsigned length = SIGV4_KEY_SIZE;
    unsigned char result[EVP_MAX_MD_SIZE];

    if (HMAC(EVP_sha256(), key, (int)key_length, (const unsigned char *)text, strlen(text), result,
             &length) == NULL)
        abort();
    memcpy(out, result, SIGV4_KEY_SIZE);
    mem_wipe(result, sizeof result);
}

static void derive_key(const char *secret, const struct sigv4_request *r,
                       unsigned char out[SIGV4_KEY_SIZE])
{
    char date[SIGV4_DATE_SIZE];
    char *first = xasprintf("AWS4%s", secret);

    sigv4_date(r->time, date);
    date[8] = '\0';
    hmac(first, strlen(first), date, out);
    hmac(out, SIGV4_KEY_SIZE, r->region, out);
    hmac(out, SIGV4_KEY_SIZE, r->service, out);
    hmac(out, SIGV4_KEY_SIZE, "aws4_request", out);
    str_wipe_free(first);
}

void sigv4_signing_key(const char *secret, const struct sigv4_request *r,
                       unsigned char out[SIGV4_KEY_SIZE])
{
    static _Thread_local char cached_id[SIGV4_HEX_SIZE];
    static _Thread_local unsigned char cached_key[SIGV4_KEY_SIZE];
    struct buf id_text = BUF_INIT;
    char id[SIGV4_HEX_SIZE];

    sigv4_scope(r, &id_text);
    buf_add_fmt(&id_text, "\n%s", secret);
    sigv4_hash_hex(id_text.data, id_text.length, id);
    buf_wipe_free(&id_text);
    if (strcmp(id, cached_id) != 0) {
        derive_key(secret, r, cached_key);
        memcpy(cached_id, id, sizeof id);
    }
    memcpy(out, cached_key, SIGV4_KEY_SIZE);
}

void sigv4_signature(const unsigned char key[SIGV4_KEY_SIZE], const char *string_to_sign,
                     char out[SIGV4_HEX_SIZE])
{
    unsigned char signature[SIGV4_KEY_SIZE];

    hmac(key, SIGV4_KEY_SIZE, string_to_sign, signature);
    to_hex(signature, sizeof signature, out);
}

/* All stages; signed_headers receives the names that were signed. */
static void sign(const struct sigv4_request *r, const char *secret, struct buf *signed_headers,
                 char out[SIGV4_HEX_SIZE])
{
    struct buf canonical = BUF_INIT, text = BUF_INIT;
    unsigned char key[SIGV4_KEY_SIZE];

    sigv4_canonical_request(r, &canonical, signed_headers);
    sigv4_string_to_sign(r, buf_str(&canonical), &text);
    sigv4_signing_key(secret, r, key);
    sigv4_signature(key, buf_str(&text), out);
    mem_wipe(key, sizeof key);
    buf_wipe_free(&canonical);
    buf_free(&text);
}

void sigv4_authorization(const struct sigv4_request *r, const struct credentials *c,
                         struct buf *out)
{
    struct buf signed_headers = BUF_INIT;
    char signature[SIGV4_HEX_SIZE];

    sign(r, c->secret_access_key, &signed_headers, signature);
    buf_add_fmt(out, ALGORITHM " Credential=%s/", c->access_key_id);
    sigv4_scope(r, out);
    buf_add_fmt(out, ", SignedHeaders=%s, Signature=%s", buf_str(&signed_headers), signature);
    buf_free(&signed_headers);
}

/* The names that will be signed, which stand in the query before it is signed. */
static void add_signed_names(const struct sigv4_request *r, struct buf *out)
{
    struct buf headers = BUF_INIT, names = BUF_INIT;

    add_headers(r, &headers, &names);
    buf_add_uri(out, buf_str(&names));
    buf_wipe_free(&headers);
    buf_free(&names);
}

void sigv4_presign(const struct sigv4_request *r, const struct credentials *c, int expires_s,
                   struct buf *out)
{
    struct buf scope = BUF_INIT, query = BUF_INIT, names = BUF_INIT;
    struct sigv4_request presigned = *r;
    char date[SIGV4_DATE_SIZE], signature[SIGV4_HEX_SIZE];

    sigv4_date(r->time, date);
    buf_add_fmt(&scope, "%s/", c->access_key_id);
    sigv4_scope(r, &scope);
    if (r->query != NULL && *r->query != '\0')
        buf_add_fmt(&query, "%s&", r->query);
    buf_add_str(&query, "X-Amz-Algorithm=" ALGORITHM "&X-Amz-Credential=");
    buf_add_uri(&query, buf_str(&scope));
    buf_add_fmt(&query, "&X-Amz-Date=%s&X-Amz-Expires=%d&X-Amz-SignedHeaders=", date, expires_s);
    add_signed_names(r, &query);
    if (c->session_token != NULL) {
        buf_add_str(&query, "&X-Amz-Security-Token=");
        buf_add_uri(&query, c->session_token);
    }
    presigned.query = buf_str(&query);
    sign(&presigned, c->secret_access_key, &names, signature);
    buf_add_fmt(out, "%s&X-Amz-Signature=%s", buf_str(&query), signature);
    buf_free(&scope);
    buf_free(&names);
    buf_wipe_free(&query);
}

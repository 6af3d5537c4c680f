/* AWS Signature Version 4, computed again from what arrived. */
#include "aws/sim/sigv4.h"
#include "aws/sim/mem.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ALGORITHM "AWS4-HMAC-SHA256"

/* Splits `key/date/region/service/aws4_request`; a key id holds no slash. */
static bool read_scope(struct signature *s, const char *credential)
{
    char **fields[] = {&s->key_id, &s->date, &s->region, &s->service};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        const char *slash = strchr(credential, '/');
        if (slash == NULL || slash == credential)
            return false;
        *fields[i] = xasprintf("%.*s", (int)(slash - credential), credential);
        credential = slash + 1;
    }
    return strcmp(credential, "aws4_request") == 0;
}

static bool read_time(struct signature *s)
{
    struct tm tm = {0};
    const char *end = strptime(s->amz_date, "%Y%m%dT%H%M%SZ", &tm);
    if (end == NULL || *end != '\0')
        return false;
    s->time_ms = (int64_t)timegm(&tm) * 1000;
    return true;
}

/* The value of `name=` in "Credential=..., SignedHeaders=..., Signature=..."; malloc'd or NULL. */
static char *header_field(const char *header, const char *name)
{
    size_t len = strlen(name);
    for (const char *p = header; *p != '\0';) {
        p += strspn(p, ", ");
        size_t end = strcspn(p, ", ");
        if (end > len && strncmp(p, name, len) == 0 && p[len] == '=')
            return xasprintf("%.*s", (int)(end - len - 1), p + len + 1);
        p += end;
    }
    return NULL;
}

static const char *read_header(struct signature *s, const struct request *request,
                               const char *header)
{
    const char *rest = header + strlen(ALGORITHM);
    char *credential = header_field(rest, "Credential");
    s->signed_headers = header_field(rest, "SignedHeaders");
    s->value = header_field(rest, "Signature");
    bool scoped = credential != NULL && read_scope(s, credential);
    free(credential);
    if (!scoped)
        return "The Credential parameter must be KEY/YYYYMMDD/REGION/SERVICE/aws4_request.";
    if (s->signed_headers == NULL)
        return "Authorization header requires 'SignedHeaders' parameter.";
    if (s->value == NULL)
        return "Authorization header requires 'Signature' parameter.";
    const char *date = params_get(&request->headers, "x-amz-date");
    if (date == NULL)
        date = params_get(&request->headers, "date");
    s->amz_date = xstrdup(date != NULL ? date : "");
    s->token = xstrdup_or_null(params_get(&request->headers, "x-amz-security-token"));
    s->payload_hash = xstrdup_or_null(params_get(&request->headers, "x-amz-content-sha256"));
    return read_time(s) ? NULL : "Date must be in ISO-8601 'basic format'.";
}

static const char *read_query(struct signature *s, const struct request *request)
{
    const struct params *p = &request->params;
    const char *credential = params_get(p, "X-Amz-Credential");
    s->presigned = true;
    s->amz_date = xstrdup(params_get(p, "X-Amz-Date") != NULL ? params_get(p, "X-Amz-Date") : "");
    s->token = xstrdup_or_null(params_get(p, "X-Amz-Security-Token"));
    s->signed_headers = xstrdup_or_null(params_get(p, "X-Amz-SignedHeaders"));
    s->value = xstrdup_or_null(params_get(p, "X-Amz-Signature"));
    if (credential == NULL || !read_scope(s, credential) || s->signed_headers == NULL ||
        s->value == NULL || !read_time(s))
        return "Query-string authentication requires the X-Amz-Algorithm, X-Amz-Credential, "
               "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.";
    if (!params_int(p, "X-Amz-Expires", &s->expires_s) || s->expires_s < 1 || s->expires_s > 604800)
        return "X-Amz-Expires must be a number of seconds from 1 to 604800";
    const char *hash = params_get(&request->headers, "x-amz-content-sha256");
    bool s3 = strcmp(s->service, "s3") == 0;
    s->payload_hash = xstrdup(hash != NULL ? hash : s3 ? "UNSIGNED-PAYLOAD" : EMPTY_SHA256);
    return NULL;
}

struct signature *sigv4_read(const struct request *request, const char **why)
{
    const char *header = params_get(&request->headers, "authorization");
    const char *algorithm = params_get(&request->params, "X-Amz-Algorithm");
    *why = NULL;
    if (header == NULL && algorithm == NULL)
        return NULL;
    if (strncmp(header != NULL ? header : algorithm, ALGORITHM, strlen(ALGORITHM)) != 0) {
        *why = "Unsupported Authorization Type";
        return NULL;
    }
    struct signature *s = xcalloc(1, sizeof(*s));
    *why = header != NULL ? read_header(s, request, header) : read_query(s, request);
    if (*why == NULL && strncmp(s->date, s->amz_date, 8) != 0)
        *why = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
               "from HTTP";
    if (*why == NULL)
        return s;
    sigv4_free(s);
    return NULL;
}

void sigv4_free(struct signature *s)
{
    if (s == NULL)
        return;
    free(s->key_id);
    free(s->date);
    free(s->region);
    free(s->service);
    free(s->amz_date);
    free(s->token);
    free(s->signed_headers);
    free(s->value);
    free(s->payload_hash);
    str_free(&s->canonical);
    str_free(&s->to_sign);
    OPENSSL_cleanse(s->signing_key, sizeof(s->signing_key));
    free(s);
}

bool sigv4_signs(const struct signature *s, const char *name)
{
    size_t len = strlen(name);
    for (const char *p = s->signed_headers; *p != '\0';) {
        size_t end = strcspn(p, ";");
        if (end == len && strncmp(p, name, len) == 0)
            return true;
        p += end + (p[end] == ';');
    }
    return false;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Cuts `text` at `separator` into malloc'd pieces, sorted; *count of them. */
static char **split_sorted(const char *text, char separator, size_t *count)
{
    char **pieces = xcalloc(1, sizeof(pieces[0]));
    for (*count = 0; *text != '\0';) {
        const char *end = strchrnul(text, separator);
        pieces = xrealloc(pieces, *count + 1, sizeof(pieces[0]));
        pieces[(*count)++] = xasprintf("%.*s", (int)(end - text), text);
        text = end + (*end != '\0');
    }
    if (*count > 0)
        qsort(pieces, *count, sizeof(pieces[0]), by_text);
    return pieces;
}

static void free_pieces(char **pieces, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(pieces[i]);
    free(pieces);
}

/* Collapses runs of spaces, as the canonical form asks. */
static void add_trimmed(struct str *out, const char *value)
{
    for (const char *p = value + strspn(value, " "); *p != '\0'; p++)
        if (*p != ' ' || (p[1] != ' ' && p[1] != '\0'))
            str_add_bytes(out, p, 1);
}

static void add_headers(struct str *out, const struct request *request, char **names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        str_addf(out, "%s:", names[i]);
        bool first = true;
        for (size_t h = 0; h < request->headers.count; h++) {
            if (strcmp(request->headers.list[h].name, names[i]) != 0)
                continue;
            str_add(out, first ? "" : ",");
            add_trimmed(out, request->headers.list[h].value);
            first = false;
        }
        str_add(out, "\n");
    }
    str_add(out, "\n");
    for (size_t i = 0; i < count; i++)
        str_addf(out, "%s%s", i > 0 ? ";" : "", names[i]);
}

/* The path without empty and dot segments (RFC 3986, 5.2.4). */
static void add_normalised(struct str *out, const char *path)
{
    struct str kept = {0};
    for (const char *p = path; *p != '\0';) {
        p += strspn(p, "/");
        size_t len = strcspn(p, "/");
        if (len == 2 && strncmp(p, "..", 2) == 0) {
            char *slash = kept.len > 0 ? strrchr(kept.data, '/') : NULL;
            kept.len = slash != NULL ? (size_t)(slash - kept.data) : 0;
            if (kept.data != NULL)
                kept.data[kept.len] = '\0';
        } else if (len > 0 && !(len == 1 && *p == '.')) {
            str_add(&kept, "/");
            str_add_bytes(&kept, p, len);
        }
        p += len;
    }
    size_t path_len = strlen(path);
    if (kept.len == 0 || (path_len > 1 && path[path_len - 1] == '/'))
        str_add(&kept, "/");
    str_add_uri(out, str_text(&kept), kept.len, true);
    str_free(&kept);
}

/* S3: encoded once, as it is. Others: what arrived (encoded once) normalised and encoded again. */
static void add_path(struct str *out, const struct request *request, const char *service)
{
    if (strcmp(service, "s3") != 0) {
        add_normalised(out, request->raw_path);
        return;
    }
    struct str decoded = {0};
    percent_decode(&decoded, request->raw_path, strlen(request->raw_path), false);
    str_add_uri(out, str_text(&decoded), decoded.len, true);
    str_free(&decoded);
}

/* One `name=value` of the query, encoded in the canonical way. */
static char *canonical_pair(const char *pair)
{
    const char *equals = strchrnul(pair, '=');
    const char *value = *equals == '=' ? equals + 1 : equals;
    struct str name_text = {0}, value_text = {0}, out = {0};
    percent_decode(&name_text, pair, (size_t)(equals - pair), false);
    percent_decode(&value_text, value, strlen(value), false);
    str_add_uri(&out, name_text.data, name_text.len, false);
    str_add(&out, "=");
    str_add_uri(&out, value_text.data, value_text.len, false);
    str_free(&name_text);
    str_free(&value_text);
    return str_take(&out);
}

/* Pairs sort by name, then value. '=' is what ends a name, and no encoded character but '-', '.'
 * and digits is smaller: so it is compared as if it were the smallest. */
static int by_pair(const void *a, const void *b)
{
    const char *left = *(char *const *)a, *right = *(char *const *)b;
    while (*left != '\0' && *left == *right)
        left++, right++;
    int l = *left == '=' ? 1 : (unsigned char)*left, r = *right == '=' ? 1 : (unsigned char)*right;
    return l - r;
}

static void add_query(struct str *out, const struct request *request)
{
    size_t count;
    char **pairs = split_sorted(request->raw_query, '&', &count);
    for (size_t i = 0; i < count; i++) {
        char *canonical = canonical_pair(pairs[i]);
        free(pairs[i]);
        pairs[i] = canonical;
    }
    if (count > 0)
        qsort(pairs, count, sizeof(pairs[0]), by_pair);
    size_t before = out->len;
    for (size_t i = 0; i < count; i++)
        if (strncmp(pairs[i], "X-Amz-Signature=", 16) != 0 && strcmp(pairs[i], "=") != 0)
            str_addf(out, "%s%s", out->len > before ? "&" : "", pairs[i]);
    free_pieces(pairs, count);
}

static void hmac(const void *key, size_t key_len, const char *text, unsigned char out[32])
{
    HMAC(EVP_sha256(), key, (int)key_len, (const unsigned char *)text, strlen(text), out, NULL);
}

static void derive_key(struct signature *s, const char *secret)
{
    char *first = xasprintf("AWS4%s", secret);
    unsigned char *key = s->signing_key;
    hmac(first, strlen(first), s->date, key);
    hmac(key, 32, s->region, key);
    hmac(key, 32, s->service, key);
    hmac(key, 32, "aws4_request", key);
    OPENSSL_cleanse(first, strlen(first));
    free(first);
}

/* Whether the signing key makes `claimed` (hexadecimal) of the text. */
static bool signature_is(const struct signature *s, const char *text, const char *claimed)
{
    unsigned char mac[32];
    struct str hex = {0};
    hmac(s->signing_key, sizeof(s->signing_key), text, mac);
    str_add_hex(&hex, mac, sizeof(mac));
    bool same = strlen(claimed) == hex.len && CRYPTO_memcmp(hex.data, claimed, hex.len) == 0;
    str_free(&hex);
    return same;
}

bool sigv4_verify(struct signature *s, const struct request *request, const char *secret,
                  const char *payload_hash)
{
    size_t count;
    char **names = split_sorted(s->signed_headers, ';', &count);
    struct str *canonical = &s->canonical;
    str_free(canonical);
    str_addf(canonical, "%s\n", request->method);
    add_path(canonical, request, s->service);
    str_add(canonical, "\n");
    add_query(canonical, request);
    str_add(canonical, "\n");
    add_headers(canonical, request, names, count);
    str_addf(canonical, "\n%s", payload_hash);
    free_pieces(names, count);

    unsigned char digest[32];
    EVP_Digest(canonical->data, canonical->len, digest, NULL, EVP_sha256(), NULL);
    str_free(&s->to_sign);
    str_addf(&s->to_sign, ALGORITHM "\n%s\n%s/%s/%s/aws4_request\n", s->amz_date, s->date,
             s->region, s->service);
    str_add_hex(&s->to_sign, digest, sizeof(digest));
    derive_key(s, secret);
    return signature_is(s, str_text(&s->to_sign), s->value);
}

bool sigv4_verify_chunk(const struct signature *s, const char *label, const char *previous,
                        const char *hash, const char *claimed)
{
    bool chunk = strcmp(label, "AWS4-HMAC-SHA256-PAYLOAD") == 0;
    char *text = xasprintf("%s\n%s\n%s/%s/%s/aws4_request\n%s\n%s%s", label, s->amz_date, s->date,
                           s->region, s->service, previous, chunk ? EMPTY_SHA256 "\n" : "", hash);
    bool same = signature_is(s, text, claimed);
    free(text);
    return same;
}
